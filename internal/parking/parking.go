// Package parking keeps parking spaces and vehicles: who has which space, whose
// car stands there, and how long its permit is valid (HOU-03).
//
//	space:   free ─give→ sold or let ─end→ free        free ⇄ blocked
//	vehicle: added ─renew→ permit from … to ─end→ history, which stays
//
// A plate is kept in its normal form (rules_plate.go); several cars may share a
// space up to the community's limit.
package parking

import (
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// Actions.
const (
	ActView     authz.Action = "parking.view"
	ActEdit     authz.Action = "parking.edit"
	ActSettings authz.Action = "parking.settings"
	ActExport   authz.Action = "parking.export"
)

// Identifiers.
type (
	SpaceID   = id.Of[Space]
	VehicleID = id.Of[Vehicle]
)

// State is whether a space is taken, and how.
type State string

// The states of spaces.
const (
	Free    State = "free"
	Sold    State = "sold"
	Let     State = "let"
	Blocked State = "blocked"
)

// Space is one parking space (车位).
type Space struct {
	ID        SpaceID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Number    string            `db:"number" json:"number"`
	SortKey   string            `db:"sort_key" json:"-"`
	Area      string            `db:"area" json:"area" doc:"B1 east, above ground"`
	Kind      string            `db:"kind" json:"kind" enum:"owned,rented,public" doc:"what it is meant for"`
	Place     string            `db:"place" json:"place" enum:"standard,tandem,small,accessible,charger"`
	State     State             `db:"state" json:"state" enum:"free,sold,let,blocked"`
	Room      housing.RoomID    `db:"room_id" json:"roomId,omitempty" doc:"the record of the register that is this space"`
	Customer  customer.ID       `db:"customer_id" json:"customerId,omitempty" doc:"who owns or rents it"`
	From      clock.Day         `db:"from_on" json:"from,omitzero"`
	To        clock.Day         `db:"to_on" json:"to,omitzero"`
	Notes     string            `db:"notes" json:"notes"`
	Version   int64             `db:"version" json:"version"`
}

// SpaceView is a space with who has it and which cars stand there.
type SpaceView struct {
	Space
	Holder string   `db:"-" json:"holder,omitempty" doc:"as far as the caller may see names"`
	Label  string   `db:"room_label" json:"roomLabel,omitempty"`
	Plates []string `db:"-" json:"plates"`

	nameOf
}

// ETag implements web.Versioned.
func (s SpaceView) ETag() int64 { return s.Version }

// nameOf is somebody beside what is theirs, before it is masked.
type nameOf struct {
	Name string        `db:"customer_name" json:"-"`
	Who  customer.Kind `db:"customer_kind" json:"-"`
}

// Holding is who had a space before.
type Holding struct {
	ID        id.Of[Holding]    `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Space     SpaceID           `db:"space_id" json:"-"`
	Customer  customer.ID       `db:"customer_id" json:"customerId,omitempty"`
	State     State             `db:"state" json:"state" enum:"sold,let"`
	From      clock.Day         `db:"from_on" json:"from,omitzero"`
	To        clock.Day         `db:"to_on" json:"to,omitzero"`
	EndedOn   clock.Day         `db:"ended_on" json:"endedOn"`
}

// HoldingView is a Holding with a name.
type HoldingView struct {
	Holding
	Holder string `db:"-" json:"holder,omitempty"`

	nameOf
}

// Vehicle is a car bound to a household, its owner and perhaps a space.
type Vehicle struct {
	ID         VehicleID         `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"community"`
	Plate      string            `db:"plate" json:"plate" doc:"in normal form: 浙A12345; empty while there is none"`
	Tail       string            `db:"plate_tail" json:"-"`
	Kind       string            `db:"kind" json:"kind" enum:"car,truck,motorcycle,other"`
	Brand      string            `db:"brand" json:"brand"`
	Colour     string            `db:"colour" json:"colour"`
	Room       housing.RoomID    `db:"room_id" json:"roomId,omitempty"`
	Customer   customer.ID       `db:"customer_id" json:"customerId,omitempty"`
	Space      SpaceID           `db:"space_id" json:"spaceId,omitempty"`
	From       clock.Day         `db:"from_on" json:"from,omitzero"`
	PermitFrom clock.Day         `db:"permit_from" json:"permitFrom,omitzero"`
	PermitTo   clock.Day         `db:"permit_to" json:"permitTo,omitzero" doc:"the last day"`
	EndedOn    clock.Day         `db:"ended_on" json:"endedOn,omitzero"`
	EndedWhy   string            `db:"ended_why" json:"endedWhy,omitempty"`
	Notes      string            `db:"notes" json:"notes"`
	Version    int64             `db:"version" json:"version"`
}

// VehicleView is a vehicle with what stands around it.
type VehicleView struct {
	Vehicle
	RoomLabel   string `db:"room_label" json:"roomLabel,omitempty"`
	SpaceNumber string `db:"space_number" json:"spaceNumber,omitempty"`
	Owner       string `db:"-" json:"owner,omitempty" doc:"as far as the caller may see names"`
	Permit      string `db:"-" json:"permit" enum:"none,valid,soon,expired"`
	NewEnergy   bool   `db:"-" json:"newEnergy"`

	nameOf
}

// ETag implements web.Versioned.
func (v VehicleView) ETag() int64 { return v.Version }

// Permit is one period for which a vehicle had paid.
type Permit struct {
	ID        id.Of[Permit]     `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Vehicle   VehicleID         `db:"vehicle_id" json:"-"`
	From      clock.Day         `db:"from_on" json:"from"`
	To        clock.Day         `db:"to_on" json:"to"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"byName"`
}

// Settings are a community's rules for parking.
type Settings struct {
	Community    authz.CommunityID `db:"community_id" json:"-"`
	MostPerSpace int64             `db:"most_per_space" json:"mostPerSpace" doc:"cars that may share a space"`
	RemindDays   int64             `db:"remind_days" json:"remindDays" doc:"how long before its last day a permit is said to expire soon"`
	Version      int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (s Settings) ETag() int64 { return s.Version }

// Expiry is a permit that ends, for who reminds of it.
type Expiry struct {
	Vehicle  VehicleID      `db:"id"`
	Plate    string         `db:"plate"`
	Room     housing.RoomID `db:"room_id"`
	Customer customer.ID    `db:"customer_id"`
	Day      clock.Day      `db:"permit_to"` // the last day
}

// Errors.
var (
	ErrPlateTaken  = errs.New(errs.Conflict, "parking.plate_taken", "this plate is registered already")
	ErrNumberTaken = errs.New(errs.Conflict, "parking.number_taken", "another space has this number")
	ErrSpaceFull   = errs.New(errs.Conflict, "parking.space_full", "no more vehicles fit this space")
	ErrSpaceHeld   = errs.New(errs.Conflict, "parking.space_held", "somebody has this space")
	ErrSpaceUsed   = errs.New(errs.Conflict, "parking.space_used", "vehicles or former holders hang on this space")
	ErrEnded       = errs.New(errs.Conflict, "parking.ended", "this vehicle's registration has ended")
	ErrPeriod      = errs.New(errs.Invalid, "parking.period", "the last day lies before the first")
)

// Changed says that spaces or vehicles of a community are not what they were.
type Changed struct {
	Community authz.CommunityID `json:"community"`
	Subject   string            `json:"subject"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "parking.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Subject }
