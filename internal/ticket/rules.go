package ticket

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// step moves t by one step of its kind's table, or says why not.
func (t Ticket) step(s Step) (Ticket, error) { return t.stepTo(s, t.Status) }

// stepTo is step for one that may end in several ways: it ends in to, which
// the table must allow.
func (t Ticket) stepTo(s Step, to Status) (Ticket, error) {
	ends, ok := Policies[t.Kind].Moves[t.Status][s]
	if len(ends) == 1 {
		to = ends[0]
	}
	if !ok || !slices.Contains(ends, to) {
		return t, ErrTransition.With("status", string(t.Status)).With("step", string(s))
	}
	t.Status = to
	return t, nil
}

// may reports whether the table allows step now.
func (t Ticket) may(s Step) bool { return len(Policies[t.Kind].Moves[t.Status][s]) > 0 }

// Theirs refuses work on a ticket by anybody but its assignee or who may dispatch.
func (t Ticket) Theirs(who authz.Actor) error {
	if t.Assignee == who.ID && who.ID != 0 || who.Scope(ActDispatch).Sees(t.Community) {
		return nil
	}
	return ErrNotYours
}

// does is Theirs for the end of the work: where somebody has to go, only who
// went, or who leads those who go, can say that it is done.
func (t Ticket) does(who authz.Actor) error {
	if t.Assignee != who.ID && Policies[t.Kind].Visits && !who.Scope(ActAccept).Sees(t.Community) {
		return ErrNotYours
	}
	return t.Theirs(who)
}

// dispatch gives t to somebody; giving what was accepted to another is a
// transfer, which must be accepted again. What was on hold goes on.
func (t Ticket) dispatch(to staff.ID, name string, now clock.Instant) (Ticket, error) {
	was := t.Assignee
	t, err := t.step(StepDispatch)
	if err != nil {
		return t, err
	}
	if was != 0 && was != to && t.AcceptedAt != nil {
		t.Transfers++
	}
	t.Assignee, t.AssigneeName, t.AcceptedAt = to, name, nil
	if t.DispatchedAt == nil {
		t.DispatchedAt = &now
	}
	return t.released(now), nil
}

func (t Ticket) accept(now clock.Instant) (Ticket, error) {
	t, err := t.step(StepAccept)
	t.AcceptedAt = &now
	return t, err
}

// refuse sends t back to dispatch (TIC-04).
func (t Ticket) refuse() (Ticket, error) {
	t, err := t.step(StepRefuse)
	t.Assignee, t.AssigneeName, t.AcceptedAt = 0, "", nil
	return t, err
}

// tell records that the customer was told something. The first time stops the
// response clock: accepting alone never does (TIC-03a).
func (t Ticket) tell(arrival *clock.Instant, now clock.Instant) (Ticket, error) {
	t, err := t.step(StepTell)
	t.ReportFrom = now
	if t.ResponseAt == nil {
		t.ResponseAt = &now
	}
	if arrival != nil {
		if *arrival < now {
			return t, errs.ErrFields.At(errs.Field{Name: "arrivalAt", Code: "ticket.past"})
		}
		if arrival.Sub(now) > farthest*24*time.Hour {
			return t, errs.ErrFields.At(errs.Field{Name: "arrivalAt", Code: "ticket.window_day", Params: map[string]any{"days": farthest}})
		}
		t.PromisedAt = arrival
	}
	return t.sorted(), err
}

// arrive records the check-in at the door: a visit is a response too (TIC-03a).
func (t Ticket) arrive(now clock.Instant) (Ticket, error) {
	t, err := t.reached().step(StepArrive)
	t.ArrivedAt, t.ReportFrom = &now, now
	if t.ResponseAt == nil {
		t.ResponseAt = &now
	}
	return t.sorted(), err
}

func (t Ticket) start(now clock.Instant) (Ticket, error) {
	t, err := t.step(StepStart)
	t.StartedAt = &now
	return t, err
}

// handOver gives an open ticket to a colleague who has not accepted it yet;
// what has begun goes on, and no clock starts afresh (ACC-08).
func (t Ticket) handOver(to staff.ID, name string) Ticket {
	t.Assignee, t.AssigneeName = to, name
	if t.Status == Accepted || t.Status == EnRoute {
		t.Status, t.AcceptedAt = Dispatched, nil
	}
	return t
}

// cancel ends a ticket before it is resolved; its clocks stop counting.
func (t Ticket) cancel(now clock.Instant) (Ticket, error) {
	t, err := t.step(StepCancel)
	t.EndedAt, t.HeldAt, t.HeldUntil = &now, nil, nil
	return t.sorted(), err
}

// followUp notes the customer's verdict: rating in tenths (FUP-03). A matter
// whose life has no follow-up keeps its status: it was asked about as a sample,
// or because of who the customer is (FUP-01).
func (t Ticket) followUp(rating int64, now clock.Instant) (Ticket, error) {
	t, err := t.asked(now)
	t.Rating = &rating
	return t, err
}

// asked ends the waiting for a follow-up, where the kind of matter waits for one.
func (t Ticket) asked(now clock.Instant) (Ticket, error) {
	var err error
	if !Policies[t.Kind].FollowUp && (t.Status == Resolved || t.Status == Archived) {
		return t, nil
	}
	t, err = t.step(StepFollowUp)
	t.FollowedUpAt = &now
	return t, err
}

// regrade changes the grade; running clocks keep their start and take the new
// targets, stopped ones keep their verdict.
func (t Ticket) regrade(g Grade, lowest Grade) (Ticket, error) {
	t, err := t.step(StepGrade)
	if err != nil {
		return t, err
	}
	if g > lowest {
		return t, errs.ErrFields.At(errs.Field{Name: "grade", Code: "ticket.grade_forced", Params: map[string]any{"grade": string(lowest)}})
	}
	t.Grade = g
	return t.clocked(), nil
}

// text trims what a person wrote and notes when it is missing or too long.
// HTML, SQL and emoji are plain text here; screens escape.
func text(f *errs.Fields, field string, s *string, most int, needed bool) {
	*s = strings.TrimSpace(strings.ToValidUTF8(*s, ""))
	*s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, *s)
	if needed && *s == "" {
		f.Add(field, "missing", nil)
	}
	if utf8.RuneCountInString(*s) > most {
		f.Add(field, "too_long", map[string]any{"max": most})
	}
}

// Numbers are the numbers of tickets of every kind with one serial, over the
// days up to now; one more on both sides, because the zone is not known here.
func Numbers(serial string, now clock.Instant, days int) (out []string) {
	today := clock.DayOf(now, time.UTC)
	for _, p := range Policies {
		for d := -days - 1; d <= 1; d++ {
			out = append(out, series(p.Prefix, today.Add(d))+"-"+serial)
		}
	}
	return out
}

// series is the name of a day's series of numbers.
func series(prefix string, day clock.Day) string {
	return prefix + strings.ReplaceAll(day.String(), "-", "")
}
