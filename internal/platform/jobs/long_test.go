package jobs_test

import (
	"context"
	"testing"
	"time"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
)

func TestALongJobTakesNoWorkerAndGoesOnWhereANodeStopped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		begun, short := make(chan int, 1), make(chan int, 1)
		long := func(ctx context.Context, e opened) error {
			begun <- e.N
			<-ctx.Done()
			return ctx.Err()
		}
		o := quiet()
		o.Workers = 1
		r := jobs.New(d, o)
		jobs.Long(r, "a.long", long)
		jobs.Handle(r, "a.short", func(_ context.Context, tx *db.Tx, e opened) error {
			tx.Silent("a test")
			short <- e.N
			return nil
		})
		write(t, d, func(tx *db.Tx) error { return jobs.At(t.Context(), tx, "a.long", "one", tx.Now, opened{1}) })
		running, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- r.Run(running) }()
		if n := <-begun; n != 1 {
			t.Fatal(n)
		}
		write(t, d, func(tx *db.Tx) error { return jobs.Enqueue(t.Context(), tx, "a.short", opened{2}) })
		if n := <-short; n != 2 { // the only worker is free, though the long job runs
			t.Fatal(n)
		}
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if n := dbtest.One[int](t, d, `SELECT attempts FROM job WHERE kind = 'a.long'`); n != 0 {
			t.Errorf("a node that stopped counts as %d attempts", n)
		}
		next, done := jobs.New(d, quiet()), 0
		jobs.Long(next, "a.long", func(_ context.Context, e opened) error {
			done += e.N
			return nil
		})
		for range 2 {
			if err := next.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM job WHERE kind = 'a.long'`); n != 0 || done != 1 {
			t.Errorf("done %d times, %d left", done, n)
		}
	})
}

// A node that looks for a long job, and finds none, has settled: who drains
// beside it must hear so at once, not by luck at some later round.
func TestDrainBesideAWorkingNodeEndsThoughThereIsNoLongJob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		o := quiet()
		o.Poll = time.Hour // no later round comes to help
		r := jobs.New(d, o)
		jobs.Long(r, "a.long", func(context.Context, opened) error { return nil })
		running, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- r.Run(running) }()
		for range 300 {
			r.Wake()
			drained := make(chan error, 1)
			go func() { drained <- r.Drain(t.Context()) }()
			select {
			case err := <-drained:
				if err != nil {
					t.Fatal(err)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("nothing runs, and Drain still waits")
			}
		}
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatWaitsForAnotherServerHoldsUpNothingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		o := quiet()
		o.Workers = 1
		r, waits, others := jobs.New(d, o), make(chan string), make(chan string, 3)
		jobs.Outside(r, "a.outside", func(ctx context.Context, _ opened) error {
			waits <- "outside"
			<-ctx.Done()
			return ctx.Err()
		})
		jobs.Outside(r, "b.outside", func(context.Context, opened) error { others <- "b"; return nil })
		jobs.Long(r, "a.long", func(context.Context, opened) error { others <- "long"; return nil })
		jobs.Handle(r, "a.short", func(_ context.Context, tx *db.Tx, _ opened) error {
			tx.Silent("a test")
			others <- "short"
			return nil
		})
		add := func(kinds ...string) {
			write(t, d, func(tx *db.Tx) error {
				for _, kind := range kinds {
					if err := jobs.Enqueue(t.Context(), tx, kind, opened{1}); err != nil {
						return err
					}
				}
				return nil
			})
		}
		running, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- r.Run(running) }()
		add("a.outside")
		<-waits
		add("b.outside", "a.long", "a.short")
		done := map[string]bool{}
		for range 3 {
			done[<-others] = true
		}
		if !done["b"] || !done["long"] || !done["short"] {
			t.Error(done)
		}
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	})
}
