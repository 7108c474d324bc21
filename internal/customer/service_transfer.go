package customer

import (
	"context"
	"errors"
	"fmt"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// Transferable shows a room before a change of owner: who is there, and what stands against it.
func (s *Service) Transferable(ctx context.Context, who authz.Actor, id housing.RoomID) (t Transferable, err error) {
	err = s.DB.Read(ctx, who, ActTransfer, func(tx *db.Tx) error {
		if t.Room, err = housing.RoomIn(ctx, tx, id); err != nil {
			return err
		}
		people, err := PeopleOf(ctx, tx, t.Room)
		if err != nil {
			return err
		}
		for _, p := range people {
			if p.To.IsZero() {
				t.People = append(t.People, p)
			}
		}
		today, err := Today(ctx, tx, t.Room.Community)
		if err != nil {
			return err
		}
		found, err := s.transferObstacles(ctx, tx, t.Room, today)
		for _, f := range found {
			t.Obstacles = append(t.Obstacles, Obstacle{Name: f.Name, Code: f.Code, Params: f.Params})
		}
		if err != nil {
			return err
		}
		latest, err := db.All[Transfer](ctx, tx, `SELECT `+db.Columns[Transfer]("")+` FROM owner_transfer WHERE community_id = $1 AND room_id = $2 AND {scope} ORDER BY id DESC LIMIT 1`, t.Room.Community, id)
		if len(latest) > 0 {
			t.Latest = &latest[0]
		}
		return err
	})
	return t, err
}

func (s *Service) transferObstacles(ctx context.Context, tx *db.Tx, room housing.Room, day clock.Day) (out []errs.Field, err error) {
	for _, check := range s.TransferChecks {
		found, err := check(ctx, tx, room, day)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// Transfer changes the owners of a room: the present ones end on the day, the
// new ones begin with it. History stays as it was.
func (s *Service) Transfer(ctx context.Context, who authz.Actor, d TransferDraft) (t Transfer, err error) {
	err = s.DB.Write(ctx, who, ActTransfer, func(tx *db.Tx) error {
		room, err := housing.RoomIn(ctx, tx, d.Room)
		if err != nil {
			return err
		}
		t = Transfer{ID: db.NewID[Transfer](tx), Community: room.Community, Room: room.ID, Day: d.Day, State: "done", At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		found, err := s.transferObstacles(ctx, tx, room, d.Day)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return ErrTransferBlocked.At(found...)
		}
		ended, err := t.end(ctx, tx, d)
		if err != nil {
			return err
		}
		if err := t.begin(ctx, tx, d, ended); err != nil {
			return err
		}
		tx.Answer(&t)
		tx.Emit(RelationsChanged{room.ID, room.Community})
		tx.Emit(Transferred{t.ID, room.ID, room.Community, d.Day, false})
		tx.Note(room.Community, "room:"+room.ID.String(), nil, map[string]any{"transfer": t.ID, "day": d.Day, "ended": t.Did.Ended, "begun": t.Did.Begun, "opened": len(t.Did.Created)})
		return db.Insert(ctx, tx, "owner_transfer", t)
	})
	return t, err
}

// end ends what a change of owner ends.
func (t *Transfer) end(ctx context.Context, tx *db.Tx, d TransferDraft) (ended []Relation, err error) {
	today, err := Today(ctx, tx, t.Community)
	if err != nil {
		return nil, err
	}
	if d.Day.IsZero() || d.Day.After(today) {
		return nil, atDay()
	}
	all, err := relationsOf(ctx, tx, t.Community, t.Room)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if !r.To.IsZero() || !d.leaves(r.Kind) {
			continue
		}
		if r.From.After(d.Day) {
			return nil, atDay()
		}
		r.To = d.Day
		if err := db.Save(ctx, tx, "relation", &r); err != nil {
			return nil, err
		}
		t.Did.Ended = append(t.Did.Ended, Touched{r.ID, r.Version})
		ended = append(ended, r)
	}
	return ended, nil
}

func atDay() error {
	return errs.ErrFields.At(errs.Field{Name: "day", Code: ErrTransferDay.Code})
}

// begin lets the new owners begin.
func (t *Transfer) begin(ctx context.Context, tx *db.Tx, d TransferDraft, ended []Relation) error {
	seen := map[ID]bool{}
	for i, o := range d.Owners {
		of, err := t.owner(ctx, tx, i, o)
		if err != nil {
			return err
		}
		if seen[of] {
			return errs.ErrFields.At(errs.Field{Name: fmt.Sprintf("owners[%d].customerId", i), Code: ErrTransferSame.Code})
		}
		seen[of] = true
		r := Relation{Customer: of, Kind: Owner, Share: o.Share}
		if err := t.add(ctx, tx, r, fmt.Sprintf("owners[%d].", i)); err != nil {
			return err
		}
	}
	for _, r := range ended {
		if !d.KeepAsTenants || r.Kind != Owner || seen[r.Customer] {
			continue
		}
		if err := t.add(ctx, tx, Relation{Customer: r.Customer, Kind: Tenant}, ""); err != nil && !errors.Is(err, ErrRelated) {
			return err
		}
	}
	return nil
}

func (t *Transfer) add(ctx context.Context, tx *db.Tx, r Relation, field string) error {
	r.ID, r.Community, r.Room, r.From, r.Version = db.NewID[Relation](tx), t.Community, t.Room, t.Day, 1
	if err := r.fits(ctx, tx); err != nil {
		return under(err, field)
	}
	t.Did.Begun = append(t.Did.Begun, Touched{r.ID, 1})
	return db.Insert(ctx, tx, "relation", r)
}

// owner finds the archive of a new owner, or opens it.
func (t *Transfer) owner(ctx context.Context, tx *db.Tx, i int, o NewOwner) (ID, error) {
	field := fmt.Sprintf("owners[%d].", i)
	if o.New != nil && o.Customer == 0 {
		c, err := open(ctx, tx, New{Draft: *o.New, Community: t.Community})
		if err != nil {
			return 0, under(err, field+"new.")
		}
		t.Did.Created = append(t.Did.Created, Opened{c.ID, c.Version})
		return c.ID, nil
	}
	c, err := get(ctx, tx, o.Customer)
	if err == nil && c.Community == t.Community {
		err = c.alive()
	} else if err == nil || errors.Is(err, db.ErrNotFound) {
		err = errs.ErrFields.At(errs.Field{Name: field + "customerId", Code: db.ErrNotFound.Code})
	}
	return c.ID, err
}

// under puts the fields of an error below a part of the request.
func under(err error, prefix string) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || prefix == "" {
		return err
	}
	out := *e
	out.Fields = nil
	for _, f := range e.Fields {
		f.Name = prefix + f.Name
		out.Fields = append(out.Fields, f)
	}
	return &out
}

// UndoTransfer puts the owners back as they were, while nothing followed.
// Archives that the change opened go, unless something hangs on them.
func (s *Service) UndoTransfer(ctx context.Context, who authz.Actor, id TransferID, match web.Match) (t Transfer, err error) {
	err = s.DB.Write(ctx, who, ActTransfer, func(tx *db.Tx) error {
		if t, err = db.One[Transfer](ctx, tx, `SELECT `+db.Columns[Transfer]("")+` FROM owner_transfer WHERE id = $1 AND {scope}`, id); err != nil {
			return err
		}
		if err := match.Expect(t.Version); err != nil {
			return err
		}
		if t.State != "done" {
			return ErrTransferDone
		}
		for _, x := range t.Did.Begun {
			n, err := tx.Exec(ctx, `DELETE FROM relation WHERE id = $1 AND version = $2 AND to_on IS NULL AND {scope}`, x.ID, x.Version)
			if err == nil && n == 0 {
				err = ErrTransferLater
			}
			if err != nil {
				return err
			}
		}
		for _, x := range t.Did.Ended {
			n, err := tx.Exec(ctx, `UPDATE relation SET to_on = NULL, version = version + 1 WHERE id = $1 AND version = $2 AND {scope}`, x.ID, x.Version)
			if err == nil && n == 0 {
				err = ErrTransferLater
			}
			if err != nil {
				return err
			}
		}
		for _, c := range t.Did.Created {
			if err := s.discard(ctx, tx, t.Community, c); err != nil {
				return err
			}
		}
		t.State = "undone"
		tx.Emit(RelationsChanged{t.Room, t.Community})
		tx.Emit(Transferred{t.ID, t.Room, t.Community, t.Day, true})
		tx.Note(t.Community, "room:"+t.Room.String(), map[string]any{"transfer": t.ID, "state": "done"}, map[string]any{"transfer": t.ID, "state": "undone"})
		return db.Save(ctx, tx, "owner_transfer", &t)
	})
	return t, err
}

// discard removes an archive on which nothing hangs.
func (s *Service) discard(ctx context.Context, tx *db.Tx, community authz.CommunityID, c Opened) error {
	for _, m := range s.merges() {
		if m.Own {
			continue
		}
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM `+m.Table+` WHERE community_id = $1 AND `+m.Column+` = $2 AND {scope}`, community, c.ID)
		if err != nil || n > 0 {
			return err
		}
	}
	if n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM customer WHERE id = $1 AND version = $2 AND person_id IS NULL AND {scope}`, c.ID, c.Version); err != nil || n == 0 {
		return err
	}
	for _, m := range s.merges() {
		if m.Own {
			if _, err := tx.Exec(ctx, `DELETE FROM `+m.Table+` WHERE community_id = $1 AND `+m.Column+` = $2 AND {scope}`, community, c.ID); err != nil {
				return err
			}
		}
	}
	if _, err := tx.Exec(ctx, `DELETE FROM customer WHERE id = $1 AND {scope}`, c.ID); err != nil {
		return err
	}
	return db.ForgetPerson(ctx, tx, community, db.ID(c.ID))
}
