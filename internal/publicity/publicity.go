// Package publicity keeps what owners are shown of common money (公共收益, BIL-09)
// and what authorities find about charges (BIL-09a).
//
//	year: open ─close→ asked ─publish (four eyes)→ published
//	        ↑             └─ refuse ─┘
//
//	inspection: open ─done (with evidence)→ done ─reopen→ open
//
// Entries of a year that is asked or published stand as they are. What was wrong
// in it is corrected by a counter entry of today, in the year that is open; so a
// published balance never changes, and each year begins with that of the one before.
package publicity

import (
	"database/sql/driver"
	"encoding/json"
	"errors"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// Actions.
const (
	ActView        authz.Action = "publicity.view"
	ActEdit        authz.Action = "publicity.edit"
	ActPublish     authz.Action = "publicity.publish" // decides that a year is published
	ActInspections authz.Action = "inspection.view"
	ActInspect     authz.Action = "inspection.edit"
	actShow        authz.Action = "publicity.public"
)

// Identifiers.
type (
	YearID       = id.Of[Year]
	EntryID      = id.Of[Entry]
	InspectionID = id.Of[Inspection]
	FileID       = id.Of[File]
)

// Year is what came in and went out of common money in a calendar year.
type Year struct {
	ID          YearID            `db:"id" json:"id"`
	Community   authz.CommunityID `db:"community_id" json:"community"`
	No          int64             `db:"year_no" json:"year"`
	State       string            `db:"state" json:"state" enum:"open,asked,published"`
	Opening     money.Fen         `db:"opening" json:"opening" doc:"carried over from the year before; of the first year as it was written down"`
	Words       string            `db:"opening_words" json:"openingWords,omitempty" doc:"what proves the opening balance of the first year"`
	ClosedAt    *clock.Instant    `db:"closed_at" json:"closedAt,omitempty"`
	ClosedBy    string            `db:"closed_by_name" json:"closedBy,omitempty"`
	PublishedAt *clock.Instant    `db:"published_at" json:"publishedAt,omitempty"`
	PublishedBy string            `db:"published_by_name" json:"publishedBy,omitempty"`
	Version     int64             `db:"version" json:"version"`
	First       bool              `db:"-" json:"first" doc:"no year before it is kept: its opening balance is written by hand"`
	Income      money.Fen         `db:"-" json:"income"`
	Expense     money.Fen         `db:"-" json:"expense"`
	Closing     money.Fen         `db:"-" json:"closing"`
	N           int64             `db:"-" json:"entries"`
}

// ETag implements web.Versioned.
func (y Year) ETag() int64 { return y.Version }

func (y Year) subject() string { return "shared_year:" + y.ID.String() }

// Written is what people write of an entry.
type Written struct {
	Side     string    `db:"side" json:"side" enum:"income,expense"`
	Kind     string    `db:"kind" json:"kind" enum:"lift_ads,outdoor_ads,parking,venue,vending,telecom,interest,upkeep,committee,maintenance_fund,community,management,tax,other"`
	Day      clock.Day `db:"day" json:"day"`
	Fen      money.Fen `db:"amount" json:"amount" doc:"of a counter entry below zero"`
	Words    string    `db:"words" json:"words" maxLength:"1200"`
	Document string    `db:"document" json:"document,omitempty" maxLength:"400" doc:"number of the contract, invoice or slip"`
}

// Entry is one amount of common money.
type Entry struct {
	ID        EntryID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Year      YearID            `db:"year_id" json:"yearId"`
	Written
	Corrects EntryID         `db:"corrects_id" json:"correctsId,omitempty"`
	At       clock.Instant   `db:"at" json:"at"`
	By       authz.AccountID `db:"by_id" json:"-"`
	ByName   string          `db:"by_name" json:"by"`
	Version  int64           `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (e Entry) ETag() int64 { return e.Version }

func (e Entry) subject() string { return "shared_entry:" + e.ID.String() }

// EntryView is an entry with its files and what became of it.
type EntryView struct {
	Entry
	CorrectedOn clock.Day `db:"corrected_on" json:"correctedOn,omitzero" doc:"a counter entry of this day takes it back"`
	WrongDay    clock.Day `db:"wrong_day" json:"wrongDay,omitzero" doc:"of a counter entry: the day of what it takes back"`
	Files       []File    `db:"-" json:"files"`
}

// File is a picture or a PDF of an entry or an inspection.
type File struct {
	ID         FileID            `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"-"`
	Entry      EntryID           `db:"entry_id" json:"-"`
	Inspection InspectionID      `db:"inspection_id" json:"-"`
	Purpose    string            `db:"purpose" json:"purpose" enum:"document,evidence"`
	Blob       string            `db:"blob" json:"-"`
	Type       string            `db:"type" json:"type"`
	Size       int64             `db:"size" json:"size"`
	At         clock.Instant     `db:"at" json:"at"`
	ByName     string            `db:"by_name" json:"by"`
}

// Draft is what people write of an inspection.
type Draft struct {
	Kind      string          `db:"kind" json:"kind" enum:"inspection,order,finding,fine"`
	Authority string          `db:"authority" json:"authority" maxLength:"240"`
	Number    string          `db:"number" json:"number" maxLength:"240" doc:"of the authority's document"`
	Day       clock.Day       `db:"day" json:"day" doc:"of the document"`
	Items     Items           `db:"items" json:"items" maxItems:"50" doc:"charge items that it is about"`
	Finding   string          `db:"finding" json:"finding" maxLength:"8000"`
	Refund    money.Fen       `db:"refund" json:"refund" doc:"to be returned to households"`
	Fix       billing.FixID   `db:"fix_id" json:"fixId,omitempty" doc:"the mass correction that returns it (BIL-10)"`
	Fine      money.Fen       `db:"fine" json:"fine"`
	Due       clock.Day       `db:"due_on" json:"dueOn"`
	Assignee  authz.AccountID `db:"assignee_id" json:"assigneeId" doc:"who answers for it"`
}

// Inspection is what an authority said about charges, and what is done about it.
type Inspection struct {
	ID        InspectionID      `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Draft
	ToName    string        `db:"assignee_name" json:"assignee"`
	Steps     Steps         `db:"steps" json:"steps" doc:"the first first"`
	State     string        `db:"state" json:"state" enum:"open,done"`
	DoneOn    clock.Day     `db:"done_on" json:"doneOn,omitzero"`
	DoneWords string        `db:"done_words" json:"doneWords,omitempty"`
	Returned  string        `db:"returned_words" json:"returnedWords,omitempty" doc:"how money was returned otherwise than by the correction"`
	At        clock.Instant `db:"at" json:"at"`
	ByName    string        `db:"by_name" json:"by"`
	Version   int64         `db:"version" json:"version"`
	Overdue   bool          `db:"-" json:"overdue"`
	Names     []string      `db:"-" json:"itemNames"`
	Fixed     *Fixed        `db:"-" json:"fix,omitempty"`
	Files     []File        `db:"-" json:"files"`
}

// ETag implements web.Versioned.
func (i Inspection) ETag() int64 { return i.Version }

func (i Inspection) subject() string { return "charge_inspection:" + i.ID.String() }

// Fixed is how far the mass correction has come.
type Fixed struct {
	ID    billing.FixID    `db:"id" json:"id"`
	State billing.FixState `db:"state" json:"state" enum:"calculating,calculated,pending,working,done,dropped"`
	Old   money.Fen        `db:"old_sum" json:"-"`
	New   money.Fen        `db:"new_sum" json:"-"`
	Less  money.Fen        `db:"-" json:"less" doc:"by which the bills become lower"`
}

// Step is something that was done about an inspection.
type Step struct {
	Text string        `json:"text"`
	By   string        `json:"by"`
	At   clock.Instant `json:"at"`
}

// Items and Steps are kept as JSON text.
type (
	Items []billing.ItemID
	Steps []Step
)

// Value implements driver.Valuer.
func (i Items) Value() (driver.Value, error) { return text(i) }

// Scan implements sql.Scanner.
func (i *Items) Scan(src any) error { return scan(src, i) }

// Value implements driver.Valuer.
func (s Steps) Value() (driver.Value, error) { return text(s) }

// Scan implements sql.Scanner.
func (s *Steps) Scan(src any) error { return scan(src, s) }

func text(v any) (driver.Value, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}

func scan(src, into any) error {
	s, ok := src.(string)
	if !ok {
		return errors.New("publicity: what is stored is no text")
	}
	return json.Unmarshal([]byte(s), into)
}

// Errors.
var (
	ErrNotNow    = errs.New(errs.Conflict, "publicity.not_now", "its state does not allow this now")
	ErrClosed    = errs.New(errs.Invalid, "publicity.closed", "this year is closed")
	ErrKind      = errs.New(errs.Invalid, "publicity.kind", "this is no kind of this side")
	ErrDay       = errs.New(errs.Invalid, "publicity.day", "not after today, and not so long ago")
	ErrAmount    = errs.New(errs.Invalid, "publicity.amount", "more than nothing, and not that much")
	ErrRuns      = errs.New(errs.Conflict, "publicity.runs", "the year is not over")
	ErrBefore    = errs.New(errs.Conflict, "publicity.before", "the year before is not published")
	ErrNotFirst  = errs.New(errs.Conflict, "publicity.not_first", "its opening balance is that of the year before")
	ErrCorrected = errs.New(errs.Conflict, "publicity.corrected", "it was taken back before, or takes back itself")
	ErrFile      = errs.New(errs.Invalid, "publicity.file", "this is neither a picture nor a PDF")
	ErrFiles     = errs.New(errs.Conflict, "publicity.files", "there are too many files")
	ErrEvidence  = errs.New(errs.Conflict, "inspection.evidence", "evidence is missing")
	ErrReturned  = errs.New(errs.Invalid, "inspection.returned", "the money was not returned by a correction that is done")
	ErrAssignee  = errs.New(errs.Invalid, "inspection.assignee", "nobody of this community who still works there")
	ErrDue       = errs.New(errs.Invalid, "inspection.due", "before the document itself")
)

// Service holds the use cases of this package.
type Service struct {
	DB        *db.DB
	Approvals *approval.Service
	Exports   *audit.Service
	Blobs     *blob.Store
}

// event is the part that both events share.
type event struct {
	Community authz.CommunityID `json:"community"`
	Subject   string            `json:"subject"`
}

// Where implements db.Event.
func (e event) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e event) About() string { return e.Subject }

type (
	// Changed is told when common money changed.
	Changed struct{ event }
	// Inspected is told when an inspection changed.
	Inspected struct{ event }
)

// EventName implements db.Event.
func (Changed) EventName() string { return "publicity.changed" }

// EventName implements db.Event.
func (Inspected) EventName() string { return "inspection.changed" }
