package jobs

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"guanjia/internal/platform/db"
)

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
	if !r.apartSoon.begin(r.wake) {
		return nil
	}
	return r.startApart(ctx, short)
}

// apartEvery is how often lanes apart are looked at, at most: every commit wakes
// the runner, and what takes minutes may wait a moment (QUA-01).
const apartEvery = 50 * time.Millisecond

// seldom lets something be done at most once in apartEvery.
type seldom struct {
	mu      sync.Mutex
	resting bool
	asked   bool // while it rested
}

// begin reports whether to do it now; otherwise wake is told when it is time.
func (s *seldom) begin(wake chan struct{}) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.resting {
		s.asked = true
		return false
	}
	s.resting, s.asked = true, false
	time.AfterFunc(apartEvery, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.resting = false
		if s.asked {
			signal(wake)
		}
	})
	return true
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
// brings several. What is due goes before what was told when it found no worker
// the last time, so that neither waits for the end of the other.
func (r *Runner) round(ctx context.Context, whole bool) error {
	dueFirst := r.crowded
	if dueFirst {
		if err := r.startDue(ctx, whole); err != nil {
			return err
		}
	}
	for whole = whole || r.news.Load() != r.seen; whole; {
		news := r.news.Load()
		dispatched, more, err := r.spread(ctx, news != r.seen)
		if errors.Is(err, errAllBusy) {
			break
		}
		if err != nil {
			return err
		}
		r.seen = after(news, dispatched, more)
		whole = dispatched && r.news.Load() != r.seen
		// What events bring about on SQLite tells of more each time: what is due does not wait for the end of that,
		// unless people write, who go before both.
		if whole && r.d.Engine == db.SQLite && r.d.Crowd() == 0 {
			if err := r.startDue(ctx, true); err != nil {
				return err
			}
		}
	}
	if dueFirst {
		return nil
	}
	return r.startDue(ctx, whole)
}

// startDue starts as many due jobs as there are free workers.
func (r *Runner) startDue(ctx context.Context, whole bool) error {
	free := r.reserve(whole)
	if r.crowded = free == 0; r.crowded {
		return nil
	}
	most := free * r.atOnce
	got, err := r.claim(ctx, &r.short, most, r.full)
	r.full = len(got) >= most
	r.startAll(ctx, got, free)
	return err
}

// errAllBusy: what was told is dispatched when there is a worker for it. Until
// then it waits in the outbox, where it costs nothing.
var errAllBusy = errors.New("jobs: no worker is free")

// reserve takes the free workers; unless all count, none as long as fewer than half are free.
func (r *Runner) reserve(all bool) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	free := min(r.o.Workers-r.busy, r.streams-r.running)
	if free <= 0 || !all && free*2 < r.streams {
		return 0
	}
	r.busy += free
	r.running += free
	return free
}

// startAll runs claimed jobs on the reserved workers, and gives back who has none to do.
func (r *Runner) startAll(ctx context.Context, got []claimed, reserved int) {
	parts := r.parts(got, reserved)
	streams := 0
	for _, part := range parts {
		if r.isStream(part) {
			streams++
		}
	}
	r.release(reserved-len(parts), reserved-streams) // before the first of them may end
	for _, part := range parts {
		go r.work(ctx, part)
	}
}

// isStream reports whether jobs are one transaction each; what has its own is alone.
func (r *Runner) isStream(part []claimed) bool { return r.handlers[part[0].Kind].run != nil }

// besides is how long a stream is waited for before another runs beside it: short
// ones would only get in each other's way, and in that of the desk (QUA-01), but
// where the database is far away, or a handler slow, nothing else shall wait.
const besides = 100 * time.Millisecond

func (r *Runner) work(ctx context.Context, part []claimed) {
	if !r.isStream(part) {
		_ = r.doAll(ctx, part) // logged, and kept with the job
		r.release(1, 0)
		signal(r.freed)
		return
	}
	over := sync.OnceFunc(func() {
		r.release(0, 1)
		signal(r.freed)
	})
	slow := time.AfterFunc(besides, over)
	began := r.d.Now()
	_ = r.doAll(ctx, part)
	r.release(1, 0)
	if slow.Stop() && r.atOnce > 1 {
		if pause := rest(r.d.Now().Sub(began), r.d.Crowd()); pause > 0 {
			time.AfterFunc(pause, over)
			return
		}
	}
	over()
}

// rest is how long jobs pause after a stream that took so long while so many
// people write (QUA-01): what those set off follows when fewer do. With one jobs
// have a third of the time, with five and more a seventh; no pause is longer than besides.
func rest(took time.Duration, crowd int64) time.Duration {
	if crowd == 0 {
		return 0
	}
	return min(time.Duration(1+min(crowd, 5))*took, besides)
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
		parts = slices.AppendSeq(parts, slices.Chunk(short, max(r.atOnce, (len(short)+left-1)/left)))
	}
	return parts
}

// release says that n workers are free again, and that so many streams have ended.
func (r *Runner) release(n, streams int) {
	if n == 0 && streams == 0 {
		return
	}
	r.mu.Lock()
	r.busy -= n
	r.running -= streams
	r.rounds++
	r.mu.Unlock()
	r.idle.Broadcast()
}
