package daily

import (
	"slices"
	"testing"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

var shanghai = time.FixedZone("", 8*3600)

func day(t testing.TB, s string) clock.Day {
	t.Helper()
	d, err := clock.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// STA-02a: what is unsigned by the next noon shows.
func TestADayIsLateFromTheNextNoonOn(t *testing.T) {
	d := day(t, "2026-03-01")
	for at, want := range map[clock.Instant]bool{
		d.At(12*60, shanghai): false, d.Add(1).At(12*60-1, shanghai): false, d.Add(1).At(12*60, shanghai): true, d.Add(5).At(0, shanghai): true,
	} {
		if late(d, at, shanghai) != want {
			t.Errorf("at %s: %t", at.In(shanghai), !want)
		}
	}
	if ended(d, d.At(23*60+59, shanghai), shanghai) || !ended(d, d.Add(1).At(0, shanghai), shanghai) {
		t.Error("a day ends at midnight of its community")
	}
}

func TestDaysOnWhichTheProgramWasOffAreBegunLater(t *testing.T) {
	today := day(t, "2026-03-10")
	for last, want := range map[string]int{"2026-03-10": 0, "2026-03-09": 1, "2026-03-07": 3, "2025-12-01": mostDays} {
		got := begun(day(t, last), today)
		if len(got) != want || want > 0 && (got[len(got)-1] != today || !slices.IsSortedFunc(got, clock.Day.Compare)) {
			t.Errorf("after %s: %v", last, got)
		}
	}
	if got := begun(clock.Day{}, today); len(got) != 1 || got[0] != today {
		t.Errorf("the first time: %v", got)
	}
}

func TestWhatIsSignedIsNotSignedTwice(t *testing.T) {
	if got := toSign([]Part{Journal, Complaints, Complaints}, []Sign{{Part: Journal}}); !slices.Equal(got, []Part{Complaints}) {
		t.Errorf("%v", got)
	}
}

// INC-03a: the report says where, what was done and who was told.
func TestAnEntryIsRefusedAtItsFields(t *testing.T) {
	d := day(t, "2026-03-02")
	now := d.At(10*60, shanghai)
	full := Form{Place: "3栋地下室", Measures: "已关阀", Told: "主任"}
	for name, c := range map[string]struct {
		on    clock.Day
		draft Draft
		field string
	}{
		"nothing was written":     {d, Draft{Minute: 60, Words: "  "}, "words"},
		"it has not happened yet": {d, Draft{Minute: 10*60 + 1, Words: "停水"}, "minute"},
		"tomorrow":                {d.Add(1), Draft{Words: "停水"}, "day"},
		"too long ago":            {d.Add(-32), Draft{Words: "停水"}, "day"},
		"no place":                {d, Draft{Words: "爆管", Important: true, Form: Form{Measures: "已关阀", Told: "主任"}}, "form.place"},
		"nothing was done":        {d, Draft{Words: "爆管", Important: true, Form: Form{Place: "3栋", Told: "主任"}}, "form.measures"},
		"nobody was told":         {d, Draft{Words: "爆管", Important: true, Form: Form{Place: "3栋", Measures: "已关阀"}}, "form.told"},
	} {
		_, err := c.draft.checked(c.on, now, shanghai)
		if all := errs.Of(err).Fields; len(all) != 1 || all[0].Name != c.field {
			t.Errorf("%s: %v %+v", name, err, all)
		}
	}
	for _, good := range []Draft{{Minute: 600, Words: "早会"}, {Words: "爆管", Important: true, Form: full}} {
		if _, err := good.checked(d, now, shanghai); err != nil {
			t.Errorf("%+v: %v", good, err)
		}
	}
	if got, _ := (Draft{Words: "早会", Form: full}).checked(d, now, shanghai); got.Form != (Form{}) {
		t.Error("an ordinary entry has no form")
	}
}
