package ticket

import (
	"slices"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

const (
	// reopenFreely is how long after resolving a ticket opens again without anybody's yes (TIC-04).
	reopenFreely = 7 * 24 * time.Hour
	// settles is after how long silence settles: a customer who does not verify is
	// taken as content, and what is followed up, or needs no follow-up, is archived (TIC-04, TIC-14).
	settles = 7 * 24 * time.Hour
	// longestHold is how many days ahead work may be expected to go on.
	longestHold = 366
)

// depart says that somebody is on the way.
func (t Ticket) depart(now clock.Instant) (Ticket, error) {
	t, err := t.step(StepDepart)
	t.DepartedAt = &now
	return t, err
}

// hold stops the clocks while the matter waits for the customer, for material
// or for a third party (TIC-03); until is when work is expected to go on.
func (t Ticket) hold(why Waiting, until *clock.Instant, now clock.Instant) (Ticket, error) {
	from := t.Status
	t, err := t.step(StepHold)
	if err != nil {
		return t, err
	}
	if until != nil && *until <= now {
		return t, errs.ErrFields.At(errs.Field{Name: "until", Code: "ticket.past"})
	}
	if until != nil && until.Sub(now) > longestHold*24*time.Hour {
		return t, errs.ErrFields.At(errs.Field{Name: "until", Code: "ticket.window_day", Params: map[string]any{"days": longestHold}})
	}
	t.HeldFrom, t.HeldWhy, t.HeldAt, t.HeldUntil, t.ReportFrom = from, why, &now, until, now
	return t.sorted(), nil
}

// resume lets the clocks run on from where they stood.
func (t Ticket) resume(now clock.Instant) (Ticket, error) {
	t, err := t.stepTo(StepResume, t.HeldFrom)
	if err != nil {
		return t, err
	}
	return t.released(now), nil
}

// released ends a pause: its length moves the deadlines.
func (t Ticket) released(now clock.Instant) Ticket {
	if t.HeldAt == nil {
		return t
	}
	t.Pauses = append(slices.Clone(t.Pauses), Pause{*t.HeldAt, now, t.HeldWhy})
	t.HeldFrom, t.HeldWhy, t.HeldAt, t.HeldUntil = "", "", nil, nil
	return t.clocked()
}

// verify notes that the customer has found the matter settled.
func (t Ticket) verify(now clock.Instant) (Ticket, error) {
	t, err := t.step(StepVerify)
	if t.VerifiedAt == nil {
		t.VerifiedAt = &now
	}
	return t, err
}

// freelyReopened reports whether t may be opened again without a supervisor (TIC-04).
func (t Ticket) freelyReopened(now clock.Instant) bool {
	return t.ResolvedAt != nil && now.Sub(*t.ResolvedAt) <= reopenFreely
}

// reopen takes up again what was resolved: with who did it if back, otherwise
// waiting for somebody; who did it stays known. The resolve clock starts afresh;
// what it showed the first time is in the timeline, and the count stays.
func (t Ticket) reopen(back bool, now clock.Instant) (Ticket, error) {
	to := Dispatched
	if !back {
		to = New
	}
	t, err := t.stepTo(StepReopen, to)
	if err != nil {
		return t, err
	}
	if t.Assignee != 0 {
		t.Doer, t.DoerName = t.Assignee, t.AssigneeName
	}
	if !back {
		t.Assignee, t.AssigneeName = 0, ""
	}
	if t.FirstResolvedAt == nil {
		t.FirstResolvedAt = t.ResolvedAt
	}
	if t.freelyReopened(now) {
		t.Again++
	}
	t.Reopened++
	t.ReopenedAt, t.ResolvedAt, t.FollowedUpAt, t.VerifiedAt, t.AcceptedAt, t.ExtendedTo, t.FirstDue = &now, nil, nil, nil, nil, nil, nil
	t.ResolveStep, t.SignAsked = 0, nil
	return t.clocked(), nil
}

// archive ends what is followed up, or needs no follow-up; nothing changes afterwards.
func (t Ticket) archive(now clock.Instant) (Ticket, error) {
	t, err := t.step(StepArchive)
	t.EndedAt = &now
	return t.sorted(), err
}

// complicate gives a matter the time that a complex one needs, counted from
// its opening; the first verdict stays beside the new one (TIC-03).
func (t Ticket) complicate() (Ticket, error) {
	t, err := t.step(StepComplex)
	t.Complex = true
	if t.ResolvedAt == nil {
		t.ResolveStep = 0 // the ladder counts from the new deadline
	}
	return t.clocked(), err
}

// extend grants until when it may take (TIC-03c).
func (t Ticket) extend(until clock.Instant) (Ticket, error) {
	t, err := t.step(StepExtend)
	t.ExtendedTo = &until
	return t.sorted(), err
}

// mayExtend checks what is asked for: a time to come, later than the deadline.
func (t Ticket) mayExtend(until, now clock.Instant) error {
	if until <= now || until <= t.deadline() {
		return errs.ErrFields.At(errs.Field{Name: "until", Code: "ticket.extension_short"})
	}
	return nil
}

// excuse says why a missed clock is nobody's fault; the verdict stays (TIC-03b).
func (t Ticket) excuse(which, why string, now clock.Instant) (Ticket, error) {
	t, err := t.step(StepExcuse)
	if err != nil {
		return t, err
	}
	for _, c := range t.Clocks(now) {
		if c.Kind != which {
			continue
		}
		if c.State != "missed" && c.State != "breached" {
			return t, errs.ErrFields.At(errs.Field{Name: "clock", Code: "ticket.nothing_missed"})
		}
	}
	if which == "response" {
		t.ExcusedResponse = why
	} else {
		t.ExcusedResolve = why
	}
	return t, nil
}

// settlesAt is when silence takes t on: verified by itself, then archived.
func (t Ticket) settlesAt() (clock.Instant, bool) {
	switch {
	case t.Status == FollowedUp && t.FollowedUpAt != nil:
		return t.FollowedUpAt.Add(settles), true
	case t.Status == Resolved && t.ResolvedAt != nil && (t.VerifiedAt == nil || !Policies[t.Kind].FollowUp):
		return t.ResolvedAt.Add(settles), true
	}
	return 0, false
}

// reportEvery is how often the customer of a long matter hears how it stands (TIC-09).
const reportEvery = 24 * time.Hour

// reportDue is when the first-contact owner is reminded to tell the customer
// how it stands: 24 hours after the last word, or after the last reminder. A
// matter that waits for the customer owes them nothing, nor does one without any.
func (t Ticket) reportDue() (clock.Instant, bool) {
	if !t.inHand() || t.HeldAt != nil && t.HeldWhy == ForCustomer || t.Channel == ByPlan && t.Customer == 0 {
		return 0, false
	}
	return max(t.ReportFrom, t.OpenedAt).Add(reportEvery), true
}

// Rung is one step of the ladder: what part of a clock has gone by, in
// hundredths, and who is told (TIC-03b).
type Rung struct {
	Percent int64    `json:"percent" minimum:"1" maximum:"1000"`
	To      []string `json:"to" minItems:"1" maxItems:"10" doc:"assignee, owner, leader, or the code of a role"`
}

// Whom a rung may name besides roles.
const (
	ToAssignee = "assignee"
	ToOwner    = "owner"
	ToLeader   = "leader" // of the department that does the work
)

// ShippedLadder is whom a clock tells, until a community sets another.
var ShippedLadder = []Rung{
	{50, []string{ToAssignee, ToOwner}},
	{80, []string{ToAssignee, ToOwner}},
	{100, []string{ToAssignee, ToOwner, ToLeader}},
	{150, []string{"service_manager"}},
	{200, []string{"property_manager"}},
}

// ladderStep is when a clock reaches a part of its target. A deadline is in
// time to its last millisecond, so the breach comes one later.
func (t Ticket) ladderStep(which string, percent int64) clock.Instant {
	h := t.Policy.hoursOf(t.Grade)
	response, resolve := t.targets()
	start, target := t.OpenedAt, response
	if which == "resolve" {
		start, target = t.resolveFrom(), resolve
	}
	at := reach(h, start, target*time.Duration(percent)/100, t.Pauses)
	if percent >= 100 {
		at++
	}
	return at
}

// climb returns what of the ladder has come by now and was not told yet, for
// each clock that runs, and when to look again; ok is false when nothing will come.
func (t Ticket) climb(ladder []Rung, now clock.Instant) (told []Reached, next clock.Instant, ok bool) {
	if t.EndedAt != nil || t.ResolvedAt != nil || t.HeldAt != nil {
		return nil, 0, false
	}
	look := func(at clock.Instant) {
		if !ok || at < next {
			next, ok = at, true
		}
	}
	for _, c := range []struct {
		which   string
		stopped bool
		done    int64
	}{{"response", t.ResponseAt != nil, t.ResponseStep}, {"resolve", false, t.ResolveStep}} {
		if c.stopped {
			continue
		}
		for _, r := range ladder {
			if r.Percent <= c.done {
				continue
			}
			at := t.ladderStep(c.which, r.Percent)
			if at > now {
				look(at)
				break // a later rung comes later
			}
			told = append(told, Reached{c.which, r})
		}
	}
	return told, next, ok
}

// interimAt is the part of the resolve clock, in hundredths, from which it is
// likely to be missed: the customer is helped for now (TIC-04a).
const interimAt = 80

// interimDue reports whether it should be recorded what is done for now: the
// resolve clock runs out, and nothing was recorded since it began.
func (t Ticket) interimDue(lines []Entry, now clock.Instant) bool {
	if !t.inHand() || t.HeldAt != nil || !t.may(StepInterim) || now < t.ladderStep("resolve", interimAt) {
		return false
	}
	return !slices.ContainsFunc(lines, func(e Entry) bool { return e.Verb == "interim" && e.At >= t.resolveFrom() })
}

// Reached is a rung that a clock has come to.
type Reached struct {
	Clock string
	Rung
}
