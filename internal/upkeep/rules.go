package upkeep

import (
	"bytes"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
)

//go:embed seasons.yaml
var seasonsFile []byte

// Example is work that a plan can be made of; On is a month and day of each year.
type Example struct {
	Zh       string `yaml:"zh" json:"zh"`
	En       string `yaml:"en" json:"en"`
	Words    string `yaml:"words" json:"words"`
	Category string `yaml:"category" json:"category"`
	N        int64  `yaml:"every" json:"every"`
	Unit     Unit   `yaml:"unit" json:"unit" enum:"day,week,month,year"`
	On       string `yaml:"on" json:"on,omitempty" example:"11-01"`
}

// Examples are the shipped ones.
var Examples = sync.OnceValue(func() []Example {
	var f struct {
		Version int       `yaml:"version"`
		Plans   []Example `yaml:"plans"`
	}
	d := yaml.NewDecoder(bytes.NewReader(seasonsFile))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		panic(err) // part of the program and under test
	}
	return f.Plans
})

// day is the k-th day of a cycle, the first being Start. Months and years keep
// its day of the month, or take the last of a month that is shorter.
func (d Draft) day(k int) clock.Day {
	n := int(d.N) * k
	switch d.Unit {
	case Days:
		return d.Start.Add(n)
	case Weeks:
		return d.Start.Add(7 * n)
	case Years:
		n *= 12
	}
	month := d.Start.Period().Add(n)
	_, _, of := d.Start.Date()
	return month.First().Add(min(of, month.Days()) - 1)
}

// from is the first day of a cycle that is not before a day.
func (d Draft) from(on clock.Day) clock.Day {
	if !d.Start.Before(on) {
		return d.Start
	}
	step := map[Unit]int{Days: 1, Weeks: 7, Months: 28, Years: 365}[d.Unit] * int(d.N)
	for k := max(0, on.Sub(d.Start)/(step+step/9+3)-1); ; k++ { // never beyond it: a month has 31 days at most
		if at := d.day(k); !at.Before(on) {
			return at
		}
	}
}

// between lists the days of a cycle from one day to another, both included, so many at most.
func (d Draft) between(from, to clock.Day, most int) (out []clock.Day) {
	for at := d.from(from); !at.After(to) && len(out) < most; at = d.from(at.Add(1)) {
		out = append(out, at)
	}
	return out
}

// yearsAhead is how far in the future a plan may begin, and behind it may have begun.
const yearsAhead = 366 * 5

// checked says what is wrong with a plan, field by field; was is the class it
// had, which may have been hidden since.
func (d Draft) checked(today clock.Day, tree *ticket.Tree, was string) (Draft, error) {
	var f errs.Fields
	text := func(field string, s *string, most int, must bool) {
		*s = strings.TrimSpace(*s)
		switch {
		case must && *s == "":
			f.Add(field, "missing", nil)
		case utf8.RuneCountInString(*s) > most:
			f.Add(field, "too_long", map[string]any{"max": most})
		}
	}
	text("title", &d.Title, 100, true)
	text("words", &d.Words, 2000, false)
	text("place", &d.Place, 100, d.Facility == 0)
	c, known := tree.ByID(d.Category)
	if !known {
		f.Add("category", "ticket.category_unknown", nil)
	} else if c.Hidden && d.Category != was {
		f.Add("category", "ticket.category_hidden", c.Called())
	} else if d.Grade > c.Lowest() {
		f.Add("grade", "ticket.grade_forced", map[string]any{"grade": string(c.Lowest())})
	}
	if !slices.Contains([]Unit{Days, Weeks, Months, Years}, d.Unit) || d.Unit == Years && d.N > 10 || d.Unit == Months && d.N > 120 {
		f.Add("every", "upkeep.every", nil)
	}
	if n := d.Start.Sub(today); d.Start.IsZero() || n > yearsAhead || n < -yearsAhead {
		f.Add("start", "upkeep.start", nil)
	}
	return d, f.Err()
}
