// Package refund gives money back (PAY-06).
//
//	asked ─check→ checked ─approve (somebody else)→ approved ─pay out─┬─ at the desk → paid
//	  │             │                                  ↑              └─ online → paying ─gateway→ paid
//	  │             │                                  └──────── the gateway refused ──────┘
//	  └─ withdrawn  └─ refused, at the check, by who decides, or before it is paid out
//
// Only what pays nothing goes back: what is paid ahead and not used, a deposit
// that is held, and money that was voided in the books while the gateway has it
// still. Money on a bill does not: the bill is corrected first (BIL-10), and what
// is over stands as paid ahead.
//
// It goes back the way it came. Never more than was paid less what went back or
// is asked for: that is looked at under the room's number, which whoever moves
// money of the room raises first. The books are written before a gateway is
// asked, and written back when it refuses, so money is never promised twice.
package refund

import (
	"context"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// Actions. Seeing takes cashier.ActView; ActOwn is residents' and nobody else's.
const (
	ActAsk     authz.Action = "refund.ask"
	ActCheck   authz.Action = "refund.check"
	ActApprove authz.Action = "refund.approve"
	ActPay     authz.Action = "refund.pay"
	ActOwn     authz.Action = "ownrefund.ask"
	actFollow  authz.Action = "refund.follow"
)

var system = authz.System("refund", actFollow)

// Identifiers.
type (
	ID     = id.Of[Refund]
	FileID = id.Of[File]
)

// State is where a refund stands.
type State string

// The states of a refund.
const (
	Asked     State = "asked"
	Checked   State = "checked"
	Approved  State = "approved"
	Paying    State = "paying"
	Paid      State = "paid"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
)

// Refund is money that somebody wants back.
type Refund struct {
	ID        ID                `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Customer  db.ID             `db:"customer_id" json:"-"`
	Account   authz.AccountID   `db:"account_id" json:"-"` // the resident who asked, if one did
	Payment   cashier.PaymentID `db:"payment_id" json:"paymentId"`
	From      cashier.PaymentID `db:"from_id" json:"-"` // the payment that brought the money
	Origin    cashier.Origin    `db:"origin" json:"origin" enum:"ahead,deposit,voided"`
	Fen       money.Fen         `db:"amount" json:"amount"`
	Means     ledger.Kind       `db:"means" json:"means,omitempty" enum:"cash,bank,cheque,pos,wechat,alipay," doc:"by which it goes back: that by which it had come; empty: who pays out says so"`
	Number    string            `db:"number" json:"number"`
	Slip      string            `db:"slip" json:"slip,omitempty" doc:"number of the slip, when it was paid out"`
	Receiver  string            `db:"receiver" json:"receiver"`
	Reason    string            `db:"reason" json:"reason"`
	State     State             `db:"state" json:"state" enum:"asked,checked,approved,paying,paid,refused,withdrawn"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
	Due       clock.Day         `db:"due_on" json:"due" doc:"seven working days after it was asked for"`
	Facts     string            `db:"facts" json:"facts,omitempty" doc:"what the check found"`
	CheckedAt *clock.Instant    `db:"checked_at" json:"checkedAt,omitempty"`
	CheckedID authz.AccountID   `db:"checked_by_id" json:"-"`
	CheckedBy string            `db:"checked_by_name" json:"checkedBy,omitempty"`
	DecidedAt *clock.Instant    `db:"decided_at" json:"decidedAt,omitempty"`
	DecidedBy string            `db:"decided_by_name" json:"decidedBy,omitempty"`
	Reference string            `db:"reference" json:"reference,omitempty"`
	PaidAt    *clock.Instant    `db:"paid_at" json:"paidAt,omitempty"`
	PaidOn    clock.Day         `db:"paid_on" json:"paidOn,omitzero"`
	PaidBy    string            `db:"paid_by_name" json:"paidBy,omitempty"`
	Trouble   string            `db:"trouble" json:"trouble,omitempty" doc:"why the gateway refused"`
	EndedWhy  string            `db:"ended_why" json:"endedWhy,omitempty"`
	Tries     int64             `db:"tries" json:"-"`
	Source    string            `db:"source" json:"-"` // under which the books have it; another after each refusal
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (r Refund) ETag() int64 { return r.Version }

func (r Refund) subject() string { return "refund:" + r.ID.String() }

// View is a refund as people see it.
type View struct {
	Refund
	Label   string `json:"label" doc:"of the room"`
	Receipt string `json:"receipt,omitempty" doc:"number of the payment's receipt"`
	Overdue bool   `json:"overdue"`
	Files   []File `json:"files"`
	Own     bool   `json:"own,omitempty" doc:"the resident asked in the app"`
	Earlier []Past `json:"earlier" doc:"other refunds of the same payment"`
	Online  bool   `json:"online" doc:"it goes back by the gateway"`
	Upper   string `json:"upper" doc:"the amount in Chinese capitals"`
}

// Past is another refund of the same payment, as the check looks at it.
type Past struct {
	ID     ID        `db:"id" json:"id"`
	Number string    `db:"number" json:"number"`
	State  State     `db:"state" json:"state" enum:"asked,checked,approved,paying,paid,refused,withdrawn"`
	Fen    money.Fen `db:"amount" json:"amount"`
}

// File is evidence of a refund: a picture or a PDF.
type File struct {
	ID        FileID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Refund    ID                `db:"refund_id" json:"-"`
	Blob      string            `db:"blob" json:"-"`
	Type      string            `db:"type" json:"type"`
	Size      int64             `db:"size" json:"size"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by"`
}

// Source is a payment of which something can go back.
type Source struct {
	cashier.Refundable
	Payment cashier.PaymentID `json:"paymentId"`
	Day     clock.Day         `json:"day"`
	Payer   string            `json:"payer"`
	Receipt string            `json:"receipt,omitempty"`
	Asked   money.Fen         `json:"asked" doc:"that is asked for or went back already, of what can"`
	Free    money.Fen         `json:"free" doc:"that can be asked for now"`
	Heirs   []cashier.Heir    `json:"heirs" doc:"to whom what is paid ahead can be handed over: who owns or rents the room, or did; nobody to a resident"`

	whose db.ID
}

// Errors.
var (
	ErrNotNow   = errs.New(errs.Conflict, "refund.not_now", "the refund is not in a state for this")
	ErrMore     = errs.New(errs.Invalid, "refund.more", "it is more than can go back")
	ErrNothing  = errs.New(errs.Conflict, "refund.nothing", "nothing of this payment can go back")
	ErrHeir     = errs.New(errs.Invalid, "refund.heir", "it is nobody of the room's, or whose it is already")
	ErrOwn      = errs.New(errs.Forbidden, "refund.own", "who asked does not check")
	ErrNotFile  = errs.New(errs.Invalid, "refund.not_file", "it is neither a picture nor a PDF")
	ErrNoOnline = errs.New(errs.Conflict, "refund.no_online", "paying back online is not set up")
	ErrFiles    = errs.New(errs.Conflict, "refund.files", "it has as many files as it can")
)

// Moved says that a refund came into another state.
type Moved struct {
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"room"`
	Refund    ID                `json:"refund"`
	State     State             `json:"state"`
}

// EventName implements db.Event.
func (Moved) EventName() string { return "refund.moved" }

// Where implements db.Event.
func (e Moved) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Moved) About() string { return e.Refund.String() }

// Service are the use cases of this package.
type Service struct {
	DB        *db.DB
	Approvals *approval.Service
	Blobs     *blob.Store
	Exports   *audit.Service
	// Online has a gateway pay back: done, waits or refused with the gateway's words.
	Online func(ctx context.Context, community authz.CommunityID, of cashier.PaymentID, number, reason string, fen money.Fen) (state, trouble string, err error)
	// Home refuses with db.ErrNotFound a room that is not the resident's.
	Home func(ctx context.Context, tx *db.Tx, room housing.RoomID) error
	// Sees are those of some payments for a room that a resident sees.
	Sees func(ctx context.Context, tx *db.Tx, room housing.RoomID, of ...cashier.PaymentID) ([]cashier.PaymentID, error)
	// Paid are those of them that a resident or their household made.
	Paid func(ctx context.Context, tx *db.Tx, room housing.RoomID, of ...cashier.PaymentID) ([]cashier.PaymentID, error)
}
