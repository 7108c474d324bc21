package clock

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func at(t testing.TB, s string) Instant {
	t.Helper()
	i, err := ParseInstant(s)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestAnInstantIsWrittenInUTCWithMilliseconds(t *testing.T) {
	i := at(t, "2026-11-14T09:15:00.1239+08:00")
	if raw, err := json.Marshal(i); err != nil || string(raw) != `"2026-11-14T01:15:00.123Z"` {
		t.Errorf("%s %v", raw, err)
	}
	if i.Add(time.Minute).Sub(i) != time.Minute || !i.Before(i+1) || !i.After(i-1) || Of(i.Time()) != i {
		t.Error("arithmetic")
	}
	for _, bad := range []string{`""`, `"2026-11-14"`, `"2026-11-14T01:15:00"`, `1`, `{}`, `"2026-02-30T00:00:00Z"`, `"0000-01-01T00:00:00+08:00"`} {
		var got Instant
		if err := json.Unmarshal([]byte(bad), &got); err == nil {
			t.Errorf("%s was taken as %s", bad, got)
		}
	}
	if _, err := json.Marshal(maxInstant + 1); !errors.Is(err, ErrInstant) {
		t.Error(err)
	}
}

func TestABusinessDayIsDecidedInTheZoneOfTheCommunity(t *testing.T) {
	i := at(t, "2026-11-30T16:00:00Z")
	if d := DayOf(i, zone(t, "Asia/Shanghai")); d.String() != "2026-12-01" || d.Weekday() != time.Tuesday {
		t.Error(d)
	}
	if d := DayOf(i, time.UTC); d.String() != "2026-11-30" {
		t.Error(d)
	}
	if p := PeriodOf(i, zone(t, "Asia/Shanghai")); p.String() != "2026-12" {
		t.Error(p)
	}
}

func TestDaysThatDoNotExistAreRefused(t *testing.T) {
	for _, s := range []string{"", "2026-02-29", "2026-2-3", "2026-13-01", "0000-01-01", "20261121", "2026-11-21 "} {
		if d, err := ParseDay(s); err == nil {
			t.Errorf("%q was taken as %s", s, d)
		}
	}
	if _, err := NewDay(2026, 2, 30); !errors.Is(err, ErrDay) {
		t.Error(err)
	}
	for _, s := range []string{"", "2026", "2026-13", "2026-1", "2026-11-01"} {
		if p, err := ParsePeriod(s); err == nil {
			t.Errorf("%q was taken as %s", s, p)
		}
	}
}

func TestMonths(t *testing.T) {
	for s, want := range map[string]struct {
		days       int
		last, next string
	}{
		"2026-02": {28, "2026-02-28", "2026-03"}, "2024-02": {29, "2024-02-29", "2024-03"},
		"2026-12": {31, "2026-12-31", "2027-01"}, "2026-11": {30, "2026-11-30", "2026-12"},
	} {
		p, err := ParsePeriod(s)
		if err != nil || p.Days() != want.days || p.Last().String() != want.last || p.Add(1).String() != want.next ||
			p.First().String() != s+"-01" || p.String() != s || p.Add(13).Sub(p) != 13 || !p.Contains(p.Last()) {
			t.Errorf("%s: %v %d %s %s", p, err, p.Days(), p.Last(), p.Add(1))
		}
	}
}

func TestNoDayIsNull(t *testing.T) {
	type row struct {
		On   Day
		In   Period
		Till *Day
	}
	raw, err := json.Marshal(row{})
	if err != nil || string(raw) != `{"On":null,"In":null,"Till":null}` {
		t.Errorf("%s %v", raw, err)
	}
	var back row
	if err := json.Unmarshal(raw, &back); err != nil || back != (row{}) {
		t.Error(back, err)
	}
	if v, err := (Day{}).Value(); v != nil || err != nil {
		t.Error(v, err)
	}
	var d Day
	if err := d.Scan(nil); err != nil || !d.IsZero() || (Day{}).String() != "" || !(Period{}).IsZero() {
		t.Error(d, err)
	}
}

func TestWrongColumnTypesAreRefused(t *testing.T) {
	var d Day
	var i Instant
	if d.Scan(int64(3)) == nil || i.Scan("2026-11-21") == nil || d.Scan("x") == nil {
		t.Error("taken")
	}
}

func TestTheAPIDescribesTimesAsStrings(t *testing.T) {
	for format, p := range map[string]huma.SchemaProvider{"date-time": Instant(0), "date": Day{}, "": Period{}} {
		described := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
		s := p.Schema(described)
		if s.Ref != "" {
			s = described.SchemaFromRef(s.Ref)
		}
		if s.Type != "string" || s.Format != format {
			t.Errorf("%T: %+v", p, s)
		}
	}
}

func TestZones(t *testing.T) {
	for _, bad := range []string{"", "Local", "Asia/Nowhere", "../etc/passwd"} {
		if _, err := Zone(bad); !errors.Is(err, ErrZone) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestADayBeginsWhenTheWallClockFirstShowsIt(t *testing.T) {
	for rule, c := range map[string]struct {
		day, zone string
		minute    int
		want      string
	}{
		"Shanghai has no summer time":                             {"2026-11-21", "Asia/Shanghai", 0, "2026-11-20T16:00:00Z"},
		"Beirut 2021 skipped midnight":                            {"2021-03-28", "Asia/Beirut", 0, "2021-03-27T22:00:00Z"},
		"Beirut 2021: half past midnight never was":               {"2021-03-28", "Asia/Beirut", 30, "2021-03-27T22:00:00Z"},
		"New York: 02:30 skipped in spring":                       {"2026-03-08", "America/New_York", 150, "2026-03-08T07:00:00Z"},
		"New York: 01:30 twice in autumn counts the first":        {"2026-11-01", "America/New_York", 90, "2026-11-01T05:30:00Z"},
		"New York: 02:00 comes after both":                        {"2026-11-01", "America/New_York", 120, "2026-11-01T07:00:00Z"},
		"Lord Howe moves by half an hour":                         {"2026-04-05", "Australia/Lord_Howe", 105, "2026-04-04T14:45:00Z"},
		"St John's fell back over midnight: first showing counts": {"2010-11-07", "America/St_Johns", 0, "2010-11-07T02:30:00Z"},
	} {
		t.Run(rule, func(t *testing.T) {
			if got := day(t, c.day).At(c.minute, zone(t, c.zone)); got != at(t, c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

var someZones = []string{"Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Beirut", "America/St_Johns", "America/Havana", "UTC"}

// The definition, minute by minute: no wall clock shows that time or later before.
func TestAtIsTheFirstMomentTheWallClockShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, err := Zone(rapid.SampledFrom(someZones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		d := Day{rapid.Int32Range(730000, 740500).Draw(t, "day")}
		minute := rapid.IntRange(0, dayMinutes).Draw(t, "minute")
		y, m, dd := d.Date()
		want := time.Date(y, m, dd, 0, minute, 0, 0, time.UTC)
		got := d.At(minute, loc)
		if wall(got.In(loc)).Before(want) {
			t.Fatalf("too early: %s", got.In(loc))
		}
		for back := Instant(1); back < 180; back++ {
			if before := got - back*60_000; !wall(before.In(loc)).Before(want) {
				t.Fatalf("%s shows it already", before.In(loc))
			}
		}
	})
}

func TestTextFormsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := Instant(rapid.Int64Range(int64(minInstant), int64(maxInstant)).Draw(t, "instant"))
		d := Day{rapid.Int32Range(1, maxDay).Draw(t, "day")}
		p := d.Period()
		raw, err := json.Marshal([]any{i, d, p})
		if err != nil {
			t.Fatal(err)
		}
		var i2, i3 Instant
		var d2, d3 Day
		var p2, p3 Period
		if err := json.Unmarshal(raw, &[]any{&i2, &d2, &p2}); err != nil || i2 != i || d2 != d || p2 != p {
			t.Fatal(err, string(raw), i2, d2, p2)
		}
		iv, _ := i.Value()
		dv, _ := d.Value()
		pv, _ := p.Value()
		if err := errors.Join(i3.Scan(iv), d3.Scan(dv), p3.Scan(pv)); err != nil {
			t.Fatal(err)
		}
		if i3 != i || d3 != d || p3 != p || d.Add(7).Sub(d) != 7 || d.Add(1).Compare(d) != 1 {
			t.Fatal(i3, d3, p3)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-11-21", "2026-11", "2026-11-14T01:15:00.000Z", "08:30-18:00", "00:00-24:00", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDay(s); err == nil && d.String() != s {
			t.Errorf("%q -> %s", s, d)
		}
		if p, err := ParsePeriod(s); err == nil && p.String() != s {
			t.Errorf("%q -> %s", s, p)
		}
		if w, err := ParseWindow(s); err == nil && w.String() != s {
			t.Errorf("%q -> %s", s, w)
		}
		if i, err := ParseInstant(s); err == nil {
			if back, err := ParseInstant(i.String()); err != nil || back != i {
				t.Errorf("%q -> %s", s, i)
			}
		}
		_, _ = China().With([]byte(s))
	})
}
