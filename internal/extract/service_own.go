package extract

import (
	"context"
	"slices"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Own makes a statement of a resident's room, or of all that is billed to them.
func (s *Service) Own(ctx context.Context, who authz.Actor, a Asked) (out Statement, err error) {
	if err := a.check(); err != nil {
		return out, err
	}
	err = s.DB.Read(ctx, who, ActOwn, func(tx *db.Tx) error {
		out, err = s.own(ctx, tx, a)
		return err
	})
	return out, err
}

func (s *Service) own(ctx context.Context, tx *db.Tx, a Asked) (Statement, error) {
	home, err := s.Home(ctx, tx, a.Room)
	if err != nil {
		return Statement{}, err
	}
	if a.Form == ByPayer {
		if !home.Owner || home.Customer == 0 {
			return Statement{}, ErrOwner
		}
		a.Customer = home.Customer
		return statement(ctx, tx, a, false, true)
	}
	return ownRoom(ctx, tx, home, a)
}

// ownRoom is a room as its resident may see it: what is billed to its owners of
// today, or to a tenant what is billed to them; never what others before them
// owed or paid.
func ownRoom(ctx context.Context, tx *db.Tx, home Home, a Asked) (Statement, error) {
	room, err := housing.RoomIn(ctx, tx, a.Room)
	if err != nil {
		return Statement{}, err
	}
	x := subject{since: map[housing.RoomID]clock.Day{room.ID: home.Since}, statement: Statement{Form: ByRoom, Room: room.ID, Lang: a.Lang, From: a.From, To: a.To, Rooms: []string{room.Label}}}
	if err := x.begin(ctx, tx, room.Community); err != nil {
		return Statement{}, err
	}
	var names []string
	for _, id := range home.Whose {
		all, err := namesOf(ctx, tx, archive{ID: id, Community: room.Community})
		if err != nil {
			return Statement{}, err
		}
		names = append(names, all...)
	}
	if len(home.Whose) > 0 {
		// Somebody of the household sees the owner's name as they know it from the bills.
		if err := x.named(ctx, tx, home.Whose[0], slices.Contains(home.Whose, home.Customer)); err != nil {
			return Statement{}, err
		}
	}
	all, err := ofRooms(ctx, tx, room.Community, []housing.RoomID{room.ID})
	if err != nil {
		return Statement{}, err
	}
	for _, one := range all {
		if slices.Contains(names, one.Debtor) || one.Debtor == "" && !home.Tenant && len(home.Whose) > 0 {
			x.accounts = append(x.accounts, one)
		}
	}
	if !home.Tenant {
		x.leave([]holding{{Room: room.ID}})
	}
	if home.Owner {
		x.own = names
		x.answers(room.Community, []holding{{Room: room.ID, Label: room.Label, Since: home.Since}})
	}
	return x.read(ctx, tx)
}

// OwnPreference is how the caller's household wants statements.
func (s *Service) OwnPreference(ctx context.Context, who authz.Actor, id housing.RoomID) (out Chosen, err error) {
	err = s.DB.Read(ctx, who, ActOwn, func(tx *db.Tx) error {
		c, may, err := s.household(ctx, tx, id)
		if err != nil {
			return err
		}
		out, err = chosen(ctx, tx, c)
		out.Own = may
		return err
	})
	return out, err
}

// OwnPrefer changes it, for who pays.
func (s *Service) OwnPrefer(ctx context.Context, who authz.Actor, id housing.RoomID, expect func(int64) error, w Wish) (out Chosen, err error) {
	err = s.DB.Write(ctx, who, ActOwnPrefer, func(tx *db.Tx) error {
		c, may, err := s.household(ctx, tx, id)
		if err == nil && !may {
			err = ErrOwner
		}
		if err != nil {
			return err
		}
		out, err = prefer(ctx, tx, c, expect, w)
		return err
	})
	return out, err
}

// household is who pays for a room of the caller, and whether that is the
// caller; an owner together with others is asked for their own statements.
func (s *Service) household(ctx context.Context, tx *db.Tx, id housing.RoomID) (c customer.Customer, may bool, err error) {
	home, err := s.Home(ctx, tx, id)
	if err != nil {
		return c, false, err
	}
	if home.Tenant {
		return c, false, ErrOwner
	}
	room, err := housing.RoomIn(ctx, tx, id)
	if err != nil {
		return c, false, err
	}
	if home.Owner && home.Customer != 0 && slices.Contains(home.Whose, home.Customer) {
		c, err = customer.In(ctx, tx, home.Customer)
		return c, err == nil, err
	}
	c, err = payer(ctx, tx, room)
	return c, home.Owner && home.Customer == c.ID, err
}
