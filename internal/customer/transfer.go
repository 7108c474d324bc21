package customer

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// ActTransfer changes the owners of a room (过户).
const ActTransfer authz.Action = "customer.transfer"

// TransferID names a change of owner.
type TransferID = id.Of[Transfer]

// Transfer is one change of owner and what it did.
//
//	done ─undo→ undone, while nothing followed
type Transfer struct {
	ID        TransferID        `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Day       clock.Day         `db:"day" json:"day"`
	State     string            `db:"state" json:"state" enum:"done,undone"`
	Did       TransferJournal   `db:"journal" json:"-"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (t Transfer) ETag() int64 { return t.Version }

// TransferJournal says what a change of owner did, so that it can be undone.
type TransferJournal struct {
	Ended   []Touched `json:"ended"`
	Begun   []Touched `json:"begun"`
	Created []Opened  `json:"created"`
}

// Touched is a relation with the version that the change left it in.
type Touched struct {
	ID      RelationID `json:"id"`
	Version int64      `json:"version"`
}

// Opened is an archive that the change opened.
type Opened struct {
	ID      ID    `json:"id"`
	Version int64 `json:"version"`
}

// Value stores a JSON text.
func (j TransferJournal) Value() (driver.Value, error) {
	raw, err := json.Marshal(j)
	return string(raw), err
}

// Scan reads a JSON text.
func (j *TransferJournal) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("customer: a journal is stored as TEXT, not %T", src)
	}
	return json.Unmarshal([]byte(text), j)
}

// NewOwner is an owner to come: an archive that is there, or a new one.
type NewOwner struct {
	Customer ID     `json:"customerId,omitempty"`
	New      *Draft `json:"new,omitempty"`
	Share    string `json:"share,omitempty" maxLength:"20" doc:"1/2 or 50%"`
}

// TransferDraft is what a change of owner shall do.
type TransferDraft struct {
	Room          housing.RoomID `json:"roomId"`
	Day           clock.Day      `json:"day" doc:"the new owners' first day, today at the latest"`
	Owners        []NewOwner     `json:"owners" minItems:"1" maxItems:"20"`
	FamilyLeaves  bool           `json:"familyLeaves,omitempty" doc:"the old owners' family, agents and guests end with them"`
	TenantsLeave  bool           `json:"tenantsLeave,omitempty"`
	KeepAsTenants bool           `json:"keepAsTenants,omitempty" doc:"the old owners stay as tenants"`
}

// TransferCheck says what stands against a change of owner of a room on a day.
type TransferCheck func(ctx context.Context, tx *db.Tx, room housing.Room, day clock.Day) ([]errs.Field, error)

// Transferable is a room before a change of owner.
type Transferable struct {
	Room      housing.Room `json:"room"`
	People    []Resident   `json:"people" doc:"who belongs to it today"`
	Obstacles []Obstacle   `json:"obstacles"`
	Latest    *Transfer    `json:"latest,omitempty"`
}

// Obstacle says why something cannot be done.
type Obstacle struct {
	Name    string         `json:"name"`
	Code    string         `json:"code"`
	Params  map[string]any `json:"-"`
	Message string         `json:"message"`
}

// Errors of changes of owner.
var (
	ErrTransferBlocked = errs.New(errs.Conflict, "customer.transfer_blocked", "something stands against a change of owner")
	ErrTransferDay     = errs.New(errs.Invalid, "customer.transfer_day", "a change of owner is entered when it has come, and after the present owners began")
	ErrTransferSame    = errs.New(errs.Invalid, "customer.transfer_same", "the same customer is named twice")
	ErrTransferDone    = errs.New(errs.Conflict, "customer.transfer_undone", "this change of owner was undone")
	ErrTransferLater   = errs.New(errs.Conflict, "customer.transfer_followed", "something followed this change of owner, so it cannot be undone")
)

// Transferred says that the owners of a room changed, or changed back.
type Transferred struct {
	Transfer  TransferID        `json:"transfer"`
	Room      housing.RoomID    `json:"room"`
	Community authz.CommunityID `json:"community"`
	Day       clock.Day         `json:"day"`
	Undone    bool              `json:"undone"`
}

// EventName implements db.Event.
func (Transferred) EventName() string { return "customer.transferred" }

// Where implements db.Event.
func (e Transferred) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Transferred) About() string { return e.Room.String() }

// leaves reports whether a relation ends with a change of owner.
func (d TransferDraft) leaves(k RelationKind) bool {
	switch k {
	case Owner:
		return true
	case Tenant:
		return d.TenantsLeave
	}
	return d.FamilyLeaves
}
