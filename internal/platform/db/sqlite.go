package db

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

func (d *DB) openSQLite(ctx context.Context, o Options) error {
	d.Engine = SQLite
	sync := "FULL"
	if o.Relaxed {
		sync = "OFF"
	}
	// The log goes back into the file every 16 MB, not every 4: pages that many
	// changes touch are then copied once, which saves a sixth of the processor's
	// time, and takes a second copy of 16 MB on the disk.
	dsn := "file:" + d.dsn + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=foreign_keys(1)&_pragma=synchronous(" + sync + ")&_pragma=cache_size(-16000)&_pragma=journal_size_limit(67108864)&_pragma=secure_delete(1)&_pragma=wal_autocheckpoint(4000)"
	var err error
	if d.write, err = sql.Open("sqlite", dsn+""); err != nil {
		return err
	}
	d.write.SetMaxOpenConns(1)
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("db: %s: %w", d.dsn, err)
	}
	if d.read, err = sql.Open("sqlite", dsn+"&_pragma=query_only(1)&_txlock=deferred"); err != nil {
		return err
	}
	d.read.SetMaxIdleConns(8)
	d.group = &group{d: d, most: 16, w: &writer{conn: conn}}
	if o.Alone {
		d.group.most = 1
	}
	return nil
}

// Scrub makes what was overwritten or deleted disappear from the disk as well:
// on SQLite it empties the log beside the database, whose pages are overwritten
// (secure_delete). On PostgreSQL vacuuming does it in time.
func (d *DB) Scrub(ctx context.Context) error {
	if d.group == nil {
		return nil
	}
	_, err := d.read.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

// group lets writers that wait for each other share one commit. Each runs in a
// savepoint of its own, so one that fails takes nothing of the others with it;
// nobody is told of success before the commit that carries it.
type group struct {
	d       *DB
	most    int // transactions in one commit
	w       *writer
	turn    sync.Mutex
	waiting atomic.Int64
	open    *shared // guarded by turn
	calm    bool    // guarded by turn: how the connection commits now
}

type shared struct {
	n    int
	err  error
	calm bool // nobody in it waits for the disk
	done chan struct{}
}

var errCommitLost = errors.New("db: the shared commit was rolled back")

func (g *group) run(ctx context.Context, calm bool, body func(querier) error) error {
	g.waiting.Add(1)
	g.turn.Lock()
	g.waiting.Add(-1)
	s, err := g.step(ctx, calm, body)
	if s == nil {
		g.turn.Unlock()
		return err
	}
	if g.waiting.Load() > 0 && s.n < g.most && s.err == nil {
		g.turn.Unlock() // whoever comes next goes on with this transaction and commits it
	} else {
		g.commit(s)
		g.turn.Unlock()
	}
	// Who failed waits too: the cause may be a row of this very group, such as
	// the Idempotency-Key of the same request, which counts once it is committed.
	<-s.done
	if err != nil {
		return err
	}
	return s.err
}

// all runs writers that do not wait for the disk one after the other, and commits them together.
func (g *group) all(ctx context.Context, bodies []func(querier) error) []error {
	out := make([]error, len(bodies))
	g.waiting.Add(1)
	g.turn.Lock()
	g.waiting.Add(-1)
	first := 0 // of those that the open transaction carries
	for i, body := range bodies {
		s, err := g.step(ctx, true, body)
		out[i] = err
		if s == nil {
			first = i + 1
			continue
		}
		if s.err == nil && i < len(bodies)-1 {
			continue
		}
		g.commit(s)
		for k := first; k <= i; k++ {
			if out[k] == nil {
				out[k] = s.err
			}
		}
		first = i + 1
	}
	g.turn.Unlock()
	return out
}

// chain runs writers that do not wait for the disk, each made when the one before
// is done, and commits them together: all that succeeded, or none. An error of
// next rolls everything back, nil for a body ends it.
func (g *group) chain(ctx context.Context, next func(before error) (func(querier) error, error)) error {
	g.waiting.Add(1)
	g.turn.Lock()
	g.waiting.Add(-1)
	var s *shared
	body, err := next(nil)
	for body != nil && err == nil {
		var before error
		if s, before = g.step(ctx, true, body); s == nil || s.err != nil {
			err = before
			break
		}
		body, err = next(before)
	}
	if s != nil {
		if err != nil && s.err == nil {
			s.err = errCommitLost
		}
		g.commit(s)
		err = cmp.Or(err, s.err)
	}
	g.turn.Unlock()
	return err
}

// step runs one writer in the open transaction, beginning it if there is none.
// Who waits for the disk does not go on with a transaction that does not: that one
// is committed before. The caller holds the turn. The returned transaction is nil
// when none could begin.
func (g *group) step(ctx context.Context, calm bool, body func(querier) error) (*shared, error) {
	if g.open != nil && g.open.calm && !calm {
		g.commit(g.open)
	}
	if g.open == nil {
		calm = calm && !g.d.relaxed
		if err := g.pace(ctx, calm); err != nil {
			return nil, err
		}
		if _, err := g.w.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
			return nil, err
		}
		g.open = &shared{calm: calm, done: make(chan struct{})}
	}
	s := g.open
	s.n++
	if err := ctx.Err(); err != nil {
		return s, err
	}
	alone := s.n == 1 // nobody else's work to protect: it can simply be rolled back
	if !alone {
		if _, err := g.w.ExecContext(ctx, "SAVEPOINT one"); err != nil {
			s.err = err
			return s, err
		}
	}
	undo := func() {
		if alone {
			s.err = errCommitLost // commit turns this into a ROLLBACK; no one else waits for it
			return
		}
		for _, text := range []string{"ROLLBACK TO one", "RELEASE one"} {
			if _, e := g.w.ExecContext(ctx, text); e != nil && s.err == nil {
				s.err = errors.Join(errCommitLost, e) // a full disk rolls back everything by itself
			}
		}
	}
	finished := false
	defer func() {
		if !finished { // fn panicked: the others go on
			undo()
			if s.err != nil || g.waiting.Load() == 0 {
				g.commit(s)
			}
			g.turn.Unlock()
		}
	}()
	err := body(g.w)
	finished = true
	if err != nil {
		undo()
		return s, err
	}
	if !alone {
		if _, err := g.w.ExecContext(ctx, "RELEASE one"); err != nil {
			s.err = err
			return s, err
		}
	}
	return s, nil
}

// pace lets the next commits wait for the disk, or not. In a log (WAL) "normal"
// loses nothing but the last commits, and never what one that waited built upon.
func (g *group) pace(ctx context.Context, calm bool) error {
	if g.calm == calm {
		return nil
	}
	level := "FULL"
	if calm {
		level = "NORMAL"
	}
	// Not kept like other statements: it takes effect as it is compiled.
	_, err := g.w.conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous="+level)
	if err == nil {
		g.calm = calm
	}
	return err
}

func (g *group) commit(s *shared) {
	g.open = nil
	if s.err == nil {
		_, s.err = g.w.ExecContext(context.Background(), "COMMIT")
	}
	switch {
	case s.err != nil:
	case s.calm:
		g.d.owed.made.Add(1)
		g.d.settleSoon()
	default:
		g.d.owed.paid(g.d.owed.made.Load())
	}
	if s.err != nil {
		_, _ = g.w.ExecContext(context.Background(), "ROLLBACK") // fails when SQLite has done so itself
	}
	if s.n > 1 {
		g.d.shared.Add(int64(s.n))
	}
	close(s.done)
}

func (g *group) close() error {
	g.turn.Lock()
	defer g.turn.Unlock()
	return g.w.conn.Close()
}

// sqliteTrouble reports whether the disk or a lock, not the request, is the cause.
func sqliteTrouble(err error) (full, trouble bool) {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false, errors.Is(err, errCommitLost)
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return true, true
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return false, true
	}
	return false, false
}
