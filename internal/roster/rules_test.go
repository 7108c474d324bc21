package roster

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/internal/platform/clock"
	"guanjia/internal/staff"
)

var china = time.FixedZone("", 8*3600)

func day(s string) clock.Day {
	d, err := clock.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

var (
	early = Shift{ID: 1, Name: "早班", Start: 8 * 60, Minutes: 8 * 60, Least: 2, Active: true}
	late  = Shift{ID: 2, Name: "晚班", Start: 16 * 60, Minutes: 8 * 60, Least: 1, Active: true}
	night = Shift{ID: 3, Name: "夜班", Start: 22 * 60, Minutes: 10 * 60, Least: 1, Active: true}
	whole = Shift{ID: 4, Name: "24小时值班", Start: 8 * 60, Minutes: 24 * 60, Skills: staff.Words{"water", "power"}, Active: true}
	chen  = Person{ID: 7, Name: "陈师傅", Skills: staff.Words{"water", "power"}}
	luo   = Person{ID: 8, Name: "罗成", Skills: staff.Words{"water"}}
)

var next DutyID

func duty(s Shift, of Person, on string) Line {
	next++
	from, to := s.times(day(on), china)
	return Line{Duty: Duty{ID: next, Shift: s.ID, Staff: of.ID, Day: day(on), From: from, To: to, State: StatePlanned}, ShiftName: s.Name}
}

// STA-01: conflicts are seen while planning.
func TestWhatIsWrongWithADuty(t *testing.T) {
	leave := func(of Person, from, to string) Leave {
		return Leave{Staff: of.ID, Kind: "annual", From: day(from).Start(china), To: day(to).Add(1).Start(china)}
	}
	cancelled := duty(early, chen, "2026-03-03")
	cancelled.State = StateCancelled
	for rule, c := range map[string]struct {
		of     Person
		s      Shift
		others []Line
		leaves []Leave
		want   string
	}{
		"somebody with nothing else is fine":                    {chen, early, nil, nil, ""},
		"after a 24-hour duty nobody goes on":                   {chen, early, []Line{duty(whole, chen, "2026-03-02")}, nil, "rest"},
		"a 24-hour duty overlaps the shift in the middle of it": {chen, early, []Line{duty(whole, chen, "2026-03-03")}, nil, "overlap"},
		"the same shift twice is an overlap":                    {chen, early, []Line{duty(early, chen, "2026-03-03")}, nil, "overlap"},
		"another's shift is no conflict":                        {chen, early, []Line{duty(early, luo, "2026-03-03")}, nil, ""},
		"a duty that was cancelled is no conflict":              {chen, early, []Line{cancelled}, nil, ""},
		"eight hours between late and early are too few":        {chen, early, []Line{duty(late, chen, "2026-03-02")}, nil, "rest"},
		"the next duty must leave eleven hours too":             {chen, late, []Line{duty(early, chen, "2026-03-04")}, nil, "rest"},
		"sixteen hours are enough":                              {chen, early, []Line{duty(early, chen, "2026-03-02")}, nil, ""},
		"eleven hours exactly are enough":                       {chen, Shift{Start: 19 * 60, Minutes: 60}, []Line{duty(early, chen, "2026-03-04"), duty(Shift{Start: 0, Minutes: 8 * 60}, chen, "2026-03-03")}, nil, ""},
		"one minute less is not":                                {chen, Shift{Start: 18*60 + 59, Minutes: 60}, []Line{duty(Shift{Start: 0, Minutes: 8 * 60}, chen, "2026-03-03")}, nil, "rest"},
		"a skill that the shift needs is missing":               {luo, whole, nil, nil, "skill"},
		"who is on leave does not come":                         {chen, early, nil, []Leave{leave(chen, "2026-03-03", "2026-03-03")}, "leave"},
		"the day after the leave is fine":                       {chen, early, nil, []Leave{leave(chen, "2026-03-01", "2026-03-02")}, ""},
		"a night that reaches into the leave is in it":          {chen, night, nil, []Leave{leave(chen, "2026-03-04", "2026-03-05")}, "leave"},
		"another's leave is no conflict":                        {chen, early, nil, []Leave{leave(luo, "2026-03-03", "2026-03-03")}, ""},
		"the worst comes first":                                 {luo, whole, []Line{duty(late, luo, "2026-03-03"), duty(late, luo, "2026-03-02")}, nil, "overlap rest skill"},
	} {
		t.Run(rule, func(t *testing.T) {
			d := duty(c.s, c.of, "2026-03-03")
			var kinds []string
			for _, p := range Check(d.Duty, c.s, c.of, append(c.others, d), c.leaves) {
				kinds = append(kinds, p.Kind)
			}
			if got := strings.Join(kinds, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Whatever is planned one after the other without an overlap: nobody is on two shifts at any instant.
func TestNobodyIsEverOnTwoShifts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var planned []Line
		for range rapid.IntRange(1, 25).Draw(t, "tries") {
			s := Shift{Start: int64(rapid.IntRange(0, 1439).Draw(t, "start")), Minutes: int64(rapid.IntRange(15, 1440).Draw(t, "minutes"))}
			d := duty(s, rapid.SampledFrom([]Person{chen, luo}).Draw(t, "who"), day("2026-03-02").Add(rapid.IntRange(0, 6).Draw(t, "day")).String())
			who := chen
			if d.Staff == luo.ID {
				who = luo
			}
			if !slices.ContainsFunc(Check(d.Duty, s, who, planned, nil), Problem.Bars) {
				planned = append(planned, d)
			}
		}
		for i, a := range planned {
			for _, b := range planned[i+1:] {
				if a.Staff == b.Staff && a.From < b.To && b.From < a.To {
					t.Fatalf("%+v and %+v", a.Duty, b.Duty)
				}
			}
		}
	})
}

func TestAShiftWithTooFewPeopleShows(t *testing.T) {
	away := duty(early, luo, "2026-03-03")
	away.Problems = []Problem{{Kind: Away}}
	retired := Shift{ID: 9, Active: false}
	got := Staff([]Shift{early, late, retired}, []clock.Day{day("2026-03-03")}, []Line{duty(early, chen, "2026-03-03"), away, duty(late, luo, "2026-03-02")})
	want := []Staffing{{1, day("2026-03-03"), 1, 2}, {2, day("2026-03-03"), 0, 1}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestAPatternRepeats(t *testing.T) {
	p := Pattern{Days: 2, StartsOn: day("2026-03-02"), Turns: Turns{{chen.ID, whole.ID, []int{0}}, {luo.ID, whole.ID, []int{1}}}}
	for on, want := range map[string]staff.ID{"2026-03-02": chen.ID, "2026-03-03": luo.ID, "2026-03-04": chen.ID, "2026-03-01": luo.ID, "2025-12-31": luo.ID, "2026-01-01": chen.ID} {
		if got := p.On(day(on)); len(got) != 1 || got[0].Staff != want {
			t.Errorf("%s: %+v, want %d", on, got, int64(want))
		}
	}
}

func TestAWeekBeginsOnMonday(t *testing.T) {
	for d, want := range map[string]string{"2026-03-02": "2026-03-02", "2026-03-08": "2026-03-02", "2026-03-09": "2026-03-09"} {
		if got := Monday(day(d)); got.String() != want {
			t.Errorf("%s is in the week of %s, want %s", d, got, want)
		}
	}
}

// RFC 5545: lines end with CRLF, none is longer than 75 octets, and what has a meaning of its own is escaped.
func TestTheCalendarIsAsTheStandardSays(t *testing.T) {
	d := duty(Shift{Name: "夜班; 一组, 东区\\西区和很长很长很长很长很长很长很长很长很长很长的名字", Start: 22 * 60, Minutes: 600}, chen, "2026-03-03")
	gone := duty(early, chen, "2026-03-05")
	gone.State = StateCancelled
	text := calendar("云栖苑", []Line{d, gone}, d.From)
	for _, want := range []string{"BEGIN:VCALENDAR\r\n", "VERSION:2.0\r\n", "DTSTART:20260303T140000Z\r\n", "DTEND:20260304T000000Z\r\n", `SUMMARY:夜班\; 一组\, 东区\\西区`, "STATUS:CANCELLED\r\n", "STATUS:CONFIRMED\r\n", "END:VCALENDAR\r\n"} {
		if !strings.Contains(strings.ReplaceAll(text, "\r\n ", ""), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") {
		t.Error("a line ends without CR")
	}
	for l := range strings.SplitSeq(text, "\r\n") {
		if len(l) > 75 {
			t.Errorf("%d octets: %s", len(l), l)
		}
	}
	if !strings.Contains(strings.ReplaceAll(text, "\r\n ", ""), d.ShiftName[len(d.ShiftName)-30:]) {
		t.Error("folding tore a character")
	}
}
