package ticket

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/staff"
)

// Of boards (TIC-10).
var (
	ErrViewTaken = errs.New(errs.Conflict, "ticket.view_taken", "you have a view of this name")
	ErrNotHisOwn = errs.New(errs.Forbidden, "ticket.view_not_yours", "who made a view changes it")
)

// Chosen is a ticket of a list with the version that was seen.
type Chosen struct {
	ID      ID    `json:"id"`
	Version int64 `json:"version"`
}

// DispatchMany gives several tickets to one member of staff, all or none. What
// stands against one of them is told as its field, "tickets[3]".
func (s *Service) DispatchMany(ctx context.Context, who authz.Actor, community authz.CommunityID, all []Chosen, to staff.ID, word string) (given []Ticket, err error) {
	if err := optional("word", &word, 500); err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, who, ActDispatch, func(tx *db.Tx) error {
		given = given[:0]
		m, err := staff.In(ctx, tx, community, to)
		if err != nil {
			return ErrOffDuty.At(errs.Field{Name: "to", Code: ErrOffDuty.Code})
		}
		within, err := answeringOf(ctx, tx, community, m.ID)
		if err != nil {
			return err
		}
		var wrong errs.Fields
		for i, c := range all {
			t, err := s.dispatchOne(ctx, tx, community, c, m, within, word)
			if e := errs.Of(err); len(e.Fields) == 1 && e.Fields[0].Code == ErrJunior.Code { // one word for all of them
				return err
			} else if err != nil && e.Kind != errs.Internal && e.Kind != errs.Unavailable {
				wrong.Add(fmt.Sprintf("tickets[%d]", i), e.Code, e.Params)
				continue
			}
			if err != nil {
				return err
			}
			given = append(given, t)
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		tx.Answer(&given)
		return nil
	})
	return given, err
}

func (s *Service) dispatchOne(ctx context.Context, tx *db.Tx, community authz.CommunityID, c Chosen, m staff.Member, within answering, word string) (t Ticket, err error) {
	old, err := get(ctx, tx, c.ID)
	switch {
	case err != nil:
		return t, err
	case old.Community != community:
		return t, db.ErrNotFound
	case old.Version != c.Version:
		return t, db.ErrStale
	}
	if t, err = byHand(ctx, tx, old, m, within, word); err != nil {
		return t, err
	}
	if err := save(ctx, tx, old, &t); err != nil {
		return t, err
	}
	return t, s.settled(ctx, tx, old, t)
}

// ViewID names a saved view.
type ViewID = id.Of[SavedView]

// SavedView is a filter that somebody keeps.
type SavedView struct {
	ID        ViewID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Owner     staff.ID          `db:"owner_id" json:"-"`
	OwnerName string            `db:"owner_name" json:"by"`
	Name      string            `db:"name" json:"name"`
	Filter    SavedFilter       `db:"filter" json:"filter"`
	Shared    bool              `db:"is_shared" json:"shared"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (v SavedView) ETag() int64 { return v.Version }

// SavedFilter is what a saved view narrows the list to.
type SavedFilter struct {
	View     string           `json:"view,omitempty" enum:"mine,mentored,department,due,breached,unassigned,held,verify,followup,all"`
	Status   Status           `json:"status,omitempty" enum:"new,dispatched,accepted,en_route,arrived,working,held,resolved,followed_up,archived,cancelled"`
	Grade    Grade            `json:"grade,omitempty" enum:"A,B,C"`
	Kind     Kind             `json:"kind,omitempty" enum:"repair,service,inquiry,suggestion,praise,complaint"`
	Dept     string           `json:"dept,omitempty" maxLength:"40"`
	Category string           `json:"category,omitempty" maxLength:"60"`
	Facet    string           `json:"facet,omitempty" maxLength:"30"`
	Building staff.BuildingID `json:"building,omitzero"`
	Q        string           `json:"q,omitempty" maxLength:"100"`
}

// Value implements driver.Valuer.
func (f SavedFilter) Value() (driver.Value, error) {
	b, err := json.Marshal(f)
	return string(b), err
}

// Scan implements sql.Scanner.
func (f *SavedFilter) Scan(src any) error { return scanJSON(src, f) }

// MineToo is a view as one person sees it.
type MineToo struct {
	SavedView
	Mine bool `json:"mine" doc:"the caller made it"`
}

// mostViews is how many views somebody keeps in a community.
const mostViews = 50

// Views lists the views that somebody may choose: their own, and what others share.
func (s *Service) Views(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []MineToo, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		all, err := db.All[SavedView](ctx, tx, `SELECT `+db.Columns[SavedView]("")+` FROM ticket_view WHERE community_id = $1 AND (owner_id = $2 OR is_shared = $3) AND {scope} ORDER BY name, id`, community, who.ID, true)
		for _, v := range all {
			out = append(out, MineToo{v, v.Owner == who.ID})
		}
		return err
	})
	return out, err
}

// KeepView saves a filter under a name of one's own.
func (s *Service) KeepView(ctx context.Context, who authz.Actor, community authz.CommunityID, name string, f SavedFilter, shared bool) (v MineToo, err error) {
	if err := needed("name", &name, 30); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM ticket_view WHERE community_id = $1 AND owner_id = $2 AND {scope}`, community, who.ID)
		if err != nil {
			return err
		}
		if n >= mostViews {
			return errs.ErrFields.At(errs.Field{Name: "name", Code: "ticket.views_full", Params: map[string]any{"max": mostViews}})
		}
		v = MineToo{SavedView{db.NewID[SavedView](tx), community, who.ID, who.Name, name, f, shared, 1}, true}
		tx.Note(community, "ticket_view:"+v.ID.String(), nil, map[string]any{"name": name, "shared": shared})
		tx.Answer(&v)
		return viewTaken(db.Insert(ctx, tx, "ticket_view", v.SavedView))
	})
	return v, err
}

// EditView changes name, filter or sharing of one's own view.
func (s *Service) EditView(ctx context.Context, who authz.Actor, id ViewID, expect func(int64) error, name string, f SavedFilter, shared bool) (v MineToo, err error) {
	if err := needed("name", &name, 30); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActView, func(tx *db.Tx) error {
		old, err := s.ownView(ctx, tx, id, expect)
		if err != nil {
			return err
		}
		v = MineToo{old, true}
		v.Name, v.Filter, v.Shared = name, f, shared
		tx.Note(old.Community, "ticket_view:"+id.String(), map[string]any{"name": old.Name, "shared": old.Shared}, map[string]any{"name": name, "shared": shared})
		tx.Answer(&v)
		return viewTaken(db.Save(ctx, tx, "ticket_view", &v.SavedView))
	})
	return v, err
}

// DropView throws one's own view away.
func (s *Service) DropView(ctx context.Context, who authz.Actor, id ViewID, expect func(int64) error) error {
	return s.DB.Write(ctx, who, ActView, func(tx *db.Tx) error {
		old, err := s.ownView(ctx, tx, id, expect)
		if err != nil {
			return err
		}
		tx.Note(old.Community, "ticket_view:"+id.String(), map[string]any{"name": old.Name}, nil)
		_, err = tx.Exec(ctx, `DELETE FROM ticket_view WHERE id = $1 AND {scope}`, id)
		return err
	})
}

// ownView is a view that the caller made; what others do not share is not there.
func (s *Service) ownView(ctx context.Context, tx *db.Tx, id ViewID, expect func(int64) error) (SavedView, error) {
	v, err := db.One[SavedView](ctx, tx, `SELECT `+db.Columns[SavedView]("")+` FROM ticket_view WHERE id = $1 AND {scope}`, id)
	switch {
	case err != nil:
		return v, err
	case v.Owner != tx.Who.ID && !v.Shared:
		return v, db.ErrNotFound
	case v.Owner != tx.Who.ID:
		return v, ErrNotHisOwn
	}
	return v, expect(v.Version)
}

func viewTaken(err error) error {
	if db.Unique(err, "ticket_view_name", "ticket_view.community_id, ticket_view.owner_id, ticket_view.name") {
		return ErrViewTaken.At(errs.Field{Name: "name", Code: ErrViewTaken.Code})
	}
	return err
}
