package auth

import (
	"context"
	"errors"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Assign makes codes the roles that an account holds at a place. Nobody can
// give or take what they do not hold there themselves.
func Assign(ctx context.Context, tx *db.Tx, account authz.AccountID, at Place, codes []string) error {
	g := tx.Global(whyGlobal)
	before, err := db.All[string](ctx, g, `SELECT r.code FROM role_held h JOIN role r ON r.id = h.role_id WHERE h.account_id = $1
		AND COALESCE(h.community_id, 0) = $2 AND COALESCE(h.region_id, 0) = $3 ORDER BY r.code`, account, int64(at.Community), int64(at.Region))
	if err != nil {
		return err
	}
	after := slices.Compact(slices.Sorted(slices.Values(codes)))
	if slices.Equal(before, after) {
		return nil
	}
	differ := slices.DeleteFunc(append(slices.Clone(before), after...), func(c string) bool { return slices.Contains(before, c) && slices.Contains(after, c) })
	if err := mayGive(ctx, tx, at, differ); err != nil {
		return err
	}
	if err := mayAssign(ctx, tx, at); err != nil {
		return err
	}
	if err := hold(ctx, tx, account, at, after); err != nil {
		return err
	}
	if err := reach(ctx, tx, account); err != nil {
		return err
	}
	if at == (Place{}) && len(before) > 0 {
		if err := KeepsEditor(ctx, tx); err != nil {
			return err
		}
	}
	tx.Note(at.Community, subject(account), map[string]any{"roles": before, "region": at.Region}, map[string]any{"roles": after, "region": at.Region})
	return nil
}

// hold writes what is held at one place.
func hold(ctx context.Context, tx *db.Tx, account authz.AccountID, at Place, codes []string) error {
	g := tx.Global(whyGlobal)
	table, column, place := "role_holder", "community_id", int64(at.Community)
	if at.Region != 0 {
		table, column, place = "role_region", "region_id", int64(at.Region)
	}
	if _, err := g.Exec(ctx, `DELETE FROM `+table+` WHERE account_id = $1 AND COALESCE(`+column+`, 0) = $2`, account, place); err != nil {
		return err
	}
	for _, code := range codes {
		ids, err := db.All[RoleID](ctx, g, `SELECT id FROM role WHERE code = $1`, code)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return ErrRoleUnknown.At(errs.Field{Name: "roles", Code: "auth.role_unknown"})
		}
		var where any = place
		if place == 0 {
			where = nil
		}
		if _, err := g.Exec(ctx, `INSERT INTO `+table+` (id, account_id, role_id, `+column+`) VALUES ($1, $2, $3, $4)`, db.NewID[Role](tx), account, ids[0], where); err != nil {
			return err
		}
	}
	return nil
}

// AssignAll makes held everything that an account holds, wherever; places that
// are not named lose their roles.
func AssignAll(ctx context.Context, tx *db.Tx, account authz.AccountID, held []Held) error {
	before, err := HeldBy(ctx, tx, account)
	if err != nil {
		return err
	}
	places := []Place{}
	for _, h := range append(slices.Clone(held), before...) {
		if !slices.Contains(places, h.Place) {
			places = append(places, h.Place)
		}
	}
	for _, p := range places {
		codes := []string{}
		for _, h := range held {
			if h.Place == p {
				codes = append(codes, h.Role)
			}
		}
		if err := Assign(ctx, tx, account, p, codes); err != nil {
			return err
		}
	}
	return nil
}

// MayAssignAll reports, without changing anything, why the actor could not make
// held everything that an account holds; nil when they could.
func MayAssignAll(ctx context.Context, tx *db.Tx, account authz.AccountID, held []Held) error {
	before, err := HeldBy(ctx, tx, account)
	if err != nil {
		return err
	}
	for _, h := range append(slices.Clone(held), before...) {
		if slices.Contains(held, h) && slices.Contains(before, h) {
			continue
		}
		if err := mayGive(ctx, tx, h.Place, []string{h.Role}); err != nil {
			return err
		}
		if err := mayAssign(ctx, tx, h.Place); err != nil {
			return err
		}
	}
	return nil
}

// RolesExist refuses codes that no role has and places that are none.
func RolesExist(ctx context.Context, tx *db.Tx, held []Held) error {
	g := tx.Global(whyGlobal)
	codes, err := db.All[string](ctx, g, `SELECT code FROM role`)
	if err != nil {
		return err
	}
	for _, h := range held {
		if !slices.Contains(codes, h.Role) {
			return ErrRoleUnknown.At(errs.Field{Name: "roles", Code: "auth.role_unknown"})
		}
		n, err := db.One[int](ctx, g, `SELECT (SELECT COUNT(*) FROM region WHERE id = $1) + (SELECT COUNT(*) FROM community WHERE id = $2)`, int64(h.Region), int64(h.Community))
		if err != nil {
			return err
		}
		if (h.Region != 0 || h.Community != 0) && n != 1 {
			return ErrRegion.At(errs.Field{Name: "roles", Code: "org.region_unknown"})
		}
	}
	return nil
}

// mayAssign refuses who may not change roles at the place at all.
func mayAssign(ctx context.Context, tx *db.Tx, at Place) error {
	may, err := holds(ctx, tx, at, ActAssign)
	if err == nil && !may {
		err = ErrAssign
	}
	return err
}

// holds reports whether the actor may do an action at a place and, where it is
// a region or the company, at everything that will ever be below it.
func holds(ctx context.Context, tx *db.Tx, at Place, act authz.Action) (bool, error) {
	scope := tx.Who.Scope(act)
	switch {
	case tx.Who.Job != "" || scope.All:
		return true, nil
	case at.Region != 0:
		acts, err := regionActions(ctx, tx, at.Region)
		return slices.Contains(acts, act), err
	}
	return at.Community != 0 && scope.Sees(at.Community), nil
}

// Above refuses to touch the sign-in of an account that may do more than the
// actor: who can reset a password can sign in with it.
func Above(ctx context.Context, tx *db.Tx, account authz.AccountID) error {
	roles, err := HeldBy(ctx, tx, account)
	if err != nil {
		return err
	}
	for _, r := range roles {
		if err := mayGive(ctx, tx, r.Place, []string{r.Role}); errors.Is(err, ErrNotYourRole) {
			return ErrAbove
		} else if err != nil {
			return err
		}
	}
	return nil
}

// mayGive refuses roles whose permissions the actor neither holds at the place
// nor may give by another one: who dispatches gives the steps of the work, who
// may look at every number one by one gives the sight of all.
func mayGive(ctx context.Context, tx *db.Tx, at Place, codes []string) error {
	if tx.Who.Job != "" {
		return nil
	}
	for _, code := range codes {
		acts, err := db.All[authz.Action](ctx, tx.Global(whyGlobal), `SELECT a.action FROM role_action a JOIN role r ON r.id = a.role_id WHERE r.code = $1`, code)
		if err != nil {
			return err
		}
		for _, a := range acts {
			may, err := holds(ctx, tx, at, a)
			if by := givers()[a]; err == nil && !may && by != "" {
				may, err = holds(ctx, tx, at, by)
			}
			if err != nil {
				return err
			}
			if !may {
				return ErrNotYourRole.At(errs.Field{Name: "roles", Code: "auth.role_beyond"})
			}
		}
	}
	return nil
}
