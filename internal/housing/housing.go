// Package housing keeps what stands in a community: buildings, units, rooms
// (HOU-01).
//
//	community → building 3 → unit 2 → room 1502, together 3栋2单元1502
//	parcel (责任区: keeper, cleaning or greening) ─ rooms, at most one of each kind for a room
//
// A room is asked for by its label in any usual writing (rules_label.go) and
// found by the label's key, which is unique in the community.
package housing

import (
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// Actions.
const (
	ActView   authz.Action = "housing.view"
	ActEdit   authz.Action = "housing.edit"
	ActExport authz.Action = "housing.export"
)

// Identifiers.
type (
	BuildingID = id.Of[Building]
	UnitID     = id.Of[Unit]
	RoomID     = id.Of[Room]
)

// Building is one house (栋).
type Building struct {
	ID        BuildingID        `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Code      string            `db:"code" json:"code" doc:"as in labels: 3, A, 商铺"`
	Name      string            `db:"name" json:"name"`
	SortKey   string            `db:"sort_key" json:"-"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (b Building) ETag() int64 { return b.Version }

// BuildingRow is a building in a list.
type BuildingRow struct {
	Building
	Rooms int `db:"rooms" json:"rooms"`
}

// Unit is one stairwell of a building (单元).
type Unit struct {
	ID        UnitID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Building  BuildingID        `db:"building_id" json:"buildingId"`
	Code      string            `db:"code" json:"code" doc:"as in labels: 2"`
	SortKey   string            `db:"sort_key" json:"-"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (u Unit) ETag() int64 { return u.Version }

// RoomType is what a room is for.
type RoomType string

// The types of rooms.
const (
	Home    RoomType = "home"
	Shop    RoomType = "shop"
	Office  RoomType = "office"
	Storage RoomType = "storage"
	Parking RoomType = "parking"
)

// State is how far a room has come from the developer to its residents.
type State string

// The states of rooms.
const (
	Unsold     State = "unsold"
	Sold       State = "sold"   // not handed over yet
	Vacant     State = "vacant" // handed over, nobody lives there
	Renovating State = "renovating"
	Occupied   State = "occupied"
	Let        State = "let"
)

// States lists them in the order of a room's life.
var States = []State{Unsold, Sold, Vacant, Renovating, Occupied, Let}

// Room is one room, flat, shop, store-room or parking space.
type Room struct {
	ID           RoomID            `db:"id" json:"id"`
	Community    authz.CommunityID `db:"community_id" json:"community"`
	Building     BuildingID        `db:"building_id" json:"buildingId"`
	Unit         UnitID            `db:"unit_id" json:"unitId,omitempty"`
	Number       string            `db:"number" json:"number"`
	Label        string            `db:"label" json:"label" doc:"in full: 3栋2单元1502"`
	Short        string            `db:"label_key" json:"short" doc:"unique in the community: 3-2-1502"`
	SortKey      string            `db:"sort_key" json:"-"`
	Type         RoomType          `db:"type" json:"type" enum:"home,shop,office,storage,parking"`
	Floor        *int64            `db:"floor" json:"floor,omitempty"`
	BuildingArea Area              `db:"building_area" json:"buildingArea,omitzero" doc:"m² with two decimals"`
	InnerArea    Area              `db:"inner_area" json:"innerArea,omitzero"`
	State        State             `db:"state" json:"state" enum:"unsold,sold,vacant,renovating,occupied,let"`
	HandedOverOn clock.Day         `db:"handed_over_on" json:"handedOverOn,omitzero"`
	Notes        string            `db:"notes" json:"notes"`
	Version      int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (r Room) ETag() int64 { return r.Version }

// NewRoom is a room as an import or a generator names it.
type NewRoom struct {
	Label        Label
	Type         RoomType
	Floor        *int64
	BuildingArea Area
	InnerArea    Area
	State        State
	HandedOverOn clock.Day
	Notes        string
}

// Edit is what may be changed of a room: all but its place.
type Edit struct {
	Type         RoomType  `json:"type" enum:"home,shop,office,storage,parking"`
	Floor        *int64    `json:"floor,omitempty" minimum:"-10" maximum:"200"`
	BuildingArea string    `json:"buildingArea" maxLength:"20"`
	InnerArea    string    `json:"innerArea,omitempty" maxLength:"20"`
	State        State     `json:"state" enum:"unsold,sold,vacant,renovating,occupied,let"`
	HandedOverOn clock.Day `json:"handedOverOn,omitzero"`
	Notes        string    `json:"notes,omitempty" maxLength:"500"`
}

// Errors.
var (
	ErrRoomUnknown = errs.New(errs.Invalid, "housing.room_unknown", "there is no room with this label")
	ErrLabelTaken  = errs.New(errs.Conflict, "housing.label_taken", "this label stands for another room")
	ErrCodeTaken   = errs.New(errs.Conflict, "housing.code_taken", "another building or unit has this code")
	ErrTied        = errs.New(errs.Conflict, "housing.tied", "something hangs on what is to be deleted")
	ErrTooMany     = errs.New(errs.Invalid, "housing.too_many", "too many rooms at once")
	ErrInnerLarger = errs.New(errs.Invalid, "housing.inner_larger", "the inner area is larger than the building area")
)

// Changed says that buildings, units or several rooms are not what they were.
type Changed struct {
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "housing.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Community.String() }

// RoomChanged says that a room was edited.
type RoomChanged struct {
	Room      RoomID            `json:"room"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (RoomChanged) EventName() string { return "housing.room_changed" }

// Where implements db.Event.
func (e RoomChanged) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e RoomChanged) About() string { return e.Room.String() }
