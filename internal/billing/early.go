package billing

import (
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// EarlyID names a rule of early payment.
type EarlyID = id.Of[EarlyRule]

// The ways of paying early.
const (
	EarlyLine = "line" // the whole line, some days before it is due
	EarlyYear = "year" // all lines of a calendar year in one payment, by a day of that year
)

// EarlyRule is what a community takes off a line of an item that is paid whole
// early (BIL-02, FAR-08): of lines of the months of its term, and paid until the
// day on which it was ended.
//
//	pending ─approve (four eyes)→ approved ─end→ ended
//	   └ refuse → refused
type EarlyRule struct {
	ID        EarlyID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	EarlyDraft
	State     string          `db:"state" json:"state" enum:"pending,approved,refused,ended"`
	EndedOn   clock.Day       `db:"ended_on" json:"endedOn,omitzero" doc:"the last day on which it is granted"`
	At        clock.Instant   `db:"at" json:"at"`
	By        authz.AccountID `db:"by_id" json:"-"`
	ByName    string          `db:"by_name" json:"by"`
	DecidedAt *clock.Instant  `db:"decided_at" json:"decidedAt,omitempty"`
	Decider   string          `db:"decided_by_name" json:"decidedBy,omitempty"`
	Decision  string          `db:"decision" json:"decision,omitempty"`
	Version   int64           `db:"version" json:"version"`
}

// EarlyDraft is what people write of such a rule.
type EarlyDraft struct {
	Item    ItemID       `db:"item_id" json:"itemId"`
	Way     string       `db:"way" json:"way" enum:"line,year" doc:"line: a line paid whole at once; year: all lines of a calendar year paid whole at once"`
	Days    int64        `db:"days" json:"days" minimum:"0" maximum:"366" doc:"of way line: how long before it is due it must be paid"`
	Until   string       `db:"until" json:"until,omitempty" maxLength:"5" doc:"of way year: month and day, 03-31, of the year that is paid"`
	Percent string       `db:"off_percent" json:"percent" maxLength:"10" doc:"taken off; below 100"`
	First   clock.Period `db:"first_period" json:"first" doc:"the first month whose lines it holds for"`
	Last    clock.Period `db:"last_period" json:"last"`
	Reason  string       `db:"reason" json:"reason" maxLength:"500"`
}

// EarlyView is a rule in a list.
type EarlyView struct {
	EarlyRule
	ItemName string `db:"item_name" json:"itemName"`
}

// ETag implements web.Versioned.
func (r EarlyRule) ETag() int64 { return r.Version }

func (r EarlyRule) subject() string { return "early_rule:" + r.ID.String() }

// ErrEarlyDay says that a rule names no day of the year.
var ErrEarlyDay = errs.New(errs.Invalid, "billing.early_day", "write month and day, as 03-31")
