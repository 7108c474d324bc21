package ticket_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/ticket"
)

// TIC-01a: a matter of a fee says which side of it is meant, where somebody told it; a leak has no sides.
func TestAMatterOfAFeeSaysWhichSideIsMeant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		fee := h.leak()
		fee.Kind, fee.Category, fee.Grade, fee.Title = ticket.Inquiry, "fees.parking", ticket.C, "停车费多收了一个月"
		for _, facet := range []string{"", "calculation", "collection", "use"} {
			fee.Facet = facet
			if tk, err := h.tickets.Open(ctx, h.agent, fee); err != nil || tk.Facet != facet {
				t.Errorf("%q: %q %v", facet, tk.Facet, err)
			}
		}
		fee.Facet = "colour"
		if _, err := h.tickets.Open(ctx, h.agent, fee); !refused(err, "facet", "ticket.facet_unknown") {
			t.Errorf("a side that there is not: %v", err)
		}
		leak := h.leak()
		leak.Facet = "use"
		if _, err := h.tickets.Open(ctx, h.agent, leak); !refused(err, "facet", "ticket.facet_unknown") {
			t.Errorf("the use of a leak: %v", err)
		}
		all, err := h.tickets.List(ctx, h.agent, ticket.Filter{Community: place, View: "all", Facet: "collection", Limit: 50})
		if err != nil || len(all) != 1 || all[0].Facet != "collection" {
			t.Errorf("%d are listed: %v", len(all), err)
		}
		for _, id := range []string{"fees", "fees.fund"} {
			i := slices.IndexFunc(ticket.TreeOf(d).Categories(), func(c ticket.Category) bool { return c.ID == id })
			if got := ticket.TreeOf(d).Categories()[i].Facets; len(got) != 3 {
				t.Errorf("%s has the sides %v", id, got)
			}
		}
	})
}

// TIC-01: a public place keeps its position, if the phone may say it; of a home none is kept.
func TestAPublicPlaceKeepsItsPosition(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		n := int64(85)
		h.tickets.Distance = func(context.Context, *db.Tx, authz.CommunityID, int64, int64) (*int64, error) { return &n, nil }
		latitude, longitude := int64(22_543_096), int64(114_057_865)
		at := &ticket.Where{Latitude: &latitude, Longitude: &longitude}
		outside := h.leak()
		outside.RoomLabel, outside.Place, outside.At = "", "东门井盖", at
		tk, err := h.tickets.Open(ctx, h.agent, outside)
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.tickets.Get(ctx, h.agent, tk.ID)
		if err != nil || v.Position == nil || v.Position.Latitude != latitude || v.Position.Longitude != longitude || *v.Position.Meters != n {
			t.Fatalf("%+v %v", v.Position, err)
		}
		home := h.leak()
		home.At = at
		if _, err := h.tickets.Open(ctx, h.agent, home); !refused(err, "position", "ticket.position_home") {
			t.Errorf("of a home: %v", err)
		}
		outside.At = &ticket.Where{Latitude: &latitude}
		if _, err := h.tickets.Open(ctx, h.agent, outside); !refused(err, "position", "ticket.position_half") {
			t.Errorf("half a position: %v", err)
		}
		outside.At = &ticket.Where{}
		silent, err := h.tickets.Open(ctx, h.agent, outside)
		if err != nil {
			t.Fatalf("a phone that says nothing: %v", err)
		}
		if v, err = h.tickets.Get(ctx, h.agent, silent.ID); err != nil || v.Position != nil {
			t.Errorf("%+v %v", v.Position, err)
		}
		// ACC-13: it goes with time after the end, and not before.
		if n, err := h.tickets.ErasePositions(ctx, c.Instant().Add(time.Hour)); err != nil || n != 0 {
			t.Errorf("of a running matter %d went: %v", n, err)
		}
		if _, err := h.tickets.Cancel(ctx, h.agent, tk.ID, any1, "已有人修"); err != nil {
			t.Fatal(err)
		}
		if n, err := h.tickets.ErasePositions(ctx, c.Instant().Add(time.Hour)); err != nil || n != 1 {
			t.Errorf("%d went: %v", n, err)
		}
		if v, err = h.tickets.Get(ctx, h.agent, tk.ID); err != nil || v.Position != nil || v.Place != "东门井盖" {
			t.Errorf("%+v %v", v.Position, err)
		}
	})
}

// TIC-07d: the stamp of an organisation counts as its signature; a person has none.
func TestAnOrganisationStampsAndAPersonSigns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		for id, kind := range map[int64]customer.Kind{77: customer.Person, 78: customer.Organisation} {
			dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES ($1, 1, $2, $3, '某某', '', '', '[]', '', 1)`, id, string(kind), string(kind))
		}
		stamp := func(of ticket.Ticket) error {
			_, err := h.tickets.AddPhoto(ctx, h.chen, of.ID, "stamp", png())
			return err
		}
		for _, who := range []int64{0, 77, 78} {
			tk := h.begun(t, ticket.C)
			if who != 0 {
				dbtest.Exec(t, d, `UPDATE ticket SET customer_id = $1 WHERE id = $2`, who, tk.ID)
			}
			lacks := func() bool {
				t.Helper()
				v, err := h.tickets.Get(ctx, h.chen, tk.ID)
				if err != nil || v.Stamps != (who == 78) {
					t.Fatalf("%v %v", v.Stamps, err)
				}
				return slices.Contains(v.Missing, "signature")
			}
			dbtest.Exec(t, d, `UPDATE ticket SET policy = $1 WHERE id = $2`, `{"proofs":{"C":["signature"]}}`, tk.ID)
			if !lacks() {
				t.Fatal("no signature is asked for")
			}
			if err := stamp(tk); (who == 78) != (err == nil) || err != nil && !errors.Is(err, ticket.ErrNoStamp) {
				t.Errorf("%d stamps: %v", who, err)
			}
			if lacks() == (who == 78) {
				t.Errorf("%d: a signature is missing still %t", who, who != 78)
			}
		}
	})
}
