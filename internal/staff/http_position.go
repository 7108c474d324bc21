package staff

import (
	"context"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
)

// ChangeByID names a change of position in the path.
type ChangeByID struct {
	ID ChangeID `path:"id"`
}

type changeBody struct {
	Position   string      `json:"position" maxLength:"50"`
	Department db.ID       `json:"departmentId,omitempty"`
	Roles      []auth.Held `json:"roles" maxItems:"50" doc:"everything they hold afterwards; without community and region: at the company"`
	Day        clock.Day   `json:"day" doc:"from when on"`
	HandOverTo ID          `json:"handOverTo,omitempty" doc:"needed where something is open"`
	Reason     string      `json:"reason" maxLength:"1000"`
}

func (s *Service) positionRoutes(a *web.API) {
	web.Post(a, "/staff/{id}/position-changes", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		Body changeBody
	}) (Change, error) {
		b := in.Body
		return s.Ask(ctx, who, in.ID, Change{Position: b.Position, Department: b.Department, Roles: b.Roles, Day: b.Day, HandOverTo: b.HandOverTo, Reason: b.Reason})
	}, web.Created(), web.Summary("Ask for a change of position"), web.Unversioned("it asks; the decision looks at what is true by then"))
	web.Post(a, "/position-changes/{id}/cancel", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ChangeByID
		web.Match
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"1000"`
		}
	}) (Change, error) {
		return s.GiveUp(ctx, who, in.ID, in.Expect, in.Body.Reason)
	}, web.Summary("Give up a planned change of position"))
	web.Get(a, "/staff/{id}/history", ActEdit, func(ctx context.Context, who authz.Actor, in *ByID) (Record, error) {
		return s.HistoryOf(ctx, who, in.ID)
	}, web.Summary("Changes of position and of permissions"))
	web.Post(a, "/staff/{id}/revoke", auth.ActAssign, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Match
		Body struct {
			Roles  []auth.Held `json:"roles" maxItems:"50"`
			Reason string      `json:"reason" maxLength:"1000"`
		}
	}) (View, error) {
		return s.Revoke(ctx, who, in.ID, in.Expect, in.Body.Roles, in.Body.Reason)
	}, web.Summary("Take roles away at once"))
	web.Get(a, "/positions", ActView, func(ctx context.Context, who authz.Actor, _ *struct{}) (Positions, error) {
		return s.ListPositions(ctx, who)
	}, web.Summary("Positions and the roles they propose"))
	web.Put(a, "/positions", ActPositions, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		Body struct {
			Items []Position `json:"items" maxItems:"200"`
		}
	}) (Positions, error) {
		return s.SetPositions(ctx, who, in.Expect, Positions{Items: in.Body.Items})
	}, web.Summary("Change the list of positions"))
}
