// Package money counts in fen, the smallest unit, so that sums are exact.
// Rates are exact decimals and every rounding is named where it happens
// (08a, FAR-01). There is no floating point here.
package money

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Fen is an amount of money: 100 fen = 1 yuan. In the database it is a BIGINT,
// in JSON a string of yuan with two decimals, "12.34".
type Fen int64

var (
	// ErrAmount is returned for text that is no amount of yuan with at most two decimals.
	ErrAmount = errors.New("not an amount of money")
	// ErrOverflow says that a result is larger than a Fen can hold.
	ErrOverflow = errors.New("amount of money too large")
)

// Parse reads yuan: "12", "12.3", "-12.34". Signs other than a leading minus,
// separators, blanks and a third decimal are refused.
func Parse(s string) (Fen, error) {
	n, _, err := decimal(s, 2)
	if errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("%w: %.40s", ErrOverflow, s)
	}
	if err != nil {
		return 0, fmt.Errorf("%w: %.40q", ErrAmount, s)
	}
	return Fen(n), nil
}

// decimal reads "-12.5" as a count of 10^-places; used is the number of
// decimals written.
func decimal(s string, places int) (n int64, used int, err error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" || point && fraction == "" || len(fraction) > places {
		return 0, 0, strconv.ErrSyntax
	}
	all := whole + fraction + strings.Repeat("0", places-len(fraction))
	for _, c := range []byte(all) {
		if c < '0' || c > '9' {
			return 0, 0, strconv.ErrSyntax
		}
	}
	if negative {
		all = "-" + all
	}
	n, err = strconv.ParseInt(all, 10, 64)
	return n, len(fraction), err
}

// String is "12.34", always with two decimals.
func (f Fen) String() string {
	sign, yuan, fen := f.parts()
	return fmt.Sprintf("%s%d.%02d", sign, yuan, fen)
}

// Grouped is "1,234,567.80", as printed on a receipt.
func (f Fen) Grouped() string {
	sign, yuan, fen := f.parts()
	text := strconv.FormatUint(yuan, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return fmt.Sprintf("%s%s.%02d", sign, text, fen)
}

func (f Fen) parts() (sign string, yuan, fen uint64) {
	n := magnitude(f)
	if f < 0 {
		sign = "-"
	}
	return sign, n / 100, n % 100
}

// magnitude is |f|, which for the smallest Fen does not fit a Fen.
func magnitude(f Fen) uint64 {
	if f < 0 {
		return -uint64(f)
	}
	return uint64(f)
}

// MarshalText writes "12.34".
func (f Fen) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what Parse accepts.
func (f *Fen) UnmarshalText(text []byte) (err error) {
	*f, err = Parse(string(text))
	return err
}

// Sum adds amounts; ErrOverflow if the total does not fit.
func Sum(amounts ...Fen) (Fen, error) {
	var sum Fen
	for _, f := range amounts {
		if f > 0 && sum > math.MaxInt64-f || f < 0 && sum < math.MinInt64-f {
			return 0, ErrOverflow
		}
		sum += f
	}
	return sum, nil
}

// Times multiplies by an exact rate and rounds once, as how says.
func (f Fen) Times(r Rate, how Rounding) (Fen, error) {
	return Round(new(big.Rat).Mul(new(big.Rat).SetInt64(int64(f)), r.Rat()), how)
}

// Value stores fen.
func (f Fen) Value() (driver.Value, error) { return int64(f), nil }
