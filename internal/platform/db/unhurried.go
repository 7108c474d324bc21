package db

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"guanjia/internal/platform/authz"
)

// manner is how a transaction is run.
type manner struct {
	iso  *sql.TxOptions // PostgreSQL only
	calm bool           // its commit does not wait for the disk
}

// Unhurried are changes whose commit does not wait for the disk: those that the
// database itself asks for again when the machine loses them, such as jobs, whose
// row goes with their work. The log keeps its order, so whatever commits later and
// waits brings them to the disk as well; on SQLite that happens within a second
// anyway. Before anything leaves the program because of one of them: Settle.
type Unhurried struct{ d *DB }

// Unhurried is the door for such changes.
func (d *DB) Unhurried() Unhurried { return Unhurried{d} }

// Write is DB.Write.
func (u Unhurried) Write(ctx context.Context, who authz.Actor, act authz.Action, fn func(*Tx) error) error {
	return u.d.change(ctx, who, act, manner{serializable, true}, fn)
}

// Bulk is DB.Bulk.
func (u Unhurried) Bulk(ctx context.Context, who authz.Actor, act authz.Action, fn func(*Tx) error) error {
	return u.d.change(ctx, who, act, manner{readCommitted, true}, fn)
}

// WriteAll is Write for several changes that are there at once, in their order.
// They share one commit, and one that fails takes nothing of the others with it.
// Before some of them, named by their place, ready does in the same transaction
// what is common to them; it leaves no trail of its own. It runs again with them.
func (u Unhurried) WriteAll(ctx context.Context, all []Change, ready func(tx *Tx, these []int) error) []error {
	return u.d.writeAll(ctx, all, ready)
}

// Chain runs changes one after the other in one transaction, each of which next
// makes when it knows how the one before ended; its error undoes all of them.
// One that fails takes nothing of the others with it. SQLite only, where nobody
// else could write meanwhile anyway.
func (u Unhurried) Chain(ctx context.Context, next func(before error) (c Change, more bool, err error)) error {
	var done []*Tx
	var last *Tx
	err := u.d.group.chain(ctx, func(before error) (func(querier) error, error) {
		if last != nil && before == nil {
			done = append(done, last)
		}
		last = nil
		c, more, err := next(classify(before))
		if err != nil || !more {
			return nil, err
		}
		tx, body := u.d.begun(ctx, c.Who, c.Act, func(tx *Tx) error {
			if err := tx.Who.May(tx.Act); err != nil {
				return err
			}
			return c.Do(tx)
		})
		last = tx
		return body, nil
	})
	if err == nil {
		u.d.committed(done...)
	}
	return classify(err)
}

// owed counts commits that nobody waited for, and those of them that are on the disk.
type owed struct{ made, kept atomic.Int64 }

func (o *owed) paid(upTo int64) {
	for {
		old := o.kept.Load()
		if old >= upTo || o.kept.CompareAndSwap(old, upTo) {
			return
		}
	}
}

// settleWithin is how long what nobody waits for may be missing from the disk (SQLite).
const settleWithin = time.Second

// Settle returns when everything committed so far is on the disk.
func (d *DB) Settle(ctx context.Context) error {
	upTo := d.owed.made.Load()
	if d.owed.kept.Load() >= upTo {
		return nil
	}
	if d.group != nil {
		if err := syncLog(d.dsn); err != nil {
			return classify(err)
		}
	} else if _, err := d.write.ExecContext(ctx, `SELECT pg_current_xact_id()`); err != nil { // the commit of a transaction with a number waits for the log
		return classify(err)
	}
	d.owed.paid(upTo)
	return nil
}

// syncLog brings the log beside a database of SQLite to the disk. Without one,
// everything stands in the database itself.
func syncLog(path string) error {
	f, err := os.OpenFile(path+"-wal", os.O_RDWR, 0) //nolint:gosec // beside the database that the operator named
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// settleSoon lets Settle run after a while, once for all that comes meanwhile.
func (d *DB) settleSoon() {
	if d.settling.CompareAndSwap(false, true) {
		time.AfterFunc(settleWithin, func() {
			d.settling.Store(false)
			_ = d.Settle(context.Background()) // a disk that fails shows at the next commit that waits
		})
	}
}
