package billing

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

func (s *Service) earlyRoutes(a *web.API) {
	web.Get(a, "/early-rules", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		OfCommunity
	}) (web.List[EarlyView], error) {
		before, err := web.After[EarlyID](in.Cursor)
		if err != nil {
			return web.List[EarlyView]{}, err
		}
		all, err := s.EarlyList(ctx, who, in.Community, before, in.Limit)
		return web.Paged(all, in.Limit, func(r EarlyView) EarlyID { return r.ID }), err
	}, web.Summary("What a community takes off bills that are paid early, the latest first"))
	web.Post(a, "/early-rules", ActEdit, func(ctx context.Context, who authz.Actor, in *struct{ Body EarlyDraft }) (EarlyRule, error) {
		return s.AskEarly(ctx, who, in.Body)
	}, web.Created(), web.Summary("Ask for a rule of early payment"))
	web.Post(a, "/early-rules/{id}/end", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ID EarlyID `path:"id"`
		web.Match
	}) (EarlyRule, error) {
		return s.EndEarly(ctx, who, in.ID, in.Expect)
	}, web.Summary("End a rule of early payment: who pays today still gets it"))
}
