package ticket

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
)

// ViewEdit names a saved view and the version that was seen.
type ViewEdit struct {
	web.Match
	ID ViewID `path:"id"`
}

// ViewBody is what somebody keeps.
type ViewBody struct {
	Name   string      `json:"name" maxLength:"200"`
	Filter SavedFilter `json:"filter"`
	Shared bool        `json:"shared,omitempty" doc:"everybody who sees the community's tickets may choose it"`
}

// boardRoutes are those of lists: giving many at once, and views that are kept (TIC-10).
func (s *Service) boardRoutes(a *web.API) {
	web.Post(a, "/ticket-dispatches", ActDispatch, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			To        staff.ID          `json:"to"`
			Tickets   []Chosen          `json:"tickets" minItems:"1" maxItems:"100"`
			Word      string            `json:"word,omitempty" maxLength:"2000" doc:"why what is for the senior on duty goes to another"`
		}
	}) (web.List[Ticket], error) {
		all, err := s.DispatchMany(ctx, who, in.Body.Community, in.Body.Tickets, in.Body.To, in.Body.Word)
		return web.All(all), err
	}, web.Summary("Give several tickets to one, all or none"), web.Unversioned("each ticket carries the version that was seen"))
	web.Get(a, "/hot-matters", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[HotMatter], error) {
		all, err := s.Hot(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("What more households than usual report within seven days"))
	web.Get(a, "/ticket-views", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[MineToo], error) {
		all, err := s.Views(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("The caller's saved views, and those that others share"))
	web.Post(a, "/ticket-views", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			ViewBody
		}
	}) (MineToo, error) {
		b := in.Body
		return s.KeepView(ctx, who, b.Community, b.Name, b.Filter, b.Shared)
	}, web.Created(), web.Summary("Save a filter under a name"))
	web.Put(a, "/ticket-views/{id}", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ViewEdit
		Body ViewBody
	}) (MineToo, error) {
		return s.EditView(ctx, who, in.ID, in.Expect, in.Body.Name, in.Body.Filter, in.Body.Shared)
	}, web.Summary("Change a view of one's own"))
	web.Delete(a, "/ticket-views/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ViewEdit) (web.None, error) {
		return web.None{}, s.DropView(ctx, who, in.ID, in.Expect)
	}, web.Summary("Throw a view of one's own away"))
}
