package ticket

import (
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/staff"
)

// Arrival is what became of an arrival that was promised (TIC-07c).
type Arrival string

// What becomes of a promise. Moved and Cancelled ended it before it fell due.
const (
	Booked      Arrival = "booked"
	ArrivalKept Arrival = "kept"
	Missed      Arrival = "missed"
	Moved       Arrival = "moved"
	CalledOff   Arrival = "cancelled"
)

// What an appointment promises: to come within a window, or by a time that was told.
const (
	ByWindow = "window"
	ByTime   = "time"
)

// Who made, moved or cancelled an appointment.
const (
	AtDesk       = "desk"
	OnSite       = "technician"
	FromCustomer = "customer"
	BySystem     = "system"
)

// AppointmentID identifies an appointment.
type AppointmentID = id.Of[Appointment]

// Appointment is one promise to come: a window of the community (TIC-01), or a
// time that the customer was told.
type Appointment struct {
	ID        AppointmentID     `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Ticket    ID                `db:"ticket_id" json:"-"`
	Kind      string            `db:"kind" json:"kind" enum:"window,time"`
	Slot      string            `db:"slot" json:"slot,omitempty"`
	Skill     string            `db:"skill" json:"-"`
	From      clock.Instant     `db:"from_at" json:"from"`
	To        clock.Instant     `db:"to_at" json:"to"`
	State     Arrival           `db:"state" json:"state" enum:"booked,kept,missed,moved,cancelled"`
	Over      string            `db:"over" json:"over,omitempty" doc:"why it was given although the window was full"`
	At        clock.Instant     `db:"at" json:"at"`
	ByKind    string            `db:"by_kind" json:"byKind" enum:"desk,technician,customer"`
	By        staff.ID          `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by,omitempty"`
	Staff     staff.ID          `db:"staff_id" json:"-"` // who was to come when it was judged
	StaffName string            `db:"staff_name" json:"staff,omitempty"`
	Category  string            `db:"category" json:"-"`
	ArrivedAt *clock.Instant    `db:"arrived_at" json:"arrivedAt,omitempty"`
	Late      int64             `db:"late_minutes" json:"lateMinutes,omitempty"`
	EndedAt   *clock.Instant    `db:"ended_at" json:"endedAt,omitempty" doc:"when it was judged, moved or cancelled: the customer was told then"`
	EndedKind string            `db:"ended_kind" json:"endedKind,omitempty" enum:"desk,technician,customer,system,"`
	EndedID   staff.ID          `db:"ended_id" json:"-"`
	EndedName string            `db:"ended_name" json:"endedBy,omitempty"`
	Version   int64             `db:"version" json:"-"`
}

// What concerns appointments.
const (
	ActAppoint  authz.Action = "ticket.appoint"
	ActOverbook authz.Action = "ticket.overbook"
)

// Errors of appointments.
var (
	ErrNoVisit     = errs.New(errs.Conflict, "ticket.no_visit", "nobody is to come for this any more")
	ErrNoWindow    = errs.New(errs.Conflict, "ticket.no_window", "it has no appointment that could be cancelled")
	ErrVisitLate   = errs.New(errs.Conflict, "ticket.visit_late", "so shortly before the appointment only the office changes it")
	ErrWindowFull  = errs.New(errs.Conflict, "ticket.window_full", "this window is full")
	errSlotUnknown = "ticket.window_unknown"
)
