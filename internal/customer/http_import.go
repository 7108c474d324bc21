package customer

import (
	"context"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/web"
)

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func (s *Service) importRoutes(a *web.API) {
	web.GetFile(a, "/imports/template.xlsx", ActImport, s.getTemplate, web.Summary("The empty table to fill in"))
	web.Post(a, "/imports", ActImport, s.postImport, web.Created(), web.MaxBody(mostBytes+1<<20), web.Summary("Check a table of rooms and people; nothing is written yet"))
	web.Get(a, "/imports", ActImport, s.getImports, web.Summary("Imports of a community, newest first"))
	web.Get(a, "/imports/{id}", ActImport, s.getImport, web.Summary("One import with its errors"))
	web.Post(a, "/imports/{id}/apply", ActImport, s.postApply, web.Summary("Write a checked table: all rows or none"), web.Slow(), web.Unversioned("a table is written once, whoever asks again"))
	audit.Export(s.Exports, a, "/imports/{id}/errors.xlsx", ActImport, s.getErrors, web.Summary("A copy of the table with a red column"))
}

func (s *Service) getTemplate(context.Context, authz.Actor, *struct{}) (web.Download, error) {
	return web.Download{Name: "房屋与业主导入模板.xlsx", Type: xlsx, Write: writeTemplate}, nil
}

type uploadInput struct {
	web.Upload
	Community authz.CommunityID `query:"community" required:"true"`
}

func (s *Service) postImport(ctx context.Context, who authz.Actor, in *uploadInput) (Import, error) {
	name, f, size, err := in.File()
	if err != nil {
		return Import{}, err
	}
	defer func() { _ = f.Close() }() // it was only read
	i, err := s.Upload(ctx, who, in.Community, name, f, size)
	return worded(ctx, i), err
}

type importsInput struct {
	web.Page
	Community authz.CommunityID `query:"community" required:"true"`
}

func (s *Service) getImports(ctx context.Context, who authz.Actor, in *importsInput) (web.List[Import], error) {
	before, err := web.After[ImportID](in.Cursor)
	if err != nil {
		return web.List[Import]{}, err
	}
	out, err := s.Imports(ctx, who, in.Community, before, in.Limit)
	return web.Paged(out, in.Limit, func(i Import) ImportID { return i.ID }), err
}

type importInput struct {
	ID ImportID `path:"id"`
}

func (s *Service) getImport(ctx context.Context, who authz.Actor, in *importInput) (Import, error) {
	i, err := s.Import(ctx, who, in.ID)
	return worded(ctx, i), err
}

func (s *Service) postApply(ctx context.Context, who authz.Actor, in *importInput) (Import, error) {
	i, err := s.Apply(ctx, who, in.ID)
	return worded(ctx, i), err
}

func (s *Service) getErrors(ctx context.Context, who authz.Actor, in *importInput) (audit.Table, error) {
	i, write, err := s.Annotated(ctx, who, in.ID, web.Lang(ctx))
	return audit.Table{
		Name: strings.TrimSuffix(i.FileName, ".xlsx") + "-错误.xlsx", What: "import errors", Community: i.Community, Subject: "import:" + in.ID.String(), Write: write,
	}, err
}

// worded puts an import's errors into the caller's language.
func worded(ctx context.Context, i Import) Import {
	shown := make([]RowError, len(i.Errors))
	for n, e := range i.Errors {
		e.Message = i18n.Text(web.Lang(ctx), e.Code, e.Params)
		shown[n] = e
	}
	i.Errors = shown
	return i
}
