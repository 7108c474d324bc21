package roster

import (
	"cmp"
	"math"
	"slices"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/staff"
)

// How a week is filled by load (STA-01). The law sets the bounds: one free day a
// week (劳动法 art. 38), 40 hours (国务院关于职工工作时间的规定 art. 3) and, where a shift
// would otherwise lack people, eight more, as 36 hours of overtime a month allow (art. 41).
const (
	// History is how many weeks a forecast looks back.
	History = 8
	// useful is the part of a shift that is left for matters, besides ways, breaks and what is always to be done.
	useful     = 0.6
	usualHours = 40 * time.Hour
	mostHours  = 48 * time.Hour
	mostDays   = 6
)

// Work is what came in for a post at some instant, in minutes of work.
type Work struct {
	Post    Post
	At      clock.Instant
	Minutes int64
}

// Need is how many people a shift of a day needs, and why.
type Need struct {
	Shift   ShiftID   `json:"shiftId"`
	Day     clock.Day `json:"day"`
	Minutes int64     `json:"minutes" doc:"of work that is expected: the mean of like days of the past eight weeks"`
	Like    int64     `json:"like" doc:"how many such days there were"`
	Least   int64     `json:"least" doc:"that the shift needs in any case"`
	Need    int64     `json:"need"`
	Have    int64     `json:"have" doc:"planned and proposed"`
}

// Forecast says how many people each shift of some days needs. A day is
// expected to be like the same weekday of the weeks before; a holiday like days
// off, a working Sunday like workdays. Shifts of a post that are on at the same
// time share its work.
func Forecast(shifts []Shift, days []clock.Day, past []Work, before clock.Day, zone *time.Location, cal clock.Calendar) []Need {
	expected := map[ShiftID]map[clock.Day]float64{}
	for _, w := range past {
		on := clock.DayOf(w.At, zone)
		type turn struct {
			id  ShiftID
			day clock.Day
		}
		var at []turn
		for _, s := range shifts {
			for _, day := range []clock.Day{on.Add(-1), on} {
				if from, to := s.times(day, zone); s.Active && s.Post == w.Post && from <= w.At && w.At < to {
					at = append(at, turn{s.ID, day})
				}
			}
		}
		for _, a := range at {
			if expected[a.id] == nil {
				expected[a.id] = map[clock.Day]float64{}
			}
			expected[a.id][a.day] += float64(w.Minutes) / float64(len(at))
		}
	}
	out := []Need{}
	for _, day := range days {
		like := likeDays(day, before, cal)
		for _, s := range shifts {
			if !s.Active {
				continue
			}
			sum := 0.0
			for _, d := range like {
				sum += expected[s.ID][d]
			}
			n := Need{Shift: s.ID, Day: day, Least: s.Least, Like: int64(len(like))}
			if len(like) > 0 {
				n.Minutes = int64(math.Round(sum / float64(len(like))))
			}
			n.Need = max(s.Least, int64(math.Ceil(float64(n.Minutes)/(float64(s.Minutes)*useful))))
			out = append(out, n)
		}
	}
	return out
}

// likeDays are the days of the eight weeks before a day that another is like.
func likeDays(day, before clock.Day, cal clock.Calendar) (out []clock.Day) {
	works := working(day, cal)
	usual := works == weekday(day)
	for n := 1; n <= 7*History; n++ {
		if d := before.Add(-n); working(d, cal) == works && (!usual || d.Weekday() == day.Weekday()) {
			out = append(out, d)
		}
	}
	return out
}

func weekday(d clock.Day) bool { return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday }

// working is what the calendar says; of a year it does not know, the weekday.
func working(d clock.Day, cal clock.Calendar) bool {
	if works, err := cal.Workday(d); err == nil {
		return works
	}
	return weekday(d)
}

// assign proposes people for what is needed: first what every shift needs in
// any case, the hardest first, then what the load asks for. Nobody is proposed
// with a conflict, without a free day or beyond the hours of the law. What
// nobody is left for stays short, and shows.
func (b *book) assign(needs []Need, from clock.Day) (out []Line) {
	for i := range needs {
		n := &needs[i]
		for _, d := range b.duties {
			if d.Shift == n.Shift && d.Day == n.Day && d.State == StatePlanned {
				n.Have++
			}
		}
	}
	for _, target := range []func(Need) int64{func(n Need) int64 { return n.Least }, func(n Need) int64 { return n.Need }} {
		free := make([][]Person, len(needs))
		for i, n := range needs {
			free[i] = b.candidates(n, from)
		}
		for {
			best := -1
			for i, n := range needs {
				if n.Have < target(n) && len(free[i]) > 0 && (best < 0 || len(free[i]) < len(free[best])) {
					best = i
				}
			}
			if best < 0 {
				break
			}
			n := &needs[best]
			taken := free[best][0]
			l, err := b.drawn(Duty{Version: 1}, Slot{taken.ID, n.Shift, n.Day})
			if err != nil {
				free[best] = free[best][1:]
				continue
			}
			b.duties, out = append(b.duties, l), append(out, l)
			n.Have++
			for i := range needs { // whoever got a shift is free for fewer others
				if i == best || slices.ContainsFunc(free[i], func(p Person) bool { return p.ID == taken.ID }) {
					free[i] = b.candidates(needs[i], from)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Line) int { return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.From, b.From)) })
	return out
}

// candidates are who could take one more place of a shift, the best first: who
// has the fewest hours this week, then who has the same shift on the day before.
func (b *book) candidates(n Need, from clock.Day) (out []Person) {
	s, _ := b.shift(n.Shift)
	type rank struct {
		hours time.Duration
		same  bool
	}
	ranks := map[staff.ID]rank{}
	for _, p := range b.people {
		if !suits(p.Post, s.Post) && !b.stands(p, s.Post) {
			continue
		}
		l, err := b.drawn(Duty{}, Slot{p.ID, s.ID, n.Day})
		if err != nil || len(l.Problems) > 0 {
			continue
		}
		hours, days, same := b.worked(p.ID, n, from)
		most := usualHours
		if n.Have < n.Least {
			most = mostHours
		}
		if hours+l.To.Sub(l.From) > most || days > mostDays {
			continue
		}
		ranks[p.ID] = rank{hours, same}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(x, y Person) int {
		a, b := ranks[x.ID], ranks[y.ID]
		if a.hours != b.hours {
			return cmp.Compare(a.hours, b.hours)
		}
		if a.same != b.same {
			return map[bool]int{true: -1, false: 1}[a.same]
		}
		return cmp.Compare(x.ID, y.ID)
	})
	return out
}

// worked are the hours and days of a person in the week, with the day of n, and
// whether they have the same shift on the day before.
func (b *book) worked(who staff.ID, n Need, from clock.Day) (hours time.Duration, days int, same bool) {
	on := map[clock.Day]bool{n.Day: true}
	for _, d := range b.duties {
		if d.Staff != who || d.State != StatePlanned {
			continue
		}
		same = same || d.Shift == n.Shift && d.Day == n.Day.Add(-1)
		if at := d.Day.Sub(from); at >= 0 && at < 7 {
			hours += d.To.Sub(d.From)
			on[d.Day] = true
		}
	}
	return hours, len(on), same
}

// suits reports whether people of a post stand on another's shifts: the response
// team is made of maintenance, security and cleaning (STA-01a).
func suits(of, shift Post) bool {
	return of == shift || shift == PostResponse && (of == PostMaintenance || of == PostSecurity || of == PostCleaning)
}

// stands reports whether somebody is on a shift of a post already, whatever
// their department: small communities have none.
func (b *book) stands(p Person, post Post) bool {
	return slices.ContainsFunc(b.duties, func(d Line) bool { return d.Staff == p.ID && d.Post == post && d.State == StatePlanned })
}
