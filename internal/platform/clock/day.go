package clock

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// Day is a civil date without a zone, from 0001-01-01 to 9999-12-31, written
// "2026-11-21". It can be compared with == and be a map key. The zero Day is
// no day: null in JSON and in the database.
type Day struct{ n int32 } // days since 0000-12-31

const (
	dayLayout = "2006-01-02"
	maxDay    = 3652059 // 9999-12-31
)

// ErrDay is returned for text or numbers that name no day of the calendar.
var ErrDay = errors.New("not a day of the calendar")

var epoch = time.Date(0, time.December, 31, 0, 0, 0, 0, time.UTC).Unix() / 86400

// NewDay returns the day with that date; 30 February is an error, not 2 March.
func NewDay(year int, month time.Month, day int) (Day, error) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if y, m, d := t.Date(); y != year || m != month || d != day || y < 1 || y > 9999 {
		return Day{}, fmt.Errorf("%w: %d-%02d-%02d", ErrDay, year, month, day)
	}
	return civil(t), nil
}

// civil takes the date t shows. t is in UTC.
func civil(t time.Time) Day { return Day{int32(t.Unix()/86400 - epoch)} }

// DayOf returns the date that a clock on the wall of loc shows at i.
func DayOf(i Instant, loc *time.Location) Day {
	y, m, d := i.In(loc).Date()
	return civil(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

// ParseDay reads "2026-11-21" and nothing else.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(dayLayout, s)
	if err != nil || t.Year() < 1 {
		return Day{}, fmt.Errorf("%w: %.40q", ErrDay, s)
	}
	return civil(t), nil
}

func (d Day) utc() time.Time { return time.Unix((int64(d.n)+epoch)*86400, 0).UTC() }

// IsZero reports whether d is no day at all.
func (d Day) IsZero() bool { return d == Day{} }

// Date returns year, month and day of the month.
func (d Day) Date() (int, time.Month, int) { return d.utc().Date() }

// Year returns the calendar year.
func (d Day) Year() int { return d.utc().Year() }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// Period returns the month that holds d.
func (d Day) Period() Period {
	y, m, _ := d.Date()
	return Period{int32(y)*12 + int32(m)}
}

// Add returns the day n days later (earlier for negative n).
func (d Day) Add(n int) Day { return Day{d.n + int32(n)} }

// Sub returns how many days d is after e.
func (d Day) Sub(e Day) int { return int(d.n - e.n) }

// Compare orders days: -1 when d is earlier than e, 0 when equal, 1 when later.
func (d Day) Compare(e Day) int { return compare(d.n, e.n) }

// Before reports whether d is earlier than e.
func (d Day) Before(e Day) bool { return d.n < e.n }

// After reports whether d is later than e.
func (d Day) After(e Day) bool { return d.n > e.n }

// Later returns the later of two days.
func (d Day) Later(e Day) Day {
	if d.Before(e) {
		return e
	}
	return d
}

// Start returns the first instant of d in loc: midnight, or the end of the
// gap where summer time begins at midnight.
func (d Day) Start(loc *time.Location) Instant { return d.At(0, loc) }

// At returns the first instant at which a wall clock in loc reads d and
// minute (of the day, 0…1440) or later. An hour that occurs twice is taken the
// first time; a time skipped by summer time becomes the moment of the change.
func (d Day) At(minute int, loc *time.Location) Instant {
	y, m, day := d.Date()
	want := time.Date(y, m, day, 0, minute, 0, 0, time.UTC)
	t := time.Date(y, m, day, 0, minute, 0, 0, loc)
	from, till := t.ZoneBounds()
	switch shown := wall(t); {
	case shown.After(want) && !from.IsZero():
		return Of(from)
	case shown.Before(want) && !till.IsZero():
		return Of(till)
	}
	if !from.IsZero() {
		_, now := t.Zone()
		_, before := from.Add(-1).Zone()
		earlier := t.Add(time.Duration(now-before) * time.Second)
		if earlier.Before(from) && wall(earlier).Equal(want) {
			return Of(earlier)
		}
	}
	return Of(t)
}

// wall returns what the clock shows at t, as if it were UTC.
func wall(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// String is "2026-11-21", or "" for no day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format(dayLayout)
}

// MarshalText writes "2026-11-21"; no day is empty text.
func (d Day) MarshalText() ([]byte, error) {
	if d.n < 0 || d.n > maxDay {
		return nil, fmt.Errorf("%w: out of range", ErrDay)
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads "2026-11-21".
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

// MarshalJSON writes a JSON string, or null for no day.
func (d Day) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return quoted(d.MarshalText())
}

// UnmarshalJSON reads a JSON string; null leaves d as it is.
func (d *Day) UnmarshalJSON(raw []byte) error { return unquoted(raw, d.UnmarshalText) }

// Value stores TEXT, or NULL for no day.
func (d Day) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	text, err := d.MarshalText()
	return string(text), err
}

// Scan reads TEXT; NULL is no day.
func (d *Day) Scan(src any) error {
	*d = Day{}
	return scanText(src, d.UnmarshalText)
}

func scanText(src any, set func([]byte) error) error {
	switch v := src.(type) {
	case nil:
		return nil
	case string:
		return set([]byte(v))
	case []byte:
		return set(v)
	}
	return fmt.Errorf("clock: a date is stored as TEXT, not %T", src)
}

func compare(a, b int32) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
