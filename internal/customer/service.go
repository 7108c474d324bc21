package customer

import (
	"context"
	"errors"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// Service holds the use cases of customers. Each one is one transaction.
type Service struct {
	DB    *db.DB
	Files *blob.Store
}

// Customer returns one archive, numbers masked.
func (s *Service) Customer(ctx context.Context, who authz.Actor, id ID) (c Customer, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		c, err = In(ctx, tx, id)
		return err
	})
	return c, err
}

// New is a customer to add, with the room they belong to.
type New struct {
	Draft
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"roomId,omitzero"`
	Relation  RelationKind      `json:"relation,omitempty" enum:"owner,family,tenant,agent,guest" default:"owner"`
	Share     string            `json:"share,omitempty" maxLength:"20"`
}

// Create opens an archive.
func (s *Service) Create(ctx context.Context, who authz.Actor, n New) (c Customer, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, n.Community); err != nil {
			return err
		}
		var list []mobile
		if c, list, err = (Customer{Community: n.Community}).drawn(n.Draft, nil); err != nil {
			return err
		}
		number, err := archiveNumbers(ctx, tx, n.Community, 1)
		if err != nil {
			return err
		}
		c.ID, c.ArchiveNo, c.Version = db.NewID[Customer](tx), number(0), 1
		if err := db.Insert(ctx, tx, "customer", c); err != nil {
			return err
		}
		if err := setMobiles(ctx, tx, c, list); err != nil {
			return err
		}
		if err := bind(ctx, tx, c, n); err != nil {
			return err
		}
		c.Mobiles = masked(list)
		tx.Answer(&c)
		tx.Emit(Changed{Customer: c.ID, Community: c.Community})
		tx.Note(c.Community, "customer:"+c.ID.String(), nil, trail(c))
		return nil
	})
	return c, err
}

// bind relates a new customer to the room they came with.
func bind(ctx context.Context, tx *db.Tx, c Customer, n New) error {
	if n.Room == 0 {
		return nil
	}
	room, err := housing.RoomIn(ctx, tx, n.Room)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return err
	}
	if err != nil || room.Community != c.Community {
		return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
	}
	return db.Insert(ctx, tx, "relation", Relation{
		ID: db.NewID[Relation](tx), Community: c.Community, Customer: c.ID, Room: room.ID, Kind: n.Relation, Share: n.Share, Version: 1,
	})
}

// Update changes an archive, for whom saw its latest version.
func (s *Service) Update(ctx context.Context, who authz.Actor, id ID, match web.Match, d Draft) (c Customer, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		before, now, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(before.Version); err != nil {
			return err
		}
		var list []mobile
		if c, list, err = before.drawn(d, now); err != nil {
			return err
		}
		if err := db.Save(ctx, tx, "customer", &c); err != nil {
			return err
		}
		if d.Mobiles != nil {
			if err := setMobiles(ctx, tx, c, list); err != nil {
				return err
			}
		}
		c.Mobiles = masked(list)
		tx.Emit(Changed{Customer: c.ID, Community: c.Community})
		tx.Note(c.Community, "customer:"+id.String(), trail(before), trail(c))
		return nil
	})
	return c, err
}

// trail is what the audit keeps of an archive: nothing that says who they are (ACC-10).
func trail(c Customer) map[string]any {
	return map[string]any{"archiveNo": c.ArchiveNo, "kind": c.Kind, "mobiles": c.Mobiles, "version": c.Version}
}

// Reveal shows one number in full. It changes nothing and is a write all the
// same: its audit entry says who looked (CUS-04).
func (s *Service) Reveal(ctx context.Context, who authz.Actor, id ID, index int) (number string, err error) {
	err = s.DB.Write(ctx, who, ActReveal, func(tx *db.Tx) error {
		c, list, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if index < 0 || index >= len(list) {
			return ErrNoMobile
		}
		number = list[index].Number
		tx.Note(c.Community, "customer:"+id.String(), nil, map[string]any{"field": "mobile", "index": index})
		return nil
	})
	return number, err
}
