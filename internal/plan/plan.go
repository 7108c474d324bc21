// Package plan gives a morning's visits to people and puts each person's into an
// order, all at once (TIC-05). Pure arithmetic on whole minutes: no database, no
// clock, and the same answer every time.
//
// What is never done: work for somebody who lacks the skill or is not on duty,
// more visits in a window than somebody has room for, a visit that would begin
// after the end of their duty. What is weighed is Cost, in points:
//
//	late      each minute that a visit begins after its window or deadline: 8 points for grade A, 3 for B, 1 for C
//	unplanned a visit that nobody gets: as if it were ten hours late
//	balance   5 × the square of each person's visits, with what they have in hand
//	travel    each minute on the way between buildings: 1 point
//	fit       3 points for each further skill of who comes (specialists first), 10 where the building is none of theirs
//	level     60 points for a delicate matter in the hands of who is not senior
//
// A first plan comes from optimal assignment (the Hungarian method) window by
// window; then single visits are moved and swapped, a fixed number of times with
// a fixed seed, as long as it costs no more. The result costs at most what every
// plan costs that was handed in to begin with.
package plan

import "slices"

// Weights of the grades, points for each minute late.
const (
	WeightA = 8
	WeightB = 3
	WeightC = 1
)

const (
	unplannedMinutes = 600
	balanceWeight    = 5
	skillWeight      = 3
	areaWeight       = 10
	levelWeight      = 60
	// StepsEach is how many moves are tried for each job of a problem.
	StepsEach = 200
)

// Job is a visit to be made. Times are minutes from any common beginning.
type Job struct {
	Skill    string
	Weight   int64 // WeightA, WeightB or WeightC
	From     int64 // not to begin before
	Due      int64 // to begin by then
	Window   int   // of Person.Room; -1: no appointment
	Minutes  int64 // how long it takes
	Building int64
	Place    int64 // rank of the building among those of the community; see Travel
	Delicate bool  // for somebody senior (TIC-05a)
	Barred   []int // people who are not asked: they refused it
}

// Person is somebody at work.
type Person struct {
	Skills   []string
	Areas    []int64 // buildings they serve; none: all alike
	From, To int64   // on duty
	Place    int64   // where they are
	Load     int64   // what they have in hand besides
	Senior   bool
	Room     []int64 // visits they can take in each window; 0 where they are not on duty in it
}

// Problem is what is to be planned.
type Problem struct {
	Jobs   []Job
	People []Person
}

// Routes is a plan: for each person the jobs in their order. A job in none of
// them is not planned.
type Routes [][]int

// Cost is what a plan costs, term by term, in points.
type Cost struct {
	Late      int64 `json:"late"`
	Unplanned int64 `json:"unplanned"`
	Balance   int64 `json:"balance"`
	Travel    int64 `json:"travel"`
	Fit       int64 `json:"fit"`
	Level     int64 `json:"level"`
}

// Total is the sum of the terms.
func (c Cost) Total() int64 {
	return c.Late + c.Unplanned + c.Balance + c.Travel + c.Fit + c.Level
}

func (c Cost) plus(d Cost) Cost {
	return Cost{c.Late + d.Late, c.Unplanned + d.Unplanned, c.Balance + d.Balance, c.Travel + d.Travel, c.Fit + d.Fit, c.Level + d.Level}
}

// Travel is the minutes from one building to another: two, and one for each
// building between them in the community's list, ten at most.
func Travel(from, to int64) int64 {
	if from == to {
		return 0
	}
	return min(2+max(from-to, to-from), 10)
}

// Able reports whether somebody may do a job at all: skill, duty in its window,
// and not barred.
func (p Problem) Able(person, job int) bool {
	j, w := p.Jobs[job], p.People[person]
	if !slices.Contains(w.Skills, j.Skill) || slices.Contains(j.Barred, person) {
		return false
	}
	return j.Window < 0 || j.Window < len(w.Room) && w.Room[j.Window] > 0
}

// route computes what one person's jobs cost in their order, and reports whether
// they can be done: on duty, and in no window more than there is room for.
func (p Problem) route(person int, jobs []int) (c Cost, ok bool) {
	w := p.People[person]
	at, place := w.From, w.Place
	for i, n := range jobs {
		j := p.Jobs[n]
		if !p.Able(person, n) || j.Window >= 0 && p.inWindow(jobs[:i+1], j.Window) > w.Room[j.Window] {
			return c, false
		}
		way := Travel(place, j.Place)
		start := max(at+way, j.From)
		if start >= w.To {
			return c, false
		}
		c.Travel += way
		c.Late += j.Weight * max(0, start-j.Due)
		c.Fit += skillWeight * int64(len(w.Skills)-1)
		if len(w.Areas) > 0 && !slices.Contains(w.Areas, j.Building) {
			c.Fit += areaWeight
		}
		if j.Delicate && !w.Senior {
			c.Level += levelWeight
		}
		at, place = start+j.Minutes, j.Place
	}
	load := w.Load + int64(len(jobs))
	c.Balance = balanceWeight * load * load
	return c, true
}

func (p Problem) inWindow(jobs []int, window int) (n int64) {
	for _, j := range jobs {
		if p.Jobs[j].Window == window {
			n++
		}
	}
	return n
}

// unplanned is what it costs that nobody gets a job.
func (p Problem) unplanned(job int) int64 { return p.Jobs[job].Weight * unplannedMinutes }

// Cost computes what a plan costs; ok is false for one that cannot be done.
func (p Problem) Cost(r Routes) (c Cost, ok bool) {
	seen := make([]bool, len(p.Jobs))
	if len(r) != len(p.People) {
		return c, false
	}
	for person, jobs := range r {
		one, ok := p.route(person, jobs)
		if !ok {
			return c, false
		}
		c = c.plus(one)
		for _, j := range jobs {
			if seen[j] {
				return c, false
			}
			seen[j] = true
		}
	}
	for j, is := range seen {
		if !is {
			c.Unplanned += p.unplanned(j)
		}
	}
	return c, true
}

// Starts is when each job of a plan begins; -1: not planned.
func (p Problem) Starts(r Routes) []int64 {
	out := make([]int64, len(p.Jobs))
	for i := range out {
		out[i] = -1
	}
	for person, jobs := range r {
		at, place := p.People[person].From, p.People[person].Place
		for _, n := range jobs {
			j := p.Jobs[n]
			out[n] = max(at+Travel(place, j.Place), j.From)
			at, place = out[n]+j.Minutes, j.Place
		}
	}
	return out
}

// Share is what one job adds to the cost of a route: the difference it makes
// that it is there.
func (p Problem) Share(r Routes, job int) Cost {
	for person, jobs := range r {
		i := slices.Index(jobs, job)
		if i < 0 {
			continue
		}
		with, _ := p.route(person, jobs)
		without, _ := p.route(person, slices.Delete(slices.Clone(jobs), i, i+1))
		return Cost{with.Late - without.Late, 0, with.Balance - without.Balance, with.Travel - without.Travel, with.Fit - without.Fit, with.Level - without.Level}
	}
	return Cost{Unplanned: p.unplanned(job)}
}

// insert puts a job where it costs least in a route; ok is false if it fits nowhere.
func (p Problem) insert(person int, jobs []int, job int) (best []int, cost int64, ok bool) {
	if !p.Able(person, job) {
		return nil, 0, false
	}
	for i := range len(jobs) + 1 {
		with := slices.Insert(slices.Clone(jobs), i, job)
		if c, can := p.route(person, with); can && (!ok || c.Total() < cost) {
			best, cost, ok = with, c.Total(), true
		}
	}
	return best, cost, ok
}
