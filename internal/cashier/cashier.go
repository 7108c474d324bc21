// Package cashier takes money (09, PAY-01 to PAY-08): payments, receipts,
// prepayments, deposits, the cashier's shift and its close.
//
//	payment: taken ─ask void→ void asked ─approve (four eyes)→ voided: parts and transaction reversed, receipt void
//	                                └─ refuse → taken
//
// A payment is shared over lines by fee.Allocate into parts: principal, late
// fee, or prepaid. What is paid on a line, and what is prepaid, is the sum of
// parts that are not reversed; nobody keeps a balance. Late fees are computed
// on read and booked when they are paid (ARR-01).
//
// Who takes money of a room raises the room's number first, so that two who
// take the same bill follow each other whatever the isolation; the receipt's
// number is taken from its book last, so that books are held shortly.
//
// The arithmetic is package fee, the double entry package ledger.
package cashier

import (
	"guanjia/internal/billing"
	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// Actions.
const (
	ActView    authz.Action = "payment.view"
	ActTake    authz.Action = "payment.take"    // and whatever a cashier does in a shift
	ActApprove authz.Action = "payment.approve" // decides what cashiers ask for
	ActBooks   authz.Action = "receipt.books"   // gives receipt books to cashiers
	ActDay     authz.Action = "cashier.day"     // closes the day of a community
)

// Identifiers.
type (
	PaymentID = id.Of[Payment]
	PartID    = id.Of[Part]
	BookID    = id.Of[Book]
	ReceiptID = id.Of[Receipt]
	ShiftID   = id.Of[shiftTag]
)

type shiftTag struct{}

// Payment is money that somebody paid (PAY-01).
type Payment struct {
	ID         PaymentID         `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"community"`
	At         clock.Instant     `db:"at" json:"at"`
	Day        clock.Day         `db:"on_day" json:"day" doc:"of the books: a day that is closed takes nothing more"`
	PaidOn     clock.Day         `db:"paid_on" json:"paidOn" doc:"the day that counts for late fees"`
	Means      ledger.Kind       `db:"means" json:"means" enum:"cash,bank,cheque,pos,wechat,alipay,prepaid,early,offset" doc:"early: no money, but what was taken off for early payment; offset: none either, but what the company owed the household"`
	Fen        money.Fen         `db:"amount" json:"amount"`
	Tendered   money.Fen         `db:"tendered" json:"tendered" doc:"cash that was handed over; 0: exactly"`
	Payer      string            `db:"payer" json:"payer"`
	Customer   db.ID             `db:"customer_id" json:"customerId,omitempty"`
	Room       housing.RoomID    `db:"room_id" json:"roomId"`
	Source     string            `db:"source" json:"-"`
	Reference  string            `db:"reference" json:"reference,omitempty" doc:"of the bank, the cheque, the payment code"`
	RefKey     string            `db:"reference_key" json:"-"` // the reference in its one form
	Words      string            `db:"words" json:"words,omitempty"`
	Txn        ledger.TxnID      `db:"txn_id" json:"-"`
	Reversal   ledger.TxnID      `db:"reversal_id" json:"-"`
	ReversedAt *clock.Instant    `db:"reversed_at" json:"reversedAt,omitempty"`
	ReversedOn clock.Day         `db:"reversed_on" json:"reversedOn,omitzero"`
	VoidState  string            `db:"void_state" json:"voidState,omitempty" enum:"asked,voided,"`
	VoidReason string            `db:"void_reason" json:"voidReason,omitempty"`
	VoidedBy   string            `db:"voided_by_name" json:"voidedBy,omitempty"`
	Shift      ShiftID           `db:"shift_id" json:"-"`
	VoidShift  ShiftID           `db:"void_shift_id" json:"-"`
	VoidAsked  authz.AccountID   `db:"void_asked_by" json:"-"` // who asked, where they had no shift when it was decided
	EarlyOf    PaymentID         `db:"early_of" json:"earlyOf,omitempty" doc:"of what was taken off for early payment: the payment that earned it"`
	EarlyRule  billing.EarlyID   `db:"early_rule" json:"-"`
	By         authz.AccountID   `db:"by_id" json:"-"`
	ByName     string            `db:"by_name" json:"by"`
	Version    int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (p Payment) ETag() int64 { return p.Version }

func (p Payment) subject() string { return "payment:" + p.ID.String() }

// PartKind is what a part of a payment is for.
type PartKind string

// The kinds of parts.
const (
	Principal PartKind = "principal"
	LateFee   PartKind = "late_fee"
	Prepaid   PartKind = "prepaid" // of no line; below 0 where a prepayment is used
	deposit   PartKind = "deposit" // of no line
)

// Part is what of a payment reached a part of a line, or was prepaid.
type Part struct {
	ID         PartID            `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"-"`
	Payment    PaymentID         `db:"payment_id" json:"paymentId"`
	Line       billing.LineID    `db:"line_id" json:"lineId,omitempty"`
	Part       PartKind          `db:"part" json:"part" enum:"principal,late_fee,prepaid,deposit"`
	Item       billing.ItemID    `db:"item_id" json:"itemId,omitempty"`
	Room       housing.RoomID    `db:"room_id" json:"roomId"`
	Fen        money.Fen         `db:"amount" json:"amount"`
	Day        clock.Day         `db:"on_day" json:"-"`
	Uses       PartID            `db:"uses_id" json:"-"` // the prepayment that this takes from
	ReversedAt *clock.Instant    `db:"reversed_at" json:"-"`
}

// Open is a live line of a bill with something open on it. Amounts hold for
// somebody who pays on the day it was asked for.
type Open struct {
	billing.LineView
	Paid     money.Fen `json:"paid" doc:"of the principal"`
	Open     money.Fen `json:"open" doc:"principal that is not paid"`
	Late     money.Fen `json:"lateFee" doc:"through the day before, less what was paid and waived of it"`
	LatePaid money.Fen `json:"latePaid"`
	Waived   money.Fen `json:"waived"`
	Paused   bool      `json:"paused,omitempty" doc:"late fees do not count now"`
	Early    []Early   `json:"early,omitempty" doc:"what is taken off if it is paid whole by a day; the best one counts"`

	off Early // of Early, what those earn who pay the lines that were asked for together
}

// Total is what is owed on the line.
func (o Open) Total() money.Fen { return o.Open + o.Late }

// Taking is money to be booked. The same Source is booked once.
type Taking struct {
	Community authz.CommunityID
	Room      housing.RoomID   // whom the payment is for; gets what is paid ahead
	Rooms     []housing.RoomID // whose lines it may pay; none: Room
	Customer  db.ID
	Payer     string
	Lines     []billing.LineID // the payer's choice (FAR-11); none: as the law says
	Only      bool             // nothing but Lines is paid
	Fen       money.Fen
	Tendered  money.Fen
	Means     ledger.Kind
	Source    string // "desk:…", "wechat:…"
	Reference string
	Day       clock.Day      // the day it was paid; zero: today
	Item      billing.ItemID // what is over is prepaid for it; zero: for anything
	NoRest    bool           // what is over is refused, not prepaid
	Words     string
	Shift     ShiftID
	NoReceipt bool
	Deposit   bool // what is over is a deposit, not prepaid

	earlyOf   PaymentID
	earlyRule billing.EarlyID
	order     fee.PayOrder // of the contract
}

// Book is a book of receipts (PAY-02), or of pre-numbered paper (PAY-08).
type Book struct {
	ID        BookID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Kind      string            `db:"kind" json:"kind" enum:"printed,paper,invoice"`
	Prefix    string            `db:"prefix" json:"prefix"`
	Width     int64             `db:"width" json:"width" doc:"digits of a number, at least"`
	First     int64             `db:"first_no" json:"first"`
	Last      int64             `db:"last_no" json:"last"`
	Next      int64             `db:"next_no" json:"next"`
	Holder    authz.AccountID   `db:"holder_id" json:"-"`
	Held      string            `db:"holder_name" json:"holder,omitempty" doc:"empty: everybody of the community"`
	State     string            `db:"state" json:"state" enum:"open,closed"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by"`
	ClosedAt  *clock.Instant    `db:"closed_at" json:"closedAt,omitempty"`
	ClosedWhy string            `db:"closed_why" json:"closedWhy,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (b Book) ETag() int64 { return b.Version }

// Receipt proves a payment. Its code is in the printed QR and cannot be guessed.
type Receipt struct {
	ID        ReceiptID         `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Book      BookID            `db:"book_id" json:"-"`
	N         int64             `db:"n" json:"-"`
	Number    string            `db:"number" json:"number"`
	Payment   PaymentID         `db:"payment_id" json:"paymentId"`
	Code      string            `db:"code" json:"code"`
	Fen       money.Fen         `db:"amount" json:"amount"`
	Day       clock.Day         `db:"on_day" json:"day"`
	At        clock.Instant     `db:"at" json:"at"`
	Copies    int64             `db:"copies" json:"copies" doc:"how often it was printed"`
	VoidedAt  *clock.Instant    `db:"voided_at" json:"voidedAt,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

// Errors.
var (
	ErrNothing   = errs.New(errs.Conflict, "cashier.nothing_due", "nothing of this is due")
	ErrChanged   = errs.New(errs.Conflict, "cashier.changed", "what is due is not what was shown")
	ErrPaid      = errs.New(errs.Conflict, "cashier.paid", "somebody took this meanwhile")
	ErrOver      = errs.New(errs.Invalid, "cashier.over", "it is more than what is due, and nothing says that the rest is prepaid")
	ErrSource    = errs.New(errs.Conflict, "cashier.source_taken", "something else was booked under this")
	ErrNotNow    = errs.New(errs.Conflict, "cashier.not_now", "the payment is not in a state for this")
	ErrUsed      = errs.New(errs.Conflict, "cashier.prepaid_used", "what was prepaid with it was used already")
	ErrTooLittle = errs.New(errs.Conflict, "cashier.too_little_ahead", "less was paid ahead than is to be paid from it")
	ErrBookEmpty = errs.New(errs.Conflict, "cashier.book_empty", "the receipt book has no number left")
)

// Paid says that money of a room was taken.
type Paid struct {
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"room"`
	Payment   PaymentID         `json:"payment"`
}

// EventName implements db.Event.
func (Paid) EventName() string { return "payment.taken" }

// Where implements db.Event.
func (e Paid) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Paid) About() string { return e.Room.String() }

// Voided says that a payment does not hold any more.
type Voided struct {
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"room"`
	Payment   PaymentID         `json:"payment"`
}

// EventName implements db.Event.
func (Voided) EventName() string { return "payment.voided" }

// Where implements db.Event.
func (e Voided) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Voided) About() string { return e.Room.String() }

// Changed says that deposits, requests or shifts of a room's money moved.
type Changed struct {
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"room"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "payment.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Room.String() }
