package fee

import (
	"math/big"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// FirstMonth says what is charged for the month in which charging begins (FAR-04).
type FirstMonth string

// The rules of the first month.
const (
	FirstByDay FirstMonth = "by_day"
	FirstWhole FirstMonth = "whole" // the whole month
	FirstHalf  FirstMonth = "half"  // until the 15th the whole month, later half of it
	FirstNext  FirstMonth = "next"  // nothing, unless it begins on the 1st
)

// LastMonth says what is charged for the month in which charging ends (FAR-04).
type LastMonth string

// The rules of the last month.
const (
	LastByDay LastMonth = "by_day"
	LastWhole LastMonth = "whole"
)

// Span is a charge for time: price × quantity for each month of a period. The
// quantity is an area, or 1 where the price is for the room or the space.
type Span struct {
	From, To clock.Day // both the first of a month; To is not charged
	Prices   []Dated[*big.Rat]
	Amounts  []Dated[*big.Rat] // the quantity: ㎡
	Debtors  []Dated[string]   // none: nobody is named
	Begins   clock.Day         // the first day charged; zero: no bound
	Ends     clock.Day         // the first day no longer charged; zero: no bound
	First    FirstMonth        // "" is by_day
	Last     LastMonth         // "" is by_day
	Cap      *big.Rat          // of a government-guided price; nil: none
	Rounding money.Rounding
}

// Part is a month of a line, or days of one.
type Part struct {
	Month clock.Period
	Days  int  // charged
	Of    int  // days of the month
	Half  bool // half of the month by rule, not by days
	Yuan  *big.Rat
	Fen   money.Fen // rounded by itself (R1)
}

// Whole reports whether the part is a month without anything missing.
func (p Part) Whole() bool { return p.Days == p.Of && !p.Half }

// Line is a run of days with the same price, quantity and debtor (R1).
type Line struct {
	From, To clock.Day // To is not in it
	Price    *big.Rat  // yuan
	Quantity *big.Rat
	Debtor   string
	Parts    []Part
	Fen      money.Fen // Σ of the parts
}

// Exact are the parts before rounding, for discounts.
func (l Line) Exact() []*big.Rat {
	out := make([]*big.Rat, len(l.Parts))
	for i, p := range l.Parts {
		out[i] = p.Yuan
	}
	return out
}

// window is what of the period is charged, and the days whose values stand for
// those before the beginning and after the end (R3).
type window struct {
	from, to    clock.Day
	first, last clock.Day // days outside take the values of these
	half        clock.Period
}

// Lines computes the lines of a span (FAR-02, 03, 04). ErrNoTariff and
// ErrNoQuantity name a day without a price or quantity, ErrPriceOverCap a price
// that may not be asked.
func (s Span) Lines() (out []Line, err error) {
	if s.From.Period().First() != s.From || s.To.Period().First() != s.To || !s.From.Before(s.To) {
		return nil, ErrPeriod
	}
	w := s.window()
	for day := w.from; day.Before(w.to); {
		next := min2(day.Period().Add(1).First(), w.to)
		for _, at := range s.changes() {
			if day.Before(at) && at.Before(next) && !at.After(w.last) && at.After(w.first) {
				next = at
			}
		}
		if out, err = s.extend(out, w, day, next); err != nil {
			return nil, err
		}
		day = next
	}
	return out, nil
}

func (s Span) window() window {
	w := window{from: s.From, to: s.To}
	if s.Begins.After(s.From) {
		w.from = s.Begins
		_, _, d := s.Begins.Date()
		month := s.Begins.Period()
		switch {
		case s.First == FirstWhole, s.First == FirstHalf && d <= 15:
			w.from = month.First()
		case s.First == FirstNext && d > 1:
			w.from = month.Add(1).First()
		case s.First == FirstHalf:
			w.half = month
		}
	}
	if !s.Ends.IsZero() && s.Ends.Before(s.To) {
		w.to = s.Ends
		if month := s.Ends.Period(); s.Last == LastWhole && month.First() != s.Ends {
			w.to = month.Add(1).First()
		}
		if w.half == s.Ends.Period() && w.to.Before(w.half.Add(1).First()) {
			w.half = clock.Period{} // it begins and ends in one month: by day
		}
	}
	w.first, w.last = max2(w.from, s.Begins), w.to.Add(-1)
	if !s.Ends.IsZero() && s.Ends.Before(w.to) {
		w.last = s.Ends.Add(-1)
	}
	return w
}

// changes are the days on which some value may become another.
func (s Span) changes() []clock.Day {
	var out []clock.Day
	for _, r := range s.Prices {
		out = append(out, r.From)
	}
	for _, r := range s.Amounts {
		out = append(out, r.From)
	}
	for _, r := range s.Debtors {
		out = append(out, r.From)
	}
	return out
}

// extend adds the days from day until next, all of one month, to the last line
// or begins another.
func (s Span) extend(lines []Line, w window, day, next clock.Day) ([]Line, error) {
	values := min2(max2(day, w.first), w.last)
	price, ok := on(s.Prices, values)
	if !ok {
		return nil, ErrNoTariff
	}
	if s.Cap != nil && less(s.Cap, price) {
		return nil, ErrPriceOverCap
	}
	quantity, ok := on(s.Amounts, values)
	if !ok {
		return nil, ErrNoQuantity
	}
	debtor, _ := on(s.Debtors, values)
	n := len(lines)
	if n == 0 || lines[n-1].Price.Cmp(price) != 0 || lines[n-1].Quantity.Cmp(quantity) != 0 || lines[n-1].Debtor != debtor {
		lines, n = append(lines, Line{From: day, Price: price, Quantity: quantity, Debtor: debtor}), n+1
	}
	l := &lines[n-1]
	p := Part{Month: day.Period(), Days: next.Sub(day), Of: day.Period().Days()}
	if k := len(l.Parts); k > 0 && l.Parts[k-1].Month == p.Month { // a table had a row that changed nothing
		p.Days += l.Parts[k-1].Days
		l.Fen -= l.Parts[k-1].Fen
		l.Parts = l.Parts[:k-1]
	}
	p.Half = p.Month == w.half
	p.Yuan = mul(price, quantity)
	if p.Half { // a change inside the half shares it by days
		p.Yuan = mul(p.Yuan, frac(p.Days, 2*w.half.Last().Add(1).Sub(w.from)))
	} else if p.Days < p.Of {
		p.Yuan = mul(p.Yuan, frac(p.Days, p.Of))
	}
	var err error
	if p.Fen, err = yuan(p.Yuan, s.Rounding); err != nil {
		return nil, err
	}
	l.To = next
	l.Parts = append(l.Parts, p)
	l.Fen, err = money.Sum(l.Fen, p.Fen)
	return lines, err
}

// yuan rounds an exact number of yuan.
func yuan(r *big.Rat, how money.Rounding) (money.Fen, error) {
	return money.Round(mul(r, hundred), how)
}

func min2(a, b clock.Day) clock.Day {
	if b.Before(a) {
		return b
	}
	return a
}

func max2(a, b clock.Day) clock.Day {
	if a.Before(b) {
		return b
	}
	return a
}
