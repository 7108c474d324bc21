package followup_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/followup"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/webtest"
	"guanjia/internal/ticket"
)

// desk is a community with two rooms, where 陈师傅 (532) works, 周敏 (217) calls,
// 马领班 (41) leads the repairs and 孙主管 (42) the desk.
type desk struct {
	*webtest.Site
	d        *db.DB
	s        *followup.Service
	clock    *dbtest.Clock
	promised *[]followup.Promised
}

var calls = []authz.Action{followup.ActView, followup.ActRecord, customer.ActNames, ticket.ActOpen}

func newDesk(t *testing.T, d *db.DB, c *dbtest.Clock) desk {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (30, 1, '3', '3栋', '3', 1)`)
	dbtest.Exec(t, d, `INSERT INTO unit (id, community_id, building_id, code, sort_key) VALUES (32, 1, 30, '2', '2')`)
	for _, n := range []string{"1501", "1502"} {
		dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, unit_id, number, label, label_key, sort_key, type, state, version, notes)
			VALUES ($1, 1, 30, 32, $2, $3, $4, $2, 'home', 'occupied', 1, '')`, n, n, "3栋2单元"+n, "3-2-"+n)
	}
	for i, r := range []string{"maintenance_leader", "service_supervisor", "property_manager"} {
		id := int64(i + 41)
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES ($1, $2, $2, $2, 1)`, id, r)
		dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $2, $2, '', $3, $3, 1)`, id, r, false)
		dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $1, $1, 1)`, id)
		dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES ($1, $1, 1)`, id)
	}
	dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES (532, 1, '0532', '陈师傅', '', '', '[]', 'active', FALSE, '', 1)`)
	promised := &[]followup.Promised{}
	s := &followup.Service{DB: d, Exports: audit.New(d), Promise: func(_ context.Context, _ *db.Tx, p followup.Promised) error {
		*promised = append(*promised, p)
		return nil
	}}
	here := []authz.CommunityID{1}
	site := webtest.New(t, d, map[string]authz.Actor{
		"agent": named(217, "周敏", here, calls...), "technician": named(532, "陈师傅", here, calls...), "leader": named(41, "马领班", here, calls...),
		"manager": named(43, "何主任", here, append(calls, followup.ActSettings, followup.ActExport)...), "there": dbtest.Actor(900, []authz.CommunityID{2}, calls...),
		"reader": dbtest.Actor(901, here, followup.ActView), "nobody": {},
	}, s.Routes)
	return desk{site, d, s, c, promised}
}

func named(id authz.AccountID, name string, at []authz.CommunityID, acts ...authz.Action) authz.Actor {
	a := dbtest.Actor(id, at, acts...)
	a.Name = name
	return a
}

var here = authz.CommunityID(1).String()

// resolved inserts a ticket that 陈师傅 has resolved now, and tells it.
func (h desk) resolved(t *testing.T, id int64, kind ticket.Kind, room, customer any, round int64) {
	t.Helper()
	now := int64(h.clock.Instant())
	dbtest.Exec(t, h.d, `INSERT INTO ticket (id, community_id, number, kind, category, grade, status, title, description, channel, room_id, customer_id, place, contact_name, contact_mobile,
			owner_id, owner_name, assignee_id, assignee_name, policy, opened_at, arrived_at, response_due, resolve_due, sort_due, resolved_at, cause, remedy, reopened, version)
		VALUES ($1, 1, $2, $3, 'facilities.water', 'B', 'resolved', '水管漏水', '', 'phone', $4, $5, '3栋2单元', '李女士', '', 217, '周敏', 532, '陈师傅', '{}', $6, $6, $6, $6, 4000000000000000000, $6, '', '换了垫圈', $7, 1)`,
		id, "BX20260302-"+ticket.ID(id).String()[9:], string(kind), room, customer, now, round)
	h.write(t, func(tx *db.Tx) error {
		e := ticket.Solved{At: clock.Instant(now)}
		e.Ticket, e.Community = ticket.ID(id), 1
		return h.s.PlanForTicket(t.Context(), tx, e)
	})
}

func (h desk) write(t *testing.T, fn func(*db.Tx) error) {
	t.Helper()
	const act = "test.plan"
	if err := h.d.Write(t.Context(), authz.System("test", act), act, func(tx *db.Tx) error {
		tx.Silent("a test")
		return fn(tx)
	}); err != nil {
		t.Fatal(err)
	}
}

type list struct{ Items []followup.View }

func (h desk) list(as, state string) []followup.View {
	return webtest.JSON[list](h.Do(as, "GET", "/followups?community="+here+"&state="+state, nil).Is(200)).Items
}

func answers(more map[string]any) map[string]any {
	body := map[string]any{"solved": true, "attitude": 5, "speed": 4.5, "effect": 5}
	for k, v := range more {
		body[k] = v
	}
	return body
}

func path(v followup.View, verb string) string { return "/followups/" + v.ID.String() + "/" + verb }

func TestAHouseholdIsCalledOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := newDesk(t, d, c)
		h.resolved(t, 101, ticket.Repair, 1502, nil, 0)
		c.Advance(time.Hour)
		h.resolved(t, 102, ticket.Repair, 1502, nil, 0)
		h.resolved(t, 103, ticket.Repair, 1501, nil, 0)
		due := h.list("agent", "due")
		if len(due) != 2 || due[0].Ticket != 101 || len(due[0].Others) != 1 || due[0].Others[0].Ticket != 102 || len(due[1].Others) != 0 {
			t.Fatalf("FUP-02: one line for each household, with what else is due of it: %+v", due)
		}
		if n := webtest.JSON[followup.Counts](h.Do("agent", "GET", "/followups/counts?community="+here, nil).Is(200)); n.Due != 2 {
			t.Errorf("%+v", n)
		}
		h.Do("agent", "POST", path(due[0], "attempt"), map[string]any{"note": "关机"}, "If-Match", tag(due[0].Version)).Is(200)
		due = h.list("agent", "due")
		if due[0].Attempts != 1 || due[0].Others[0].Attempts != 1 || due[0].NextAt == nil {
			t.Errorf("an attempt counts for everything of the household, and says when to try again: %+v", due[0])
		}
		done := webtest.JSON[followup.View](h.Do("agent", "POST", path(due[0], "complete"), answers(nil), "If-Match", tag(due[0].Version)).Is(200))
		if len(done.Tried) != 1 || done.Tried[0].Words != "关机" || *done.RatingStars != 4.8 {
			t.Errorf("%+v", done)
		}
		if due = h.list("agent", "due"); due[0].Ticket != 102 || due[0].Called == nil {
			t.Errorf("the rest shows that the household was called today: %+v", due[0])
		}
	})
}

func TestAfterTheLastAttemptTheWholeHouseholdCountsAsNotReached(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := newDesk(t, d, c)
		h.resolved(t, 101, ticket.Repair, 1502, nil, 0)
		h.resolved(t, 102, ticket.Inquiry, 1502, nil, 0) // drawn or not, it has no follow-up of its life
		for range 3 {
			v := h.list("agent", "due")[0]
			h.Do("agent", "POST", path(v, "attempt"), map[string]any{"channel": "visit"}, "If-Match", tag(v.Version)).Is(200)
		}
		if left := h.list("agent", "due"); len(left) != 0 {
			t.Errorf("%+v", left)
		}
		if s := dbtest.One[string](t, d, `SELECT status FROM ticket WHERE id = 101`); s != "followed_up" {
			t.Errorf("the ticket is %s", s)
		}
		if s := dbtest.One[string](t, d, `SELECT status FROM ticket WHERE id = 102`); s != "resolved" {
			t.Errorf("an inquiry keeps its status, it is %s", s)
		}
	})
}

func TestWhatWasRaisedAgainIsTheHeadsToTell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := newDesk(t, d, c)
		h.resolved(t, 101, ticket.Repair, 1502, nil, 1)
		v := h.list("agent", "due")[0]
		h.Do("agent", "POST", path(v, "complete"), answers(nil), "If-Match", tag(v.Version)).Is(403, "followup.head_only")
		h.Do("technician", "POST", path(v, "complete"), answers(nil), "If-Match", tag(v.Version)).Is(403, "followup.own_work")
		done := webtest.JSON[followup.View](h.Do("leader", "POST", path(v, "complete"), answers(nil), "If-Match", tag(v.Version)).Is(200))
		if done.Signed != "马领班" || done.SignedAt == nil {
			t.Errorf("FUP-04: the head has signed: %+v", done)
		}
	})
}

func TestWhatACustomerSaysLeadsFurther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := newDesk(t, d, c)
		h.resolved(t, 101, ticket.Repair, 1502, nil, 0)
		v := h.list("agent", "due")[0]
		wrong := answers(map[string]any{"request": map[string]any{"kind": "repair", "category": "nonsense.at_all", "grade": "C", "title": "灯不亮"}})
		h.Do("agent", "POST", path(v, "complete"), wrong, "If-Match", tag(v.Version)).Is(422, "request.category")
		late := answers(map[string]any{"promise": map[string]any{"at": "2020-01-01T00:00:00Z", "words": "x"}})
		h.Do("agent", "POST", path(v, "complete"), late, "If-Match", tag(v.Version)).Is(422, "promise.at")
		h.Do("agent", "POST", path(v, "complete"), answers(map[string]any{"praisedId": authz.AccountID(999).String()}), "If-Match", tag(v.Version)).Is(422, "praised")
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM ticket`); n != 1 || len(*h.promised) != 0 {
			t.Fatalf("a refused answer has opened %d tickets", n-1)
		}
		at := c.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
		done := webtest.JSON[followup.View](h.Do("agent", "POST", path(v, "complete"), answers(map[string]any{
			"words": "  师傅很好，走廊灯也坏了 ", "topics": []string{"attitude"}, "praisedId": authz.AccountID(532).String(), "punctual": true, "tidy": false,
			"request": map[string]any{"kind": "repair", "category": "facilities.water", "grade": "C", "title": "走廊灯不亮"}, "promise": map[string]any{"at": at, "words": "问物业费减免"},
		}), "If-Match", tag(v.Version)).Is(200))
		if done.PraisedWho != "陈师傅" || done.Words != "师傅很好，走廊灯也坏了" || done.Next == 0 || done.Promised == nil || *done.Tidy || !*done.Punctual {
			t.Errorf("FUP-03, FUP-04: %+v", done)
		}
		if got := *h.promised; len(got) != 1 || got[0].Words != "问物业费减免" || got[0].Room != 1502 {
			t.Errorf("%+v", got)
		}
		if title := dbtest.One[string](t, d, `SELECT title FROM ticket WHERE id = $1`, done.Next); title != "走廊灯不亮" {
			t.Error(title)
		}
	})
}

func TestWhoAskedNotToBeCalledIsNotCalled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := newDesk(t, d, c)
		dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, no_calls, version) VALUES (5, 1, 'K5', 'person', '李女士', '', '', '["VIP"]', '', TRUE, 1)`)
		h.resolved(t, 101, ticket.Praise, 1502, 5, 0)
		v := h.list("agent", "due")[0]
		if v.Rule != followup.RuleVIP || !v.NoCalls {
			t.Fatalf("%+v", v)
		}
		h.Do("agent", "POST", path(v, "complete"), answers(nil), "If-Match", tag(v.Version)).Is(422, "followup.no_calls")
		h.Do("agent", "POST", path(v, "attempt"), map[string]any{}, "If-Match", tag(v.Version)).Is(422, "followup.no_calls")
		h.Do("agent", "POST", path(v, "complete"), answers(map[string]any{"channel": "visit"}), "If-Match", tag(v.Version)).Is(200)
	})
}

func TestACustomerAnswersByTheLinkOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := newDesk(t, d, c)
		h.resolved(t, 101, ticket.Repair, 1502, nil, 0)
		v := h.list("agent", "due")[0]
		h.Do("reader", "POST", path(v, "link"), nil).Is(403)
		link := webtest.JSON[followup.Link](h.Do("agent", "POST", path(v, "link"), nil).Is(200))
		h.Do("nobody", "GET", "/rate/"+link.Token, nil).Is(200, "水管漏水", "换了垫圈").Not("李女士")
		for _, forged := range []string{v.ID.String(), v.ID.String() + "-x", followup.ID(1).String() + link.Token[13:], strings.Replace(link.Token, "-2026", "-2027", 1), "x", strings.Repeat("0", 150)} {
			h.Do("nobody", "GET", "/rate/"+forged, nil).Is(404)
			h.Do("nobody", "POST", "/rate/"+forged, answers(nil)).Is(404)
		}
		h.Do("nobody", "POST", "/rate/"+link.Token, answers(map[string]any{"speed": 9})).Is(422, "speed")
		h.Do("nobody", "POST", "/rate/"+link.Token, answers(map[string]any{"solved": false, "effect": 1})).Is(200, "done")
		h.Do("nobody", "POST", "/rate/"+link.Token, answers(nil)).Is(409, "followup.ended")
		if s := dbtest.One[string](t, d, `SELECT status FROM ticket WHERE id = 101`); s != "dispatched" && s != "new" {
			t.Errorf("what is not settled is opened again, it is %s", s)
		}
		c.Advance(30 * 24 * time.Hour)
		h.Do("nobody", "GET", "/rate/"+link.Token, nil).Is(404)
	})
}

func TestTheFiguresAddUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := newDesk(t, d, c)
		h.resolved(t, 101, ticket.Repair, 1501, nil, 0)
		h.resolved(t, 102, ticket.Repair, 1502, nil, 0)
		h.resolved(t, 103, ticket.Repair, nil, nil, 0)
		h.resolved(t, 104, ticket.Repair, nil, nil, 0)
		c.Advance(2 * time.Hour)
		due := h.list("agent", "due")
		h.Do("agent", "POST", path(due[0], "complete"), answers(nil), "If-Match", tag(due[0].Version)).Is(200)
		c.Advance(23 * time.Hour) // late by an hour
		h.Do("agent", "POST", path(due[1], "complete"), answers(map[string]any{"attitude": 3, "speed": 3, "effect": 3}), "If-Match", tag(due[1].Version)).Is(200)
		day := clock.DayOf(c.Instant(), time.UTC)
		ask := "community=" + here + "&from=" + day.Add(-1).String() + "&to=" + day.Add(1).String() + "&by="
		for by, want := range map[string]string{"worker": "陈师傅", "caller": "", "department": "engineering", "category": "facilities.water", "rule": "repair"} {
			r := webtest.JSON[followup.Report](h.Do("agent", "GET", "/followups/figures?"+ask+by, nil).Is(200))
			total := followup.Figures{Planned: 4, Made: 2, InTime: 1, Reached: 2, Satisfied: 1, Tenths: 78}
			if r.Total != total {
				t.Errorf("by %s: %+v", by, r.Total)
			}
			if by != "caller" && (len(r.Items) != 1 || r.Items[0].Key != want) || by == "caller" && len(r.Items) != 2 {
				t.Errorf("by %s: %+v", by, r.Items)
			}
		}
		h.Do("agent", "GET", "/followups/figures?community="+here+"&from=2026-03-02&to=2026-03-01", nil).Is(422, "followup.period")
		h.Do("there", "GET", "/followups/figures?"+ask+"worker", nil).Is(404)
		h.Do("agent", "GET", "/followups/figures/export.xlsx?"+ask+"rule", nil).Is(403)
		h.Do("manager", "GET", "/followups/figures/export.xlsx?"+ask+"rule", nil).Is(200)
	})
}

func TestRoomsHandedOverAndHouseholdsInCareAreAskedAbout(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := newDesk(t, d, c)
		for range 2 { // told twice, planned once
			h.write(t, func(tx *db.Tx) error {
				return h.s.PlanForRoom(t.Context(), tx, followup.Received{Community: 1, Handover: "x", Room: 1501, At: tx.Now})
			})
		}
		if due := h.list("agent", "due"); len(due) != 1 || due[0].Rule != followup.RuleHandover || due[0].Place != "3栋2单元1501" || due[0].DueAt != c.Instant().Add(30*24*time.Hour) {
			t.Fatalf("within 30 days: %+v", due)
		}
		dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES (5, 1, 'K5', 'person', '王奶奶', '', '', '["独居老人"]', '', 1), (6, 1, 'K6', 'person', '张三', '', '', '["VIP"]', '', 1)`)
		dbtest.Exec(t, d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES (1, 1, 5, 1502, 'owner', '', '2020-01-01', 1), (2, 1, 6, 1502, 'family', '', '2020-01-01', 1)`)
		runner := jobs.New(d, jobs.Options{})
		h.s.Schedule(runner)
		care := func() (out []followup.View) {
			t.Helper()
			if err := runner.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, v := range h.list("agent", "all") {
				if v.Rule == followup.RuleCare {
					out = append(out, v)
				}
			}
			return out
		}
		first := care()
		if len(first) != 1 || first[0].Contact != "王奶奶" || first[0].DueAt != c.Instant().Add(24*time.Hour) {
			t.Fatalf("who is in care, and nobody else: %+v", first)
		}
		c.Advance(13 * time.Hour)
		if again := care(); len(again) != 1 {
			t.Fatalf("planned again while one is due: %+v", again)
		}
		h.Do("agent", "POST", path(first[0], "complete"), answers(map[string]any{"channel": "visit"}), "If-Match", tag(first[0].Version)).Is(200)
		called := c.Instant()
		c.Advance(13 * time.Hour)
		all := care()
		if len(all) != 2 || max(all[0].DueAt, all[1].DueAt) != called.Add(30*24*time.Hour) {
			t.Errorf("the next call is 30 days after the last: %+v", all)
		}
	})
}

func TestRulesAreOfACommunity(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := newDesk(t, d, c)
		get := func() followup.Settings {
			return webtest.JSON[followup.Settings](h.Do("agent", "GET", "/followups/settings?community="+here, nil).Is(200))
		}
		rules := get()
		if rules.RepairHours != 24 || rules.Version != 0 {
			t.Fatalf("%+v", rules)
		}
		rules.RepairHours, rules.Attempts = 48, 1
		h.Do("agent", "PUT", "/followups/settings?community="+here, rules, "If-Match", tag(0)).Is(403)
		h.Do("manager", "PUT", "/followups/settings?community="+here, rules, "If-Match", tag(0)).Is(200)
		h.Do("manager", "PUT", "/followups/settings?community="+here, rules, "If-Match", tag(0)).Is(409, "stale")
		h.Do("there", "GET", "/followups/settings?community="+here, nil).Is(404)
		h.resolved(t, 101, ticket.Repair, 1502, nil, 0)
		v := h.list("agent", "due")[0]
		if v.DueAt != c.Instant().Add(48*time.Hour) {
			t.Error(v.DueAt)
		}
		h.Do("agent", "POST", path(v, "attempt"), map[string]any{}, "If-Match", tag(v.Version)).Is(200)
		if left := h.list("agent", "not_reached"); len(left) != 1 {
			t.Errorf("one attempt is the most here: %+v", left)
		}
	})
}

func tag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// Resolved, opened again and resolved once more before the first of it was
// heard: one follow-up, counted from the last time (FUP-01).
func TestWhatWasResolvedTwiceIsAskedAboutOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := newDesk(t, d, c)
		first := c.Instant()
		c.Advance(10 * time.Minute)
		h.resolved(t, 1, ticket.Repair, 1501, nil, 1) // the second time, which is heard now
		h.write(t, func(tx *db.Tx) error {
			late := ticket.Solved{At: first}
			late.Ticket, late.Community = 1, 1
			return h.s.PlanForTicket(t.Context(), tx, late)
		})
		if all := h.list("agent", followup.Due); len(all) != 1 || all[0].DueAt != c.Instant().Add(24*time.Hour) {
			t.Errorf("due: %+v", all)
		}
	})
}
