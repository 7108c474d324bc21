package housing

import (
	"context"
	"strconv"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// Routes is the API of housing.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/buildings", ActView, s.getBuildings, web.Summary("Buildings of a community"))
	web.Get(a, "/housing", ActView, s.getTree, web.Summary("Buildings and units with how many rooms are in which state"))
	web.Get(a, "/buildings/{id}/grid", ActView, s.getGrid, web.Summary("A building floor by floor"))
	web.Get(a, "/rooms", ActView, s.getRooms, web.Summary("Rooms in the order of the register"))
	web.Get(a, "/rooms/resolve", ActView, s.getResolve, web.Summary("The room of a label in any usual writing"))
	web.Get(a, "/rooms/{id}", ActView, s.getRoom, web.Summary("One room"))
	web.Put(a, "/rooms/{id}", ActEdit, s.putRoom, web.Summary("Change a room"))
	audit.Export(s.Exports, a, "/rooms/export.xlsx", ActExport, s.getExport, web.Summary("Rooms as a spreadsheet"))
	s.editRoutes(a)
	s.parcelRoutes(a)
}

// InCommunity is embedded in the input of routes about one community.
type InCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

func (s *Service) getBuildings(ctx context.Context, who authz.Actor, in *InCommunity) (web.List[BuildingRow], error) {
	out, err := s.Buildings(ctx, who, in.Community)
	return web.All(out), err
}

func (s *Service) getTree(ctx context.Context, who authz.Actor, in *InCommunity) (web.List[Branch], error) {
	out, err := s.Tree(ctx, who, in.Community)
	return web.All(out), err
}

// ByBuilding, ByUnit, ByRoom and ByParcel name a record in the path.
type (
	ByBuilding struct {
		ID BuildingID `path:"id"`
	}
	ByUnit struct {
		ID UnitID `path:"id"`
	}
	ByRoom struct {
		ID RoomID `path:"id"`
	}
	ByParcel struct {
		ID ParcelID `path:"id"`
	}
)

func (s *Service) getGrid(ctx context.Context, who authz.Actor, in *ByBuilding) (Grid, error) {
	return s.Grid(ctx, who, in.ID)
}

// RoomFilter is embedded in the input of what is about some rooms of a community.
type RoomFilter struct {
	InCommunity
	Building BuildingID `query:"building"`
	Unit     UnitID     `query:"unit"`
	Parcel   ParcelID   `query:"parcel"`
	Floor    string     `query:"floor" pattern:"^(-?[0-9]{1,3})?$"`
	State    State      `query:"state" enum:"unsold,sold,vacant,renovating,occupied,let"`
	Type     RoomType   `query:"type" enum:"home,shop,office,storage,parking"`
	AreaFrom string     `query:"areaFrom" maxLength:"20" doc:"m²"`
	AreaTo   string     `query:"areaTo" maxLength:"20" doc:"m²"`
	Without  string     `query:"without" enum:"owner,keeper,cleaning,greening,floor" doc:"rooms without an owner, a parcel of the kind, or a floor"`
	Q        string     `query:"q" maxLength:"40" doc:"beginning of a label, or of a room's number"`
}

func (in RoomFilter) filter() (Filter, error) {
	f := Filter{Community: in.Community, Building: in.Building, Unit: in.Unit, Parcel: in.Parcel, State: in.State, Type: in.Type, Without: in.Without, Q: in.Q}
	if floor, err := strconv.ParseInt(in.Floor, 10, 64); err == nil {
		f.Floor = &floor
	}
	var wrong errs.Fields
	for _, a := range []struct {
		name, text string
		into       *Area
	}{{"areaFrom", in.AreaFrom, &f.AreaFrom}, {"areaTo", in.AreaTo, &f.AreaTo}} {
		if a.text == "" {
			continue
		}
		var err error
		if *a.into, err = ParseArea(a.text); err != nil {
			wrong.Add(a.name, errs.Of(err).Code, nil)
		}
	}
	return f, wrong.Err()
}

type roomsInput struct {
	web.Page
	RoomFilter
}

func (s *Service) getRooms(ctx context.Context, who authz.Actor, in *roomsInput) (web.List[RoomRow], error) {
	f, err := in.filter()
	if err != nil {
		return web.List[RoomRow]{}, err
	}
	if f.After, err = web.After[Position](in.Cursor); err != nil {
		return web.List[RoomRow]{}, err
	}
	f.Limit = in.Limit
	out, err := s.Rooms(ctx, who, f)
	return web.Paged(out, in.Limit, func(r RoomRow) Position { return Position{r.SortKey, r.ID} }), err
}

func (s *Service) getExport(ctx context.Context, who authz.Actor, in *RoomFilter) (audit.Table, error) {
	f, err := in.filter()
	if err != nil {
		return audit.Table{}, err
	}
	return s.Export(ctx, who, f)
}

type resolveInput struct {
	InCommunity
	Label string `query:"label" required:"true" maxLength:"100"`
}

func (s *Service) getResolve(ctx context.Context, who authz.Actor, in *resolveInput) (Resolved, error) {
	return s.Resolve(ctx, who, in.Community, in.Label)
}

func (s *Service) getRoom(ctx context.Context, who authz.Actor, in *ByRoom) (RoomRow, error) {
	return s.Room(ctx, who, in.ID)
}

type editInput struct {
	web.Match
	ByRoom
	Body Edit
}

func (s *Service) putRoom(ctx context.Context, who authz.Actor, in *editInput) (Room, error) {
	return s.UpdateRoom(ctx, who, in.ID, in.Match, in.Body)
}
