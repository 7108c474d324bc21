// Package handover hands rooms over from the developer to their owners
// (HOU-02), and keeps the papers signed for each room (HOU-02a).
//
//	not invited → invited → appointed → inspected → done
//	                          ↑  appointed, inspected → refused ─┘ (a new appointment)
//
// Finishing sets the room's state and day in the same transaction. A defect is
// the developer's to mend, with its warranty; making a ticket of it belongs to
// the service desk, which plugs in Service.DefectFound.
package handover

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// Actions.
const (
	ActView      authz.Action = "handover.view"
	ActEdit      authz.Action = "handover.edit"
	ActChecklist authz.Action = "handover.checklist"
	ActExport    authz.Action = "handover.export"
)

// Identifiers.
type (
	ID      = id.Of[Handover]
	ItemID  = id.Of[Item]
	PhotoID = id.Of[Photo]
)

// State is how far the hand-over of a room has come.
type State string

// The states of hand-overs. A room that nobody was invited for has none.
const (
	Waiting   State = "waiting" // sold and not invited yet; no record
	Invited   State = "invited"
	Appointed State = "appointed"
	Inspected State = "inspected"
	Refused   State = "refused"
	Done      State = "done"
)

// Handover is the hand-over of one room.
type Handover struct {
	ID          ID                `db:"id" json:"id"`
	Community   authz.CommunityID `db:"community_id" json:"community"`
	Room        housing.RoomID    `db:"room_id" json:"roomId"`
	State       State             `db:"state" json:"state" enum:"invited,appointed,inspected,refused,done"`
	InvitedOn   clock.Day         `db:"invited_on" json:"invitedOn,omitzero"`
	AppointedOn clock.Day         `db:"appointed_on" json:"appointedOn,omitzero"`
	Slot        string            `db:"slot" json:"slot,omitempty" doc:"09:30"`
	Customer    customer.ID       `db:"customer_id" json:"customerId,omitempty" doc:"who receives the room"`
	InspectedOn clock.Day         `db:"inspected_on" json:"inspectedOn,omitzero"`
	RefusedWhy  string            `db:"refused_why" json:"refusedWhy,omitempty"`
	Documents   Words             `db:"documents" json:"documents" doc:"what was signed or given"`
	FeeFrom     clock.Day         `db:"fee_from" json:"feeFrom,omitzero" doc:"first day that fees are charged for"`
	FinishedOn  clock.Day         `db:"finished_on" json:"finishedOn,omitzero"`
	Notes       string            `db:"notes" json:"notes"`
	Version     int64             `db:"version" json:"version"`
}

// Item is one line of the checklist of a room.
type Item struct {
	ID        ItemID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Handover  ID                `db:"handover_id" json:"-"`
	Code      string            `db:"code" json:"code"`
	Zh        string            `db:"zh" json:"zh"`
	En        string            `db:"en" json:"en"`
	Result    string            `db:"result" json:"result" doc:"empty: not looked at; ok; defect"`
	Note      string            `db:"note" json:"note"`
	Party     string            `db:"party" json:"party" doc:"who answers for a defect: developer"`
	Months    int64             `db:"warranty_months" json:"warrantyMonths"`
	FixedOn   clock.Day         `db:"fixed_on" json:"fixedOn,omitzero"`
	Until     clock.Day         `db:"-" json:"warrantyTo,omitzero" doc:"last day the developer answers for it, once the room is handed over"`
	Photos    []Photo           `db:"-" json:"photos"`
}

// Defect is what DefectFound is told.
type Defect struct {
	Item      ItemID
	Community authz.CommunityID
	Room      housing.RoomID
	What      string
	Note      string
	Months    int64
}

// Photo is a picture of a defect.
type Photo struct {
	ID        PhotoID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Item      ItemID            `db:"item_id" json:"-"`
	Blob      string            `db:"blob" json:"-"`
	Type      string            `db:"type" json:"type"`
	Size      int64             `db:"size" json:"size"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"byName"`
}

// Key is how many keys of a kind were handed out.
type Key struct {
	ID        id.Of[Key]        `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Handover  ID                `db:"handover_id" json:"-"`
	Kind      string            `db:"kind" json:"kind" minLength:"1" maxLength:"30" doc:"door, mailbox, access card"`
	N         int64             `db:"n" json:"n" minimum:"0" maximum:"100"`
}

// Reading is the first reading of a meter.
type Reading struct {
	ID        id.Of[Reading]    `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Handover  ID                `db:"handover_id" json:"-"`
	Kind      string            `db:"kind" json:"kind" enum:"water,hot_water,electricity,gas,heat"`
	Number    string            `db:"number" json:"number" maxLength:"40" doc:"of the meter"`
	Value     Thousandths       `db:"thousandths" json:"value" doc:"with up to three decimals"`
}

// Thousandths is a meter's reading, exact to three decimals: "12.345". It is a
// BIGINT of thousandths in the database.
type Thousandths int64

var errReading = errs.New(errs.Invalid, "handover.reading", "not a reading such as 12.345")

// UnmarshalText reads "12", "12.3", "12.345".
func (r *Thousandths) UnmarshalText(text []byte) error {
	whole, fraction, point := strings.Cut(strings.TrimSpace(string(text)), ".")
	if whole == "" || len(whole) > 9 || point && fraction == "" || len(fraction) > 3 || strings.Trim(whole+fraction, "0123456789") != "" {
		return errReading
	}
	n, err := strconv.ParseInt(whole+(fraction + "000")[:3], 10, 64)
	*r = Thousandths(n)
	return err
}

// String is "12.345", without zeros at the end.
func (r Thousandths) String() string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%03d", r/1000, r%1000), "0"), ".")
}

// MarshalText writes "12.345".
func (r Thousandths) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Words is a list of words kept as JSON text.
type Words []string

// Value implements driver.Valuer.
func (w Words) Value() (driver.Value, error) {
	if w == nil {
		w = Words{}
	}
	b, err := json.Marshal([]string(w))
	return string(b), err
}

// Scan implements sql.Scanner.
func (w *Words) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("handover: words are stored as TEXT, not %T", src)
	}
	return json.Unmarshal([]byte(text), (*[]string)(w))
}

// Errors.
var (
	ErrNotNow     = errs.New(errs.Conflict, "handover.not_now", "the hand-over is at another step")
	ErrUnlooked   = errs.New(errs.Conflict, "handover.unlooked", "some items of the checklist were not looked at")
	ErrNotDefect  = errs.New(errs.Conflict, "handover.not_defect", "this item is no defect")
	ErrNotPicture = errs.New(errs.Invalid, "handover.not_a_picture", "only pictures can be attached")
	ErrNotScan    = errs.New(errs.Invalid, "handover.not_a_scan", "a scan is a picture or a PDF file")
	ErrNobody     = errs.New(errs.Conflict, "handover.nobody", "no room here waits to be invited")
)

// Changed says that the hand-over of a room moved on, or its papers changed.
type Changed struct {
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"room"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "handover.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Room.String() }

// Finished is told when a room was handed over.
type Finished struct {
	Handover  ID                `json:"handover"`
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"room"`
	Customer  customer.ID       `json:"customer"`
	At        clock.Instant     `json:"at"`
}

// EventName implements db.Event.
func (Finished) EventName() string { return "handover.finished" }

// Where implements db.Event.
func (e Finished) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Finished) About() string { return e.Room.String() }
