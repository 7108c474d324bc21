package lease

import (
	"context"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// Edited names a tenancy and the version that was seen.
type Edited struct {
	web.Match
	ID ID `path:"id"`
}

type byID struct {
	ID ID `path:"id"`
}

// InCommunity names a community.
type InCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

type listInput struct {
	web.Page
	Filter
}

// Routes is the API of tenancies.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/leases", ActView, func(ctx context.Context, who authz.Actor, in *listInput) (web.List[View], error) {
		after, err := web.After[position](in.Cursor)
		if err != nil {
			return web.List[View]{}, err
		}
		out, keys, err := s.List(ctx, who, in.Filter, after, in.Limit+1)
		return web.Paged(out, in.Limit, func(View) position { return keys[in.Limit-1] }), err
	}, web.Summary("Tenancies in the order of their rooms"))
	audit.Export(s.Exports, a, "/leases/export.xlsx", customer.ActListExport, s.export, web.Summary("The list of tenancies as a spreadsheet"))
	web.Get(a, "/lease-statistics", ActView, func(ctx context.Context, who authz.Actor, in *InCommunity) (web.List[Count], error) {
		out, err := s.Statistics(ctx, who, in.Community)
		return web.All(out), err
	}, web.Summary("Rooms let and people in them, by building"))
	web.Get(a, "/lease-settings", ActView, func(ctx context.Context, who authz.Actor, in *InCommunity) (Setting, error) {
		return s.Setting(ctx, who, in.Community)
	}, web.Summary("How often tenancies are looked at"))
	web.Put(a, "/lease-settings", ActSettings, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		InCommunity
		Body struct {
			Days int64 `json:"verifyDays" minimum:"1" maximum:"1000"`
		}
	}) (Setting, error) {
		return s.SetInterval(ctx, who, in.Community, in.Match, in.Body.Days)
	}, web.Summary("Change how often tenancies are looked at"))
	web.Post(a, "/leases", ActEdit, func(ctx context.Context, who authz.Actor, in *struct{ Body New }) (View, error) {
		return s.Begin(ctx, who, in.Body)
	}, web.Created(), web.Summary("Write a tenancy down"))
	web.Get(a, "/leases/{id}", ActView, func(ctx context.Context, who authz.Actor, in *byID) (View, error) {
		return s.Get(ctx, who, in.ID)
	}, web.Summary("A tenancy with its people"))
	web.Put(a, "/leases/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Edited
		Body Draft
	}) (View, error) {
		return s.Edit(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Change a tenancy"))
	s.steps(a)
}

func (s *Service) steps(a *web.API) {
	web.Post(a, "/leases/{id}/verify", ActEdit, func(ctx context.Context, who authz.Actor, in *Edited) (View, error) {
		return s.Verify(ctx, who, in.ID, in.Match)
	}, web.Summary("It was looked at today and is as written"))
	web.Post(a, "/leases/{id}/renew", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Edited
		Body struct {
			To   clock.Day  `json:"to"`
			Rent *money.Fen `json:"rent,omitempty"`
		}
	}) (View, error) {
		return s.Renew(ctx, who, in.ID, in.Match, in.Body.To, in.Body.Rent)
	}, web.Summary("Lengthen the term"))
	web.Post(a, "/leases/{id}/end", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Edited
		Body struct {
			Day    clock.Day     `json:"day"`
			Reason string        `json:"reason,omitempty" maxLength:"500"`
			State  housing.State `json:"roomState,omitempty" enum:"vacant,occupied,let," doc:"left out: as it is"`
		}
	}) (View, error) {
		return s.End(ctx, who, in.ID, in.Match, in.Body.Day, in.Body.Reason, in.Body.State)
	}, web.Summary("End a tenancy and the relations it began"))
	web.Post(a, "/leases/{id}/reveal", ActReveal, func(ctx context.Context, who authz.Actor, in *struct {
		ID   ID `path:"id"`
		Body struct {
			Party int    `json:"party" minimum:"-1" maximum:"100" doc:"-1: whom to call"`
			Field string `json:"field" enum:"number,identity"`
		}
	}) (revealed, error) {
		value, err := s.Reveal(ctx, who, in.ID, in.Body.Party, in.Body.Field)
		return revealed{value}, err
	}, web.Summary("Show one number in full; leaves a trail"), web.Unversioned("it changes nothing but the trail"))
}

type revealed struct {
	Value string `json:"value"`
}

const exportedAtOnce = 200

// export writes a filtered list as a spreadsheet; nothing is cut off.
func (s *Service) export(ctx context.Context, who authz.Actor, in *Filter) (audit.Table, error) {
	heads := web.Pick(ctx, []string{"房屋", "出租人", "承租人", "同住人", "起", "止", "月租(元)", "押金(元)", "备案号", "备案日期", "欠缺", "上次核查", "核查人", "结束"},
		[]string{"Room", "Landlord", "Tenants", "Occupants", "From", "To", "Rent (yuan)", "Deposit (yuan)", "Registration", "Registered", "Missing", "Verified", "By", "Ended"})
	rows := func(yield func([]any, error) bool) {
		var after position
		for {
			page, keys, err := s.listAs(ctx, who, customer.ActListExport, *in, after, exportedAtOnce)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, v := range page {
				if !yield([]any{v.Label, v.names(Landlord), v.names(Tenant), v.names(Occupant), v.From, v.To, fen(v.Rent), fen(v.Deposit), v.RegistrationNo, v.RegisteredOn,
					strings.Join(v.Missing, "、"), v.VerifiedOn, v.VerifiedName, v.EndedOn}, nil) {
					return
				}
			}
			if len(page) < exportedAtOnce {
				return
			}
			after = keys[len(keys)-1]
		}
	}
	logged := *in
	logged.Q = "" // what was typed may be a name
	return audit.Table{Name: "leases.xlsx", What: "leases", Community: in.Community, Filter: logged, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "租约", "Tenancies"), heads, rows)}}, nil
}

func (v View) names(role Role) string {
	var out []string
	for _, p := range v.Parties {
		if p.Role == role {
			out = append(out, strings.TrimSpace(p.Name+" "+p.Number))
		}
	}
	return strings.Join(out, "、")
}

func fen(m *money.Fen) any {
	if m == nil {
		return nil
	}
	return sheet.Decimal(m.String())
}
