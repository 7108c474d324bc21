package staff

import (
	"context"

	"guanjia/internal/auth"
	"guanjia/internal/platform/db"
)

func change(ctx context.Context, tx *db.Tx, id ChangeID) (Change, error) {
	return db.One[Change](ctx, tx, `SELECT `+db.Columns[Change]("")+` FROM position_change WHERE id = $1 AND {scope}`, id)
}

// openChange returns the change that is asked for or planned; ErrNotFound when there is none.
func openChange(ctx context.Context, tx *db.Tx, of ID) (Change, error) {
	return db.One[Change](ctx, tx, `SELECT `+db.Columns[Change]("")+` FROM position_change WHERE staff_id = $1 AND state IN ('asked', 'planned') AND {scope}`, of)
}

func changes(ctx context.Context, tx *db.Tx, m Member) ([]Change, error) {
	return db.All[Change](ctx, tx, `SELECT `+db.Columns[Change]("")+` FROM position_change WHERE community_id = $1 AND staff_id = $2 AND {scope} ORDER BY id DESC LIMIT 50`, m.Community, m.ID)
}

func history(ctx context.Context, tx *db.Tx, m Member) ([]History, error) {
	return db.All[History](ctx, tx, `SELECT `+db.Columns[History]("")+` FROM permission_history WHERE community_id = $1 AND staff_id = $2 AND {scope} ORDER BY id DESC LIMIT 200`, m.Community, m.ID)
}

// standing is what a member is now.
func standing(ctx context.Context, tx *db.Tx, m Member) (Standing, error) {
	held, err := auth.HeldBy(ctx, tx, m.ID)
	return Standing{m.Position, m.Department, held, m.State}, err
}

type positionRow struct {
	ID      db.ID  `db:"id"`
	Items   string `db:"positions"`
	Version int64  `db:"version"`
}

func positionRows(ctx context.Context, tx *db.Tx) ([]positionRow, error) {
	return db.All[positionRow](ctx, tx.Global(whyPositions), `SELECT id, positions, version FROM position_list ORDER BY id LIMIT 1`)
}

const whyPositions = "the list of positions is the company's"

func roleNames(ctx context.Context, tx *db.Tx) (codes []string, zh map[string]string, err error) {
	type row struct {
		Code string `db:"code"`
		Zh   string `db:"zh"`
	}
	rows, err := db.All[row](ctx, tx.Global("roles belong to the company"), `SELECT code, zh FROM role ORDER BY id`)
	zh = map[string]string{}
	for _, r := range rows {
		codes, zh[r.Code] = append(codes, r.Code), r.Zh
	}
	return codes, zh, err
}

// placeName is what a place of a role is called; "" is the company.
func placeName(ctx context.Context, tx *db.Tx, p auth.Place) (string, error) {
	if p == (auth.Place{}) {
		return "", nil
	}
	all, err := db.All[string](ctx, tx.Global("only the name, of a place that a role is held at"), `SELECT name FROM community WHERE id = $1 UNION ALL SELECT name FROM region WHERE id = $2`, int64(p.Community), int64(p.Region))
	if err != nil || len(all) == 0 {
		return "?", err
	}
	return all[0], nil
}

func departmentName(ctx context.Context, tx *db.Tx, id db.ID) (string, error) {
	all, err := db.All[string](ctx, tx.Global("only the name, of a department somebody is in"), `SELECT name FROM department WHERE id = $1`, int64(id))
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}
