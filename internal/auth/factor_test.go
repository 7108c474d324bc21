package auth_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
)

// enrol sets up the second factor of the world's account.
func (w *world) enrol() (secret string, recovery []string) {
	w.t.Helper()
	secret, _, err := w.a.BeginFactor(w.t.Context(), w.who(), right)
	if err == nil {
		recovery, err = w.a.ConfirmFactor(w.t.Context(), w.who(), "", auth.CodeAt(secret, w.c.Instant()))
	}
	if err != nil || len(recovery) != 10 {
		w.t.Fatal(recovery, err)
	}
	w.c.Advance(time.Minute)
	return secret, recovery
}

func (w *world) code(code string, want error) {
	w.t.Helper()
	if _, err := w.enter(w.b, home, auth.Credentials{Name: "zhoumin", Password: right, Code: code}); !errors.Is(err, want) {
		w.t.Fatalf("code %q: %v, want %v", code, err, want)
	}
}

func TestTheSecondFactorIsAskedForAfterThePassword(t *testing.T) {
	nodes(t, func(w *world) {
		if _, _, err := w.a.BeginFactor(w.t.Context(), w.who(), "not-the-one"); !errors.Is(err, errs.ErrFields) {
			w.t.Fatalf("begun without the password: %v", err)
		}
		secret, _ := w.enrol()
		if n := dbtest.One[int](w.t, w.a.DB, `SELECT COUNT(*) FROM second_factor WHERE secret = $1`, secret); n != 0 {
			w.t.Error("the secret is kept in clear")
		}
		w.code("", auth.ErrCodeNeeded)
		w.try(w.a, home, "zhoumin", "guess-guess", auth.ErrFailed) // who has no password is not told
		now := auth.CodeAt(secret, w.c.Instant())
		w.code(now, nil)
		w.code(now, auth.ErrFailed) // no code twice
		w.c.Advance(30 * time.Second)
		w.code(auth.CodeAt(secret, w.c.Instant()), nil)
	})
}

func TestWrongCodesLockAsWrongPasswordsDo(t *testing.T) {
	nodes(t, func(w *world) {
		secret, _ := w.enrol()
		for range 4 {
			w.code("000000", auth.ErrFailed)
		}
		for range 3 { // asking for the code neither counts nor forgets
			w.code("", auth.ErrCodeNeeded)
		}
		w.code("000000", auth.ErrFailed)
		w.code(auth.CodeAt(secret, w.c.Instant()), auth.ErrThrottled)
		w.code("", auth.ErrThrottled)
	})
}

func TestRecoveryCodesReplaceTheAppOnceEach(t *testing.T) {
	nodes(t, func(w *world) {
		_, codes := w.enrol()
		w.code(codes[3], nil)
		w.code(codes[3], auth.ErrFailed)
		w.code(" "+codes[4]+" ", nil)
		state, err := w.a.SecondFactor(w.t.Context(), w.who())
		if err != nil || !state.Enabled || state.Recovery != 8 {
			w.t.Errorf("%+v %v", state, err)
		}
		fresh, err := w.a.RenewCodes(w.t.Context(), w.who(), right)
		if err != nil {
			w.t.Fatal(err)
		}
		w.code(codes[5], auth.ErrFailed)
		w.code(fresh[0], nil)
	})
}

func TestALostFactorIsTakenAway(t *testing.T) {
	nodes(t, func(w *world) {
		w.enrol()
		w.write(func(ctx context.Context, tx *db.Tx) error { return auth.ResetFactor(ctx, tx, w.id) })
		w.code("", nil)
		w.enrol()
		if err := w.a.RemoveFactor(w.t.Context(), w.who(), right); err != nil {
			w.t.Fatal(err)
		}
		w.code("", nil)
	})
}

func TestARoleThatAsksForItLetsNothingElseBeDone(t *testing.T) {
	nodes(t, func(w *world) {
		w.write(func(ctx context.Context, tx *db.Tx) error { return auth.CreateRoles(ctx, tx) })
		dbtest.Exec(w.t, w.a.DB, `UPDATE role SET needs_second_factor = $1 WHERE code = 'administrator'`, true)
		dbtest.Exec(w.t, w.a.DB, `INSERT INTO role_holder (id, account_id, role_id) SELECT 1, $1, id FROM role WHERE code = 'administrator'`, w.id)
		in := w.try(w.a, home, "zhoumin", right, nil)
		who, _, err := w.b.Find(w.t.Context(), in.Session, w.who().Request)
		if err != nil || len(who.Actions()) != 1 || !who.Can(auth.ActSelf) {
			w.t.Fatalf("%v %v", who.Actions(), err)
		}
		w.enrol()
		if err := w.a.RemoveFactor(w.t.Context(), w.who(), right); !errors.Is(err, auth.ErrFactorNeeded) {
			w.t.Errorf("removed all the same: %v", err)
		}
	})
}

func TestGuessingThePasswordInsideIsCountedToo(t *testing.T) {
	nodes(t, func(w *world) {
		for range 5 {
			if err := w.a.ChangePassword(w.t.Context(), w.who(), "", "guess-guess", "winter-sweet-9"); !errors.Is(err, errs.ErrFields) {
				w.t.Fatal(err)
			}
		}
		if err := w.a.ChangePassword(w.t.Context(), w.who(), "", right, "winter-sweet-9"); !errors.Is(err, auth.ErrThrottled) {
			w.t.Errorf("%v", err)
		}
		w.try(w.a, home, "zhoumin", right, nil) // which locks nobody out
	})
}
