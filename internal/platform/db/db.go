// Package db is the only door to the data. A Tx cannot be had without naming
// the actor and the action, and cannot run a statement without naming the scope.
//
//	Write: may the actor → begin → fn → audit entry → outbox rows → commit → wake the workers
//	Read:  may the actor → snapshot → fn
//
// db.go opens the engines, tx.go runs a transaction, scope.go rewrites {scope},
// rows.go reads and writes structs, record.go writes trail and outbox,
// sqlite.go and postgres.go hold what only one engine needs.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/vault"
)

// Engine is one of the two databases that the same SQL text runs on.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Errors every domain shares.
var (
	ErrNotFound    = errs.New(errs.NotFound, "not_found", "there is no such record")
	ErrStale       = errs.New(errs.Conflict, "stale", "someone changed this first")
	ErrUnavailable = errs.New(errs.Unavailable, "unavailable", "the database cannot be reached")
	ErrBusy        = errs.New(errs.Unavailable, "busy", "too many changes to the same records at once")
)

// DB is one database: a pool for readers and a door for writers.
type DB struct {
	Engine  Engine
	read    *sql.DB
	write   *sql.DB // PostgreSQL: the same pool as read
	group   *group  // SQLite: the one writer connection
	calm    *sql.DB // PostgreSQL: a pool whose commits do not wait for the disk
	side    *sql.DB // PostgreSQL: numbers and notifications, outside any transaction
	kept    statements
	numbers numbers // PostgreSQL
	now     func() time.Time
	ids     *id.Maker
	wakes   atomic.Pointer[[]func()]
	dsn     string
	vault   *vault.Vault

	remembered sync.Map // by type, see Remembered

	listening *pgx.ConnConfig // PostgreSQL: for the connection that hears of news
	relaxed   bool            // no commit waits for the disk
	owed      owed
	settling  atomic.Bool

	commits, conflicts, shared atomic.Int64
	hurried                    atomic.Int64 // PostgreSQL: writes under way whose commit waits for the disk
}

// Options change how a database is opened.
type Options struct {
	Now     func() time.Time // nil: the machine's clock
	Relaxed bool             // do not wait for the disk (tests, filling a demo)
	Alone   bool             // SQLite: every write has its own commit (to measure what sharing brings)
}

// Open opens "postgres://…" or a SQLite file. Migrate must follow before any use.
func Open(ctx context.Context, dsn string, o Options) (*DB, error) {
	d := &DB{now: o.Now, dsn: dsn, relaxed: o.Relaxed}
	if d.now == nil {
		d.now = time.Now
	}
	d.wakes.Store(&[]func(){})
	var err error
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		err = d.openPostgres(ctx, o)
	} else {
		err = d.openSQLite(ctx, o)
	}
	if err != nil {
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// Close closes every connection.
func (d *DB) Close() error {
	var all []error
	if d.group != nil {
		all = append(all, d.group.close())
	}
	for _, p := range []*sql.DB{d.read, d.write, d.calm, d.side} {
		if p != nil {
			all = append(all, p.Close())
		}
	}
	return errors.Join(all...)
}

// Now reads the clock, in the precision that both engines keep.
func (d *DB) Now() clock.Instant { return clock.Of(d.now()) }

// UseVault says what seals personal data (CUS-04); once, before the first use.
func (d *DB) UseVault(v *vault.Vault) { d.vault = v }

// Vault seals and opens personal data.
func (d *DB) Vault() *vault.Vault { return d.vault }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.read.PingContext(ctx) }

// OnCommit adds what runs after each commit that left events or jobs. It runs
// on the writer's goroutine, so it only signals.
func (d *DB) OnCommit(wake func()) {
	for {
		old := d.wakes.Load()
		all := append(slices.Clone(*old), wake)
		if d.wakes.CompareAndSwap(old, &all) {
			return
		}
	}
}

// Stats counts transactions since the start: committed, run again after a
// conflict, and those that shared another's commit.
type Stats struct{ Commits, Conflicts, Shared int64 }

// Stats returns the counts.
func (d *DB) Stats() Stats {
	return Stats{d.commits.Load(), d.conflicts.Load(), d.shared.Load()}
}

// Started is called once after the migrations: it takes the node's number.
func (d *DB) Started(ctx context.Context) error {
	var n int64
	err := d.raw(ctx, func(q querier) (err error) {
		n, err = scalar(ctx, q, `UPDATE node_counter SET n = n + 1 RETURNING n`)
		return err
	})
	if err != nil {
		return fmt.Errorf("db: node number: %w", err)
	}
	d.ids = id.NewMaker(int(n%id.Nodes), d.now)
	return nil
}

// raw runs fn in a transaction without actor, trail or scope: only what comes
// before all of these (migrations, the node's number) may use it.
func (d *DB) raw(ctx context.Context, fn func(querier) error) error {
	if d.group != nil {
		return d.group.run(ctx, false, fn)
	}
	return d.runPostgres(ctx, manner{}, fn)
}

// scalar runs a statement that gives one number.
func scalar(ctx context.Context, q querier, text string, args ...any) (n int64, err error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			return 0, err
		}
	}
	return n, rows.Err()
}

const tries = 12

// Write runs fn in one transaction, together with its audit entry and events.
// Writers never see each other half-way: fn may run again when PostgreSQL finds
// a conflict, so it must not touch anything but tx.
func (d *DB) Write(ctx context.Context, who authz.Actor, act authz.Action, fn func(*Tx) error) error {
	return d.change(ctx, who, act, manner{iso: serializable}, fn)
}

// Bulk is Write for set-based runs that rely on unique keys and conditional
// updates instead of serializability (PostgreSQL: READ COMMITTED).
func (d *DB) Bulk(ctx context.Context, who authz.Actor, act authz.Action, fn func(*Tx) error) error {
	return d.change(ctx, who, act, manner{iso: readCommitted}, fn)
}

func (d *DB) change(ctx context.Context, who authz.Actor, act authz.Action, how manner, fn func(*Tx) error) error {
	if err := who.May(act); err != nil {
		return err
	}
	if !how.calm {
		d.hurried.Add(1)
		defer d.hurried.Add(-1)
	}
	for try := 1; ; try++ {
		err := d.attempt(ctx, who, act, how, fn)
		switch {
		case err == nil:
			return nil
		case !conflicted(err):
			// What is asked a second time fails: on the key that is taken, or already
			// because of what the first did. Only then is the first's answer looked for.
			if answered, e := d.repeated(ctx, who); answered {
				return e
			}
			return classify(err)
		case try == tries:
			return fmt.Errorf("%s: %w: %w", act, ErrBusy, err)
		}
		d.conflicts.Add(1)
		if err := pause(ctx, time.Duration(rand.Int64N(int64(time.Millisecond)<<min(try, 6)))); err != nil {
			return err
		}
	}
}

func (d *DB) attempt(ctx context.Context, who authz.Actor, act authz.Action, how manner, fn func(*Tx) error) error {
	tx, body := d.begun(ctx, who, act, fn)
	var err error
	if d.group != nil {
		err = d.group.run(ctx, how.calm, body)
	} else {
		err = d.runPostgres(ctx, how, body)
	}
	if err == nil {
		d.committed(tx)
	}
	return err
}

func (d *DB) begun(ctx context.Context, who authz.Actor, act authz.Action, fn func(*Tx) error) (*Tx, func(querier) error) {
	tx := &Tx{d: d, Now: d.Now(), Who: who, Act: act, out: &outcome{}}
	return tx, func(q querier) error {
		tx.q = q
		if err := fn(tx); err != nil {
			return tx.faster(ctx, err)
		}
		return tx.record(ctx)
	}
}

// committed wakes whoever waits for news, once for all of them.
func (d *DB) committed(txs ...*Tx) {
	d.commits.Add(int64(len(txs)))
	if slices.ContainsFunc(txs, func(tx *Tx) bool { return tx.out.wake }) {
		for _, wake := range *d.wakes.Load() {
			wake()
		}
	}
}

// Crowd is how many wait to write (SQLite), or write (PostgreSQL), at this moment.
func (d *DB) Crowd() int64 {
	if d.group != nil {
		return d.group.waiting.Load()
	}
	return d.hurried.Load()
}

// Change is one of several for Unhurried.WriteAll and Unhurried.Chain.
type Change struct {
	Who authz.Actor
	Act authz.Action
	Do  func(*Tx) error
}

// writeAll is Unhurried.WriteAll.
func (d *DB) writeAll(ctx context.Context, all []Change, ready func(*Tx, []int) error) []error {
	out := make([]error, len(all))
	alone := func(i int) func(*Tx) error {
		return func(tx *Tx) error {
			if err := ready(tx, []int{i}); err != nil {
				return err
			}
			return all[i].Do(tx)
		}
	}
	if d.group == nil {
		for _, i := range d.asOne(ctx, all, ready, out) {
			out[i] = d.Unhurried().Write(ctx, all[i].Who, all[i].Act, alone(i))
		}
		return out
	}
	txs, bodies := make([]*Tx, len(all)), make([]func(querier) error, len(all))
	for i, c := range all {
		if err := c.Who.May(c.Act); err != nil {
			bodies[i] = func(querier) error { return err }
			continue
		}
		txs[i], bodies[i] = d.begun(ctx, c.Who, c.Act, alone(i))
	}
	for i, err := range d.group.all(ctx, bodies) {
		switch {
		case err == nil:
			d.committed(txs[i])
		case conflicted(err): // nothing of it happened: once more, alone
			out[i] = d.Unhurried().Write(ctx, all[i].Who, all[i].Act, alone(i))
		default:
			out[i] = classify(err)
		}
	}
	return out
}

// asOne does them in one transaction of PostgreSQL, again without the one that
// fails. It says which are left to be done alone: a single one, or all that are
// in the way of others several times.
func (d *DB) asOne(ctx context.Context, all []Change, ready func(*Tx, []int) error, out []error) (left []int) {
	for i := range all {
		left = append(left, i)
	}
	for conflicts := 0; len(left) > 1 && conflicts < 3; {
		at, txs := -1, make([]*Tx, 0, len(left))
		err := d.runPostgres(ctx, manner{serializable, true}, func(q querier) error {
			first := &Tx{d: d, q: q, Now: d.Now(), Who: all[left[0]].Who, Act: all[left[0]].Act, out: &outcome{}}
			if err := errors.Join(ready(first, left), first.flush(ctx)); err != nil {
				return err
			}
			for k, i := range left {
				at = k
				if err := all[i].Who.May(all[i].Act); err != nil {
					return err
				}
				tx, body := d.begun(ctx, all[i].Who, all[i].Act, all[i].Do)
				if err := body(q); err != nil {
					return err
				}
				txs = append(txs, tx)
			}
			return nil
		})
		switch {
		case err == nil:
			d.shared.Add(int64(len(left)))
			for _, tx := range txs {
				d.committed(tx)
			}
			return nil
		case conflicted(err):
			conflicts++
			d.conflicts.Add(1)
		case at < 0 || len(txs) == len(left): // the beginning or the commit failed, and is nobody's fault
			return left
		default:
			out[left[at]] = classify(err)
			left = slices.Delete(left, at, at+1)
		}
	}
	return left
}

var (
	serializable  = &sql.TxOptions{Isolation: sql.LevelSerializable}
	readCommitted = &sql.TxOptions{Isolation: sql.LevelReadCommitted}
)

// Read runs fn on one snapshot. It may not change anything and leaves no trail.
func (d *DB) Read(ctx context.Context, who authz.Actor, act authz.Action, fn func(*Tx) error) error {
	if err := who.May(act); err != nil {
		return err
	}
	raw, err := d.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: d.snapshot()})
	if err != nil {
		return classify(fmt.Errorf("%s: begin: %w", act, err))
	}
	defer func() { _ = raw.Rollback() }()
	return classify(fn(&Tx{d: d, q: d.reader(raw), Now: d.Now(), Who: who, Act: act}))
}

// Glance is Read without a common snapshot, for use cases of a single
// statement: on PostgreSQL it saves two round trips.
func (d *DB) Glance(ctx context.Context, who authz.Actor, act authz.Action, fn func(*Tx) error) error {
	if err := who.May(act); err != nil {
		return err
	}
	return classify(fn(&Tx{d: d, q: d.glance(), Now: d.Now(), Who: who, Act: act}))
}

// pause waits a moment between two tries; it is not a clock anybody sees.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
