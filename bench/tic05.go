package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"guanjia/internal/plan"
)

// planMorning plans a made-up morning of 200 appointments in three windows and
// 30 people, beside giving them out one after the other as dispatch does: who
// serves the building, then the least loaded, then who was there.
func planMorning(_ context.Context, _ settings) error {
	const appointments, people, mornings = 200, 30, 5
	var ratio, worst, took float64
	for seed := range uint64(mornings) {
		p := morning(seed, appointments, people)
		greedy := p.Greedy(func(job int, fits []plan.Fit) int { return ordinary(p, job, fits) })
		was, _ := p.Cost(greedy)
		start := time.Now()
		best := p.Solve(1, greedy)
		took += time.Since(start).Seconds() * 1000 / mornings
		is, ok := p.Cost(best)
		if !ok {
			return fmt.Errorf("TIC-05: the plan of morning %d cannot be done", seed)
		}
		one := float64(is.Total()) / float64(was.Total())
		ratio, worst = ratio+one/mornings, max(worst, one)
		fmt.Printf("TIC-05 morning=%d plan=%d greedy=%d late=%d/%d unplanned=%d/%d balance=%d/%d travel=%d/%d fit=%d/%d level=%d/%d\n", seed, is.Total(), was.Total(),
			is.Late, was.Late, is.Unplanned, was.Unplanned, is.Balance, was.Balance, is.Travel, was.Travel, is.Fit, was.Fit, is.Level, was.Level)
	}
	fmt.Printf("TIC-05 cost_ratio=%.3f ms=%.0f worst=%.3f appointments=%d people=%d\n", ratio, took, worst, appointments, people)
	return nil
}

// ordinary is the rule of ticket.Choose for what is no emergency.
func ordinary(p plan.Problem, job int, fits []plan.Fit) int {
	j, best := p.Jobs[job], 0
	rank := func(f plan.Fit) [3]int64 {
		r := [3]int64{1, f.Load, 1}
		for _, a := range p.People[f.Person].Areas {
			if a == j.Building {
				r[0] = 0
			}
		}
		if f.Place == j.Place {
			r[2] = 0
		}
		return r
	}
	for i, f := range fits {
		a, b := rank(f), rank(fits[best])
		if a[0] < b[0] || a[0] == b[0] && (a[1] < b[1] || a[1] == b[1] && a[2] < b[2]) {
			best = i
		}
	}
	return best
}

func morning(seed uint64, appointments, people int) (p plan.Problem) {
	dice := rand.New(rand.NewPCG(seed, 5))
	skills := []string{"water", "power", "doors", "gas", "home"}
	for i := range people {
		w := plan.Person{From: 0, To: 480, Place: int64(dice.IntN(20) + 1), Load: int64(dice.IntN(3)), Senior: dice.IntN(4) == 0, Room: []int64{3, 3, 3}}
		for n := range 1 + dice.IntN(3) {
			w.Skills = append(w.Skills, skills[(i+n*2)%len(skills)])
		}
		for range 5 {
			w.Areas = append(w.Areas, int64(dice.IntN(20)+1))
		}
		p.People = append(p.People, w)
	}
	for range appointments {
		w := dice.IntN(3)
		j := plan.Job{Skill: skills[dice.IntN(len(skills))], Weight: []int64{plan.WeightC, plan.WeightC, plan.WeightC, plan.WeightB, plan.WeightA}[dice.IntN(5)], Window: w, From: int64(w) * 160, Due: int64(w)*160 + 150, Minutes: 40, Place: int64(dice.IntN(20) + 1), Delicate: dice.IntN(12) == 0}
		j.Building = j.Place
		p.Jobs = append(p.Jobs, j)
	}
	return p
}
