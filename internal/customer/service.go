package customer

import (
	"context"
	"errors"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// Service holds the use cases of customers. Each one is one transaction.
type Service struct {
	DB *db.DB
	// Exports logs what is taken out.
	Exports *audit.Service
	// Approvals is where erasures are decided.
	Approvals *approval.Service
	// Sections and Guards are plugged in by package app: what other domains know of a person.
	Sections []Section
	Guards   []Guard
	// Merges are the columns of other domains that name a customer.
	Merges []Merge
	// TransferChecks say what stands against a change of owner, such as open bills.
	TransferChecks []TransferCheck
}

// Customer returns one archive, as far as the caller may see it.
func (s *Service) Customer(ctx context.Context, who authz.Actor, id ID) (c Customer, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if c, err = whole(ctx, tx, id); err != nil {
			return err
		}
		switch _, e := approval.Open(ctx, tx, ErasureKind, "customer:"+id.String()); {
		case e == nil:
			c.Erasing = true
		case !errors.Is(e, db.ErrNotFound):
			return e
		}
		c = c.shown(SightOf(who, c.Community))
		return nil
	})
	return c, err
}

// New is a customer to add, with the room they belong to.
type New struct {
	Draft
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"roomId,omitzero"`
	Relation  RelationKind      `json:"relation,omitempty" enum:"owner,family,tenant,agent,guest" default:"owner"`
	Share     string            `json:"share,omitempty" maxLength:"20" doc:"of an owner: 1/2 or 50%"`
	From      clock.Day         `json:"from,omitzero"`
}

// Create opens an archive.
func (s *Service) Create(ctx context.Context, who authz.Actor, n New) (c Customer, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, n.Community); err != nil {
			return err
		}
		if c, err = open(ctx, tx, n); err != nil {
			return err
		}
		c = c.shown(SightOf(who, c.Community))
		tx.Answer(&c)
		return nil
	})
	return c, err
}

// CreateIn is Create inside another domain's transaction.
func CreateIn(ctx context.Context, tx *db.Tx, n New) (Customer, error) { return open(ctx, tx, n) }

// open is Create inside another use case.
func open(ctx context.Context, tx *db.Tx, n New) (c Customer, err error) {
	c = Customer{Community: n.Community, Identities: []Identity{}, Accounts: []Account{}, Rooms: []Belonging{}, Names: []OtherName{}}
	if c, err = c.drawn(n.Draft, Sight{}); err != nil {
		return c, err
	}
	number, err := archiveNumbers(ctx, tx, n.Community, 1)
	if err != nil {
		return c, err
	}
	c.ID, c.ArchiveNo, c.Version = db.NewID[Customer](tx), number(0), 1
	c.sealEmergency(tx.Vault())
	if err := db.Insert(ctx, tx, "customer", c); err != nil {
		return c, err
	}
	if err := c.keep(ctx, tx, n.Draft); err != nil {
		return c, err
	}
	tx.Emit(Changed{Customer: c.ID, Community: c.Community})
	tx.Note(c.Community, "customer:"+c.ID.String(), nil, c.trail())
	return c, bind(ctx, tx, c, n)
}

// bind relates a new customer to the room they came with.
func bind(ctx context.Context, tx *db.Tx, c Customer, n New) error {
	if n.Room == 0 {
		return nil
	}
	if n.Relation == "" {
		n.Relation = Owner
	}
	room, err := roomOf(ctx, tx, c.Community, n.Room)
	if err != nil {
		return err
	}
	r := Relation{ID: db.NewID[Relation](tx), Community: c.Community, Customer: c.ID, Room: room.ID, Kind: n.Relation, Share: n.Share, From: n.From, Version: 1}
	if err := r.fits(ctx, tx); err != nil {
		return err
	}
	return db.Insert(ctx, tx, "relation", r)
}

// roomOf finds a room of a community, or says at its field that there is none.
func roomOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, id housing.RoomID) (housing.Room, error) {
	room, err := housing.RoomIn(ctx, tx, id)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return room, err
	}
	if err != nil || room.Community != community {
		return room, errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
	}
	return room, nil
}

// Update changes an archive, for whom saw its latest version.
func (s *Service) Update(ctx context.Context, who authz.Actor, id ID, match web.Match, d Draft) (c Customer, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		before, err := whole(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(before.Version); err != nil {
			return err
		}
		if err := before.alive(); err != nil {
			return err
		}
		if c, err = before.drawn(d, SightOf(who, before.Community)); err != nil {
			return err
		}
		c.sealEmergency(tx.Vault())
		if err := db.Save(ctx, tx, "customer", &c); err != nil {
			return err
		}
		if err := c.keep(ctx, tx, d); err != nil {
			return err
		}
		tx.Emit(Changed{Customer: c.ID, Community: c.Community})
		tx.Note(c.Community, "customer:"+id.String(), before.trail(), c.trail())
		c = c.shown(SightOf(who, c.Community))
		return nil
	})
	return c, err
}
