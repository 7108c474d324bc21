package followup

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// ByID names a follow-up in the path.
type ByID struct {
	ID ID `path:"id"`
}

// InCommunity names a community in the query.
type InCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
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
		Channel string `json:"channel,omitempty" enum:"phone,visit,app,link" default:"phone"`
		Note    string `json:"note,omitempty" maxLength:"1000"`
	}
}

// AnswersBody are the answers as a face sends them.
type AnswersBody struct {
	Solved   bool     `json:"solved"`
	Attitude float64  `json:"attitude" doc:"1 to 5 in half steps"`
	Speed    float64  `json:"speed" doc:"1 to 5 in half steps"`
	Effect   float64  `json:"effect" doc:"1 to 5 in half steps"`
	Words    string   `json:"words,omitempty" maxLength:"2000"`
	Topics   []string `json:"topics,omitempty" maxItems:"8" enum:"attitude,speed,quality,price,communication,tidiness,suggestion,other"`
	Punctual *bool    `json:"punctual,omitempty"`
	Tidy     *bool    `json:"tidy,omitempty"`
	Conduct  *bool    `json:"conduct,omitempty"`
}

// Answers are what the body says, heard on a channel.
func (b AnswersBody) Answers(channel string) Answers {
	return Answers{Channel: channel, Solved: b.Solved, Ratings: Ratings{b.Attitude, b.Speed, b.Effect}, Words: b.Words, Topics: b.Topics, Punctual: b.Punctual, Tidy: b.Tidy, Conduct: b.Conduct}
}

type completeInput struct {
	ByID
	web.Match
	Body struct {
		AnswersBody
		Channel string   `json:"channel,omitempty" enum:"phone,visit,app,link" default:"phone"`
		Praised staff.ID `json:"praisedId,omitempty" doc:"whom the customer praised"`
		Blamed  staff.ID `json:"blamedId,omitempty"`
		Request *struct {
			Kind     ticket.Kind  `json:"kind" enum:"repair,service,inquiry,suggestion,praise,complaint"`
			Category string       `json:"category" maxLength:"60"`
			Grade    ticket.Grade `json:"grade" enum:"A,B,C"`
			Title    string       `json:"title" maxLength:"100"`
		} `json:"request,omitempty" doc:"something new: it becomes a ticket"`
		Promise *struct {
			At    clock.Instant `json:"at"`
			Words string        `json:"words" maxLength:"500"`
		} `json:"promise,omitempty" doc:"an answer that could not be given at once"`
	}
}

func (in *completeInput) outcome() Outcome {
	b := in.Body
	o := Outcome{Answers: b.Answers(b.Channel), Praised: b.Praised, Blamed: b.Blamed}
	if r := b.Request; r != nil {
		o.Request = &Request{r.Kind, r.Category, r.Grade, r.Title}
	}
	if p := b.Promise; p != nil {
		o.Promise = &Promise{p.At, p.Words}
	}
	return o
}

type figuresInput struct {
	InCommunity
	From clock.Day `query:"from" required:"true" doc:"first day"`
	To   clock.Day `query:"to" required:"true" doc:"last day"`
	By   string    `query:"by" enum:"worker,caller,department,category,rule" default:"worker"`
}

// ByToken names a follow-up by the link that was given out.
type ByToken struct {
	Token string `path:"token" maxLength:"200"`
}

type rated struct {
	State string `json:"state" enum:"due,done,not_reached,void"`
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
	}, web.Summary("Follow-ups to make, the first due at the top, a line for each household"))
	web.Get(a, "/followups/counts", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community"`
	}) (Counts, error) {
		return s.Counts(ctx, who, in.Community)
	}, web.Summary("How many calls wait"))
	audit.Export(s.Exports, a, "/followups/export.xlsx", ActExport, s.export, web.Summary("The call list as a spreadsheet"))
	web.Get(a, "/followups/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ByID) (View, error) {
		return s.Get(ctx, who, in.ID)
	}, web.Summary("A follow-up with its attempts and what else is due of the household"))
	web.Post(a, "/followups/{id}/attempt", ActRecord, func(ctx context.Context, who authz.Actor, in *attemptInput) (View, error) {
		return s.Attempt(ctx, who, in.ID, in.Expect, in.Body.Channel, in.Body.Note)
	}, web.Summary("Nobody was reached"))
	web.Post(a, "/followups/{id}/complete", ActRecord, func(ctx context.Context, who authz.Actor, in *completeInput) (View, error) {
		return s.Complete(ctx, who, in.ID, in.Expect, in.outcome())
	}, web.Summary("Record the customer's answers"))
	web.Post(a, "/followups/{id}/link", ActRecord, func(ctx context.Context, who authz.Actor, in *ByID) (Link, error) {
		return s.Link(ctx, who, in.ID)
	}, web.Unversioned("the link follows from the follow-up and changes nothing"), web.Summary("A link by which the customer answers"))
	s.figureRoutes(a)
	s.publicRoutes(a)
}

func (s *Service) figureRoutes(a *web.API) {
	web.Get(a, "/followups/figures", ActView, func(ctx context.Context, who authz.Actor, in *figuresInput) (Report, error) {
		return s.Figures(ctx, who, in.Community, in.From, in.To, in.By)
	}, web.Summary("How the follow-ups that fell due on some days went"))
	audit.Export(s.Exports, a, "/followups/figures/export.xlsx", ActExport, s.exportFigures, web.Summary("The figures of follow-ups as a spreadsheet"))
	web.Get(a, "/followups/settings", ActView, func(ctx context.Context, who authz.Actor, in *InCommunity) (Settings, error) {
		return s.Settings(ctx, who, in.Community)
	}, web.Summary("When a community follows up"))
	web.Put(a, "/followups/settings", ActSettings, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		InCommunity
		Body Settings
	}) (Settings, error) {
		return s.SetSettings(ctx, who, in.Community, in.Expect, in.Body)
	}, web.Summary("Change when a community follows up"))
}

// publicRoutes are for the holder of a link, who has no account.
func (s *Service) publicRoutes(a *web.API) {
	web.Get(a, "/rate/{token}", "", func(ctx context.Context, _ authz.Actor, in *ByToken) (Asked, error) {
		return s.Open(ctx, in.Token)
	}, web.Summary("What a link asks about"))
	web.Post(a, "/rate/{token}", "", func(ctx context.Context, _ authz.Actor, in *struct {
		ByToken
		Body AnswersBody
	}) (rated, error) {
		state, err := s.Rate(ctx, in.Token, in.Body.Answers("link"))
		return rated{state}, err
	}, web.Unversioned("a link is answered once"), web.Summary("Answer by the link"))
}
