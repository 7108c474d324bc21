package roster_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/webtest"
	"guanjia/internal/roster"
)

type object = map[string]any

// house is a community with a planner, three technicians and somebody elsewhere.
type house struct {
	*webtest.Site
	t     *testing.T
	db    *db.DB
	clock *dbtest.Clock
	jobs  *jobs.Runner
	began int
}

const (
	planner authz.AccountID = 5
	chen    authz.AccountID = 7
	luo     authz.AccountID = 8
	wei     authz.AccountID = 9
)

func build(t *testing.T, d *db.DB, c *dbtest.Clock) *house {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	dbtest.Exec(t, d, `INSERT INTO department (id, community_id, kind, name, version) VALUES (90, 1, 'engineering', '工程部', 1)`)
	for _, s := range []struct {
		id     authz.AccountID
		name   string
		skills string
	}{{planner, "马领班", `[]`}, {chen, "陈师傅", `["water","power"]`}, {luo, "罗成", `["water","power"]`}, {wei, "韦志远", `["fire"]`}} {
		dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $3, $2, '', $4, $4, 1)`, s.id, s.id.String(), s.name, false)
		dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, department_id, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, $3, '', 90, '', $4, 'active', $5, '', 1)`, s.id, s.id.String(), s.name, s.skills, false)
	}
	own := []authz.Action{roster.ActSelf, roster.ActHandover}
	plans := append(slices.Clone(own), roster.ActView, roster.ActPlan)
	s := &roster.Service{DB: d, Matters: func(context.Context, *db.Tx, authz.CommunityID, roster.Post) ([]roster.Matter, int64, error) {
		return []roster.Matter{{ID: "1", Number: "BX20260302-0001", Title: "漏水"}}, 3, nil
	}, Load: func(_ context.Context, _ *db.Tx, _ authz.CommunityID, from, to clock.Instant) (out []roster.Work, err error) {
		for at := from.Add(9 * time.Hour); at < to; at = at.Add(24 * time.Hour) { // 9:00 of every day
			out = append(out, roster.Work{Post: roster.PostMaintenance, At: at, Minutes: 400})
		}
		return out, nil
	}}
	h := &house{t: t, db: d, clock: c, jobs: jobs.New(d, jobs.Options{})}
	s.Schedule(h.jobs)
	jobs.On(h.jobs, "test.began", func(_ context.Context, tx *db.Tx, _ roster.Began) error {
		tx.Silent("a test listens")
		h.began++
		return nil
	})
	h.Site = webtest.New(t, d, map[string]authz.Actor{
		"planner": dbtest.Actor(planner, []authz.CommunityID{1}, plans...), "chen": dbtest.Actor(chen, []authz.CommunityID{1}, own...), "luo": dbtest.Actor(luo, []authz.CommunityID{1}, own...),
		"wei": dbtest.Actor(wei, []authz.CommunityID{1}, own...), "there": dbtest.Actor(50, []authz.CommunityID{2}, plans...), "nobody": {},
	}, s.Routes)
	return h
}

var here = authz.CommunityID(1).String()

func (h *house) shift(name string, start, minutes int, skills ...string) string {
	h.t.Helper()
	if skills == nil {
		skills = []string{}
	}
	return webtest.JSON[roster.Shift](h.Do("planner", "POST", "/roster-shifts", object{"community": here, "name": name, "post": "maintenance", "startMinute": start, "minutes": minutes, "skills": skills, "least": 1}).Is(201)).ID.String()
}

func slot(shift string, of authz.AccountID, day string, reason ...string) object {
	o := object{"community": here, "shiftId": shift, "staffId": of.String(), "day": day}
	if len(reason) > 0 {
		o["reason"] = reason[0]
	}
	return o
}

func (h *house) plan(shift string, of authz.AccountID, day string) roster.Line {
	h.t.Helper()
	return webtest.JSON[roster.Line](h.Do("planner", "POST", "/roster-duties", slot(shift, of, day)).Is(201))
}

func (h *house) onDuty(at string) (names []string) {
	h.t.Helper()
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.db.Read(h.t.Context(), dbtest.Actor(1, []authz.CommunityID{1}, roster.ActView), roster.ActView, func(tx *db.Tx) error {
		all, err := roster.OnDuty(h.t.Context(), tx, 1, clock.Of(when))
		for _, l := range all {
			names = append(names, l.StaffName)
		}
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return names
}

// STA-01: conflicts are shown while planning; an overlap cannot be, a warning needs a reason.
func TestPlanningAWeek(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		early, late, whole := h.shift("早班", 8*60, 480), h.shift("晚班", 16*60, 480), h.shift("24小时", 8*60, 1440, "power")
		h.Do("planner", "POST", "/roster-shifts", object{"community": here, "name": "早班", "post": "maintenance", "startMinute": 1, "minutes": 60, "least": 1}).Is(422, "roster.shift_taken")
		h.Do("chen", "POST", "/roster-duties", slot(early, chen, "2026-03-03")).Is(403)
		h.Do("there", "POST", "/roster-duties", slot(early, chen, "2026-03-03")).Is(404)
		h.plan(late, chen, "2026-03-03")
		h.Do("planner", "POST", "/roster-duties", slot(whole, chen, "2026-03-03", "没有别人")).Is(409, "roster.overlap", "陈师傅", "晚班")
		h.Do("planner", "POST", "/roster-duties", slot(late, chen, "2026-03-03")).Is(409, "roster.overlap")
		h.Do("planner", "POST", "/roster-duties", slot(early, chen, "2026-03-04")).Is(409, "roster.warned", "roster.warn_rest", `"reason"`)
		kept := webtest.JSON[roster.Line](h.Do("planner", "POST", "/roster-duties", slot(early, chen, "2026-03-04", " 罗成请假 ")).Is(201, `"kind":"rest"`))
		if kept.Reason != "罗成请假" {
			t.Errorf("the reason is %q", kept.Reason)
		}
		h.Do("planner", "POST", "/roster-duties", slot(whole, wei, "2026-03-03")).Is(409, "roster.warn_skill")
		h.Do("planner", "POST", "/roster-duties", slot(early, chen, "2026-03-01")).Is(409, "roster.past")
		h.Do("planner", "POST", "/roster-duties", slot(early, 50, "2026-03-03")).Is(422, "roster.person_unknown")

		w := webtest.JSON[roster.Week](h.Do("planner", "GET", "/roster?community="+here+"&day=2026-03-05", nil).Is(200))
		if w.From.String() != "2026-03-02" || len(w.Duties) != 2 || len(w.Duties[0].Problems) != 1 || len(w.Staffing) != 21 {
			t.Errorf("%+v", w)
		}
		h.Do("there", "GET", "/roster?community="+here, nil).Is(404)

		body := slot(early, luo, "2026-03-05")
		delete(body, "community")
		moved := "/roster-duties/" + kept.ID.String()
		h.Do("planner", "PUT", moved, body, "If-Match", `"9"`).Is(409, "stale")
		h.Do("planner", "PUT", moved, body, "If-Match", `"1"`).Is(200, "罗成", `"problems":[]`)
		h.Do("planner", "DELETE", moved, nil, "If-Match", `"2"`).Is(204)
		h.Do("planner", "DELETE", moved, nil, "If-Match", `"3"`).Is(409, "roster.past")
		h.plan(early, luo, "2026-03-05") // what was cancelled bars nothing
	})
}

func TestWhoIsOnDutyNow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		night, early := h.shift("夜班", 22*60, 600), h.shift("早班", 8*60, 480)
		h.plan(night, chen, "2026-03-03")
		h.plan(early, luo, "2026-03-04")
		h.plan(early, wei, "2026-03-04")
		for at, want := range map[string]string{
			"2026-03-03T21:59:59+08:00": "", "2026-03-03T22:00:00+08:00": "陈师傅", "2026-03-04T07:59:59+08:00": "陈师傅", "2026-03-04T08:00:00+08:00": "罗成 韦志远", "2026-03-04T16:00:00+08:00": "",
		} {
			if got := strings.Join(h.onDuty(at), " "); got != want {
				t.Errorf("%s: %q, want %q", at, got, want)
			}
		}
		h.Do("planner", "POST", "/roster-leaves", object{"community": here, "staffId": luo.String(), "kind": "sick", "fromDay": "2026-03-04", "toDay": "2026-03-03"}).Is(422, "roster.leave_order")
		ill := webtest.JSON[roster.Leave](h.Do("planner", "POST", "/roster-leaves", object{"community": here, "staffId": luo.String(), "kind": "sick", "fromDay": "2026-03-04", "toDay": "2026-03-04"}).Is(201))
		if got := h.onDuty("2026-03-04T09:00:00+08:00"); !slices.Equal(got, []string{"韦志远"}) {
			t.Errorf("who is ill is on duty: %v", got)
		}
		h.Do("planner", "POST", "/roster-duties", slot(night, luo, "2026-03-03", "没有别人")).Is(409, "roster.on_leave")
		h.Do("planner", "GET", "/roster?community="+here, nil).Is(200, `"kind":"leave"`, `"have":1,"need":1`)
		h.Do("planner", "DELETE", "/roster-leaves/"+ill.ID.String(), nil, "If-Match", `"1"`).Is(204)
		dbtest.Exec(t, d, `UPDATE staff SET state = 'disabled' WHERE id = 9`)
		if got := h.onDuty("2026-03-04T09:00:00+08:00"); !slices.Equal(got, []string{"罗成"}) {
			t.Errorf("who has left is on duty: %v", got)
		}
		c.Set(time.Date(2026, 3, 4, 0, 0, 1, 0, time.UTC))
		if err := h.jobs.Drain(t.Context()); err != nil || h.began != 2 {
			t.Errorf("%d beginnings were told: %v", h.began, err)
		}
		h.Do("planner", "GET", "/roster-now?community="+here, nil).Is(200, "罗成", `"byPlan":true`)
		c.Set(time.Date(2026, 3, 9, 0, 0, 1, 0, time.UTC))
		h.Do("planner", "GET", "/roster-now?community="+here, nil).Is(200, `"byPlan":false`)
	})
}

// STA-01: a proposal by load says how many people are needed, whom it takes, and where nobody is left.
func TestFillingAWeekByLoad(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		early := h.shift("早班", 8*60, 480)
		h.plan(early, luo, "2026-03-10")
		url := "/roster-proposal-by-load?community=" + here + "&day=2026-03-12"
		p := webtest.JSON[roster.ByLoad](h.Do("planner", "GET", url, nil).Is(200))
		if len(p.Needs) != 7 || p.Needs[0].Minutes != 400 || p.Needs[0].Need != 2 {
			t.Fatalf("400 minutes need two people: %+v", p.Needs)
		}
		have := int64(0)
		slots := []any{}
		for _, n := range p.Needs {
			have += n.Have
		}
		for _, l := range p.Items {
			slots = append(slots, object{"staffId": l.Staff.String(), "shiftId": early, "day": l.Day})
		}
		if n := dbtest.One[int64](t, d, `SELECT COUNT(*) FROM roster_duty`); n != 1 || have != int64(len(p.Items))+1 {
			t.Errorf("%d saved by looking; %d people on duty with %d proposed", n, have, len(p.Items))
		}
		h.Do("planner", "POST", "/roster-fill", object{"community": here, "slots": slots}).Is(200, `"left":[]`)
		if again := webtest.JSON[roster.ByLoad](h.Do("planner", "GET", url, nil).Is(200)); len(again.Items) != 0 {
			t.Errorf("what is planned is proposed again: %+v", again.Items)
		}
		h.Do("planner", "GET", "/roster-proposal-by-load?community="+here, nil).Is(422, "day")
		h.Do("there", "GET", url, nil).Is(404)
	})
}

// A week is filled by a pattern, or as the one before; it is seen before it is saved.
func TestFillingAWeek(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		early, late := h.shift("早班", 8*60, 480), h.shift("晚班", 16*60, 480)
		h.Do("planner", "POST", "/roster-patterns", object{"community": here, "name": "做一休一", "days": 2, "startsOn": "2026-03-02", "turns": []any{object{"staffId": chen.String(), "shiftId": early, "on": []int{2}}}}).Is(422, "roster.pattern_day")
		p := webtest.JSON[roster.Pattern](h.Do("planner", "POST", "/roster-patterns", object{"community": here, "name": "做一休一", "days": 2, "startsOn": "2026-03-02", "turns": []any{
			object{"staffId": chen.String(), "shiftId": early, "on": []int{0}}, object{"staffId": luo.String(), "shiftId": early, "on": []int{1}}, object{"staffId": luo.String(), "shiftId": late, "on": []int{0}},
		}}).Is(201))
		type lines struct{ Items []roster.Line }
		propose := func(query string) []roster.Line {
			return webtest.JSON[lines](h.Do("planner", "GET", "/roster-proposal?community="+here+query, nil).Is(200)).Items
		}
		all := propose("&day=2026-03-10&pattern=" + p.ID.String())
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM roster_duty`); len(all) != 10 || n != 0 {
			t.Fatalf("%d proposed, %d saved by looking", len(all), n)
		}
		slots := []any{}
		for _, l := range all {
			slots = append(slots, object{"shiftId": l.Shift.String(), "staffId": l.Staff.String(), "day": l.Day.String()})
		}
		f := webtest.JSON[roster.Filled](h.Do("planner", "POST", "/roster-fill", object{"community": here, "slots": slots}).Is(200))
		if f.Saved != 7 || len(f.Left) != 3 || f.Left[0].Problems[0].Kind != roster.TooClose {
			t.Fatalf("%d saved, %+v left: between late and early are eight hours", f.Saved, f.Left)
		}
		f = webtest.JSON[roster.Filled](h.Do("planner", "POST", "/roster-fill", object{"community": here, "slots": slots, "reason": "人手不足"}).Is(200))
		if f.Saved != 3 || len(f.Left) != 0 {
			t.Errorf("with a reason: %+v", f)
		}
		if again := propose("&day=2026-03-09&pattern=" + p.ID.String()); len(again) != 0 {
			t.Errorf("%d proposed of what is planned", len(again))
		}
		if next := propose("&day=2026-03-16"); len(next) != 10 || next[0].Day.String() != "2026-03-16" {
			t.Errorf("as the week before: %d", len(next))
		}
		h.Do("planner", "GET", "/roster-proposal?community="+here+"&day=2026-03-16&pattern="+authz.AccountID(77).String(), nil).Is(422)
		h.Do("planner", "DELETE", "/roster-patterns/"+p.ID.String(), nil, "If-Match", `"1"`).Is(204)
	})
}

func TestASwapNeedsTheColleagueAndWithAWarningAPlanner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		early, late := h.shift("早班", 8*60, 480), h.shift("晚班", 16*60, 480)
		mine, theirs := h.plan(early, chen, "2026-03-05"), h.plan(early, luo, "2026-03-07")
		h.Do("luo", "GET", "/roster-duties/"+mine.ID.String()+"/partners", nil).Is(403)
		h.Do("chen", "GET", "/roster-duties/"+mine.ID.String()+"/partners", nil).Is(200, "罗成", "韦志远", theirs.ID.String())
		ask := func(duty, back roster.DutyID, status int, words ...string) roster.SwapView {
			body := object{"dutyId": duty.String(), "toId": luo.String(), "reason": "家里有事"}
			if back != 0 {
				body["backId"] = back.String()
			}
			a := h.Do("chen", "POST", "/roster-swaps", body).Is(status, words...)
			if status != 201 {
				return roster.SwapView{}
			}
			return webtest.JSON[roster.SwapView](a)
		}
		ask(theirs.ID, 0, 403)
		ask(mine.ID, mine.ID, 422, "roster.back_wrong")
		w := ask(mine.ID, theirs.ID, 201, `"state":"asked"`)
		ask(mine.ID, 0, 409, "roster.swap_open")
		path := func(w roster.SwapView, step string) string { return "/roster-swaps/" + w.ID.String() + "/" + step }
		h.Do("wei", "POST", path(w, "accept"), nil, "If-Match", `"1"`).Is(403)
		h.Do("luo", "POST", path(w, "accept"), nil, "If-Match", `"1"`).Is(200, `"state":"done"`)
		h.Do("luo", "POST", path(w, "accept"), nil, "If-Match", `"2"`).Is(409, "roster.swap_not_now")
		if a, b := dbtest.One[int64](t, d, `SELECT staff_id FROM roster_duty WHERE id = $1`, mine.ID), dbtest.One[int64](t, d, `SELECT staff_id FROM roster_duty WHERE id = $1`, theirs.ID); a != int64(luo) || b != int64(chen) {
			t.Errorf("after the exchange %d and %d are planned", a, b)
		}

		// Luo has the late shift of the eighth: the early one of the ninth leaves eight hours.
		h.plan(late, luo, "2026-03-08")
		w = ask(h.plan(early, chen, "2026-03-09").ID, 0, 201, `"kind":"rest"`)
		h.Do("luo", "POST", path(w, "accept"), nil, "If-Match", `"1"`).Is(200, `"state":"accepted"`)
		h.Do("planner", "GET", "/roster?community="+here, nil).Is(200, `"swaps":1`)
		h.Do("planner", "GET", "/roster-swaps?community="+here, nil).Is(200, `"state":"accepted"`).Not(`"state":"done"`)
		h.Do("chen", "POST", path(w, "confirm"), object{"reason": "x"}, "If-Match", `"2"`).Is(403)
		h.Do("planner", "POST", path(w, "confirm"), object{}, "If-Match", `"2"`).Is(422)
		h.Do("planner", "POST", path(w, "confirm"), object{"reason": "本人愿意"}, "If-Match", `"2"`).Is(200, `"state":"done"`)

		// What has become impossible is refused; a duty that is cancelled takes its swap along.
		w = ask(h.plan(early, chen, "2026-03-11").ID, 0, 201)
		h.plan(early, luo, "2026-03-11")
		h.Do("luo", "POST", path(w, "accept"), nil, "If-Match", `"1"`).Is(409, "roster.overlap")
		h.Do("planner", "DELETE", "/roster-duties/"+w.Duty.String(), nil, "If-Match", `"1"`).Is(204)
		h.Do("chen", "GET", "/roster-mine?community="+here, nil).Is(200, `"state":"withdrawn"`)
		w = ask(h.plan(early, chen, "2026-03-13").ID, 0, 201)
		h.Do("luo", "POST", path(w, "refuse"), object{"reason": "不方便"}, "If-Match", `"1"`).Is(200, `"state":"refused"`)
		w = ask(w.Duty, 0, 201)
		h.Do("luo", "POST", path(w, "withdraw"), nil, "If-Match", `"1"`).Is(403)
		h.Do("chen", "POST", path(w, "withdraw"), nil, "If-Match", `"1"`).Is(200, `"state":"withdrawn"`)
	})
}

// The calendar's link is a secret of its own: it shows one's own duties and nothing else, and ends when it is renewed.
func TestTheCalendarFeed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		early, night := h.shift("早班", 8*60, 480), h.shift("夜班", 22*60, 600)
		h.plan(early, chen, "2026-03-05")
		h.plan(night, luo, "2026-03-05")
		link := func() string {
			l := webtest.JSON[roster.Link](h.Do("chen", "POST", "/roster-feed", object{"community": here}).Is(201))
			return strings.TrimPrefix(l.Path, "/api/v1")
		}
		first := link()
		h.Do("nobody", "GET", first, nil).Is(200, "BEGIN:VCALENDAR", "SUMMARY:早班", "DTSTART:20260305T000000Z").Not("夜班", "罗成", "陈师傅")
		token := strings.Split(first, "/")[2]
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM roster_feed WHERE token = $1`, token); n != 0 {
			t.Error("the token is kept in clear")
		}
		second := link()
		h.Do("nobody", "GET", first, nil).Is(404)
		h.Do("nobody", "GET", second, nil).Is(200)
		h.Do("chen", "DELETE", "/roster-feed?community="+here, nil).Is(204)
		h.Do("nobody", "GET", second, nil).Is(404)
		third := link()
		dbtest.Exec(t, d, `UPDATE staff SET state = 'disabled' WHERE id = 7`)
		h.Do("nobody", "GET", third, nil).Is(404)
	})
}

// STA-02: who goes writes and confirms, who comes confirms; both names and times stay.
func TestAHandoverIsConfirmedByBoth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		early, late := h.shift("早班", 4*60, 600), h.shift("晚班", 14*60, 480)
		h.plan(early, chen, "2026-03-02")
		h.plan(late, luo, "2026-03-02")
		h.Do("chen", "GET", "/shift-handover-start?community="+here, nil).Is(200, `"post":"maintenance"`, `"shift":"早班"`, `"nextId":"`+luo.String(), "BX20260302-0001", `"openCount":3`)
		draft := object{"community": here, "post": "maintenance", "shift": "早班", "inId": luo.String(), "items": []string{"3栋水泵异响，观察"}, "keys": "泵房钥匙 2 把", "cash": "120.50", "events": "无"}
		h.Do("chen", "POST", "/shift-handovers", object{"community": here, "post": "maintenance", "inId": chen.String(), "items": []string{" "}}).Is(422, "inId", "items[0]")
		g := webtest.JSON[roster.Handover](h.Do("chen", "POST", "/shift-handovers", draft).Is(201, `"state":"given"`, `"outName":"陈师傅"`, `"cash":"120.50"`, `"openCount":3`))
		path := "/shift-handovers/" + g.ID.String()
		h.Do("wei", "POST", path+"/take", object{}, "If-Match", `"1"`).Is(403)
		h.Do("luo", "POST", path+"/object", object{}, "If-Match", `"1"`).Is(422)
		h.Do("luo", "POST", path+"/object", object{"remark": "钥匙只有 1 把"}, "If-Match", `"1"`).Is(200, `"state":"returned"`)
		h.Do("chen", "GET", "/shift-handovers-waiting?community="+here, nil).Is(200, "钥匙只有 1 把")
		delete(draft, "community")
		draft["keys"] = "泵房钥匙 1 把"
		h.Do("luo", "PUT", path, draft, "If-Match", `"2"`).Is(403)
		h.Do("chen", "PUT", path, draft, "If-Match", `"2"`).Is(200, `"state":"given"`)
		c.Advance(10 * time.Minute)
		h.Do("luo", "GET", "/shift-handovers-waiting?community="+here, nil).Is(200, g.ID.String())
		h.Do("luo", "POST", path+"/take", object{}, "If-Match", `"3"`).Is(200, `"state":"taken"`, `"inAt":"2026-03-02T04:10:00.000Z"`)
		h.Do("chen", "PUT", path, draft, "If-Match", `"4"`).Is(409, "roster.handover_not_now")
		h.Do("planner", "GET", "/shift-handovers?community="+here, nil).Is(200, "陈师傅", "罗成", "泵房钥匙 1 把")
		h.Do("planner", "GET", "/shift-handovers?community="+here+"&day=2026-03-03", nil).Is(200, `"items":[]`)
		h.Do("there", "GET", "/shift-handovers?community="+here, nil).Is(404)
	})
}
