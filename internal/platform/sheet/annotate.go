package sheet

import (
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// ErrorColumn is the heading of the red column. Annotate replaces one that is
// there already; an importer passes over it.
const ErrorColumn = "错误"

// Annotate writes a copy of an uploaded table with a red column at its end
// that says what is wrong with each row (CUS-07). note gives the text for a
// row number, "" for a good row. Rows keep their numbers; formulas are
// written out as text. mark stands in header and footer, and on a worksheet of
// its own: a row among the others would be read when the copy comes back.
func Annotate(w io.Writer, t *Table, mark string, note func(row int) string) error {
	p, err := newPrinter()
	if err != nil {
		return err
	}
	defer func() { _ = p.file.Close() }()
	out, err := p.stream(t.Sheet, mark, true)
	if err != nil {
		return err
	}
	red, found := t.Column(ErrorColumn)
	if !found {
		red = len(t.Columns)
	}
	if err := out.SetColWidth(1, max(red, 1), 16); err != nil {
		return err
	}
	if err := out.SetColWidth(red+1, red+1, 48); err != nil {
		return err
	}
	for row, err := range t.book.rows(t.part, t.limits) {
		if err != nil {
			return err
		}
		cells := make([]any, max(len(row.Cells), red+1))
		for i, c := range row.Cells {
			if cells[i], err = p.copied(c); err != nil {
				return err
			}
		}
		switch text := note(row.Number); {
		case row.Number == t.HeaderRow:
			cells[red] = excelize.Cell{StyleID: p.redHead, Value: ErrorColumn}
		case row.Number > t.HeaderRow && text != "":
			cells[red] = excelize.Cell{StyleID: p.redCell, Value: text}
		case row.Number > t.HeaderRow:
			cells[red] = nil
		}
		if err := out.SetRow("A"+strconv.Itoa(row.Number), cells); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if mark != "" {
		if err := p.add(Sheet{Name: "导出 export", Columns: []Column{{Title: mark, Width: 60}}, Mark: mark}, false); err != nil {
			return err
		}
	}
	return p.file.Write(w)
}

// copied writes a cell as it was read.
func (p *printer) copied(c Cell) (any, error) {
	switch c.Kind {
	case Blank:
		return nil, nil
	case Bool:
		return c.Text == "TRUE", nil
	case Date:
		if len(c.Text) > len("2026-01-05") {
			return excelize.Cell{StyleID: p.text, Value: c.Text}, nil
		}
		return p.cell(c.date)
	case Number:
		if c.Text[0] == '0' && len(c.Text) > 1 && c.Text[1] != '.' { // 0101 keeps its zero
			return excelize.Cell{StyleID: p.text, Value: c.Text}, nil
		}
		return p.cell(Decimal(c.Text))
	case Formula:
		return excelize.Cell{StyleID: p.text, Value: c.Raw}, nil
	}
	return p.cell(c.Text)
}
