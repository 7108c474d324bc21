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

// Adder adds rooms to one community, with the buildings and units they stand
// in. It remembers these, so it is of use as long as its transactions commit.
type Adder struct {
	community authz.CommunityID
	houses    map[string]BuildingID
	units     map[unitKey]UnitID
}

// Added is what one Add wrote; From has the index of the room that brought a
// building or unit.
type Added struct {
	Rooms     []RoomID // as the rooms were given
	Buildings []BuildingID
	Units     []UnitID
	From      map[int64]int
}

// NewAdder reads the buildings and units that are there.
func NewAdder(ctx context.Context, tx *db.Tx, community authz.CommunityID) (*Adder, error) {
	a := &Adder{community, map[string]BuildingID{}, map[unitKey]UnitID{}}
	houses, err := db.All[Building](ctx, tx, `SELECT `+db.Columns[Building]("b")+` FROM building b WHERE b.community_id = $1 AND {scope:b}`, community)
	if err != nil {
		return nil, err
	}
	for _, b := range houses {
		a.houses[b.Code] = b.ID
	}
	units, err := db.All[Unit](ctx, tx, `SELECT `+db.Columns[Unit]("u")+` FROM unit u WHERE u.community_id = $1 AND {scope:u}`, community)
	for _, u := range units {
		a.units[unitKey{u.Building, u.Code}] = u.ID
	}
	return a, err
}

// AddRooms adds rooms that are not there yet, with the buildings and units
// they stand in, and returns their ids by key. A room that is there is an
// error of the unique key room_label.
func AddRooms(ctx context.Context, tx *db.Tx, community authz.CommunityID, list []NewRoom) (map[string]RoomID, error) {
	ids := make(map[string]RoomID, len(list))
	if len(list) == 0 {
		return ids, nil
	}
	a, err := NewAdder(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	added, err := a.Add(ctx, tx, list)
	for i, n := range list {
		ids[n.Label.Key()] = added.Rooms[i]
	}
	return ids, err
}

// Add adds rooms that are not there yet. A room that is there is an error of
// the unique key room_label.
func (a *Adder) Add(ctx context.Context, tx *db.Tx, list []NewRoom) (Added, error) {
	out := Added{Rooms: make([]RoomID, len(list)), From: map[int64]int{}}
	if len(list) == 0 {
		return out, nil
	}
	if err := a.addHouses(ctx, tx, list, &out); err != nil {
		return out, err
	}
	next := db.Block[Room](tx, len(list))
	rows := make([]Room, len(list))
	for i, n := range list {
		building := a.houses[n.Label.Building]
		rows[i] = Room{
			ID: next, Community: a.community, Building: building, Unit: a.units[unitKey{building, n.Label.Unit}], Number: n.Label.Room,
			Label: n.Label.String(), Short: n.Label.Key(), SortKey: n.Label.SortKey(), Type: n.Type, Floor: n.Floor,
			BuildingArea: n.BuildingArea, InnerArea: n.InnerArea, State: n.State, HandedOverOn: n.HandedOverOn, Notes: n.Notes, Version: 1,
		}
		out.Rooms[i] = next
		next += id.Stride
	}
	return out, db.InsertAll(ctx, tx, "room", rows)
}

func (a *Adder) addHouses(ctx context.Context, tx *db.Tx, list []NewRoom, out *Added) error {
	var houses []Building
	var units []Unit
	for i, n := range list {
		code := n.Label.Building
		if a.houses[code] == 0 {
			b := Building{ID: db.NewID[Building](tx), Community: a.community, Code: code, Name: buildingName(code), SortKey: Label{Building: code}.SortKey(), Version: 1}
			a.houses[code], houses, out.Buildings, out.From[int64(b.ID)] = b.ID, append(houses, b), append(out.Buildings, b.ID), i
		}
		key := unitKey{a.houses[code], n.Label.Unit}
		if key.code != "" && a.units[key] == 0 {
			u := Unit{ID: db.NewID[Unit](tx), Community: a.community, Building: key.building, Code: key.code, SortKey: Label{Building: code, Unit: key.code}.SortKey(), Version: 1}
			a.units[key], units, out.Units, out.From[int64(u.ID)] = u.ID, append(units, u), append(out.Units, u.ID), i
		}
	}
	if err := db.InsertAll(ctx, tx, "building", houses); err != nil {
		return err
	}
	return db.InsertAll(ctx, tx, "unit", units)
}
