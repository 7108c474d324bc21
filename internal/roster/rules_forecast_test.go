package roster

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/internal/platform/clock"
	"guanjia/internal/staff"
)

// from is a Monday; the eight weeks before it hold the Spring Festival of 2026 (15 to 23 February).
var from = day("2026-03-16")

// every puts so many minutes of work at an hour of some of the past days.
func every(post Post, hour int, minutes int64, on func(clock.Day) bool) (out []Work) {
	for n := 1; n <= 7*History; n++ {
		if d := from.Add(-n); on(d) {
			out = append(out, Work{post, d.At(hour*60, china), minutes})
		}
	}
	return out
}

func needOf(t *testing.T, needs []Need, shift ShiftID, on string) Need {
	t.Helper()
	for _, n := range needs {
		if n.Shift == shift && n.Day == day(on) {
			return n
		}
	}
	t.Fatalf("no need of shift %d on %s", shift, on)
	return Need{}
}

// STA-01: the load of a day is that of like days.
func TestADayNeedsAsManyPeopleAsLikeDaysDid(t *testing.T) {
	repair := Shift{ID: 1, Post: PostMaintenance, Start: 8 * 60, Minutes: 480, Least: 1, Active: true}
	spring := Shift{ID: 2, Post: PostMaintenance, Start: 16 * 60, Minutes: 480, Active: true}
	saturdays := func(d clock.Day) bool { return d.Weekday() == time.Saturday }
	always := func(clock.Day) bool { return true }
	for rule, c := range map[string]struct {
		shifts  []Shift
		past    []Work
		shift   ShiftID
		on      string
		minutes int64
		need    int64
	}{
		"without a history a shift needs its least":                       {[]Shift{repair}, nil, 1, "2026-03-17", 0, 1},
		"a shift of 480 minutes does 288 minutes of matters":              {[]Shift{repair}, every(PostMaintenance, 9, 288, always), 1, "2026-03-17", 288, 1},
		"a minute more needs a second person":                             {[]Shift{repair}, every(PostMaintenance, 9, 289, always), 1, "2026-03-17", 289, 2},
		"busy Saturdays ask for people on Saturday":                       {[]Shift{repair}, every(PostMaintenance, 9, 900, saturdays), 1, "2026-03-21", 900, 4},
		"busy Saturdays ask for nobody on Tuesday":                        {[]Shift{repair}, every(PostMaintenance, 9, 900, saturdays), 1, "2026-03-17", 0, 1},
		"what comes in at another shift's hours is that shift's":          {[]Shift{repair, spring}, every(PostMaintenance, 17, 300, always), 2, "2026-03-17", 300, 2},
		"work of another post is not this shift's":                        {[]Shift{repair}, every(PostSecurity, 9, 900, always), 1, "2026-03-17", 0, 1},
		"two shifts of a post that are on together share the work":        {[]Shift{repair, {ID: 3, Post: PostMaintenance, Start: 7 * 60, Minutes: 480, Active: true}}, every(PostMaintenance, 9, 900, always), 3, "2026-03-17", 450, 2},
		"a night shift gets what came after midnight on the day it began": {[]Shift{{ID: 4, Post: PostMaintenance, Start: 22 * 60, Minutes: 600, Active: true}}, every(PostMaintenance, 3, 300, func(d clock.Day) bool { return d.Weekday() == time.Sunday }), 4, "2026-03-21", 300, 1},
	} {
		t.Run(rule, func(t *testing.T) {
			n := needOf(t, Forecast(c.shifts, week(from), c.past, from, china, clock.China()), c.shift, c.on)
			if n.Minutes != c.minutes || n.Need != c.need {
				t.Errorf("%+v, want %d minutes and %d people", n, c.minutes, c.need)
			}
		})
	}
	t.Run("Tuesdays of a holiday do not count for a Tuesday of work", func(t *testing.T) {
		n := needOf(t, Forecast([]Shift{repair}, week(from), nil, from, china, clock.China()), 1, "2026-03-17")
		if n.Like != 7 {
			t.Errorf("%d like days, want 7 of 8: 17 February was a holiday", n.Like)
		}
	})
	t.Run("a holiday is like days off", func(t *testing.T) {
		monday := day("2026-04-06") // Qingming
		for _, d := range likeDays(monday, monday, clock.China()) {
			if working(d, clock.China()) {
				t.Errorf("%s was a workday", d)
			}
		}
	})
}

func crew(n int) (out []Person) {
	for i := range n {
		out = append(out, Person{ID: staff.ID(100 + i), Name: "师傅", Post: PostMaintenance})
	}
	return out
}

// STA-01: what the load asks for is given to those who have worked least, and what nobody is left for stays short.
func TestAWeekIsFilledByLoad(t *testing.T) {
	day8 := Shift{ID: 1, Post: PostMaintenance, Start: 8 * 60, Minutes: 480, Least: 1, Active: true}
	fill := func(people []Person, least int64) (*book, []Need, []Line) {
		s := day8
		s.Least = least
		b := &book{zone: china, shifts: []Shift{s}, people: people}
		needs := Forecast(b.shifts, week(from), nil, from, china, clock.China())
		return b, needs, b.assign(needs, from)
	}
	days := func(lines []Line) map[staff.ID]int {
		out := map[staff.ID]int{}
		for _, l := range lines {
			out[l.Staff]++
		}
		return out
	}
	t.Run("two people share seven days", func(t *testing.T) {
		_, _, lines := fill(crew(2), 1)
		if got := days(lines); len(lines) != 7 || max(got[100], got[101]) != 4 {
			t.Errorf("%v", got)
		}
	})
	t.Run("one person has a free day, and the seventh day stays short", func(t *testing.T) {
		_, needs, lines := fill(crew(1), 1)
		short := 0
		for _, n := range needs {
			if n.Have < n.Need {
				short++
			}
		}
		if len(lines) != 6 || short != 1 {
			t.Errorf("%d lines, %d days short", len(lines), short)
		}
	})
	t.Run("another post's people are not taken", func(t *testing.T) {
		_, _, lines := fill([]Person{{ID: 7, Post: PostSecurity}}, 1)
		if len(lines) != 0 {
			t.Errorf("%+v", lines)
		}
	})
	t.Run("who stands on such a shift already is taken, of whatever department", func(t *testing.T) {
		mine := duty(day8, Person{ID: 7}, "2026-03-16")
		mine.Post = PostMaintenance
		b := &book{zone: china, shifts: []Shift{day8}, people: []Person{{ID: 7, Post: PostOther}}, duties: []Line{mine}}
		if lines := b.assign(Forecast(b.shifts, week(from), nil, from, china, clock.China()), from); len(lines) != 5 {
			t.Errorf("%d days more, want 5: six in a week", len(lines))
		}
	})
	t.Run("what is planned already counts", func(t *testing.T) {
		b := &book{zone: china, shifts: []Shift{day8}, people: crew(2), duties: []Line{duty(day8, crew(1)[0], "2026-03-16")}}
		needs := Forecast(b.shifts, week(from), nil, from, china, clock.China())
		if lines := b.assign(needs, from); len(lines) != 6 {
			t.Errorf("%d lines beside the one that is there", len(lines))
		}
	})
}

// STA-01: whatever the shifts and the load, no proposal breaks the law or a rule of Check.
func TestNoProposalBreaksARule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := &book{zone: china, people: crew(rapid.IntRange(0, 6).Draw(t, "people"))}
		for i := range rapid.IntRange(1, 4).Draw(t, "shifts") {
			b.shifts = append(b.shifts, Shift{
				ID: ShiftID(i + 1), Post: PostMaintenance, Active: true, Start: int64(rapid.IntRange(0, 23).Draw(t, "start") * 60), Minutes: int64(rapid.IntRange(2, 24).Draw(t, "hours") * 60), Least: int64(rapid.IntRange(0, 3).Draw(t, "least")),
			})
		}
		past := every(PostMaintenance, rapid.IntRange(0, 23).Draw(t, "busy hour"), int64(rapid.IntRange(0, 2000).Draw(t, "minutes")), func(clock.Day) bool { return true })
		needs := Forecast(b.shifts, week(from), past, from, china, clock.China())
		b.assign(needs, from)
		for i := range b.duties {
			b.duties[i].ID = DutyID(i + 1)
		}
		hours, on := map[staff.ID]time.Duration{}, map[staff.ID]map[clock.Day]bool{}
		for _, l := range b.duties {
			if problems := b.problems(l.Duty); len(problems) > 0 {
				t.Fatalf("%+v: %+v", l.Duty, problems)
			}
			if on[l.Staff] == nil {
				on[l.Staff] = map[clock.Day]bool{}
			}
			on[l.Staff][l.Day], hours[l.Staff] = true, hours[l.Staff]+l.To.Sub(l.From)
		}
		for who, h := range hours {
			if h > mostHours || len(on[who]) > mostDays {
				t.Fatalf("%v works %v on %d days", who, h, len(on[who]))
			}
		}
		for _, n := range needs {
			if n.Have > n.Need {
				t.Fatalf("more people than needed: %+v", n)
			}
		}
	})
}
