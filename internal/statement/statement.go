// Package statement holds the statements of banks, WeChat Pay and Alipay
// against the books (PAY-07): a file is read, shown, and kept when somebody says so.
//
//	line: open ─same reference and amount→ matched (exactly)
//	        ├─ somebody confirms a proposal → matched
//	        ├─ several together are its sum → matched (a transfer for several receipts, a POS's day less its fee)
//	        ├─ nobody knows whose it is ────→ suspended: in suspense from here on
//	        └─ no matter of the books ──────→ aside, with a reason
//
// A line that was matched is open again when what it was matched to is
// reversed; that is seen on read and needs nobody to remember it.
package statement

import (
	"guanjia/internal/audit"
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
	ActView  authz.Action = "statement.view"
	ActMatch authz.Action = "statement.match" // keeps statements and says what their lines are
)

// Identifiers.
type (
	ID     = id.Of[Statement]
	LineID = id.Of[Line]
)

// Statement is a file that was kept.
type Statement struct {
	ID        ID                `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Means     ledger.Kind       `db:"means" json:"means" enum:"bank,wechat,alipay"`
	Account   string            `db:"account" json:"account" doc:"number of the account, or of the merchant"`
	File      string            `db:"file_name" json:"file"`
	From      clock.Day         `db:"from_on" json:"from"`
	To        clock.Day         `db:"to_on" json:"to"`
	Added     int64             `db:"added" json:"added" doc:"lines that were new"`
	Known     int64             `db:"known" json:"known" doc:"lines that an earlier statement had"`
	In        money.Fen         `db:"in_fen" json:"in"`
	Out       money.Fen         `db:"out_fen" json:"out"`
	Fee       money.Fen         `db:"fee" json:"fee" doc:"what the channel keeps"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by,omitempty"`
	Version   int64             `db:"version" json:"-"`
	Unmatched int64             `db:"-" json:"unmatched" doc:"lines that nothing was found for"`
}

func (s Statement) subject() string { return "statement:" + s.ID.String() }

// State is where a line stands.
type State string

// The states of a line.
const (
	Open      State = "open"
	Matched   State = "matched"
	Suspended State = "suspended"
	Aside     State = "aside"
)

// What a line is matched to.
const (
	toPayment  = "payment"
	toMove     = "move"
	toSuspense = "suspense"
	toDeposit  = "deposit"
	toSeveral  = "several"
)

// Line is a line of a statement.
type Line struct {
	ID        LineID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Statement ID                `db:"statement_id" json:"statementId"`
	Means     ledger.Kind       `db:"means" json:"means" enum:"bank,wechat,alipay"`
	Account   string            `db:"account" json:"-"`
	Mark      string            `db:"mark" json:"-"`
	Day       clock.Day         `db:"on_day" json:"day"`
	Fen       money.Fen         `db:"amount" json:"amount" doc:"below 0: it went out"`
	Fee       money.Fen         `db:"fee" json:"fee"`
	FeeTxn    ledger.TxnID      `db:"fee_txn_id" json:"-"` // by which the fee stands in the books
	Balance   *money.Fen        `db:"balance" json:"balance,omitempty"`
	Party     string            `db:"party" json:"party,omitempty"`
	Words     string            `db:"words" json:"words,omitempty"`
	Serial    string            `db:"serial_no" json:"serial,omitempty"`
	Order     string            `db:"order_no" json:"order,omitempty"`
	State     State             `db:"state" json:"state" enum:"open,matched,suspended,aside"`
	ToKind    string            `db:"to_kind" json:"toKind,omitempty" enum:"payment,move,suspense,deposit,banked,several,"`
	To        db.ID             `db:"to_id" json:"toId,omitempty"`
	Parts     int64             `db:"parts" json:"parts,omitempty" doc:"of to several: for how many bookings together"`
	Exact     bool              `db:"is_exact" json:"exact" doc:"matched by its number, without a person"`
	Reason    string            `db:"reason" json:"reason,omitempty"`
	ByName    string            `db:"by_name" json:"by,omitempty"`
	Version   int64             `db:"version" json:"version"`
	Found     []Booked          `db:"-" json:"found,omitempty" doc:"what it may be, the likeliest first"`
}

// ETag implements web.Versioned.
func (l Line) ETag() int64 { return l.Version }

func (l Line) subject() string { return "statement_line:" + l.ID.String() }

// Booked is money in the books that no line of a statement stands for yet.
type Booked struct {
	Kind      string      `db:"kind" json:"kind" enum:"payment,move,suspense,deposit,banked" doc:"banked: cash that a shift brought to the bank"`
	ID        db.ID       `db:"id" json:"id"`
	Means     ledger.Kind `db:"-" json:"means" enum:"bank,pos,cheque,wechat,alipay"`
	Day       clock.Day   `db:"on_day" json:"day"`
	Fen       money.Fen   `db:"amount" json:"amount" doc:"below 0: it went out"`
	Party     string      `db:"party" json:"party,omitempty"`
	Reference string      `db:"reference" json:"reference,omitempty"`
	Source    string      `db:"source" json:"-"`
	Label     string      `db:"label" json:"label,omitempty" doc:"of the room"`
	Why       string      `db:"-" json:"why,omitempty" enum:"number,payer,amount," doc:"as what it was proposed"`
}

// Errors.
var (
	ErrUnreadable = errs.New(errs.Invalid, "statement.unreadable", "the file is no table that can be read")
	ErrHeads      = errs.New(errs.Invalid, "statement.heads", "no row of known headings was found")
	ErrRow        = errs.New(errs.Invalid, "statement.row", "a row cannot be read")
	ErrSum        = errs.New(errs.Invalid, "statement.sum", "the file's own sum is not the sum of its rows")
	ErrNoSum      = errs.New(errs.Invalid, "statement.no_sum", "the sums at the end are missing: the file is cut off")
	ErrEmpty      = errs.New(errs.Invalid, "statement.empty", "there is no row in it")
	ErrMany       = errs.New(errs.Invalid, "statement.many", "there are too many rows in it")
	ErrNotNow     = errs.New(errs.Conflict, "statement.not_now", "the line is not in a state for this")
	ErrTaken      = errs.New(errs.Conflict, "statement.taken", "another line stands for it already")
	ErrAmount     = errs.New(errs.Conflict, "statement.amount", "the amounts are not the same")
	ErrSeveral    = errs.New(errs.Conflict, "statement.several", "the sum of the bookings, less the fee, is not the line's amount")
	ErrFeeless    = errs.New(errs.Invalid, "statement.feeless", "only the sum of a POS or a gateway has a fee taken off")
	ErrAtOnce     = errs.New(errs.Conflict, "statement.at_once", "somebody keeps the same lines at this moment")
)

// Changed says that a statement came, or that a line of one moved.
type Changed struct {
	Community authz.CommunityID `json:"community"`
	Statement ID                `json:"statement"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "statement.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Statement.String() }

// Service are the use cases of this package.
type Service struct {
	DB *db.DB
	// Exports logs what is taken out.
	Exports *audit.Service
}
