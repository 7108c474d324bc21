// Package lookin is the planned visits of on-site specialists to check on running
// work (TIC-10): when, by whom, what was found, with a picture of it.
//
//	planned ─record→ done        the finding is told to the customer, and counts as the report of the day (TIC-09)
//	   └────cancel→ cancelled    one whose ticket ends first stays planned, and is on no list any more
package lookin

import (
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// Act plans, records and cancels look-ins; they are seen by who sees the ticket.
const Act authz.Action = "lookin.record"

// ID identifies a look-in.
type ID = id.Of[LookIn]

// State is where a look-in stands.
type State string

// The states.
const (
	Planned   State = "planned"
	Done      State = "done"
	Cancelled State = "cancelled"
)

// LookIn is one visit to check on running work.
type LookIn struct {
	ID        ID                `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Ticket    ticket.ID         `db:"ticket_id" json:"ticketId"`
	DueAt     clock.Instant     `db:"due_at" json:"dueAt"`
	Staff     staff.ID          `db:"staff_id" json:"staffId"`
	StaffName string            `db:"staff_name" json:"staff"`
	State     State             `db:"state" json:"state" enum:"planned,done,cancelled"`
	Finding   string            `db:"finding" json:"finding,omitempty" doc:"what was found; of a cancelled one why"`
	Photo     ticket.PhotoID    `db:"photo_id" json:"photoId,omitempty" doc:"among the ticket's"`
	At        clock.Instant     `db:"at" json:"-"`
	By        staff.ID          `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
	DoneAt    *clock.Instant    `db:"done_at" json:"doneAt,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (l LookIn) ETag() int64 { return l.Version }

// View is a look-in with what it is about.
type View struct {
	LookIn
	Number string       `db:"number" json:"number"`
	Title  string       `db:"title" json:"title"`
	Place  string       `db:"place" json:"place"`
	Grade  ticket.Grade `db:"grade" json:"grade" enum:"A,B,C"`
	Mine   bool         `db:"-" json:"mine" doc:"the caller is to go"`
}

// Errors.
var (
	ErrNotNow = errs.New(errs.Conflict, "lookin.not_now", "it was recorded or cancelled before")
	ErrEnded  = errs.New(errs.Conflict, "lookin.ended", "work on this ticket has ended, or has not begun")
)

// Changed is told when a look-in was planned, recorded or cancelled.
type Changed struct {
	LookIn    ID                `json:"lookIn"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "lookin.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.LookIn.String() }

// record closes a look-in: done with a finding, or cancelled with a reason.
func (l LookIn) record(as State, words string, now clock.Instant) (LookIn, error) {
	if l.State != Planned {
		return l, ErrNotNow
	}
	l.State, l.Finding, l.DoneAt = as, words, &now
	return l, nil
}
