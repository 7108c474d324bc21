package imports

import (
	"context"
	"slices"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Routes is the API of imports.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/imports/templates", Act, s.getTemplates, web.Summary("The tables that can be imported, with their columns"))
	web.GetFile(a, "/imports/template.xlsx", Act, s.getTemplate, web.Summary("The empty table to fill in"))
	web.Post(a, "/imports", Act, s.postImport, web.Created(), web.MaxBody(sheet.Defaults.Bytes+1<<20), web.Slow(), web.Summary("Have a table checked; nothing is written yet"))
	web.Get(a, "/imports", Act, s.getImports, web.Summary("Imports of a community, newest first"))
	web.Get(a, "/imports/{id}", Act, s.getImport, web.Summary("One import with its errors"))
	web.Get(a, "/imports/{id}/columns", Act, s.getColumns, web.Slow(), web.Summary("The columns of the file, with what stands in their first rows"))
	web.Put(a, "/imports/{id}/mapping", Act, s.putMapping, web.Summary("Say which column is which; the file is checked then"))
	web.Post(a, "/imports/{id}/apply", Act, s.postApply, web.Summary("Write a checked table: all rows or none"), web.Unversioned("a table is written once, whoever asks again"))
	web.Post(a, "/imports/{id}/cancel", Act, s.postCancel, web.Summary("Stop an import; what was written of it is undone"), web.Unversioned("an import is stopped once, whoever asks again"))
	web.Post(a, "/imports/{id}/undo", Act, s.postUndo, web.Slow(), web.Summary("Take an applied import back as a whole"), web.Unversioned("an import is undone once, whoever asks again"))
	audit.Export(s.Exports, a, "/imports/{id}/errors.xlsx", Act, s.getErrors, web.Summary("A copy of the table with a red column"))
}

// TemplateView is a template as people choose it.
type TemplateView struct {
	Name    string       `json:"name"`
	Title   string       `json:"title"`
	Modes   []Mode       `json:"modes"`
	Columns []ColumnView `json:"columns"`
}

// ColumnView is a column of a template.
type ColumnView struct {
	Heading string   `json:"heading"`
	Also    []string `json:"also" doc:"what other systems call it"`
	Must    bool     `json:"must"`
	How     string   `json:"how" doc:"what belongs there, in the caller's language"`
}

func (s *Service) getTemplates(ctx context.Context, who authz.Actor, in *struct {
	Community authz.CommunityID `query:"community" required:"true"`
}) (web.List[TemplateView], error) {
	out := []TemplateView{}
	for _, t := range s.allowed(who, in.Community) {
		v := TemplateView{Name: t.Name, Title: i18n.Text(web.Lang(ctx), "import.template."+t.Name, nil), Modes: t.Modes}
		for _, c := range t.Columns {
			how := c.How
			if web.Lang(ctx) == "en" {
				how = c.HowEN
			}
			v.Columns = append(v.Columns, ColumnView{c.Head, append([]string{}, c.Also...), c.Must, how})
		}
		out = append(out, v)
	}
	return web.All(out), nil
}

func (s *Service) getTemplate(_ context.Context, _ authz.Actor, in *struct {
	Name string `query:"name" default:"homes" maxLength:"40"`
}) (web.Download, error) {
	t, err := s.template(in.Name)
	return web.Download{Name: t.Title + "导入模板.xlsx", Type: xlsx, Write: t.write}, err
}

type uploadInput struct {
	web.Upload
	Community authz.CommunityID `query:"community" required:"true"`
	Template  string            `query:"template" maxLength:"40" doc:"left out: recognised by the headings"`
}

func (s *Service) postImport(ctx context.Context, who authz.Actor, in *uploadInput) (Import, error) {
	name, f, size, err := in.File()
	if err != nil {
		return Import{}, err
	}
	defer func() { _ = f.Close() }() // it was only read
	i, err := s.Upload(ctx, who, in.Community, in.Template, name, f, size)
	return worded(ctx, i), err
}

type importsInput struct {
	web.Page
	Community authz.CommunityID `query:"community" required:"true"`
}

func (s *Service) getImports(ctx context.Context, who authz.Actor, in *importsInput) (web.List[Import], error) {
	before, err := web.After[ID](in.Cursor)
	if err != nil {
		return web.List[Import]{}, err
	}
	out, err := s.Imports(ctx, who, in.Community, before, in.Limit)
	return web.Paged(out, in.Limit, func(i Import) ID { return i.ID }), err
}

type importInput struct {
	ID ID `path:"id"`
}

func (s *Service) getImport(ctx context.Context, who authz.Actor, in *importInput) (Import, error) {
	i, err := s.Import(ctx, who, in.ID)
	return worded(ctx, i), err
}

// ColumnsView is a file's columns, and what they are taken for.
type ColumnsView struct {
	Template string   `json:"template"`
	Columns  []Sample `json:"columns"`
	Version  int64    `json:"version"`
}

// ETag implements web.Versioned.
func (v ColumnsView) ETag() int64 { return v.Version }

func (s *Service) getColumns(ctx context.Context, who authz.Actor, in *importInput) (ColumnsView, error) {
	i, out, err := s.Samples(ctx, who, in.ID)
	return ColumnsView{i.Template, out, i.Version}, err
}

// MappingInput says which column is which.
type MappingInput struct {
	web.Match
	ID   ID `path:"id"`
	Body struct {
		Template string   `json:"template" maxLength:"40"`
		Mapping  []string `json:"mapping" maxItems:"64" doc:"our column for each heading of the file, in its order; empty: passed over"`
	}
}

func (s *Service) putMapping(ctx context.Context, who authz.Actor, in *MappingInput) (Import, error) {
	i, err := s.Map(ctx, who, in.ID, in.Match, in.Body.Template, in.Body.Mapping)
	return worded(ctx, i), err
}

func (s *Service) postApply(ctx context.Context, who authz.Actor, in *struct {
	ID   ID `path:"id"`
	Body struct {
		Mode Mode `json:"mode,omitempty" enum:"new,update,relate" default:"new"`
	}
}) (Import, error) {
	i, err := s.Apply(ctx, who, in.ID, in.Body.Mode)
	return worded(ctx, i), err
}

func (s *Service) postCancel(ctx context.Context, who authz.Actor, in *importInput) (Import, error) {
	i, err := s.Cancel(ctx, who, in.ID)
	return worded(ctx, i), err
}

func (s *Service) postUndo(ctx context.Context, who authz.Actor, in *importInput) (Import, error) {
	i, err := s.Undo(ctx, who, in.ID)
	return worded(ctx, i), err
}

func (s *Service) getErrors(ctx context.Context, who authz.Actor, in *importInput) (audit.Table, error) {
	i, write, err := s.Annotated(ctx, who, in.ID, web.Lang(ctx))
	return audit.Table{
		Name: strings.TrimSuffix(i.FileName, ".xlsx") + "-错误.xlsx", What: "import errors", Community: i.Community, Subject: i.subject(), Write: write,
	}, err
}

// worded puts an import's errors into the caller's language.
func worded(ctx context.Context, i Import) Import {
	i.Errors = slices.Clone(i.Errors)
	for n, e := range i.Errors {
		i.Errors[n].Message = i18n.Text(web.Lang(ctx), e.Code, e.Params)
	}
	if i.Reason != "" {
		i.Why = i18n.Text(web.Lang(ctx), i.Reason, nil)
	}
	return i
}
