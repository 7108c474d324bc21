package auth

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

const roleViews = `SELECT r.id, r.code, r.zh, r.en, r.needs_second_factor, r.version,
	(SELECT COUNT(DISTINCT h.account_id) FROM role_held h WHERE h.role_id = r.id) AS holders FROM role r `

func roleByID(ctx context.Context, tx *db.Tx, id RoleID) (r Role, err error) {
	g := tx.Global(whyGlobal)
	if r, err = db.One[Role](ctx, g, roleViews+`WHERE r.id = $1`, id); err != nil {
		return r, err
	}
	r.Actions, err = db.All[authz.Action](ctx, g, `SELECT action FROM role_action WHERE role_id = $1 ORDER BY action`, id)
	return r, err
}

func setActions(ctx context.Context, tx *db.Tx, id RoleID, actions []authz.Action) error {
	g := tx.Global(whyGlobal)
	if _, err := g.Exec(ctx, `DELETE FROM role_action WHERE role_id = $1`, id); err != nil {
		return err
	}
	for _, a := range actions {
		if _, err := g.Exec(ctx, `INSERT INTO role_action (role_id, action) VALUES ($1, $2)`, id, string(a)); err != nil {
			return err
		}
	}
	return nil
}

// HeldBy lists the roles that an account holds, and where.
func HeldBy(ctx context.Context, tx *db.Tx, account authz.AccountID) ([]Held, error) {
	return db.All[Held](ctx, tx.Global(whyGlobal), `SELECT r.code, h.community_id, h.region_id FROM role_held h JOIN role r ON r.id = h.role_id
		WHERE h.account_id = $1 ORDER BY h.community_id IS NULL DESC, h.region_id, h.community_id, r.code`, account)
}

// Holder is somebody who holds a role.
type Holder struct {
	ID   authz.AccountID `db:"id"`
	Name string          `db:"name"`
}

// HoldersAt lists who holds one of the roles at a place, there or above, and can sign in.
func HoldersAt(ctx context.Context, tx *db.Tx, place authz.CommunityID, roles []string) ([]Holder, error) {
	args, marks := []any{int64(place)}, make([]string, len(roles))
	for i, r := range roles {
		args, marks[i] = append(args, r), "$"+strconv.Itoa(i+2)
	}
	in := `r.code IN (` + strings.Join(marks, ", ") + `) AND NOT a.disabled`
	return db.AllKept[Holder](ctx, tx.Global(whyGlobal), "role_holder role account scope_reach", `SELECT a.id, a.name FROM role_holder h JOIN role r ON r.id = h.role_id JOIN account a ON a.id = h.account_id
		WHERE (h.community_id = $1 OR h.community_id IS NULL) AND `+in+`
		UNION SELECT a.id, a.name FROM scope_reach s JOIN role r ON r.id = s.role_id JOIN account a ON a.id = s.account_id WHERE s.community_id = $1 AND `+in+` ORDER BY 2, 1`, args...)
}

// RoleCodes lists the codes of all roles.
func RoleCodes(ctx context.Context, tx *db.Tx) ([]string, error) {
	return db.All[string](ctx, tx.Global(whyGlobal), `SELECT code FROM role ORDER BY code`)
}

// editors counts the accounts that can sign in and may edit roles for the whole company.
func editors(ctx context.Context, tx *db.Tx) (int, error) {
	return db.One[int](ctx, tx.Global(whyGlobal), `SELECT COUNT(DISTINCT a.id) FROM account a JOIN role_holder h ON h.account_id = a.id JOIN role_action ra ON ra.role_id = h.role_id
		WHERE h.community_id IS NULL AND ra.action = $1 AND NOT a.disabled AND substr(a.username, 1, 1) <> '#'`, string(ActRolesEdit))
}

const above = `WITH RECURSIVE above (id, parent_id) AS (
	SELECT id, parent_id FROM region WHERE id = $1 UNION SELECT r.id, r.parent_id FROM region r JOIN above a ON r.id = a.parent_id) `

// regionActions lists what the actor may do in a region as a whole, because
// they hold roles there or above.
func regionActions(ctx context.Context, tx *db.Tx, region authz.RegionID) ([]authz.Action, error) {
	return db.All[authz.Action](ctx, tx.Global(whyGlobal), above+`SELECT DISTINCT ra.action FROM role_region h JOIN above ON above.id = h.region_id
		JOIN role_action ra ON ra.role_id = h.role_id WHERE h.account_id = $2`, region, tx.Who.ID)
}

// Moved brings up to date what people reach who hold roles above either of two
// places: a community or a region went from one region to another, or came
// into being. It belongs into the transaction that moves.
func Moved(ctx context.Context, tx *db.Tx, from, to authz.RegionID) error {
	who := []authz.AccountID{}
	for _, region := range []authz.RegionID{from, to} {
		some, err := db.All[authz.AccountID](ctx, tx.Global(whyGlobal), above+`SELECT DISTINCT h.account_id FROM role_region h JOIN above ON above.id = h.region_id`, int64(region))
		if err != nil {
			return err
		}
		who = append(who, some...)
	}
	slices.Sort(who)
	for _, a := range slices.Compact(who) {
		if err := reach(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
}

// reach writes down all communities that an account reaches with each role.
func reach(ctx context.Context, tx *db.Tx, account authz.AccountID) error {
	g := tx.Global(whyGlobal)
	if _, err := g.Exec(ctx, `DELETE FROM scope_reach WHERE account_id = $1`, account); err != nil {
		return err
	}
	if _, err := g.Exec(ctx, `WITH RECURSIVE below (top, id) AS (
			SELECT region_id, region_id FROM role_region WHERE account_id = $1 UNION SELECT b.top, r.id FROM region r JOIN below b ON r.parent_id = b.id)
		INSERT INTO scope_reach (account_id, role_id, community_id)
		SELECT account_id, role_id, community_id FROM role_holder WHERE account_id = $1 AND community_id IS NOT NULL
		UNION SELECT h.account_id, h.role_id, c.id FROM role_region h JOIN below b ON b.top = h.region_id JOIN community c ON c.region_id = b.id WHERE h.account_id = $1`, account); err != nil {
		return err
	}
	_, err := g.Exec(ctx, `UPDATE account SET reach = reach + 1 WHERE id = $1`, account)
	return err
}

// regionRow is a role held at regions, with one of the communities below.
type regionRow struct {
	Role      RoleID            `db:"role_id"`
	Version   int64             `db:"version"`
	Community authz.CommunityID `db:"community_id"`
}

// regionRows is what an account reaches through regions.
func regionRows(ctx context.Context, tx *db.Tx, account authz.AccountID) ([]regionRow, error) {
	return db.All[regionRow](ctx, tx.Global("who is asking decides the scope"), `SELECT h.role_id, r.version, sr.community_id
		FROM (SELECT DISTINCT role_id FROM role_region WHERE account_id = $1) h JOIN role r ON r.id = h.role_id
		JOIN scope_reach sr ON sr.account_id = $1 AND sr.role_id = h.role_id ORDER BY h.role_id, sr.community_id`, account)
}

// roleCache keeps what each version of a role allows, and what each version of
// an account's reach is. Versions are read at every request.
type roleCache struct {
	mu      sync.RWMutex
	all     map[roleVersion]map[authz.Action]bool
	regions map[reachVersion][]authz.Grant
}

type roleVersion struct {
	role    RoleID
	version int64
}

type reachVersion struct {
	account authz.AccountID
	reach   int64
}

const mostKept = 500

// grants makes one grant per role, everywhere when held at the company, and
// one for each role held at regions.
func (c *roleCache) grants(ctx context.Context, tx *db.Tx, rows []sessionRow) (out []authz.Grant, err error) {
	for i, r := range rows {
		if r.RoleVersion == nil {
			continue
		}
		if i == 0 || rows[i-1].Role != r.Role {
			acts, err := c.allowed(ctx, tx, roleVersion{r.Role, *r.RoleVersion})
			if err != nil {
				return nil, err
			}
			out = append(out, authz.Grant{Actions: acts})
		}
		g := &out[len(out)-1]
		if r.Community == 0 {
			g.Everywhere = true
		} else {
			g.Communities = append(g.Communities, r.Community)
		}
	}
	if len(rows) == 0 || rows[0].Reach == 0 {
		return out, nil
	}
	below, err := c.below(ctx, tx, reachVersion{rows[0].Account, rows[0].Reach})
	return append(out, below...), err
}

// below returns the grants of roles held at regions.
func (c *roleCache) below(ctx context.Context, tx *db.Tx, key reachVersion) (out []authz.Grant, err error) {
	c.mu.RLock()
	out, known := c.regions[key]
	c.mu.RUnlock()
	if known {
		return out, nil
	}
	rows, err := regionRows(ctx, tx, key.account)
	if err != nil {
		return nil, err
	}
	for i, r := range rows {
		if i == 0 || rows[i-1].Role != r.Role {
			acts, err := c.allowed(ctx, tx, roleVersion{r.Role, r.Version})
			if err != nil {
				return nil, err
			}
			out = append(out, authz.Grant{Actions: acts})
		}
		g := &out[len(out)-1]
		g.Communities = append(g.Communities, r.Community)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.regions == nil || len(c.regions) > mostKept {
		c.regions = map[reachVersion][]authz.Grant{}
	}
	c.regions[key] = out
	return out, nil
}

// allowed returns what a version of a role allows.
func (c *roleCache) allowed(ctx context.Context, tx *db.Tx, key roleVersion) (map[authz.Action]bool, error) {
	c.mu.RLock()
	set, known := c.all[key]
	c.mu.RUnlock()
	if known {
		return set, nil
	}
	acts, err := db.All[authz.Action](ctx, tx.Global(whyGlobal), `SELECT action FROM role_action WHERE role_id = $1`, key.role)
	if err != nil {
		return nil, err
	}
	set = make(map[authz.Action]bool, len(acts))
	for _, a := range acts {
		set[a] = true
	}
	c.mu.Lock()
	if c.all == nil || len(c.all) > mostKept {
		c.all = map[roleVersion]map[authz.Action]bool{}
	}
	c.all[key] = set
	c.mu.Unlock()
	return set, nil
}
