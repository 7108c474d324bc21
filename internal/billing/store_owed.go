package billing

import (
	"context"

	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// Owed are the live lines of some rooms of a community, whoever owes them, by
// due day. What was paid on them stands elsewhere.
func Owed(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID) (out []LineView, err error) {
	args := []any{community}
	all, err := db.All[LineView](ctx, tx, views("bill_line", "l.reversed_at")+` WHERE l.community_id = $1 AND l.room_id IN `+db.Among(&args, rooms)+
		` AND l.reversed_at IS NULL AND r.state IN `+shownStates+` AND {scope:l} ORDER BY l.due_on, l.id`, args...)
	return masked(tx, all), err
}

// LateRules are the rules of late payment of a community's items, as they are
// today; items without one are left out.
func LateRules(ctx context.Context, tx *db.Tx, community authz.CommunityID) (map[ItemID]fee.LateRule, error) {
	all, err := items(ctx, tx, community)
	out := map[ItemID]fee.LateRule{}
	for _, i := range all {
		if i.LatePerDay.Sign() > 0 {
			out[i.ID] = i.late()
		}
	}
	return out, err
}

// late is the item's rule; a cap of 0 is none.
func (i ItemRules) late() fee.LateRule {
	r := fee.LateRule{PerDay: i.LatePerDay.Rat(), Grace: int(i.LateGrace), From: i.LateFrom}
	if i.LateCap.Sign() > 0 {
		r.CapPercent = i.LateCap.Rat()
	}
	return r
}

// Reversed are the ids of lines among those given that are reversed.
func Reversed(ctx context.Context, tx *db.Tx, community authz.CommunityID, lines []LineID) ([]LineID, error) {
	args := []any{community}
	return db.All[LineID](ctx, tx, `SELECT id FROM bill_line WHERE community_id = $1 AND id IN `+db.Among(&args, lines)+` AND reversed_at IS NOT NULL AND {scope} ORDER BY id`, args...)
}

// ItemIn is a charge item of the actor's scope.
func ItemIn(ctx context.Context, tx *db.Tx, id ItemID) (Item, error) { return item(ctx, tx, id) }
