package lookin

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// Edited names a look-in and the version that was seen.
type Edited struct {
	web.Match
	ID ID `path:"id"`
}

// Routes is the API of look-ins.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/look-ins", ticket.ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
		Ticket    ticket.ID         `query:"ticket" doc:"all of this ticket; none: what is to be looked at"`
	}) (web.List[View], error) {
		all, err := s.List(ctx, who, in.Community, in.Ticket)
		return web.All(all), err
	}, web.Summary("Running work that somebody is to look at, the next first"))
	audit.Export(s.Exports, a, "/look-ins/export.xlsx", ticket.ActExport, s.export, web.Summary("What was looked at in some days, as a spreadsheet"))
	web.Post(a, "/look-ins", Act, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Ticket ticket.ID     `json:"ticketId"`
			DueAt  clock.Instant `json:"dueAt"`
			To     staff.ID      `json:"to"`
		}
	}) (LookIn, error) {
		return s.Plan(ctx, who, in.Body.Ticket, in.Body.DueAt, in.Body.To)
	}, web.Created(), web.Summary("Plan to look at running work"))
	web.Post(a, "/look-ins/{id}/done", Act, func(ctx context.Context, who authz.Actor, in *struct {
		Edited
		Body struct {
			Finding string         `json:"finding" maxLength:"4000"`
			Photo   ticket.PhotoID `json:"photoId,omitempty"`
		}
	}) (LookIn, error) {
		return s.Record(ctx, who, in.ID, in.Expect, in.Body.Finding, in.Body.Photo)
	}, web.Summary("Record what was found; the customer is told"))
	web.Post(a, "/look-ins/{id}/cancel", Act, func(ctx context.Context, who authz.Actor, in *struct {
		Edited
		Body struct {
			Reason string `json:"reason" maxLength:"4000"`
		}
	}) (LookIn, error) {
		return s.Cancel(ctx, who, in.ID, in.Expect, in.Body.Reason)
	}, web.Summary("Take it back"))
}
