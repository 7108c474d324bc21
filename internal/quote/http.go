package quote

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
	"guanjia/internal/ticket"
)

// Edited names a quote and the version that was seen.
type Edited struct {
	web.Match
	ID ID `path:"id"`
}

// Routes is the API of price lists and quotes.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/price-items", ticket.ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[Item], error) {
		rows, err := s.Items(ctx, who, in.Community)
		return web.All(rows), err
	}, web.Summary("What labour and parts cost in a community"))
	audit.Export(s.Exports, a, "/price-items/export.xlsx", ActPrices, s.export, web.Summary("The price list as a spreadsheet, in the columns of its import"))
	web.Post(a, "/price-items", ActPrices, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Terms
		}
	}) (Item, error) {
		return s.AddItem(ctx, who, in.Body.Community, in.Body.Terms)
	}, web.Created(), web.Summary("Add an item to the price list"))
	web.Put(a, "/price-items/{id}", ActPrices, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ID   ItemID `path:"id"`
		Body Terms
	}) (Item, error) {
		return s.EditItem(ctx, who, in.ID, in.Expect, in.Body)
	}, web.Summary("Change an item; what was quoted keeps its terms"))
	web.Get(a, "/tickets/{id}/quotes", ticket.ActView, func(ctx context.Context, who authz.Actor, in *ticket.ByID) (web.List[View], error) {
		rows, err := s.OfTicket(ctx, who, in.ID)
		return web.All(rows), err
	}, web.Summary("The quotes of a ticket, the latest first"))
	web.Post(a, "/tickets/{id}/quotes", ActOffer, func(ctx context.Context, who authz.Actor, in *struct {
		ticket.ByID
		Body Draft
	}) (View, error) {
		return s.Offer(ctx, who, in.ID, in.Body)
	}, web.Created(), web.Summary("Quote work on a ticket"), web.Unversioned("it adds a quote; one that waits is withdrawn by it"))
	web.Post(a, "/quotes/{id}/withdraw", ActOffer, func(ctx context.Context, who authz.Actor, in *Edited) (View, error) {
		return s.Withdraw(ctx, who, in.ID, in.Expect)
	}, web.Summary("Take back what was offered"))
	web.Post(a, "/quotes/{id}/decline", ActOffer, func(ctx context.Context, who authz.Actor, in *struct {
		Edited
		Body struct {
			Reason string `json:"reason" maxLength:"2000"`
		}
	}) (View, error) {
		return s.Refused(ctx, who, in.ID, in.Expect, in.Body.Reason)
	}, web.Summary("The customer said no at the door"))
	web.Post(a, "/quotes/{id}/sign", ActOffer, func(ctx context.Context, who authz.Actor, in *struct {
		Edited
		Body struct {
			Name      string         `json:"name" maxLength:"200" doc:"who signed"`
			Signature ticket.PhotoID `json:"signature" doc:"a picture of the ticket of kind signature or stamp"`
		}
	}) (View, error) {
		return s.Sign(ctx, who, in.ID, in.Expect, in.Body.Name, in.Body.Signature)
	}, web.Summary("The customer signed it"))
}
