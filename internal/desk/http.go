package desk

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// Routes is the API of the desk.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/households/{roomId}", customer.ActView, s.getHousehold, web.Summary("A room with its people and tickets"))
	web.Get(a, "/search", housing.ActView, s.getSearch, web.Summary("Rooms, people and tickets, the surest first"))
}

func (s *Service) getHousehold(ctx context.Context, who authz.Actor, in *struct {
	Room housing.RoomID `path:"roomId"`
}) (Household, error) {
	return s.Household(ctx, who, in.Room)
}

type searchInput struct {
	Q         string            `query:"q" maxLength:"100" doc:"name, pinyin or initials, mobile or its last four, room in any writing, ticket or archive number"`
	Community authz.CommunityID `query:"community"`
}

func (s *Service) getSearch(ctx context.Context, who authz.Actor, in *searchInput) (web.List[Hit], error) {
	hits, err := s.Search(ctx, who, in.Community, in.Q)
	return web.All(hits), err
}
