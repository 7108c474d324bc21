// Package extract makes statements of account (对账单, BIL-08, ARR-06): what
// was owed, billed, paid, given back and held between two days, for a room, for
// somebody who pays for several rooms, for a company with the rooms it owns or
// rents, or for the developer.
//
//	preference: none | monthly | yearly ─set day→ made: told to who pays ─opened, printed, as PDF
//
// Nothing here keeps an amount. A statement is read from the entries of the
// ledger that touch the accounts of whom it is for, each explained by the
// document that posted it; so opening balance, moves and closing balance are the
// ledger's own, to the fen. Late fees that have accrued and are not booked stand
// beside it, computed when it is read.
package extract

import (
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// Actions; the last two are residents' and nobody else's.
const (
	ActView      authz.Action = "extract.view"
	ActExport    authz.Action = "extract.export"
	ActPrefer    authz.Action = "extract.prefer"
	ActSettings  authz.Action = "extract.settings"
	ActOwn       authz.Action = "ownextract.view"
	ActOwnPrefer authz.Action = "ownextract.prefer"
	actDay       authz.Action = "extract.day"
)

// OwnActions are what residents do about their own statements.
var OwnActions = []authz.Action{ActOwn, ActOwnPrefer}

// Identifiers.
type (
	PreferenceID = id.Of[Preference]
	MadeID       = id.Of[Made]
)

// Form is whom a statement puts together.
type Form string

// The forms.
const (
	ByRoom      Form = "room"      // one room, whoever owes
	ByPayer     Form = "payer"     // all that is billed to one customer
	ByCompany   Form = "company"   // an organisation: every room it owns or rents
	ByDeveloper Form = "developer" // all that the developer of a community owes
)

// Rhythm is how often a statement is sent.
type Rhythm string

// The rhythms.
const (
	Never   Rhythm = "none"
	Monthly Rhythm = "month"
	Yearly  Rhythm = "year"
)

// Preference is how somebody who pays wants their statements (BIL-08).
type Preference struct {
	ID        PreferenceID      `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Customer  customer.ID       `db:"customer_id" json:"customerId"`
	Wish
	Since   clock.Day     `db:"since_on" json:"since,omitzero" doc:"what ended before it is not sent"`
	At      clock.Instant `db:"at" json:"at,omitzero"`
	ByName  string        `db:"by_name" json:"by,omitempty"`
	Version int64         `db:"version" json:"version" doc:"0: nobody has chosen"`
}

// ETag implements web.Versioned.
func (p Preference) ETag() int64 { return p.Version }

// Wish is what people choose.
type Wish struct {
	Form   Form   `db:"form" json:"form" enum:"room,payer,company" doc:"room: one for each room; company: for organisations"`
	Rhythm Rhythm `db:"rhythm" json:"rhythm" enum:"none,month,year"`
	Lang   string `db:"lang" json:"lang" enum:"zh,en"`
}

// Rules say on which day of a month statements of what has ended go out.
type Rules struct {
	ID        authz.CommunityID `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Day       int64             `db:"on_day" json:"day" minimum:"1" maximum:"28"`
	Version   int64             `db:"version" json:"version" doc:"0: as shipped"`
}

// ETag implements web.Versioned.
func (r Rules) ETag() int64 { return r.Version }

// shippedDay leaves the last days of a month time to be closed.
const shippedDay = 5

// Made is a statement that was sent: whom it was for and of which days. What it
// says is read anew whenever it is opened.
type Made struct {
	ID        MadeID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Customer  customer.ID       `db:"customer_id" json:"customerId"`
	Room      housing.RoomID    `db:"room_id" json:"roomId,omitempty" doc:"of the form room"`
	Form      Form              `db:"form" json:"form" enum:"room,payer,company"`
	From      clock.Day         `db:"from_on" json:"from"`
	To        clock.Day         `db:"to_on" json:"to"`
	Lang      string            `db:"lang" json:"lang" enum:"zh,en"`
	At        clock.Instant     `db:"at" json:"at"`
	State     string            `db:"state" json:"state" enum:"waiting,told,unreached" doc:"unreached: nobody of theirs uses the app or mail; it is printed"`
	Channels  string            `db:"channels" json:"channels,omitempty"`
}

// MadeView is a statement in the list.
type MadeView struct {
	Made
	Name  string `db:"name" json:"name"`
	Legal string `db:"legal" json:"-"`
	Label string `db:"label" json:"label,omitempty"`
}

// Asked is which statement: of whom, from a day to another, both in it.
type Asked struct {
	Form      Form
	Community authz.CommunityID // of the form developer
	Room      housing.RoomID
	Customer  customer.ID
	From, To  clock.Day
	Lang      string // "": as its reader chose
}

// Sums are what stands between somebody and the company.
type Sums struct {
	Owed    money.Fen `json:"owed" doc:"billed and not paid"`
	Ahead   money.Fen `json:"ahead" doc:"paid ahead and not used"`
	Deposit money.Fen `json:"deposit" doc:"held"`
	Balance money.Fen `json:"balance" doc:"owed less paid ahead; below 0: in favour of who pays"`
}

// Totals are what moved, by what it was.
type Totals struct {
	Billed   money.Fen `json:"billed"`
	Reversed money.Fen `json:"reversed"`
	Late     money.Fen `json:"late" doc:"late fees that were booked"`
	Paid     money.Fen `json:"paid" doc:"money that came, less what was voided"`
	Off      money.Fen `json:"off" doc:"taken off for early payment"`
	Back     money.Fen `json:"back" doc:"money that went back"`
	Waived   money.Fen `json:"waived" doc:"late fees that nobody has to pay; they were never in the balance"`
}

// Kind is what an entry of a statement is.
type Kind string

// The kinds of entries.
const (
	Bill       Kind = "bill"
	Corrected  Kind = "corrected" // the bill in the place of a reversed one
	Reversal   Kind = "reversal"
	Payment    Kind = "payment"
	Void       Kind = "void"
	Early      Kind = "early"
	Used       Kind = "used"   // paid from what was paid ahead
	Moved      Kind = "moved"  // what was paid on a reversed bill
	Handed     Kind = "handed" // what somebody prepaid became another's
	Refund     Kind = "refund"
	RefundBack Kind = "refund_back" // it did not go after all
	Held       Kind = "held"        // a deposit was taken
	Returned   Kind = "returned"    // a deposit went back
	Kept       Kind = "kept"        // of a deposit, by decision
	Waiver     Kind = "waiver"
	Over       Kind = "over" // what stood when the room became theirs
	Other      Kind = "other"
)

// Entry is a line of a statement.
type Entry struct {
	Day      clock.Day    `json:"day" doc:"of the books"`
	Kind     Kind         `json:"kind" enum:"bill,corrected,reversal,payment,void,early,used,moved,handed,refund,refund_back,held,returned,kept,waiver,over,other"`
	Text     string       `json:"text" doc:"all that it says in words, in the language of the statement"`
	Room     string       `json:"room,omitempty"`
	Item     string       `json:"item,omitempty"`
	ItemEN   string       `json:"itemEn,omitempty"`
	Period   clock.Period `json:"period,omitzero"`
	From     clock.Day    `json:"from,omitzero"`
	To       clock.Day    `json:"to,omitzero" doc:"the last day it is for"`
	Due      clock.Day    `json:"due,omitzero"`
	Number   string       `json:"number,omitempty" doc:"of the receipt or the slip"`
	Means    string       `json:"means,omitempty"`
	Words    string       `json:"words,omitempty" doc:"why"`
	Charged  money.Fen    `json:"charged" doc:"owed more; below 0: reversed"`
	Booked   money.Fen    `json:"lateBooked" doc:"contained in charged: late fee"`
	Credited money.Fen    `json:"credited" doc:"paid; below 0: voided or gone back"`
	Ahead    money.Fen    `json:"ahead" doc:"by which what is paid ahead changes; contained in the others where money came"`
	Deposit  money.Fen    `json:"deposit" doc:"by which what is held changes"`
	Waived   money.Fen    `json:"waived" doc:"late fee that nobody has to pay; not in the balance"`
	Accrued  money.Fen    `json:"accrued" doc:"late fee on this bill until the statement was made, not booked"`
	Balance  money.Fen    `json:"balance" doc:"after it"`

	sort int64
	line db.ID
}

// Open is a bill on which something is open when the statement is made.
type Open struct {
	Room   string       `json:"room"`
	Item   string       `json:"item"`
	ItemEN string       `json:"itemEn,omitempty"`
	Period clock.Period `json:"period"`
	Due    clock.Day    `json:"due"`
	Billed money.Fen    `json:"billed"`
	Open   money.Fen    `json:"open"`
	Late   money.Fen    `json:"late" doc:"accrued and not booked"`

	line db.ID
}

// Statement is a statement of account.
type Statement struct {
	Form     Form              `json:"form" enum:"room,payer,company,developer"`
	Where    authz.CommunityID `json:"community"`
	Room     housing.RoomID    `json:"roomId,omitempty"`
	Customer customer.ID       `json:"customerId,omitempty"`
	Lang     string            `json:"lang" enum:"zh,en"`
	Name     string            `json:"name" doc:"of who pays, as far as it may be seen; empty: the developer"`
	Rooms    []string          `json:"rooms"`
	Place    cashier.Place     `json:"place"`
	From     clock.Day         `json:"from"`
	To       clock.Day         `json:"to"`
	AsOf     clock.Day         `json:"asOf" doc:"the day on which late fees and open bills stand"`
	Opening  Sums              `json:"opening"`
	Entries  []Entry           `json:"entries"`
	Totals   Totals            `json:"totals"`
	Closing  Sums              `json:"closing"`
	Open     []Open            `json:"open"`
	Joint    []Open            `json:"joint,omitempty" doc:"to an owner: what tenants of the rooms pay and did not pay yet; the owner is jointly liable; in no sum"`
	Late     money.Fen         `json:"late" doc:"accrued on what is open, not booked"`
	Words    map[string]string `json:"words" doc:"what its parts are called, in the language of the statement"`
	Payable  money.Fen         `json:"payable" doc:"open on the day it was made, late fees included, before what is paid ahead"`
}

// A statement has at most so many entries and reaches over so many years.
const (
	mostEntries = 10_000
	mostYears   = 5
)

// Errors.
var (
	ErrLong    = errs.New(errs.Conflict, "extract.long", "the statement has more than 10,000 entries; choose fewer days")
	ErrNoPayer = errs.New(errs.Conflict, "extract.no_payer", "the room is billed to nobody who could choose")
	ErrOwner   = errs.New(errs.Forbidden, "extract.owner", "only an owner of the room chooses how statements come")
)

// Due says that whom a statement is for is to be told.
type Due struct {
	Community authz.CommunityID `json:"community"`
	Made      MadeID            `json:"made"`
}

// EventName implements db.Event.
func (Due) EventName() string { return "extract.due" }

// Where implements db.Event.
func (e Due) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Due) About() string { return e.Made.String() }

// Changed says that statements, preferences or rules of a community are others.
type Changed struct {
	Community authz.CommunityID `json:"community"`
	Customer  customer.ID       `json:"customer,omitempty"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "extract.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Customer.String() }

var _ db.Event = Changed{}
