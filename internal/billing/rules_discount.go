package billing

import (
	"math/big"
	"slices"

	"guanjia/internal/fee"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// checked is the draft in its one form, or every field that is wrong.
func (d DiscountDraft) checked(i Item, r DiscountRules) (DiscountDraft, error) {
	var wrong errs.Fields
	wrong.Words("reason", &d.Reason, 500, true)
	if i.Basis == ByMeter || i.Basis == ByShare { // what is passed on is not reduced
		wrong.Add("itemId", ErrDiscountItem.Code, nil)
	}
	if d.First.IsZero() || d.Last.IsZero() || d.Last.Sub(d.First) < 0 || int64(d.Last.Sub(d.First)) >= r.Months {
		wrong.Add("last", ErrLongTerm.Code, map[string]any{"months": r.Months})
	}
	switch d.Kind {
	case fee.Vacancy:
		if d.Percent, d.Off = r.Vacancy, 0; exact(r.Vacancy) == nil || exact(r.Vacancy).Sign() == 0 {
			wrong.Add("kind", ErrNoVacancy.Code, nil)
		}
	case fee.Fixed:
		if d.Percent = ""; d.Off <= 0 {
			wrong.Add("amount", "required", nil)
		} else if d.Off > mostCost {
			wrong.Add("amount", "too_big", map[string]any{"max": mostCost.Grouped()})
		}
	default:
		d.Off = 0
		percent(&wrong, "percent", d.Percent)
	}
	return d, wrong.Err()
}

// percent is above 0 and at most 100.
func percent(wrong *errs.Fields, field, s string) {
	if p := amount(wrong, field, s, true); p != nil && (p.Sign() == 0 || p.Cmp(big.NewRat(100, 1)) > 0) {
		wrong.Add(field, "wrong_form", nil)
	}
}

// untaken is what of a month's fixed reduction no line has taken yet, by the
// place of the reduction and the month; what is not in it is the whole.
type untaken map[offOf]*big.Rat

type offOf struct {
	at    int
	month clock.Period
}

// take is the share of a month's fixed reduction that falls to a part of a line:
// of days their share of the month (FAR-03), so that a month that is split, or
// has a line for each of two spaces, is reduced once.
func (u untaken) take(at int, p fee.Part) *big.Rat {
	share, key := big.NewRat(int64(p.Days), int64(p.Of)), offOf{at, p.Month}
	if p.Half {
		share.SetFrac64(1, 2)
	}
	left, begun := u[key]
	if !begun {
		left = big.NewRat(1, 1)
	}
	if left.Cmp(share) < 0 {
		share.Set(left)
	}
	u[key] = new(big.Rat).Sub(left, share)
	return share
}

// reduced takes the reductions of a room off a line, each for the months of its
// term (FAR-08): months with the same reductions are reckoned together.
func reduced(l fee.Line, all []Discount, left untaken, how money.Rounding) (sum money.Fen, taken []fee.Reduced, err error) {
	for from := 0; from < len(l.Parts); {
		now, to := in(all, l.Parts[from].Month), from+1
		for to < len(l.Parts) && slices.Equal(now, in(all, l.Parts[to].Month)) {
			to++
		}
		var off []fee.Discount
		for _, at := range now {
			d := all[at]
			one := fee.Discount{Kind: d.Kind, OffPercent: exact(d.Percent)}
			if d.Kind == fee.Fixed {
				one.Off = new(big.Rat)
				for _, p := range l.Parts[from:to] {
					one.Off.Add(one.Off, new(big.Rat).Mul(left.take(at, p), new(big.Rat).SetInt64(int64(d.Off))))
				}
			}
			off = append(off, one)
		}
		_, some, after, err := fee.Discounted(l.Exact()[from:to], off, how)
		if err != nil {
			return 0, nil, err
		}
		if sum, err = money.Sum(sum, after); err != nil {
			return 0, nil, err
		}
		for _, r := range some {
			at := slices.IndexFunc(taken, func(t fee.Reduced) bool { return t.Kind == r.Kind })
			if at < 0 {
				taken = append(taken, r)
			} else {
				taken[at].Fen += r.Fen
			}
		}
		from = to
	}
	return sum, taken, nil
}

// in are the places of the reductions that hold in a month.
func in(all []Discount, p clock.Period) (out []int) {
	for i, d := range all {
		if p.Sub(d.First) >= 0 && p.Sub(d.Last) <= 0 {
			out = append(out, i)
		}
	}
	return out
}
