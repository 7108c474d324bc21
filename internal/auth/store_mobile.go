package auth

import (
	"context"
	"strconv"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/reseal"
)

// Sealed are the columns of this package that hold personal data or secrets (CUS-04).
var Sealed = []reseal.Column{
	{Table: "account", Name: "mobile", Sealed: "mobile_sealed", Clear: "mobile", By: []reseal.Index{{Column: "mobile_index", Kind: mobileIndex}}},
	{Table: "second_factor", Name: "secret", Sealed: "secret"},
}

// mobileIndex is what mobiles of accounts are looked for by.
const mobileIndex = "account.mobile"

func mobilePlace(id authz.AccountID) string { return Sealed[0].Place(db.ID(id)) }
func secretPlace(id authz.AccountID) string { return Sealed[1].Place(db.ID(id)) }

// seal puts a's mobile into the form it is kept in. The unique index holds
// under one key; during a rotation the others are looked at too.
func (a *Account) seal(ctx context.Context, tx *db.Tx) error {
	v := tx.Vault()
	a.Sealed, a.Index, a.Clear = v.Seal(mobilePlace(a.ID), a.Mobile), v.Index(mobileIndex, a.Mobile), ""
	if a.Mobile == "" {
		return nil
	}
	other, err := ByMobile(ctx, tx, a.Kind, a.Mobile)
	if err == nil && len(other) > 0 && other[0].ID != a.ID {
		err = ErrMobileTaken.At(errs.Field{Name: "mobile", Code: "auth.mobile_taken"})
	}
	return err
}

// ByMobile finds the account of a kind that has this mobile: one or none.
func ByMobile(ctx context.Context, tx *db.Tx, kind Kind, mobile string) ([]Account, error) {
	if mobile == "" {
		return nil, nil
	}
	q, args := `SELECT `+db.Columns[Account]("")+` FROM account WHERE kind = $1 AND (1 = 0`, []any{string(kind)}
	for i, index := range tx.Vault().Indexes(mobileIndex, mobile) {
		q += ` OR mobile_index = $` + strconv.Itoa(i+2)
		args = append(args, index)
	}
	return db.All[Account](ctx, tx.Global(whyGlobal), q+`)`, args...)
}

// MobileOf returns an account's mobile in clear.
func MobileOf(tx *db.Tx, a Account) (string, error) {
	return tx.Vault().Open(mobilePlace(a.ID), a.Sealed)
}

// EraseResident takes name and number from a resident's account and closes it.
func EraseResident(ctx context.Context, tx *db.Tx, id authz.AccountID, name string) error {
	g := tx.Global(whyGlobal)
	if _, err := g.Exec(ctx, `DELETE FROM session WHERE account_id IN (SELECT id FROM account WHERE id = $1 AND kind = $2)`, id, string(Resident)); err != nil {
		return err
	}
	_, err := g.Exec(ctx, `UPDATE account SET name = $1, mobile = '', mobile_sealed = '', mobile_index = '', disabled = $2, version = version + 1 WHERE id = $3 AND kind = $4`,
		name, true, id, string(Resident))
	return err
}
