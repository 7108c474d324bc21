package db

import (
	"context"
	"database/sql"
	"sync"
)

// SQLite compiles a statement anew at every call unless it is kept; pgx keeps
// its own, so PostgreSQL needs none of this. Beyond mostKept distinct texts
// (scopes of many sizes) further ones are compiled each time.
const mostKept = 1000

// writer is SQLite's one writing connection. Whoever holds the group's turn uses it.
type writer struct {
	conn *sql.Conn
	kept map[string]*sql.Stmt
}

func (w *writer) stmt(ctx context.Context, q string) (*sql.Stmt, error) {
	if s, ok := w.kept[q]; ok || len(w.kept) >= mostKept {
		return s, nil
	}
	s, err := w.conn.PrepareContext(ctx, q)
	if err == nil {
		w.kept[q] = s
	}
	return s, err
}

// The caller's cancellation is left out: an interrupted statement would roll
// back the whole shared transaction.
func (w *writer) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	ctx = context.WithoutCancel(ctx)
	s, err := w.stmt(ctx, q) //nolint:sqlclosecheck // kept for the next time; the pool closes it
	if err != nil {
		return nil, err
	}
	if s == nil {
		return w.conn.ExecContext(ctx, q, args...)
	}
	return s.ExecContext(ctx, args...)
}

func (w *writer) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	ctx = context.WithoutCancel(ctx)
	s, err := w.stmt(ctx, q) //nolint:sqlclosecheck // kept for the next time; the pool closes it
	if err != nil {
		return nil, err
	}
	if s == nil {
		return w.conn.QueryContext(ctx, q, args...)
	}
	return s.QueryContext(ctx, args...)
}

// reader runs a read transaction of SQLite with statements kept per pool.
type reader struct {
	pool *sql.DB
	tx   *sql.Tx
	kept *keptStatements
}

type keptStatements struct {
	mu sync.RWMutex
	m  map[string]*sql.Stmt
}

func (r reader) stmt(ctx context.Context, q string) (*sql.Stmt, error) {
	r.kept.mu.RLock()
	s, ok := r.kept.m[q]
	full := len(r.kept.m) >= mostKept
	r.kept.mu.RUnlock()
	if !ok && !full {
		var err error
		if s, err = r.pool.PrepareContext(ctx, q); err != nil {
			return nil, err
		}
		r.kept.mu.Lock()
		if old, raced := r.kept.m[q]; raced {
			_ = s.Close() //nolint:sqlclosecheck // somebody else was faster
			s = old
		}
		r.kept.m[q] = s
		r.kept.mu.Unlock()
	}
	if s == nil {
		return nil, nil
	}
	if r.tx == nil {
		return s, nil
	}
	return r.tx.StmtContext(ctx, s), nil
}

func (r reader) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, errReadOnly
}

func (r reader) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	s, err := r.stmt(ctx, q) //nolint:sqlclosecheck // kept for the next time; the pool closes it
	if err != nil {
		return nil, err
	}
	switch {
	case s != nil:
		return s.QueryContext(ctx, args...)
	case r.tx == nil:
		return r.pool.QueryContext(ctx, q, args...)
	}
	return r.tx.QueryContext(ctx, q, args...)
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
