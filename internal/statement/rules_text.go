package statement

import (
	"errors"
	"strings"

	"golang.org/x/text/width"

	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/sheet"
)

// Limits of a file: a year of a busy account.
const (
	MaxBytes = 16 << 20
	maxRows  = 50_000
)

// row is a row of the file.
type row = sheet.Line

// rowsOf reads an .xlsx table, or a CSV in GB18030 or UTF-8, with or without a BOM.
func rowsOf(data []byte) ([]row, error) {
	all, err := sheet.Lines(data, sheet.Limits{Bytes: MaxBytes, Rows: maxRows, Columns: 64, Headers: allHeads()})
	if errors.Is(err, sheet.ErrText) {
		err = ErrUnreadable
	} else if errors.Is(err, sheet.ErrTooManyRows) {
		err = ErrMany.With("limit", maxRows)
	}
	return all, err
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
	return ErrRow.With("row", r.N).With("column", head).With("value", sheet.Plain(value))
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
