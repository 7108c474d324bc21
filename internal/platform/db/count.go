package db

import (
	"context"
	"sync/atomic"
)

type countKey struct{}

// Counting counts the statements that are asked with a context: how many a page
// takes must not grow with its rows.
func Counting(ctx context.Context) (context.Context, *atomic.Int64) {
	n := new(atomic.Int64)
	return context.WithValue(ctx, countKey{}, n), n
}

func count(ctx context.Context) {
	if n, is := ctx.Value(countKey{}).(*atomic.Int64); is {
		n.Add(1)
	}
}
