package matter

import (
	"context"
	"slices"

	"guanjia/internal/followup"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
	"guanjia/internal/quote"
	"guanjia/internal/ticket"
)

// ByID names a matter in the path.
type ByID struct {
	ID ticket.ID `path:"id"`
}

type position struct {
	Before ticket.ID `json:"b"`
}

type listInput struct {
	web.Page
	Room housing.RoomID `query:"room" required:"true"`
	Open bool           `query:"open" doc:"what is not done yet; else what is"`
}

type reportInput struct {
	Body struct {
		Room     housing.RoomID `json:"roomId"`
		Kind     ticket.Kind    `json:"kind" enum:"repair,service,inquiry,suggestion,praise,complaint"`
		Category string         `json:"category" maxLength:"60"`
		Facet    string         `json:"facet,omitempty" maxLength:"30" doc:"which side of a fee it is about"`
		Words    string         `json:"words,omitempty" maxLength:"2000"`
		Outside  bool           `json:"outside,omitempty" doc:"not in the room, but in a public place"`
		Place    string         `json:"place,omitempty" maxLength:"30"`
		Position *ticket.Where  `json:"position,omitempty" doc:"where the phone is, of a public place only, and only if its owner lets it say so"`
		Earlier  ticket.ID      `json:"earlierId,omitempty" doc:"the ended matter of one's own that it takes up (TIC-04)"`
		Visit    *window        `json:"visit,omitempty" doc:"the window in which somebody is to come"`
		Wished   string         `json:"wished,omitempty" maxLength:"240" doc:"when somebody would be welcome, in words"`
	}
}

// window names a window of a day.
type window struct {
	Day  clock.Day `json:"day"`
	Slot string    `json:"slot" maxLength:"20"`
}

func (w *window) wanted() *ticket.Wanted {
	if w == nil {
		return nil
	}
	return &ticket.Wanted{Day: w.Day, Slot: w.Slot}
}

type wordsInput struct {
	ByID
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"2000"`
	}
}

// ByQuote names what is offered in the path.
type ByQuote struct {
	ID quote.ID `path:"id"`
}

type photoView struct {
	ID   ticket.PhotoID `json:"id"`
	Kind string         `json:"kind" enum:"before,voice,video,signature"`
}

// Routes is the API of a resident's own matters.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/resident/categories", ActReport, func(context.Context, authz.Actor, *struct{}) (web.List[ticket.Category], error) {
		all := slices.Clone(ticket.TreeOf(s.DB).Categories())
		return web.All(slices.DeleteFunc(all, func(c ticket.Category) bool { return c.Hidden })), nil
	}, web.Summary("What a matter can be about"))
	web.Get(a, "/resident/tickets", ActView, func(ctx context.Context, who authz.Actor, in *listInput) (web.List[ticket.OwnView], error) {
		at, err := web.After[position](in.Cursor)
		if err != nil {
			return web.List[ticket.OwnView]{}, err
		}
		all, err := s.List(ctx, who, in.Room, in.Open, at.Before, in.Limit+1)
		return web.Paged(all, in.Limit, func(v ticket.OwnView) position { return position{v.ID} }), err
	}, web.Summary("The matters of my room, the latest first"))
	web.Post(a, "/resident/tickets", ActReport, func(ctx context.Context, who authz.Actor, in *reportInput) (Full, error) {
		b := in.Body
		return s.Report(ctx, who, Report{Room: b.Room, Kind: b.Kind, Category: b.Category, Facet: b.Facet, Words: b.Words, Outside: b.Outside, Place: b.Place, At: b.Position, Visit: b.Visit.wanted(), Wished: b.Wished, Earlier: b.Earlier})
	}, web.Created(), web.Summary("Report something"))
	web.Get(a, "/resident/tickets/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ByID) (Full, error) {
		return s.Get(ctx, who, in.ID)
	}, web.Summary("One of my matters with its story"))
	s.stepRoutes(a)
	s.visitRoutes(a)
	s.photoRoutes(a)
}

func (s *Service) visitRoutes(a *web.API) {
	free := web.Unversioned("the window says what is still free, and the state of the matter what is possible")
	web.Get(a, "/resident/visit-slots", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Room     housing.RoomID `query:"room" required:"true"`
		Category string         `query:"category" maxLength:"60"`
		Ticket   ticket.ID      `query:"ticket" doc:"the matter whose appointment is moved"`
	}) (web.List[ticket.SlotView], error) {
		all, err := s.Slots(ctx, who, in.Room, in.Category, in.Ticket)
		return web.All(all), err
	}, web.Summary("The windows that are free for a matter of my room"))
	web.Post(a, "/resident/tickets/{id}/appoint", ActSay, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		Body window
	}) (Full, error) {
		return s.Appoint(ctx, who, in.ID, *in.Body.wanted())
	}, free, web.Summary("Choose when somebody comes, or move it"))
	web.Post(a, "/resident/tickets/{id}/call-off", ActSay, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		Body struct {
			Text string `json:"text,omitempty" maxLength:"2000"`
		}
	}) (Full, error) {
		return s.CallOff(ctx, who, in.ID, in.Body.Text)
	}, free, web.Summary("Cancel the appointment; the matter stays"))
}

// stepRoutes take no version: two people of one household say two things, and
// what is no longer possible is refused by the state of the matter.
func (s *Service) stepRoutes(a *web.API) {
	free := web.Unversioned("the state of the matter says what is still possible")
	for does, summary := range map[Does]string{Say: "Say something about it", Withdraw: "Take it back", Unsettled: "It is not settled: open it again"} {
		act := ActJudge
		if does != Unsettled {
			act = ActSay
		}
		web.Post(a, "/resident/tickets/{id}/"+string(does), act, func(ctx context.Context, who authz.Actor, in *wordsInput) (Full, error) {
			return s.Do(ctx, who, in.ID, does, in.Body.Text)
		}, free, web.Summary(summary))
	}
	web.Post(a, "/resident/quotes/{id}/accept", ActJudge, func(ctx context.Context, who authz.Actor, in *ByQuote) (Full, error) {
		return s.Answer(ctx, who, in.ID, quote.Accepted, "")
	}, free, web.Summary("Agree to what the work costs"))
	web.Post(a, "/resident/quotes/{id}/decline", ActJudge, func(ctx context.Context, who authz.Actor, in *struct {
		ByQuote
		Body struct {
			Text string `json:"text" minLength:"1" maxLength:"500"`
		}
	}) (Full, error) {
		return s.Answer(ctx, who, in.ID, quote.Declined, in.Body.Text)
	}, free, web.Summary("Do not agree, with a reason"))
	web.Post(a, "/resident/tickets/{id}/settled", ActJudge, func(ctx context.Context, who authz.Actor, in *ByID) (Full, error) {
		return s.Do(ctx, who, in.ID, Settled, "")
	}, free, web.Summary("It is settled"))
	web.Post(a, "/resident/tickets/{id}/rate", ActJudge, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		Body followup.AnswersBody
	}) (Full, error) {
		return s.Rate(ctx, who, in.ID, in.Body.Answers("app"))
	}, free, web.Summary("Rate it, once"))
}

func (s *Service) photoRoutes(a *web.API) {
	web.Post(a, "/resident/tickets/{id}/photos", ActReport, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Upload
	}) (photoView, error) {
		return s.addFile(ctx, who, in.ID, "before", in.Upload)
	}, web.Created(), web.MaxBody(21<<20), web.Unversioned("a picture is added"), web.Summary("Add a picture"))
	web.Post(a, "/resident/tickets/{id}/recordings", ActReport, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Upload
		Kind string `query:"kind" enum:"voice,video" required:"true"`
	}) (photoView, error) {
		return s.addFile(ctx, who, in.ID, in.Kind, in.Upload)
	}, web.Created(), web.MaxBody(ticket.MaxRecording), web.Unversioned("a recording is added"), web.Summary("Add a recording"))
	web.Post(a, "/resident/tickets/{id}/signature", ActJudge, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Upload
	}) (photoView, error) {
		_, file, _, err := in.File()
		if err != nil {
			return photoView{}, err
		}
		defer func() { _ = file.Close() }()
		p, err := s.Sign(ctx, who, in.ID, file)
		return photoView{p.ID, p.Kind}, err
	}, web.Created(), web.MaxBody(21<<20), web.Unversioned("what waits for a signature takes one"), web.Summary("Sign what was found, done and is advised"))
	web.GetFile(a, "/resident/photos/{id}", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ID ticket.PhotoID `path:"id"`
	}) (web.Download, error) {
		p, r, err := s.Photo(ctx, who, in.ID)
		if err != nil {
			return web.Download{}, err
		}
		return web.Stored("", p.Type, r), nil
	}, web.Summary("A picture or recording of one of my matters"))
}

func (s *Service) addFile(ctx context.Context, who authz.Actor, id ticket.ID, kind string, up web.Upload) (photoView, error) {
	_, file, _, err := up.File()
	if err != nil {
		return photoView{}, err
	}
	defer func() { _ = file.Close() }()
	p, err := s.AddFile(ctx, who, id, kind, file)
	return photoView{p.ID, p.Kind}, err
}
