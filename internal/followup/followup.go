// Package followup asks the customer afterwards whether the matter is settled
// and how it was (回访, FUP-01…03).
//
//	resolved ticket ─plan→ due ─complete→ done; not settled: the ticket is opened again (FUP-04)
//	                        ├─attempts used up→ not reached
//	                        └─the ticket is opened again→ void
package followup

import (
	"context"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// ID identifies a follow-up.
type ID = id.Of[FollowUp]

// States.
const (
	Due        = "due"
	Done       = "done"
	NotReached = "not_reached"
	Void       = "void" // the matter was taken up again before anybody called
)

// FollowUp is one conversation about a resolved ticket. Ratings are kept in
// half steps doubled (2 … 10), the mean in tenths.
type FollowUp struct {
	ID        ID                `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Ticket    ticket.ID         `db:"ticket_id" json:"ticketId"`
	Round     int64             `db:"round" json:"round" doc:"0 for the first time the ticket was resolved"`
	State     string            `db:"state" json:"state" enum:"due,done,not_reached,void"`
	DueAt     clock.Instant     `db:"due_at" json:"dueAt"`
	Attempts  int64             `db:"attempts" json:"attempts"`
	DoneAt    *clock.Instant    `db:"done_at" json:"doneAt,omitempty"`
	DoneBy    staff.ID          `db:"done_by" json:"-"`
	By        string            `db:"done_by_name" json:"by,omitempty"`
	Solved    *bool             `db:"solved" json:"solved,omitempty"`
	Attitude  *int64            `db:"attitude" json:"-"`
	Speed     *int64            `db:"speed" json:"-"`
	Effect    *int64            `db:"effect" json:"-"`
	Rating    *int64            `db:"rating" json:"-"`
	Words     string            `db:"words" json:"words,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

// The use cases.
const (
	ActView   authz.Action = "followup.view"
	ActRecord authz.Action = "followup.record"
)

// mostAttempts is how often a customer is called before the follow-up ends as not reached (FUP-02).
const mostAttempts = 3

// Errors.
var (
	ErrEnded  = errs.New(errs.Conflict, "followup.ended", "this follow-up is done")
	ErrOwn    = errs.New(errs.Forbidden, "followup.own_work", "who did the work does not follow it up")
	errRating = "followup.rating"
)

// Ratings are the three answers, 1 to 5 in half steps (FUP-03).
type Ratings struct{ Attitude, Speed, Effect float64 }

// halves turns a rating into doubled half steps; ok is false for anything else.
func halves(r float64) (n int64, ok bool) {
	n = int64(r * 2)
	return n, float64(n) == r*2 && n >= 2 && n <= 10
}

// Mean is the rating in tenths: the mean of the three, one decimal, halves up.
func Mean(attitude, speed, effect int64) int64 {
	// Doubled half steps: mean = sum/6, in tenths sum*10/6 = sum*5/3.
	return ((attitude+speed+effect)*10 + 3) / 6
}

// complete records the answers.
func (f FollowUp) complete(who authz.Actor, solved bool, r Ratings, words string, now clock.Instant) (FollowUp, error) {
	if f.State != Due {
		return f, ErrEnded
	}
	var wrong errs.Fields
	read := func(field string, v float64) *int64 {
		n, ok := halves(v)
		if !ok {
			wrong.Add(field, errRating, nil)
		}
		return &n
	}
	f.Attitude, f.Speed, f.Effect = read("attitude", r.Attitude), read("speed", r.Speed), read("effect", r.Effect)
	if err := wrong.Err(); err != nil {
		return f, err
	}
	rating := Mean(*f.Attitude, *f.Speed, *f.Effect)
	f.State, f.DoneAt, f.DoneBy, f.By, f.Solved, f.Rating, f.Words = Done, &now, who.ID, who.Name, &solved, &rating, words
	return f, nil
}

// attempt notes a call that nobody answered.
func (f FollowUp) attempt(now clock.Instant) (FollowUp, error) {
	if f.State != Due {
		return f, ErrEnded
	}
	if f.Attempts++; f.Attempts >= mostAttempts {
		f.State, f.DoneAt = NotReached, &now
	}
	return f, nil
}

// Service holds the use cases of this package.
type Service struct{ DB *db.DB }

// PlanForTicket creates the follow-up of a resolved ticket; it handles ticket.Solved.
func (s *Service) PlanForTicket(ctx context.Context, tx *db.Tx, e ticket.Solved) error {
	t, err := ticket.In(ctx, tx, e.Ticket)
	if err != nil || t.Status != ticket.Resolved || !ticket.Policies[t.Kind].FollowUp {
		return err // taken up again meanwhile, or of a kind that nobody asks about
	}
	f := FollowUp{ID: db.NewID[FollowUp](tx), Community: e.Community, Ticket: e.Ticket, Round: t.Reopened, State: Due, DueAt: e.At.Add(within), Version: 1}
	tx.Emit(Changed{f.ID, f.Community, f.Ticket, Due})
	return db.Insert(ctx, tx, "follow_up", f)
}

// Drop ends the follow-up of a ticket that is taken up again; it handles ticket.Reopened.
func (s *Service) Drop(ctx context.Context, tx *db.Tx, e ticket.Reopened) error {
	open, err := db.All[View](ctx, tx, views+`WHERE f.ticket_id = $1 AND f.state = 'due' AND f.round < t.reopened AND {scope:f}`, e.Ticket)
	if err != nil {
		return err
	}
	for _, v := range open {
		v.State, v.DoneAt = Void, &tx.Now
		tx.Emit(Changed{v.ID, v.Community, v.Ticket, Void})
		if err := db.Save(ctx, tx, "follow_up", &v.FollowUp); err != nil {
			return err
		}
	}
	return nil
}

// within is the time for the follow-up of a repair (FUP-01).
const within = 24 * time.Hour

// Changed is told when a follow-up was planned or recorded.
type Changed struct {
	FollowUp  ID                `json:"followUp"`
	Community authz.CommunityID `json:"community"`
	Ticket    ticket.ID         `json:"ticket"`
	State     string            `json:"state"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "followup.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Ticket.String() }

// View is a follow-up with what its list shows of the ticket.
type View struct {
	FollowUp
	Number        string   `db:"number" json:"ticketNumber"`
	Title         string   `db:"title" json:"title"`
	Place         string   `db:"place" json:"place"`
	Contact       string   `db:"contact_name" json:"customerName,omitempty"`
	Mobile        string   `db:"-" json:"contactMobileMasked,omitempty" doc:"in full for who may see numbers"`
	ContactClear  string   `db:"contact_mobile" json:"-"`
	ContactSealed string   `db:"contact_sealed" json:"-"`
	Assignee      string   `db:"assignee_name" json:"assigneeName,omitempty"`
	Remedy        string   `db:"remedy" json:"remedy,omitempty"`
	AttitudeStars *float64 `db:"-" json:"attitude,omitempty"`
	SpeedStars    *float64 `db:"-" json:"speed,omitempty"`
	EffectStars   *float64 `db:"-" json:"effect,omitempty"`
	RatingStars   *float64 `db:"-" json:"rating,omitempty" doc:"the mean, one decimal"`
}

// ETag implements web.Versioned.
func (v View) ETag() int64 { return v.Version }

func decimal(n *int64, by float64) *float64 {
	if n == nil {
		return nil
	}
	f := float64(*n) / by
	return &f
}

// shown scales a view for the screen, as far as the actor may see the contact.
func (v View) shown(tx *db.Tx) (View, error) {
	number, err := ticket.ContactNumber(tx.Vault(), v.Ticket, v.ContactClear, v.ContactSealed)
	see := customer.SightOf(tx.Who, v.Community)
	v.Contact, v.Mobile = see.Name(v.Contact, false), see.Number(number)
	v.AttitudeStars, v.SpeedStars, v.EffectStars, v.RatingStars = decimal(v.Attitude, 2), decimal(v.Speed, 2), decimal(v.Effect, 2), decimal(v.Rating, 10)
	return v, err
}

const views = `SELECT f.id, f.community_id, f.ticket_id, f.round, f.state, f.due_at, f.attempts, f.done_at, f.done_by, f.done_by_name, f.solved, f.attitude, f.speed,
	f.effect, f.rating, f.words, f.version, t.number, t.title, t.place, t.contact_name, t.contact_mobile, t.contact_sealed, t.assignee_name, t.remedy
	FROM follow_up f JOIN ticket t ON t.community_id = f.community_id AND t.id = f.ticket_id `

func get(ctx context.Context, tx *db.Tx, id ID) (View, error) {
	return db.One[View](ctx, tx, views+`WHERE f.id = $1 AND {scope:f}`, id)
}

// position is where a page of the call list ends.
type position struct {
	Due clock.Instant `json:"d"`
	ID  ID            `json:"i"`
}

// List is the call list, the one that falls due first at the top.
func (s *Service) List(ctx context.Context, who authz.Actor, community authz.CommunityID, state string, after position, limit int) (out []View, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = db.All[View](ctx, tx, views+`WHERE (f.community_id = $1 OR $1 = 0) AND (f.state = $2 OR $2 = 'all') AND (f.due_at, f.id) > ($3, $4) AND {scope:f}
			ORDER BY f.due_at, f.id LIMIT $5`, int64(community), state, after.Due, int64(after.ID), limit)
		for i := range out {
			if err == nil {
				out[i], err = out[i].shown(tx)
			}
		}
		return err
	})
	return out, err
}

// OfTicket returns the follow-up of a ticket, if it has one.
func (s *Service) OfTicket(ctx context.Context, who authz.Actor, of ticket.ID) (v *View, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		all, err := db.All[View](ctx, tx, views+`WHERE f.ticket_id = $1 AND {scope:f} ORDER BY f.round DESC`, of)
		if len(all) > 0 {
			one, e := all[0].shown(tx)
			v, err = &one, e
		}
		return err
	})
	return v, err
}

// Attempt records a call that nobody answered.
func (s *Service) Attempt(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, note string) (View, error) {
	return s.change(ctx, who, id, expect, func(tx *db.Tx, f FollowUp) (FollowUp, error) {
		f, err := f.attempt(tx.Now)
		if err != nil {
			return f, err
		}
		if err := ticket.Attempted(ctx, tx, f.Ticket, note); err != nil || f.State != NotReached {
			return f, err
		}
		return f, ticket.NotReached(ctx, tx, f.Ticket, f.Attempts)
	})
}

// Complete records the customer's answers and ends the follow-up; the ticket
// gets the rating in the same transaction.
func (s *Service) Complete(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, solved bool, r Ratings, words string) (View, error) {
	return s.change(ctx, who, id, expect, func(tx *db.Tx, f FollowUp) (FollowUp, error) {
		t, err := ticket.In(ctx, tx, f.Ticket)
		if err != nil {
			return f, err
		}
		if t.Assignee == who.ID {
			return f, ErrOwn
		}
		if f, err = f.complete(who, solved, r, words, tx.Now); err != nil {
			return f, err
		}
		if err := ticket.FollowUp(ctx, tx, f.Ticket, *f.Rating, words, ticket.Data{
			"attitude": r.Attitude, "speed": r.Speed, "effect": r.Effect, "rating": *decimal(f.Rating, 10), "solved": solved,
		}); err != nil || solved {
			return f, err
		}
		return f, ticket.ReopenUnsolved(ctx, tx, f.Ticket, words)
	})
}

func (s *Service) change(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, apply func(*db.Tx, FollowUp) (FollowUp, error)) (v View, err error) {
	err = s.DB.Write(ctx, who, ActRecord, func(tx *db.Tx) error {
		old, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		f, err := apply(tx, old.FollowUp)
		if err != nil {
			return err
		}
		tx.Note(f.Community, "followup:"+f.ID.String(), map[string]any{"state": old.State, "attempts": old.Attempts}, map[string]any{"state": f.State, "attempts": f.Attempts, "rating": f.Rating})
		tx.Emit(Changed{f.ID, f.Community, f.Ticket, f.State})
		if err := db.Save(ctx, tx, "follow_up", &f); err != nil {
			return err
		}
		if v, err = get(ctx, tx, id); err == nil {
			v, err = v.shown(tx)
			tx.Answer(&v)
		}
		return err
	})
	return v, err
}
