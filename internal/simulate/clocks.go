package simulate

import (
	"fmt"
	"slices"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/ticket"
)

// target is what a grade promises; hours says that it counts service hours.
type target struct {
	response, resolve time.Duration
	hours             bool
}

// promised are the targets as the simulated community has set them, written
// down a second time (TIC-03): the program's own table is what is checked.
func promised(kind ticket.Kind, category string, g ticket.Grade) target {
	switch {
	case g == ticket.C && kind == ticket.Inquiry:
		return target{time.Hour, 9 * time.Hour, true}
	case g == ticket.C && kind == ticket.Suggestion:
		return target{2 * time.Hour, 18 * time.Hour, true}
	case g == ticket.C && kind == ticket.Repair && category == "facilities.other":
		return target{90 * time.Minute, 9 * time.Hour, true}
	}
	return map[ticket.Grade]target{ticket.A: {5 * time.Minute, 2 * time.Hour, false}, ticket.B: {30 * time.Minute, 12 * time.Hour, false}, ticket.C: {2 * time.Hour, 24 * time.Hour, false}}[g]
}

// complexTime is what a complex matter may take.
const complexTime = 72 * time.Hour

// limitOf is a clock's limit as the ticket is now.
func (r *replay) limitOf(which string) limit {
	p := promised(r.kind, r.category, r.grade)
	l := limit{grade: r.grade, length: p.response.Milliseconds(), pauses: slices.Clone(r.pauses), from: r.opened}
	if which == "resolve" {
		l.length, l.from = p.resolve.Milliseconds(), r.resolveFrom
		if r.complex {
			l.length = complexTime.Milliseconds()
		}
	}
	return l
}

// response and resolve are the limits that must stand on the ticket now.
func (r *replay) limits() (response, resolve limit) {
	response, resolve = r.responseLimit, r.resolveLimit
	if r.told == nil {
		response = r.limitOf("response")
	}
	if r.resolved == nil {
		resolve = r.limitOf("resolve")
	}
	return response, resolve
}

// hours are the service hours of the simulated community.
type hours struct{ working clock.Hours }

// ran is how many milliseconds a clock has run between two instants: all that
// lies in its hours, less all that lies in its hours and in a pause.
func (h hours) ran(inHours bool, from, to clock.Instant, pauses []pause) (int64, error) {
	sum, err := h.open(inHours, from, to)
	for _, p := range pauses {
		a, b := max(p.from, from), min(p.to, to)
		if err != nil || a >= b {
			continue
		}
		var still int64
		still, err = h.open(inHours, a, b)
		sum -= still
	}
	return sum, err
}

func (h hours) open(inHours bool, from, to clock.Instant) (int64, error) {
	if !inHours {
		return to.Sub(from).Milliseconds(), nil
	}
	d, err := h.working.Between(from, to)
	return d.Milliseconds(), err
}

// adds checks a deadline: at it, and not a millisecond before, the clock has
// run for its whole length.
func (h hours) adds(r *replay, l limit, due clock.Instant) error {
	in := promised(r.kind, r.category, l.grade).hours
	at, err := h.ran(in, l.from, due, l.pauses)
	if err != nil {
		return err
	}
	before, err := h.ran(in, l.from, due-1, l.pauses)
	if err != nil {
		return err
	}
	if at != l.length || before >= l.length {
		return fmt.Errorf("at %s the clock that began at %s has run for %s, but its length is %s", due, l.from, time.Duration(at)*time.Millisecond, time.Duration(l.length)*time.Millisecond)
	}
	return nil
}

// rungs are the shipped ladder's, in hundredths (TIC-03b).
var rungs = []int64{50, 80, 100, 150, 200}

// climbs checks that a line tells a rung that had come, and for the first time.
func (h hours) climbs(r *replay, which string, percent int64, at clock.Instant) error {
	if r.resolved != nil || r.ended || r.heldAt != nil || which == "response" && r.told != nil {
		return fmt.Errorf("the %s clock does not run, and %d %% of it are told", which, percent)
	}
	if percent <= r.rung[which] {
		return fmt.Errorf("%d %% of the %s clock are told twice", percent, which)
	}
	r.rung[which] = percent
	l := r.limitOf(which)
	ran, err := h.ran(promised(r.kind, r.category, r.grade).hours, l.from, at, l.pauses)
	if err == nil && ran*100 < l.length*percent {
		err = fmt.Errorf("%d %% of the %s clock are told after %s", percent, which, time.Duration(ran)*time.Millisecond)
	}
	return err
}

// warned checks that every rung that has come by now was told.
func (h hours) warned(r *replay, now clock.Instant) error {
	if r.resolved != nil || r.ended || r.heldAt != nil {
		return nil
	}
	for _, which := range []string{"response", "resolve"} {
		if which == "response" && r.told != nil {
			continue
		}
		l := r.limitOf(which)
		ran, err := h.ran(promised(r.kind, r.category, r.grade).hours, l.from, now, l.pauses)
		if err != nil {
			return err
		}
		for _, percent := range rungs {
			if ran*100 > l.length*percent && r.rung[which] < percent {
				return fmt.Errorf("%d %% of the %s clock have gone by and nobody was told", percent, which)
			}
		}
	}
	return nil
}
