package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
)

// sharedStrings reads the table of texts: the runs of a rich text joined,
// readings given for pronunciation left out.
func sharedStrings(r io.Reader) (out []string, err error) {
	dec := xml.NewDecoder(r)
	var text strings.Builder
	inText, phonetic := false, false
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		switch el := token.(type) {
		case xml.StartElement:
			switch el.Name.Local {
			case "si":
				text.Reset()
			case "t":
				inText = !phonetic
			case "rPh":
				phonetic = true
			}
		case xml.EndElement:
			switch el.Name.Local {
			case "si":
				out = append(out, unescape(text.String()))
			case "t":
				inText = false
			case "rPh":
				phonetic = false
			}
		case xml.CharData:
			if inText {
				text.Write(el)
			}
		}
	}
}

// scanner walks through a worksheet and collects one row at a time.
type scanner struct {
	book   *book
	limits Limits
	row    Row
	column int // of the cell at hand, from 0

	kind      string
	style     int
	isFormula bool
	phonetic  bool
	into      *bytes.Buffer // where character data goes; nil: nowhere
	value     bytes.Buffer
	formula   bytes.Buffer
}

// rows streams the rows of a worksheet that hold anything.
func (b *book) rows(part string, lim Limits) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		r, err := b.open(part)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer func() { _ = r.Close() }()
		s := &scanner{book: b, limits: lim, column: -1}
		dec := xml.NewDecoder(r)
		for {
			token, err := dec.Token()
			if err == nil {
				switch el := token.(type) {
				case xml.StartElement:
					err = s.start(el)
				case xml.CharData:
					if s.into != nil {
						s.into.Write(el)
					}
				case xml.EndElement:
					if el.Name.Local == "sheetData" {
						return
					}
					if err = s.end(el.Name.Local); err == nil && el.Name.Local == "row" && len(s.row.Cells) > 0 {
						if !yield(s.row, nil) {
							return
						}
					}
				}
			}
			if errors.Is(err, io.EOF) {
				return // a worksheet without sheetData; the decoder has checked that every element is closed
			}
			if err != nil {
				yield(Row{}, broken(err, part))
				return
			}
		}
	}
}

func (s *scanner) start(el xml.StartElement) error {
	switch el.Name.Local {
	case "row":
		number := s.row.Number + 1
		if r := attr(el, "r"); r != "" {
			n, err := strconv.Atoi(r)
			if err != nil || n < number || n > 1<<20 {
				return ErrCorrupt
			}
			number = n
		}
		s.row, s.column = Row{Number: number}, -1
	case "c":
		return s.startCell(el)
	case "v":
		s.into = &s.value
	case "t":
		if !s.phonetic {
			s.into = &s.value
		}
	case "rPh":
		s.phonetic = true
	case "f":
		s.isFormula, s.into = true, &s.formula
	}
	return nil
}

func (s *scanner) startCell(el xml.StartElement) error {
	column := s.column + 1
	if ref := attr(el, "r"); ref != "" {
		n, ok := columnOf(ref)
		if !ok || n < column {
			return ErrCorrupt
		}
		column = n
	}
	s.column, s.kind, s.style, s.isFormula = column, attr(el, "t"), 0, false
	if style := attr(el, "s"); style != "" {
		n, err := strconv.Atoi(style)
		if err != nil {
			return ErrCorrupt
		}
		s.style = n
	}
	s.value.Reset()
	s.formula.Reset()
	return nil
}

func (s *scanner) end(name string) error {
	switch name {
	case "v", "t", "f":
		s.into = nil
	case "rPh":
		s.phonetic = false
	case "c":
		c, err := s.book.typed(s.kind, s.style, s.value.String(), s.formula.String(), s.isFormula)
		if err != nil || c.Kind == Blank {
			return err
		}
		if s.column >= s.limits.Columns {
			return ErrTooManyColumns.With("limit", s.limits.Columns)
		}
		for len(s.row.Cells) < s.column {
			s.row.Cells = append(s.row.Cells, Cell{})
		}
		s.row.Cells = append(s.row.Cells, c)
	}
	return nil
}

func attr(el xml.StartElement, name string) string {
	for _, a := range el.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// columnOf returns the column of a cell reference such as AB12, from 0.
func columnOf(ref string) (int, bool) {
	n := 0
	for i := 0; i < len(ref); i++ {
		c := ref[i]
		if c >= '0' && c <= '9' {
			return n - 1, i > 0
		}
		if c < 'A' || c > 'Z' || i > 2 {
			return 0, false
		}
		n = n*26 + int(c-'A') + 1
	}
	return 0, false
}
