// Package customer keeps the archives of people and organisations, and what
// they are to which room (CUS-01).
//
//	person (of the company) ─ customer (of a community) ─ mobiles (several, one primary)
//	                             │ └ relation (owner, family, tenant, agent, guest; from … to) ─ room
//	                             ├─merge→ merged into another ─undo→ as before (CUS-05)
//	                             └─transfer: owners end, others begin, undone while nothing followed
//
// Names and numbers are shown as far as the caller may see them; revealing one
// is a use case of its own that leaves a trail (CUS-04). Mobiles, identity
// documents and bank accounts are sealed in the tables (papers.go). Rooms and
// people come in by Excel (CUS-07) through package imports; what their tables
// hold is said in import_*.go.
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

	// What somebody sees without asking is no use case of its own.
	ActNames   authz.Action = "customer.names"   // names in full
	ActNumbers authz.Action = "customer.numbers" // telephone numbers in full
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
	ID         ID                `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"community"`
	ArchiveNo  string            `db:"archive_no" json:"archiveNo" doc:"day of entry and serial: 20261114-001"`
	Kind       Kind              `db:"kind" json:"kind" enum:"person,organisation"`
	Name       string            `db:"name" json:"name"`
	Pinyin     string            `db:"pinyin" json:"-"`
	Initials   string            `db:"initials" json:"-"`
	Grams      string            `db:"grams" json:"-"` // see search.Grams
	Mobiles    []MaskedMobile    `db:"-" json:"mobiles"`
	Identities []Identity        `db:"-" json:"identities"`
	Accounts   []Account         `db:"-" json:"accounts"`
	Rooms      []Belonging       `db:"-" json:"rooms" doc:"where they belong or belonged"`
	Tags       Tags              `db:"tags" json:"tags"`
	Notes      string            `db:"notes" json:"notes"`
	Details
	BirthdayOn clock.Day      `db:"birthday" json:"-"`
	BirthdayMD string         `db:"birthday_md" json:"-"` // 05-14
	Names      []OtherName    `db:"-" json:"otherNames"`
	Emergency  *Emergency     `db:"-" json:"emergency,omitempty"`
	Called     string         `db:"emergency_name" json:"-"`
	CalledAs   string         `db:"emergency_relation" json:"-"`
	CalledAt   string         `db:"emergency_sealed" json:"-"`
	MergedInto ID             `db:"merged_into" json:"mergedInto,omitempty" doc:"the archive this one was found to be the same as"`
	Person     PersonID       `db:"person_id" json:"-"`
	ErasedAt   *clock.Instant `db:"erased_at" json:"erasedAt,omitempty"`
	Erasing    bool           `db:"-" json:"erasing,omitempty" doc:"their erasure is asked for and not decided"`
	Version    int64          `db:"version" json:"version"`

	mobiles []mobile
}

// Details are what an archive says besides who somebody is. Birthday is a day,
// of which who may not see names sees "****-05-14".
type Details struct {
	Birthday    string `db:"-" json:"birthday,omitempty" maxLength:"10"`
	Gender      string `db:"gender" json:"gender,omitempty" enum:"male,female,"`
	Language    string `db:"language" json:"language,omitempty" enum:"zh,yue,en,ja,ko,other,"`
	Channel     string `db:"channel" json:"channel,omitempty" enum:"phone,sms,wechat,app,email,visit," doc:"how they like to be reached"`
	ContactFrom *int64 `db:"contact_from" json:"contactFrom,omitempty" minimum:"0" maximum:"1440" doc:"minutes of the day"`
	ContactTo   *int64 `db:"contact_to" json:"contactTo,omitempty" minimum:"0" maximum:"1440"`
	NoCalls     bool   `db:"no_calls" json:"noCalls,omitempty" doc:"do not call"`
	CardNo      string `db:"card_no" json:"cardNo,omitempty" maxLength:"40" doc:"number of a VIP card"`
}

// Emergency is whom to call when something happens to a customer.
type Emergency struct {
	Name     string `json:"name"`
	Relation string `json:"relation"`
	Masked   string `json:"masked"`

	number string
}

// OtherName is a former name, or another that somebody goes by.
type OtherName struct {
	ID        id.Of[OtherName]  `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Customer  ID                `db:"customer_id" json:"-"`
	Kind      string            `db:"kind" json:"kind" enum:"former,other"`
	Name      string            `db:"name" json:"name"`
	Pinyin    string            `db:"pinyin" json:"-"`
	Initials  string            `db:"initials" json:"-"`
}

// Belonging is a room seen from a customer.
type Belonging struct {
	ID       RelationID     `db:"id" json:"id"`
	Version  int64          `db:"version" json:"version"`
	Room     housing.RoomID `db:"room_id" json:"roomId"`
	Label    string         `db:"label" json:"label"`
	Relation RelationKind   `db:"kind" json:"relation" enum:"owner,family,tenant,agent,guest"`
	Share    string         `db:"share" json:"share,omitempty"`
	From     clock.Day      `db:"from_on" json:"from,omitzero"`
	To       clock.Day      `db:"to_on" json:"to,omitzero"`
}

// ETag implements web.Versioned.
func (c Customer) ETag() int64 { return c.Version }

// MaskedMobile is a number as far as the caller may see it.
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
	ID         id.Of[mobile]     `db:"id"`
	Community  authz.CommunityID `db:"community_id"`
	Customer   ID                `db:"customer_id"`
	Clear      string            `db:"mobile"` // as programs before the vault wrote it
	Last4      string            `db:"last4"`
	Sealed     string            `db:"mobile_sealed"`
	Index      string            `db:"mobile_index"`
	Last4Index string            `db:"last4_index"`
	Primary    bool              `db:"is_primary"`
	Number     string            `db:"-"`
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

// RelationID names a relation.
type RelationID = id.Of[Relation]

// Relation binds a customer to a room; an ended one stays as history. It holds
// from its first day until, and without, the day on which it ends.
type Relation struct {
	ID        RelationID        `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Customer  ID                `db:"customer_id" json:"customerId"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Kind      RelationKind      `db:"kind" json:"relation" enum:"owner,family,tenant,agent,guest"`
	Share     string            `db:"share" json:"share,omitempty"`
	From      clock.Day         `db:"from_on" json:"from,omitzero"`
	To        clock.Day         `db:"to_on" json:"to,omitzero"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (r Relation) ETag() int64 { return r.Version }

// Resident is a customer seen from a room.
type Resident struct {
	ID       RelationID   `db:"relation_id" json:"relationId"`
	Version  int64        `db:"relation_version" json:"relationVersion"`
	Customer ID           `db:"customer_id" json:"customerId"`
	Name     string       `db:"name" json:"name"`
	Relation RelationKind `db:"kind" json:"relation" enum:"owner,family,tenant,agent,guest"`
	Share    string       `db:"share" json:"share,omitempty"`
	Masked   string       `db:"-" json:"mobileMasked,omitempty" doc:"in full for who may see numbers"`
	Mobiles  int          `db:"mobiles" json:"mobiles" doc:"how many numbers there are"`
	Tags     Tags         `db:"tags" json:"tags"`
	From     clock.Day    `db:"from_on" json:"from,omitzero"`
	To       clock.Day    `db:"to_on" json:"to,omitzero"`
}

// ErrNoMobile says that there is no number at the place asked for.
var ErrNoMobile = errs.New(errs.NotFound, "customer.no_mobile", "the customer has no such number")

// ErasedName stands where the name of somebody erased was.
const ErasedName = "已删除"

// ErrErased says that somebody's data were erased and are not written again.
var ErrErased = errs.New(errs.Conflict, "customer.erased", "this person's data were erased")

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
