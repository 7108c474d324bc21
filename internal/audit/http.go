package audit

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
)

type listInput struct {
	Community authz.CommunityID `query:"community"`
	Actor     authz.AccountID   `query:"actor"`
	Name      string            `query:"name" maxLength:"50" doc:"part of the actor's name"`
	Action    string            `query:"action" maxLength:"60"`
	web.Page
}

// Routes is the API of the trail.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/audit", ActView, func(ctx context.Context, who authz.Actor, in *listInput) (web.List[Entry], error) {
		before, err := web.After[db.ID](in.Cursor)
		if err != nil {
			return web.List[Entry]{}, err
		}
		found, err := s.List(ctx, who, Filter{Community: in.Community, Actor: in.Actor, Name: in.Name, Action: authz.Action(in.Action), Before: before, Limit: in.Limit + 1})
		return web.Paged(found, in.Limit, func(e Entry) db.ID { return e.ID }), err
	}, web.Summary("The audit trail, latest first"))
}
