package slip

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
	"guanjia/internal/ticket"
)

// position is where a page of the register ends.
type position struct {
	Before ID `json:"b"`
}

// Routes is the API of the forms that go with a ticket.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/slip-forms", ticket.ActView, func(context.Context, authz.Actor, *struct{}) (web.List[Form], error) {
		return web.All(Forms()), nil
	}, web.Summary("The forms that go with a ticket, every version of each"))
	web.Get(a, "/tickets/{id}/slips", ticket.ActView, func(ctx context.Context, who authz.Actor, in *ticket.ByID) (web.List[View], error) {
		rows, err := s.OfTicket(ctx, who, in.ID)
		return web.All(rows), err
	}, web.Summary("The forms of a ticket as they were filled in, the latest first"))
	web.Get(a, "/slips", ticket.ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Kept
		web.Page
	}) (web.List[Row], error) {
		at, err := web.After[position](in.Cursor)
		if err != nil {
			return web.List[Row]{}, err
		}
		rows, err := s.List(ctx, who, in.Kept, at.Before, in.Limit+1)
		return web.Paged(rows, in.Limit, func(r Row) position { return position{r.ID} }), err
	}, web.Summary("The forms that were filled in, the latest first"))
	audit.Export(s.Exports, a, "/slips/export.xlsx", ticket.ActExport, s.export, web.Summary("The slips of one form in some days, as a spreadsheet"))
	web.Post(a, "/tickets/{id}/slips", ActFill, func(ctx context.Context, who authz.Actor, in *struct {
		ticket.ByID
		Body struct {
			Form string `json:"form" maxLength:"40"`
			Filling
		}
	}) (View, error) {
		return s.Fill(ctx, who, in.ID, in.Body.Form, in.Body.Filling)
	}, web.Created(), web.Summary("Keep a form as it was filled in"), web.Unversioned("it adds a form and changes none"))
	web.Post(a, "/slips/{id}/correct", ActFill, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ID   ID `path:"id"`
		Body struct {
			Why string `json:"why" maxLength:"800"`
			Filling
		}
	}) (View, error) {
		return s.Correct(ctx, who, in.ID, in.Expect, in.Body.Filling, in.Body.Why)
	}, web.Summary("Fill it in anew; what stood there before stays to be read"))
	web.Post(a, "/slips/{id}/void", ActFill, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ID   ID `path:"id"`
		Body struct {
			Why string `json:"why" maxLength:"800"`
		}
	}) (View, error) {
		return s.Void(ctx, who, in.ID, in.Expect, in.Body.Why)
	}, web.Summary("Say that it should not be there; it stays to be read and counts for nothing"))
}
