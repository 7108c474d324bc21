package ticket_test

import (
	"context"
	"testing"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/ticket"
)

// TIC-07: the distance is shown where the phone says where it is; who does not let it say that checks in all the same.
func TestCheckingInSaysHowFarItIsWhereThePhoneMaySayIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		n := int64(120)
		h.tickets.Distance = func(_ context.Context, _ *db.Tx, place authz.CommunityID, latitude, longitude int64) (*int64, error) {
			if place != 1 || latitude != 22_543_096 || longitude != 114_057_865 {
				t.Errorf("asked for %v %d %d", place, latitude, longitude)
			}
			return &n, nil
		}
		latitude, longitude := int64(22_543_096), int64(114_057_865)
		for _, at := range []*ticket.Where{nil, {}, {Latitude: &latitude}, {Latitude: &latitude, Longitude: &longitude}} {
			tk := h.begun(t, ticket.C).ID
			if _, err := h.tickets.ArriveAt(t.Context(), h.chen, tk, any1, at); err != nil {
				t.Fatal(err)
			}
			v, err := h.tickets.Get(t.Context(), h.chen, tk)
			if err != nil {
				t.Fatal(err)
			}
			last := v.Timeline[len(v.Timeline)-1]
			if _, said := last.Data["meters"]; last.Verb != "arrived" || said != (at != nil && at.Longitude != nil) {
				t.Errorf("%+v", last)
			}
		}
	})
}

// TIC-10: my department has what its people settle, and nothing for who belongs to none.
func TestMyDepartmentShowsWhatItsPeopleSettle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		tk := h.begun(t, ticket.C) // a leak: engineering
		list := func() (ids []ticket.ID) {
			t.Helper()
			all, err := h.tickets.List(t.Context(), h.chen, ticket.Filter{Community: 1, View: "department", Limit: 50})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range all {
				ids = append(ids, r.ID)
			}
			n, err := h.tickets.Counts(t.Context(), h.chen, 1)
			if err != nil || n.Department != int64(len(ids)) {
				t.Errorf("counted %d: %v", n.Department, err)
			}
			return ids
		}
		if got := list(); len(got) != 0 {
			t.Errorf("of nobody's department: %v", got)
		}
		for i, kind := range []string{"cleaning", "engineering"} {
			dbtest.Exec(t, d, `INSERT INTO department (id, community_id, kind, name, version) VALUES ($1, 1, $2, $2, 1)`, 9000+i, kind)
		}
		dbtest.Exec(t, d, `UPDATE staff SET department_id = 9000 WHERE id = $1`, h.chen.ID)
		if got := list(); len(got) != 0 {
			t.Errorf("the cleaners see a leak: %v", got)
		}
		dbtest.Exec(t, d, `UPDATE staff SET department_id = 9001 WHERE id = $1`, h.chen.ID)
		if got := list(); len(got) != 1 || got[0] != tk.ID {
			t.Errorf("%v, want %v", got, tk.ID)
		}
	})
}
