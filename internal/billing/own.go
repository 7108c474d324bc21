package billing

import (
	"context"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// OfPeriods are the live lines of a room billed for some months, first and last
// included, the earliest first, in another domain's transaction.
func OfPeriods(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID, from, to clock.Period) ([]LineView, error) {
	all, err := db.All[LineView](ctx, tx, views("bill_line", "l.reversed_at")+` WHERE l.community_id = $1 AND l.room_id = $2 AND l.period >= $3 AND l.period <= $4 AND l.reversed_at IS NULL AND r.state IN `+ShownStates+
		` AND {scope:l} ORDER BY l.period, l.due_on, i.code, l.from_on, l.id`, community, room, from, to)
	return masked(tx, all), err
}

// LineIn is a line with how it came about, in another domain's transaction.
func LineIn(ctx context.Context, tx *db.Tx, id LineID) (LineView, error) { return line(ctx, tx, id) }
