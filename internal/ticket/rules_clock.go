package ticket

import (
	"database/sql/driver"
	"encoding/json"
	"time"

	"guanjia/internal/platform/clock"
)

// Waiting is why a ticket is on hold: only these stop its clocks (TIC-03).
type Waiting string

// What a ticket may wait for.
const (
	ForCustomer   Waiting = "customer"
	ForMaterial   Waiting = "material"
	ForThirdParty Waiting = "third_party"
)

// Pause is a stretch in which the clocks of a ticket stood still, end excluded.
type Pause struct {
	From clock.Instant `json:"from"`
	To   clock.Instant `json:"to"`
	Why  Waiting       `json:"why"`
}

// Pauses are the pauses of a ticket that have ended, in order; none overlap.
type Pauses []Pause

// Value implements driver.Valuer.
func (p Pauses) Value() (driver.Value, error) {
	if len(p) == 0 {
		return nil, nil
	}
	b, err := json.Marshal([]Pause(p))
	return string(b), err
}

// Scan implements sql.Scanner.
func (p *Pauses) Scan(src any) error { return scanJSON(src, (*[]Pause)(p)) }

// reach is when a clock that started at start has run for want: in hours, and
// standing still during pauses (TIC-03). A pause after that moment changes
// nothing, so what was missed stays missed; the part of a pause outside the
// hours moves nothing, because no time would have run there. Days of a year
// whose holidays nobody has published count in real time: a limit is then
// rather early than late.
func reach(h clock.Hours, start clock.Instant, want time.Duration, pauses Pauses) clock.Instant {
	h = h.OpenWhenUnknown()
	at, left := start, want
	for _, p := range pauses {
		if p.To <= at {
			continue
		}
		run := between(h, at, max(at, p.From))
		if left <= run {
			break
		}
		left -= run
		at = p.To
	}
	due, err := h.Add(at, left)
	if err != nil {
		return at.Add(left) // beyond the days there are
	}
	return due
}

// between is the part of a time that lies in hours without unknown days.
func between(h clock.Hours, from, to clock.Instant) time.Duration {
	run, err := h.Between(from, to)
	if err != nil {
		return to.Sub(from) // beyond the days there are
	}
	return run
}

// elapsed is how long a clock has run until now: what reach turns around.
func elapsed(h clock.Hours, start, now clock.Instant, pauses Pauses) time.Duration {
	h = h.OpenWhenUnknown()
	var sum time.Duration
	at := start
	add := func(to clock.Instant) {
		if to > at {
			sum += between(h, at, to)
		}
	}
	for _, p := range pauses {
		add(min(p.From, now))
		at = max(at, p.To)
	}
	add(now)
	return sum
}

// targets are the clocks' lengths as they now apply.
func (t Ticket) targets() (response, resolve time.Duration) {
	p := t.Policy.of(t.Kind, t.Grade)
	if t.Complex {
		return p.Response, t.Policy.complexTarget(t.Kind)
	}
	return p.Response, p.Resolve
}

// resolveFrom is when the resolve clock started: at opening, or when the
// ticket was opened again.
func (t Ticket) resolveFrom() clock.Instant {
	if t.ReopenedAt != nil {
		return *t.ReopenedAt
	}
	return t.OpenedAt
}

// clocked sets the deadlines of t's grade. A clock that has stopped keeps its
// verdict; the first verdict of what becomes complex is kept beside the new one.
func (t Ticket) clocked() Ticket {
	h := t.Policy.hoursOf(t.Grade)
	response, resolve := t.targets()
	if t.ResponseAt == nil {
		t.Policy.ResponseMS = response.Milliseconds()
		t.ResponseDue = reach(h, t.OpenedAt, response, t.Pauses)
	}
	if t.ResolvedAt == nil {
		t.Policy.ResolveMS = resolve.Milliseconds()
		t.ResolveDue = reach(h, t.resolveFrom(), resolve, t.Pauses)
		if t.Complex {
			first := reach(h, t.resolveFrom(), t.Policy.of(t.Kind, t.Grade).Resolve, t.Pauses)
			t.FirstDue = &first
		}
	}
	return t.sorted()
}

const (
	// finished is larger than any instant; newer tickets come first among finished ones.
	finished = int64(4_000_000_000_000_000_000)
	// idle is above every deadline and below finished less any id: what sorts
	// before it is in hand.
	idle = int64(1_000_000_000_000_000)
	// waiting is added to what is on hold: it comes after every clock that runs.
	onHold = int64(500_000_000_000_000)
)

// sorted sets what lists sort by: the clock that falls due first, then what is
// on hold, then, where nothing is left to do, the newest.
func (t Ticket) sorted() Ticket {
	switch {
	case t.EndedAt != nil || t.ResolvedAt != nil:
		t.SortDue = finished - int64(t.ID)
	case t.ResponseAt == nil:
		t.SortDue = int64(min(t.ResponseDue, t.deadline()))
	default:
		t.SortDue = int64(t.deadline())
	}
	if t.Status == Held {
		t.SortDue += onHold
	}
	return t
}

// inHand reports whether work on t is still to be done.
func (t Ticket) inHand() bool { return t.SortDue < idle }

// deadline is by when the matter is to be resolved: an extension that was
// granted moves it for who works on it, not for the first verdict.
func (t Ticket) deadline() clock.Instant {
	if t.ExtendedTo != nil && *t.ExtendedTo > t.ResolveDue {
		return *t.ExtendedTo
	}
	return t.ResolveDue
}

// Clock is one running or stopped clock of a ticket.
type Clock struct {
	Kind      string         `json:"kind" enum:"response,resolve,first" doc:"first: the resolve clock as it was before the matter was complex"`
	Start     clock.Instant  `json:"start"`
	Due       clock.Instant  `json:"due"`
	TargetMS  int64          `json:"targetMs"`
	StoppedAt *clock.Instant `json:"stoppedAt,omitempty"`
	State     string         `json:"state" enum:"running,paused,breached,met,missed,cancelled"`
	// What was granted later stands beside the verdict and never replaces it (TIC-03b, TIC-03c).
	ExtendedTo *clock.Instant `json:"extendedTo,omitempty" doc:"an extension that was granted"`
	Extended   string         `json:"extendedState,omitempty" doc:"the verdict with the extension" enum:"running,paused,breached,met,missed,cancelled"`
	Excused    string         `json:"excused,omitempty" doc:"why a missed clock was excused"`
	PausedMS   int64          `json:"pausedMs,omitempty"`
}

func (t Ticket) verdict(due clock.Instant, stopped *clock.Instant, now clock.Instant) string {
	switch {
	case stopped != nil && *stopped <= due: // limits are inclusive: 5:00 is in time
		return "met"
	case stopped != nil:
		return "missed"
	case t.EndedAt != nil:
		return "cancelled"
	case t.HeldAt != nil && *t.HeldAt <= due:
		return "paused"
	case now > due:
		return "breached"
	}
	return "running"
}

// Clocks returns the response and the resolve clock as of now, and the first
// resolve clock of what has become complex.
func (t Ticket) Clocks(now clock.Instant) []Clock {
	var paused int64
	for _, p := range t.Pauses {
		paused += p.To.Sub(p.From).Milliseconds()
	}
	if t.HeldAt != nil {
		paused += now.Sub(*t.HeldAt).Milliseconds()
	}
	one := func(kind string, start, due clock.Instant, target int64, stopped *clock.Instant) Clock {
		return Clock{Kind: kind, Start: start, Due: due, TargetMS: target, StoppedAt: stopped, State: t.verdict(due, stopped, now), PausedMS: paused}
	}
	response := one("response", t.OpenedAt, t.ResponseDue, t.Policy.ResponseMS, t.ResponseAt)
	response.Excused = t.ExcusedResponse
	resolve := one("resolve", t.resolveFrom(), t.ResolveDue, t.Policy.ResolveMS, t.ResolvedAt)
	resolve.Excused = t.ExcusedResolve
	if t.ExtendedTo != nil {
		resolve.ExtendedTo, resolve.Extended = t.ExtendedTo, t.verdict(t.deadline(), t.ResolvedAt, now)
	}
	out := []Clock{response, resolve}
	if t.FirstDue != nil {
		out = append(out, one("first", t.resolveFrom(), *t.FirstDue, t.Policy.of(t.Kind, t.Grade).Resolve.Milliseconds(), t.ResolvedAt))
	}
	return out
}

// First is the clock to show in a list: of those that run the one that falls
// due first, otherwise the one that decides the verdict.
func (t Ticket) First(now clock.Instant) Clock {
	c := t.Clocks(now)
	if t.ResponseAt == nil && t.ResolvedAt == nil && t.EndedAt == nil && c[0].Due <= c[1].Due {
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
