package db

import (
	"context"
	"fmt"
	"reflect"
	"strings"
)

// memo is what was read on SQLite's writing connection since something else was
// written to the same table: until its transaction ends nobody else can change it.
type memo map[memoKey]any

type memoKey struct {
	table string
	of    reflect.Type
	q     string
	args  string
}

// OneByID is One for a row that several changes of one transaction are likely to
// read, such as the ticket that one handler after the other is told about: on
// SQLite it is read once, until its table changes. The row is shared, so what its
// pointers point to must not be changed. q asks for it by its id, $1, alone.
func OneByID[T any](ctx context.Context, t *Tx, table, q string, id ID) (one T, err error) {
	w, ok := t.q.(*writer)
	if !ok {
		return One[T](ctx, t, q, id)
	}
	q, args, err := t.scoped(q, []any{id})
	if err != nil {
		return one, err
	}
	key := memoKey{table, reflect.TypeFor[T](), q, fmt.Sprintln(args...)}
	if kept, ok := w.memo[key].(T); ok {
		return kept, nil
	}
	if one, err = One[T](ctx, t.Global("the scope is written already"), q, args...); err == nil {
		if w.memo == nil {
			w.memo = memo{}
		}
		w.memo[key] = one
	}
	return one, err
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
		if key.table == table {
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
