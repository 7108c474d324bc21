package reminder_test

import (
	"testing"

	"guanjia/internal/audit"
	"guanjia/internal/belonging"
	"guanjia/internal/customer"
	"guanjia/internal/facility"
	"guanjia/internal/handover"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/lease"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/webtest"
	"guanjia/internal/reminder"
)

var acts = []authz.Action{reminder.ActView, reminder.ActEdit, belonging.ActView, belonging.ActEdit, lease.ActView, lease.ActEdit, customer.ActView, customer.ActEdit, imports.Act, customer.ActNames, handover.ActView, facility.ActView}

type estate struct {
	*webtest.Site
	here, room, customer string
}

func newEstate(t *testing.T, d *db.DB) estate {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	full := dbtest.Actor(7, []authz.CommunityID{1}, acts...)
	label, err := housing.ParseLabel("3-2-1502")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), full, imports.Act, func(tx *db.Tx) error {
		_, _, err := customer.ImportRows(t.Context(), tx, 1, []customer.ImportRow{{Room: housing.NewRoom{Label: label, Type: housing.Home, State: housing.Vacant, BuildingArea: 10000}}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []int{7, 11} {
		dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, $3, '', '', '[]', 'active', FALSE, '', 1)`, id, "u"+string(rune('a'+id)), "Colleague")
	}
	exports := audit.New(d)
	s := webtest.New(t, d, map[string]authz.Actor{
		"here": full, "colleague": dbtest.Actor(11, []authz.CommunityID{1}, acts...), "there": dbtest.Actor(8, []authz.CommunityID{2}, acts...),
		"calls only": dbtest.Actor(12, []authz.CommunityID{1}, reminder.ActView),
	}, (&reminder.Service{DB: d, Sources: reminder.Own()}).Routes, (&belonging.Service{DB: d, Exports: exports}).Routes, (&lease.Service{DB: d, Exports: exports}).Routes, (&customer.Service{DB: d, Exports: exports}).Routes)
	e := estate{Site: s, here: authz.CommunityID(1).String(), room: housing.RoomID(dbtest.One[int64](t, d, `SELECT id FROM room`)).String()}
	e.customer = webtest.JSON[customer.Customer](s.Do("here", "POST", "/customers", map[string]any{"community": e.here, "kind": "person", "name": "李娜", "roomId": e.room, "details": map[string]any{"birthday": "1960-03-02"}}).Is(201)).ID.String()
	return e
}

func (e estate) today(as, view string) []reminder.Item {
	return webtest.JSON[struct{ Items []reminder.Item }](e.Do(as, "GET", "/reminders?community="+e.here+"&view="+view, nil).Is(200)).Items
}

func (e estate) mark(as string, i reminder.Item, more map[string]any) webtest.Answer {
	body := map[string]any{"community": e.here, "source": i.Source, "subject": i.Subject, "day": i.Day.String()}
	for k, v := range more {
		body[k] = v
	}
	return e.Do(as, "POST", "/reminders", body)
}

func TestEverySourceIsHeardOnItsDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := newEstate(t, d)
		thing := func(body map[string]any) string {
			body["roomId"], body["customerId"] = e.room, e.customer
			return webtest.JSON[belonging.View](e.Do("here", "POST", "/belongings", body).Is(201)).ID.String()
		}
		thing(map[string]any{"kind": "dog", "name": "豆豆", "expiresOn": "2026-03-20", "vaccinatedUntil": "2026-03-10"})
		filter := thing(map[string]any{"kind": "water_filter", "name": "净水器滤芯", "installedOn": "2025-09-01", "everyMonths": 6, "warrantyUntil": "2026-03-15"})
		thing(map[string]any{"kind": "hose", "name": "软管", "installedOn": "2025-09-01", "everyMonths": 6, "muted": true})
		e.Do("here", "POST", "/leases", map[string]any{"roomId": e.room, "from": "2025-11-01", "to": "2026-03-15", "parties": []any{map[string]any{"role": "tenant", "name": "陈租"}}}).Is(201)
		e.Do("here", "POST", "/callbacks", map[string]any{"community": e.here, "customerId": e.customer, "day": "2026-03-02", "minute": 600, "words": "约看水表"}).Is(201)
		e.Do("here", "POST", "/callbacks", map[string]any{"community": e.here, "day": "2026-03-01", "words": "x"}).Is(422, "reminder.day")
		// A fault of the hand-over of two years ago that nobody mended, one that was mended, and a pump to be inspected.
		dbtest.Exec(t, d, `INSERT INTO handover (id, community_id, room_id, state, slot, refused_why, documents, finished_on, notes, version) SELECT 70, 1, id, 'done', '', '', '[]', '2024-03-12', '', 1 FROM room`)
		for id, fixed := range map[int]any{71: nil, 72: "2024-05-01"} {
			dbtest.Exec(t, d, `INSERT INTO handover_item (id, community_id, handover_id, code, zh, en, result, note, party, warranty_months, fixed_on) VALUES ($1, 1, 70, $2, '地漏', 'floor drain', 'defect', '返水', 'developer', 24, $3)`, id, string(rune('a'+id)), fixed)
		}
		dbtest.Exec(t, d, `INSERT INTO facility (id, community_id, code, name, kind, place, serves, maker, model, contractor, contractor_phone, state, notes, next_on, version) VALUES (80, 1, 'SB-001', '1号生活泵', 'water', '', '', '', '', '', '', 'running', '', '2026-02-28', 1)`)
		dbtest.Exec(t, d, `INSERT INTO facility_check (id, community_id, facility_id, name, kind, months, next_on) VALUES (81, 1, 80, '季度保养', 'routine', 3, '2026-02-28')`)
		got := map[string]string{}
		for _, i := range e.today("here", "mine") {
			got[i.Source] = i.Day.String()
		}
		want := map[string]string{"birthday": "2026-03-02", "licence": "2026-03-20", "vaccination": "2026-03-10", "maintenance": "2026-03-01", "warranty": "2026-03-15", "lease_end": "2026-03-15", "lease_verify": "2026-01-31", "callback": "2026-03-02", "defect_warranty": "2026-03-12", "facility_check": "2026-02-28"}
		for source, day := range want {
			if got[source] != day {
				t.Errorf("%s on %q, want %q", source, got[source], day)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%v", got)
		}
		e.Do("here", "GET", "/reminder-count?community="+e.here, nil).Is(200, `"open":10`)
		// Each is asked with its own permission.
		if seen := e.today("calls only", "mine"); len(seen) != 1 || seen[0].Source != "callback" || seen[0].Name != "李*" {
			t.Errorf("%+v", seen)
		}
		e.Do("there", "GET", "/reminders?community="+e.here, nil).Is(404)
		// Cared for: the next time follows, and the reminder goes.
		e.Do("here", "POST", "/belongings/"+filter+"/care", map[string]any{"day": "2026-03-02"}, "If-Match", `"1"`).Is(200, `"nextOn":"2026-09-02"`)
		e.Do("here", "GET", "/reminder-count?community="+e.here, nil).Is(200, `"open":9`)
	})
}

func TestAReminderIsDonePutOffOrGivenToSomebody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, clk *dbtest.Clock) {
		e := newEstate(t, d)
		item := e.today("here", "mine")[0]
		colleague := authz.AccountID(11).String()
		e.mark("here", item, map[string]any{"do": "assign", "assigneeId": authz.AccountID(99).String()}).Is(422, "reminder.assignee")
		e.mark("here", item, map[string]any{"do": "assign", "assigneeId": colleague}).Is(200, "Colleague")
		if len(e.today("here", "mine")) != 0 || len(e.today("colleague", "mine")) != 1 || len(e.today("here", "all")) != 1 {
			t.Error("what was given to a colleague is the colleague's")
		}
		e.mark("colleague", item, map[string]any{"do": "snooze", "until": "2026-03-02"}).Is(422, "reminder.until")
		e.mark("colleague", item, map[string]any{"do": "snooze", "until": "2026-05-02"}).Is(422, "reminder.until")
		e.mark("colleague", item, map[string]any{"do": "snooze", "until": "2026-03-03"}).Is(200, `"snoozed"`)
		if len(e.today("colleague", "mine")) != 0 {
			t.Error("it was put off")
		}
		e.mark("colleague", item, map[string]any{"do": "done", "note": "已送贺卡"}).Is(200, `"done"`, "已送贺卡")
		if done := e.today("here", "done"); len(done) != 1 || done[0].Note != "已送贺卡" || len(e.today("here", "all")) != 0 {
			t.Errorf("%+v", done)
		}
		e.mark("here", item, map[string]any{"do": "reopen"}).Is(200, `"open"`)
		item.Subject = "customer:06q3g8k2m4n5p"
		e.mark("here", item, map[string]any{"do": "done"}).Is(404, "reminder.none")
		clk.Advance(365 * 24 * 3600e9)
		if next := e.today("here", "mine"); len(next) != 1 || next[0].State != "open" {
			t.Errorf("the next year's birthday is another: %+v", next)
		}
	})
}

func TestOldRemindersAreForgottenInTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := newEstate(t, d)
		e.mark("here", e.today("here", "mine")[0], map[string]any{"do": "done"}).Is(200)
		e.Do("here", "POST", "/callbacks", map[string]any{"community": e.here, "day": "2026-03-02", "words": "x"}).Is(201)
		s := &reminder.Service{DB: d}
		for _, c := range []struct {
			before clock.Instant
			want   int64
		}{{clock.Of(dbtest.Noon), 0}, {clock.Of(dbtest.Noon.Add(1e9)), 2}} {
			if n, err := s.Trim(t.Context(), c.before); err != nil || n != c.want {
				t.Errorf("%d %v, want %d", n, err, c.want)
			}
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM reminder_mark`) + dbtest.One[int](t, d, `SELECT COUNT(*) FROM callback`); n != 0 {
			t.Errorf("%d are kept", n)
		}
	})
}
