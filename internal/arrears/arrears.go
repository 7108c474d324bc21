// Package arrears is what is done about bills that are not paid (ARR-01 to ARR-05).
//
//	line due ─ladder, once a day→ dun: sent | open ─result→ done
//	                                          └ paid, disputed, promised → closed
//	promise:  open ─paid→ kept    ─its day passes→ broken (back to the list)    ─withdraw→ withdrawn
//	dispute:  open ─settle: uphold→ upheld
//	               ├ correct → asked ─four eyes→ corrected (reversed and billed anew)
//	               └ waive   → asked ─four eyes→ waived    (reversed)
//
// Late fees are computed when they are looked at (package cashier) and booked
// when they are paid; here they are shown, paused while a line is disputed or
// paid by plan, and waived up to the limit of a role.
//
// Nothing here cuts anything off: there is no action that stops water, power,
// gas or heat, or bars a gate, a lift or a car (Civil Code art. 944), and a test
// looks for one.
package arrears

import (
	"database/sql/driver"

	"guanjia/internal/auth"
	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// Actions.
const (
	ActView     authz.Action = "arrears.view"
	ActWork     authz.Action = "arrears.work"   // results of calls, promises, plans, disputes
	ActWaive    authz.Action = "arrears.waive"  // late fees, up to the limit of the role or by request
	ActDecide   authz.Action = "arrears.decide" // what was asked for above the limit, and corrections
	ActSettings authz.Action = "arrears.settings"
	actLadder   authz.Action = "arrears.ladder"
)

var worker = authz.System("arrears", actLadder)

// Identifiers.
type (
	DunID     = id.Of[Dun]
	PromiseID = id.Of[Promise]
	PlanID    = id.Of[plan]
	DisputeID = id.Of[Dispute]
)

type plan struct{} // tags PlanID; a plan is its promises

// Channel is how a step of the ladder reaches a household.
type Channel string

// The channels. Nothing else is ever done to a household that owes.
const (
	ByMessage Channel = "app"   // to the phones and mail boxes of the residents
	ByPrint   Channel = "print" // a notice that is served
	ByCall    Channel = "call"
	ByVisit   Channel = "visit"
	ByLawyer  Channel = "lawyer" // a lawyer's letter
	BySuit    Channel = "suit"   // the file for arbitration or a suit
)

// Step is one rung of the ladder (ARR-02).
type Step struct {
	Code    string  `json:"code" maxLength:"20" doc:"what a line remembers of it; once for each line"`
	Days    int     `json:"days" minimum:"-30" maximum:"1000" doc:"after the due day; negative: before"`
	Channel Channel `json:"channel" enum:"app,print,call,visit,lawyer,suit"`
	On      bool    `json:"on"`
	Zh      string  `json:"zh" maxLength:"500" doc:"with {room}, {amount}, {lateFee}, {due}, {months}, {community}, {phone}"`
	En      string  `json:"en" maxLength:"500"`
	To      string  `json:"to,omitempty" enum:"owner," doc:"owner: the owners of today are asked for what a tenant did not pay, for which they are jointly liable (物业管理条例 article 41); left out: whoever owes"`
}

// ToOwner is a step about a tenant's lines that goes to the owner.
const ToOwner = "owner"

// Rules are how a community deals with arrears.
type Rules struct {
	ID        id.Of[Rules]      `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	RulesDraft
	Roles   []auth.RoleName `db:"-" json:"roles" doc:"that may have a limit, in the company's order"`
	Version int64           `db:"version" json:"version" doc:"0: as shipped"`
}

// ETag implements web.Versioned.
func (r Rules) ETag() int64 { return r.Version }

// RulesDraft is what people write of the rules.
type RulesDraft struct {
	Steps    Steps       `db:"steps" json:"steps" maxItems:"20"`
	Limits   auth.Limits `db:"limits" json:"limits" maxItems:"20"`
	LossRate money.Rate  `db:"loss_rate" json:"lossRate" doc:"what lateness costs the company a year, such as the loan prime rate; courts cut what is more than 30 % above it (Civil Code art. 585)"`
}

// Steps are a list, kept as JSON.
type Steps []Step

// Value implements driver.Valuer.
func (s Steps) Value() (driver.Value, error) { return db.ToText(append(Steps{}, s...)) }

// Scan implements sql.Scanner.
func (s *Steps) Scan(src any) error { return db.FromText(src, (*[]Step)(s)) }

// Dun is what happened, or is to happen, to a household at a step: one for all its lines at that step.
type Dun struct {
	ID        DunID             `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Step      string            `db:"step" json:"step"`
	Channel   Channel           `db:"channel" json:"channel" enum:"app,print,call,visit,lawyer,suit"`
	Days      int64             `db:"days" json:"days" doc:"of the step, after the due day"`
	On        clock.Day         `db:"on_day" json:"on"`
	Until     clock.Day         `db:"until_on" json:"-"` // what is paid by then is the step's effect
	Fen       money.Fen         `db:"amount" json:"amount" doc:"principal that was open"`
	Lines     int64             `db:"lines" json:"lines"`
	State     DunState          `db:"state" json:"state" enum:"sent,open,done,closed"`
	Result    Result            `db:"result" json:"result,omitempty" enum:"reached,promised,refused,wrong_number,not_met,served,"`
	Words     string            `db:"words" json:"words,omitempty"`
	Served    clock.Day         `db:"served_on" json:"servedOn,omitzero"`
	DoneAt    *clock.Instant    `db:"done_at" json:"doneAt,omitempty"`
	DoneBy    authz.AccountID   `db:"done_by" json:"-"`
	DoneName  string            `db:"done_by_name" json:"by,omitempty"`
	Debtor    string            `db:"debtor" json:"-"` // the tenant whose lines these are; empty: the owners
	Tenant    bool              `db:"-" json:"tenant,omitempty" doc:"it is about lines that a tenant pays"`
	ToOwner   bool              `db:"to_owner" json:"toOwner,omitempty" doc:"it asks the owner for what a tenant did not pay"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (d Dun) ETag() int64 { return d.Version }

// DunState is where a dun stands.
type DunState string

// The states of a dun.
const (
	Sent    DunState = "sent" // a message; nothing is to be done
	OpenDun DunState = "open" // somebody has to call, visit, serve or write
	DoneDun DunState = "done"
	Closed  DunState = "closed" // paid, promised or disputed before anybody did it
)

// Result is what came of a call, a visit or a notice.
type Result string

// The results.
const (
	Reached     Result = "reached"
	Promised    Result = "promised"
	Refused     Result = "refused"
	WrongNumber Result = "wrong_number"
	NotMet      Result = "not_met"
	Served      Result = "served" // it interrupts the limitation period
)

// Promise is an amount that somebody said will be paid by a day (ARR-03).
type Promise struct {
	ID        PromiseID         `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Plan      PlanID            `db:"plan_id" json:"planId,omitempty" doc:"of whose instalments it is one"`
	Fen       money.Fen         `db:"amount" json:"amount"`
	On        clock.Day         `db:"on_day" json:"on"`
	Made      clock.Day         `db:"made_on" json:"madeOn"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
	Words     string            `db:"words" json:"words,omitempty"`
	Debtor    string            `db:"debtor" json:"-"` // as bills name them; empty: all that was owed of the room
	Who       string            `db:"-" json:"of,omitempty" doc:"who promised, where it is for their bills only and they owe something still"`
	Tenant    bool              `db:"-" json:"tenant,omitempty" doc:"it is for a tenant's bills only"`
	Whole     bool              `db:"-" json:"whole,omitempty" doc:"it is for everything that was owed of the room"`
	State     string            `db:"state" json:"state" enum:"open,kept,broken,withdrawn"`
	Ended     clock.Day         `db:"ended_on" json:"endedOn,omitzero"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (p Promise) ETag() int64 { return p.Version }

// Hardship says until when a household is not dunned.
type Hardship struct {
	ID        id.Of[Hardship]   `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Room      housing.RoomID    `db:"room_id" json:"-"`
	Until     clock.Day         `db:"until_on" json:"until"`
	Words     string            `db:"words" json:"words"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by"`
	Version   int64             `db:"version" json:"-"`
}

// Dispute is a line that somebody says is wrong (ARR-04).
type Dispute struct {
	ID        DisputeID         `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Line      billing.LineID    `db:"line_id" json:"lineId"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	State     string            `db:"state" json:"state" enum:"open,asked,upheld,corrected,waived"`
	Reason    string            `db:"reason" json:"reason"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
	Fen       money.Fen         `db:"amount" json:"amount" doc:"of a correction: what it is to be"`
	Outcome   string            `db:"outcome" json:"outcome,omitempty" enum:"uphold,correct,waive,"`
	EndedAt   *clock.Instant    `db:"ended_at" json:"endedAt,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (d Dispute) ETag() int64 { return d.Version }

// DisputeStep is one thing that was done about a dispute.
type DisputeStep struct {
	ID        id.Of[DisputeStep] `db:"id" json:"-"`
	Community authz.CommunityID  `db:"community_id" json:"-"`
	Dispute   DisputeID          `db:"dispute_id" json:"-"`
	Verb      string             `db:"verb" json:"verb" enum:"opened,basis,meeting,mediation,asked,refused,upheld,corrected,waived"`
	Words     string             `db:"words" json:"words"`
	At        clock.Instant      `db:"at" json:"at"`
	ByName    string             `db:"by_name" json:"by"`
}

// Errors.
var (
	ErrDone     = errs.New(errs.Conflict, "arrears.done", "this was done already")
	ErrDisputed = errs.New(errs.Conflict, "arrears.disputed", "the bill is disputed already")
	ErrSettled  = errs.New(errs.Conflict, "arrears.settled", "the dispute is settled, or somebody else is deciding it")
	ErrNoFee    = errs.New(errs.Conflict, "arrears.no_fee", "there is no late fee on this bill")
	ErrNothing  = errs.New(errs.Conflict, "arrears.nothing", "this household owes nothing")
)

// Changed says that what is known of a household's arrears is not what it was.
type Changed struct {
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"room"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "arrears.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Room.String() }

// Reminded says that a household is to be told by message.
type Reminded struct {
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"room"`
	Dun       DunID             `json:"dun"`
}

// EventName implements db.Event.
func (Reminded) EventName() string { return "arrears.reminded" }

// Where implements db.Event.
func (e Reminded) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Reminded) About() string { return e.Room.String() }

var _ db.Event = Reminded{}
