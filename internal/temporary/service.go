package temporary

import (
	"context"

	"guanjia/internal/auth"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// Desk says what a clerk may bill, and what it costs for a room today; of room 0
// for somebody without one.
func (s *Service) Desk(ctx context.Context, who authz.Actor, community authz.CommunityID, room housing.RoomID) (d Desk, err error) {
	d.Items = []Offer{}
	err = s.DB.Read(ctx, who, ActBill, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		var r housing.Room
		if room != 0 {
			if r, err = roomOf(ctx, tx, community, room); err != nil {
				return err
			}
		}
		today, err := org.Today(ctx, tx, community)
		if err != nil {
			return err
		}
		all, err := billing.OnceItems(ctx, tx, community)
		if err != nil {
			return err
		}
		for _, i := range all {
			t, ok, err := billing.TariffOf(ctx, tx, i, r, today)
			if err != nil {
				return err
			}
			if i.Basis == billing.ByParking && !ok {
				continue // there is no fee without a rule
			}
			d.Items = append(d.Items, Offer{i.ID, i.Name, i.NameEN, i.Basis, t.Price, t.Parking, t.Document})
		}
		d.Limit, err = limitOf(ctx, tx, community)
		return err
	})
	return d, err
}

// limitOf is what the actor may bill freely.
func limitOf(ctx context.Context, tx *db.Tx, community authz.CommunityID) (money.Fen, error) {
	set, err := settings(ctx, tx, community)
	if err != nil {
		return 0, err
	}
	roles, err := auth.RolesAt(ctx, tx, tx.Who.ID, community)
	most, _ := set.Limits.Most(roles)
	return most, err
}

// Bill bills something once, due today (BIL-01).
func (s *Service) Bill(ctx context.Context, who authz.Actor, d Draft) (c Charge, err error) {
	if d, err = d.checked(); err != nil {
		return c, err
	}
	err = s.DB.Bulk(ctx, who, ActBill, func(tx *db.Tx) error {
		if err := tx.In(ctx, d.Community); err != nil {
			return err
		}
		room, err := d.debtor(ctx, tx)
		if err != nil {
			return err
		}
		i, err := itemOf(ctx, tx, d.Community, d.Item, billing.BySingle)
		if err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, d.Community)
		if err != nil {
			return err
		}
		t, has, err := billing.TariffOf(ctx, tx, i, room, today)
		if err != nil {
			return err
		}
		limit, err := limitOf(ctx, tx, d.Community)
		if err != nil {
			return err
		}
		p, fen, err := d.priced(i, t, has, limit)
		if err != nil {
			return err
		}
		if d.Words == "" {
			d.Words = i.Name
		}
		single := billing.Single{Community: d.Community, Room: room.ID, Customer: db.ID(d.Customer), Alone: d.Room == 0, Fen: fen, Source: ofDesk + ":" + db.NewID[Charge](tx).String(), Words: d.Words, Of: &p}
		c, err = bill(ctx, tx, single, d.Expected)
		return err
	})
	return c, raced(err)
}

// debtor is the room that a charge stands under: the household's, or that of
// people without one.
func (d Draft) debtor(ctx context.Context, tx *db.Tx) (r housing.Room, err error) {
	if d.Customer != 0 {
		c, err := customer.In(ctx, tx, d.Customer)
		if err != nil || c.Community != d.Community {
			return r, errs.ErrFields.At(errs.Field{Name: "customerId", Code: db.ErrNotFound.Code})
		}
	}
	if d.Room != 0 {
		return roomOf(ctx, tx, d.Community, d.Room)
	}
	p, err := passer(ctx, tx, d.Community)
	if err != nil {
		return r, err
	}
	return housing.RoomIn(ctx, tx, p.Room)
}

func roomOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, id housing.RoomID) (housing.Room, error) {
	r, err := housing.RoomIn(ctx, tx, id)
	if err != nil || r.Community != community {
		return r, errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
	}
	return r, nil
}

func itemOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, id billing.ItemID, basis billing.Basis) (billing.Item, error) {
	i, err := billing.ItemIn(ctx, tx, id)
	switch {
	case err != nil || i.Community != community || i.Basis != basis:
		return i, errs.ErrFields.At(errs.Field{Name: "itemId", Code: db.ErrNotFound.Code})
	case i.State != "active":
		return i, errs.ErrFields.At(errs.Field{Name: "itemId", Code: billing.ErrStopped.Code})
	}
	return i, nil
}

// bill books a single when it costs what was seen.
func bill(ctx context.Context, tx *db.Tx, s billing.Single, expected money.Fen) (c Charge, err error) {
	if s.Fen != expected {
		return c, ErrChanged.With("now", s.Fen.String()).With("was", expected.String())
	}
	s.Of.By = tx.Who
	id, err := billing.Charge(ctx, tx, s)
	if err != nil {
		return c, err
	}
	tx.Emit(cashier.Changed{Community: s.Community, Room: s.Room})
	tx.Answer(&c)
	return one(ctx, tx, id)
}

// TakeBack reverses a charge on which nothing was paid. Who billed it does not
// take it back (four eyes).
func (s *Service) TakeBack(ctx context.Context, who authz.Actor, id billing.LineID, reason string) (c Charge, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &reason, 200, true)
	if err := wrong.Err(); err != nil {
		return c, err
	}
	err = s.DB.Bulk(ctx, who, ActTakeBack, func(tx *db.Tx) error {
		l, err := billing.LineIn(ctx, tx, id)
		if err != nil {
			return err
		}
		source, err := billing.SourceOf(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case kindOf(source) == "":
			return ErrNotOurs
		case l.ReversedAt != nil:
			return billing.ErrReversedLine
		case l.Explain.ByID == who.ID:
			return ErrOwn
		}
		back, err := cashier.TakeBack(ctx, tx, l.Community, l.Room, id, reason)
		if err != nil {
			return err
		}
		if !back {
			return ErrPaid
		}
		tx.Emit(cashier.Changed{Community: l.Community, Room: l.Room})
		tx.Answer(&c)
		c, err = one(ctx, tx, id)
		return err
	})
	return c, err
}

// List are the charges of a month, the latest first.
func (s *Service) List(ctx context.Context, who authz.Actor, community authz.CommunityID, period clock.Period, before billing.LineID, limit int) (out []Charge, err error) {
	err = s.DB.Read(ctx, who, billing.ActBills, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		all, err := billing.OnceLines(ctx, tx, community, period, [2]string{ofDesk, ofStay}, before, limit)
		if err != nil {
			return err
		}
		out, err = complete(ctx, tx, all)
		return err
	})
	return out, err
}

// Settings are the limits of a community.
func (s *Service) Settings(ctx context.Context, who authz.Actor, community authz.CommunityID) (set Settings, err error) {
	err = s.DB.Read(ctx, who, billing.ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if set, err = settings(ctx, tx, community); err != nil {
			return err
		}
		set.Roles, err = auth.RolesFor(ctx, tx, ActBill, set.Limits)
		return err
	})
	return set, err
}

// SetSettings changes them.
func (s *Service) SetSettings(ctx context.Context, who authz.Actor, community authz.CommunityID, expect func(int64) error, limits auth.Limits) (set Settings, err error) {
	if err := checked(limits); err != nil {
		return set, err
	}
	err = s.DB.Write(ctx, who, billing.ActApprove, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if set, err = settings(ctx, tx, community); err != nil {
			return err
		}
		if err := expect(set.Version); err != nil {
			return err
		}
		before := set.Limits
		set.Limits = limits
		tx.Note(community, "temporary_rule:"+community.String(), map[string]any{"limits": before}, map[string]any{"limits": limits})
		tx.Emit(billing.Changed{Community: community})
		if set.Roles, err = auth.RolesFor(ctx, tx, ActBill, set.Limits); err != nil {
			return err
		}
		if set.Version == 0 {
			set.Version = 1
			return db.Insert(ctx, tx, "temporary_rule", set)
		}
		return db.Save(ctx, tx, "temporary_rule", &set)
	})
	if db.Unique(err, "temporary_rule_pkey", "temporary_rule.id") {
		err = db.ErrStale
	}
	return set, err
}
