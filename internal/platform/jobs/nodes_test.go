package jobs_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
)

const childDSN = "GUANJIA_TEST_CHILD_DSN"

// TestMain lets this program be started once more, as a node to be killed.
func TestMain(m *testing.M) {
	if dsn := os.Getenv(childDSN); dsn != "" {
		child(dsn)
	}
	os.Exit(m.Run())
}

// child claims the job and never comes back from its handler.
func child(dsn string) {
	ctx := context.Background()
	d, err := db.Open(ctx, dsn, db.Options{Now: func() time.Time { return dbtest.Noon }, Relaxed: true})
	if err == nil {
		err = d.Started(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	r := jobs.New(d, jobs.Options{})
	jobs.Handle(r, "a.do", func(ctx context.Context, tx *db.Tx, e opened) error {
		if err := leave(ctx, tx, "child"); err != nil {
			return err
		}
		fmt.Fprintln(os.Stdout, "working")
		select {}
	})
	_ = r.Run(ctx)
}

func TestAnotherNodeTakesOverFromOneThatWasKilled(t *testing.T) {
	for engine, dsn := range dsns(t) {
		t.Run(engine, func(t *testing.T) {
			c := &dbtest.Clock{}
			c.Set(dbtest.Noon)
			d := dbtest.Open(t, dsn, c)
			r := jobs.New(d, quiet())
			jobs.Handle(r, "a.do", func(ctx context.Context, tx *db.Tx, e opened) error { return leave(ctx, tx, "parent") })
			write(t, d, func(tx *db.Tx) error { return jobs.Enqueue(t.Context(), tx, "a.do", opened{1}) })

			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), childDSN+"="+dsn)
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			said, err := bufio.NewReader(out).ReadString('\n')
			if err != nil || said != "working\n" {
				t.Fatalf("the other node said %q, %v", said, err)
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Fatal("the other node ended by itself")
			}

			drain(t, r)
			want(t, d) // its lease still holds
			c.Advance(30 * time.Second)
			drain(t, r)
			want(t, d, "parent×1")
			c.Advance(time.Hour)
			drain(t, r)
			want(t, d, "parent×1")
		})
	}
}

func TestANodeThatWasSlowerThanItsLeaseHasNoEffect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		slow, other := jobs.New(d, quiet()), jobs.New(d, quiet())
		working, goOn := make(chan struct{}), make(chan struct{})
		jobs.EveryAlone(slow, "a.slow", 24*time.Hour, func(context.Context) error {
			close(working)
			<-goOn
			return nil
		})
		ran := 0
		jobs.EveryAlone(other, "a.slow", 24*time.Hour, func(context.Context) error { ran++; return nil })
		done := make(chan error)
		go func() { done <- slow.Drain(context.Background()) }()
		<-working
		drain(t, other)
		if ran != 0 {
			t.Fatal("two nodes did it at once")
		}
		c.Advance(31 * time.Second)
		drain(t, other)
		if ran != 1 {
			t.Fatal("nobody took over")
		}
		due := number(t, d, `SELECT due_at FROM job WHERE kind = 'a.slow'`)
		c.Advance(time.Second)
		close(goOn)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if now := number(t, d, `SELECT due_at FROM job WHERE kind = 'a.slow'`); now != due {
			t.Errorf("the slow node moved the other's job from %d to %d", due, now)
		}
	})
}

// two opens two nodes on one database: on SQLite, which one program owns, two
// runners over the one DB.
func two(t *testing.T, dsn string, c *dbtest.Clock) (a, b *db.DB) {
	t.Helper()
	a = dbtest.Open(t, dsn, c)
	if b = a; a.Engine == db.Postgres {
		b = dbtest.Open(t, dsn, c)
	}
	return a, b
}

func TestTwoNodesHandleEachOf2000EventsOnce(t *testing.T) {
	for engine, dsn := range dsns(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			c := &dbtest.Clock{}
			c.Set(dbtest.Noon)
			d1, d2 := two(t, dsn, c)
			ctx, stop := context.WithCancel(t.Context())
			var running sync.WaitGroup
			defer running.Wait()
			defer stop()
			var per [2]sync.Map
			nodes := []*jobs.Runner{jobs.New(d1, quiet()), jobs.New(d2, quiet())}
			for i, r := range nodes {
				jobs.On(r, "a.opened", func(ctx context.Context, tx *db.Tx, e opened) error {
					per[i].Store(e.N, true)
					return leave(ctx, tx, fmt.Sprintf("%04d", e.N))
				})
				running.Go(func() { _ = r.Run(ctx) })
			}
			const events, each = 2000, 50
			for from := 0; from < events; from += each {
				write(t, d1, func(tx *db.Tx) error {
					for n := from; n < from+each; n++ {
						tx.Emit(opened{n})
					}
					return nil
				})
			}
			eventually(t, func() bool {
				return number(t, d1, `SELECT (SELECT COUNT(*) FROM outbox WHERE seq IS NULL) + (SELECT COUNT(*) FROM job WHERE key IS NULL)`) == 0
			})
			if n := number(t, d1, `SELECT COUNT(*) FROM blob WHERE size = 1`); n != events {
				t.Errorf("%d of %d events were handled exactly once", n, events)
			}
			if n := number(t, d1, `SELECT COUNT(*) FROM blob WHERE size <> 1`); n != 0 {
				t.Errorf("%d events were handled twice", n)
			}
			if n := number(t, d1, `SELECT COUNT(*) FROM outbox WHERE seq NOT BETWEEN 1 AND $1`, events); n != 0 {
				t.Errorf("%d events lie outside the order", n)
			}
			for i := range per {
				n := 0
				per[i].Range(func(any, any) bool { n++; return true })
				if n == 0 {
					t.Errorf("node %d did nothing", i)
				}
			}
		})
	}
}

// eventually looks again and again until done, and fails at the test's deadline.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.NewTimer(2 * time.Minute)
	defer late.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-late.C:
			t.Fatal("did not happen")
		}
	}
}

func TestOneNodesCommitWakesAnotherNode(t *testing.T) {
	for engine, dsn := range dsns(t) {
		t.Run(engine, func(t *testing.T) {
			c := &dbtest.Clock{}
			c.Set(dbtest.Noon)
			d1, d2 := two(t, dsn, c)
			o := quiet()
			o.Poll = time.Hour // only being woken helps
			sender, r := jobs.New(d1, o), jobs.New(d2, o)
			did := make(chan int, 1)
			jobs.Handle(r, "a.do", func(_ context.Context, tx *db.Tx, e opened) error { did <- e.N; return nil })
			heard := make(chan struct{}, 100)
			r.OnWake(func() { heard <- struct{}{} })
			ctx, stop := context.WithCancel(t.Context())
			var running sync.WaitGroup
			defer running.Wait()
			defer stop()
			running.Go(func() { _ = r.Run(ctx) })
			running.Go(func() { _ = sender.Run(ctx) })
			if d1.Engine == db.Postgres {
				<-heard // it listens now
			}
			write(t, d1, func(tx *db.Tx) error { return jobs.Enqueue(t.Context(), tx, "a.do", opened{5}) })
			if n := <-did; n != 5 {
				t.Errorf("did %d", n)
			}
		})
	}
}

func TestRunFinishesWhatIsRunning(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		r := jobs.New(d, quiet())
		working, goOn := make(chan struct{}), make(chan struct{})
		jobs.Handle(r, "a.do", func(ctx context.Context, tx *db.Tx, e opened) error {
			close(working)
			<-goOn
			return leave(ctx, tx, "a")
		})
		write(t, d, func(tx *db.Tx) error { return jobs.Enqueue(t.Context(), tx, "a.do", opened{1}) })
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- r.Run(ctx) }()
		<-working
		stop()
		select {
		case <-done:
			t.Fatal("Run left a handler behind")
		default:
		}
		close(goOn)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		want(t, d, "a×1")
	})
}

// However much is told, a deadline that has come is seen to meanwhile.
func TestWhatIsDueDoesNotWaitForTheEndOfWhatIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		r := jobs.New(d, quiet())
		var due atomic.Bool
		seen := make(chan int, 1)
		jobs.On(r, "a.again", func(_ context.Context, tx *db.Tx, e opened) error {
			if due.Load() || e.N == 300 {
				select {
				case seen <- e.N:
				default:
				}
				return nil
			}
			tx.Emit(opened{e.N + 1})
			return nil
		})
		jobs.Handle(r, "a.due", func(context.Context, *db.Tx, opened) error {
			due.Store(true)
			return nil
		})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- r.Run(ctx) }()
		emit(t, d, slices.Repeat([]int{1}, 200)...)
		write(t, d, func(tx *db.Tx) error { return jobs.Enqueue(t.Context(), tx, "a.due", opened{1}) })
		if n := <-seen; n == 300 {
			t.Error("what was due waited")
		}
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	})
}

func TestDrainWaitsForWhatRunsInTheBackground(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		r := jobs.New(d, quiet())
		working, goOn := make(chan struct{}), make(chan struct{})
		jobs.EveryAlone(r, "a.slow", time.Hour, func(ctx context.Context) error {
			close(working)
			<-goOn
			return d.Write(ctx, tester, act, func(tx *db.Tx) error { return jobs.Enqueue(ctx, tx, "a.do", opened{1}) })
		})
		jobs.Handle(r, "a.do", marker("a"))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- r.Run(ctx) }()
		<-working
		drained := make(chan error)
		go func() { drained <- r.Drain(t.Context()) }()
		close(goOn)
		if err := <-drained; err != nil {
			t.Fatal(err)
		}
		want(t, d, "a1×1")
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	})
}

func TestAJobThatWasTakenOverOrMovedAfterItWasClaimedHasNoEffect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		node := func() *jobs.Runner {
			r := jobs.New(d, quiet())
			jobs.Handle(r, "a.do", marker("a"))
			jobs.Every(r, "b.tick", time.Minute, func(ctx context.Context, tx *db.Tx) error { return leave(ctx, tx, "tick") })
			return r
		}
		paused, other := node(), node()
		claim := func(r *jobs.Runner) func() {
			do, err := r.ClaimOne(t.Context())
			if err != nil || do == nil {
				t.Fatal("nothing to claim", err)
			}
			return func() {
				if err := do(); err != nil {
					t.Error(err)
				}
			}
		}
		drain(t, paused)
		want(t, d, "tick×1")

		write(t, d, func(tx *db.Tx) error { return jobs.Enqueue(t.Context(), tx, "a.do", opened{1}) })
		late := claim(paused)
		c.Advance(31 * time.Second)
		holder := claim(other)
		late()
		want(t, d, "tick×1")
		holder()
		late()
		want(t, d, "a1×1", "tick×1")

		write(t, d, func(tx *db.Tx) error { return jobs.At(t.Context(), tx, "a.do", "k", tx.Now, opened{2}) })
		late = claim(paused)
		write(t, d, func(tx *db.Tx) error {
			return jobs.At(t.Context(), tx, "a.do", "k", tx.Now.Add(time.Second), opened{3})
		})
		late()
		want(t, d, "a1×1", "tick×1")
		c.Advance(time.Second)
		claim(other)()
		want(t, d, "a1×1", "a3×1", "tick×1")

		c.Advance(time.Minute)
		late = claim(paused) // the tick
		c.Advance(31 * time.Second)
		claim(other)()
		due := number(t, d, `SELECT due_at FROM job WHERE kind = 'b.tick'`)
		c.Advance(time.Minute)
		late()
		want(t, d, "a1×1", "a3×1", "tick×2")
		if now := number(t, d, `SELECT due_at FROM job WHERE kind = 'b.tick'`); now != due {
			t.Errorf("moved from %d to %d", due, now)
		}
	})
}

func TestOneJobIsClaimedByOneNodeOnly(t *testing.T) {
	for engine, dsn := range dsns(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			c := &dbtest.Clock{}
			c.Set(dbtest.Noon)
			d1, d2 := two(t, dsn, c)
			nodes := []*jobs.Runner{jobs.New(d1, quiet()), jobs.New(d2, quiet())}
			for _, r := range nodes {
				jobs.Handle(r, "a.do", marker("a"))
				drain(t, r)
			}
			for range 25 {
				write(t, d1, func(tx *db.Tx) error { return jobs.Enqueue(t.Context(), tx, "a.do", opened{1}) })
				var all sync.WaitGroup
				var got atomic.Int64
				for i := range 6 {
					all.Go(func() {
						do, err := nodes[i%2].ClaimOne(context.Background())
						if err != nil {
							t.Error(err)
						}
						if do != nil {
							got.Add(1)
						}
					})
				}
				if all.Wait(); got.Load() != 1 {
					t.Fatalf("claimed %d times", got.Load())
				}
			}
		})
	}
}
