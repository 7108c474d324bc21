package ticket_test

import (
	"testing"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/ticket"
)

// TIC-04: an ended ticket is never changed; a new one refers to it, and each shows the other.
func TestANewTicketRefersToTheEndedOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		old, err := h.tickets.Open(ctx, h.agent, h.leak())
		if err != nil {
			t.Fatal(err)
		}
		again := h.leak()
		again.Earlier = old.ID
		if _, err := h.tickets.Open(ctx, h.agent, again); !refused(err, "earlierId", "ticket.not_ended") {
			t.Errorf("what goes on is taken up again: %v", err)
		}
		dbtest.Exec(t, d, `UPDATE ticket SET status = 'archived', ended_at = $2 WHERE id = $1`, old.ID, c.Instant())
		before := dbtest.One[int64](t, d, `SELECT version FROM ticket WHERE id = $1`, old.ID)
		next, err := h.tickets.Open(ctx, h.agent, again)
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.tickets.Get(ctx, h.agent, next.ID)
		if err != nil || v.Earlier == nil || v.Earlier.Number != old.Number || len(v.Later) != 0 {
			t.Errorf("%+v %v", v.Earlier, err)
		}
		v, err = h.tickets.Get(ctx, h.agent, old.ID)
		if err != nil || v.Earlier != nil || len(v.Later) != 1 || v.Later[0].ID != next.ID {
			t.Errorf("%+v %v", v.Later, err)
		}
		if v.Version != before || v.Status != ticket.Archived {
			t.Errorf("the ended one was changed: version %d, %s", v.Version, v.Status)
		}
		again.Earlier = 4711
		if _, err := h.tickets.Open(ctx, h.agent, again); !refused(err, "earlierId", db.ErrNotFound.Code) {
			t.Errorf("a ticket that nobody knows: %v", err)
		}
	})
}
