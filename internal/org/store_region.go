package org

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

const whyRegions = "regions belong to the company"

func company(ctx context.Context, tx *db.Tx) (Company, error) {
	return db.One[Company](ctx, tx.Global("the company itself"), `SELECT `+db.Columns[Company]("")+` FROM company ORDER BY id LIMIT 1`)
}

// regions lists all of them, parents before their children.
func regions(ctx context.Context, tx *db.Tx) ([]Region, error) {
	all, err := db.All[Region](ctx, tx.Global(whyRegions), `SELECT `+db.Columns[Region]("")+` FROM region ORDER BY id LIMIT 5000`)
	children := map[authz.RegionID][]Region{}
	for _, r := range all {
		children[r.Parent] = append(children[r.Parent], r)
	}
	out := make([]Region, 0, len(all))
	for queue := []authz.RegionID{0}; len(queue) > 0; queue = queue[1:] {
		for _, r := range children[queue[0]] {
			out, queue = append(out, r), append(queue, r.ID)
		}
	}
	return out, err
}

func parents(all []Region) map[authz.RegionID]authz.RegionID {
	out := make(map[authz.RegionID]authz.RegionID, len(all))
	for _, r := range all {
		out[r.ID] = r.Parent
	}
	return out
}

func leaves(ctx context.Context, tx *db.Tx) ([]Leaf, error) {
	return db.All[Leaf](ctx, tx, `SELECT c.id, c.region_id, c.name, c.version,
		(SELECT COUNT(*) FROM department d WHERE d.community_id = c.id) AS departments,
		(SELECT COUNT(*) FROM staff m WHERE m.community_id = c.id AND m.state = 'active') AS staff,
		(SELECT COUNT(*) FROM room r WHERE r.community_id = c.id) AS rooms
		FROM `+communities+` WHERE {scope:c} ORDER BY c.id LIMIT 5000`)
}

func departments(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Department, error) {
	if community == 0 {
		return db.All[Department](ctx, tx.Global("departments of the company are nobody's community"), departmentViews+`WHERE d.community_id IS NULL ORDER BY d.id`)
	}
	return db.All[Department](ctx, tx, departmentViews+`WHERE d.community_id = $1 AND {scope:d} ORDER BY d.id`, community)
}

const departmentViews = `SELECT d.id, d.community_id, d.kind, d.name, d.version, (SELECT COUNT(*) FROM staff m WHERE m.department_id = d.id) AS staff FROM department d `

// department returns one that the actor may edit: of a community in scope, or
// of the company for who holds the permission there.
func department(ctx context.Context, tx *db.Tx, id DepartmentID) (Department, error) {
	d, err := db.One[Department](ctx, tx.Global("whose department it is decides"), departmentViews+`WHERE d.id = $1`, id)
	if err != nil {
		return d, err
	}
	if d.Community == 0 && !tx.Who.Scope(tx.Act).All {
		return d, db.ErrNotFound
	}
	if d.Community != 0 {
		err = tx.In(ctx, d.Community)
	}
	return d, err
}
