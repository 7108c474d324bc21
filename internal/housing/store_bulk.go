package housing

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

// RoomsByKey returns every room of a community by its label's key, for runs
// over whole tables.
func RoomsByKey(ctx context.Context, tx *db.Tx, community authz.CommunityID) (map[string]Room, error) {
	out := map[string]Room{}
	err := db.Each(ctx, tx, `SELECT `+roomColumns+` FROM room r WHERE r.community_id = $1 AND {scope:r}`, []any{community}, func(r Room) error {
		out[r.Short] = r
		return nil
	})
	return out, err
}

type unitKey struct {
	building BuildingID
	code     string
}

// AddRooms adds rooms that are not there yet, with the buildings and units
// they stand in, and returns their ids by key. A room that is there is an
// error of the unique key room_label.
func AddRooms(ctx context.Context, tx *db.Tx, community authz.CommunityID, list []NewRoom) (map[string]RoomID, error) {
	ids := make(map[string]RoomID, len(list))
	if len(list) == 0 {
		return ids, nil
	}
	houses, err := addBuildings(ctx, tx, community, list)
	if err != nil {
		return nil, err
	}
	units, err := addUnits(ctx, tx, community, houses, list)
	if err != nil {
		return nil, err
	}
	next := db.Block[Room](tx, len(list))
	rows := make([]Room, len(list))
	for i, n := range list {
		building := houses[n.Label.Building]
		rows[i] = Room{
			ID: next, Community: community, Building: building, Unit: units[unitKey{building, n.Label.Unit}], Number: n.Label.Room,
			Label: n.Label.String(), Short: n.Label.Key(), SortKey: n.Label.SortKey(), Type: n.Type, Floor: n.Floor,
			BuildingArea: n.BuildingArea, InnerArea: n.InnerArea, State: n.State, HandedOverOn: n.HandedOverOn, Notes: n.Notes, Version: 1,
		}
		ids[rows[i].Short] = next
		next += id.Stride
	}
	return ids, db.InsertAll(ctx, tx, "room", rows)
}

func addBuildings(ctx context.Context, tx *db.Tx, community authz.CommunityID, list []NewRoom) (map[string]BuildingID, error) {
	there, err := db.All[Building](ctx, tx, `SELECT `+db.Columns[Building]("b")+` FROM building b WHERE b.community_id = $1 AND {scope:b}`, community)
	if err != nil {
		return nil, err
	}
	ids := map[string]BuildingID{}
	for _, b := range there {
		ids[b.Code] = b.ID
	}
	var fresh []Building
	for _, n := range list {
		code := n.Label.Building
		if ids[code] == 0 {
			ids[code] = db.NewID[Building](tx)
			fresh = append(fresh, Building{ID: ids[code], Community: community, Code: code, Name: buildingName(code), SortKey: Label{Building: code}.SortKey(), Version: 1})
		}
	}
	return ids, db.InsertAll(ctx, tx, "building", fresh)
}

func addUnits(ctx context.Context, tx *db.Tx, community authz.CommunityID, houses map[string]BuildingID, list []NewRoom) (map[unitKey]UnitID, error) {
	there, err := db.All[Unit](ctx, tx, `SELECT `+db.Columns[Unit]("u")+` FROM unit u WHERE u.community_id = $1 AND {scope:u}`, community)
	if err != nil {
		return nil, err
	}
	ids := map[unitKey]UnitID{}
	for _, u := range there {
		ids[unitKey{u.Building, u.Code}] = u.ID
	}
	var fresh []Unit
	for _, n := range list {
		key := unitKey{houses[n.Label.Building], n.Label.Unit}
		if key.code != "" && ids[key] == 0 {
			ids[key] = db.NewID[Unit](tx)
			fresh = append(fresh, Unit{ID: ids[key], Community: community, Building: key.building, Code: key.code, SortKey: Label{Building: n.Label.Building, Unit: key.code}.SortKey(), Version: 1})
		}
	}
	return ids, db.InsertAll(ctx, tx, "unit", fresh)
}
