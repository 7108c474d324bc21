package app

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A page asks who is signed in, reads what it shows, and only then has its stream: what happens in between is told, and
// nothing that the page has read already (API-03).
func TestAPageHearsWhatHappenedSinceItAskedWhoIsSignedIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ids = map[string]string{}
		h.start()
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- h.hub.Run(ctx) }()
		defer func() { stop(); <-done }()

		since := func() string {
			var view struct{ Live int64 }
			if err := json.Unmarshal([]byte(h.admin.do("GET", "/session", nil).is(200).body), &view); err != nil {
				t.Fatal(err)
			}
			return strconv.FormatInt(view.Live, 10)
		}
		stream := func(after string) string {
			return h.admin.do("GET", "/live?community="+h.here, nil, "Last-Event-ID", after).is(200).body
		}
		before := since()
		h.housed()
		for end := time.Now().Add(30 * time.Second); !strings.Contains(stream(before), "event: import."); {
			if time.Now().After(end) {
				t.Fatalf("nothing of the import after %s: %s", before, stream(before))
			}
		}
		if now := since(); now == before || strings.Contains(stream(now), "event: ") {
			t.Errorf("after %s, which was %s: %s", now, before, stream(now))
		}
	})
}
