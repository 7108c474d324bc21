package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"guanjia/internal/platform/errs"
)

// made builds a file through excelize: cells by name.
func made(t testing.TB, edit func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	edit(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(t testing.TB, f *excelize.File, cell string, v any) {
	t.Helper()
	if err := f.SetCellValue("Sheet1", cell, v); err != nil {
		t.Fatal(err)
	}
}

func read(raw []byte, lim Limits) (*Table, error) {
	return Read(bytes.NewReader(raw), int64(len(raw)), lim)
}

func all(t testing.TB, table *Table) (rows []Row) {
	t.Helper()
	for row, err := range table.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// plain is a good table: headings 房号 and 面积, one row.
func plain(t testing.TB, more func(f *excelize.File)) []byte {
	return made(t, func(f *excelize.File) {
		set(t, f, "A1", "房号")
		set(t, f, "B1", "面积")
		set(t, f, "A2", "3-2-1502")
		set(t, f, "B2", 108.62)
		if more != nil {
			more(f)
		}
	})
}

func TestEveryKindOfCell(t *testing.T) {
	raw := made(t, func(f *excelize.File) {
		for i, head := range []string{"*房号", "面积", "交房日期", "自住", "合计", "错", "楼层", "备注 "} {
			set(t, f, ColumnName(i)+"3", head)
		}
		set(t, f, "A1", "业主信息表")
		if err := f.MergeCell("Sheet1", "A1", "H1"); err != nil {
			t.Fatal(err)
		}
		set(t, f, "A5", " 3-2-1502\u00a0")
		set(t, f, "B5", 108.62)
		set(t, f, "C5", time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC))
		set(t, f, "D5", true)
		if err := f.SetCellFormula("Sheet1", "E5", "B5*2"); err != nil {
			t.Fatal(err)
		}
		zeros := "0000"
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &zeros})
		if err != nil {
			t.Fatal(err)
		}
		set(t, f, "G5", 101)
		if err := f.SetCellStyle("Sheet1", "G5", "G5", style); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellRichText("Sheet1", "H5", []excelize.RichTextRun{{Text: "红"}, {Text: "色"}}); err != nil {
			t.Fatal(err)
		}
		set(t, f, "A6", "   ")
		set(t, f, "A9", 13812345678)
	})
	table, err := read(raw, Limits{Headers: []string{"房号", "面积"}})
	if err != nil {
		t.Fatal(err)
	}
	if table.HeaderRow != 3 || !slices.Equal(table.Columns, []string{"房号", "面积", "交房日期", "自住", "合计", "错", "楼层", "备注"}) {
		t.Fatal(table.HeaderRow, table.Columns)
	}
	rows := all(t, table)
	if len(rows) != 2 || rows[0].Number != 5 || rows[1].Number != 9 || len(rows[1].Cells) != 8 {
		t.Fatalf("%+v", rows)
	}
	want := []Cell{
		{Kind: Text, Text: "3-2-1502"}, {Kind: Number, Text: "108.62"}, {Kind: Date, Text: "2026-01-05"}, {Kind: Bool, Text: "TRUE"},
		{Kind: Formula, Raw: "=B5*2"}, {}, {Kind: Number, Text: "0101", Raw: "101"}, {Kind: Text, Text: "红色"},
	}
	for i, c := range rows[0].Cells {
		if c.Kind != want[i].Kind || want[i].Text != c.Text || want[i].Raw != "" && want[i].Raw != c.Raw {
			t.Errorf("%s: %+v, want %+v", ColumnName(i), c, want[i])
		}
	}
	if c := rows[1].Cells[0]; c.Text != "13812345678" || c.Kind != Number {
		t.Errorf("a mobile typed as a number: %+v", c)
	}
	if i, ok := table.Column(" 交房日期*"); !ok || i != 2 {
		t.Error(i, ok)
	}
	if d, err := rows[0].Cells[2].Day(); err != nil || d.String() != "2026-01-05" {
		t.Error(d, err)
	}
	if _, err := rows[0].Cells[4].Day(); !errors.Is(err, ErrDate) {
		t.Error("a formula is no date:", err)
	}
}

func TestDatesAsPeopleTypeThem(t *testing.T) {
	for _, s := range []string{"2026-01-05", "2026-1-5", "2026/1/5", "2026.1.5", "2026年1月5日", "2026年01月05日", "20260105", "２０２６／１／５", " 2026-01-05 00:00:00"} {
		if d, err := ParseDay(s); err != nil || d.String() != "2026-01-05" {
			t.Errorf("%q: %s %v", s, d, err)
		}
	}
	for _, s := range []string{"", "26/1/5", "1/5/2026", "2026-02-30", "2026-13-01", "2026-1", "2026年1月", "20261301", "46027", "2026-1/5", "2026-01-05 13:00", "明天", "2026--1-5"} {
		if d, err := ParseDay(s); !errors.Is(err, ErrDate) {
			t.Errorf("%q was taken as %s", s, d)
		}
	}
}

func TestDateFormats(t *testing.T) {
	for code, want := range map[string]bool{
		"yyyy-mm-dd": true, `yyyy"年"m"月"d"日"`: true, "m/d/yy": true, "[$-804]yyyy/m/d;@": true, "mmm-yy": true, "dd/mm/yyyy hh:mm": true, "yyyy/m": true,
		"0.00": false, "General": false, "#,##0.00": false, `0"d"`: false, "[Red]0": false, "hh:mm:ss": false, "mm:ss": false, `0\d`: false, "@": false, "[h]:mm": false,
	} {
		if got := parseFormat(code).date; got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
}

func TestSerialNumbersOfBothSystems(t *testing.T) {
	for serial, want := range map[float64]string{1: "1900-01-01", 59: "1900-02-28", 61: "1900-03-01", 46027: "2026-01-05", 2958465: "9999-12-31"} {
		if d, ok := (&book{}).fromSerial(serial); !ok || d.String() != want {
			t.Errorf("%v: %s", serial, d)
		}
	}
	if d, ok := (&book{from1904: true}).fromSerial(44565); !ok || d.String() != "2026-01-05" {
		t.Error(d)
	}
	for _, wrong := range []float64{0, 60, -3, 3e6, 1e300} {
		if d, ok := (&book{}).fromSerial(wrong); ok {
			t.Error(wrong, d)
		}
	}
}

func zipped(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		text := parts[name]
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rezip rewrites one part of a file.
func rezip(t testing.TB, raw []byte, part string, edit func(string) string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name] = string(text); f.Name == part {
			parts[f.Name] = edit(string(text))
		}
	}
	return zipped(t, parts)
}

func TestFilesThatAreNotTablesAreRefusedWithAReason(t *testing.T) {
	const sheet1 = "xl/worksheets/sheet1.xml"
	good := plain(t, nil)
	locked := made(t, func(f *excelize.File) { set(t, f, "A1", "x") })
	enc, err := excelize.Encrypt(locked, &excelize.Options{Password: "geheim"})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		raw  []byte
		lim  Limits
		want error
		at   string
	}{
		"an empty file":                    {nil, Limits{}, ErrNotXLSX, ""},
		"a CSV renamed":                    {[]byte("房号,面积\n3-2-1502,108\n"), Limits{}, ErrNotXLSX, ""},
		"a web page renamed":               {[]byte("<html><table>"), Limits{}, ErrNotXLSX, ""},
		"a picture renamed":                {[]byte("\x89PNG\r\n\x1a\n0000"), Limits{}, ErrNotXLSX, ""},
		"a zip of something else":          {zipped(t, map[string]string{"a.txt": "a"}), Limits{}, ErrNotXLSX, ""},
		"an old .xls":                      {append(bytes.Clone(magicOLE), make([]byte, 600)...), Limits{}, ErrXLS, ""},
		"a file with a password":           {enc, Limits{}, ErrEncrypted, ""},
		"half an upload":                   {good[:len(good)/2], Limits{}, ErrCorrupt, ""},
		"a larger file than allowed":       {good, Limits{Bytes: 1000}, ErrTooLarge, ""},
		"more unpacked than allowed":       {good, Limits{Unzipped: 5000}, ErrZipBomb, ""},
		"a part blown up":                  {rezip(t, good, sheet1, func(s string) string { return s + strings.Repeat(" ", 20<<20) }), Limits{}, ErrZipBomb, ""},
		"a worksheet that ends early":      {rezip(t, good, sheet1, func(s string) string { return s[:strings.Index(s, "</sheetData>")] }), Limits{}, ErrCorrupt, "part=xl/worksheets/sheet1.xml"},
		"rows out of order":                {rezip(t, good, sheet1, func(s string) string { return strings.Replace(s, `<row r="2"`, `<row r="1"`, 1) }), Limits{}, ErrCorrupt, ""},
		"a text that is not there":         {rezip(t, good, sheet1, func(s string) string { return strings.Replace(s, "<v>2</v>", "<v>99</v>", 1) }), Limits{}, ErrCorrupt, "part=sharedStrings"},
		"nothing at all":                   {made(t, func(*excelize.File) {}), Limits{}, ErrEmpty, ""},
		"headings without rows":            {made(t, func(f *excelize.File) { set(t, f, "A1", "房号") }), Limits{}, ErrEmpty, ""},
		"numbers where headings should be": {made(t, func(f *excelize.File) { set(t, f, "A1", 3) }), Limits{}, ErrNoHeader, ""},
		"other headings than known":        {good, Limits{Headers: []string{"姓名", "手机"}}, ErrNoHeader, ""},
		"two columns of one name":          {plain(t, func(f *excelize.File) { set(t, f, "D1", " 房号*") }), Limits{}, ErrDuplicateHead, "first=A heading=房号 second=D"},
		"merged cells in the table": {plain(t, func(f *excelize.File) {
			if err := f.MergeCell("Sheet1", "A2", "A4"); err != nil {
				t.Fatal(err)
			}
		}), Limits{}, ErrMerged, "range=A2:A4"},
		"a cell beside the table": {plain(t, func(f *excelize.File) { set(t, f, "F2", "x") }), Limits{}, ErrUnnamedColumn, "cell=F2"},
		"too many columns":        {plain(t, func(f *excelize.File) { set(t, f, "C1", "x") }), Limits{Columns: 2}, ErrTooManyColumns, "limit=2"},
		"a worksheet not there":   {good, Limits{Sheet: "房屋"}, ErrNoSheet, "sheet=房屋"},
	} {
		t.Run(name, func(t *testing.T) {
			table, err := read(c.raw, c.lim)
			if err == nil {
				for _, err = range table.Rows() {
				}
			}
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			own, ok := errors.AsType[*errs.Error](err)
			if got := strings.TrimSuffix(strings.TrimPrefix(strings.ReplaceAll(fmt.Sprint(own.Params), ":A4", "|A4"), "map["), "]"); !ok ||
				c.at != "" && strings.ReplaceAll(strings.ReplaceAll(got, ":", "="), "|", ":") != c.at {
				t.Errorf("at %s, want %s", got, c.at)
			}
		})
	}
}

func TestTooManyRowsEndTheStream(t *testing.T) {
	table, err := read(plain(t, func(f *excelize.File) { set(t, f, "A3", "b"); set(t, f, "A4", "c") }), Limits{Rows: 2})
	if err != nil {
		t.Fatal(err)
	}
	var last error
	n := 0
	for _, err := range table.Rows() {
		n, last = n+1, err
	}
	if n != 3 || !errors.Is(last, ErrTooManyRows) {
		t.Error(n, last)
	}
}

func TestTheFirstVisibleWorksheetIsRead(t *testing.T) {
	raw := plain(t, func(f *excelize.File) {
		if _, err := f.NewSheet("说明"); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.SetCellValue("说明", "A1", "填写说明"), f.SetCellValue("说明", "A2", "x")); err != nil {
			t.Fatal(err)
		}
		f.SetActiveSheet(1)
		if err := f.SetSheetVisible("Sheet1", false); err != nil {
			t.Fatal(err)
		}
	})
	if table, err := read(raw, Limits{}); err != nil || table.Sheet != "说明" {
		t.Error(table, err)
	}
	if table, err := read(raw, Limits{Sheet: "Sheet1"}); err != nil || len(all(t, table)) != 1 {
		t.Error(err)
	}
}

func TestControlCharactersComeBack(t *testing.T) {
	for in, want := range map[string]string{"a_x000D_b": "a\rb", "_x005F_x000D_": "_x000D_", "_x00zz_": "_x00zz_", "_x": "_x", "a_x0041": "a_x0041"} {
		if got := unescape(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(plain(f, nil))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		table, err := read(raw, Limits{Unzipped: 1 << 20})
		if err != nil {
			if _, ok := errors.AsType[*errs.Error](err); !ok {
				t.Errorf("%T %v", err, err)
			}
			return
		}
		for range table.Rows() {
		}
	})
}

// The worksheet is the parser's own input; a zip around it would hide it from the fuzzer.
func FuzzWorksheet(f *testing.F) {
	good := plain(f, nil)
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>h</t></is></c></row><row r="2"><c t="n" s="1"><f>1</f><v>46027</v></c></row></sheetData></worksheet>`)
	f.Fuzz(func(t *testing.T, xml string) {
		if len(xml) > 1<<16 {
			return
		}
		table, err := read(rezip(t, good, "xl/worksheets/sheet1.xml", func(string) string { return xml }), Limits{Unzipped: 1 << 20})
		if err != nil {
			return
		}
		for row, err := range table.Rows() {
			if err == nil && len(row.Cells) != len(table.Columns) {
				t.Errorf("%+v", row)
			}
		}
	})
}
