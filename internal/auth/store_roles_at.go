package auth

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// RolesAt lists the codes of the roles that an account holds at a place, there
// or above; at the company (zero) only those held there.
func RolesAt(ctx context.Context, tx *db.Tx, account authz.AccountID, place authz.CommunityID) ([]string, error) {
	return db.All[string](ctx, tx.Global(whyGlobal), `SELECT r.code FROM role_holder h JOIN role r ON r.id = h.role_id WHERE h.account_id = $1 AND (h.community_id = $2 OR h.community_id IS NULL)
		UNION SELECT r.code FROM scope_reach s JOIN role r ON r.id = s.role_id WHERE s.account_id = $1 AND s.community_id = $2 ORDER BY 1`, account, int64(place))
}

// RolesAnywhere lists the codes of the roles that an account holds at any place.
func RolesAnywhere(ctx context.Context, tx *db.Tx, account authz.AccountID) ([]string, error) {
	return db.All[string](ctx, tx.Global(whyGlobal), `SELECT DISTINCT r.code FROM role_held h JOIN role r ON r.id = h.role_id WHERE h.account_id = $1 ORDER BY r.code`, account)
}
