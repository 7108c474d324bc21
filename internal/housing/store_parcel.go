package housing

import (
	"context"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

const parcelViews = `SELECT p.id, p.community_id, p.kind, p.name, p.staff_id, p.notes, p.version, COALESCE(s.name, '') AS staff_name,
	(SELECT COUNT(*) FROM parcel_room x WHERE x.community_id = p.community_id AND x.parcel_id = p.id) AS rooms
	FROM parcel p LEFT JOIN staff s ON s.community_id = p.community_id AND s.id = p.staff_id `

func parcel(ctx context.Context, tx *db.Tx, id ParcelID) (v ParcelView, err error) {
	if v, err = db.One[ParcelView](ctx, tx, parcelViews+`WHERE p.id = $1 AND {scope:p}`, id); err != nil {
		return v, err
	}
	all := []ParcelView{v}
	err = parts(ctx, tx, v.Community, all)
	return all[0], err
}

func parcels(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]ParcelView, error) {
	all, err := db.All[ParcelView](ctx, tx, parcelViews+`WHERE p.community_id = $1 AND {scope:p} ORDER BY CASE p.kind WHEN 'keeper' THEN 0 WHEN 'cleaning' THEN 1 ELSE 2 END, p.name, p.id`, community)
	if err != nil || len(all) == 0 {
		return all, err
	}
	return all, parts(ctx, tx, community, all)
}

func parts(ctx context.Context, tx *db.Tx, community authz.CommunityID, all []ParcelView) error {
	at := map[ParcelID]*ParcelView{}
	for i := range all {
		all[i].Parts = []ParcelPart{}
		at[all[i].ID] = &all[i]
	}
	found, err := db.All[ParcelPart](ctx, tx, `SELECT x.parcel_id, r.building_id, b.name, COALESCE(u.code, '') AS unit, COUNT(*) AS rooms
		FROM parcel_room x JOIN room r ON r.id = x.room_id JOIN building b ON b.id = r.building_id LEFT JOIN unit u ON u.id = r.unit_id
		WHERE x.community_id = $1 AND {scope:x} GROUP BY x.parcel_id, r.building_id, b.name, b.sort_key, u.code, u.sort_key ORDER BY b.sort_key, u.sort_key`, community)
	for _, p := range found {
		if v := at[p.Parcel]; v != nil {
			v.Parts = append(v.Parts, p)
		}
	}
	return err
}

// ParcelsOf lists who serves a room: at most one parcel of each kind.
func ParcelsOf(ctx context.Context, tx *db.Tx, room Room) ([]RoomParcel, error) {
	all, err := parcelsOf(ctx, tx, room.Community, []RoomID{room.ID})
	if all[room.ID] == nil {
		return []RoomParcel{}, err
	}
	return all[room.ID], err
}

func parcelsOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, ids []RoomID) (map[RoomID][]RoomParcel, error) {
	type row struct {
		Room RoomID `db:"room_id"`
		RoomParcel
	}
	args := []any{community}
	found, err := db.All[row](ctx, tx, `SELECT x.room_id, p.id, p.kind, p.name, COALESCE(s.name, '') AS staff_name
		FROM parcel_room x JOIN parcel p ON p.id = x.parcel_id LEFT JOIN staff s ON s.community_id = p.community_id AND s.id = p.staff_id
		WHERE x.community_id = $1 AND x.room_id IN `+db.Among(&args, ids)+` AND {scope:x} ORDER BY x.room_id, CASE p.kind WHEN 'keeper' THEN 0 WHEN 'cleaning' THEN 1 ELSE 2 END`, args...)
	out := map[RoomID][]RoomParcel{}
	for _, r := range found {
		out[r.Room] = append(out[r.Room], r.RoomParcel)
	}
	return out, err
}

// chosen is the condition on r of the rooms that c names.
func (c ParcelRooms) chosen(args *[]any) string {
	parts := []string{`1 = 0`}
	if len(c.Buildings) > 0 {
		parts = append(parts, `r.building_id IN `+db.Among(args, c.Buildings))
	}
	if len(c.Units) > 0 {
		parts = append(parts, `r.unit_id IN `+db.Among(args, c.Units))
	}
	if len(c.Rooms) > 0 {
		parts = append(parts, `r.id IN `+db.Among(args, c.Rooms))
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// assign puts rooms into a parcel, or takes them out, and says how many.
func assign(ctx context.Context, tx *db.Tx, p Parcel, c ParcelRooms) (int64, error) {
	args := []any{p.Community, p.ID}
	if c.Out {
		return tx.Exec(ctx, `DELETE FROM parcel_room WHERE community_id = $1 AND parcel_id = $2 AND {scope} AND room_id IN (SELECT r.id FROM room r WHERE r.community_id = $1 AND `+c.chosen(&args)+`)`, args...)
	}
	args = append(args, string(p.Kind))
	return tx.Exec(ctx, `INSERT INTO parcel_room (community_id, room_id, kind, parcel_id)
		SELECT r.community_id, r.id, CAST($3 AS TEXT), CAST($2 AS BIGINT) FROM room r WHERE r.community_id = $1 AND {scope:r} AND `+c.chosen(&args)+`
		ON CONFLICT (room_id, kind) DO UPDATE SET parcel_id = excluded.parcel_id`, args...)
}
