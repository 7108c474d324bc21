package housing

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// Named is what a building is called.
type Named struct {
	Code string `json:"code" minLength:"1" maxLength:"20" doc:"3, A座, 商铺"`
	Name string `json:"name,omitempty" maxLength:"50" doc:"empty: after its code"`
}

// editRoutes is what builds the tree and changes it.
func (s *Service) editRoutes(a *web.API) {
	web.Post(a, "/buildings", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Named
			Community authz.CommunityID `json:"community"`
		}
	}) (Building, error) {
		return s.AddBuilding(ctx, who, in.Body.Community, in.Body.Code, in.Body.Name)
	}, web.Created(), web.Summary("Add a building without rooms"))
	web.Put(a, "/buildings/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByBuilding
		Body Named
	}) (Building, error) {
		return s.EditBuilding(ctx, who, in.ID, in.Match, in.Body.Code, in.Body.Name)
	}, web.Summary("Give a building another code or name; its rooms follow"))
	web.Delete(a, "/buildings/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByBuilding
	}) (web.None, error) {
		return web.None{}, s.DeleteBuilding(ctx, who, in.ID, in.Match)
	}, web.Summary("Remove an empty building"))
	web.Post(a, "/buildings/{id}/units", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByBuilding
		Body UnitBody
	}) (Unit, error) {
		return s.AddUnit(ctx, who, in.ID, in.Body.Code)
	}, web.Created(), web.Summary("Add a unit without rooms"), web.Unversioned("it adds a unit and changes none"))
	web.Put(a, "/units/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByUnit
		Body UnitBody
	}) (Unit, error) {
		return s.EditUnit(ctx, who, in.ID, in.Match, in.Body.Code)
	}, web.Summary("Give a unit another code; its rooms follow"))
	web.Delete(a, "/units/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByUnit
	}) (web.None, error) {
		return web.None{}, s.DeleteUnit(ctx, who, in.ID, in.Match)
	}, web.Summary("Remove an empty unit"))
	s.roomEditRoutes(a)
}

// UnitBody is what a unit is called.
type UnitBody struct {
	Code string `json:"code" minLength:"1" maxLength:"20" doc:"2, 2单元, 甲"`
}

func (s *Service) roomEditRoutes(a *web.API) {
	web.Post(a, "/rooms", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Edit
			Community authz.CommunityID `json:"community"`
			Label     string            `json:"label" maxLength:"100"`
		}
	}) (Room, error) {
		return s.AddRoom(ctx, who, in.Body.Community, in.Body.Label, in.Body.Edit)
	}, web.Created(), web.Summary("Add a room, with its building and unit where they are not there"))
	web.Put(a, "/rooms/{id}/label", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByRoom
		Body struct {
			Label string `json:"label" maxLength:"100"`
		}
	}) (Room, error) {
		return s.Relabel(ctx, who, in.ID, in.Match, in.Body.Label)
	}, web.Summary("Correct the label of a room"))
	web.Delete(a, "/rooms/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByRoom
	}) (web.None, error) {
		return web.None{}, s.DeleteRoom(ctx, who, in.ID, in.Match)
	}, web.Summary("Remove a room that nothing hangs on"))
	web.Post(a, "/rooms/bulk/preview", ActEdit, func(ctx context.Context, who authz.Actor, in *struct{ Body Bulk }) (Planned, error) {
		return s.Preview(ctx, who, in.Body)
	}, web.Summary("Which rooms a bulk creation would make"))
	web.Post(a, "/rooms/bulk", ActEdit, func(ctx context.Context, who authz.Actor, in *struct{ Body Bulk }) (Planned, error) {
		return s.Create(ctx, who, in.Body)
	}, web.Created(), web.Summary("Make the rooms of a building"))
	web.Post(a, "/rooms/states", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Changes []StateChange `json:"changes" minItems:"1" maxItems:"500"`
		}
	}) (StateChanged, error) {
		return s.SetStates(ctx, who, in.Body.Changes)
	}, web.Summary("Change the states of rooms, each in the version that was seen; the answer undoes it"))
}

func (s *Service) parcelRoutes(a *web.API) {
	web.Get(a, "/parcels", ActView, func(ctx context.Context, who authz.Actor, in *InCommunity) (web.List[ParcelView], error) {
		out, err := s.Parcels(ctx, who, in.Community)
		return web.All(out), err
	}, web.Summary("Parcels of responsibility"))
	web.Get(a, "/parcels/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ByParcel) (ParcelView, error) {
		return s.Parcel(ctx, who, in.ID)
	}, web.Summary("A parcel"))
	web.Post(a, "/parcels", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			ParcelBody
			Community authz.CommunityID `json:"community"`
		}
	}) (ParcelView, error) {
		return s.AddParcel(ctx, who, in.Body.Community, in.Body.ParcelBody)
	}, web.Created(), web.Summary("Add a parcel"))
	web.Put(a, "/parcels/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByParcel
		Body ParcelBody
	}) (ParcelView, error) {
		return s.EditParcel(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Change a parcel"))
	web.Delete(a, "/parcels/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByParcel
	}) (web.None, error) {
		return web.None{}, s.DeleteParcel(ctx, who, in.ID, in.Match)
	}, web.Summary("Remove a parcel; its rooms stay"))
	web.Post(a, "/parcels/{id}/rooms", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByParcel
		Body ParcelRooms
	}) (ParcelView, error) {
		return s.AssignRooms(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Put rooms, units or buildings into a parcel, or take them out"))
}
