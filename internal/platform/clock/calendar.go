package clock

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed holidays.txt
var holidays string

var (
	// ErrYearUnknown says that the holidays of a year have not been published
	// or not been imported, so that nobody can say which days are worked.
	ErrYearUnknown = errors.New("holidays not yet published")
	// ErrHolidays says that a table of holidays cannot be right.
	ErrHolidays = errors.New("wrong table of holidays")
)

// Calendar knows the Chinese public holidays and make-up workdays, year by
// year (TIC-03). It is never changed: With returns a new one. The zero
// Calendar knows no year.
type Calendar struct {
	marks map[Day]mark
	years map[int]bool
}

// mark is one day on which the calendar differs from, or confirms, the week.
type mark struct {
	holiday string
	off     bool
	year    int // the announcement that says so; New Year's may reach back into December
}

var shipped = sync.OnceValue(func() Calendar {
	c, err := parseTable(holidays)
	if err != nil {
		panic(err) // the file is part of the program and under test
	}
	return c
})

// China returns the calendar shipped with the program: 2007 to 2026.
func China() Calendar { return shipped() }

// Workday reports whether d is worked: Monday to Friday but for holidays, and
// the make-up workdays. An unknown year gives ErrYearUnknown.
func (c Calendar) Workday(d Day) (bool, error) {
	if m, ok := c.marks[d]; ok {
		return !m.off, nil
	}
	if y := d.Year(); !c.years[y] {
		return false, fmt.Errorf("%d: %w", y, ErrYearUnknown)
	}
	return !weekend(d), nil
}

// Holiday returns the name of the public holiday whose days off include d.
func (c Calendar) Holiday(d Day) (string, bool) {
	m, ok := c.marks[d]
	if !ok || !m.off {
		return "", false
	}
	return m.holiday, true
}

// Knows reports whether the holidays of year are in the table.
func (c Calendar) Knows(year int) bool { return c.years[year] }

func weekend(d Day) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

// published is the usual JSON form of an announcement of the State Council.
type published struct {
	Year int `json:"year"`
	Days []struct {
		Name     string `json:"name"`
		Date     Day    `json:"date"`
		IsOffDay *bool  `json:"isOffDay"`
	} `json:"days"`
}

// With returns c with a year added, or replaced, from JSON of the form
// {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}.
// A table that is empty, lists a day twice, strays from its year, contradicts
// another year or lacks a fixed statutory holiday gives ErrHolidays.
func (c Calendar) With(data []byte) (Calendar, error) {
	var p published
	if err := json.Unmarshal(data, &p); err != nil {
		return Calendar{}, fmt.Errorf("%w: %w", ErrHolidays, err)
	}
	marks := make(map[Day]mark, len(p.Days))
	for _, d := range p.Days {
		if d.IsOffDay == nil || strings.TrimSpace(d.Name) == "" {
			return Calendar{}, fmt.Errorf("%w: %s: a day needs a name and isOffDay", ErrHolidays, d.Date)
		}
		if _, twice := marks[d.Date]; twice {
			return Calendar{}, fmt.Errorf("%w: %s is listed twice", ErrHolidays, d.Date)
		}
		marks[d.Date] = mark{d.Name, *d.IsOffDay, p.Year}
	}
	return c.with(p.Year, marks)
}

// with checks one year and joins it to the others.
func (c Calendar) with(year int, days map[Day]mark) (Calendar, error) {
	if year < 1949 || year > 9998 {
		return Calendar{}, fmt.Errorf("%w: year %d", ErrHolidays, year)
	}
	if len(days) == 0 {
		return Calendar{}, fmt.Errorf("%w: %d names no day: the year is %w", ErrHolidays, year, ErrYearUnknown)
	}
	for _, fixed := range []string{"01-01", "05-01", "10-01"} {
		d, err := ParseDay(fmt.Sprintf("%d-%s", year, fixed))
		if err != nil || !days[d].off {
			return Calendar{}, fmt.Errorf("%w: %d-%s is a statutory holiday and not off here: the table is not complete", ErrHolidays, year, fixed)
		}
	}
	next := Calendar{marks: make(map[Day]mark, len(c.marks)+len(days)), years: map[int]bool{year: true}}
	maps.Copy(next.years, c.years)
	for d, m := range c.marks {
		if m.year != year {
			next.marks[d] = m
		}
	}
	for d, m := range days {
		if y, month, _ := d.Date(); y != year && (y != year-1 || month != time.December) {
			return Calendar{}, fmt.Errorf("%w: %s is not in %d", ErrHolidays, d, year)
		}
		if old, ok := next.marks[d]; ok && old.off != m.off {
			return Calendar{}, fmt.Errorf("%w: %s contradicts the table of %d", ErrHolidays, d, old.year)
		}
		next.marks[d] = m
	}
	return next, nil
}

// parseTable reads the shipped file, whose form its first lines explain.
func parseTable(text string) (c Calendar, err error) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		head, rest, _ := strings.Cut(line, ":")
		year, err := strconv.Atoi(head)
		if err != nil {
			return Calendar{}, fmt.Errorf("%w: %.40q", ErrHolidays, line)
		}
		days := map[Day]mark{}
		for item := range strings.SplitSeq(rest, ";") {
			if err := parseHoliday(days, year, strings.Fields(item)); err != nil {
				return Calendar{}, err
			}
		}
		if c, err = c.with(year, days); err != nil {
			return Calendar{}, err
		}
	}
	return c, nil
}

// parseHoliday reads "春节 02-15..02-23 +02-14 +02-28".
func parseHoliday(days map[Day]mark, year int, words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("%w: %d: %q", ErrHolidays, year, words)
	}
	for _, word := range words[1:] {
		text, workday := strings.CutPrefix(word, "+")
		first, last, span := strings.Cut(text, "..")
		if !span {
			last = first
		}
		from, err := parseShort(first, year)
		if err != nil {
			return err
		}
		to, err := parseShort(last, year)
		if err != nil {
			return err
		}
		if n := to.Sub(from); n < 0 || n > 31 {
			return fmt.Errorf("%w: %d: %s", ErrHolidays, year, word)
		}
		for d := from; !d.After(to); d = d.Add(1) {
			if _, twice := days[d]; twice {
				return fmt.Errorf("%w: %s is listed twice", ErrHolidays, d)
			}
			days[d] = mark{words[0], !workday, year}
		}
	}
	return nil
}

func parseShort(s string, year int) (Day, error) {
	if len(s) == len("01-02") {
		s = fmt.Sprintf("%d-%s", year, s)
	}
	return ParseDay(s)
}
