// Package procedure holds the company's executable procedures (PRO-01): what
// the library of SOPs says and what people tick off at work are the same thing.
//
//	draft ─ask→ asked ─approve→ published, never changed again ─ a copy is the next draft
//	             └─ reject → draft
//
//	step of a run:  open ─tick→ done   open ─skip, with a reason→ skipped   ─undo→ open
//
// A procedure belongs to the company and is read by all its communities. A run
// belongs to something in one community (a ticket) and keeps the version it
// began with. What a run belongs to lives on a higher floor, which plugs in a
// Subject; what the system sees for itself, Sync ticks off.
package procedure

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"sync"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// Identifiers.
type (
	ID        = id.Of[Procedure]
	VersionID = id.Of[Version]
	RunID     = id.Of[Run]
	// SubjectID identifies what a run belongs to, whichever domain has it.
	SubjectID = id.Of[Subject]
)

// Actions.
const (
	ActView authz.Action = "procedure.view"
	ActTick authz.Action = "procedure.tick"
	// ActLead: tick for others, take back what others ticked, see who has not read.
	ActLead    authz.Action = "procedure.lead"
	ActEdit    authz.Action = "procedure.edit"
	ActPublish authz.Action = "procedure.publish" // decides on what another wants to publish
)

// Procedure is one SOP of the company; what it says is in its versions.
type Procedure struct {
	ID      ID        `db:"id" json:"id"`
	Code    string    `db:"code" json:"code"`
	Zh      string    `db:"zh" json:"zh"`
	En      string    `db:"en" json:"en"`
	Applies Applies   `db:"applies" json:"applies" doc:"as the published version says"`
	Current VersionID `db:"current_id" json:"currentId,omitempty"`
	Number  int64     `db:"number" json:"number" doc:"of the published version; 0: none yet"`
	Shipped bool      `db:"is_shipped" json:"shipped"`
	Version int64     `db:"version" json:"version"`
}

// States of a version.
const (
	Draft     = "draft"
	Asked     = "asked" // waits for another's approval
	Published = "published"
)

// Version is one edition of a procedure; a published one never changes.
type Version struct {
	ID          VersionID       `db:"id" json:"id"`
	Procedure   ID              `db:"procedure_id" json:"procedureId"`
	Number      int64           `db:"number" json:"number"`
	State       string          `db:"state" json:"state" enum:"draft,asked,published"`
	Doc         Doc             `db:"doc" json:"doc"`
	Words       string          `db:"words" json:"words" doc:"what is different from the version before"`
	At          clock.Instant   `db:"at" json:"at"`
	By          authz.AccountID `db:"by_id" json:"-"`
	ByName      string          `db:"by_name" json:"by"`
	PublishedAt *clock.Instant  `db:"published_at" json:"publishedAt,omitempty" doc:"absent: it came with the program"`
	ApprovedBy  string          `db:"approved_by" json:"approvedBy,omitempty"`
	Version     int64           `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (v Version) ETag() int64 { return v.Version }

// Doc is what a version says, kept as JSON text.
type Doc struct {
	Zh         string   `json:"zh" maxLength:"50"`
	En         string   `json:"en" maxLength:"100"`
	Criteria   string   `json:"criteria" maxLength:"500" doc:"when it applies (判断标准)"`
	Reporting  string   `json:"reporting" maxLength:"500" doc:"whom, when, how (上报机制)"`
	Applies    Applies  `json:"applies"`
	Principles []string `json:"principles" maxItems:"20"`
	Never      []string `json:"never" maxItems:"20" doc:"what is never done"`
	StopsOn    []string `json:"stopsOn" maxItems:"20" doc:"what ends it early"`
	Steps      []Step   `json:"steps" maxItems:"60"`
	Quiz       *Quiz    `json:"quiz,omitempty" doc:"asked before somebody may confirm this version (PRO-01b)"`
}

// Applies is to what a procedure is attached by itself; every condition that is set must hold.
type Applies struct {
	Kind     string `yaml:"kind" json:"kind,omitempty" enum:"repair,service,inquiry,suggestion,praise,complaint"`
	Category string `yaml:"category" json:"category,omitempty" maxLength:"60" doc:"with what is below it"`
	Grade    string `yaml:"grade" json:"grade,omitempty" maxLength:"3" doc:"A, AB: only these grades"`
	Channel  string `yaml:"channel" json:"channel,omitempty" enum:"phone,visit,app,patrol" doc:"a conversation on this channel; no ticket"`
	Task     string `yaml:"task" json:"task,omitempty" maxLength:"40" doc:"work of another kind; no ticket"`
	OnSite   bool   `yaml:"onsite" json:"onsite,omitempty" doc:"a service that is given on site"`
	Visit    bool   `yaml:"visit" json:"visit,omitempty" doc:"somebody goes into a customer's room"`
	Extends  string `yaml:"-" json:"extends,omitempty" maxLength:"40" doc:"comes on top of this procedure, where that one applies"`
}

// Step is one line of a procedure.
type Step struct {
	N        int64  `json:"n" minimum:"1" maximum:"60"`
	Title    string `json:"title" maxLength:"60"`
	TitleEn  string `json:"titleEn,omitempty" maxLength:"100"`
	Who      string `json:"who" maxLength:"40" doc:"a word of the list of roles"`
	Do       string `json:"do" maxLength:"500"`
	Evidence string `json:"evidence,omitempty" maxLength:"200" doc:"what must be filled in; none: name and time are enough"`
	Limit    string `json:"limit,omitempty" maxLength:"40" doc:"30s 5m 2h 24h 3d 3rings same_day +1d grade severity; none: the ticket's clocks"`
	From     string `json:"from,omitempty" maxLength:"40" doc:"what the limit counts from; none: the step before"`
	Workdays bool   `json:"workdays,omitempty" doc:"days are working days"`
	GradeA   string `json:"gradeA,omitempty" maxLength:"10" doc:"the limit for grade A"`
	Within   string `json:"within,omitempty" maxLength:"10" doc:"complete within"`
	Note     string `json:"note,omitempty" maxLength:"200" doc:"also the limits by grade or severity: A 5m，B 30m，C 2h"`
	Skip     string `json:"skip,omitempty" maxLength:"40" doc:"who may leave it out, with a reason; none: nobody"`
	Grades   string `json:"grades,omitempty" maxLength:"3" doc:"only for these grades"`
	FourEyes bool   `json:"fourEyes,omitempty" doc:"by another than the step before"`
	Required bool   `json:"required,omitempty" doc:"the ticket cannot be resolved without it (TIC-07a)"`
	On       string `json:"on,omitempty" enum:"opened,dispatched,told,arrived,started,resolved,followed_up,archived" doc:"ticked when the system sees it"`
	Kit      bool   `json:"kit,omitempty" doc:"the kit list of the category is ticked here (TIC-07c)"`
	Form     string `json:"form,omitempty" maxLength:"40" doc:"ticked when this form is kept on the ticket"`
	Line     string `json:"line,omitempty" maxLength:"40" doc:"a line of the form: ticked when it is filled in"`
}

// Run is a procedure at work on one subject, in the version it began with.
type Run struct {
	ID        RunID             `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Place     string            `db:"place" json:"place"`
	Subject   SubjectID         `db:"subject_id" json:"subject"`
	Procedure ID                `db:"procedure_id" json:"procedureId"`
	Edition   VersionID         `db:"version_id" json:"versionId"`
	Code      string            `db:"code" json:"code"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by,omitempty"`
}

// States of a step.
const (
	Open    = "open"
	Done    = "done"
	Skipped = "skipped"
)

// Tick says that a step of a run is done or was left out.
type Tick struct {
	ID        id.Of[Tick]       `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Run       RunID             `db:"run_id" json:"-"`
	Step      int64             `db:"step" json:"step"`
	State     string            `db:"state" json:"state" enum:"done,skipped"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by,omitempty" doc:"empty: the system"`
	Words     string            `db:"words" json:"words" doc:"what was filled in, or why it was left out"`
	Kit       Words             `db:"kit" json:"kit" doc:"what is taken along"`
	Photo     PhotoID           `db:"photo_id" json:"photoId,omitempty"`
	Slip      SlipID            `db:"slip_id" json:"slipId,omitempty" doc:"the kept form that ticked it"`
	SlipNo    string            `db:"slip_no" json:"slipNo,omitempty" doc:"the number of that form, if it has one of its own"`
	DueAt     *clock.Instant    `db:"due_at" json:"-"`
}

// PhotoID identifies a picture of the subject, which the subject's domain has.
type PhotoID = id.Of[Evidence]

// Evidence tags PhotoID.
type Evidence struct{}

// Reading is somebody's word that they have read a version (PRO-01b).
type Reading struct {
	ID      id.Of[Reading]  `db:"id"`
	Edition VersionID       `db:"version_id"`
	Account authz.AccountID `db:"account_id"`
	At      clock.Instant   `db:"at"`
}

// Subject is one sort of thing that procedures run on; its domain plugs it in.
type Subject struct {
	Place string       // "ticket"
	View  authz.Action // without it nobody sees the runs either
	// Facts reads what rules need to know of one of them, within the scope of tx.
	Facts func(ctx context.Context, tx *db.Tx, id SubjectID) (Facts, error)
	// Slips reads the forms that are kept on one of them; asked for only where a step asks for a form.
	Slips func(ctx context.Context, tx *db.Tx, id SubjectID) ([]Slip, error)
}

// Errors.
var (
	ErrPublished  = errs.New(errs.Conflict, "procedure.published", "a published version is never changed; make a new draft")
	ErrAsked      = errs.New(errs.Conflict, "procedure.asked", "this draft waits for approval")
	ErrDraft      = errs.New(errs.Conflict, "procedure.draft_exists", "there is a draft already")
	ErrCode       = errs.New(errs.Conflict, "procedure.code_taken", "another procedure has this code")
	ErrTicked     = errs.New(errs.Conflict, "procedure.ticked", "this step was ticked already")
	ErrNotTicked  = errs.New(errs.Conflict, "procedure.not_ticked", "this step is open")
	ErrNotYours   = errs.New(errs.Forbidden, "procedure.not_yours", "this step is for somebody else to do")
	ErrSeen       = errs.New(errs.Conflict, "procedure.seen", "the system ticks this step when it happens")
	ErrBySlip     = errs.New(errs.Conflict, "procedure.by_slip", "a form ticks this step: fill it in, correct it or void it")
	ErrNoSkip     = errs.New(errs.Forbidden, "procedure.no_skip", "this step may not be left out by you")
	ErrTooLate    = errs.New(errs.Forbidden, "procedure.undo_late", "after ten minutes a leader takes it back, with a reason")
	ErrFourEyes   = errs.New(errs.Conflict, "procedure.four_eyes", "another than who did the step before does this one")
	ErrUnread     = errs.New(errs.Conflict, "procedure.unread", "read this version and confirm it before you work with it")
	ErrQuiz       = errs.New(errs.Conflict, "procedure.quiz", "pass the quiz of this version before you confirm it")
	ErrNoQuiz     = errs.New(errs.Conflict, "procedure.no_quiz", "this version has no quiz")
	ErrReminded   = errs.New(errs.Conflict, "procedure.reminded", "everybody who has not confirmed was reminded today")
	ErrEnded      = errs.New(errs.Conflict, "procedure.ended", "what it belongs to has ended")
	ErrAttached   = errs.New(errs.Conflict, "procedure.attached", "this procedure runs here already")
	ErrUnfinished = errs.New(errs.Conflict, "procedure.unpublished", "no version of this procedure is published")
	ErrNothingNew = errs.New(errs.Conflict, "procedure.nothing_new", "nothing is different from the published version")
)

// Changed says that a procedure of the company has a new draft or version.
type Changed struct {
	Procedure ID `json:"procedure"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "procedure.changed" }

// Where implements db.Event: it is the company's.
func (Changed) Where() authz.CommunityID { return 0 }

// About implements db.Event.
func (e Changed) About() string { return e.Procedure.String() }

// Ticked says that something moved in the runs of a subject.
type Ticked struct {
	Community authz.CommunityID `json:"community"`
	Subject   SubjectID         `json:"subject"`
}

// EventName implements db.Event.
func (Ticked) EventName() string { return "procedure.ticked" }

// Where implements db.Event.
func (e Ticked) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Ticked) About() string { return e.Subject.String() }

// Service holds the use cases of this package.
type Service struct {
	DB       *db.DB
	Subjects []Subject
	Forms    []Form // that steps may ask for
	Exports  *audit.Service

	approvals *approval.Service
	docs      sync.Map // VersionID → Doc of published versions
}

// Words is a list kept as JSON text.
type Words []string

// Value implements driver.Valuer.
func (w Words) Value() (driver.Value, error) { return asJSON(append(Words{}, w...)) }

// Scan implements sql.Scanner.
func (w *Words) Scan(src any) error { return fromJSON(src, (*[]string)(w)) }

// Value implements driver.Valuer.
func (d Doc) Value() (driver.Value, error) { return asJSON(d) }

// Scan implements sql.Scanner.
func (d *Doc) Scan(src any) error { return fromJSON(src, d) }

// Value implements driver.Valuer.
func (a Applies) Value() (driver.Value, error) { return asJSON(a) }

// Scan implements sql.Scanner.
func (a *Applies) Scan(src any) error { return fromJSON(src, a) }

func asJSON(v any) (driver.Value, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func fromJSON(src, into any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("procedure: cannot read %T from %T", into, src)
	}
	return json.Unmarshal([]byte(s), into)
}
