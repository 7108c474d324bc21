package extract

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

// What is named in the path or the query.
type (
	// Days are the days of a statement and its language.
	Days struct {
		From clock.Day `query:"from" required:"true"`
		To   clock.Day `query:"to" required:"true" doc:"the last day; at most five years"`
		Lang string    `query:"lang" enum:"zh,en," doc:"left out: as its reader chose"`
	}
	// AtRoom names a room.
	AtRoom struct {
		ID housing.RoomID `path:"id"`
		Days
	}
	// AtCustomer names a customer.
	AtCustomer struct {
		ID   customer.ID `path:"id"`
		Form Form        `query:"form" enum:"payer,company" default:"payer" doc:"company: with the rooms that an organisation rents"`
		Days
	}
	// AtCommunity names the community whose developer it is.
	AtCommunity struct {
		ID authz.CommunityID `path:"id"`
		Days
	}
	// OwnAsked is a statement of the caller's own.
	OwnAsked struct {
		Room housing.RoomID `query:"room" required:"true"`
		Form Form           `query:"form" enum:"room,payer" default:"room" doc:"payer: all that is billed to me in the community"`
		Days
	}
)

func (in *AtRoom) asked() Asked {
	return Asked{Form: ByRoom, Room: in.ID, From: in.From, To: in.To, Lang: in.Lang}
}

func (in *AtCustomer) asked() Asked {
	return Asked{Form: in.Form, Customer: in.ID, From: in.From, To: in.To, Lang: in.Lang}
}

func (in *AtCommunity) asked() Asked {
	return Asked{Form: ByDeveloper, Community: in.ID, From: in.From, To: in.To, Lang: in.Lang}
}

func (in *OwnAsked) asked() Asked {
	return Asked{Form: in.Form, Room: in.Room, From: in.From, To: in.To, Lang: in.Lang}
}

// Routes is the API of statements of account.
func (s *Service) Routes(a *web.API) {
	routesOf(s, a, "/rooms/{id}/extract", (*AtRoom).asked, "The statement of account of a room")
	routesOf(s, a, "/customers/{id}/extract", (*AtCustomer).asked, "The statement of account of who pays, over all their rooms")
	routesOf(s, a, "/communities/{id}/developer-extract", (*AtCommunity).asked, "The statement of account of a community's developer")
	s.wishRoutes(a)
	s.ownRoutes(a)
}

// routesOf are the ways to one kind of statement: to read, as a workbook.
func routesOf[I any](s *Service, a *web.API, path string, asked func(*I) Asked, summary string) {
	web.Get(a, path, ActView, func(ctx context.Context, who authz.Actor, in *I) (Statement, error) {
		return s.Statement(ctx, who, ActView, asked(in))
	}, web.Summary(summary), web.Slow())
	audit.Export(s.Exports, a, path+"/export.xlsx", ActExport, func(ctx context.Context, who authz.Actor, in *I) (audit.Table, error) {
		return s.Exported(ctx, who, asked(in))
	}, web.Summary(summary+" as a spreadsheet"), web.Slow())
	audit.Export(s.Exports, a, path+"/statement.pdf", ActView, func(ctx context.Context, who authz.Actor, in *I) (audit.Table, error) {
		st, err := s.Statement(ctx, who, ActView, asked(in))
		return st.printed(asked(in), s.DB.Now().Time()), err
	}, web.Summary(summary+" on paper, as PDF"), web.Slow())
}

func (s *Service) wishRoutes(a *web.API) {
	web.Get(a, "/customers/{id}/extract-preference", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ID customer.ID `path:"id"`
	}) (Chosen, error) {
		return s.Preference(ctx, who, in.ID)
	}, web.Summary("How a customer wants statements of account"))
	web.Put(a, "/customers/{id}/extract-preference", ActPrefer, func(ctx context.Context, who authz.Actor, in *struct {
		ID customer.ID `path:"id"`
		web.Match
		Body Wish
	}) (Chosen, error) {
		return s.Prefer(ctx, who, in.ID, in.Expect, in.Body)
	}, web.Summary("Change how a customer wants statements of account"))
	web.Get(a, "/rooms/{id}/extract-preference", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ID housing.RoomID `path:"id"`
	}) (Chosen, error) {
		return s.OfRoom(ctx, who, in.ID)
	}, web.Summary("How who pays for a room wants statements of account"))
	web.Get(a, "/extract-rules", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (Rules, error) {
		return s.Settings(ctx, who, in.Community)
	}, web.Summary("When statements of account go out"))
	web.Put(a, "/extract-rules", ActSettings, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		Community authz.CommunityID `query:"community" required:"true"`
		Body      struct {
			Day int64 `json:"day" minimum:"1" maximum:"28" doc:"of the month"`
		}
	}) (Rules, error) {
		return s.SetRules(ctx, who, in.Community, in.Expect, in.Body.Day)
	}, web.Summary("Change when statements of account go out"))
	web.Get(a, "/extracts", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Filter
	}) (web.List[MadeView], error) {
		before, err := web.After[MadeID](in.Cursor)
		if err != nil {
			return web.List[MadeView]{}, err
		}
		all, err := s.List(ctx, who, in.Filter, before, in.Limit)
		return web.Paged(all, in.Limit, func(m MadeView) MadeID { return m.ID }), err
	}, web.Summary("Statements of account that were sent"))
}

func (s *Service) ownRoutes(a *web.API) {
	web.Get(a, "/resident/extract", ActOwn, func(ctx context.Context, who authz.Actor, in *OwnAsked) (Statement, error) {
		return s.Own(ctx, who, in.asked())
	}, web.Summary("My statement of account"), web.Slow())
	web.GetFile(a, "/resident/extract/statement.pdf", ActOwn, func(ctx context.Context, who authz.Actor, in *OwnAsked) (web.Download, error) {
		return s.download(s.Own(ctx, who, in.asked()))
	}, web.Summary("My statement of account as PDF"), web.Slow())
	web.Get(a, "/resident/extracts", ActOwn, func(ctx context.Context, who authz.Actor, in *struct {
		Room housing.RoomID `query:"room" required:"true"`
	}) (web.List[Made], error) {
		all, err := s.OwnMade(ctx, who, in.Room)
		return web.All(all), err
	}, web.Summary("Statements of account that I was sent"))
	web.Get(a, "/resident/extracts/{id}", ActOwn, func(ctx context.Context, who authz.Actor, in *struct {
		ID MadeID `path:"id"`
	}) (Statement, error) {
		return s.OwnOne(ctx, who, in.ID)
	}, web.Summary("A statement of account that I was sent, as it reads now"), web.Slow())
	web.GetFile(a, "/resident/extracts/{id}/statement.pdf", ActOwn, func(ctx context.Context, who authz.Actor, in *struct {
		ID MadeID `path:"id"`
	}) (web.Download, error) {
		return s.download(s.OwnOne(ctx, who, in.ID))
	}, web.Summary("A statement of account that I was sent, as PDF"), web.Slow())
	web.Get(a, "/resident/extract-preference", ActOwn, func(ctx context.Context, who authz.Actor, in *struct {
		Room housing.RoomID `query:"room" required:"true"`
	}) (Chosen, error) {
		return s.OwnPreference(ctx, who, in.Room)
	}, web.Summary("How my household wants statements of account"))
	web.Put(a, "/resident/extract-preference", ActOwnPrefer, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		Room housing.RoomID `query:"room" required:"true"`
		Body Wish
	}) (Chosen, error) {
		return s.OwnPrefer(ctx, who, in.Room, in.Expect, in.Body)
	}, web.Summary("Choose how my household's statements of account come"))
}

// download is one's own statement to keep: nobody else took it out.
func (s *Service) download(st Statement, err error) (web.Download, error) {
	if err != nil {
		return web.Download{}, err
	}
	raw, err := st.PDF(st.Place.Name, s.DB.Now().Time())
	return web.PDF(st.FileName(), raw), err
}
