package billing

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// AtFix names a correction of bills.
type AtFix struct {
	ID FixID `path:"id"`
}

func (s *Service) fixRoutes(a *web.API) {
	web.Get(a, "/bill-fixes", ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		OfCommunity
	}) (web.List[Fix], error) {
		before, err := web.After[FixID](in.Cursor)
		if err != nil {
			return web.List[Fix]{}, err
		}
		all, err := s.Fixes(ctx, who, in.Community, before, in.Limit)
		return web.Paged(all, in.Limit, func(f Fix) FixID { return f.ID }), err
	}, web.Summary("Corrections of bills, the latest first"))
	audit.Export(s.Exports, a, "/bill-fixes/export.xlsx", ActBills, func(ctx context.Context, who authz.Actor, in *OfCommunity) (audit.Table, error) {
		return s.exportedFixes(ctx, who, *in)
	}, web.Summary("Corrections of bills as a workbook"))
	audit.Export(s.Exports, a, "/bill-fixes/{id}/export.xlsx", ActBills, func(ctx context.Context, who authz.Actor, in *AtFix) (audit.Table, error) {
		return s.exportedFix(ctx, who, in.ID)
	}, web.Summary("What a correction changes, as a workbook"))
	web.Get(a, "/bill-fixes/{id}", ActBills, func(ctx context.Context, who authz.Actor, in *AtFix) (Fix, error) {
		return s.Fix(ctx, who, in.ID)
	}, web.Summary("A correction of bills"))
	web.Get(a, "/bill-fixes/{id}/lines", ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		AtFix
	}) (web.List[FixLineView], error) {
		after, err := web.After[int64](in.Cursor)
		if err != nil {
			return web.List[FixLineView]{}, err
		}
		all, err := s.FixLines(ctx, who, in.ID, after, in.Limit)
		return web.Paged(all, in.Limit, func(l FixLineView) int64 { return l.N }), err
	}, web.Summary("What a correction changes, line by line"))
	web.Post(a, "/bill-fixes", ActRun, func(ctx context.Context, who authz.Actor, in *struct{ Body FixDraft }) (Fix, error) {
		return s.BeginFix(ctx, who, in.Body)
	}, web.Created(), web.Summary("Compute what a correction of bills would change; nothing is owed otherwise by it"))
	web.Post(a, "/bill-fixes/{id}/move", ActRun, func(ctx context.Context, who authz.Actor, in *struct {
		AtFix
		web.Match
		Body struct {
			Step string `json:"step" enum:"again,submit,drop"`
		}
	}) (Fix, error) {
		return s.MoveFix(ctx, who, in.ID, in.Match, in.Body.Step)
	}, web.Summary("Compute a correction anew, ask somebody else to book it, or throw it away"))
	s.fixFileRoutes(a)
	web.Post(a, "/meter-readings/{id}/correct", ActMeterEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ID   ReadingID `path:"id"`
		Body struct {
			Was    string `json:"was" maxLength:"20" doc:"the value that was seen"`
			Value  string `json:"value" maxLength:"20"`
			Reason string `json:"reason" maxLength:"800"`
		}
	}) (web.List[ReadingView], error) {
		all, err := s.CorrectReading(ctx, who, in.ID, in.Body.Was, in.Body.Value, in.Body.Reason)
		return web.All(all), err
	}, web.Summary("Correct what a register is said to have shown"), web.Unversioned("the value that was seen is sent along, and another one is refused"))
}

func (s *Service) fixFileRoutes(a *web.API) {
	web.Post(a, "/bill-fixes/{id}/photos", ActRun, func(ctx context.Context, who authz.Actor, in *struct {
		AtFix
		web.Upload
	}) (FixFile, error) {
		_, f, _, err := in.File()
		if err != nil {
			return FixFile{}, err
		}
		defer func() { _ = f.Close() }() // it was only read
		return s.AddFixFile(ctx, who, in.ID, f)
	}, web.Created(), web.MaxBody(maxFile+1<<20), web.Summary("Attach evidence to a correction: a picture or a PDF"), web.Unversioned("it adds a file and changes none"))
	web.GetFile(a, "/bill-fix-files/{id}", ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		ID FixFileID `path:"id"`
	}) (web.Download, error) {
		f, r, err := s.OpenFixFile(ctx, who, in.ID)
		name := ""
		if f.Type == "application/pdf" {
			name = "evidence-" + f.ID.String() + ".pdf"
		}
		return web.Stored(name, f.Type, r), err
	}, web.Summary("Evidence of a correction"))
}
