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
	"maps"
)

// Error says what is wrong with an uploaded file, for the person who made it.
// Code is stable and a key of the message catalogue; Params fill its text.
type Error struct {
	Code   string
	Params map[string]any
	Detail string
}

// Error is the code with an English detail, for the log.
func (e *Error) Error() string {
	if len(e.Params) == 0 {
		return e.Code + ": " + e.Detail
	}
	return fmt.Sprintf("%s: %s %v", e.Code, e.Detail, e.Params)
}

// Is matches by Code, so an error with Params still matches its sentinel.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

func (e *Error) with(params map[string]any) *Error {
	return &Error{Code: e.Code, Params: maps.Clone(params), Detail: e.Detail}
}

// What can be wrong with a file as a whole.
var (
	ErrNotXLSX        = &Error{Code: "sheet.not_xlsx", Detail: "not an .xlsx file, whatever its name says"}
	ErrXLS            = &Error{Code: "sheet.xls", Detail: "an old .xls file: save it as .xlsx"}
	ErrEncrypted      = &Error{Code: "sheet.encrypted", Detail: "the file is protected by a password"}
	ErrTooLarge       = &Error{Code: "sheet.too_large", Detail: "the file is too large"}
	ErrZipBomb        = &Error{Code: "sheet.zip_bomb", Detail: "the file unpacks to far more than a table needs"}
	ErrCorrupt        = &Error{Code: "sheet.corrupt", Detail: "the file is damaged"}
	ErrNoSheet        = &Error{Code: "sheet.no_sheet", Detail: "there is no such worksheet"}
	ErrMerged         = &Error{Code: "sheet.merged", Detail: "cells are merged in the table"}
	ErrDuplicateHead  = &Error{Code: "sheet.duplicate_header", Detail: "two columns have the same heading"}
	ErrNoHeader       = &Error{Code: "sheet.no_header", Detail: "no row of headings was found"}
	ErrUnnamedColumn  = &Error{Code: "sheet.unnamed_column", Detail: "a filled cell stands in a column without a heading"}
	ErrEmpty          = &Error{Code: "sheet.empty", Detail: "the table has no rows"}
	ErrTooManyRows    = &Error{Code: "sheet.too_many_rows", Detail: "the table has too many rows"}
	ErrTooManyColumns = &Error{Code: "sheet.too_many_columns", Detail: "the table has too many columns"}
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
// out. An error is an *Error and ends the stream. Rows may be called again.
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
		return ErrTooManyRows.with(map[string]any{"limit": t.limits.Rows})
	}
	for i, c := range row.Cells {
		if c.Kind != Blank && (i >= len(t.Columns) || t.Columns[i] == "") {
			return ErrUnnamedColumn.with(map[string]any{"cell": fmt.Sprintf("%s%d", ColumnName(i), row.Number)})
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
