package parking

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// Service holds the use cases of parking. Each one is one transaction.
type Service struct {
	DB *db.DB
	// Exports logs what is taken out.
	Exports *audit.Service
}

// Spaces lists spaces in the order of their numbers, one more than the limit if there is one.
func (s *Service) Spaces(ctx context.Context, who authz.Actor, f Filter) (out []SpaceView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		out, err = spaces(ctx, tx, f)
		return err
	})
	return out, err
}

// SpaceFull is a space with who had it before.
type SpaceFull struct {
	SpaceView
	History []HoldingView `json:"history" doc:"former holders, the last first"`
}

// Space returns one space.
func (s *Service) Space(ctx context.Context, who authz.Actor, id SpaceID) (f SpaceFull, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if f.SpaceView, err = space(ctx, tx, id); err != nil {
			return err
		}
		f.History, err = db.All[HoldingView](ctx, tx, `SELECT `+db.Columns[Holding]("h")+`, `+someone+` FROM parking_holding h LEFT JOIN customer c ON c.community_id = h.community_id AND c.id = h.customer_id
			WHERE h.community_id = $1 AND h.space_id = $2 AND {scope:h} ORDER BY h.id DESC`, f.Community, id)
		for i := range f.History {
			f.History[i].Holder = f.History[i].nameFor(who, f.Community)
		}
		return err
	})
	return f, err
}

// AddSpace adds a free space.
func (s *Service) AddSpace(ctx context.Context, who authz.Actor, community authz.CommunityID, b SpaceBody) (v SpaceView, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		made, err := (Space{ID: db.NewID[Space](tx), Community: community, Version: 1}).with(b)
		if err != nil {
			return err
		}
		if made.Room, err = roomOf(ctx, tx, community, b.Room); err != nil {
			return err
		}
		if err := numberTaken(db.Insert(ctx, tx, "parking_space", made)); err != nil {
			return err
		}
		tx.Note(community, subject("space", made.ID), nil, made)
		tx.Emit(Changed{community, made.ID.String()})
		v, err = space(ctx, tx, made.ID)
		tx.Answer(&v)
		return err
	})
	return v, err
}

func numberTaken(err error) error {
	if db.Unique(err, "parking_space_number", "parking_space.number") {
		return ErrNumberTaken.At(errs.Field{Name: "number", Code: ErrNumberTaken.Code})
	}
	return err
}

// changeSpace is the frame of every change of a space.
func (s *Service) changeSpace(ctx context.Context, who authz.Actor, id SpaceID, match web.Match, change func(tx *db.Tx, was Space) (Space, error)) (v SpaceView, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		old, err := space(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		is, err := change(tx, old.Space)
		if err != nil {
			return err
		}
		shown, was := is, old.Space
		shown.Notes, was.Notes = "", "" // free words may name people
		tx.Note(is.Community, subject("space", id), was, shown)
		tx.Emit(Changed{is.Community, id.String()})
		if err := numberTaken(db.Save(ctx, tx, "parking_space", &is)); err != nil {
			return err
		}
		v, err = space(ctx, tx, id)
		tx.Answer(&v)
		return err
	})
	return v, err
}

// EditSpace changes what a space is.
func (s *Service) EditSpace(ctx context.Context, who authz.Actor, id SpaceID, match web.Match, b SpaceBody) (SpaceView, error) {
	return s.changeSpace(ctx, who, id, match, func(tx *db.Tx, was Space) (is Space, err error) {
		if is, err = was.with(b); err != nil {
			return is, err
		}
		is.Room, err = roomOf(ctx, tx, is.Community, b.Room)
		return is, err
	})
}

// Give gives a free space to somebody who bought or rents it.
func (s *Service) Give(ctx context.Context, who authz.Actor, id SpaceID, match web.Match, b HolderBody) (SpaceView, error) {
	return s.changeSpace(ctx, who, id, match, func(tx *db.Tx, was Space) (is Space, err error) {
		if was.State != Free {
			return is, ErrSpaceHeld
		}
		if is, err = was.given(b); err != nil {
			return is, err
		}
		return is, known(ctx, tx, is.Community, b.Customer)
	})
}

// TakeBack ends what somebody had of a space today; it stays in the history.
func (s *Service) TakeBack(ctx context.Context, who authz.Actor, id SpaceID, match web.Match) (SpaceView, error) {
	return s.changeSpace(ctx, who, id, match, func(tx *db.Tx, was Space) (Space, error) {
		if was.Customer == 0 {
			return was, nil
		}
		today, err := org.Today(ctx, tx, was.Community)
		if err != nil {
			return was, err
		}
		is := was
		is.Customer, is.State, is.From, is.To = 0, Free, clock.Day{}, clock.Day{}
		return is, db.Insert(ctx, tx, "parking_holding", Holding{
			ID: db.NewID[Holding](tx), Community: was.Community, Space: id, Customer: was.Customer, State: was.State, From: was.From, To: was.To, EndedOn: today,
		})
	})
}

// DeleteSpace removes a space that nobody ever had.
func (s *Service) DeleteSpace(ctx context.Context, who authz.Actor, id SpaceID, match web.Match) error {
	return s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		old, err := space(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		if old.Customer != 0 {
			return ErrSpaceHeld
		}
		n, err := db.One[int](ctx, tx, `SELECT (SELECT COUNT(*) FROM vehicle v WHERE v.community_id = $1 AND v.space_id = $2 AND {scope:v}) + (SELECT COUNT(*) FROM parking_holding h WHERE h.community_id = $1 AND h.space_id = $2 AND {scope:h})`, old.Community, id)
		if err != nil {
			return err
		}
		if n > 0 {
			return ErrSpaceUsed
		}
		tx.Note(old.Community, subject("space", id), map[string]any{"number": old.Number}, nil)
		tx.Emit(Changed{old.Community, id.String()})
		_, err = tx.Exec(ctx, `DELETE FROM parking_space WHERE id = $1 AND {scope}`, id)
		return err
	})
}

// Settings returns a community's rules for parking.
func (s *Service) Settings(ctx context.Context, who authz.Actor, community authz.CommunityID) (out Settings, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = settings(ctx, tx, community)
		return err
	})
	return out, err
}

// SetSettings changes a community's rules for parking.
func (s *Service) SetSettings(ctx context.Context, who authz.Actor, match web.Match, is Settings) (Settings, error) {
	err := s.DB.Write(ctx, who, ActSettings, func(tx *db.Tx) error {
		if err := tx.In(ctx, is.Community); err != nil {
			return err
		}
		old, err := settings(ctx, tx, is.Community)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		if err := is.check(); err != nil {
			return err
		}
		tx.Note(is.Community, "community:"+is.Community.String(), old, is)
		is.Version = old.Version + 1
		if old.Version == 0 {
			return db.Insert(ctx, tx, "parking_setting", is)
		}
		_, err = tx.Exec(ctx, `UPDATE parking_setting SET most_per_space = $1, remind_days = $2, version = $3 WHERE community_id = $4 AND {scope}`, is.MostPerSpace, is.RemindDays, is.Version, is.Community)
		return err
	})
	return is, err
}
