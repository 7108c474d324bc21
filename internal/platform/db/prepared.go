package db

import (
	"context"
	"database/sql"
	"sync"
)

// SQLite compiles a statement anew at every call unless it is kept; pgx keeps
// its own, so PostgreSQL needs none of this. Kept are those used last: the texts
// of the migrations, or of scopes of many sizes, do not push out what every
// request asks.
const mostKept = 1000

// statements are kept in two halves. What is asked for is in the younger one;
// when that is full it becomes the older, and what nobody asked for since is
// put out. It is closed when the next half is full: whoever had just got one of
// them has long begun with it, and its rows are read to their end.
type statements struct {
	mu              sync.RWMutex
	young, old, out map[string]*sql.Stmt
}

// get is the statement of q, prepared on from unless it is kept.
func (k *statements) get(ctx context.Context, from interface {
	PrepareContext(ctx context.Context, q string) (*sql.Stmt, error)
}, q string) (*sql.Stmt, error) {
	k.mu.RLock()
	s := k.young[q]
	k.mu.RUnlock()
	if s != nil {
		return s, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if s = k.young[q]; s != nil {
		return s, nil
	}
	if s = k.old[q]; s == nil {
		var err error
		if s, err = from.PrepareContext(ctx, q); err != nil {
			return nil, err
		}
	}
	delete(k.old, q)
	if k.young == nil || len(k.young) >= mostKept/2 {
		for _, unused := range k.out {
			_ = unused.Close()
		}
		k.young, k.old, k.out = map[string]*sql.Stmt{}, k.young, k.old
	}
	k.young[q] = s
	return s, nil
}

// writer is SQLite's one writing connection. Whoever holds the group's turn uses it.
type writer struct {
	conn *sql.Conn
	kept statements
	memo memo
}

// The caller's cancellation is left out: an interrupted statement would roll
// back the whole shared transaction.
func (w *writer) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	ctx = context.WithoutCancel(ctx)
	w.memo.forget(q)
	s, err := w.kept.get(ctx, w.conn, q) //nolint:sqlclosecheck // kept for the next time; the pool closes it
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (w *writer) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	ctx = context.WithoutCancel(ctx)
	w.memo.forget(q)
	s, err := w.kept.get(ctx, w.conn, q) //nolint:sqlclosecheck // kept for the next time; the pool closes it
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// reader runs a read transaction of SQLite with statements kept per pool.
type reader struct {
	pool *sql.DB
	tx   *sql.Tx // nil: single statements outside any transaction
	kept *statements
}

func (r reader) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, errReadOnly
}

func (r reader) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	s, err := r.kept.get(ctx, r.pool, q)
	if err != nil {
		return nil, err
	}
	if r.tx != nil {
		s = r.tx.StmtContext(ctx, s) //nolint:sqlclosecheck // the transaction's end closes it
	}
	return s.QueryContext(ctx, args...)
}

// glance runs single statements outside any transaction.
func (d *DB) glance() querier {
	if d.Engine == Postgres {
		return d.read
	}
	return reader{d.read, nil, &d.kept}
}

func (d *DB) reader(tx *sql.Tx) querier {
	if d.Engine == Postgres {
		return tx
	}
	return reader{d.read, tx, &d.kept}
}
