// Package customer keeps the archives of people and organisations, and what
// they are to which room (CUS-01).
//
//	customer ─ mobiles (several, one primary)
//	   └ relation (owner, family, tenant, agent, guest; from … to) ─ room
//
// Numbers are shown masked; revealing one is a use case of its own that leaves
// a trail (CUS-04). Rooms and people come in by Excel (CUS-07):
//
//	upload → read (rules_sheet.go) → plan against what is there (rules_plan.go) → checked or rejected
//	checked ─apply→ planned again in the writing transaction → all rows or none
package customer

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// Actions.
const (
	ActView   authz.Action = "customer.view"
	ActEdit   authz.Action = "customer.edit"
	ActReveal authz.Action = "customer.reveal"
	ActImport authz.Action = "customer.import"
)

// ID names a customer.
type ID = id.Of[Customer]

// Kind tells people from organisations.
type Kind string

// The kinds of customers.
const (
	Person       Kind = "person"
	Organisation Kind = "organisation"
)

// Customer is the archive of one person or organisation in one community.
type Customer struct {
	ID        ID                `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	ArchiveNo string            `db:"archive_no" json:"archiveNo" doc:"day of entry and serial: 20261114-001"`
	Kind      Kind              `db:"kind" json:"kind" enum:"person,organisation"`
	Name      string            `db:"name" json:"name"`
	Pinyin    string            `db:"pinyin" json:"-"`
	Initials  string            `db:"initials" json:"-"`
	Mobiles   []MaskedMobile    `db:"-" json:"mobiles"`
	Tags      Tags              `db:"tags" json:"tags"`
	Notes     string            `db:"notes" json:"notes"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (c Customer) ETag() int64 { return c.Version }

// MaskedMobile is a number as it is shown.
type MaskedMobile struct {
	Masked  string `json:"masked"`
	Primary bool   `json:"primary"`
}

// Tags are words a customer is marked with: VIP, 独居老人.
type Tags []string

// Value stores a JSON text.
func (t Tags) Value() (driver.Value, error) {
	if t == nil {
		return "[]", nil
	}
	raw, err := json.Marshal([]string(t))
	return string(raw), err
}

// Scan reads a JSON text.
func (t *Tags) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("customer: tags are stored as TEXT, not %T", src)
	}
	return json.Unmarshal([]byte(text), (*[]string)(t))
}

// mobile is one number of a customer.
type mobile struct {
	ID        id.Of[mobile]     `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Customer  ID                `db:"customer_id"`
	Number    string            `db:"mobile"`
	Last4     string            `db:"last4"`
	Primary   bool              `db:"is_primary"`
}

// RelationKind is what a customer is to a room.
type RelationKind string

// The kinds of relations.
const (
	Owner  RelationKind = "owner"
	Family RelationKind = "family"
	Tenant RelationKind = "tenant"
	Agent  RelationKind = "agent"
	Guest  RelationKind = "guest"
)

// Relation binds a customer to a room; an ended one stays as history.
type Relation struct {
	ID        id.Of[Relation]   `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Customer  ID                `db:"customer_id"`
	Room      housing.RoomID    `db:"room_id"`
	Kind      RelationKind      `db:"kind"`
	Share     string            `db:"share"`
	From      clock.Day         `db:"from_on"`
	To        clock.Day         `db:"to_on"`
	Version   int64             `db:"version"`
}

// Resident is a customer seen from a room.
type Resident struct {
	Customer ID           `db:"customer_id" json:"customerId"`
	Name     string       `db:"name" json:"name"`
	Relation RelationKind `db:"kind" json:"relation" enum:"owner,family,tenant,agent,guest"`
	Share    string       `db:"share" json:"share,omitempty"`
	Masked   string       `db:"mobile" json:"mobileMasked,omitempty"`
	Mobiles  int          `db:"mobiles" json:"mobiles" doc:"how many numbers there are"`
	Tags     Tags         `db:"tags" json:"tags"`
	From     clock.Day    `db:"from_on" json:"from,omitzero"`
	To       clock.Day    `db:"to_on" json:"to,omitzero"`
}

// ErrNoMobile says that there is no number at the place asked for.
var ErrNoMobile = errs.New(errs.NotFound, "customer.no_mobile", "the customer has no such number")

// Changed says that a customer was added or edited.
type Changed struct {
	Customer  ID                `json:"customer"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "customer.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Customer.String() }
