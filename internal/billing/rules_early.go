package billing

import (
	"math/big"
	"slices"
	"strconv"

	"guanjia/internal/fee"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

const longestEarly = 60 // months of one rule

// checked is the draft in its one form, or every field that is wrong.
func (d EarlyDraft) checked(i Item) (EarlyDraft, error) {
	var wrong errs.Fields
	wrong.Words("reason", &d.Reason, 500, true)
	if !slices.Contains([]Basis{ByBuildingArea, ByInnerArea, ByRoom, BySpace, ByFormula}, i.Basis) {
		wrong.Add("itemId", ErrDiscountItem.Code, nil)
	}
	if d.First.IsZero() || d.Last.IsZero() || d.Last.Sub(d.First) < 0 || d.Last.Sub(d.First) >= longestEarly {
		wrong.Add("last", ErrLongTerm.Code, map[string]any{"months": longestEarly})
	}
	percent(&wrong, "percent", d.Percent)
	if p := exact(d.Percent); p != nil && p.Cmp(big.NewRat(100, 1)) >= 0 {
		wrong.Add("percent", "wrong_form", nil)
	}
	if d.Way == EarlyLine {
		d.Until = ""
		return d, wrong.Err()
	}
	d.Days = 0
	if _, err := clock.ParseDay("2024-" + d.Until); err != nil || d.Until == "02-29" {
		wrong.Add("until", ErrEarlyDay.Code, nil)
	}
	return d, wrong.Err()
}

// Holds reports whether the rule is granted for a line that is paid on a day, and
// until which day it is.
func (r EarlyRule) Holds(l LineView, day clock.Day) (until clock.Day, ok bool) {
	if r.Item != l.Item || l.Period.Sub(r.First) < 0 || l.Period.Sub(r.Last) > 0 || l.Fen <= 0 {
		return until, false
	}
	if slices.ContainsFunc(l.Explain.Taken, func(t fee.Reduced) bool { return t.Kind == fee.EarlyPayment }) || l.Explain.Basis == ByOpening {
		return until, false
	}
	if until = l.Due.Add(-int(r.Days)); r.Way == EarlyYear {
		until, _ = clock.ParseDay(strconv.Itoa(l.From.Year()) + "-" + r.Until)
	}
	if !r.EndedOn.IsZero() && r.EndedOn.Before(until) {
		until = r.EndedOn
	}
	return until, !day.After(until)
}

// Off is what the rule takes off a line, in fen: of its exact months where the
// line says them, else of what was booked (FAR-08).
func (r EarlyRule) Off(l LineView) (money.Fen, error) {
	p := exact(r.Percent)
	if p == nil || l.Fen <= 0 {
		return 0, nil
	}
	return fee.EarlyOff(l.exactly(), p, l.Explain.Rounding)
}

// exactly are the months of a line before rounding, in yuan. A line that was
// reduced or corrected, or whose parts do not say enough, is what was booked.
func (l LineView) exactly() []*big.Rat {
	booked := []*big.Rat{big.NewRat(int64(l.Fen), 100)}
	price, quantity := exact(l.Price), exact(l.Quantity)
	if price == nil || len(l.Explain.Parts) == 0 || len(l.Explain.Taken) > 0 || l.Explain.CorrectsWhy != "" {
		return booked
	}
	if quantity == nil {
		quantity = big.NewRat(1, 1)
	}
	var out []*big.Rat
	var sum money.Fen
	for _, p := range l.Explain.Parts {
		if p.Half || p.Of == 0 {
			return booked
		}
		month := new(big.Rat).Mul(new(big.Rat).Mul(price, quantity), big.NewRat(int64(p.Days), int64(p.Of)))
		fen, err := money.Round(new(big.Rat).Mul(month, big.NewRat(100, 1)), l.Explain.Rounding)
		if err != nil || fen != p.Fen {
			return booked
		}
		out, sum = append(out, month), sum+fen
	}
	if sum != l.Fen {
		return booked
	}
	return out
}

func (r EarlyRule) daysText() string { return strconv.FormatInt(r.Days, 10) }
