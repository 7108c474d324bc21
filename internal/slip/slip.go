// Package slip keeps the forms that go with a ticket on paper, as they were filled
// in (TIC-14, PRO-02, PRO-03): the on-site form, the receipt slip, the return of
// replaced parts, the opening form, the borrowing and the sales slip.
//
//	filled in ─correct→ the next revision; the one before stays as it was
//	          ─void, with a reason→ stays to be read, and its number stays used
//
// A step of a procedure that asks for a form is done while such a slip stands
// (Seen): it is ticked when the slip is kept, names its latest revision, and is
// open again when it is voided.
//
// What the product keeps elsewhere (number, customer, place) is read from the
// ticket where a slip is shown and never kept twice; only what is written on the
// paper is here, sealed, with the picture of the signed or stamped sheet.
//
// Read slip.go for the words, rules.go for what may stand on a line, service.go
// for the use cases, http.go for the API, forms.yaml for the forms.
package slip

import (
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/reseal"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// Actions; slips are seen by who sees the ticket.
const (
	ActFill authz.Action = "slip.fill" // fills in, corrects and voids those of one's own tickets
	ActAny  authz.Action = "slip.any"  // and those of every ticket
)

// ID identifies one revision of a slip.
type ID = id.Of[Slip]

// Slip is one form as it was filled in.
type Slip struct {
	ID         ID                `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"-"`
	Ticket     ticket.ID         `db:"ticket_id" json:"ticketId"`
	Form       string            `db:"form" json:"form"`
	Edition    int64             `db:"edition" json:"edition" doc:"version of the form"`
	Number     string            `db:"number" json:"number,omitempty" example:"JT20261114-0001" doc:"of a form that has numbers of its own; a correction keeps it"`
	Revision   int64             `db:"revision" json:"revision" doc:"1, and one more with each correction"`
	Earlier    ID                `db:"earlier_id" json:"earlierId,omitempty" doc:"what it corrects"`
	Why        string            `db:"why" json:"why,omitempty" doc:"of the correction"`
	Sealed     string            `db:"lines_sealed" json:"-"`
	Photo      ticket.PhotoID    `db:"photo_id" json:"photoId,omitempty" doc:"the signature or the stamped sheet, among the ticket's pictures"`
	At         clock.Instant     `db:"at" json:"at"`
	By         staff.ID          `db:"by_id" json:"-"`
	ByName     string            `db:"by_name" json:"by"`
	DoneAt     *clock.Instant    `db:"done_at" json:"doneAt,omitempty" doc:"when it was filled in, if it was kept on a phone without a network first"`
	ReplacedAt *clock.Instant    `db:"replaced_at" json:"replacedAt,omitempty" doc:"when it was corrected"`
	VoidedAt   *clock.Instant    `db:"voided_at" json:"voidedAt,omitempty" doc:"when it was voided"`
	VoidWhy    string            `db:"void_why" json:"voidWhy,omitempty"`
	VoidBy     string            `db:"void_by_name" json:"voidBy,omitempty"`
	Version    int64             `db:"version" json:"version"`
}

// Line is what stands on a line of a form: of a day 2026-11-14, of a time an
// instant, of money yuan with its fen, of a choice its id.
type Line struct {
	Field string `json:"field" maxLength:"40"`
	Value string `json:"value" maxLength:"4000"`
}

// View is a slip with its lines, as far as who may see names of people.
type View struct {
	Slip
	Lines []Line `db:"-" json:"lines"`
}

// ETag implements web.Versioned.
func (v View) ETag() int64 { return v.Version }

// Filling is what is written on a form.
type Filling struct {
	Lines  []Line         `json:"lines" maxItems:"60"`
	Photo  ticket.PhotoID `json:"photoId,omitempty" doc:"a picture of the ticket, of kind signature, stamp or slip"`
	Signed bool           `json:"signed,omitempty" doc:"in place of photoId: the caller's own latest such picture of the ticket, which was sent just before"`
}

// Errors.
var (
	ErrEnded    = errs.New(errs.Conflict, "slip.ended", "an archived or cancelled ticket is never changed (TIC-04)")
	ErrNotYours = errs.New(errs.Forbidden, "slip.not_yours", "the forms of this ticket are for who works on it")
	ErrVoided   = errs.New(errs.Conflict, "slip.voided", "it was voided: fill in another one")
	ErrReplaced = errs.New(errs.Conflict, "slip.replaced", "it was corrected already: the latest revision is corrected, not an earlier one")
)

// Changed is told when a slip was filled in or corrected.
type Changed struct {
	Slip      ID                `json:"slip"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "slip.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Slip.String() }

// Sealed are the columns of this package that hold personal data (CUS-04).
var Sealed = []reseal.Column{{Table: "slip", Name: "lines", Sealed: "lines_sealed"}}
