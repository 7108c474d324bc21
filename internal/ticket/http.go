package ticket

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/facility"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
)

// ByID names a ticket in the path.
type ByID struct {
	ID ID `path:"id"`
}

// Edit names a ticket and the version that was seen.
type Edit struct {
	ByID
	web.Match
}

// FilterInput is the query of lists and exports.
type FilterInput struct {
	Community authz.CommunityID `query:"community"`
	View      string            `query:"view" enum:"mine,mentored,department,due,breached,unassigned,held,verify,followup,all" default:"all"`
	Status    []Status          `query:"status" enum:"new,dispatched,accepted,en_route,arrived,working,held,resolved,followed_up,archived,cancelled" maxItems:"12"`
	Grade     []Grade           `query:"grade" enum:"A,B,C" maxItems:"3"`
	Kind      []Kind            `query:"kind" enum:"repair,service,inquiry,suggestion,praise,complaint" maxItems:"6"`
	Dept      string            `query:"dept" maxLength:"40" doc:"of categories whose work this department does"`
	Category  string            `query:"category" maxLength:"60"`
	Facet     string            `query:"facet" maxLength:"30"`
	Building  staff.BuildingID  `query:"building"`
	Room      housing.RoomID    `query:"room"`
	Facility  facility.ID       `query:"facility"`
	Q         string            `query:"q" maxLength:"100"`
}

func (in FilterInput) filter() Filter {
	return Filter{Community: in.Community, View: in.View, Status: in.Status, Grade: in.Grade, Kind: in.Kind, Dept: in.Dept, Category: in.Category, Facet: in.Facet, Building: in.Building, Room: in.Room, Facility: in.Facility, Q: in.Q}
}

// Where is what a phone says of its position.
type Where struct {
	Latitude  *int64 `json:"latitude,omitempty" minimum:"-90000000" maximum:"90000000" doc:"millionths of a degree"`
	Longitude *int64 `json:"longitude,omitempty" minimum:"-180000000" maximum:"180000000" doc:"millionths of a degree"`
}

type arriveInput struct {
	Edit
	Body *Where // as far as who checks in lets the phone say it
}

type listInput struct {
	FilterInput
	web.Page
}

type openInput struct {
	Body struct {
		Community     authz.CommunityID `json:"community"`
		Kind          Kind              `json:"kind,omitempty" enum:"repair,service,inquiry,suggestion,praise,complaint" default:"repair"`
		Room          housing.RoomID    `json:"roomId,omitempty"`
		RoomLabel     string            `json:"roomLabel,omitempty" maxLength:"60" doc:"3栋2单元1502, 3-2-1502, 3#2-1502 …"`
		Place         string            `json:"place,omitempty" maxLength:"200" doc:"a public place, when no room is meant"`
		Facility      facility.ID       `json:"facilityId,omitempty" doc:"a facility can be the place"`
		Customer      customer.ID       `json:"customerId,omitempty"`
		ContactName   string            `json:"contactName,omitempty" maxLength:"200"`
		ContactMobile string            `json:"contactMobile,omitempty" maxLength:"40"`
		Position      *Where            `json:"position,omitempty" doc:"where the reporter's phone is, of a public place only (TIC-01)"`
		Category      string            `json:"category" maxLength:"60"`
		Facet         string            `json:"facet,omitempty" maxLength:"30" doc:"which side of a fee it is about (TIC-01a)"`
		Grade         Grade             `json:"grade" enum:"A,B,C"`
		Title         string            `json:"title" maxLength:"400"`
		Description   string            `json:"description,omitempty" maxLength:"20000"`
		Channel       string            `json:"channel" enum:"phone,visit,app,patrol"`
		Remote        bool              `json:"remote,omitempty" doc:"remote help would do: a visit then needs the leader's yes (TIC-05a)"`
		NotForced     string            `json:"notForced,omitempty" maxLength:"800" doc:"why it is no emergency although its words sound like one (TIC-12)"`
		Visit         *Wanted           `json:"visit,omitempty" doc:"the window in which somebody is to come"`
		Earlier       ID                `json:"earlierId,omitempty" doc:"the ended ticket whose matter it takes up"`
		Wished        string            `json:"wished,omitempty" maxLength:"240" doc:"when the customer would like somebody to come, in their words"`
	}
}

// Routes is the API of tickets.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/categories", ActView, func(context.Context, authz.Actor, *struct{}) (web.List[Category], error) {
		return web.All(TreeOf(s.DB).Categories()), nil
	}, web.Summary("The tree of categories"))
	web.Get(a, "/tickets", ActView, s.getTickets, web.Summary("Tickets, the one whose clock falls due first at the top"))
	web.Get(a, "/tickets/counts", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community"`
	}) (Counts, error) {
		return s.Counts(ctx, who, in.Community)
	}, web.Summary("How many tickets each view holds"))
	web.Get(a, "/buildings/{id}/open-tickets", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ID staff.BuildingID `path:"id"`
	}) (web.List[InRoom], error) {
		rows, err := s.OpenIn(ctx, who, in.ID)
		return web.All(rows), err
	}, web.Summary("The open tickets of a building's rooms, counted"))
	audit.Export(s.Exports, a, "/tickets/export.xlsx", ActExport, s.export, web.Summary("A list as a spreadsheet"))
	web.Post(a, "/tickets", ActOpen, func(ctx context.Context, who authz.Actor, in *openInput) (Ticket, error) {
		b := in.Body
		return s.Open(ctx, who, Intake{
			Community: b.Community, Kind: b.Kind, Room: b.Room, RoomLabel: b.RoomLabel, Place: b.Place, Facility: b.Facility, Customer: b.Customer, ContactName: b.ContactName,
			ContactMobile: b.ContactMobile, Category: b.Category, Grade: b.Grade, Title: b.Title, Description: b.Description, Channel: b.Channel, NotForced: b.NotForced, Remote: b.Remote, Visit: b.Visit, Wished: b.Wished, Earlier: b.Earlier, Facet: b.Facet, At: b.Position,
		})
	}, web.Created(), web.Summary("Open a ticket"))
	web.Get(a, "/tickets/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ByID) (Full, error) {
		return s.Get(ctx, who, in.ID)
	}, web.Summary("A ticket with clocks, timeline and photos"))
	s.mergeRoutes(a)
	s.boardRoutes(a)
	s.workRoutes(a)
	s.lifeRoutes(a)
	s.settingRoutes(a)
	s.treeRoutes(a)
	s.taskRoutes(a)
	s.visitRoutes(a)
	web.Post(a, "/tickets/{id}/reveal", ActReveal, func(ctx context.Context, who authz.Actor, in *contactInput) (Revealed, error) {
		value, err := s.Reveal(ctx, who, in.ID, in.Body.Field)
		return Revealed{value}, err
	}, web.Summary("Show the contact's name or number in full; leaves a trail"), web.Unversioned("it changes nothing but the trail"))
	s.photoRoutes(a)
}

func (s *Service) photoRoutes(a *web.API) {
	web.Post(a, "/tickets/{id}/photos", ActPhoto, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Upload
		Kind string `query:"kind" enum:"before,after,signature,stamp,slip" required:"true"`
	}) (Photo, error) {
		return s.addFile(ctx, who, in.ID, in.Kind, in.Upload)
	}, web.Created(), web.MaxBody(maxPhoto+1<<20), web.Summary("Attach a picture; with a signature, the fields cause, remedy and advice are what was read before it"), web.Unversioned("it adds a picture and changes none"))
	web.Post(a, "/tickets/{id}/recordings", ActPhoto, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Upload
		Kind string `query:"kind" enum:"voice,video" required:"true"`
	}) (Photo, error) {
		return s.addFile(ctx, who, in.ID, in.Kind, in.Upload)
	}, web.Created(), web.MaxBody(MaxRecording), web.Summary("Attach a recording"), web.Unversioned("it adds a recording and changes none"))
	web.GetFile(a, "/files/{id}", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ID PhotoID `path:"id"`
	}) (web.Download, error) {
		p, r, err := s.Photo(ctx, who, in.ID)
		if err != nil {
			return web.Download{}, err
		}
		return web.Stored("", p.Type, r), nil
	}, web.Summary("A picture or a recording"))
}

func (s *Service) addFile(ctx context.Context, who authz.Actor, id ID, kind string, up web.Upload) (Photo, error) {
	_, f, _, err := up.File()
	if err != nil {
		return Photo{}, err
	}
	defer func() { _ = f.Close() }()
	return s.AddSigned(ctx, who, id, kind, f, readBefore(kind, up))
}

// readBefore is what was read before a signature; nil where the phone showed nothing.
func readBefore(kind string, up web.Upload) *Signed {
	if _, shown := up.RawBody.Value["remedy"]; !shown || kind != "signature" && kind != "stamp" {
		return nil
	}
	return &Signed{up.Value("cause"), up.Value("remedy"), up.Value("advice")}
}

type signInput struct {
	Edit
	Body struct {
		Cause  string `json:"cause,omitempty" maxLength:"4000"`
		Remedy string `json:"remedy" maxLength:"4000"`
		Advice string `json:"advice,omitempty" maxLength:"4000"`
	}
}

type contactInput struct {
	ByID
	Body struct {
		Field string `json:"field" enum:"name,mobile"`
	}
}

// Revealed is one field in full.
type Revealed struct {
	Value string `json:"value"`
}

func (s *Service) getTickets(ctx context.Context, who authz.Actor, in *listInput) (web.List[RowView], error) {
	f := in.filter()
	var err error
	if f.After, err = web.After[Position](in.Cursor); err != nil {
		return web.List[RowView]{}, err
	}
	f.Limit = in.Limit + 1
	rows, err := s.List(ctx, who, f)
	return web.Paged(rows, in.Limit, func(r RowView) Position { return Position{r.SortDue, r.ID} }), err
}

// stepBody is what the steps are told; each uses its own part.
type (
	dispatchInput struct {
		Edit
		Body struct {
			To   staff.ID `json:"to"`
			Word string   `json:"word,omitempty" maxLength:"2000" doc:"why what is for the senior on duty goes to another (TIC-05a)"`
		}
	}
	reasonInput struct {
		Edit
		Body struct {
			Reason string `json:"reason" maxLength:"2000"`
		}
	}
	tellInput struct {
		Edit
		Body struct {
			Channel string         `json:"channel" enum:"phone,sms,wechat,visit,app"`
			Text    string         `json:"text" maxLength:"4000"`
			Arrival *clock.Instant `json:"arrivalAt,omitempty"`
		}
	}
	unreachedInput struct {
		Edit
		Body struct {
			Channel string   `json:"channel" enum:"phone,sms,wechat,visit,app"`
			Text    string   `json:"text,omitempty" maxLength:"2000"`
			Second  staff.ID `json:"second,omitempty" doc:"who keeps calling too; none: the first-contact owner"`
		}
	}
	resolveInput struct {
		Edit
		Body struct {
			Cause   string `json:"cause,omitempty" maxLength:"4000"`
			Remedy  string `json:"remedy" maxLength:"4000"`
			Advice  string `json:"advice,omitempty" maxLength:"4000" doc:"to the customer"`
			Parts   string `json:"parts,omitempty" maxLength:"2000" doc:"what was used"`
			Minutes int64  `json:"minutes,omitempty" minimum:"0" maximum:"10000" doc:"time spent on it"`
		}
	}
	noteInput struct {
		Edit
		Body struct {
			Text string `json:"text" maxLength:"20000"`
		}
	}
	gradeInput struct {
		Edit
		Body struct {
			Grade  Grade  `json:"grade" enum:"A,B,C"`
			Reason string `json:"reason" maxLength:"2000"`
		}
	}
)

func (s *Service) workRoutes(a *web.API) {
	post(s, a, "dispatch", ActDispatch, "Give it to a member of staff", func(ctx context.Context, who authz.Actor, in *dispatchInput) (Ticket, error) {
		return s.DispatchPast(ctx, who, in.ID, in.Expect, in.Body.To, in.Body.Word)
	})
	post(s, a, "accept", ActAccept, "Say that one will come", func(ctx context.Context, who authz.Actor, in *Edit) (Ticket, error) {
		return s.Accept(ctx, who, in.ID, in.Expect)
	})
	web.Post(a, "/tickets/{id}/claim", ActClaim, func(ctx context.Context, who authz.Actor, in *ByID) (Full, error) {
		if _, err := s.Claim(ctx, who, in.ID); err != nil && !db.Replayed(err) {
			return Full{}, err
		}
		return s.Get(ctx, who, in.ID)
	}, web.Summary("Take a ticket that is offered to who is on duty"), web.Unversioned("who comes first has it, and the other is told who"))
	web.Get(a, "/claims", ActClaim, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (Claims, error) {
		return s.Claimable(ctx, who, in.Community)
	}, web.Summary("What the caller could claim now"))
	post(s, a, "refuse", ActRefuse, "Send it back to dispatch", func(ctx context.Context, who authz.Actor, in *reasonInput) (Ticket, error) {
		return s.Refuse(ctx, who, in.ID, in.Expect, in.Body.Reason)
	})
	post(s, a, "tell", ActTell, "Record what the customer was told", func(ctx context.Context, who authz.Actor, in *tellInput) (Ticket, error) {
		return s.Tell(ctx, who, in.ID, in.Expect, in.Body.Channel, in.Body.Text, in.Body.Arrival)
	})
	post(s, a, "attempt", ActTell, "Note that the customer was not reached", func(ctx context.Context, who authz.Actor, in *unreachedInput) (Ticket, error) {
		return s.Attempt(ctx, who, in.ID, in.Expect, Unreached{in.Body.Channel, in.Body.Text, in.Body.Second})
	})
	post(s, a, "arrive", ActArrive, "Check in at the door", func(ctx context.Context, who authz.Actor, in *arriveInput) (Ticket, error) {
		return s.ArriveAt(ctx, who, in.ID, in.Expect, in.Body)
	})
	post(s, a, "start", ActStart, "Begin the work", func(ctx context.Context, who authz.Actor, in *Edit) (Ticket, error) {
		return s.Start(ctx, who, in.ID, in.Expect)
	})
	post(s, a, "resolve", ActResolve, "End the work", func(ctx context.Context, who authz.Actor, in *resolveInput) (Ticket, error) {
		return s.Resolve(ctx, who, in.ID, in.Expect, Outcome{in.Body.Cause, in.Body.Remedy, in.Body.Advice, in.Body.Parts, in.Body.Minutes})
	})
	post(s, a, "ask-signature", ActResolve, "Ask the customer to sign on their phone what was found, done and is advised", func(ctx context.Context, who authz.Actor, in *signInput) (Ticket, error) {
		return s.AskSignature(ctx, who, in.ID, in.Expect, Signed(in.Body))
	})
	post(s, a, "note", ActNote, "Add an inside note", func(ctx context.Context, who authz.Actor, in *noteInput) (Ticket, error) {
		return s.Note(ctx, who, in.ID, in.Expect, in.Body.Text)
	})
	post(s, a, "cancel", ActCancel, "End it without work", func(ctx context.Context, who authz.Actor, in *reasonInput) (Ticket, error) {
		return s.Cancel(ctx, who, in.ID, in.Expect, in.Body.Reason)
	})
	post(s, a, "grade", ActGrade, "Change the grade", func(ctx context.Context, who authz.Actor, in *gradeInput) (Ticket, error) {
		return s.Regrade(ctx, who, in.ID, in.Expect, in.Body.Grade, in.Body.Reason)
	})
}

func (b *ByID) id() ID { return b.ID }

// post declares one step: it answers with the whole ticket as it then is.
func post[I any, P interface {
	*I
	id() ID
}](s *Service, a *web.API, step string, act authz.Action, summary string, h web.Handler[I, Ticket]) {
	web.Post(a, "/tickets/{id}/"+step, act, func(ctx context.Context, who authz.Actor, in *I) (Full, error) {
		_, err := h(ctx, who, in)
		if err != nil && !db.Replayed(err) {
			return Full{}, err
		}
		return s.Get(ctx, who, P(in).id()) // a repeated step shows the ticket as it is now
	}, web.Summary(summary))
}
