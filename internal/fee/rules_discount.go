package fee

import (
	"math/big"
	"slices"

	"guanjia/internal/platform/money"
)

// DiscountKind names a reduction; the order below is that in which they are taken (FAR-08).
type DiscountKind string

// The kinds of reduction.
const (
	Vacancy      DiscountKind = "vacancy"
	Staff        DiscountKind = "staff"
	Hardship     DiscountKind = "hardship"
	EarlyPayment DiscountKind = "early_payment"
	Fixed        DiscountKind = "fixed"
)

var discountOrder = []DiscountKind{Vacancy, Staff, Hardship, EarlyPayment, Fixed}

// Discount is a percentage taken off, or for Fixed an amount in fen, which is
// not whole where it stands for days of a month.
type Discount struct {
	Kind       DiscountKind
	OffPercent *big.Rat
	Off        *big.Rat
}

// Reduced is what a discount took off a line.
type Reduced struct {
	Kind DiscountKind `json:"kind"`
	Fen  money.Fen    `json:"off"`
}

// Discounted takes reductions off the exact months of a line, in yuan. Each is
// shown as rounded(before it) − rounded(after it) (R6); a fixed reduction is
// taken once, from the sum of the rounded months (R7), and never below 0. What
// it leaves stays exact for the next one: a line is rounded once, at its end.
func Discounted(months []*big.Rat, all []Discount, how money.Rounding) (before money.Fen, taken []Reduced, after money.Fen, err error) {
	if before, err = rounded(months, how); err != nil {
		return 0, nil, 0, err
	}
	after = before
	ordered := slices.Clone(all)
	slices.SortStableFunc(ordered, func(a, b Discount) int {
		return slices.Index(discountOrder, a.Kind) - slices.Index(discountOrder, b.Kind)
	})
	for _, d := range ordered {
		if d.Kind == Fixed {
			months = []*big.Rat{fixedOff(months, after, d.Off)}
		} else {
			keep := sub(rat(1), new(big.Rat).Quo(d.OffPercent, hundred))
			reduced := make([]*big.Rat, len(months))
			for i, m := range months {
				reduced[i] = mul(m, keep)
			}
			months = reduced
		}
		now, err := rounded(months, how)
		if err != nil {
			return 0, nil, 0, err
		}
		taken, after = append(taken, Reduced{d.Kind, after - now}), now
	}
	return before, taken, after, nil
}

// fixedOff is what is left after an amount is taken off: of the exact month, or
// with several months of the sum of the rounded ones.
func fixedOff(months []*big.Rat, sum money.Fen, off *big.Rat) *big.Rat {
	base := big.NewRat(int64(sum), 100)
	if len(months) == 1 {
		base = months[0]
	}
	return higher(new(big.Rat), sub(base, new(big.Rat).Quo(off, hundred)))
}

func rounded(months []*big.Rat, how money.Rounding) (sum money.Fen, err error) {
	for _, m := range months {
		f, err := yuan(m, how)
		if err != nil {
			return 0, err
		}
		if sum, err = money.Sum(sum, f); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// Tax is the part of an amount that is tax, prices including it (FAR-09): net
// and tax add up to the amount. rate is 0.06 for 6 %.
func Tax(amount money.Fen, rate *big.Rat) (tax, net money.Fen, err error) {
	part := new(big.Rat).Quo(rate, add(rat(1), rate))
	tax, err = money.Round(mul(rat(int64(amount)), part), money.Rounding{})
	return tax, amount - tax, err
}
