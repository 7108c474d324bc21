package desk

import (
	"testing"
	"time"

	"guanjia/internal/platform/clock"
)

func at(hour int) clock.Instant {
	return clock.Of(time.Date(2026, 3, 2, hour, 30, 0, 0, time.UTC))
}

// CUS-02: what they usually ask for, by which way and at what time of day.
func TestHabitsAreWhatIsAskedForAgain(t *testing.T) {
	all := []asking{
		{"water", "phone", at(9)}, {"water", "phone", at(10)}, {"water", "app", at(8)}, {"water", "phone", at(20)},
		{"fees", "visit", at(15)}, {"fees", "visit", at(16)},
		{"noise", "phone", at(23)}, // once is no habit
	}
	got := habits(all, time.UTC)
	want := []Habit{{"water", 4, "phone", 8, 11}, {"fees", 2, "visit", 14, 17}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%+v", got)
	}
	if got := habits(nil, time.UTC); got == nil || len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestTheTrendNeedsFourRatings(t *testing.T) {
	rated := func(list ...float64) (out []Rating) {
		for _, r := range list {
			out = append(out, Rating{Rating: r})
		}
		return out
	}
	for want, list := range map[Trend][]Rating{"": rated(5, 1, 3), Up: rated(5, 4.5, 3, 3.5), Down: rated(3, 3, 3, 3, 5, 5, 5, 5), Steady: rated(4.5, 4.5, 4.4, 4.6)} {
		if got := trend(list); got != want {
			t.Errorf("%v: %q, want %q", list, got, want)
		}
	}
}

func TestTheMostUrgentComesFirst(t *testing.T) {
	list := urgent([]Next{{Due: 30}, {Due: 10}, {Due: 20}}, 15)
	if list[0].Due != 10 || !list[0].Late || list[1].Late {
		t.Errorf("%+v", list)
	}
}
