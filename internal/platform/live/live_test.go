package live_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/live"
)

const act authz.Action = "test.act"

var tester = authz.System("test", act)

type happened struct {
	N     int               `json:"n"`
	Place authz.CommunityID `json:"place"`
	name  string
}

func (h happened) EventName() string {
	if h.name != "" {
		return h.name
	}
	return "test.happened"
}
func (h happened) Where() authz.CommunityID { return h.Place }
func (h happened) About() string            { return fmt.Sprint(h.N) }

// node is one node's runner and hub, running until the test ends.
type node struct {
	*live.Hub
	r    *jobs.Runner
	stop func()
}

func start(t *testing.T, d *db.DB) node {
	t.Helper()
	return startKeeping(t, d, 5000)
}

func startKeeping(t *testing.T, d *db.DB, keep int) node {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	n := node{Hub: live.New(d), r: jobs.New(d, jobs.Options{})}
	n.Keep(keep)
	n.r.OnWake(n.Wake)
	var running sync.WaitGroup
	running.Go(func() { _ = n.Run(ctx) })
	n.stop = func() { stop(); running.Wait() }
	t.Cleanup(n.stop)
	return n
}

func emit(t *testing.T, d *db.DB, events ...happened) {
	t.Helper()
	if err := d.Write(t.Context(), tester, act, func(tx *db.Tx) error {
		for _, e := range events {
			tx.Emit(e)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func (n node) dispatch(t *testing.T) {
	t.Helper()
	if err := n.r.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func everything(string, authz.CommunityID) bool { return true }

// next waits for a message; a test that gets none fails instead of hanging.
func next(t *testing.T, in <-chan live.Message) live.Message {
	t.Helper()
	late := time.NewTimer(30 * time.Second)
	defer late.Stop()
	select {
	case m, ok := <-in:
		if !ok {
			t.Fatal("the stream ended")
		}
		return m
	case <-late.C:
		t.Fatal("no message")
	}
	return live.Message{}
}

func want(t *testing.T, in <-chan live.Message, seq int64, about string) {
	t.Helper()
	if m := next(t, in); m.Seq != seq || m.About != about || m.Reset {
		t.Fatalf("got %+v, want seq %d about %s", m, seq, about)
	}
}

func TestASubscriberHearsWhatHappensFromNowOnInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		n := start(t, d)
		emit(t, d, happened{N: 1})
		n.dispatch(t)
		all := n.Subscribe(t.Context(), 0, everything)
		want(t, all, 1, "1")
		now := n.Subscribe(t.Context(), -1, everything)
		emit(t, d, happened{N: 2, Place: 4, name: "test.other"})
		n.dispatch(t)
		if m := next(t, now); m != (live.Message{Seq: 2, Name: "test.other", About: "2", Community: 4}) {
			t.Errorf("got %+v", m)
		}
		want(t, all, 2, "2")
	})
}

func TestWhatHappensWhileAPageIsReadIsToldWhenItsStreamBegins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		n := start(t, d)
		all := n.Subscribe(t.Context(), 0, everything)
		emit(t, d, happened{N: 1})
		n.dispatch(t)
		want(t, all, 1, "1")
		before := n.Head() // the page asks who it is, and reads
		emit(t, d, happened{N: 2})
		n.dispatch(t)
		want(t, all, 2, "2")
		late := n.Subscribe(t.Context(), before, everything)
		want(t, late, 2, "2")
	})
}

func TestAStreamThatBrokeOffGoesOnWhereItWasAlsoOnAnotherNode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		n := start(t, d)
		ctx, breakOff := context.WithCancel(t.Context())
		first := n.Subscribe(ctx, 0, everything)
		emit(t, d, happened{N: 1}, happened{N: 2})
		n.dispatch(t)
		want(t, first, 1, "1")
		breakOff()
		for range first { // at most what was on its way; then it is closed
		}
		emit(t, d, happened{N: 3})
		n.dispatch(t)
		n.stop()
		again := start(t, d) // knows only what is in the table
		second := again.Subscribe(t.Context(), 1, everything)
		want(t, second, 2, "2")
		want(t, second, 3, "3")
	})
}

func TestASubscriberHearsOnlyOfWhatItMaySee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		n := start(t, d)
		mine := n.Subscribe(t.Context(), 0, func(name string, c authz.CommunityID) bool { return c == 1 && name == "test.happened" })
		emit(t, d, happened{N: 1, Place: 2}, happened{N: 2}, happened{N: 3, Place: 1, name: "test.secret"}, happened{N: 4, Place: 1})
		n.dispatch(t)
		want(t, mine, 4, "4")
	})
}

// Ids are made before the commit: an event whose id is smaller may commit after
// a larger one was told. Its seq is larger all the same, so nobody misses it.
func TestALateCommitWithASmallerIdIsNotLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		n := start(t, d)
		in := n.Subscribe(t.Context(), 0, everything)
		reserved, release, late := make(chan db.ID, 1), make(chan struct{}), make(chan error, 1)
		insert := func(tx *db.Tx, id db.ID) error {
			tx.Wake()
			_, err := tx.Global("test").Exec(t.Context(), `INSERT INTO outbox (id, at, name, about, body, request) VALUES ($1, 0, 'test.happened', 'late', '{}', '')`, id)
			return err
		}
		slow := func() {
			late <- d.Write(context.Background(), tester, act, func(tx *db.Tx) error {
				id := db.NewID[db.Entry](tx)
				err := insert(tx, id)
				reserved <- id
				<-release
				return err
			})
		}
		var id db.ID
		if d.Engine == db.Postgres {
			go slow()
			id = <-reserved
		} else { // its one writer makes the other wait; so only the id is older
			undone := errors.New("only the id")
			if err := d.Write(t.Context(), tester, act, func(tx *db.Tx) error { id = db.NewID[db.Entry](tx); return undone }); !errors.Is(err, undone) {
				t.Fatal(err)
			}
		}
		emit(t, d, happened{N: 2})
		n.dispatch(t)
		want(t, in, 1, "2")
		if d.Engine == db.Postgres {
			close(release)
			if err := <-late; err != nil {
				t.Fatal(err)
			}
		} else if err := d.Write(t.Context(), tester, act, func(tx *db.Tx) error { return insert(tx, id) }); err != nil {
			t.Fatal(err)
		}
		n.dispatch(t)
		want(t, in, 2, "late")
		if err := d.Read(t.Context(), tester, act, func(tx *db.Tx) error {
			first, err := db.One[string](t.Context(), tx.Global("test"), `SELECT about FROM outbox ORDER BY id LIMIT 1`)
			if first != "late" {
				t.Errorf("the late one does not have the smaller id, but %s has", first)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func many(t *testing.T, d *db.DB, n int) {
	t.Helper()
	events := make([]happened, n)
	for i := range events {
		events[i].N = i
	}
	emit(t, d, events...)
}

func TestWhoIsTooFarBehindReadsEverythingAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		n := startKeeping(t, d, 500)
		slow := n.Subscribe(t.Context(), 0, everything)
		emit(t, d, happened{N: 1})
		n.dispatch(t)
		want(t, slow, 1, "1")
		many(t, d, 200)
		n.dispatch(t)
		if m := next(t, slow); m.Seq != 2 || m.Reset {
			t.Fatalf("got %+v, want seq 2", m)
		}
		at := int64(201)
		for range 4 {
			many(t, d, 200)
			n.dispatch(t)
			at += 200
		}
		// The fast one proves that the hub has read everything.
		fast := n.Subscribe(t.Context(), at-1, everything)
		if m := next(t, fast); m.Seq != at || m.Reset {
			t.Fatalf("got %+v, want seq %d", m, at)
		}
		// The slow one gets what had been handed to it, and then the reset.
		m := next(t, slow)
		for last := int64(2); !m.Reset; m = next(t, slow) {
			if m.Seq != last+1 || m.Seq > 200 {
				t.Fatalf("seq %d after %d", m.Seq, last)
			}
			last = m.Seq
		}
		if m.Seq != at {
			t.Errorf("reset to %d, want %d", m.Seq, at)
		}
		if m := next(t, n.Subscribe(t.Context(), 1, everything)); !m.Reset || m.Seq != at {
			t.Errorf("who comes back after 1,000 events gets %+v", m)
		}
		emit(t, d, happened{N: 7})
		n.dispatch(t)
		want(t, slow, at+1, "7")
	})
}

func TestWhoComesFromARestoredDatabaseReadsEverythingAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		n := start(t, d)
		emit(t, d, happened{N: 1})
		n.dispatch(t)
		if m := next(t, n.Subscribe(t.Context(), 900, everything)); !m.Reset || m.Seq != 1 {
			t.Errorf("got %+v", m)
		}
	})
}

func TestWhatWasTrimmedCannotBeResumed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		first := start(t, d)
		emit(t, d, happened{N: 1}, happened{N: 2}, happened{N: 3})
		first.dispatch(t)
		first.stop()
		if err := d.Write(t.Context(), tester, act, func(tx *db.Tx) error {
			_, err := tx.Global("test").Exec(t.Context(), `DELETE FROM outbox WHERE seq <= 2`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		n := start(t, d)
		want(t, n.Subscribe(t.Context(), 2, everything), 3, "3")
		if m := next(t, n.Subscribe(t.Context(), 1, everything)); !m.Reset {
			t.Errorf("got %+v", m)
		}
	})
}

func TestNewsReachSubscribersOfEveryNode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		a, b := start(t, d), start(t, d)
		ctx, stop := context.WithCancel(context.Background())
		var running sync.WaitGroup
		defer running.Wait()
		defer stop()
		running.Go(func() { _ = a.r.Run(ctx) })
		running.Go(func() { _ = b.r.Run(ctx) })
		inA, inB := a.Subscribe(t.Context(), 0, everything), b.Subscribe(t.Context(), 0, everything)
		emit(t, d, happened{N: 1}, happened{N: 2})
		for _, in := range []<-chan live.Message{inA, inB} {
			want(t, in, 1, "1")
			want(t, in, 2, "2")
		}
	})
}
