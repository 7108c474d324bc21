package ticket_test

import (
	"testing"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/roster"
	"guanjia/internal/ticket"
)

// STA-01: what came in is minutes of work for a post; the roster's forecast rests on it.
func TestWhatCameInIsWorkForThePosts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		open := func(at string, kind ticket.Kind) ticket.Ticket {
			t.Helper()
			c.Set(instant(t, at))
			in := h.leak()
			in.Kind, in.Title = kind, "厨房给水管漏水 "+at
			tk, err := h.tickets.Open(ctx, h.agent, in)
			if err != nil {
				t.Fatal(err)
			}
			return tk
		}
		open("2026-03-10T09:07:00+08:00", ticket.Repair)
		open("2026-03-10T09:14:00+08:00", ticket.Inquiry)
		gone := open("2026-03-10T09:20:00+08:00", ticket.Repair)
		if _, err := h.tickets.Cancel(ctx, h.agent, gone.ID, any1, "打错了"); err != nil {
			t.Fatal(err)
		}
		open("2026-03-11T00:00:00+08:00", ticket.Repair)
		minutes := map[roster.Post]int64{}
		err := d.Read(ctx, h.agent, ticket.ActView, func(tx *db.Tx) error {
			work, err := ticket.LoadOf(ctx, tx, place, clock.Of(instant(t, "2026-03-10T00:00:00+08:00")), clock.Of(instant(t, "2026-03-11T00:00:00+08:00")))
			for _, w := range work {
				minutes[w.Post] += w.Minutes
				if w.At != clock.Of(instant(t, "2026-03-10T09:00:00+08:00")) {
					t.Errorf("%+v is not in the quarter from nine", w)
				}
			}
			return err
		})
		if err != nil || minutes[roster.PostService] != 24 || minutes[roster.PostMaintenance] != 45 || len(minutes) != 2 {
			t.Errorf("a repair and an inquiry are 24 minutes of the desk and one visit: %v %v", minutes, err)
		}
	})
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
