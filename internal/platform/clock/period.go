package clock

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// Period is a calendar month, the unit of billing, written "2026-11". It can
// be compared with == and be a map key. The zero Period is no month.
type Period struct{ n int32 } // year*12 + month, month from 1

const periodLayout = "2006-01"

// ErrPeriod is returned for text that names no month.
var ErrPeriod = errors.New("not a month")

// PeriodOf returns the month a wall clock in loc shows at i.
func PeriodOf(i Instant, loc *time.Location) Period { return DayOf(i, loc).Period() }

// ParsePeriod reads "2026-11" and nothing else.
func ParsePeriod(s string) (Period, error) {
	t, err := time.Parse(periodLayout, s)
	if err != nil || t.Year() < 1 {
		return Period{}, fmt.Errorf("%w: %.40q", ErrPeriod, s)
	}
	return civil(t).Period(), nil
}

// IsZero reports whether p is no month at all.
func (p Period) IsZero() bool { return p == Period{} }

// First returns the first day of the month.
func (p Period) First() Day {
	m := p.n - 1
	return civil(time.Date(int(m/12), time.Month(m%12+1), 1, 0, 0, 0, 0, time.UTC))
}

// Last returns the last day of the month.
func (p Period) Last() Day { return p.Add(1).First().Add(-1) }

// Days returns the length of the month in days.
func (p Period) Days() int { return p.Add(1).First().Sub(p.First()) }

// Add returns the month n months later (earlier for negative n).
func (p Period) Add(n int) Period { return Period{p.n + int32(n)} }

// Sub returns how many months p is after q.
func (p Period) Sub(q Period) int { return int(p.n - q.n) }

// Compare orders months: -1 when p is earlier than q, 0 when equal, 1 when later.
func (p Period) Compare(q Period) int { return compare(p.n, q.n) }

// Contains reports whether d lies in the month.
func (p Period) Contains(d Day) bool { return d.Period() == p }

// String is "2026-11", or "" for no month.
func (p Period) String() string {
	if p.IsZero() {
		return ""
	}
	return p.First().utc().Format(periodLayout)
}

// MarshalText writes "2026-11"; no month is empty text.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads "2026-11".
func (p *Period) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePeriod(string(text))
	return err
}

// MarshalJSON writes a JSON string, or null for no month.
func (p Period) MarshalJSON() ([]byte, error) {
	if p.IsZero() {
		return []byte("null"), nil
	}
	return quoted(p.MarshalText())
}

// UnmarshalJSON reads a JSON string; null leaves p as it is.
func (p *Period) UnmarshalJSON(raw []byte) error { return unquoted(raw, p.UnmarshalText) }

// Value stores TEXT, or NULL for no month.
func (p Period) Value() (driver.Value, error) {
	if p.IsZero() {
		return nil, nil
	}
	return p.String(), nil
}

// Scan reads TEXT; NULL is no month.
func (p *Period) Scan(src any) error {
	*p = Period{}
	return scanText(src, p.UnmarshalText)
}
