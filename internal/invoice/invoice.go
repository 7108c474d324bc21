// Package invoice has e-invoices (数电票) made out for money that was paid (PAY-02, PAY-02a).
//
//	applied ─export→ exported ─answer of the platform─┬→ issued, with number and day
//	   │  ↑                                           └→ refused, with its reason: the money is free again
//	   └─ withdrawn, by a person, or because the money had gone before the export
//
//	issued blue ─ money reversed, wrong title … → red, in whole or in part: applied → exported → issued
//
// What an invoice is for are parts of payments on lines of bills: principal and
// late fees, never what is paid ahead or held as a deposit. How much of a part
// stands in invoices is the sum of those that hold; nobody keeps it. A red one
// counts against it once it is issued, so the same money is never in two.
//
// A blue one whose money was reversed since — a payment voided, a bill corrected —
// needs a red letter; that is seen on read and needs nobody to remember it.
//
// The platform has no public interface: a batch goes out as a workbook and its
// answer comes back as a file (docs/invoices.md).
package invoice

import (
	"context"

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

// Actions. ActOwn is residents' and nobody else's.
const (
	ActView  authz.Action = "invoice.view"
	ActAsk   authz.Action = "invoice.ask"   // applies, and keeps titles
	ActIssue authz.Action = "invoice.issue" // exports, reads answers, asks for red ones, keeps seller and goods
	ActOwn   authz.Action = "owninvoice.ask"
)

// Identifiers.
type (
	ID      = id.Of[Invoice]
	LineID  = id.Of[Line]
	TitleID = id.Of[Title]
	BatchID = id.Of[Batch]
)

// Kind is the colour of an invoice.
type Kind string

// The kinds of invoices.
const (
	Blue Kind = "blue"
	Red  Kind = "red"
)

// State is where an invoice stands.
type State string

// The states of an invoice.
const (
	Applied   State = "applied"
	Exported  State = "exported"
	Issued    State = "issued"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
)

// Invoice is an e-invoice from the application on. Amounts of red ones are below 0.
type Invoice struct {
	ID          ID                `db:"id" json:"id"`
	Community   authz.CommunityID `db:"community_id" json:"community"`
	Kind        Kind              `db:"kind" json:"kind" enum:"blue,red"`
	Number      string            `db:"number" json:"number" doc:"of the application"`
	Room        housing.RoomID    `db:"room_id" json:"roomId"`
	Customer    db.ID             `db:"customer_id" json:"-"`
	Account     authz.AccountID   `db:"account_id" json:"-"` // the resident who applied, if one did
	BuyerKind   string            `db:"buyer_kind" json:"buyerKind" enum:"person,company"`
	Buyer       string            `db:"buyer" json:"buyer"`
	BuyerTaxNo  string            `db:"buyer_tax_no" json:"buyerTaxNo,omitempty"`
	BuyerPlace  string            `db:"buyer_address" json:"-"`
	BuyerPhone  string            `db:"buyer_phone_sealed" json:"-"`
	BuyerBank   string            `db:"buyer_bank" json:"-"`
	BuyerNumber string            `db:"buyer_number_sealed" json:"-"`
	Fen         money.Fen         `db:"amount" json:"amount" doc:"tax included"`
	Net         money.Fen         `db:"net" json:"net"`
	Tax         money.Fen         `db:"tax" json:"tax"`
	Blue        ID                `db:"blue_id" json:"blueId,omitempty" doc:"of a red one: what it takes back"`
	Why         string            `db:"why" json:"why,omitempty" enum:"wrong,returned,ended,allowance," doc:"of a red one"`
	Words       string            `db:"words" json:"words,omitempty" doc:"remark, printed on it"`
	State       State             `db:"state" json:"state" enum:"applied,exported,issued,refused,withdrawn"`
	At          clock.Instant     `db:"at" json:"at"`
	By          authz.AccountID   `db:"by_id" json:"-"`
	ByName      string            `db:"by_name" json:"by,omitempty"`
	Batch       BatchID           `db:"batch_id" json:"batchId,omitempty"`
	IssuedNo    string            `db:"issued_no" json:"issuedNo,omitempty" doc:"of the invoice itself: 20 digits"`
	IssuedOn    clock.Day         `db:"issued_on" json:"issuedOn,omitzero"`
	EndedWhy    string            `db:"ended_why" json:"endedWhy,omitempty" doc:"why it was refused or withdrawn"`
	Version     int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (v Invoice) ETag() int64 { return v.Version }

func (v Invoice) subject() string { return "invoice:" + v.ID.String() }

// Line is a line of an invoice: a charge item, its late fees apart.
type Line struct {
	ID        LineID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Invoice   ID                `db:"invoice_id" json:"-"`
	N         int64             `db:"n" json:"n"`
	Item      billing.ItemID    `db:"item_id" json:"itemId"`
	Part      cashier.PartKind  `db:"part" json:"part" enum:"principal,late_fee"`
	Name      string            `db:"name" json:"name"`
	Code      string            `db:"goods_code" json:"goodsCode,omitempty" doc:"tax classification, 19 digits; empty: not set yet"`
	Treatment string            `db:"treatment" json:"treatment" enum:"taxed,exempt,untaxed"`
	Rate      money.Rate        `db:"rate" json:"rate"`
	From      clock.Day         `db:"from_on" json:"from,omitzero"`
	To        clock.Day         `db:"to_on" json:"to,omitzero"`
	Fen       money.Fen         `db:"amount" json:"amount"`
	Net       money.Fen         `db:"net" json:"net"`
	Tax       money.Fen         `db:"tax" json:"tax"`
	Of        LineID            `db:"blue_line_id" json:"blueLineId,omitempty"`
	Left      money.Fen         `db:"-" json:"left" doc:"of a blue one: what red ones left of it"`
}

// share is what of a part of a payment stands on a line.
type share struct {
	ID        id.Of[share]      `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Invoice   ID                `db:"invoice_id"`
	Line      LineID            `db:"line_id"`
	Part      cashier.PartID    `db:"part_id"`
	Fen       money.Fen         `db:"amount"`
}

// View is an invoice as people see it.
type View struct {
	Invoice
	Label      string    `json:"label" doc:"of the room"`
	Lines      []Line    `json:"lines"`
	Receipts   []string  `json:"receipts" doc:"numbers of the receipts it is for"`
	Account    string    `json:"buyerAccount,omitempty" doc:"bank and masked number"`
	BlueNo     string    `json:"blueNo,omitempty" doc:"of a red one: number of the blue one"`
	RedFen     money.Fen `json:"red" doc:"of a blue one: what red ones take back of it"`
	NeedsRed   money.Fen `json:"needsRed" doc:"of a blue one: the money was reversed, and no red one says so"`
	Own        bool      `json:"own,omitempty" doc:"the resident applied for it"`
	BatchLabel string    `json:"batch,omitempty"`
}

// Title is whom invoices of a customer are made out to (抬头).
type Title struct {
	ID        TitleID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Customer  db.ID             `db:"customer_id" json:"customerId,omitempty"`
	Account   authz.AccountID   `db:"account_id" json:"-"`
	Kind      string            `db:"kind" json:"kind" enum:"person,company"`
	Name      string            `db:"name" json:"name"`
	TaxNo     string            `db:"tax_no" json:"taxNo,omitempty" doc:"统一社会信用代码"`
	Place     string            `db:"address" json:"address,omitempty"`
	Phone     string            `db:"phone_sealed" json:"-"`
	Bank      string            `db:"bank" json:"bank,omitempty"`
	Number    string            `db:"number_sealed" json:"-"`
	Masked    string            `db:"-" json:"accountMasked,omitempty"`
	PhoneSeen string            `db:"-" json:"phoneMasked,omitempty"`
	EndedAt   *clock.Instant    `db:"ended_at" json:"-"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"-"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (t Title) ETag() int64 { return t.Version }

func (t Title) subject() string { return "invoice_title:" + t.ID.String() }

// Batch is what went to the platform at once.
type Batch struct {
	ID        BatchID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Number    string            `db:"number" json:"number"`
	N         int64             `db:"n" json:"n"`
	Fen       money.Fen         `db:"amount" json:"amount"`
	Tax       money.Fen         `db:"tax" json:"tax"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by"`
	Version   int64             `db:"version" json:"-"`
	Waiting   int64             `db:"-" json:"waiting" doc:"of its invoices, those without an answer"`
}

// Sealed are the columns of this package that hold numbers of people.
var Sealed = []reseal.Column{
	{Table: "invoice_title", Name: "phone", Sealed: "phone_sealed"},
	{Table: "invoice_title", Name: "number", Sealed: "number_sealed"},
	{Table: "invoice", Name: "phone", Sealed: "buyer_phone_sealed"},
	{Table: "invoice", Name: "number", Sealed: "buyer_number_sealed"},
}

// Errors.
var (
	ErrNotNow   = errs.New(errs.Conflict, "invoice.not_now", "the invoice is not in a state for this")
	ErrNothing  = errs.New(errs.Conflict, "invoice.nothing", "nothing of these payments can be invoiced")
	ErrRedFirst = errs.New(errs.Conflict, "invoice.red_first", "an invoice of this room needs a red letter first: the same money stands in it")
	ErrMore     = errs.New(errs.Invalid, "invoice.more", "it is more than is left of the line")
	ErrSeller   = errs.New(errs.Conflict, "invoice.seller", "name and tax number of the seller are not set")
	ErrGoods    = errs.New(errs.Conflict, "invoice.goods", "a charge item has no tax classification code")
	ErrNoBatch  = errs.New(errs.Conflict, "invoice.no_batch", "there is nothing to export")
	ErrTaxNo    = errs.New(errs.Invalid, "invoice.tax_no", "no 统一社会信用代码 has this form or check digit")
	ErrCode     = errs.New(errs.Invalid, "invoice.code", "a tax classification code has 19 digits")
	ErrIssuedNo = errs.New(errs.Invalid, "invoice.issued_no", "an invoice number has 8 to 20 digits")
	ErrTaken    = errs.New(errs.Invalid, "invoice.taken", "another invoice has this number")
)

// Moved says that an invoice came into another state.
type Moved struct {
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"room"`
	Invoice   ID                `json:"invoice"`
	State     State             `json:"state"`
}

// EventName implements db.Event.
func (Moved) EventName() string { return "invoice.moved" }

// Where implements db.Event.
func (e Moved) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Moved) About() string { return e.Invoice.String() }

// Home is what a resident sees of a room: their own archive there, and whose bills.
type Home struct {
	Community authz.CommunityID
	Customer  db.ID
	Whose     []db.ID
}

// Service are the use cases of this package.
type Service struct {
	DB      *db.DB
	Exports *audit.Service
	// Home refuses with db.ErrNotFound a room that is not the resident's.
	Home func(ctx context.Context, tx *db.Tx, room housing.RoomID) (Home, error)
}
