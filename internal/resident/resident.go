// Package resident is the way in for people who live here (ACC-09): who they
// are (a mobile they hold), which rooms are theirs, and whom they invite.
//
//	mobile ─code→ signed in ─claim→ bound (the archive agrees)
//	                             └→ asked ─front desk→ bound or refused
//	owner ─invite→ open ─accept→ bound ─revoke, until a day, move-out→ ended
//
// A resident's account opens resident routes and no others. What a binding
// rests on is looked at in every request: the relation in the archive, its own
// last day, the owner who invited. The job only writes down what has ended.
package resident

import (
	"context"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/auth"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/reseal"
)

// The use cases. ActSelf and ActHome are residents' and nobody else's.
const (
	ActSelf                = auth.ActResident   // one's own account and claims
	ActHome   authz.Action = "resident.home"    // at one's own rooms
	ActView   authz.Action = "resident.view"    // staff: who is bound to a room
	ActCode   authz.Action = "resident.code"    // staff: show a code to somebody they see
	ActBind   authz.Action = "resident.bind"    // staff: bind, end, decide claims
	ActSignIn authz.Action = "resident.sign_in" // before anybody is signed in
	actSweep  authz.Action = "resident.sweep"
)

// Kind is the name of what the front desk decides.
const Kind = "resident.binding"

// Binding ties an account to a room.
type Binding struct {
	ID        BindingID             `db:"id" json:"id"`
	Community authz.CommunityID     `db:"community_id" json:"community"`
	Account   authz.AccountID       `db:"account_id" json:"-"`
	Room      housing.RoomID        `db:"room_id" json:"roomId"`
	Customer  customer.ID           `db:"customer_id" json:"customerId,omitempty" doc:"whose relation it rests on"`
	Kind      customer.RelationKind `db:"kind" json:"relation" enum:"owner,family,tenant"`
	Origin    string                `db:"origin" json:"origin" enum:"archive,desk,claim,invitation"`
	From      clock.Day             `db:"from_on" json:"from,omitzero"`
	To        clock.Day             `db:"to_on" json:"to,omitzero" doc:"the last day"`
	InvitedBy authz.AccountID       `db:"invited_by" json:"-"`
	At        clock.Instant         `db:"at" json:"at"`
	By        string                `db:"by_name" json:"by,omitempty" doc:"who bound it at the front desk"`
	EndedAt   *clock.Instant        `db:"ended_at" json:"endedAt,omitempty"`
	EndedWhy  string                `db:"ended_why" json:"endedWhy,omitempty" enum:"desk,owner,self,relation,day,inviter,"`
	Version   int64                 `db:"version" json:"version"`
}

// BindingID names a binding.
type BindingID = id.Of[Binding]

// Claim is what somebody says of themselves and a room.
type Claim struct {
	ID        ClaimID               `db:"id" json:"id"`
	Community authz.CommunityID     `db:"community_id" json:"community"`
	Account   authz.AccountID       `db:"account_id" json:"-"`
	Room      housing.RoomID        `db:"room_id" json:"roomId"`
	Kind      customer.RelationKind `db:"kind" json:"relation" enum:"owner,family,tenant"`
	Name      string                `db:"name_sealed" json:"-"`
	At        clock.Instant         `db:"at" json:"at"`
	State     string                `db:"state" json:"state" enum:"open,bound,refused"`
	Version   int64                 `db:"version" json:"-"`
}

// ClaimID names a claim.
type ClaimID = id.Of[Claim]

// Invitation lets who holds a mobile bind to a room.
type Invitation struct {
	ID        InvitationID          `db:"id" json:"id"`
	Community authz.CommunityID     `db:"community_id" json:"community"`
	Room      housing.RoomID        `db:"room_id" json:"roomId"`
	InvitedBy authz.AccountID       `db:"invited_by" json:"-"`
	Sealed    string                `db:"mobile_sealed" json:"-"`
	Index     string                `db:"mobile_index" json:"-"`
	Masked    string                `db:"-" json:"mobileMasked"`
	Kind      customer.RelationKind `db:"kind" json:"relation" enum:"family,tenant"`
	From      clock.Day             `db:"from_on" json:"from,omitzero"`
	To        clock.Day             `db:"to_on" json:"to,omitzero"`
	At        clock.Instant         `db:"at" json:"at"`
	State     string                `db:"state" json:"state" enum:"open,accepted,revoked,refused"`
	Version   int64                 `db:"version" json:"-"`
}

// InvitationID names an invitation.
type InvitationID = id.Of[Invitation]

// Errors.
var (
	ErrCode    = errs.New(errs.Unauthenticated, "resident.code", "the mobile or the code is wrong, or the code is too old")
	ErrTwice   = errs.New(errs.Conflict, "resident.twice", "this account is bound to the room, or has asked for it")
	ErrOwner   = errs.New(errs.Forbidden, "resident.owner", "only an owner of the room invites and revokes")
	ErrInvited = errs.New(errs.Conflict, "resident.invited", "this mobile is invited to the room already")
	ErrMany    = errs.New(errs.Conflict, "resident.many", "too many open requests or invitations")
)

// Sealed are the columns of this package that hold personal data (CUS-04).
var Sealed = []reseal.Column{
	{Table: "resident_claim", Name: "name", Sealed: "name_sealed"},
	{Table: "resident_invitation", Name: "mobile", Sealed: "mobile_sealed", By: []reseal.Index{{Column: "mobile_index", Kind: mobileIndex}}},
}

const mobileIndex = "resident.mobile"

// Service holds the use cases of this package.
type Service struct {
	DB        *db.DB
	Approvals *approval.Service
	Customers *customer.Service
	Exports   *audit.Service
	// Send brings a code to a mobile; nil: there is no such channel, and codes
	// are shown by the front desk only.
	Send func(ctx context.Context, tx *db.Tx, mobile, code string) error
}

// Bound is told when a room got or lost somebody, or somebody asked for it.
type Bound struct {
	Room      housing.RoomID    `json:"room"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (Bound) EventName() string { return "resident.bound" }

// Where implements db.Event.
func (e Bound) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Bound) About() string { return e.Room.String() }
