package arrears

import (
	"context"

	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// openLines are the lines of a community ($1) on which something is open.
const openLines = `FROM bill_line l JOIN bill_run r ON r.community_id = l.community_id AND r.id = l.run_id AND r.state IN ` + billing.ShownStates + `
	LEFT JOIN (SELECT x.line_id, CAST(SUM(x.amount) AS BIGINT) AS paid FROM payment_part x WHERE x.community_id = $1 AND x.part = 'principal' AND x.reversed_at IS NULL GROUP BY x.line_id) p ON p.line_id = l.id
	WHERE l.community_id = $1 AND l.reversed_at IS NULL AND l.amount > COALESCE(p.paid, 0) AND {scope:l}`

// stopped are the reasons for which a line is left alone on a day ($2).
const stopped = ` AND NOT EXISTS (SELECT 1 FROM bill_dispute b WHERE b.community_id = l.community_id AND b.line_id = l.id AND b.ended_at IS NULL)
	AND NOT EXISTS (SELECT 1 FROM pay_promise b WHERE b.community_id = l.community_id AND b.room_id = l.room_id AND b.state = 'open' AND b.on_day >= $2 AND (b.debtor = '' OR b.debtor = l.debtor))
	AND NOT EXISTS (SELECT 1 FROM hardship b WHERE b.community_id = l.community_id AND b.room_id = l.room_id AND b.until_on >= $2)`

// liable are the lines that a run billed to a tenant, from the time of the owners
// of today ($2): they are jointly liable for them, and not for what a tenant had
// done themselves.
const liable = ` AND ` + billing.OfTenants + ` AND r.kind = 'period' AND EXISTS (SELECT 1 FROM relation o WHERE o.community_id = l.community_id AND o.room_id = l.room_id AND o.kind = 'owner'
	AND (o.from_on IS NULL OR o.from_on <= l.from_on AND o.from_on <= $2) AND (o.to_on IS NULL OR o.to_on > $2))`

// standing is a line that stands on a rung.
type standing struct {
	Line   billing.LineID `db:"id"`
	Room   housing.RoomID `db:"room_id"`
	Debtor string         `db:"debtor"` // a tenant; empty: the owners
	Open   money.Fen      `db:"open"`
}

const linesAtOnce = 2000

// onRung are lines that came to a rung and were not told of it, household by household.
func onRung(ctx context.Context, tx *db.Tx, community authz.CommunityID, g rung, today clock.Day) ([]standing, error) {
	first, last := g.dueBetween(today)
	from := first.String()
	if first.IsZero() {
		from = ""
	}
	whose, only := `CASE WHEN `+billing.OfTenants+` THEN l.debtor ELSE '' END`, ``
	if g.To == ToOwner {
		whose, only = `''`, liable
	}
	all, err := db.All[standing](ctx, tx, `SELECT l.id, l.room_id, l.amount - COALESCE(p.paid, 0) AS open, `+whose+` AS debtor `+openLines+stopped+only+` AND l.due_on >= $3 AND l.due_on <= $4
		AND NOT EXISTS (SELECT 1 FROM dun_line d WHERE d.community_id = l.community_id AND d.line_id = l.id AND d.step = $5) ORDER BY l.room_id, debtor, l.id LIMIT $6`, community, today, from, last, g.Code, linesAtOnce)
	if err != nil || len(all) < linesAtOnce {
		return all, err
	}
	whole := len(all) // a household is not told twice because a page ends within it
	for whole > 0 && all[whole-1].Room == all[len(all)-1].Room {
		whole--
	}
	if whole == 0 {
		return all, nil
	}
	return all[:whole], nil
}

func rules(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Rules, error) {
	all, err := db.All[Rules](ctx, tx, `SELECT `+db.Columns[Rules]("")+` FROM arrears_rules WHERE community_id = $1 AND {scope}`, community)
	if err != nil || len(all) > 0 {
		return append(all, Rules{})[0], err
	}
	return Rules{Community: community, RulesDraft: Shipped}, nil
}

func dun(ctx context.Context, tx *db.Tx, id DunID) (Dun, error) {
	return db.One[Dun](ctx, tx, `SELECT `+db.Columns[Dun]("d")+` FROM dun d WHERE d.id = $1 AND {scope:d}`, id)
}

func dunsOf(ctx context.Context, tx *db.Tx, room housing.Room) ([]Dun, error) {
	all, err := db.All[Dun](ctx, tx, `SELECT `+db.Columns[Dun]("d")+` FROM dun d WHERE d.community_id = $1 AND d.room_id = $2 AND {scope:d} ORDER BY d.id DESC LIMIT 100`, room.Community, room.ID)
	for i := range all {
		all[i].Tenant = all[i].ToOwner || all[i].Debtor != ""
	}
	return all, err
}

func promise(ctx context.Context, tx *db.Tx, id PromiseID) (Promise, error) {
	return db.One[Promise](ctx, tx, `SELECT `+db.Columns[Promise]("p")+` FROM pay_promise p WHERE p.id = $1 AND {scope:p}`, id)
}

func promisesOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) ([]Promise, error) {
	return db.All[Promise](ctx, tx, `SELECT `+db.Columns[Promise]("p")+` FROM pay_promise p WHERE p.community_id = $1 AND p.room_id = $2 AND {scope:p} ORDER BY p.on_day, p.id LIMIT 200`, community, room)
}

func dispute(ctx context.Context, tx *db.Tx, id DisputeID) (Dispute, error) {
	return db.One[Dispute](ctx, tx, `SELECT `+db.Columns[Dispute]("d")+` FROM bill_dispute d WHERE d.id = $1 AND {scope:d}`, id)
}

func disputesOf(ctx context.Context, tx *db.Tx, room housing.Room) ([]DisputeView, error) {
	all, err := db.All[DisputeView](ctx, tx, `SELECT `+db.Columns[Dispute]("d")+`, i.name AS item_name, i.name_en AS item_name_en, l.period FROM bill_dispute d JOIN bill_line l ON l.community_id = d.community_id AND l.id = d.line_id
		JOIN charge_item i ON i.community_id = l.community_id AND i.id = l.item_id WHERE d.community_id = $1 AND d.room_id = $2 AND {scope:d} ORDER BY d.id DESC LIMIT 100`, room.Community, room.ID)
	if err != nil {
		return nil, err
	}
	steps, err := db.All[DisputeStep](ctx, tx, `SELECT `+db.Columns[DisputeStep]("s")+` FROM bill_dispute_step s JOIN bill_dispute d ON d.community_id = s.community_id AND d.id = s.dispute_id WHERE s.community_id = $1 AND d.room_id = $2 AND {scope:s} ORDER BY s.id`, room.Community, room.ID)
	for i := range all {
		all[i].Steps = []DisputeStep{}
		for _, s := range steps {
			if s.Dispute == all[i].ID {
				all[i].Steps = append(all[i].Steps, s)
			}
		}
	}
	return all, err
}

// hardshipOf is until when a household is left alone, nil if it is not.
func hardshipOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) (*Hardship, error) {
	all, err := db.All[Hardship](ctx, tx, `SELECT `+db.Columns[Hardship]("h")+` FROM hardship h WHERE h.community_id = $1 AND h.room_id = $2 AND {scope:h}`, community, room)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// brokenOn is, for each line of a room, the last day on which its limitation was interrupted.
func brokenOn(ctx context.Context, tx *db.Tx, room housing.Room) (map[billing.LineID]clock.Day, error) {
	type row struct {
		Line billing.LineID `db:"line_id"`
		On   clock.Day      `db:"on_day"`
	}
	out := map[billing.LineID]clock.Day{}
	err := db.Each(ctx, tx, `SELECT x.line_id, MAX(x.on_day) AS on_day FROM (SELECT b.community_id, b.line_id, b.on_day FROM limit_break b WHERE b.community_id = $1
		UNION ALL SELECT y.community_id, y.line_id, y.on_day FROM payment_part y WHERE y.community_id = $1 AND y.line_id IS NOT NULL AND y.reversed_at IS NULL) x
		JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id WHERE l.community_id = $1 AND l.room_id = $2 AND {scope:l} GROUP BY x.line_id`, []any{room.Community, room.ID}, func(r row) error {
		out[r.Line] = r.On
		return nil
	})
	return out, err
}

// broken notes that the limitation of some lines begins anew, once for each source.
func broken(ctx context.Context, tx *db.Tx, community authz.CommunityID, lines []standing, on clock.Day, why, source string) error {
	for _, l := range lines {
		if _, err := tx.Exec(ctx, `INSERT INTO limit_break (id, community_id, line_id, on_day, why, source) SELECT CAST($1 AS BIGINT), c.community_id, CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT)
			FROM bill_line c WHERE c.community_id = $2 AND c.id = $3 AND {scope:c} ON CONFLICT DO NOTHING`, int64(db.NewID[Dun](tx)), community, int64(l.Line), on, why, source); err != nil {
			return err
		}
	}
	return nil
}
