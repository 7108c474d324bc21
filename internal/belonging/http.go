package belonging

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// Edited names a belonging and the version that was seen.
type Edited struct {
	web.Match
	ID ID `path:"id"`
}

type listInput struct {
	web.Page
	Filter
}

// Routes is the API of belongings.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/belongings", ActView, func(ctx context.Context, who authz.Actor, in *listInput) (web.List[View], error) {
		before, err := web.After[ID](in.Cursor)
		if err != nil {
			return web.List[View]{}, err
		}
		out, err := s.List(ctx, who, in.Filter, before, in.Limit)
		return web.Paged(out, in.Limit, func(v View) ID { return v.ID }), err
	}, web.Summary("Pets, bicycles, cards and things, the latest first"))
	audit.Export(s.Exports, a, "/belongings/export.xlsx", customer.ActListExport, s.export, web.Summary("The list as a spreadsheet"))
	web.Get(a, "/belongings/{id}", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ID ID `path:"id"`
	}) (View, error) {
		return s.Get(ctx, who, in.ID)
	}, web.Summary("One of them"))
	web.Post(a, "/belongings", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Room  housing.RoomID `json:"roomId"`
			Whose customer.ID    `json:"customerId,omitempty"`
			Particulars
		}
	}) (View, error) {
		return s.Register(ctx, who, in.Body.Room, in.Body.Whose, in.Body.Particulars)
	}, web.Created(), web.Summary("Register something with a household"))
	web.Put(a, "/belongings/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Edited
		Body struct {
			Whose customer.ID `json:"customerId,omitempty"`
			State string      `json:"state" enum:"active,lost,blocked"`
			Particulars
		}
	}) (View, error) {
		return s.Edit(ctx, who, in.ID, in.Match, in.Body.Whose, in.Body.State, in.Body.Particulars)
	}, web.Summary("Change it"))
	web.Post(a, "/belongings/{id}/care", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Edited
		Body struct {
			Day clock.Day `json:"day"`
		}
	}) (View, error) {
		return s.Care(ctx, who, in.ID, in.Match, in.Body.Day)
	}, web.Summary("It was cared for on a day"))
	web.Post(a, "/belongings/{id}/end", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Edited
		Body struct {
			Reason string `json:"reason,omitempty" maxLength:"500"`
		}
	}) (View, error) {
		return s.End(ctx, who, in.ID, in.Match, in.Body.Reason)
	}, web.Summary("It is no longer there"))
}

const exportedAtOnce = 500

// export writes a filtered list as a spreadsheet; nothing is cut off.
func (s *Service) export(ctx context.Context, who authz.Actor, in *Filter) (audit.Table, error) {
	heads := web.Pick(ctx, []string{"房屋", "客户", "种类", "名称", "品种型号", "号码", "状态", "有效期至", "疫苗至", "保修至", "下次维护", "注销"},
		[]string{"Room", "Customer", "Kind", "Name", "Breed or model", "Number", "State", "Expires", "Vaccinated until", "Warranty until", "Next care", "Ended"})
	rows := func(yield func([]any, error) bool) {
		var before ID
		for {
			page, err := s.listAs(ctx, who, customer.ActListExport, *in, before, exportedAtOnce)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, v := range page[:min(len(page), exportedAtOnce)] {
				before = v.ID
				if !yield([]any{v.Label, v.Owner, string(v.Kind), v.Name, v.Model, v.Number, v.State, v.ExpiresOn, v.VaccinatedUntil, v.WarrantyUntil, v.NextOn, v.EndedOn}, nil) {
					return
				}
			}
			if len(page) <= exportedAtOnce {
				return
			}
		}
	}
	logged := *in
	logged.Q = "" // what was typed may be a name
	return audit.Table{Name: "belongings.xlsx", What: "belongings", Community: in.Community, Filter: logged, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "宠物与物品", "Pets and things"), heads, rows)}}, nil
}
