package auth_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
)

// world is an installation of two nodes with an account.
type world struct {
	t    *testing.T
	dsn  string
	c    *dbtest.Clock
	a, b *auth.Service
	id   authz.AccountID
}

const (
	home, abroad = "192.0.2.1", "198.51.100.7"
	right        = "tulips-and-rain"
)

func nodes(t *testing.T, fn func(w *world)) {
	t.Helper()
	run := func(t *testing.T, dsn string) {
		c := &dbtest.Clock{}
		c.Set(dbtest.Noon)
		w := &world{t: t, dsn: dsn, c: c, a: auth.New(dbtest.Open(t, dsn, c)), b: auth.New(dbtest.Open(t, dsn, c))}
		w.id = w.person("zhoumin", "13911110001")
		fn(w)
	}
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); run(t, filepath.Join(t.TempDir(), "test.db")) })
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		t.Log("TEST_POSTGRES is not set: PostgreSQL was not tested")
		return
	}
	t.Run("postgres", func(t *testing.T) { t.Parallel(); run(t, dbtest.Postgres(t, server)) })
}

const actTest authz.Action = "test.make"

func (w *world) write(fn func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	if err := w.a.DB.Write(w.t.Context(), authz.System("test", actTest), actTest, func(tx *db.Tx) error { return fn(w.t.Context(), tx) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) person(name, mobile string) (id authz.AccountID) {
	w.write(func(ctx context.Context, tx *db.Tx) error {
		id = db.NewID[authz.Account](tx)
		_, err := auth.Create(ctx, tx, auth.Account{ID: id, Username: name, Name: name, Mobile: mobile}, right)
		return err
	})
	return id
}

func (w *world) enter(s *auth.Service, ip string, c auth.Credentials) (auth.SignedIn, error) {
	return s.SignIn(w.t.Context(), authz.Request{ID: "r", IP: ip}, c)
}

// try signs in and expects an error, or none.
func (w *world) try(s *auth.Service, ip, name, password string, want error) auth.SignedIn {
	w.t.Helper()
	in, err := w.enter(s, ip, auth.Credentials{Name: name, Password: password})
	if !errors.Is(err, want) || err != nil && want == nil {
		w.t.Fatalf("%s from %s: %v, want %v", name, ip, err, want)
	}
	return in
}

func (w *world) fail(n int, ip, name string) {
	w.t.Helper()
	for i := range n {
		w.try([]*auth.Service{w.a, w.b}[i%2], ip, name, "guess-guess", auth.ErrFailed)
	}
}

// locked expects a lock and returns how long it still lasts.
func (w *world) locked(ip, name string) time.Duration {
	w.t.Helper()
	_, err := w.enter(w.b, ip, auth.Credentials{Name: name, Password: right})
	if !errors.Is(err, auth.ErrThrottled) {
		w.t.Fatalf("%s from %s is not locked: %v", name, ip, err)
	}
	return errs.Of(err).Wait
}

func (w *world) who() authz.Actor {
	return authz.Actor{ID: w.id, Name: "zhoumin", Grants: []authz.Grant{{Actions: map[authz.Action]bool{auth.ActSelf: true}, Everywhere: true}}}
}

func (w *world) admin() authz.Actor {
	return authz.Actor{ID: 1, Name: "admin", Grants: []authz.Grant{{Actions: map[authz.Action]bool{auth.ActUnlock: true, auth.ActSettings: true}, Everywhere: true}}}
}

func TestFiveFailuresLockANameAtAnAddress(t *testing.T) {
	nodes(t, func(w *world) {
		w.fail(4, home, "zhoumin")
		w.try(w.a, home, " ZhouMin ", right, nil) // a success forgets them
		w.fail(5, home, "zhoumin")
		if wait := w.locked(home, "zhoumin"); wait != 15*time.Minute {
			t := w.t
			t.Errorf("it waits %v", wait)
		}
		w.c.Advance(15*time.Minute - time.Millisecond)
		if wait := w.locked(home, "zhoumin"); wait != time.Millisecond {
			w.t.Errorf("it waits %v", wait)
		}
		w.c.Advance(time.Millisecond) // exactly 15 minutes
		w.try(w.b, home, "zhoumin", right, nil)
	})
}

func TestTheWindowIsExactlyFifteenMinutes(t *testing.T) {
	nodes(t, func(w *world) {
		w.fail(1, home, "zhoumin")
		w.c.Advance(15*time.Minute - time.Millisecond)
		w.fail(3, home, "zhoumin")
		w.c.Advance(time.Millisecond) // the first is out
		w.fail(1, home, "zhoumin")
		w.fail(1, home, "zhoumin")
		w.locked(home, "zhoumin")
	})
}

func TestEachRoundDoublesUpToADay(t *testing.T) {
	nodes(t, func(w *world) {
		want := 15 * time.Minute
		for round := range 9 {
			w.fail(5, home, "zhoumin")
			got := w.locked(home, "zhoumin")
			if got != want {
				w.t.Errorf("round %d: %v, want %v", round+1, got, want)
			}
			w.c.Advance(got)
			want = min(2*want, 24*time.Hour)
		}
		w.c.Advance(24*time.Hour + time.Millisecond) // a quiet day begins anew
		w.fail(5, home, "zhoumin")
		if got := w.locked(home, "zhoumin"); got != 15*time.Minute {
			w.t.Errorf("after a quiet day: %v", got)
		}
	})
}

func TestALockHoldsOnEveryNodeAndAfterARestart(t *testing.T) {
	nodes(t, func(w *world) {
		w.fail(5, home, "zhoumin") // on both nodes in turn
		for _, s := range []*auth.Service{w.a, w.b, auth.New(dbtest.Open(w.t, w.dsn, w.c))} {
			w.try(s, home, "zhoumin", right, auth.ErrThrottled)
		}
	})
}

func TestManyTriesAtOnceCountAsMany(t *testing.T) {
	nodes(t, func(w *world) {
		var failed, refused int
		var mu sync.Mutex
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				_, err := w.enter([]*auth.Service{w.a, w.b}[i%2], home, auth.Credentials{Name: "zhoumin", Password: "guess-guess"})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case errors.Is(err, auth.ErrFailed):
					failed++
				case errors.Is(err, auth.ErrThrottled):
					refused++
				default:
					w.t.Errorf("%v", err)
				}
			})
		}
		all.Wait()
		if failed != 5 || refused != 15 {
			w.t.Errorf("%d were looked at, %d refused", failed, refused)
		}
	})
}

func TestNobodyIsLockedOutFromElsewhere(t *testing.T) {
	nodes(t, func(w *world) {
		in := w.try(w.a, home, "zhoumin", right, nil)
		w.fail(5, abroad, "zhoumin")
		w.locked(abroad, "zhoumin")
		w.try(w.a, home, "zhoumin", right, nil) // another address

		// From the very same address: who was here before counts for themselves.
		w.fail(5, home, "zhoumin")
		w.locked(home, "zhoumin")
		again, err := w.enter(w.b, home, auth.Credentials{Name: "zhoumin", Password: right, Device: in.Device})
		if err != nil || again.Device != in.Device {
			w.t.Errorf("the known device: %v", err)
		}
		w.locked(home, "zhoumin") // which helps no stranger
		for range 5 {
			if _, err := w.enter(w.a, home, auth.Credentials{Name: "zhoumin", Password: "guess-guess", Device: in.Device}); !errors.Is(err, auth.ErrFailed) {
				w.t.Fatal(err)
			}
		}
		if _, err := w.enter(w.a, home, auth.Credentials{Name: "zhoumin", Password: right, Device: in.Device}); !errors.Is(err, auth.ErrThrottled) {
			w.t.Errorf("a stolen device may guess for ever: %v", err)
		}
		// A device is known to the account that used it, to no other.
		w.person("lin", "13911110002")
		w.fail(5, home, "lin")
		if _, err := w.enter(w.a, home, auth.Credentials{Name: "lin", Password: right, Device: in.Device}); !errors.Is(err, auth.ErrThrottled) {
			w.t.Errorf("a stranger's device: %v", err)
		}
	})
}

func TestOneAddressCannotLockEverybodyOut(t *testing.T) {
	nodes(t, func(w *world) {
		in := w.try(w.a, home, "zhoumin", right, nil)
		w.person("lin", "13911110002")
		for i := range 20 {
			w.fail(5, home, fmt.Sprintf("nobody%d", i)) // a hundred: the address waits
		}
		w.try(w.a, home, "lin", right, auth.ErrThrottled)
		w.try(w.a, abroad, "lin", right, nil)
		if _, err := w.enter(w.a, home, auth.Credentials{Name: "zhoumin", Password: right, Device: in.Device}); err != nil {
			w.t.Errorf("a known device waits for its address: %v", err)
		}
	})
}

func TestAnAddressOfIPv6IsItsNetwork(t *testing.T) {
	nodes(t, func(w *world) {
		for i := range 5 {
			w.fail(1, fmt.Sprintf("2001:db8:1:2::%x", i+1), "zhoumin")
		}
		w.locked("2001:db8:1:2:ffff::9", "zhoumin")
		w.try(w.a, "2001:db8:1:3::1", "zhoumin", right, nil)
	})
}

func TestUnknownNamesBehaveTheSame(t *testing.T) {
	nodes(t, func(w *world) {
		for _, name := range []string{"zhoumin", "nobody"} {
			w.fail(5, home, name)
			if wait := w.locked(home, name); wait != 15*time.Minute {
				w.t.Errorf("%s waits %v", name, wait)
			}
		}
		w.fail(5, abroad, "13911110001") // a name is what was typed
		w.try(w.a, abroad, "zhoumin", right, nil)
	})
}

func TestWhoeverTypesTheMobileSignsIn(t *testing.T) {
	nodes(t, func(w *world) {
		w.try(w.a, home, "13911110001", right, nil)
		if n := dbtest.One[int](w.t, w.a.DB, `SELECT COUNT(*) FROM account WHERE mobile <> '' OR mobile_sealed = '' OR mobile_index = ''`); n != 0 {
			w.t.Errorf("%d numbers in clear", n)
		}
		err := w.a.DB.Write(w.t.Context(), authz.System("test", actTest), actTest, func(tx *db.Tx) error {
			_, err := auth.Create(w.t.Context(), tx, auth.Account{ID: db.NewID[authz.Account](tx), Username: "second", Mobile: "13911110001"}, right)
			return err
		})
		if !errors.Is(err, auth.ErrMobileTaken) {
			w.t.Errorf("the same mobile twice: %v", err)
		}
	})
}

func TestAdministratorsSeeAndUnlock(t *testing.T) {
	nodes(t, func(w *world) {
		w.fail(5, home, "zhoumin")
		w.fail(2, home, "nobody")
		all, err := w.a.Failures(w.t.Context(), w.admin(), 0, 10)
		if err != nil || len(all) != 7 || all[0].Name != "" || all[6].Name != "zhoumin" || all[6].IP != home {
			w.t.Errorf("%+v %v", all, err)
		}
		locks, err := w.b.Locks(w.t.Context(), w.admin())
		if err != nil || len(locks) != 1 || locks[0].Name != "zhoumin" || locks[0].Where != "name" {
			w.t.Fatalf("%+v %v", locks, err)
		}
		// Who looks after another community sees nothing of it.
		far := dbtest.Actor(9, []authz.CommunityID{5}, auth.ActUnlock, auth.ActSettings)
		if seen, err := w.a.Locks(w.t.Context(), far); err != nil || len(seen) != 0 {
			w.t.Errorf("%+v %v", seen, err)
		}
		if err := w.a.Unlock(w.t.Context(), far, locks[0].ID); !errors.Is(err, db.ErrNotFound) {
			w.t.Errorf("unlocked from afar: %v", err)
		}
		if err := w.a.Unlock(w.t.Context(), w.admin(), locks[0].ID); err != nil {
			w.t.Fatal(err)
		}
		w.try(w.b, home, "zhoumin", right, nil)
	})
}

func TestTheFiguresAreSettings(t *testing.T) {
	nodes(t, func(w *world) {
		s, err := w.a.Settings(w.t.Context(), w.admin())
		if err != nil || s.Failures != 5 || s.WindowMinutes != 15 || s.LockMinutes != 15 {
			w.t.Fatalf("%+v %v", s, err)
		}
		s.Failures, s.LockMinutes = 3, 60
		same := func(v int64) error { return nil }
		if _, err := w.a.ChangeSettings(w.t.Context(), dbtest.Actor(9, []authz.CommunityID{5}, auth.ActSettings), same, s); !errors.Is(err, auth.ErrCompany) {
			w.t.Errorf("changed by a community's: %v", err)
		}
		if _, err := w.a.ChangeSettings(w.t.Context(), w.admin(), same, s); err != nil {
			w.t.Fatal(err)
		}
		w.fail(3, home, "zhoumin")
		if wait := w.locked(home, "zhoumin"); wait != time.Hour {
			w.t.Errorf("it waits %v", wait)
		}
		s.Failures = 1000
		if _, err := w.a.ChangeSettings(w.t.Context(), w.admin(), same, s); !errors.Is(err, errs.ErrFields) {
			w.t.Errorf("an open door: %v", err)
		}
	})
}
