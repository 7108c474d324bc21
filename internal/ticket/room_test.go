package ticket_test

import (
	"errors"
	"testing"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/ticket"
)

// HOU-01: the grid of a building marks the rooms that wait for something.
func TestTheGridKnowsWhichRoomsHaveOpenTickets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		for _, g := range []ticket.Grade{ticket.C, ticket.A, ticket.C} {
			in := h.leak()
			in.Grade = g
			tk, err := h.tickets.Open(ctx, h.agent, in)
			if err == nil && g == ticket.C {
				_, err = h.tickets.Cancel(ctx, h.agent, tk.ID, any1, "误报")
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		got, err := h.tickets.OpenIn(ctx, h.agent, 30)
		if err != nil || len(got) != 1 || got[0].Room != h.room || got[0].N != 1 || got[0].Grade != ticket.A {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := h.tickets.OpenIn(ctx, h.stranger, 30); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("somebody of another community: %v", err)
		}
	})
}
