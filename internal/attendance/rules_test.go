package attendance

import (
	"testing"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/roster"
)

var china = time.FixedZone("+0800", 8*60*60)

func at(text string) clock.Instant {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-03-"+text, china)
	if err != nil {
		panic(err)
	}
	return clock.Of(t)
}

func duty(from, to string, problems ...roster.Problem) roster.Line {
	return roster.Line{Duty: roster.Duty{Staff: 1, Day: clock.DayOf(at(from), china), From: at(from), To: at(to), State: roster.StatePlanned}, ShiftName: "早班", Problems: problems}
}

func came(text string) Mark { return Mark{Staff: 1, Kind: In, At: at(text)} }
func went(text string) Mark { return Mark{Staff: 1, Kind: Out, At: at(text)} }

// STA-01b: what a duty was, as the supervisor reads it. The grace is five minutes.
func TestWhatBecameOfADuty(t *testing.T) {
	early := duty("02 08:00", "02 16:00")
	night := duty("02 22:00", "03 06:00")
	for name, c := range map[string]struct {
		duty                 roster.Line
		marks                []Mark
		now                  string
		state, lacks         string
		late, early, minutes int64
	}{
		"in time":                              {early, []Mark{came("02 07:50"), went("02 16:10")}, "03 09:00", "present", "", 0, 0, 500},
		"five minutes after is in time":        {early, []Mark{came("02 08:05"), went("02 16:00")}, "03 09:00", "present", "", 0, 0, 475},
		"six minutes after is six late":        {early, []Mark{came("02 08:06"), went("02 16:00")}, "03 09:00", "present", "", 6, 0, 474},
		"gone ten minutes early":               {early, []Mark{came("02 08:00"), went("02 15:50")}, "03 09:00", "present", "", 0, 10, 470},
		"the last way out counts":              {early, []Mark{came("02 08:00"), went("02 12:00"), came("02 13:00"), went("02 16:01")}, "03 09:00", "present", "", 0, 0, 481},
		"nobody came":                          {early, nil, "03 09:00", "absent", "", 0, 0, 0},
		"a colleague came":                     {early, []Mark{{Staff: 2, Kind: In, At: at("02 08:00")}}, "03 09:00", "absent", "", 0, 0, 0},
		"the way out was forgotten":            {early, []Mark{came("02 08:00")}, "03 09:00", "present", "out", 0, 0, 0},
		"the way in was forgotten":             {early, []Mark{went("02 16:00")}, "03 09:00", "present", "in", 0, 0, 0},
		"it is to come":                        {early, nil, "02 07:00", "ahead", "", 0, 0, 0},
		"it runs and nobody is there":          {early, nil, "02 09:00", "on", "in", 0, 0, 0},
		"it runs":                              {early, []Mark{came("02 08:30")}, "02 09:00", "on", "", 30, 0, 0},
		"over midnight":                        {night, []Mark{came("02 21:55"), went("03 06:05")}, "03 20:00", "present", "", 0, 0, 490},
		"yesterday's way out is not tonight's": {night, []Mark{went("02 21:00")}, "03 20:00", "absent", "", 0, 0, 0},
	} {
		got := judged(c.duty, c.marks, at(c.now), 5)
		if got.State != c.state || got.Lacks != c.lacks || got.Late != c.late || got.Early != c.early || got.Minutes != c.minutes {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := judged(duty("02 08:00", "02 16:00", roster.Problem{Kind: roster.Away, Leave: "sick"}), nil, at("03 09:00"), 5); got.State != "away" || got.Leave != "sick" {
		t.Errorf("on leave: %+v", got)
	}
}

func TestAMonthCountsEachDutyOnce(t *testing.T) {
	duties := []roster.Line{duty("02 08:00", "02 16:00"), duty("03 08:00", "03 16:00"), duty("04 08:00", "04 16:00"), duty("05 08:00", "05 16:00", roster.Problem{Kind: roster.Away, Leave: "annual"})}
	marks := []Mark{came("02 08:20"), went("02 15:30"), came("04 08:00"), came("07 09:00"), went("07 12:00")} // the 7th has no duty
	all := days(1, duties, marks, at("08 00:00"), 5, china)
	s := summed(all)
	want := Sums{Duties: 3, Present: 2, Late: 1, LateMinutes: 20, Early: 1, Absent: 1, Away: 1, Lacking: 1, Minutes: 430 + 180}
	if s != want {
		t.Errorf("%+v\nwant %+v", s, want)
	}
	if len(all) != 5 || all[4].From != nil || all[4].Minutes != 180 {
		t.Errorf("%+v", all)
	}
}

// The civic centre of Shenzhen and its library are 640 m apart on the map.
func TestDistancesAreThoseOfTheMap(t *testing.T) {
	if n := meters(22_543_096, 114_057_865, 22_548_500, 114_060_000); n < 630 || n > 650 {
		t.Errorf("%d m", n)
	}
	if n := meters(22_543_096, 114_057_865, 22_543_096, 114_057_865); n != 0 {
		t.Errorf("%d m", n)
	}
}
