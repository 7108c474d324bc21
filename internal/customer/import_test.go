package customer_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/webtest"
)

var heads = []any{"楼栋*", "单元", "房号*", "房屋类型", "楼层", "建筑面积*", "套内面积", "房屋状态", "交房日期", "业主姓名", "手机号", "关系", "备注"}

// row is a good row of the template with some cells changed, by column letter.
func row(room string, change map[string]any) []any {
	cells := []any{"3", "2", room, "住宅", 15, 108.62, 89.5, "自住", "2026-01-05", "李娜", "13800005678", "业主", ""}
	for col, v := range change {
		cells[col[0]-'A'] = v
	}
	return cells
}

func book(t testing.TB, rows ...[]any) []byte {
	return edited(t, nil, rows...)
}

func edited(t testing.TB, edit func(f *excelize.File), rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, r := range append([][]any{heads}, rows...) {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	if edit != nil {
		edit(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// importing is a site whose jobs are done after every request.
type importing struct {
	*webtest.Site
	t       testing.TB
	jobs    *jobs.Runner
	service *imports.Service
}

// everybody are the templates as the tests of this package know them.
func everybody() []imports.Template {
	return imports.Plug(map[string][]imports.Hold{"room": {{Table: "relation", Column: "room_id"}}}, customer.HomesTemplate(), housing.ImportTemplate())
}

func importSite(t *testing.T, d *db.DB) importing {
	t.Helper()
	files, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &imports.Service{DB: d, Files: files, Exports: audit.New(d), Templates: everybody()}
	run := jobs.New(d, jobs.Options{})
	s.Schedule(run)
	return importing{webtest.New(t, d, map[string]authz.Actor{"here": person(1), "there": person(2), "looker": dbtest.Actor(8, []authz.CommunityID{1}, customer.ActView)}, service(t, d).Routes, s.Routes), t, run, s}
}

// done is an import when nothing of it is under way any more.
func (s importing) done(id imports.ID) webtest.Answer {
	s.t.Helper()
	if err := s.jobs.Drain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return s.Do("here", "GET", "/imports/"+id.String(), nil)
}

func (s importing) upload(content []byte) webtest.Answer {
	s.t.Helper()
	a := s.Upload("here", "/imports?community="+c(1), "房屋.xlsx", content)
	if a.Status != 201 {
		return a
	}
	return s.done(webtest.JSON[imports.Import](a).ID)
}

func (s importing) apply(id imports.ID, mode imports.Mode) webtest.Answer {
	s.t.Helper()
	s.Do("here", "POST", "/imports/"+id.String()+"/apply", map[string]any{"mode": mode}).Is(200, `"state":"applying"`)
	return s.done(id)
}

func (s importing) undo(id imports.ID) webtest.Answer {
	s.t.Helper()
	s.Do("here", "POST", "/imports/"+id.String()+"/undo", nil).Is(200, `"state":"undoing"`)
	return s.done(id)
}

type counts struct{ Rooms, Customers, Relations, Mobiles, Buildings, Units int }

func there(t *testing.T, d *db.DB) (n counts) {
	for table, to := range map[string]*int{"room": &n.Rooms, "customer": &n.Customers, "relation": &n.Relations, "customer_mobile": &n.Mobiles, "building": &n.Buildings, "unit": &n.Units} {
		*to = dbtest.One[int](t, d, `SELECT COUNT(*) FROM `+table)
	}
	return n
}

func TestASheetIsCheckedThenWrittenAndWrittenAgainChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, clk *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		s := importSite(t, d)
		file := book(t,
			row("1501", nil),
			row("1502", map[string]any{"J": "张伟", "K": "13900001111", "L": "", "M": "有狗"}),
			row("1502", map[string]any{"D": "", "H": "", "J": "王芳", "K": "", "L": "家人"}),
			row("1503", nil), // 李娜 owns two rooms
			row("1601", map[string]any{"J": "", "K": "", "L": "", "M": "开发商自持"}), // nobody's yet
			row("117", map[string]any{"A": "B1", "B": "", "D": "车位", "E": -1, "F": "12.5", "G": "", "J": "李娜", "K": 13800005678}),
		)
		i := webtest.JSON[imports.Import](s.upload(file).Is(200, `"state":"checked"`))
		if i.Rows != 6 || i.NewRooms != 5 || i.NewCustomers != 3 || i.NewRelations != 5 || i.Unchanged != 0 || i.ErrorCount != 0 {
			t.Fatalf("%+v", i)
		}
		if n := there(t, d); n != (counts{}) {
			t.Fatalf("a check wrote %+v", n)
		}
		clk.Advance(time.Minute)
		a := webtest.JSON[imports.Import](s.apply(i.ID, imports.New).Is(200, `"state":"applied"`, `"appliedAt"`))
		if want := (counts{5, 3, 5, 2, 2, 1}); there(t, d) != want || a.NewRelations != 5 {
			t.Fatalf("%+v, want %+v", there(t, d), want)
		}
		if got := dbtest.One[string](t, d, `SELECT notes FROM room WHERE label_key = '3-2-1601'`); got != "开发商自持" {
			t.Error(got)
		}
		if got := dbtest.One[string](t, d, `SELECT archive_no FROM customer WHERE name = '王芳'`); got != "20260302-003" {
			t.Error(got)
		}
		s.Do("here", "POST", "/imports/"+i.ID.String()+"/apply", map[string]any{}).Is(409, "import.applied_before")

		again := webtest.JSON[imports.Import](s.upload(file).Is(200))
		if again.State != imports.Checked || again.Unchanged != 6 || again.NewRooms+again.NewCustomers+again.NewRelations != 0 {
			t.Errorf("the same file again: %+v", again)
		}
		s.apply(again.ID, imports.New).Is(200, `"unchanged":6`)
		if want := (counts{5, 3, 5, 2, 2, 1}); there(t, d) != want {
			t.Errorf("%+v after the second time, want %+v", there(t, d), want)
		}
		list := webtest.JSON[web.List[imports.Import]](s.Do("here", "GET", "/imports?community="+c(1), nil).Is(200))
		if len(list.Items) != 2 || list.Items[0].ID != again.ID || list.Items[0].ByName == "" {
			t.Errorf("%+v", list)
		}
	})
}

func TestEveryBadRowIsNamedWithColumnAndReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		for name, bad := range map[string]struct {
			column, code string
			rows         [][]any
		}{
			"area with a comma":           {"建筑面积", "housing.area_comma", [][]any{row("1501", map[string]any{"F": "12,5"})}},
			"negative area":               {"建筑面积", "housing.area_positive", [][]any{row("1501", map[string]any{"F": -3})}},
			"no area":                     {"建筑面积", "housing.area_empty", [][]any{row("1501", map[string]any{"F": ""})}},
			"inner area too large":        {"套内面积", "housing.inner_larger", [][]any{row("1501", map[string]any{"G": 200})}},
			"mobile with letters":         {"手机号", "customer.phone_letters", [][]any{row("1501", map[string]any{"K": "138abc45678"})}},
			"mobile too short":            {"手机号", "customer.phone_length", [][]any{row("1501", map[string]any{"K": "1380000"})}},
			"ambiguous date":              {"交房日期", "import.date", [][]any{row("1501", map[string]any{"I": "1/5/26"})}},
			"no such day":                 {"交房日期", "import.date", [][]any{row("1501", map[string]any{"I": "2026-02-30"})}},
			"room turned into a date":     {"房号", "import.turned_date", [][]any{row("1501", map[string]any{"C": time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)})}},
			"no building":                 {"楼栋", "required", [][]any{row("1501", map[string]any{"A": ""})}},
			"no room":                     {"房号", "required", [][]any{row("", nil)}},
			"a room that is none":         {"房号", "housing.label_characters", [][]any{row("<b>", nil)}},
			"unknown type":                {"房屋类型", "import.type", [][]any{row("1501", map[string]any{"D": "城堡"})}},
			"unknown state":               {"房屋状态", "import.state", [][]any{row("1501", map[string]any{"H": "飞走"})}},
			"unknown relation":            {"关系", "import.relation", [][]any{row("1501", map[string]any{"L": "朋友"})}},
			"half a floor":                {"楼层", "import.floor", [][]any{row("1501", map[string]any{"E": 1.5})}},
			"over-long name":              {"业主姓名", "customer.name_long", [][]any{row("1501", map[string]any{"J": strings.Repeat("长", 51)})}},
			"over-long notes":             {"备注", "too_long", [][]any{row("1501", map[string]any{"M": strings.Repeat("长", 501)})}},
			"a number without a name":     {"业主姓名", "import.name_missing", [][]any{row("1501", map[string]any{"J": ""})}},
			"the template's example":      {"备注", "import.example", [][]any{row("1501", map[string]any{"M": "示例：填写前请删除这一行"})}},
			"a room without people twice": {"房号", "import.room_twice", [][]any{row("1501", nil), row("1501", map[string]any{"J": "", "K": "", "L": ""})}},
			"the same person twice":       {"业主姓名", "import.person_twice", [][]any{row("1501", nil), row("1501", nil)}},
			"a room in two writings":      {"业主姓名", "import.person_twice", [][]any{row("1501", nil), row("1501室", map[string]any{"A": "三栋", "B": "二单元"})}},
			"a room with two areas":       {"建筑面积", "import.room_contradicts", [][]any{row("1501", nil), row("1501", map[string]any{"J": "张伟", "F": 99})}},
		} {
			t.Run(name, func(t *testing.T) {
				rows := append([][]any{row("2801", map[string]any{"J": "", "K": "", "L": ""})}, bad.rows...)
				i := webtest.JSON[imports.Import](s.upload(book(t, rows...)).Is(200, `"state":"rejected"`))
				if i.ErrorCount != 1 || len(i.Errors) != 1 {
					t.Fatalf("%+v", i.Errors)
				}
				e := i.Errors[0]
				if e.Row != len(rows)+1 || e.Column != bad.column || e.Code != bad.code || e.Message == "" || e.Message == e.Code || strings.Contains(e.Message, "{") {
					t.Errorf("%+v", e)
				}
				if len(bad.rows) == 2 && fmt.Sprint(e.Params["other"]) != "3" {
					t.Errorf("does not name the other row: %+v", e.Params)
				}
				s.Do("here", "POST", "/imports/"+i.ID.String()+"/apply", map[string]any{}).Is(409, "import.rejected")
			})
		}
		if n := there(t, d); n != (counts{}) {
			t.Errorf("bad files wrote %+v", n)
		}
	})
}

func TestAFormulaIsNoValue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		file := edited(t, func(f *excelize.File) {
			if err := f.SetCellFormula("Sheet1", "F2", "1+1"); err != nil {
				t.Fatal(err)
			}
		}, row("1501", nil))
		i := webtest.JSON[imports.Import](importSite(t, d).upload(file).Is(200))
		if len(i.Errors) != 1 || i.Errors[0].Code != "import.formula" || i.Errors[0].Column != "建筑面积" {
			t.Errorf("%+v", i.Errors)
		}
	})
}

func TestAFileThatIsNoSuchTableIsRefusedWithAReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		var zipped bytes.Buffer
		z := zip.NewWriter(&zipped)
		w, err := z.Create("readme.txt")
		must(err)
		_, err = io.WriteString(w, "hello")
		must(err)
		must(z.Close())
		for name, f := range map[string]struct {
			content []byte
			code    string
		}{
			"a renamed text":    {[]byte("楼栋,房号,建筑面积\n3,1501,90\n"), "sheet.not_xlsx"},
			"a renamed archive": {zipped.Bytes(), "sheet.not_xlsx"},
			"an old .xls":       {append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, make([]byte, 2000)...), "sheet.xls"},
			"merged cells":      {edited(t, func(f *excelize.File) { must(f.MergeCell("Sheet1", "A2", "A3")) }, row("1501", nil), row("1502", nil)), "sheet.merged"},
			"a heading twice":   {edited(t, func(f *excelize.File) { must(f.SetCellValue("Sheet1", "D1", "手机号")) }, row("1501", nil)), "sheet.duplicate_header"},
			"no rows":           {book(t), "sheet.empty"},
		} {
			t.Run(name, func(t *testing.T) {
				s.upload(f.content).Is(422, `"code":"`+f.code+`"`, `"field":"file"`)
			})
		}
		t.Run("a huge file", func(t *testing.T) { s.upload(make([]byte, 66<<20)).Is(413) })
		t.Run("no file", func(t *testing.T) {
			s.Do("here", "POST", "/imports?community="+c(1), "--x\r\n\r\n--x--\r\n", "Content-Type", "multipart/form-data; boundary=x").Is(422)
		})
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM import`); n != 0 {
			t.Errorf("%d records of files that are no tables", n)
		}
	})
}

func TestOddTextsComeBackAsTheyWere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		names := []string{"𠮷野家", "<b>李</b>", "'; DROP TABLE room; --", "😀👨‍👩‍👧", "=1+1", "{scope}$1"}
		var rows [][]any
		for i, n := range names {
			rows = append(rows, row(fmt.Sprint(1501+i), map[string]any{"J": n, "K": fmt.Sprint(13800005670 + i), "M": n}))
		}
		i := webtest.JSON[imports.Import](s.Upload("here", "/imports?community="+c(1), `..\<𠮷>.xlsx`, book(t, rows...)).Is(201))
		s.done(i.ID).Is(200, `"state":"checked"`)
		if i.FileName != "<𠮷>.xlsx" {
			t.Error(i.FileName)
		}
		s.apply(i.ID, imports.New).Is(200)
		for k, n := range names {
			id := dbtest.One[customer.ID](t, d, `SELECT customer_id FROM customer_mobile WHERE mobile_index = $1`, d.Vault().Index("mobile", fmt.Sprint(13800005670+k)))
			got := webtest.JSON[customer.Customer](s.Do("here", "GET", "/customers/"+id.String(), nil).Is(200))
			if got.Name != n || got.Notes != n {
				t.Errorf("%q came back as %q, %q", n, got.Name, got.Notes)
			}
		}
		again := webtest.JSON[imports.Import](s.upload(book(t, rows...)).Is(200))
		if again.Unchanged != len(names) {
			t.Errorf("%+v", again)
		}
	})
}

func TestWhoBuysAnotherRoomKeepsTheirArchive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		for i, rows := range [][][]any{
			{row("1501", map[string]any{"J": "张伟", "K": "13900001111"}), row("1502", nil)},
			{row("1601", nil), row("1602", map[string]any{"K": "13700002222"}), row("1603", map[string]any{"K": ""})},
		} {
			got := webtest.JSON[imports.Import](s.upload(book(t, rows...)).Is(200, `"state":"checked"`, fmt.Sprintf(`"newCustomers":%d`, 2)))
			s.apply(got.ID, imports.New).Is(200)
			if want := []int{2, 5}[i]; there(t, d).Relations != want {
				t.Fatalf("%+v", there(t, d))
			}
		}
		// The same name with another number, or none, is somebody else.
		if n := there(t, d); n.Customers != 4 || n.Mobiles != 3 {
			t.Errorf("%+v", n)
		}
		const rooms = `SELECT COUNT(*) FROM relation r JOIN customer_mobile m ON m.customer_id = r.customer_id WHERE m.mobile_index = $1`
		if n := dbtest.One[int](t, d, rooms, d.Vault().Index("mobile", "13800005678")); n != 2 {
			t.Errorf("%d rooms of who has bought two", n)
		}
	})
}

func TestWhatIsThereIsNeverOverwritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		i := webtest.JSON[imports.Import](s.upload(book(t, row("1501", nil))).Is(200))
		s.apply(i.ID, imports.New).Is(200)
		for name, bad := range map[string]struct {
			change map[string]any
			code   string
		}{
			"another area":     {map[string]any{"F": 99}, "import.room_differs"},
			"another state":    {map[string]any{"H": "出租"}, "import.room_differs"},
			"another floor":    {map[string]any{"E": 3}, "import.room_differs"},
			"another number":   {map[string]any{"K": "13900001111"}, "import.mobile_differs"},
			"another relation": {map[string]any{"L": "租户"}, "import.relation_differs"},
		} {
			t.Run(name+" is an error, not a change", func(t *testing.T) {
				i := webtest.JSON[imports.Import](s.upload(book(t, row("1501", bad.change))).Is(200, bad.code).Not("13800005678"))
				s.Do("here", "POST", "/imports/"+i.ID.String()+"/apply", map[string]any{"mode": "new"}).Is(409, "import.rejected")
			})
		}
		blank := map[string]any{"D": "", "E": "", "G": "", "H": "", "I": "", "K": "", "L": ""}
		s.upload(book(t, row("1501", blank))).Is(200, `"unchanged":1`)
	})
}

func TestAnImportThatNoLongerFitsWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		first := webtest.JSON[imports.Import](s.upload(book(t, row("1501", nil), row("1502", map[string]any{"J": "张伟", "K": ""}))).Is(200))
		second := webtest.JSON[imports.Import](s.upload(book(t, row("1501", map[string]any{"F": 99}), row("1601", nil))).Is(200))
		s.apply(first.ID, imports.New).Is(200)
		before := there(t, d)
		s.apply(second.ID, imports.New).Is(200, `"state":"checked"`, `"reason":"import.outdated"`, `"row":2,"column":"建筑面积","code":"import.room_differs"`)
		if there(t, d) != before {
			t.Errorf("%+v, want %+v", there(t, d), before)
		}
	})
}

func TestTheRedCopyNamesEveryBadRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		s := importSite(t, d)
		var rows [][]any
		for i := range 1100 {
			rows = append(rows, row(fmt.Sprint(1000+i), map[string]any{"F": "12,5", "J": "", "K": "", "L": ""}))
		}
		i := webtest.JSON[imports.Import](s.upload(book(t, rows...)).Is(200))
		if i.ErrorCount != 1100 || len(i.Errors) != 1000 {
			t.Fatal(i.ErrorCount, len(i.Errors))
		}
		path := "/imports/" + i.ID.String()
		copied := s.Do("here", "GET", path+"/errors.xlsx", nil).Is(200)
		table, err := sheet.Read(strings.NewReader(copied.Body), int64(len(copied.Body)), sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		red, _ := table.Column(sheet.ErrorColumn)
		n := 0
		for r, err := range table.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(r.Cells[red].Text, "建筑面积：面积请用小数点") {
				n++
			}
		}
		if n != 1100 {
			t.Errorf("%d rows are marked", n)
		}
		s.upload([]byte(copied.Body)).Is(200, `"errorCount":1100`) // the red column itself is passed over
		for _, p := range []string{path, path + "/errors.xlsx", "/imports?community=" + c(1)} {
			s.Do("there", "GET", p, nil).Is(404)
		}
		s.Do("there", "POST", path+"/apply", map[string]any{}).Is(404)
		for _, what := range []string{"/cancel", "/undo"} {
			s.Do("there", "POST", path+what, nil).Is(404)
		}
		s.Do("there", "GET", path+"/columns", nil).Is(404)
		s.Upload("there", "/imports?community="+c(1), "a.xlsx", book(t, row("1501", nil))).Is(404)
		s.Do("looker", "GET", path, nil).Is(403)
	})
}

func TestTheTemplateCanBeFilledInAndItsExampleIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := importSite(t, d)
		file := s.Do("here", "GET", "/imports/template.xlsx", nil).Is(200)
		s.upload([]byte(file.Body)).Is(200, `"errorCount":1`, "import.example")
		f, err := excelize.OpenReader(strings.NewReader(file.Body))
		if err != nil {
			t.Fatal(err)
		}
		if len(f.GetSheetList()) != 2 {
			t.Error(f.GetSheetList())
		}
		if err := f.SetCellValue("房屋与业主", "M2", ""); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		s.upload(b.Bytes()).Is(200, `"state":"checked"`, `"newRooms":1`)
	})
}

func TestFiveThousandRoomsComeInWithinSeconds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		var rows []customer.ImportRow
		for i := range 5000 {
			l, err := housing.ParseLabel(fmt.Sprintf("%d-%d-%d%02d", i/500+1, i/100%5+1, i/4%25+1, i%4+1))
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, customer.ImportRow{Room: housing.NewRoom{Label: l, BuildingArea: 9000}, Name: fmt.Sprintf("住户%d", i), Mobile: fmt.Sprint(13800000000 + i)})
		}
		start := time.Now()
		if err := d.Write(t.Context(), person(1), imports.Act, func(tx *db.Tx) error {
			r, wrong, err := customer.ImportRows(t.Context(), tx, 1, rows)
			if len(wrong) > 0 || r.NewRooms != 5000 || r.NewRelations != 5000 {
				t.Error(r, wrong)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		// Ten times what it takes here: this is to notice a query per row, not a slow machine.
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("took %s", took)
		} else {
			t.Log(took)
		}
		if n := there(t, d); n.Rooms != 5000 || n.Customers != 5000 || n.Relations != 5000 || n.Mobiles != 5000 || n.Buildings != 10 {
			t.Errorf("%+v", n)
		}
	})
}
