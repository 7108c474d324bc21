package ticket

import (
	"strings"
	"time"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// step moves t by one step of its kind's table, or says why not.
func (t Ticket) step(s Step) (Ticket, error) {
	to, ok := Policies[t.Kind].Moves[t.Status][s]
	if !ok {
		return t, ErrTransition.With("status", string(t.Status)).With("step", string(s))
	}
	t.Status = to
	return t, nil
}

// may reports whether the table allows step now.
func (t Ticket) may(s Step) bool { _, err := t.step(s); return err == nil }

// theirs refuses work on a ticket by anybody but its assignee or who may dispatch.
func (t Ticket) theirs(who authz.Actor) error {
	if t.Assignee == who.ID && who.ID != 0 || who.Scope(ActDispatch).Sees(t.Community) {
		return nil
	}
	return ErrNotYours
}

// dispatch gives t to somebody; giving it again before the work begins is a transfer.
func (t Ticket) dispatch(to staff.ID, name string, now clock.Instant) (Ticket, error) {
	t, err := t.step(StepDispatch)
	t.Assignee, t.AssigneeName, t.AcceptedAt = to, name, nil
	if t.DispatchedAt == nil {
		t.DispatchedAt = &now
	}
	return t, err
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
	if t.ResponseAt == nil {
		t.ResponseAt = &now
	}
	if arrival != nil {
		if *arrival < now {
			return t, errs.ErrFields.At(errs.Field{Name: "arrivalAt", Code: "ticket.past"})
		}
		t.PromisedAt = arrival
	}
	return t.sorted(), err
}

// arrive records the check-in at the door: a visit is a response too (TIC-03a).
func (t Ticket) arrive(now clock.Instant) (Ticket, error) {
	t, err := t.step(StepArrive)
	t.ArrivedAt = &now
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

// resolve ends the work, if the evidence of its kind is there (TIC-07a).
func (t Ticket) resolve(cause, remedy string, photosAfter int, now clock.Instant) (Ticket, error) {
	if missing := t.missing(photosAfter); t.may(StepResolve) && len(missing) > 0 {
		return t, ErrMissing.With("missing", strings.Join(missing, ", "))
	}
	t, err := t.step(StepResolve)
	t.ResolvedAt, t.Cause, t.Remedy = &now, cause, remedy
	return t.sorted(), err
}

func (t Ticket) missing(photosAfter int) []string {
	out := Policies[t.Kind].Evidence(t, photosAfter)
	if out == nil {
		out = []string{}
	}
	return out
}

// handOver gives an open ticket to a colleague who has not accepted it yet;
// what has begun goes on, and no clock starts afresh (ACC-08).
func (t Ticket) handOver(to staff.ID, name string) Ticket {
	t.Assignee, t.AssigneeName = to, name
	if t.Status == Accepted {
		t.Status, t.AcceptedAt = Dispatched, nil
	}
	return t
}

// cancel ends a ticket before it is resolved; its clocks stop counting.
func (t Ticket) cancel(now clock.Instant) (Ticket, error) {
	t, err := t.step(StepCancel)
	t.EndedAt = &now
	return t.sorted(), err
}

// followUp notes the customer's verdict: rating in tenths (FUP-03).
func (t Ticket) followUp(rating int64, now clock.Instant) (Ticket, error) {
	t, err := t.step(StepFollowUp)
	t.FollowedUpAt, t.Rating = &now, &rating
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

// clocked sets the deadlines of t's grade, counted from its opening. All clocks
// run in real time until a community sets service hours (TIC-03).
func (t Ticket) clocked() Ticket {
	target := Policies[t.Kind].Targets[t.Grade]
	t.Policy = Frozen{target.Response.Milliseconds(), target.Resolve.Milliseconds()}
	if t.ResponseAt == nil {
		t.ResponseDue = t.OpenedAt.Add(target.Response)
	}
	if t.ResolvedAt == nil {
		t.ResolveDue = t.OpenedAt.Add(target.Resolve)
	}
	return t.sorted()
}

// finished is larger than any instant; newer tickets come first among finished ones.
const finished = int64(4_000_000_000_000_000_000)

// idle is above every deadline and below finished less any id: what sorts
// before it has a clock that runs.
const idle = int64(1_000_000_000_000_000)

// sorted sets what lists sort by: the clock that falls due first, then, where
// no clock runs, the newest.
func (t Ticket) sorted() Ticket {
	switch {
	case t.EndedAt != nil || t.ResolvedAt != nil:
		t.SortDue = finished - int64(t.ID)
	case t.ResponseAt == nil:
		t.SortDue = int64(min(t.ResponseDue, t.ResolveDue))
	default:
		t.SortDue = int64(t.ResolveDue)
	}
	return t
}

// Clock is one running or stopped clock of a ticket.
type Clock struct {
	Kind      string         `json:"kind" enum:"response,resolve"`
	Start     clock.Instant  `json:"start"`
	Due       clock.Instant  `json:"due"`
	TargetMS  int64          `json:"targetMs"`
	StoppedAt *clock.Instant `json:"stoppedAt,omitempty"`
	State     string         `json:"state" enum:"running,breached,met,missed,cancelled"`
}

func verdict(kind string, start, due clock.Instant, target int64, stopped, ended *clock.Instant, now clock.Instant) Clock {
	c := Clock{kind, start, due, target, stopped, "running"}
	switch {
	case stopped != nil && *stopped <= due: // limits are inclusive: 5:00 is in time
		c.State = "met"
	case stopped != nil:
		c.State = "missed"
	case ended != nil:
		c.State = "cancelled"
	case now > due:
		c.State = "breached"
	}
	return c
}

// Clocks returns the response and the resolve clock as of now.
func (t Ticket) Clocks(now clock.Instant) []Clock {
	return []Clock{
		verdict("response", t.OpenedAt, t.ResponseDue, t.Policy.ResponseMS, t.ResponseAt, t.EndedAt, now),
		verdict("resolve", t.OpenedAt, t.ResolveDue, t.Policy.ResolveMS, t.ResolvedAt, t.EndedAt, now),
	}
}

// First is the clock to show in a list: of those that run the one that falls
// due first, otherwise the one that decides the verdict.
func (t Ticket) First(now clock.Instant) Clock {
	c := t.Clocks(now)
	running := func(i int) bool { return c[i].State == "running" || c[i].State == "breached" }
	if running(0) && c[0].Due <= c[1].Due {
		return c[0]
	}
	return c[1]
}

// Durations is how long each part took, in milliseconds; absent = not yet.
type Durations struct {
	Response *int64 `json:"responseMs,omitempty"`
	Dispatch *int64 `json:"dispatchMs,omitempty"`
	Arrival  *int64 `json:"arrivalMs,omitempty"`
	Total    *int64 `json:"totalMs,omitempty"`
}

// Durations measures from the opening.
func (t Ticket) Durations() Durations {
	since := func(at *clock.Instant) *int64 {
		if at == nil {
			return nil
		}
		ms := at.Sub(t.OpenedAt).Milliseconds()
		return &ms
	}
	return Durations{since(t.ResponseAt), since(t.DispatchedAt), since(t.ArrivedAt), since(t.ResolvedAt)}
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
