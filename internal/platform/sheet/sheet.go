// Package sheet reads uploaded .xlsx tables strictly and writes tables to
// download (CUS-07).
//
// Reading streams the rows of one worksheet straight from the package parts:
// a cell keeps its kind (a formula, a number shown as a date) and a broken
// part is an error, never a table that ends early. Writing goes through excelize.
package sheet

import (
	"fmt"
	"iter"

	"guanjia/internal/platform/errs"
)

// What can be wrong with a file as a whole. Their parameters name the place.
var (
	ErrNotXLSX        = errs.New(errs.Invalid, "sheet.not_xlsx", "not an .xlsx file, whatever its name says")
	ErrXLS            = errs.New(errs.Invalid, "sheet.xls", "an old .xls file: save it as .xlsx")
	ErrEncrypted      = errs.New(errs.Invalid, "sheet.encrypted", "the file is protected by a password")
	ErrTooLarge       = errs.New(errs.Invalid, "sheet.too_large", "the file is too large")
	ErrZipBomb        = errs.New(errs.Invalid, "sheet.zip_bomb", "the file unpacks to far more than a table needs")
	ErrCorrupt        = errs.New(errs.Invalid, "sheet.corrupt", "the file is damaged")
	ErrNoSheet        = errs.New(errs.Invalid, "sheet.no_sheet", "there is no such worksheet")
	ErrMerged         = errs.New(errs.Invalid, "sheet.merged", "cells are merged in the table")
	ErrDuplicateHead  = errs.New(errs.Invalid, "sheet.duplicate_header", "two columns have the same heading")
	ErrNoHeader       = errs.New(errs.Invalid, "sheet.no_header", "no row of headings was found")
	ErrUnnamedColumn  = errs.New(errs.Invalid, "sheet.unnamed_column", "a filled cell stands in a column without a heading")
	ErrEmpty          = errs.New(errs.Invalid, "sheet.empty", "the table has no rows")
	ErrTooManyRows    = errs.New(errs.Invalid, "sheet.too_many_rows", "the table has too many rows")
	ErrTooManyColumns = errs.New(errs.Invalid, "sheet.too_many_columns", "the table has too many columns")
)

// Limits bound what is read. A zero number takes the default of Defaults.
type Limits struct {
	Bytes    int64    // size of the file
	Unzipped int64    // sum of its parts, unpacked
	Ratio    int64    // of unpacked to packed size of a part above 8 MiB
	Rows     int      // rows below the headings that hold anything
	Columns  int      // columns that hold anything
	Sheet    string   // name of the worksheet; empty: the first visible one
	Headers  []string // known headings: the first row with two of them (or the only one) is the row of headings
}

// Defaults hold a table of 200,000 rows.
var Defaults = Limits{Bytes: 64 << 20, Unzipped: 768 << 20, Ratio: 300, Rows: 200_000, Columns: 256}

func (l Limits) orDefaults() Limits {
	if l.Bytes == 0 {
		l.Bytes = Defaults.Bytes
	}
	if l.Unzipped == 0 {
		l.Unzipped = Defaults.Unzipped
	}
	if l.Ratio == 0 {
		l.Ratio = Defaults.Ratio
	}
	if l.Rows == 0 {
		l.Rows = Defaults.Rows
	}
	if l.Columns == 0 {
		l.Columns = Defaults.Columns
	}
	return l
}

// Table is an open worksheet. It holds the file's reader, not its rows.
type Table struct {
	Sheet     string   // name of the worksheet
	Columns   []string // headings by column, without blanks around and required marks (*); "" where there is none
	HeaderRow int      // row number of the headings, from 1
	Above     []Row    // what stands above the headings, such as the number of an account

	book   *book
	part   string
	limits Limits
}

// Row is one row with something in it.
type Row struct {
	Number int    // as the spreadsheet shows it, from 1
	Cells  []Cell // as many as the table has columns
}

// Column returns the index of a heading.
func (t *Table) Column(heading string) (int, bool) {
	heading = cleanHeading(heading)
	for i, c := range t.Columns {
		if c == heading && c != "" {
			return i, true
		}
	}
	return 0, false
}

// Rows streams the rows below the headings; rows without anything are left
// out. An error is an *errs.Error and ends the stream. Rows may be called again.
func (t *Table) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		count := 0
		for row, err := range t.book.rows(t.part, t.limits) {
			if err == nil && row.Number <= t.HeaderRow {
				continue
			}
			if err == nil {
				count++
				err = t.fit(&row, count)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// fit brings a row to the width of the table and checks it against the whole.
func (t *Table) fit(row *Row, count int) error {
	if count > t.limits.Rows {
		return ErrTooManyRows.With("limit", t.limits.Rows)
	}
	for i, c := range row.Cells {
		if c.Kind != Blank && (i >= len(t.Columns) || t.Columns[i] == "") {
			return ErrUnnamedColumn.With("cell", fmt.Sprintf("%s%d", ColumnName(i), row.Number))
		}
	}
	cells := make([]Cell, len(t.Columns))
	copy(cells, row.Cells)
	row.Cells = cells
	return nil
}

// ColumnName returns the letters of column i, counted from 0: A, Z, AA.
func ColumnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}
