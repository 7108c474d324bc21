// Package matter is what a resident does about the matters of their own rooms
// (FAC-02): report one, see who comes and when, say something, take it back, say
// that it is settled or not, rate it.
//
//	report → (ticket's life) → settled | not settled: opened again → rate
//
// A resident sees the matters of a room since the room is theirs, and those of
// their own archive there from before: a new owner learns nothing of the last.
// The rules of tickets stand in package ticket; here is only whose they are.
package matter

import (
	"context"
	"io"
	"slices"

	"guanjia/internal/auth"
	"guanjia/internal/followup"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/quote"
	"guanjia/internal/resident"
	"guanjia/internal/ticket"
)

// The use cases; residents hold them and nobody else.
const (
	ActView   authz.Action = "matter.view"
	ActReport authz.Action = "matter.report"
	ActSay    authz.Action = "matter.say"
	ActJudge  authz.Action = "matter.judge" // settled or not, and the rating
)

// Actions are what a resident may do about their own matters.
var Actions = []authz.Action{ActView, ActReport, ActSay, ActJudge}

// Service holds the use cases of this package.
type Service struct {
	DB        *db.DB
	Tickets   *ticket.Service
	FollowUps *followup.Service
}

// Full is a matter with its story, and whether it waits to be rated.
type Full struct {
	ticket.OwnFull
	Rate   bool         `json:"rate" doc:"it waits to be rated"`
	Quotes []quote.View `json:"quotes" doc:"what the work costs, the latest first"`
}

// ETag implements web.Versioned.
func (f Full) ETag() int64 { return f.Version }

// mine are the caller's rooms, as matters are looked for by them.
func mine(ctx context.Context, tx *db.Tx) (out []ticket.Mine, err error) {
	homes, err := resident.OwnRooms(ctx, tx)
	for _, h := range homes {
		out = append(out, through(h))
	}
	return out, err
}

// through is what a binding lets its resident see.
func through(h resident.Binding) ticket.Mine {
	m := ticket.Mine{Community: h.Community, Room: h.Room, Since: h.At}
	if h.InvitedBy == 0 {
		m.Customer = h.Customer
	}
	return m
}

// Audience lists the residents who are told of a matter now: who reported it, by
// archive or by number, where they have an account; else everybody who sees it.
func Audience(ctx context.Context, tx *db.Tx, t ticket.Ticket) (who []authz.AccountID, err error) {
	if t.Room == 0 {
		return nil, nil
	}
	all, err := resident.Of(ctx, tx, t.Community, t.Room)
	if err != nil {
		return nil, err
	}
	var theirs []authz.AccountID
	for _, b := range all {
		m := through(b)
		if !m.Holds(t) || slices.Contains(who, b.Account) {
			continue
		}
		a, err := auth.ByID(ctx, tx, b.Account)
		if err != nil {
			return nil, err
		}
		number, err := auth.MobileOf(tx, a)
		if err != nil {
			return nil, err
		}
		if a.Disabled {
			continue
		}
		who = append(who, b.Account)
		if t.Customer != 0 && m.Customer == t.Customer || t.Reports(tx.Vault(), number) {
			theirs = append(theirs, b.Account)
		}
	}
	if len(theirs) > 0 {
		who = theirs
	}
	return who, nil
}

func at(ctx context.Context, tx *db.Tx, room housing.RoomID) (ticket.Mine, error) {
	all, err := mine(ctx, tx)
	for _, m := range all {
		if m.Room == room {
			return m, nil
		}
	}
	if err == nil {
		err = db.ErrNotFound
	}
	return ticket.Mine{}, err
}

// List is what is known of a room's matters, the latest first.
func (s *Service) List(ctx context.Context, who authz.Actor, room housing.RoomID, open bool, before ticket.ID, limit int) (out []ticket.OwnView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		m, err := at(ctx, tx, room)
		if err != nil {
			return err
		}
		out, err = ticket.OwnList(ctx, tx, m, open, before, limit)
		return err
	})
	return out, err
}

// Get is one matter with its story.
func (s *Service) Get(ctx context.Context, who authz.Actor, id ticket.ID) (f Full, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		f, err = whole(ctx, tx, id)
		return err
	})
	return f, err
}

func owned(ctx context.Context, tx *db.Tx, id ticket.ID) (ticket.Ticket, error) {
	all, err := mine(ctx, tx)
	if err != nil {
		return ticket.Ticket{}, err
	}
	return ticket.OwnIn(ctx, tx, id, all)
}

func whole(ctx context.Context, tx *db.Tx, id ticket.ID) (f Full, err error) {
	t, err := owned(ctx, tx, id)
	if err != nil {
		return f, err
	}
	if f.OwnFull, err = ticket.Own(ctx, tx, t); err != nil {
		return f, err
	}
	if f.Quotes, err = quote.OfTicketIn(ctx, tx, t); err != nil {
		return f, err
	}
	f.Quotes = slices.DeleteFunc(f.Quotes, func(q quote.View) bool { return q.State == quote.Withdrawn })
	f.Rate, err = followup.Waits(ctx, tx, id)
	return f, err
}

// Report is what a resident tells.
type Report struct {
	Room     housing.RoomID
	Kind     ticket.Kind
	Category string
	Facet    string // of a class of fees
	Words    string
	Outside  bool          // not in the room, but in a public place
	Place    string        // which
	At       *ticket.Where // where that is, if the phone may say it
	Visit    *ticket.Wanted
	Wished   string    // when somebody would be welcome, in words
	Earlier  ticket.ID // the ended matter of theirs that it takes up
}

// Report opens a matter. What was said already within a day is not opened
// again: the answer is the first, with twice.
func (s *Service) Report(ctx context.Context, who authz.Actor, r Report) (f Full, err error) {
	err = s.DB.Write(ctx, who, ActReport, func(tx *db.Tx) error {
		m, err := at(ctx, tx, r.Room)
		if err != nil {
			return err
		}
		if r.Earlier != 0 {
			if _, err := owned(ctx, tx, r.Earlier); err != nil {
				return errs.ErrFields.At(errs.Field{Name: "earlierId", Code: db.ErrNotFound.Code})
			}
		}
		in, err := r.intake(ctx, tx, m)
		if err != nil {
			return err
		}
		t, err := ticket.Report(ctx, tx, in)
		if err != nil {
			return err
		}
		f, err = whole(ctx, tx, t.ID)
		tx.Answer(&f)
		return err
	})
	return f, err
}

// intake puts a report into the words of a ticket: the first line is its title.
func (r Report) intake(ctx context.Context, tx *db.Tx, m ticket.Mine) (ticket.Intake, error) {
	title, rest := split(r.Words)
	if title == "" {
		c, _ := ticket.TreeOf(tx).ByID(r.Category)
		title = c.Zh
	}
	in := ticket.Intake{Community: m.Community, Kind: r.Kind, Room: m.Room, Category: r.Category, Title: title, Description: rest, Customer: m.Customer, Visit: r.Visit, Wished: r.Wished, Facet: r.Facet, Outside: r.Outside, At: r.At, Earlier: r.Earlier}
	if r.Outside {
		if r.Place == "" {
			return in, errs.ErrFields.At(errs.Field{Name: "place", Code: "missing"})
		}
		in.Title = "【" + r.Place + "】" + in.Title // the room stays: it is whose matter it is
	}
	if m.Customer != 0 {
		return in, nil
	}
	name, mobile, err := resident.Caller(ctx, tx)
	in.ContactName, in.ContactMobile = name, mobile
	return in, err
}

// Does is what a resident does to a matter of theirs.
type Does string

// What a resident can do.
const (
	Say       Does = "say"
	Withdraw  Does = "withdraw"
	Settled   Does = "settled"
	Unsettled Does = "unsettled"
)

// Do takes one step, in the resident's words where it needs any.
func (s *Service) Do(ctx context.Context, who authz.Actor, id ticket.ID, does Does, words string) (f Full, err error) {
	act := ActJudge
	if does == Say || does == Withdraw {
		act = ActSay
	}
	return s.step(ctx, who, act, id, func(tx *db.Tx) error { return s.do(ctx, tx, id, does, words) })
}

func (s *Service) do(ctx context.Context, tx *db.Tx, id ticket.ID, does Does, words string) error {
	switch does {
	case Say:
		return s.Tickets.Say(ctx, tx, id, words)
	case Withdraw:
		return s.Tickets.Withdraw(ctx, tx, id, words)
	case Settled:
		return s.Tickets.Settled(ctx, tx, id)
	}
	return s.Tickets.Unsettled(ctx, tx, id, words)
}

// Slots lists the windows that are free for a matter of a room; of a matter that
// is there its own category counts, and its own appointment does not.
func (s *Service) Slots(ctx context.Context, who authz.Actor, room housing.RoomID, category string, of ticket.ID) (out []ticket.SlotView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		m, err := at(ctx, tx, room)
		if err != nil {
			return err
		}
		if of != 0 {
			t, err := owned(ctx, tx, of)
			if err != nil {
				return err
			}
			category = t.Category
		}
		out, err = ticket.OwnSlots(ctx, tx, m.Community, category, of)
		return err
	})
	return out, err
}

// Appoint books a window for a matter of one's own, or moves it.
func (s *Service) Appoint(ctx context.Context, who authz.Actor, id ticket.ID, in ticket.Wanted) (f Full, err error) {
	return s.step(ctx, who, ActSay, id, func(tx *db.Tx) error { return s.Tickets.AppointOwn(ctx, tx, id, in) })
}

// CallOff cancels the appointment of a matter of one's own; the matter stays.
func (s *Service) CallOff(ctx context.Context, who authz.Actor, id ticket.ID, why string) (f Full, err error) {
	return s.step(ctx, who, ActSay, id, func(tx *db.Tx) error { return s.Tickets.CallOffOwn(ctx, tx, id, why) })
}

// step does something to a matter of the caller's, and answers with it.
func (s *Service) step(ctx context.Context, who authz.Actor, act authz.Action, id ticket.ID, do func(*db.Tx) error) (f Full, err error) {
	err = s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		if _, err := owned(ctx, tx, id); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		f, err = whole(ctx, tx, id)
		tx.Answer(&f)
		return err
	})
	return f, err
}

// Answer accepts or declines what work on a matter costs (TIC-07).
func (s *Service) Answer(ctx context.Context, who authz.Actor, id quote.ID, to quote.State, why string) (f Full, err error) {
	err = s.DB.Write(ctx, who, ActJudge, func(tx *db.Tx) error {
		of, err := quote.TicketOf(ctx, tx, id)
		if err != nil {
			return err
		}
		t, err := owned(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := quote.Answer(ctx, tx, t, id, to, why); err != nil {
			return err
		}
		f, err = whole(ctx, tx, t.ID)
		tx.Answer(&f)
		return err
	})
	return f, err
}

// Rate answers the follow-up of a matter in the app (FUP-02, FUP-03).
func (s *Service) Rate(ctx context.Context, who authz.Actor, id ticket.ID, a followup.Answers) (f Full, err error) {
	err = s.DB.Write(ctx, who, ActJudge, func(tx *db.Tx) error {
		if _, err := owned(ctx, tx, id); err != nil {
			return err
		}
		if err := followup.RateOwn(ctx, tx, id, a); err != nil {
			return err
		}
		f, err = whole(ctx, tx, id)
		tx.Answer(&f)
		return err
	})
	return f, err
}

// AddFile attaches a picture (kind "before") or a recording to a matter of one's own.
func (s *Service) AddFile(ctx context.Context, who authz.Actor, id ticket.ID, kind string, r io.Reader) (p ticket.Photo, err error) {
	stored, err := s.Tickets.StoreFile(ctx, kind, r)
	if err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, who, ActReport, func(tx *db.Tx) error {
		t, err := owned(ctx, tx, id)
		if err != nil {
			return err
		}
		n, err := ticket.PhotosOf(ctx, tx, t)
		if err != nil {
			return err
		}
		if n >= mostPhotos {
			return ErrManyPhotos
		}
		p, err = ticket.AttachPhoto(ctx, tx, t, kind, "", stored)
		tx.Answer(&p)
		return err
	})
	return p, err
}

// Sign keeps a resident's signature under what they were asked to read (FAC-02).
func (s *Service) Sign(ctx context.Context, who authz.Actor, id ticket.ID, r io.Reader) (p ticket.Photo, err error) {
	stored, err := s.Tickets.StoreFile(ctx, "signature", r)
	if err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, who, ActJudge, func(tx *db.Tx) error {
		if _, err := owned(ctx, tx, id); err != nil {
			return err
		}
		p, err = s.Tickets.Sign(ctx, tx, id, stored)
		tx.Answer(&p)
		return err
	})
	return p, err
}

// mostPhotos is how many pictures and recordings a matter takes from its resident.
const mostPhotos = 30

// ErrManyPhotos says that a matter has enough pictures.
var ErrManyPhotos = errs.New(errs.Conflict, "matter.many_photos", "there are too many pictures of this already")

// Photo opens a picture of a matter of one's own.
func (s *Service) Photo(ctx context.Context, who authz.Actor, id ticket.PhotoID) (p ticket.Photo, r io.ReadSeekCloser, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if p, err = ticket.PhotoIn(ctx, tx, id); err != nil {
			return err
		}
		if p.Inside() {
			return db.ErrNotFound
		}
		_, err = owned(ctx, tx, p.Ticket)
		return err
	})
	if err != nil {
		return p, nil, err
	}
	r, err = s.Tickets.OpenPhoto(p)
	return p, r, err
}
