package approval_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
)

const (
	here  authz.CommunityID = 1
	there authz.CommunityID = 2

	agent, supervisor, manager, director, other authz.AccountID = 201, 202, 203, 204, 900

	actAsk    authz.Action = "refund.ask"
	actRefund authz.Action = "refund.decide"
)

// office is a community with an agent, a supervisor, a manager and a director
// of the whole company; refunds are decided by amount.
type office struct {
	*approval.Service
	d     *db.DB
	jobs  *jobs.Runner
	clock *dbtest.Clock
	told  []approval.State
}

func fen(yuan int64) *money.Fen { f := money.Fen(yuan * 100); return &f }

func build(t *testing.T, d *db.DB, c *dbtest.Clock, fourEyes bool) *office {
	t.Helper()
	dbtest.Communities(t, d, here, there)
	for i, code := range []string{"agent", "supervisor", "manager", "director"} {
		role := 11 + i
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES ($1, $2, $2, $2, 1)`, role, code)
		acts := []authz.Action{approval.ActInbox}
		if code != "agent" {
			acts = append(acts, approval.ActDecide, actRefund)
		}
		for _, a := range acts {
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES ($1, $2)`, role, string(a))
		}
	}
	for _, p := range []struct {
		id    authz.AccountID
		name  string
		role  int
		place authz.CommunityID
	}{{agent, "agent", 11, here}, {supervisor, "supervisor", 12, here}, {manager, "manager", 13, here}, {director, "director", 14, 0}, {other, "other", 13, there}} {
		dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $2, $2, '', $3, $3, 1)`, p.id, p.name, false)
		dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $1, $2, $3)`, p.id, p.role, p.place)
		if p.place != 0 {
			dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES ($1, $2, $3)`, p.id, p.role, p.place)
		}
	}
	o := &office{Service: &approval.Service{DB: d}, d: d, jobs: jobs.New(d, jobs.Options{}), clock: c}
	o.Register(approval.Kind{
		Name: "refund", Decide: actRefund, TimeLimit: 24 * time.Hour, Lapse: 30 * 24 * time.Hour, FourEyes: fourEyes,
		Levels: []approval.Level{{Roles: []string{"supervisor"}, UpTo: fen(200)}, {Roles: []string{"manager"}, UpTo: fen(2000)}, {Roles: []string{"director"}}},
		Ended: func(_ context.Context, _ *db.Tx, r approval.Request) error {
			o.told = append(o.told, r.State)
			return nil
		},
	})
	o.Schedule(o.jobs)
	return o
}

func who(id authz.AccountID) authz.Actor {
	acts := []authz.Action{approval.ActInbox, approval.ActDecide, actAsk}
	a := dbtest.Actor(id, []authz.CommunityID{here}, acts...)
	switch id {
	case agent:
		a = dbtest.Actor(id, []authz.CommunityID{here}, approval.ActInbox, actAsk)
	case director:
		a.Grants[0].Everywhere = true
	case other:
		a.Grants[0].Communities = []authz.CommunityID{there}
	}
	return a
}

func (o *office) ask(t *testing.T, by authz.AccountID, amount *money.Fen, subject string, concerned authz.AccountID) (q approval.Request, err error) {
	t.Helper()
	err = o.d.Write(t.Context(), who(by), actAsk, func(tx *db.Tx) error {
		q, err = o.Request(t.Context(), tx, approval.Ask{Kind: "refund", Community: here, Subject: subject, About: subject, Reason: "paid twice", Amount: amount, Concerned: concerned})
		return err
	})
	return q, err
}

func (o *office) must(t *testing.T, by authz.AccountID, amount *money.Fen, subject string) approval.Request {
	t.Helper()
	q, err := o.ask(t, by, amount, subject, 0)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// todo lists what lies in somebody's inbox.
func (o *office) todo(t *testing.T, id authz.AccountID) (out []approval.ID) {
	t.Helper()
	c, err := o.Counts(t.Context(), who(id))
	if err != nil {
		t.Fatal(err)
	}
	all, err := o.ToDecide(t.Context(), who(id), approval.Position{}, 50)
	if err != nil || c.ToDecide != int64(len(all)) {
		t.Fatal(c, len(all), err)
	}
	for _, v := range all {
		if !v.CanDecide {
			t.Errorf("%s is in the inbox of %d, who cannot decide it", v.Subject, id)
		}
		out = append(out, v.ID)
	}
	return out
}

func any1(int64) error { return nil }

func (o *office) decide(t *testing.T, id authz.AccountID, q approval.ID, yes bool) (approval.View, error) {
	t.Helper()
	return o.Decide(t.Context(), who(id), q, any1, approval.Decision{Approve: yes, Reason: "checked", Conditions: "to the same card"})
}

func (o *office) pass(t *testing.T, d time.Duration) {
	t.Helper()
	o.clock.Set(o.clock.Now().Add(d))
	if err := o.jobs.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func each(t *testing.T, fn func(t *testing.T, o *office)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) { fn(t, build(t, d, c, true)) })
}

func is(t *testing.T, err error, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func TestTheAmountDecidesWhoDecides(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		small, middle, large := o.must(t, agent, fen(200), "a"), o.must(t, agent, fen(201), "b"), o.must(t, agent, fen(90000), "c")
		if got := o.todo(t, supervisor); !slices.Equal(got, []approval.ID{small.ID}) {
			t.Error("the supervisor decides up to 200:", got)
		}
		if got := o.todo(t, manager); !slices.Equal(got, []approval.ID{middle.ID}) {
			t.Error("the manager decides up to 2000:", got)
		}
		if got := o.todo(t, director); !slices.Equal(got, []approval.ID{large.ID}) {
			t.Error("the director decides the rest:", got)
		}
		if got := append(o.todo(t, agent), o.todo(t, other)...); len(got) > 0 {
			t.Error("others decide nothing:", got)
		}
		_, err := o.decide(t, supervisor, middle.ID, true)
		is(t, err, approval.ErrNotYours)
		_, err = o.decide(t, other, small.ID, true)
		is(t, err, db.ErrNotFound)
		if v, err := o.decide(t, director, small.ID, true); err != nil || v.State != approval.Approved || v.Conditions == "" {
			t.Error("a higher level decides as well:", v, err)
		}
		if v, err := o.decide(t, manager, middle.ID, false); err != nil || v.State != approval.Rejected {
			t.Error(v, err)
		}
		_, err = o.decide(t, director, middle.ID, true)
		is(t, err, approval.ErrEnded)
		if !slices.Equal(o.told, []approval.State{approval.Approved, approval.Rejected}) {
			t.Error("the domain was told", o.told)
		}
	})
}

func TestWhoAsksOrIsConcernedDoesNotDecide(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		own := o.must(t, supervisor, fen(100), "own")
		if got := o.todo(t, manager); !slices.Equal(got, []approval.ID{own.ID}) {
			t.Error("the next one up decides what the supervisor asks:", got)
		}
		_, err := o.decide(t, supervisor, own.ID, true)
		is(t, err, approval.ErrOwn)
		about, err := o.ask(t, agent, fen(100), "about the supervisor", supervisor)
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.decide(t, supervisor, about.ID, true)
		is(t, err, approval.ErrAboutYou)
		if _, err := o.decide(t, manager, about.ID, true); err != nil {
			t.Error(err)
		}
		_, err = o.ask(t, director, fen(90000), "the director's own", 0)
		is(t, err, approval.ErrNobody)
		_, err = o.ask(t, agent, fen(90000), "about the director", director)
		is(t, err, approval.ErrNobody)
		_, err = o.ask(t, agent, fen(1), "own", 0)
		is(t, err, approval.ErrOpen)
	})
}

func TestWithoutFourEyesTheOnlyOneDecidesTheirOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		o := build(t, d, c, false)
		q := o.must(t, director, fen(90000), "the director's own")
		if _, err := o.decide(t, director, q.ID, true); err != nil {
			t.Error(err)
		}
		q = o.must(t, supervisor, fen(10), "the supervisor's own")
		_, err := o.decide(t, supervisor, q.ID, true)
		is(t, err, approval.ErrOwn)
	})
}

func TestTimeOverGoesUpAndLapsesInTheEnd(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		q := o.must(t, agent, fen(100), "slow")
		see := func() approval.View {
			t.Helper()
			v, err := o.Get(t.Context(), who(agent), q.ID)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		o.pass(t, 11*time.Hour)
		if v := see(); v.Reminded || v.Level != 0 || !slices.Equal(v.Approvers, []string{"supervisor"}) {
			t.Error("before half of the time:", v)
		}
		o.pass(t, time.Hour)
		if v := see(); !v.Reminded || v.Level != 0 {
			t.Error("at half of the time:", v)
		}
		o.pass(t, 12*time.Hour)
		if v := see(); v.Reminded || v.Level != 1 {
			t.Error("when the time is over:", v)
		}
		if len(o.todo(t, manager)) != 1 || len(o.todo(t, supervisor)) != 1 {
			t.Error("both levels may decide now")
		}
		for range 4 {
			o.pass(t, 12*time.Hour)
		}
		if v := see(); v.Level != 2 || !v.Reminded || v.State != approval.Pending {
			t.Error("the highest level keeps it:", v)
		}
		o.pass(t, 40*24*time.Hour)
		if v := see(); v.State != approval.Lapsed || !slices.Equal(o.told, []approval.State{approval.Lapsed}) {
			t.Error("after thirty days:", v, o.told)
		}
	})
}

func TestADeputyStandsInForWhoIsAbsent(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		day := clock.DayOf(clock.Of(o.clock.Now()), time.FixedZone("", 8*3600))
		if _, err := o.Appoint(t.Context(), who(manager), agent, day, day); !errors.Is(err, approval.ErrDeputy) {
			t.Error("an agent cannot stand in:", err)
		}
		if _, err := o.Appoint(t.Context(), who(manager), other, day, day); !errors.Is(err, approval.ErrDeputy) {
			t.Error("nor can somebody of another community:", err)
		}
		if _, err := o.Appoint(t.Context(), who(manager), supervisor, day, day.Add(-1)); !errors.Is(err, errs.ErrFields) {
			t.Error("the end before the beginning:", err)
		}
		d, err := o.Appoint(t.Context(), who(manager), supervisor, day, day.Add(2))
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.Appoint(t.Context(), who(manager), director, day.Add(2), day.Add(3))
		is(t, err, approval.ErrTaken)
		q, mine := o.must(t, agent, fen(1500), "for the manager"), o.must(t, supervisor, fen(1500), "the deputy's own")
		_, err = o.decide(t, supervisor, mine.ID, true)
		is(t, err, approval.ErrOwn)
		if got := o.todo(t, supervisor); !slices.Equal(got, []approval.ID{q.ID}) {
			t.Error("the deputy sees what the manager would:", got)
		}
		if v, err := o.decide(t, supervisor, q.ID, true); err != nil || v.StoodFor != "manager" {
			t.Error(v, err)
		}
		q = o.must(t, agent, fen(1500), "later")
		is(t, o.Return(t.Context(), who(other), d.ID), db.ErrNotFound)
		is(t, o.Return(t.Context(), who(manager), d.ID), nil)
		_, err = o.decide(t, supervisor, q.ID, true)
		is(t, err, approval.ErrNotYours)
	})
}

func TestOnlyWhoAskedWithdraws(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		q := o.must(t, agent, fen(10), "a")
		_, err := o.TakeBack(t.Context(), who(supervisor), q.ID, any1, "")
		is(t, err, approval.ErrNotAsker)
		_, err = o.TakeBack(t.Context(), who(agent), q.ID, func(int64) error { return db.ErrStale }, "")
		is(t, err, db.ErrStale)
		if v, err := o.TakeBack(t.Context(), who(agent), q.ID, any1, "found the receipt"); err != nil || v.State != approval.Withdrawn {
			t.Error(v, err)
		}
		_, err = o.decide(t, supervisor, q.ID, true)
		is(t, err, approval.ErrEnded)
		if _, err := o.Get(t.Context(), who(other), q.ID); !errors.Is(err, db.ErrNotFound) {
			t.Error("another community:", err)
		}
	})
}

func TestAFailedEffectUndoesTheDecision(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		broken := errs.New(errs.Conflict, "stale", "the account is closed")
		o.Register(approval.Kind{Name: "broken", Decide: actRefund, TimeLimit: time.Hour, Ended: func(context.Context, *db.Tx, approval.Request) error { return broken }})
		var q approval.Request
		if err := o.d.Write(t.Context(), who(agent), actAsk, func(tx *db.Tx) (err error) {
			q, err = o.Request(t.Context(), tx, approval.Ask{Kind: "broken", Community: here, Subject: "x", Reason: "because"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		_, err := o.decide(t, supervisor, q.ID, true)
		is(t, err, broken)
		if v, err := o.Get(t.Context(), who(agent), q.ID); err != nil || v.State != approval.Pending {
			t.Error(v, err)
		}
	})
}

func TestRulesAreTheCompanysAndTakeEffectAtOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		boss := who(director)
		boss.Grants = append(boss.Grants, authz.Grant{Actions: map[authz.Action]bool{approval.ActRules: true}, Everywhere: true})
		q := o.must(t, agent, fen(150), "a")
		levels := []approval.Level{{Roles: []string{"supervisor"}, UpTo: fen(100)}, {Roles: []string{"manager"}}}
		for _, wrong := range [][]approval.Level{nil, {{UpTo: fen(1)}}, {{Roles: []string{"nobody"}}}, {{UpTo: fen(5)}, {UpTo: fen(5)}, {}}} {
			_, err := o.SetRule(t.Context(), boss, "refund", any1, wrong, 8)
			is(t, err, errs.ErrFields)
		}
		_, err := o.SetRule(t.Context(), boss, "nothing", any1, levels, 8)
		is(t, err, db.ErrNotFound)
		r, err := o.SetRule(t.Context(), boss, "refund", any1, levels, 8)
		if err != nil || r.Version != 1 || r.Hours != 8 {
			t.Fatal(r, err)
		}
		_, err = o.decide(t, supervisor, q.ID, true)
		is(t, err, approval.ErrNotYours)
		if r, err = o.SetRule(t.Context(), boss, "refund", any1, levels[1:], 9); err != nil || r.Version != 2 {
			t.Fatal(r, err)
		}
		local := dbtest.Actor(manager, []authz.CommunityID{here}, approval.ActRules)
		_, err = o.SetRule(t.Context(), local, "refund", any1, levels, 8)
		is(t, err, authz.ErrForbidden)
	})
}

func TestAColleagueTakesOverWhatSomebodyAskedFor(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		q, waits := o.must(t, agent, fen(10), "a"), o.must(t, manager, fen(10), "b")
		dbtest.Exec(t, o.d, `DELETE FROM scope_reach WHERE account_id = $1`, supervisor)
		if err := o.d.Write(t.Context(), who(director), actAsk, func(tx *db.Tx) error {
			n, err := o.HandOver(t.Context(), tx, agent, manager)
			if n != 1 {
				t.Error(n, "were handed over")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got := o.todo(t, manager); len(got) > 0 {
			t.Error("who took a request over does not decide it:", got)
		}
		if got := o.todo(t, director); !slices.Contains(got, q.ID) || !slices.Contains(got, waits.ID) {
			t.Error("both went up to the director:", got)
		}
		if _, err := o.TakeBack(t.Context(), who(manager), q.ID, any1, ""); err != nil {
			t.Error(err)
		}
	})
}
