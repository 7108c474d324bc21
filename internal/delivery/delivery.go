// Package delivery brings bills to those who pay them (BIL-08, BIL-08a).
//
//	notice: waiting ─→ told       by push or mail
//	            └────→ print ─printed→ printed ─round→ delivered | boxed | refused
//	                                      └ not met: another attempt is planned
//
// A batch are the notices of one booked run, or of one correction; each payer of
// a room gets one of it, however often the work begins anew. A notice keeps no
// amount: what is due is asked of the bills when it is printed or read.
package delivery

import (
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
	ActView                 = billing.ActBills
	ActNotice  authz.Action = "bill.notice"  // sends and prints notices, plans rounds
	ActDeliver authz.Action = "bill.deliver" // carries notices to the door
)

// Identifiers.
type (
	NoticeID = id.Of[Notice]
	RoundID  = id.Of[Round]
	PhotoID  = id.Of[Photo]
	VisitID  = id.Of[Visit]
	BatchID  = id.Of[Batch] // a run's or a correction's number
)

// Kinds of batches.
const (
	OfRun = "bill"
	OfFix = "correction"
)

// Rules say when the bills of a community go out, and how (BIL-08).
type Rules struct {
	ID        authz.CommunityID `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	RulesDraft
	Since   clock.Instant `db:"since_at" json:"-"` // runs booked before it was switched on are left alone
	Version int64         `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (r Rules) ETag() int64 { return r.Version }

// RulesDraft is what people write of them.
type RulesDraft struct {
	Automatic bool  `db:"automatic" json:"automatic" doc:"false: somebody lets each run go out"`
	Day       int64 `db:"on_day" json:"day" minimum:"0" maximum:"28" doc:"of the month; 0: the morning after booking"`
	Push      bool  `db:"by_push" json:"push"`
	Mail      bool  `db:"by_mail" json:"mail"`
	Photo     bool  `db:"needs_photo" json:"photo" doc:"whoever delivers a printed notice takes a picture"`
}

// Shipped are the rules of a community that has set none.
var Shipped = RulesDraft{Push: true, Mail: true, Photo: true}

// State is how far a notice has come.
type State string

// The states of a notice.
const (
	Waiting   State = "waiting"
	Told      State = "told"
	Print     State = "print"
	Printed   State = "printed"
	Delivered State = "delivered"
	Boxed     State = "boxed"
	Refused   State = "refused"
)

// Batch are the notices of a run or of a correction.
type Batch struct {
	ID        BatchID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Kind      string            `db:"kind" json:"kind" enum:"bill,correction"`
	Done      int64             `db:"done" json:"-"` // lines that were looked at
	State     string            `db:"state" json:"state" enum:"sending,sent"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by"`
}

// Notice tells a payer of a room what they owe.
type Notice struct {
	ID        NoticeID          `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Batch     BatchID           `db:"batch_id" json:"batchId"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Debtor    string            `db:"debtor" json:"-"`
	Customer  db.ID             `db:"customer_id" json:"customerId,omitempty"`
	State     State             `db:"state" json:"state" enum:"waiting,told,print,printed,delivered,boxed,refused"`
	Channels  string            `db:"channels" json:"channels,omitempty" doc:"push, mail or both"`
	At        clock.Instant     `db:"at" json:"at"`
	ToldAt    *clock.Instant    `db:"told_at" json:"toldAt,omitempty"`
	PrintedAt *clock.Instant    `db:"printed_at" json:"printedAt,omitempty"`
	Round     RoundID           `db:"round_id" json:"roundId,omitempty"`
	Tries     int64             `db:"tries" json:"tries" doc:"nobody was met"`
	Next      clock.Day         `db:"next_on" json:"next,omitzero" doc:"of the next attempt"`
	DoneAt    *clock.Instant    `db:"done_at" json:"doneAt,omitempty"`
	DoneBy    string            `db:"done_by_name" json:"doneBy,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (n Notice) ETag() int64 { return n.Version }

func (n Notice) subject() string { return "bill_notice:" + n.ID.String() }

// NoticeView is a notice in a list.
type NoticeView struct {
	Notice
	Label  string    `db:"label" json:"label"`
	Sort   string    `db:"sort_key" json:"-"`
	Floor  *int64    `db:"floor" json:"floor,omitempty"`
	Unit   string    `db:"unit" json:"unit,omitempty"`
	Who    string    `db:"who" json:"payer" doc:"empty: the developer"`
	Legal  string    `db:"legal" json:"-"`
	Amount money.Fen `db:"amount" json:"amount" doc:"of the run's live lines"`
}

// Round is a walk through a building with its printed notices.
type Round struct {
	ID        RoundID            `db:"id" json:"id"`
	Community authz.CommunityID  `db:"community_id" json:"community"`
	Building  housing.BuildingID `db:"building_id" json:"buildingId"`
	Staff     authz.AccountID    `db:"staff_id" json:"staffId"`
	Name      string             `db:"staff_name" json:"staffName"`
	On        clock.Day          `db:"on_day" json:"on"`
	State     string             `db:"state" json:"state" enum:"open,done"`
	At        clock.Instant      `db:"at" json:"at"`
	ByName    string             `db:"by_name" json:"by"`
	Version   int64              `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (r Round) ETag() int64 { return r.Version }

func (r Round) subject() string { return "bill_round:" + r.ID.String() }

// RoundView is a round in a list.
type RoundView struct {
	Round
	BuildingName string `db:"building" json:"building"`
	All          int64  `db:"n_all" json:"notices"`
	Left         int64  `db:"n_left" json:"left"`
	Missed       int64  `db:"n_missed" json:"missed" doc:"of those left: nobody was met"`
}

// RoundFull is a round with its doors in walking order.
type RoundFull struct {
	RoundView
	Photo bool   `json:"photo" doc:"each result needs a picture"`
	Doors []Door `json:"doors"`
}

// Door is a notice of a round with what happened there.
type Door struct {
	NoticeView
	Visits []Visit `json:"visits"`
}

// Result is what happened at a door.
type Result string

// The results.
const (
	WasDelivered Result = "delivered"
	WasBoxed     Result = "boxed"
	WasRefused   Result = "refused"
	NotMet       Result = "not_met"
)

// Visit is one attempt to hand over a notice.
type Visit struct {
	ID        VisitID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Notice    NoticeID          `db:"notice_id" json:"-"`
	Result    Result            `db:"result" json:"result" enum:"delivered,boxed,refused,not_met"`
	Words     string            `db:"words" json:"words,omitempty"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by"`
	Photos    []PhotoID         `json:"photos"`
}

// Photo proves a visit.
type Photo struct {
	ID        PhotoID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Notice    NoticeID          `db:"notice_id" json:"-"`
	Visit     VisitID           `db:"visit_id" json:"-"` // 0: taken, and the visit is not told yet
	Blob      string            `db:"blob" json:"-"`
	Type      string            `db:"type" json:"type"`
	Size      int64             `db:"size" json:"size"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by"`
}

// Errors.
var (
	ErrNotBooked  = errs.New(errs.Conflict, "delivery.not_booked", "the bills are not booked")
	ErrNothing    = errs.New(errs.Conflict, "delivery.nothing", "no printed notice of this building waits to be carried")
	ErrSettled    = errs.New(errs.Conflict, "delivery.settled", "this notice was handed over already")
	ErrNotYours   = errs.New(errs.Forbidden, "delivery.not_yours", "somebody else carries this round")
	ErrPhoto      = errs.New(errs.Invalid, "delivery.photo", "take a picture first")
	ErrNotPicture = errs.New(errs.Invalid, "delivery.not_picture", "this is no picture")
)

// Due says that a payer is to be told.
type Due struct {
	Community authz.CommunityID `json:"community"`
	Notice    NoticeID          `json:"notice"`
}

// EventName implements db.Event.
func (Due) EventName() string { return "bill.notice_due" }

// Where implements db.Event.
func (e Due) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Due) About() string { return e.Notice.String() }

// Changed says that notices or rounds of a community are not what they were.
type Changed struct {
	Community authz.CommunityID `json:"community"`
	Round     RoundID           `json:"round,omitempty"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "bill.notice_changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Round.String() }

var _ db.Event = Changed{}
