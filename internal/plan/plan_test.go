package plan

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var skills = []string{"water", "power", "doors"}

// drawn is any morning: some windows, some people of whom not all are on duty in each.
func drawn(t *rapid.T) Problem {
	var p Problem
	for range rapid.IntRange(1, 6).Draw(t, "people") {
		w := Person{From: rapid.Int64Range(0, 200).Draw(t, "from"), Place: rapid.Int64Range(0, 9).Draw(t, "place"), Load: rapid.Int64Range(0, 4).Draw(t, "load"), Senior: rapid.Bool().Draw(t, "senior"),
			Areas: rapid.SliceOfN(rapid.Int64Range(0, 4), 0, 2).Draw(t, "areas"), Skills: rapid.SliceOfNDistinct(rapid.SampledFrom(skills), 1, 3, rapid.ID[string]).Draw(t, "skills")}
		w.To = w.From + rapid.Int64Range(60, 480).Draw(t, "hours")
		for range 2 {
			w.Room = append(w.Room, rapid.Int64Range(0, 3).Draw(t, "room"))
		}
		p.People = append(p.People, w)
	}
	for range rapid.IntRange(0, 12).Draw(t, "jobs") {
		j := Job{Skill: rapid.SampledFrom(skills).Draw(t, "skill"), Weight: rapid.SampledFrom([]int64{WeightA, WeightB, WeightC}).Draw(t, "weight"), Window: rapid.IntRange(-1, 1).Draw(t, "window"),
			Minutes: 45, Building: rapid.Int64Range(0, 4).Draw(t, "building"), Place: rapid.Int64Range(0, 9).Draw(t, "place"), Delicate: rapid.Bool().Draw(t, "delicate")}
		j.From = int64(max(j.Window, 0)) * 180
		j.Due = j.From + rapid.Int64Range(30, 240).Draw(t, "due")
		p.Jobs = append(p.Jobs, j)
	}
	return p
}

// leastLoaded is how dispatch chooses in the ordinary course.
func leastLoaded(_ int, fits []Fit) int {
	best := 0
	for i, f := range fits {
		if f.Load < fits[best].Load {
			best = i
		}
	}
	return best
}

// TIC-05: never somebody without the skill, never off duty, never more than there is room for, nobody twice.
func TestNobodyGetsWhatTheyCannotDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		r := p.Solve(1)
		starts, seen := p.Starts(r), map[int]bool{}
		for person, jobs := range r {
			w := p.People[person]
			inWindow := map[int]int64{}
			for _, n := range jobs {
				j := p.Jobs[n]
				if seen[n] {
					t.Fatalf("job %d was given twice", n)
				}
				seen[n] = true
				if !slices.Contains(w.Skills, j.Skill) {
					t.Fatalf("%v was given %s", w.Skills, j.Skill)
				}
				if starts[n] < w.From || starts[n] >= w.To || starts[n] < j.From {
					t.Fatalf("it begins at %d, on duty %d to %d, not before %d", starts[n], w.From, w.To, j.From)
				}
				if j.Window >= 0 {
					if inWindow[j.Window]++; inWindow[j.Window] > w.Room[j.Window] {
						t.Fatalf("%d visits in a window that has room for %d", inWindow[j.Window], w.Room[j.Window])
					}
				}
			}
		}
	})
}

func TestThePlanNeverCostsMoreThanWhatDispatchWouldDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		greedy := p.Greedy(leastLoaded)
		was, ok := p.Cost(greedy)
		if !ok {
			t.Fatal("what dispatch would do cannot be done")
		}
		if is, ok := p.Cost(p.Solve(7, greedy)); !ok || is.Total() > was.Total() {
			t.Fatalf("%+v costs more than %+v", is, was)
		}
	})
}

func TestTheSameMorningIsPlannedTheSameWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		if a, b := p.Solve(3), p.Solve(3); !reflect.DeepEqual(a, b) {
			t.Fatalf("%v, then %v", a, b)
		}
	})
}

// Against trying everything, on a hundred mornings small enough for it.
func TestSmallMorningsArePlannedAsWellAsCanBe(t *testing.T) {
	var sum, least int64
	for seed := range 100 {
		p := rapid.Custom(drawn).Example(seed)
		p.Jobs, p.People = p.Jobs[:min(4, len(p.Jobs))], p.People[:min(2, len(p.People))]
		is, _ := p.Cost(p.Solve(5))
		best := p.cheapest(make(Routes, len(p.People)), 0)
		if is.Total() > best*5/4 {
			t.Errorf("morning %d: %d points, the best is %d", seed, is.Total(), best)
		}
		sum, least = sum+is.Total(), least+best
	}
	if sum*100 > least*101 {
		t.Errorf("%d points in all, the best is %d: more than one in a hundred", sum, least)
	}
}

// cheapest tries everything.
func (p Problem) cheapest(r Routes, job int) int64 {
	if job == len(p.Jobs) {
		c, _ := p.Cost(r)
		return c.Total()
	}
	best := p.cheapest(r, job+1)
	for person := range p.People {
		was := r[person]
		for i := range len(was) + 1 {
			r[person] = slices.Insert(slices.Clone(was), i, job)
			if _, ok := p.route(person, r[person]); ok {
				best = min(best, p.cheapest(r, job+1))
			}
		}
		r[person] = was
	}
	return best
}

func TestEachTermOfTheCostIsWhatThePackageSays(t *testing.T) {
	p := Problem{
		People: []Person{{Skills: []string{"water", "power"}, From: 0, To: 480, Place: 1, Areas: []int64{1}, Load: 1, Room: []int64{3}}},
		Jobs: []Job{
			{Skill: "water", Weight: WeightB, From: 0, Due: 0, Window: 0, Minutes: 45, Building: 1, Place: 1},
			{Skill: "water", Weight: WeightA, From: 0, Due: 40, Window: -1, Minutes: 45, Building: 2, Place: 3, Delicate: true},
			{Skill: "gas", Weight: WeightC, Due: 60, Window: -1, Minutes: 45},
		},
	}
	is, ok := p.Cost(Routes{{0, 1}})
	// The second begins after 45 minutes and 4 on the way, 9 late.
	want := Cost{Late: 9 * 8, Unplanned: 600, Balance: 5 * 9, Travel: 4, Fit: 3*2 + 10, Level: 60}
	if !ok || is != want {
		t.Errorf("%+v, want %+v", is, want)
	}
}
