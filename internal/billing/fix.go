package billing

import (
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// FixID names a correction of many bills.
type FixID = id.Of[Fix]

// FixState is how far a correction has come.
type FixState string

// The states of a correction:
//
//	calculating → calculated ─submit→ pending ─approve (four eyes)→ working → done
//	     ↑ again ────┘ └ drop → dropped   └ refuse → calculated
const (
	FixCalculating FixState = "calculating"
	FixCalculated  FixState = "calculated"
	FixPending     FixState = "pending"
	FixWorking     FixState = "working"
	FixDone        FixState = "done"
	FixDropped     FixState = "dropped"
)

// Fix corrects the bills of an item for some months (BIL-10): each line is
// computed anew from what the registers say now and, where the price was wrong,
// with the right one; a line that comes out otherwise is reversed and billed anew.
type Fix struct {
	ID        FixID             `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	FixDraft
	State     FixState        `db:"state" json:"state" enum:"calculating,calculated,pending,working,done,dropped"`
	Done      int64           `db:"done" json:"done"`
	Total     int64           `db:"total" json:"total" doc:"lines that change"`
	Old       money.Fen       `db:"old_sum" json:"old"`
	New       money.Fen       `db:"new_sum" json:"new"`
	Paid      int64           `db:"paid" json:"paid" doc:"lines on which something was paid"`
	Same      int64           `db:"same" json:"same" doc:"lines that come out as they are"`
	Unclear   int64           `db:"unclear" json:"unclear" doc:"lines that could not be computed anew and stay as they are"`
	At        clock.Instant   `db:"at" json:"at"`
	By        authz.AccountID `db:"by_id" json:"-"`
	ByName    string          `db:"by_name" json:"by"`
	DecidedAt *clock.Instant  `db:"decided_at" json:"decidedAt,omitempty"`
	Decider   string          `db:"decided_by_name" json:"decidedBy,omitempty"`
	Decision  string          `db:"decision" json:"decision,omitempty"`
	DoneAt    *clock.Instant  `db:"done_at" json:"doneAt,omitempty"`
	Version   int64           `db:"version" json:"version"`
	Files     []FixFile       `db:"-" json:"files,omitempty" doc:"evidence; not in lists"`
}

// ETag implements web.Versioned.
func (f Fix) ETag() int64 { return f.Version }

func (f Fix) subject() string { return "bill_fix:" + f.ID.String() }

// FixDraft is what people write of a correction.
type FixDraft struct {
	Item     ItemID       `db:"item_id" json:"itemId"`
	First    clock.Period `db:"first_period" json:"first"`
	Last     clock.Period `db:"last_period" json:"last"`
	Cause    string       `db:"cause" json:"cause" enum:"tariff,reading,area,other"`
	Wrong    string       `db:"wrong_price" json:"wrongPrice,omitempty" maxLength:"20" doc:"of cause tariff: the price that was charged"`
	Right    string       `db:"right_price" json:"rightPrice,omitempty" maxLength:"20" doc:"and the one that should have been"`
	Reason   string       `db:"reason" json:"reason" maxLength:"500" doc:"residents read it"`
	Evidence string       `db:"evidence" json:"evidence" maxLength:"500" doc:"number and name of what proves it"`
}

// FixLine is what a correction does to one line.
type FixLine struct {
	ID        id.Of[FixLine]    `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Fix       FixID             `db:"fix_id" json:"-"`
	N         int64             `db:"n" json:"-"`
	Line      LineID            `db:"line_id" json:"lineId"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Old       money.Fen         `db:"old_amount" json:"old"`
	New       money.Fen         `db:"new_amount" json:"new"`
	Paid      money.Fen         `db:"paid" json:"paid" doc:"of the old line when it was computed"`
	Price     string            `db:"price" json:"price"`
	Quantity  string            `db:"quantity" json:"quantity"`
	Tax       money.Fen         `db:"tax" json:"-"`
	Tariff    TariffID          `db:"tariff_id" json:"-"`
	Explain   Explain           `db:"explain" json:"explain"`
	State     string            `db:"state" json:"state" enum:"open,done,gone" doc:"gone: the line was reversed meanwhile by somebody else"`
	Next      LineID            `db:"new_id" json:"newId,omitempty"`
}

// FixLineView is such a line as people see it.
type FixLineView struct {
	FixLine
	Label       string       `db:"label" json:"label"`
	Period      clock.Period `db:"period" json:"period"`
	OldPrice    string       `db:"old_price" json:"oldPrice"`
	OldQuantity string       `db:"old_quantity" json:"oldQuantity"`
	Who         string       `db:"who" json:"debtor" doc:"empty: the developer"`
	Legal       string       `db:"legal" json:"-"`
}

// Errors of corrections.
var (
	ErrFixSame  = errs.New(errs.Conflict, "billing.fix_nothing", "no line comes out otherwise than it was booked")
	ErrFixRange = errs.New(errs.Invalid, "billing.fix_range", "at most 24 months, the first before the last")
)

// Fixed says that a correction is done.
type Fixed struct {
	Fix       FixID             `json:"fix"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (Fixed) EventName() string { return "bill.fixed" }

// Where implements db.Event.
func (e Fixed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Fixed) About() string { return e.Fix.String() }

// FixMoved says that a correction came further.
type FixMoved struct {
	Fix       FixID             `json:"fix"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (FixMoved) EventName() string { return "bill.fix_moved" }

// Where implements db.Event.
func (e FixMoved) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e FixMoved) About() string { return e.Fix.String() }
