package ticket_test

import (
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// onDuty switches somebody's duty off, or on again.
func onDuty(t *testing.T, d *db.DB, who staff.ID, on bool) {
	t.Helper()
	dbtest.Exec(t, d, `UPDATE staff SET on_duty = $1 WHERE id = $2`, on, who)
}

// TIC-04, TIC-05: what is opened again goes back to who did it, as long as they
// are there, and they have to accept it in time like anything else.
func TestAReopenedTicketGoesBackToWhoDidItIfTheyAreOnDuty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.done(t, ticket.C)
		const other = staff.ID(533)
		hire(t, d, other, "罗师傅", true)
		if _, err := h.tickets.Reopen(ctx, h.agent, tk.ID, any1, "又漏"); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		v := h.now(t, tk.ID)
		if v.Status != ticket.Dispatched || v.Ticket.Assignee != 532 || v.Knows == nil || v.Knows.Name != "陈师傅" {
			t.Fatalf("%s, %s, known by %+v", v.Status, v.AssigneeName, v.Knows)
		}
		c.Advance(16 * time.Minute) // 15 minutes are given for grade C
		h.drain(t)
		if v = h.now(t, tk.ID); v.Ticket.Assignee != other {
			t.Errorf("who does not accept in time is left out, and the next is asked: %s to %s", v.Status, v.AssigneeName)
		}
		if all := h.verbs(t, tk.ID); !strings.HasSuffix(all, "reopened timed_out dispatched") {
			t.Errorf("%s", all)
		}
	})
}

func TestAReopenedTicketOfWhoIsOffDutyGoesToAnotherWhoIsToldWhoKnowsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.done(t, ticket.C)
		const other = staff.ID(533)
		hire(t, d, other, "罗师傅", true)
		onDuty(t, d, 532, false)
		if _, err := h.tickets.Reopen(ctx, h.agent, tk.ID, any1, "又漏"); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		v := h.now(t, tk.ID)
		if v.Ticket.Assignee != other || v.Transfers != 0 {
			t.Fatalf("%s to %q: nobody off duty gets work", v.Status, v.AssigneeName)
		}
		last := v.Timeline[len(v.Timeline)-1]
		if why, _ := last.Data["why"].(map[string]any); last.Verb != "dispatched" || why["knows"] != "陈师傅" {
			t.Errorf("who comes is told who did it: %s %v", last.Verb, last.Data)
		}
		if v.Knows == nil || v.Knows.ID != 532 {
			t.Errorf("known by %+v", v.Knows)
		}
		c.Advance(16 * time.Minute)
		h.drain(t)
		if v = h.now(t, tk.ID); v.Status != ticket.New {
			t.Errorf("an answer is waited for here too: %s", v.Status)
		}
	})
}

func TestAReopenedTicketWaitsWhenNobodyIsOnDuty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.done(t, ticket.C)
		onDuty(t, d, 532, false)
		if _, err := h.tickets.Reopen(ctx, h.agent, tk.ID, any1, "又漏"); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		if v := h.now(t, tk.ID); v.Status != ticket.New || v.Ticket.Assignee != 0 || !strings.HasSuffix(h.verbs(t, tk.ID), "reopened no_one_free") {
			t.Errorf("%s to %q: %s", v.Status, v.AssigneeName, h.verbs(t, tk.ID))
		}
	})
}
