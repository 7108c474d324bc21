package statement

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// AtLine names a line.
type AtLine struct {
	ID LineID `path:"id"`
}

// Routes is the API of statements.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/statements", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[Statement], error) {
		before, err := web.After[ID](in.Cursor)
		if err != nil {
			return web.List[Statement]{}, err
		}
		all, err := s.Statements(ctx, who, in.Community, before, in.Limit)
		return web.Paged(all, in.Limit, func(v Statement) ID { return v.ID }), err
	}, web.Summary("Statements of banks, WeChat and Alipay, the latest first"))
	web.Post(a, "/statements", ActMatch, func(ctx context.Context, who authz.Actor, in *struct {
		web.Upload
		Coming
	}) (Preview, error) {
		name, f, _, err := in.File()
		if err != nil {
			return Preview{}, err
		}
		defer func() { _ = f.Close() }() // it was only read
		return s.Import(ctx, who, in.Coming, name, f)
	}, web.MaxBody(MaxBytes+1<<20), web.Slow(), web.Summary("Have a statement read, and kept when that is said"))
	web.Get(a, "/statements/{id}/gaps", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ID ID `path:"id"`
	}) (Gaps, error) {
		return s.Gaps(ctx, who, in.ID)
	}, web.Summary("What the books have of the days of a statement, and no line stands for"))
	web.Get(a, "/statement-lines", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Filter
	}) (web.List[Line], error) {
		before, err := web.After[LineID](in.Cursor)
		if err != nil {
			return web.List[Line]{}, err
		}
		all, err := s.Lines(ctx, who, in.Filter, before, in.Limit)
		return web.Paged(all, in.Limit, func(v Line) LineID { return v.ID }), err
	}, web.Summary("Lines of statements; open ones with what they may be"))
	audit.Export(s.Exports, a, "/statement-lines/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *Filter) (audit.Table, error) {
		return s.exported(ctx, who, *in), nil
	}, web.Summary("Lines of statements as a workbook"))
	web.Post(a, "/statement-lines/{id}/settle", ActMatch, func(ctx context.Context, who authz.Actor, in *struct {
		AtLine
		web.Match
		Body Settling
	}) (Line, error) {
		return s.Settle(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Say what in the books a line is, set it aside, or open it again"))
	web.Get(a, "/statement-lines/{id}/bookings", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		AtLine
		Search
	}) (Candidates, error) {
		return s.Bookings(ctx, who, in.ID, in.Search)
	}, web.Summary("What in the books a line may stand for together, or does"))
	web.Post(a, "/statement-lines/{id}/suspend", ActMatch, func(ctx context.Context, who authz.Actor, in *struct {
		AtLine
		web.Match
	}) (Line, error) {
		return s.Suspend(ctx, who, in.ID, in.Match)
	}, web.Summary("Book a line that nobody knows to suspense"))
}
