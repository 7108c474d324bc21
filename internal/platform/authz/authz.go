// Package authz says who is asking, what they may do, and where.
package authz

import (
	"slices"

	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// Action names one use case: "ticket.dispatch". The one string is permission key,
// audit verb, metric label, span name and event prefix.
type Action string

// CommunityID identifies a community (小区), the place that every operational record belongs to.
type CommunityID = id.Of[Community]

// Community tags CommunityID; the type with the fields is org.Community.
type Community struct{}

// RegionID identifies a region (片区), a node of the organisation above communities.
type RegionID = id.Of[Region]

// Region tags RegionID; the type with the fields is org.Region.
type Region struct{}

// AccountID identifies who signs in. A member of staff has the same number (package staff).
type AccountID = id.Of[Account]

// Account tags AccountID.
type Account struct{}

// Request is where a call came from; it goes into the trail.
type Request struct {
	ID, IP, UserAgent string
}

// Grant is one role held at one node of the organisation: these actions in these communities.
type Grant struct {
	Actions     map[Action]bool
	Everywhere  bool // head office, system jobs
	Communities []CommunityID
}

// WideFrom is the number of communities from which a scope is written as a
// subquery on the table scope_reach instead of a list of placeholders.
const WideFrom = 40

// Actor is a person or a job acting in the system. The zero Actor may do nothing.
type Actor struct {
	ID      AccountID
	Name    string // shown in trail and timeline
	AgentNo string // 工号
	Job     string // set for background jobs and the command line: "system:followup"
	Grants  []Grant
	Request Request
}

// System is the actor of a background job; its name shows in the trail.
func System(job string, acts ...Action) Actor {
	set := make(map[Action]bool, len(acts))
	for _, a := range acts {
		set[a] = true
	}
	return Actor{Job: "system:" + job, Name: "system:" + job, Grants: []Grant{{Actions: set, Everywhere: true}}}
}

// The two refusals.
var (
	ErrSignIn    = errs.New(errs.Unauthenticated, "auth.required", "sign in first")
	ErrForbidden = errs.New(errs.Forbidden, "auth.forbidden", "you may not do this")
)

// May reports nil when a is allowed to act somewhere.
func (a Actor) May(act Action) error {
	if a.ID == 0 && a.Job == "" {
		return ErrSignIn
	}
	for _, g := range a.Grants {
		if g.Actions[act] {
			return nil
		}
	}
	return ErrForbidden
}

// Can reports whether a may do act somewhere, for what only adds to an answer.
func (a Actor) Can(act Action) bool { return a.May(act) == nil }

// Scope is where an actor may do one action.
type Scope struct {
	All         bool
	Communities []CommunityID
}

// Wide reports whether the scope is too long to list in a statement.
func (s Scope) Wide() bool { return !s.All && len(s.Communities) >= WideFrom }

// Sees reports whether c is inside the scope.
func (s Scope) Sees(c CommunityID) bool { return s.All || slices.Contains(s.Communities, c) }

// Scope returns where a may do act: the union over the grants that hold it.
func (a Actor) Scope(act Action) (s Scope) {
	for _, g := range a.Grants {
		if !g.Actions[act] {
			continue
		}
		if g.Everywhere {
			return Scope{All: true}
		}
		s.Communities = append(s.Communities, g.Communities...)
	}
	slices.Sort(s.Communities)
	s.Communities = slices.Compact(s.Communities)
	return s
}

// Actions lists everything a may do anywhere, sorted.
func (a Actor) Actions() (out []Action) {
	for _, g := range a.Grants {
		for act := range g.Actions {
			out = append(out, act)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
