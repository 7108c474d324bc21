package handover

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

// InCommunity is embedded in the input of routes about one community.
type InCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

// ByID, ByItem, ByPhoto, ByPaper and ByRoom name a record in the path.
type (
	ByID struct {
		ID ID `path:"id"`
	}
	ByItem struct {
		ID ItemID `path:"id"`
	}
	ByPhoto struct {
		ID PhotoID `path:"id"`
	}
	ByPaper struct {
		ID PaperID `path:"id"`
	}
	ByRoom struct {
		ID housing.RoomID `path:"id"`
	}
)

// BoardFilter chooses rooms of the board.
type BoardFilter struct {
	InCommunity
	Building housing.BuildingID `query:"building"`
	State    State              `query:"state" enum:"waiting,invited,appointed,inspected,refused,done"`
	On       clock.Day          `query:"on" doc:"appointments of a day"`
	Defects  bool               `query:"defects" doc:"rooms with a defect that is not mended"`
	Unsigned PaperKind          `query:"unsigned" enum:"contract,covenant" doc:"handed over, and this paper not signed"`
}

func (in BoardFilter) filter() Filter {
	return Filter{Community: in.Community, Building: in.Building, State: in.State, On: in.On, Defects: in.Defects, Unsigned: in.Unsigned}
}

// Routes is the API of hand-overs and signed papers.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/handover/board", ActView, func(ctx context.Context, who authz.Actor, in *InCommunity) (Board, error) {
		return s.Board(ctx, who, in.Community)
	}, web.Summary("Progress by building, and who comes today"))
	web.Get(a, "/handover/rooms", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		BoardFilter
	}) (web.List[Row], error) {
		f := in.filter()
		var err error
		if f.After, err = web.After[housing.Position](in.Cursor); err != nil {
			return web.List[Row]{}, err
		}
		f.Limit = in.Limit
		out, err := s.List(ctx, who, f)
		return web.Paged(out, in.Limit, position), err
	}, web.Summary("Rooms with their hand-over and signed papers"))
	audit.Export(s.Exports, a, "/handover/export.xlsx", ActExport, func(ctx context.Context, who authz.Actor, in *BoardFilter) (audit.Table, error) {
		return s.export(ctx, who, in.filter())
	}, web.Summary("Rooms with their hand-over as a spreadsheet"))
	web.Get(a, "/handover/checklist", ActView, func(ctx context.Context, who authz.Actor, in *InCommunity) (Checklist, error) {
		return s.Checklist(ctx, who, in.Community)
	}, web.Summary("What is looked at in a room"))
	web.Put(a, "/handover/checklist", ActChecklist, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		InCommunity
		Body struct {
			Items []Check `json:"items" minItems:"1" maxItems:"100"`
		}
	}) (Checklist, error) {
		return s.SetChecklist(ctx, who, in.Community, in.Match, in.Body.Items)
	}, web.Summary("Change what is looked at in a room from now on"))
	web.Post(a, "/handovers", ActEdit, func(ctx context.Context, who authz.Actor, in *struct{ Body Invitation }) (InvitedRooms, error) {
		return s.Invite(ctx, who, in.Body)
	}, web.Created(), web.Summary("Begin the hand-over of rooms that are sold"))
	web.Get(a, "/handovers/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ByID) (Full, error) {
		return s.Get(ctx, who, in.ID)
	}, web.Summary("The hand-over of a room"))
	s.stepRoutes(a)
	s.fileRoutes(a)
	s.paperRoutes(a)
}

func (s *Service) stepRoutes(a *web.API) {
	web.Post(a, "/handovers/{id}/appoint", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByID
		Body Appointment
	}) (Full, error) {
		return s.Appoint(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Make or move the appointment"))
	web.Put(a, "/handovers/{id}/record", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByID
		Body Record
	}) (Full, error) {
		return s.Record(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("What was found and handed out"))
	web.Post(a, "/handovers/{id}/refuse", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByID
		Body struct {
			Why string `json:"why" maxLength:"500"`
		}
	}) (Full, error) {
		return s.Refuse(ctx, who, in.ID, in.Match, in.Body.Why)
	}, web.Summary("The owner does not take the room as it is"))
	web.Post(a, "/handovers/{id}/finish", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByID
		Body Finish
	}) (Full, error) {
		return s.Finish(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Hand the room over"))
	web.Put(a, "/handover-items/{id}/mended", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByItem
		Body struct {
			Mended bool `json:"mended"`
		}
	}) (Item, error) {
		return s.Mend(ctx, who, in.ID, in.Body.Mended)
	}, web.Summary("A defect was mended, or was not after all"), web.Unversioned("a switch: the last word counts"))
}

func (s *Service) fileRoutes(a *web.API) {
	web.Post(a, "/handover-items/{id}/photos", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByItem
		web.Upload
	}) (Photo, error) {
		_, f, _, err := in.File()
		if err != nil {
			return Photo{}, err
		}
		defer func() { _ = f.Close() }()
		return s.AddPhoto(ctx, who, in.ID, f)
	}, web.Created(), web.MaxBody(maxPhoto+1<<20), web.Summary("Attach a picture of a defect"), web.Unversioned("it adds a picture and changes none"))
	web.GetFile(a, "/handover-photos/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ByPhoto) (web.Download, error) {
		p, r, err := s.OpenPhoto(ctx, who, in.ID)
		return web.Stored("", p.Type, r), err
	}, web.Summary("A picture of a defect"))
	web.Post(a, "/room-papers/{id}/scan", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByPaper
		web.Upload
	}) (PaperView, error) {
		_, f, _, err := in.File()
		if err != nil {
			return PaperView{}, err
		}
		defer func() { _ = f.Close() }()
		return s.Scan(ctx, who, in.ID, f)
	}, web.Created(), web.MaxBody(maxScan+1<<20), web.Summary("Keep the scan of a paper"), web.Unversioned("the last scan is the one that counts"))
	web.GetFile(a, "/room-papers/{id}/scan", ActView, func(ctx context.Context, who authz.Actor, in *ByPaper) (web.Download, error) {
		p, r, err := s.OpenScan(ctx, who, in.ID)
		name := ""
		if p.Type == "application/pdf" {
			name = string(p.Kind) + "-" + p.Edition + ".pdf"
		}
		return web.Stored(name, p.Type, r), err
	}, web.Summary("The scan of a paper, for who sees names"))
}

func (s *Service) paperRoutes(a *web.API) {
	web.Get(a, "/rooms/{id}/papers", ActView, func(ctx context.Context, who authz.Actor, in *ByRoom) (web.List[PaperView], error) {
		out, err := s.Papers(ctx, who, in.ID)
		return web.All(out), err
	}, web.Summary("What was signed for a room"))
	web.Post(a, "/rooms/{id}/papers", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByRoom
		Body PaperBody
	}) (PaperView, error) {
		return s.Sign(ctx, who, in.ID, in.Body)
	}, web.Created(), web.Summary("Keep that a paper was signed"), web.Unversioned("it adds a paper; the one before stays as history"))
	web.Delete(a, "/room-papers/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ByPaper
	}) (web.None, error) {
		return web.None{}, s.Unsign(ctx, who, in.ID, in.Match)
	}, web.Summary("Take back a paper that was entered by mistake"))
}
