package housing

import (
	"context"
	"fmt"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Tree is the buildings and units of a community with their counts.
func (s *Service) Tree(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []Branch, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = tree(ctx, tx, community)
		return err
	})
	return out, err
}

// Grid is one building, floor by floor.
func (s *Service) Grid(ctx context.Context, who authz.Actor, id BuildingID) (g Grid, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if g.Building, err = buildingIn(ctx, tx, id); err != nil {
			return err
		}
		if g.Units, err = unitsOf(ctx, tx, g.Building); err != nil {
			return err
		}
		if g.Cells, err = cells(ctx, tx, g.Building); err != nil || len(g.Cells) == 0 {
			return err
		}
		ids := make([]RoomID, len(g.Cells))
		for i, c := range g.Cells {
			ids[i] = c.ID
		}
		owners, err := s.owners(ctx, tx, g.Building.Community, ids)
		for i := range g.Cells {
			g.Cells[i].Owner = owners[g.Cells[i].ID]
		}
		return err
	})
	return g, err
}

// Preview says which rooms a bulk creation would make, and makes none.
func (s *Service) Preview(ctx context.Context, who authz.Actor, b Bulk) (p Planned, err error) {
	err = s.DB.Read(ctx, who, ActEdit, func(tx *db.Tx) error {
		p, _, err = planned(ctx, tx, b)
		return err
	})
	return p, err
}

// Create makes the rooms of a bulk that are not there yet.
func (s *Service) Create(ctx context.Context, who authz.Actor, b Bulk) (p Planned, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		var fresh []NewRoom
		if p, fresh, err = planned(ctx, tx, b); err != nil {
			return err
		}
		if _, err = AddRooms(ctx, tx, b.Community, fresh); err != nil {
			return err
		}
		tx.Answer(&p)
		tx.Note(b.Community, "community:"+b.Community.String(), nil, map[string]any{"building": b.Building, "rooms": len(fresh)})
		tx.Emit(Changed{b.Community})
		return nil
	})
	return p, err
}

func planned(ctx context.Context, tx *db.Tx, b Bulk) (p Planned, fresh []NewRoom, err error) {
	p = Planned{Fresh: []string{}, There: []string{}}
	if err := tx.In(ctx, b.Community); err != nil {
		return p, nil, err
	}
	all, err := b.rooms()
	if err != nil {
		return p, nil, err
	}
	known, err := there(ctx, tx, b.Community, all)
	for _, n := range all {
		if known[n.Label.Key()] {
			p.There = append(p.There, n.Label.String())
			continue
		}
		fresh = append(fresh, n)
		p.Fresh = append(p.Fresh, n.Label.String())
	}
	return p, fresh, err
}

// SetStates changes the states of rooms that were seen in these versions: all
// of them or none. What it returns undoes it.
func (s *Service) SetStates(ctx context.Context, who authz.Actor, changes []StateChange) (out StateChanged, err error) {
	if len(changes) == 0 || len(changes) > mostChanged {
		return out, ErrTooMany.With("limit", mostChanged)
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		out.Undo = nil
		ids := make([]RoomID, len(changes))
		for i, c := range changes {
			ids[i] = c.Room
		}
		args := []any{}
		found, err := db.All[Room](ctx, tx, `SELECT `+roomColumns+` FROM room r WHERE r.id IN `+db.Among(&args, ids)+` AND {scope:r}`, args...)
		if err != nil {
			return err
		}
		byID := map[RoomID]*Room{}
		for i := range found {
			byID[found[i].ID] = &found[i]
		}
		for i, c := range changes {
			r := byID[c.Room]
			if r == nil {
				return db.ErrNotFound
			}
			if r.Version != c.Version {
				return db.ErrStale.At(errs.Field{Name: fmt.Sprintf("changes[%d]", i), Code: db.ErrStale.Code})
			}
			undo := StateChange{Room: r.ID, State: r.State, HandedOverOn: r.HandedOverOn, NoDay: r.HandedOverOn.IsZero()}
			tx.Note(r.Community, "room:"+r.ID.String(), map[string]any{"state": r.State, "handedOverOn": r.HandedOverOn}, map[string]any{"state": c.State})
			if r.State = c.State; c.NoDay || !c.HandedOverOn.IsZero() {
				r.HandedOverOn = c.HandedOverOn
			}
			if err := db.Save(ctx, tx, "room", r); err != nil {
				return err
			}
			tx.Emit(RoomChanged{Room: r.ID, Community: r.Community})
			undo.Version = r.Version
			out.Undo = append(out.Undo, undo)
		}
		tx.Answer(&out)
		return nil
	})
	return out, err
}
