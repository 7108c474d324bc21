package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
)

const act authz.Action = "test.act"

var tester = authz.System("test", act)

// opened is the event of these tests.
type opened struct {
	N int `json:"n"`
}

func (opened) EventName() string        { return "test.opened" }
func (opened) Where() authz.CommunityID { return 7 }
func (e opened) About() string          { return fmt.Sprint(e.N) }

func quiet() jobs.Options {
	return jobs.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

func write(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), tester, act, fn); err != nil {
		t.Fatal(err)
	}
}

func emit(t *testing.T, d *db.DB, numbers ...int) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		for _, n := range numbers {
			tx.Emit(opened{n})
		}
		return nil
	})
}

// leave is an effect of a handler that can be counted: a row whose size says
// how often it happened.
func leave(ctx context.Context, tx *db.Tx, what string) error {
	_, err := tx.Global("test").Exec(ctx, `INSERT INTO blob (hash, size, type, at) VALUES ($1, 1, '', $2)
		ON CONFLICT (hash) DO UPDATE SET size = blob.size + 1`, what, tx.Now)
	return err
}

type effect struct {
	What  string `db:"hash"`
	Times int    `db:"size"`
}

// effects lists what has happened, as "what×times".
func effects(t *testing.T, d *db.DB) (out []string) {
	t.Helper()
	if err := d.Read(t.Context(), tester, act, func(tx *db.Tx) error {
		all, err := db.All[effect](t.Context(), tx.Global("test"), `SELECT hash, size FROM blob ORDER BY hash`)
		for _, e := range all {
			out = append(out, fmt.Sprintf("%s×%d", e.What, e.Times))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func want(t *testing.T, d *db.DB, effect ...string) {
	t.Helper()
	if got := effects(t, d); !slices.Equal(got, effect) {
		t.Fatalf("effects %v, want %v", got, effect)
	}
}

func number(t *testing.T, d *db.DB, q string, args ...any) (n int) {
	t.Helper()
	if err := d.Read(t.Context(), tester, act, func(tx *db.Tx) (err error) {
		n, err = db.One[int](t.Context(), tx.Global("test"), q, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func drain(t *testing.T, r *jobs.Runner) {
	t.Helper()
	if err := r.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func marker(prefix string) func(context.Context, *db.Tx, opened) error {
	return func(ctx context.Context, tx *db.Tx, e opened) error {
		return leave(ctx, tx, fmt.Sprintf("%s%d", prefix, e.N))
	}
}

func TestEveryHandlerHearsOfAnEventOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		r := jobs.New(d, quiet())
		jobs.On(r, "a.opened", marker("a"))
		jobs.On(r, "b.opened", marker("b"))
		emit(t, d, 1, 2)
		drain(t, r)
		drain(t, r)
		want(t, d, "a1×1", "a2×1", "b1×1", "b2×1")
		if n := number(t, d, `SELECT COUNT(*) FROM audit WHERE action = 'a.opened' AND actor_name = 'system:a' AND request LIKE 'job:%'`); n != 2 {
			t.Errorf("%d entries of the handler in the trail, want 2", n)
		}
		if n := number(t, d, `SELECT COUNT(*) FROM audit WHERE action LIKE 'jobs.%'`); n != 0 {
			t.Errorf("housekeeping left %d entries in the trail", n)
		}
	})
}

func TestAnEventThatDoesNotMatterToAHandlerMakesNoJobForIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r := jobs.New(d, quiet())
		jobs.On(r, "a.opened", marker("a"))
		jobs.OnIf(r, "b.opened", func(e opened) bool { return e.N%2 == 0 }, marker("b"))
		jobs.OnIf(r, "c.opened", func(opened) bool { return false }, func(context.Context, *db.Tx, opened) error { return errors.New("called") })
		emit(t, d, 1, 2, 3)
		drain(t, r)
		want(t, d, "a1×1", "a2×1", "a3×1", "b2×1")
		if n := number(t, d, `SELECT COUNT(*) FROM outbox WHERE seq IS NULL`); n != 0 {
			t.Errorf("%d events have no place in the order", n)
		}
		c.Advance(time.Hour)
		drain(t, r)
		want(t, d, "a1×1", "a2×1", "a3×1", "b2×1")
	})
}

func TestARolledBackWriteTellsNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r := jobs.New(d, quiet())
		jobs.On(r, "a.opened", marker("event"))
		jobs.Handle(r, "a.do", marker("job"))
		no := errors.New("no")
		if err := d.Write(t.Context(), tester, act, func(tx *db.Tx) error {
			tx.Emit(opened{1})
			if err := jobs.Enqueue(t.Context(), tx, "a.do", opened{1}); err != nil {
				return err
			}
			if err := jobs.At(t.Context(), tx, "a.do", "k", tx.Now, opened{2}); err != nil {
				return err
			}
			return no
		}); !errors.Is(err, no) {
			t.Fatal(err)
		}
		c.Advance(time.Hour)
		drain(t, r)
		want(t, d)
	})
}

func TestAHandlersOwnChangesVanishWithItsFailure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r := jobs.New(d, quiet())
		fails := true
		jobs.On(r, "a.opened", func(ctx context.Context, tx *db.Tx, e opened) error {
			if err := leave(ctx, tx, "a"); err != nil || !fails {
				return err
			}
			panic("broken")
		})
		emit(t, d, 1)
		if err := r.Drain(t.Context()); err == nil || !strings.Contains(err.Error(), "broken") {
			t.Fatalf("a panic is told as %v", err)
		}
		want(t, d)
		fails = false
		c.Advance(time.Minute)
		drain(t, r)
		want(t, d, "a×1")
	})
}

func TestAFailingHandlerIsRetriedAloneAndEndsAsADeadLetterThatCanBeRetried(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r := jobs.New(d, quiet())
		fails, tried := true, 0
		jobs.On(r, "bad.opened", func(ctx context.Context, tx *db.Tx, e opened) error {
			if tried++; fails {
				return errors.New("gateway \x00 \xff says no")
			}
			return leave(ctx, tx, "bad")
		})
		jobs.On(r, "good.opened", marker("good"))
		emit(t, d, 1)
		if err := r.Drain(t.Context()); err == nil {
			t.Fatal("the failure is not told")
		}
		want(t, d, "good1×1")
		for attempt := 1; attempt < 10; attempt++ {
			wait := min(time.Second<<attempt, time.Hour)
			c.Advance(wait - time.Millisecond)
			drain(t, r) // too early: not tried
			if tried != attempt {
				t.Fatalf("tried %d times %v after attempt %d", tried, wait-time.Millisecond, attempt)
			}
			c.Advance(wait/4 + time.Millisecond)
			if err := r.Drain(t.Context()); err == nil || tried != attempt+1 {
				t.Fatalf("attempt %d did not come: tried %d, %v", attempt+1, tried, err)
			}
		}
		c.Advance(24 * time.Hour)
		drain(t, r)
		dead := deadJobs(t, d)
		if tried != 10 || len(dead) != 1 || dead[0].Kind != "bad.opened" || dead[0].Attempts != 10 || !strings.Contains(dead[0].LastError, "says no") {
			t.Fatalf("tried %d, dead %+v", tried, dead)
		}
		fails = false
		write(t, d, func(tx *db.Tx) error { return jobs.Retry(t.Context(), tx, dead[0].ID) })
		drain(t, r)
		want(t, d, "bad×1", "good1×1")
		if err := d.Write(t.Context(), tester, act, func(tx *db.Tx) error { return jobs.Retry(t.Context(), tx, dead[0].ID) }); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("retrying what is gone: %v", err)
		}
	})
}

func deadJobs(t *testing.T, d *db.DB) (dead []jobs.Job) {
	t.Helper()
	if err := d.Read(t.Context(), tester, act, func(tx *db.Tx) (err error) {
		dead, err = jobs.Dead(t.Context(), tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return dead
}

func TestTimersFireWhenDueAndNotBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r := jobs.New(d, quiet())
		var order []int
		jobs.Handle(r, "a.ring", func(ctx context.Context, tx *db.Tx, e opened) error {
			order = append(order, e.N)
			return leave(ctx, tx, fmt.Sprint(e.N))
		})
		noon := c.Instant()
		set := func(key string, after time.Duration, n int) {
			write(t, d, func(tx *db.Tx) error {
				return jobs.At(t.Context(), tx, "a.ring", key, noon.Add(after), opened{n})
			})
		}
		set("late", 3*time.Hour, 3)
		set("early", time.Hour, 1)
		set("moved", time.Hour, 9)
		set("moved", 2*time.Hour, 2)
		set("cancelled", time.Hour, 8)
		write(t, d, func(tx *db.Tx) error { return jobs.Cancel(t.Context(), tx, "a.ring", "cancelled") })
		c.Advance(time.Hour - time.Millisecond)
		drain(t, r)
		want(t, d)
		c.Advance(time.Millisecond)
		drain(t, r)
		want(t, d, "1×1")
		c.Advance(24 * time.Hour)
		drain(t, r)
		if !slices.Equal(order, []int{1, 2, 3}) {
			t.Errorf("fired %v", order)
		}
	})
}

func TestATimerMovedWhileItFiresDoesNotFireTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r := jobs.New(d, quiet())
		jobs.Handle(r, "a.ring", func(ctx context.Context, tx *db.Tx, e opened) error {
			if e.N < 3 { // a timer may set itself again
				if err := jobs.At(ctx, tx, "a.ring", "k", tx.Now.Add(time.Hour), opened{e.N + 1}); err != nil {
					return err
				}
			}
			return leave(ctx, tx, fmt.Sprint(e.N))
		})
		write(t, d, func(tx *db.Tx) error { return jobs.At(t.Context(), tx, "a.ring", "k", tx.Now, opened{1}) })
		for range 5 {
			drain(t, r)
			c.Advance(time.Hour)
		}
		want(t, d, "1×1", "2×1", "3×1")
	})
}

// What is due together is done together, and is still each a job of its own.
func TestATimerThatIsMovedByWhatIsDueBesideItDoesNotFire(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r := jobs.New(d, quiet())
		later := c.Instant().Add(time.Hour)
		jobs.Handle(r, "a.first", func(ctx context.Context, tx *db.Tx, _ opened) error {
			if err := jobs.Cancel(ctx, tx, "a.timer", "cancelled"); err != nil {
				return err
			}
			return jobs.At(ctx, tx, "a.timer", "moved", later, opened{2})
		})
		jobs.Handle(r, "a.timer", marker("timer"))
		write(t, d, func(tx *db.Tx) error {
			due := tx.Now.Add(-time.Second)
			return errors.Join(
				jobs.At(t.Context(), tx, "a.first", "1", due.Add(-time.Second), opened{1}),
				jobs.At(t.Context(), tx, "a.timer", "moved", due, opened{1}),
				jobs.At(t.Context(), tx, "a.timer", "cancelled", due, opened{3}),
			)
		})
		drain(t, r)
		want(t, d)
		c.Advance(time.Hour)
		drain(t, r)
		want(t, d, "timer2×1")
	})
}

func TestPeriodicWorkRunsOncePerInterval(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		var alone atomic.Int64
		node := func() *jobs.Runner {
			r := jobs.New(d, quiet())
			jobs.Every(r, "a.tick", time.Minute, func(ctx context.Context, tx *db.Tx) error { return leave(ctx, tx, "tick") })
			jobs.EveryAlone(r, "a.alone", time.Minute, func(context.Context) error { alone.Add(1); return nil })
			return r
		}
		a, b := node(), node()
		for i := 1; i <= 3; i++ {
			drain(t, a)
			drain(t, b)
			c.Advance(30 * time.Second)
			drain(t, b)
			drain(t, a)
			want(t, d, fmt.Sprintf("tick×%d", i))
			if n := alone.Load(); n != int64(i) {
				t.Fatalf("work with its own transactions ran %d times, want %d", n, i)
			}
			c.Advance(30 * time.Second)
		}
		c.Advance(24 * time.Hour)
		drain(t, a)
		want(t, d, "tick×4")
	})
}

func TestPeriodicWorkWithItsOwnTransactionsIsDueAgainWhateverFailedBesideIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r := jobs.New(d, quiet())
		alone := func(what string) func(context.Context) error {
			return func(ctx context.Context) error {
				return d.Write(ctx, tester, act, func(tx *db.Tx) error { return leave(ctx, tx, what) })
			}
		}
		jobs.EveryAlone(r, "a.sweep", time.Minute, alone("a"))
		jobs.EveryAlone(r, "b.sweep", time.Minute, func(context.Context) error { return errors.New("no") })
		jobs.EveryAlone(r, "c.sweep", time.Minute, alone("c"))
		if err := r.Drain(t.Context()); err == nil || !strings.Contains(err.Error(), "b.sweep") {
			t.Fatalf("a drain that hides what failed: %v", err)
		}
		want(t, d, "a×1", "c×1")
		c.Advance(time.Minute)
		if err := r.Drain(t.Context()); err == nil {
			t.Fatal("b.sweep is not due again")
		}
		want(t, d, "a×2", "c×2")
	})
}

func TestPeriodicWorkThatFailsNeverDies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r := jobs.New(d, quiet())
		tried := 0
		jobs.EveryAlone(r, "a.alone", time.Minute, func(context.Context) error { tried++; return errors.New("no") })
		for range 20 {
			if err := r.Drain(t.Context()); err == nil {
				t.Fatal("no failure")
			}
			c.Advance(time.Hour)
		}
		if tried != 20 || len(deadJobs(t, d)) != 0 {
			t.Errorf("tried %d times, %d dead", tried, len(deadJobs(t, d)))
		}
	})
}

func TestAJobNobodyHereKnowsIsLeftToOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		older, newer := jobs.New(d, quiet()), jobs.New(d, quiet())
		jobs.Handle(newer, "new.do", marker("new"))
		write(t, d, func(tx *db.Tx) error { return jobs.Enqueue(t.Context(), tx, "new.do", opened{1}) })
		drain(t, older)
		want(t, d)
		drain(t, newer)
		want(t, d, "new1×1")
	})
}

func TestAJobThatKillsTheProgramEveryTimeIsGivenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		r := jobs.New(d, quiet())
		jobs.Handle(r, "a.do", marker("a"))
		write(t, d, func(tx *db.Tx) error {
			if err := jobs.Enqueue(t.Context(), tx, "a.do", opened{1}); err != nil {
				return err
			}
			_, err := tx.Global("test").Exec(t.Context(), `UPDATE job SET attempts = 10`)
			return err
		})
		if err := r.Drain(t.Context()); err == nil || len(deadJobs(t, d)) != 1 {
			t.Errorf("%v, %d dead", err, len(deadJobs(t, d)))
		}
		want(t, d)
	})
}

func TestOldEventsAndAnswersAreThrownAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r := jobs.New(d, quiet())
		fill := func(from, n int) {
			write(t, d, func(tx *db.Tx) error {
				for i := range n {
					tx.Emit(opened{i})
				}
				_, err := tx.Global("test").Exec(t.Context(), `INSERT INTO idempotency (account_id, key, at, body_hash, answer) VALUES (1, $1, $2, '', '')`, fmt.Sprint(from), tx.Now)
				return err
			})
		}
		fill(1, 1500)
		drain(t, r)
		c.Advance(29 * 24 * time.Hour)
		fill(2, 3)
		c.Advance(2 * 24 * time.Hour)
		drain(t, r) // dispatches three, and throws away
		if n := number(t, d, `SELECT COUNT(*) FROM outbox`); n != 3 {
			t.Errorf("%d events left, want the 3 of two days ago", n)
		}
		if n := number(t, d, `SELECT COUNT(*) FROM idempotency`); n != 1 {
			t.Errorf("%d answers left, want the one of two days ago", n)
		}
	})
}

// A million timers that wait must cost nothing: the claim finds its rows
// through the index of what is due.
func TestTimersThatWaitCostOneProbeOfAnIndex(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		write(t, d, func(tx *db.Tx) error {
			g := tx.Global("test")
			if _, err := g.Exec(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
				INSERT INTO job (id, kind, due_at, payload) SELECT i, 'a.ring', $1 + CAST(i AS BIGINT), '{"n":1}' FROM n`, c.Instant().Add(time.Hour)); err != nil {
				return err
			}
			_, err := g.Exec(t.Context(), `ANALYZE job`)
			return err
		})
		r := jobs.New(d, quiet())
		jobs.Handle(r, "a.ring", marker("a"))
		explain := map[db.Engine]string{db.SQLite: "EXPLAIN QUERY PLAN ", db.Postgres: "EXPLAIN "}[d.Engine]
		probe, claim := r.Statements()
		now := []any{int64(c.Instant())}
		for q, args := range map[string][]any{probe: now, claim: append(now, int64(1), int64(1))} {
			plan := plan(t, d, explain+q, args...)
			if !strings.Contains(plan, "job_due") || strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "SCAN job") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("not through the index:\n%s", plan)
			}
		}
	})
}

// Ten thousand jobs that are due must not be looked through for a long one
// whenever one of them is done (QUA-05).
func TestALongJobIsFoundWithoutLookingAtOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		write(t, d, func(tx *db.Tx) error {
			g := tx.Global("test")
			if _, err := g.Exec(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
				INSERT INTO job (id, kind, due_at, payload) SELECT i, 'a.ring', $1 - CAST(i AS BIGINT), '{"n":1}' FROM n`, c.Instant()); err != nil {
				return err
			}
			_, err := g.Exec(t.Context(), `ANALYZE job`)
			return err
		})
		r := jobs.New(d, quiet())
		for _, kind := range []string{"a.long", "b.long", "c.long"} {
			jobs.Long(r, kind, func(context.Context, opened) error { return nil })
		}
		explain := map[db.Engine]string{db.SQLite: "EXPLAIN QUERY PLAN ", db.Postgres: "EXPLAIN "}[d.Engine]
		probe, claim := r.LongStatements()
		now := []any{int64(c.Instant())}
		for q, args := range map[string][]any{probe: now, claim: append(now, int64(1), int64(1))} {
			if plan := plan(t, d, explain+q, args...); !strings.Contains(plan, "job_kind") || strings.Contains(plan, "job_due") || strings.Contains(plan, "Seq Scan") {
				t.Errorf("not through the index by kind:\n%s", plan)
			}
		}
	})
}

// Statistics are often taken while the queue is empty. The plan made from them
// must not, when twenty thousand jobs are due, look anew for the first of them
// beside each one, nor go through the whole outbox to give a few events their
// place (QUA-01, QUA-05; seen on PostgreSQL, where one claim took more than a second).
func TestWhatStatisticsSayOfAnEmptyQueueDoesNoHarm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		if d.Engine != db.Postgres {
			return // what is in parentheses is evaluated once there
		}
		write(t, d, func(tx *db.Tx) error {
			g := tx.Global("test")
			if _, err := g.Exec(t.Context(), `INSERT INTO outbox (id, at, name, about, body, request, seq) SELECT i, 0, 'a', '', '{}', '', i FROM generate_series(1, 60000) i`); err != nil {
				return err
			}
			if _, err := g.Exec(t.Context(), `ANALYZE job, outbox`); err != nil {
				return err
			}
			if _, err := g.Exec(t.Context(), `INSERT INTO job (id, kind, due_at, payload) SELECT i, 'a.ring', CAST($1 AS BIGINT) - i, '{"n":1}' FROM generate_series(1, 20000) i`, c.Instant()); err != nil {
				return err
			}
			_, err := g.Exec(t.Context(), `INSERT INTO outbox (id, at, name, about, body, request) SELECT i, 0, 'a', '', '{}', '' FROM generate_series(60001, 65000) i`)
			return err
		})
		r := jobs.New(d, quiet())
		jobs.Handle(r, "a.ring", marker("a"))
		_, claim := r.Statements()
		now := int64(c.Instant())
		if plan := plan(t, d, "EXPLAIN "+claim, now, int64(1), int64(1)); !strings.Contains(plan, "InitPlan") || !strings.Contains(plan, "job_pkey") || !strings.Contains(plan, "job_due") || strings.Contains(plan, "Join") {
			t.Errorf("not by the keys of what was found once:\n%s", plan)
		}
		if plan := plan(t, d, "EXPLAIN "+jobs.PlaceStatement(d), int64(1)); !strings.Contains(plan, "InitPlan") || !strings.Contains(plan, "outbox_pkey") || strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "Hash") {
			t.Errorf("not by the keys of the events that wait:\n%s", plan)
		}
	})
}

type planRow struct {
	Text   string `db:"QUERY PLAN"`
	Detail string `db:"detail"`
	ID     int    `db:"id"`
	Parent int    `db:"parent"`
	Unused int    `db:"notused"`
}

func plan(t *testing.T, d *db.DB, q string, args ...any) (text string) {
	t.Helper()
	if err := d.Write(t.Context(), tester, act, func(tx *db.Tx) error {
		return db.Each(t.Context(), tx.Global("test"), q, args, func(p planRow) error {
			text += p.Text + p.Detail + "\n"
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	return text
}

// dsns are databases that several programs can open.
func dsns(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{"sqlite": filepath.Join(t.TempDir(), "test.db")}
	if server := os.Getenv("TEST_POSTGRES"); server != "" {
		all["postgres"] = dbtest.Postgres(t, server)
	} else {
		t.Log("TEST_POSTGRES is not set: PostgreSQL was not tested")
	}
	return all
}

// Live screens read events once they have their place in the order, and look when they are woken: also
// where every job is handed to this very node and none of them has anything to tell.
func TestWhoReadsEventsIsWokenWhenTheyHaveTheirPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		r := jobs.New(d, quiet())
		jobs.On(r, "a.opened", func(_ context.Context, tx *db.Tx, _ opened) error {
			tx.Silent("it has nothing to tell")
			return nil
		})
		placed := 0
		r.OnWake(func() { placed++ })
		emit(t, d, 1, 2)
		before := placed
		if err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if placed != before+1 {
			t.Errorf("woken %d times by the events' getting their place, want once", placed-before)
		}
	})
}

// Several jobs that are one transaction each share a worker; what has its own
// transactions shares none, or the lease of what waits behind it would run out.
func TestWorkWithItsOwnTransactionsHasAWorkerToItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		r := jobs.New(d, quiet())
		jobs.On(r, "short", marker("short"))
		jobs.EveryAlone(r, "alone", time.Hour, func(context.Context) error { return nil })
		shared := [][]string{{"short", "short", "short"}, {"short", "short"}}
		if d.Engine == db.Postgres { // two side by side would only get in each other's way
			shared = [][]string{{"short", "short", "short", "short", "short"}}
		}
		for _, c := range []struct {
			due     []string
			workers int
			want    [][]string
		}{
			{nil, 4, nil},
			{[]string{"short"}, 4, [][]string{{"short"}}},
			{[]string{"short", "short", "short", "short", "short"}, 2, shared},
			{[]string{"short", "alone", "short", "alone", "short"}, 3, [][]string{{"alone"}, {"alone"}, {"short", "short", "short"}}},
			{[]string{"alone", "alone", "short"}, 1, [][]string{{"alone"}, {"alone"}, {"short"}}},
		} {
			if got := r.Parts(c.due, c.workers); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%v on %d workers: %v, want %v", c.due, c.workers, got, c.want)
			}
		}
	})
}
