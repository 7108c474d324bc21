// Package fee is the arithmetic of charges (spec 08a, FAR-01 to FAR-13): what a
// clerk with a pocket calculator, the program and a court compute alike.
//
//	area, meter, tiers ─→ exact months and parts ─discounts, rounding once→ lines ─tax→ net and tax
//	public cost ─largest remainder→ shares        debts + payment ─order→ allocations, prepayment
//
// Functions are pure. Quantities and intermediate results are rational numbers
// of any size; a result becomes fen at the one place where the rule rounds it.
// Where 08a can be read in two ways, the readings R1–R16 of fee-cases.md hold.
package fee

import (
	"errors"
	"fmt"
	"math/big"
	"strings"

	"guanjia/internal/platform/clock"
)

// What refuses a whole calculation (R16); none of them turns into 0 in silence.
var (
	ErrPriceOverCap = errors.New("the price is above the guided cap")
	ErrNoTariff     = errors.New("a day to be charged has no price")
	ErrNoQuantity   = errors.New("a day to be charged has no quantity")
	ErrBackwards    = errors.New("the reading is below the last one, and no rollover explains it")
	ErrNoWeight     = errors.New("nobody is left to share the cost: the weights add up to zero")
	ErrNegative     = errors.New("a weight is negative")
	ErrPeriod       = errors.New("a period begins and ends on the first of a month")
	ErrTiers        = errors.New("the bounds of tiers rise, and only the last has none")
	ErrDecimal      = errors.New("not a decimal number")
)

// mostDigits bounds what is read as a number: no meter, area or price is longer.
const mostDigits = 40

// Decimal reads "12", "-0.5", "3.20": digits with at most one point, exactly.
func Decimal(s string) (*big.Rat, error) {
	digits := strings.TrimPrefix(s, "-")
	whole, part, point := strings.Cut(digits, ".")
	bad := whole == "" || point && part == "" || len(digits) > mostDigits
	for _, c := range whole + part {
		bad = bad || c < '0' || c > '9'
	}
	r, ok := new(big.Rat).SetString(s)
	if bad || !ok {
		return nil, fmt.Errorf("%w: %.40q", ErrDecimal, s)
	}
	return r, nil
}

// Text writes a quantity in its shortest decimal form; what has no end is cut
// after twelve places, for people to look at.
func Text(r *big.Rat) string {
	n, exact := r.FloatPrec()
	if !exact || n > 12 {
		n = 12
	}
	text := r.FloatString(n)
	if n > 0 {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// Dated is a row of a table by date: the value holds from a day until the next row.
type Dated[T any] struct {
	From  clock.Day
	Value T
}

// on is the row that holds on a day; ok is false before the first.
func on[T any](rows []Dated[T], day clock.Day) (value T, ok bool) {
	var best clock.Day
	for _, r := range rows {
		if !r.From.After(day) && (!ok || r.From.After(best)) {
			value, best, ok = r.Value, r.From, true
		}
	}
	return value, ok
}

func rat(n int64) *big.Rat          { return new(big.Rat).SetInt64(n) }
func mul(a, b *big.Rat) *big.Rat    { return new(big.Rat).Mul(a, b) }
func add(a, b *big.Rat) *big.Rat    { return new(big.Rat).Add(a, b) }
func sub(a, b *big.Rat) *big.Rat    { return new(big.Rat).Sub(a, b) }
func frac(n, d int) *big.Rat        { return big.NewRat(int64(n), int64(d)) }
func less(a, b *big.Rat) bool       { return a.Cmp(b) < 0 }
func lower(a, b *big.Rat) *big.Rat  { return pick(less(a, b), a, b) }
func higher(a, b *big.Rat) *big.Rat { return pick(less(a, b), b, a) }

func pick(first bool, a, b *big.Rat) *big.Rat {
	if first {
		return a
	}
	return b
}

var hundred = rat(100)
