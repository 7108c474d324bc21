package custody

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
	"guanjia/internal/ticket"
)

// Routes is the API of what is taken away.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/tickets/{id}/taken", ticket.ActView, func(ctx context.Context, who authz.Actor, in *ticket.ByID) (web.List[Piece], error) {
		rows, err := s.OfTicket(ctx, who, in.ID)
		return web.All(rows), err
	}, web.Summary("What was taken away for a ticket"))
	web.Post(a, "/tickets/{id}/taken", ticket.ActResolve, func(ctx context.Context, who authz.Actor, in *struct {
		ticket.ByID
		Body Taking
	}) (Piece, error) {
		return s.Take(ctx, who, in.ID, in.Body)
	}, web.Created(), web.Summary("Take something away with the customer's consent"), web.Unversioned("it adds a receipt and changes none"))
	web.Post(a, "/taken/{id}/return", ticket.ActResolve, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ID   ID `path:"id"`
		Body Receiving
	}) (Piece, error) {
		return s.Return(ctx, who, in.ID, in.Expect, in.Body)
	}, web.Summary("It is back with the customer"))
}
