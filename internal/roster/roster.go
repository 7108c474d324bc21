// Package roster plans who is on duty when (STA-01), and keeps what one shift
// hands to the next (STA-02).
//
//	shift ─ pattern ─proposal→ duty: planned ─→ cancelled      leave
//	swap:     asked ─accept→ done, or accepted ─a planner's yes→ done      refused, withdrawn
//	handover: given ─take→ taken      given ─object→ returned ─give again→ given
//
// Who is on duty at an instant (OnDuty) is what dispatch goes by, in a
// community that plans a roster for the day (Planned).
package roster

import (
	"database/sql/driver"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/staff"
)

// Actions.
const (
	ActView     authz.Action = "roster.view"
	ActPlan     authz.Action = "roster.plan"
	ActSelf     authz.Action = "roster.self"
	ActHandover authz.Action = "roster.handover"
	actFeed     authz.Action = "roster.feed" // reading the calendar of a secret link
)

// Identifiers.
type (
	ShiftID   = id.Of[Shift]
	PatternID = id.Of[Pattern]
	DutyID    = id.Of[Duty]
	LeaveID   = id.Of[Leave]
	SwapID    = id.Of[Swap]
)

// Post is where people stand in for each other.
type Post string

// The posts. PostResponse is the standing team across departments (STA-01a).
const (
	PostService     Post = "service"
	PostMaintenance Post = "maintenance"
	PostSecurity    Post = "security"
	PostCleaning    Post = "cleaning"
	PostResponse    Post = "response"
	PostOther       Post = "other"
)

// Shift is a stretch of the day that somebody is planned for.
type Shift struct {
	ID        ShiftID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Name      string            `db:"name" json:"name"`
	Post      Post              `db:"post" json:"post" enum:"service,maintenance,security,cleaning,response,other"`
	Start     int64             `db:"start_minute" json:"startMinute" minimum:"0" maximum:"1439" doc:"minute of the day"`
	Minutes   int64             `db:"minutes" json:"minutes" minimum:"15" maximum:"1440" doc:"length; up to 24 hours"`
	Skills    staff.Words       `db:"skills" json:"skills" maxItems:"14" doc:"that each of its people needs"`
	Least     int64             `db:"least" json:"least" minimum:"0" maximum:"500" doc:"how many people it needs at least"`
	Active    bool              `db:"active" json:"active" doc:"false: nobody is planned for it any more"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (s Shift) ETag() int64 { return s.Version }

// Turn is one person's part of a pattern.
type Turn struct {
	Staff staff.ID `json:"staffId"`
	Shift ShiftID  `json:"shiftId"`
	On    []int    `json:"on" maxItems:"56" doc:"days of the pattern, from 0"`
}

// Turns are stored as a JSON text.
type Turns []Turn

// Value implements driver.Valuer.
func (t Turns) Value() (driver.Value, error) { return db.ToText(t) }

// Scan implements sql.Scanner.
func (t *Turns) Scan(src any) error { return db.FromText(src, t) }

// Pattern says who works which shift on which day, and repeats.
type Pattern struct {
	ID        PatternID         `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Name      string            `db:"name" json:"name" maxLength:"40"`
	Days      int64             `db:"days" json:"days" minimum:"1" maximum:"56" doc:"after so many days it begins again"`
	StartsOn  clock.Day         `db:"starts_on" json:"startsOn" doc:"a day that is its day 0"`
	Turns     Turns             `db:"turns" json:"turns" maxItems:"300"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (p Pattern) ETag() int64 { return p.Version }

// The states of a duty.
const (
	StatePlanned   = "planned"
	StateCancelled = "cancelled"
)

// Duty is one person on one shift of one day.
type Duty struct {
	ID        DutyID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Shift     ShiftID           `db:"shift_id" json:"shiftId"`
	Staff     staff.ID          `db:"staff_id" json:"staffId"`
	Day       clock.Day         `db:"day" json:"day" doc:"on which it begins"`
	From      clock.Instant     `db:"from_at" json:"from"`
	To        clock.Instant     `db:"to_at" json:"to"`
	State     string            `db:"state" json:"state" enum:"planned,cancelled"`
	Reason    string            `db:"reason" json:"reason,omitempty" doc:"why it was planned in spite of a warning"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (d Duty) ETag() int64 { return d.Version }

// Line is a duty as the roster shows it.
type Line struct {
	Duty
	ShiftName string    `db:"shift_name" json:"shift"`
	Post      Post      `db:"post" json:"post" enum:"service,maintenance,security,cleaning,response,other"`
	StaffName string    `db:"staff_name" json:"staffName"`
	Problems  []Problem `db:"-" json:"problems"`
}

// Leave is when somebody is away, whole days.
type Leave struct {
	ID        LeaveID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Staff     staff.ID          `db:"staff_id" json:"staffId"`
	Kind      string            `db:"kind" json:"kind" enum:"annual,sick,personal,training,other"`
	FromDay   clock.Day         `db:"from_day" json:"fromDay"`
	ToDay     clock.Day         `db:"to_day" json:"toDay" doc:"the last day"`
	From      clock.Instant     `db:"from_at" json:"-"`
	To        clock.Instant     `db:"to_at" json:"-"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (l Leave) ETag() int64 { return l.Version }

// Person is somebody who can be planned.
type Person struct {
	ID       staff.ID    `db:"id" json:"id"`
	Name     string      `db:"name" json:"name"`
	AgentNo  string      `db:"agent_no" json:"agentNo"`
	Position string      `db:"position" json:"position"`
	Dept     string      `db:"dept" json:"-"`
	Post     Post        `db:"-" json:"post" enum:"service,maintenance,security,cleaning,response,other" doc:"of the department"`
	Skills   staff.Words `db:"skills" json:"skills"`
}

// The states of a swap.
const (
	Asked     = "asked"
	Accepted  = "accepted" // by the colleague; a planner must say yes, because of a warning
	Done      = "done"
	Refused   = "refused"
	Withdrawn = "withdrawn"
)

// Swap is somebody's wish to give a duty to a colleague, or to exchange two.
type Swap struct {
	ID         SwapID            `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"community"`
	Duty       DutyID            `db:"duty_id" json:"dutyId"`
	Back       DutyID            `db:"back_id" json:"backId,omitzero" doc:"the colleague's duty taken for it; none: it is only given"`
	By         staff.ID          `db:"by_id" json:"byId"`
	To         staff.ID          `db:"to_id" json:"toId"`
	State      string            `db:"state" json:"state" enum:"asked,accepted,done,refused,withdrawn"`
	Reason     string            `db:"reason" json:"reason"`
	Answer     string            `db:"answer" json:"answer,omitempty"`
	AskedAt    clock.Instant     `db:"asked_at" json:"askedAt"`
	AnsweredAt *clock.Instant    `db:"answered_at" json:"answeredAt,omitempty"`
	DecidedBy  staff.ID          `db:"decided_by" json:"-"`
	Version    int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (s Swap) ETag() int64 { return s.Version }

// SwapView is a swap with what it is about.
type SwapView struct {
	Swap
	ByName   string    `json:"byName"`
	ToName   string    `json:"toName"`
	Given    Line      `json:"given" doc:"the duty that is given away"`
	Taken    *Line     `json:"taken,omitempty" doc:"the duty that is taken for it"`
	Problems []Problem `json:"problems" doc:"what a planner would have to overlook, for both"`
}

// Errors.
var (
	ErrOverlap     = errs.New(errs.Conflict, "roster.overlap", "this person has another shift at that time")
	ErrWarned      = errs.New(errs.Conflict, "roster.warned", "there is a warning: plan it with a reason, or choose somebody else")
	ErrOnLeave     = errs.New(errs.Conflict, "roster.on_leave", "this person is on leave then")
	ErrPast        = errs.New(errs.Conflict, "roster.past", "what has been is not planned any more")
	ErrShiftName   = errs.New(errs.Invalid, "roster.shift_taken", "another shift has this name")
	ErrPatternName = errs.New(errs.Invalid, "roster.pattern_taken", "another pattern has this name")
	ErrNotYours    = errs.New(errs.Forbidden, "roster.not_yours", "this is another's")
	ErrSwapNow     = errs.New(errs.Conflict, "roster.swap_not_now", "the swap was answered or withdrawn already")
	ErrSwapOpen    = errs.New(errs.Conflict, "roster.swap_open", "somebody has been asked about this duty already")
	ErrHandover    = errs.New(errs.Conflict, "roster.handover_not_now", "the handover was confirmed already")
)

// event is the part that all events of this package share.
type event struct {
	Community authz.CommunityID `json:"community"`
}

// Where implements db.Event.
func (e event) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e event) About() string { return e.Community.String() }

// Events told to other domains and to live screens.
type (
	// Changed is told when the roster, a swap or a handover changed.
	Changed struct{ event }
	// Began is told when a duty begins: somebody is there now.
	Began struct{ event }
	// SwapMoved is told when somebody asked for a swap or answered: to the other one.
	SwapMoved struct {
		event
		Swap SwapID   `json:"swap"`
		To   staff.ID `json:"to"`
	}
)

// EventName implements db.Event.
func (Changed) EventName() string { return "roster.changed" }

// EventName implements db.Event.
func (SwapMoved) EventName() string { return "roster.swap_moved" }

// EventName implements db.Event.
func (Began) EventName() string { return "roster.began" }
