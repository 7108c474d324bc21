// Package notice tells people at work what concerns them, inside the program:
// a matter was given to them, a clock of theirs runs out (TIC-03b, TIC-05).
//
//	event of another domain ─→ notice, unread ─read→ read ─90 days→ gone
//
// A notice holds no words of anybody: what it is about is read with the
// reader's own rights, so a notice tells nothing that its reader may not see.
package notice

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/web"
	"guanjia/internal/ticket"
)

// ID identifies a notice.
type ID = id.Of[Notice]

// The kinds of notices.
const (
	Given     = "given"     // a ticket was given to the reader
	Escalated = "escalated" // a clock has come to a rung of the ladder
	Tasked    = "tasked"    // a part of a ticket was given to the reader
	Waiting   = "waiting"   // nobody has taken a ticket, and the reader leads those who should
	HoldOver  = "hold_over" // the time until which a ticket was held has come
	Said      = "said"      // a customer wrote something
	Report    = "report"    // the customer of a long matter has heard nothing for a day (TIC-09)
	Call      = "call"      // it is time to try a customer again who was not reached (TIC-07c)
	Danger    = "danger"    // its customer wrote of a danger after it was opened (TIC-12)
	BackDue   = "back_due"  // something that was taken away should be back (TIC-07)
	Hot       = "hot"       // more households than usual report something (TIC-11)
)

// Notice is one line for one person.
type Notice struct {
	ID        ID                `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Account   authz.AccountID   `db:"account_id" json:"-"`
	Ticket    ticket.ID         `db:"ticket_id" json:"ticketId"`
	Kind      string            `db:"kind" json:"kind" enum:"given,tasked,escalated,waiting,hold_over,said,danger,call,hot,report,back_due"`
	Data      Facts             `db:"data" json:"data"`
	At        clock.Instant     `db:"at" json:"at"`
	ReadAt    *clock.Instant    `db:"read_at" json:"readAt,omitempty"`
}

// Facts are what the face makes its sentence of.
type Facts struct {
	Clock   string `json:"clock,omitempty" enum:"response,resolve"`
	Percent int64  `json:"percent,omitempty"`
	Tickets int64  `json:"tickets,omitempty" doc:"of a hot matter, in seven days"`
}

// Value implements driver.Valuer.
func (f Facts) Value() (driver.Value, error) {
	b, err := json.Marshal(f)
	return string(b), err
}

// Scan implements sql.Scanner.
func (f *Facts) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("notice: facts are no text: %T", src)
	}
	return json.Unmarshal([]byte(s), f)
}

// View is a notice with what it is about, as far as the reader may see it now.
type View struct {
	Notice
	Number string       `db:"number" json:"number"`
	Title  string       `db:"title" json:"title"`
	Place  string       `db:"place" json:"place"`
	Grade  ticket.Grade `db:"grade" json:"grade" enum:"A,B,C"`
}

// Added is told to live screens, also when notices went: whoever it concerns asks anew.
type Added struct {
	Notices   []ID              `json:"notices"` // empty: some went
	Ticket    ticket.ID         `json:"ticket"`
	Community authz.CommunityID `json:"community"`
}

// Any reports whether there are new ones.
func (e Added) Any() bool { return len(e.Notices) > 0 }

// EventName implements db.Event.
func (Added) EventName() string { return "notice.added" }

// Where implements db.Event.
func (e Added) Where() authz.CommunityID { return e.Community }

// About implements db.Event: nobody learns whom else it is for.
func (e Added) About() string { return e.Ticket.String() }

// Service holds the use cases of this package.
type Service struct{ DB *db.DB }

// GivenTo tells somebody that a ticket was given to them; it handles ticket.Given.
func (s *Service) GivenTo(ctx context.Context, tx *db.Tx, e ticket.Given) error {
	tx.Silent("that it was given stands in the trail")
	return add(ctx, tx, Notice{Community: e.Community, Ticket: e.Ticket, Kind: Given}, e.To)
}

// TaskedTo tells somebody that a part of a ticket was given to them; it handles ticket.Tasked.
func (s *Service) TaskedTo(ctx context.Context, tx *db.Tx, e ticket.Tasked) error {
	tx.Silent("that it was given stands in the trail")
	return add(ctx, tx, Notice{Community: e.Community, Ticket: e.Ticket, Kind: Tasked}, e.To)
}

// Escalate tells whom the ladder names; it handles ticket.Escalated.
func (s *Service) Escalate(ctx context.Context, tx *db.Tx, e ticket.Escalated) error {
	tx.Silent("what the ladder told stands in the ticket's timeline")
	n := Notice{Community: e.Community, Ticket: e.Ticket, Kind: Escalated, Data: Facts{Clock: e.Clock, Percent: e.Percent}}
	switch e.Clock {
	case "hold":
		n.Kind, n.Data = HoldOver, Facts{}
	case "dispatch":
		n.Kind, n.Data = Waiting, Facts{}
	case "report":
		n.Kind, n.Data = Report, Facts{}
	case "attempt":
		n.Kind, n.Data = Call, Facts{}
	case "taken":
		n.Kind, n.Data = BackDue, Facts{}
	case "danger":
		n.Kind, n.Data = Danger, Facts{}
	case "hot":
		n.Kind, n.Data = Hot, Facts{Tickets: e.Percent}
	}
	return add(ctx, tx, n, e.To...)
}

// Heard tells who has a matter in hand that its customer wrote something; it
// handles ticket.Said.
func (s *Service) Heard(ctx context.Context, tx *db.Tx, e ticket.Said) error {
	tx.Silent("what the customer wrote stands in the ticket's timeline")
	return add(ctx, tx, Notice{Community: e.Community, Ticket: e.Ticket, Kind: Said}, e.To...)
}

// Settle takes what was told of a ticket as read once the work is done: nobody
// need look at a clock that has stopped. It handles ticket.Solved.
func (s *Service) Settle(ctx context.Context, tx *db.Tx, e ticket.Solved) error {
	tx.Silent("that it is done stands in the trail")
	n, err := tx.Exec(ctx, `UPDATE notice SET read_at = $1 WHERE ticket_id = $2 AND read_at IS NULL AND {scope}`, tx.Now, e.Ticket)
	if n > 0 {
		tx.Emit(Added{nil, e.Ticket, e.Community})
	}
	return err
}

func add(ctx context.Context, tx *db.Tx, n Notice, to ...authz.AccountID) error {
	told := Added{Ticket: n.Ticket, Community: n.Community}
	for _, who := range to {
		n.ID, n.Account, n.At = db.NewID[Notice](tx), who, tx.Now
		told.Notices = append(told.Notices, n.ID)
		if err := db.Add(ctx, tx, "notice", n); err != nil {
			return err
		}
	}
	if len(to) > 0 {
		tx.Emit(told)
	}
	return nil
}

// Position is where a page ends: the newest come first.
type Position struct {
	ID ID `json:"i"`
}

// List shows the caller's notices, the newest first.
func (s *Service) List(ctx context.Context, who authz.Actor, unread bool, after Position, limit int) (out []View, err error) {
	err = s.DB.Read(ctx, who, ticket.ActView, func(tx *db.Tx) error {
		out, err = db.All[View](ctx, tx, `SELECT `+db.Columns[Notice]("n")+`, t.number, t.title, t.place, t.grade FROM notice n
			JOIN ticket t ON t.community_id = n.community_id AND t.id = n.ticket_id
			WHERE n.account_id = $1 AND (n.read_at IS NULL OR NOT $2) AND (n.id < $3 OR $3 = 0) AND {scope:n} ORDER BY n.id DESC LIMIT $4`,
			who.ID, unread, int64(after.ID), limit)
		return err
	})
	return out, err
}

// Count is how many notices wait to be read.
type Count struct {
	Unread int64 `json:"unread"`
}

// Unread counts the caller's unread notices.
func (s *Service) Unread(ctx context.Context, who authz.Actor) (c Count, err error) {
	err = s.DB.Read(ctx, who, ticket.ActView, func(tx *db.Tx) error {
		c.Unread, err = db.One[int64](ctx, tx, `SELECT COUNT(*) FROM notice n WHERE n.account_id = $1 AND n.read_at IS NULL AND {scope:n}`, who.ID)
		return err
	})
	return c, err
}

// Read marks notices of the caller as read: one, or, where none is named, all.
func (s *Service) Read(ctx context.Context, who authz.Actor, one ID) (c Count, err error) {
	err = s.DB.Write(ctx, who, auth.ActSelf, func(tx *db.Tx) error {
		tx.Silent("what somebody has read of their own notices is nobody's business")
		if one != 0 {
			if _, err := db.One[ID](ctx, tx, `SELECT id FROM notice WHERE id = $1 AND account_id = $2 AND {scope}`, one, who.ID); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `UPDATE notice SET read_at = $1 WHERE account_id = $2 AND read_at IS NULL AND (id = $3 OR $3 = 0) AND {scope}`, tx.Now, who.ID, int64(one))
		if err == nil {
			c.Unread, err = db.One[int64](ctx, tx, `SELECT COUNT(*) FROM notice WHERE account_id = $1 AND read_at IS NULL AND {scope}`, who.ID)
		}
		tx.Answer(&c)
		return err
	})
	return c, err
}

const actTrim authz.Action = "notice.trim"

// Trim throws away what is older than before (ACC-13).
func (s *Service) Trim(ctx context.Context, before clock.Instant) (n int64, err error) {
	err = s.DB.Bulk(ctx, authz.System("notice", actTrim), actTrim, func(tx *db.Tx) (err error) {
		tx.Silent("a notice is a copy of what its ticket says")
		n, err = tx.Exec(ctx, `DELETE FROM notice WHERE at < $1 AND {scope}`, before)
		return err
	})
	return n, err
}

// Routes is the API of notices.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/notices", ticket.ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Unread bool `query:"unread"`
	}) (web.List[View], error) {
		after, err := web.After[Position](in.Cursor)
		if err != nil {
			return web.List[View]{}, err
		}
		rows, err := s.List(ctx, who, in.Unread, after, in.Limit+1)
		return web.Paged(rows, in.Limit, func(v View) Position { return Position{v.ID} }), err
	}, web.Summary("My notices, the newest first"))
	web.Get(a, "/notices/count", ticket.ActView, func(ctx context.Context, who authz.Actor, _ *struct{}) (Count, error) {
		return s.Unread(ctx, who)
	}, web.Summary("How many of my notices wait to be read"))
	web.Post(a, "/notices/read", auth.ActSelf, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			ID ID `json:"id,omitempty" doc:"none: all"`
		}
	}) (Count, error) {
		return s.Read(ctx, who, in.Body.ID)
	}, web.Summary("Mark my notices as read"))
}
