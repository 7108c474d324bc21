// Package debit takes what is due by direct debit (银行代扣, PAY-02b): mandates,
// batches for a bank, its answer.
//
//	batch: draft ─ask→ asked ─approve (four eyes)→ released ─every item answered→ done
//	         │  ↑        └─ refuse ──┘
//	         └─ cancelled
//
//	item: waiting ─release→ sent ─┬─ paid: a payment of the household, once
//	        └→ dropped            ├─ failed: with the bank's reason; its lines are free for the next batch
//	                              └─ conflict: the money came for what was paid otherwise meanwhile; in suspense
//
// A line of a bill is in one batch that is under way, not in two. What was paid
// meanwhile is dropped at the release, which looks at every line again under the
// room's number. Late fees stand as of the day on which the bank is to collect;
// that day counts as the day of payment, so that the bank's delay costs nobody.
//
// The layout of both files is in docs/direct-debit.md.
package debit

import (
	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/reseal"
)

// Actions.
const (
	ActView     authz.Action = "debit.view"
	ActMandates authz.Action = "debit.mandates" // keeps and ends mandates
	ActRun      authz.Action = "debit.run"      // makes batches, takes the file, reads the answer
	ActRelease  authz.Action = "debit.release"  // decides that a batch goes to the bank
)

// Identifiers.
type (
	MandateID = id.Of[Mandate]
	BatchID   = id.Of[Batch]
	ItemID    = id.Of[Item]
)

// Mandate is what somebody allowed their bank to pay for a room.
type Mandate struct {
	ID        MandateID         `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Customer  db.ID             `db:"customer_id" json:"customerId,omitempty" doc:"whose bills it pays; empty: all of the room"`
	Number    string            `db:"number" json:"number" doc:"of the authorisation, as the bank knows it"`
	Bank      string            `db:"bank" json:"bank"`
	Holder    string            `db:"holder_sealed" json:"-"`
	Account   string            `db:"number_sealed" json:"-"`
	Index     string            `db:"number_index" json:"-"`
	Signed    clock.Day         `db:"signed_on" json:"signedOn"`
	Most      money.Fen         `db:"most" json:"limit" doc:"of one collection; 0: none"`
	State     string            `db:"state" json:"state" enum:"active,ended"`
	EndedOn   clock.Day         `db:"ended_on" json:"endedOn,omitzero"`
	EndedWhy  string            `db:"ended_why" json:"endedWhy,omitempty"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by"`
	Version   int64             `db:"version" json:"version"`
	Label     string            `db:"-" json:"label" doc:"of the room"`
	Owner     string            `db:"-" json:"holder" doc:"of the account, as far as the caller may see names"`
	Masked    string            `db:"-" json:"accountMasked"`
}

// ETag implements web.Versioned.
func (m Mandate) ETag() int64 { return m.Version }

func (m Mandate) subject() string { return "debit_mandate:" + m.ID.String() }

// Batch is what goes to a bank at once.
type Batch struct {
	ID         BatchID           `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"community"`
	Number     string            `db:"number" json:"number"`
	Bank       string            `db:"bank" json:"bank"`
	Till       clock.Day         `db:"due_till" json:"dueTill" doc:"lines that are due by then"`
	On         clock.Day         `db:"collect_on" json:"collectOn" doc:"the day of collection: late fees stand as of it"`
	State      string            `db:"state" json:"state" enum:"draft,asked,released,done,cancelled"`
	N          int64             `db:"n" json:"n"`
	Fen        money.Fen         `db:"amount" json:"amount"`
	At         clock.Instant     `db:"at" json:"at"`
	By         authz.AccountID   `db:"by_id" json:"-"`
	ByName     string            `db:"by_name" json:"by"`
	ReleasedAt *clock.Instant    `db:"released_at" json:"releasedAt,omitempty"`
	ReleasedBy string            `db:"released_by_name" json:"releasedBy,omitempty"`
	EndedWhy   string            `db:"ended_why" json:"endedWhy,omitempty"`
	Version    int64             `db:"version" json:"version"`
	Sums       []Sum             `db:"-" json:"sums" doc:"of its items, by state"`
	Left       *Left             `db:"-" json:"leftOut,omitempty" doc:"of a batch that was just made: lines that are not in it"`
}

// ETag implements web.Versioned.
func (b Batch) ETag() int64 { return b.Version }

func (b Batch) subject() string { return "debit_batch:" + b.ID.String() }

// Sum is how many items of a batch are in a state, and their money.
type Sum struct {
	Batch BatchID   `db:"batch_id" json:"-"`
	State string    `db:"state" json:"state" enum:"waiting,dropped,sent,paid,failed,conflict"`
	N     int64     `db:"n" json:"n"`
	Fen   money.Fen `db:"amount" json:"amount"`
}

// Left is what was due of mandates and did not come into a batch.
type Left struct {
	OverLimit int `json:"overLimit" doc:"lines above what the mandate allows"`
	Paused    int `json:"paused" doc:"lines that are disputed or have a plan"`
	OnWay     int `json:"onTheWay" doc:"lines in another batch"`
}

// Item is one amount of one account.
type Item struct {
	ID        ItemID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Batch     BatchID           `db:"batch_id" json:"batchId"`
	N         int64             `db:"n" json:"n"`
	Mandate   MandateID         `db:"mandate_id" json:"mandateId"`
	Fen       money.Fen         `db:"amount" json:"amount"`
	State     string            `db:"state" json:"state" enum:"waiting,dropped,sent,paid,failed,conflict"`
	Problem   string            `db:"problem" json:"problem,omitempty" doc:"the bank's reason; of what was dropped: paid, ended or hand"`
	Reference string            `db:"reference" json:"reference,omitempty" doc:"of the bank"`
	On        clock.Day         `db:"answered_on" json:"answeredOn,omitzero" doc:"the bank's day"`
	Payment   cashier.PaymentID `db:"payment_id" json:"paymentId,omitempty"`
	Tries     int64             `db:"tries" json:"tries" doc:"how often it failed before"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (i Item) ETag() int64 { return i.Version }

// ItemView is an item as people see it.
type ItemView struct {
	Item
	Number  string         `json:"batch"`
	Room    housing.RoomID `json:"roomId"`
	Label   string         `json:"label"`
	Holder  string         `json:"holder"`
	Masked  string         `json:"accountMasked"`
	Lines   []LineView     `json:"lines"`
	Receipt string         `json:"receipt,omitempty"`
}

// LineView is a line of a bill in an item.
type LineView struct {
	Item   ItemID         `db:"item_id" json:"-"`
	Line   billing.LineID `db:"line_id" json:"lineId"`
	Name   string         `db:"name" json:"itemName"`
	NameEN string         `db:"name_en" json:"itemNameEn,omitempty"`
	Period string         `db:"period" json:"period"`
	Fen    money.Fen      `db:"principal" json:"principal"`
	Late   money.Fen      `db:"late_fee" json:"lateFee"`
	State  string         `db:"state" json:"state" enum:"live,dropped,failed,paid,conflict"`
}

// line is a line of a bill in an item, as it is stored.
type line struct {
	ID        id.Of[line]       `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Item      ItemID            `db:"item_id"`
	Line      billing.LineID    `db:"line_id"`
	Fen       money.Fen         `db:"principal"`
	Late      money.Fen         `db:"late_fee"`
	State     string            `db:"state"`
}

// Sealed are the columns of this package that hold personal data.
var Sealed = []reseal.Column{
	{Table: "debit_mandate", Name: "holder", Sealed: "holder_sealed"},
	{Table: "debit_mandate", Name: "number", Sealed: "number_sealed", By: []reseal.Index{{Column: "number_index", Kind: indexAccount}}},
}

const indexAccount = "debit.account"

// Errors.
var (
	ErrNotNow   = errs.New(errs.Conflict, "debit.not_now", "it is not in a state for this")
	ErrMandate  = errs.New(errs.Invalid, "debit.mandate", "there is a mandate already")
	ErrNumber   = errs.New(errs.Invalid, "debit.number", "another mandate of this bank has this number")
	ErrNothing  = errs.New(errs.Conflict, "debit.nothing", "nothing is due of the mandates of this bank")
	ErrTaken    = errs.New(errs.Conflict, "debit.taken", "somebody makes a batch of the same lines at this moment")
	ErrMany     = errs.New(errs.Invalid, "debit.many", "there are too many rows in it")
	ErrFile     = errs.New(errs.Invalid, "debit.file", "the file is no table that can be read")
	ErrHeads    = errs.New(errs.Invalid, "debit.heads", "the headings are not those of an answer")
	ErrEmpty    = errs.New(errs.Invalid, "debit.empty", "there is no row in it")
	ErrSigned   = errs.New(errs.Invalid, "debit.signed", "it cannot be signed later than today")
	ErrCollect  = errs.New(errs.Invalid, "debit.collect", "the day of collection is past, or more than 60 days away")
	ErrUnending = errs.New(errs.Conflict, "debit.on_the_way", "an amount of this mandate is with the bank")
)

// Changed says that a mandate or a batch moved.
type Changed struct {
	Community authz.CommunityID `json:"community"`
	Batch     BatchID           `json:"batch"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "debit.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Batch.String() }

// Service are the use cases of this package.
type Service struct {
	DB        *db.DB
	Approvals *approval.Service
	Exports   *audit.Service
}
