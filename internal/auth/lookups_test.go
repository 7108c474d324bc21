package auth_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
)

// A page asks for many things at once, and they share the reading of who asks.
func TestWhatIsRevokedEndsAtOnceForRequestsThatShareALookup(t *testing.T) {
	each(t, func(t *testing.T, c *company) {
		if err := c.assign(t, c.boss, headID, auth.Place{Community: c.inSo}, "cashier"); err != nil {
			t.Fatal(err)
		}
		token := c.signIn(t, headID)
		var ended atomic.Bool
		var asked atomic.Int64
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				for {
					over := ended.Load() // before the question is asked
					who, _, err := c.auth.Find(t.Context(), token, authz.Request{})
					asked.Add(1)
					switch {
					case over && err == nil:
						t.Error("a session that was ended is still found")
					case !over && err == nil && (who.ID != headID || who.May(auth.ActSelf) != nil):
						t.Errorf("found %+v", who)
					}
					if over {
						return
					}
				}
			})
		}
		who := c.find(t, c.auth, token)
		for asked.Load() < 200 {
			c.find(t, c.auth, token)
		}
		if err := c.auth.SignOut(t.Context(), who, token); err != nil {
			t.Error(err)
		}
		ended.Store(true)
		wg.Wait()
	})
}
