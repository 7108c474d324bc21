package delivery

import (
	"guanjia/internal/platform/clock"
)

// leadDays are how many days before the first due day notices go out at the
// latest, whatever the set day.
const leadDays = 7

// goesOut is the day on which the notices of a run go out: the set day of the
// month on or after the day of booking, but early enough before what is due
// first; without a set day the day after booking.
func goesOut(booked clock.Day, set int64, due clock.Day) clock.Day {
	if set == 0 {
		return booked.Add(1)
	}
	at := booked.Period().First().Add(int(set) - 1)
	if at.Before(booked) {
		at = booked.Period().Add(1).First().Add(int(set) - 1)
	}
	if latest := due.Add(-leadDays); !due.IsZero() && at.After(latest) {
		at = latest
	}
	if at.Before(booked) {
		return booked
	}
	return at
}

// after is the notice after a visit: who was not met is visited again, on the
// day that was named or the day after.
func (n Notice) after(r Result, next, today clock.Day, at clock.Instant, by string) (Notice, error) {
	if n.State != Printed {
		return n, ErrSettled
	}
	if r == NotMet {
		if next.IsZero() || !next.After(today) {
			next = today.Add(1)
		}
		n.Tries, n.Next = n.Tries+1, next
		return n, nil
	}
	n.State, n.DoneAt, n.DoneBy, n.Next = State(r), &at, by, clock.Day{}
	return n, nil
}

// english reports whether a household is written to in English: it said that it
// speaks neither Chinese nor a dialect of it.
func english(language string) bool {
	return language != "" && language != "zh" && language != "yue"
}
