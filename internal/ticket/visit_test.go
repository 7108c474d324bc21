package ticket_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// desk is the agent who may also give appointments; leader may overbook.
func (h house) desk() authz.Actor {
	who := dbtest.Actor(217, []authz.CommunityID{place}, append(all, ticket.ActAppoint)...)
	who.Name = "周敏"
	return who
}

func (h house) leader() authz.Actor {
	return dbtest.Actor(43, []authz.CommunityID{place}, append(all, ticket.ActAppoint, ticket.ActOverbook)...)
}

func day(t *testing.T, s string) clock.Day {
	t.Helper()
	d, err := clock.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// onePlace lets a window take one visit.
func (h house) onePlace(t *testing.T) {
	t.Helper()
	rules := ticket.ShippedVisits
	rules.PerPerson = 1
	if _, err := h.tickets.SetSettings(t.Context(), h.sun, place, any1, ticket.Settings{Visits: &rules}); err != nil {
		t.Fatal(err)
	}
	dbtest.Exec(t, h.tickets.DB, `UPDATE staff SET skills = '["service"]' WHERE id = 217`) // the agent is no plumber
}

func (h house) opened(t *testing.T, who authz.Actor, d clock.Day, slot string) (ticket.Ticket, error) {
	t.Helper()
	in := h.leak()
	in.Grade, in.Visit = ticket.C, &ticket.Wanted{Day: d, Slot: slot}
	tk, err := h.tickets.Open(t.Context(), who, in)
	h.drain(t)
	return tk, err
}

func field(err error, name string) (errs.Field, bool) {
	for _, f := range errs.Of(err).Fields {
		if f.Name == name {
			return f, true
		}
	}
	return errs.Field{}, false
}

// TIC-01: who takes the last place of a window has it; the others are told what is free next.
func TestAFullWindowIsRefusedAtItsFieldWithTheNextFreeOnes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		h.onePlace(t)
		tomorrow := day(t, "2026-03-03")
		first, err := h.opened(t, h.desk(), tomorrow, "上午")
		if err != nil || first.VisitState != ticket.Booked {
			t.Fatalf("%+v %v", first.VisitState, err)
		}
		_, err = h.opened(t, h.desk(), tomorrow, "上午")
		if f, ok := field(err, "visit.slot"); !ok || f.Code != "ticket.window_full" || f.Params["next"] != "2026-03-03 下午, 2026-03-03 晚间, 2026-03-04 上午" {
			t.Fatalf("%v %+v", err, f)
		}
		second, err := h.opened(t, h.desk(), tomorrow, "下午")
		if err != nil {
			t.Fatal(err)
		}
		move := ticket.Wanted{Day: tomorrow, Slot: "上午", Over: "老人独居"}
		if _, err := h.tickets.Appoint(t.Context(), h.desk(), second.ID, any1, move, ticket.Coming{}); err == nil {
			t.Error("the desk does not overbook")
		}
		if _, err := h.tickets.Appoint(t.Context(), h.leader(), second.ID, any1, move, ticket.Coming{}); err != nil {
			t.Errorf("who leads may, with a reason: %v", err)
		}
		v := h.now(t, second.ID)
		if !strings.HasSuffix(h.verbs(t, second.ID), "appointed rescheduled overbooked") || v.VisitMoved != 1 || len(v.Appointments) != 2 || v.Appointments[1].State != ticket.Moved || v.Appointments[1].EndedKind != ticket.AtDesk {
			t.Errorf("%s, moved %d times: %+v", h.verbs(t, second.ID), v.VisitMoved, v.Appointments)
		}
		if _, err := h.tickets.Cancel(t.Context(), h.agent, first.ID, any1, "不修了"); err != nil {
			t.Fatal(err)
		}
		if v := h.now(t, first.ID); v.Appointments[0].State != ticket.CalledOff || v.VisitState != "" {
			t.Errorf("what has ended leaves its place: %+v", v.Appointments)
		}
		if _, err := h.opened(t, h.stranger, tomorrow, "下午"); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("of another community nothing is there: %v", err)
		}
		for name, w := range map[string]ticket.Wanted{"slot": {Day: tomorrow, Slot: "凌晨"}, "day": {Day: day(t, "2026-03-01"), Slot: "上午"}} {
			_, err := h.tickets.Appoint(t.Context(), h.desk(), second.ID, any1, w, ticket.Coming{})
			if _, ok := field(err, name); !ok {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestOfTwoWhoTakeTheLastPlaceAtOnceOneHasIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		h.onePlace(t)
		var wait sync.WaitGroup
		results := make([]error, 8)
		for i := range results {
			wait.Go(func() {
				in := h.leak()
				in.Grade, in.Visit = ticket.C, &ticket.Wanted{Day: day(t, "2026-03-04"), Slot: "下午"}
				_, results[i] = h.tickets.Open(t.Context(), h.desk(), in)
			})
		}
		wait.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else if f, ok := field(err, "visit.slot"); !ok || f.Code != "ticket.window_full" {
				t.Errorf("%v", err)
			}
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM appointment`); won != 1 || n != 1 {
			t.Errorf("%d have it, %d stand there", won, n)
		}
	})
}

// TIC-05: for an appointment somebody is chosen who is on duty in it, two hours before.
func TestForAnAppointmentSomebodyIsChosenWhoIsOnDutyInItsWindow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		const late = staff.ID(533)
		hire(t, d, late, "罗师傅", false)
		planned(t, d, h, "早班", 8*60, 480, "2026-03-03", 532)
		planned(t, d, h, "晚班", 16*60, 480, "2026-03-03", late)
		tk, err := h.opened(t, h.desk(), day(t, "2026-03-03"), "晚间")
		if err != nil {
			t.Fatal(err)
		}
		if got := h.seen(t, tk.ID); got.Status != ticket.New {
			t.Errorf("a day before nobody need be chosen: %s to %s", got.Status, got.AssigneeName)
		}
		c.Set(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)) // 17:00
		h.drain(t)
		if got := h.seen(t, tk.ID); got.Assignee != late {
			t.Errorf("%s to %q: the evening is his", got.Status, got.AssigneeName)
		}
		if v, err := h.tickets.Appoint(t.Context(), h.desk(), tk.ID, any1, ticket.Wanted{Day: day(t, "2026-03-04"), Slot: "上午"}, ticket.Coming{To: 532}); err != nil || v.Assignee != 532 || v.Status != ticket.Dispatched {
			t.Errorf("the desk moves it and says who comes in one step: %+v %v", v.AssigneeName, err)
		}
	})
}

// TIC-07c: what became of it stands on the ticket and in the figures.
func TestWhoComesTooLateHasNotKeptTheAppointment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		h.onePlace(t)
		come := func(at time.Time) ticket.Full {
			t.Helper()
			tk, err := h.opened(t, h.desk(), day(t, "2026-03-03"), "上午") // 01:00 to 04:00 UTC
			if err != nil {
				t.Fatal(err)
			}
			c.Set(time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC))
			h.drain(t)
			if _, err := h.tickets.Accept(ctx, h.chen, tk.ID, any1); err != nil {
				t.Fatal(err)
			}
			c.Set(at)
			h.drain(t)
			return h.now(t, tk.ID)
		}
		v := come(time.Date(2026, 3, 3, 4, 15, 0, 0, time.UTC))
		if v.VisitState != ticket.Booked {
			t.Errorf("the tolerance is not over: %s", v.VisitState)
		}
		c.Advance(25 * time.Minute)
		h.drain(t)
		if v = h.now(t, v.ID); v.VisitState != ticket.Missed || !strings.HasSuffix(h.verbs(t, v.ID), "visit_missed") {
			t.Errorf("now it is: %s, %s", v.VisitState, h.verbs(t, v.ID))
		}
		if _, err := h.tickets.Arrive(ctx, h.chen, v.ID, any1); err != nil {
			t.Fatal(err)
		}
		if v = h.now(t, v.ID); v.VisitState != ticket.Missed || v.VisitLate != 40 || v.Appointments[0].Late != 40 {
			t.Errorf("%s by %d minutes", v.VisitState, v.VisitLate)
		}
		f, err := h.tickets.Arrivals(ctx, h.agent, place, day(t, "2026-03-01"), day(t, "2026-03-03"))
		if err != nil || f.All.Missed != 1 || f.All.Kept != 0 || len(f.People) != 1 || f.People[0].Name != "陈师傅" || *f.People[0].SharePercent != 0 || f.Categories[0].Key != "facilities.water" {
			t.Errorf("%+v %v", f, err)
		}
		tk := h.begun(t, ticket.C)
		promise := c.Instant().Add(time.Hour)
		for _, at := range []clock.Instant{c.Instant().Add(30 * time.Minute), promise} { // told, and told anew
			if _, err := h.tickets.Tell(ctx, h.chen, tk.ID, any1, "phone", "到时见", &at); err != nil {
				t.Fatal(err)
			}
		}
		c.Advance(time.Hour)
		if _, err := h.tickets.Arrive(ctx, h.chen, tk.ID, any1); err != nil {
			t.Fatal(err)
		}
		if f, err = h.tickets.Arrivals(ctx, h.agent, place, day(t, "2026-03-01"), day(t, "2026-03-03")); err != nil || f.All.Kept != 1 || f.All.MovedByUs != 1 || *f.All.SharePercent != 50 {
			t.Errorf("a time that was told counts like a window: %+v %v", f.All, err)
		}
	})
}
