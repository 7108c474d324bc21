package ticket_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/roster"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// hire adds a technician; on says whether their switch is on.
func hire(t *testing.T, d *db.DB, id staff.ID, name string, on bool) {
	t.Helper()
	dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $3, $2, '', $4, $4, 1)`, id, id.String(), name, false)
	dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, $3, '', '', '["water"]', 'active', $4, '', 1)`, id, id.String(), name, on)
}

// planned puts people on a shift of a day.
func planned(t *testing.T, d *db.DB, h house, name string, start, minutes int64, day string, who ...staff.ID) {
	t.Helper()
	s := &roster.Service{DB: d}
	boss := dbtest.Actor(6, []authz.CommunityID{place}, roster.ActPlan)
	shift, err := s.AddShift(t.Context(), boss, place, roster.ShiftDraft{Name: name, Post: roster.PostMaintenance, Start: start, Minutes: minutes})
	if err != nil {
		t.Fatal(err)
	}
	on, err := clock.ParseDay(day)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range who {
		if _, err := s.Plan(t.Context(), boss, place, roster.Wish{Slot: roster.Slot{Staff: id, Shift: shift.ID, Day: on}}); err != nil {
			t.Fatal(err)
		}
	}
	h.drain(t)
}

func (h house) verbs(t *testing.T, id ticket.ID) string {
	t.Helper()
	v, err := h.tickets.Get(t.Context(), h.agent, id)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range v.Timeline {
		if e.Verb != "escalated" { // the ladder has tests of its own
			out = append(out, e.Verb)
		}
	}
	return strings.Join(out, " ")
}

func (h house) graded(t *testing.T, grade ticket.Grade) ticket.Ticket {
	t.Helper()
	in := h.leak()
	in.Grade = grade
	tk, err := h.tickets.Open(t.Context(), h.agent, in)
	if err != nil {
		t.Fatal(err)
	}
	h.drain(t)
	return h.seen(t, tk.ID)
}

func (h house) seen(t *testing.T, id ticket.ID) ticket.Ticket {
	t.Helper()
	v, err := h.tickets.Get(t.Context(), h.agent, id)
	if err != nil {
		t.Fatal(err)
	}
	return v.Ticket
}

// TIC-05: nobody off duty gets work by automatic dispatch. The roster says who
// is on duty on a day for which one is planned, the switch on any other.
func TestWorkGoesToWhoIsOnDutyByTheRoster(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		const night = staff.ID(533)
		hire(t, d, night, "罗师傅", false)
		if tk := h.graded(t, ticket.C); tk.Assignee != 532 {
			t.Errorf("without a roster the switch counts: %s", tk.AssigneeName)
		}
		planned(t, d, h, "夜班", 20*60, 720, "2026-03-02", night)
		tk := h.graded(t, ticket.C)
		if tk.Status != ticket.New || !strings.HasSuffix(h.verbs(t, tk.ID), "no_one_free") {
			t.Errorf("at noon nobody is on duty by the roster, whatever the switch says: %s to %s", tk.Status, tk.AssigneeName)
		}
		if last := (*h.told)[len(*h.told)-1]; last.Clock != "dispatch" || !slices.Equal(last.To, []staff.ID{43}) {
			t.Errorf("the leader is told at once: %+v", last)
		}
		c.Set(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)) // 20:00
		h.drain(t)
		if tk = h.seen(t, tk.ID); tk.Assignee != night {
			t.Errorf("as the shift begins it gets what waits: %s", tk.AssigneeName)
		}
		v, _ := h.tickets.Get(t.Context(), h.agent, tk.ID)
		why, _ := v.Timeline[len(v.Timeline)-1].Data["why"].(map[string]any)
		if why["shift"] != "夜班" || why["skill"] != "water" || why["duty"] != true || why["load"] == nil || why["of"] != float64(1) {
			t.Errorf("the timeline says why: %v", why)
		}
		c.Set(time.Date(2026, 3, 3, 4, 0, 0, 0, time.UTC)) // the night has ended, and touches this day
		if tk := h.graded(t, ticket.C); tk.Assignee != 0 {
			t.Errorf("after the night it goes to %s", tk.AssigneeName)
		}
	})
}

// Who does not accept in time is left out, and the next is asked; when none is
// left the leader is told.
func TestTheDispatchGoesOnWhenNobodyAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		hire(t, d, 533, "罗师傅", true)
		tk := h.graded(t, ticket.C)
		if tk.Assignee != 532 {
			t.Fatalf("first %s", tk.AssigneeName)
		}
		c.Advance(15*time.Minute - time.Millisecond)
		h.drain(t)
		if h.seen(t, tk.ID).Assignee != 532 {
			t.Error("it went on before the time was over")
		}
		c.Advance(time.Millisecond)
		h.drain(t)
		if got := h.seen(t, tk.ID); got.Assignee != 533 || got.Transfers != 0 {
			t.Errorf("then %s, %d transfers", got.AssigneeName, got.Transfers)
		}
		c.Advance(15 * time.Minute)
		h.drain(t)
		if got := h.seen(t, tk.ID); got.Status != ticket.New {
			t.Errorf("who was left out is asked again: %s", got.AssigneeName)
		}
		want := "opened dispatched timed_out dispatched timed_out no_one_free"
		if got := h.verbs(t, tk.ID); got != want {
			t.Errorf("timeline: %s", got)
		}

		urgent := h.graded(t, ticket.A)
		c.Advance(5 * time.Minute)
		h.drain(t)
		if got := h.verbs(t, urgent.ID); got != "opened dispatched timed_out dispatched" {
			t.Errorf("an emergency waits five minutes: %s", got)
		}
		if _, err := h.tickets.Dispatch(t.Context(), h.agent, urgent.ID, any1, 532); err != nil {
			t.Fatal(err)
		}
		c.Advance(time.Hour)
		h.drain(t)
		if got := h.seen(t, urgent.ID); got.Assignee != 532 || got.Status != ticket.Dispatched {
			t.Error("what was given by hand stays where it is")
		}
	})
}

// TIC-07b: what was given by hand must be accepted, or sent back with a reason,
// within the time too. It stays with whom a person chose, and the leader hears of it.
func TestWhatIsGivenByHandIsAnsweredInTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		hire(t, d, 533, "罗师傅", true)
		luo := h.chen
		luo.ID, luo.Name = 533, "罗师傅"
		given := func() ticket.Ticket {
			tk := h.graded(t, ticket.C)
			if _, err := h.tickets.Dispatch(ctx, h.agent, tk.ID, any1, luo.ID); err != nil {
				t.Fatal(err)
			}
			return tk
		}
		silent, answered, back := given(), given(), given()
		if _, err := h.tickets.Accept(ctx, luo, answered.ID, any1); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.Refuse(ctx, luo, back.ID, any1, "手上有急事"); err != nil {
			t.Fatal(err)
		}
		c.Advance(15*time.Minute - time.Millisecond)
		h.drain(t)
		if got := h.verbs(t, silent.ID); got != "opened dispatched dispatched" {
			t.Errorf("before the time is over: %s", got)
		}
		before := len(*h.told)
		c.Advance(time.Millisecond)
		h.drain(t)
		if got := h.verbs(t, silent.ID); got != "opened dispatched dispatched unanswered" {
			t.Errorf("when the time is over: %s", got)
		}
		if got := h.seen(t, silent.ID); got.Assignee != luo.ID || got.Status != ticket.Dispatched {
			t.Errorf("it went to %s (%s)", got.AssigneeName, got.Status)
		}
		if told := (*h.told)[before:]; len(told) != 1 || told[0].Ticket != silent.ID || told[0].Clock != "dispatch" || !slices.Equal(told[0].To, []staff.ID{43}) {
			t.Errorf("the leader was told %+v", told)
		}
		if got := h.verbs(t, answered.ID); strings.Contains(got, "unanswered") {
			t.Errorf("who answered is reported: %s", got)
		}
		c.Advance(time.Hour)
		h.drain(t)
		if got := h.verbs(t, silent.ID); strings.Count(got, "unanswered") != 1 {
			t.Errorf("the leader is told again and again: %s", got)
		}
	})
}

// TIC-07b: who has not begun their shift is waited for from then on.
func TestWhoComesTonightNeedNotAnswerNow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		night := staff.ID(533)
		hire(t, d, night, "罗师傅", false)
		planned(t, d, h, "夜班", 20*60, 720, "2026-03-02", night)
		tk := h.graded(t, ticket.C)
		if _, err := h.tickets.Dispatch(t.Context(), h.agent, tk.ID, any1, night); err != nil {
			t.Fatal(err)
		}
		due := time.Date(2026, 3, 2, 20, 15, 0, 0, time.FixedZone("", 8*3600))
		c.Advance(due.Sub(c.Now()) - time.Millisecond)
		h.drain(t)
		if got := h.verbs(t, tk.ID); strings.Contains(got, "unanswered") {
			t.Errorf("a quarter of an hour into the shift is not over: %s", got)
		}
		c.Advance(time.Millisecond)
		h.drain(t)
		if got := h.verbs(t, tk.ID); !strings.HasSuffix(got, "unanswered") {
			t.Errorf("at 20:15: %s", got)
		}
	})
}

// A refusal goes on to the next, and never back to who refused before.
func TestARefusalNeverComesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		hire(t, d, 533, "罗师傅", true)
		luo := h.chen
		luo.ID, luo.Name = 533, "罗师傅"
		tk := h.graded(t, ticket.C)
		for _, who := range []authz.Actor{h.chen, luo} {
			if _, err := h.tickets.Refuse(t.Context(), who, tk.ID, any1, "手上有急事"); err != nil {
				t.Fatal(err)
			}
			h.drain(t)
		}
		if got := h.verbs(t, tk.ID); got != "opened dispatched refused dispatched refused no_one_free" {
			t.Errorf("timeline: %s", got)
		}
	})
}

// TIC-05, 抢单: who is on duty and has the skill sees it; one has it, the other is told who.
func TestClaiming(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		hire(t, d, 533, "罗师傅", true)
		hire(t, d, 534, "韦师傅", false)
		if _, err := h.tickets.SetSettings(ctx, h.sun, place, any1, ticket.Settings{Dispatch: []ticket.DispatchRule{{Category: "facilities.water", Mode: "claim"}, {Category: "facilities.water", Mode: "hand"}, {Category: "none", Mode: "hand"}}}); err == nil || !strings.Contains(err.Error(), "ticket.mode_twice") || !strings.Contains(err.Error(), "ticket.category_unknown") {
			t.Errorf("%v", err)
		}
		if _, err := h.tickets.SetSettings(ctx, h.sun, place, any1, ticket.Settings{Dispatch: []ticket.DispatchRule{{Category: "facilities", Mode: "hand"}, {Category: "facilities.water", Mode: "claim"}}}); err != nil {
			t.Fatal(err)
		}
		who := func(id staff.ID, name string) authz.Actor {
			a := dbtest.Actor(id, []authz.CommunityID{place}, ticket.ActClaim, ticket.ActView)
			a.Name = name
			return a
		}
		chen, luo, wei := who(532, "陈师傅"), who(533, "罗师傅"), who(534, "韦师傅")
		tk := h.graded(t, ticket.C)
		if tk.Status != ticket.New || h.verbs(t, tk.ID) != "opened offered" {
			t.Fatalf("%s: %s", tk.Status, h.verbs(t, tk.ID))
		}
		for _, a := range []authz.Actor{chen, luo, wei} {
			got, err := h.tickets.Claimable(ctx, a, place)
			if want := a.ID != 534; err != nil || got.OnDuty != want || (len(got.Items) == 1) != want {
				t.Errorf("%s sees %+v %v", a.Name, got, err)
			}
		}
		if _, err := h.tickets.Claim(ctx, wei, tk.ID); !errors.Is(err, ticket.ErrClaimOffDuty) {
			t.Errorf("who is off duty claims: %v", err)
		}
		errsOf := make([]error, 2)
		var both sync.WaitGroup
		for i, a := range []authz.Actor{chen, luo} {
			both.Go(func() { _, errsOf[i] = h.tickets.Claim(ctx, a, tk.ID) })
		}
		both.Wait()
		if (errsOf[0] == nil) == (errsOf[1] == nil) || !errors.Is(errors.Join(errsOf...), ticket.ErrClaimed) {
			t.Errorf("two at once: %v", errsOf)
		}
		if got := h.seen(t, tk.ID); got.Status != ticket.Accepted || h.verbs(t, tk.ID) != "opened offered claimed" {
			t.Errorf("%s: %s", got.Status, h.verbs(t, tk.ID))
		}
		slow := h.graded(t, ticket.C)
		c.Advance(15 * time.Minute)
		h.drain(t)
		if got := h.verbs(t, slow.ID); got != "opened offered unclaimed" {
			t.Errorf("nobody claimed: %s", got)
		}
		if _, err := h.tickets.Claim(ctx, dbtest.Actor(900, []authz.CommunityID{2}, ticket.ActClaim), slow.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("claimed from another community: %v", err)
		}
	})
}

func TestADepartmentsQueueAndByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		for mode, want := range map[ticket.Mode]string{ticket.ToQueue: "opened queued", ticket.ByHand: "opened", ticket.Automatic: "opened dispatched"} {
			if _, err := h.tickets.SetSettings(t.Context(), h.sun, place, any1, ticket.Settings{Dispatch: []ticket.DispatchRule{{Category: "facilities", Mode: mode}}}); err != nil {
				t.Fatal(err)
			}
			before := len(*h.told)
			if got := h.verbs(t, h.graded(t, ticket.C).ID); got != want {
				t.Errorf("%s: %s", mode, got)
			}
			if told := len(*h.told) - before; (told == 1) != (mode == ticket.ToQueue) {
				t.Errorf("%s: the leader was told %d times", mode, told)
			}
		}
	})
}
