package resident

import (
	"context"

	"guanjia/internal/auth"
	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Shown is a code as the front desk shows it to who stands before it.
type Shown struct {
	Code   string        `json:"code" doc:"six digits, once"`
	Until  clock.Instant `json:"until"`
	Masked string        `json:"mobileMasked" doc:"the mobile it signs in with"`
}

// ShowCode makes a code for a mobile of a customer; the one before is worth
// nothing then. Who shows it has looked at the person.
func (s *Service) ShowCode(ctx context.Context, who authz.Actor, id customer.ID) (out Shown, err error) {
	err = s.DB.Write(ctx, who, ActCode, func(tx *db.Tx) error {
		c, err := customer.In(ctx, tx, id)
		if err != nil {
			return err
		}
		mobile, err := customer.PrimaryMobile(ctx, tx, id)
		if err == nil && mobile == "" {
			err = customer.ErrNoMobile
		}
		if err != nil {
			return err
		}
		tx.Note(c.Community, "customer:"+id.String(), nil, map[string]any{"signInCode": "shown"})
		out.Masked, out.Until = customer.Mask(mobile), tx.Now.Add(codeLasts)
		tx.Answer(Shown{Masked: out.Masked, Until: out.Until}) // the code is shown once and kept nowhere
		out.Code, err = makeCode(ctx, tx, mobile)
		return err
	})
	return out, err
}

func makeCode(ctx context.Context, tx *db.Tx, mobile string) (string, error) {
	g, code := tx.Global("a code belongs to a mobile"), newCode()
	in, args := marks(tx, mobile, nil)
	if _, err := g.Exec(ctx, `DELETE FROM resident_code WHERE mobile_index IN (`+in+`)`, args...); err != nil {
		return "", err
	}
	type row struct {
		ID    db.ID         `db:"id"`
		Index string        `db:"mobile_index"`
		Code  string        `db:"code_index"`
		Until clock.Instant `db:"expires_at"`
		Tries int           `db:"tries"`
	}
	return code, db.Insert(ctx, g, "resident_code", row{db.NewID[db.Entry](tx), tx.Vault().Index(mobileIndex, mobile), codeIndex(tx, mobile, code), tx.Now.Add(codeLasts), 0})
}

// codeIndex is what is kept of a code: six digits under a plain hash would be guessed at once.
func codeIndex(tx *db.Tx, mobile, code string) string {
	return tx.Vault().Index("resident.code", mobile+" "+code)
}

// AskCode sends a code to a mobile that somebody here has. The answer is the
// same whoever asks, and so is what it counts.
func (s *Service) AskCode(ctx context.Context, from authz.Request, text, device string) error {
	mobile, err := mobileOf(text)
	if err != nil {
		return err
	}
	sys := system(from)
	return s.DB.Bulk(db.WithoutRepeat(ctx), sys, ActSignIn, func(tx *db.Tx) error {
		tx.Silent("asking for a code changes nothing")
		if _, err := auth.Count(ctx, tx, tx.Vault().Index("resident.ask", mobile), 0, device); err != nil {
			return err
		}
		if s.Send == nil {
			return nil
		}
		code, err := makeCode(ctx, tx, mobile)
		if err != nil {
			return err
		}
		return s.Send(ctx, tx, mobile, code)
	})
}

func system(from authz.Request) authz.Actor {
	sys := authz.System("resident", ActSignIn)
	sys.Request = from
	return sys
}

// SignIn opens a session for who holds a mobile and its code. The account is
// made at the first time; it opens nothing before a room is bound.
func (s *Service) SignIn(ctx context.Context, from authz.Request, text, code, device string) (in auth.SignedIn, err error) {
	mobile, err := mobileOf(text)
	if err != nil {
		return in, err
	}
	right := false
	err = s.DB.Write(db.WithoutRepeat(ctx), system(from), ActSignIn, func(tx *db.Tx) error {
		known, err := auth.ByMobile(ctx, tx, auth.Resident, mobile)
		if err != nil {
			return err
		}
		var id authz.AccountID
		if len(known) > 0 {
			id = known[0].ID
		}
		try, err := auth.Count(ctx, tx, tx.Vault().Index("resident.sign_in", mobile), id, device)
		if err != nil {
			return err
		}
		if right, err = useCode(ctx, tx, mobile, code); err != nil || right && len(known) > 0 && known[0].Disabled {
			right = false
			return err
		}
		tx.Who.Name = string(auth.Resident)
		if !right {
			tx.Note(0, "account:"+id.String(), nil, map[string]any{"result": "failed"})
			return nil
		}
		a, err := account(ctx, tx, mobile)
		if err != nil {
			return err
		}
		tx.Who.ID = a.ID
		tx.Note(0, "account:"+a.ID.String(), nil, map[string]any{"result": "signed in", "by": "code"})
		in, err = try.Enter(ctx, tx, a.ID, device)
		return err
	})
	if err == nil && !right {
		err = ErrCode
	}
	return in, err
}

// useCode uses a code up; false when it is wrong, old, or was tried too often.
func useCode(ctx context.Context, tx *db.Tx, mobile, code string) (bool, error) {
	g := tx.Global("a code belongs to a mobile")
	in, args := marks(tx, mobile, []any{tx.Now, mostTries})
	all, err := db.All[string](ctx, g, `UPDATE resident_code SET tries = tries + 1 WHERE expires_at > $1 AND tries < $2 AND mobile_index IN (`+in+`) RETURNING code_index`, args...)
	if err != nil || len(all) == 0 {
		return false, err
	}
	for _, x := range tx.Vault().Indexes("resident.code", mobile+" "+code) {
		if x == all[0] {
			in, args = marks(tx, mobile, nil)
			_, err = g.Exec(ctx, `DELETE FROM resident_code WHERE mobile_index IN (`+in+`)`, args...)
			return err == nil, err
		}
	}
	return false, nil
}

// SignOut ends the session of a cookie's value.
func (s *Service) SignOut(ctx context.Context, who authz.Actor, token string) error {
	return s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		tx.Note(0, "account:"+who.ID.String(), nil, map[string]any{"result": "signed out"})
		return auth.EndSession(ctx, tx, token)
	})
}

// Me is a resident as they see themselves.
type Me struct {
	ID      authz.AccountID `json:"id"`
	Name    string          `json:"name" doc:"how they want to be called"`
	Masked  string          `json:"mobileMasked"`
	CSRF    string          `json:"csrf,omitempty" doc:"send it as X-CSRF-Token with every change"`
	Version int64           `json:"version"`
}

// ETag implements web.Versioned.
func (m Me) ETag() int64 { return m.Version }

func me(tx *db.Tx, a auth.Account) (Me, error) {
	n, err := auth.MobileOf(tx, a)
	return Me{ID: a.ID, Name: a.Name, Masked: customer.Mask(n), Version: a.Version}, err
}

// Me returns the caller's own account.
func (s *Service) Me(ctx context.Context, who authz.Actor) (out Me, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		a, err := auth.ByID(ctx, tx, who.ID)
		if err == nil {
			out, err = me(tx, a)
		}
		return err
	})
	return out, err
}

// Rename sets how the caller wants to be called.
func (s *Service) Rename(ctx context.Context, who authz.Actor, expect func(int64) error, name string) (out Me, err error) {
	if name, err = customer.ParseName(name); err != nil {
		return out, errs.ErrFields.At(errs.Field{Name: "name", Code: errs.Of(err).Code})
	}
	err = s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		a, err := auth.ByID(ctx, tx, who.ID)
		if err == nil {
			err = expect(a.Version)
		}
		if err != nil {
			return err
		}
		tx.Note(0, "account:"+who.ID.String(), nil, map[string]any{"name": "changed"})
		if a, err = auth.Rename(ctx, tx, a, name); err != nil {
			return err
		}
		out, err = me(tx, a)
		return err
	})
	return out, err
}
