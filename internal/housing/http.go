package housing

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// Routes is the API of housing.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/buildings", ActView, s.getBuildings, web.Summary("Buildings of a community"))
	web.Get(a, "/rooms", ActView, s.getRooms, web.Summary("Rooms in the order of the register"))
	web.Get(a, "/rooms/resolve", ActView, s.getResolve, web.Summary("The room of a label in any usual writing"))
	web.Get(a, "/rooms/{id}", ActView, s.getRoom, web.Summary("One room"))
	web.Put(a, "/rooms/{id}", ActEdit, s.putRoom, web.Summary("Change a room"))
}

// InCommunity is embedded in the input of routes about one community.
type InCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

func (s *Service) getBuildings(ctx context.Context, who authz.Actor, in *InCommunity) (web.List[BuildingRow], error) {
	out, err := s.Buildings(ctx, who, in.Community)
	return web.All(out), err
}

type roomsInput struct {
	web.Page
	InCommunity
	Building BuildingID `query:"building"`
	Q        string     `query:"q" maxLength:"40" doc:"beginning of a label, or of a room's number"`
}

func (s *Service) getRooms(ctx context.Context, who authz.Actor, in *roomsInput) (web.List[Room], error) {
	after, err := web.After[Position](in.Cursor)
	if err != nil {
		return web.List[Room]{}, err
	}
	out, err := s.Rooms(ctx, who, Filter{Community: in.Community, Building: in.Building, Q: in.Q, After: after, Limit: in.Limit})
	return web.Paged(out, in.Limit, func(r Room) Position { return Position{r.SortKey, r.ID} }), err
}

type resolveInput struct {
	InCommunity
	Label string `query:"label" required:"true" maxLength:"100"`
}

func (s *Service) getResolve(ctx context.Context, who authz.Actor, in *resolveInput) (Resolved, error) {
	return s.Resolve(ctx, who, in.Community, in.Label)
}

func (s *Service) getRoom(ctx context.Context, who authz.Actor, in *struct {
	ID RoomID `path:"id"`
}) (Room, error) {
	return s.Room(ctx, who, in.ID)
}

type editInput struct {
	web.Match
	ID   RoomID `path:"id"`
	Body Edit
}

func (s *Service) putRoom(ctx context.Context, who authz.Actor, in *editInput) (Room, error) {
	return s.UpdateRoom(ctx, who, in.ID, in.Match, in.Body)
}
