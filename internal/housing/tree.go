package housing

import (
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
)

// Branch is a building of the tree, with its units and how many of its rooms
// are in which state.
type Branch struct {
	Building
	Units  []UnitBranch  `json:"units"`
	States map[State]int `json:"states" doc:"rooms by state, parking spaces and store-rooms too"`
	Rooms  int           `json:"rooms"`
}

// UnitBranch is a unit of the tree.
type UnitBranch struct {
	Unit
	Rooms int `json:"rooms"`
}

// Cell is a room as the grid of a building shows it.
type Cell struct {
	ID      RoomID   `db:"id" json:"id"`
	Unit    UnitID   `db:"unit_id" json:"unitId,omitempty"`
	Number  string   `db:"number" json:"number"`
	Label   string   `db:"label" json:"label"`
	Short   string   `db:"label_key" json:"short"`
	Type    RoomType `db:"type" json:"type" enum:"home,shop,office,storage,parking"`
	Floor   *int64   `db:"floor" json:"floor,omitempty"`
	State   State    `db:"state" json:"state" enum:"unsold,sold,vacant,renovating,occupied,let"`
	Owner   string   `db:"-" json:"owner,omitempty" doc:"the first owner, as far as the caller may see names"`
	Version int64    `db:"version" json:"version"`
}

// Grid is a building, floor by floor.
type Grid struct {
	Building Building `json:"building"`
	Units    []Unit   `json:"units"`
	Cells    []Cell   `json:"cells" doc:"in the order of the register"`
}

// RoomRow is a room with what stands beside it in lists.
type RoomRow struct {
	Room
	Owner   string       `db:"-" json:"owner,omitempty" doc:"the first owner, as far as the caller may see names"`
	Parcels []RoomParcel `db:"-" json:"parcels"`
}

// Bulk describes the rooms of a new building, or more rooms of an old one.
type Bulk struct {
	Community    authz.CommunityID `json:"community"`
	Building     string            `json:"building" minLength:"1" maxLength:"20" doc:"3, A座, 商铺"`
	Units        []string          `json:"units,omitempty" maxItems:"30" doc:"1, 2, 3; none: one stairwell without a name"`
	FloorFrom    int64             `json:"floorFrom" minimum:"-10" maximum:"200"`
	FloorTo      int64             `json:"floorTo" minimum:"-10" maximum:"200"`
	Skip         []int64           `json:"skip,omitempty" maxItems:"30" doc:"floors that are not counted: 4, 13"`
	PerFloor     int64             `json:"perFloor" minimum:"1" maximum:"99" doc:"rooms of a unit on each floor, numbered from 01"`
	Type         RoomType          `json:"type" enum:"home,shop,office,storage,parking"`
	BuildingArea string            `json:"buildingArea,omitempty" maxLength:"20"`
	State        State             `json:"state" enum:"unsold,sold,vacant,renovating,occupied,let"`
}

// Planned is what a Bulk would make.
type Planned struct {
	Fresh []string `json:"fresh" doc:"labels that would be new"`
	There []string `json:"there" doc:"labels that are there already and stay as they are"`
}

// mostAtOnce bounds how many rooms one bulk creation makes, mostChanged how many one change of state touches.
const (
	mostAtOnce  = 5000
	mostChanged = 500
)

// StateChange sets the state of one room that was seen in a version.
type StateChange struct {
	Room         RoomID    `json:"room"`
	Version      int64     `json:"version"`
	State        State     `json:"state" enum:"unsold,sold,vacant,renovating,occupied,let"`
	HandedOverOn clock.Day `json:"handedOverOn,omitzero" doc:"left out: stays as it is"`
	NoDay        bool      `json:"noDay,omitempty" doc:"takes the day away"`
}

// StateChanged is a room's state before a change, which undoes it.
type StateChanged struct {
	Undo []StateChange `json:"undo"`
}
