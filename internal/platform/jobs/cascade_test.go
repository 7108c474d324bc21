package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
)

// heard is what a handler of opened tells in turn.
type heard struct {
	N int `json:"n"`
}

func (heard) EventName() string        { return "test.heard" }
func (heard) Where() authz.CommunityID { return 7 }
func (h heard) About() string          { return fmt.Sprint(h.N) }

func TestWhatAHandlerTellsIsDoneAsWell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		r := jobs.New(d, quiet())
		jobs.On(r, "a.opened", func(ctx context.Context, tx *db.Tx, e opened) error {
			tx.Emit(heard(e))
			return leave(ctx, tx, fmt.Sprintf("a%d", e.N))
		})
		jobs.On(r, "b.heard", func(ctx context.Context, tx *db.Tx, e heard) error {
			if e.N < 3 {
				tx.Emit(opened{e.N + 2})
			}
			return leave(ctx, tx, fmt.Sprintf("b%d", e.N))
		})
		drain(t, r)
		emit(t, d, 1, 2)
		drain(t, r)
		want(t, d, "a1×1", "a2×1", "a3×1", "a4×1", "b1×1", "b2×1", "b3×1", "b4×1")
		if n := number(t, d, `SELECT COUNT(*) FROM job WHERE key IS NULL`); n != 0 {
			t.Errorf("%d jobs are left", n)
		}
		if n := number(t, d, `SELECT COUNT(*) FROM audit WHERE action = 'b.heard' AND actor_name = 'system:b' AND request LIKE 'job:%'`); n != 4 {
			t.Errorf("%d entries of the handler in the trail, want 4", n)
		}
	})
}

func TestAHandlerThatFailsAmongOthersIsTriedAgainByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r := jobs.New(d, quiet())
		fails := map[int]bool{1: true, 2: true}
		jobs.On(r, "a.opened", func(ctx context.Context, tx *db.Tx, e opened) error {
			if err := leave(ctx, tx, fmt.Sprintf("a%d", e.N)); err != nil || !fails[e.N] {
				return err
			}
			tx.Emit(heard(e))
			if e.N == 2 {
				panic("broken")
			}
			return errors.New("no")
		})
		jobs.On(r, "b.heard", func(ctx context.Context, tx *db.Tx, e heard) error { return leave(ctx, tx, "never") })
		jobs.On(r, "c.opened", marker("c"))
		drain(t, r)
		emit(t, d, 1, 2, 3)
		if err := r.Drain(t.Context()); err == nil {
			t.Fatal("the failures are not told")
		}
		want(t, d, "a3×1", "c1×1", "c2×1", "c3×1")
		if n := number(t, d, `SELECT COUNT(*) FROM job WHERE kind = 'a.opened' AND attempts = 1 AND last_error <> ''`); n != 2 {
			t.Fatalf("%d jobs have failed once, want 2", n)
		}
		clear(fails)
		c.Advance(time.Second)
		drain(t, r)
		want(t, d, "a3×1", "c1×1", "c2×1", "c3×1")
		c.Advance(2 * time.Second)
		drain(t, r)
		want(t, d, "a1×1", "a2×1", "a3×1", "c1×1", "c2×1", "c3×1")
	})
}

func TestHundredsOfEventsAtOnceAreEachHandledOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		r := jobs.New(d, quiet())
		jobs.On(r, "a.opened", func(ctx context.Context, tx *db.Tx, _ opened) error { return leave(ctx, tx, "a") })
		drain(t, r)
		numbers := make([]int, 600) // more than are dispatched at once
		emit(t, d, numbers...)
		drain(t, r)
		want(t, d, "a×600")
	})
}

// What ended the program is not run again before its attempt is counted: after a
// start, events that wait become jobs first.
func TestAfterAStartEveryAttemptIsCountedBeforeItIsMade(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		emit(t, d, 1)
		r := jobs.New(d, quiet())
		counted := 0
		jobs.On(r, "a.opened", func(ctx context.Context, _ *db.Tx, _ opened) error {
			return d.Glance(ctx, tester, act, func(tx *db.Tx) (err error) { // what is committed by now
				counted, err = db.One[int](ctx, tx.Global("test"), `SELECT COUNT(*) FROM job WHERE kind = 'a.opened' AND attempts = 1`)
				return err
			})
		})
		drain(t, r)
		if counted != 1 {
			t.Error("the attempt was made without being counted")
		}
	})
}

// One handler that never comes to an end holds up nothing for good: its attempts
// are counted like any other's, and what was told with it is done.
func TestAHandlerThatTakesTooLongIsPutBackLikeOneThatFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		o := quiet()
		o.Lease = 400 * time.Millisecond
		r := jobs.New(d, o)
		hangs := true
		jobs.On(r, "a.opened", func(ctx context.Context, tx *db.Tx, e opened) error {
			if hangs && e.N == 1 {
				<-ctx.Done()
				return ctx.Err()
			}
			return leave(ctx, tx, fmt.Sprintf("a%d", e.N))
		})
		drain(t, r)
		emit(t, d, 1, 2)
		if err := r.Drain(t.Context()); err == nil {
			t.Fatal("the failure is not told")
		}
		if n := number(t, d, `SELECT COUNT(*) FROM outbox WHERE seq IS NULL`); n != 0 {
			t.Fatalf("%d events wait for their place", n)
		}
		if n := number(t, d, `SELECT COUNT(*) FROM job WHERE kind = 'a.opened' AND attempts = 1 AND last_error <> ''`); n < 1 {
			t.Fatal("the attempt is not counted")
		}
		hangs = false
		c.Advance(time.Minute)
		drain(t, r)
		want(t, d, "a1×1", "a2×1")
	})
}
