package sheet

import (
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"guanjia/internal/platform/clock"
)

// Column is a column of a table to download.
type Column struct {
	Title string
	Width float64 // in characters; 0: 14
}

// Decimal is an exact decimal such as "108.62" that becomes a number in the
// spreadsheet. What is no decimal is written as text.
type Decimal string

// Sheet is a worksheet to write. Rows may be nil for a template; an error
// from Rows ends the writing. A value is nil, a string, an int, an int64, a
// bool, a Decimal or a clock.Day.
type Sheet struct {
	Name    string // at most 31 characters, without []:*?/\
	Columns []Column
	Rows    iter.Seq2[[]any, error]
	Mark    string // who took this out and when: in header and footer, and in a row below the last
}

// Of is a worksheet with these headings, of the usual width.
func Of(name string, heads []string, rows iter.Seq2[[]any, error]) Sheet {
	s := Sheet{Name: name, Rows: rows}
	for _, h := range heads {
		s.Columns = append(s.Columns, Column{Title: h})
	}
	return s
}

// Rows gives rows that are there already.
func Rows(all [][]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, r := range all {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Write streams worksheets into an .xlsx file. A string stays a string, also
// one that begins with = + - or @: it never becomes a formula, and its cell is
// formatted as text so that it stays one when somebody edits it.
func Write(w io.Writer, sheets ...Sheet) error {
	p, err := newPrinter()
	if err != nil {
		return err
	}
	defer func() { _ = p.file.Close() }()
	for i, s := range sheets {
		if err := p.add(s, i == 0); err != nil {
			return fmt.Errorf("sheet %q: %w", s.Name, err)
		}
	}
	return p.file.Write(w)
}

// printer holds a file being written and its few styles.
type printer struct {
	file                                    *excelize.File
	head, text, day, redHead, redCell, mark int
}

func newPrinter() (*printer, error) {
	p := &printer{file: excelize.NewFile()}
	wrap := &excelize.Alignment{WrapText: true, Vertical: "top"}
	dayFormat := "yyyy-mm-dd"
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&p.head, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill("E8EDF2"), NumFmt: 49}},
		{&p.text, excelize.Style{NumFmt: 49}},
		{&p.mark, excelize.Style{NumFmt: 49, Font: &excelize.Font{Color: "8A94A0", Italic: true}}},
		{&p.day, excelize.Style{CustomNumFmt: &dayFormat}},
		{&p.redHead, excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: fill("C62828"), NumFmt: 49}},
		{&p.redCell, excelize.Style{Font: &excelize.Font{Color: "B71C1C"}, Fill: fill("FDECEA"), NumFmt: 49, Alignment: wrap}},
	} {
		id, err := p.file.NewStyle(&s.style)
		if err != nil {
			return nil, err
		}
		*s.id = id
	}
	return p, nil
}

func fill(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// stream begins a worksheet; the first takes the place of the one a new file has.
func (p *printer) stream(name, mark string, first bool) (*excelize.StreamWriter, error) {
	if first {
		if err := p.file.SetSheetName("Sheet1", name); err != nil {
			return nil, err
		}
	} else if _, err := p.file.NewSheet(name); err != nil {
		return nil, err
	}
	if mark != "" {
		if runes := []rune(mark); len(runes) > mostMark {
			mark = string(runes[:mostMark]) // what a header can hold
		}
		text := "&L" + strings.ReplaceAll(mark, "&", "&&")
		if err := p.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: text, OddFooter: text}); err != nil {
			return nil, err
		}
	}
	return p.file.NewStreamWriter(name)
}

const mostMark = 110

// mostSheetRows is how many rows a worksheet has room for, headings and
// watermark included.
var mostSheetRows = 1 << 20

// add writes a table; what does not fit into a worksheet goes on in the next.
func (p *printer) add(s Sheet, first bool) error {
	if s.Rows == nil {
		s.Rows = func(func([]any, error) bool) {}
	}
	next, stop := iter.Pull2(s.Rows)
	defer stop()
	values, err, more := next()
	for part := 1; part == 1 || more; part++ {
		name := s.Name
		if part > 1 {
			name += " " + strconv.Itoa(part)
		}
		out, e := p.headed(name, s, first && part == 1)
		if e != nil {
			return e
		}
		number := 1
		for ; more && number < mostSheetRows-3; values, err, more = next() {
			if err != nil {
				return err
			}
			number++
			if err := p.row(out, number, values); err != nil {
				return err
			}
		}
		if s.Mark != "" {
			if err := out.SetRow("A"+strconv.Itoa(number+2), []any{excelize.Cell{StyleID: p.mark, Value: s.Mark}}); err != nil {
				return err
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func (p *printer) row(out *excelize.StreamWriter, number int, values []any) (err error) {
	cells := make([]any, len(values))
	for i, v := range values {
		if cells[i], err = p.cell(v); err != nil {
			return fmt.Errorf("%s%d: %w", ColumnName(i), number, err)
		}
	}
	return out.SetRow("A"+strconv.Itoa(number), cells)
}

// headed begins a worksheet with its headings.
func (p *printer) headed(name string, s Sheet, first bool) (*excelize.StreamWriter, error) {
	out, err := p.stream(name, s.Mark, first)
	if err != nil {
		return nil, err
	}
	head := make([]any, len(s.Columns))
	for i, c := range s.Columns {
		head[i] = excelize.Cell{StyleID: p.head, Value: c.Title}
		width := c.Width
		if width == 0 {
			width = 14
		}
		if err := out.SetColWidth(i+1, i+1, width); err != nil {
			return nil, err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	return out, out.SetRow("A1", head)
}

// cell turns one of our values into one that excelize writes as it is meant.
func (p *printer) cell(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, int, int64:
		return v, nil
	case string:
		if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
			return excelize.Cell{StyleID: p.text, Value: v}, nil
		}
		return v, nil
	case Decimal:
		// excelize has no other number with a fraction; what is printed is the
		// shortest decimal of the float, which is the one that was given.
		if n, err := strconv.ParseFloat(string(v), 64); err == nil && len(v) <= 15 {
			return n, nil
		}
		return excelize.Cell{StyleID: p.text, Value: string(v)}, nil
	case clock.Day:
		if v.IsZero() {
			return nil, nil
		}
		if s := serial(v); s > 60 {
			return excelize.Cell{StyleID: p.day, Value: s}, nil
		}
		return v.String(), nil
	}
	return nil, fmt.Errorf("cannot write a %T", v)
}

// serial is the day number of the spreadsheet, right from March 1900.
func serial(d clock.Day) int {
	base, err := clock.NewDay(1899, 12, 30)
	if err != nil {
		return 0
	}
	return d.Sub(base)
}
