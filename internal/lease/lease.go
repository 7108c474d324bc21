// Package lease keeps the tenancies of a community (出租屋, CUS-08).
//
//	running ─verify→ running (looked at on a day, by whom)
//	   │    ─renew→ running (until later)
//	   └─end→ ended: the relations it began end with it
//
// A tenancy that lacks something the authority or the community asks for, or
// that nobody looked at for longer than the community's interval, is on the
// work list.
package lease

import (
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/reseal"
)

// Actions.
const (
	ActView     authz.Action = "lease.view"
	ActEdit     authz.Action = "lease.edit"
	ActReveal   authz.Action = "lease.reveal"
	ActSettings authz.Action = "lease.settings"
)

// ID names a tenancy.
type ID = id.Of[Lease]

// Lease is one tenancy.
type Lease struct {
	ID              ID                `db:"id" json:"id"`
	Community       authz.CommunityID `db:"community_id" json:"community"`
	Room            housing.RoomID    `db:"room_id" json:"roomId"`
	From            clock.Day         `db:"from_on" json:"from"`
	To              clock.Day         `db:"to_on" json:"to,omitzero" doc:"last day of the term; none: open"`
	Rent            *money.Fen        `db:"rent" json:"rent,omitempty" doc:"yuan a month"`
	Deposit         *money.Fen        `db:"deposit" json:"deposit,omitempty" doc:"yuan"`
	RegistrationNo  string            `db:"registration_no" json:"registrationNo"`
	RegisteredOn    clock.Day         `db:"registered_on" json:"registeredOn,omitzero"`
	Emergency       string            `db:"emergency_name" json:"emergencyName"`
	EmergencyAs     string            `db:"emergency_relation" json:"emergencyRelation"`
	EmergencySealed string            `db:"emergency_sealed" json:"-"`
	EmergencyMasked string            `db:"-" json:"emergencyNumber"`
	TenantBilled    bool              `db:"tenant_billed" json:"tenantBilled" doc:"agreed: the tenant is billed for the charges that may be billed to tenants"`
	Notes           string            `db:"notes" json:"notes"`
	Missing         Words             `db:"missing" json:"missing" enum:"landlord,tenant,number,identity,to,rent,registration,emergency" doc:"what it lacks to be complete"`
	VerifiedOn      clock.Day         `db:"verified_on" json:"verifiedOn,omitzero"`
	VerifiedBy      authz.AccountID   `db:"verified_by" json:"-"`
	VerifiedName    string            `db:"verified_by_name" json:"verifiedBy,omitempty"`
	EndedOn         clock.Day         `db:"ended_on" json:"endedOn,omitzero"`
	EndedWhy        string            `db:"ended_why" json:"endedWhy,omitempty"`
	Version         int64             `db:"version" json:"version"`

	emergency string
}

// ETag implements web.Versioned.
func (l Lease) ETag() int64 { return l.Version }

// Role is what somebody is to a tenancy.
type Role string

// The roles.
const (
	Landlord Role = "landlord"
	Tenant   Role = "tenant"
	Occupant Role = "occupant"
	Agent    Role = "agent"
)

// Party is somebody of a tenancy: a customer, or a name of their own.
type Party struct {
	ID             id.Of[Party]          `db:"id" json:"-"`
	Community      authz.CommunityID     `db:"community_id" json:"-"`
	Lease          ID                    `db:"lease_id" json:"-"`
	Role           Role                  `db:"role" json:"role" enum:"landlord,tenant,occupant,agent"`
	Customer       customer.ID           `db:"customer_id" json:"customerId,omitempty"`
	Name           string                `db:"name" json:"name"`
	NumberSealed   string                `db:"number_sealed" json:"-"`
	IdentityKind   customer.IdentityKind `db:"identity_kind" json:"identityKind,omitempty" enum:"id_card,passport,home_return,taiwan,residence,credit_code,"`
	IdentitySealed string                `db:"identity_sealed" json:"-"`
	Relation       customer.RelationID   `db:"relation_id" json:"-"` // that the tenancy began
	Number         string                `db:"-" json:"number" doc:"as far as it may be seen"`
	Identity       string                `db:"-" json:"identity" doc:"its last four"`

	number, identity string
}

// View is a tenancy with its people and its room, as far as the actor may see them.
type View struct {
	Lease
	Label     string  `db:"label" json:"label"`
	Short     string  `db:"short" json:"short"`
	SortKey   string  `db:"sort_key" json:"-"`
	Parties   []Party `db:"-" json:"parties"`
	Overdue   bool    `db:"-" json:"unverified" doc:"nobody looked at it within the interval"`
	DaysLeft  *int    `db:"-" json:"daysLeft,omitempty" doc:"of the term; negative: it is over"`
	RoomState string  `db:"room_state" json:"roomState" enum:"unsold,sold,vacant,renovating,occupied,let"`
}

// Setting is how often tenancies of a community are looked at.
type Setting struct {
	Community authz.CommunityID `db:"community_id" json:"community"`
	Days      int64             `db:"verify_days" json:"verifyDays"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (s Setting) ETag() int64 { return s.Version }

// usualDays is the interval where a community has set none (CUS-08).
const usualDays = 90

// Count is how a building is let.
type Count struct {
	Building  housing.BuildingID `db:"building_id" json:"buildingId"`
	Name      string             `db:"name" json:"building"`
	Rooms     int64              `db:"rooms" json:"rooms" doc:"without parking spaces and store-rooms"`
	Let       int64              `db:"let" json:"let"`
	Occupants int64              `db:"occupants" json:"occupants"`
	Permille  int64              `db:"-" json:"letPermille" doc:"of a thousand rooms, rounded half up"`
}

// Errors.
var (
	ErrEnded = errs.New(errs.Conflict, "lease.ended", "this tenancy has ended")
	ErrTerm  = errs.New(errs.Invalid, "lease.term", "the term ends before it begins")
	ErrNot   = errs.New(errs.NotFound, "lease.nothing_to_show", "there is no such number")
)

// Changed is told when a tenancy begins, changes or ends.
type Changed struct {
	Lease     ID                `json:"lease"`
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"room"`
	Ended     bool              `json:"ended"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "lease.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Lease.String() }

// Sealed are the columns of this package that hold personal data (CUS-04).
var Sealed = []reseal.Column{
	{Table: "lease", Name: "emergency", Sealed: "emergency_sealed"},
	{Table: "lease_party", Name: "number", Sealed: "number_sealed"},
	{Table: "lease_party", Name: "identity", Sealed: "identity_sealed"},
}

var (
	emergencyPlace = Sealed[0].Place
	numberPlace    = Sealed[1].Place
	identityPlace  = Sealed[2].Place
)

func (p *Party) seal(tx *db.Tx) {
	v := tx.Vault()
	p.NumberSealed, p.IdentitySealed = "", ""
	if p.number != "" {
		p.NumberSealed = v.Seal(numberPlace(db.ID(p.ID)), p.number)
	}
	if p.identity != "" {
		p.IdentitySealed = v.Seal(identityPlace(db.ID(p.ID)), p.identity)
	}
}

func (p *Party) open(tx *db.Tx) (err error) {
	v := tx.Vault()
	if p.NumberSealed != "" {
		if p.number, err = v.Open(numberPlace(db.ID(p.ID)), p.NumberSealed); err != nil {
			return err
		}
	}
	if p.IdentitySealed != "" {
		p.identity, err = v.Open(identityPlace(db.ID(p.ID)), p.IdentitySealed)
	}
	return err
}
