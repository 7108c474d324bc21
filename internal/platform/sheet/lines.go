package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/width"

	"guanjia/internal/platform/errs"
)

// ErrText says that a file is neither a spreadsheet nor text.
var ErrText = errs.New(errs.Invalid, "sheet.no_text", "the file is no table that can be read")

// Line is a row of a file as it stands there; N as people count it.
type Line struct {
	N     int
	Cells []string
}

// At is a cell; "" where the row has none.
func (l Line) At(i int) string {
	if i < 0 || i >= len(l.Cells) {
		return ""
	}
	return l.Cells[i]
}

const (
	bom       = "\ufeff"
	longest   = 400 // characters of a cell
	aboveRows = 100 // titles and notes around a table
)

// Lines reads what banks, tax platforms and gateways answer with: an .xlsx
// table, or a CSV in GB18030 or UTF-8, with or without a BOM; every row there is,
// also what stands above the headings. ErrText: it is neither; ErrTooManyRows: there are more than lim.Rows and some around them.
func Lines(data []byte, lim Limits) ([]Line, error) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return xlsxLines(data, lim)
	}
	text, err := decoded(data)
	if err != nil {
		return nil, err
	}
	return csvLines(text, lim.orDefaults().Rows)
}

func xlsxLines(data []byte, lim Limits) (out []Line, err error) {
	t, err := Read(bytes.NewReader(data), int64(len(data)), lim)
	if err != nil {
		return nil, err
	}
	for _, r := range t.Above {
		out = append(out, lineOf(r))
	}
	out = append(out, Line{t.HeaderRow, t.Columns})
	for r, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		out = append(out, lineOf(r))
	}
	return out, nil
}

func lineOf(r Row) Line {
	one := Line{N: r.Number}
	for _, c := range r.Cells {
		one.Cells = append(one.Cells, Plain(c.Text))
	}
	return one
}

func decoded(data []byte) (string, error) {
	data = bytes.TrimPrefix(data, []byte(bom))
	text := string(data)
	if !utf8.ValidString(text) {
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", ErrText
		}
		text = strings.TrimPrefix(string(out), bom)
	}
	if strings.ContainsRune(text, 0) {
		return "", ErrText
	}
	return text, nil
}

func csvLines(text string, most int) (out []Line, err error) {
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord, in.LazyQuotes = -1, true
	if strings.Count(text, "\t") > strings.Count(text, ",") {
		in.Comma = '\t'
	}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, ErrText
		}
		n, _ := in.FieldPos(0)
		for i := range cells {
			cells[i] = Plain(cells[i])
		}
		if out = append(out, Line{n, cells}); len(out) > most+aboveRows {
			return nil, ErrTooManyRows.With("limit", most)
		}
	}
}

// Plain takes away what keeps spreadsheets from making numbers of numbers: ` and
// tabs around, ="…".
func Plain(s string) string {
	s = strings.Trim(s, "` \t\r\n\u00a0\u3000")
	if inner, ok := strings.CutPrefix(s, `="`); ok {
		s = strings.TrimSuffix(inner, `"`)
	}
	s = strings.ToValidUTF8(s, "")
	if utf8.RuneCountInString(s) > longest {
		s = string([]rune(s)[:longest])
	}
	return s
}

// Heading is a heading without blanks, wide brackets and its unit.
func Heading(s string) string {
	s = strings.Join(strings.Fields(width.Fold.String(s)), "")
	for _, unit := range []string{"(元)", "(人民币)", "(CNY)", "(人民币元)", "*"} {
		s = strings.TrimSuffix(s, unit)
	}
	return s
}

// Answer is a table whose columns are found by their headings, in any order.
type Answer struct {
	Lines []Line // below the headings; blank ones are left out
	at    map[string]int
}

// ReadAnswer is Lines of a table that has, somewhere, a row with a heading for
// each of must. Names says how a column may be headed. ErrNoHeader: there is none.
func ReadAnswer(data []byte, lim Limits, names map[string][]string, must ...string) (a Answer, err error) {
	for _, all := range names {
		lim.Headers = append(lim.Headers, all...)
	}
	lines, err := Lines(data, lim)
	if err != nil {
		return a, err
	}
	for i, l := range lines {
		if a.at = l.columns(names, must); a.at != nil {
			a.Lines = slices.DeleteFunc(lines[i+1:], func(l Line) bool { return strings.Join(l.Cells, "") == "" })
			return a, nil
		}
	}
	return a, ErrNoHeader
}

// Cell is what stands in a column, by its name; "" where there is no such column.
func (a Answer) Cell(l Line, name string) string {
	i, ok := a.at[name]
	if !ok {
		return ""
	}
	return strings.TrimSpace(l.At(i))
}

// columns finds where what stands in a row of headings; nil: it is none.
func (l Line) columns(names map[string][]string, must []string) map[string]int {
	at := map[string]int{}
	for i, c := range l.Cells {
		for name, all := range names {
			if slices.Contains(all, Heading(c)) {
				at[name] = i
			}
		}
	}
	for _, name := range must {
		if _, ok := at[name]; !ok {
			return nil
		}
	}
	return at
}
