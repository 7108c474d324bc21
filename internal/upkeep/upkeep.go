// Package upkeep is recurring and preventive work (TIC-13): equipment cycles
// and seasons.
//
//	plan ─on each of its days→ a ticket, dispatched like any other
//	  └──skip a day, with a reason→ the next day counts
//
// A day is opened once, whoever else is at it; days that passed while the
// program was off, or the plan was paused, are opened once together.
package upkeep

import (
	"guanjia/internal/facility"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/ticket"
)

// Actions. Plans are seen by who sees tickets.
const (
	ActEdit authz.Action = "upkeep.edit"
	actOpen authz.Action = "upkeep.open"
)

// ID identifies a plan.
type ID = id.Of[Plan]

// Unit is what a cycle is counted in.
type Unit string

// The units.
const (
	Days   Unit = "day"
	Weeks  Unit = "week"
	Months Unit = "month"
	Years  Unit = "year"
)

// Plan is work that comes again.
type Plan struct {
	ID        ID                `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Draft
	Next    clock.Day `db:"next_on" json:"next" doc:"the next day on which a ticket is opened"`
	Version int64     `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (p Plan) ETag() int64 { return p.Version }

// Draft is what people write of a plan.
type Draft struct {
	Title    string       `db:"title" json:"title" maxLength:"400"`
	Words    string       `db:"words" json:"words,omitempty" maxLength:"8000" doc:"what there is to do"`
	Kind     ticket.Kind  `db:"kind" json:"kind" enum:"repair,service"`
	Category string       `db:"category" json:"category" maxLength:"60"`
	Grade    ticket.Grade `db:"grade" json:"grade" enum:"A,B,C"`
	Place    string       `db:"place" json:"place,omitempty" maxLength:"400" doc:"a public place; may be left out where a facility is named"`
	Facility facility.ID  `db:"facility_id" json:"facilityId,omitempty"`
	N        int64        `db:"every_n" json:"every" minimum:"1" maximum:"365"`
	Unit     Unit         `db:"every_unit" json:"unit" enum:"day,week,month,year"`
	Start    clock.Day    `db:"start_on" json:"start" doc:"the first day; months and years keep its day, the last of shorter months"`
	Active   bool         `db:"is_active" json:"active" doc:"false: paused"`
}

// run is what became of a day of a plan.
type run struct {
	ID        id.Of[run]        `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Plan      ID                `db:"plan_id"`
	Due       clock.Day         `db:"due_on"`
	Ticket    ticket.ID         `db:"ticket_id"`
	Why       string            `db:"why"`
	At        clock.Instant     `db:"at"`
	ByName    string            `db:"by_name"`
}

// Occurrence is a day of a plan: one to come, or what became of it.
type Occurrence struct {
	Plan     ID            `db:"plan_id" json:"planId"`
	Day      clock.Day     `db:"due_on" json:"day"`
	Title    string        `db:"title" json:"title"`
	Category string        `db:"category" json:"category"`
	Place    string        `db:"place" json:"place"`
	Ticket   ticket.ID     `db:"ticket_id" json:"ticketId,omitempty"`
	Number   string        `db:"number" json:"number,omitempty"`
	Status   ticket.Status `db:"status" json:"status,omitempty" enum:"new,dispatched,accepted,en_route,arrived,working,held,resolved,followed_up,archived,cancelled"`
	Skipped  string        `db:"why" json:"skipped,omitempty" doc:"why it was left out"`
}

// ErrPaused says that nothing of a paused plan can be skipped.
var ErrPaused = errs.New(errs.Conflict, "upkeep.paused", "the plan is paused")

// Changed is told when a plan was made or changed, and when it opened a ticket.
type Changed struct {
	Plan      ID                `json:"plan"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "upkeep.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Plan.String() }
