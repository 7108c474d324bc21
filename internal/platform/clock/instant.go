// Package clock holds the kinds of time the product knows: the instant, the
// civil day, the month, the Chinese working calendar and service hours.
//
// Nothing here reads the wall clock: "now" is always handed in.
package clock

import (
	"bytes"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// Instant is a moment in unix milliseconds, UTC. It is stored as BIGINT and
// written in JSON as RFC 3339 with milliseconds, "2026-11-14T01:15:00.000Z".
type Instant int64

const instantLayout = "2006-01-02T15:04:05.000Z07:00"

// The range that RFC 3339 can write: years 0000 to 9999.
const (
	minInstant Instant = -62167219200000
	maxInstant Instant = 253402300799999
)

// ErrInstant is returned for text that is no RFC 3339 date and time, and for
// instants outside the years 0000 to 9999.
var ErrInstant = errors.New("not an RFC 3339 date and time")

// Of converts t, dropping what is finer than a millisecond.
func Of(t time.Time) Instant { return Instant(t.UnixMilli()) }

// ParseInstant reads RFC 3339 with any offset; finer digits than milliseconds are dropped.
func ParseInstant(s string) (Instant, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0, fmt.Errorf("%w: %.40q", ErrInstant, s)
	}
	i := Of(t)
	if i < minInstant || i > maxInstant {
		return 0, fmt.Errorf("%w: year out of range: %.40q", ErrInstant, s)
	}
	return i, nil
}

// Time returns i as a time.Time in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// In returns i as wall time in loc.
func (i Instant) In(loc *time.Location) time.Time { return time.UnixMilli(int64(i)).In(loc) }

// Add returns i moved by d, dropping what is finer than a millisecond.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Milliseconds()) }

// Sub returns the real time from j to i.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i-j) * time.Millisecond }

// Before reports whether i is earlier than j.
func (i Instant) Before(j Instant) bool { return i < j }

// After reports whether i is later than j.
func (i Instant) After(j Instant) bool { return i > j }

// String is the RFC 3339 form used in JSON.
func (i Instant) String() string { return i.Time().Format(instantLayout) }

// MarshalText writes RFC 3339 with milliseconds in UTC.
func (i Instant) MarshalText() ([]byte, error) {
	if i < minInstant || i > maxInstant {
		return nil, fmt.Errorf("%w: %d ms is out of range", ErrInstant, int64(i))
	}
	return []byte(i.String()), nil
}

// UnmarshalText reads what ParseInstant accepts.
func (i *Instant) UnmarshalText(text []byte) (err error) {
	*i, err = ParseInstant(string(text))
	return err
}

// MarshalJSON writes a JSON string.
func (i Instant) MarshalJSON() ([]byte, error) { return quoted(i.MarshalText()) }

// UnmarshalJSON reads a JSON string; null leaves i as it is.
func (i *Instant) UnmarshalJSON(raw []byte) error { return unquoted(raw, i.UnmarshalText) }

// Value stores unix milliseconds.
func (i Instant) Value() (driver.Value, error) { return int64(i), nil }

// Scan reads unix milliseconds.
func (i *Instant) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("clock: an instant is stored as BIGINT, not %T", src)
	}
	*i = Instant(n)
	return nil
}

func quoted(text []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return append(append([]byte{'"'}, text...), '"'), nil
}

// unquoted hands the inside of a JSON string to set. None of our forms needs
// an escape, so one is as wrong as any other unexpected character.
func unquoted(raw []byte, set func([]byte) error) error {
	if bytes.Equal(raw, []byte("null")) {
		return nil
	}
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
		return fmt.Errorf("clock: want a JSON string, got %.20q", raw)
	}
	return set(raw[1 : len(raw)-1])
}
