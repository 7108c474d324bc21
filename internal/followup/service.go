package followup

import (
	"context"
	"errors"
	"slices"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// Service holds the use cases of this package.
type Service struct {
	DB *db.DB
	// Exports logs what is taken out.
	Exports *audit.Service
	// Promise writes an agreed call down; it is plugged in by package app, as
	// such calls live on a higher floor.
	Promise func(ctx context.Context, tx *db.Tx, p Promised) error
}

// Promised is an answer that a customer is to have by a time (FUP-04).
type Promised struct {
	Community authz.CommunityID
	Customer  customer.ID
	Room      housing.RoomID
	At        clock.Instant
	Words     string
}

// position is where a page of the call list ends.
type position struct {
	Due clock.Instant `json:"d"`
	ID  ID            `json:"i"`
}

// First is where the call list begins.
var First position

// List is the call list, the one that falls due first at the top: a line for
// each household, with what else is due of it (FUP-02).
func (s *Service) List(ctx context.Context, who authz.Actor, community authz.CommunityID, state string, after position, limit int) (out []View, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = db.All[View](ctx, tx, views+`WHERE (f.community_id = $1 OR $1 = 0) AND (f.state = $2 OR $2 = 'all') AND (f.due_at, f.id) > ($3, $4) AND {scope:f} `+earliest+`
			ORDER BY f.due_at, f.id LIMIT $5`, int64(community), state, after.Due, int64(after.ID), limit)
		for i := range out {
			if err == nil {
				out[i], err = out[i].shown(ctx, tx)
			}
		}
		if err != nil || state == Done || state == NotReached {
			return err
		}
		return joined(ctx, tx, out, startOfDay(ctx, tx, community))
	})
	return out, err
}

// startOfDay is when today began at a place; a day ago if the place is unknown.
func startOfDay(ctx context.Context, tx *db.Tx, community authz.CommunityID) clock.Instant {
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return tx.Now.Add(-day)
	}
	return clock.DayOf(tx.Now, zone).Start(zone)
}

// Counts are how many calls wait: one for each household.
type Counts struct {
	Due  int64 `json:"due" db:"due"`
	Late int64 `json:"late" db:"late"`
}

// Counts counts the lines of the call list.
func (s *Service) Counts(ctx context.Context, who authz.Actor, community authz.CommunityID) (c Counts, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		c, err = db.One[Counts](ctx, tx, `SELECT COUNT(*) AS due, COUNT(*) FILTER (WHERE f.due_at < $2) AS late FROM follow_up f
			WHERE (f.community_id = $1 OR $1 = 0) AND f.state = 'due' AND {scope:f} `+earliest, int64(community), tx.Now)
		return err
	})
	return c, err
}

// Get returns one follow-up with its attempts.
func (s *Service) Get(ctx context.Context, who authz.Actor, id ID) (v View, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		v, err = whole(ctx, tx, id)
		return err
	})
	return v, err
}

// whole is a follow-up with its attempts and what else is due of the household.
func whole(ctx context.Context, tx *db.Tx, id ID) (View, error) {
	v, err := get(ctx, tx, id)
	if err != nil {
		return v, err
	}
	if v, err = v.shown(ctx, tx); err != nil {
		return v, err
	}
	if v.Tried, err = attempts(ctx, tx, v.FollowUp); err != nil {
		return v, err
	}
	page := []View{v}
	err = joined(ctx, tx, page, startOfDay(ctx, tx, v.Community))
	return page[0], err
}

// OfTicket returns the latest follow-up of a ticket, if it has one.
func (s *Service) OfTicket(ctx context.Context, who authz.Actor, of ticket.ID) (v *View, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		all, err := db.All[ID](ctx, tx, `SELECT f.id FROM follow_up f WHERE f.ticket_id = $1 AND {scope:f} ORDER BY f.round DESC LIMIT 1`, of)
		if err != nil || len(all) == 0 {
			return err
		}
		one, err := whole(ctx, tx, all[0])
		v = &one
		return err
	})
	return v, err
}

// Attempt records that nobody was reached. It counts for everything that is
// due of the household: nobody calls twice to ask twice (FUP-02).
func (s *Service) Attempt(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, channel, note string) (v View, err error) {
	err = s.DB.Write(ctx, who, ActRecord, func(tx *db.Tx) error {
		first, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(first.Version); err != nil {
			return err
		}
		if err := first.mayBy(channel); err != nil {
			return err
		}
		set, err := settingsIn(ctx, tx, first.Community)
		if err != nil {
			return err
		}
		zone, err := org.Zone(ctx, tx, first.Community)
		if err != nil {
			return err
		}
		all, err := dueOf(ctx, tx, first)
		if err != nil {
			return err
		}
		next := nextTry(tx.Now, zone, first.LikesFrom, first.LikesTo)
		for _, old := range all {
			if err := s.attempted(ctx, tx, old, set.Attempts, next, channel, note); err != nil {
				return err
			}
		}
		v, err = whole(ctx, tx, id)
		tx.Answer(&v)
		return err
	})
	return v, err
}

// mayBy refuses to call who asked not to be called.
func (v View) mayBy(channel string) error {
	if channel == "phone" && v.NoCalls {
		return errs.ErrFields.At(errs.Field{Name: "channel", Code: "followup.no_calls"})
	}
	return nil
}

func (s *Service) attempted(ctx context.Context, tx *db.Tx, old View, most int64, next clock.Instant, channel, note string) error {
	f, err := old.attempt(most, next, tx.Now)
	if err != nil {
		return err
	}
	a := Attempt{ID: db.NewID[Attempt](tx), Community: f.Community, FollowUp: f.ID, At: tx.Now, Channel: channel, Words: note, By: tx.Who.ID, ByName: tx.Who.Name}
	if err := db.Insert(ctx, tx, "follow_up_attempt", a); err != nil {
		return err
	}
	if f.Ticket != 0 {
		if err := ticket.Attempted(ctx, tx, f.Ticket, channel, note); err != nil {
			return err
		}
		if f.State == NotReached {
			if err := ticket.NotReached(ctx, tx, f.Ticket, f.Attempts); err != nil {
				return err
			}
		}
	}
	return save(ctx, tx, old.FollowUp, &f)
}

// Outcome is all that is recorded at the end of a follow-up.
type Outcome struct {
	Answers
	Praised, Blamed staff.ID
	Request         *Request
	Promise         *Promise
}

// Request is something new that the customer asks for: it becomes a ticket (FUP-04).
type Request struct {
	Kind     ticket.Kind
	Category string
	Grade    ticket.Grade
	Title    string
}

// Promise is an answer that could not be given at once.
type Promise struct {
	At    clock.Instant
	Words string
}

// Complete records the customer's answers and ends the follow-up; the ticket
// gets the rating, is opened again if it is not settled, and what is new is
// opened or promised, all in the same transaction (FUP-03, FUP-04).
func (s *Service) Complete(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, o Outcome) (v View, err error) {
	err = s.DB.Write(ctx, who, ActRecord, func(tx *db.Tx) error {
		old, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		if err := old.mayBy(o.Channel); err != nil {
			return err
		}
		f, err := old.complete(who, o.Answers, tx.Now)
		if err != nil {
			return err
		}
		if f, err = signed(ctx, tx, old, f); err != nil {
			return err
		}
		if f, err = people(ctx, tx, f, o); err != nil {
			return err
		}
		if f, err = s.further(ctx, tx, old, f, o); err != nil {
			return err
		}
		if err := told(ctx, tx, f, o.Answers); err != nil {
			return err
		}
		if err := save(ctx, tx, old.FollowUp, &f); err != nil {
			return err
		}
		v, err = whole(ctx, tx, id)
		tx.Answer(&v)
		return err
	})
	return v, err
}

// signed says who may ask: never who did the work, and for a matter that was
// raised again only the head of the responsible department, who signs (FUP-04).
func signed(ctx context.Context, tx *db.Tx, old View, f FollowUp) (FollowUp, error) {
	if f.Ticket == 0 {
		return f, nil
	}
	if old.AssigneeID == tx.Who.ID && old.AssigneeID != 0 {
		return f, ErrOwn
	}
	if f.Round == 0 {
		return f, nil
	}
	heads, err := ticket.Heads(ctx, tx, f.Ticket)
	if err != nil {
		return f, err
	}
	if !slices.Contains(heads, tx.Who.ID) {
		return f, ErrHead
	}
	f.Signed, f.SignedAt = tx.Who.Name, &tx.Now
	return f, nil
}

// people notes whom the customer praised or blamed.
func people(ctx context.Context, tx *db.Tx, f FollowUp, o Outcome) (FollowUp, error) {
	look := func(field string, who staff.ID, name *string) error {
		if who == 0 {
			return nil
		}
		m, err := staff.In(ctx, tx, f.Community, who)
		if errors.Is(err, db.ErrNotFound) {
			return errs.ErrFields.At(errs.Field{Name: field, Code: db.ErrNotFound.Code})
		}
		*name = m.Name
		return err
	}
	f.Praised, f.Blamed = o.Praised, o.Blamed
	if err := look("praised", o.Praised, &f.PraisedWho); err != nil {
		return f, err
	}
	return f, look("blamed", o.Blamed, &f.BlamedWho)
}

// further opens what the customer asked for, and writes a promised answer down.
func (s *Service) further(ctx context.Context, tx *db.Tx, old View, f FollowUp, o Outcome) (FollowUp, error) {
	if r := o.Request; r != nil {
		if !tx.Who.Scope(ticket.ActOpen).Sees(f.Community) {
			return f, errs.ErrFields.At(errs.Field{Name: "request", Code: "followup.may_not_open"})
		}
		t, err := ticket.OpenIn(ctx, tx, ticket.Intake{Community: f.Community, Kind: r.Kind, Room: f.Room, Place: old.Place, Customer: f.Customer, Category: r.Category, Grade: r.Grade, Title: r.Title, Channel: "phone"}, f.Ticket)
		if err != nil {
			return f, within("request", err)
		}
		f.Next = t.ID
	}
	if p := o.Promise; p != nil {
		if p.At <= tx.Now || p.At > tx.Now.Add(366*day) {
			return f, errs.ErrFields.At(errs.Field{Name: "promise.at", Code: "followup.promise_when"})
		}
		words := strings.TrimSpace(p.Words)
		if words == "" {
			return f, errs.ErrFields.At(errs.Field{Name: "promise.words", Code: "missing"})
		}
		f.Promised = &p.At
		if err := s.Promise(ctx, tx, Promised{f.Community, f.Customer, f.Room, p.At, words}); err != nil {
			return f, err
		}
	}
	return f, nil
}

// within names the fields of err as parts of a field.
func within(field string, err error) error {
	e := *errs.Of(err)
	if e.Kind != errs.Invalid {
		return err
	}
	e.Fields = slices.Clone(e.Fields)
	for i := range e.Fields {
		e.Fields[i].Name = field + "." + e.Fields[i].Name
	}
	return &e
}

// told writes the verdict on the ticket, and opens it again if it is not settled.
func told(ctx context.Context, tx *db.Tx, f FollowUp, a Answers) error {
	if f.Ticket == 0 {
		return nil
	}
	data := ticket.Data{"attitude": a.Attitude, "speed": a.Speed, "effect": a.Effect, "rating": *decimal(f.Rating, 10), "solved": a.Solved}
	if f.Signed != "" {
		data["signed"] = f.Signed
	}
	if f.By == "" {
		data["customer"] = true // nobody called: they said it themselves
	}
	if err := ticket.FollowUp(ctx, tx, f.Ticket, *f.Rating, a.Channel, f.Words, data); err != nil || a.Solved {
		return err
	}
	return ticket.ReopenUnsolved(ctx, tx, f.Ticket, f.Words)
}

func save(ctx context.Context, tx *db.Tx, old FollowUp, f *FollowUp) error {
	tx.Note(f.Community, "followup:"+f.ID.String(), map[string]any{"state": old.State, "attempts": old.Attempts},
		map[string]any{"state": f.State, "attempts": f.Attempts, "rating": f.Rating, "channel": f.Channel, "signed": f.Signed != ""})
	tx.Emit(Changed{f.ID, f.Community, f.Ticket, f.State})
	return db.Save(ctx, tx, "follow_up", f)
}
