package ticket

import (
	"testing"
	"time"

	"guanjia/internal/platform/clock"
)

// TIC-07c: a customer who is not reached is tried again in another band of the day.
func TestACustomerIsTriedAgainInAnotherBandOfTheDay(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	at := func(day, hour, minute int) clock.Instant {
		return clock.Of(time.Date(2026, 3, day, hour, minute, 0, 0, zone))
	}
	for name, c := range map[string]struct {
		now   clock.Instant
		tried []Band
		want  clock.Instant
	}{
		"called in the morning: at noon":                         {at(10, 9, 20), []Band{"morning"}, at(10, 12, 30)},
		"morning and noon: in the afternoon":                     {at(10, 12, 40), []Band{"morning", "noon"}, at(10, 15, 30)},
		"in the evening only: next morning":                      {at(10, 20, 10), []Band{"evening"}, at(11, 10, 0)},
		"morning, noon, afternoon, and it is nine: next evening": {at(10, 21, 0), []Band{"morning", "noon", "afternoon"}, at(11, 19, 0)},
		"everything was tried: not the same again at once":       {at(10, 19, 30), []Band{"morning", "noon", "afternoon", "evening"}, at(11, 10, 0)},
		"by night nothing was tried":                             {at(10, 2, 0), []Band{""}, at(10, 10, 0)},
	} {
		if got := nextAttempt(c.now, zone, c.tried); got != c.want {
			t.Errorf("%s: %s, want %s", name, got.Time().In(zone), c.want.Time().In(zone))
		}
	}
	for hour, want := range map[int]Band{7: "", 8: "morning", 11: "morning", 12: "noon", 14: "afternoon", 18: "evening", 21: ""} {
		if got := bandOf(at(10, hour, 0), zone); got != want {
			t.Errorf("%d o'clock lies in %q, want %q", hour, got, want)
		}
	}
}
