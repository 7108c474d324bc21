package plan

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Fit is somebody who could take one more job, as a picker sees them.
type Fit struct {
	Person int
	Load   int64 // with what was planned for them before
	Place  int64 // where they are by then
}

// Greedy gives the jobs out one after the other, those due first at first, to
// whom pick chooses among those who can: what dispatch does as they come. pick
// returns an index of its argument, which is not empty.
func (p Problem) Greedy(pick func(job int, fits []Fit) int) Routes {
	r := make(Routes, len(p.People))
	for _, job := range p.byDue() {
		var fits []Fit
		var with [][]int
		for person := range p.People {
			next, _, ok := p.append(person, r[person], job)
			if !ok {
				continue
			}
			f := Fit{person, p.People[person].Load + int64(len(r[person])), p.People[person].Place}
			if n := len(r[person]); n > 0 {
				f.Place = p.Jobs[r[person][n-1]].Place
			}
			fits, with = append(fits, f), append(with, next)
		}
		if len(fits) > 0 {
			i := pick(job, fits)
			r[fits[i].Person] = with[i]
		}
	}
	return r
}

// append puts a job into a route by the order of its time.
func (p Problem) append(person int, jobs []int, job int) ([]int, Cost, bool) {
	next := append(slices.Clone(jobs), job)
	slices.SortStableFunc(next, func(a, b int) int { return p.earlier(a, b) })
	c, ok := p.route(person, next)
	return next, c, ok
}

func (p Problem) earlier(a, b int) int {
	x, y := p.Jobs[a], p.Jobs[b]
	return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.Due, y.Due), cmp.Compare(a, b))
}

func (p Problem) byDue() []int {
	out := make([]int, len(p.Jobs))
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(a, b int) int {
		return cmp.Or(cmp.Compare(p.Jobs[a].Due, p.Jobs[b].Due), cmp.Compare(a, b))
	})
	return out
}

// Solve plans. It costs at most what the cheapest of the starts costs that can be
// done, and gives the same plan for the same problem, seed and starts.
func (p Problem) Solve(seed uint64, starts ...Routes) Routes {
	best := p.assigned()
	cost, _ := p.Cost(best)
	for _, r := range starts {
		if c, ok := p.Cost(r); ok && c.Total() < cost.Total() {
			best, cost = r, c
		}
	}
	s := search{Problem: p, dice: rand.New(rand.NewPCG(seed, uint64(len(p.Jobs))))} //nolint:gosec // a plan must come out the same every time
	s.begin(best)
	for range StepsEach * len(p.Jobs) {
		s.step()
	}
	s.settle()
	return s.routes
}

// assigned builds a plan window by window, in the order of time: within one the
// visits are given to people's free places at the least cost in all.
func (p Problem) assigned() Routes {
	r := make(Routes, len(p.People))
	groups := map[int][]int{}
	var order []int
	for _, j := range p.byDue() {
		w := p.Jobs[j].Window
		if w < 0 {
			continue
		}
		if groups[w] == nil {
			order = append(order, w)
		}
		groups[w] = append(groups[w], j)
	}
	slices.SortFunc(order, func(a, b int) int { return p.earlier(groups[a][0], groups[b][0]) })
	for _, w := range order {
		for jobs := range slices.Chunk(groups[w], max(1, len(p.People))) {
			p.round(r, jobs)
		}
	}
	var loose []int
	for _, j := range p.byDue() {
		if p.Jobs[j].Window < 0 {
			loose = append(loose, j)
		}
	}
	for jobs := range slices.Chunk(loose, max(1, len(p.People))) {
		p.round(r, jobs)
	}
	return r
}

// never is dearer than everything that can be done.
const never = int64(1) << 40

// round gives each of some jobs to a different person, or to nobody, at the
// least cost in all.
func (p Problem) round(r Routes, jobs []int) {
	cost := make([][]int64, len(jobs))
	for i, j := range jobs {
		cost[i] = make([]int64, len(p.People)+len(jobs))
		for person := range p.People {
			now, _ := p.route(person, r[person])
			if _, c, ok := p.insert(person, r[person], j); ok {
				cost[i][person] = c - now.Total()
			} else {
				cost[i][person] = never
			}
		}
		for k := range jobs {
			cost[i][len(p.People)+k] = p.unplanned(j)
		}
	}
	for i, column := range hungarian(cost) {
		if column < len(p.People) && cost[i][column] < never {
			if next, _, ok := p.insert(column, r[column], jobs[i]); ok {
				r[column] = next
			}
		}
	}
}

// hungarian assigns each row a column of its own at the least cost in all; there
// are at least as many columns as rows.
func hungarian(cost [][]int64) []int {
	n := len(cost)
	if n == 0 {
		return nil
	}
	m := len(cost[0])
	const inf = int64(1) << 60
	u, v := make([]int64, n+1), make([]int64, m+1)
	row, way := make([]int, m+1), make([]int, m+1)
	for i := 1; i <= n; i++ {
		row[0] = i
		least, used := make([]int64, m+1), make([]bool, m+1)
		for j := range least {
			least[j] = inf
		}
		at := 0
		for row[at] != 0 {
			used[at] = true
			delta, next := inf, 0
			for j := 1; j <= m; j++ {
				if used[j] {
					continue
				}
				if c := cost[row[at]-1][j-1] - u[row[at]] - v[j]; c < least[j] {
					least[j], way[j] = c, at
				}
				if least[j] < delta {
					delta, next = least[j], j
				}
			}
			for j := range m + 1 {
				if used[j] {
					u[row[j]] += delta
					v[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			at = next
		}
		for at != 0 {
			row[at], at = row[way[at]], way[at]
		}
	}
	out := make([]int, n)
	for j := 1; j <= m; j++ {
		if row[j] > 0 {
			out[row[j]-1] = j - 1
		}
	}
	return out
}

// search improves a plan; who has each job, and what each route costs, is kept
// beside the routes.
type search struct {
	Problem
	dice   *rand.Rand
	routes Routes
	costs  []int64
	of     []int // -1: nobody
}

func (s *search) begin(r Routes) {
	s.of = make([]int, len(s.Jobs))
	for i := range s.of {
		s.of[i] = -1
	}
	s.costs = make([]int64, len(s.People))
	for person, jobs := range r {
		s.routes = append(s.routes, slices.Clone(jobs))
		s.put(person, s.routes[person])
	}
}

// put makes jobs the route of a person.
func (s *search) put(person int, jobs []int) {
	c, _ := s.route(person, jobs)
	s.routes[person], s.costs[person] = jobs, c.Total()
	for _, j := range jobs {
		s.of[j] = person
	}
}

// without is the route of who has a job, without it, and what it then costs.
func (s *search) without(job int) ([]int, int64) {
	person := s.of[job]
	i := slices.Index(s.routes[person], job)
	left := slices.Delete(slices.Clone(s.routes[person]), i, i+1)
	c, _ := s.route(person, left)
	return left, c.Total()
}

// step tries one move of a job to somebody, or one swap of two.
func (s *search) step() {
	if len(s.Jobs) == 0 || len(s.People) == 0 {
		return
	}
	job := s.dice.IntN(len(s.Jobs))
	if other := s.dice.IntN(len(s.Jobs)); s.dice.IntN(3) == 0 && s.of[other] >= 0 && s.of[job] != s.of[other] {
		if s.of[job] < 0 {
			s.replace(job, other, true)
		} else {
			s.swap(job, other)
		}
		return
	}
	s.move(job, s.dice.IntN(len(s.People)), true)
}

// move gives a job to somebody, if that costs less, or as much where even is set.
func (s *search) move(job, to int, even bool) bool {
	from := s.of[job]
	gain, left, leftCost := s.unplanned(job), []int(nil), int64(0)
	if from >= 0 {
		left, leftCost = s.without(job)
		gain = s.costs[from] - leftCost
	}
	base, was := s.routes[to], s.costs[to]
	if to == from {
		base, was = left, leftCost
	}
	next, cost, ok := s.insert(to, base, job)
	if !ok || cost-was > gain || cost-was == gain && !even {
		return false
	}
	if from >= 0 && from != to {
		s.put(from, left)
	}
	s.put(to, next)
	return true
}

// swap exchanges two jobs of two people, if that costs no more.
func (s *search) swap(a, b int) {
	pa, pb := s.of[a], s.of[b]
	leftA, _ := s.without(a)
	leftB, _ := s.without(b)
	nextA, costA, okA := s.insert(pa, leftA, b)
	nextB, costB, okB := s.insert(pb, leftB, a)
	if okA && okB && costA+costB <= s.costs[pa]+s.costs[pb] {
		s.put(pa, nextA)
		s.put(pb, nextB)
	}
}

// replace gives what nobody has to who then leaves another job, if that costs less.
func (s *search) replace(job, other int, even bool) bool {
	person := s.of[other]
	left, _ := s.without(other)
	next, cost, ok := s.insert(person, left, job)
	gain := s.unplanned(job) - s.unplanned(other) + s.costs[person] - cost
	if !ok || gain < 0 || gain == 0 && !even {
		return false
	}
	s.of[other] = -1
	s.put(person, next)
	return true
}

// settle moves single jobs until none can be moved, or given instead of another,
// for less.
func (s *search) settle() {
	for again := true; again; {
		again = false
		for job := range s.Jobs {
			for person := range s.People {
				again = s.move(job, person, false) || again
			}
			for other := range s.Jobs {
				if s.of[job] < 0 && s.of[other] >= 0 {
					again = s.replace(job, other, false) || again
				}
			}
		}
	}
}
