package housing_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/webtest"
)

var both = []authz.Action{housing.ActView, housing.ActEdit}

func person(communities ...authz.CommunityID) authz.Actor {
	return dbtest.Actor(7, communities, both...)
}

// add puts rooms into a community and returns their ids by key.
func add(t *testing.T, d *db.DB, community authz.CommunityID, labels ...string) (ids map[string]housing.RoomID) {
	t.Helper()
	var list []housing.NewRoom
	for _, s := range labels {
		l, err := housing.ParseLabel(s)
		if err != nil {
			t.Fatal(s, err)
		}
		list = append(list, housing.NewRoom{Label: l, Type: housing.Home, BuildingArea: 10862, State: housing.Vacant})
	}
	if err := d.Write(t.Context(), person(community), housing.ActEdit, func(tx *db.Tx) (err error) {
		ids, err = housing.AddRooms(t.Context(), tx, community, list)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return ids
}

func site(t *testing.T, d *db.DB) *webtest.Site {
	s := &housing.Service{DB: d}
	return webtest.New(t, d, map[string]authz.Actor{"here": person(1), "there": person(2), "looker": dbtest.Actor(8, []authz.CommunityID{1}, housing.ActView)}, s.Routes)
}

func c(n authz.CommunityID) string { return n.String() }

func TestARoomIsFoundInEveryUsualWriting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		ids := add(t, d, 1, "3-2-1502", "3-2-1503", "3-1-1502", "A-1201", "B1-117")
		s := site(t, d)
		for _, text := range []string{"3-2-1502", "3%232-1502", "%E4%B8%89%E6%A0%8B%E4%BA%8C%E5%8D%95%E5%85%831502", "3%E5%8F%B7%E6%A5%BC2%E5%8D%95%E5%85%831502%E5%AE%A4"} {
			s.Do("here", "GET", "/rooms/resolve?community="+c(1)+"&label="+text, nil).Is(200, ids["3-2-1502"].String(), "3栋2单元1502", `"buildingArea":"108.62"`)
		}
		s.Do("here", "GET", "/rooms/resolve?community="+c(1)+"&label=1502", nil).Is(200, "3-1-1502", "3-2-1502").Not(`"room":`, "A-1201")
		s.Do("here", "GET", "/rooms/resolve?community="+c(1)+"&label=3-2-1599", nil).Is(422, "housing.room_unknown", `"field":"label"`, "没有“3栋2单元1599”这套房", "candidates", "3-2-1503")
		s.Do("here", "GET", "/rooms/resolve?community="+c(1)+"&label=%3Cb%3E", nil).Is(422, "housing.label_characters", `"field":"label"`)
		s.Do("here", "GET", "/rooms/resolve?community="+c(1), nil).Is(422, `"field":"label"`)
	})
}

func TestRoomsAreListedAsInTheRegisterPageByPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		var labels []string
		for _, building := range []int{10, 3} {
			for floor := 1; floor <= 12; floor++ {
				labels = append(labels, fmt.Sprintf("%d-1-%d02", building, floor), fmt.Sprintf("%d-1-%d01", building, floor))
			}
		}
		add(t, d, 1, labels...)
		add(t, d, 2, "3-1-101")
		s := site(t, d)
		type page = web.List[housing.Room]
		var seen []string
		next := ""
		for {
			p := webtest.JSON[page](s.Do("here", "GET", "/rooms?limit=7&community="+c(1)+"&cursor="+next, nil).Is(200))
			for _, r := range p.Items {
				seen = append(seen, r.Short)
			}
			if next = p.Next; next == "" {
				break
			}
		}
		if len(seen) != 48 || seen[0] != "3-1-101" || seen[1] != "3-1-102" || seen[23] != "3-1-1202" || seen[24] != "10-1-101" {
			t.Fatal(len(seen), seen)
		}
		s.Do("here", "GET", "/rooms?limit=200&q=3%E6%A0%8B&community="+c(1), nil).Is(200, `"3-1-1202"`).Not(`"10-1-101"`)
		b := webtest.JSON[web.List[housing.BuildingRow]](s.Do("here", "GET", "/buildings?community="+c(1), nil).Is(200))
		if len(b.Items) != 2 || b.Items[0].Name != "3栋" || b.Items[0].Rooms != 24 || b.Items[1].Name != "10栋" {
			t.Fatalf("%+v", b.Items)
		}
		s.Do("here", "GET", "/rooms?limit=200&community="+c(1)+"&building="+b.Items[1].ID.String(), nil).Is(200, `"10-1-101"`).Not(`"3-1-101"`)
		s.Do("here", "GET", "/rooms?community="+c(1)+"&cursor=zzz", nil).Is(422, "request.cursor")
	})
}

func TestARoomOfAnotherCommunityDoesNotExist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		id := add(t, d, 1, "3-2-1502")["3-2-1502"].String()
		s := site(t, d)
		for _, path := range []string{"/rooms/" + id, "/rooms?community=" + c(1), "/buildings?community=" + c(1), "/rooms/resolve?label=3-2-1502&community=" + c(1)} {
			s.Do("there", "GET", path, nil).Is(404, "not_found").Not("1502\"")
		}
		s.Do("there", "PUT", "/rooms/"+id, map[string]any{"type": "home", "buildingArea": "1", "state": "sold"}, "If-Match", `"1"`).Is(404)
		s.Do("nobody", "GET", "/rooms/"+id, nil).Is(401)
		s.Do("looker", "PUT", "/rooms/"+id, map[string]any{"type": "home", "buildingArea": "1", "state": "sold"}, "If-Match", `"1"`).Is(403)
		s.Do("here", "GET", "/rooms/zzz", nil).Is(422)
	})
}

func TestEditingARoom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		path := "/rooms/" + add(t, d, 1, "3-2-1502")["3-2-1502"].String()
		s := site(t, d)
		good := func() map[string]any {
			return map[string]any{"type": "shop", "floor": -1, "buildingArea": "99.5", "innerArea": "80", "state": "let", "handedOverOn": "2026-01-05", "notes": "𠮷<b>😀'; --"}
		}
		s.Do("here", "PUT", path, good()).Is(428)
		a := s.Do("here", "PUT", path, good(), "If-Match", `"1"`).Is(200, `"99.50"`, `"floor":-1`, "2026-01-05", "𠮷")
		if a.Header.Get("ETag") != `"2"` {
			t.Error(a.Header)
		}
		if room := webtest.JSON[housing.Room](s.Do("here", "GET", path, nil).Is(200)); room.Notes != "𠮷<b>😀'; --" || room.HandedOverOn.String() != "2026-01-05" || room.Version != 2 {
			t.Errorf("%+v", room)
		}
		s.Do("here", "PUT", path, good(), "If-Match", `"1"`).Is(409, "stale")
		for field, wrong := range map[string]struct {
			name string
			v    any
			code string
		}{
			"area with a comma":   {"buildingArea", "12,5", "housing.area_comma"},
			"negative area":       {"buildingArea", "-3", "housing.area_positive"},
			"no area":             {"buildingArea", "", "housing.area_empty"},
			"inner area too much": {"innerArea", "100", "housing.inner_larger"},
			"unknown type":        {"type", "castle", "not_listed"},
			"no such day":         {"handedOverOn", "2026-02-30", "wrong_form"},
			"too high":            {"floor", 2000, "too_big"},
			"long notes":          {"notes", strings.Repeat("长", 501), "too_long"},
		} {
			t.Run(field+" is refused at its field", func(t *testing.T) {
				body := good()
				body[wrong.name] = wrong.v
				s.Do("here", "PUT", path, body, "If-Match", `"2"`).Is(422, `"field":"`+wrong.name+`"`, `"code":"`+wrong.code+`"`)
			})
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM audit WHERE action = 'housing.edit' AND subject LIKE 'room:%'`); n != 1 {
			t.Errorf("%d audit entries for one edit", n)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM outbox WHERE name = 'housing.room_changed'`); n != 1 {
			t.Errorf("%d events for one edit", n)
		}
	})
}

func TestALabelStandsOnceInACommunity(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		add(t, d, 1, "3-2-1502")
		add(t, d, 2, "3-2-1502") // another community has its own
		l, _ := housing.ParseLabel("三栋二单元1502")
		err := d.Write(t.Context(), person(1), housing.ActEdit, func(tx *db.Tx) error {
			_, err := housing.AddRooms(t.Context(), tx, 1, []housing.NewRoom{{Label: l, Type: housing.Home, State: housing.Vacant}})
			return err
		})
		if !db.Unique(err, "room_label", "room.") {
			t.Error(err)
		}
		err = d.Read(t.Context(), person(1), housing.ActView, func(tx *db.Tx) error {
			if r, err := housing.Find(context.Background(), tx, 1, "3#2-1502"); err != nil || r.Community != 1 {
				t.Error(r, err)
			}
			_, err := housing.Find(t.Context(), tx, 1, "9-9-999")
			return err
		})
		if !errors.Is(err, housing.ErrRoomUnknown) {
			t.Error(err)
		}
	})
}

func TestTheBeginningOfALabel(t *testing.T) {
	for in, want := range map[string]string{"3栋": "3-", "3栋2单元": "3-2-", "3-2": "3-2", "三栋二": "3-2", "3#2-15": "3-2-15", "1502": "1502", "a座12": "A-12", "3栋2单元1502": "3-2-1502", "": ""} {
		if got := housing.KeyPrefix(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
