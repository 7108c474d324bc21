package retention

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// Routes is the API of what is kept how long.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/retention", ActView, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[Rule], error) {
		all, err := s.List(ctx, who)
		return web.All(all), err
	}, web.Summary("What is kept how long"))
	web.Put(a, "/retention/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ID   string `path:"id" maxLength:"60"`
		Body struct {
			Days int64 `json:"days" minimum:"1" maximum:"36525"`
		}
	}) (Rule, error) {
		return s.Edit(ctx, who, in.ID, in.Expect, in.Body.Days)
	}, web.Summary("Keep something longer or shorter"))
}
