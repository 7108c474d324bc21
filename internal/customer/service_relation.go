package customer

import (
	"context"
	"slices"

	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// ActRelate adds, changes and ends what customers are to rooms.
const ActRelate authz.Action = "customer.relate"

// RelationsChanged says that somebody came to a room, or left it.
type RelationsChanged struct {
	Room      housing.RoomID    `json:"room"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (RelationsChanged) EventName() string { return "customer.relations_changed" }

// Where implements db.Event.
func (e RelationsChanged) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e RelationsChanged) About() string { return e.Room.String() }

// RelationDraft is what people write about a relation.
type RelationDraft struct {
	Kind  RelationKind `json:"relation" enum:"owner,family,tenant,agent,guest"`
	Share string       `json:"share,omitempty" maxLength:"20" doc:"of an owner: 1/2 or 50%"`
	From  clock.Day    `json:"from,omitzero"`
	To    clock.Day    `json:"to,omitzero" doc:"the day on which it ended"`
}

// Today is the day in a community, by which relations begin and end.
func Today(ctx context.Context, tx *db.Tx, community authz.CommunityID) (clock.Day, error) {
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return clock.Day{}, err
	}
	return clock.DayOf(tx.Now, zone), nil
}

var relationColumns = db.Columns[Relation]("r")

// relationsOf are all relations to a room, also those that ended.
func relationsOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) ([]Relation, error) {
	return db.All[Relation](ctx, tx, `SELECT `+relationColumns+` FROM relation r WHERE r.community_id = $1 AND r.room_id = $2 AND {scope:r} ORDER BY r.id`, community, room)
}

// fits checks r by itself and against the others of its room.
func (r *Relation) fits(ctx context.Context, tx *db.Tx) error {
	today, err := Today(ctx, tx, r.Community)
	if err != nil {
		return err
	}
	if *r, err = r.checked(today); err != nil {
		return err
	}
	all, err := relationsOf(ctx, tx, r.Community, r.Room)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(o Relation) bool { return o.ID == r.ID })
	if r.To.IsZero() && slices.ContainsFunc(all, func(o Relation) bool { return o.Customer == r.Customer && o.Kind == r.Kind && o.To.IsZero() }) {
		return ErrRelated.At(errs.Field{Name: "relation", Code: ErrRelated.Code})
	}
	if d, more := tooMuch(append(all, *r)); more && r.Kind == Owner {
		return errs.ErrFields.At(errs.Field{Name: "share", Code: ErrShareSum.Code, Params: map[string]any{"day": orNone(d.String())}})
	}
	return nil
}

// Relate binds a customer to a room inside another domain's transaction, as
// a tenancy does. Who has the relation already keeps it.
func Relate(ctx context.Context, tx *db.Tx, c ID, room housing.Room, kind RelationKind, from clock.Day) (id RelationID, fresh bool, err error) {
	all, err := relationsOf(ctx, tx, room.Community, room.ID)
	if err != nil {
		return 0, false, err
	}
	for _, r := range all {
		if r.Customer == c && r.Kind == kind && r.To.IsZero() {
			return r.ID, false, nil
		}
	}
	r := Relation{ID: db.NewID[Relation](tx), Community: room.Community, Customer: c, Room: room.ID, Kind: kind, From: from, Version: 1}
	tx.Emit(RelationsChanged{room.ID, room.Community})
	return r.ID, true, db.Insert(ctx, tx, "relation", r)
}

// Leave ends a relation inside another domain's transaction; one that has
// ended stays as it is.
func Leave(ctx context.Context, tx *db.Tx, id RelationID, day clock.Day) error {
	_, err := tx.Exec(ctx, `UPDATE relation SET to_on = $1, version = version + 1 WHERE id = $2 AND to_on IS NULL AND {scope}`, day, id)
	return err
}

// AddRelation binds a customer to a room.
func (s *Service) AddRelation(ctx context.Context, who authz.Actor, of ID, room housing.RoomID, d RelationDraft) (r Relation, err error) {
	err = s.DB.Write(ctx, who, ActRelate, func(tx *db.Tx) error {
		c, err := get(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := c.alive(); err != nil {
			return err
		}
		place, err := roomOf(ctx, tx, c.Community, room)
		if err != nil {
			return err
		}
		r = Relation{ID: db.NewID[Relation](tx), Community: c.Community, Customer: of, Room: place.ID, Kind: d.Kind, Share: d.Share, From: d.From, To: d.To, Version: 1}
		if err := r.fits(ctx, tx); err != nil {
			return err
		}
		tx.Answer(&r)
		tx.Emit(RelationsChanged{r.Room, r.Community})
		tx.Note(c.Community, "customer:"+of.String(), nil, r)
		return db.Insert(ctx, tx, "relation", r)
	})
	return r, err
}

// EditRelation changes or ends a relation, for whom saw its latest version.
func (s *Service) EditRelation(ctx context.Context, who authz.Actor, id RelationID, match web.Match, d RelationDraft) (r Relation, err error) {
	err = s.DB.Write(ctx, who, ActRelate, func(tx *db.Tx) error {
		before, err := db.One[Relation](ctx, tx, `SELECT `+relationColumns+` FROM relation r WHERE r.id = $1 AND {scope:r}`, id)
		if err != nil {
			return err
		}
		if err := match.Expect(before.Version); err != nil {
			return err
		}
		r = before
		r.Kind, r.Share, r.From, r.To = d.Kind, d.Share, d.From, d.To
		if err := r.fits(ctx, tx); err != nil {
			return err
		}
		tx.Emit(RelationsChanged{r.Room, r.Community})
		tx.Note(r.Community, "customer:"+r.Customer.String(), before, r)
		return db.Save(ctx, tx, "relation", &r)
	})
	return r, err
}
