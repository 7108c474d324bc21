package attendance_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/attendance"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
)

func seen(int64) error { return nil }

func i64(n int64) *int64 { return &n }

type office struct {
	t               *testing.T
	d               *db.DB
	svc             *attendance.Service
	inbox           *approval.Service
	chen, lead, far authz.Actor
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func each(t *testing.T, fn func(o *office, c *dbtest.Clock)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		o := &office{t: t, d: d, svc: &attendance.Service{DB: d}, inbox: &approval.Service{DB: d}}
		o.svc.Approve(o.inbox)
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES (1, 'leader', '领班', 'leader', 1)`)
		all := []authz.Action{attendance.ActSelf, attendance.ActView, attendance.ActDecide, attendance.ActSettings, approval.ActDecide, approval.ActInbox}
		for _, a := range all {
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (1, $1)`, string(a))
		}
		for id, name := range map[int64]string{532: "陈师傅", 533: "王领班"} {
			dbtest.Exec(t, d, `INSERT INTO account (id, kind, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, 'staff', $2, '', $3, $2, '', FALSE, FALSE, 1)`, id, name, name)
			dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, $3, '', '', '[]', 'active', FALSE, '', 1)`, id, name, name)
		}
		dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES (1, 533, 1, 1)`)
		dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES (533, 1, 1)`)
		here := []authz.CommunityID{1}
		o.chen, o.lead = dbtest.Actor(532, here, attendance.ActSelf, approval.ActInbox), dbtest.Actor(533, here, all...)
		o.far = dbtest.Actor(900, []authz.CommunityID{2}, all...)
		dbtest.Exec(t, d, `INSERT INTO roster_shift (id, community_id, name, post, start_minute, minutes, skills, least, active, version) VALUES (70, 1, '早班', 'maintenance', 480, 480, '[]', 1, TRUE, 1)`)
		from := clock.Of(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)) // 08:00 in Shanghai
		dbtest.Exec(t, d, `INSERT INTO roster_duty (id, community_id, shift_id, staff_id, day, from_at, to_at, state, reason, version) VALUES (80, 1, 70, 532, '2026-03-02', $1, $2, 'planned', '', 1)`, from, from.Add(8*time.Hour))
		fn(o, c)
	})
}

func (o *office) mine() attendance.Mine {
	o.t.Helper()
	m, err := o.svc.Mine(o.t.Context(), o.chen, 1, clock.Period{})
	o.must(err)
	return m
}

func TestCheckingInAtThePlaceOrByTheCode(t *testing.T) {
	each(t, func(o *office, c *dbtest.Clock) {
		t, ctx := o.t, o.t.Context()
		c.Set(time.Date(2026, 3, 2, 0, 10, 0, 0, time.UTC)) // 08:10
		p, err := o.svc.SetPlace(ctx, o.lead, 1, seen, attendance.Terms{Latitude: i64(22_543_096), Longitude: i64(114_057_865), Radius: 500, Grace: 5})
		if err != nil || p.Version != 1 {
			t.Fatal(p, err)
		}
		in := attendance.Checking{Community: 1, Kind: attendance.In}
		if _, err := o.svc.Check(ctx, o.chen, in); !errors.Is(err, attendance.ErrNowhere) {
			t.Errorf("a silent phone: %v", err)
		}
		in.Latitude, in.Longitude = i64(22_548_500), i64(114_060_000)
		if _, err := o.svc.Check(ctx, o.chen, in); !errors.Is(err, attendance.ErrFar) {
			t.Errorf("640 m away: %v", err)
		}
		if m := o.mine(); len(m.Marks) != 0 || m.Next != attendance.In || !m.Placed {
			t.Errorf("what was refused stands there: %+v", m)
		}
		in.Latitude, in.Longitude = i64(22_543_500), i64(114_057_865)
		m, err := o.svc.Check(ctx, o.chen, in)
		if err != nil || m.Source != attendance.ByPhone || m.Meters == nil || *m.Meters != 45 {
			t.Fatalf("%+v %v", m, err)
		}
		if _, err := o.svc.Check(ctx, o.chen, in); !errors.Is(err, attendance.ErrSoon) {
			t.Errorf("pressed twice: %v", err)
		}
		if got := o.mine(); got.Next != attendance.Out || got.Days[0].State != "on" || got.Days[0].Late != 10 {
			t.Errorf("%+v", got)
		}
		out := attendance.Checking{Community: 1, Kind: attendance.Out, Code: strings.Repeat("0", 20)}
		if _, err := o.svc.Check(ctx, o.chen, out); !errors.Is(err, attendance.ErrCode) {
			t.Errorf("a made-up code: %v", err)
		}
		if _, err := o.svc.Check(ctx, o.far, in); err == nil {
			t.Error("somebody of another community checks in here")
		}
		month, err := o.svc.Of(ctx, o.lead, attendance.ActView, 1, clock.Period{})
		if err != nil || len(month.People) != 2 || len(month.Posts) != 1 {
			t.Errorf("%+v %v", month, err)
		}
		if _, err := o.svc.Of(ctx, o.far, attendance.ActView, 1, clock.Period{}); err == nil {
			t.Error("another community's attendance is seen")
		}
	})
}

// A forgotten mark counts when somebody else has said yes, never before.
func TestAForgottenMarkNeedsAnothersYes(t *testing.T) {
	each(t, func(o *office, c *dbtest.Clock) {
		t, ctx := o.t, o.t.Context()
		c.Set(time.Date(2026, 3, 3, 4, 0, 0, 0, time.UTC))
		if m := o.mine(); m.Absent != 1 {
			t.Fatalf("%+v", m)
		}
		came := clock.Of(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
		for field, bad := range map[string]attendance.Fix{"reason": {Kind: attendance.In, At: came}, "at": {Kind: attendance.In, At: came.Add(72 * time.Hour), Reason: "忘记"}} {
			if _, err := o.svc.Ask(ctx, o.chen, 1, bad); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		_, err := o.svc.Ask(ctx, o.chen, 1, attendance.Fix{Kind: attendance.In, At: came, Reason: "手机没电"})
		o.must(err)
		if _, err := o.svc.Ask(ctx, o.chen, 1, attendance.Fix{Kind: attendance.In, At: came, Reason: "手机没电"}); !errors.Is(err, approval.ErrOpen) {
			t.Errorf("asked twice: %v", err)
		}
		if m := o.mine(); m.Absent != 1 || len(m.Asked) != 1 {
			t.Errorf("before the yes: %+v", m)
		}
		var q approval.Request
		o.must(o.d.Read(ctx, o.lead, approval.ActInbox, func(tx *db.Tx) error {
			all, err := approval.PendingOf(ctx, tx, 1, "attendance.fix", 532)
			if err == nil {
				q = all[0]
			}
			return err
		}))
		if _, err := o.inbox.Decide(ctx, o.chen, q.ID, seen, approval.Decision{Approve: true}); err == nil {
			t.Error("who asked decided")
		}
		_, err = o.inbox.Decide(ctx, o.lead, q.ID, seen, approval.Decision{Approve: true, Reason: "监控可见"})
		o.must(err)
		if m := o.mine(); m.Absent != 0 || m.Present != 1 || m.Lacking != 1 || len(m.Asked) != 0 {
			t.Errorf("after the yes: %+v", m)
		}
		o.must(o.d.Read(ctx, o.lead, attendance.ActView, func(tx *db.Tx) error {
			facts, err := attendance.Facts(ctx, tx, 1, clock.DayOf(came, time.UTC).Period())
			if err == nil && facts[532].Present != 1 {
				t.Errorf("appraisal would read %+v", facts[532])
			}
			return err
		}))
	})
}

// STA-01b: a mark that is not true is struck out by somebody else with a reason; it stays visible and counts no more.
func TestAMarkIsStruckOutBySomebodyElse(t *testing.T) {
	each(t, func(o *office, c *dbtest.Clock) {
		t, ctx := o.t, o.t.Context()
		c.Set(time.Date(2026, 3, 2, 0, 10, 0, 0, time.UTC))
		m, err := o.svc.Check(ctx, o.chen, attendance.Checking{Community: 1, Kind: attendance.In})
		o.must(err)
		own := dbtest.Actor(532, []authz.CommunityID{1}, attendance.ActSelf, attendance.ActDecide)
		if _, err := o.svc.Strike(ctx, own, m.ID, seen, "写错"); !errors.Is(err, attendance.ErrOwn) {
			t.Errorf("one's own: %v", err)
		}
		if _, err := o.svc.Strike(ctx, o.lead, m.ID, seen, " "); len(errs.Of(err).Fields) != 1 {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := o.svc.Strike(ctx, o.far, m.ID, seen, "代打卡"); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's leader: %v", err)
		}
		struck, err := o.svc.Strike(ctx, o.lead, m.ID, seen, "代打卡，监控为证")
		if err != nil || struck.Struck == nil || struck.StruckWhy != "代打卡，监控为证" {
			t.Fatalf("%+v %v", struck, err)
		}
		if _, err := o.svc.Strike(ctx, o.lead, m.ID, seen, "再一次"); !errors.Is(err, attendance.ErrStruck) {
			t.Errorf("twice: %v", err)
		}
		if mine := o.mine(); mine.Next != attendance.In || mine.Days[0].In != nil || len(mine.Struck) != 1 || mine.Struck[0].StruckWhy == "" {
			t.Errorf("whose it is sees that and why, and it counts no more: %+v", mine)
		}
		kept, err := o.svc.MarksOf(ctx, o.lead, 1, clock.DayOf(m.At, time.UTC).Period(), 532)
		if err != nil || len(kept) != 1 || kept[0].Struck == nil {
			t.Errorf("it stays: %+v %v", kept, err)
		}
		if n := dbtest.One[int](t, o.d, `SELECT COUNT(*) FROM audit WHERE action = 'attendance.decide'`); n != 1 {
			t.Errorf("%d entries in the trail", n)
		}
		_, err = o.svc.Ask(ctx, o.chen, 1, attendance.Fix{Kind: attendance.In, At: m.At, Reason: "确实到岗"})
		o.must(err)
		q := dbtest.One[int64](t, o.d, `SELECT id FROM approval WHERE kind = 'attendance.fix'`)
		_, err = o.inbox.Decide(ctx, o.lead, approval.ID(q), seen, approval.Decision{Approve: true, Reason: "查实"})
		o.must(err)
		if mine := o.mine(); mine.Days[0].In == nil || len(mine.Struck) != 0 {
			t.Errorf("after another's yes it counts again: %+v", mine)
		}
	})
}
