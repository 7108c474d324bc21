package customer_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/webtest"
)

// street is a table of n rooms with owners, every third of them with two rooms.
func street(n int) (rows [][]any) {
	for i := range n {
		owner := i - i%3%2
		rows = append(rows, row(fmt.Sprintf("%d%02d", i/4+1, i%4+1), map[string]any{"A": fmt.Sprint(i/200 + 1), "J": fmt.Sprintf("住户%d", owner), "K": fmt.Sprint(13800000000 + owner)}))
	}
	return rows
}

func (s importing) one(content []byte) imports.Import {
	s.t.Helper()
	return webtest.JSON[imports.Import](s.upload(content).Is(200))
}

func (s importing) apply1(id imports.ID, m imports.Mode) imports.Import {
	s.t.Helper()
	return webtest.JSON[imports.Import](s.apply(id, m).Is(200))
}

func TestSevenBadRowsAreNamedAndNoneOfTwoThousandIsWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		rows := street(2000)
		for n := range 7 {
			rows[n*250+9][5] = "12,5"
		}
		i := s.one(book(t, rows...))
		if i.State != imports.Rejected || i.ErrorCount != 7 || i.Rows != 2000 {
			t.Errorf("%s %d of %d", i.State, i.ErrorCount, i.Rows)
		}
		for n, e := range i.Errors {
			if e.Row != n*250+11 || e.Column != "建筑面积" || e.Code != "housing.area_comma" || len(e.Modes) > 0 {
				t.Errorf("%+v", e)
			}
		}
		s.Do("here", "POST", "/imports/"+i.ID.String()+"/apply", map[string]any{"mode": "relate"}).Is(409, "import.rejected")
		if n := there(t, d); n != (counts{}) {
			t.Errorf("%+v", n)
		}
	})
}

func TestARunThatDiesInTheMiddleIsTakenUpAgainAndThenUndoneAsAWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		file := book(t, street(2000)...)
		i := s.one(file)
		s.Do("here", "POST", "/imports/"+i.ID.String()+"/apply", map[string]any{"mode": "new"}).Is(200, "applying")
		dying, cancel := context.WithCancel(t.Context())
		died := make(chan error, 1)
		go func() { died <- s.service.Work(dying, i.ID) }()
		for done := 0; done == 0; {
			done = dbtest.One[int](t, d, `SELECT done FROM import`)
		}
		cancel()
		if err := <-died; err == nil {
			t.Fatal("the run did not die")
		}
		half := there(t, d)
		if half.Rooms == 0 || half.Rooms == 2000 {
			t.Fatalf("%+v", half)
		}
		other := s.one(book(t, row("9901", nil)))
		s.Do("here", "POST", "/imports/"+other.ID.String()+"/apply", map[string]any{"mode": "new"}).Is(200) // below: the first has ended meanwhile
		got := webtest.JSON[imports.Import](s.done(i.ID).Is(200, `"state":"applied"`))
		whole := counts{2001, 1334, 2001, 1334, 10, 10}
		if there(t, d) != whole || got.NewRooms != 2000 || got.Done != got.Total {
			t.Errorf("%+v, want %+v; %d of %d", there(t, d), whole, got.Done, got.Total)
		}
		again := s.apply1(s.one(file).ID, imports.New)
		if again.Unchanged != 2000 || there(t, d) != whole {
			t.Errorf("the same file again: %d unchanged, %+v", again.Unchanged, there(t, d))
		}
		s.undo(other.ID).Is(200, `"state":"undone"`)
		s.undo(i.ID).Is(200, `"state":"undone"`, `"undoneAt"`)
		if n := there(t, d); n != (counts{}) {
			t.Errorf("%+v after undoing both", n)
		}
		if n := dbtest.One[int](t, d, `SELECT (SELECT COUNT(*) FROM import_chunk) + (SELECT COUNT(*) FROM import_change)`); n != 0 && again.ID != 0 {
			t.Errorf("%d rows of the journal are left", n)
		}
		s.Do("here", "POST", "/imports/"+i.ID.String()+"/undo", nil).Is(409, "import.not_now")
	})
}

func TestAnUndoIsRefusedWithAListWhereLaterRecordsHang(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		i := s.apply1(s.one(book(t, row("1501", nil), row("1502", map[string]any{"J": "张伟", "K": ""}), row("1503", map[string]any{"J": "王芳", "K": ""}))).ID, imports.New)
		room := dbtest.One[housing.RoomID](t, d, `SELECT id FROM room WHERE label_key = '3-2-1502'`)
		s.Do("here", "POST", "/customers", draft(map[string]any{"roomId": room, "relation": "tenant"})).Is(201)
		who := dbtest.One[customer.ID](t, d, `SELECT id FROM customer WHERE name = '王芳'`)
		s.Do("here", "PUT", "/customers/"+who.String(), map[string]any{"kind": "person", "name": "王芳", "notes": "改过"}, "If-Match", `"1"`).Is(200)
		before := there(t, d)
		s.Do("here", "POST", "/imports/"+i.ID.String()+"/undo", nil).Is(409, "import.held", `"field":"rows[3]","code":"import.held.relation"`, `"field":"rows[4]","code":"import.changed_since"`).Not("rows[2]")
		if there(t, d) != before {
			t.Errorf("a refused undo changed something: %+v", there(t, d))
		}
		s.done(i.ID).Is(200, `"state":"applied"`)
	})
}

func TestEachModeDoesWhatItsDryRunSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		s.apply1(s.one(book(t, row("1501", nil), row("1502", map[string]any{"J": "张伟", "K": ""}))).ID, imports.New)
		file := book(t,
			row("1501", map[string]any{"F": 99.5, "G": "", "H": "出租", "K": "13911112222", "M": "换了号码"}), // another area, state and number
			row("1502", map[string]any{"J": "张伟", "K": "", "L": ""}),                                    // nothing new
			row("1502", map[string]any{"J": "赵敏", "K": "", "L": "家人"}),                                  // somebody new at a room that is there
			row("1601", map[string]any{"J": "钱进", "K": "13700001111"}))                                  // a new room
		i := s.one(file)
		for _, o := range i.Outcomes {
			got := fmt.Sprint(o.Mode, o.New["room"], o.New["customer"], o.New["relation"], o.Changed["room"], o.Changed["customer"], o.Unchanged, o.Bad)
			want := map[imports.Mode]string{"new": "new1 2 2 0 0 1 2", "update": "update1 1 1 1 1 1 1", "relate": "relate1 2 2 1 1 1 0"}[o.Mode]
			if got != want {
				t.Errorf("%s, want %s: %+v", got, want, i.Errors)
			}
		}
		s.Do("here", "POST", "/imports/"+i.ID.String()+"/apply", map[string]any{"mode": "update"}).Is(409, "import.rejected")
		before := there(t, d)
		s.apply(i.ID, imports.Relate).Is(200, `"state":"applied"`)
		after := dbtest.One[struct {
			Area  int64  `db:"building_area"`
			Inner int64  `db:"inner_area"`
			State string `db:"state"`
		}](t, d, `SELECT building_area, inner_area, state FROM room WHERE label_key = '3-2-1501'`)
		if after.Area != 9950 || after.Inner != 8950 || after.State != "let" {
			t.Errorf("%+v", after)
		}
		who := dbtest.One[customer.ID](t, d, `SELECT id FROM customer WHERE name = '李娜'`)
		got := webtest.JSON[customer.Customer](s.Do("here", "GET", "/customers/"+who.String(), nil).Is(200))
		if len(got.Mobiles) != 2 || got.Mobiles[0].Masked != "139****2222" || got.Notes != "换了号码" {
			t.Errorf("%+v", got)
		}
		if n := there(t, d); n.Rooms != 3 || n.Relations != 4 || n.Mobiles != 3 {
			t.Errorf("%+v", n)
		}
		if again := s.one(file); again.Unchanged != 4 || again.ErrorCount != 0 {
			t.Errorf("the same file again: %+v", again.Outcomes)
		}
		s.undo(i.ID).Is(200, `"state":"undone"`)
		if there(t, d) != before {
			t.Errorf("%+v, want %+v", there(t, d), before)
		}
		got = webtest.JSON[customer.Customer](s.Do("here", "GET", "/customers/"+who.String(), nil).Is(200))
		if len(got.Mobiles) != 1 || !got.Mobiles[0].Primary || got.Notes != "" {
			t.Errorf("%+v", got)
		}
		if a := dbtest.One[int](t, d, `SELECT building_area FROM room WHERE label_key = '3-2-1501'`); a != 10862 {
			t.Error(a)
		}
	})
}

func TestARowThatNoLongerFitsInTheMiddleTakesTheWholeImportBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		i := s.one(book(t, street(1000)...))
		s.Do("here", "POST", "/imports/"+i.ID.String()+"/apply", map[string]any{"mode": "new"}).Is(200)
		dying, cancel := context.WithCancel(t.Context())
		died := make(chan error, 1)
		go func() { died <- s.service.Work(dying, i.ID) }()
		for done := 0; done == 0; {
			done = dbtest.One[int](t, d, `SELECT done FROM import`)
		}
		cancel()
		<-died
		// Somebody founds the last room of the table, with another area.
		l, err := housing.ParseLabel("5-2-25004")
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(t.Context(), person(1), imports.Act, func(tx *db.Tx) error {
			_, err := housing.AddRooms(t.Context(), tx, 1, []housing.NewRoom{{Label: l, Type: housing.Home, State: housing.Vacant, BuildingArea: 5000}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		s.done(i.ID).Is(200, `"state":"undone"`, `"reason":"import.outdated"`, `"row":1001`, "import.room_differs")
		if n := there(t, d); n.Rooms != 1 || n.Customers+n.Relations+n.Mobiles != 0 {
			t.Errorf("%+v", n)
		}
	})
}

func TestAnImportIsStoppedAndWhatItWroteIsTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		i, other := s.one(book(t, row("1501", nil))), s.one(book(t, row("1601", nil)))
		s.Do("here", "POST", "/imports/"+i.ID.String()+"/apply", map[string]any{"mode": "new"}).Is(200)
		s.Do("here", "POST", "/imports/"+other.ID.String()+"/apply", map[string]any{"mode": "new"}).Is(409, "import.busy") // one at a time
		s.Do("here", "POST", "/imports/"+i.ID.String()+"/cancel", nil).Is(200, "undoing")
		s.done(i.ID).Is(200, `"state":"undone"`, `"reason":"import.cancelled"`)
		s.Do("here", "POST", "/imports/"+other.ID.String()+"/cancel", nil).Is(200, `"state":"cancelled"`)
		s.Do("here", "POST", "/imports/"+other.ID.String()+"/apply", map[string]any{"mode": "new"}).Is(409, "import.not_now")
		if n := there(t, d); n != (counts{}) {
			t.Errorf("%+v", n)
		}
	})
}

// foreign is a table as another system exports it.
func foreign(t *testing.T, heads []any, rows ...[]any) []byte {
	return edited(t, func(f *excelize.File) {
		if err := f.RemoveRow("Sheet1", 1); err != nil {
			t.Fatal(err)
		}
		for i, r := range append([][]any{heads}, rows...) {
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestATableOfAnotherSystemIsRecognisedByItsHeadings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		for name, heads := range map[string][]any{
			"one system":     {"楼栋号", "单元编号", "房屋编号", "业主名称", "手机号", "建筑面积(㎡)"},
			"another system": {"楼号", "单元号", "房间号", "业主", "联系电话", "建筑面积（平方米）"},
			"wide and blank": {"楼 栋 编号", "单元名称", "室号 *", "产权人", "手机号码", "房屋面积"},
		} {
			t.Run(name, func(t *testing.T) {
				i := s.one(foreign(t, heads, []any{"3", "2", "1502", "李娜", "13800005678", "108.62"}))
				if i.State != imports.Checked || i.Template != "homes" || i.NewRooms != 1 || i.NewCustomers != 1 {
					t.Errorf("%+v", i)
				}
			})
		}
		i := s.one(foreign(t, []any{"楼栋号", "房屋编号", "建筑面积(㎡)"}, []any{"3", "1502", "x"}))
		if i.Template != "" && i.State == imports.Rejected && i.Errors[0].Column != "建筑面积(㎡)" {
			t.Errorf("a bad row is named by another heading than the file's: %+v", i.Errors)
		}
	})
}

func TestColumnsThatNobodyKnowsAreAskedForOnceAndRemembered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		s := importSite(t, d)
		heads := []any{"几号楼", "哪个门", "户室", "主人", "电话", "多大", "星座"}
		file := foreign(t, heads, []any{"3", "2", "1502", "李娜", "13800005678", "108.62", "白羊"})
		i := s.one(file)
		if i.State != imports.Mapping {
			t.Fatalf("%+v", i)
		}
		path := "/imports/" + i.ID.String()
		s.Do("here", "GET", path+"/columns", nil).Is(200, `"heading":"星座"`, `"values":["白羊"]`)
		s.Do("here", "POST", path+"/apply", map[string]any{"mode": "new"}).Is(409, "import.not_now")
		match := []string{"If-Match", fmt.Sprintf(`"%d"`, i.Version)}
		put := func(mapping ...string) webtest.Answer {
			return s.Do("here", "PUT", path+"/mapping", map[string]any{"template": "homes", "mapping": mapping}, match...)
		}
		put("楼栋", "单元", "房号", "业主姓名", "手机号", "", "").Is(422, "import.column_missing", "建筑面积")
		put("楼栋", "单元", "房号", "业主姓名", "手机号", "建筑面积", "楼栋").Is(422, "import.column_twice")
		put("楼栋", "单元", "房号", "业主姓名", "手机号", "建筑面积", "星座").Is(422, "import.column_unknown")
		put("楼栋", "单元", "房号", "业主姓名", "手机号", "建筑面积", "").Is(200, `"state":"checking"`)
		s.done(i.ID).Is(200, `"state":"checked"`, `"newRooms":1`, `"newCustomers":1`)
		turned := []any{heads[6], heads[5], heads[4], heads[3], heads[2], heads[1], heads[0]}
		again := s.one(foreign(t, turned, []any{"白羊", "108.62", "13800005678", "李娜", "1502", "2", "3"}))
		if again.State != imports.Checked || again.NewCustomers != 1 {
			t.Errorf("the mapping was not kept: %+v", again)
		}
	})
}
