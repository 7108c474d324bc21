package resident

import (
	"context"

	"guanjia/internal/auth"
	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "resident_binding", Column: "customer_id"}}

// ErasureGuard ends what ties somebody erased to rooms, takes back invitations
// to their numbers, and erases their account unless it lives on elsewhere.
var ErasureGuard = customer.Guard{Erase: erase}

func erase(ctx context.Context, tx *db.Tx, c customer.Customer, numbers []string) error {
	g := tx.Global("the erasure was asked for within the scope of who asked")
	accounts, err := db.All[authz.AccountID](ctx, g, `SELECT DISTINCT account_id FROM resident_binding WHERE community_id = $1 AND customer_id = $2`, c.Community, c.ID)
	if err != nil {
		return err
	}
	if _, err := g.Exec(ctx, `UPDATE resident_binding SET ended_at = $1, ended_why = 'relation', version = version + 1 WHERE community_id = $2 AND customer_id = $3 AND ended_at IS NULL`, tx.Now, c.Community, c.ID); err != nil {
		return err
	}
	for _, n := range numbers {
		for _, x := range tx.Vault().Indexes(mobileIndex, n) {
			if _, err := g.Exec(ctx, `DELETE FROM resident_invitation WHERE community_id = $1 AND mobile_index = $2`, c.Community, x); err != nil {
				return err
			}
		}
		found, err := auth.ByMobile(ctx, tx, auth.Resident, n)
		if err != nil {
			return err
		}
		for _, a := range found {
			accounts = append(accounts, a.ID)
		}
	}
	for _, id := range accounts {
		if _, err := g.Exec(ctx, `UPDATE resident_claim SET name_sealed = '' WHERE community_id = $1 AND account_id = $2`, c.Community, id); err != nil {
			return err
		}
		elsewhere, err := db.One[int](ctx, g, `SELECT COUNT(*) FROM resident_binding WHERE account_id = $1 AND ended_at IS NULL`, id)
		if err != nil {
			return err
		}
		if elsewhere > 0 {
			continue
		}
		if err := auth.EraseResident(ctx, tx, id, customer.ErasedName); err != nil {
			return err
		}
	}
	return nil
}
