package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

const (
	mostAttempts = 10
	mostBackOff  = time.Hour
	mostError    = 2000 // bytes of last_error
)

// claimed is a job that this node may do until its lease ends.
type claimed struct {
	ID       db.ID  `db:"id"`
	Kind     string `db:"kind"`
	Payload  string `db:"payload"`
	Attempts int    `db:"attempts"`
	Claim    int64  `db:"claim"`
}

// claim takes up to n due jobs of a lane, the first due first. Nothing is
// written when nothing is due; who expects more of them does not look first.
func (r *Runner) claim(ctx context.Context, l *lane, n int, expected bool) (got []claimed, err error) {
	for len(l.kinds) > 0 {
		var due []db.ID
		if !expected {
			if due, err = r.dueIn(ctx, l, n); err != nil || len(due) == 0 {
				return nil, err
			}
		}
		expected = false
		if err := r.d.Bulk(ctx, self, actClaim, func(tx *db.Tx) error {
			tx.Silent("claiming changes nothing that people see")
			got, err = db.All[claimed](ctx, tx.Global(ours), fmt.Sprintf(l.claimSQL, n), tx.Now, tx.Now.Add(r.o.Lease), int64(db.NewID[db.Entry](tx)))
			return err
		}); err != nil {
			return nil, err
		}
		if len(got) > 0 {
			// RETURNING keeps no order, and says only what the row is now. Who did not look has the order in which they were made.
			slices.SortFunc(got, func(a, b claimed) int {
				return cmp.Or(cmp.Compare(slices.Index(due, a.ID), slices.Index(due, b.ID)), cmp.Compare(a.ID, b.ID))
			})
			return got, nil
		}
		// Another node took the same ones; see what else is due.
	}
	return nil, nil
}

// dueIn are up to n due jobs of a lane, the first due first.
func (r *Runner) dueIn(ctx context.Context, l *lane, n int) (due []db.ID, err error) {
	err = r.d.Glance(ctx, self, actClaim, func(tx *db.Tx) error {
		g := tx.Global(ours)
		few, all, err := look(ctx, g)
		if err != nil {
			return err
		}
		for _, j := range few {
			if slices.Contains(l.kinds, j.Kind) && len(due) < n {
				due = append(due, j.ID)
			}
		}
		if !all && len(due) < n {
			due, err = db.All[db.ID](ctx, g, fmt.Sprintf(l.probeSQL, n), tx.Now)
		}
		return err
	})
	return due, err
}

// lookMost is how many due jobs are looked at whatever their kind.
const lookMost = 100

// waits is a due job.
type waits struct {
	ID   db.ID  `db:"id"`
	Kind string `db:"kind"`
}

// look reads the jobs that are due first, and says whether those are all: there
// are hardly ever many, and to find them by dozens of kinds takes ten times as long.
func look(ctx context.Context, g *db.Tx) (few []waits, all bool, err error) {
	few, err = db.All[waits](ctx, g, `SELECT id, kind FROM job WHERE dead_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT `+strconv.Itoa(lookMost), g.Now)
	return few, len(few) < lookMost, err
}

// do runs one claimed job and puts it back when it fails; one that has transactions
// of its own and no end is still to be taken away. Only long jobs end with ctx.
func (r *Runner) do(ctx context.Context, j claimed) error {
	h := r.handlers[j.Kind]
	if h.long != nil {
		return r.doLong(ctx, h, j)
	}
	// Apart from the caller's context: neither its end nor what it carries
	// concerns the job. The handler gives up while the lease still holds.
	ctx, cancel := context.WithTimeout(context.Background(), r.o.Lease*4/5) //nolint:contextcheck // said above
	defer cancel()
	var err error
	switch {
	case h.every == 0 && j.Attempts > mostAttempts:
		err = fmt.Errorf("the program ended %d times while working on it", mostAttempts)
	case h.alone != nil:
		// What it does may leave the program: what it goes by must not be lost any more.
		if err = r.d.Settle(ctx); err == nil {
			err = guarded(func() error { return h.alone(ctx) })
		}
	default:
		err = r.together(ctx, []claimed{j})[0]
	}
	return r.ended(h, j, err)
}

// together runs jobs that are one transaction each in one; what was taken over
// meanwhile has no effect.
func (r *Runner) together(ctx context.Context, all []claimed) []error {
	mine := make([]bool, len(all))
	changes := make([]db.Change, len(all))
	for i, j := range all {
		changes[i] = db.Change{Who: actor(j.Kind, j.ID), Act: authz.Action(j.Kind), Do: func(tx *db.Tx) error {
			h := r.handlers[j.Kind]
			if !h.event { // what was done before it may have moved it or taken it away
				var err error
				if mine[i], err = settle(ctx, tx, h, j); err != nil {
					return err
				}
			}
			if !mine[i] {
				tx.Silent("someone else did this job")
				return nil
			}
			return guarded(func() error { return h.run(ctx, tx, []byte(j.Payload)) })
		}}
	}
	return r.d.Unhurried().WriteAll(ctx, changes, func(tx *db.Tx, these []int) error {
		return r.settleEvents(ctx, tx, all, these, mine)
	})
}

// settleEvents takes away those of some jobs that events made, which nothing that
// is done changes, and says which were still ours.
func (r *Runner) settleEvents(ctx context.Context, tx *db.Tx, all []claimed, these []int, mine []bool) error {
	var told []int
	var marks []string
	var args []any
	for _, i := range these {
		if r.handlers[all[i].Kind].event {
			told = append(told, i)
			args = append(args, all[i].ID, all[i].Claim)
			marks = append(marks, `id = $`+strconv.Itoa(len(args)-1)+` AND claim = $`+strconv.Itoa(len(args)))
		}
	}
	if len(told) == 0 {
		return nil
	}
	gone, err := db.All[db.ID](ctx, tx.Global(ours), `DELETE FROM job WHERE `+strings.Join(marks, ` OR `)+` RETURNING id`, args...)
	for _, i := range told {
		mine[i] = slices.Contains(gone, all[i].ID)
	}
	return err
}

// doAll runs claimed jobs in their order. Those that are one transaction each go
// to the database together, and those that have their own are taken away together.
func (r *Runner) doAll(ctx context.Context, all []claimed) (failures []error) {
	together := func(j claimed) bool {
		h := r.handlers[j.Kind]
		return h.run != nil && j.Attempts <= mostAttempts
	}
	var over []claimed
	soon, cancel := context.WithTimeout(context.Background(), r.o.Lease/2) // later, others take over what was claimed
	defer cancel()
	for len(all) > 0 {
		n := 0
		for n < len(all) && together(all[n]) {
			n++
		}
		if n >= 2 {
			failures = append(failures, r.doTogether(all[:n])...)
			all = all[n:]
			continue
		}
		err := r.do(ctx, all[0])
		if err == nil && r.handlers[all[0].Kind].alone != nil {
			over = append(over, all[0])
		}
		failures = append(failures, err)
		all = all[1:]
		if soon.Err() != nil {
			failures, over = append(failures, r.done(over...)), nil
		}
	}
	failures = append(failures, r.done(over...))
	return slices.DeleteFunc(failures, func(err error) bool { return err == nil })
}

func (r *Runner) doTogether(all []claimed) []error {
	ctx, cancel := context.WithTimeout(context.Background(), r.o.Lease*4/5)
	defer cancel()
	failures := r.together(ctx, all)
	for i, err := range failures {
		failures[i] = r.ended(r.handlers[all[i].Kind], all[i], err)
	}
	return failures
}

// ended puts a job back that failed.
func (r *Runner) ended(h handler, j claimed, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: attempt %d: %w", j.Kind, j.Attempts, err)
	if e := r.failed(h, j, err); e != nil {
		r.o.Log.Error("a failed job could not be put back; it returns when its lease ends", "job", j.ID.String(), "error", e)
	}
	return err
}

// done takes away jobs that had transactions of their own.
func (r *Runner) done(over ...claimed) error {
	if len(over) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), r.o.Lease)
	defer cancel()
	err := r.d.Bulk(ctx, self, actClaim, func(tx *db.Tx) error {
		tx.Silent("the work has left its own entries")
		for _, j := range over {
			if _, err := settle(ctx, tx, r.handlers[j.Kind], j); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		r.o.Log.Error("done jobs could not be taken away; they are done again when their lease ends", "error", err)
	}
	return err
}

// doLong runs a long job while its lease is renewed. When the node stops the
// job is put back at once, and it does not count as an attempt.
func (r *Runner) doLong(ctx context.Context, h handler, j claimed) error {
	if j.Attempts > mostAttempts {
		return r.ended(h, j, fmt.Errorf("the program ended %d times while working on it", mostAttempts))
	}
	// What the caller's context carries does not concern the job, its end does.
	working, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	var beat sync.WaitGroup
	beat.Go(func() { r.renew(working, cancel, j) })
	err := r.d.Settle(working)
	if err == nil {
		err = guarded(func() error { return h.long(working, []byte(j.Payload)) })
	}
	cancel()
	beat.Wait()
	after, stop := context.WithTimeout(context.Background(), r.o.Lease)
	defer stop()
	switch {
	case err == nil:
		err = r.done(j)
	case ctx.Err() != nil:
		return r.set(after, j, `due_at = $3, attempts = attempts - 1, claim = 0`, 0)
	}
	return r.ended(h, j, err)
}

// renew moves the lease on until ctx ends, and ends the work when it is lost.
func (r *Runner) renew(ctx context.Context, lost func(), j claimed) {
	for pause(ctx, r.o.Lease/3) {
		if err := r.set(ctx, j, `due_at = $3`, r.o.Lease); errors.Is(err, errLost) {
			lost()
		}
	}
}

var errLost = errors.New("jobs: the job was taken over or set anew")

// set changes a job that is still ours; $3 is the time in which it is due.
func (r *Runner) set(ctx context.Context, j claimed, what string, in time.Duration) error {
	return r.d.Bulk(ctx, self, actClaim, func(tx *db.Tx) error {
		tx.Silent("a lease changes nothing that people see")
		n, err := tx.Global(ours).Exec(ctx, `UPDATE job SET `+what+` WHERE id = $1 AND claim = $2`, j.ID, j.Claim, tx.Now.Add(in))
		if err == nil && n == 0 {
			err = errLost
		}
		return err
	})
}

// settle takes the job away, or sets it for its next interval, and says
// whether it was still ours.
func settle(ctx context.Context, tx *db.Tx, h handler, j claimed) (mine bool, err error) {
	g := tx.Global(ours)
	var n int64
	if h.every == 0 {
		n, err = g.Exec(ctx, `DELETE FROM job WHERE id = $1 AND claim = $2`, j.ID, j.Claim)
	} else {
		n, err = g.Exec(ctx, `UPDATE job SET due_at = $3, attempts = 0, claim = 0, last_error = '' WHERE id = $1 AND claim = $2`,
			j.ID, j.Claim, next(tx.Now, h.every))
	}
	return n > 0, err
}

// next is the first multiple of every after now.
func next(now clock.Instant, every time.Duration) clock.Instant {
	ms := clock.Instant(every.Milliseconds())
	return (now/ms + 1) * ms
}

func (r *Runner) failed(h handler, j claimed, cause error) error {
	ctx, cancel := context.WithTimeout(context.Background(), r.o.Lease)
	defer cancel()
	dead := h.every == 0 && j.Attempts >= mostAttempts
	r.o.Log.Error("job failed", "job", j.ID.String(), "kind", j.Kind, "attempt", j.Attempts, "dead", dead, "error", cause)
	return r.d.Bulk(ctx, self, actClaim, func(tx *db.Tx) error {
		tx.Silent("a failure stands in its own row")
		var deadAt any
		if dead {
			deadAt = tx.Now
		}
		_, err := tx.Global(ours).Exec(ctx, `UPDATE job SET due_at = $3, dead_at = $4, last_error = $5, claim = 0 WHERE id = $1 AND claim = $2`,
			j.ID, j.Claim, tx.Now.Add(backOff(j.Attempts)), deadAt, printable(cause.Error()))
		return err
	})
}

// backOff is 2^attempt seconds and up to a quarter more, so that what failed
// together does not come back together; an hour at most.
func backOff(attempt int) time.Duration {
	wait := min(time.Second<<min(attempt, 12), mostBackOff)
	return min(wait+rand.N(wait/4), mostBackOff)
}

// printable makes any text fit into a column: PostgreSQL takes neither broken
// UTF-8 nor zero bytes.
func printable(s string) string {
	if len(s) > mostError {
		s = s[:mostError]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// guarded makes a panic an error like others.
func guarded(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return fn()
}
