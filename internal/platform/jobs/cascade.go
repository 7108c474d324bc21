package jobs

import (
	"context"
	"fmt"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// A cascade ends, and leaves the rest as jobs, after cascadeMost handlers or half
// a lease, or after cascadeLeast if somebody waits to write.
const (
	cascadeLeast = 8
	cascadeMost  = 200
	// cascadeFirst events get their place at first, then twice as many each time:
	// what has its place is done or becomes a row, and few rows are written when
	// somebody comes.
	cascadeFirst = 4
	// mostYields is how many times in a row, until all is done, the next cascade is
	// held back for a moment after it gave way: half a second of the desk's rush.
	mostYields = 100
)

// cascade is what events bring about on SQLite, where one writes after the other
// anyway: they get their place, their handlers run, and what those tell is
// dispatched in turn, all in one transaction. A handler that succeeds there never
// was a row; one that fails becomes the job that is tried again.
type cascade struct {
	r        *Runner
	ctx      context.Context // of its own statements: none of them is cut off
	soon     context.Context // is over when the rest is to be left
	waiting  []*row
	doing    *row // whose handler runs
	did      int
	places   int  // events that have got their place
	batch    int  // how many of them at a time
	more     bool // there may be others
	gaveWay  bool // to somebody who waits to write
	failures []error
}

// cascade dispatches what events there are and what they bring about, first so
// many at a time.
func (r *Runner) cascade(first int) (c *cascade, err error) {
	// Apart from the caller's context, like the handlers of jobs.
	ctx := context.Background()
	soon, cancel := context.WithTimeout(ctx, r.o.Lease/2)
	defer cancel()
	c = &cascade{r: r, ctx: ctx, soon: soon, more: true, batch: first}
	err = r.d.Unhurried().Chain(ctx, c.next)
	if err != nil { // nothing of it happened
		return &cascade{more: true}, err
	}
	if !c.more {
		r.caughtUp.Store(true)
	}
	return c, nil
}

func (c *cascade) next(before error) (db.Change, bool, error) {
	j := c.doing
	c.doing = nil
	switch {
	case j != nil && before != nil:
		return c.failed(j, before), true, nil
	case before != nil:
		return db.Change{}, false, before
	}
	// A few that have their place are rather done than written down.
	c.gaveWay = c.gaveWay || c.did >= cascadeLeast && (len(c.waiting) == 0 || len(c.waiting) > cascadeLeast) && c.r.d.Crowd() > 0
	enough := c.gaveWay || c.did >= cascadeMost || c.soon.Err() != nil
	switch {
	case len(c.waiting) > 0 && enough:
		return c.leave(), true, nil
	case len(c.waiting) == 0 && (enough || !c.more):
		return db.Change{}, false, nil
	case len(c.waiting) == 0:
		return c.dispatch(), true, nil
	}
	c.did++
	c.doing, c.waiting = c.waiting[0], c.waiting[1:]
	return c.handle(c.doing), true, nil
}

// own is a change of the runner itself.
func own(do func(g *db.Tx) error) db.Change {
	return db.Change{Who: self, Act: actDispatch, Do: func(tx *db.Tx) error {
		tx.Silent("dispatching tells nothing new")
		return do(tx.Global("events of every community are dispatched"))
	}}
}

// dispatch gives events their place; as many handlers as a drain takes on
// PostgreSQL run here, so that both engines do the same in the same order. Until
// the events that were there at the start are dispatched, all handlers become
// jobs, whose attempts are counted before they run: one of them may be what ended
// the program the last time.
func (c *cascade) dispatch() db.Change {
	return own(func(g *db.Tx) error {
		events, err := place(c.ctx, g, c.batch)
		c.more = len(events) == c.batch
		c.batch = min(2*c.batch, dispatchMost)
		if err != nil || len(events) == 0 {
			return err
		}
		c.places += len(events)
		g.Wake() // live screens read what has its place
		var jobs []*row
		for _, j := range c.r.rowsOf(g, events) {
			if c.r.caughtUp.Load() && c.r.handlers[j.Kind].run != nil && len(c.waiting) < together {
				c.waiting = append(c.waiting, j)
			} else {
				jobs = append(jobs, j)
			}
		}
		return insert(c.ctx, g, jobs)
	})
}

func (c *cascade) handle(j *row) db.Change {
	return db.Change{Who: actor(j.Kind, j.ID), Act: authz.Action(j.Kind), Do: func(tx *db.Tx) error {
		ctx, cancel := context.WithTimeout(c.ctx, c.r.o.Lease*4/5)
		defer cancel()
		err := guarded(func() error { return c.r.handlers[j.Kind].run(ctx, tx, []byte(j.Payload)) })
		c.more = c.more || tx.Tells()
		return err
	}}
}

// leave makes jobs of what is still to be done.
func (c *cascade) leave() db.Change {
	left := c.waiting
	c.waiting, c.did, c.more = nil, cascadeMost, true // no other events are begun with
	return own(func(g *db.Tx) error { return insert(c.ctx, g, left) })
}

// failed makes a job of what failed once.
func (c *cascade) failed(j *row, cause error) db.Change {
	cause = fmt.Errorf("%s: attempt 1: %w", j.Kind, cause)
	c.failures = append(c.failures, cause)
	c.r.o.Log.Error("job failed", "job", j.ID.String(), "kind", j.Kind, "attempt", 1, "dead", false, "error", cause)
	return own(func(g *db.Tx) error {
		_, err := g.Exec(c.ctx, `INSERT INTO job (id, kind, community_id, due_at, payload, attempts, last_error) VALUES ($1, $2, $3, $4, $5, 1, $6)`,
			j.ID, j.Kind, j.place, g.Now.Add(backOff(1)), j.Payload, printable(cause.Error()))
		return err
	})
}

// spread dispatches events and sees to it that what they are told to is done; more
// may be waiting afterwards.
func (r *Runner) spread(ctx context.Context, heard bool) (dispatched, more bool, err error) {
	if r.d.Engine == db.Postgres {
		free := r.reserve(true)
		if free == 0 {
			return false, false, errAllBusy
		}
		n, got, more, err := r.dispatch(ctx, min(free*r.atOnce/2, dispatchMost), free*r.atOnce, heard) // an event has some handlers, or none
		r.startAll(ctx, got, free)
		return n > 0, more, err
	}
	if !heard {
		if some, err := r.waiting(ctx); err != nil || !some {
			return false, false, err
		}
	}
	r.mu.Lock()
	r.busy++
	r.mu.Unlock()
	defer r.release(1, 0)
	c, err := r.cascade(cascadeFirst) // its failures are logged, and kept with the jobs
	switch {
	case !c.more:
		r.yields = 0
	case c.gaveWay && r.yields < mostYields:
		r.yields++
		r.gather(ctx)
	}
	return c.places > 0, c.more, err
}

// drainEvents dispatches events and does what they are told to, on both engines
// in the same order.
func (r *Runner) drainEvents(ctx context.Context, failures *[]error) (dispatched, more bool, err error) {
	if r.d.Engine == db.Postgres {
		n, got, more, err := r.dispatch(ctx, dispatchMost, together, true)
		*failures = append(*failures, r.doAll(ctx, got)...)
		return n > 0, more, err
	}
	c, err := r.cascade(dispatchMost)
	*failures = append(*failures, c.failures...)
	return c.places > 0, c.more, err
}
