package billing

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

// AtDiscount names a reduction.
type AtDiscount struct {
	ID DiscountID `path:"id"`
}

func (s *Service) discountRoutes(a *web.API) {
	web.Get(a, "/discount-rules", ActView, func(ctx context.Context, who authz.Actor, in *OfCommunity) (DiscountRules, error) {
		return s.DiscountRules(ctx, who, in.Community)
	}, web.Summary("What a community grants for empty homes, for how long, and how far ahead may be paid"))
	web.Put(a, "/discount-rules", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		OfCommunity
		Body struct {
			Vacancy string `json:"vacancyPercent" maxLength:"10"`
			Months  int64  `json:"mostMonths" minimum:"1" maximum:"36"`
			Ahead   int64  `json:"mostAhead" minimum:"0" maximum:"120" doc:"months for which may be paid ahead; 0: as many as anybody likes"`
		}
	}) (DiscountRules, error) {
		return s.SetDiscountRules(ctx, who, in.Community, in.Expect, in.Body.Vacancy, in.Body.Months, in.Body.Ahead)
	}, web.Summary("Change what a community grants"))
	web.Get(a, "/discounts", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		OfCommunity
		Room housing.RoomID `query:"room"`
	}) (web.List[DiscountView], error) {
		before, err := web.After[DiscountID](in.Cursor)
		if err != nil {
			return web.List[DiscountView]{}, err
		}
		all, err := s.Discounts(ctx, who, in.Community, in.Room, before, in.Limit)
		return web.Paged(all, in.Limit, func(d DiscountView) DiscountID { return d.ID }), err
	}, web.Summary("Reductions of a community or a room, the latest first"))
	audit.Export(s.Exports, a, "/discounts/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *OfCommunity) (audit.Table, error) {
		return s.exportedDiscounts(ctx, who, *in), nil
	}, web.Summary("Reductions as a workbook"))
	web.Post(a, "/discounts", ActDiscount, func(ctx context.Context, who authz.Actor, in *struct{ Body DiscountDraft }) (Discount, error) {
		return s.AskDiscount(ctx, who, in.Body)
	}, web.Created(), web.Summary("Apply for a reduction"))
	web.Post(a, "/discounts/{id}/inspect", ActDiscount, func(ctx context.Context, who authz.Actor, in *struct {
		AtDiscount
		web.Match
		Body struct {
			Words string `json:"words" maxLength:"2000"`
		}
	}) (Discount, error) {
		return s.Inspect(ctx, who, in.ID, in.Expect, in.Body.Words)
	}, web.Summary("Note what was found in an empty home, and ask for the approval"))
	web.Post(a, "/discounts/{id}/end", ActDiscount, func(ctx context.Context, who authz.Actor, in *struct {
		AtDiscount
		web.Match
		Body struct {
			Last clock.Period `json:"last" doc:"the last month that is reduced"`
		}
	}) (Discount, error) {
		return s.EndDiscount(ctx, who, in.ID, in.Expect, in.Body.Last)
	}, web.Summary("End a reduction before its term"))
}
