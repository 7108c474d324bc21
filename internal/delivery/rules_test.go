package delivery

import (
	"errors"
	"testing"

	"guanjia/internal/platform/clock"
)

func on(s string) clock.Day { d, _ := clock.ParseDay(s); return d }

func TestNoticesGoOutOnTheSetDayButAWeekBeforeAnythingIsDue(t *testing.T) {
	for name, c := range map[string]struct {
		booked string
		set    int64
		due    string
		want   string
	}{
		"the morning after booking":             {"2026-03-05", 0, "2026-03-31", "2026-03-06"},
		"the set day of the month":              {"2026-03-02", 5, "2026-03-31", "2026-03-05"},
		"booked on the set day":                 {"2026-03-05", 5, "2026-03-31", "2026-03-05"},
		"booked late for the month to come":     {"2026-02-25", 1, "2026-03-31", "2026-03-01"},
		"the set day would be too late":         {"2026-03-06", 5, "2026-03-31", "2026-03-24"},
		"what is due soon goes out at once":     {"2026-03-06", 5, "2026-03-10", "2026-03-06"},
		"what was due already goes out at once": {"2026-03-06", 10, "2026-03-01", "2026-03-06"},
		"over the end of the year":              {"2026-12-29", 1, "2027-01-31", "2027-01-01"},
		"nothing is left that would become due": {"2026-03-02", 5, "", "2026-03-05"},
	} {
		due := clock.Day{}
		if c.due != "" {
			due = on(c.due)
		}
		if got := goesOut(on(c.booked), c.set, due); got != on(c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestWhoWasNotMetIsVisitedAgain(t *testing.T) {
	today := on("2026-03-05")
	n := Notice{State: Printed}
	n, err := n.after(NotMet, clock.Day{}, today, 0, "小李")
	if err != nil || n.State != Printed || n.Tries != 1 || n.Next != on("2026-03-06") {
		t.Errorf("%+v %v", n, err)
	}
	if n, err = n.after(NotMet, on("2026-03-08"), today, 0, "小李"); err != nil || n.Tries != 2 || n.Next != on("2026-03-08") {
		t.Errorf("%+v %v", n, err)
	}
	if n, err = n.after(WasBoxed, clock.Day{}, today, 7, "小李"); err != nil || n.State != Boxed || *n.DoneAt != 7 || n.DoneBy != "小李" || !n.Next.IsZero() {
		t.Errorf("%+v %v", n, err)
	}
	if _, err = n.after(WasDelivered, clock.Day{}, today, 8, "小李"); !errors.Is(err, ErrSettled) {
		t.Error("a notice is handed over once:", err)
	}
}

func TestWhoSpeaksNoChineseIsWrittenToInEnglish(t *testing.T) {
	for language, want := range map[string]bool{"": false, "zh": false, "yue": false, "en": true, "ja": true, "other": true} {
		if english(language) != want {
			t.Error(language)
		}
	}
}
