// Package daily is the management log of each day (STA-02), and what of each
// day is signed as read, with its follow-up tasks (STA-02a).
//
//	the day begins → log, kept by whoever is on duty → the day is over → complaints, patrols and log are signed, each by itself
//	                  └ an important event → report to the property manager → read      └ unsigned at the next noon → one reminder
//
// What the tables know of a day is read when it is shown, and kept as it stood
// when the part is signed; words of others are read where they stand, so what
// is kept holds none. What was signed is never changed.
package daily

import (
	"database/sql/driver"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/staff"
)

// Actions. Who holds ActWrite writes while on duty; who plans duties or signs, always.
// ActTask is of whoever can be given a follow-up task, the log being theirs to see or not.
const (
	ActView   authz.Action = "daily.view"
	ActWrite  authz.Action = "daily.write"
	ActSign   authz.Action = "daily.sign"
	ActRead   authz.Action = "daily.read"
	ActTask   authz.Action = "daily.task"
	ActExport authz.Action = "daily.export"
	actKeep   authz.Action = "daily.keep"
	actTrim   authz.Action = "daily.trim"
)

type (
	// ID identifies the log of a day.
	ID = id.Of[Log]
	// EntryID identifies an entry.
	EntryID = id.Of[Entry]
	// TaskID identifies a follow-up task.
	TaskID = id.Of[Task]
)

// Part is what is signed by itself.
type Part string

// The parts of a day.
const (
	Complaints Part = "complaints"
	Patrols    Part = "patrols"
	Journal    Part = "log"
)

// Parts are all of them, in the order in which they are read.
var Parts = []Part{Complaints, Patrols, Journal}

// Log is the page of one day in one community.
type Log struct {
	ID        ID                `db:"id" json:"id,omitempty" doc:"absent: nothing was written yet"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Day       clock.Day         `db:"day" json:"day"`
	Weather   string            `db:"weather" json:"weather"`
	Signed    int64             `db:"sign_count" json:"signed" doc:"how many of the three parts are signed"`
	Reminded  *clock.Instant    `db:"reminded_at" json:"remindedAt,omitempty" doc:"when it was told that it is unsigned"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (l Log) ETag() int64 { return l.Version }

// Entry is one thing that somebody wrote down.
type Entry struct {
	ID        EntryID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Log       ID                `db:"log_id" json:"-"`
	Minute    int64             `db:"minute" json:"minute" doc:"of the day, when it was"`
	Words     string            `db:"words" json:"words"`
	Important bool              `db:"is_important" json:"important"`
	Form      Form              `db:"form" json:"form"`
	At        clock.Instant     `db:"at" json:"at" doc:"when it was written; of an important event also when it was reported"`
	By        authz.AccountID   `db:"by_id" json:"byId"`
	ByName    string            `db:"by_name" json:"by"`
	Edited    *clock.Instant    `db:"edited_at" json:"editedAt,omitempty"`
	ReadAt    *clock.Instant    `db:"read_at" json:"readAt,omitempty" doc:"by the property manager"`
	ReadBy    string            `db:"read_by_name" json:"readBy,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (e Entry) ETag() int64 { return e.Version }

// Form is the report of an important event to the property manager (INC-03a).
type Form struct {
	Place    string `json:"place,omitempty" maxLength:"400"`
	Affected string `json:"affected,omitempty" maxLength:"2000" doc:"who or what is affected"`
	Measures string `json:"measures,omitempty" maxLength:"8000" doc:"done so far"`
	Next     string `json:"next,omitempty" maxLength:"8000"`
	Told     string `json:"told,omitempty" maxLength:"2000" doc:"who was told"`
}

// Value implements driver.Valuer.
func (f Form) Value() (driver.Value, error) { return db.ToText(f) }

// Scan implements sql.Scanner.
func (f *Form) Scan(src any) error { return db.FromText(src, f) }

// Sign says that somebody has read a part.
type Sign struct {
	ID        id.Of[Sign]       `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Log       ID                `db:"log_id" json:"-"`
	Part      Part              `db:"part" json:"part" enum:"complaints,patrols,log"`
	Remark    string            `db:"remark" json:"remark,omitempty"`
	Content   Content           `db:"content" json:"-"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
}

// Task is what somebody is to do because of a part.
type Task struct {
	ID        TaskID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Log       ID                `db:"log_id" json:"-"`
	Part      Part              `db:"part" json:"part" enum:"complaints,patrols,log"`
	Words     string            `db:"words" json:"words"`
	Staff     staff.ID          `db:"staff_id" json:"staffId"`
	StaffName string            `db:"staff_name" json:"staff"`
	Due       clock.Day         `db:"due_on" json:"due"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
	DoneAt    *clock.Instant    `db:"done_at" json:"doneAt,omitempty"`
	DoneBy    string            `db:"done_by_name" json:"doneBy,omitempty"`
	Result    string            `db:"result" json:"result,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (t Task) ETag() int64 { return t.Version }

// Errors.
var (
	ErrSigned = errs.New(errs.Conflict, "daily.signed", "it is signed and is not changed any more")
	ErrEarly  = errs.New(errs.Conflict, "daily.early", "a day is signed once it is over")
	ErrDuty   = errs.New(errs.Forbidden, "daily.duty", "only who is on duty, or leads, writes in the log")
	ErrYours  = errs.New(errs.Forbidden, "daily.yours", "only who wrote it, or signs, changes it")
	ErrTask   = errs.New(errs.Forbidden, "daily.task", "only who is to do it, or signs, says that it is done")
)

// event is what all of them say.
type event struct {
	Community authz.CommunityID `json:"community"`
	Log       ID                `json:"log"`
	Day       clock.Day         `json:"day"`
}

// Where implements db.Event.
func (e event) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e event) About() string { return e.Log.String() }

type (
	// Changed is told when anything of a day was written, signed or done.
	Changed struct{ event }
	// Reported is told when an important event was written down.
	Reported struct {
		event
		Entry EntryID `json:"entry"`
	}
	// Tasked is told when somebody was given a follow-up task.
	Tasked struct {
		event
		Task TaskID   `json:"task"`
		To   staff.ID `json:"to"`
	}
	// Unsigned is told once for each day that nobody had signed by the next noon.
	Unsigned struct{ event }
)

// EventName implements db.Event.
func (Changed) EventName() string { return "daily.changed" }

// EventName implements db.Event.
func (Reported) EventName() string { return "daily.reported" }

// EventName implements db.Event.
func (Tasked) EventName() string { return "daily.tasked" }

// EventName implements db.Event.
func (Unsigned) EventName() string { return "daily.unsigned" }
