package auth

import (
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// Role is a named set of permissions (ACC-03), held at a node of the
// organisation and thereby at every community below it.
type Role struct {
	ID       RoleID         `db:"id" json:"id"`
	Code     string         `db:"code" json:"code"`
	Name     string         `db:"-" json:"name" doc:"in the caller's language"`
	Zh       string         `db:"zh" json:"zh"`
	En       string         `db:"en" json:"en"`
	SecondFA bool           `db:"needs_second_factor" json:"needsSecondFactor" doc:"who holds it signs in with a second factor"`
	Holders  int64          `db:"holders" json:"holders" doc:"how many accounts hold it"`
	Actions  []authz.Action `db:"-" json:"permissions"`
	Version  int64          `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (r Role) ETag() int64 { return r.Version }

// RoleID identifies a role.
type RoleID = id.Of[Role]

// Place is a node of the organisation: a community, a region, or (zero) the company.
type Place struct {
	Community authz.CommunityID `db:"community_id" json:"community,omitempty"`
	Region    authz.RegionID    `db:"region_id" json:"region,omitempty"`
}

// Held is a role somebody holds at a place.
type Held struct {
	Role string `db:"code" json:"role"`
	Place
}

// Permission is one use case that a role can allow.
type Permission struct {
	Action    authz.Action `yaml:"action" json:"action"`
	Domain    string       `yaml:"-" json:"domain"`
	DomainZh  string       `yaml:"-" json:"-"`
	DomainEn  string       `yaml:"-" json:"-"`
	Zh        string       `yaml:"zh" json:"-"`
	En        string       `yaml:"en" json:"-"`
	Group     string       `yaml:"-" json:"group" doc:"the domain's name in the caller's language"`
	Name      string       `yaml:"-" json:"name" doc:"in the caller's language"`
	Sensitive bool         `yaml:"sensitive" json:"sensitive" doc:"personal data, rights or money"`
	Settings  bool         `yaml:"settings" json:"settings" doc:"not for daily work (ACC-05)"`
	GivenBy   authz.Action `yaml:"given_by" json:"givenBy,omitempty" doc:"who holds this one may give it, even without holding it"`
}

// The use cases of roles.
const (
	ActRoles     authz.Action = "auth.roles_view"
	ActAssign    authz.Action = "auth.roles_assign"
	ActRolesEdit authz.Action = "auth.roles_edit"
)

// Errors of roles.
var (
	ErrRoleUnknown = errs.New(errs.Invalid, "auth.role_unknown", "there is no such role")
	ErrRegion      = errs.New(errs.Invalid, "org.region_unknown", "there is no such region")
	ErrNotYourRole = errs.New(errs.Forbidden, "auth.role_beyond", "nobody can give a permission they do not hold")
	ErrAbove       = errs.New(errs.Forbidden, "auth.beyond", "this account may do what the caller may not")
	ErrAssign      = errs.New(errs.Forbidden, "auth.roles_assign", "this caller may not change roles")
	ErrRoleHeld    = errs.New(errs.Conflict, "auth.role_held", "somebody holds this role")
	ErrLastEditor  = errs.New(errs.Conflict, "auth.last_editor", "the company would lose the last account that may edit roles")
	ErrRoleName    = errs.New(errs.Conflict, "auth.role_name_taken", "another role has this name")
)

// changed reports what a role gains and loses.
func changed(before, after []authz.Action) (more, less []authz.Action) {
	for _, a := range after {
		if !slices.Contains(before, a) {
			more = append(more, a)
		}
	}
	for _, a := range before {
		if !slices.Contains(after, a) {
			less = append(less, a)
		}
	}
	return more, less
}
