package housing

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// Parcels lists the parcels of a community with what belongs to them.
func (s *Service) Parcels(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []ParcelView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = parcels(ctx, tx, community)
		return err
	})
	return out, err
}

// Parcel returns one parcel.
func (s *Service) Parcel(ctx context.Context, who authz.Actor, id ParcelID) (v ParcelView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		v, err = parcel(ctx, tx, id)
		return err
	})
	return v, err
}

// AddParcel adds a parcel without rooms.
func (s *Service) AddParcel(ctx context.Context, who authz.Actor, community authz.CommunityID, b ParcelBody) (v ParcelView, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		p, err := (Parcel{ID: db.NewID[Parcel](tx), Community: community, Version: 1}).with(b)
		if err != nil {
			return err
		}
		if err := atWork(ctx, tx, p); err != nil {
			return err
		}
		if err := taken(db.Insert(ctx, tx, "parcel", p), "parcel_name", "parcel.", ErrParcelTaken, "name"); err != nil {
			return err
		}
		tx.Note(community, "parcel:"+p.ID.String(), nil, p)
		v, err = parcel(ctx, tx, p.ID)
		tx.Answer(&v)
		return err
	})
	return v, err
}

// EditParcel changes a parcel; its kind stays while rooms belong to it.
func (s *Service) EditParcel(ctx context.Context, who authz.Actor, id ParcelID, match web.Match, b ParcelBody) (v ParcelView, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		old, err := parcel(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		p, err := old.with(b)
		if err != nil {
			return err
		}
		if p.Kind != old.Kind && old.Rooms > 0 {
			return ErrParcelUsed.With("n", old.Rooms).At(errs.Field{Name: "kind", Code: ErrParcelUsed.Code, Params: map[string]any{"n": old.Rooms}})
		}
		if err := atWork(ctx, tx, p); err != nil {
			return err
		}
		tx.Note(p.Community, "parcel:"+id.String(), old.Parcel, p)
		if err := taken(db.Save(ctx, tx, "parcel", &p), "parcel_name", "parcel.", ErrParcelTaken, "name"); err != nil {
			return err
		}
		v, err = parcel(ctx, tx, id)
		tx.Answer(&v)
		return err
	})
	return v, err
}

// DeleteParcel removes a parcel and leaves its rooms without one of the kind.
func (s *Service) DeleteParcel(ctx context.Context, who authz.Actor, id ParcelID, match web.Match) error {
	return s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		old, err := parcel(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		tx.Note(old.Community, "parcel:"+id.String(), map[string]any{"parcel": old.Parcel, "rooms": old.Rooms}, nil)
		if _, err := tx.Exec(ctx, `DELETE FROM parcel_room WHERE community_id = $1 AND parcel_id = $2 AND {scope}`, old.Community, id); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM parcel WHERE id = $1 AND {scope}`, id)
		return err
	})
}

// AssignRooms puts rooms into a parcel or takes them out.
func (s *Service) AssignRooms(ctx context.Context, who authz.Actor, id ParcelID, match web.Match, c ParcelRooms) (v ParcelView, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		old, err := parcel(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		n, err := assign(ctx, tx, old.Parcel, c)
		if err != nil {
			return err
		}
		tx.Note(old.Community, "parcel:"+id.String(), nil, map[string]any{"rooms": n, "out": c.Out})
		p := old.Parcel
		if err := db.Save(ctx, tx, "parcel", &p); err != nil {
			return err
		}
		v, err = parcel(ctx, tx, id)
		tx.Answer(&v)
		return err
	})
	return v, err
}

// atWork refuses somebody who does not work in the parcel's community.
func atWork(ctx context.Context, tx *db.Tx, p Parcel) error {
	if p.Staff == 0 {
		return nil
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM staff WHERE id = $1 AND community_id = $2 AND state = 'active' AND {scope}`, p.Staff, p.Community)
	if err == nil && n == 0 {
		err = errStaff
	}
	return err
}

// taken turns the violation of a unique key into what is wrong with a field.
func taken(err error, key, column string, e *errs.Error, field string) error {
	if db.Unique(err, key, column) {
		return e.At(errs.Field{Name: field, Code: e.Code})
	}
	return err
}
