package clock

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func windows(t testing.TB, texts ...string) (out []Window) {
	t.Helper()
	for _, s := range texts {
		w, err := ParseWindow(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, w)
	}
	return out
}

func hours(t testing.TB, zoneName string, plan Plan) Hours {
	t.Helper()
	h, err := NewHours(zone(t, zoneName), China(), plan)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestDueInServiceHours(t *testing.T) {
	office := hours(t, "Asia/Shanghai", Plan{Workdays: windows(t, "08:30-18:00")})
	split := hours(t, "Asia/Shanghai", Plan{Workdays: windows(t, "14:00-18:00", "08:30-12:00"), Weekends: windows(t, "09:00-12:00")})
	friday := hours(t, "Asia/Shanghai", Plan{Workdays: windows(t, "08:30-18:00"), Weekdays: map[time.Weekday][]Window{time.Friday: windows(t, "08:30-12:00")}})
	feast := hours(t, "Asia/Shanghai", Plan{Workdays: windows(t, "08:30-18:00"), Weekends: windows(t, "09:00-17:00"), Holidays: windows(t, "10:00-11:00")})
	york := hours(t, "America/New_York", Plan{Workdays: windows(t, "00:00-24:00"), Weekends: windows(t, "00:00-24:00")})
	for rule, c := range map[string]struct {
		h     Hours
		start string
		d     time.Duration
		want  string
	}{
		"two hours within a day":                                       {office, "2026-11-23T09:00:00+08:00", 2 * time.Hour, "2026-11-23T11:00:00+08:00"},
		"due at closing time is due that evening":                      {office, "2026-11-23T17:00:00+08:00", time.Hour, "2026-11-23T18:00:00+08:00"},
		"a millisecond more is due next morning":                       {office, "2026-11-23T17:00:00+08:00", time.Hour + time.Millisecond, "2026-11-24T08:30:00.001+08:00"},
		"what comes at night starts in the morning":                    {office, "2026-11-23T23:00:00+08:00", 30 * time.Minute, "2026-11-24T09:00:00+08:00"},
		"Friday evening goes over the weekend":                         {office, "2026-11-20T17:30:00+08:00", time.Hour, "2026-11-23T09:00:00+08:00"},
		"National Day week is skipped, the make-up Saturday is worked": {office, "2026-09-30T17:00:00+08:00", 20*time.Hour + 30*time.Minute, "2026-10-10T09:00:00+08:00"},
		"the noon break does not count":                                {split, "2026-11-23T11:00:00+08:00", 2 * time.Hour, "2026-11-23T15:00:00+08:00"},
		"weekend windows count":                                        {split, "2026-11-20T17:00:00+08:00", 2 * time.Hour, "2026-11-21T10:00:00+08:00"},
		"a make-up Saturday has the hours of a workday":                {split, "2026-10-10T11:00:00+08:00", 2 * time.Hour, "2026-10-10T15:00:00+08:00"},
		"a short Friday is short":                                      {friday, "2026-11-20T11:00:00+08:00", 2 * time.Hour, "2026-11-23T09:30:00+08:00"},
		"a holiday has holiday hours even on a Saturday":               {feast, "2026-10-03T09:00:00+08:00", 2 * time.Hour, "2026-10-04T11:00:00+08:00"},
		"no time at all is due at once, open or not":                   {office, "2026-11-21T03:00:00+08:00", 0, "2026-11-21T03:00:00+08:00"},
		"real time is the zero value":                                  {Hours{}, "2026-11-21T03:00:00+08:00", 72 * time.Hour, "2026-11-24T03:00:00+08:00"},
		"the hour skipped in spring is not counted":                    {york, "2026-03-08T01:00:00-05:00", 2 * time.Hour, "2026-03-08T04:00:00-04:00"},
		"the hour repeated in autumn counts twice":                     {york, "2026-11-01T00:30:00-04:00", 2 * time.Hour, "2026-11-01T01:30:00-05:00"},
		"over New Year with both years known":                          {office, "2025-12-31T17:00:00+08:00", 2 * time.Hour, "2026-01-04T09:30:00+08:00"},
	} {
		t.Run(rule, func(t *testing.T) {
			got, err := c.h.Add(at(t, c.start), c.d)
			if err != nil || got != at(t, c.want) {
				t.Errorf("got %s (%v), want %s", got.In(zone(t, "Asia/Shanghai")), err, c.want)
			}
		})
	}
}

func TestATimeThatReachesAnUnknownYearHasNoDueDate(t *testing.T) {
	office := hours(t, "Asia/Shanghai", Plan{Workdays: windows(t, "08:30-18:00")})
	eve := at(t, "2026-12-31T17:00:00+08:00")
	if got, err := office.Add(eve, time.Hour); err != nil || got != eve.Add(time.Hour) {
		t.Error("what ends in the known year is known:", got, err)
	}
	if _, err := office.Add(eve, 2*time.Hour); !errors.Is(err, ErrYearUnknown) {
		t.Error(err)
	}
	midnight := at(t, "2027-01-01T00:00:00+08:00")
	if d, err := office.Between(eve, midnight); err != nil || d != time.Hour {
		t.Error(d, err)
	}
	if _, err := office.Between(eve, midnight+1); !errors.Is(err, ErrYearUnknown) {
		t.Error(err)
	}
	all := windows(t, "00:00-24:00")
	round := hours(t, "Asia/Shanghai", Plan{Workdays: all, Weekends: all, Holidays: all})
	if got, err := round.Add(eve, 48*time.Hour); err != nil || got != eve.Add(48*time.Hour) {
		t.Error("hours that are the same every day need no calendar:", got, err)
	}
}

func TestWrongHoursAreRefused(t *testing.T) {
	for rule, p := range map[string]Plan{
		"never open":                 {},
		"open on weekends only":      {Weekends: windows(t, "09:00-12:00")},
		"overlapping windows":        {Workdays: windows(t, "09:00-12:00", "11:59-13:00")},
		"ends before it begins":      {Workdays: []Window{{600, 540}}},
		"longer than a day":          {Workdays: []Window{{0, 1441}}},
		"a weekday that is not one":  {Workdays: windows(t, "09:00-12:00"), Weekdays: map[time.Weekday][]Window{7: nil}},
		"overlap on a weekday alone": {Workdays: windows(t, "09:00-12:00"), Weekdays: map[time.Weekday][]Window{1: {{0, 60}, {59, 80}}}},
	} {
		t.Run(rule, func(t *testing.T) {
			if _, err := NewHours(time.UTC, China(), p); !errors.Is(err, ErrPlan) {
				t.Error(err)
			}
		})
	}
	for _, s := range []string{"", "8:30-18:00", "08:30–18:00", "18:00-08:30", "08:30-08:30", "08:60-09:00", "24:00-24:00", "08:30-24:01"} {
		if w, err := ParseWindow(s); err == nil {
			t.Errorf("%q was taken as %s", s, w)
		}
	}
	if _, err := (Hours{}).Add(0, -1); !errors.Is(err, ErrNegative) {
		t.Error(err)
	}
	if _, err := NewHours(nil, China(), Plan{Workdays: windows(t, "09:00-12:00")}); !errors.Is(err, ErrPlan) {
		t.Error(err)
	}
}

func TestAPlanIsReadableJSON(t *testing.T) {
	var p Plan
	if err := json.Unmarshal([]byte(`{"workdays":["08:30-18:00"],"weekdays":{"5":["08:30-12:00"]}}`), &p); err != nil {
		t.Fatal(err)
	}
	if raw, err := json.Marshal(p); err != nil || string(raw) != `{"workdays":["08:30-18:00"],"weekdays":{"5":["08:30-12:00"]}}` {
		t.Errorf("%s %v", raw, err)
	}
}

func TestOpenAndClosed(t *testing.T) {
	h := hours(t, "Asia/Shanghai", Plan{Workdays: windows(t, "08:30-18:00")})
	for s, want := range map[string]bool{
		"2026-11-23T08:30:00+08:00": true, "2026-11-23T08:29:59.999+08:00": false,
		"2026-11-23T18:00:00+08:00": false, "2026-11-22T10:00:00+08:00": false,
	} {
		if got, err := h.Open(at(t, s)); err != nil || got != want {
			t.Errorf("%s: %v %v", s, got, err)
		}
	}
}

// anyHours draws a plan, and instants within the years the calendar knows.
func anyHours(t *rapid.T) Hours {
	loc, err := Zone(rapid.SampledFrom(someZones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	day := func(name string, least int) (out []Window) {
		n, from := rapid.IntRange(least, 3).Draw(t, name), 0
		for range n {
			w := Window{From: int16(from + rapid.IntRange(0, 200).Draw(t, "gap"))}
			w.To = w.From + int16(rapid.IntRange(1, 280).Draw(t, "length"))
			out, from = append(out, w), int(w.To)
		}
		return out
	}
	h, err := NewHours(loc, China(), Plan{Workdays: day("workdays", 1), Weekends: day("weekends", 0), Holidays: day("holidays", 0),
		Weekdays: map[time.Weekday][]Window{time.Wednesday: day("wednesday", 0)}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func anyInstant(t *rapid.T, name string) Instant {
	return Instant(rapid.Int64Range(1167782400000, 1797900000000).Draw(t, name)) // 2007-01-03 … 2026-12-22
}

func anyMillis(t *rapid.T) time.Duration {
	return time.Duration(rapid.Int64Range(0, 3*86_400_000).Draw(t, "ms")) * time.Millisecond
}

func TestWhatIsAddedIsWhatLiesBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, start, d := anyHours(t), anyInstant(t, "start"), anyMillis(t)
		due, err := h.Add(start, d)
		if errors.Is(err, ErrYearUnknown) {
			return // runs into 2027
		}
		if err != nil {
			t.Fatal(err)
		}
		if got, err := h.Between(start, due); err != nil || got != d {
			t.Fatalf("start %s due %s: %s between (%v), want %s", start, due, got, err, d)
		}
		if got, err := h.Between(start, due-1); d > 0 && (err != nil || got >= d) {
			t.Fatalf("%s is not the earliest moment", due)
		}
		if back, err := h.Between(due, start); err != nil || back != -d {
			t.Fatal(back, err)
		}
		if later, err := h.Add(start, d+time.Minute); err == nil && later <= due {
			t.Fatal("more time must be due later")
		}
		if later, err := h.Add(start+60_000, d); err == nil && later < due {
			t.Fatal("what starts later must not be due earlier")
		}
	})
}

func TestPartsOfTimeAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, a := anyHours(t), anyInstant(t, "a")
		b := min(a.Add(anyMillis(t)*9), 1797900000000)
		m := a + Instant(rapid.Int64Range(0, int64(b-a)).Draw(t, "middle"))
		left, err1 := h.Between(a, m)
		right, err2 := h.Between(m, b)
		whole, err3 := h.Between(a, b)
		if err := errors.Join(err1, err2, err3); err != nil || left+right != whole || whole > b.Sub(a) || left < 0 || right < 0 {
			t.Fatal(left, right, whole, err)
		}
	})
}
