package followup

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// ByID names a follow-up in the path.
type ByID struct {
	ID ID `path:"id"`
}

type listInput struct {
	web.Page
	Community authz.CommunityID `query:"community"`
	State     string            `query:"state" enum:"due,done,not_reached,all" default:"due"`
}

type attemptInput struct {
	ByID
	web.Match
	Body struct {
		Note string `json:"note,omitempty" maxLength:"1000"`
	}
}

type completeInput struct {
	ByID
	web.Match
	Body struct {
		Solved   bool    `json:"solved"`
		Attitude float64 `json:"attitude" doc:"1 to 5 in half steps"`
		Speed    float64 `json:"speed" doc:"1 to 5 in half steps"`
		Effect   float64 `json:"effect" doc:"1 to 5 in half steps"`
		Words    string  `json:"words,omitempty" maxLength:"2000"`
	}
}

// Routes is the API of follow-ups.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/followups", ActView, func(ctx context.Context, who authz.Actor, in *listInput) (web.List[View], error) {
		after, err := web.After[position](in.Cursor)
		if err != nil {
			return web.List[View]{}, err
		}
		all, err := s.List(ctx, who, in.Community, in.State, after, in.Limit+1)
		return web.Paged(all, in.Limit, func(v View) position { return position{v.DueAt, v.ID} }), err
	}, web.Summary("Follow-ups to make, the first due at the top"))
	web.Post(a, "/followups/{id}/attempt", ActRecord, func(ctx context.Context, who authz.Actor, in *attemptInput) (View, error) {
		return s.Attempt(ctx, who, in.ID, in.Expect, in.Body.Note)
	}, web.Summary("Nobody answered"))
	web.Post(a, "/followups/{id}/complete", ActRecord, func(ctx context.Context, who authz.Actor, in *completeInput) (View, error) {
		b := in.Body
		return s.Complete(ctx, who, in.ID, in.Expect, b.Solved, Ratings{b.Attitude, b.Speed, b.Effect}, b.Words)
	}, web.Summary("Record the customer's answers"))
}
