package imports

import (
	"io"
	"iter"

	"guanjia/internal/platform/sheet"
)

// Headings are the headings of the template, as an export in the same columns
// needs them.
func (t Template) Headings() []sheet.Column {
	out := make([]sheet.Column, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = sheet.Column{Title: c.Head, Width: c.Width}
		if c.Must {
			out[i].Title += "*"
		}
	}
	return out
}

// write writes the table to fill in. The example row is refused on import by
// its notes, so that nobody invented gets in.
func (t Template) write(w io.Writer) error {
	return sheet.Write(w,
		sheet.Sheet{Name: t.Title, Columns: t.Headings(), Rows: only(t.Example)},
		sheet.Sheet{Name: "填写说明", Columns: []sheet.Column{{Title: "列"}, {Title: "是否必填"}, {Title: "怎么填", Width: 70}}, Rows: func(yield func([]any, error) bool) {
			for _, c := range t.Columns {
				must := "选填"
				if c.Must {
					must = "必填"
				}
				if !yield([]any{c.Head, must, c.How}, nil) {
					return
				}
			}
		}},
	)
}

func only(row []any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) { yield(row, nil) }
}
