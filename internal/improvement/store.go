package improvement

import (
	"context"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// place is a community with the month that was written last.
type place struct {
	org.Local
	Last clock.Period `db:"last"`
}

func places(ctx context.Context, tx *db.Tx) ([]place, error) {
	return db.All[place](ctx, tx.Global("every community has its summary"), `SELECT c.id, c.zone, (SELECT MAX(m.period) FROM fault_month m WHERE m.community_id = c.id) AS last FROM community c
		WHERE EXISTS (SELECT 1 FROM ticket t WHERE t.community_id = c.id AND t.kind = 'repair' AND t.resolved_at IS NOT NULL) ORDER BY c.id`)
}

// faults are the repairs that were resolved in a stretch of time.
func faults(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Instant) (out []fault, err error) {
	rows, err := db.All[struct {
		ID       db.ID  `db:"id"`
		Number   string `db:"number"`
		Category string `db:"category"`
		Facility db.ID  `db:"facility_id"`
		Name     string `db:"name"`
		Cause    string `db:"cause"`
		Minutes  int64  `db:"minutes"`
		Reopened int64  `db:"reopened"`
	}](ctx, tx, `SELECT t.id, t.number, t.category, t.facility_id, COALESCE(f.name, '') AS name, t.cause, t.minutes, t.reopened FROM ticket t LEFT JOIN facility f ON f.id = t.facility_id
		WHERE t.community_id = $1 AND t.kind = 'repair' AND t.resolved_at >= $2 AND t.resolved_at < $3 AND t.status <> 'cancelled' AND {scope:t} ORDER BY t.resolved_at, t.id`, community, from, to)
	for _, r := range rows {
		f := fault{ID: r.ID.String(), Number: r.Number, Category: r.Category, Name: r.Name, Cause: r.Cause, Minutes: r.Minutes, Again: r.Reopened > 0}
		if r.Facility != 0 {
			f.Facility = r.Facility.String()
		}
		out = append(out, f)
	}
	return out, err
}

func list(ctx context.Context, tx *db.Tx, community authz.CommunityID, before ID, limit int) ([]Month, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return db.All[Month](ctx, tx, `SELECT `+db.Columns[Month]("m")+` FROM fault_month m WHERE m.community_id = $1 AND m.id < $2 AND {scope:m} ORDER BY m.id DESC LIMIT $3`, community, int64(before), limit)
}

func get(ctx context.Context, tx *db.Tx, id ID) (Month, error) {
	return db.One[Month](ctx, tx, `SELECT `+db.Columns[Month]("m")+` FROM fault_month m WHERE m.id = $1 AND {scope:m}`, id)
}
