package housing

import (
	"strings"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// ParcelID identifies a parcel of responsibility.
type ParcelID = id.Of[Parcel]

// ParcelKind is what a parcel is served with.
type ParcelKind string

// The kinds of parcels.
const (
	Keeper   ParcelKind = "keeper"
	Cleaning ParcelKind = "cleaning"
	Greening ParcelKind = "greening"
)

// Parcel is a parcel of responsibility (责任区, HOU-01): rooms that one of the
// staff serves as keeper, cleaner or gardener.
type Parcel struct {
	ID        ParcelID          `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Kind      ParcelKind        `db:"kind" json:"kind" enum:"keeper,cleaning,greening"`
	Name      string            `db:"name" json:"name"`
	Staff     authz.AccountID   `db:"staff_id" json:"staffId,omitempty"`
	Notes     string            `db:"notes" json:"notes"`
	Version   int64             `db:"version" json:"version"`
}

// ParcelView is a parcel with who serves it and what belongs to it.
type ParcelView struct {
	Parcel
	StaffName string       `db:"staff_name" json:"staffName,omitempty"`
	Rooms     int          `db:"rooms" json:"rooms"`
	Parts     []ParcelPart `db:"-" json:"parts" doc:"by building and unit"`
}

// ETag implements web.Versioned.
func (p ParcelView) ETag() int64 { return p.Version }

// ParcelPart is how many rooms of a unit belong to a parcel.
type ParcelPart struct {
	Parcel   ParcelID   `db:"parcel_id" json:"-"`
	Building BuildingID `db:"building_id" json:"buildingId"`
	Name     string     `db:"name" json:"building"`
	Unit     string     `db:"unit" json:"unit,omitempty"`
	Rooms    int        `db:"rooms" json:"rooms"`
}

// RoomParcel is a parcel seen from a room.
type RoomParcel struct {
	ID        ParcelID   `db:"id" json:"id"`
	Kind      ParcelKind `db:"kind" json:"kind" enum:"keeper,cleaning,greening"`
	Name      string     `db:"name" json:"name"`
	StaffName string     `db:"staff_name" json:"staffName,omitempty"`
}

// ParcelBody is what can be said of a parcel.
type ParcelBody struct {
	Kind  ParcelKind      `json:"kind" enum:"keeper,cleaning,greening"`
	Name  string          `json:"name" maxLength:"50"`
	Staff authz.AccountID `json:"staffId,omitempty"`
	Notes string          `json:"notes,omitempty" maxLength:"500"`
}

// ParcelRooms are rooms to put into a parcel or take out of it: whole
// buildings, whole units, single rooms. A room that belongs to another parcel
// of the kind leaves that.
type ParcelRooms struct {
	Out       bool         `json:"out,omitempty" doc:"take out instead of putting in"`
	Buildings []BuildingID `json:"buildings,omitempty" maxItems:"500"`
	Units     []UnitID     `json:"units,omitempty" maxItems:"500"`
	Rooms     []RoomID     `json:"rooms,omitempty" maxItems:"500"`
}

// Errors.
var (
	ErrParcelTaken = errs.New(errs.Conflict, "housing.parcel_taken", "another parcel of this kind has this name")
	ErrParcelUsed  = errs.New(errs.Conflict, "housing.parcel_used", "rooms belong to this parcel")
	errStaff       = errs.ErrFields.At(errs.Field{Name: "staffId", Code: db.ErrNotFound.Code})
)

// with returns p as b says, or every field that is wrong. Rooms keep the kind
// they were put in for, so a parcel's kind stays.
func (p Parcel) with(b ParcelBody) (Parcel, error) {
	var wrong errs.Fields
	p.Kind, p.Name, p.Staff, p.Notes = b.Kind, strings.TrimSpace(b.Name), b.Staff, strings.TrimSpace(b.Notes)
	switch n := utf8.RuneCountInString(p.Name); {
	case n == 0:
		wrong.Add("name", "missing", nil)
	case n > 50:
		wrong.Add("name", "too_long", nil)
	}
	return p, wrong.Err()
}
