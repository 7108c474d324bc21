package web

import (
	"net/http/httptest"
	"testing"
	"time"

	"guanjia/internal/platform/clock"
)

// FAC-03: a phone's clock may be wrong; then what it says counts for nothing.
func TestWhatAPhoneSaysOfItsClockIsBelievedWithinReason(t *testing.T) {
	now := time.Date(2026, 3, 10, 15, 0, 0, 0, time.UTC)
	g := Guard{Now: func() clock.Instant { return clock.Instant(now.UnixMilli()) }}
	for said, want := range map[string]struct{ believed, refused bool }{
		"":                          {},
		"2026-03-10T10:05:00.123Z":  {believed: true},
		"2026-03-10T18:05:00+08:00": {believed: true},
		"2026-03-10T15:00:01Z":      {},
		"2026-03-03T14:59:59Z":      {},
		"yesterday":                 {refused: true},
	} {
		r := httptest.NewRequest("POST", "/api/v1/tickets/1/arrive", nil)
		r.Header.Set("Done-At", said)
		got, err := g.done(r)
		if (err != nil) != want.refused {
			t.Fatalf("%q: %v", said, err)
		}
		if err != nil {
			continue
		}
		if _, ok := clock.Done(got.Context()); ok != want.believed {
			t.Errorf("%q: believed %v", said, ok)
		}
	}
}
