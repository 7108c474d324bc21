package clock

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func day(t testing.TB, s string) Day {
	t.Helper()
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The reference lists what every year's announcement says; a day it does not
// list is worked from Monday to Friday.
func TestEveryDayOfEveryYearAgreesWithTheReference(t *testing.T) {
	type entry struct {
		Date     string
		IsOffDay bool
	}
	listed, years := map[string]bool{}, []int{}
	files, err := filepath.Glob("testdata/holidays/2*.json")
	if err != nil || len(files) != 21 {
		t.Fatal(len(files), err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var ref struct {
			Year int
			Days []entry
		}
		if err := json.Unmarshal(raw, &ref); err != nil {
			t.Fatal(name, err)
		}
		for _, d := range ref.Days {
			listed[d.Date] = d.IsOffDay
		}
		if len(ref.Days) > 0 {
			years = append(years, ref.Year)
		}
	}
	if len(years) != 20 {
		t.Fatal(years)
	}
	check := func(d Day) {
		off, ok := listed[d.String()]
		want := !off
		if !ok {
			want = d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
		}
		if got, err := China().Workday(d); err != nil || got != want {
			t.Errorf("%s %s: worked %v (%v), want %v", d, d.Weekday(), got, err, want)
		}
	}
	for _, y := range years {
		for d, _ := NewDay(y, 1, 1); d.Year() == y; d = d.Add(1) {
			check(d)
		}
	}
	for s := range listed { // also the days before 2007 that its New Year's reaches
		check(day(t, s))
	}
}

func TestWorkdays(t *testing.T) {
	for rule, c := range map[string]struct {
		day  string
		want bool
		name string
	}{
		"National Day is off":                               {"2026-10-01", false, "国庆节"},
		"the Sunday before is a make-up workday":            {"2026-09-20", true, ""},
		"an ordinary Saturday is off without being a feast": {"2026-11-21", false, ""},
		"an ordinary Monday is worked":                      {"2026-11-23", true, ""},
		"Spring Festival 2026 runs to 23 February":          {"2026-02-23", false, "春节"},
		"24 February 2026 is worked":                        {"2026-02-24", true, ""},
		"New Year's 2019 reached into December":             {"2018-12-31", false, "元旦"},
	} {
		t.Run(rule, func(t *testing.T) {
			got, err := China().Workday(day(t, c.day))
			if err != nil || got != c.want {
				t.Errorf("worked %v (%v), want %v", got, err, c.want)
			}
			if name, _ := China().Holiday(day(t, c.day)); name != c.name {
				t.Errorf("holiday %q, want %q", name, c.name)
			}
		})
	}
}

func TestAYearWithoutPublishedHolidaysIsSaidPlainly(t *testing.T) {
	for _, s := range []string{"2027-01-04", "2006-06-01", "2030-10-01"} {
		_, err := China().Workday(day(t, s))
		if !errors.Is(err, ErrYearUnknown) || !strings.Contains(err.Error(), s[:4]) {
			t.Errorf("%s: %v", s, err)
		}
	}
	if China().Knows(2027) || !China().Knows(2026) {
		t.Error("2026 is known and 2027 is not")
	}
	raw, err := os.ReadFile("testdata/holidays/2027.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := China().With(raw); !errors.Is(err, ErrYearUnknown) {
		t.Errorf("a table without days: %v", err)
	}
}

const table2027 = `{"year":2027,"papers":["x"],"days":[
 {"name":"元旦","date":"2026-12-31","isOffDay":true},{"name":"元旦","date":"2027-01-01","isOffDay":true},
 {"name":"元旦","date":"2027-01-03","isOffDay":false},
 {"name":"劳动节","date":"2027-05-01","isOffDay":true},{"name":"国庆节","date":"2027-10-01","isOffDay":true}]}`

func TestAnImportedYearIsKnown(t *testing.T) {
	c, err := China().With([]byte(table2027))
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]bool{
		"2026-12-31": false, "2027-01-01": false, "2027-01-03": true, "2027-01-02": false, "2027-01-04": true, "2026-10-01": false,
	} {
		if got, err := c.Workday(day(t, s)); err != nil || got != want {
			t.Errorf("%s: worked %v (%v), want %v", s, got, err, want)
		}
	}
	if worked, err := China().Workday(day(t, "2026-12-31")); !worked || err != nil {
		t.Error("the shipped calendar must stay as it was")
	}
	again, err := c.With([]byte(strings.Replace(table2027, `"2026-12-31","isOffDay":true`, `"2026-12-30","isOffDay":true`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if worked, _ := again.Workday(day(t, "2026-12-31")); !worked {
		t.Error("a corrected table must replace the earlier one of that year")
	}
}

func TestAWrongTableIsRefused(t *testing.T) {
	swap := func(old, repl string) string { return strings.Replace(table2027, old, repl, 1) }
	for rule, raw := range map[string]string{
		"not JSON":                             `{`,
		"no year":                              swap(`"year":2027`, `"year":0`),
		"a day that does not exist":            swap("2027-01-03", "2027-02-30"),
		"a day listed twice":                   swap("2027-01-03", "2027-01-01"),
		"a day of another year":                swap("2027-01-03", "2028-01-03"),
		"a day of last November":               swap("2026-12-31", "2026-11-30"),
		"National Day missing":                 swap("2027-10-01", "2027-10-02"),
		"May Day worked":                       swap(`05-01","isOffDay":true`, `05-01","isOffDay":false`),
		"a day without isOffDay":               swap(`,"isOffDay":false`, ``),
		"a day without a name":                 swap(`"name":"劳动节"`, `"name":" "`),
		"no date":                              swap(`"date":"2027-01-03",`, ``),
		"a day that contradicts the year 2026": strings.Replace(strings.ReplaceAll(table2027, "2027", "2026"), "2026-12-31", "2025-10-01", 1),
	} {
		t.Run(rule, func(t *testing.T) {
			if _, err := China().With([]byte(raw)); !errors.Is(err, ErrHolidays) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAWrongShippedTableIsRefused(t *testing.T) {
	for _, text := range []string{
		"x: 元旦 01-01", "2027: 元旦", "2027: 元旦 01-01 05-01 10-01 10-01", "2027: 元旦 01-01 05-01 10-07..10-01",
		"2027: 元旦 01-01..x", "2027: 元旦 13-01", "2027 元旦 01-01",
	} {
		if _, err := parseTable(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
