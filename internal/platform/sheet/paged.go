package sheet

import "iter"

// Paged makes the rows of a Sheet out of pages, so that an export of any
// length holds one at a time: next returns one after the other, an empty one at
// the end.
func Paged(next func() ([][]any, error)) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for {
			page, err := next()
			if err != nil {
				yield(nil, err)
				return
			}
			for _, row := range page {
				if !yield(row, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
		}
	}
}

// Heads makes columns of titles.
func Heads(titles ...string) []Column {
	out := make([]Column, len(titles))
	for i, title := range titles {
		out[i] = Column{Title: title}
	}
	return out
}
