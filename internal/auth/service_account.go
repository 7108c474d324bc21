package auth

import (
	"context"
	"crypto/rand"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Create adds an account inside another domain's transaction. An empty
// username makes one that cannot sign in. It returns a one-time password when
// none is given.
func Create(ctx context.Context, tx *db.Tx, a Account, password string) (oneTime string, err error) {
	a.Username, a.Version = Normalise(a.Username), 1
	if a.Username == "" {
		a.Username = "#" + a.ID.String() // unique, and no user name can begin so
	} else {
		if password == "" {
			oneTime = OneTimePassword()
			password, a.MustChange = oneTime, true
		}
		if a.Password, err = Hash(password); err != nil {
			return "", err
		}
	}
	if a.Kind == "" {
		a.Kind = Staff
	}
	if err := a.seal(ctx, tx); err != nil {
		return "", err
	}
	return oneTime, taken(db.Insert(ctx, tx.Global(whyGlobal), "account", a))
}

func taken(err error) error {
	switch {
	case db.Unique(err, "account_username", "account.username"):
		return ErrNameTaken.At(errs.Field{Name: "username", Code: "auth.username_taken"})
	case db.Unique(err, "account_mobile_index", "account.kind, account.mobile_index"):
		return ErrMobileTaken.At(errs.Field{Name: "mobile", Code: "auth.mobile_taken"})
	}
	return err
}

// OneTimePassword is shown once and must be changed at the first sign-in.
func OneTimePassword() string {
	t := strings.ToLower(rand.Text())
	return t[:4] + "-" + t[4:8] + "-" + t[8:12]
}

// Update changes what staff data says about an account.
func Update(ctx context.Context, tx *db.Tx, a Account) error {
	a.Kind = Staff
	if err := a.seal(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Global(whyGlobal).Exec(ctx, `UPDATE account SET name = $1, agent_no = $2, mobile = '', mobile_sealed = $3, mobile_index = $4, disabled = $5, version = version + 1 WHERE id = $6`,
		a.Name, a.AgentNo, a.Sealed, a.Index, a.Disabled, a.ID)
	if err == nil && a.Disabled {
		err = endSessions(ctx, tx, a.ID, "")
	}
	return taken(err)
}

// ResetPassword gives an account a one-time password and ends its sessions.
func ResetPassword(ctx context.Context, tx *db.Tx, id authz.AccountID) (string, error) {
	oneTime := OneTimePassword()
	hash, err := Hash(oneTime)
	if err != nil {
		return "", err
	}
	g := tx.Global(whyGlobal)
	if _, err := g.Exec(ctx, `UPDATE account SET password = $1, must_change = $2, version = version + 1 WHERE id = $3`, hash, true, id); err != nil {
		return "", err
	}
	tx.Note(0, subject(id), nil, map[string]any{"password": "reset"})
	return oneTime, endSessions(ctx, tx, id, "")
}

// List lists all accounts, for the command line.
func List(ctx context.Context, tx *db.Tx) ([]Account, error) {
	return db.All[Account](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Account]("")+` FROM account ORDER BY id`)
}

// ByName finds an account by user name or mobile, for the command line.
func ByName(ctx context.Context, tx *db.Tx, name string) (Account, error) {
	return accountByName(ctx, tx, Normalise(name))
}

// Rename changes how an account is called, of a version that was seen.
func Rename(ctx context.Context, tx *db.Tx, a Account, name string) (Account, error) {
	a.Name = name
	return a, db.Save(ctx, tx.Global(whyGlobal), "account", &a)
}

// ByID returns an account inside another domain's transaction.
func ByID(ctx context.Context, tx *db.Tx, id authz.AccountID) (Account, error) {
	return accountByID(ctx, tx, id)
}
