package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

func hashOf(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

// Open opens a session and returns the cookie's value. Outside of sign-in only
// the first start calls it (ACC-11).
func Open(ctx context.Context, tx *db.Tx, account authz.AccountID) (string, error) {
	return open(ctx, tx, account, false)
}

func open(ctx context.Context, tx *db.Tx, account authz.AccountID, vouched bool) (string, error) {
	set, err := settings(ctx, tx)
	if err != nil {
		return "", err
	}
	token := newToken()
	return token, db.Insert(ctx, tx.Global("sessions belong to accounts"), "session", Session{
		ID: db.NewID[Session](tx), TokenHash: hashOf(token), Account: account, CSRF: rand.Text(), CreatedAt: tx.Now, SeenAt: tx.Now,
		ExpiresAt: tx.Now.Add(time.Duration(set.AbsoluteMinutes) * time.Minute), IP: tx.Who.Request.IP, UserAgent: tx.Who.Request.UserAgent, Vouched: vouched,
	})
}

// Find returns who is signed in with a cookie's value, as the database says after
// the request has come, so that a revoked session or role ends everywhere at once.
func (s *Service) Find(ctx context.Context, token string, from authz.Request) (who authz.Actor, csrf string, err error) {
	f, err := s.lookUp(ctx, token)
	if err != nil {
		return who, "", err
	}
	rows, now, sys := f.rows, f.now, system(authz.Request{})
	if len(rows) == 0 || rows[0].over(now) {
		return who, "", errSessionEnded
	}
	r := rows[0]
	who = authz.Actor{ID: r.Account, Name: r.shown(), AgentNo: r.AgentNo, Request: from}
	if who.Grants, err = s.grants(ctx, sys, rows, f.grants); err != nil {
		return authz.Actor{}, "", err
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

// grants is what a session's account may do now.
func (s *Service) grants(ctx context.Context, sys authz.Actor, rows []sessionRow, ofRoles []authz.Grant) ([]authz.Grant, error) {
	r, needed := rows[0], slices.ContainsFunc(rows, func(r sessionRow) bool { return r.Needs > 0 })
	if r.Kind == Resident {
		home := authz.Grant{Actions: map[authz.Action]bool{}}
		for _, a := range s.OfResidents {
			home.Actions[a] = true
		}
		err := s.DB.Glance(ctx, sys, ActSignIn, func(tx *db.Tx) (err error) {
			home.Communities, err = s.Homes(ctx, tx, r.Account)
			return err
		})
		return []authz.Grant{{Actions: map[authz.Action]bool{ActResident: true}, Everywhere: true}, home}, err
	}
	own := authz.Grant{Actions: map[authz.Action]bool{ActSelf: true}, Everywhere: true}
	if r.MustChange || r.Factors == 0 && needed && !r.Vouched {
		return []authz.Grant{own}, nil // nothing but choosing a password or setting up the second factor
	}
	return append(ofRoles, own), nil
}

// SignOut ends the session of a cookie's value.
func (s *Service) SignOut(ctx context.Context, who authz.Actor, token string) error {
	return s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		tx.Note(0, subject(who.ID), nil, map[string]any{"result": "signed out"})
		return EndSession(ctx, tx, token)
	})
}
