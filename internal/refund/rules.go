package refund

import (
	"time"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// workdays is how long a refund takes at most (PAY-06).
const workdays = 7

// dueOn is the last of n working days after a day; of a year whose holidays
// nobody has announced yet, Monday to Friday count.
func dueOn(day clock.Day, n int, cal clock.Calendar) clock.Day {
	for n > 0 {
		day = day.Add(1)
		works, err := cal.Workday(day)
		if err != nil {
			works = day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
		}
		if works {
			n--
		}
	}
	return day
}

// open reports whether a refund is still on its way: its amount is spoken for.
func (s State) open() bool {
	return s == Asked || s == Checked || s == Approved || s == Paying
}

// stoppable: until it is paid out, or on its way at the gateway.
func (s State) stoppable() bool { return s == Asked || s == Checked || s == Approved }

// late reports whether a refund is overdue on a day.
func (r Refund) late(today clock.Day) bool { return r.State.open() && today.After(r.Due) }

// online reports whether a gateway pays back, not a cashier.
func (r Refund) online() bool {
	return r.Means == ledger.WeChat || r.Means == ledger.Alipay
}

// free is what can be asked for: what can go back now less what is on its way.
// What went back before is off left already, but where the books had let it go
// before (voided).
func free(left, onItsWay money.Fen) money.Fen { return max(left-onItsWay, 0) }

// next is how long after a try the gateway is asked again: soon first, then
// every hour.
func next(tries int64) time.Duration {
	steps := []time.Duration{20 * time.Second, time.Minute, 5 * time.Minute, 20 * time.Minute}
	if int(tries) < len(steps) {
		return steps[tries]
	}
	return time.Hour
}

// mostAsked is how often a gateway that does not say what became of a refund is
// asked: for about a day. Then it is a matter for a person.
const mostAsked = 28

// silent is the trouble of a refund whose gateway does not answer.
const silent = "NO_ANSWER"

// pieces is how far back other refunds of a room count together with one for
// the limits of roles: small pieces do not get round them.
const pieces = 30 * 24 * time.Hour

// The limits of roles as shipped; administrators set others.
var limits = [2]money.Fen{2_000_00, 20_000_00}
