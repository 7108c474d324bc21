package staff

import (
	"context"
	"slices"
	"strings"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

func areasOf(ctx context.Context, tx *db.Tx, community authz.CommunityID) (map[ID][]BuildingID, error) {
	type row struct {
		Staff    ID         `db:"staff_id"`
		Building BuildingID `db:"building_id"`
	}
	rows, err := db.AllKept[row](ctx, tx, "staff_area", `SELECT staff_id, building_id FROM staff_area WHERE community_id = $1 AND {scope} ORDER BY building_id`, community)
	out := map[ID][]BuildingID{}
	for _, r := range rows {
		out[r.Staff] = append(out[r.Staff], r.Building)
	}
	return out, err
}

const views = `SELECT m.id, m.community_id, m.agent_no, m.name, m.mobile, m.mobile_sealed, m.mobile_index, m.mobile_last4, m.department_id, m.position, m.skills, m.level, m.mentor_id, m.state, m.on_duty, m.left_reason, m.version,
	CASE WHEN substr(a.username, 1, 1) = '#' THEN '' ELSE a.username END AS username, COALESCE(d.name, '') AS dept_name, COALESCE((SELECT g.name FROM staff g WHERE g.id = m.mentor_id), '') AS mentor_name,
	EXISTS (SELECT 1 FROM second_factor f WHERE f.id = m.id AND f.confirmed_at IS NOT NULL) AS second_factor,
	(SELECT COUNT(*) FROM ticket t WHERE t.assignee_id = m.id AND t.resolved_at IS NULL AND t.ended_at IS NULL) AS open_tickets
	FROM staff m JOIN account a ON a.id = m.id LEFT JOIN department d ON d.id = m.department_id `

// filter narrows the list of staff.
type filter struct {
	community authz.CommunityID
	q, state  string
	after     string // agent number
	limit     int
}

func list(ctx context.Context, tx *db.Tx, f filter) ([]View, error) {
	like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(strings.TrimSpace(f.q))) + "%"
	number, args := byNumber(tx, f.q, []any{f.community, f.state, f.after, like, f.limit})
	out, err := db.All[View](ctx, tx, views+`
		WHERE m.community_id = $1 AND (m.state = $2 OR $2 = '') AND m.agent_no > $3 AND {scope:m}
			AND ($4 = '%%' OR LOWER(m.name) LIKE $4 ESCAPE '\' OR LOWER(m.agent_no) LIKE $4 ESCAPE '\'`+number+`)
		ORDER BY m.agent_no LIMIT $5`, args...)
	if err != nil {
		return nil, err
	}
	return out, complete(ctx, tx, f.community, out)
}

func get(ctx context.Context, tx *db.Tx, id ID) (View, error) {
	v, err := db.One[View](ctx, tx, views+`WHERE m.id = $1 AND {scope:m}`, id)
	if err != nil {
		return v, err
	}
	one := []View{v}
	err = complete(ctx, tx, v.Community, one)
	return one[0], err
}

// complete adds areas and roles to members of one community.
func complete(ctx context.Context, tx *db.Tx, community authz.CommunityID, members []View) error {
	areas, err := areasOf(ctx, tx, community)
	if err != nil {
		return err
	}
	type held struct {
		Account ID `db:"account_id"`
		auth.Held
	}
	roles, err := db.All[held](ctx, tx, `SELECT h.account_id, r.code, h.community_id, h.region_id FROM role_held h JOIN role r ON r.id = h.role_id JOIN staff m ON m.id = h.account_id
		WHERE m.community_id = $1 AND {scope:m} ORDER BY r.code, h.community_id, h.region_id`, community)
	if err != nil {
		return err
	}
	for i := range members {
		m := &members[i]
		if m.Mobile, err = shown(tx, m.Member); err != nil {
			return err
		}
		m.Areas, m.Roles, m.Held = areas[m.ID], []string{}, Roles{}
		if m.Areas == nil {
			m.Areas = []BuildingID{}
		}
		for _, r := range roles {
			if r.Account != m.ID {
				continue
			}
			m.Held = append(m.Held, r.Held)
			if !slices.Contains(m.Roles, r.Role) {
				m.Roles = append(m.Roles, r.Role)
			}
		}
	}
	return nil
}

func setAreas(ctx context.Context, tx *db.Tx, m Member, areas []BuildingID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM staff_area WHERE staff_id = $1 AND {scope}`, m.ID); err != nil {
		return err
	}
	type row struct {
		Community authz.CommunityID `db:"community_id"`
		Staff     ID                `db:"staff_id"`
		Building  BuildingID        `db:"building_id"`
	}
	for _, b := range areas {
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM building WHERE id = $1 AND community_id = $2 AND {scope}`, b, m.Community)
		if err != nil {
			return err
		}
		if n == 0 {
			return errArea
		}
		if err := db.Insert(ctx, tx, "staff_area", row{m.Community, m.ID, b}); err != nil {
			return err
		}
	}
	return nil
}

// inDepartment refuses a department that is neither the community's nor the company's.
func inDepartment(ctx context.Context, tx *db.Tx, m Member) error {
	if m.Department == 0 {
		return nil
	}
	if err := tx.In(ctx, m.Community); err != nil {
		return err
	}
	n, err := db.One[int](ctx, tx.Global("departments of the company are nobody's community"),
		`SELECT COUNT(*) FROM department WHERE id = $1 AND (community_id = $2 OR community_id IS NULL)`, m.Department, m.Community)
	if err == nil && n == 0 {
		err = errDepartment
	}
	return err
}
