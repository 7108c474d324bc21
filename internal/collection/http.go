package collection

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// Routes is the API of the reports.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/collection", ActView, func(ctx context.Context, who authz.Actor, in *Asked) (Report, error) {
		return s.Report(ctx, who, *in)
	}, web.Summary("What was billed, what came in, and the rates of collection, held against the ledger"), web.Slow())
	web.Get(a, "/collection/ageing", ActView, func(ctx context.Context, who authz.Actor, in *Asked) (Ageing, error) {
		return s.Ageing(ctx, who, *in)
	}, web.Summary("What is owed by age, with late fees that are not booked yet"), web.Slow())
	web.Get(a, "/collection/pieces", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Detail
	}) (web.List[Piece], error) {
		after, err := web.After[int64](in.Cursor)
		if err != nil {
			return web.List[Piece]{}, err
		}
		all, err := s.Pieces(ctx, who, in.Detail, after, in.Limit)
		return web.Paged(all, in.Limit, func(p Piece) int64 { return p.Sort }), err
	}, web.Summary("The lines, payments or waivers that a figure is made of"))
	web.Get(a, "/collection/uncharged", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Asked
	}) (web.List[Uncharged], error) {
		after, err := web.After[Position](in.Cursor)
		if err != nil {
			return web.List[Uncharged]{}, err
		}
		all, err := s.Uncharged(ctx, who, in.Asked, after, in.Limit)
		return web.Paged(all, in.Limit, func(r Uncharged) Position { return Position{r.Sort, r.Room} }), err
	}, web.Summary("Rooms that nothing was billed for"))
	s.moreRoutes(a)
	audit.Export(s.Exports, a, "/collection/export.xlsx", ActExport, func(ctx context.Context, who authz.Actor, in *Asked) (audit.Table, error) {
		return s.exported(ctx, who, *in)
	}, web.Summary("The report as a spreadsheet"))
	audit.Export(s.Exports, a, "/collection/pieces/export.xlsx", ActExport, func(ctx context.Context, who authz.Actor, in *Detail) (audit.Table, error) {
		return s.exportPieces(ctx, who, *in)
	}, web.Summary("What a figure is made of as a spreadsheet"))
}

// moreRoutes are what a property manager asks besides the rates.
func (s *Service) moreRoutes(a *web.API) {
	web.Get(a, "/collection/trend", ActView, func(ctx context.Context, who authz.Actor, in *Asked) (web.List[Month], error) {
		all, err := s.Trend(ctx, who, *in)
		return web.All(all), err
	}, web.Summary("Month by month what was billed and what came in"), web.Slow())
	web.Get(a, "/collection/collectors", ActView, func(ctx context.Context, who authz.Actor, in *Asked) (web.List[Collector], error) {
		all, err := s.Collectors(ctx, who, *in)
		return web.All(all), err
	}, web.Summary("What came of each person's calls and promises"), web.Slow())
	web.Get(a, "/collection/odd", ActView, func(ctx context.Context, who authz.Actor, in *Asked) (web.List[Odd], error) {
		all, err := s.OddEntries(ctx, who, *in)
		return web.All(all), err
	}, web.Summary("Payments that somebody should look at, and why; at most 500"), web.Slow())
	web.Get(a, "/collection/months", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[Reported], error) {
		before, err := web.After[MonthID](in.Cursor)
		if err != nil {
			return web.List[Reported]{}, err
		}
		all, err := s.Months(ctx, who, in.Community, before, in.Limit)
		return web.Paged(all, in.Limit, func(m Reported) MonthID { return m.ID }), err
	}, web.Summary("The rates of each month as they were reported to the property manager"))
}
