package parking

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
)

// InCommunity is embedded in the input of routes about one community.
type InCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

// BySpace and ByVehicle name a record in the path.
type (
	BySpace struct {
		ID SpaceID `path:"id"`
	}
	ByVehicle struct {
		ID VehicleID `path:"id"`
	}
)

// SpaceFilter chooses spaces.
type SpaceFilter struct {
	InCommunity
	State State  `query:"state" enum:"free,sold,let,blocked"`
	Kind  string `query:"kind" enum:"owned,rented,public"`
	Q     string `query:"q" maxLength:"30" doc:"beginning of a number"`
}

func (in SpaceFilter) filter() Filter {
	return Filter{Community: in.Community, State: in.State, Kind: in.Kind, Q: in.Q}
}

// VehicleFilter chooses vehicles.
type VehicleFilter struct {
	InCommunity
	View string `query:"view" enum:"active,soon,expired,none,ended" default:"active"`
	Kind string `query:"kind" enum:"car,truck,motorcycle,other"`
	Q    string `query:"q" maxLength:"30" doc:"beginning or end of a plate"`
}

func (in VehicleFilter) filter() Filter {
	return Filter{Community: in.Community, View: in.View, Kind: in.Kind, Q: in.Q}
}

// Routes is the API of parking.
func (s *Service) Routes(a *web.API) {
	s.spaceRoutes(a)
	s.vehicleRoutes(a)
	web.Get(a, "/parking/counts", ActView, func(ctx context.Context, who authz.Actor, in *InCommunity) (Counts, error) {
		return s.Counts(ctx, who, in.Community)
	}, web.Summary("How many vehicles and spaces each view holds"))
	web.Get(a, "/parking/settings", ActView, func(ctx context.Context, who authz.Actor, in *InCommunity) (Settings, error) {
		return s.Settings(ctx, who, in.Community)
	}, web.Summary("A community's rules for parking"))
	web.Put(a, "/parking/settings", ActSettings, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		InCommunity
		Body struct {
			MostPerSpace int64 `json:"mostPerSpace"`
			RemindDays   int64 `json:"remindDays"`
		}
	}) (Settings, error) {
		return s.SetSettings(ctx, who, in.Match, Settings{Community: in.Community, MostPerSpace: in.Body.MostPerSpace, RemindDays: in.Body.RemindDays})
	}, web.Summary("Change a community's rules for parking"))
}

func (s *Service) spaceRoutes(a *web.API) {
	web.Get(a, "/parking/spaces", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		SpaceFilter
	}) (web.List[SpaceView], error) {
		f := in.filter()
		var err error
		if f.After, err = web.After[Position](in.Cursor); err != nil {
			return web.List[SpaceView]{}, err
		}
		f.Limit = in.Limit
		out, err := s.Spaces(ctx, who, f)
		return web.Paged(out, in.Limit, spacePosition), err
	}, web.Summary("Parking spaces by number"))
	audit.Export(s.Exports, a, "/parking/spaces/export.xlsx", ActExport, func(ctx context.Context, who authz.Actor, in *SpaceFilter) (audit.Table, error) {
		return s.exportSpaces(ctx, who, in.filter()), nil
	}, web.Summary("Parking spaces as a spreadsheet"))
	web.Post(a, "/parking/spaces", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			SpaceBody
			Community authz.CommunityID `json:"community"`
		}
	}) (SpaceView, error) {
		return s.AddSpace(ctx, who, in.Body.Community, in.Body.SpaceBody)
	}, web.Created(), web.Summary("Add a parking space"))
	web.Get(a, "/parking/spaces/{id}", ActView, func(ctx context.Context, who authz.Actor, in *BySpace) (SpaceFull, error) {
		return s.Space(ctx, who, in.ID)
	}, web.Summary("A parking space with who had it before"))
	web.Put(a, "/parking/spaces/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		BySpace
		Body SpaceBody
	}) (SpaceView, error) {
		return s.EditSpace(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Change a parking space"))
	web.Put(a, "/parking/spaces/{id}/holder", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		BySpace
		Body HolderBody
	}) (SpaceView, error) {
		return s.Give(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Give a free space to who bought or rents it"))
	web.Delete(a, "/parking/spaces/{id}/holder", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		BySpace
	}) (SpaceView, error) {
		return s.TakeBack(ctx, who, in.ID, in.Match)
	}, web.Summary("End what somebody had of a space"))
	web.Delete(a, "/parking/spaces/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		BySpace
	}) (web.None, error) {
		return web.None{}, s.DeleteSpace(ctx, who, in.ID, in.Match)
	}, web.Summary("Remove a space that nobody ever had"))
}

func (s *Service) vehicleRoutes(a *web.API) {
	web.Get(a, "/vehicles", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		VehicleFilter
	}) (web.List[VehicleView], error) {
		f := in.filter()
		var err error
		if f.After, err = web.After[Position](in.Cursor); err != nil {
			return web.List[VehicleView]{}, err
		}
		f.Limit = in.Limit
		out, err := s.Vehicles(ctx, who, f)
		return web.Paged(out, in.Limit, f.position), err
	}, web.Summary("Vehicles by plate, or by the end of their permit"))
	audit.Export(s.Exports, a, "/vehicles/export.xlsx", ActExport, func(ctx context.Context, who authz.Actor, in *VehicleFilter) (audit.Table, error) {
		return s.exportVehicles(ctx, who, in.filter()), nil
	}, web.Summary("Vehicles as a spreadsheet"))
	web.Post(a, "/vehicles", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			VehicleBody
			Community authz.CommunityID `json:"community"`
		}
	}) (VehicleView, error) {
		return s.Add(ctx, who, in.Body.Community, in.Body.VehicleBody)
	}, web.Created(), web.Summary("Register a vehicle"))
	web.Get(a, "/vehicles/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ByVehicle) (VehicleFull, error) {
		return s.Vehicle(ctx, who, in.ID)
	}, web.Summary("A vehicle with its permits"))
	web.Put(a, "/vehicles/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByVehicle
		Body VehicleBody
	}) (VehicleView, error) {
		return s.Edit(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Change a vehicle"))
	web.Post(a, "/vehicles/{id}/renew", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByVehicle
		Body struct {
			From clock.Day `json:"from,omitzero" doc:"left out: the day after the last one ends, or today"`
			To   clock.Day `json:"to"`
		}
	}) (VehicleView, error) {
		return s.Renew(ctx, who, in.ID, in.Match, in.Body.From, in.Body.To)
	}, web.Summary("Prolong a permit"))
	web.Post(a, "/vehicles/{id}/end", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByVehicle
		Body struct {
			Why string `json:"why,omitempty" maxLength:"200"`
		}
	}) (VehicleView, error) {
		return s.End(ctx, who, in.ID, in.Match, in.Body.Why)
	}, web.Summary("End a registration; it stays in the history"))
	web.Post(a, "/vehicles/{id}/restore", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByVehicle
	}) (VehicleView, error) {
		return s.Restore(ctx, who, in.ID, in.Match)
	}, web.Summary("Take the end of a registration back"))
}

func spacePosition(s SpaceView) Position { return Position{s.SortKey, db.ID(s.ID)} }

func (f Filter) position(v VehicleView) Position {
	if f.View == "soon" || f.View == "expired" {
		return Position{v.PermitTo.String(), db.ID(v.ID)}
	}
	return Position{v.Plate, db.ID(v.ID)}
}
