package ticket_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
)

func may(f ticket.Full, step ticket.Step) bool { return slices.Contains(f.Actions, step) }

// far is a matter that remote help would do for.
func (h house) far() ticket.Intake {
	in := h.leak()
	in.Grade, in.Title, in.Remote = ticket.C, "水龙头滴水，可能只是没拧紧", true
	return in
}

// TIC-05a, PRO-02a: a visit asked for by telephone where remote help would do
// needs the leader's yes, before anybody is sent or an appointment is given.
func TestAVisitWhereRemoteHelpWouldDoNeedsALeadersYes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		agent := dbtest.Actor(217, []authz.CommunityID{place}, append(all, ticket.ActAppoint)...)
		agent.Name = "周敏"
		c.Set(time.Date(2026, 3, 10, 9, 15, 0, 0, time.FixedZone("", 8*3600)))
		tk, err := h.tickets.Open(ctx, agent, h.far())
		if err != nil || tk.Remote != ticket.RemotePossible {
			t.Fatalf("%+v %v", tk.Remote, err)
		}
		h.drain(t)
		today := clock.DayOf(c.Instant(), time.FixedZone("", 8*3600))
		if _, err := h.tickets.Appoint(ctx, agent, tk.ID, any1, ticket.Wanted{Day: today, Slot: "下午"}, ticket.Coming{}); !errors.Is(err, ticket.ErrRemote) {
			t.Errorf("an appointment was given without the leader's yes: %v", err)
		}
		if got, _ := h.tickets.Get(ctx, agent, tk.ID); got.Status != ticket.New || !may(got, ticket.StepVisit) || may(got, ticket.StepAppoint) {
			t.Errorf("somebody was sent, or the desk is not offered to ask: %s %v", got.Status, got.Actions)
		}
		if _, err := h.tickets.AskVisit(ctx, agent, tk.ID, any1, "老人独居，电话里说不清"); err != nil {
			t.Fatal(err)
		}
		h.decide(t, tk.ID, ticket.AskVisitKind, true)
		h.drain(t)
		got, err := h.tickets.Get(ctx, agent, tk.ID)
		if err != nil || got.Remote != ticket.RemoteGranted || got.Status != ticket.Dispatched || may(got, ticket.StepVisit) {
			t.Errorf("%s %s after the yes: %v", got.Remote, got.Status, err)
		}
		if v := h.verbs(t, tk.ID); !strings.Contains(v, "asked decided") {
			t.Errorf("the timeline does not say who agreed: %s", v)
		}
	})
}

// PRO-02a: what ought to be a visit is never talked away.
func TestDangerIsNeverTalkedAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		urgent := h.leak()
		urgent.Remote = true
		tk, err := h.tickets.Open(ctx, h.agent, urgent)
		if err != nil || tk.Remote != "" {
			t.Fatalf("a grade A matter is taken as one for remote help: %q %v", tk.Remote, err)
		}
		h.drain(t)
		in := h.far()
		in.Title = "水龙头拧不紧"
		tk, err = h.tickets.Open(ctx, h.agent, in)
		if err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		if _, err := h.tickets.Regrade(ctx, h.agent, tk.ID, any1, ticket.A, "开始喷水"); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		if got, err := h.tickets.Get(ctx, h.agent, tk.ID); err != nil || got.Status != ticket.Dispatched {
			t.Errorf("it became urgent and nobody was sent: %s %v", got.Status, err)
		}
		both := h.far()
		both.Title, both.Visit = "门禁怎么设置", &ticket.Wanted{}
		var e *errs.Error
		if _, err := h.tickets.Open(ctx, h.agent, both); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Code != ticket.ErrRemote.Code {
			t.Errorf("remote help and an appointment at once: %v", err)
		}
		ask := h.leak()
		ask.Grade, ask.Category, ask.Title = ticket.C, "facilities.other", "门把手松了"
		plain, err := h.tickets.Open(ctx, h.agent, ask)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.AskVisit(ctx, h.agent, plain.ID, any1, "想上门"); !errors.Is(err, ticket.ErrVisitFreely) {
			t.Errorf("a leader is asked for what needs nobody's yes: %v", err)
		}
	})
}
