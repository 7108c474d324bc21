package ticket

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/roster"
	"guanjia/internal/staff"
)

// VisitRules say when a community lets people come by appointment, and how many
// (TIC-01).
type VisitRules struct {
	Workdays  []VisitSlot    `json:"workdays" maxItems:"12" doc:"windows of working days"`
	Holidays  []VisitSlot    `json:"holidays" maxItems:"12" doc:"windows of weekends and holidays"`
	PerPerson int64          `json:"perPerson" minimum:"1" maximum:"50" doc:"visits of one person in one window"`
	Capacity  []SlotCapacity `json:"capacity,omitempty" maxItems:"200" doc:"where the roster does not say how many"`
	Tolerance int64          `json:"toleranceMinutes" minimum:"0" maximum:"120" doc:"so much earlier or later still keeps an appointment"`
	Until     int64          `json:"untilMinutes" minimum:"0" maximum:"4320" doc:"residents book, move and cancel until so long before a window begins"`
	Lead      int64          `json:"leadMinutes" minimum:"0" maximum:"1440" doc:"so long before a window begins somebody is chosen by themselves"`
	Ahead     int64          `json:"aheadDays" minimum:"0" maximum:"60" doc:"so many days ahead residents may book"`
}

// VisitSlot is a named window of a day, in minutes of the day.
type VisitSlot struct {
	Name string `json:"name" maxLength:"20"`
	From int64  `json:"fromMinute" minimum:"0" maximum:"1439"`
	To   int64  `json:"toMinute" minimum:"1" maximum:"1440"`
}

// SlotCapacity sets how many visits of a skill a window takes.
type SlotCapacity struct {
	Skill string `json:"skill" maxLength:"20"`
	Slot  string `json:"slot,omitempty" maxLength:"20" doc:"none: every window"`
	N     int64  `json:"n" minimum:"0" maximum:"500"`
}

// ShippedVisits apply where a community has set nothing.
var ShippedVisits = VisitRules{
	Workdays:  []VisitSlot{{"上午", 9 * 60, 12 * 60}, {"下午", 14 * 60, 17 * 60}, {"晚间", 19 * 60, 21 * 60}},
	Holidays:  []VisitSlot{{"上午", 9 * 60, 12 * 60}, {"下午", 14 * 60, 17 * 60}},
	PerPerson: 3, Tolerance: 15, Until: 120, Lead: 120, Ahead: 14,
}

// visits are the rules that apply.
func (s Settings) visits() VisitRules {
	if s.Visits == nil {
		return ShippedVisits
	}
	return *s.Visits
}

func (r VisitRules) tolerance() time.Duration { return time.Duration(r.Tolerance) * time.Minute }

// wrong notes what contradicts itself, field by field.
func (r VisitRules) wrong(f *errs.Fields) {
	names := map[string]bool{}
	for of, slots := range map[string][]VisitSlot{"workdays": r.Workdays, "holidays": r.Holidays} {
		for i, s := range slots {
			at := "visits." + of + "[" + strconv.Itoa(i) + "]."
			switch n := strings.TrimSpace(s.Name); {
			case n == "":
				f.Add(at+"name", "missing", nil)
			case utf8.RuneCountInString(n) > 20:
				f.Add(at+"name", "too_long", map[string]any{"max": 20})
			}
			names[s.Name] = true
			if s.To <= s.From {
				f.Add(at+"toMinute", "ticket.window_backwards", nil)
			}
			for _, o := range slots[:i] {
				switch {
				case o.Name == s.Name:
					f.Add(at+"name", "ticket.window_twice", nil)
				case o.From < s.To && s.From < o.To:
					f.Add(at+"fromMinute", "ticket.window_overlaps", map[string]any{"name": o.Name})
				}
			}
		}
	}
	for i, c := range r.Capacity {
		at := "visits.capacity[" + strconv.Itoa(i) + "]."
		if !slices.Contains(staff.Skills, c.Skill) {
			f.Add(at+"skill", "staff.skill_unknown", nil)
		}
		if c.Slot != "" && !names[c.Slot] {
			f.Add(at+"slot", errSlotUnknown, nil)
		}
		if slices.ContainsFunc(r.Capacity[:i], func(o SlotCapacity) bool { return o.Skill == c.Skill && o.Slot == c.Slot }) {
			f.Add(at+"skill", "ticket.capacity_twice", nil)
		}
	}
}

// VisitWindow is a window of one day.
type VisitWindow struct {
	Day  clock.Day     `json:"day"`
	Slot string        `json:"slot"`
	From clock.Instant `json:"from"`
	To   clock.Instant `json:"to"`
}

// workday by the published calendar; where none is published, Monday to Friday.
func workday(day clock.Day) bool {
	if is, err := clock.China().Workday(day); err == nil {
		return is
	}
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

// On lists the windows of a day in their order.
func (r VisitRules) On(day clock.Day, zone *time.Location) (out []VisitWindow) {
	slots := r.Holidays
	if workday(day) {
		slots = r.Workdays
	}
	for _, s := range slots {
		out = append(out, VisitWindow{day, s.Name, day.At(int(s.From), zone), day.At(int(s.To), zone)})
	}
	slices.SortStableFunc(out, func(a, b VisitWindow) int { return int(a.From.Sub(b.From) / time.Minute) })
	return out
}

// crew is who can be counted on in a community around some days.
type crew struct {
	zone  *time.Location
	lines []roster.Line
	able  []staff.OnDuty
}

// in lists who is on duty in a window: by the roster at least half of it, and not
// on leave. On a day for which no roster is planned everybody at work counts.
func (c crew) in(w VisitWindow) (out []Candidate) {
	start, end := w.Day.Start(c.zone), w.Day.Add(1).Start(c.zone)
	planned := false
	there, since, shift := map[staff.ID]time.Duration{}, map[staff.ID]clock.Instant{}, map[staff.ID]string{}
	for _, l := range c.lines {
		planned = planned || l.From < end && l.To > start
		from, to := max(l.From, w.From), min(l.To, w.To)
		if from >= to || slices.ContainsFunc(l.Problems, roster.Problem.Bars) {
			continue
		}
		if _, seen := since[l.Staff]; !seen {
			since[l.Staff], shift[l.Staff] = l.From, l.ShiftName
		}
		there[l.Staff] += to.Sub(from)
	}
	for _, d := range c.able {
		switch {
		case !planned:
			out = append(out, Candidate{OnDuty: d})
		case there[d.ID]*2 >= w.To.Sub(w.From):
			out = append(out, Candidate{OnDuty: d, Shift: shift[d.ID], Since: since[d.ID]})
		}
	}
	return out
}

// capacity is how many visits of a skill a window takes, and how many more it
// takes beside those that are booked in it, skill by skill. Where no number is
// set for the skill it is drawn from who is on duty: each can do so many visits
// in all, of any of their skills.
func (r VisitRules) capacity(w VisitWindow, people []Candidate, booked map[string]int, skill string) (all, free int) {
	for _, c := range r.Capacity {
		if c.Skill == skill && (c.Slot == w.Slot || c.Slot == "" && !r.sets(skill, w.Slot)) {
			return int(c.N), max(0, int(c.N)-booked[skill])
		}
	}
	per := int(r.PerPerson)
	for _, p := range people {
		if slices.Contains(p.Skills, skill) {
			all += per
		}
	}
	fromRoster := map[string]int{}
	for s, n := range booked {
		if !r.sets(s, w.Slot) && !r.sets(s, "") {
			fromRoster[s] = n
		}
	}
	now := placed(people, per, fromRoster)
	fromRoster[skill] += all
	return all, placed(people, per, fromRoster) - now
}

// sets reports whether a number is set for a skill in exactly this slot.
func (r VisitRules) sets(skill, slot string) bool {
	return slices.ContainsFunc(r.Capacity, func(c SlotCapacity) bool { return c.Skill == skill && c.Slot == slot })
}

// placed is how many of the wanted visits people can do, each at most per: the
// largest matching of visits to people who have the skill.
func placed(people []Candidate, per int, want map[string]int) (n int) {
	load := make([]int, len(people))
	given := make([]map[string]int, len(people))
	for i := range given {
		given[i] = map[string]int{}
	}
	var take func(skill string, tried []bool) bool
	take = func(skill string, tried []bool) bool {
		for i, p := range people {
			if tried[i] || !slices.Contains(p.Skills, skill) {
				continue
			}
			tried[i] = true
			if load[i] < per {
				load[i]++
				given[i][skill]++
				return true
			}
			for _, other := range slices.Sorted(maps.Keys(given[i])) {
				if given[i][other] > 0 && other != skill && take(other, tried) {
					given[i][other]--
					given[i][skill]++
					return true
				}
			}
		}
		return false
	}
	for _, skill := range slices.Sorted(maps.Keys(want)) {
		for range want[skill] {
			if !take(skill, make([]bool, len(people))) {
				break
			}
			n++
		}
	}
	return n
}

// judged says what became of a promise to come (TIC-07c): who checks in within
// the window, or up to the tolerance beside it, has kept it; earlier is no keeping
// either, because nobody was expected. A time that was told is kept by who comes
// earlier. late are the minutes after the end, negative before the beginning, of
// what was missed; without a check-in they are counted as soon as it is over.
func (a Appointment) judged(tolerance time.Duration, arrived *clock.Instant, now clock.Instant) (is Arrival, late int64) {
	switch {
	case arrived == nil && now <= a.To.Add(tolerance):
		return Booked, 0
	case arrived == nil:
		return Missed, 0
	case *arrived > a.To.Add(tolerance):
		return Missed, int64((arrived.Sub(a.To) + time.Minute - 1) / time.Minute)
	case a.Kind == ByWindow && *arrived < a.From.Add(-tolerance):
		return Missed, -int64((a.From.Sub(*arrived) + time.Minute - 1) / time.Minute)
	}
	return ArrivalKept, 0
}

// mayChange reports whether somebody may still book, move or cancel a window:
// residents until so long before it begins, others until it is over.
func (r VisitRules) mayChange(by string, w VisitWindow, now clock.Instant) bool {
	if by == FromCustomer {
		return now <= w.From.Add(-time.Duration(r.Until)*time.Minute)
	}
	return now < w.To
}

// chosenAt is when somebody is chosen for a window by themselves.
func (r VisitRules) chosenAt(from clock.Instant) clock.Instant {
	return from.Add(-time.Duration(r.Lead) * time.Minute)
}

// visit is t's window that is still to come.
func (t Ticket) visit(zone *time.Location) (VisitWindow, bool) {
	if t.VisitFrom == nil || t.VisitTo == nil || t.VisitSlot == "" || t.VisitState != Booked {
		return VisitWindow{}, false
	}
	return VisitWindow{clock.DayOf(*t.VisitFrom, zone), t.VisitSlot, *t.VisitFrom, *t.VisitTo}, true
}

// appoint puts a window on t. Who is to come but is not on duty in it, or cannot
// be, gives the matter back to dispatch (away).
func (t Ticket) appoint(w VisitWindow, away bool) (Ticket, error) {
	to := t.Status
	if away && (t.Status == Dispatched || t.Status == Accepted) {
		to = New
	}
	t, err := t.stepTo(StepAppoint, to)
	if err != nil {
		return t, err
	}
	if to == New {
		t.Assignee, t.AssigneeName, t.AcceptedAt = 0, "", nil
	}
	if t.VisitState == Booked && t.VisitSlot != "" {
		t.VisitMoved++
	}
	t.VisitSlot, t.VisitFrom, t.VisitTo, t.VisitState, t.VisitLate = w.Slot, &w.From, &w.To, Booked, 0
	return t, nil
}

// expected is by when somebody is to come: a time that was told and is still to
// come, else the end of the window.
func (t Ticket) expected(now clock.Instant) *clock.Instant {
	switch {
	case !t.inHand() || t.VisitState != Booked:
		return nil
	case t.PromisedAt != nil && *t.PromisedAt >= now && t.VisitFrom == nil:
		return t.PromisedAt
	case t.PromisedAt != nil && t.VisitFrom != nil && *t.PromisedAt >= *t.VisitFrom && *t.PromisedAt <= *t.VisitTo:
		return t.PromisedAt
	case t.VisitTo != nil:
		return t.VisitTo
	}
	return t.PromisedAt
}
