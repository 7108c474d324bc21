package ticket_test

import (
	"errors"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/ticket"
)

// TIC-04, FUP-04: the customer says at a late follow-up that it is not settled, while opening it again waits for the
// supervisor: nobody is asked any more, and a yes that comes later cannot open it a second time.
func TestWhatIsOpenAgainIsNotAskedForAnyMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.done(t, ticket.C)
		c.Advance(8 * 24 * time.Hour)
		h.drain(t)
		if _, err := h.tickets.AskReopen(ctx, h.agent, tk.ID, any1, "又漏"); err != nil {
			t.Fatal(err)
		}
		system := authz.System("test", "followup.record")
		if err := d.Write(ctx, system, "followup.record", func(tx *db.Tx) error {
			return ticket.ReopenUnsolved(ctx, tx, tk.ID, "还在滴水")
		}); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		err := d.Read(ctx, h.sun, approval.ActInbox, func(tx *db.Tx) error {
			_, err := approval.Open(ctx, tx, ticket.AskReopenKind, "ticket:"+tk.ID.String())
			return err
		})
		if !errors.Is(err, db.ErrNotFound) {
			t.Errorf("the supervisor is still asked: %v", err)
		}
		if v := h.now(t, tk.ID); v.Reopened != 1 || v.Status != ticket.Dispatched {
			t.Errorf("%s, opened again %d times", v.Status, v.Reopened)
		}
	})
}
