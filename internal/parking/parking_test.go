package parking_test

import (
	"testing"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/parking"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/webtest"
)

type garage struct {
	*webtest.Site
	*parking.Service
	owner customer.ID
	room  housing.Room
}

var all = []authz.Action{parking.ActView, parking.ActEdit, parking.ActSettings, parking.ActExport, customer.ActView, customer.ActNames, customer.ActEdit, housing.ActView, housing.ActEdit}

// home is a community with one flat and its owner.
func home(t *testing.T, d *db.DB) garage {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	g := garage{Service: &parking.Service{DB: d, Exports: audit.New(d)}}
	who := dbtest.Actor(7, []authz.CommunityID{1}, all...)
	rooms := &housing.Service{DB: d}
	room, err := rooms.AddRoom(t.Context(), who, 1, "3-2-1502", housing.Edit{Type: housing.Home, BuildingArea: "90", State: housing.Occupied})
	if err != nil {
		t.Fatal(err)
	}
	c, err := (&customer.Service{DB: d}).Create(t.Context(), who, customer.New{Draft: customer.Draft{Kind: customer.Person, Name: "李娜"}, Community: 1, Room: room.ID, Relation: customer.Owner})
	if err != nil {
		t.Fatal(err)
	}
	g.owner, g.room = c.ID, room
	g.Site = webtest.New(t, d, map[string]authz.Actor{
		"here": who, "there": dbtest.Actor(9, []authz.CommunityID{2}, all...), "masked": dbtest.Actor(8, []authz.CommunityID{1}, parking.ActView, customer.ActView), "blind": dbtest.Actor(6, []authz.CommunityID{1}, parking.ActView),
	}, g.Routes)
	return g
}

func (g garage) car(more map[string]any) map[string]any {
	b := map[string]any{"community": authz.CommunityID(1).String(), "plate": "浙a·12345", "kind": "car", "room": "3栋2单元1502", "customerId": g.owner}
	for k, v := range more {
		b[k] = v
	}
	return b
}

const here = "community=0000000000001"

func TestAVehicleIsBoundToItsHouseholdAndItsPlateStandsOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		g := home(t, d)
		v := webtest.JSON[parking.VehicleView](g.Do("here", "POST", "/vehicles", g.car(nil)).Is(201, `"plate":"浙A12345"`, `"roomLabel":"3-2-1502"`, `"owner":"李娜"`))
		path := "/vehicles/" + v.ID.String()
		g.Do("masked", "GET", path, nil).Is(200, `"owner":"李*"`).Not("李娜")
		g.Do("blind", "GET", path, nil).Is(200).Not("李")
		g.Do("there", "GET", path, nil).Is(404)
		g.Do("here", "POST", "/vehicles", g.car(map[string]any{"plate": "浙A 12345"})).Is(409, `"field":"plate"`, "parking.plate_taken")
		for field, wrong := range map[string]map[string]any{
			"plate": {"plate": "浙A1234O"}, "room": {"room": "9-9-999", "plate": "浙A99999"}, "customerId": {"customerId": g.room.ID, "plate": "浙A99999"},
			"space": {"space": "B1-9", "plate": "浙A99999"}, "permitTo": {"plate": "浙A99999", "permitFrom": "2026-03-02", "permitTo": "2026-03-01"},
		} {
			g.Do("here", "POST", "/vehicles", g.car(wrong)).Is(422, `"field":"`+field+`"`)
		}
		g.Do("here", "POST", "/vehicles", map[string]any{"community": "0000000000001", "kind": "car"}).Is(422, "parking.nobodys")
		// Cars without a plate do not get into each other's way.
		g.Do("here", "POST", "/vehicles", g.car(map[string]any{"plate": ""})).Is(201)
		g.Do("here", "POST", "/vehicles", g.car(map[string]any{"plate": ""})).Is(201)
		for _, q := range []string{"浙A1", "2345", "345", "a123"} {
			a := g.Do("here", "GET", "/vehicles?"+here+"&q="+q, nil)
			if q == "a123" {
				a.Is(200).Not("浙A12345")
				continue
			}
			a.Is(200, "浙A12345")
		}
	})
}

func TestAPermitIsProlongedAndEveryPeriodStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, clk *dbtest.Clock) {
		g := home(t, d) // it is 2026-03-02
		v := webtest.JSON[parking.VehicleView](g.Do("here", "POST", "/vehicles", g.car(map[string]any{"permitFrom": "2026-02-01", "permitTo": "2026-03-10"})).Is(201, `"permit":"soon"`))
		path := "/vehicles/" + v.ID.String()
		g.Do("here", "GET", "/vehicles?view=soon&"+here, nil).Is(200, "浙A12345")
		g.Do("here", "POST", path+"/renew", map[string]any{"to": "2026-03-09"}, "If-Match", `"1"`).Is(422, `"field":"to"`)
		g.Do("here", "POST", path+"/renew", map[string]any{"to": "2026-06-30"}, "If-Match", `"1"`).Is(200, `"permitFrom":"2026-03-11"`, `"permit":"valid"`)
		full := webtest.JSON[parking.VehicleFull](g.Do("here", "GET", path, nil).Is(200))
		if len(full.Permits) != 2 || full.Permits[1].To.String() != "2026-03-10" {
			t.Errorf("%+v", full.Permits)
		}
		clk.Advance(200 * 24 * time.Hour)
		g.Do("here", "GET", "/vehicles?view=expired&"+here, nil).Is(200, `"permit":"expired"`)
		g.Do("here", "POST", path+"/renew", map[string]any{"to": "2026-12-31"}, "If-Match", `"2"`).Is(200, `"permitFrom":"2026-09-18"`)
		from, _ := clock.ParseDay("2026-12-31")
		err := d.Read(t.Context(), dbtest.Actor(7, []authz.CommunityID{1}, parking.ActView), parking.ActView, func(tx *db.Tx) error {
			due, err := parking.Expiring(t.Context(), tx, 1, from.Add(-30), from)
			if len(due) != 1 || due[0].Room != g.room.ID || due[0].Customer != g.owner || due[0].Day != from {
				t.Errorf("%+v", due)
			}
			none, _ := parking.Expiring(t.Context(), tx, 1, from.Add(1), from.Add(30))
			if len(none) != 0 {
				t.Errorf("%+v", none)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestARegistrationEndsAndCanBeTakenBackUntilThePlateIsSomebodyElses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, clk *dbtest.Clock) {
		g := home(t, d)
		v := webtest.JSON[parking.VehicleView](g.Do("here", "POST", "/vehicles", g.car(nil)).Is(201))
		path := "/vehicles/" + v.ID.String()
		g.Do("here", "POST", path+"/end", map[string]any{"why": "已卖"}, "If-Match", `"1"`).Is(200, `"endedOn":"2026-03-02"`)
		g.Do("here", "PUT", path, g.car(nil), "If-Match", `"2"`).Is(422) // community is no field of it
		g.Do("here", "POST", path+"/renew", map[string]any{"to": "2026-12-31"}, "If-Match", `"2"`).Is(409, "parking.ended")
		g.Do("here", "POST", path+"/restore", nil, "If-Match", `"2"`).Is(200).Not("endedOn")
		g.Do("here", "POST", path+"/end", map[string]any{}, "If-Match", `"3"`).Is(200)
		g.Do("here", "POST", "/vehicles", g.car(nil)).Is(201)
		g.Do("here", "POST", path+"/restore", nil, "If-Match", `"4"`).Is(409, "parking.plate_taken")
		g.Do("here", "GET", "/vehicles?view=ended&"+here, nil).Is(200, v.ID.String())
		clk.Advance(400 * 24 * time.Hour)
		if n, err := g.EraseEnded(t.Context(), clk.Instant().Add(-365*24*time.Hour)); n != 1 || err != nil {
			t.Error(n, err)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM vehicle`); n != 1 {
			t.Errorf("%d vehicles are left", n)
		}
	})
}

func TestASpaceIsGivenTakenBackAndSharedUpToTheLimit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		g := home(t, d)
		s := webtest.JSON[parking.SpaceView](g.Do("here", "POST", "/parking/spaces", map[string]any{"community": "0000000000001", "number": "b1-17", "kind": "owned", "place": "standard"}).Is(201, `"number":"B1-17"`, `"state":"free"`))
		path := "/parking/spaces/" + s.ID.String()
		g.Do("here", "POST", "/parking/spaces", map[string]any{"community": "0000000000001", "number": "B1-17", "kind": "owned", "place": "standard"}).Is(409, `"field":"number"`)
		g.Do("here", "PUT", path+"/holder", map[string]any{"customerId": g.owner, "state": "sold", "from": "2026-01-01"}, "If-Match", `"1"`).Is(200, `"state":"sold"`, `"holder":"李娜"`)
		g.Do("here", "PUT", path+"/holder", map[string]any{"customerId": g.owner, "state": "let"}, "If-Match", `"2"`).Is(409, "parking.space_held")
		g.Do("here", "PUT", path, map[string]any{"number": "B1-17", "kind": "owned", "place": "standard", "blocked": true}, "If-Match", `"2"`).Is(422, `"field":"blocked"`)
		for _, plate := range []string{"浙A11111", "浙A22222"} {
			g.Do("here", "POST", "/vehicles", g.car(map[string]any{"plate": plate, "space": "b1-17"})).Is(201)
		}
		g.Do("here", "POST", "/vehicles", g.car(map[string]any{"plate": "浙A33333", "space": "B1-17"})).Is(409, `"field":"space"`, "2 辆车")
		g.Do("here", "PUT", "/parking/settings?"+here, map[string]any{"mostPerSpace": 3, "remindDays": 10}, "If-Match", `"0"`).Is(200)
		g.Do("here", "POST", "/vehicles", g.car(map[string]any{"plate": "浙A33333", "space": "B1-17"})).Is(201)
		g.Do("here", "GET", path, nil).Is(200, `"plates":["浙A11111","浙A22222","浙A33333"]`)
		g.Do("here", "DELETE", path+"/holder", nil, "If-Match", `"2"`).Is(200, `"state":"free"`).Not("holder")
		g.Do("masked", "GET", path, nil).Is(200, `"endedOn":"2026-03-02"`, "李*").Not("李娜")
		g.Do("here", "DELETE", path, nil, "If-Match", `"3"`).Is(409, "parking.space_used")
		g.Do("there", "GET", path, nil).Is(404)
		list := webtest.JSON[web.List[parking.SpaceView]](g.Do("here", "GET", "/parking/spaces?state=free&"+here, nil).Is(200))
		if len(list.Items) != 1 {
			t.Errorf("%+v", list)
		}
	})
}

func TestAHouseholdShowsItsCarsAndTheSpacesOfItsPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		g := home(t, d)
		for i, number := range []string{"1", "2", "3"} {
			s := webtest.JSON[parking.SpaceView](g.Do("here", "POST", "/parking/spaces", map[string]any{"community": "0000000000001", "number": number, "kind": "rented", "place": "standard"}).Is(201))
			if i == 0 {
				g.Do("here", "PUT", "/parking/spaces/"+s.ID.String()+"/holder", map[string]any{"customerId": g.owner, "state": "let"}, "If-Match", `"1"`).Is(200)
			}
		}
		g.Do("here", "POST", "/vehicles", g.car(map[string]any{"space": "2"})).Is(201)
		if err := d.Read(t.Context(), dbtest.Actor(8, []authz.CommunityID{1}, parking.ActView, customer.ActView), parking.ActView, func(tx *db.Tx) error {
			cars, spaces, err := parking.OfRoom(t.Context(), tx, g.room)
			if len(cars) != 1 || cars[0].Owner != "李*" || len(spaces) != 2 || spaces[0].Number != "1" || spaces[0].Holder != "李*" || spaces[1].Plates[0] != "浙A12345" {
				t.Errorf("%+v %+v", cars, spaces)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoHasACarHereIsNotErasedAndFormerPlatesAreForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		g := home(t, d)
		v := webtest.JSON[parking.VehicleView](g.Do("here", "POST", "/vehicles", g.car(nil)).Is(201))
		who := dbtest.Actor(7, []authz.CommunityID{1}, all...)
		if err := d.Write(t.Context(), who, customer.ActEdit, func(tx *db.Tx) error {
			c, err := customer.In(t.Context(), tx, g.owner)
			if err != nil {
				return err
			}
			everywhere := tx.Global("as an erasure does it")
			found, err := parking.ErasureGuard.Obstacles(t.Context(), everywhere, c)
			if len(found) != 1 || found[0].Params["plate"] != "浙A12345" || err != nil {
				t.Errorf("%+v %v", found, err)
			}
			return parking.ErasureGuard.Erase(t.Context(), everywhere, c, nil)
		}); err != nil {
			t.Error(err)
		}
		g.Do("here", "GET", "/vehicles/"+v.ID.String(), nil).Is(200).Not("12345", "李娜")
	})
}
