// Package belonging keeps what belongs to a household besides people: pets,
// bicycles, access cards (CUS-09), and the customer's own things that need
// care from time to time (维修提醒, CUS-06).
//
//	registered ─care→ cared for (the next day follows from the interval) ─end→ gone
//	card: active ⇄ lost, blocked
package belonging

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
	ActView authz.Action = "belonging.view"
	ActEdit authz.Action = "belonging.edit"
)

// ID names a belonging.
type ID = id.Of[Belonging]

// Kind is what it is.
type Kind string

// The kinds.
const (
	Dog     Kind = "dog"
	Cat     Kind = "cat"
	Pet     Kind = "pet"
	Bicycle Kind = "bicycle"
	EBike   Kind = "ebike"
	Card    Kind = "card"

	WaterFilter Kind = "water_filter"
	Hose        Kind = "hose"
	Valve       Kind = "valve"
	Appliance   Kind = "appliance"
	Other       Kind = "other"
)

// Belonging is one thing or animal of a household.
type Belonging struct {
	ID        ID                `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Customer  customer.ID       `db:"customer_id" json:"customerId,omitempty" doc:"whose it is; none: the household's"`
	State     string            `db:"state" json:"state" enum:"active,lost,blocked"`
	EndedOn   clock.Day         `db:"ended_on" json:"endedOn,omitzero"`
	EndedWhy  string            `db:"ended_why" json:"endedWhy,omitempty"`
	NextOn    clock.Day         `db:"next_on" json:"nextOn,omitzero" doc:"when it is to be cared for next"`
	Version   int64             `db:"version" json:"version"`
	Particulars
}

// ETag implements web.Versioned.
func (b Belonging) ETag() int64 { return b.Version }

// Particulars are what people write about it.
type Particulars struct {
	Kind            Kind      `db:"kind" json:"kind" enum:"dog,cat,pet,bicycle,ebike,card,water_filter,hose,valve,appliance,other"`
	Name            string    `db:"name" json:"name,omitempty" maxLength:"60" doc:"what it is called"`
	Model           string    `db:"model" json:"model,omitempty" maxLength:"60" doc:"breed, make or model"`
	Number          string    `db:"number" json:"number,omitempty" maxLength:"40" doc:"of licence, plate or card"`
	Charging        string    `db:"charging" json:"charging,omitempty" enum:"shed,cabinet,none," doc:"where an e-bike is charged"`
	ExpiresOn       clock.Day `db:"expires_on" json:"expiresOn,omitzero" doc:"of licence, registration or card"`
	VaccinatedUntil clock.Day `db:"vaccinated_until" json:"vaccinatedUntil,omitzero"`
	WarrantyUntil   clock.Day `db:"warranty_until" json:"warrantyUntil,omitzero"`
	InstalledOn     clock.Day `db:"installed_on" json:"installedOn,omitzero"`
	EveryMonths     *int64    `db:"every_months" json:"everyMonths,omitempty" minimum:"1" maximum:"240" doc:"how often it is to be cared for"`
	LastOn          clock.Day `db:"last_on" json:"lastOn,omitzero" doc:"when it was cared for last"`
	Muted           bool      `db:"is_muted" json:"muted,omitempty" doc:"the customer wants no reminders of it"`
	Notes           string    `db:"notes" json:"notes,omitempty" maxLength:"500"`
}

// View is a belonging with its room and its owner as far as they may be seen.
type View struct {
	Belonging
	Label   string        `db:"label" json:"label"`
	Short   string        `db:"short" json:"short"`
	SortKey string        `db:"sort_key" json:"-"`
	Owner   string        `db:"owner_name" json:"owner,omitempty"`
	Legal   customer.Kind `db:"owner_kind" json:"-"`
}

// Errors.
var (
	ErrEnded = errs.New(errs.Conflict, "belonging.ended", "this is no longer registered")
	ErrNot   = errs.New(errs.Conflict, "belonging.not_cared_for", "this has no interval at which it is cared for")
)

// Changed is told when something is registered, changed or gone.
type Changed struct {
	Belonging ID                `json:"belonging"`
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"room"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "belonging.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Room.String() }
