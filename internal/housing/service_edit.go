package housing

import (
	"context"
	"strings"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// AddBuilding adds a building without rooms.
func (s *Service) AddBuilding(ctx context.Context, who authz.Actor, community authz.CommunityID, code, name string) (b Building, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		b, err = Building{ID: db.NewID[Building](tx), Community: community, Version: 1}.called(code, name)
		if err != nil {
			return err
		}
		tx.Answer(&b)
		tx.Note(community, "building:"+b.ID.String(), nil, b)
		tx.Emit(Changed{community})
		return taken(db.Insert(ctx, tx, "building", b), "building_code", "building.", ErrCodeTaken, "code")
	})
	return b, err
}

// called returns b with a code and a name; without a name it is called after its code.
func (b Building) called(code, name string) (Building, error) {
	var wrong errs.Fields
	plain, err := BuildingCode(code)
	if err != nil {
		wrong.Add("code", errs.Of(err).Code, errs.Of(err).Params)
	}
	if name = strings.TrimSpace(name); utf8.RuneCountInString(name) > 50 {
		wrong.Add("name", "too_long", nil)
	}
	if name == "" {
		name = buildingName(plain)
	}
	b.Code, b.Name, b.SortKey = plain, name, Label{Building: plain}.SortKey()
	return b, wrong.Err()
}

// EditBuilding gives a building another code or name; another code gives all
// its rooms other labels.
func (s *Service) EditBuilding(ctx context.Context, who authz.Actor, id BuildingID, match web.Match, code, name string) (b Building, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		old, err := buildingIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		if b, err = old.called(code, name); err != nil {
			return err
		}
		tx.Note(b.Community, "building:"+id.String(), old, b)
		tx.Emit(Changed{b.Community})
		if err := taken(db.Save(ctx, tx, "building", &b), "building_code", "building.", ErrCodeTaken, "code"); err != nil || b.Code == old.Code {
			return err
		}
		units, err := unitsOf(ctx, tx, b)
		if err != nil {
			return err
		}
		for _, u := range units {
			u.SortKey = Label{Building: b.Code, Unit: u.Code}.SortKey()
			if err := db.Save(ctx, tx, "unit", &u); err != nil {
				return err
			}
		}
		list, err := db.All[Room](ctx, tx, `SELECT `+roomColumns+` FROM room r WHERE r.community_id = $1 AND r.building_id = $2 AND {scope:r} ORDER BY r.id`, b.Community, id)
		if err != nil {
			return err
		}
		return relabel(ctx, tx, list, func(l Label) Label { l.Building = b.Code; return l })
	})
	return b, err
}

// DeleteBuilding removes a building that has no rooms and no units.
func (s *Service) DeleteBuilding(ctx context.Context, who authz.Actor, id BuildingID, match web.Match) error {
	return s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		b, err := buildingIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(b.Version); err != nil {
			return err
		}
		var e errs.Fields
		for _, table := range []string{"unit", "room", "staff_area"} {
			n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM `+table+` WHERE community_id = $1 AND building_id = $2 AND {scope}`, b.Community, id)
			if err != nil {
				return err
			}
			if n > 0 {
				e.Add(table, tieCode+table, map[string]any{"n": n})
			}
		}
		if len(e) > 0 {
			return ErrTied.At(e...)
		}
		tx.Note(b.Community, "building:"+id.String(), b, nil)
		tx.Emit(Changed{b.Community})
		_, err = tx.Exec(ctx, `DELETE FROM building WHERE id = $1 AND {scope}`, id)
		return err
	})
}

// AddUnit adds a unit without rooms to a building.
func (s *Service) AddUnit(ctx context.Context, who authz.Actor, building BuildingID, code string) (u Unit, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		b, err := buildingIn(ctx, tx, building)
		if err != nil {
			return err
		}
		u, err = Unit{ID: db.NewID[Unit](tx), Community: b.Community, Building: b.ID, Version: 1}.called(b, code)
		if err != nil {
			return err
		}
		tx.Answer(&u)
		tx.Note(b.Community, "unit:"+u.ID.String(), nil, u)
		tx.Emit(Changed{b.Community})
		return taken(db.Insert(ctx, tx, "unit", u), "unit_code", "unit.", ErrCodeTaken, "code")
	})
	return u, err
}

func (u Unit) called(b Building, code string) (Unit, error) {
	plain, err := unitCode(b.Code, code)
	if err != nil {
		return u, errs.ErrFields.At(errs.Field{Name: "code", Code: errs.Of(err).Code, Params: errs.Of(err).Params})
	}
	u.Code, u.SortKey = plain, Label{Building: b.Code, Unit: plain}.SortKey()
	return u, nil
}

// EditUnit gives a unit another code, and its rooms other labels.
func (s *Service) EditUnit(ctx context.Context, who authz.Actor, id UnitID, match web.Match, code string) (u Unit, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		old, err := unitIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		b, err := buildingIn(ctx, tx, old.Building)
		if err != nil {
			return err
		}
		if u, err = old.called(b, code); err != nil {
			return err
		}
		tx.Note(u.Community, "unit:"+id.String(), old, u)
		tx.Emit(Changed{u.Community})
		if err := taken(db.Save(ctx, tx, "unit", &u), "unit_code", "unit.", ErrCodeTaken, "code"); err != nil {
			return err
		}
		list, err := db.All[Room](ctx, tx, `SELECT `+roomColumns+` FROM room r WHERE r.community_id = $1 AND r.unit_id = $2 AND {scope:r} ORDER BY r.id`, u.Community, id)
		if err != nil {
			return err
		}
		return relabel(ctx, tx, list, func(l Label) Label { l.Unit = u.Code; return l })
	})
	return u, err
}

// DeleteUnit removes a unit that has no rooms.
func (s *Service) DeleteUnit(ctx context.Context, who authz.Actor, id UnitID, match web.Match) error {
	return s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		u, err := unitIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(u.Version); err != nil {
			return err
		}
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM room WHERE community_id = $1 AND unit_id = $2 AND {scope}`, u.Community, id)
		if err != nil {
			return err
		}
		if n > 0 {
			return ErrTied.At(errs.Field{Name: "room", Code: tieCode + "room", Params: map[string]any{"n": n}})
		}
		tx.Note(u.Community, "unit:"+id.String(), u, nil)
		tx.Emit(Changed{u.Community})
		_, err = tx.Exec(ctx, `DELETE FROM unit WHERE id = $1 AND {scope}`, id)
		return err
	})
}

// AddRoom adds one room; building and unit are made where they are not there.
func (s *Service) AddRoom(ctx context.Context, who authz.Actor, community authz.CommunityID, label string, e Edit) (r Room, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		l, err := ParseLabel(label)
		if err != nil {
			return atLabel(err)
		}
		if r, err = (Room{}).edited(e); err != nil {
			return err
		}
		ids, err := AddRooms(ctx, tx, community, []NewRoom{{
			Label: l, Type: r.Type, Floor: r.Floor, BuildingArea: r.BuildingArea, InnerArea: r.InnerArea, State: r.State, HandedOverOn: r.HandedOverOn, Notes: r.Notes,
		}})
		if err = taken(err, "room_label", "room.", ErrLabelTaken, "label"); err != nil {
			return err
		}
		r, err = RoomIn(ctx, tx, ids[l.Key()])
		tx.Answer(&r)
		tx.Note(community, "room:"+r.ID.String(), nil, map[string]any{"label": r.Label, "type": r.Type, "state": r.State})
		tx.Emit(RoomChanged{r.ID, community})
		return err
	})
	return r, err
}

// Relabel corrects the label of a room, which may move it to another unit or building.
func (s *Service) Relabel(ctx context.Context, who authz.Actor, id RoomID, match web.Match, label string) (r Room, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if r, err = RoomIn(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(r.Version); err != nil {
			return err
		}
		l, err := ParseLabel(label)
		if err == nil && !l.lasts() {
			err = ErrLabelForm
		}
		if err != nil {
			return atLabel(err)
		}
		a, err := NewAdder(ctx, tx, r.Community)
		if err != nil {
			return err
		}
		if err := a.addHouses(ctx, tx, []NewRoom{{Label: l}}, &Added{From: map[int64]int{}}); err != nil {
			return err
		}
		before := r.Label
		r.Building = a.houses[l.Building]
		r.Unit = a.units[unitKey{r.Building, l.Unit}]
		r.place(l)
		tx.Note(r.Community, "room:"+id.String(), map[string]any{"label": before}, map[string]any{"label": r.Label})
		tx.Emit(RoomChanged{id, r.Community})
		tx.Emit(Changed{r.Community})
		return taken(db.Save(ctx, tx, "room", &r), "room_label", "room.", ErrLabelTaken, "label")
	})
	return r, err
}

// DeleteRoom removes a room that nothing hangs on; else the error says what does.
func (s *Service) DeleteRoom(ctx context.Context, who authz.Actor, id RoomID, match web.Match) error {
	return s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		r, err := RoomIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(r.Version); err != nil {
			return err
		}
		found, err := tied(ctx, tx, r, s.Ties)
		if err != nil {
			return err
		}
		var e errs.Fields
		for _, table := range s.Ties {
			if n := found[table]; n > 0 {
				e.Add(table, tieCode+table, map[string]any{"n": n})
			}
		}
		if len(e) > 0 {
			return ErrTied.At(e...)
		}
		if _, err := tx.Exec(ctx, `DELETE FROM parcel_room WHERE community_id = $1 AND room_id = $2 AND {scope}`, r.Community, id); err != nil {
			return err
		}
		tx.Note(r.Community, "room:"+id.String(), map[string]any{"label": r.Label, "type": r.Type, "state": r.State}, nil)
		tx.Emit(Changed{r.Community})
		_, err = tx.Exec(ctx, `DELETE FROM room WHERE id = $1 AND {scope}`, id)
		return err
	})
}

// tieCode begins the codes that say what hangs on something, by table.
const tieCode = "housing" + ".tie."
