package web

import (
	"encoding/base64"
	"encoding/json"

	"guanjia/internal/platform/errs"
)

// Page is embedded in the input of lists.
type Page struct {
	Cursor string `query:"cursor" maxLength:"500" doc:"from the previous page's next"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

var errCursor = errs.New(errs.Invalid, "request.cursor", "the cursor is not one of ours")

// After reads the position a cursor stands for; the zero K on the first page.
func After[K any](cursor string) (k K, err error) {
	if cursor == "" {
		return k, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = plainJSON.Unmarshal(raw, &k)
	}
	if err != nil {
		return k, errCursor.At(errs.Field{Name: "cursor", Code: "request.cursor"})
	}
	return k, nil
}

// Paged makes a list of items that were read with limit+1: the one too many
// tells that there is a next page, which starts after the last one shown.
func Paged[T, K any](items []T, limit int, key func(T) K) List[T] {
	if len(items) <= limit {
		return All(items)
	}
	raw, err := json.Marshal(key(items[limit-1]))
	if err != nil {
		return All(items[:limit])
	}
	return List[T]{Items: items[:limit], Next: base64.RawURLEncoding.EncodeToString(raw)}
}

// Going makes a list that goes on after next; nil: it ends.
func Going[T, K any](items []T, next *K) List[T] {
	out := All(items)
	if next == nil {
		return out
	}
	if raw, err := json.Marshal(next); err == nil {
		out.Next = base64.RawURLEncoding.EncodeToString(raw)
	}
	return out
}
