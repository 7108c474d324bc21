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

// TIC-05: a morning is planned as one, nothing happens before somebody accepts
// it, and then it comes to people like any other dispatch.
func TestAMorningIsPlannedAndGivenInOneStep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		h.onePlace(t)
		rules := ticket.ShippedVisits
		rules.PerPerson = 3
		set, err := h.tickets.Settings(ctx, h.sun, place)
		if err != nil {
			t.Fatal(err)
		}
		set.Visits = &rules
		if _, err := h.tickets.SetSettings(ctx, h.sun, place, any1, set); err != nil {
			t.Fatal(err)
		}
		const other, night = staff.ID(533), staff.ID(534)
		hire(t, d, other, "罗师傅", true)
		hire(t, d, night, "夜班", true)
		planned(t, d, h, "早班", 8*60, 480, "2026-03-03", 532, other)
		planned(t, d, h, "夜班", 20*60, 480, "2026-03-03", night)
		tomorrow := day(t, "2026-03-03")
		for range 4 {
			if _, err := h.opened(t, h.desk(), tomorrow, "上午"); err != nil {
				t.Fatal(err)
			}
		}
		p, err := h.tickets.Plan(ctx, h.desk(), place, tomorrow, "")
		if err != nil || len(p.Lines) != 4 {
			t.Fatalf("%d lines, %v", len(p.Lines), err)
		}
		if p.Plan.Total > p.Greedy.Total || p.Plan.Total >= p.Manual.Total || p.Manual.Unplanned == 0 || p.Plan.Unplanned != 0 {
			t.Errorf("plan %+v, dispatch %+v, now %+v", p.Plan, p.Greedy, p.Manual)
		}
		lines := []ticket.PlannedFor{}
		each := map[staff.ID]int{}
		for _, l := range p.Lines {
			each[l.To.ID]++
			lines = append(lines, ticket.PlannedFor{Chosen: ticket.Chosen{ID: l.Ticket.ID, Version: l.Ticket.Version}, To: l.To.ID})
			if got := h.seen(t, l.Ticket.ID); got.Status != ticket.New {
				t.Errorf("nothing happens before somebody accepts it: %s", got.Status)
			}
		}
		if each[532] != 2 || each[other] != 2 {
			t.Errorf("two each, and the night none: %v", each)
		}
		bad := append([]ticket.PlannedFor{}, lines...)
		bad[3].To = night
		if _, err := h.tickets.AcceptPlan(ctx, h.desk(), place, bad); err == nil {
			t.Error("nobody off duty gets work")
		} else if f, ok := field(err, "lines[3]"); !ok || f.Code != "ticket.plan_stale" {
			t.Errorf("%v", err)
		}
		if got := h.seen(t, lines[0].ID); got.Status != ticket.New {
			t.Errorf("all or none: %s", got.Status)
		}
		if _, err := h.tickets.AcceptPlan(ctx, h.stranger, place, lines); err == nil {
			t.Error("a stranger accepts")
		}
		if _, err := h.tickets.AcceptPlan(ctx, h.desk(), place, lines); err != nil {
			t.Fatal(err)
		}
		if got := h.seen(t, lines[0].ID); got.Status != ticket.Dispatched || got.Assignee != lines[0].To || !strings.HasSuffix(h.verbs(t, got.ID), "dispatched") {
			t.Errorf("%s to %s", got.Status, got.AssigneeName)
		}
		v := h.now(t, lines[0].ID)
		if why, _ := v.Timeline[len(v.Timeline)-1].Data["why"].(map[string]any); why["plan"] != true || why["slot"] != "上午" || why["skill"] != "water" {
			t.Errorf("the timeline says why: %v", why)
		}
		c.Set(time.Date(2026, 3, 3, 0, 16, 0, 0, time.UTC)) // the shift began at 8:00, a quarter of an hour ago
		h.drain(t)
		if all := h.verbs(t, lines[0].ID); !strings.Contains(all, "timed_out") {
			t.Errorf("it has to be accepted in time, from the beginning of the shift: %s", all)
		}
	})
}
