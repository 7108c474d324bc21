package auth

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/alexedwards/argon2id"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// Credentials are what somebody signs in with.
type Credentials struct {
	Name     string // user name or mobile
	Password string
	Code     string // of the second factor; or a recovery code
	Device   string // cookie of a device that signed in before
}

// SignedIn are the values of the two cookies.
type SignedIn struct{ Session, Device string }

// outcome of a try whose password was right.
type outcome int

const (
	entered outcome = iota
	codeNeeded
	codeWrong
)

// SignIn checks name, password and second factor and opens a session
// (ACC-06, ACC-07). Unknown names cost the same statements and the same
// hashing as known ones.
func (s *Service) SignIn(ctx context.Context, from authz.Request, c Credentials) (in SignedIn, err error) {
	ctx = db.WithoutRepeat(ctx) // who signs in twice has two sessions
	sys := system(from)
	a, try, err := s.begin(ctx, sys, c)
	if err != nil {
		return in, err
	}
	right, err := s.matches(ctx, a, c.Password)
	if err != nil {
		return in, err
	}
	if !right {
		return in, s.failed(ctx, sys, a, "failed")
	}
	sys.Name, sys.ID = a.Name, a.ID
	got := entered
	err = s.DB.Write(ctx, sys, ActSignIn, func(tx *db.Tx) error {
		if got, err = useFactor(ctx, tx, a.ID, c.Code); err != nil {
			return err
		}
		switch got {
		case codeNeeded:
			tx.Silent("the same is sent again with the code")
			return try.giveBack(ctx, tx)
		case codeWrong:
			tx.Note(0, subject(a.ID), nil, map[string]any{"result": "code wrong"})
			return nil
		}
		tx.Note(0, subject(a.ID), nil, map[string]any{"result": "signed in", "knownDevice": try.origin[:3] == "dev"})
		if err := try.succeed(ctx, tx); err != nil {
			return err
		}
		in, err = enter(ctx, tx, a.ID, c.Device, false)
		return err
	})
	switch {
	case err != nil:
		return SignedIn{}, err
	case got == codeNeeded:
		return in, ErrCodeNeeded
	case got == codeWrong:
		return in, ErrFailed
	}
	return in, nil
}

func system(from authz.Request) authz.Actor {
	sys := authz.System("auth", ActSignIn)
	sys.Request = from
	return sys
}

// begin counts the try and finds the account it is for, if there is one.
func (s *Service) begin(ctx context.Context, sys authz.Actor, c Credentials) (a Account, t *Try, err error) {
	name := Normalise(c.Name)
	err = s.DB.Bulk(ctx, sys, ActSignIn, func(tx *db.Tx) error {
		tx.Silent("a try is noted with its outcome")
		set, err := settings(ctx, tx)
		if err != nil {
			return err
		}
		if a, err = accountByName(ctx, tx, name); err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
		origin, err := knownOrigin(ctx, tx, a.ID, c.Device, sys.Request.IP)
		if err != nil {
			return err
		}
		t = &Try{name: tx.Vault().Index("sign_in", name), origin: origin, account: a.ID, ip: sys.Request.IP}
		return t.take(ctx, tx, set)
	})
	return a, t, err
}

// failed notes a failure; nothing of what was typed is kept.
func (s *Service) failed(ctx context.Context, sys authz.Actor, a Account, how string) error {
	sys.Name = "?"
	err := s.DB.Bulk(ctx, sys, ActSignIn, func(tx *db.Tx) error {
		tx.Note(0, subject(a.ID), nil, map[string]any{"result": how})
		return nil
	})
	if err == nil {
		err = ErrFailed
	}
	return err
}

// enter opens a session from a device, which is known from then on.
func enter(ctx context.Context, tx *db.Tx, account authz.AccountID, device string, vouched bool) (in SignedIn, err error) {
	if in.Device = device; len(device) != len(newToken()) {
		in.Device = newToken()
	}
	if err := remember(ctx, tx, account, in.Device); err != nil {
		return in, err
	}
	in.Session, err = open(ctx, tx, account, vouched)
	return in, err
}

func newToken() string { return rand.Text() + rand.Text() }

func subject(a authz.AccountID) string { return "account:" + a.String() }

// matches compares the password; a disabled or unknown account costs the same.
func (s *Service) matches(ctx context.Context, a Account, password string) (bool, error) {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	hash := a.Password
	if hash == "" || a.Disabled {
		hash = nobodysHash
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	return ok && hash == a.Password, err
}

// nobodysHash is the hash of a random text that nobody knows.
const nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$Jzk1JtqkOmIMBTgMmvVhtQ1UB5RUbnIQgdlUZ1yZOWM"

// Hash hashes a password for storing.
func Hash(password string) (string, error) { return argon2id.CreateHash(password, hashing) }

// confirm asks for the current password before something that decides who can
// sign in. Guesses are counted as those of sign-in are, on their own.
func (s *Service) confirm(ctx context.Context, who authz.Actor, field, password string) (a Account, err error) {
	ctx = db.WithoutRepeat(ctx)
	t := &Try{name: "confirm:" + who.ID.String(), origin: "own", account: who.ID, ip: who.Request.IP}
	err = s.DB.Bulk(ctx, who, ActSelf, func(tx *db.Tx) error {
		tx.Silent("a try is noted with its outcome")
		set, err := settings(ctx, tx)
		if err != nil {
			return err
		}
		if a, err = accountByID(ctx, tx, who.ID); err != nil {
			return err
		}
		return t.take(ctx, tx, set)
	})
	if err != nil {
		return a, err
	}
	right, err := s.matches(ctx, a, password)
	if err != nil {
		return a, err
	}
	err = s.DB.Bulk(ctx, who, ActSelf, func(tx *db.Tx) error {
		if !right {
			tx.Note(0, subject(who.ID), nil, map[string]any{"result": "current password wrong"})
			return nil
		}
		tx.Silent("what it is asked for leaves the entry")
		return t.succeed(ctx, tx)
	})
	if err == nil && !right {
		err = wrongPassword(field)
	}
	return a, err
}

// Count counts a try to sign in by other means than a password, inside another
// domain's transaction; it refuses while the name is locked there. The caller
// ends it with Enter, or leaves it counted as a failure.
func Count(ctx context.Context, tx *db.Tx, name string, account authz.AccountID, device string) (*Try, error) {
	set, err := settings(ctx, tx)
	if err != nil {
		return nil, err
	}
	origin, err := knownOrigin(ctx, tx, account, device, tx.Who.Request.IP)
	if err != nil {
		return nil, err
	}
	t := &Try{name: name, origin: origin, account: account, ip: tx.Who.Request.IP}
	return t, t.take(ctx, tx, set)
}

// Enter ends a try that was right: a session is opened.
func (t *Try) Enter(ctx context.Context, tx *db.Tx, account authz.AccountID, device string) (SignedIn, error) {
	if err := t.succeed(ctx, tx); err != nil {
		return SignedIn{}, err
	}
	return enter(ctx, tx, account, device, false)
}
