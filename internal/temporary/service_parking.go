package temporary

import (
	"context"
	"errors"
	"strconv"

	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/parking"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// Quote says what a stay costs and how that comes about; nothing is owed by it.
func (s *Service) Quote(ctx context.Context, who authz.Actor, p Parked) (q Quoted, err error) {
	err = s.DB.Read(ctx, who, ActBill, func(tx *db.Tx) error {
		found, err := p.found(ctx, tx)
		q = found.Quoted
		return err
	})
	return q, err
}

// BillStay bills a stay to the household of the plate, or to the passer-by.
func (s *Service) BillStay(ctx context.Context, who authz.Actor, p Parked, expected money.Fen) (c Charge, err error) {
	if p.Out == "" {
		return c, errs.ErrFields.At(errs.Field{Name: "out", Code: "required"})
	}
	err = s.DB.Bulk(ctx, who, ActBill, func(tx *db.Tx) error {
		f, err := p.found(ctx, tx)
		switch {
		case err != nil:
			return err
		case f.Line != 0:
			return ErrBilled
		case f.Fen == 0:
			return ErrFree
		}
		single := billing.Single{Community: p.Community, Room: f.Room, Customer: db.ID(f.car.Customer), Fen: f.Fen, Source: f.source, Words: f.Stay.Plate + " " + f.Stay.In + " – " + f.Stay.Out}
		if single.Room == 0 {
			out, err := passer(ctx, tx, p.Community)
			if err != nil {
				return err
			}
			single.Room, single.Alone = out.Room, true
			if single.Customer == 0 {
				single.Customer = db.ID(out.Customer)
			}
		}
		single.Of = &billing.Priced{Item: f.item, Tariff: f.Tariff, Stay: &f.Stay}
		c, err = bill(ctx, tx, single, expected)
		return err
	})
	return c, raced(err)
}

// finding is a stay with what was looked up for it.
type finding struct {
	Quoted
	item   billing.Item
	car    parking.Vehicle
	source string
}

func (p Parked) found(ctx context.Context, tx *db.Tx) (f finding, err error) {
	if err := tx.In(ctx, p.Community); err != nil {
		return f, err
	}
	plate, err := parking.Plate(p.Plate)
	if err == nil && plate == "" {
		return f, errs.ErrFields.At(errs.Field{Name: "plate", Code: "required"})
	}
	if err != nil {
		return f, errs.ErrFields.At(errs.Field{Name: "plate", Code: errs.Of(err).Code})
	}
	zone, err := org.Zone(ctx, tx, p.Community)
	if err != nil {
		return f, err
	}
	in, out, err := p.times(tx.Now, zone)
	if err != nil {
		return f, err
	}
	if f.item, err = itemOf(ctx, tx, p.Community, p.Item, billing.ByParking); err != nil {
		return f, err
	}
	// The price is that of the day of the entry: it was on the board when the car came in.
	t, ok, err := billing.TariffOf(ctx, tx, f.item, housing.Room{}, clock.DayOf(in, zone))
	if err != nil || !ok {
		return f, errors.Join(err, missing(ok))
	}
	car, permits, known, err := parking.ByPlate(ctx, tx, p.Community, plate)
	if err != nil {
		return f, err
	}
	f.car, f.Known, f.Room, f.Item, f.Tariff, f.Paper, f.Out = car, known, car.Room, f.item.ID, t.ID, t.Document, out.In(zone).Format(local)
	if f.Stay, f.Fen, err = reckon(plate, t.Parking, in, out, permits, zone); err != nil {
		return f, err
	}
	f.source = ofStay + ":" + plate + ":" + strconv.FormatInt(int64(in)/60_000, 10)
	if f.Line, err = billing.SingleOf(ctx, tx, p.Community, f.source); err != nil {
		return f, err
	}
	if f.Line == 0 {
		stays, err := billing.StaysOf(ctx, tx, p.Community, ofStay+":"+plate)
		if err != nil {
			return f, err
		}
		if err := apart(stays, f.Stay); err != nil {
			return f, err
		}
	}
	if f.Room != 0 {
		r, err := housing.RoomIn(ctx, tx, f.Room)
		f.Label = r.Label
		return f, err
	}
	return f, nil
}

func missing(ok bool) error {
	if ok {
		return nil
	}
	return ErrNoTariff
}
