package publicity

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// What is named in the path.
type (
	// AtYear names a year of common money.
	AtYear struct {
		ID YearID `path:"id"`
	}
	// AtEntry names an entry.
	AtEntry struct {
		ID EntryID `path:"id"`
	}
	// AtInspection names an inspection.
	AtInspection struct {
		ID InspectionID `path:"id"`
	}
)

// OfCommunity chooses a community.
type OfCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

type reason struct {
	Reason string `json:"reason" maxLength:"2000"`
}

// Routes is the API of common money and of inspections of charges.
func (s *Service) Routes(a *web.API) {
	s.yearRoutes(a)
	s.entryRoutes(a)
	s.inspectionRoutes(a)
	s.fileRoutes(a)
}

func (s *Service) yearRoutes(a *web.API) {
	web.Get(a, "/shared-income-publicity", "", func(ctx context.Context, _ authz.Actor, in *struct {
		OfCommunity
		Year int64 `query:"year" minimum:"0" maximum:"9999"`
	}) (Shown, error) {
		return s.Show(ctx, in.Community, in.Year)
	}, web.Summary("Published income and expenditure of shared facilities, for whoever asks"))
	web.Get(a, "/shared-years", ActView, func(ctx context.Context, who authz.Actor, in *OfCommunity) (web.List[Year], error) {
		all, err := s.Years(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("Years of common money with their balances, the latest first"))
	web.Get(a, "/shared-years/{id}/entries", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		AtYear
	}) (web.List[EntryView], error) {
		before, err := web.After[spot](in.Cursor)
		if err != nil {
			return web.List[EntryView]{}, err
		}
		all, err := s.Entries(ctx, who, in.ID, before, in.Limit+1)
		return web.Paged(all, in.Limit, func(e EntryView) spot { return spot{e.Day, e.ID} }), err
	}, web.Summary("What came in and went out in a year, the latest first"))
	web.Put(a, "/shared-years/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtYear
		web.Match
		Body struct {
			Opening money.Fen `json:"opening"`
			Words   string    `json:"words" maxLength:"1200" doc:"what proves it"`
		}
	}) (Year, error) {
		return s.SetOpening(ctx, who, in.ID, in.Match, in.Body.Opening, in.Body.Words)
	}, web.Summary("Write down with what the first year began"))
	web.Post(a, "/shared-years/{id}/close", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtYear
		web.Match
	}) (Year, error) {
		return s.Close(ctx, who, in.ID, in.Match)
	}, web.Summary("Close a year that is over, and ask somebody else to publish it"))
	audit.Export(s.Exports, a, "/shared-years/{id}/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *AtYear) (audit.Table, error) {
		return s.yearSheet(ctx, who, in.ID)
	}, web.Summary("A year of common money as a workbook"))
}

func (s *Service) entryRoutes(a *web.API) {
	web.Post(a, "/shared-entries", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Written
			Community authz.CommunityID `json:"community"`
		}
	}) (Entry, error) {
		return s.Enter(ctx, who, in.Body.Community, in.Body.Written)
	}, web.Created(), web.Summary("Write down what came in or went out of common money"))
	web.Put(a, "/shared-entries/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtEntry
		web.Match
		Body Written
	}) (Entry, error) {
		return s.Change(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Put an entry right while its year is open"))
	web.Delete(a, "/shared-entries/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtEntry
		web.Match
	}) (web.None, error) {
		return web.None{}, s.Remove(ctx, who, in.ID, in.Match)
	}, web.Summary("Take an entry out of a year that is open"))
	web.Post(a, "/shared-entries/{id}/counter", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtEntry
		web.Match
		Body reason
	}) (Entry, error) {
		return s.Counter(ctx, who, in.ID, in.Match, in.Body.Reason)
	}, web.Created(), web.Summary("Take back an entry of a closed year by one of today"))
}

func (s *Service) inspectionRoutes(a *web.API) {
	web.Get(a, "/charge-inspections", ActInspections, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Filter
	}) (web.List[Inspection], error) {
		after, err := web.After[place](in.Cursor)
		if err != nil {
			return web.List[Inspection]{}, err
		}
		all, err := s.Inspections(ctx, who, in.Filter, after, in.Limit+1)
		return web.Paged(all, in.Limit, func(i Inspection) place { return place{i.Due, i.ID} }), err
	}, web.Summary("Inspections of charges: open ones by their deadline, or those that are done"))
	web.Get(a, "/charge-inspections/{id}", ActInspections, func(ctx context.Context, who authz.Actor, in *AtInspection) (Inspection, error) {
		return s.Inspection(ctx, who, in.ID)
	}, web.Summary("An inspection of charges"))
	web.Post(a, "/charge-inspections", ActInspect, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Draft
			Community authz.CommunityID `json:"community"`
		}
	}) (Inspection, error) {
		return s.AddInspection(ctx, who, in.Body.Community, in.Body.Draft)
	}, web.Created(), web.Summary("Write down what an authority said about charges"))
	web.Put(a, "/charge-inspections/{id}", ActInspect, func(ctx context.Context, who authz.Actor, in *struct {
		AtInspection
		web.Match
		Body Draft
	}) (Inspection, error) {
		return s.UpdateInspection(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Put an inspection right while it is open"))
	web.Post(a, "/charge-inspections/{id}/steps", ActInspect, func(ctx context.Context, who authz.Actor, in *struct {
		AtInspection
		web.Match
		Body struct {
			Text string `json:"text" maxLength:"4000"`
		}
	}) (Inspection, error) {
		return s.AddStep(ctx, who, in.ID, in.Match, in.Body.Text)
	}, web.Summary("Write down what was done about an inspection"))
	s.endRoutes(a)
}

func (s *Service) endRoutes(a *web.API) {
	web.Post(a, "/charge-inspections/{id}/done", ActInspect, func(ctx context.Context, who authz.Actor, in *struct {
		AtInspection
		web.Match
		Body struct {
			Words    string `json:"words" maxLength:"4000"`
			Returned string `json:"returnedWords,omitempty" maxLength:"2000" doc:"how money was returned otherwise than by the correction"`
		}
	}) (Inspection, error) {
		return s.EndInspection(ctx, who, in.ID, in.Match, in.Body.Words, in.Body.Returned)
	}, web.Summary("Say that all is done, with evidence among the files"))
	web.Post(a, "/charge-inspections/{id}/reopen", ActInspect, func(ctx context.Context, who authz.Actor, in *struct {
		AtInspection
		web.Match
		Body reason
	}) (Inspection, error) {
		return s.ReopenInspection(ctx, who, in.ID, in.Match, in.Body.Reason)
	}, web.Summary("Take back that an inspection is done"))
	audit.Export(s.Exports, a, "/charge-inspections/export.xlsx", ActInspections, func(ctx context.Context, who authz.Actor, in *OfCommunity) (audit.Table, error) {
		return s.inspectionSheet(ctx, who, in.Community), nil
	}, web.Summary("The register of inspections as a workbook"))
}

func (s *Service) fileRoutes(a *web.API) {
	web.Post(a, "/shared-entries/{id}/photos", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtEntry
		web.Upload
	}) (File, error) {
		_, f, _, err := in.File()
		if err != nil {
			return File{}, err
		}
		defer func() { _ = f.Close() }()
		return s.AddEntryFile(ctx, who, in.ID, f)
	}, web.Created(), web.MaxBody(maxFile+1<<20), web.Summary("Attach the document of an entry: a picture or a PDF"), web.Unversioned("it adds a file and changes none"))
	web.Post(a, "/charge-inspections/{id}/photos", ActInspect, func(ctx context.Context, who authz.Actor, in *struct {
		AtInspection
		web.Upload
		Purpose string `query:"purpose" enum:"document,evidence" default:"document"`
	}) (File, error) {
		_, f, _, err := in.File()
		if err != nil {
			return File{}, err
		}
		defer func() { _ = f.Close() }()
		return s.AddInspectionFile(ctx, who, in.ID, in.Purpose, f)
	}, web.Created(), web.MaxBody(maxFile+1<<20), web.Summary("Attach the authority's document, or evidence: a picture or a PDF"), web.Unversioned("it adds a file and changes none"))
	s.download(a, "/shared-files/{id}", ActView, "The document of an entry")
	s.download(a, "/charge-inspection-files/{id}", ActInspections, "A file of an inspection")
}

func (s *Service) download(a *web.API, path string, act authz.Action, summary string) {
	web.GetFile(a, path, act, func(ctx context.Context, who authz.Actor, in *struct {
		ID FileID `path:"id"`
	}) (web.Download, error) {
		f, r, err := s.openFile(ctx, who, act, in.ID)
		name := ""
		if f.Type == "application/pdf" {
			name = f.Purpose + "-" + f.ID.String() + ".pdf"
		}
		return web.Stored(name, f.Type, r), err
	}, web.Summary(summary))
}
