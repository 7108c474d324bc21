package jobs

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"guanjia/internal/platform/db"
)

// Run works until ctx ends, and then finishes what is running.
func (r *Runner) Run(ctx context.Context) error {
	r.freeze()
	var aside sync.WaitGroup
	if r.d.Engine == db.Postgres {
		aside.Go(func() { r.listen(ctx) })
		aside.Go(func() { r.tellOthers(ctx) })
	}
	defer aside.Wait()
	defer r.settled()
	tick := time.NewTicker(r.o.Poll)
	defer tick.Stop()
	trouble := false
	for whole := true; ; {
		err := r.turn(ctx, whole)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !trouble {
			r.o.Log.Error("jobs cannot run", "error", err)
		} else if err == nil && trouble {
			r.o.Log.Info("jobs run again")
		}
		trouble = err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-r.wake:
			whole = true
			r.gather(ctx)
		case <-tick.C:
			whole = true
		case <-r.freed:
			whole = false
		}
	}
}

// gatherFor is how long what was just told waits for more of it.
const gatherFor = 5 * time.Millisecond

// gather lets the desk go first: a moment after the first of several changes one
// transaction dispatches what all of them told, instead of coming between each
// two of them (QUA-01).
func (r *Runner) gather(ctx context.Context) {
	moment := time.NewTimer(gatherFor)
	defer moment.Stop()
	select {
	case <-ctx.Done():
	case <-moment.C:
	}
}

// settled waits until no handler runs in the background.
func (r *Runner) settled() (rounds int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.busy > 0 || slices.ContainsFunc(r.apart, func(l *lane) bool { return l.taken }) {
		r.idle.Wait()
	}
	return r.rounds
}

// Drain dispatches and does every due job, one after the other in the order
// in which they fall due, until nothing is due and nothing runs on this node.
// It returns what failed. It may be used beside Run and without it; tests and
// stories move the clock, call it, and see everything done.
func (r *Runner) Drain(ctx context.Context) error {
	r.freeze()
	// Only the end of ctx is taken over: a caller's Idempotency-Key in it must
	// not be spent on our transactions.
	inner, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	if err := r.ensure(inner); err != nil {
		return err
	}
	var failures []error
	heard := int64(-1)
	for {
		before := r.settled()
		did, err := r.one(inner, &failures, &heard)
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		if !did && r.settled() == before {
			return errors.Join(failures...)
		}
	}
}

// together is how many jobs a drain takes at once, in order: what they bring
// about is due after them.
const together = 32

// one dispatches and does what events are told to, or else does the jobs that are due
// first. heard is when it looked for events: without news there are none since.
func (r *Runner) one(ctx context.Context, failures *[]error, heard *int64) (did bool, err error) {
	if news := r.news.Load(); news != *heard {
		dispatched, more, err := r.drainEvents(ctx, failures)
		*heard = after(news, dispatched, more)
		if err != nil || dispatched {
			return true, err
		}
	}
	got, err := r.claim(ctx, &r.short, together, false)
	if err == nil && len(got) == 0 {
		var due []int
		if due, err = r.dueApart(ctx); len(due) > 0 {
			got, err = r.claim(ctx, r.apart[due[0]], 1, true)
		}
	}
	*failures = append(*failures, r.doAll(ctx, got)...)
	return len(got) > 0, err
}

// ensure has a row for each periodic job. One that lies further ahead than its
// interval (the interval was longer, or the clock has been set back) is due now.
func (r *Runner) ensure(ctx context.Context) error {
	if r.ensured.Load() {
		return nil
	}
	err := r.d.Bulk(ctx, self, actClaim, func(tx *db.Tx) error {
		tx.Silent("the plan of periodic work comes with the program")
		for _, name := range r.kinds {
			h := r.handlers[name]
			if h.every == 0 {
				continue
			}
			if _, err := tx.Global(ours).Exec(ctx, `
				INSERT INTO job (id, kind, key, due_at, every_ms, payload) VALUES ($1, $2, 'every', $3, $4, 'null')
				ON CONFLICT (kind, key) WHERE key IS NOT NULL DO UPDATE SET every_ms = excluded.every_ms, due_at =
				CASE WHEN job.claim = 0 AND job.due_at > excluded.due_at + excluded.every_ms THEN excluded.due_at ELSE job.due_at END`,
				db.NewID[db.Entry](tx), name, tx.Now, h.every.Milliseconds()); err != nil {
				return err
			}
		}
		return nil
	})
	r.ensured.Store(err == nil)
	return err
}

// Wake lets this node look for work at once.
func (r *Runner) Wake() { signal(r.wake) }

// committed runs after every commit on this node that left events or jobs.
func (r *Runner) committed() {
	r.news.Add(1)
	signal(r.tell)
	r.heard()
}

// heard runs when any node has left events or jobs.
func (r *Runner) heard() {
	signal(r.wake)
	for _, fn := range r.onWake {
		fn()
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it has been told and has not looked yet
	}
}

const (
	tellAtMost = 20 * time.Millisecond
	reconnect  = time.Second
)

// tellOthers notifies the other nodes after a commit, never within it: a
// transaction that notifies queues behind every other one that does.
func (r *Runner) tellOthers(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.tell:
		}
		if err := r.d.Notify(ctx); err != nil && ctx.Err() == nil {
			r.o.Log.Warn("other nodes were not told; they look every second", "error", err)
		}
		if !pause(ctx, tellAtMost) {
			return
		}
	}
}

func (r *Runner) listen(ctx context.Context) {
	for {
		err := r.d.Listen(ctx, r.heard)
		if ctx.Err() != nil {
			return
		}
		r.o.Log.Warn("not hearing the other nodes", "error", err)
		if !pause(ctx, reconnect) {
			return
		}
	}
}

// pause is real time between two tries, which no clock of ours shows.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
