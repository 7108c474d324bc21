package db

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"guanjia/internal/platform/authz"
)

// later is an INSERT that waits for the next statement of its transaction.
type later struct {
	q    string
	args []any
}

// Add is Insert for rows whose failure nobody wants to handle: on PostgreSQL it
// travels with what follows, in one round trip, and its error comes then.
func Add[T any](ctx context.Context, t *Tx, table string, row T) error {
	if t.out == nil {
		return errReadOnly
	}
	v := reflect.ValueOf(row)
	s := shapeOf(v.Type())
	if s.place == nil {
		return errUnscoped
	}
	place := authz.CommunityID(v.FieldByIndex(s.place).Int())
	if err := t.In(ctx, place); err != nil {
		return err
	}
	t.out.place = place
	return t.add(ctx, "INSERT INTO "+table+s.insert, values(v, s.index))
}

// Later is Exec for a statement whose result nobody wants to handle: like Add, it
// travels with what follows. Two of one text do not travel together, because they
// might change the same row, which PostgreSQL does once in a statement.
func (t *Tx) Later(ctx context.Context, q string, args ...any) error {
	if t.out == nil {
		return errReadOnly
	}
	q, args, err := t.scoped(q, args)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(t.out.later, func(l later) bool { return l.q == q }) {
		if err := t.flush(ctx); err != nil {
			return err
		}
	}
	return t.add(ctx, q, args)
}

func (t *Tx) add(ctx context.Context, q string, args []any) error {
	if t.d.Engine == Postgres {
		if s, ok := t.q.(*steady); ok {
			s.memo.forget(q)
		}
		t.out.later = append(t.out.later, later{q, args})
		return nil
	}
	_, err := t.q.ExecContext(ctx, q, args...)
	return err
}

// flush sends what was added as one statement: WITH a AS (INSERT …) INSERT ….
// Foreign keys are checked at its end, so rows may refer to each other.
func (t *Tx) flush(ctx context.Context) error {
	if t.out == nil || len(t.out.later) == 0 {
		return nil
	}
	q, args := together(t.out.later)
	t.out.later = nil
	if s, ok := t.q.(*steady); ok {
		_, err := s.Tx.ExecContext(ctx, q, args...) // what it changes has been forgotten already
		return err
	}
	_, err := t.q.ExecContext(ctx, q, args...)
	return err
}

// finish is the last flush of a transaction. If nothing was written before, the
// one statement is a transaction by itself and needs no BEGIN and COMMIT.
func (t *Tx) finish(ctx context.Context) error {
	lazy, ok := t.q.(*lazyTx)
	if !ok || lazy.tx != nil || len(t.out.later) == 0 {
		return t.flush(ctx)
	}
	q, args := together(t.out.later)
	t.out.later = nil
	_, err := lazy.pool.ExecContext(ctx, q, args...)
	return err
}

var combined sync.Map // the texts one after the other → the statement

func together(all []later) (string, []any) {
	if len(all) == 1 {
		return all[0].q, all[0].args
	}
	var key strings.Builder
	var args []any
	for _, l := range all {
		key.WriteString(l.q)
		args = append(args, l.args...)
	}
	if kept, ok := combined.Load(key.String()); ok {
		if q, ok := kept.(string); ok {
			return q, args
		}
	}
	var b strings.Builder
	n := 0
	for i, l := range all {
		q := shift(l.q, n)
		n += len(l.args)
		switch {
		case i == len(all)-1:
			b.WriteString(" " + q)
		case i == 0:
			b.WriteString("WITH w0 AS (" + q + ")")
		default:
			b.WriteString(", w" + strconv.Itoa(i) + " AS (" + q + ")")
		}
	}
	combined.Store(key.String(), b.String())
	return b.String(), args
}

// shift raises the numbers of the placeholders by n.
func shift(q string, n int) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(q, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		end := 0
		for end < len(after) && after[end] >= '0' && after[end] <= '9' {
			end++
		}
		number, _ := strconv.Atoi(after[:end]) // our own placeholders are digits
		b.WriteString("$" + strconv.Itoa(number+n))
		q = after[end:]
	}
}
