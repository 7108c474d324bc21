package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"guanjia/internal/platform/clock"
)

func rowsOf(rows ...[]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	day, err := clock.ParseDay("2026-01-05")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Write(&b,
		Sheet{Name: "房屋", Columns: []Column{{"房号", 20}, {"面积", 0}, {"交房", 0}, {"户", 0}, {"住", 0}, {"空", 0}}, Rows: rowsOf(
			[]any{"3-2-1502", Decimal("108.62"), day, 7, true, nil},
			[]any{"=1+1", Decimal("x"), clock.Day{}, int64(1) << 40, false, ""})},
		Sheet{Name: "说明", Columns: []Column{{"说明", 60}}}); err != nil {
		t.Fatal(err)
	}
	table, err := read(b.Bytes(), Limits{})
	if err != nil || table.Sheet != "房屋" {
		t.Fatal(table, err)
	}
	var got []string
	for _, r := range all(t, table) {
		for _, c := range r.Cells {
			got = append(got, fmt.Sprint(c.Kind, c.Text))
		}
	}
	want := []string{"1 3-2-1502", "2 108.62", "4 2026-01-05", "2 7", "3 TRUE", "0 ", "1 =1+1", "1 x", "0 ", "2 1099511627776", "3 FALSE", "0 "}
	for i := range want {
		want[i] = strings.Replace(want[i], " ", "", 1)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\n%q", got, want)
	}
}

func TestTextNeverBecomesAFormula(t *testing.T) {
	texts := []any{"=HYPERLINK(\"http://x\")", "+86 138", "-2+3", "@SUM(A1)", "\t=1", "<b>&"}
	var b bytes.Buffer
	columns := make([]Column, len(texts))
	for i := range columns {
		columns[i].Title = fmt.Sprint("c", i)
	}
	if err := Write(&b, Sheet{Name: "x", Columns: columns, Rows: rowsOf(texts)}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for i, text := range texts {
		cell := ColumnName(i) + "2"
		value, err1 := f.GetCellValue("x", cell)
		formula, err2 := f.GetCellFormula("x", cell)
		style, err3 := f.GetCellStyle("x", cell)
		if err := errors.Join(err1, err2, err3); err != nil || value != text || formula != "" || i < 5 && style == 0 {
			t.Errorf("%q: %q formula %q style %d %v", text, value, formula, style, err)
		}
	}
}

func TestARowThatFailsEndsTheFile(t *testing.T) {
	gone := errors.New("database is gone")
	err := Write(&bytes.Buffer{}, Sheet{Name: "x", Columns: []Column{{"a", 0}}, Rows: func(yield func([]any, error) bool) { yield(nil, gone) }})
	if !errors.Is(err, gone) {
		t.Error(err)
	}
	if err := Write(&bytes.Buffer{}, Sheet{Name: "x", Columns: []Column{{"a", 0}}, Rows: rowsOf([]any{1.5})}); err == nil {
		t.Error("a float was written")
	}
}

func TestTheCopyNamesEveryBadRowInRed(t *testing.T) {
	raw := made(t, func(f *excelize.File) {
		set(t, f, "A1", "业主信息表")
		for cell, v := range map[string]any{"A2": "房号", "B2": "面积", "A3": "3-2-1502", "B3": 108.62, "A6": "=9-9", "B6": "12,5"} {
			set(t, f, cell, v)
		}
		if err := f.SetCellFormula("Sheet1", "B6", "B3*2"); err != nil {
			t.Fatal(err)
		}
	})
	lim := Limits{Headers: []string{"房号", "面积"}}
	table, err := read(raw, lim)
	if err != nil {
		t.Fatal(err)
	}
	notes := map[int]string{6: "房号：没有这套房；面积：不能是公式"}
	var b bytes.Buffer
	for range 2 { // the copy, repaired in part and uploaded again, still has one red column
		b.Reset()
		if err := Annotate(&b, table, "", func(row int) string { return notes[row] }); err != nil {
			t.Fatal(err)
		}
		raw = bytes.Clone(b.Bytes())
		if table, err = read(raw, lim); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(table.Columns, []string{"房号", "面积", ErrorColumn}) || table.HeaderRow != 2 {
			t.Fatal(table.Columns, table.HeaderRow)
		}
	}
	rows := all(t, table)
	if len(rows) != 2 || rows[0].Number != 3 || rows[1].Number != 6 {
		t.Fatalf("rows must keep their numbers: %+v", rows)
	}
	if c := rows[0].Cells; c[2].Kind != Blank || c[1].Kind != Number || c[1].Text != "108.62" {
		t.Errorf("a good row: %+v", c)
	}
	if c := rows[1].Cells; c[2].Text != notes[6] || c[1] != (Cell{Kind: Text, Text: "=B3*2", Raw: "=B3*2"}) || c[0].Text != "=9-9" {
		t.Errorf("a bad row: %+v", c)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	id, err := f.GetCellStyle("Sheet1", "C6")
	if err != nil {
		t.Fatal(err)
	}
	if style, err := f.GetStyle(id); err != nil || !slices.Equal(style.Fill.Color, []string{"FDECEA"}) {
		t.Error("the note is not red:", style, err)
	}
}

func TestAnyTextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[=+@a-z0-9漏水单元<>&"' 😀_x\-]{1,40}`).Draw(t, "text")
		var b bytes.Buffer
		if err := Write(&b, Sheet{Name: "x", Columns: []Column{{"a", 0}}, Rows: rowsOf([]any{"_" + text + "_"})}); err != nil {
			t.Fatal(err)
		}
		table, err := read(b.Bytes(), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range table.Rows() {
			if err != nil || row.Cells[0].Text != "_"+text+"_" {
				t.Fatalf("%+v %v", row, err)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var file bytes.Buffer
	columns := make([]Column, 12)
	for i := range columns {
		columns[i].Title = fmt.Sprint("c", i)
	}
	rows := func(yield func([]any, error) bool) {
		for n := range 100_000 {
			row := make([]any, 12)
			for i := range row {
				row[i] = fmt.Sprint("值", n, "-", i)
			}
			if !yield(row, nil) {
				return
			}
		}
	}
	if err := Write(&file, Sheet{Name: "x", Columns: columns, Rows: rows}); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		table, err := read(file.Bytes(), Limits{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, err := range table.Rows() {
			if n++; err != nil {
				b.Fatal(err)
			}
		}
		if n != 100_000 {
			b.Fatal(n)
		}
	}
}

// CUS-07: an export is never cut off at the rows that a worksheet has room for.
func TestWhatDoesNotFitIntoAWorksheetGoesOnInTheNext(t *testing.T) {
	was := mostSheetRows
	mostSheetRows = 13
	defer func() { mostSheetRows = was }()
	for _, count := range []int{0, 9, 10, 25} {
		var b bytes.Buffer
		if err := Write(&b, Sheet{Name: "房屋", Columns: Heads("房号"), Mark: "001 李 · 2026-03-02 12:00 · 0pmwk8a000101", Rows: func(yield func([]any, error) bool) {
			for i := range count {
				if !yield([]any{fmt.Sprint(i)}, nil) {
					return
				}
			}
		}}); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, name := range f.GetSheetList() {
			rows, err := f.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) > mostSheetRows || rows[0][0] != "房号" {
				t.Errorf("%s has %d rows below %q", name, len(rows), rows[0])
			}
			for _, r := range rows[1:] {
				if len(r) > 0 && r[0] == fmt.Sprint(n) {
					n++
				}
			}
		}
		if n != count {
			t.Errorf("of %d rows %d were written, in %q", count, n, f.GetSheetList())
		}
	}
}

// CUS-07: a list is written whole, however many pages it has and wherever the last one ends.
func TestAListIsWalkedToItsEnd(t *testing.T) {
	for _, count := range []int{0, 1, 4, 5, 11} {
		rows := Walk(func(after int) (page []int, err error) {
			for n := after + 1; n <= count && len(page) < 5; n++ {
				page = append(page, n)
			}
			return page, nil
		}, func(n int) int { return n }, func(n int) []any { return []any{n} })
		for range 2 { // what was walked can be walked again
			next := 1
			for cells, err := range rows {
				if err != nil || cells[0] != next {
					t.Fatalf("%v %v, want %d", cells, err, next)
				}
				next++
			}
			if next != count+1 {
				t.Errorf("of %d lines %d were written", count, next-1)
			}
		}
	}
	broken := Walk(func(int) ([]int, error) { return nil, fmt.Errorf("broken") }, func(n int) int { return n }, func(int) []any { return nil })
	for _, err := range broken {
		if err == nil {
			t.Error("an error was swallowed")
		}
	}
}
