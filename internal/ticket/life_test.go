package ticket_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/followup"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// begun is a leak that Chen has accepted and told the customer about.
func (h house) begun(t *testing.T, g ticket.Grade) ticket.Ticket {
	t.Helper()
	in := h.leak()
	in.Grade = g
	tk, err := h.tickets.Open(t.Context(), h.agent, in)
	if err != nil {
		t.Fatal(err)
	}
	h.drain(t)
	if _, err = h.tickets.Accept(t.Context(), h.chen, tk.ID, any1); err == nil {
		tk, err = h.tickets.Tell(t.Context(), h.chen, tk.ID, any1, "phone", "马上到", nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tk
}

// done is begun, worked on and resolved.
func (h house) done(t *testing.T, g ticket.Grade) ticket.Ticket {
	t.Helper()
	tk := h.begun(t, g)
	ctx := t.Context()
	for _, step := range []func() (ticket.Ticket, error){
		func() (ticket.Ticket, error) { return h.tickets.Depart(ctx, h.chen, tk.ID, any1) },
		func() (ticket.Ticket, error) { return h.tickets.Arrive(ctx, h.chen, tk.ID, any1) },
		func() (ticket.Ticket, error) {
			_, err := h.tickets.AddPhoto(ctx, h.chen, tk.ID, "after", png())
			return tk, err
		},
		func() (ticket.Ticket, error) {
			return h.tickets.Resolve(ctx, h.chen, tk.ID, any1, ticket.Outcome{Cause: "老化", Remedy: "更换"})
		},
	} {
		if _, err := step(); err != nil {
			t.Fatal(err)
		}
	}
	h.drain(t)
	return h.now(t, tk.ID).Ticket
}

func (h house) now(t *testing.T, id ticket.ID) ticket.Full {
	t.Helper()
	v, err := h.tickets.Get(t.Context(), h.agent, id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func verbs(v ticket.Full) (out []string) {
	for _, e := range v.Timeline {
		out = append(out, e.Verb)
	}
	return out
}

// FAC-03: clocks go by when the server hears of it; what the phone says is written beside it.
func TestWhatWasDoneWithoutANetworkSaysWhenAndMovesNoClock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		tk := h.begun(t, ticket.A)
		done := c.Instant().Add(10 * time.Minute)
		c.Advance(3 * time.Hour)
		if _, err := h.tickets.Arrive(clock.WithDone(t.Context(), done), h.chen, tk.ID, any1); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.Start(clock.WithDone(t.Context(), c.Instant()), h.chen, tk.ID, any1); err != nil {
			t.Fatal(err)
		}
		seen := h.now(t, tk.ID)
		for _, e := range seen.Timeline {
			switch e.Verb {
			case "arrived":
				if e.At != c.Instant() || e.Data["doneAt"] != done.String() {
					t.Errorf("arrived: at %s, done at %v; want %s and %s", e.At, e.Data["doneAt"], c.Instant(), done)
				}
			case "started":
				if _, has := e.Data["doneAt"]; has {
					t.Error("what comes within the minute is as good as at once")
				}
			}
		}
		if seen.Durations.Arrival == nil || *seen.Durations.Arrival < int64(3*time.Hour/time.Millisecond) {
			t.Errorf("the arrival counts from when it was heard of: %v", seen.Durations)
		}
	})
}

func TestAHoldMovesTheDeadlineByItsLengthAndRemindsWhenItIsOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.begun(t, ticket.C)
		until := c.Instant().Add(5 * time.Hour)
		if _, err := h.tickets.Hold(ctx, h.chen, tk.ID, any1, ticket.Holding{Why: ticket.ForMaterial, Until: &until}); err == nil {
			t.Error("the customer was told nothing (TIC-09)")
		}
		held, err := h.tickets.Hold(ctx, h.chen, tk.ID, any1, ticket.Holding{Why: ticket.ForMaterial, Words: "配件明天到", Until: &until, Interim: "已装临时堵头"})
		if err != nil || held.Status != ticket.Held {
			t.Fatal(held.Status, err)
		}
		if list, err := h.tickets.List(ctx, h.agent, ticket.Filter{View: "held", Limit: 9}); err != nil || len(list) != 1 || list[0].Clock.State != "paused" {
			t.Errorf("%+v %v", list, err)
		}
		c.Advance(5 * time.Hour)
		h.drain(t)
		if n := len(*h.told); n != 1 || (*h.told)[0].Clock != "hold" || !slices.Equal((*h.told)[0].To, []staff.ID{532, 217}) {
			t.Errorf("told %+v", *h.told)
		}
		c.Advance(time.Hour)
		if _, err := h.tickets.Resume(ctx, h.chen, tk.ID, any1); err != nil {
			t.Fatal(err)
		}
		v := h.now(t, tk.ID)
		if v.Status != ticket.Accepted || v.Clocks[1].Due != tk.ResolveDue.Add(6*time.Hour) || v.Clocks[1].PausedMS != (6*time.Hour).Milliseconds() {
			t.Errorf("%s, due %s", v.Status, v.Clocks[1].Due)
		}
		if got := verbs(v); !slices.Contains(got, "interim") || !slices.Contains(got, "hold_over") || !slices.Contains(got, "resumed") {
			t.Errorf("the timeline has %v", got)
		}
	})
}

// TIC-03b: 50 %, 80 % to assignee and owner, the breach to the leader, 150 % to the manager (here is none: the supervisor), 200 % to the property manager.
func TestTheLadder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		h.begun(t, ticket.A)
		for _, step := range []struct {
			after   time.Duration
			percent int64
			to      []staff.ID
		}{
			{time.Hour, 50, []staff.ID{532, 217}}, {36 * time.Minute, 80, []staff.ID{532, 217}},
			{24*time.Minute + time.Millisecond, 100, []staff.ID{532, 217, 43}}, {time.Hour, 150, []staff.ID{41}}, {time.Hour, 200, []staff.ID{42}},
		} {
			*h.told = nil
			c.Advance(step.after - time.Millisecond)
			h.drain(t)
			if len(*h.told) != 0 {
				t.Errorf("%d %% was told a moment early", step.percent)
			}
			c.Advance(time.Millisecond)
			h.drain(t)
			h.drain(t)
			if len(*h.told) != 1 || (*h.told)[0].Percent != step.percent || (*h.told)[0].Clock != "resolve" || !slices.Equal((*h.told)[0].To, step.to) {
				t.Errorf("at %d %%: %+v", step.percent, *h.told)
			}
		}
	})
}

// A step between a rung and its timer sets the timer anew, and must not skip the
// rung: of the last one nobody would ever have heard.
func TestWhoActsAMomentTooLateSkipsNoRung(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.begun(t, ticket.A)
		*h.told = nil
		c.Advance(4*time.Hour + 2*time.Millisecond)
		if _, err := h.tickets.Hold(ctx, h.chen, tk.ID, any1, ticket.Holding{Why: ticket.ForMaterial, Words: "等阀门"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.Resume(ctx, h.chen, tk.ID, any1); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		var rungs []int64
		for _, e := range *h.told {
			rungs = append(rungs, e.Percent)
		}
		if !slices.Equal(rungs, []int64{50, 80, 100, 150, 200}) {
			t.Errorf("of the ladder %v were told", rungs)
		}
	})
}

// More time was granted, so that lists sort it as before; its clocks are
// shorter all the same, and their ladder is climbed at the new times.
func TestAMoreUrgentGradeWarnsEarlierAlsoWhereMoreTimeWasGranted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.begun(t, ticket.B)
		if _, err := h.tickets.AskExtend(ctx, h.chen, tk.ID, any1, "等配件", tk.OpenedAt.Add(72*time.Hour)); err != nil {
			t.Fatal(err)
		}
		h.decide(t, tk.ID, ticket.AskExtendKind, true)
		if _, err := h.tickets.Regrade(ctx, h.agent, tk.ID, any1, ticket.A, "水漫到楼下"); err != nil {
			t.Fatal(err)
		}
		*h.told = nil
		c.Advance(time.Hour)
		h.drain(t)
		if len(*h.told) != 1 || (*h.told)[0].Clock != "resolve" || (*h.told)[0].Percent != 50 {
			t.Errorf("after an hour of two: %+v", *h.told)
		}
	})
}

func TestAWarningMakesNobodysFormStale(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		seen := h.begun(t, ticket.A)
		c.Advance(3 * time.Hour)
		h.drain(t)
		if v := h.now(t, seen.ID); v.Version != seen.Version || !slices.Contains(verbs(v), "escalated") {
			t.Errorf("version %d became %d", seen.Version, v.Version)
		}
	})
}

// TIC-02, TIC-03: 72 hours from opening, after a supervisor's yes, with both verdicts.
func TestComplexNeedsASupervisorsYes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.begun(t, ticket.A)
		if _, err := h.tickets.AskComplex(ctx, h.chen, tk.ID, any1, "", ""); err == nil {
			t.Error("asked without a reason")
		}
		if _, err := h.tickets.AskComplex(ctx, h.chen, tk.ID, any1, "整段立管要换", "已关阀"); err != nil {
			t.Fatal(err)
		}
		if v := h.now(t, tk.ID); v.Complex || len(v.Clocks) != 2 {
			t.Error("it was complex before anybody agreed")
		}
		if _, err := h.tickets.AskComplex(ctx, h.chen, tk.ID, any1, "再问一次", ""); !errors.Is(err, approval.ErrOpen) {
			t.Errorf("asked twice: %v", err)
		}
		h.decide(t, tk.ID, ticket.AskComplexKind, true)
		v := h.now(t, tk.ID)
		if !v.Complex || v.Clocks[1].Due != tk.OpenedAt.Add(72*time.Hour) || v.Clocks[2].Due != tk.OpenedAt.Add(2*time.Hour) {
			t.Errorf("%+v", v.Clocks)
		}
	})
}

func TestWhatWasAskedForEndsWithTheTicket(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.begun(t, ticket.A)
		if _, err := h.tickets.AskComplex(ctx, h.chen, tk.ID, any1, "整段立管要换", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.AskExtend(ctx, h.chen, tk.ID, any1, "等配件", tk.OpenedAt.Add(9*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.Cancel(ctx, h.agent, tk.ID, any1, "误报"); err != nil {
			t.Fatal(err)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM approval WHERE state = 'pending'`); n != 0 {
			t.Errorf("%d requests of a cancelled ticket wait for a decision", n)
		}
		if v := h.now(t, tk.ID); v.Status != ticket.Cancelled || v.Complex {
			t.Errorf("%s", v.Status)
		}
	})
}

func (h house) decide(t *testing.T, id ticket.ID, kind string, yes bool) {
	t.Helper()
	var q approval.Request
	if err := h.approvals.DB.Read(t.Context(), h.sun, approval.ActInbox, func(tx *db.Tx) (err error) {
		q, err = approval.Open(t.Context(), tx, kind, "ticket:"+id.String())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.approvals.Decide(t.Context(), h.sun, q.ID, any1, approval.Decision{Approve: yes, Reason: "看过现场"}); err != nil {
		t.Fatal(err)
	}
}

// TIC-03c: reports show both "in time" and "in time with extension".
func TestAnExtensionIsAskedForAndStandsBesideTheVerdict(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.begun(t, ticket.A)
		if _, err := h.tickets.AskExtend(ctx, h.chen, tk.ID, any1, "等配件", tk.OpenedAt.Add(time.Hour)); err == nil {
			t.Error("an extension to before the deadline was asked for")
		}
		if _, err := h.tickets.AskExtend(ctx, h.chen, tk.ID, any1, "等配件", tk.OpenedAt.Add(6*time.Hour)); err != nil {
			t.Fatal(err)
		}
		h.decide(t, tk.ID, ticket.AskExtendKind, true)
		c.Advance(4 * time.Hour)
		if v := h.now(t, tk.ID); v.Clocks[1].State != "breached" || v.Clocks[1].Extended != "running" {
			t.Errorf("%+v", v.Clocks[1])
		}
	})
}

// TIC-04: settled by silence, archived after seven days, never changed again.
func TestSilenceSettles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.done(t, ticket.C)
		c.Advance(7*24*time.Hour - time.Millisecond)
		h.drain(t)
		if v := h.now(t, tk.ID); v.VerifiedAt != nil {
			t.Error("it was taken as content a moment early")
		}
		c.Advance(time.Millisecond)
		h.drain(t)
		if v := h.now(t, tk.ID); v.VerifiedAt == nil || v.Status != ticket.Resolved {
			t.Errorf("%s, verified %v", v.Status, v.VerifiedAt)
		}
		due, err := h.followups.OfTicket(ctx, h.agent, tk.ID)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := h.followups.Attempt(ctx, h.agent, due.ID, any1, "phone", ""); err != nil {
				t.Fatal(err)
			}
		}
		if v := h.now(t, tk.ID); v.Status != ticket.FollowedUp || !slices.Contains(verbs(v), "not_reached") {
			t.Errorf("not reached after three attempts: %s", v.Status)
		}
		c.Advance(7 * 24 * time.Hour)
		h.drain(t)
		v := h.now(t, tk.ID)
		if v.Status != ticket.Archived || len(v.Actions) != 0 {
			t.Errorf("%s, %v can be done", v.Status, v.Actions)
		}
		if _, err := h.tickets.Reopen(ctx, h.agent, tk.ID, any1, "又漏"); !errors.Is(err, ticket.ErrTransition) {
			t.Errorf("an archived ticket: %v", err)
		}
	})
}

// FUP-04: not settled, so it is opened again, and followed up again when it is done.
func TestWhatIsNotSettledIsOpenedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.done(t, ticket.C)
		first, err := h.followups.OfTicket(ctx, h.agent, tk.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.followups.Complete(ctx, h.agent, first.ID, any1, said(false, 4, 3, 1, "还在滴水")); err != nil {
			t.Fatal(err)
		}
		v := h.now(t, tk.ID)
		if v.Status != ticket.Dispatched || v.Reopened != 1 || v.Assignee.Name != "陈师傅" || v.FirstResolvedAt == nil {
			t.Fatalf("%s, opened again %d times", v.Status, v.Reopened)
		}
		h.drain(t)
		for _, step := range []func() (ticket.Ticket, error){
			func() (ticket.Ticket, error) { return h.tickets.Accept(ctx, h.chen, tk.ID, any1) },
			func() (ticket.Ticket, error) { return h.tickets.Arrive(ctx, h.chen, tk.ID, any1) },
			func() (ticket.Ticket, error) {
				return h.tickets.Resolve(ctx, h.chen, tk.ID, any1, ticket.Outcome{Cause: "垫片", Remedy: "换垫片"})
			},
		} {
			if _, err := step(); err != nil {
				t.Fatal(err)
			}
		}
		h.drain(t)
		second, err := h.followups.OfTicket(ctx, h.agent, tk.ID)
		if err != nil || second.ID == first.ID || second.State != followup.Due || second.Round != 1 {
			t.Errorf("%+v %v", second, err)
		}
	})
}

func TestAFollowUpThatNobodyMadeEndsWhenTheMatterIsTakenUpAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.done(t, ticket.C)
		if _, err := h.tickets.Reopen(ctx, h.agent, tk.ID, any1, "又漏了"); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		if f, err := h.followups.OfTicket(ctx, h.agent, tk.ID); err != nil || f.State != followup.Void {
			t.Errorf("%+v %v", f, err)
		}
	})
}

func TestAfterSevenDaysASupervisorMustAgreeToReopening(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.done(t, ticket.C)
		c.Advance(8 * 24 * time.Hour)
		h.drain(t)
		if _, err := h.tickets.Reopen(ctx, h.agent, tk.ID, any1, "又漏"); !errors.Is(err, ticket.ErrLate) {
			t.Errorf("%v", err)
		}
		if _, err := h.tickets.AskReopen(ctx, h.agent, tk.ID, any1, "又漏"); err != nil {
			t.Fatal(err)
		}
		h.decide(t, tk.ID, ticket.AskReopenKind, true)
		if v := h.now(t, tk.ID); v.Status != ticket.Dispatched || v.Again != 0 {
			t.Errorf("%s", v.Status)
		}
	})
}

// TIC-03c: changing settings never moves a running deadline.
func TestNewSettingsApplyToNewTicketsOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		old := h.begun(t, ticket.B)
		set := ticket.Settings{Targets: []ticket.TargetRule{{Kind: ticket.Repair, Grade: ticket.B, ResponseMinutes: 10, ResolveMinutes: 60}}, Ladder: []ticket.Rung{{Percent: 90, To: []string{"owner"}}}}
		for name, wrong := range map[string]ticket.Settings{
			"the resolve target before the response": {Targets: []ticket.TargetRule{{Kind: ticket.Repair, Grade: ticket.B, ResponseMinutes: 60, ResolveMinutes: 10}}},
			"grade A in service hours":               {Hours: &clock.Plan{Workdays: []clock.Window{{From: 480, To: 1080}}}, Targets: []ticket.TargetRule{{Kind: ticket.Repair, Grade: ticket.A, ResponseMinutes: 1, ResolveMinutes: 10, InHours: true}}},
			"a role nobody can hold":                 {Ladder: []ticket.Rung{{Percent: 100, To: []string{"emperor"}}}},
			"hours that end before they begin":       {Hours: &clock.Plan{Workdays: []clock.Window{{From: 1080, To: 480}}}},
		} {
			if _, err := h.tickets.SetSettings(ctx, h.sun, place, any1, wrong); err == nil {
				t.Errorf("%s was taken", name)
			}
		}
		if _, err := h.tickets.SetSettings(ctx, h.sun, place, any1, set); err != nil {
			t.Fatal(err)
		}
		fresh := h.begun(t, ticket.B)
		if v := h.now(t, old.ID); v.ResolveDue != old.OpenedAt.Add(12*time.Hour) {
			t.Errorf("the running deadline moved to %s", v.ResolveDue)
		}
		if fresh.ResolveDue != fresh.OpenedAt.Add(time.Hour) {
			t.Errorf("the new one is due %s", fresh.ResolveDue)
		}
		if _, err := h.tickets.SetSettings(ctx, h.stranger, place, any1, set); err == nil {
			t.Error("somebody of another community set them")
		}
	})
}

func TestACommunitySaysWhatMustBeProvedBeforeTheWorkEnds(t *testing.T) { // TIC-07a
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		old := h.begun(t, ticket.B)
		rule := ticket.EvidenceRule{Kind: ticket.Repair, Category: "facilities", Grade: ticket.B, Proofs: []ticket.Proof{ticket.ProofAfter, ticket.ProofSignature, ticket.ProofMinutes}}
		unknown := rule
		unknown.Category = "weather"
		for name, wrong := range map[string][]ticket.EvidenceRule{"one thing twice": {rule, rule}, "an unknown category": {unknown}} {
			if _, err := h.tickets.SetSettings(ctx, h.sun, place, any1, ticket.Settings{Evidence: wrong}); err == nil {
				t.Errorf("%s was taken", name)
			}
		}
		if _, err := h.tickets.SetSettings(ctx, h.sun, place, any1, ticket.Settings{Evidence: []ticket.EvidenceRule{rule}}); err != nil {
			t.Fatal(err)
		}
		fresh := h.begun(t, ticket.B)
		if got := h.now(t, old.ID); !slices.Equal(got.Missing, []string{"photo_after"}) || len(got.Asks) != 0 {
			t.Errorf("what was opened before lacks %v and asks for %v", got.Missing, got.Asks)
		}
		if got := h.now(t, fresh.ID); !slices.Equal(got.Missing, []string{"photo_after", "signature"}) || !slices.Equal(got.Asks, []ticket.Proof{ticket.ProofMinutes}) {
			t.Errorf("the new one lacks %v and asks for %v", got.Missing, got.Asks)
		}
		for _, step := range []func(context.Context, authz.Actor, ticket.ID, func(int64) error) (ticket.Ticket, error){h.tickets.Arrive, h.tickets.Start} {
			if _, err := step(ctx, h.chen, fresh.ID, any1); err != nil {
				t.Fatal(err)
			}
		}
		for _, kind := range []string{"after", "signature"} {
			if _, err := h.tickets.AddPhoto(ctx, h.chen, fresh.ID, kind, png()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.tickets.Resolve(ctx, h.chen, fresh.ID, any1, ticket.Outcome{Remedy: "更换接头"}); err == nil || !strings.Contains(err.Error(), "minutes") {
			t.Errorf("resolved without the time spent: %v", err)
		}
		if _, err := h.tickets.Resolve(ctx, h.chen, fresh.ID, any1, ticket.Outcome{Remedy: "更换接头", Parts: "角阀 1 只", Minutes: 35}); err != nil {
			t.Fatal(err)
		}
		v := h.now(t, fresh.ID)
		if last := v.Timeline[len(v.Timeline)-1]; v.Minutes != 35 || v.Parts != "角阀 1 只" || fmt.Sprint(last.Data["minutes"]) != "35" {
			t.Errorf("%d minutes, %q, %v", v.Minutes, v.Parts, last.Data)
		}
	})
}

func TestAnInquiryIsSettledAtTheDesk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		in := h.leak()
		in.Kind, in.Grade, in.Title = ticket.Inquiry, ticket.C, "几号停水"
		tk, err := h.tickets.Open(ctx, h.agent, in)
		if err != nil || tk.Number[:2] != "ZX" {
			t.Fatal(tk.Number, err)
		}
		h.drain(t)
		if v := h.now(t, tk.ID); v.Status != ticket.New || v.Assignee != nil {
			t.Errorf("an inquiry was sent to a technician: %s", v.Status)
		}
		desk := h.agent
		desk.Grants[0].Actions[ticket.ActResolve] = true
		if _, err := h.tickets.Resolve(ctx, desk, tk.ID, any1, ticket.Outcome{Remedy: "已答复：周三 9 点到 11 点"}); err != nil {
			t.Fatal(err)
		}
		if n, err := h.tickets.Counts(ctx, h.agent, place); err != nil || n.FollowUp != 0 || n.Verify != 1 {
			t.Errorf("the call list counts what nobody is called about: %+v %v", n, err)
		}
		c.Advance(7 * 24 * time.Hour)
		h.drain(t)
		if f, err := h.followups.OfTicket(ctx, h.agent, tk.ID); err != nil || f != nil {
			t.Errorf("nobody is called about an inquiry: %+v %v", f, err)
		}
		if v := h.now(t, tk.ID); v.Status != ticket.Archived {
			t.Errorf("after seven days it is %s", v.Status)
		}

	})
}

// TIC-07c: after three attempts the customer is told in writing, and the ticket waits for them.
func TestACustomerWhoIsNotReachedIsToldInWriting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.begun(t, ticket.C)
		rang := ticket.Unreached{Channel: "phone", Words: "响铃无人接"}
		nobody := rang
		nobody.Second = 999
		if _, err := h.tickets.Attempt(ctx, h.chen, tk.ID, any1, nobody); err == nil || !strings.Contains(err.Error(), "second") {
			t.Errorf("somebody who does not exist keeps calling: %v", err)
		}
		got, err := h.tickets.Attempt(ctx, h.chen, tk.ID, any1, rang)
		if err != nil || got.Attempts != 1 || got.AttemptAt == nil || got.Status != ticket.Accepted {
			t.Fatalf("%d attempts, next %v, %s, %v", got.Attempts, got.AttemptAt, got.Status, err)
		}
		c.Set(got.AttemptAt.Time())
		h.drain(t)
		if v := h.now(t, tk.ID); v.AttemptAt != nil || v.Version != got.Version {
			t.Errorf("after the reminder the next attempt is %v, version %d", v.AttemptAt, v.Version)
		}
		if last := (*h.told)[len(*h.told)-1]; last.Clock != "attempt" || len(last.To) != 2 {
			t.Errorf("reminded: %+v, want who does it and who owns it", last)
		}
		if got, err = h.tickets.Attempt(ctx, h.chen, tk.ID, any1, rang); err != nil || got.Attempts != 2 {
			t.Fatal(got.Attempts, err)
		}
		if got, err = h.tickets.Tell(ctx, h.chen, tk.ID, any1, "sms", "请回电", nil); err != nil || got.Attempts != 2 || got.AttemptAt == nil {
			t.Fatalf("who was written to was not reached: %d attempts, next %v, %v", got.Attempts, got.AttemptAt, err)
		}
		if got, err = h.tickets.Tell(ctx, h.chen, tk.ID, any1, "phone", "下午三点到", nil); err != nil || got.Attempts != 0 || got.AttemptAt != nil {
			t.Fatalf("reached: %d attempts, next %v, %v", got.Attempts, got.AttemptAt, err)
		}
		for range 3 {
			if got, err = h.tickets.Attempt(ctx, h.chen, tk.ID, any1, rang); err != nil {
				t.Fatal(err)
			}
		}
		v := h.now(t, tk.ID)
		last := v.Timeline[len(v.Timeline)-1]
		if v.Status != ticket.Held || v.HeldWhy != ticket.ForCustomer || !last.Public || !strings.Contains(last.Text, "3 次没有联系上您") {
			t.Errorf("%s, %s, %+v", v.Status, v.HeldWhy, last)
		}
		if err := h.says(t, d, func(tx *db.Tx) error { return h.tickets.Say(ctx, tx, tk.ID, "刚才在开会") }); err != nil {
			t.Fatal(err)
		}
		if v := h.now(t, tk.ID); v.Status != ticket.Accepted {
			t.Errorf("after the customer wrote it is %s", v.Status)
		}
		if _, err := h.tickets.Attempt(ctx, h.chen, tk.ID, any1, rang); err != nil {
			t.Fatal(err)
		}
		if err := h.says(t, d, func(tx *db.Tx) error { return h.tickets.Say(ctx, tx, tk.ID, "三点以后有空") }); err != nil {
			t.Fatal(err)
		}
		if v := h.now(t, tk.ID); v.Attempts != 0 || v.AttemptAt != nil {
			t.Errorf("who wrote is reached: %d attempts, next %v", v.Attempts, v.AttemptAt)
		}
	})
}

// TIC-04a: when the resolve clock is going to be missed, what is done for now is
// asked for until it is recorded; it stops no clock, and a hold asks for nothing.
func TestAnInterimMeasureIsAskedForBeforeTheClockIsMissed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.begun(t, ticket.A) // 2 h
		c.Advance(95 * time.Minute)
		if h.now(t, tk.ID).InterimDue {
			t.Error("it is asked for after 95 of 120 minutes")
		}
		c.Advance(time.Minute)
		if !h.now(t, tk.ID).InterimDue {
			t.Error("after 80 % nothing is asked for")
		}
		due := h.now(t, tk.ID).Clocks[1].Due
		if _, err := h.tickets.Interim(ctx, h.chen, tk.ID, any1, "已关阀，送了桶装水"); err != nil {
			t.Fatal(err)
		}
		if got := h.now(t, tk.ID); got.InterimDue || got.Clocks[1].Due != due || got.Clocks[1].State != "running" {
			t.Errorf("recorded: asked for %v, due %s, %s", got.InterimDue, got.Clocks[1].Due, got.Clocks[1].State)
		}
		waits := h.begun(t, ticket.A)
		if _, err := h.tickets.Hold(ctx, h.chen, waits.ID, any1, ticket.Holding{Why: ticket.ForMaterial, Words: "等配件"}); err != nil {
			t.Fatal(err)
		}
		c.Advance(5 * time.Hour)
		if h.now(t, waits.ID).InterimDue {
			t.Error("it is asked for while the clocks stand")
		}
	})
}
