package lease_test

import (
	"testing"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/lease"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/webtest"
)

var acts = []authz.Action{lease.ActView, lease.ActEdit, lease.ActReveal, lease.ActSettings, customer.ActView, customer.ActEdit, imports.Act, customer.ActListExport}

// estate is a community with one room and an archive, and who works there.
func estate(t *testing.T, d *db.DB) (s *webtest.Site, room, tenant string) {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	full := dbtest.Actor(7, []authz.CommunityID{1}, append([]authz.Action{customer.ActNames}, acts...)...)
	label, err := housing.ParseLabel("3-2-1502")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), full, imports.Act, func(tx *db.Tx) error {
		_, _, err := customer.ImportRows(t.Context(), tx, 1, []customer.ImportRow{{Room: housing.NewRoom{Label: label, Type: housing.Home, State: housing.Vacant, BuildingArea: 10000}, Name: "李娜", Relation: customer.Owner}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	s = webtest.New(t, d, map[string]authz.Actor{"here": full, "there": dbtest.Actor(8, []authz.CommunityID{2}, acts...), "masked": dbtest.Actor(9, []authz.CommunityID{1}, lease.ActView)},
		(&lease.Service{DB: d, Exports: audit.New(d)}).Routes, (&customer.Service{DB: d, Exports: audit.New(d)}).Routes)
	room = housing.RoomID(dbtest.One[int64](t, d, `SELECT id FROM room`)).String()
	tenant = webtest.JSON[customer.Customer](s.Do("here", "POST", "/customers", map[string]any{"community": authz.CommunityID(1).String(), "kind": "person", "name": "陈租户", "mobiles": []any{map[string]any{"number": "13900001111"}}}).Is(201)).ID.String()
	return s, room, tenant
}

func tenancy(room, tenant string, more map[string]any) map[string]any {
	body := map[string]any{"roomId": room, "from": "2026-01-01", "to": "2026-12-31", "rent": "3500.00", "setLet": true, "parties": []any{
		map[string]any{"role": "tenant", "customerId": tenant},
		map[string]any{"role": "occupant", "name": "陈小同", "number": "13800002222", "identityKind": "passport", "identity": "E0000001"},
	}}
	for k, v := range more {
		body[k] = v
	}
	return body
}

func state(t *testing.T, d *db.DB) string { return dbtest.One[string](t, d, `SELECT state FROM room`) }

func TestATenancyRelatesItsTenantsAndLetsTheRoomUntilItEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, room, tenant := estate(t, d)
		v := webtest.JSON[lease.View](s.Do("here", "POST", "/leases", tenancy(room, tenant, nil)).Is(201, `"rent":"3500.00"`, "landlord", "registration", "138****2222", "****0001").Not("13800002222", "E0000001"))
		path := "/leases/" + v.ID.String()
		if state(t, d) != "let" || dbtest.One[int](t, d, `SELECT COUNT(*) FROM relation WHERE kind = 'tenant' AND from_on = '2026-01-01' AND to_on IS NULL`) != 1 {
			t.Error("the room is not let, or the tenant not related to it")
		}
		s.Do("masked", "GET", path, nil).Is(200, "陈**").Not("陈小同", "陈租户")
		s.Do("here", "POST", path+"/reveal", map[string]any{"party": 1, "field": "number"}).Is(200, "13800002222")
		s.Do("here", "POST", path+"/reveal", map[string]any{"party": -1, "field": "number"}).Is(404)
		s.Do("there", "GET", path, nil).Is(404)
		// Whoever is kept keeps their number; what was missing is told anew.
		s.Do("here", "PUT", path, map[string]any{"from": "2026-01-01", "to": "2026-12-31", "rent": "3500.00", "registrationNo": "R-1", "emergencyName": "陈大", "emergencyNumber": "13811112222", "parties": []any{
			map[string]any{"role": "landlord", "name": "李娜"}, map[string]any{"index": 0, "role": "tenant"}, map[string]any{"index": 1, "role": "occupant"}}}, "If-Match", `"1"`).
			Is(200, `"missing":[]`, "138****2222", "陈大")
		s.Do("here", "POST", path+"/end", map[string]any{"day": "2026-03-03"}, "If-Match", `"2"`).Is(422, "lease.end_day")
		s.Do("here", "POST", path+"/end", map[string]any{"day": "2026-03-02", "reason": "搬走", "roomState": "vacant"}, "If-Match", `"2"`).Is(200, `"endedOn":"2026-03-02"`)
		if state(t, d) != "vacant" || dbtest.One[int](t, d, `SELECT COUNT(*) FROM relation WHERE kind = 'tenant' AND to_on = '2026-03-02'`) != 1 {
			t.Error("the room is still let, or the tenant still related")
		}
		s.Do("here", "POST", path+"/verify", nil, "If-Match", `"3"`).Is(409, "lease.ended")
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM audit WHERE after LIKE '%陈%' OR after LIKE '%13800002222%' OR after LIKE '%E0000001%'`); n != 0 {
			t.Errorf("%d entries of the trail name a person (ACC-10)", n)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM lease_party WHERE number_sealed LIKE '%1380000%' OR identity_sealed LIKE '%E0000001%'`); n != 0 {
			t.Error("a number stands in clear (CUS-04)")
		}
	})
}

func TestUnverifiedIncompleteAndExpiringTenanciesAreWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, clk *dbtest.Clock) {
		s, room, tenant := estate(t, d)
		path := "/leases/" + webtest.JSON[lease.View](s.Do("here", "POST", "/leases", tenancy(room, tenant, map[string]any{"registrationNo": "R", "emergencyName": "x", "emergencyNumber": "13811112222", "parties": []any{
			map[string]any{"role": "landlord", "name": "李娜"}, map[string]any{"role": "tenant", "customerId": tenant}}})).Is(201, `"missing":[]`, `"unverified":true`)).ID.String()
		here := authz.CommunityID(1).String()
		listed := func(view string, want int) {
			t.Helper()
			if got := webtest.JSON[struct{ Items []lease.View }](s.Do("here", "GET", "/leases?community="+here+"&view="+view, nil).Is(200)); len(got.Items) != want {
				t.Errorf("%s: %d, want %d", view, len(got.Items), want)
			}
		}
		listed("work", 1)
		s.Do("here", "POST", path+"/verify", nil, "If-Match", `"1"`).Is(200, `"verifiedOn":"2026-03-02"`, `"unverified":false`)
		listed("work", 0)
		clk.Advance(90 * 24 * 3600e9)
		listed("work", 0)
		clk.Advance(24 * 3600e9)
		listed("work", 1)
		s.Do("here", "PUT", "/lease-settings?community="+here, map[string]any{"verifyDays": 120}, "If-Match", `"0"`).Is(200, `"verifyDays":120`)
		listed("work", 0)
		s.Do("there", "PUT", "/lease-settings?community="+here, map[string]any{"verifyDays": 1}, "If-Match", `"1"`).Is(404)
		listed("expiring", 0)
		listed("expiring&within=220", 1)
		s.Do("here", "POST", path+"/renew", map[string]any{"to": "2026-12-30"}, "If-Match", `"2"`).Is(422, "lease.term")
		s.Do("here", "POST", path+"/renew", map[string]any{"to": "2027-12-31", "rent": "3600"}, "If-Match", `"2"`).Is(200, "3600.00", "2027-12-31")
		listed("expiring&within=220", 0)
		listed("running&q=3-2", 1)
		listed("running&q=陈租", 1)
		listed("running&q=nobody", 0)
		s.Do("here", "GET", "/lease-statistics?community="+here, nil).Is(200, `"rooms":1`, `"let":1`, `"occupants":1`, `"letPermille":1000`)
		s.Do("there", "GET", "/leases?community="+here, nil).Is(404)
	})
}

func TestWhatIsWrongWithATenancyIsNamedAllAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, room, tenant := estate(t, d)
		s.Do("here", "POST", "/leases", tenancy(room, tenant, map[string]any{"to": "2025-01-01", "rent": "-1.00", "emergencyNumber": "12", "parties": []any{
			map[string]any{"role": "tenant"}, map[string]any{"role": "occupant", "name": "x", "identityKind": "id_card", "identity": "1"}, map[string]any{"role": "agent", "index": 3}}})).
			Is(422, `"to"`, `"rent"`, `"emergencyNumber"`, `"parties[0].name"`, `"parties[1].identity"`, `"parties[2].index"`)
		s.Do("here", "POST", "/leases", tenancy(room, "06q3g8k2m4n5p", nil)).Is(422, "parties[0].customerId")
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM lease`) + dbtest.One[int](t, d, `SELECT COUNT(*) FROM relation WHERE kind = 'tenant'`); n != 0 {
			t.Errorf("%d rows of refused requests", n)
		}
	})
}
