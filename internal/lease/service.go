package lease

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// Service holds the use cases of tenancies. Each one is one transaction.
type Service struct {
	DB *db.DB
	// Exports logs what is taken out.
	Exports *audit.Service
}

// List lists tenancies in the order of their rooms, up to limit.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter, after position, limit int) (out []View, keys []position, err error) {
	return s.listAs(ctx, who, ActView, f, after, limit)
}

func (s *Service) listAs(ctx context.Context, who authz.Actor, act authz.Action, f Filter, after position, limit int) (out []View, keys []position, err error) {
	err = s.DB.Read(ctx, who, act, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		today, err := customer.Today(ctx, tx, f.Community)
		if err != nil {
			return err
		}
		set, err := setting(ctx, tx, f.Community)
		if err != nil {
			return err
		}
		if out, err = list(ctx, tx, f, after, limit, today, set.Days); err != nil {
			return err
		}
		for i := range out {
			keys = append(keys, position{out[i].SortKey, out[i].ID})
			out[i] = out[i].shown(who, today, set.Days)
		}
		return nil
	})
	return out, keys, err
}

// Get returns one tenancy.
func (s *Service) Get(ctx context.Context, who authz.Actor, id ID) (v View, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if v, err = get(ctx, tx, id); err != nil {
			return err
		}
		v, err = s.show(ctx, tx, v)
		return err
	})
	return v, err
}

func (s *Service) show(ctx context.Context, tx *db.Tx, v View) (View, error) {
	today, err := customer.Today(ctx, tx, v.Community)
	if err != nil {
		return v, err
	}
	set, err := setting(ctx, tx, v.Community)
	return v.shown(tx.Who, today, set.Days), err
}

// New is a tenancy to begin.
type New struct {
	Draft
	Room   housing.RoomID `json:"roomId"`
	SetLet bool           `json:"setLet,omitempty" doc:"the room's state becomes let"`
}

// Begin writes a tenancy down. Tenants with an archive are related to the room from its first day.
func (s *Service) Begin(ctx context.Context, who authz.Actor, n New) (v View, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		room, err := housing.RoomIn(ctx, tx, n.Room)
		if errors.Is(err, db.ErrNotFound) {
			return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
		}
		if err != nil {
			return err
		}
		l, parties, err := Lease{Community: room.Community, Room: room.ID}.drawn(n.Draft, nil, customer.Sight{Names: true, Numbers: true})
		if err != nil {
			return err
		}
		l.ID, l.Version, l.Missing = db.NewID[Lease](tx), 1, Words{}
		l.seal(tx)
		if err := db.Insert(ctx, tx, "lease", l); err != nil {
			return err
		}
		if err := l.write(ctx, tx, room, nil, parties); err != nil {
			return err
		}
		if n.SetLet {
			if err := setState(ctx, tx, room, housing.Let); err != nil {
				return err
			}
		}
		tx.Note(l.Community, "lease:"+l.ID.String(), nil, l.trail(len(parties)))
		return s.answer(ctx, tx, l.ID, &v, false)
	})
	return v, err
}

func (l *Lease) seal(tx *db.Tx) {
	l.EmergencySealed = ""
	if l.emergency != "" {
		l.EmergencySealed = tx.Vault().Seal(emergencyPlace(db.ID(l.ID)), l.emergency)
	}
}

func (l Lease) trail(people int) map[string]any {
	return map[string]any{"room": l.Room, "from": l.From, "to": l.To, "rent": l.Rent, "registeredOn": l.RegisteredOn, "missing": l.Missing, "people": people, "verifiedOn": l.VerifiedOn, "endedOn": l.EndedOn}
}

// answer reads a tenancy anew for who changed it, and tells the others.
func (s *Service) answer(ctx context.Context, tx *db.Tx, id ID, v *View, ended bool) error {
	now, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	tx.Emit(Changed{id, now.Community, now.Room, ended})
	if *v, err = s.show(ctx, tx, now); err == nil {
		tx.Answer(v)
	}
	return err
}

// write replaces the people of a tenancy: who comes begins a relation, who
// goes ends the one that the tenancy began.
func (l Lease) write(ctx context.Context, tx *db.Tx, room housing.Room, old, parties []Party) error {
	stays := map[customer.RelationID]bool{}
	for i := range parties {
		p := &parties[i]
		p.ID, p.Community, p.Lease = db.NewID[Party](tx), l.Community, l.ID
		if p.Customer != 0 {
			c, err := customer.In(ctx, tx, p.Customer)
			if errors.Is(err, db.ErrNotFound) || err == nil && (c.Community != l.Community || c.MergedInto != 0) {
				return errs.ErrFields.At(errs.Field{Name: fmt.Sprintf("parties[%d].customerId", i), Code: db.ErrNotFound.Code})
			}
			if err != nil {
				return err
			}
		}
		if p.Role == Tenant && p.Customer != 0 && l.EndedOn.IsZero() {
			id, fresh, err := customer.Relate(ctx, tx, p.Customer, room, customer.Tenant, l.From)
			if err != nil {
				return err
			}
			if fresh || p.Relation == id {
				p.Relation = id
			}
		} else {
			p.Relation = 0
		}
		stays[p.Relation] = true
		p.seal(tx)
	}
	today, err := customer.Today(ctx, tx, l.Community)
	if err != nil {
		return err
	}
	for _, p := range old {
		if p.Relation != 0 && !stays[p.Relation] {
			if err := customer.Leave(ctx, tx, p.Relation, today); err != nil {
				return err
			}
		}
	}
	if _, err := tx.Exec(ctx, `DELETE FROM lease_party WHERE community_id = $1 AND lease_id = $2 AND {scope}`, l.Community, l.ID); err != nil {
		return err
	}
	if err := db.InsertAll(ctx, tx, "lease_party", parties); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE lease SET missing = $1 WHERE id = $2 AND {scope}`, l.lacks(parties), l.ID)
	return err
}

// setState changes a room's state where it is another.
func setState(ctx context.Context, tx *db.Tx, room housing.Room, state housing.State) error {
	if room.State == state {
		return nil
	}
	before := map[string]any{"state": room.State}
	room.State = state
	tx.Note(room.Community, "room:"+room.ID.String(), before, map[string]any{"state": state})
	tx.Emit(housing.RoomChanged{Room: room.ID, Community: room.Community})
	return db.Save(ctx, tx, "room", &room)
}

// change is an edit of a running tenancy by whom saw its latest version.
func (s *Service) change(ctx context.Context, who authz.Actor, id ID, match web.Match, fn func(tx *db.Tx, v View) (Lease, error)) (v View, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		before, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(before.Version); err != nil {
			return err
		}
		if !before.EndedOn.IsZero() {
			return ErrEnded
		}
		l, err := fn(tx, before)
		if err != nil {
			return err
		}
		l.seal(tx)
		if err := db.Save(ctx, tx, "lease", &l); err != nil {
			return err
		}
		tx.Note(l.Community, "lease:"+id.String(), before.trail(len(before.Parties)), l.trail(len(before.Parties)))
		return s.answer(ctx, tx, id, &v, !l.EndedOn.IsZero())
	})
	return v, err
}

// Edit changes a tenancy.
func (s *Service) Edit(ctx context.Context, who authz.Actor, id ID, match web.Match, d Draft) (View, error) {
	return s.change(ctx, who, id, match, func(tx *db.Tx, v View) (Lease, error) {
		l, parties, err := v.drawn(d, v.Parties, customer.SightOf(who, v.Community))
		if err != nil {
			return l, err
		}
		room, err := housing.RoomIn(ctx, tx, l.Room)
		if err != nil {
			return l, err
		}
		l.Missing = l.lacks(parties)
		return l, l.write(ctx, tx, room, v.Parties, parties)
	})
}

// Verify says that somebody looked at a tenancy today and found it as written.
func (s *Service) Verify(ctx context.Context, who authz.Actor, id ID, match web.Match) (View, error) {
	return s.change(ctx, who, id, match, func(tx *db.Tx, v View) (Lease, error) {
		today, err := customer.Today(ctx, tx, v.Community)
		v.VerifiedOn, v.VerifiedBy, v.VerifiedName = today, who.ID, who.Name
		return v.Lease, err
	})
}

// Renew lengthens the term, perhaps for another rent.
func (s *Service) Renew(ctx context.Context, who authz.Actor, id ID, match web.Match, to clock.Day, rent *money.Fen) (View, error) {
	return s.change(ctx, who, id, match, func(_ *db.Tx, v View) (Lease, error) {
		if to.IsZero() || to.Before(v.From) || !v.To.IsZero() && !to.After(v.To) {
			return v.Lease, errs.ErrFields.At(errs.Field{Name: "to", Code: ErrTerm.Code})
		}
		v.To = to
		if rent != nil {
			v.Rent = rent
		}
		v.Missing = v.lacks(v.Parties)
		return v.Lease, nil
	})
}

// End ends a tenancy and the relations it began; state, if given, is the room's from then on.
func (s *Service) End(ctx context.Context, who authz.Actor, id ID, match web.Match, day clock.Day, why string, state housing.State) (View, error) {
	return s.change(ctx, who, id, match, func(tx *db.Tx, v View) (Lease, error) {
		today, err := customer.Today(ctx, tx, v.Community)
		if err != nil {
			return v.Lease, err
		}
		if why = strings.TrimSpace(why); !clean(why) {
			return v.Lease, errs.ErrFields.At(errs.Field{Name: "reason", Code: "wrong_form"})
		}
		if day.IsZero() || day.After(today) || day.Before(v.From) {
			return v.Lease, errs.ErrFields.At(errs.Field{Name: "day", Code: "lease.end_day"})
		}
		for _, p := range v.Parties {
			if p.Relation != 0 {
				if err := customer.Leave(ctx, tx, p.Relation, day); err != nil {
					return v.Lease, err
				}
			}
		}
		v.EndedOn, v.EndedWhy = day, why
		if state == "" {
			return v.Lease, nil
		}
		room, err := housing.RoomIn(ctx, tx, v.Room)
		if err == nil {
			err = setState(ctx, tx, room, state)
		}
		return v.Lease, err
	})
}
