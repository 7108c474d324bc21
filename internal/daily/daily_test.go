package daily_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"guanjia/internal/daily"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/roster"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

const place authz.CommunityID = 1

var zone = time.FixedZone("", 8*3600)

func seen(int64) error { return nil }

// world is a community with a supervisor, a manager, and somebody at the desk.
type world struct {
	*testing.T
	d                             *db.DB
	c                             *dbtest.Clock
	s                             *daily.Service
	lead, chief, desk, off, alien authz.Actor
	today                         clock.Day
	tickets                       int64
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, place, 2)
		for n, name := range map[int64]string{5: "沈主管", 6: "周前台", 7: "何前台"} {
			dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $2, $2, '', $3, $3, 1)`, n, name, false)
			dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, $2, '', '', '[]', 'active', $3, '', 1)`, n, name, n != 7)
		}
		here := []authz.CommunityID{place}
		fn(&world{
			T: t, d: d, c: c, s: &daily.Service{DB: d}, today: clock.DayOf(c.Instant(), zone),
			lead:  dbtest.Actor(5, here, daily.ActView, daily.ActWrite, daily.ActTask, daily.ActSign, daily.ActExport),
			chief: dbtest.Actor(9, here, daily.ActView, daily.ActRead),
			desk:  dbtest.Actor(6, here, daily.ActView, daily.ActWrite, daily.ActTask),
			off:   dbtest.Actor(7, here, daily.ActView, daily.ActWrite, daily.ActTask),
			alien: dbtest.Actor(8, []authz.CommunityID{2}, daily.ActView, daily.ActWrite, daily.ActTask, daily.ActSign, daily.ActRead, daily.ActExport),
		})
	})
}

// ticket puts one there that was opened at an instant.
func (w *world) ticket(kind, grade string, opened, due clock.Instant, resolved *clock.Instant) int64 {
	w.Helper()
	w.tickets++
	n, status := 1000+w.tickets, "working"
	number := db.Serial(ticket.Policies[ticket.Kind(kind)].Prefix, clock.DayOf(opened, zone), w.tickets, 4)
	if resolved != nil {
		status = "resolved"
	}
	dbtest.Exec(w.T, w.d, `INSERT INTO ticket (id, community_id, number, kind, category, grade, status, title, description, channel, place, contact_name, contact_mobile, owner_id, owner_name, assignee_name, policy,
		opened_at, response_due, resolve_due, sort_due, resolved_at, cause, remedy, version) VALUES ($1, 1, $2, $3, 'facilities.water', $4, $5, '水管漏水', '', 'phone', '3-2-1502', '', '', 1, '', '', '{}', $6, $6, $7, $7, $8, '', '', 1)`,
		n, number, kind, grade, status, opened, due, resolved)
	return n
}

func (w *world) keep() {
	w.Helper()
	if err := w.s.Keep(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func (w *world) day(who authz.Actor, day clock.Day) daily.Day {
	w.Helper()
	v, err := w.s.Day(w.Context(), who, place, day)
	if err != nil {
		w.Fatal(err)
	}
	return v
}

func (w *world) at(day clock.Day, hour int) clock.Instant { return day.At(hour*60, zone) }

// STA-02, STA-02a: the day is read from the tables, signed in the morning after,
// and stays as it was signed, whatever happens to its tickets later.
func TestADayStaysAsItWasSigned(t *testing.T) {
	each(t, func(w *world) {
		day := w.today
		done := w.at(day, 11)
		w.ticket("repair", "A", w.at(day, 8), w.at(day, 10), &done)               // resolved, late
		w.ticket("complaint", "B", w.at(day, 9), w.at(day.Add(2), 9), nil)        // runs
		w.ticket("repair", "C", w.at(day.Add(-1), 9), w.at(day.Add(-1), 12), nil) // ran out yesterday
		late := w.ticket("repair", "B", w.at(day, 9), w.at(day, 11), nil)         // ran out today
		w.ticket("service", "C", w.at(day.Add(-1), 23), w.at(day.Add(4), 9), nil) // yesterday's
		dbtest.Exec(w.T, w.d, `INSERT INTO look_in (id, community_id, ticket_id, due_at, staff_id, staff_name, state, finding, at, by_id, by_name, version) VALUES (70, 1, $1, $2, 5, '沈主管', 'done', '已止水', $2, 5, '沈主管', 1)`, late, w.at(day, 10))
		dbtest.Exec(w.T, w.d, `INSERT INTO shift_handover (id, community_id, post, day, shift_name, out_id, out_name, in_id, in_name, content, open_count, state, remark, out_at, version) VALUES (80, 1, 'service', $1, '早班', 6, '周前台', 7, '何前台', '{"matters":[],"items":[],"keys":"","cash":"0.00","events":"停水通知已贴"}', 3, 'taken', '', $2, 1)`, day, w.at(day, 10))
		w.keep()
		v := w.day(w.lead, day)
		f := v.Content.Figures
		if f.Opened != 3 || f.Urgent != 1 || f.Resolved != 1 || f.Overdue != 2 || f.Complaints != 1 || f.Running != 1 {
			w.Fatalf("%+v", f)
		}
		if len(v.Content.Complaints) != 1 || v.Content.Complaints[0].Title != "水管漏水" || len(v.Content.LookIns) != 1 || v.Content.LookIns[0].Finding != "已止水" || len(v.Content.Handovers) != 1 || v.Content.Handovers[0].Events != "停水通知已贴" {
			w.Fatalf("%+v", v.Content)
		}
		if rows, err := w.s.Month(w.Context(), w.chief, daily.ActView, place, day.Period()); err != nil || len(rows) != 1 || rows[0].Figures != (daily.Figures{Opened: 3, Urgent: 1, Resolved: 1, Overdue: 2, Complaints: 1}) {
			w.Errorf("the month counts otherwise: %+v %v", rows, err)
		}
		if _, err := w.s.Sign(w.Context(), w.lead, v.ID, seen, daily.Parts, ""); !errors.Is(err, daily.ErrEarly) {
			w.Errorf("a day that is not over is signed: %v", err)
		}
		w.c.Advance(24 * time.Hour)
		for _, no := range []authz.Actor{w.desk, w.chief} {
			if _, err := w.s.Sign(w.Context(), no, v.ID, seen, daily.Parts, ""); err == nil {
				w.Error("who may not sign does")
			}
		}
		if _, err := w.s.Sign(w.Context(), w.alien, v.ID, seen, daily.Parts, ""); !errors.Is(err, db.ErrNotFound) {
			w.Errorf("another community's supervisor: %v", err)
		}
		if v, err := w.s.Sign(w.Context(), w.lead, v.ID, seen, []daily.Part{daily.Complaints}, "已回电"); err != nil || v.Signed != 1 || len(v.Signs) != 1 || v.Signs[0].Remark != "已回电" {
			w.Fatalf("%+v %v", v, err)
		}
		v, err := w.s.Sign(w.Context(), w.lead, v.ID, seen, daily.Parts, "")
		if err != nil || v.Signed != 3 || len(v.Signs) != 3 {
			w.Fatalf("%+v %v", v, err)
		}
		if _, err := w.s.Sign(w.Context(), w.lead, v.ID, seen, daily.Parts, ""); !errors.Is(err, daily.ErrSigned) {
			w.Errorf("signed twice: %v", err)
		}
		dbtest.Exec(w.T, w.d, `UPDATE ticket SET status = 'archived', title = '改了的标题', excused_resolve = '天气'`)
		v = w.day(w.chief, day)
		if v.Content.Figures.Overdue != 2 || v.Content.Complaints[0].Status != "working" || v.Content.Complaints[0].Title != "改了的标题" {
			w.Errorf("what was signed has changed, or words were kept: %+v", v.Content)
		}
		if kept := dbtest.One[string](w.T, w.d, `SELECT content FROM daily_sign WHERE part = 'complaints'`); slices.Contains([]bool{contains(kept, "漏水"), contains(kept, "1502")}, true) {
			w.Errorf("words are kept with a signature: %s", kept)
		}
		if _, err := w.s.Add(w.Context(), w.lead, place, day, daily.Draft{Words: "补记"}); !errors.Is(err, daily.ErrSigned) {
			w.Errorf("a signed log is written in: %v", err)
		}
		rows, err := w.s.Month(w.Context(), w.chief, daily.ActView, place, clock.Period{})
		if err != nil || len(rows) != 1 || rows[0].Figures.Overdue != 2 || rows[0].Figures.Opened != 3 || len(rows[0].Signs) != 3 {
			w.Errorf("%+v %v", rows, err)
		}
	})
}

func contains(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

// STA-02: supervisors and who is on duty write; what is important goes to the
// property manager with its form, who confirms that it was read (INC-03a).
func TestWhoIsOnDutyWritesAndTheManagerReadsWhatIsImportant(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		if _, err := w.s.Add(ctx, w.off, place, clock.Day{}, daily.Draft{Words: "早会"}); !errors.Is(err, daily.ErrDuty) {
			w.Errorf("who is off duty writes: %v", err)
		}
		if _, err := w.s.Add(ctx, w.alien, place, clock.Day{}, daily.Draft{Words: "早会"}); !errors.Is(err, db.ErrNotFound) {
			w.Errorf("another community's people write: %v", err)
		}
		e, err := w.s.Add(ctx, w.desk, place, clock.Day{}, daily.Draft{Minute: 9 * 60, Words: " 早会：本周停水通知 "})
		if err != nil || e.Words != "早会：本周停水通知" {
			w.Fatalf("%+v %v", e, err)
		}
		form := daily.Form{Place: "3栋地下室", Measures: "已关总阀", Told: "管理处主任"}
		x, err := w.s.Add(ctx, w.desk, place, w.today.Add(-1), daily.Draft{Minute: 22 * 60, Words: "水管爆裂", Important: true, Form: form})
		if err != nil {
			w.Fatal(err)
		}
		if n := dbtest.One[int](w.T, w.d, `SELECT COUNT(*) FROM outbox WHERE name = 'daily.reported'`); n != 1 {
			w.Errorf("%d reports", n)
		}
		if c, err := w.s.Count(ctx, w.chief, place); err != nil || c.Events != 1 {
			w.Errorf("%+v %v", c, err)
		}
		if _, err := w.s.Read(ctx, w.lead, x.ID, seen); err == nil {
			w.Error("the supervisor reads in the manager's stead")
		}
		if x, err = w.s.Read(ctx, w.chief, x.ID, seen); err != nil || x.ReadAt == nil {
			w.Fatalf("%+v %v", x, err)
		}
		if _, err := w.s.Edit(ctx, w.desk, x.ID, seen, daily.Draft{Minute: 22 * 60, Words: "水管爆裂，已修复"}); len(errs.Of(err).Fields) != 3 {
			w.Errorf("what was reported becomes ordinary: %v", err)
		}
		if x, err = w.s.Edit(ctx, w.desk, x.ID, seen, daily.Draft{Minute: 22 * 60, Words: "水管爆裂，已修复", Form: form}); err != nil || !x.Important || x.ReadAt != nil {
			w.Errorf("what was changed was not read: %+v %v", x, err)
		}
		if n := dbtest.One[int](w.T, w.d, `SELECT COUNT(*) FROM outbox WHERE name = 'daily.reported'`); n != 1 {
			w.Errorf("%d reports of one event", n)
		}
		dbtest.Exec(w.T, w.d, `UPDATE staff SET on_duty = $1 WHERE id = 7`, true)
		if _, err := w.s.Edit(ctx, w.off, e.ID, seen, daily.Draft{Words: "改别人的"}); !errors.Is(err, daily.ErrYours) {
			w.Errorf("a colleague changes it: %v", err)
		}
		if _, err := w.s.Edit(ctx, w.lead, e.ID, func(int64) error { return db.ErrStale }, daily.Draft{Words: "早会"}); !errors.Is(err, db.ErrStale) {
			w.Errorf("a stale form: %v", err)
		}
		v := w.day(w.desk, w.today)
		if v, err := w.s.SetWeather(ctx, w.desk, v.ID, seen, "晴 8–15℃"); err != nil || v.Weather != "晴 8–15℃" {
			w.Errorf("%+v %v", v, err)
		}
		if v := w.day(w.off, w.today); len(v.Entries) != 1 || v.Weather == "" || !v.MayAdd || len(v.People) != 0 {
			w.Errorf("%+v", v)
		}
	})
}

// Where a roster is planned, it says who is on duty, and not the switch.
func TestWhereARosterIsPlannedItSaysWhoWrites(t *testing.T) {
	each(t, func(w *world) {
		dbtest.Exec(w.T, w.d, `INSERT INTO roster_shift (id, community_id, name, post, start_minute, minutes, least, skills, active, version) VALUES (90, 1, '中班', 'service', 480, 600, 1, '[]', $1, 1)`, true)
		dbtest.Exec(w.T, w.d, `INSERT INTO roster_duty (id, community_id, shift_id, staff_id, day, from_at, to_at, state, reason, version) VALUES (91, 1, 90, 7, $1, $2, $3, 'planned', '', 1)`, w.today, w.at(w.today, 8), w.at(w.today, 18))
		if _, err := w.s.Add(w.Context(), w.off, place, clock.Day{}, daily.Draft{Words: "接班"}); err != nil {
			w.Errorf("who is on duty by the roster: %v", err)
		}
		if _, err := w.s.Add(w.Context(), w.desk, place, clock.Day{}, daily.Draft{Words: "不当班"}); !errors.Is(err, daily.ErrDuty) {
			w.Errorf("who is not: %v", err)
		}
		planner := dbtest.Actor(6, []authz.CommunityID{place}, daily.ActWrite, roster.ActPlan)
		if _, err := w.s.Add(w.Context(), planner, place, clock.Day{}, daily.Draft{Words: "巡岗"}); err != nil {
			w.Errorf("who leads: %v", err)
		}
		if v := w.day(w.chief, w.today); len(v.Content.OnDuty) != 1 || v.Content.OnDuty[0].Name != "何前台" {
			w.Errorf("%+v", v.Content.OnDuty)
		}
	})
}

// STA-02a: each part has its follow-up tasks, done or not.
func TestAFollowUpTaskIsDoneByWhoItWasGivenTo(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		w.ticket("repair", "C", w.at(w.today, 8), w.at(w.today.Add(2), 8), nil)
		w.keep()
		v := w.day(w.lead, w.today)
		draft := daily.TaskDraft{Part: daily.Complaints, Words: "周五前回访 1502", To: 6, Due: w.today.Add(3)}
		for field, change := range map[string]func(*daily.TaskDraft){
			"words": func(d *daily.TaskDraft) { d.Words = "" }, "to": func(d *daily.TaskDraft) { d.To = 4711 }, "due": func(d *daily.TaskDraft) { d.Due = w.today.Add(-1) },
		} {
			bad := draft
			change(&bad)
			if _, err := w.s.Give(ctx, w.lead, v.ID, bad); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != field {
				w.Errorf("%s: %v", field, err)
			}
		}
		if _, err := w.s.Give(ctx, w.alien, v.ID, draft); !errors.Is(err, db.ErrNotFound) {
			w.Errorf("another community's supervisor: %v", err)
		}
		k, err := w.s.Give(ctx, w.lead, v.ID, draft)
		if err != nil || k.StaffName != "周前台" {
			w.Fatalf("%+v %v", k, err)
		}
		if c, err := w.s.Count(ctx, w.desk, place); err != nil || c.Tasks != 1 {
			w.Errorf("%+v %v", c, err)
		}
		if _, err := w.s.Finish(ctx, w.off, k.ID, seen, true, ""); !errors.Is(err, daily.ErrTask) {
			w.Errorf("a colleague finishes it: %v", err)
		}
		if k, err = w.s.Finish(ctx, w.desk, k.ID, seen, true, "已回访，满意"); err != nil || k.DoneAt == nil || k.DoneBy == "" {
			w.Fatalf("%+v %v", k, err)
		}
		if k, err = w.s.Finish(ctx, w.lead, k.ID, seen, false, ""); err != nil || k.DoneAt != nil || k.Result != "" {
			w.Errorf("%+v %v", k, err)
		}
		if v = w.day(w.lead, w.today); len(v.Tasks) != 1 || len(v.People) != 3 || !slices.ContainsFunc(v.People, func(p daily.Person) bool { return p.ID == staff.ID(6) }) {
			w.Errorf("%+v", v)
		}
	})
}

// STA-02a: what is unsigned by the next noon is told once, by whichever node,
// also when the program was off at noon; a signed day is not told of.
func TestAnUnsignedDayIsToldOnceFromNoonOn(t *testing.T) {
	each(t, func(w *world) {
		told := func() int {
			return dbtest.One[int](w.T, w.d, `SELECT COUNT(*) FROM outbox WHERE name = 'daily.unsigned'`)
		}
		if w.keep(); dbtest.One[int](w.T, w.d, `SELECT COUNT(*) FROM daily_log`) != 0 {
			w.Error("a community without any ticket has a log")
		}
		w.ticket("repair", "C", w.at(w.today, 8), w.at(w.today.Add(9), 8), nil)
		w.keep()
		w.c.Set(w.at(w.today.Add(1), 0).Time().Add(11*time.Hour + 50*time.Minute))
		if w.keep(); told() != 0 {
			w.Error("it is told before noon")
		}
		w.c.Advance(10 * time.Minute)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := w.s.Keep(context.WithoutCancel(w.Context())); err != nil {
					w.Error(err)
				}
			})
		}
		both.Wait()
		if w.keep(); told() != 1 {
			w.Errorf("told %d times", told())
		}
		if c, err := w.s.Count(w.Context(), w.lead, place); err != nil || c.Unsigned != 1 || c.Late != 1 {
			w.Errorf("%+v %v", c, err)
		}
		v := w.day(w.lead, clock.Day{})
		if v.Day != w.today || !v.Late || v.Reminded == nil {
			w.Errorf("the page opens what waits: %+v", v.Log)
		}
		if v := w.day(w.desk, clock.Day{}); v.Day != w.today.Add(1) {
			w.Errorf("who does not sign sees today: %s", v.Day)
		}
		if _, err := w.s.Sign(w.Context(), w.lead, v.ID, seen, daily.Parts, ""); err != nil {
			w.Fatal(err)
		}
		w.c.Advance(4 * 24 * time.Hour) // off for days: they are told of together
		if w.keep(); told() != 2 || dbtest.One[int](w.T, w.d, `SELECT COUNT(*) FROM daily_log`) != 6 {
			w.Errorf("told %d times of %d days", told(), dbtest.One[int](w.T, w.d, `SELECT COUNT(*) FROM daily_log`))
		}
		n, err := w.s.Trim(w.Context(), w.at(w.today.Add(3), 12))
		if err != nil || n != 3 || dbtest.One[int](w.T, w.d, `SELECT COUNT(*) FROM daily_sign`) != 0 {
			w.Errorf("%d days are thrown away, %v", n, err)
		}
	})
}
