package ticket

import (
	"context"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

type mergeInput struct {
	ByID
	web.Match
	Body struct {
		Into ID `json:"into" doc:"the ticket that stays"`
	}
}

type matterInput struct {
	Body struct {
		Community authz.CommunityID `json:"community"`
		Room      housing.RoomID    `json:"roomId,omitempty"`
		Place     string            `json:"place,omitempty" maxLength:"400"`
		Category  string            `json:"category" maxLength:"60"`
		Title     string            `json:"title,omitempty" maxLength:"400"`
	}
}

// mergeRoutes are those of tickets that tell of the same matter (TIC-11).
func (s *Service) mergeRoutes(a *web.API) {
	web.Get(a, "/tickets/{id}/twins", ActView, func(ctx context.Context, who authz.Actor, in *ByID) (web.List[Twin], error) {
		rows, err := s.TwinsOf(ctx, who, in.ID)
		return web.All(rows), err
	}, web.Summary("Open tickets at the same place that may tell of the same matter"))
	web.Post(a, "/ticket-twins", ActView, func(ctx context.Context, who authz.Actor, in *matterInput) (web.List[Twin], error) {
		b := in.Body
		rows, err := s.Twins(ctx, who, Matter{b.Community, b.Room, b.Place, b.Category, b.Title})
		return web.All(rows), err
	}, web.Summary("Open tickets at a place that may tell of the same matter, before one is opened"), web.Unversioned("it changes nothing; the words stay out of addresses and their logs"))
	post(s, a, "merge", ActMerge, "End it because another ticket tells of the same matter", func(ctx context.Context, who authz.Actor, in *mergeInput) (Ticket, error) {
		return s.Merge(ctx, who, in.ID, in.Expect, in.Body.Into)
	})
	post(s, a, "part", ActMerge, "Make a merged ticket one of its own again", func(ctx context.Context, who authz.Actor, in *Edit) (Ticket, error) {
		return s.Part(ctx, who, in.ID, in.Expect)
	})
}
