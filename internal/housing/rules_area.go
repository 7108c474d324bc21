package housing

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"

	"guanjia/internal/platform/errs"
)

// Area is a floor area in hundredths of a square metre (HOU-01: two decimals).
// It is a BIGINT in the database and a string in JSON, "108.62".
type Area int64

const maxArea Area = 1_000_000 * 100

// What can be wrong with an area.
var (
	ErrAreaEmpty    = errs.New(errs.Invalid, "housing.area_empty", "no area is given")
	ErrAreaComma    = errs.New(errs.Invalid, "housing.area_comma", "an area is written with a point and without separators")
	ErrAreaPositive = errs.New(errs.Invalid, "housing.area_positive", "an area is more than 0")
	ErrAreaDecimals = errs.New(errs.Invalid, "housing.area_decimals", "an area has at most two decimals")
	ErrAreaLarge    = errs.New(errs.Invalid, "housing.area_large", "an area of more than 1,000,000 m² is a mistake")
	ErrAreaForm     = errs.New(errs.Invalid, "housing.area_form", "not an area such as 108.62")
)

// ParseArea reads square metres: "108.62", "90". Blanks around are allowed,
// units and separators are not.
func ParseArea(s string) (Area, error) {
	s = strings.TrimSpace(s)
	whole, fraction, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	switch {
	case s == "":
		return 0, ErrAreaEmpty
	case strings.ContainsAny(s, ",，"):
		return 0, ErrAreaComma
	case whole == "" || point && fraction == "" || strings.Trim(whole+fraction, "0123456789") != "":
		return 0, ErrAreaForm
	case s[0] == '-' || strings.Trim(whole+fraction, "0") == "":
		return 0, ErrAreaPositive
	case len(strings.TrimRight(fraction, "0")) > 2:
		return 0, ErrAreaDecimals
	}
	n, err := strconv.ParseInt(whole+(fraction + "00")[:2], 10, 64)
	if err != nil || Area(n) > maxArea {
		return 0, ErrAreaLarge
	}
	return Area(n), nil
}

// String is "108.62", always with two decimals.
func (a Area) String() string { return fmt.Sprintf("%d.%02d", a/100, a%100) }

// MarshalText writes "108.62".
func (a Area) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what ParseArea accepts.
func (a *Area) UnmarshalText(text []byte) (err error) {
	*a, err = ParseArea(string(text))
	return err
}

// Value stores hundredths of a square metre; no area is NULL.
func (a Area) Value() (driver.Value, error) {
	if a == 0 {
		return nil, nil
	}
	return int64(a), nil
}

// Scan reads what Value stored.
func (a *Area) Scan(src any) error {
	switch n := src.(type) {
	case nil:
		*a = 0
	case int64:
		*a = Area(n)
	default:
		return fmt.Errorf("housing: an area is stored as BIGINT, not %T", src)
	}
	return nil
}
