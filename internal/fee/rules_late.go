package fee

import (
	"math/big"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// LateFrom says with which day counting begins once the grace is over (FAR-10).
type LateFrom string

// The beginnings.
const (
	FromDue      LateFrom = "due"       // the day after the due day
	FromGraceEnd LateFrom = "grace_end" // the day after the grace
)

// LateRule is how late payment of a line costs.
type LateRule struct {
	PerDay     *big.Rat // 0.0005
	Grace      int      // days
	From       LateFrom // "" is due
	CapPercent *big.Rat // of the original principal; nil: none
}

// Paid is an amount that reached something on a day.
type Paid struct {
	Day clock.Day
	Fen money.Fen
}

// Days is a run of days, both ends in it.
type Days struct{ First, Last clock.Day }

// Overdue is a line whose late fee is asked for.
type Overdue struct {
	Principal money.Fen
	Due       clock.Day
	Payments  []Paid // of principal
	Paused    []Days // dispute, agreed plan
}

// LateFee is what lateness of a line costs as of the end of a day, all
// together; what was booked of it earlier is for the caller to subtract. It
// never falls as days pass, and is 0 within the grace or when everything was
// paid by its end (R8).
func (r LateRule) LateFee(o Overdue, asOf clock.Day) (money.Fen, error) {
	graceEnd := o.Due.Add(r.Grace)
	if !asOf.After(graceEnd) || o.open(graceEnd) <= 0 {
		return 0, nil
	}
	day := o.Due.Add(1)
	if r.From == FromGraceEnd {
		day = graceEnd.Add(1)
	}
	sum, days, open := new(big.Int), int64(0), money.Fen(0)
	flush := func() { sum.Add(sum, new(big.Int).Mul(big.NewInt(int64(open)), big.NewInt(days))) }
	for ; !day.After(asOf); day = day.Add(1) {
		if now := o.open(day); now != open {
			flush()
			open, days = now, 0
		}
		if open <= 0 {
			break
		}
		if !o.paused(day) {
			days++
		}
	}
	flush()
	fee := mul(r.PerDay, new(big.Rat).SetInt(sum))
	if r.CapPercent != nil {
		fee = lower(fee, mul(rat(int64(o.Principal)), new(big.Rat).Quo(r.CapPercent, hundred)))
	}
	return money.Round(fee, money.Rounding{})
}

// open is the principal outstanding at the end of a day.
func (o Overdue) open(day clock.Day) money.Fen {
	left := o.Principal
	for _, p := range o.Payments {
		if !p.Day.After(day) {
			left -= p.Fen
		}
	}
	return left
}

func (o Overdue) paused(day clock.Day) bool {
	for _, p := range o.Paused {
		if !day.Before(p.First) && !day.After(p.Last) {
			return true
		}
	}
	return false
}
