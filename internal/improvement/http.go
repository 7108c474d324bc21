package improvement

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// ByID names a month's summary in the path.
type ByID struct {
	ID ID `path:"id"`
}

// Routes is the API of learning from faults.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/fault-months", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[Month], error) {
		before, err := web.After[ID](in.Cursor)
		if err != nil {
			return web.List[Month]{}, err
		}
		all, err := s.Months(ctx, who, in.Community, before, in.Limit+1)
		return web.Paged(all, in.Limit, func(m Month) ID { return m.ID }), err
	}, web.Summary("What broke in each month, the latest first"))
	web.Get(a, "/fault-months/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ByID) (Month, error) {
		return s.Month(ctx, who, in.ID)
	}, web.Summary("What broke in a month by class, device and cause, with its tickets"))
	web.Post(a, "/fault-months/{id}/measures", ActAnswer, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Match
		Body struct {
			Text string `json:"text" maxLength:"8000"`
		}
	}) (Month, error) {
		return s.Answer(ctx, who, in.ID, in.Expect, in.Body.Text)
	}, web.Summary("Answer with measures"))
}
