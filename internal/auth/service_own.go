package auth

import (
	"context"
	"strings"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Devices lists the caller's open sessions (ACC-06).
func (s *Service) Devices(ctx context.Context, who authz.Actor) (out []Session, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		set, err := settings(ctx, tx)
		if err != nil {
			return err
		}
		out, err = db.All[Session](ctx, tx.Global("own sessions"), `SELECT `+db.Columns[Session]("")+` FROM session
			WHERE account_id = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC LIMIT 100`, who.ID, tx.Now, tx.Now.Add(-time.Duration(set.IdleMinutes)*time.Minute))
		return err
	})
	return out, err
}

// Revoke ends one of the caller's own sessions.
func (s *Service) Revoke(ctx context.Context, who authz.Actor, id SessionID) error {
	return s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		gone, err := db.All[SessionID](ctx, tx.Global("own session"), `DELETE FROM session WHERE id = $1 AND account_id = $2 RETURNING id`, id, who.ID)
		if err == nil && len(gone) == 0 {
			err = db.ErrNotFound
		}
		signedOut(tx, who.ID, gone)
		tx.Note(0, subject(who.ID), nil, map[string]any{"revoked": id})
		return err
	})
}

// RevokeOthers ends all of the caller's sessions but the one of the token.
func (s *Service) RevokeOthers(ctx context.Context, who authz.Actor, token string) error {
	return s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		tx.Note(0, subject(who.ID), nil, map[string]any{"revoked": "all others"})
		return endSessions(ctx, tx, who.ID, token)
	})
}

// EndSessions signs an account out everywhere, inside another domain's
// transaction; its devices are strangers again.
func EndSessions(ctx context.Context, tx *db.Tx, account authz.AccountID) error {
	tx.Note(0, subject(account), nil, map[string]any{"revoked": "all"})
	if _, err := tx.Global(whyGlobal).Exec(ctx, `DELETE FROM known_device WHERE account_id = $1`, account); err != nil {
		return err
	}
	return endSessions(ctx, tx, account, "")
}

// endSessions ends the sessions of an account but the one of the token.
func endSessions(ctx context.Context, tx *db.Tx, account authz.AccountID, token string) error {
	gone, err := db.All[SessionID](ctx, tx.Global(whyGlobal), `DELETE FROM session WHERE account_id = $1 AND token_hash <> $2 RETURNING id`, account, hashOf(token))
	signedOut(tx, account, gone)
	return err
}

// signedOut tells others which sessions somebody ended; what time ends is not told.
func signedOut(tx *db.Tx, account authz.AccountID, sessions []SessionID) {
	if len(sessions) > 0 {
		tx.Emit(SignedOut{account, sessions})
	}
}

// SessionOf names the caller's session by their cookie's value.
func SessionOf(ctx context.Context, tx *db.Tx, token string) (SessionID, error) {
	return db.One[SessionID](ctx, tx.Global("own session"), `SELECT id FROM session WHERE token_hash = $1 AND account_id = $2`, hashOf(token), tx.Who.ID)
}

// EndSession ends the session of a cookie's value inside another domain's transaction.
func EndSession(ctx context.Context, tx *db.Tx, token string) error {
	gone, err := db.All[SessionID](ctx, tx.Global("own session"), `DELETE FROM session WHERE token_hash = $1 AND account_id = $2 RETURNING id`, hashOf(token), tx.Who.ID)
	signedOut(tx, tx.Who.ID, gone)
	return err
}

// ChangePassword sets a new password of one's own and ends all other sessions.
func (s *Service) ChangePassword(ctx context.Context, who authz.Actor, token, current, next string) error {
	a, err := s.confirm(ctx, who, "current", current)
	if err != nil {
		return err
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
		tx.Note(0, subject(who.ID), nil, map[string]any{"password": "changed"})
		if _, err := tx.Global("own account").Exec(ctx, `UPDATE account SET password = $1, must_change = $2, version = version + 1 WHERE id = $3`, hash, false, who.ID); err != nil {
			return err
		}
		return endSessions(ctx, tx, who.ID, token)
	})
}

// Own returns the caller's own account, and whether they must set up a second factor first.
func (s *Service) Own(ctx context.Context, who authz.Actor) (a Account, enrol bool, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		if a, err = accountByID(ctx, tx, who.ID); err != nil {
			return err
		}
		needed, err := needsFactor(ctx, tx, who.ID)
		if err != nil || !needed {
			return err
		}
		has, err := HasFactor(ctx, tx, who.ID)
		enrol = !has && len(who.Actions()) == 1 // more are allowed where a provider vouched for it
		return err
	})
	return a, enrol, err
}
