package facility_test

import (
	"bytes"
	"image"
	"image/png"
	"strconv"
	"testing"

	"guanjia/internal/audit"
	"guanjia/internal/facility"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/webtest"
)

var all = []authz.Action{facility.ActView, facility.ActEdit, facility.ActRecord, facility.ActExport}

func site(t *testing.T, d *db.DB) (*webtest.Site, *facility.Service) {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	files, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	build := authz.Action("housing.build")
	for _, community := range []authz.CommunityID{1, 2} {
		var rooms []housing.NewRoom
		for _, l := range []string{"3-1-0301", "3-1-1502", "3-2-1502", "5-1-101"} {
			label, err := housing.ParseLabel(l)
			if err != nil {
				t.Fatal(err)
			}
			floor := map[string]int64{"0301": 3, "1502": 15, "101": 1}[label.Room]
			rooms = append(rooms, housing.NewRoom{Label: label, Type: housing.Home, State: housing.Occupied, Floor: &floor})
		}
		if err := d.Write(t.Context(), dbtest.Actor(9, []authz.CommunityID{community}, build), build, func(tx *db.Tx) error {
			tx.Silent("a test")
			_, err := housing.AddRooms(t.Context(), tx, community, rooms)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	s := &facility.Service{DB: d, Blobs: files, Exports: audit.New(d)}
	return webtest.New(t, d, map[string]authz.Actor{
		"here": dbtest.Actor(7, []authz.CommunityID{1}, all...), "there": dbtest.Actor(8, []authz.CommunityID{2}, all...), "looks": dbtest.Actor(9, []authz.CommunityID{1}, facility.ActView),
	}, s.Routes), s
}

func pump() map[string]any {
	return map[string]any{
		"community": authz.CommunityID(1).String(), "code": "sb-001", "name": "生活水泵", "kind": "water", "place": "地下一层水泵房", "serves": "3栋全部", "state": "running",
		"installedOn": "2020-06-01", "warrantyUntil": "2025-06-01",
		"checks": []any{map[string]any{"name": "季度保养", "kind": "routine", "months": 3, "lastOn": "2025-11-30"}, map[string]any{"name": "水质检测", "kind": "statutory", "months": 12, "nextOn": "2026-05-01"}},
		"parts":  []any{map[string]any{"name": "机械密封", "spec": "DN50", "quantity": 2}},
	}
}

// HOU-04: the register with its checks; the first that falls due is when the facility is due.
func TestTheRegisterKnowsWhatFallsDueNext(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, _ := site(t, d)
		f := webtest.JSON[facility.Full](s.Do("here", "POST", "/facilities", pump()).Is(201))
		if f.Code != "SB-001" || f.NextOn.String() != "2026-02-28" || len(f.Checks) != 2 || len(f.Parts) != 1 {
			t.Fatalf("three months after 30 November is the last day of February: %+v", f)
		}
		s.Do("here", "POST", "/facilities", pump()).Is(422, "facility.code_taken")
		path := "/facilities/" + f.ID.String()
		s.Do("looks", "POST", path+"/records", map[string]any{"kind": "maintenance", "result": "ok"}).Is(403)
		s.Do("there", "GET", path, nil).Is(404)
		s.Do("here", "POST", path+"/records", map[string]any{"kind": "inspection", "result": "problem"}).Is(422, "required")
		s.Do("here", "POST", path+"/records", map[string]any{"kind": "inspection", "result": "ok", "check": "年检"}).Is(422, "facility.check_unknown")
		s.Do("here", "POST", path+"/records", map[string]any{"kind": "inspection", "result": "ok", "on": "2026-12-01"}).Is(422, "facility.future")
		f = webtest.JSON[facility.Full](s.Do("here", "POST", path+"/records", map[string]any{"kind": "inspection", "result": "problem", "check": "季度保养", "words": "轴承异响"}).Is(201))
		if f.State != facility.Faulty || f.Checks[0].LastOn.String() != "2026-03-02" || f.Checks[0].NextOn.String() != "2026-06-02" || f.NextOn.String() != "2026-05-01" || len(f.Records) != 1 {
			t.Errorf("what was inspected today falls due in three months: %+v", f)
		}
		f = webtest.JSON[facility.Full](s.Do("here", "POST", path+"/records", map[string]any{"kind": "maintenance", "result": "ok", "words": "换轴承"}).Is(201))
		if f.State != facility.Running || f.Records[0].Words != "换轴承" {
			t.Errorf("%+v", f)
		}
		due := func(q string) int {
			return len(webtest.JSON[web.List[facility.Facility]](s.Do("looks", "GET", "/facilities?community="+authz.CommunityID(1).String()+q, nil).Is(200)).Items)
		}
		for q, want := range map[string]int{"": 1, "&due=30": 0, "&due=60": 1, "&kind=water": 1, "&kind=lift": 0, "&q=%E6%B0%B4%E6%B3%B5": 1, "&q=%25": 0, "&q=sb": 1, "&state=fault": 0} {
			if got := due(q); got != want {
				t.Errorf("%s: %d, want %d", q, got, want)
			}
		}
		wrong := pump()
		wrong["warrantyUntil"], wrong["name"], wrong["code"] = "2019-01-01", " ", "x"
		delete(wrong, "community")
		s.Do("here", "PUT", path, wrong, "If-Match", `"1"`).Is(409)
		s.Do("here", "PUT", path, wrong, "If-Match", `"3"`).Is(422, "facility.before_installed", `"name"`)
	})
}

func drawing(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// HOU-04a: from a room the valve to close is one question away, the one that leaves most others their water first.
func TestTheValveToCloseIsTheOneThatReachesLeast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, _ := site(t, d)
		place := "/plans?community=" + authz.CommunityID(1).String() + "&name=%E7%BB%99%E6%B0%B4"
		p := webtest.JSON[facility.Plan](s.Upload("here", place, "plan.png", drawing(t)).Is(201))
		if p.Width != 40 || p.Height != 30 {
			t.Fatalf("%+v", p)
		}
		s.Upload("here", place, "plan.png", []byte("%PDF-1.4")).Is(422, "facility.not_a_picture")
		building := dbtest.One[housing.BuildingID](t, d, `SELECT id FROM building WHERE community_id = 1 AND code = '3'`)
		unit := dbtest.One[housing.UnitID](t, d, `SELECT id FROM unit WHERE community_id = 1 AND building_id = $1 AND code = '1'`, building)
		valve := func(name string, cuts ...any) map[string]any {
			return map[string]any{"kind": "valve", "medium": "water", "name": name, "points": []any{[]int{100, 200}}, "place": "门后", "cuts": append([]any{}, cuts...)}
		}
		items := []any{
			valve("小区总阀"), valve("3栋总阀", map[string]any{"buildingId": building}), valve("1单元阀", map[string]any{"buildingId": building, "unitId": unit}),
			valve("1单元低区阀", map[string]any{"buildingId": building, "unitId": unit, "fromFloor": 1, "toFloor": 6}),
			map[string]any{"kind": "line", "medium": "water", "name": "", "points": []any{[]int{0, 0}, []int{9999, 100}}, "place": "", "cuts": []any{}},
		}
		path := "/plans/" + p.ID.String()
		save := func(items []any) webtest.Answer {
			return s.Do("here", "PUT", path, map[string]any{"name": "给水总图", "items": items}, "If-Match", `"`+strconv.FormatInt(p.Version, 10)+`"`)
		}
		save([]any{map[string]any{"kind": "valve", "medium": "water", "name": "", "points": []any{[]int{1, 1}, []int{2, 2}}, "place": "", "cuts": []any{}}}).Is(422, "facility.points", "required")
		save([]any{map[string]any{"kind": "line", "medium": "water", "name": "", "points": []any{[]int{0, 0}, []int{10001, 1}}, "place": "", "cuts": []any{}}}).Is(422, "facility.outside")
		p = webtest.JSON[facility.Plan](save(items).Is(200))
		names := func(label string) (out []string) {
			room := dbtest.One[housing.RoomID](t, d, `SELECT id FROM room WHERE community_id = 1 AND label_key = $1`, label)
			for _, v := range webtest.JSON[web.List[facility.ShutOff]](s.Do("looks", "GET", "/shut-offs?room="+room.String(), nil).Is(200)).Items {
				out = append(out, v.Name)
			}
			return out
		}
		for label, want := range map[string][]string{
			"3-1-0301": {"1单元低区阀", "1单元阀", "3栋总阀", "小区总阀"}, "3-1-1502": {"1单元阀", "3栋总阀", "小区总阀"}, "3-2-1502": {"3栋总阀", "小区总阀"}, "5-1-101": {"小区总阀"},
		} {
			if got := names(label); len(got) != len(want) || got[0] != want[0] {
				t.Errorf("%s: %q, want %q", label, got, want)
			}
		}
		item := "/plan-items/" + p.Items[0].ID.String() + "/photo"
		s.Upload("there", item, "a.png", drawing(t)).Is(404)
		s.Upload("here", item, "a.png", drawing(t)).Is(201, `"hasPhoto":true`)
		s.Do("there", "GET", item, nil).Is(404)
		s.Do("looks", "GET", path+"/picture", nil).Is(200)
		items[0] = map[string]any{"id": p.Items[0].ID, "kind": "valve", "medium": "water", "name": "总阀", "points": []any{[]int{5, 5}}, "place": "", "cuts": []any{}}
		p = webtest.JSON[facility.Plan](save(items).Is(200))
		if !p.Items[0].HasPhoto || p.Items[0].Name != "总阀" || p.Items[1].HasPhoto {
			t.Errorf("a mark that is moved keeps its photo: %+v", p.Items[0])
		}
		s.Do("there", "DELETE", path, nil, "If-Match", `"3"`).Is(404)
		s.Do("here", "DELETE", path, nil, "If-Match", `"`+strconv.FormatInt(p.Version, 10)+`"`)
		s.Do("here", "GET", "/plans?community="+authz.CommunityID(1).String(), nil).Is(200, `"items":[]`)
	})
}
