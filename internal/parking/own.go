package parking

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Span is a period of a permit, both days included.
type Span struct {
	From clock.Day `db:"from_on"`
	To   clock.Day `db:"to_on"`
}

// ByPlate is the registered vehicle with a plate in its normal form, in another
// domain's transaction, with the periods for which it has or had a permit; ok is
// false where nobody registered it.
func ByPlate(ctx context.Context, tx *db.Tx, community authz.CommunityID, plate string) (v Vehicle, permits []Span, ok bool, err error) {
	all, err := db.All[Vehicle](ctx, tx, `SELECT `+db.Columns[Vehicle]("v")+` FROM vehicle v WHERE v.community_id = $1 AND v.plate = $2 AND v.ended_on IS NULL AND {scope:v} ORDER BY v.id LIMIT 1`, community, plate)
	if err != nil || len(all) == 0 {
		return v, nil, false, err
	}
	v = all[0]
	if v.PermitTo.IsZero() {
		return v, nil, true, nil
	}
	// A period that was mistyped stays in the history: only those that ended before the one of now count.
	permits, err = db.All[Span](ctx, tx, `SELECT from_on, to_on FROM vehicle_permit WHERE community_id = $1 AND vehicle_id = $2 AND to_on < $3 AND {scope} ORDER BY from_on, to_on`, community, v.ID, v.PermitFrom.String())
	return v, append(permits, Span{v.PermitFrom, v.PermitTo}), true, err
}
