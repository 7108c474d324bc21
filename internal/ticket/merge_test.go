package ticket_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
	"guanjia/internal/ticket"
)

// TIC-11: what tells of the same matter is proposed, merged with both
// histories kept, and made two again.
func TestTwoTicketsOfOneMatterAreMergedAndPartedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		may := append(all, ticket.ActMerge)
		agent := dbtest.Actor(217, []authz.CommunityID{1}, may...)
		stranger := dbtest.Actor(900, []authz.CommunityID{2}, may...)
		open := func(title, category string) ticket.Ticket {
			t.Helper()
			in := h.leak()
			in.Title, in.Category, in.Grade = title, category, ticket.C
			tk, err := h.tickets.Open(ctx, agent, in)
			if err != nil {
				t.Fatal(err)
			}
			return tk
		}
		first := open("厨房水管滴水", "facilities.water")
		c.Advance(time.Hour)
		second := open("厨房水管还在滴水", "facilities.home") // of the same parent, in much the same words
		other := open("楼道没打扫", "environment.cleaning")

		near, err := h.tickets.TwinsOf(ctx, agent, second.ID)
		if err != nil || len(near) != 1 || near[0].ID != first.ID {
			t.Fatalf("%+v %v", near, err)
		}
		if near, err = h.tickets.TwinsOf(ctx, agent, other.ID); err != nil || len(near) != 0 {
			t.Errorf("what has another subject is no twin: %+v %v", near, err)
		}
		if near, err = h.tickets.Twins(ctx, agent, ticket.Matter{Community: 1, Room: h.room, Category: "facilities.water"}); err != nil || len(near) != 1 {
			t.Errorf("before opening: %+v %v", near, err)
		}
		if near, err = h.tickets.Twins(ctx, agent, ticket.Matter{Community: 1, Room: h.room, Category: "facilities.power", Words: "水管还是在滴水"}); err != nil || len(near) != 2 {
			t.Errorf("before opening, by like words: %+v %v", near, err)
		}
		if _, err = h.tickets.TwinsOf(ctx, stranger, second.ID); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}

		if _, err := h.tickets.Merge(ctx, agent, second.ID, any1, second.ID); !errors.Is(err, ticket.ErrMergeItself) {
			t.Error(err)
		}
		before, err := h.tickets.Get(ctx, agent, second.ID)
		if err != nil {
			t.Fatal(err)
		}
		read := func(n int64) func(int64) error {
			return web.Match{IfMatch: strconv.Quote(strconv.FormatInt(n, 10))}.Expect
		}
		if _, err := h.tickets.Merge(ctx, agent, second.ID, read(before.Version-1), first.ID); !errors.Is(err, db.ErrStale) {
			t.Error("what has changed since it was read is merged:", err)
		}
		merged, err := h.tickets.Merge(ctx, agent, second.ID, read(before.Version), first.ID)
		if err != nil || merged.Status != ticket.Cancelled || merged.MergedInto != first.ID {
			t.Fatal(merged.Status, err)
		}
		if near, err = h.tickets.TwinsOf(ctx, agent, first.ID); err != nil || len(near) != 0 {
			t.Errorf("what is merged is proposed again: %+v %v", near, err)
		}
		main, err := h.tickets.Get(ctx, agent, first.ID)
		if err != nil || main.Timeline[len(main.Timeline)-1].Verb != "absorbed" || main.Timeline[len(main.Timeline)-1].Text != "" || main.Timeline[len(main.Timeline)-1].Data["number"] != second.Number {
			t.Errorf("%+v %v", main.Timeline, err)
		}
		if _, err := h.tickets.Merge(ctx, agent, first.ID, any1, second.ID); !errors.Is(err, ticket.ErrMergeEnded) {
			t.Error("into what is merged itself:", err)
		}

		c.Advance(3 * time.Hour)
		if _, err := h.tickets.Part(ctx, agent, second.ID, read(merged.Version)); err != nil {
			t.Fatal(err)
		}
		after, err := h.tickets.Get(ctx, agent, second.ID)
		if err != nil || after.Status != before.Status || after.MergedInto != 0 {
			t.Fatalf("%+v %v", after.Ticket, err)
		}
		for i, k := range after.Clocks { // the time in between was a pause (TIC-03)
			if got := k.Due.Sub(before.Clocks[i].Due); got != 3*time.Hour {
				t.Errorf("%s moved by %s", k.Kind, got)
			}
		}
		verbs := ""
		for _, e := range after.Timeline {
			verbs += e.Verb + " "
		}
		if verbs != "opened merged parted " {
			t.Error(verbs)
		}
		if _, err := h.tickets.Part(ctx, agent, second.ID, any1); !errors.Is(err, ticket.ErrNotMerged) {
			t.Error(err)
		}
	})
}

func TestTheMoreUrgentOfTwoMergedTicketsCountsForBoth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		agent := dbtest.Actor(217, []authz.CommunityID{1}, append(all, ticket.ActMerge)...)
		calm, urgent := h.leak(), h.leak()
		calm.Grade, urgent.Grade = ticket.C, ticket.A
		first, err := h.tickets.Open(ctx, agent, calm)
		if err != nil {
			t.Fatal(err)
		}
		second, err := h.tickets.Open(ctx, agent, urgent)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.Merge(ctx, agent, second.ID, any1, first.ID); err != nil {
			t.Fatal(err)
		}
		if v, err := h.tickets.Get(ctx, agent, first.ID); err != nil || v.Grade != ticket.A {
			t.Error(v.Grade, err)
		}
	})
}

// TIC-05: a matter that is one of its own again waits for an answer again.
func TestWhatIsPartedIsDispatchedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		agent := dbtest.Actor(217, []authz.CommunityID{1}, append(all, ticket.ActMerge)...)
		hire(t, d, 533, "罗师傅", true)
		main, given := h.graded(t, ticket.C), h.graded(t, ticket.C)
		if given.Status != ticket.Dispatched {
			t.Fatal(given.Status)
		}
		merge := func(tk ticket.Ticket) {
			t.Helper()
			if _, err := h.tickets.Merge(ctx, agent, tk.ID, any1, main.ID); err != nil {
				t.Fatal(err)
			}
			c.Advance(time.Hour)
			h.drain(t)
			if got := h.seen(t, tk.ID); got.Status != ticket.Cancelled {
				t.Fatalf("what is merged goes on: %s", got.Status)
			}
			if _, err := h.tickets.Part(ctx, agent, tk.ID, any1); err != nil {
				t.Fatal(err)
			}
			h.drain(t)
		}
		merge(given)
		c.Advance(15 * time.Minute)
		h.drain(t)
		if got := h.seen(t, given.ID); got.Assignee == given.Assignee {
			t.Errorf("nobody answered, and it stayed with %s", got.AssigneeName)
		}

		waits := h.graded(t, ticket.C)
		if _, err := h.tickets.Dispatch(ctx, agent, waits.ID, any1, h.chen.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.Accept(ctx, h.chen, waits.ID, any1); err != nil {
			t.Fatal(err)
		}
		until := c.Instant().Add(48 * time.Hour)
		if _, err := h.tickets.Hold(ctx, h.chen, waits.ID, any1, ticket.Holding{Why: ticket.ForMaterial, Words: "等阀芯", Until: &until}); err != nil {
			t.Fatal(err)
		}
		merge(waits)
		if got := h.seen(t, waits.ID); got.Status != ticket.Held || got.HeldUntil == nil || *got.HeldUntil != until {
			t.Errorf("the pause and its end are kept: %s until %v", got.Status, got.HeldUntil)
		}
	})
}
