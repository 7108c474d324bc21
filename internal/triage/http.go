package triage

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
	"guanjia/internal/ticket"
)

type proposeInput struct {
	Body struct {
		Community   authz.CommunityID `json:"community"`
		Title       string            `json:"title" maxLength:"400"`
		Description string            `json:"description,omitempty" maxLength:"20000"`
	}
}

// Routes is the API of triage.
func (s *Service) Routes(a *web.API) {
	web.Post(a, "/ticket-triage", ticket.ActOpen, func(ctx context.Context, who authz.Actor, in *proposeInput) (Proposal, error) {
		return s.Propose(ctx, who, in.Body.Community, in.Body.Title+"\n"+in.Body.Description)
	}, web.Summary("What a matter seems to be, from its words"), web.Unversioned("it changes nothing; the words stay out of addresses and their logs"))
	web.Get(a, "/ticket-triage", ticket.ActSettings, func(ctx context.Context, who authz.Actor, _ *struct{}) (State, error) {
		return s.State(ctx, who)
	}, web.Summary("How well matters are told apart by their words"))
}
