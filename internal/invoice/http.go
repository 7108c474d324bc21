package invoice

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// What is named in the path.
type (
	// AtInvoice names an invoice.
	AtInvoice struct {
		ID ID `path:"id"`
	}
	// AtTitle names a title.
	AtTitle struct {
		ID TitleID `path:"id"`
	}
)

// OfCommunity chooses a community.
type OfCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

type reason struct {
	Reason string `json:"reason" maxLength:"800"`
}

// Routes is the API of invoices.
func (s *Service) Routes(a *web.API) {
	s.titleRoutes(a)
	s.deskRoutes(a)
	s.issueRoutes(a)
	s.batchRoutes(a)
	s.ownRoutes(a)
}

func (s *Service) titleRoutes(a *web.API) {
	web.Get(a, "/invoice-titles", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Customer customer.ID `query:"customer" required:"true"`
	}) (web.List[Title], error) {
		all, err := s.TitlesOf(ctx, who, in.Customer)
		return web.All(all), err
	}, web.Summary("Whom invoices of a customer are made out to"))
	web.Post(a, "/invoice-titles", ActAsk, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Customer customer.ID `json:"customerId"`
			TitleDraft
		}
	}) (Title, error) {
		return s.AddTitle(ctx, who, in.Body.Customer, in.Body.TitleDraft)
	}, web.Created(), web.Summary("Keep an invoice title of a customer"))
	web.Put(a, "/invoice-titles/{id}", ActAsk, func(ctx context.Context, who authz.Actor, in *struct {
		AtTitle
		web.Match
		Body TitleDraft
	}) (Title, error) {
		return s.EditTitle(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Change an invoice title"))
	web.Post(a, "/invoice-titles/{id}/end", ActAsk, func(ctx context.Context, who authz.Actor, in *struct {
		AtTitle
		web.Match
	}) (Title, error) {
		return s.EndTitle(ctx, who, in.ID, in.Match)
	}, web.Summary("Take an invoice title away"))
}

func (s *Service) deskRoutes(a *web.API) {
	web.Get(a, "/rooms/{id}/invoiceable", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ID housing.RoomID `path:"id"`
	}) (Desk, error) {
		return s.ForRoom(ctx, who, in.ID)
	}, web.Summary("What of a room's payments stands in no invoice, and titles"))
	web.Get(a, "/invoices", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Filter
	}) (web.List[View], error) {
		before, err := web.After[ID](in.Cursor)
		if err != nil {
			return web.List[View]{}, err
		}
		all, err := s.List(ctx, who, in.Filter, before, in.Limit)
		return web.Paged(all, in.Limit, func(v View) ID { return v.ID }), err
	}, web.Summary("Invoices of a community, the latest first"))
	audit.Export(s.Exports, a, "/invoices/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *Filter) (audit.Table, error) {
		return s.exported(ctx, who, *in), nil
	}, web.Summary("Invoices as a workbook"))
	web.Get(a, "/invoices/{id}", ActView, func(ctx context.Context, who authz.Actor, in *AtInvoice) (View, error) {
		return s.One(ctx, who, in.ID)
	}, web.Summary("An invoice with its lines"))
	web.Post(a, "/invoices", ActAsk, func(ctx context.Context, who authz.Actor, in *struct{ Body Wish }) (View, error) {
		return s.Ask(ctx, who, in.Body)
	}, web.Created(), web.Summary("Apply for an invoice of what some payments paid"))
	web.Post(a, "/invoices/{id}/withdraw", ActAsk, func(ctx context.Context, who authz.Actor, in *struct {
		AtInvoice
		web.Match
		Body reason
	}) (View, error) {
		return s.Withdraw(ctx, who, in.ID, in.Match, in.Body.Reason)
	}, web.Summary("Withdraw an application that was not exported yet"))
}

func (s *Service) issueRoutes(a *web.API) {
	web.Post(a, "/invoices/{id}/red", ActIssue, func(ctx context.Context, who authz.Actor, in *struct {
		AtInvoice
		web.Match
		Body Reversing
	}) (View, error) {
		return s.Reverse(ctx, who, in.ID, in.Match, in.Body)
	}, web.Created(), web.Summary("Ask for a red-letter invoice against a blue one, in whole or in part"))
	web.Post(a, "/invoices/{id}/answer", ActIssue, func(ctx context.Context, who authz.Actor, in *struct {
		AtInvoice
		web.Match
		Body Typed
	}) (View, error) {
		return s.Answer(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Type the platform's answer to an invoice in"))
	web.Get(a, "/invoice-settings/{id}", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ID authz.CommunityID `path:"id"`
	}) (Settings, error) {
		return s.Settings(ctx, who, in.ID)
	}, web.Summary("Who makes the invoices of a community out, and how charge items stand on them"))
	web.Put(a, "/invoice-settings/{id}", ActIssue, func(ctx context.Context, who authz.Actor, in *struct {
		ID authz.CommunityID `path:"id"`
		web.Match
		Body SettingsDraft
	}) (Settings, error) {
		return s.Set(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Set seller and goods of invoices"))
}

func (s *Service) batchRoutes(a *web.API) {
	web.Get(a, "/invoice-batches", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		OfCommunity
	}) (web.List[Batch], error) {
		before, err := web.After[BatchID](in.Cursor)
		if err != nil {
			return web.List[Batch]{}, err
		}
		all, err := s.Batches(ctx, who, in.Community, before, in.Limit)
		return web.Paged(all, in.Limit, func(v Batch) BatchID { return v.ID }), err
	}, web.Summary("Batches that went to the invoicing platform, the latest first"))
	web.Post(a, "/invoice-batches", ActIssue, func(ctx context.Context, who authz.Actor, in *struct{ Body BatchDraft }) (Batch, error) {
		return s.Export(ctx, who, in.Body)
	}, web.Created(), web.Slow(), web.Summary("Put what was applied for into a batch for the invoicing platform"))
	audit.Export(s.Exports, a, "/invoice-batches/{id}/export.xlsx", ActIssue, func(ctx context.Context, who authz.Actor, in *struct {
		ID BatchID `path:"id"`
	}) (audit.Table, error) {
		return s.workbook(ctx, who, in.ID)
	}, web.Summary("A batch as the invoicing platform takes it (docs/invoices.md)"))
	web.Post(a, "/invoice-answers", ActIssue, func(ctx context.Context, who authz.Actor, in *struct {
		web.Upload
		Coming
	}) (Answered, error) {
		_, f, _, err := in.File()
		if err != nil {
			return Answered{}, err
		}
		defer func() { _ = f.Close() }() // it was only read
		return s.Import(ctx, who, in.Coming, f)
	}, web.MaxBody(MaxBytes+1<<20), web.Slow(), web.Summary("Have the platform's answer read, and kept when that is said"))
}

func (s *Service) ownRoutes(a *web.API) {
	web.Get(a, "/resident/invoices", ActOwn, func(ctx context.Context, who authz.Actor, in *struct {
		Room housing.RoomID `query:"room" required:"true"`
	}) (Own, error) {
		return s.OfHome(ctx, who, in.Room)
	}, web.Summary("My invoices of a room, what more can be invoiced, and my titles"))
	web.Post(a, "/resident/invoices", ActOwn, func(ctx context.Context, who authz.Actor, in *struct{ Body Wish }) (View, error) {
		v, err := s.AskOwn(ctx, who, in.Body)
		return v.forHome(), err
	}, web.Created(), web.Summary("Apply for an invoice of what I paid"))
	web.Post(a, "/resident/invoices/{id}/withdraw", ActOwn, func(ctx context.Context, who authz.Actor, in *AtInvoice) (View, error) {
		v, err := s.WithdrawOwn(ctx, who, in.ID)
		return v.forHome(), err
	}, web.Unversioned("the state of the invoice says what is still possible"), web.Summary("Take my application back"))
	web.Post(a, "/resident/invoice-titles", ActOwn, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Room housing.RoomID `json:"roomId"`
			TitleDraft
		}
	}) (Title, error) {
		return s.AddOwnTitle(ctx, who, in.Body.Room, in.Body.TitleDraft)
	}, web.Created(), web.Summary("Keep an invoice title of mine"))
	web.Delete(a, "/resident/invoice-titles/{id}", ActOwn, func(ctx context.Context, who authz.Actor, in *AtTitle) (web.None, error) {
		return web.None{}, s.EndOwnTitle(ctx, who, in.ID)
	}, web.Unversioned("it is taken away, whatever it says"), web.Summary("Take an invoice title of mine away"))
}
