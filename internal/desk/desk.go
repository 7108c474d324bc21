// Package desk is what the reception sees at once: the household behind a room
// (CUS-02) and one search box over everything (CUS-03).
//
// It keeps nothing of its own and may join the tables of other domains, to
// read only. What an actor may not see is not looked for: rooms are searched
// as housing.view, people as customer.view, tickets as ticket.view, each
// within the scope of its own action.
package desk

import (
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/ticket"
)

// Service holds the use cases of the desk.
type Service struct {
	DB *db.DB
	// Slots are the parts of the household page that other domains fill.
	Slots []Slot
}

// Household is a room with everybody and everything about it.
type Household struct {
	Room        housing.Room        `json:"room"`
	People      []customer.Resident `json:"people"`
	OpenTickets []ticket.RowView    `json:"openTickets"`
	PastTickets []ticket.RowView    `json:"pastTickets" doc:"the latest 50"`
	Ratings     []Rating            `json:"ratings"`
	Figures     Figures             `json:"figures"`
	Habits      []Habit             `json:"habits" doc:"what they usually ask for"`
	Trend       Trend               `json:"trend,omitempty" enum:"up,down,steady"`
	Next        []Next              `json:"next" doc:"what should be done for them, the most urgent first"`
	Slots       []FilledSlot        `json:"slots"`
}

// Rating is what a customer thought of one piece of work.
type Rating struct {
	At     clock.Instant `json:"at"`
	Rating float64       `json:"rating"`
}

// Figures sum up a household's tickets.
type Figures struct {
	Open      int      `json:"open"`
	Past      int      `json:"past"`
	AvgRating *float64 `json:"avgRating,omitempty"`
}

// HitKind is what a search came upon.
type HitKind string

// The kinds of hits.
const (
	RoomHit     HitKind = "room"
	CustomerHit HitKind = "customer"
	TicketHit   HitKind = "ticket"
	VehicleHit  HitKind = "vehicle"
)

// Hit is one thing found.
type Hit struct {
	Kind      HitKind           `json:"kind" enum:"room,customer,ticket,vehicle"`
	ID        db.ID             `json:"id"`
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"roomId,omitzero"`
	Title     string            `json:"title"`
	Subtitle  string            `json:"subtitle"`
	Badge     string            `json:"badge,omitempty"`
}
