// Package attendance keeps when people came and went (STA-01b), and holds it
// against the roster.
//
//	mark: in or out ← phone at the place, the code at the office, an imported table, a correction that somebody else approved
//	duty + marks + leave → in time, late, early, absent, away, hours
//
// Marks are added and never taken away: who forgot one asks for it, and one that
// is not true is struck out by somebody else, with a reason. What a day was is
// computed from roster and marks whenever it is looked at.
package attendance

import (
	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/roster"
	"guanjia/internal/staff"
)

// Actions.
const (
	ActSelf     authz.Action = "attendance.self"
	ActView     authz.Action = "attendance.view"
	ActDecide   authz.Action = "attendance.decide"
	ActExport   authz.Action = "attendance.export"
	ActSettings authz.Action = "attendance.settings"
)

// MarkID names a mark.
type MarkID = id.Of[Mark]

// The kinds of marks.
const (
	In  = "in"
	Out = "out"
)

// How a mark is known.
const (
	ByPhone  = "phone"  // near the place, where that is set
	ByCode   = "code"   // shown at the office
	ByImport = "import" // of a clocking machine
	ByFix    = "fix"    // somebody else approved it
)

// Mark says that somebody came or went.
type Mark struct {
	ID        MarkID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Staff     staff.ID          `db:"staff_id" json:"staffId"`
	At        clock.Instant     `db:"at" json:"at"`
	Kind      string            `db:"kind" json:"kind" enum:"in,out"`
	Source    string            `db:"source" json:"source" enum:"phone,code,import,fix"`
	Meters    *int64            `db:"meters" json:"meters,omitempty" doc:"from the place; left out: not known"`
	Reason    string            `db:"reason" json:"reason,omitempty" doc:"of a correction"`
	ByName    string            `db:"by_name" json:"by,omitempty" doc:"who approved or imported it"`
	Made      clock.Instant     `db:"made_at" json:"-"`
	Struck    *clock.Instant    `db:"struck_at" json:"struckAt,omitempty" doc:"since when it counts no more"`
	StruckBy  string            `db:"struck_by" json:"struckBy,omitempty"`
	StruckWhy string            `db:"struck_why" json:"struckWhy,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (m Mark) ETag() int64 { return m.Version }

// Place is where people of a community check in. Without a position phones are
// believed wherever they are.
type Place struct {
	ID        db.ID             `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Terms
	Version int64 `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (p Place) ETag() int64 { return p.Version }

// Terms are what people set.
type Terms struct {
	Latitude  *int64 `db:"latitude" json:"latitude,omitempty" minimum:"-90000000" maximum:"90000000" doc:"millionths of a degree"`
	Longitude *int64 `db:"longitude" json:"longitude,omitempty" minimum:"-180000000" maximum:"180000000" doc:"millionths of a degree"`
	Radius    int64  `db:"radius" json:"radius" minimum:"50" maximum:"5000" doc:"metres around it in which a phone may check in"`
	Grace     int64  `db:"grace" json:"graceMinutes" minimum:"0" maximum:"60" doc:"minutes after the beginning that are not late"`
}

// Day is one duty of somebody, and what became of it.
type Day struct {
	Day     clock.Day      `json:"day"`
	Shift   string         `json:"shift,omitempty" doc:"empty: there was no duty, and somebody came all the same"`
	From    *clock.Instant `json:"from,omitempty"`
	To      *clock.Instant `json:"to,omitempty"`
	In      *clock.Instant `json:"in,omitempty"`
	Out     *clock.Instant `json:"out,omitempty"`
	State   string         `json:"state" enum:"ahead,on,present,absent,away"`
	Late    int64          `json:"late,omitempty" doc:"minutes"`
	Early   int64          `json:"early,omitempty" doc:"minutes"`
	Lacks   string         `json:"lacks,omitempty" enum:"in,out," doc:"the mark that is missing"`
	Leave   string         `json:"leave,omitempty" enum:"annual,sick,personal,training,other,"`
	Minutes int64          `json:"minutes" doc:"at work"`
}

// Sums are the figures of somebody's month.
type Sums struct {
	Duties      int64 `json:"duties" doc:"that are over, leave not counted"`
	Present     int64 `json:"present"`
	Late        int64 `json:"late"`
	LateMinutes int64 `json:"lateMinutes"`
	Early       int64 `json:"early"`
	Absent      int64 `json:"absent"`
	Away        int64 `json:"away" doc:"duties during leave"`
	Lacking     int64 `json:"lacking" doc:"duties with a mark missing"`
	Minutes     int64 `json:"minutes" doc:"at work"`
}

// Person is the month of somebody.
type Person struct {
	Staff staff.ID    `json:"staffId"`
	Name  string      `json:"name"`
	Post  roster.Post `json:"post" enum:"service,maintenance,security,cleaning,response,other"`
	Sums
	Days []Day `json:"days"`
}

// Month is the attendance of a community.
type Month struct {
	Period clock.Period `json:"period"`
	People []Person     `json:"people"`
	Posts  []PostSums   `json:"posts" doc:"the sums of each team"`
}

// PostSums are the figures of a team.
type PostSums struct {
	Post   roster.Post `json:"post" enum:"service,maintenance,security,cleaning,response,other"`
	People int64       `json:"people"`
	Sums
}

// Errors.
var (
	ErrFar     = errs.New(errs.Conflict, "attendance.far", "the phone is not at the place")
	ErrNowhere = errs.New(errs.Conflict, "attendance.nowhere", "the phone did not say where it is")
	ErrCode    = errs.New(errs.Conflict, "attendance.code", "the code is not the one that is shown now")
	ErrOwn     = errs.New(errs.Forbidden, "attendance.own", "one's own mark is struck out by somebody else")
	ErrStruck  = errs.New(errs.Conflict, "attendance.struck", "this mark was struck out already")
	ErrSoon    = errs.New(errs.Conflict, "attendance.soon", "it was marked a moment ago")
)

// Changed says that somebody's attendance is not what it was.
type Changed struct {
	Community authz.CommunityID `json:"community"`
	Staff     staff.ID          `json:"staff"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "attendance.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Staff.String() }

// Service are the use cases of this package.
type Service struct {
	DB        *db.DB
	Approvals *approval.Service
	Exports   *audit.Service
}
