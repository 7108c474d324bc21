package staffing

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

type (
	// AtPlan names a plan.
	AtPlan struct {
		ID PlanID `path:"id"`
	}
	// AtCandidate names a candidate and the version that was seen.
	AtCandidate struct {
		ID CandidateID `path:"id"`
		web.Match
	}
)

// Routes is the API of staffing plans.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/staffing-plans", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (Plans, error) {
		return s.Plans(ctx, who, in.Community)
	}, web.Summary("Staffing plans, what roster and load ask for, and the competency profile"))
	audit.Export(s.Exports, a, "/staffing-plans/export.xlsx", ActEdit, s.export, web.Summary("Staffing plans and their candidates as a spreadsheet"))
	web.Post(a, "/staffing-plans", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			PlanDraft
			Community authz.CommunityID `json:"community"`
		}
	}) (Plan, error) {
		return s.Add(ctx, who, in.Body.Community, in.Body.PlanDraft)
	}, web.Created(), web.Summary("Write a staffing plan down"))
	web.Get(a, "/staffing-plans/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *AtPlan) (Full, error) {
		return s.Plan(ctx, who, in.ID)
	}, web.Summary("A staffing plan with its candidates"))
	web.Put(a, "/staffing-plans/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtPlan
		web.Match
		Body PlanDraft
	}) (Plan, error) {
		return s.Edit(ctx, who, in.ID, in.Expect, in.Body)
	}, web.Summary("Change a staffing plan that is not submitted"))
	web.Post(a, "/staffing-plans/{id}/submit", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtPlan
		web.Match
	}) (Plan, error) {
		return s.Submit(ctx, who, in.ID, in.Expect)
	}, web.Summary("Lay a plan before the property manager"))
	web.Post(a, "/staffing-plans/{id}/candidates", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtPlan
		Body CandidateDraft
	}) (Candidate, error) {
		return s.Rate(ctx, who, in.ID, 0, nil, in.Body)
	}, web.Created(), web.Unversioned("it adds a candidate"), web.Summary("Write down the interview of a candidate"))
	web.Put(a, "/staffing-candidates/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtCandidate
		Body CandidateDraft
	}) (Candidate, error) {
		return s.Rate(ctx, who, 0, in.ID, in.Expect, in.Body)
	}, web.Summary("Change an interview sheet, choose or decline"))
}
