package statement

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/width"

	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/sheet"
)

// Limits of a file: a year of a busy account.
const (
	MaxBytes = 16 << 20
	maxRows  = 50_000
	maxWords = 400
)

// row is a row of the file as it stands there; n as people count it.
type row struct {
	n     int
	cells []string
}

func (r row) at(i int) string {
	if i < 0 || i >= len(r.cells) {
		return ""
	}
	return r.cells[i]
}

// rowsOf reads an .xlsx table, or a CSV in GB18030 or UTF-8, with or without a BOM.
func rowsOf(data []byte) ([]row, error) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return xlsxRows(data)
	}
	text, err := decoded(data)
	if err != nil {
		return nil, err
	}
	return csvRows(text)
}

func xlsxRows(data []byte) (out []row, err error) {
	t, err := sheet.Read(bytes.NewReader(data), int64(len(data)), sheet.Limits{Bytes: MaxBytes, Rows: maxRows, Columns: 64, Headers: allHeads()})
	if err != nil {
		return nil, err
	}
	for _, r := range t.Above {
		out = append(out, cleaned(r))
	}
	out = append(out, row{t.HeaderRow, t.Columns})
	for r, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		out = append(out, cleaned(r))
	}
	return out, nil
}

func cleaned(r sheet.Row) row {
	one := row{n: r.Number}
	for _, c := range r.Cells {
		one.cells = append(one.cells, clean(c.Text))
	}
	return one
}

const bom = "\ufeff"

func decoded(data []byte) (string, error) {
	data = bytes.TrimPrefix(data, []byte(bom))
	text := string(data)
	if !utf8.ValidString(text) {
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", ErrUnreadable
		}
		text = strings.TrimPrefix(string(out), bom)
	}
	if strings.ContainsRune(text, 0) {
		return "", ErrUnreadable
	}
	return text, nil
}

func csvRows(text string) (out []row, err error) {
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
			return nil, ErrUnreadable
		}
		n, _ := in.FieldPos(0)
		for i := range cells {
			cells[i] = clean(cells[i])
		}
		if out = append(out, row{n, cells}); len(out) > maxRows+100 {
			return nil, ErrMany.With("limit", maxRows)
		}
	}
}

// clean takes away what keeps spreadsheets from making numbers of numbers: ` and
// tabs around, ="…".
func clean(s string) string {
	s = strings.Trim(s, "` \t\r\n\u00a0\u3000")
	if inner, ok := strings.CutPrefix(s, `="`); ok {
		s = strings.TrimSuffix(inner, `"`)
	}
	s = strings.ToValidUTF8(s, "")
	if utf8.RuneCountInString(s) > maxWords {
		s = string([]rune(s)[:maxWords])
	}
	return s
}

// heading is a heading without blanks, wide brackets and its unit.
func heading(s string) string {
	s = strings.Join(strings.Fields(width.Fold.String(s)), "")
	for _, unit := range []string{"(元)", "(人民币)", "(CNY)", "(人民币元)", "*"} {
		s = strings.TrimSuffix(s, unit)
	}
	return s
}

// tiny is an amount of the file in 1/100,000 yuan: WeChat writes fees so.
type tiny int64

const (
	tinyFen = 1_000
	tinyMax = 15 // digits before the point: more is no money
)

// amount reads 1,234.50, ￥12, +3 or -4.00; nothing, - and -- are 0.
func amount(s string) (tiny, bool) {
	s = width.Fold.String(s)
	s = strings.NewReplacer(",", "", " ", "", "¥", "", "元", "", "CNY", "", "−", "-").Replace(s)
	s = strings.TrimPrefix(s, "+")
	if s == "" || s == "-" || s == "--" || s == "/" {
		return 0, true
	}
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	fraction = strings.TrimRight(fraction, "0")
	if len(whole) > tinyMax-5 || len(fraction) > 5 || whole == "" {
		return 0, false
	}
	n := tiny(0)
	for _, c := range []byte(whole + fraction + strings.Repeat("0", 5-len(fraction))) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + tiny(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}

func badRow(r row, head, value string) error {
	return ErrRow.With("row", r.n).With("column", head).With("value", clean(value))
}

func badSum(head string, said, found tiny) error {
	return ErrSum.With("what", head).With("said", said.String()).With("found", found.String())
}

// atFile says that it is the file's fault.
func atFile(err error) error {
	var e *errs.Error
	if errors.As(err, &e) && len(e.Fields) == 0 {
		return errs.ErrFields.At(errs.Field{Name: "file", Code: e.Code, Params: e.Params})
	}
	return err
}
