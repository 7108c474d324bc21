// Package followup asks the customer afterwards whether the matter is settled
// and how it was (回访, FUP-01…05).
//
//	resolved ticket, room handed over, household in care
//	   ─plan by the community's rules→ due ─complete→ done; not settled: the ticket is opened again (FUP-04)
//	                                    ├─attempts used up→ not reached
//	                                    └─the ticket is opened again→ void
//
// All that is due of one household is asked in one call (FUP-02): the call list
// has a line for each household, and an attempt counts for everything in it.
package followup

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
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

// Rules that make follow-ups (FUP-01).
const (
	RuleRepair    = "repair"
	RuleService   = "service" // without a visit
	RuleVisit     = "visit"   // service on the spot, installation
	RuleComplaint = "complaint"
	RuleVIP       = "vip"
	RuleSample    = "sample" // of the inquiries
	RuleHandover  = "handover"
	RuleCare      = "care" // a household in care, from time to time
)

// FollowUp is one conversation about a resolved ticket, or with a household.
// Ratings are kept in half steps doubled (2 … 10), the mean in tenths.
type FollowUp struct {
	ID         ID                `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"community"`
	Ticket     ticket.ID         `db:"ticket_id" json:"ticketId,omitempty" doc:"none: a room handed over, or a household in care"`
	Round      int64             `db:"round" json:"round" doc:"0 for the first time the ticket was resolved; later ones are the head's to make"`
	Rule       string            `db:"rule" json:"rule" enum:"repair,service,visit,complaint,vip,sample,handover,care" doc:"why somebody is asked"`
	Source     string            `db:"source" json:"-"` // what it is about, if no ticket: planned once
	Room       housing.RoomID    `db:"room_id" json:"roomId,omitempty"`
	Customer   customer.ID       `db:"customer_id" json:"customerId,omitempty"`
	State      string            `db:"state" json:"state" enum:"due,done,not_reached,void"`
	DueAt      clock.Instant     `db:"due_at" json:"dueAt" doc:"by when the first attempt is to be made"`
	CompleteBy *clock.Instant    `db:"complete_by" json:"completeBy,omitempty" doc:"by when it is to be completed"`
	Attempts   int64             `db:"attempts" json:"attempts"`
	FirstAt    *clock.Instant    `db:"first_at" json:"-"`
	NextAt     *clock.Instant    `db:"next_at" json:"nextAt,omitempty" doc:"when to try again: in another part of the day"`
	DoneAt     *clock.Instant    `db:"done_at" json:"doneAt,omitempty"`
	DoneBy     staff.ID          `db:"done_by" json:"-"`
	By         string            `db:"done_by_name" json:"by,omitempty"`
	Channel    string            `db:"channel" json:"channel,omitempty" enum:"phone,visit,app,link,"`
	Solved     *bool             `db:"solved" json:"solved,omitempty"`
	Attitude   *int64            `db:"attitude" json:"-"`
	Speed      *int64            `db:"speed" json:"-"`
	Effect     *int64            `db:"effect" json:"-"`
	Rating     *int64            `db:"rating" json:"-"`
	Words      string            `db:"words" json:"words,omitempty"`
	Topics     Topics            `db:"topics" json:"topics,omitempty" doc:"what the words are about"`
	Praised    staff.ID          `db:"praised_id" json:"praisedId,omitzero"`
	PraisedWho string            `db:"praised_name" json:"praised,omitempty"`
	Blamed     staff.ID          `db:"blamed_id" json:"blamedId,omitzero"`
	BlamedWho  string            `db:"blamed_name" json:"blamed,omitempty"`
	Punctual   *bool             `db:"punctual" json:"punctual,omitempty" doc:"after a visit (PRO-02)"`
	Tidy       *bool             `db:"tidy" json:"tidy,omitempty"`
	Conduct    *bool             `db:"conduct" json:"conduct,omitempty" doc:"the rules for work at the customer's were kept"`
	Next       ticket.ID         `db:"next_ticket_id" json:"nextTicketId,omitzero" doc:"the ticket that a new request became"`
	Promised   *clock.Instant    `db:"promised_at" json:"promisedAt,omitempty" doc:"when an answer was promised for"`
	Signed     string            `db:"signed_name" json:"signed,omitempty" doc:"the head who told the result (FUP-04)"`
	SignedAt   *clock.Instant    `db:"signed_at" json:"signedAt,omitempty"`
	Version    int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (f FollowUp) ETag() int64 { return f.Version }

// Attempt is one time that nobody was reached.
type Attempt struct {
	ID        id.Of[Attempt]    `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	FollowUp  ID                `db:"follow_up_id" json:"-"`
	At        clock.Instant     `db:"at" json:"at"`
	Channel   string            `db:"channel" json:"channel" enum:"phone,visit,app,link"`
	Words     string            `db:"words" json:"words"`
	By        staff.ID          `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
}

// KnownTopics are what a customer's words can be about (FUP-03).
var KnownTopics = []string{"attitude", "speed", "quality", "price", "communication", "tidiness", "suggestion", "other"}

// Topics is a list of KnownTopics.
type Topics []string

// Value implements driver.Valuer.
func (t Topics) Value() (driver.Value, error) {
	if len(t) == 0 {
		return nil, nil
	}
	b, err := json.Marshal([]string(t))
	return string(b), err
}

// Scan implements sql.Scanner.
func (t *Topics) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), (*[]string)(t))
	}
	return fmt.Errorf("followup: topics are stored as TEXT, not %T", src)
}

// The use cases.
const (
	ActView     authz.Action = "followup.view"
	ActRecord   authz.Action = "followup.record"
	ActExport   authz.Action = "followup.export"
	ActSettings authz.Action = "followup.settings"
)

// Errors.
var (
	ErrEnded  = errs.New(errs.Conflict, "followup.ended", "this follow-up is done")
	ErrOwn    = errs.New(errs.Forbidden, "followup.own_work", "who did the work does not follow it up")
	ErrHead   = errs.New(errs.Forbidden, "followup.head_only", "the head of the responsible department tells the result of a matter that was raised again")
	ErrLink   = errs.New(errs.NotFound, "followup.link", "this link is not valid, or no longer")
	errRating = "followup.rating"
)

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
