package publicity_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/webtest"
	"guanjia/internal/publicity"
)

var acts = []authz.Action{publicity.ActView, publicity.ActEdit, publicity.ActPublish, publicity.ActInspections, publicity.ActInspect, approval.ActInbox, approval.ActDecide}

// env is a community with a cashier who writes, and somebody of finance who decides.
type env struct {
	*webtest.Site
	t     *testing.T
	d     *db.DB
	clock *dbtest.Clock
	inbox *approval.Service
	who   map[string]authz.Actor
	here  string
}

var png = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")

func each(t *testing.T, fn func(t *testing.T, e *env)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		blobs, err := blob.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		e := &env{t: t, d: d, clock: c, inbox: &approval.Service{DB: d}, here: authz.CommunityID(1).String()}
		s := &publicity.Service{DB: d, Exports: audit.New(d), Blobs: blobs}
		s.Approve(e.inbox)
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES (1, 'finance', '财务', 'finance', 1)`)
		for _, a := range acts {
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (1, $1)`, string(a))
		}
		for _, id := range []authz.AccountID{11, 12} {
			dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $3, $4, '', FALSE, FALSE, 1)`, id, "a"+id.String(), id.String(), id.String())
			dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $1, 1, 1)`, id)
			dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES ($1, 1, 1)`, id)
			dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, '何会计', '', '', '[]', 'active', FALSE, '', 1)`, id, id.String())
		}
		for id, community := range map[int64]int64{501: 1, 502: 2} {
			dbtest.Exec(t, d, `INSERT INTO charge_item (id, community_id, code, name, name_en, basis, meter_kind, share_by, formula, room_types, starts, period, due_day, first_month, last_month, round_unit, round_mode, tax_rate, late_per_day, late_grace, late_from, late_cap, price_kind, cap, cap_document, state, version)
				VALUES ($1, $2, 'rubbish', '装修垃圾清运费', '', 'room', '', '', '', '[]', 'always', 'month', 1, 'by_day', 'by_day', 'fen', 'half_up', '0', '0', 0, 'due', '0', 'market', '', '', 'active', 1)`, id, community)
		}
		e.who = map[string]authz.Actor{"cashier": dbtest.Actor(11, []authz.CommunityID{1}, acts...), "finance": dbtest.Actor(12, []authz.CommunityID{1}, acts...), "there": dbtest.Actor(13, []authz.CommunityID{2}, acts...), "reader": dbtest.Actor(14, []authz.CommunityID{1}, publicity.ActView)}
		e.Site = webtest.New(t, d, e.who, s.Routes)
		e.on("2026-03-05")
		fn(t, e)
	})
}

func (e *env) on(day string) {
	e.t.Helper()
	at, err := time.Parse("2006-01-02", day)
	if err != nil {
		e.t.Fatal(err)
	}
	e.clock.Set(at.Add(4 * time.Hour))
}

type body = map[string]any

func (e *env) written(side, kind, day, amount string) body {
	return body{"community": e.here, "side": side, "kind": kind, "day": day, "amount": amount, "words": "电梯轿厢广告", "document": "HT-001"}
}

func (e *env) enter(side, kind, day, amount string) publicity.Entry {
	e.t.Helper()
	return webtest.JSON[publicity.Entry](e.Do("cashier", "POST", "/shared-entries", e.written(side, kind, day, amount)).Is(201))
}

// changed is the same of something that is there: it has its community.
func changed(b body) body {
	delete(b, "community")
	return b
}

// year is the newest state of a year.
func (e *env) year(no int64) publicity.Year {
	e.t.Helper()
	for _, y := range webtest.JSON[struct{ Items []publicity.Year }](e.Do("cashier", "GET", "/shared-years?community="+e.here, nil).Is(200)).Items {
		if y.No == no {
			return y
		}
	}
	e.t.Fatalf("no year %d", no)
	return publicity.Year{}
}

func (e *env) close(no int64) webtest.Answer {
	y := e.year(no)
	return e.Do("cashier", "POST", "/shared-years/"+y.ID.String()+"/close", body{}, tag(y.Version)...)
}

func tag(version int64) []string { return []string{"If-Match", fmt.Sprintf("%q", fmt.Sprint(version))} }

func (e *env) decide(no int64, yes bool) {
	e.t.Helper()
	var q approval.Request
	if err := e.d.Read(e.t.Context(), e.who["finance"], approval.ActInbox, func(tx *db.Tx) (err error) {
		q, err = approval.Open(e.t.Context(), tx, "publicity.publish", "shared_year:"+e.year(no).ID.String())
		return err
	}); err != nil {
		e.t.Fatal(err)
	}
	d, any1 := approval.Decision{Approve: yes, Reason: "核对无误"}, func(int64) error { return nil }
	if _, err := e.inbox.Decide(e.t.Context(), e.who["cashier"], q.ID, any1, d); err == nil {
		e.t.Error("who closed the year published it")
	}
	if _, err := e.inbox.Decide(e.t.Context(), e.who["finance"], q.ID, any1, d); err != nil {
		e.t.Fatal(err)
	}
}

func (e *env) shown(query string) publicity.Shown {
	e.t.Helper()
	return webtest.JSON[publicity.Shown](e.Do("reader", "GET", "/shared-income-publicity?community="+e.here+query, nil).Is(200))
}

func TestAYearOfCommonMoneyIsClosedByOneAndPublishedByAnother(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.enter("income", "lift_ads", "2025-05-01", "12000.00")
		wrong := e.enter("expense", "upkeep", "2025-08-01", "3000.50")
		e.enter("income", "vending", "2026-01-15", "100.00")
		y := e.year(2025)
		e.Do("cashier", "PUT", "/shared-years/"+y.ID.String(), body{"opening": "500.00", "words": "交接清单"}, tag(y.Version)...).Is(200)
		if e.close(2026).Is(409, "publicity.runs"); len(e.shown("").Years) != 0 {
			t.Error("an open year is shown")
		}
		e.close(2025).Is(200, `"closing":"9499.50"`)
		e.close(2025).Is(409, "publicity.not_now")
		if len(e.shown("").Years) != 0 {
			t.Error("a year that nobody published is shown")
		}
		e.Do("cashier", "POST", "/shared-entries", e.written("income", "other", "2025-12-31", "1.00")).Is(422, "publicity.closed")
		e.decide(2025, true)
		p := e.shown("")
		if len(p.Years) != 1 || p.Year == nil || p.Year.Closing != 949950 || len(p.Entries) != 2 || p.Entries[0].Day.String() != "2025-05-01" || len(p.Sums) != 2 {
			t.Errorf("%+v", p)
		}
		if next := e.year(2026); next.Opening != 949950 || next.Closing != 959950 || next.First {
			t.Errorf("2026 begins with %+v", next)
		}
		at := "/shared-entries/" + wrong.ID.String()
		e.Do("cashier", "PUT", at, changed(e.written("expense", "upkeep", "2025-08-01", "300.50")), tag(1)...).Is(409, "publicity.not_now")
		e.Do("cashier", "DELETE", at, nil, tag(1)...).Is(409, "publicity.not_now")
		e.Upload("cashier", at+"/photos", "a.png", png).Is(409, "publicity.not_now")
		e.Do("cashier", "POST", at+"/counter", body{"reason": " "}, tag(1)...).Is(422, "required")
		e.Do("cashier", "POST", at+"/counter", body{"reason": "发票金额看错"}, tag(1)...).Is(201, `"amount":"-3000.50"`, `"day":"2026-03-05"`)
		e.Do("cashier", "POST", at+"/counter", body{"reason": "再来一次"}, tag(1)...).Is(409, "publicity.corrected")
		if y := e.year(2026); y.Closing != 959950+300050 || e.shown("").Year.Closing != 949950 {
			t.Errorf("after the counter entry: %+v", y)
		}
		if got := e.shown("&year=2025").Entries[1].Taken.String(); got != "2026-03-05" {
			t.Errorf("owners are not told that it was taken back: %q", got)
		}
		counter := webtest.JSON[struct{ Items []publicity.EntryView }](e.Do("reader", "GET", "/shared-years/"+e.year(2026).ID.String()+"/entries", nil).Is(200)).Items[0]
		if counter.WrongDay.String() != "2025-08-01" {
			t.Errorf("%+v", counter)
		}
		e.Do("cashier", "DELETE", "/shared-entries/"+counter.ID.String(), nil, tag(1)...).Is(409, "publicity.not_now")
	})
}

func TestAYearThatIsRefusedOpensAgainAndWaitsForTheOneBefore(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.enter("income", "parking", "2024-05-01", "10.00")
		e.enter("income", "parking", "2025-05-01", "20.00")
		e.close(2025).Is(409, "publicity.before")
		e.close(2024).Is(200)
		e.decide(2024, false)
		if y := e.year(2024); y.State != "open" || y.ClosedBy != "" {
			t.Errorf("%+v", y)
		}
		one := e.enter("income", "parking", "2024-06-01", "5.00")
		e.Do("cashier", "PUT", "/shared-entries/"+one.ID.String(), changed(e.written("income", "parking", "2025-06-01", "5.00")), tag(1)...).Is(422, "publicity.other_year")
		e.Do("cashier", "PUT", "/shared-entries/"+one.ID.String(), changed(e.written("income", "venue", "2024-06-02", "6.00")), tag(1)...).Is(200, `"venue"`)
		file := webtest.JSON[publicity.File](e.Upload("cashier", "/shared-entries/"+one.ID.String()+"/photos", "a.png", png).Is(201))
		if got := e.Do("reader", "GET", "/shared-files/"+file.ID.String(), nil).Is(200); !bytes.Equal([]byte(got.Body), png) {
			t.Error("the document is another one")
		}
		e.Do("finance", "GET", "/charge-inspection-files/"+file.ID.String(), nil).Is(404)
		e.Do("there", "GET", "/shared-files/"+file.ID.String(), nil).Is(404)
		e.Do("cashier", "DELETE", "/shared-entries/"+one.ID.String(), nil, tag(2)...).Is(204)
		seen := e.year(2024)
		e.enter("income", "parking", "2024-07-01", "7.00")
		e.Do("cashier", "POST", "/shared-years/"+seen.ID.String()+"/close", body{}, tag(seen.Version)...).Is(409, "stale")
		y := e.year(2025)
		e.Do("cashier", "PUT", "/shared-years/"+y.ID.String(), body{"opening": "1.00", "words": "x"}, tag(y.Version)...).Is(409, "publicity.not_first")
		e.close(2024).Is(200)
		e.decide(2024, true)
		e.close(2025).Is(200, `"opening":"17.00"`, `"closing":"37.00"`)
		e.decide(2025, true)
		if p := e.shown("&year=2024"); len(p.Years) != 2 || p.Years[0].No != 2025 || p.Year.No != 2024 || p.Year.Closing != 1700 {
			t.Errorf("%+v", p)
		}
		e.Do("reader", "GET", "/shared-years/"+y.ID.String()+"/export.xlsx", nil).Is(200)
	})
}

func TestWhatIsWrongOfAnEntryIsSaidAtItsField(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		for code, change := range map[string]body{
			"publicity.kind": {"kind": "upkeep"}, "publicity.amount": {"amount": "0"}, "publicity.day": {"day": "2026-03-06"}, "required": {"words": " "},
		} {
			w := e.written("income", "lift_ads", "2026-01-01", "1.00")
			for k, v := range change {
				w[k] = v
			}
			e.Do("cashier", "POST", "/shared-entries", w).Is(422, code)
		}
		e.Do("cashier", "POST", "/shared-entries", e.written("income", "lift_ads", "0206-01-01", "1.00")).Is(422, "publicity.day")
		e.Do("reader", "POST", "/shared-entries", e.written("income", "lift_ads", "2026-01-01", "1.00")).Is(403)
		e.Do("there", "POST", "/shared-entries", e.written("income", "lift_ads", "2026-01-01", "1.00")).Is(404)
		e.enter("income", "lift_ads", "2026-01-01", "1.00")
		y := e.year(2026)
		e.Do("there", "GET", "/shared-years/"+y.ID.String()+"/entries", nil).Is(404)
		e.Do("there", "POST", "/shared-years/"+y.ID.String()+"/close", body{}, tag(y.Version)...).Is(404)
		e.Do("cashier", "PUT", "/shared-years/"+y.ID.String(), body{"opening": "1.00", "words": "交接"}, tag(y.Version)...).Is(200)
		e.Do("cashier", "POST", "/shared-entries", e.written("income", "lift_ads", "2025-01-01", "1.00")).Is(422, "publicity.closed")
	})
}

func (e *env) draft(change body) body {
	d := body{"community": e.here, "kind": "order", "authority": "区市场监督管理局", "number": "市监责改〔2026〕12号", "day": "2026-03-01", "items": []string{billing.ItemID(501).String()}, "finding": "装修垃圾清运费超标准收取", "refund": "1200.00", "fine": "0", "dueOn": "2026-03-20", "assigneeId": authz.AccountID(12).String()}
	for k, v := range change {
		d[k] = v
	}
	return d
}

func (e *env) inspections(state string) []publicity.Inspection {
	e.t.Helper()
	return webtest.JSON[struct{ Items []publicity.Inspection }](e.Do("finance", "GET", "/charge-inspections?community="+e.here+"&state="+state, nil).Is(200)).Items
}

func TestAnInspectionIsDoneWithEvidenceAndWhenTheMoneyWentBack(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		later := webtest.JSON[publicity.Inspection](e.Do("finance", "POST", "/charge-inspections", e.draft(body{"dueOn": "2026-05-01", "refund": "0", "kind": "finding"})).Is(201))
		i := webtest.JSON[publicity.Inspection](e.Do("finance", "POST", "/charge-inspections", e.draft(nil)).Is(201))
		if i.ToName != "何会计" || len(i.Names) != 1 || i.Names[0] != "装修垃圾清运费" || i.Overdue {
			t.Errorf("%+v", i)
		}
		at := "/charge-inspections/" + i.ID.String()
		e.on("2026-03-21")
		if all := e.inspections("open"); len(all) != 2 || all[0].ID != i.ID || !all[0].Overdue || all[1].Overdue {
			t.Errorf("what is overdue does not stand on top: %+v", all)
		}
		e.Do("finance", "POST", at+"/steps", body{"text": "已约谈装修公司"}, tag(1)...).Is(200, "已约谈装修公司")
		e.Do("finance", "POST", at+"/steps", body{"text": "再写"}, tag(1)...).Is(409, "stale")
		e.Do("finance", "POST", at+"/done", body{"words": "已退清"}, tag(2)...).Is(409, "inspection.evidence")
		paper := webtest.JSON[publicity.File](e.Upload("finance", at+"/photos", "a.png", png).Is(201))
		e.Do("finance", "POST", at+"/done", body{"words": "已退清"}, tag(2)...).Is(409, "inspection.evidence")
		e.Upload("finance", at+"/photos?purpose=evidence", "b.png", png).Is(201)
		e.Do("finance", "POST", at+"/done", body{"words": "已退清"}, tag(2)...).Is(422, "inspection.returned")
		dbtest.Exec(t, e.d, `INSERT INTO bill_fix (id, community_id, item_id, first_period, last_period, cause, wrong_price, right_price, reason, evidence, state, done, total, old_sum, new_sum, paid, same, unclear, at, by_name, decided_by_name, decision, version)
			VALUES (601, 1, 501, '2026-01', '2026-02', 'tariff', '3', '2', '多收', '责改通知', 'calculated', 0, 12, 360000, 240000, 0, 0, 0, 0, '何会计', '', '', 1)`)
		fix := billing.FixID(601).String()
		e.Do("finance", "PUT", at, changed(e.draft(body{"fixId": billing.FixID(602).String()})), tag(2)...).Is(422, "fixId")
		e.Do("finance", "PUT", at, changed(e.draft(body{"fixId": fix})), tag(2)...).Is(200, `"less":"1200.00"`, `"calculated"`)
		e.Do("finance", "POST", at+"/done", body{"words": "已退清"}, tag(3)...).Is(422, "inspection.returned")
		dbtest.Exec(t, e.d, `UPDATE bill_fix SET state = 'done' WHERE id = 601`)
		e.Do("finance", "POST", at+"/done", body{"words": "已退清"}, tag(3)...).Is(200, `"doneOn":"2026-03-21"`)
		e.Do("finance", "PUT", at, changed(e.draft(nil)), tag(4)...).Is(409, "publicity.not_now")
		if open, done := e.inspections("open"), e.inspections("done"); len(open) != 1 || open[0].ID != later.ID || len(done) != 1 || len(done[0].Files) != 2 || done[0].Overdue {
			t.Errorf("%+v %+v", open, done)
		}
		e.Do("finance", "POST", at+"/reopen", body{"reason": "还有两户未退"}, tag(4)...).Is(200, `"state":"open"`)
		e.Do("finance", "GET", "/charge-inspection-files/"+paper.ID.String(), nil).Is(200)
		e.Do("reader", "GET", "/charge-inspection-files/"+paper.ID.String(), nil).Is(403)
		e.Do("reader", "GET", at, nil).Is(403)
		e.Do("there", "GET", at, nil).Is(404)
		e.Do("there", "POST", at+"/steps", body{"text": "x"}, tag(5)...).Is(404)
		e.Do("finance", "GET", "/charge-inspections/export.xlsx?community="+e.here, nil).Is(200)
	})
}

func TestAnInspectionNamesWhatTheCommunityHas(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		for code, change := range map[string]body{
			"inspection.assignee": {"assigneeId": authz.AccountID(99).String()}, "not_found": {"items": []string{billing.ItemID(502).String()}}, "inspection.due": {"dueOn": "2026-02-01"}, "publicity.day": {"day": "2026-03-09"}, "wrong_form": {"refund": "-1.00"},
		} {
			e.Do("finance", "POST", "/charge-inspections", e.draft(change)).Is(422, code)
		}
	})
}

func TestTheTrailKnowsWhatBecameOfAYear(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.enter("income", "lift_ads", "2025-05-01", "1.00")
		e.close(2025).Is(200)
		e.decide(2025, true)
		if y := e.year(2025); y.ClosedBy != e.who["cashier"].Name || y.PublishedAt == nil {
			t.Errorf("%+v", y)
		}
		if n := dbtest.One[int](t, e.d, `SELECT COUNT(*) FROM audit WHERE subject = $1`, "shared_year:"+e.year(2025).ID.String()); n < 2 {
			t.Errorf("%d lines of the trail", n)
		}
	})
}
