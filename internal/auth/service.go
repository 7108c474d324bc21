package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/alexedwards/argon2id"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

func hashOf(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

// SignIn checks name (user name or mobile) and password and opens a session.
// It returns the cookie's value. Unknown names cost the same time as known ones.
func (s *Service) SignIn(ctx context.Context, from authz.Request, name, password string) (token string, err error) {
	sys := authz.System("auth", ActSignIn)
	sys.Request = from
	name = Normalise(name)
	var a Account
	var failed int64
	err = s.DB.Read(ctx, sys, ActSignIn, func(tx *db.Tx) error {
		if a, err = accountByName(ctx, tx, name); err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
		failed, err = failures(ctx, tx, hashOf(name), from.IP, tx.Now.Add(-failureWindow))
		return err
	})
	if err != nil {
		return "", err
	}
	if failed >= mostFailures {
		return "", ErrThrottled
	}
	right, err := s.matches(ctx, a, password)
	if err != nil {
		return "", err
	}
	if !right {
		sys.Name = "?"
		err = s.DB.Write(ctx, sys, ActSignIn, func(tx *db.Tx) error {
			tx.Note(0, subject(a.ID), nil, map[string]any{"result": "failed"})
			return addFailure(ctx, tx, hashOf(name), from.IP)
		})
		if err == nil {
			err = ErrFailed
		}
		return "", err
	}
	sys.Name, sys.ID = a.Name, a.ID
	err = s.DB.Write(ctx, sys, ActSignIn, func(tx *db.Tx) error {
		tx.Note(0, subject(a.ID), nil, map[string]any{"result": "signed in"})
		token, err = Open(ctx, tx, a.ID)
		return err
	})
	return token, err
}

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
	if len(password) > 200 {
		password = password[:200]
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	return ok && hash == a.Password, err
}

// nobodysHash is the hash of a random text that nobody knows.
const nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$Jzk1JtqkOmIMBTgMmvVhtQ1UB5RUbnIQgdlUZ1yZOWM"

// Hash hashes a password for storing.
func Hash(password string) (string, error) { return argon2id.CreateHash(password, hashing) }

// Open opens a session and returns the cookie's value. Outside of sign-in only
// the first start calls it (ACC-11).
func Open(ctx context.Context, tx *db.Tx, account authz.AccountID) (string, error) {
	token := rand.Text() + rand.Text()
	return token, db.Insert(ctx, tx.Global("sessions belong to accounts"), "session", Session{
		ID: db.NewID[Session](tx), TokenHash: hashOf(token), Account: account, CSRF: rand.Text(),
		CreatedAt: tx.Now, SeenAt: tx.Now, ExpiresAt: tx.Now.Add(AbsoluteTimeout), IP: tx.Who.Request.IP, UserAgent: tx.Who.Request.UserAgent,
	})
}

// Find returns who is signed in with a cookie's value. It reads the database at
// every request, so that a revoked session or role ends everywhere at once.
func (s *Service) Find(ctx context.Context, token string, from authz.Request) (who authz.Actor, csrf string, err error) {
	var rows []sessionRow
	sys := authz.System("auth", ActSignIn)
	var now clock.Instant
	var grants []authz.Grant
	err = s.DB.Glance(ctx, sys, ActSignIn, func(tx *db.Tx) error {
		now = tx.Now
		if rows, err = sessionRows(ctx, tx, hashOf(token)); err != nil {
			return err
		}
		grants, err = s.roles.grants(ctx, tx, rows)
		return err
	})
	if err != nil {
		return who, "", err
	}
	if len(rows) == 0 || rows[0].Disabled || now > rows[0].ExpiresAt || now > rows[0].SeenAt.Add(IdleTimeout) {
		return who, "", errSessionEnded
	}
	r := rows[0]
	who = authz.Actor{ID: r.Account, Name: r.Name, AgentNo: r.AgentNo, Request: from}
	who.Grants = append(grants, authz.Grant{Actions: map[authz.Action]bool{ActSelf: true}, Everywhere: true})
	if r.MustChange {
		who.Grants = who.Grants[len(who.Grants)-1:] // nothing but choosing a password
	}
	if now > r.SeenAt.Add(seenEvery) {
		// While nothing can be written, reading goes on: an idle session ends a little early, no more.
		if e := s.DB.Write(ctx, sys, ActSignIn, func(tx *db.Tx) error {
			tx.Silent("a session's last use is no news")
			return touch(ctx, tx, r.Session)
		}); e != nil && errs.Of(e).Kind != errs.Unavailable {
			err = e
		}
	}
	return who, r.CSRF, err
}

// SignOut ends the session of a cookie's value.
func (s *Service) SignOut(ctx context.Context, who authz.Actor, token string) error {
	return s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		tx.Note(0, subject(who.ID), nil, map[string]any{"result": "signed out"})
		_, err := tx.Global("own session").Exec(ctx, `DELETE FROM session WHERE token_hash = $1 AND account_id = $2`, hashOf(token), who.ID)
		return err
	})
}

// Devices lists the caller's open sessions (ACC-06).
func (s *Service) Devices(ctx context.Context, who authz.Actor) (out []Session, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		out, err = db.All[Session](ctx, tx.Global("own sessions"), `SELECT `+db.Columns[Session]("")+` FROM session
			WHERE account_id = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC LIMIT 100`, who.ID, tx.Now, tx.Now.Add(-IdleTimeout))
		return err
	})
	return out, err
}

// Revoke ends one of the caller's own sessions.
func (s *Service) Revoke(ctx context.Context, who authz.Actor, id SessionID) error {
	return s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		n, err := tx.Global("own session").Exec(ctx, `DELETE FROM session WHERE id = $1 AND account_id = $2`, id, who.ID)
		if err == nil && n == 0 {
			err = db.ErrNotFound
		}
		tx.Note(0, subject(who.ID), nil, map[string]any{"revoked": id})
		return err
	})
}

// ChangePassword sets a new password of one's own and ends all other sessions.
func (s *Service) ChangePassword(ctx context.Context, who authz.Actor, token, current, next string) error {
	var a Account
	err := s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) (err error) {
		a, err = accountByID(ctx, tx, who.ID)
		return err
	})
	if err != nil {
		return err
	}
	if right, err := s.matches(ctx, a, current); err != nil || !right {
		return errors.Join(err, errs.ErrFields.At(errs.Field{Name: "current", Code: "password.wrong"}))
	}
	if err := checkNew("next", next, a.Username); err != nil {
		return err
	}
	if strings.TrimSpace(current) == strings.TrimSpace(next) {
		return errs.ErrFields.At(errs.Field{Name: "next", Code: "password.same"})
	}
	hash, err := Hash(next)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		g := tx.Global("own account")
		tx.Note(0, subject(who.ID), nil, map[string]any{"password": "changed"})
		if _, err := g.Exec(ctx, `UPDATE account SET password = $1, must_change = $2, version = version + 1 WHERE id = $3`, hash, false, who.ID); err != nil {
			return err
		}
		_, err := g.Exec(ctx, `DELETE FROM session WHERE account_id = $1 AND token_hash <> $2`, who.ID, hashOf(token))
		return err
	})
}

// Own returns the caller's own account.
func (s *Service) Own(ctx context.Context, who authz.Actor) (a Account, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		a, err = accountByID(ctx, tx, who.ID)
		return err
	})
	return a, err
}
