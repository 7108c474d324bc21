package fee

import (
	"math/big"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// Prepaid is a run of months paid ahead at a price.
type Prepaid struct {
	From, To   clock.Day // both the first of a month
	Price      *big.Rat
	OffPercent *big.Rat // taken off at prepayment; nil: nothing
}

// Unserved is what goes back of prepaid months when service ends (FAR-12): the
// months not begun, and of the month in progress its days not served, at the
// prices prepaid (R12). ends is the first day no longer served.
func Unserved(months []Prepaid, quantity *big.Rat, ends clock.Day, how money.Rounding) (notBegun, inProgress money.Fen, err error) {
	for _, p := range months {
		price := mul(p.Price, quantity)
		if p.OffPercent != nil {
			price = mul(price, sub(rat(1), new(big.Rat).Quo(p.OffPercent, hundred)))
		}
		for m := p.From.Period(); m.First().Before(p.To); m = m.Add(1) {
			days := m.Add(1).First().Sub(max2(m.First(), ends))
			if days <= 0 {
				continue
			}
			fen, err := yuan(mul(price, frac(days, m.Days())), how)
			if err != nil {
				return 0, 0, err
			}
			into := &notBegun
			if days < m.Days() {
				into = &inProgress
			}
			if *into, err = money.Sum(*into, fen); err != nil {
				return 0, 0, err
			}
		}
	}
	return notBegun, inProgress, nil
}

// Due is a booked line, with what was later taken off it.
type Due struct {
	Line     string
	Period   clock.Day // on which the period begins that the line is for
	Fen      money.Fen
	Receipts []Paid
	Reversed []Paid // positive
}

// Ratio is a part of a whole; a whole of 0 has no per cent.
type Ratio struct {
	Part  money.Fen `json:"part"`
	Whole money.Fen `json:"whole"`
}

// Percent is "57.14", half up, or "–" (R14).
func (r Ratio) Percent() string {
	if r.Whole == 0 {
		return "–"
	}
	// Hundredths of a per cent print like fen.
	n, err := money.Round(big.NewRat(0, 1).Mul(big.NewRat(int64(r.Part), int64(r.Whole)), rat(10_000)), money.Rounding{})
	if err != nil {
		return "–"
	}
	return n.String()
}

// Rates are the three rates of collection of a period (FAR-13).
type Rates struct {
	Accrual Ratio `json:"accrual"` // paid at any time on the period's lines ÷ those lines
	Cash    Ratio `json:"cash"`    // paid in the period on the period's lines ÷ those lines
	Arrears Ratio `json:"arrears"` // paid in the period on older lines ÷ what of them was open at its start
}

// Collection computes the rates of the days from, until without to (R13).
func Collection(lines []Due, from, to clock.Day) (r Rates) {
	within := func(d clock.Day) bool { return !d.Before(from) && d.Before(to) }
	for _, l := range lines {
		switch {
		case within(l.Period):
			whole := l.Fen
			for _, p := range l.Reversed {
				whole -= p.Fen
			}
			r.Accrual.Whole += whole
			r.Cash.Whole += whole
			for _, p := range l.Receipts {
				r.Accrual.Part += p.Fen
				if within(p.Day) {
					r.Cash.Part += p.Fen
				}
			}
		case l.Period.Before(from):
			r.Arrears.Whole += l.Fen
			for _, p := range l.Reversed {
				if p.Day.Before(from) {
					r.Arrears.Whole -= p.Fen
				}
			}
			for _, p := range l.Receipts {
				if p.Day.Before(from) {
					r.Arrears.Whole -= p.Fen
				} else if within(p.Day) {
					r.Arrears.Part += p.Fen
				}
			}
		}
	}
	return r
}
