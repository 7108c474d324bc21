package ticket

import (
	"slices"
	"time"

	"guanjia/internal/platform/clock"
)

// Band is a part of the day in which a customer may be reached (TIC-07c).
type Band string

// daytime is a band by minutes of the day, and when in it an attempt is planned.
type daytime struct {
	Band
	from, to, call int
}

var bands = []daytime{
	{"morning", 8 * 60, 12 * 60, 10 * 60},
	{"noon", 12 * 60, 14 * 60, 12*60 + 30},
	{"afternoon", 14 * 60, 18 * 60, 15*60 + 30},
	{"evening", 18 * 60, 21 * 60, 19 * 60},
}

// shippedAttempts is after how many attempts the customer is told in writing.
const shippedAttempts = 3

// bandOf is the band in which an instant lies; "" by night.
func bandOf(at clock.Instant, zone *time.Location) Band {
	local := at.Time().In(zone)
	m := local.Hour()*60 + local.Minute()
	for _, b := range bands {
		if m >= b.from && m < b.to {
			return b.Band
		}
	}
	return ""
}

// nextAttempt is when the customer is tried again: soon, but in a band of the
// day in which nobody tried; where all were, in another than the last.
func nextAttempt(now clock.Instant, zone *time.Location, tried []Band) clock.Instant {
	untried := func(tried []Band) bool {
		return slices.ContainsFunc(bands, func(b daytime) bool { return !slices.Contains(tried, b.Band) })
	}
	if !untried(tried) {
		tried = tried[len(tried)-1:]
	}
	day := clock.DayOf(now, zone)
	for n := 0; ; n++ {
		for _, b := range bands {
			at := day.Add(n).At(b.call, zone)
			if at > now && !slices.Contains(tried, b.Band) {
				return at
			}
		}
	}
}

// unreached notes that the customer was not reached, and when the next attempt
// is; after most attempts the matter waits for the customer (TIC-07c). tried are
// the bands of the attempts since somebody reached them, this one's the last.
func (t Ticket) unreached(tried []Band, most int64, zone *time.Location, now clock.Instant) (Ticket, error) {
	t, err := t.step(StepAttempt)
	if err != nil {
		return t, err
	}
	t.Attempts++
	if t.Attempts >= most && t.may(StepHold) {
		t.Attempts, t.AttemptAt = 0, nil
		return t.hold(ForCustomer, nil, now)
	}
	next := nextAttempt(now, zone, tried)
	t.AttemptAt = &next
	return t, nil
}

// reached ends the attempts: somebody has spoken with the customer.
func (t Ticket) reached() Ticket {
	t.Attempts, t.AttemptAt, t.Second = 0, nil, 0
	return t
}
