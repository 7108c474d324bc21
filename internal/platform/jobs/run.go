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

// gatherFor is how long what was just told waits for more of it (SQLite).
const gatherFor = 5 * time.Millisecond

// gather lets the desk go first where there is one writer: a moment after the
// first of several changes one transaction dispatches what all of them told,
// instead of coming between each two of them (QUA-01).
func (r *Runner) gather(ctx context.Context) {
	if r.d.Engine == db.Postgres {
		return
	}
	moment := time.NewTimer(gatherFor)
	defer moment.Stop()
	select {
	case <-ctx.Done():
	case <-moment.C:
	}
}

// turn is one round with an end: a database that answers nothing, not even no,
// must not keep the loop for ever.
func (r *Runner) turn(ctx context.Context, whole bool) error {
	short, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := r.ensure(short); err != nil {
		return err
	}
	if err := r.round(short, whole); err != nil || !whole {
		return err // a worker is free again, which says nothing of long jobs
	}
	return r.startApart(ctx, short)
}

// startApart begins a job in each lane apart where one is due and none runs here;
// it ends with ctx. All lanes are looked at in one statement: this is done at
// every commit anywhere, and hardly ever finds anything.
func (r *Runner) startApart(ctx, short context.Context) error {
	due, err := r.dueApart(short)
	all := []error{err}
	for _, i := range due {
		all = append(all, r.startIn(ctx, short, r.apart[i]))
	}
	return errors.Join(all...)
}

// dueApart are the lanes apart in which a job is due.
func (r *Runner) dueApart(ctx context.Context) (due []int, err error) {
	if r.apartSQL == "" {
		return nil, nil
	}
	err = r.d.Glance(ctx, self, actClaim, func(tx *db.Tx) error {
		few, all, err := look(ctx, tx.Global(ours))
		switch {
		case err != nil:
		case all:
			due = r.lanesOf(few)
		default:
			due, err = db.All[int](ctx, tx.Global(ours), r.apartSQL, tx.Now)
		}
		return err
	})
	return due, err
}

// lanesOf are the lanes apart of some jobs, in order.
func (r *Runner) lanesOf(due []waits) (lanes []int) {
	for i, l := range r.apart {
		if slices.ContainsFunc(due, func(j waits) bool { return slices.Contains(l.kinds, j.Kind) }) {
			lanes = append(lanes, i)
		}
	}
	return lanes
}

func (r *Runner) startIn(ctx, short context.Context, l *lane) error {
	r.mu.Lock()
	if l.taken {
		r.mu.Unlock()
		return nil
	}
	l.taken = true
	r.mu.Unlock()
	got, err := r.claim(short, l, 1, false)
	if len(got) == 0 {
		r.returned(l, 0)
		return err
	}
	go func() {
		_ = r.do(ctx, got[0]) // logged, and kept with the job
		r.returned(l, 1)
		signal(r.wake)
	}()
	return nil
}

// returned says that no job of the lane runs here any more, after n of them; who
// waits for the node to settle hears of it even when there was none.
func (r *Runner) returned(l *lane, n int64) {
	r.mu.Lock()
	l.taken = false
	r.rounds += n
	r.mu.Unlock()
	r.idle.Broadcast()
}

const patience = 20 * time.Second

// round dispatches and starts as many jobs as there are free workers. After a
// job ends (not whole) it waits for half of them to be free, so that one claim
// brings several.
func (r *Runner) round(ctx context.Context, whole bool) error {
	for whole {
		news := r.news.Load()
		dispatched, more, err := r.spread(ctx, news != r.seen)
		if err != nil {
			return err
		}
		r.seen = after(news, dispatched, more)
		whole = dispatched && r.news.Load() != r.seen
	}
	free := r.reserve(whole)
	if free == 0 {
		return nil
	}
	most := free
	if r.full {
		most *= r.atOnce()
	}
	got, err := r.claim(ctx, &r.short, most, !whole && r.full)
	r.full = len(got) >= free
	r.startAll(ctx, got, free)
	return err
}

// atOnce is how many jobs one worker does, at most, when more are due than there
// are workers: on PostgreSQL in one transaction, because each commit is a wait
// and what runs side by side conflicts; on SQLite all writers share a commit anyway.
func (r *Runner) atOnce() int {
	if r.d.Engine == db.Postgres {
		return 8
	}
	return 1
}

// reserve takes the free workers; unless all count, none as long as fewer than half are free.
func (r *Runner) reserve(all bool) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	free := r.o.Workers - r.busy
	if free <= 0 || !all && free*2 < r.o.Workers {
		return 0
	}
	r.busy += free
	return free
}

// startAll runs claimed jobs on the reserved workers, and gives back who has none to do.
func (r *Runner) startAll(ctx context.Context, got []claimed, reserved int) {
	parts := r.parts(got, reserved)
	r.release(reserved - len(parts)) // before the first of them may end
	for _, part := range parts {
		go func() {
			_ = r.doAll(ctx, part) // logged, and kept with the job
			r.release(1)
			signal(r.freed)
		}()
	}
}

// parts gives each worker an equal part of the jobs. What has transactions of
// its own has a worker to itself, even if there are then some more: it may take
// as long as the lease, and what waited behind it would have none left.
func (r *Runner) parts(got []claimed, workers int) (parts [][]claimed) {
	var short []claimed
	for _, j := range got {
		if r.handlers[j.Kind].run == nil {
			parts = append(parts, []claimed{j})
		} else {
			short = append(short, j)
		}
	}
	if len(short) > 0 {
		left := max(1, workers-len(parts))
		parts = slices.AppendSeq(parts, slices.Chunk(short, (len(short)+left-1)/left))
	}
	return parts
}

// release says that n workers are free again.
func (r *Runner) release(n int) {
	if n == 0 {
		return
	}
	r.mu.Lock()
	r.busy -= n
	r.rounds++
	r.mu.Unlock()
	r.idle.Broadcast()
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
