package auth

import (
	"context"
	"errors"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Factor is the second factor of an account (ACC-06).
//
//	none ─begin→ begun ─first code→ confirmed ─remove, reset→ none
type Factor struct {
	Account   authz.AccountID `db:"id"`
	Secret    string          `db:"secret"` // sealed
	Confirmed clock.Instant   `db:"confirmed_at"`
	LastStep  int64           `db:"last_step"` // no code is taken twice
}

// FactorState is what its owner sees of it.
type FactorState struct {
	Enabled  bool          `json:"enabled"`
	Since    clock.Instant `json:"since,omitzero"`
	Recovery int           `json:"recoveryCodesLeft"`
	Needed   bool          `json:"needed" doc:"a role of the account asks for it, so it cannot be removed"`
}

func wrongPassword(field string) error {
	return errs.ErrFields.At(errs.Field{Name: field, Code: "password.wrong"})
}

func wrongCode() error {
	return errs.ErrFields.At(errs.Field{Name: "code", Code: "auth.code_wrong"})
}

// factorOf returns the second factor of an account, confirmed or just begun.
func factorOf(ctx context.Context, tx *db.Tx, account authz.AccountID) (Factor, error) {
	type row struct {
		Factor
		Confirmed *clock.Instant `db:"confirmed_at"`
	}
	r, err := db.One[row](ctx, tx.Global(whyGlobal), `SELECT id, secret, confirmed_at, last_step FROM second_factor WHERE id = $1`, account)
	if r.Confirmed != nil {
		r.Factor.Confirmed = *r.Confirmed
	}
	return r.Factor, err
}

// useFactor takes a code or recovery code if the account has a second factor.
func useFactor(ctx context.Context, tx *db.Tx, account authz.AccountID, code string) (outcome, error) {
	f, err := factorOf(ctx, tx, account)
	switch {
	case errors.Is(err, db.ErrNotFound) || err == nil && f.Confirmed == 0:
		return entered, nil
	case err != nil:
		return codeWrong, err
	case code == "":
		return codeNeeded, nil
	}
	ok, err := f.take(ctx, tx, code)
	if err == nil && !ok {
		var n int64
		n, err = tx.Global(whyGlobal).Exec(ctx, `UPDATE recovery_code SET used_at = $1 WHERE account_id = $2 AND code_hash = $3 AND used_at IS NULL`, tx.Now, account, hashOf(plainCode(code)))
		if ok = n == 1; ok {
			tx.Note(0, subject(account), nil, map[string]any{"secondFactor": "recovery code used"})
		}
	}
	if !ok {
		return codeWrong, err
	}
	return entered, err
}

// take uses up the step of a code; false when it is wrong or was used before.
func (f Factor) take(ctx context.Context, tx *db.Tx, code string) (bool, error) {
	secret, err := tx.Vault().Open(secretPlace(f.Account), f.Secret)
	if err != nil {
		return false, err
	}
	step := stepOf(secret, plainCode(code), tx.Now, f.LastStep)
	if step == 0 {
		return false, nil
	}
	n, err := tx.Global(whyGlobal).Exec(ctx, `UPDATE second_factor SET last_step = $1 WHERE id = $2 AND last_step < $1`, step, f.Account)
	return n == 1, err
}

// SecondFactor tells how the caller's own stands.
func (s *Service) SecondFactor(ctx context.Context, who authz.Actor) (out FactorState, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		f, err := factorOf(ctx, tx, who.ID)
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
		out = FactorState{Enabled: f.Confirmed > 0, Since: f.Confirmed}
		if out.Needed, err = needsFactor(ctx, tx, who.ID); err != nil {
			return err
		}
		out.Recovery, err = db.One[int](ctx, tx.Global("own account"), `SELECT COUNT(*) FROM recovery_code WHERE account_id = $1 AND used_at IS NULL`, who.ID)
		return err
	})
	return out, err
}

// BeginFactor makes a secret for the caller, to be confirmed with a first code.
func (s *Service) BeginFactor(ctx context.Context, who authz.Actor, password string) (secret string, a Account, err error) {
	if a, err = s.confirm(ctx, who, "password", password); err != nil {
		return "", a, err
	}
	secret = newSecret()
	err = s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		f, err := factorOf(ctx, tx, who.ID)
		if err == nil && f.Confirmed > 0 {
			return ErrHasFactor
		}
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
		tx.Note(0, subject(who.ID), nil, map[string]any{"secondFactor": "begun"})
		_, err = tx.Global("own account").Exec(ctx, `INSERT INTO second_factor (id, secret, last_step) VALUES ($1, $2, 0)
			ON CONFLICT (id) DO UPDATE SET secret = excluded.secret, last_step = 0`, who.ID, tx.Vault().Seal(secretPlace(who.ID), secret))
		return err
	})
	return secret, a, err
}

// ConfirmFactor turns the second factor on and returns the recovery codes,
// which are shown this once. Other sessions of the account end.
func (s *Service) ConfirmFactor(ctx context.Context, who authz.Actor, token, code string) (codes []string, err error) {
	err = s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		f, err := factorOf(ctx, tx, who.ID)
		if err != nil {
			return err
		}
		if f.Confirmed > 0 {
			return ErrHasFactor
		}
		ok, err := f.take(ctx, tx, code)
		if err != nil {
			return err
		}
		if !ok {
			return wrongCode()
		}
		if _, err := tx.Global("own account").Exec(ctx, `UPDATE second_factor SET confirmed_at = $1 WHERE id = $2`, tx.Now, who.ID); err != nil {
			return err
		}
		tx.Note(0, subject(who.ID), nil, map[string]any{"secondFactor": "on"})
		if codes, err = newCodes(ctx, tx, who.ID); err != nil {
			return err
		}
		return endSessions(ctx, tx, who.ID, token)
	})
	return codes, err
}

// RenewCodes makes new recovery codes; the old ones are worth nothing then.
func (s *Service) RenewCodes(ctx context.Context, who authz.Actor, password string) (codes []string, err error) {
	if _, err = s.confirm(ctx, who, "password", password); err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		f, err := factorOf(ctx, tx, who.ID)
		if err == nil && f.Confirmed == 0 {
			err = db.ErrNotFound
		}
		if err != nil {
			return err
		}
		tx.Note(0, subject(who.ID), nil, map[string]any{"secondFactor": "new recovery codes"})
		codes, err = newCodes(ctx, tx, who.ID)
		return err
	})
	return codes, err
}

// RemoveFactor turns the caller's own off, unless a role asks for it.
func (s *Service) RemoveFactor(ctx context.Context, who authz.Actor, password string) error {
	if _, err := s.confirm(ctx, who, "password", password); err != nil {
		return err
	}
	return s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		needed, err := needsFactor(ctx, tx, who.ID)
		if err != nil {
			return err
		}
		if needed {
			return ErrFactorNeeded
		}
		return clearFactor(ctx, tx, who.ID, "off")
	})
}

// ResetFactor takes somebody's second factor away inside another domain's
// transaction, for who has lost it, and ends their sessions.
func ResetFactor(ctx context.Context, tx *db.Tx, account authz.AccountID) error {
	if err := clearFactor(ctx, tx, account, "reset"); err != nil {
		return err
	}
	return endSessions(ctx, tx, account, "")
}

func clearFactor(ctx context.Context, tx *db.Tx, account authz.AccountID, how string) error {
	g := tx.Global(whyGlobal)
	tx.Note(0, subject(account), nil, map[string]any{"secondFactor": how})
	if _, err := g.Exec(ctx, `DELETE FROM recovery_code WHERE account_id = $1`, account); err != nil {
		return err
	}
	_, err := g.Exec(ctx, `DELETE FROM second_factor WHERE id = $1`, account)
	return err
}

func newCodes(ctx context.Context, tx *db.Tx, account authz.AccountID) ([]string, error) {
	g := tx.Global("own account")
	if _, err := g.Exec(ctx, `DELETE FROM recovery_code WHERE account_id = $1`, account); err != nil {
		return nil, err
	}
	codes := newRecoveryCodes()
	for _, c := range codes {
		if _, err := g.Exec(ctx, `INSERT INTO recovery_code (account_id, code_hash) VALUES ($1, $2)`, account, hashOf(plainCode(c))); err != nil {
			return nil, err
		}
	}
	return codes, nil
}
