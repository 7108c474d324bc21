package roster

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// Rest is the least time between two duties of one person (STA-01).
const Rest = 11 * time.Hour

// The kinds of problems. Overlap and Away are refused; the others are warnings
// that a planner may overlook with a reason.
const (
	Overlap  = "overlap"
	Away     = "leave"
	TooClose = "rest"
	Unable   = "skill"
)

// Problem is what is wrong with a duty.
type Problem struct {
	Kind    string      `json:"kind" enum:"overlap,leave,rest,skill"`
	Shift   string      `json:"shift,omitempty" doc:"the other duty's"`
	Day     clock.Day   `json:"day,omitzero" doc:"the other duty's"`
	Minutes int64       `json:"minutes,omitempty" doc:"of rest between the two"`
	Skills  staff.Words `json:"skills,omitempty" doc:"that are missing"`
	Leave   string      `json:"leave,omitempty" enum:"annual,sick,personal,training,other"`
}

// Bars reports whether p is no matter of judgement: nobody is in two places, or
// at work while away.
func (p Problem) Bars() bool { return p.Kind == Overlap || p.Kind == Away }

// Check finds what is wrong with d for a person, given their other duties and
// leaves. d itself may be among the others.
func Check(d Duty, s Shift, p Person, others []Line, leaves []Leave) []Problem {
	out := []Problem{}
	for _, o := range others {
		if o.ID == d.ID && d.ID != 0 || o.Staff != p.ID || o.State != StatePlanned {
			continue
		}
		if d.From < o.To && o.From < d.To {
			out = append(out, Problem{Kind: Overlap, Shift: o.ShiftName, Day: o.Day})
			continue
		}
		gap := d.From.Sub(o.To)
		if o.From >= d.To {
			gap = o.From.Sub(d.To)
		}
		if gap < Rest {
			out = append(out, Problem{Kind: TooClose, Shift: o.ShiftName, Day: o.Day, Minutes: int64(gap / time.Minute)})
		}
	}
	for _, l := range leaves {
		if l.Staff == p.ID && d.From < l.To && l.From < d.To {
			out = append(out, Problem{Kind: Away, Leave: l.Kind})
		}
	}
	var lacks staff.Words
	for _, skill := range s.Skills {
		if !slices.Contains(p.Skills, skill) {
			lacks = append(lacks, skill)
		}
	}
	if len(lacks) > 0 {
		out = append(out, Problem{Kind: Unable, Skills: lacks})
	}
	slices.SortStableFunc(out, func(a, b Problem) int { return cmp.Compare(order(a), order(b)) })
	return out
}

func order(p Problem) int { return slices.Index([]string{Overlap, Away, TooClose, Unable}, p.Kind) }

// Staffing is how many people a shift of a day has and needs.
type Staffing struct {
	Shift ShiftID   `json:"shiftId"`
	Day   clock.Day `json:"day"`
	Have  int64     `json:"have" doc:"without who is on leave"`
	Need  int64     `json:"need"`
}

// Staff counts the people of every shift that is planned for, day by day; who is
// on leave is not there.
func Staff(shifts []Shift, days []clock.Day, duties []Line) []Staffing {
	type at struct {
		shift ShiftID
		day   clock.Day
	}
	have := map[at]int64{}
	for _, d := range duties {
		if d.State == StatePlanned && !slices.ContainsFunc(d.Problems, func(p Problem) bool { return p.Kind == Away }) {
			have[at{d.Shift, d.Day}]++
		}
	}
	out := []Staffing{}
	for _, s := range shifts {
		for _, day := range days {
			if n := have[at{s.ID, day}]; s.Active || n > 0 {
				out = append(out, Staffing{s.ID, day, n, s.Least})
			}
		}
	}
	return out
}

// Slot is a duty that could be planned.
type Slot struct {
	Staff staff.ID  `json:"staffId"`
	Shift ShiftID   `json:"shiftId"`
	Day   clock.Day `json:"day"`
}

// On is who works on a day by the pattern.
func (p Pattern) On(day clock.Day) (out []Slot) {
	n := int(p.Days)
	at := (day.Sub(p.StartsOn)%n + n) % n
	for _, t := range p.Turns {
		if slices.Contains(t.On, at) {
			out = append(out, Slot{t.Staff, t.Shift, day})
		}
	}
	return out
}

// times is when a shift of a day begins and ends. A night is as long as its
// shift, also where a clock is put forward or back.
func (s Shift) times(day clock.Day, zone *time.Location) (from, to clock.Instant) {
	from = day.At(int(s.Start), zone)
	return from, from.Add(time.Duration(s.Minutes) * time.Minute)
}

// Monday is the first day of the week of d.
func Monday(d clock.Day) clock.Day { return d.Add(-(int(d.Weekday()) + 6) % 7) }

// week lists the seven days from a day on.
func week(from clock.Day) []clock.Day {
	out := make([]clock.Day, 7)
	for i := range out {
		out[i] = from.Add(i)
	}
	return out
}

// postOf is the post of a department's people.
func postOf(department string) Post {
	switch department {
	case "customer_service":
		return PostService
	case "engineering":
		return PostMaintenance
	case "security":
		return PostSecurity
	case "cleaning":
		return PostCleaning
	}
	return PostOther
}

// checked tidies a shift, or names every field that is wrong.
func (s Shift) checked() (Shift, error) {
	var wrong errs.Fields
	wrong.Words("name", &s.Name, 20, true)
	for i, skill := range s.Skills {
		if !slices.Contains(staff.Skills, skill) || slices.Contains(s.Skills[:i], skill) {
			wrong.Add("skills", "staff.skill_unknown", nil)
		}
	}
	if s.Skills == nil {
		s.Skills = staff.Words{}
	}
	return s, wrong.Err()
}

// checked tidies a pattern, or names every field that is wrong.
func (p Pattern) checked() (Pattern, error) {
	var wrong errs.Fields
	wrong.Words("name", &p.Name, 40, true)
	if p.StartsOn.IsZero() {
		wrong.Add("startsOn", "required", nil)
	}
	if len(p.Turns) == 0 {
		wrong.Add("turns", "required", nil)
	}
	for i, t := range p.Turns {
		if slices.ContainsFunc(t.On, func(n int) bool { return n < 0 || n >= int(p.Days) }) {
			wrong.Add("turns["+strconv.Itoa(i)+"].on", "roster.pattern_day", map[string]any{"days": p.Days})
		}
	}
	return p, wrong.Err()
}
