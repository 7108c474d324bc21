package housing_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/webtest"
)

func estate(t *testing.T, d *db.DB) *webtest.Site {
	s := &housing.Service{DB: d, Exports: audit.New(d), Ties: []string{"relation", "ticket"}, Owners: func(_ context.Context, _ *db.Tx, _ authz.CommunityID, rooms []housing.RoomID) (map[housing.RoomID]string, error) {
		return map[housing.RoomID]string{rooms[0]: "李*"}, nil
	}}
	all := []authz.Action{housing.ActView, housing.ActEdit, housing.ActExport}
	return webtest.New(t, d, map[string]authz.Actor{"here": dbtest.Actor(7, []authz.CommunityID{1}, all...), "there": dbtest.Actor(9, []authz.CommunityID{2}, all...), "looker": dbtest.Actor(8, []authz.CommunityID{1}, housing.ActView)}, s.Routes)
}

func bulk(more map[string]any) map[string]any {
	b := map[string]any{"community": c(1), "building": "3栋", "units": []string{"1", "2单元"}, "floorFrom": 1, "floorTo": 5, "skip": []int{4}, "perFloor": 2, "type": "home", "state": "sold", "buildingArea": "108.62"}
	for k, v := range more {
		b[k] = v
	}
	return b
}

// HOU-01: a building is described by its floors, looked at, and then made.
func TestABuildingIsMadeFloorByFloorAndOnlyWhatIsNotThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		add(t, d, 1, "3-1-101")
		s := estate(t, d)
		p := webtest.JSON[housing.Planned](s.Do("here", "POST", "/rooms/bulk/preview", bulk(nil)).Is(200))
		if len(p.Fresh) != 15 || len(p.There) != 1 || p.There[0] != "3栋1单元101" || p.Fresh[0] != "3栋1单元102" || p.Fresh[14] != "3栋2单元502" {
			t.Errorf("%+v", p)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM room`); n != 1 {
			t.Errorf("a preview made %d rooms", n-1)
		}
		s.Do("here", "POST", "/rooms/bulk", bulk(nil)).Is(201)
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM room WHERE floor IS NULL OR floor <> 4`); n != 16 {
			t.Errorf("%d rooms", n)
		}
		if again := webtest.JSON[housing.Planned](s.Do("here", "POST", "/rooms/bulk", bulk(nil)).Is(201)); len(again.Fresh) != 0 {
			t.Errorf("the second time made %v", again.Fresh)
		}
		for field, wrong := range map[string]map[string]any{"building": {"building": "3-2"}, "floorTo": {"floorTo": -2}, "units[1]": {"units": []string{"1", "1"}}, "buildingArea": {"buildingArea": "1,5"}} {
			s.Do("here", "POST", "/rooms/bulk", bulk(wrong)).Is(422, `"field":"`+field+`"`)
		}
		s.Do("here", "POST", "/rooms/bulk", bulk(map[string]any{"floorTo": 200, "perFloor": 99})).Is(422, "housing.too_many")
		s.Do("there", "POST", "/rooms/bulk", bulk(nil)).Is(404)
		s.Do("looker", "POST", "/rooms/bulk", bulk(nil)).Is(403)
	})
}

func TestTheTreeCountsAndTheGridShowsWhoOwnsWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		s := estate(t, d)
		s.Do("here", "POST", "/rooms/bulk", bulk(nil)).Is(201)
		tree := webtest.JSON[web.List[housing.Branch]](s.Do("looker", "GET", "/housing?community="+c(1), nil).Is(200))
		if len(tree.Items) != 1 || tree.Items[0].Rooms != 16 || tree.Items[0].States[housing.Sold] != 16 || len(tree.Items[0].Units) != 2 || tree.Items[0].Units[1].Rooms != 8 {
			t.Fatalf("%+v", tree.Items)
		}
		g := webtest.JSON[housing.Grid](s.Do("looker", "GET", "/buildings/"+tree.Items[0].ID.String()+"/grid", nil).Is(200))
		if len(g.Cells) != 16 || g.Cells[0].Owner != "李*" || g.Cells[0].Number != "101" || *g.Cells[15].Floor != 5 || len(g.Units) != 2 {
			t.Errorf("%+v", g)
		}
		s.Do("there", "GET", "/buildings/"+tree.Items[0].ID.String()+"/grid", nil).Is(404)
	})
}

func TestWithAnotherCodeOfABuildingItsRoomsFollow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		ids := add(t, d, 1, "3-2-1502", "3-1-101", "4-1-101")
		s := estate(t, d)
		room := webtest.JSON[housing.RoomRow](s.Do("here", "GET", "/rooms/"+ids["3-2-1502"].String(), nil).Is(200))
		house := "/buildings/" + room.Building.String()
		s.Do("here", "PUT", house, map[string]any{"code": "4"}, "If-Match", `"1"`).Is(409, "housing.code_taken")
		s.Do("here", "PUT", house, map[string]any{"code": "A座"}, "If-Match", `"1"`).Is(200, `"code":"A"`, `"name":"A栋"`)
		s.Do("here", "GET", "/rooms/resolve?label=A%E5%BA%A72%E5%8D%95%E5%85%831502&community="+c(1), nil).Is(200, ids["3-2-1502"].String(), `"short":"A-2-1502"`)
		s.Do("here", "GET", "/rooms/resolve?label=3-2-1502&community="+c(1), nil).Is(422, "housing.room_unknown")
		s.Do("here", "PUT", "/units/"+room.Unit.String(), map[string]any{"code": "5"}, "If-Match", `"2"`).Is(200)
		s.Do("here", "GET", "/rooms/"+ids["3-2-1502"].String(), nil).Is(200, `"short":"A-5-1502"`)
		s.Do("here", "PUT", house, map[string]any{"code": "B"}, "If-Match", `"1"`).Is(409, "stale")
	})
}

func TestALabelIsCorrectedAndStandsOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		id := add(t, d, 1, "3-2-1502", "3-2-1503")["3-2-1502"].String()
		s := estate(t, d)
		s.Do("here", "PUT", "/rooms/"+id+"/label", map[string]any{"label": "3-2-1503"}, "If-Match", `"1"`).Is(409, "housing.label_taken", `"field":"label"`)
		s.Do("here", "PUT", "/rooms/"+id+"/label", map[string]any{"label": "漏水"}, "If-Match", `"1"`).Is(422, `"field":"label"`)
		s.Do("here", "PUT", "/rooms/"+id+"/label", map[string]any{"label": "5栋1单元301"}, "If-Match", `"1"`).Is(200, `"label":"5栋1单元301"`)
		s.Do("here", "GET", "/buildings?community="+c(1), nil).Is(200, `"5栋"`)
		s.Do("here", "POST", "/rooms", map[string]any{"community": c(1), "label": "3-2-1503", "type": "home", "state": "sold", "buildingArea": "90"}).Is(409, `"field":"label"`)
	})
}

func TestOnlyWhatNothingHangsOnIsDeletedAndTheRefusalSaysWhatDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		ids := add(t, d, 1, "3-2-1502", "3-2-1503")
		s := estate(t, d)
		room := webtest.JSON[housing.RoomRow](s.Do("here", "GET", "/rooms/"+ids["3-2-1502"].String(), nil).Is(200))
		dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES (5, 1, '1', 'person', '李娜', '', '', '[]', '', 1)`)
		dbtest.Exec(t, d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, version) VALUES (6, 1, 5, $1, 'owner', '', 1)`, room.ID)
		s.Do("here", "DELETE", "/rooms/"+room.ID.String(), nil, "If-Match", `"1"`).Is(409, "housing.tied", "housing.tie.relation", "1 条住户关系")
		s.Do("here", "DELETE", "/buildings/"+room.Building.String(), nil, "If-Match", `"1"`).Is(409, "housing.tie.room", "housing.tie.unit")
		s.Do("here", "DELETE", "/units/"+room.Unit.String(), nil, "If-Match", `"1"`).Is(409, "2 套房")
		s.Do("here", "DELETE", "/rooms/"+ids["3-2-1503"].String(), nil, "If-Match", `"9"`).Is(409, "stale")
		s.Do("here", "DELETE", "/rooms/"+ids["3-2-1503"].String(), nil, "If-Match", `"1"`).Is(204)
		s.Do("here", "GET", "/rooms/"+ids["3-2-1503"].String(), nil).Is(404)
		dbtest.Exec(t, d, `DELETE FROM relation`)
		s.Do("here", "DELETE", "/rooms/"+room.ID.String(), nil, "If-Match", `"1"`).Is(204)
		s.Do("here", "DELETE", "/units/"+room.Unit.String(), nil, "If-Match", `"1"`).Is(204)
		s.Do("here", "DELETE", "/buildings/"+room.Building.String(), nil, "If-Match", `"1"`).Is(204)
	})
}

func TestTheStatesOfSeveralRoomsChangeTogetherAndCanBeTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		ids := add(t, d, 1, "3-2-1502", "3-2-1503")
		s := estate(t, d)
		var changes []map[string]any
		for _, id := range ids {
			changes = append(changes, map[string]any{"room": id, "version": 1, "state": "renovating", "handedOverOn": "2026-02-01"})
		}
		done := webtest.JSON[housing.StateChanged](s.Do("here", "POST", "/rooms/states", map[string]any{"changes": changes}).Is(200))
		s.Do("here", "GET", "/rooms?state=renovating&community="+c(1), nil).Is(200, "3-2-1502", "3-2-1503", "2026-02-01")
		s.Do("here", "POST", "/rooms/states", map[string]any{"changes": changes}).Is(409, "stale")
		s.Do("there", "POST", "/rooms/states", map[string]any{"changes": changes}).Is(404)
		s.Do("here", "POST", "/rooms/states", map[string]any{"changes": done.Undo}).Is(200)
		s.Do("here", "GET", "/rooms?state=vacant&community="+c(1), nil).Is(200, "3-2-1502", "3-2-1503").Not("2026-02-01")
	})
}

func TestARoomBelongsToOneParcelOfEachKind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		id := add(t, d, 1, "3-1-101", "3-2-101", "4-1-101")["3-1-101"]
		s := estate(t, d)
		room := webtest.JSON[housing.RoomRow](s.Do("here", "GET", "/rooms/"+id.String(), nil).Is(200))
		parcel := func(kind, name string) housing.ParcelView {
			return webtest.JSON[housing.ParcelView](s.Do("here", "POST", "/parcels", map[string]any{"community": c(1), "kind": kind, "name": name}).Is(201))
		}
		east, west := parcel("keeper", "东区"), parcel("keeper", "西区")
		s.Do("here", "POST", "/parcels", map[string]any{"community": c(1), "kind": "keeper", "name": "东区"}).Is(409, `"field":"name"`)
		s.Do("here", "POST", "/parcels", map[string]any{"community": c(1), "kind": "keeper", "name": "南区", "staffId": id}).Is(422, `"field":"staffId"`)
		s.Do("here", "POST", "/parcels/"+east.ID.String()+"/rooms", map[string]any{"buildings": []any{room.Building}}, "If-Match", `"1"`).Is(200, `"rooms":2`)
		s.Do("here", "POST", "/parcels/"+west.ID.String()+"/rooms", map[string]any{"units": []any{room.Unit}}, "If-Match", `"1"`).Is(200, `"rooms":1`)
		s.Do("here", "GET", "/parcels?community="+c(1), nil).Is(200, `"name":"东区","notes":"","version":2,"rooms":1`)
		s.Do("here", "GET", "/rooms/"+id.String(), nil).Is(200, "西区").Not("东区")
		s.Do("here", "GET", "/rooms?without=keeper&community="+c(1), nil).Is(200, "4-1-101").Not("3-1-101", "3-2-101")
		s.Do("here", "GET", "/rooms?parcel="+east.ID.String()+"&community="+c(1), nil).Is(200, "3-2-101").Not("3-1-101")
		s.Do("here", "PUT", "/parcels/"+west.ID.String(), map[string]any{"kind": "cleaning", "name": "西区"}, "If-Match", `"2"`).Is(409, "housing.parcel_used")
		s.Do("there", "GET", "/parcels/"+east.ID.String(), nil).Is(404)
		s.Do("here", "DELETE", "/parcels/"+west.ID.String(), nil, "If-Match", `"2"`).Is(204)
		s.Do("here", "GET", "/rooms/"+id.String(), nil).Is(200, `"parcels":[]`)
	})
}

func TestRoomsAreNarrowedByWhatTheyAre(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		add(t, d, 1, "3-1-101", "4-1-201")
		dbtest.Exec(t, d, `UPDATE room SET floor = 2, building_area = 8800, type = 'shop' WHERE label_key = '4-1-201'`)
		s := estate(t, d)
		for _, q := range []string{"floor=2", "type=shop", "areaTo=90", "areaFrom=80&areaTo=88"} {
			s.Do("here", "GET", "/rooms?"+q+"&community="+c(1), nil).Is(200, "4-1-201").Not("3-1-101")
		}
		s.Do("here", "GET", "/rooms?without=floor&community="+c(1), nil).Is(200, "3-1-101").Not("4-1-201")
		s.Do("here", "GET", "/rooms?areaFrom=x&community="+c(1), nil).Is(422, `"field":"areaFrom"`)
	})
}

// An export goes on to the end, page by page.
func TestEveryRoomIsExported(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		var labels []string
		for floor := 1; floor <= 11; floor++ {
			for n := 1; n <= 99; n++ {
				labels = append(labels, fmt.Sprintf("3-1-%d%02d", floor, n))
			}
		}
		add(t, d, 1, labels...)
		s := &housing.Service{DB: d}
		who := dbtest.Actor(7, []authz.CommunityID{1}, housing.ActExport)
		table, err := s.Export(t.Context(), who, housing.Filter{Community: 1})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for row, err := range table.Sheets[0].Rows {
			if err != nil {
				t.Fatal(err)
			}
			seen[strings.Join([]string{fmt.Sprint(row[0]), fmt.Sprint(row[2])}, "-")] = true
		}
		if len(seen) != len(labels) {
			t.Errorf("%d of %d rooms", len(seen), len(labels))
		}
	})
}
