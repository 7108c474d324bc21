package simulate

import (
	"fmt"
	"slices"

	"guanjia/internal/platform/clock"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// replay is what a timeline says a ticket is, found out from its lines alone.
type replay struct {
	n        int // in the order in which they were opened: how many ids an engine takes is its own matter
	kind     ticket.Kind
	category string
	grade    ticket.Grade
	status   ticket.Status
	assignee staff.ID
	answered bool // the dispatch was accepted, and not given on since

	opened, resolveFrom         clock.Instant
	told, resolved              *clock.Instant // what stops the clocks
	ended                       bool
	responseLimit, resolveLimit limit // as they stood when their clock stopped
	complex                     bool
	pauses                      []pause
	heldAt                      *clock.Instant
	heldFrom, mergedFrom        ticket.Status
	reopened, transfers, lines  int64
	visited, waits              bool             // somebody was there; nobody has been looked for yet
	since                       clock.Instant    // when that began
	resolutions, undone         []clock.Instant  // when it was resolved, and opened again
	rung                        map[string]int64 // the last that each clock told
	followedUp                  bool
}

// pause is a stretch in which clocks stand still.
type pause struct{ from, to clock.Instant }

// limit is a clock's length with the pauses that moved its end.
type limit struct {
	grade  ticket.Grade
	length int64 // milliseconds
	pauses []pause
	from   clock.Instant
}

// steps are what the lines of a timeline do by the transition table; other
// lines leave the ticket as it is.
var steps = map[string]ticket.Step{
	"dispatched": ticket.StepDispatch, "accepted": ticket.StepAccept, "refused": ticket.StepRefuse, "timed_out": ticket.StepRefuse, "told": ticket.StepTell,
	"departed": ticket.StepDepart, "arrived": ticket.StepArrive, "started": ticket.StepStart, "held": ticket.StepHold, "resumed": ticket.StepResume, "interim": ticket.StepInterim,
	"resolved": ticket.StepResolve, "verified": ticket.StepVerify, "reopened": ticket.StepReopen, "noted": ticket.StepNote, "cancelled": ticket.StepCancel, "merged": ticket.StepMerge,
	"regraded": ticket.StepGrade, "excused": ticket.StepExcuse, "archived": ticket.StepArchive,
}

// apply takes one line into account, or says why it cannot follow what was.
func (r *replay) apply(e ticket.Entry) error {
	r.lines++
	if e.Verb == "opened" {
		if r.lines != 1 {
			return fmt.Errorf("it was opened twice")
		}
		r.grade, r.status, r.opened, r.resolveFrom, r.waits, r.since = ticket.Grade(word(e, "grade")), ticket.New, e.At, e.At, true, e.At
		return nil
	}
	if r.lines == 1 {
		return fmt.Errorf("the timeline begins with %q", e.Verb)
	}
	step, known := steps[e.Verb]
	switch {
	case e.Verb == "claimed":
		if err := r.move(ticket.StepDispatch); err != nil {
			return err
		}
		step, known = ticket.StepAccept, true
		r.give(e.By, e.At)
	case e.Verb == "parted" && r.mergedFrom != "": // the other line stands on the ticket it was merged into
		step, known = ticket.StepPart, true
	case e.Verb == "followed_up" || e.Verb == "not_reached":
		step, known = ticket.StepFollowUp, ticket.Policies[r.kind].FollowUp
	case e.Verb == "decided" && word(e, "state") == "approved" && word(e, "what") == string(ticket.StepComplex):
		step, known = ticket.StepComplex, true
	case e.Verb == "decided" && word(e, "state") == "approved" && word(e, "what") == string(ticket.StepExtend):
		step, known = ticket.StepExtend, true
	}
	if e.Verb == "reopened" && word(e, "to") == "" { // who did it is not on duty
		r.assignee = 0
	}
	if known {
		if err := r.move(step); err != nil {
			return err
		}
	}
	return r.effect(e)
}

// move takes a step of the kind's table.
func (r *replay) move(step ticket.Step) error {
	ends := ticket.Policies[r.kind].Moves[r.status][step]
	to := r.status
	switch {
	case len(ends) == 1:
		to = ends[0]
	case step == ticket.StepResume:
		to = r.heldFrom
	case step == ticket.StepPart:
		to = r.mergedFrom
	case step == ticket.StepReopen:
		if to = ticket.Dispatched; r.assignee == 0 {
			to = ticket.New
		}
	}
	if !slices.Contains(ends, to) {
		return fmt.Errorf("the table of %s has no step %q from %q to %q", r.kind, step, r.status, to)
	}
	if step == ticket.StepHold {
		r.heldFrom = r.status
	}
	if step == ticket.StepMerge {
		r.mergedFrom = r.status
	}
	r.status = to
	return nil
}

// effect is what a line changes besides the status.
func (r *replay) effect(e ticket.Entry) error {
	switch e.Verb {
	case "dispatched":
		to, err := person(e, "to")
		if err != nil {
			return err
		}
		r.give(to, e.At)
	case "accepted", "claimed":
		r.answered = true
	case "refused", "timed_out":
		r.assignee, r.answered, r.waits, r.since = 0, false, true, e.At
	case "told", "arrived":
		r.visited = r.visited || e.Verb == "arrived"
		r.respond(e.At)
	case "held":
		r.heldAt = &e.At
	case "resumed":
		r.resume(e.At)
	case "merged":
		r.ended = true
		r.waits = r.waits && e.At.Sub(r.since) > beat
		if r.heldAt == nil {
			r.heldAt = &e.At
		}
	case "parted":
		if r.mergedFrom != "" {
			r.ended, r.mergedFrom = false, ""
			r.waits, r.since = r.status == ticket.New, e.At
			if r.status != ticket.Held {
				r.resume(e.At)
			}
		}
	case "cancelled":
		r.ended, r.heldAt = true, nil
		r.waits = r.waits && e.At.Sub(r.since) > beat // the turn of who looks had not come
	case "regraded":
		r.grade = ticket.Grade(word(e, "to"))
	case "decided":
		if word(e, "state") == "approved" && word(e, "what") == string(ticket.StepComplex) {
			r.complex, r.rung["resolve"] = true, 0
		}
	default:
		r.later(e)
	}
	return nil
}

// later are the lines of the end of a ticket.
func (r *replay) later(e ticket.Entry) {
	switch e.Verb {
	case "resolved":
		r.resolveLimit = r.limitOf("resolve") // a clock that has stopped keeps its verdict
		r.resolved = &e.At
		r.resolutions = append(r.resolutions, e.At)
		r.respond(e.At) // who hears that it is settled has been told
	case "reopened":
		r.reopened++
		r.undone = append(r.undone, e.At)
		r.resolved, r.resolveFrom, r.answered, r.followedUp = nil, e.At, false, false
		r.waits, r.since = r.status == ticket.New, e.At
		r.rung["resolve"] = 0
	case "followed_up", "not_reached":
		r.followedUp = true
	case "archived":
		r.ended = true
	case "no_one_free", "offered", "queued", "unclaimed":
		r.waits = false
	}
}

func (r *replay) give(to staff.ID, at clock.Instant) {
	if r.assignee != 0 && r.assignee != to && r.answered {
		r.transfers++
	}
	r.assignee, r.answered, r.waits = to, false, false
	r.resume(at)
}

func (r *replay) resume(at clock.Instant) {
	if r.heldAt != nil {
		r.pauses = append(r.pauses, pause{*r.heldAt, at})
		r.heldAt = nil
	}
}

func (r *replay) respond(at clock.Instant) {
	if r.told == nil {
		r.responseLimit = r.limitOf("response")
		r.told = &at
	}
}

// word is a text among the facts of a line.
func word(e ticket.Entry, key string) string { s, _ := e.Data[key].(string); return s }

// person is somebody among the facts of a line.
func person(e ticket.Entry, key string) (who staff.ID, err error) {
	return who, who.UnmarshalText([]byte(word(e, key)))
}
