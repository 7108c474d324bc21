package clock

import "context"

type doneKey struct{}

// WithDone attaches when somebody says to have done what the calls made with
// the returned context record: a phone sends it for what it kept while there
// was no network (FAC-03). It is a statement, not the time: clocks go by Now.
func WithDone(ctx context.Context, at Instant) context.Context {
	return context.WithValue(ctx, doneKey{}, at)
}

// Done is what WithDone attached.
func Done(ctx context.Context) (Instant, bool) {
	at, ok := ctx.Value(doneKey{}).(Instant)
	return at, ok
}
