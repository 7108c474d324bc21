// Package staffing plans whom a community still needs (STA-01c).
//
//	plan: draft ─submit→ submitted ─approve (four eyes)→ approved ─┐ candidates are interviewed for its lines
//	        ↑ └──────────── sent back ← returned ←reject┘           └ chosen, declined
//
// What is needed is drawn from roster and load: the hours that the shifts of an
// ordinary week ask for, by the forecast, against the people there are.
package staffing

import (
	"database/sql/driver"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/roster"
)

// Actions.
const (
	ActEdit   authz.Action = "staffing.edit"
	ActDecide authz.Action = "staffing.decide"
	actTrim   authz.Action = "staffing.trim"
)

// Identifiers.
type (
	PlanID      = id.Of[Plan]
	CandidateID = id.Of[Candidate]
)

// The states of a plan.
const (
	Draft     = "draft"
	Submitted = "submitted"
	Approved  = "approved"
	Returned  = "returned"
)

// Plan is whom a community needs in a stretch of time.
type Plan struct {
	ID        PlanID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	PlanDraft
	State     string          `db:"state" json:"state" enum:"draft,submitted,approved,returned"`
	At        clock.Instant   `db:"at" json:"at"`
	By        authz.AccountID `db:"by_id" json:"-"`
	ByName    string          `db:"by_name" json:"by"`
	DecidedAt *clock.Instant  `db:"decided_at" json:"decidedAt,omitempty"`
	Decider   string          `db:"decided_by_name" json:"decidedBy,omitempty"`
	Decision  string          `db:"decision" json:"decision,omitempty"`
	Version   int64           `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (p Plan) ETag() int64 { return p.Version }

// PlanDraft is what people write of a plan.
type PlanDraft struct {
	Title  string    `db:"title" json:"title" maxLength:"160"`
	From   clock.Day `db:"from_on" json:"from"`
	To     clock.Day `db:"to_on" json:"to"`
	Reason string    `db:"reason" json:"reason" maxLength:"2000"`
	Lines  Lines     `db:"lines" json:"lines" maxItems:"30"`
}

// Line is a position of a plan.
type Line struct {
	Post      roster.Post `json:"post" enum:"service,maintenance,security,cleaning,response,other"`
	Position  string      `json:"position" maxLength:"120"`
	Filled    int64       `json:"filled" minimum:"0" maximum:"1000" doc:"people there are"`
	Needed    int64       `json:"needed" minimum:"1" maximum:"1000" doc:"people it takes"`
	Qualities string      `json:"qualities" maxLength:"1000" doc:"what is looked for"`
	Reason    string      `json:"reason,omitempty" maxLength:"1000"`
}

// Lines are kept as JSON.
type Lines []Line

// Value implements driver.Valuer.
func (l Lines) Value() (driver.Value, error) { return db.ToText(l) }

// Scan implements sql.Scanner.
func (l *Lines) Scan(src any) error { return db.FromText(src, l) }

// Ratings are marks of 1 to 5 by item of the profile, kept as JSON.
type Ratings map[string]int

// Value implements driver.Valuer.
func (r Ratings) Value() (driver.Value, error) { return db.ToText(r) }

// Scan implements sql.Scanner.
func (r *Ratings) Scan(src any) error { return db.FromText(src, r) }

// The states of a candidate.
const (
	Open     = "open"
	Chosen   = "chosen"
	Declined = "declined"
)

// Candidate is somebody who wants a position of a plan, with their interview sheet.
type Candidate struct {
	ID        CandidateID       `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Plan      PlanID            `db:"plan_id" json:"planId"`
	CandidateDraft
	At      clock.Instant `db:"at" json:"at"`
	ByName  string        `db:"by_name" json:"by" doc:"who interviewed"`
	Groups  []GroupMean   `db:"-" json:"groups" doc:"the mean of each group of the profile"`
	Version int64         `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (c Candidate) ETag() int64 { return c.Version }

// CandidateDraft is what an interviewer writes.
type CandidateDraft struct {
	Line    int64   `db:"line" json:"line" minimum:"0" maximum:"29" doc:"of the plan, from 0"`
	Name    string  `db:"name" json:"name" maxLength:"200"`
	Ratings Ratings `db:"ratings" json:"ratings" doc:"1 to 5 by item of the profile; items left out were not asked for"`
	Words   string  `db:"words" json:"words,omitempty" maxLength:"4000"`
	State   string  `db:"state" json:"state" enum:"open,chosen,declined"`
}

// GroupMean is how somebody did in a group, in tenths.
type GroupMean struct {
	Group  string `json:"group"`
	Tenths int64  `json:"tenths" doc:"10 to 50; 0: nothing was rated"`
	Rated  int64  `json:"rated"`
	Of     int64  `json:"of"`
}

// Errors.
var (
	ErrNotNow  = errs.New(errs.Conflict, "staffing.not_now", "the plan is not in a state for this")
	ErrNoLines = errs.New(errs.Invalid, "staffing.no_lines", "a plan names a position at least")
)

// Changed says that a plan or its candidates changed.
type Changed struct {
	Community authz.CommunityID `json:"community"`
	Plan      PlanID            `json:"plan"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "staffing.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Plan.String() }

// Service are the use cases of this package.
type Service struct {
	DB        *db.DB
	Approvals *approval.Service
	Heads     roster.Counter
	Exports   *audit.Service
}
