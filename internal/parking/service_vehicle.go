package parking

import (
	"context"
	"strings"
	"time"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// Vehicles lists vehicles by plate, or by the end of their permit where the
// view is about that; one more than the limit if there is one.
func (s *Service) Vehicles(ctx context.Context, who authz.Actor, f Filter) (out []VehicleView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		out, err = vehicles(ctx, tx, f)
		return err
	})
	return out, err
}

// Counts is how many vehicles and spaces each view holds.
type Counts struct {
	Active  int `json:"active"`
	Soon    int `json:"soon"`
	Expired int `json:"expired"`
	Spaces  int `json:"spaces"`
	Free    int `json:"free"`
}

// Counts counts the views of a community.
func (s *Service) Counts(ctx context.Context, who authz.Actor, community authz.CommunityID) (c Counts, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, community)
		if err != nil {
			return err
		}
		rules, err := settings(ctx, tx, community)
		if err != nil {
			return err
		}
		for _, one := range []struct {
			into *int
			sql  string
			args []any
		}{
			{&c.Active, `vehicle WHERE community_id = $1 AND ended_on IS NULL`, nil},
			{&c.Soon, `vehicle WHERE community_id = $1 AND ended_on IS NULL AND permit_to >= $2 AND permit_to <= $3`, []any{today.String(), today.Add(int(rules.RemindDays)).String()}},
			{&c.Expired, `vehicle WHERE community_id = $1 AND ended_on IS NULL AND permit_to < $2`, []any{today.String()}},
			{&c.Spaces, `parking_space WHERE community_id = $1`, nil}, {&c.Free, `parking_space WHERE community_id = $1 AND state = 'free'`, nil},
		} {
			if *one.into, err = db.One[int](ctx, tx, `SELECT COUNT(*) FROM `+one.sql+` AND {scope}`, append([]any{community}, one.args...)...); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

// VehicleFull is a vehicle with the permits it had.
type VehicleFull struct {
	VehicleView
	Permits []Permit `json:"permits" doc:"the last first"`
}

// Vehicle returns one vehicle.
func (s *Service) Vehicle(ctx context.Context, who authz.Actor, id VehicleID) (f VehicleFull, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if f.VehicleView, err = vehicle(ctx, tx, id); err != nil {
			return err
		}
		f.Permits, err = db.All[Permit](ctx, tx, `SELECT `+db.Columns[Permit]("")+` FROM vehicle_permit WHERE community_id = $1 AND vehicle_id = $2 AND {scope} ORDER BY id DESC`, f.Community, id)
		return err
	})
	return f, err
}

// Add registers a vehicle.
func (s *Service) Add(ctx context.Context, who authz.Actor, community authz.CommunityID, b VehicleBody) (v VehicleView, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, community)
		if err != nil {
			return err
		}
		made, err := (Vehicle{ID: db.NewID[Vehicle](tx), Community: community, From: today, Version: 1}).with(b)
		if err != nil {
			return err
		}
		if err := s.bind(ctx, tx, &made, b); err != nil {
			return err
		}
		if err := plateTaken(db.Insert(ctx, tx, "vehicle", made)); err != nil {
			return err
		}
		if err := permitted(ctx, tx, Vehicle{}, made); err != nil {
			return err
		}
		tx.Note(community, subject("vehicle", made.ID), nil, made.trail())
		tx.Emit(Changed{community, made.ID.String()})
		v, err = vehicle(ctx, tx, made.ID)
		tx.Answer(&v)
		return err
	})
	return v, err
}

// trail is what the trail may hold of a vehicle: a plate is somebody's.
func (v Vehicle) trail() map[string]any {
	return map[string]any{"kind": v.Kind, "room": v.Room, "customer": v.Customer, "space": v.Space, "permitFrom": v.PermitFrom, "permitTo": v.PermitTo, "endedOn": v.EndedOn}
}

func plateTaken(err error) error {
	if db.Unique(err, "vehicle_plate_once", "vehicle.plate") {
		return ErrPlateTaken.At(errs.Field{Name: "plate", Code: ErrPlateTaken.Code})
	}
	return err
}

// bind looks up the room and the space that a form names.
func (s *Service) bind(ctx context.Context, tx *db.Tx, v *Vehicle, b VehicleBody) (err error) {
	if v.Room, err = roomOf(ctx, tx, v.Community, b.Room); err != nil {
		return err
	}
	if err := known(ctx, tx, v.Community, b.Customer); err != nil {
		return err
	}
	was := v.Space
	v.Space = 0
	if strings.TrimSpace(b.Space) == "" {
		return nil
	}
	found, err := db.All[Space](ctx, tx, `SELECT `+db.Columns[Space]("")+` FROM parking_space WHERE community_id = $1 AND number = $2 AND {scope}`, v.Community, strings.ToUpper(strings.TrimSpace(b.Space)))
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return errs.ErrFields.At(errs.Field{Name: "space", Code: "parking.space_unknown"})
	}
	if v.Space = found[0].ID; v.Space == was {
		return nil
	}
	if found[0].State == Blocked {
		return errs.ErrFields.At(errs.Field{Name: "space", Code: "parking.space_blocked"})
	}
	rules, err := settings(ctx, tx, v.Community)
	if err != nil {
		return err
	}
	n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM vehicle WHERE community_id = $1 AND space_id = $2 AND ended_on IS NULL AND id <> $3 AND {scope}`, v.Community, v.Space, v.ID)
	if err == nil && n >= rules.MostPerSpace {
		err = ErrSpaceFull.With("n", n).At(errs.Field{Name: "space", Code: ErrSpaceFull.Code, Params: map[string]any{"n": n}})
	}
	return err
}

// permitted keeps a new period of a permit.
func permitted(ctx context.Context, tx *db.Tx, was, is Vehicle) error {
	if is.PermitTo.IsZero() || was.PermitFrom == is.PermitFrom && was.PermitTo == is.PermitTo {
		return nil
	}
	return db.Insert(ctx, tx, "vehicle_permit", Permit{ID: db.NewID[Permit](tx), Community: is.Community, Vehicle: is.ID, From: is.PermitFrom, To: is.PermitTo, At: tx.Now, ByName: tx.Who.Name})
}

// change is the frame of every change of a vehicle.
func (s *Service) change(ctx context.Context, who authz.Actor, id VehicleID, match web.Match, change func(tx *db.Tx, was Vehicle) (Vehicle, error)) (v VehicleView, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		old, err := vehicle(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		if !old.EndedOn.IsZero() {
			return ErrEnded
		}
		is, err := change(tx, old.Vehicle)
		if err != nil {
			return err
		}
		tx.Note(is.Community, subject("vehicle", id), old.trail(), is.trail())
		tx.Emit(Changed{is.Community, id.String()})
		if err := plateTaken(db.Save(ctx, tx, "vehicle", &is)); err != nil {
			return err
		}
		if err := permitted(ctx, tx, old.Vehicle, is); err != nil {
			return err
		}
		v, err = vehicle(ctx, tx, id)
		tx.Answer(&v)
		return err
	})
	return v, err
}

// Edit changes a vehicle.
func (s *Service) Edit(ctx context.Context, who authz.Actor, id VehicleID, match web.Match, b VehicleBody) (VehicleView, error) {
	return s.change(ctx, who, id, match, func(tx *db.Tx, was Vehicle) (is Vehicle, err error) {
		if is, err = was.with(b); err != nil {
			return is, err
		}
		return is, s.bind(ctx, tx, &is, b)
	})
}

// Renew prolongs the permit of a vehicle. Without a first day it goes on where
// the last one ends, or begins today.
func (s *Service) Renew(ctx context.Context, who authz.Actor, id VehicleID, match web.Match, from, to clock.Day) (VehicleView, error) {
	return s.change(ctx, who, id, match, func(tx *db.Tx, was Vehicle) (Vehicle, error) {
		today, err := org.Today(ctx, tx, was.Community)
		if err != nil {
			return was, err
		}
		return was.renewed(from, to, today)
	})
}

// End ends a registration today: the car is sold, or its people moved away.
func (s *Service) End(ctx context.Context, who authz.Actor, id VehicleID, match web.Match, why string) (VehicleView, error) {
	return s.change(ctx, who, id, match, func(tx *db.Tx, was Vehicle) (is Vehicle, err error) {
		var wrong errs.Fields
		text(&wrong, "why", &why, 200, false)
		is = was
		is.EndedWhy = why
		if is.EndedOn, err = org.Today(ctx, tx, was.Community); err != nil {
			return is, err
		}
		return is, wrong.Err()
	})
}

// Restore takes an end back, where the plate was not registered again meanwhile.
func (s *Service) Restore(ctx context.Context, who authz.Actor, id VehicleID, match web.Match) (v VehicleView, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		old, err := vehicle(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		is := old.Vehicle
		is.EndedOn, is.EndedWhy = clock.Day{}, ""
		tx.Note(is.Community, subject("vehicle", id), old.trail(), is.trail())
		tx.Emit(Changed{is.Community, id.String()})
		if err := plateTaken(db.Save(ctx, tx, "vehicle", &is)); err != nil {
			return err
		}
		v, err = vehicle(ctx, tx, id)
		tx.Answer(&v)
		return err
	})
	return v, err
}

var retention = authz.System("retention", actErase)

const actErase authz.Action = "parking.erase_ended"

// EraseEnded forgets vehicles whose registration ended before an instant (ACC-13).
func (s *Service) EraseEnded(ctx context.Context, before clock.Instant) (total int64, err error) {
	const together = 500
	day := clock.DayOf(before, time.UTC).String()
	for n := int64(together); n == together && ctx.Err() == nil; total += n {
		if err := s.DB.Bulk(ctx, retention, actErase, func(tx *db.Tx) error {
			tx.Silent("how many were erased is told once, by the run as a whole")
			ids, err := db.All[VehicleID](ctx, tx, `SELECT id FROM vehicle WHERE ended_on < $1 AND {scope} ORDER BY ended_on LIMIT $2`, day, together)
			if n = int64(len(ids)); err != nil || n == 0 {
				return err
			}
			var args []any
			in := db.Among(&args, ids)
			if _, err := tx.Exec(ctx, `DELETE FROM vehicle_permit WHERE vehicle_id IN `+in+` AND {scope}`, args...); err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `DELETE FROM vehicle WHERE id IN `+in+` AND {scope}`, args...)
			return err
		}); err != nil {
			return total, err
		}
	}
	return total, ctx.Err()
}
