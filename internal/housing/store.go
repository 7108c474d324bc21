package housing

import (
	"context"
	"strconv"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

var roomColumns = db.Columns[Room]("r")

// RoomIn returns a room within the scope of tx's action.
func RoomIn(ctx context.Context, tx *db.Tx, id RoomID) (Room, error) {
	return db.One[Room](ctx, tx, `SELECT `+roomColumns+` FROM room r WHERE r.id = $1 AND {scope:r}`, id)
}

// Find returns the room of a label in any usual writing; what is wrong with
// the label is told at the field "label".
func Find(ctx context.Context, tx *db.Tx, community authz.CommunityID, text string) (Room, error) {
	label, err := ParseLabel(text)
	if err != nil {
		return Room{}, atLabel(err)
	}
	room, found, err := find(ctx, tx, community, label)
	if err != nil || found {
		return room, err
	}
	return Room{}, unknown(label, []Room{})
}

func find(ctx context.Context, tx *db.Tx, community authz.CommunityID, l Label) (r Room, found bool, err error) {
	all, err := db.All[Room](ctx, tx, `SELECT `+roomColumns+` FROM room r WHERE r.community_id = $1 AND r.label_key = $2 AND {scope:r}`, community, l.Key())
	if err != nil || len(all) == 0 {
		return Room{}, false, err
	}
	return all[0], true, nil
}

func buildings(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]BuildingRow, error) {
	return db.All[BuildingRow](ctx, tx, `
		SELECT `+db.Columns[Building]("b")+`, (SELECT COUNT(*) FROM room r WHERE r.community_id = b.community_id AND r.building_id = b.id) AS rooms
		FROM building b WHERE b.community_id = $1 AND {scope:b} ORDER BY b.sort_key, b.id`, community)
}

func rooms(ctx context.Context, tx *db.Tx, f Filter) ([]Room, error) {
	args := []any{f.Community}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	// What passers-by pay stands under a record that is no room of the place (BIL-01).
	q := `SELECT ` + roomColumns + ` FROM room r WHERE r.community_id = $1 AND {scope:r} AND NOT EXISTS (SELECT 1 FROM passer_by x WHERE x.community_id = r.community_id AND x.room_id = r.id)`
	if f.Building != 0 {
		q += ` AND r.building_id = ` + mark(f.Building)
	}
	for _, c := range []struct {
		on     bool
		column string
		value  any
	}{
		{f.Unit != 0, `r.unit_id = `, f.Unit}, {f.Floor != nil, `r.floor = `, f.Floor}, {f.State != "", `r.state = `, string(f.State)}, {f.Type != "", `r.type = `, string(f.Type)},
		{f.AreaFrom > 0, `r.building_area >= `, f.AreaFrom}, {f.AreaTo > 0, `r.building_area <= `, f.AreaTo},
	} {
		if c.on {
			q += ` AND ` + c.column + mark(c.value)
		}
	}
	if f.Parcel != 0 {
		q += ` AND EXISTS (SELECT 1 FROM parcel_room p WHERE p.room_id = r.id AND p.parcel_id = ` + mark(f.Parcel) + `)`
	}
	switch f.Without {
	case "":
	case "owner":
		q += ` AND NOT EXISTS (SELECT 1 FROM relation t WHERE t.community_id = r.community_id AND t.room_id = r.id AND t.kind = 'owner' AND t.to_on IS NULL)`
	case "floor":
		q += ` AND r.floor IS NULL`
	default:
		q += ` AND NOT EXISTS (SELECT 1 FROM parcel_room p WHERE p.room_id = r.id AND p.kind = ` + mark(f.Without) + `)`
	}
	if f.Q != "" {
		from := KeyPrefix(f.Q)
		a, b := mark(from), mark(Beyond(from))
		q += ` AND (r.label_key >= ` + a + ` AND r.label_key < ` + b + ` OR r.number >= ` + a + ` AND r.number < ` + b + `)`
	}
	if f.After.ID != 0 {
		q += ` AND (r.sort_key, r.id) > (` + mark(f.After.SortKey) + `, ` + mark(f.After.ID) + `)`
	}
	return db.All[Room](ctx, tx, q+` ORDER BY r.sort_key, r.id LIMIT `+mark(f.Limit+1), args...)
}

// nearest offers rooms for a label that names none: the same number
// elsewhere, then the neighbours in the register.
func nearest(ctx context.Context, tx *db.Tx, community authz.CommunityID, l Label) (out []Room, err error) {
	seen := map[RoomID]bool{}
	for _, q := range []struct {
		where string
		arg   string
	}{
		{`r.number = $2 AND {scope:r} ORDER BY r.sort_key, r.id`, l.Room},
		{`r.sort_key > $2 AND {scope:r} ORDER BY r.sort_key, r.id`, l.SortKey()},
		{`r.sort_key < $2 AND {scope:r} ORDER BY r.sort_key DESC, r.id DESC`, l.SortKey()},
	} {
		found, err := db.All[Room](ctx, tx, `SELECT `+roomColumns+` FROM room r WHERE r.community_id = $1 AND `+q.where+` LIMIT 4`, community, q.arg)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			if !seen[r.ID] && len(out) < mostCandidates {
				out, seen[r.ID] = append(out, r), true
			}
		}
	}
	return out, nil
}

// HandOver writes that a room was handed over on a day, and what it is since;
// part of a hand-over's own transaction.
func HandOver(ctx context.Context, tx *db.Tx, id RoomID, state State, day clock.Day) (Room, error) {
	r, err := RoomIn(ctx, tx, id)
	if err != nil {
		return r, err
	}
	before := r
	r.State, r.HandedOverOn = state, day
	tx.Note(r.Community, "room:"+id.String(), map[string]any{"state": before.State, "handedOverOn": before.HandedOverOn}, map[string]any{"state": r.State, "handedOverOn": r.HandedOverOn})
	tx.Emit(RoomChanged{Room: id, Community: r.Community})
	return r, db.Save(ctx, tx, "room", &r)
}
