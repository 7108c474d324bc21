package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"guanjia/internal/platform/errs"
)

func (d *DB) openPostgres(ctx context.Context, o Options) error {
	d.Engine = Postgres
	conf, err := pgx.ParseConfig(d.dsn)
	if err != nil {
		return fmt.Errorf("db: address of PostgreSQL: %w", err)
	}
	if o.Relaxed {
		conf.RuntimeParams["synchronous_commit"] = "off"
	}
	// A server that vanished without a word is noticed within half a minute.
	conf.ConnectTimeout = 5 * time.Second
	conf.DialFunc = (&net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3}}).DialContext
	d.listening = conf
	d.read = stdlib.OpenDB(*conf)
	d.write = d.read
	d.read.SetMaxOpenConns(32)
	d.read.SetMaxIdleConns(32)
	calm := conf.Copy()
	calm.RuntimeParams["synchronous_commit"] = "off"
	d.calm = stdlib.OpenDB(*calm)
	d.calm.SetMaxOpenConns(10)
	d.calm.SetMaxIdleConns(10)
	// The numbers may be lost in a crash together with everything that used
	// them, because WAL is flushed in order; so their commit need not wait.
	d.side = stdlib.OpenDB(*calm)
	d.side.SetMaxOpenConns(2)
	d.side.SetMaxIdleConns(2)
	var encoding, collate string
	err = d.read.QueryRowContext(ctx, `SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()`).Scan(&encoding, &collate)
	if err != nil {
		return fmt.Errorf("db: PostgreSQL: %w", err)
	}
	if encoding != "UTF8" || (collate != "C" && !strings.HasPrefix(collate, "C.")) {
		return fmt.Errorf("db: the database has encoding %s and collation %s; create it with: CREATE DATABASE guanjia TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'", encoding, collate)
	}
	return nil
}

func (d *DB) runPostgres(ctx context.Context, how manner, body func(querier) error) error {
	pool := d.write
	if how.calm {
		pool = d.calm
	}
	if how.iso == readCommitted {
		lazy := &lazyTx{pool: pool}
		defer lazy.rollback()
		err := body(lazy)
		if err == nil && lazy.tx != nil {
			err = d.commit(lazy.tx, how.calm)
		} else if err == nil && how.calm {
			d.owed.made.Add(1) // it may have been one statement, which is a commit as well
		}
		return err
	}
	raw, err := pool.BeginTx(ctx, how.iso)
	if err != nil {
		return err
	}
	defer func() { _ = raw.Rollback() }() // no-op after Commit; also undoes a panic
	if err := body(&steady{Tx: raw}); err != nil {
		return err
	}
	return d.commit(raw, how.calm)
}

func (d *DB) commit(tx *sql.Tx, calm bool) error {
	before := d.owed.made.Load()
	err := tx.Commit()
	switch {
	case err != nil:
	case calm:
		d.owed.made.Add(1)
	default:
		d.owed.paid(before)
	}
	return err
}

// lazyTx begins with the first statement that writes. Under READ COMMITTED each
// statement sees its own snapshot anyway, so what is read before needs no
// transaction; and what is written in one statement is one (see finish).
type lazyTx struct {
	pool *sql.DB
	tx   *sql.Tx
}

func (l *lazyTx) begin(ctx context.Context) (err error) {
	if l.tx == nil {
		l.tx, err = l.pool.BeginTx(ctx, readCommitted)
	}
	return err
}

func (l *lazyTx) rollback() {
	if l.tx != nil {
		_ = l.tx.Rollback() // no-op after Commit; also undoes a panic
	}
}

func (l *lazyTx) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	if err := l.begin(ctx); err != nil {
		return nil, err
	}
	return l.tx.ExecContext(ctx, q, args...)
}

func (l *lazyTx) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if l.tx == nil && strings.HasPrefix(strings.TrimSpace(q), "SELECT") {
		return l.pool.QueryContext(ctx, q, args...)
	}
	if err := l.begin(ctx); err != nil {
		return nil, err
	}
	return l.tx.QueryContext(ctx, q, args...)
}

func (d *DB) snapshot() sql.IsolationLevel {
	if d.Engine == Postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// Notify tells every node that listens on this database that there is news.
// SQLite has one node, which knows.
func (d *DB) Notify(ctx context.Context) error {
	if d.Engine != Postgres {
		return nil
	}
	_, err := d.side.ExecContext(ctx, `SELECT pg_notify('guanjia', '')`)
	return err
}

// Listen calls heard on every Notify of any node until ctx ends, and once
// after each (re)connection, since news may have been missed.
func (d *DB) Listen(ctx context.Context, heard func()) error {
	if d.Engine != Postgres {
		<-ctx.Done()
		return nil
	}
	conn, err := pgx.ConnectConfig(ctx, d.listening.Copy())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, `LISTEN guanjia`); err != nil {
		return err
	}
	for {
		heard()
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
	}
}

// conflicted reports what running again can cure: serialization failures and deadlocks.
func conflicted(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}

// Unique reports that err is a violation of a unique key whose name contains
// name; SQLite names the columns instead ("table.column").
func Unique(err error, names ...string) bool {
	if err == nil {
		return false
	}
	text := err.Error()
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		if pg.Code != "23505" {
			return false
		}
		text = pg.ConstraintName
	} else if !strings.Contains(text, "UNIQUE constraint failed") {
		return false
	}
	for _, n := range names {
		if strings.Contains(text, n) {
			return true
		}
	}
	return len(names) == 0
}

// dangling reports a violation of a foreign key.
func dangling(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23503"
	}
	return strings.Contains(err.Error(), "FOREIGN KEY constraint failed")
}

// classify turns a database that is gone or full into ErrUnavailable, and a
// reference to a row that is not there into what looking for it would have said.
func classify(err error) error {
	if err == nil {
		return nil
	}
	if dangling(err) {
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	if errors.Is(err, context.Canceled) {
		return err // the client went away
	}
	pg, isPG := errors.AsType[*pgconn.PgError](err)
	if full, trouble := sqliteTrouble(err); full || isPG && pg.Code == "53100" {
		return fmt.Errorf("%w: %w", errs.ErrDiskFull, err)
	} else if trouble || lost(err) || isPG && (strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08")) {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// lost reports that the connection, not the request, is the cause.
func lost(err error) bool {
	_, isConnect := errors.AsType[*pgconn.ConnectError](err)
	_, isNet := errors.AsType[net.Error](err)
	for _, sign := range []error{driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE, context.DeadlineExceeded} {
		if errors.Is(err, sign) {
			return true
		}
	}
	return isConnect || isNet || strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "conn busy")
}

// Analyze lets PostgreSQL look again at how large tables are. It is for runs
// that fill them from nothing: the plan by which each new row's foreign keys are
// checked was made when they were empty, and then goes through whole communities.
func (d *DB) Analyze(ctx context.Context, tables ...string) error {
	if d.Engine != Postgres {
		return nil
	}
	_, err := d.write.ExecContext(ctx, "ANALYZE "+strings.Join(tables, ", "))
	return classify(err)
}
