package fee

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// shop is a usual rule: 15 minutes free, 2.50 a begun half hour by day, 1.00 a begun hour from 21:00 to 07:00, at most 20.00 in 24 hours.
var shop = Parking{By: "time", Free: 15, Step: 30, Price: 250, NightStep: 60, Night: 100, NightFrom: 21 * 60, NightTo: 7 * 60, Cap: 2000, CapBy: "entry"}

func at(t testing.TB, s string, loc *time.Location) clock.Instant {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return clock.Of(when)
}

func china(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func with(change func(*Parking)) Parking {
	p := shop
	change(&p)
	return p
}

// BIL-01: what a clerk reckons with pencil and paper.
func TestAStayCostsWhatAClerkReckons(t *testing.T) {
	loc := china(t)
	calendar := with(func(p *Parking) { p.CapBy = "calendar" })
	off := with(func(p *Parking) { p.FreeOff = true })
	entry := Parking{By: "entry", Free: 30, Entry: 500}
	for name, c := range map[string]struct {
		rule    Parking
		in, out string
		want    money.Fen
		steps   int
		nights  int
		days    int
	}{
		"out at once":                                   {shop, "2026-03-02 09:00", "2026-03-02 09:00", 0, 0, 0, 0},
		"the last free minute":                          {shop, "2026-03-02 09:00", "2026-03-02 09:15", 0, 0, 0, 0},
		"one minute too long, counted from entry":       {shop, "2026-03-02 09:00", "2026-03-02 09:16", 250, 1, 0, 1},
		"half an hour to the minute is one step":        {shop, "2026-03-02 09:00", "2026-03-02 09:30", 250, 1, 0, 1},
		"a minute more begins another":                  {shop, "2026-03-02 09:00", "2026-03-02 09:31", 500, 2, 0, 1},
		"two and a half hours":                          {shop, "2026-03-02 09:00", "2026-03-02 11:30", 1250, 5, 0, 1},
		"five hours would be 25.00, capped":             {shop, "2026-03-02 09:00", "2026-03-02 14:00", 2000, 10, 0, 1},
		"the night alone":                               {shop, "2026-03-02 21:00", "2026-03-03 07:00", 1000, 0, 10, 1},
		"a step begun by day reaches into night":        {shop, "2026-03-02 20:45", "2026-03-02 22:15", 350, 1, 1, 1},
		"from night into the morning":                   {shop, "2026-03-03 06:30", "2026-03-03 08:00", 350, 1, 1, 1},
		"24 hours to the minute are one day":            {shop, "2026-03-02 09:00", "2026-03-03 09:00", 2000, 28, 10, 1},
		"a day and one minute: the cap and a step":      {shop, "2026-03-02 09:00", "2026-03-03 09:01", 2250, 29, 10, 2},
		"noon to noon by the calendar: two capped days": {calendar, "2026-03-02 12:00", "2026-03-03 12:00", 4000, 28, 10, 2},
		"free minutes are taken off":                    {off, "2026-03-02 09:00", "2026-03-02 09:45", 250, 1, 0, 1},
		"by entry, free":                                {entry, "2026-03-02 09:00", "2026-03-02 09:30", 0, 0, 0, 0},
		"by entry, three days":                          {entry, "2026-03-02 09:00", "2026-03-05 09:30", 500, 0, 0, 0},
		"over the end of a leap February":               {shop, "2028-02-28 23:00", "2028-03-01 23:00", 4000, 56, 20, 2},
	} {
		s, err := Park(c.rule, at(t, c.in, loc), at(t, c.out, loc), loc)
		steps, nights := 0, 0
		for _, d := range s.Days {
			steps, nights = steps+d.Steps, nights+d.Nights
		}
		if err != nil || s.Fen != c.want || steps != c.steps || nights != c.nights || len(s.Days) != c.days {
			t.Errorf("%s: %v (%+v), want %v with %d steps, %d by night, %d days; %v", name, s.Fen, s, c.want, c.steps, c.nights, c.days, err)
		}
	}
}

func TestAStayThatCannotBeIsRefused(t *testing.T) {
	loc := china(t)
	for name, c := range map[string]struct {
		rule    Parking
		in, out string
		want    error
	}{
		"out before in":      {shop, "2026-03-02 09:00", "2026-03-02 08:59", ErrStayEnds},
		"more than a year":   {shop, "2026-03-02 09:00", "2027-03-04 09:00", ErrStayLong},
		"no step":            {with(func(p *Parking) { p.Step = 0 }), "2026-03-02 09:00", "2026-03-02 12:00", ErrParking},
		"a cap without days": {with(func(p *Parking) { p.CapBy = "" }), "2026-03-02 09:00", "2026-03-02 12:00", ErrParking},
	} {
		if _, err := Park(c.rule, at(t, c.in, loc), at(t, c.out, loc), loc); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func anyRule(t *rapid.T) Parking {
	return Parking{
		By: rapid.SampledFrom([]string{"time", "time", "time", "entry"}).Draw(t, "by"), Free: rapid.IntRange(0, 90).Draw(t, "free"), FreeOff: rapid.Bool().Draw(t, "off"), Entry: money.Fen(rapid.IntRange(0, 2000).Draw(t, "entry")),
		Step: rapid.IntRange(1, 240).Draw(t, "step"), Price: money.Fen(rapid.IntRange(0, 1500).Draw(t, "price")), NightStep: rapid.SampledFrom([]int{0, 1, 30, 60, 600}).Draw(t, "nightStep"), Night: money.Fen(rapid.IntRange(0, 900).Draw(t, "night")),
		NightFrom: rapid.IntRange(0, 1439).Draw(t, "from"), NightTo: rapid.IntRange(0, 1439).Draw(t, "to"), Cap: money.Fen(rapid.IntRange(0, 6000).Draw(t, "cap")), CapBy: rapid.SampledFrom([]string{"entry", "calendar"}).Draw(t, "capBy"),
	}
}

// BIL-01: time never lowers what is due, free minutes are free, and no day costs more than its cap.
func TestAStayNeverFallsAndKeepsItsCap(t *testing.T) {
	loc := china(t)
	rapid.Check(t, func(t *rapid.T) {
		p := anyRule(t)
		in := clock.Of(time.Date(2026, 3, 1, 0, 0, 0, 0, loc)).Add(time.Duration(rapid.IntRange(0, 1440*60).Draw(t, "in")) * time.Second)
		length := rapid.IntRange(0, 5*1440).Draw(t, "minutes")
		short, err := Park(p, in, in.Add(time.Duration(length)*time.Minute), loc)
		if err != nil {
			t.Fatal(err)
		}
		long, err := Park(p, in, in.Add(time.Duration(length+rapid.IntRange(0, 1440).Draw(t, "more"))*time.Minute), loc)
		if err != nil {
			t.Fatal(err)
		}
		if long.Fen < short.Fen {
			t.Fatalf("%v fell to %v", short, long)
		}
		if length <= p.Free && (short.Fen != 0 || !short.Free) {
			t.Fatalf("%d minutes of %d free ones cost %v", length, p.Free, short.Fen)
		}
		days := length/1440 + 1
		if p.CapBy == "calendar" {
			days++
		}
		if p.By == "time" && p.Cap > 0 && short.Fen > p.Cap*money.Fen(days) {
			t.Fatalf("%v is above %v × %d", short.Fen, p.Cap, days)
		}
	})
}

// secondPark goes minute by minute: a step is due whenever the one before has run out.
func secondPark(p Parking, in time.Time, minutes int) money.Fen {
	if minutes <= p.Free {
		return 0
	}
	if p.By == "entry" {
		return p.Entry
	}
	first := 0
	if p.FreeOff {
		first = p.Free
	}
	purse, left := map[string]money.Fen{}, 0
	for m := first; m < minutes; m++ {
		if left > 0 {
			left--
			continue
		}
		now := in.Add(time.Duration(m) * time.Minute)
		of, isNight := now.Hour()*60+now.Minute(), false
		for k := p.NightFrom; p.NightStep > 0 && k != p.NightTo; k = (k + 1) % 1440 {
			isNight = isNight || k == of
		}
		day := now.Format("2006-01-02")
		if p.CapBy == "entry" {
			day = string(rune('a' + (m-first)/1440))
		}
		if isNight {
			purse[day] += p.Night
			left = p.NightStep - 1
		} else {
			purse[day] += p.Price
			left = p.Step - 1
		}
	}
	total := money.Fen(0)
	for _, sum := range purse {
		if p.Cap > 0 {
			sum = min(sum, p.Cap)
		}
		total += sum
	}
	return total
}

func TestTheSecondCalculatorAgreesOnParking(t *testing.T) {
	loc := china(t)
	s := second{rand.New(rand.NewPCG(15, 1))}
	for i := range 1500 {
		p := Parking{
			By: []string{"time", "time", "time", "entry"}[s.n(0, 3)], Free: s.n(0, 60), FreeOff: s.n(0, 1) == 0, Entry: money.Fen(s.n(0, 2000)), Step: s.n(1, 180), Price: money.Fen(s.n(0, 1000)), NightStep: []int{0, 15, 60, 480}[s.n(0, 3)],
			Night: money.Fen(s.n(0, 500)), NightFrom: s.n(0, 47) * 30, NightTo: s.n(0, 47) * 30, Cap: money.Fen(s.n(0, 1) * s.n(100, 5000)), CapBy: []string{"entry", "calendar"}[s.n(0, 1)],
		}
		in := time.Date(2026, time.Month(s.n(1, 12)), s.n(1, 28), s.n(0, 23), s.n(0, 59), 0, 0, loc)
		minutes := s.n(0, 4*1440)
		got, err := Park(p, clock.Of(in), clock.Of(in.Add(time.Duration(minutes)*time.Minute)), loc)
		if want := secondPark(p, in, minutes); err != nil || got.Fen != want {
			t.Fatalf("case %d: %v, the second says %v: %+v from %v, %d minutes; %v", i, got.Fen, want, p, in, minutes, err)
		}
	}
}
