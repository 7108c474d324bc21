package housing

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

func buildingIn(ctx context.Context, tx *db.Tx, id BuildingID) (Building, error) {
	return db.One[Building](ctx, tx, `SELECT `+db.Columns[Building]("b")+` FROM building b WHERE b.id = $1 AND {scope:b}`, id)
}

func unitIn(ctx context.Context, tx *db.Tx, id UnitID) (Unit, error) {
	return db.One[Unit](ctx, tx, `SELECT `+db.Columns[Unit]("u")+` FROM unit u WHERE u.id = $1 AND {scope:u}`, id)
}

func unitsOf(ctx context.Context, tx *db.Tx, b Building) ([]Unit, error) {
	return db.All[Unit](ctx, tx, `SELECT `+db.Columns[Unit]("u")+` FROM unit u WHERE u.community_id = $1 AND u.building_id = $2 AND {scope:u} ORDER BY u.sort_key, u.id`, b.Community, b.ID)
}

// tree counts the rooms of every building and unit along one index.
func tree(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Branch, error) {
	houses, err := db.All[Building](ctx, tx, `SELECT `+db.Columns[Building]("b")+` FROM building b WHERE b.community_id = $1 AND {scope:b} ORDER BY b.sort_key, b.id`, community)
	if err != nil {
		return nil, err
	}
	units, err := db.All[Unit](ctx, tx, `SELECT `+db.Columns[Unit]("u")+` FROM unit u WHERE u.community_id = $1 AND {scope:u} ORDER BY u.sort_key, u.id`, community)
	if err != nil {
		return nil, err
	}
	type count struct {
		Building BuildingID `db:"building_id"`
		Unit     UnitID     `db:"unit_id"`
		State    State      `db:"state"`
		N        int        `db:"n"`
	}
	counts, err := db.All[count](ctx, tx, `SELECT r.building_id, r.unit_id, r.state, COUNT(*) AS n FROM room r WHERE r.community_id = $1 AND {scope:r} GROUP BY r.building_id, r.unit_id, r.state`, community)
	if err != nil {
		return nil, err
	}
	out, at := make([]Branch, len(houses)), map[BuildingID]*Branch{}
	for i, b := range houses {
		out[i] = Branch{Building: b, Units: []UnitBranch{}, States: map[State]int{}}
		at[b.ID] = &out[i]
	}
	inUnit := map[UnitID]int{}
	for _, c := range counts {
		inUnit[c.Unit] += c.N
		if b := at[c.Building]; b != nil {
			b.Rooms += c.N
			b.States[c.State] += c.N
		}
	}
	for _, u := range units {
		if b := at[u.Building]; b != nil {
			b.Units = append(b.Units, UnitBranch{u, inUnit[u.ID]})
		}
	}
	return out, nil
}

func cells(ctx context.Context, tx *db.Tx, b Building) ([]Cell, error) {
	return db.All[Cell](ctx, tx, `SELECT `+db.Columns[Cell]("r")+` FROM room r WHERE r.community_id = $1 AND r.building_id = $2 AND {scope:r} ORDER BY r.sort_key, r.id`, b.Community, b.ID)
}

// there returns which of some keys are taken in a community.
func there(ctx context.Context, tx *db.Tx, community authz.CommunityID, list []NewRoom) (map[string]bool, error) {
	out := map[string]bool{}
	const together = 500
	for from := 0; from < len(list); from += together {
		var keys []string
		for _, n := range list[from:min(from+together, len(list))] {
			keys = append(keys, n.Label.Key())
		}
		args := []any{community}
		found, err := db.All[string](ctx, tx, `SELECT r.label_key FROM room r WHERE r.community_id = $1 AND r.label_key IN `+db.Among(&args, keys)+` AND {scope:r}`, args...)
		if err != nil {
			return nil, err
		}
		for _, k := range found {
			out[k] = true
		}
	}
	return out, nil
}

// relabel writes the labels of rooms anew after their building or unit got
// another code.
func relabel(ctx context.Context, tx *db.Tx, list []Room, code func(Label) Label) error {
	for i := range list {
		r := &list[i]
		l, err := ParseLabel(r.Short)
		if err != nil {
			return err
		}
		if l = code(l); !l.lasts() {
			return ErrLabelForm
		}
		r.place(l)
		if err := db.Save(ctx, tx, "room", r); err != nil {
			return taken(err, "room_label", "room.", ErrLabelTaken, "code")
		}
	}
	return nil
}

// place gives a room its label.
func (r *Room) place(l Label) {
	r.Number, r.Label, r.Short, r.SortKey = l.Room, l.String(), l.Key(), l.SortKey()
}

// tied counts what hangs on a room, by table.
func tied(ctx context.Context, tx *db.Tx, room Room, tables []string) (map[string]int, error) {
	out := map[string]int{}
	for _, table := range tables {
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM `+table+` WHERE community_id = $1 AND room_id = $2 AND {scope}`, room.Community, room.ID)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out[table] = n
		}
	}
	return out, nil
}
