package facility

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

// DueCheck is an inspection that falls due on a day (HOU-04).
type DueCheck struct {
	ID       id.Of[Check] `db:"id"`
	Of       ID           `db:"facility_id"`
	Facility string       `db:"facility"`
	Name     string       `db:"name"`
	Day      clock.Day    `db:"next_on"`
}

// Due lists the inspections of a community that fall due between two days,
// both included, inside another domain's transaction.
func Due(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) ([]DueCheck, error) {
	return db.All[DueCheck](ctx, tx, `SELECT k.id, k.facility_id, f.name AS facility, k.name, k.next_on FROM facility f JOIN facility_check k ON k.community_id = f.community_id AND k.facility_id = f.id
		WHERE f.community_id = $1 AND f.next_on <= $3 AND k.next_on >= $2 AND k.next_on <= $3 AND f.state <> 'scrapped' AND {scope:f} ORDER BY k.next_on, k.id LIMIT 1000`, community, from, to)
}
