package approval

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

// ByID names a request in the path.
type ByID struct {
	ID ID `path:"id"`
}

type listInput struct {
	web.Page
	View  string `query:"view" enum:"todo,mine,all" default:"todo" doc:"what the caller should decide, asked for, or everything in their scope"`
	State string `query:"state" enum:"pending,ended,all,approved,rejected,withdrawn,lapsed" default:"all" doc:"of mine and all; todo is pending"`
}

type decideInput struct {
	ByID
	web.Match
	Body struct {
		Reason     string `json:"reason,omitempty" maxLength:"1000" doc:"needed to reject"`
		Conditions string `json:"conditions,omitempty" maxLength:"1000"`
	}
}

type ruleInput struct {
	Kind string `path:"kind" maxLength:"60"`
	web.Match
	Body struct {
		Levels []Level `json:"levels" maxItems:"6"`
		Hours  int64   `json:"hours"`
	}
}

type deputyBody struct {
	Deputy authz.AccountID `json:"deputyId"`
	From   clock.Day       `json:"from"`
	To     clock.Day       `json:"to"`
}

// Routes is the API of requests, their rules and deputies.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/approvals", ActInbox, s.getList, web.Summary("Requests: to decide, one's own, all"))
	web.Get(a, "/approvals/counts", ActInbox, func(ctx context.Context, who authz.Actor, _ *struct{}) (Counts, error) {
		return s.Counts(ctx, who)
	}, web.Summary("What waits for the caller"))
	web.Get(a, "/approvals/{id}", ActInbox, func(ctx context.Context, who authz.Actor, in *ByID) (View, error) {
		return s.Get(ctx, who, in.ID)
	}, web.Summary("A request"))
	web.Post(a, "/approvals/{id}/approve", ActDecide, func(ctx context.Context, who authz.Actor, in *decideInput) (View, error) {
		return s.Decide(ctx, who, in.ID, in.Expect, Decision{true, in.Body.Reason, in.Body.Conditions})
	}, web.Summary("Approve, perhaps with conditions"))
	web.Post(a, "/approvals/{id}/reject", ActDecide, func(ctx context.Context, who authz.Actor, in *decideInput) (View, error) {
		return s.Decide(ctx, who, in.ID, in.Expect, Decision{false, in.Body.Reason, in.Body.Conditions})
	}, web.Summary("Reject with a reason"))
	web.Post(a, "/approvals/{id}/withdraw", ActInbox, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Match
		Body struct {
			Reason string `json:"reason,omitempty" maxLength:"1000"`
		}
	}) (View, error) {
		return s.TakeBack(ctx, who, in.ID, in.Expect, in.Body.Reason)
	}, web.Summary("Withdraw one's own request"))
	web.Get(a, "/approval-rules", ActRules, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[Rule], error) {
		out, err := s.Rules(ctx, who)
		return web.All(out), err
	}, web.Summary("Who decides what, and in which time"))
	web.Put(a, "/approval-rules/{kind}", ActRules, func(ctx context.Context, who authz.Actor, in *ruleInput) (Rule, error) {
		return s.SetRule(ctx, who, in.Kind, in.Expect, in.Body.Levels, in.Body.Hours)
	}, web.Summary("Change who decides a kind of request"))
	s.deputyRoutes(a)
}

func (s *Service) deputyRoutes(a *web.API) {
	web.Get(a, "/deputies", ActInbox, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[DeputyView], error) {
		out, err := s.Deputies(ctx, who)
		return web.All(out), err
	}, web.Summary("Who stands in for the caller"))
	web.Get(a, "/deputies/candidates", ActInbox, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[Candidate], error) {
		out, err := s.Candidates(ctx, who)
		return web.All(out), err
	}, web.Summary("Who could stand in for the caller"))
	web.Post(a, "/deputies", ActInbox, func(ctx context.Context, who authz.Actor, in *struct{ Body deputyBody }) (DeputyView, error) {
		return s.Appoint(ctx, who, in.Body.Deputy, in.Body.From, in.Body.To)
	}, web.Created(), web.Summary("Let somebody stand in"))
	web.Delete(a, "/deputies/{id}", ActInbox, func(ctx context.Context, who authz.Actor, in *struct {
		ID DeputyID `path:"id"`
	}) (web.None, error) {
		return web.None{}, s.Return(ctx, who, in.ID)
	}, web.Summary("Be back"), web.Unversioned("a deputy is there or not"))
}

func (s *Service) getList(ctx context.Context, who authz.Actor, in *listInput) (out web.List[View], err error) {
	if in.View == "todo" {
		after, err := web.After[Position](in.Cursor)
		if err != nil {
			return out, err
		}
		all, err := s.ToDecide(ctx, who, after, in.Limit+1)
		return web.Paged(all, in.Limit, func(v View) Position { return Position{v.DueAt, v.ID} }), err
	}
	before, err := web.After[ID](in.Cursor)
	if err != nil {
		return out, err
	}
	read := s.Own
	if in.View == "all" {
		read = s.All
	}
	all, err := read(ctx, who, in.State, before, in.Limit+1)
	return web.Paged(all, in.Limit, func(v View) ID { return v.ID }), err
}
