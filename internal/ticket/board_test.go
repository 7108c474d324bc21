package ticket_test

import (
	"errors"
	"testing"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
)

// TIC-10: many tickets are given to one at once, all or none.
func TestManyTicketsAreGivenAtOnceOrNoneIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		hire(t, d, 533, "罗师傅", true)
		var chosen []ticket.Chosen
		for range 3 {
			tk := h.graded(t, ticket.C)
			chosen = append(chosen, ticket.Chosen{ID: tk.ID, Version: tk.Version})
		}
		assignees := func() (out [3]int64) {
			for i, x := range chosen {
				out[i] = int64(h.seen(t, x.ID).Assignee)
			}
			return out
		}
		before := assignees()
		stale := []ticket.Chosen{chosen[0], {ID: chosen[1].ID, Version: chosen[1].Version + 1}, chosen[2]}
		if _, err := h.tickets.DispatchMany(ctx, h.agent, 1, stale, 533, ""); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != "tickets[1]" || errs.Of(err).Fields[0].Code != db.ErrStale.Code {
			t.Errorf("one of them has changed: %v", err)
		}
		if assignees() != before {
			t.Error("a part of them was given")
		}
		if _, err := h.tickets.DispatchMany(ctx, h.agent, 1, chosen, 999, ""); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != "to" {
			t.Errorf("to nobody: %v", err)
		}
		if _, err := h.tickets.DispatchMany(ctx, h.stranger, 1, chosen, 533, ""); err == nil {
			t.Error("another community's desk gives them")
		}
		given, err := h.tickets.DispatchMany(ctx, h.agent, 1, chosen, 533, "")
		if err != nil || len(given) != 3 || assignees() != [3]int64{533, 533, 533} {
			t.Fatalf("%v %v", assignees(), err)
		}
		h.drain(t)
	})
}

func TestListsAreNarrowedToADepartmentAndACategory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		for category := range map[string]bool{"facilities.water": true, "facilities.power": true, "environment.refuse": true} {
			in := h.leak()
			in.Category, in.Grade, in.Title = category, ticket.C, category
			if _, err := h.tickets.Open(ctx, h.agent, in); err != nil {
				t.Fatal(err)
			}
		}
		for f, want := range map[ticket.SavedFilter]int{{Dept: "engineering"}: 2, {Dept: "cleaning"}: 1, {Dept: "nobody"}: 0, {Category: "facilities.power"}: 1, {Dept: "cleaning", Category: "facilities.power"}: 0, {}: 3} {
			rows, err := h.tickets.List(ctx, h.agent, ticket.Filter{Community: 1, Dept: f.Dept, Category: f.Category, Limit: 10})
			if err != nil || len(rows) != want {
				t.Errorf("%+v: %d rows, want %d: %v", f, len(rows), want, err)
			}
		}
	})
}

func TestAViewIsItsMakersAndSharedAsTheySay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		f := ticket.SavedFilter{View: "all", Grade: ticket.A, Dept: "engineering"}
		mine, err := h.tickets.KeepView(ctx, h.agent, 1, " 急修 ", f, false)
		if err != nil || mine.Name != "急修" {
			t.Fatalf("%+v %v", mine, err)
		}
		if _, err := h.tickets.KeepView(ctx, h.agent, 1, "急修", f, true); errs.Of(err).Code != errs.ErrFields.Code && !errors.Is(err, ticket.ErrViewTaken) {
			t.Errorf("the name twice: %v", err)
		}
		sees := func(who authz.Actor) int {
			all, err := h.tickets.Views(ctx, who, 1)
			if err != nil {
				t.Fatal(err)
			}
			return len(all)
		}
		if sees(h.agent) != 1 || sees(h.sun) != 0 {
			t.Error("a view that is not shared is its maker's alone")
		}
		if _, err := h.tickets.EditView(ctx, h.sun, mine.ID, any1, "别名", f, true); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("somebody else finds it: %v", err)
		}
		shared, err := h.tickets.EditView(ctx, h.agent, mine.ID, any1, "急修", f, true)
		if err != nil || shared.Version != 2 || sees(h.sun) != 1 {
			t.Fatalf("%+v %v", shared, err)
		}
		all, err := h.tickets.Views(ctx, h.sun, 1)
		if err != nil || all[0].Mine || all[0].Filter != f {
			t.Errorf("%+v %v", all, err)
		}
		if err := h.tickets.DropView(ctx, h.sun, mine.ID, any1); !errors.Is(err, ticket.ErrNotHisOwn) {
			t.Errorf("somebody else drops it: %v", err)
		}
		if err := h.tickets.DropView(ctx, h.agent, mine.ID, func(int64) error { return db.ErrStale }); !errors.Is(err, db.ErrStale) {
			t.Error(err)
		}
		if err := h.tickets.DropView(ctx, h.agent, mine.ID, any1); err != nil || sees(h.sun) != 0 {
			t.Error(err)
		}
		if _, err := h.tickets.Views(ctx, h.stranger, 1); err == nil {
			t.Error("another community's people see them")
		}
		for i := range 50 {
			if _, err := h.tickets.KeepView(ctx, h.agent, 1, string(rune('一'+i)), f, false); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.tickets.KeepView(ctx, h.agent, 1, "再来一个", f, false); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Code != "ticket.views_full" {
			t.Errorf("%v", err)
		}
	})
}
