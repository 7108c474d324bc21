package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"time"

	"golang.org/x/oauth2"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

// Identity links an account with who its holder is to the provider of single sign-on.
type Identity struct {
	ID       id.Of[Identity] `db:"id"`
	Account  authz.AccountID `db:"account_id"`
	Issuer   string          `db:"issuer"`
	Subject  string          `db:"subject"`
	LinkedAt clock.Instant   `db:"linked_at"`
}

const journeyPlace = "auth.journey"

// depart begins a journey to the provider and returns where to go, and what
// the browser keeps meanwhile. link is the account to be linked, if any.
func (s *Service) depart(ctx context.Context, link authz.AccountID) (to, kept string, err error) {
	if s.SSO == nil {
		return "", "", ErrSSOOff
	}
	conf, _, err := s.SSO.known(ctx, s.now)
	if err != nil {
		return "", "", err
	}
	j := journey{State: newToken(), Nonce: newToken(), Verifier: oauth2.GenerateVerifier()}
	if link != 0 {
		j.Link = link.String()
	}
	if kept, err = s.pack(j); err != nil {
		return "", "", err
	}
	return conf.AuthCodeURL(j.State, oauth2.S256ChallengeOption(j.Verifier), oauth2.SetAuthURLParam("nonce", j.Nonce)), kept, nil
}

// BeginLink sends the caller to the provider to link their account.
func (s *Service) BeginLink(ctx context.Context, who authz.Actor, password string) (to, kept string, err error) {
	if s.SSO == nil {
		return "", "", ErrSSOOff
	}
	if _, err := s.confirm(ctx, who, "password", password); err != nil {
		return "", "", err
	}
	return s.depart(ctx, who.ID)
}

func (s *Service) now() time.Time { return s.DB.Now().Time() }

func (s *Service) pack(j journey) (string, error) {
	j.At = int64(s.DB.Now())
	raw, err := json.Marshal(j)
	return s.DB.Vault().Seal(journeyPlace, string(raw)), err
}

func (s *Service) unpack(kept string) (j journey, err error) {
	raw, err := s.DB.Vault().Open(journeyPlace, kept)
	if err == nil {
		err = json.Unmarshal([]byte(raw), &j)
	}
	if err != nil || s.DB.Now() > clock.Instant(j.At).Add(journeyLasts) {
		return j, ErrSSOFailed
	}
	return j, nil
}

// Return is what the provider sends a browser back with.
type Return struct {
	Code, State, Error string
	Kept               string // what depart gave the browser
	Device             string
}

// Arrived is where a journey ended: signed in, linked, or our code is missing.
type Arrived struct {
	In     SignedIn
	Linked bool
	Kept   string // asks for the code of the second factor
}

// arrive ends a journey to the provider.
func (s *Service) arrive(ctx context.Context, who authz.Actor, r Return) (out Arrived, err error) {
	if s.SSO == nil {
		return out, ErrSSOOff
	}
	j, err := s.unpack(r.Kept)
	if err != nil || j.State == "" || subtle.ConstantTimeCompare([]byte(j.State), []byte(r.State)) != 1 {
		return out, ErrSSOFailed
	}
	if r.Error != "" || r.Code == "" {
		return out, ErrSSORefused
	}
	c, err := s.SSO.exchange(ctx, s.now, r.Code, j)
	if err != nil {
		return out, err
	}
	if j.Link != "" {
		if who.ID.String() != j.Link || !who.Can(ActSelf) {
			return out, ErrSSOFailed
		}
		return Arrived{Linked: true}, s.link(ctx, who, c)
	}
	return s.admit(ctx, who.Request, c, r.Device)
}

// link binds the caller's account to what the provider vouches for.
func (s *Service) link(ctx context.Context, who authz.Actor, c claims) error {
	err := s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		tx.Note(0, subject(who.ID), nil, map[string]any{"singleSignOn": "linked"})
		return db.Insert(ctx, tx.Global("own account"), "identity", Identity{db.NewID[Identity](tx), who.ID, s.SSO.Issuer, c.Subject, tx.Now})
	})
	if db.Unique(err, "identity_subject", "identity.issuer, identity.subject") || db.Unique(err, "identity_account", "identity.account_id, identity.issuer") {
		return ErrSSOTaken
	}
	return err
}

// admit signs in who the provider vouches for, or asks for the second factor.
func (s *Service) admit(ctx context.Context, from authz.Request, c claims, device string) (out Arrived, err error) {
	sys := system(from)
	vouched := s.SSO.TrustMFA && c.strong()
	refused := error(nil)
	err = s.DB.Write(ctx, sys, ActSignIn, func(tx *db.Tx) error {
		refused = nil
		a, err := s.identified(ctx, tx, c)
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
		tx.Who.Name, tx.Who.ID = "?", a.ID
		if a.ID == 0 || a.Disabled {
			tx.Note(0, subject(a.ID), nil, map[string]any{"result": "failed", "by": "single sign-on"})
			refused = ErrSSOUnlinked
			return nil
		}
		has, err := HasFactor(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if has && !vouched {
			tx.Silent("the code of the second factor is still missing")
			out.Kept, err = s.pack(journey{Account: a.ID.String(), Subject: c.Subject})
			return err
		}
		tx.Who.Name = a.Name
		tx.Note(0, subject(a.ID), nil, map[string]any{"result": "signed in", "by": "single sign-on", "secondFactor": vouched})
		out.In, err = enter(ctx, tx, a.ID, device, vouched)
		return err
	})
	if err == nil {
		err = refused
	}
	return out, err
}

// identified finds whom a subject is linked with. Where the installation says
// so, an account with the same user name is linked at its first use.
func (s *Service) identified(ctx context.Context, tx *db.Tx, c claims) (Account, error) {
	g := tx.Global(whyGlobal)
	a, err := db.One[Account](ctx, g, `SELECT `+db.Columns[Account]("a")+` FROM account a JOIN identity i ON i.account_id = a.id WHERE i.issuer = $1 AND i.subject = $2 AND a.kind = 'staff'`, s.SSO.Issuer, c.Subject)
	if !errors.Is(err, db.ErrNotFound) || !s.SSO.Match || c.Username == "" {
		return a, err
	}
	a, err = db.One[Account](ctx, g, `SELECT `+db.Columns[Account]("a")+` FROM account a WHERE a.username = $1 AND a.kind = 'staff'
		AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.account_id = a.id AND i.issuer = $2)`, Normalise(c.Username), s.SSO.Issuer)
	if err != nil || a.Disabled {
		return a, err
	}
	tx.Note(0, subject(a.ID), nil, map[string]any{"singleSignOn": "linked by the same user name"})
	return a, db.Insert(ctx, g, "identity", Identity{db.NewID[Identity](tx), a.ID, s.SSO.Issuer, c.Subject, tx.Now})
}

// Finish ends a journey with the code of the second factor.
func (s *Service) Finish(ctx context.Context, from authz.Request, kept, code, device string) (in SignedIn, err error) {
	if s.SSO == nil {
		return in, ErrSSOOff
	}
	ctx = db.WithoutRepeat(ctx)
	j, err := s.unpack(kept)
	var account authz.AccountID
	if err != nil || j.Account == "" || account.UnmarshalText([]byte(j.Account)) != nil {
		return in, ErrSSOFailed
	}
	sys := system(from)
	t := &Try{name: "sso:" + j.Account, account: account, ip: from.IP}
	if err := s.DB.Bulk(ctx, sys, ActSignIn, func(tx *db.Tx) error {
		tx.Silent("a try is noted with its outcome")
		set, err := settings(ctx, tx)
		if err != nil {
			return err
		}
		if t.origin, err = knownOrigin(ctx, tx, account, device, from.IP); err != nil {
			return err
		}
		return t.take(ctx, tx, set)
	}); err != nil {
		return in, err
	}
	right := false
	err = s.DB.Write(ctx, sys, ActSignIn, func(tx *db.Tx) error {
		a, err := accountByID(ctx, tx, account)
		if err != nil {
			return err
		}
		got, err := useFactor(ctx, tx, account, code)
		if err != nil {
			return err
		}
		if right = got == entered && !a.Disabled; !right {
			tx.Note(0, subject(account), nil, map[string]any{"result": "code wrong", "by": "single sign-on"})
			return nil
		}
		tx.Who.Name, tx.Who.ID = a.Name, a.ID
		tx.Note(0, subject(account), nil, map[string]any{"result": "signed in", "by": "single sign-on"})
		if err := t.succeed(ctx, tx); err != nil {
			return err
		}
		in, err = enter(ctx, tx, account, device, false)
		return err
	})
	if err == nil && !right {
		err = wrongCode()
	}
	return in, err
}

// Linked tells since when the caller's account is linked; 0 when it is not.
func (s *Service) Linked(ctx context.Context, who authz.Actor) (since clock.Instant, err error) {
	if s.SSO == nil {
		return 0, ErrSSOOff
	}
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		all, err := db.All[clock.Instant](ctx, tx.Global("own account"), `SELECT linked_at FROM identity WHERE account_id = $1 AND issuer = $2`, who.ID, s.SSO.Issuer)
		if len(all) > 0 {
			since = all[0]
		}
		return err
	})
	return since, err
}

// Unlink ends the link of the caller's account.
func (s *Service) Unlink(ctx context.Context, who authz.Actor, password string) error {
	if s.SSO == nil {
		return ErrSSOOff
	}
	a, err := s.confirm(ctx, who, "password", password)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		tx.Note(0, subject(a.ID), nil, map[string]any{"singleSignOn": "unlinked"})
		n, err := tx.Global("own account").Exec(ctx, `DELETE FROM identity WHERE account_id = $1 AND issuer = $2`, who.ID, s.SSO.Issuer)
		if err == nil && n == 0 {
			err = db.ErrNotFound
		}
		return err
	})
}
