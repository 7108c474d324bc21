package db

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// memo is what was read in a transaction since something else was written to the
// same tables: on SQLite nobody else can change it until then, on PostgreSQL
// nobody else's change is seen. It lasts over all that share the transaction.
type memo map[memoKey]any

type memoKey struct {
	tables string
	of     reflect.Type
	q      string
	args   string
}

// remembers is a connection in a transaction with a memo.
type remembers interface{ remembered() memo }

func (w *writer) remembered() memo {
	if w.memo == nil {
		w.memo = memo{}
	}
	return w.memo
}

// steady is a transaction of PostgreSQL that sees one snapshot.
type steady struct {
	*sql.Tx
	memo memo
}

func (s *steady) remembered() memo {
	if s.memo == nil {
		s.memo = memo{}
	}
	return s.memo
}

func (s *steady) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	s.memo.forget(q)
	return s.Tx.ExecContext(ctx, q, args...)
}

func (s *steady) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	s.memo.forget(q)
	return s.Tx.QueryContext(ctx, q, args...)
}

// AllKept is All for rows that several changes of one transaction are likely to
// read, such as the settings that one handler after the other goes by: they are
// read once, until one of the tables changes, which are those of q, with a space
// between two. The rows are shared, so what they point to must not be changed.
func AllKept[T any](ctx context.Context, t *Tx, tables, q string, args ...any) ([]T, error) {
	w, ok := t.q.(remembers)
	if !ok {
		return All[T](ctx, t, q, args...)
	}
	q, args, err := t.scoped(q, args)
	if err != nil {
		return nil, err
	}
	key := memoKey{tables, reflect.TypeFor[T](), q, fmt.Sprintln(args...)}
	if kept, ok := w.remembered()[key].([]T); ok {
		return slices.Clone(kept), nil
	}
	all, err := All[T](ctx, t.Global("the scope is written already"), q, args...)
	if err == nil {
		w.remembered()[key] = slices.Clone(all)
	}
	return all, err
}

// OneKept is One in the way of AllKept.
func OneKept[T any](ctx context.Context, t *Tx, tables, q string, args ...any) (one T, err error) {
	all, err := AllKept[T](ctx, t, tables, q, args...)
	if err != nil {
		return one, err
	}
	if len(all) == 0 {
		return one, ErrNotFound
	}
	return all[0], nil
}

// forget drops what a statement may change: the rows of the table that it names,
// or all if it is none of the usual ones. No trigger and no foreign key of ours
// changes another table's rows but those of indexes.
func (m memo) forget(q string) {
	if len(m) == 0 {
		return
	}
	verb, rest := word(q)
	table := ""
	switch verb {
	case "SELECT", "SAVEPOINT", "RELEASE":
		return
	case "UPDATE":
		table, _ = word(rest)
	case "INSERT", "DELETE":
		_, rest = word(rest) // INTO, FROM
		table, _ = word(rest)
	default: // WITH, ROLLBACK, COMMIT
		clear(m)
		return
	}
	for key := range m {
		if slices.Contains(strings.Fields(key.tables), table) {
			delete(m, key)
		}
	}
}

// word cuts off the first word of a statement.
func word(q string) (first, rest string) {
	q = strings.TrimLeft(q, " \n\t")
	end := strings.IndexAny(q, " \n\t(")
	if end < 0 {
		return q, ""
	}
	return q[:end], q[end:]
}
