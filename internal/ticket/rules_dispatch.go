package ticket

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// Mode is how tickets of a category come to who does the work (TIC-05).
type Mode string

// The modes.
const (
	Automatic Mode = "automatic" // to somebody on duty
	ToQueue   Mode = "queue"     // to the department's leader, who gives it
	ByClaim   Mode = "claim"     // 抢单: who is on duty takes it
	ByHand    Mode = "hand"      // by a dispatcher
)

// DispatchRule sets the mode of a category, or of a first level with all below it.
type DispatchRule struct {
	Category string `json:"category" maxLength:"60"`
	Mode     Mode   `json:"mode" enum:"automatic,queue,claim,hand"`
}

// AcceptMinutes is how long somebody may take to accept what was given to them
// automatically, and everybody to claim what is offered; 0: as shipped.
type AcceptMinutes struct {
	A int64 `json:"A" minimum:"0" maximum:"1440"`
	B int64 `json:"B" minimum:"0" maximum:"1440"`
	C int64 `json:"C" minimum:"0" maximum:"1440"`
}

// shippedAccept is what applies where a community has set nothing.
var shippedAccept = AcceptMinutes{A: 5, B: 15, C: 15}

// mode is the most particular rule for a category: its own, that of its first
// level, else automatic.
func (s Settings) mode(category string) Mode {
	parent, _, _ := strings.Cut(category, ".")
	for _, at := range []string{category, parent} {
		for _, r := range s.Dispatch {
			if r.Category == at {
				return r.Mode
			}
		}
	}
	return Automatic
}

// acceptWithin is how long an answer is waited for.
func (s Settings) acceptWithin(g Grade) time.Duration {
	own, usual := s.Accept.C, shippedAccept.C
	switch g {
	case A:
		own, usual = s.Accept.A, shippedAccept.A
	case B:
		own, usual = s.Accept.B, shippedAccept.B
	}
	return time.Duration(cmp.Or(own, usual)) * time.Minute
}

// wrongModes notes rules that name no category, or one twice.
func (s Settings) wrongModes(f *errs.Fields, tree *Tree) {
	seen := map[string]bool{}
	for i, r := range s.Dispatch {
		at := "dispatch[" + strconv.Itoa(i) + "].category"
		if !tree.known(r.Category) {
			f.Add(at, "ticket.category_unknown", nil)
		}
		if seen[r.Category] {
			f.Add(at, "ticket.mode_twice", nil)
		}
		seen[r.Category] = true
	}
}

// Candidate is somebody on duty who could take a ticket.
type Candidate struct {
	staff.OnDuty
	Load   int64            // open tickets in hand
	Urgent int64            // of these, of grade A
	Last   staff.BuildingID // where they were at last, within the day; 0: not known
	Shift  string           // by the roster
	Since  clock.Instant    // when the shift begins; 0: it has begun, or none is known
}

// Need is what a ticket asks of who takes it.
type Need struct {
	Skill    string
	Building staff.BuildingID
	Grade    Grade
	Delicate bool // a complaint, or of a VIP: for seniors first (TIC-05a)
}

// Why says in the timeline why somebody was chosen (TIC-05).
type Why struct {
	Skill  string `json:"skill"`
	Duty   bool   `json:"duty"`
	Shift  string `json:"shift,omitempty"`
	Area   bool   `json:"area"`
	Load   int64  `json:"load"`
	Near   bool   `json:"near,omitempty"`   // they were in this building at last
	Urgent bool   `json:"urgent,omitempty"` // grade A: who has no other emergency, and is near, came first
	Of     int    `json:"of,omitempty"`     // how many could have come
	Knows  string `json:"knows,omitempty"`  // somebody else did it before it was opened again
	Slot   string `json:"slot,omitempty"`   // on duty in this window of the appointment
	Plan   bool   `json:"plan,omitempty"`   // of a plan that somebody accepted
	Senior string `json:"senior,omitempty"` // of what is delicate: "yes", or "none" when no senior could come
}

// Choose picks who gets a ticket among those on duty with the skill. In the
// ordinary course who serves the building comes first, then the least loaded,
// then who was in the building at last. An emergency goes first to who has no
// other one in hand, and there nearness counts before load. Of two alike it is
// who has been there longest. What is delicate goes to the seniors among them,
// and where there are none to whoever comes first otherwise (TIC-05a). ok is
// false when nobody is free.
func Choose(all []Candidate, need Need) (best Candidate, why Why, ok bool) {
	able := slices.DeleteFunc(slices.Clone(all), func(c Candidate) bool { return !slices.Contains(c.Skills, need.Skill) })
	if len(able) == 0 {
		return best, why, false
	}
	of, senior := len(able), ""
	if need.Delicate {
		able, senior = seniorsFirst(able)
	}
	area := func(c Candidate) bool { return need.Building != 0 && slices.Contains(c.Areas, need.Building) }
	near := func(c Candidate) bool { return need.Building != 0 && c.Last == need.Building }
	best = slices.MinFunc(able, func(a, b Candidate) int {
		if need.Grade == A {
			return cmp.Or(yesFirst(a.Urgent == 0, b.Urgent == 0), yesFirst(near(a), near(b)), yesFirst(area(a), area(b)), cmp.Compare(a.Load, b.Load), cmp.Compare(a.ID, b.ID))
		}
		return cmp.Or(yesFirst(area(a), area(b)), cmp.Compare(a.Load, b.Load), yesFirst(near(a), near(b)), cmp.Compare(a.ID, b.ID))
	})
	return best, Why{Skill: need.Skill, Duty: true, Shift: best.Shift, Area: area(best), Load: best.Load, Near: near(best), Urgent: need.Grade == A && len(able) > 1, Of: of, Senior: senior}, true
}

// seniorsFirst keeps the seniors and supervisors, if there are any.
func seniorsFirst(able []Candidate) (kept []Candidate, said string) {
	kept = slices.DeleteFunc(slices.Clone(able), func(c Candidate) bool { return !c.Level.Delicate() })
	if len(kept) == 0 {
		return able, "none"
	}
	return kept, "yes"
}

// yesFirst orders what is so before what is not.
func yesFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
