package money

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Rate is an exact decimal with at most twelve places: a price per square
// metre, 0.0005 a day, 6 %. Equal rates are ==. It is TEXT in the database and
// a string in JSON, without trailing zeros: "0.0005".
type Rate struct{ n int64 } // in 10^-12

const ratePlaces = 12

// ErrRate is returned for text that is no decimal with at most twelve places,
// or is 9,223,372 or more.
var ErrRate = errors.New("not a decimal rate")

// ParseRate reads "0.0005"; exponents, percent signs and separators are refused.
func ParseRate(s string) (Rate, error) {
	n, _, err := decimal(s, ratePlaces)
	if err != nil {
		return Rate{}, fmt.Errorf("%w: %.40q", ErrRate, s)
	}
	return Rate{n}, nil
}

var rateOne = big.NewInt(1_000_000_000_000)

// Rat returns the rate as a rational number, for exact arithmetic.
func (r Rate) Rat() *big.Rat { return new(big.Rat).SetFrac(big.NewInt(r.n), rateOne) }

// Sign is -1, 0 or 1.
func (r Rate) Sign() int { return big.NewInt(r.n).Sign() }

// String is the shortest decimal form.
func (r Rate) String() string {
	text := r.Rat().FloatString(ratePlaces)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// MarshalText writes "0.0005".
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what ParseRate accepts.
func (r *Rate) UnmarshalText(text []byte) (err error) {
	*r, err = ParseRate(string(text))
	return err
}

// Value stores TEXT.
func (r Rate) Value() (driver.Value, error) { return r.String(), nil }

// Scan reads TEXT.
func (r *Rate) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return r.UnmarshalText([]byte(v))
	case []byte:
		return r.UnmarshalText(v)
	}
	return fmt.Errorf("money: a rate is stored as TEXT, not %T", src)
}
