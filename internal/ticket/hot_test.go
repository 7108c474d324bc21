package ticket_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"guanjia/internal/housing"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// TIC-11: one leak a week is ordinary; four in a week from three homes of one
// building are told, once.
func TestMoreHouseholdsThanUsualAreToldOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		for i := range 3 {
			dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, unit_id, number, label, label_key, sort_key, type, state, version, notes)
				VALUES ($1, 1, 30, 32, $2, $2, $2, '1', 'home', 'occupied', 1, '')`, 1600+i, fmt.Sprint(1600+i))
		}
		leak := func(room int64) {
			t.Helper()
			in := h.leak()
			in.Room, in.RoomLabel, in.Grade, in.Customer, in.ContactName = housing.RoomID(room), "", ticket.C, 0, ""
			if _, err := h.tickets.Open(ctx, h.agent, in); err != nil {
				t.Fatal(err)
			}
		}
		found := func() []ticket.HotMatter {
			t.Helper()
			all, err := h.tickets.Hot(ctx, h.agent, 1)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		leak(1502)
		leak(1600)
		leak(1601)
		leak(1602)
		if all := found(); len(all) != 0 {
			t.Errorf("nobody knows what is usual in a new community: %+v", all)
		}
		for range 8 {
			c.Advance(7 * 24 * time.Hour)
			leak(1502)
		}
		c.Advance(time.Hour)
		for range 3 {
			leak(1502)
		}
		if all := found(); len(all) != 0 {
			t.Errorf("one home that calls often is no matter of many: %+v", all)
		}
		leak(1600)
		leak(1601)
		all := found()
		if len(all) != 1 || all[0].Category != "facilities.water" || all[0].Building != staff.BuildingID(30) || all[0].Name != "3栋" || all[0].Tickets != 6 || all[0].Households != 3 || all[0].Usual >= 2 {
			t.Fatalf("%+v", all)
		}
		told := func() (n int) {
			t.Helper()
			*h.told = (*h.told)[:0]
			if err := h.tickets.WatchHot(ctx); err != nil {
				t.Fatal(err)
			}
			h.drain(t)
			for _, e := range *h.told {
				if e.Clock == "hot" && slices.Contains(e.To, staff.ID(41)) && slices.Contains(e.To, staff.ID(43)) {
					n++
				}
			}
			return n
		}
		if n := told(); n != 1 {
			t.Errorf("supervisor and leader were told %d times", n)
		}
		if n := told(); n != 0 {
			t.Errorf("told again within the week: %d", n)
		}
		v, err := h.tickets.Get(ctx, h.agent, all[0].Latest)
		if err != nil || !slices.ContainsFunc(v.Timeline, func(e ticket.EntryView) bool { return e.Verb == "hot" && !e.Public }) {
			t.Errorf("%+v %v", v.Timeline, err)
		}
		if rows, err := h.tickets.List(ctx, h.agent, ticket.Filter{Community: 1, Category: "facilities.water", Building: 30, Limit: 50}); err != nil || len(rows) != 17 {
			t.Errorf("%d tickets of the building: %v", len(rows), err)
		}
		if _, err := h.tickets.Hot(ctx, h.stranger, 1); err == nil {
			t.Error("another community's people see it")
		}
		c.Advance(8 * 24 * time.Hour)
		if all := found(); len(all) != 0 {
			t.Errorf("a week later it is over: %+v", all)
		}
	})
}

// TIC-09: the owner is reminded when the customer of a long matter has heard
// nothing for 24 hours, and again a day later; not while the customer is waited for.
func TestTheCustomerOfALongMatterHearsEveryDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.graded(t, ticket.C)
		reminders := func() (n int) {
			h.drain(t)
			v, err := h.tickets.Get(ctx, h.agent, tk.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range v.Timeline {
				if e.Verb == "report_due" {
					n++
				}
			}
			return n
		}
		if _, err := h.tickets.Dispatch(ctx, h.agent, tk.ID, any1, 532); err != nil {
			t.Fatal(err)
		}
		c.Advance(24*time.Hour - time.Millisecond)
		if n := reminders(); n != 0 {
			t.Errorf("reminded before the day was over: %d", n)
		}
		c.Advance(time.Millisecond)
		if n := reminders(); n != 1 {
			t.Errorf("after a day: %d", n)
		}
		last := (*h.told)[len(*h.told)-1]
		if last.Clock != "report" && !slices.ContainsFunc(*h.told, func(e ticket.Escalated) bool { return e.Clock == "report" && slices.Equal(e.To, []staff.ID{217}) }) {
			t.Errorf("the owner is told: %+v", *h.told)
		}
		c.Advance(12 * time.Hour)
		if _, err := h.tickets.Tell(ctx, h.agent, tk.ID, any1, "phone", "配件明天到", nil); err != nil {
			t.Fatal(err)
		}
		c.Advance(23 * time.Hour)
		if n := reminders(); n != 1 {
			t.Errorf("a word to the customer begins the day anew: %d", n)
		}
		c.Advance(time.Hour)
		if n := reminders(); n != 2 {
			t.Errorf("a day after the last word: %d", n)
		}
		if _, err := h.tickets.Accept(ctx, h.chen, tk.ID, any1); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.Hold(ctx, h.chen, tk.ID, any1, ticket.Holding{Why: ticket.ForCustomer, Words: "请告诉我们几点在家"}); err != nil {
			t.Fatal(err)
		}
		c.Advance(72 * time.Hour)
		if n := reminders(); n != 2 {
			t.Errorf("the customer is waited for: %d", n)
		}
	})
}
