package customer_test

import (
	"strings"
	"testing"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/webtest"
)

var all = []authz.Action{customer.ActView, customer.ActEdit, customer.ActReveal, imports.Act, customer.ActNames, housing.ActView}

func person(communities ...authz.CommunityID) authz.Actor {
	return dbtest.Actor(7, communities, all...)
}

func service(t testing.TB, d *db.DB) *customer.Service {
	t.Helper()
	approvals := &approval.Service{DB: d}
	out := &customer.Service{DB: d, Exports: audit.New(d), Approvals: approvals}
	approvals.Register(out.Approval())
	return out
}

func site(t *testing.T, d *db.DB) *webtest.Site {
	return webtest.New(t, d, map[string]authz.Actor{"here": person(1), "there": person(2), "looker": dbtest.Actor(8, []authz.CommunityID{1}, customer.ActView)}, service(t, d).Routes)
}

func c(n authz.CommunityID) string { return n.String() }

func draft(more map[string]any) map[string]any {
	body := map[string]any{"community": c(1), "kind": "person", "name": "李娜", "mobiles": []any{map[string]any{"number": "138 0000 5678"}}}
	for k, v := range more {
		body[k] = v
	}
	return body
}

func TestAnArchiveIsOpenedWithItsNumberOfTheDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, clk *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		s := site(t, d)
		first := webtest.JSON[customer.Customer](s.Do("here", "POST", "/customers", draft(nil)).Is(201, `"20260302-001"`, "138****5678").Not("13800005678"))
		s.Do("here", "POST", "/customers", draft(nil)).Is(201, `"20260302-002"`)
		s.Do("there", "POST", "/customers", draft(map[string]any{"community": c(2)})).Is(201, `"20260302-001"`)
		clk.Set(dbtest.Noon.Add(13 * 3600e9)) // 01:00 of the next day in Shanghai
		s.Do("here", "POST", "/customers", draft(nil)).Is(201, `"20260303-001"`)
		s.Do("here", "GET", "/customers/"+first.ID.String(), nil).Is(200, "李娜", "138****5678").Not("13800005678")
		s.Do("there", "GET", "/customers/"+first.ID.String(), nil).Is(404)
		s.Do("there", "POST", "/customers", draft(nil)).Is(404)
	})
}

func TestARepeatedRequestOpensOneArchive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := site(t, d)
		a := s.Do("here", "POST", "/customers", draft(nil), "Idempotency-Key", "k1").Is(201)
		b := s.Do("here", "POST", "/customers", draft(nil), "Idempotency-Key", "k1").Is(201)
		if a.Body != b.Body || dbtest.One[int](t, d, `SELECT COUNT(*) FROM customer`) != 1 {
			t.Error(a.Body, b.Body)
		}
	})
}

func TestWrongFieldsOfAnArchiveAreNamedAllAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := site(t, d)
		s.Do("here", "POST", "/customers", draft(map[string]any{
			"name": strings.Repeat("长", 51), "tags": []string{strings.Repeat("t", 21)},
			"mobiles": []any{map[string]any{"number": "138abc"}, map[string]any{"number": "13900001111"}, map[string]any{"number": "139-0000-1111"}},
		})).Is(422, `"field":"name","code":"customer.name_long"`, `"field":"mobiles[0].number","code":"customer.phone_letters"`,
			`"field":"mobiles[2].number","code":"customer.mobile_twice"`, `"field":"tags[0]","code":"too_long"`)
		s.Do("here", "POST", "/customers", draft(map[string]any{"name": " "})).Is(422, "customer.name_empty", "请填写姓名")
		s.Do("here", "POST", "/customers", draft(map[string]any{"name": " "}), "Accept-Language", "en").Is(422, "Please give a name")
		s.Do("here", "POST", "/customers", draft(map[string]any{"roomId": "06q3g8k2m4n5p"})).Is(422, `"field":"roomId"`)
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM customer`); n != 0 {
			t.Errorf("%d archives of refused requests", n)
		}
	})
}

func TestAnArchiveIsEditedByWhoSawItsLatestVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := site(t, d)
		path := "/customers/" + webtest.JSON[customer.Customer](s.Do("here", "POST", "/customers", draft(nil)).Is(201)).ID.String()
		odd := `𠮷野<b>'; DROP TABLE customer; -- 😀`
		s.Do("here", "PUT", path, map[string]any{"kind": "person", "name": odd, "notes": odd, "tags": []string{"𠮷"},
			"mobiles": []any{map[string]any{"index": 0}, map[string]any{"number": "021-68881234", "primary": true}}}, "If-Match", `"1"`).Is(200)
		got := webtest.JSON[customer.Customer](s.Do("here", "GET", path, nil).Is(200))
		if got.Name != odd || got.Notes != odd || len(got.Tags) != 1 || got.Tags[0] != "𠮷" || got.Version != 2 {
			t.Errorf("%+v", got)
		}
		if len(got.Mobiles) != 2 || got.Mobiles[0] != (customer.MaskedMobile{Masked: "0**-****1234", Primary: true}) || got.Mobiles[1].Masked != "138****5678" {
			t.Errorf("%+v", got.Mobiles)
		}
		s.Do("here", "PUT", path, map[string]any{"kind": "person", "name": "张伟"}, "If-Match", `"2"`).Is(200, "138****5678") // numbers left out stay
		s.Do("here", "PUT", path, map[string]any{"kind": "person", "name": "x"}, "If-Match", `"1"`).Is(409, "stale")
		s.Do("here", "PUT", path, map[string]any{"kind": "person", "name": "x"}).Is(428)
		s.Do("here", "PUT", path, map[string]any{"kind": "person", "name": "x", "mobiles": []any{map[string]any{"index": 9}}}, "If-Match", `"3"`).Is(422, "mobiles[0].index")
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM audit WHERE before LIKE '%李娜%' OR after LIKE '%李娜%' OR after LIKE '%13800005678%'`); n != 0 {
			t.Errorf("%d audit entries name a person (ACC-10)", n)
		}
	})
}

func TestRevealingANumberLeavesATrail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		s := site(t, d)
		id := webtest.JSON[customer.Customer](s.Do("here", "POST", "/customers", draft(nil)).Is(201)).ID.String()
		ask := map[string]any{"field": "mobile", "index": 0}
		s.Do("here", "POST", "/customers/"+id+"/reveal", ask).Is(200, `"value":"13800005678"`)
		entry := dbtest.One[struct {
			Subject string `db:"subject"`
			After   string `db:"after"`
			Actor   string `db:"actor_name"`
		}](t, d, `SELECT subject, after, actor_name FROM audit WHERE action = 'customer.reveal'`)
		if entry.Subject != "customer:"+id || !strings.Contains(entry.After, `"mobile"`) || strings.Contains(entry.After, "1380") || entry.Actor != person(1).Name {
			t.Errorf("%+v", entry)
		}
		s.Do("here", "POST", "/customers/"+id+"/reveal", map[string]any{"field": "mobile", "index": 1}).Is(404, "customer.no_mobile")
		s.Do("there", "POST", "/customers/"+id+"/reveal", ask).Is(404, "not_found")
		s.Do("looker", "POST", "/customers/"+id+"/reveal", ask).Is(403)
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM audit WHERE action = 'customer.reveal'`); n != 1 {
			t.Errorf("%d entries for one look", n)
		}
	})
}
