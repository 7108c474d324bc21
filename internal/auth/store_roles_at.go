package auth

import (
	"context"
	"slices"

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

// MayAt reports whether a member of staff could do an action at a place if they
// signed in now: for what reaches them without their asking.
func MayAt(ctx context.Context, tx *db.Tx, account authz.AccountID, act authz.Action, place authz.CommunityID) (bool, error) {
	n, err := db.One[int](ctx, tx.Global(whyGlobal), `SELECT COUNT(*) FROM account a WHERE a.id = $1 AND a.kind = 'staff' AND NOT a.disabled AND (
		EXISTS (SELECT 1 FROM role_holder h JOIN role_action x ON x.role_id = h.role_id WHERE h.account_id = a.id AND x.action = $2 AND (h.community_id = $3 OR h.community_id IS NULL))
		OR EXISTS (SELECT 1 FROM scope_reach s JOIN role_action x ON x.role_id = s.role_id WHERE s.account_id = a.id AND x.action = $2 AND s.community_id = $3))`, account, string(act), place)
	return n > 0, err
}

// RoleName is a role as who sets limits by role sees it; what it allows is not said.
type RoleName struct {
	Code string `db:"code" json:"code"`
	Zh   string `db:"zh" json:"zh"`
	En   string `db:"en" json:"en"`
}

// RolesFor lists the roles that allow an action, and those that are named, in
// the company's order: who may set a limit reads names, also without the
// permission to see what roles allow.
func RolesFor(ctx context.Context, tx *db.Tx, act authz.Action, limits ...Limits) ([]RoleName, error) {
	all, err := db.All[RoleName](ctx, tx.Global(whyGlobal), `SELECT r.code, r.zh, r.en FROM role r ORDER BY r.id`)
	if err != nil {
		return nil, err
	}
	may, err := db.All[string](ctx, tx.Global(whyGlobal), `SELECT r.code FROM role r JOIN role_action x ON x.role_id = r.id WHERE x.action = $1`, string(act))
	for _, some := range limits {
		for _, l := range some {
			may = append(may, l.Role)
		}
	}
	out := []RoleName{}
	for _, r := range all {
		if slices.Contains(may, r.Code) {
			out = append(out, r)
		}
	}
	return out, err
}
