package payonline

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/resident"
)

// lasts is how long an order may be paid.
const lasts = 30 * time.Minute

// mostWaiting is how many orders of one room may wait at once.
const mostWaiting = 20

// tooSoon is how long after an order was asked for nobody asks again.
const tooSoon = 3 * time.Second

// waits reports whether an order may still be paid as it is.
func (o Order) waits() bool { return o.ID != 0 && (o.State == Created || o.State == Paying) }

// number is how the gateways know an order: letters and digits, at most 16.
func number(id OrderID) string { return "GJ" + strings.ToUpper(strconv.FormatInt(int64(id), 36)) }

// ways says how each channel is paid.
var ways = map[string][]string{WeChat: {Native, H5}, Alipay: {Page, Wap, Native}}

func goes(channel, way string) bool { return slices.Contains(ways[channel], way) }

// next is when an order that still waits is asked for again: soon, while
// somebody looks at the page; then seldom; when its time is over at once; and
// when the gateway has been silent since then, every half hour for three days.
func (o Order) next(now clock.Instant) clock.Instant {
	if now >= o.Expires {
		return now.Add(30 * time.Minute)
	}
	steps := []time.Duration{10 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute}
	return min(now.Add(steps[min(int(o.Asked), len(steps)-1)]), o.Expires)
}

// givenUp reports whether an order's gateway was silent for too long.
func (o Order) givenUp(now clock.Instant) bool { return now.Sub(o.Expires) > 72*time.Hour }

// trade is what a gateway says of an order.
type trade struct {
	AppID, Merchant, Number, Transaction string
	Paid, Over                           bool
	Fen                                  money.Fen
	At                                   clock.Instant // 0: not said
}

// strange says why a payment does not fit its order; "" where it does. A query
// answers for the order it asked for, and names no merchant.
func (o Order) strange(t trade) string {
	switch {
	case t.AppID != "" && t.AppID != o.AppID, t.Merchant != "" && t.Merchant != o.Merchant:
		return WrongMerchant
	case t.Fen != o.Fen:
		return WrongAmount
	case o.State == Paid && o.Transaction != t.Transaction:
		return PaidTwice
	}
	return ""
}

// paidOn is the day that counts for late fees: who paid what was asked within
// the time of the order owes nothing because midnight came in between.
func (o Order) paidOn(at clock.Instant, zone *time.Location) clock.Day {
	if at <= o.Expires {
		return o.Day
	}
	return clock.DayOf(at, zone)
}

// chosen are the lines that somebody pays: those they named, or all; nothing
// that is not theirs or not due any more.
func chosen(due []cashier.Open, lines []billing.LineID) (out Lines, total money.Fen, err error) {
	var meant []cashier.Open
	for _, o := range due {
		if len(lines) > 0 && !slices.Contains(lines, o.ID) {
			continue
		}
		if o.Total() <= 0 {
			continue
		}
		meant = append(meant, o)
	}
	for _, o := range cashier.Together(meant) {
		out = append(out, Share{o.ID, o.Open, o.Late, o.Earns()})
		if total, err = money.Sum(total, o.Pays()); err != nil {
			return nil, 0, err
		}
	}
	if len(out) == 0 || len(lines) > 0 && len(out) < len(slices.Compact(slices.Sorted(slices.Values(lines)))) {
		return nil, 0, ErrNothing
	}
	return out, total, nil
}

func (l Lines) ids() (out []billing.LineID) {
	for _, s := range l {
		out = append(out, s.Line)
	}
	return out
}

// same reports whether two orders pay the same.
func (l Lines) same(m Lines) bool { return slices.Equal(l, m) }

// debtors are whose bills of a room somebody sees: an owner and the family those
// of the room's owners of today, so a new owner learns nothing of the last; a
// tenant their own.
func debtors(b resident.Binding, owners []db.ID) []db.ID {
	if b.Kind != customer.Tenant {
		return owners
	}
	if b.Customer == 0 || b.InvitedBy != 0 {
		return nil
	}
	return []db.ID{db.ID(b.Customer)}
}
