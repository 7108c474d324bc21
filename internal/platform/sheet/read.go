package sheet

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// headSearch is how far down the row of headings may stand, below a title and notes.
const headSearch = 20

// Read opens a worksheet and checks everything that can be said of the file as
// a whole: kind, size, headings, merged cells, at least one row. Its errors are
// *errs.Error. r must stay open while the table is used.
func Read(r io.ReaderAt, size int64, lim Limits) (*Table, error) {
	lim = lim.orDefaults()
	b, err := openBook(r, size, lim)
	if err != nil {
		return nil, err
	}
	t := &Table{book: b, limits: lim}
	if t.Sheet, t.part, err = b.worksheet(lim.Sheet); err != nil {
		return nil, err
	}
	if err := t.findHeadings(); err != nil {
		return nil, err
	}
	if err := t.refuseMerged(); err != nil {
		return nil, err
	}
	for _, err := range t.Rows() {
		return t, err
	}
	return nil, ErrEmpty
}

// findHeadings looks for the row of headings and checks it.
func (t *Table) findHeadings() error {
	found := false
	for row, err := range t.book.rows(t.part, t.limits) {
		if err != nil {
			return err
		}
		found = true
		if row.Number > headSearch {
			break
		}
		if t.isHeading(row) {
			return t.setHeadings(row)
		}
		t.Above = append(t.Above, Row{row.Number, slices.Clone(row.Cells)})
	}
	if !found {
		return ErrEmpty
	}
	return ErrNoHeader
}

func (t *Table) isHeading(row Row) bool {
	if len(t.limits.Headers) == 0 {
		return !slices.ContainsFunc(row.Cells, func(c Cell) bool { return c.Kind != Text && c.Kind != Blank })
	}
	known := 0
	for _, h := range t.limits.Headers {
		if slices.ContainsFunc(row.Cells, func(c Cell) bool { return cleanHeading(c.Text) == cleanHeading(h) }) {
			known++
		}
	}
	return known >= min(2, len(t.limits.Headers))
}

func (t *Table) setHeadings(row Row) error {
	t.HeaderRow, t.Columns = row.Number, make([]string, len(row.Cells))
	for i, c := range row.Cells {
		name := cleanHeading(c.Text)
		if first := slices.Index(t.Columns[:i], name); first >= 0 && name != "" {
			return ErrDuplicateHead.With("heading", name).With("first", ColumnName(first)).With("second", ColumnName(i))
		}
		t.Columns[i] = name
	}
	return nil
}

// refuseMerged looks for merged cells at or below the headings: the hidden
// cells of a merge are empty, so rows would silently lose values. Above the
// headings stands the title, which may be merged.
func (t *Table) refuseMerged() error {
	mentioned, err := t.mentions("mergeCell")
	if err != nil || !mentioned {
		return err
	}
	r, err := t.book.open(t.part)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	dec := xml.NewDecoder(r)
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return broken(err, t.part)
		}
		el, ok := token.(xml.StartElement)
		if !ok || el.Name.Local != "mergeCell" {
			continue
		}
		ref := attr(el, "ref")
		_, last, _ := strings.Cut(ref, ":")
		if bottom, err := strconv.Atoi(strings.TrimLeft(last, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")); err != nil || bottom >= t.HeaderRow {
			return ErrMerged.With("range", ref)
		}
	}
}

// mentions searches the worksheet as plain bytes, which is far cheaper than parsing it.
func (t *Table) mentions(word string) (bool, error) {
	r, err := t.book.open(t.part)
	if err != nil {
		return false, err
	}
	defer func() { _ = r.Close() }()
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		window, err := in.Peek(64 << 10)
		if bytes.Contains(window, []byte(word)) {
			return true, nil
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, broken(err, t.part)
		}
		if _, err := in.Discard(len(window) - len(word)); err != nil {
			return false, broken(err, t.part)
		}
	}
}
