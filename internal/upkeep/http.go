package upkeep

import (
	"context"
	"slices"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
	"guanjia/internal/ticket"
)

type (
	// OfCommunity names a community in the query.
	OfCommunity struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}
	// Edited names a plan and the version that was seen.
	Edited struct {
		web.Match
		ID ID `path:"id"`
	}
	// Shown are the plans of a community, and what a new one can be made of.
	Shown struct {
		Items    []Plan    `json:"items"`
		Examples []Example `json:"examples"`
	}
)

func sortByDay(all []Occurrence) {
	slices.SortStableFunc(all, func(a, b Occurrence) int { return a.Day.Compare(b.Day) })
}

// Routes is the API of planned upkeep.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/upkeep-plans", ticket.ActView, func(ctx context.Context, who authz.Actor, in *OfCommunity) (Shown, error) {
		all, err := s.Plans(ctx, who, in.Community)
		return Shown{append([]Plan{}, all...), Examples()}, err
	}, web.Summary("Recurring work of a community, the next first"))
	web.Post(a, "/upkeep-plans", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Draft
			Community authz.CommunityID `json:"community"`
		}
	}) (Plan, error) {
		return s.Add(ctx, who, in.Body.Community, in.Body.Draft)
	}, web.Created(), web.Summary("Plan recurring work"))
	web.Put(a, "/upkeep-plans/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Edited
		Body Draft
	}) (Plan, error) {
		return s.Edit(ctx, who, in.ID, in.Expect, in.Body)
	}, web.Summary("Change or pause recurring work"))
	web.Post(a, "/upkeep-plans/{id}/skip", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Edited
		Body struct {
			Reason string `json:"reason" maxLength:"2000"`
		}
	}) (Plan, error) {
		return s.Skip(ctx, who, in.ID, in.Expect, in.Body.Reason)
	}, web.Summary("Leave the next day of a plan out"))
	web.Get(a, "/upkeep-calendar", ticket.ActView, func(ctx context.Context, who authz.Actor, in *calendarInput) (web.List[Occurrence], error) {
		all, err := s.Calendar(ctx, who, in.Community, in.From, in.To)
		return web.All(all), err
	}, web.Summary("The days of recurring work, and what became of them"))
	audit.Export(s.Exports, a, "/upkeep-calendar/export.xlsx", ticket.ActExport, s.export, web.Summary("The days of recurring work as a spreadsheet"))
}

type calendarInput struct {
	OfCommunity
	From clock.Day `query:"from" required:"true"`
	To   clock.Day `query:"to" required:"true" doc:"the last day, 400 days later at most"`
}

func (s *Service) export(ctx context.Context, who authz.Actor, in *calendarInput) (audit.Table, error) {
	all, err := s.Calendar(ctx, who, in.Community, in.From, in.To)
	if err != nil {
		return audit.Table{}, err
	}
	heads := web.Pick(ctx, []string{"日期", "事项", "类别", "位置", "工单", "未做原因"}, []string{"Day", "Work", "Category", "Place", "Ticket", "Left out because"})
	tree := ticket.TreeOf(s.DB)
	rows := func(yield func([]any, error) bool) {
		for _, o := range all {
			c, _ := tree.ByID(o.Category)
			if !yield([]any{o.Day, o.Title, web.Pick(ctx, c.Zh, c.En), o.Place, o.Number, o.Skipped}, nil) {
				return
			}
		}
	}
	return audit.Table{Name: "upkeep.xlsx", What: "upkeep", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "计划养护", "Upkeep"), heads, rows)}}, nil
}
