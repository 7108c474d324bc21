package facility

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// ByID names a facility in the path.
type ByID struct {
	ID ID `path:"id"`
}

// ByPlan names a plan in the path.
type ByPlan struct {
	ID PlanID `path:"id"`
}

// ByItem names a mark of a plan in the path.
type ByItem struct {
	ID ItemID `path:"id"`
}

type listInput struct {
	web.Page
	Filter
}

// Routes is the API of facilities and plans.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/facilities", ActView, func(ctx context.Context, who authz.Actor, in *listInput) (web.List[Facility], error) {
		after, err := web.After[string](in.Cursor)
		if err != nil {
			return web.List[Facility]{}, err
		}
		all, err := s.List(ctx, who, in.Filter, after, in.Limit)
		return web.Paged(all, in.Limit, func(f Facility) string { return f.Code }), err
	}, web.Summary("Register of facilities by code"))
	web.Post(a, "/facilities", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Draft
			Community authz.CommunityID `json:"community"`
		}
	}) (Full, error) {
		return s.Create(ctx, who, in.Body.Community, in.Body.Draft)
	}, web.Created(), web.Summary("Enter a facility"))
	web.Get(a, "/facilities/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ByID) (Full, error) {
		return s.Get(ctx, who, in.ID)
	}, web.Summary("A facility with checks, parts and records"))
	web.Put(a, "/facilities/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Match
		Body Draft
	}) (Full, error) {
		return s.Update(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Change a facility"))
	web.Post(a, "/facilities/{id}/records", ActRecord, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		Body Entry
	}) (Full, error) {
		return s.Record(ctx, who, in.ID, in.Body)
	}, web.Created(), web.Summary("Record what was done or found"), web.Unversioned("a line is added, and nothing is replaced"))
	audit.Export(s.Exports, a, "/facilities/export.xlsx", ActExport, s.export, web.Summary("The register as a spreadsheet"))
	s.planRoutes(a)
}

func (s *Service) planRoutes(a *web.API) {
	web.Get(a, "/plans", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[Plan], error) {
		all, err := s.Plans(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("Plans of a community with all that is marked on them"))
	web.Post(a, "/plans", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Upload
		PlanHead
		Community authz.CommunityID `query:"community" required:"true"`
	}) (Plan, error) {
		_, f, _, err := in.File()
		if err != nil {
			return Plan{}, err
		}
		defer func() { _ = f.Close() }() // it was only read
		return s.AddPlan(ctx, who, in.Community, in.PlanHead, f)
	}, web.Created(), web.MaxBody(maxPicture+1<<20), web.Summary("Add a drawing of the site or of a building"))
	web.Put(a, "/plans/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByPlan
		web.Match
		Body struct {
			PlanHead
			Items []Item `json:"items" maxItems:"1000"`
		}
	}) (Plan, error) {
		return s.Draw(ctx, who, in.ID, in.Match, in.Body.PlanHead, in.Body.Items)
	}, web.Summary("Save what is marked on a plan"))
	web.Delete(a, "/plans/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByPlan
		web.Match
	}) (web.None, error) {
		return web.None{}, s.RemovePlan(ctx, who, in.ID, in.Match)
	}, web.Summary("Take a plan away"))
	web.GetFile(a, "/plans/{id}/picture", ActView, func(ctx context.Context, who authz.Actor, in *ByPlan) (web.Download, error) {
		return s.Picture(ctx, who, in.ID)
	}, web.Summary("The drawing"))
	web.Post(a, "/plan-items/{id}/photo", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByItem
		web.Upload
	}) (Item, error) {
		_, f, _, err := in.File()
		if err != nil {
			return Item{}, err
		}
		defer func() { _ = f.Close() }() // it was only read
		return s.AddPhoto(ctx, who, in.ID, f)
	}, web.Created(), web.MaxBody(maxPicture+1<<20), web.Summary("Show where a valve is"), web.Unversioned("the last photo counts"))
	web.GetFile(a, "/plan-items/{id}/photo", ActView, func(ctx context.Context, who authz.Actor, in *ByItem) (web.Download, error) {
		return s.Photo(ctx, who, in.ID)
	}, web.Summary("Where a valve is"))
	web.Get(a, "/shut-offs", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Room     housing.RoomID     `query:"room"`
		Building housing.BuildingID `query:"building"`
	}) (web.List[ShutOff], error) {
		all, err := s.ShutOffs(ctx, who, in.Room, in.Building)
		return web.All(all), err
	}, web.Summary("Valves and switches that cut off a room or building, the least reaching first"))
}

var columns = [2][]sheet.Column{
	{{Title: "编号"}, {Title: "名称", Width: 24}, {Title: "类别"}, {Title: "位置", Width: 24}, {Title: "服务范围", Width: 24}, {Title: "厂家", Width: 18}, {Title: "型号"}, {Title: "安装日期"}, {Title: "保修到期"}, {Title: "维保单位", Width: 18}, {Title: "状态"}, {Title: "下次检查"}},
	{{Title: "Code"}, {Title: "Name", Width: 24}, {Title: "Kind"}, {Title: "Place", Width: 24}, {Title: "Serves", Width: 24}, {Title: "Maker", Width: 18}, {Title: "Model"}, {Title: "Installed"}, {Title: "Warranty until"}, {Title: "Contractor", Width: 18}, {Title: "State"}, {Title: "Next check"}},
}

func (s *Service) export(ctx context.Context, who authz.Actor, in *Filter) (audit.Table, error) {
	lang, at := web.Lang(ctx), 0
	if lang == i18n.English {
		at = 1
	}
	return audit.Table{
		Name: [2]string{"设施设备.xlsx", "facilities.xlsx"}[at], What: "facilities", Community: in.Community, Filter: in,
		Sheets: []sheet.Sheet{{Name: [2]string{"设施设备", "Facilities"}[at], Columns: columns[at], Rows: func(yield func([]any, error) bool) {
			for after := ""; ; {
				page, err := s.List(ctx, who, *in, after, 200)
				for _, f := range page[:min(len(page), 200)] {
					if !yield([]any{f.Code, f.Name, i18n.Text(lang, "facility.kind."+string(f.Kind), nil), f.Place, f.Serves, f.Maker, f.Model, f.InstalledOn, f.WarrantyUntil, f.Contractor, i18n.Text(lang, "facility.state."+string(f.State), nil), f.NextOn}, nil) {
						return
					}
					after = f.Code
				}
				if err != nil {
					yield(nil, err)
					return
				}
				if len(page) <= 200 {
					return
				}
			}
		}}},
	}, nil
}
