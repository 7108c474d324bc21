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

// Walk makes the rows of a Sheet out of a list that is read page by page, each
// after the last line of the one before, so that no export is cut off.
func Walk[T, K any](page func(after K) ([]T, error), key func(T) K, cells func(T) []any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		var after K
		Paged(func() ([][]any, error) {
			all, err := page(after)
			rows := make([][]any, len(all))
			for i, one := range all {
				rows[i], after = cells(one), key(one)
			}
			return rows, err
		})(yield)
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
