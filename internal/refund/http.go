package refund

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

// What is named in the path.
type (
	// AtRefund names a refund.
	AtRefund struct {
		ID ID `path:"id"`
	}
	// AtSettlement names a settlement.
	AtSettlement struct {
		ID SettlementID `path:"id"`
	}
	// AtRoom names a room.
	AtRoom struct {
		ID housing.RoomID `path:"id"`
	}
)

type reason struct {
	Reason string `json:"reason" maxLength:"800"`
}

// Routes is the API of refunds.
func (s *Service) Routes(a *web.API) {
	s.deskRoutes(a)
	s.stepRoutes(a)
	s.fileRoutes(a)
	s.ownRoutes(a)
	s.settlementRoutes(a)
}

func (s *Service) settlementRoutes(a *web.API) {
	web.Get(a, "/rooms/{id}/settlement", cashier.ActView, func(ctx context.Context, who authz.Actor, in *struct {
		AtRoom
		Day clock.Day `query:"day" required:"true" doc:"from which the room is somebody else's"`
	}) (Settlement, error) {
		return s.Settle(ctx, who, in.ID, in.Day)
	}, web.Summary("What the owners of a room owe and have paid ahead when it changes hands"))
	web.Get(a, "/rooms/{id}/settlements", cashier.ActView, func(ctx context.Context, who authz.Actor, in *AtRoom) (web.List[Settlement], error) {
		all, err := s.Settlements(ctx, who, in.ID)
		return web.All(all), err
	}, web.Summary("Settlements that were kept of a room"))
	web.Post(a, "/rooms/{id}/settlements", ActAsk, func(ctx context.Context, who authz.Actor, in *struct {
		AtRoom
		Body struct {
			Day clock.Day `json:"day"`
		}
	}) (Settlement, error) {
		return s.Keep(ctx, who, in.ID, in.Body.Day)
	}, web.Created(), web.Unversioned("it adds a settlement; those before stay as they are"), web.Summary("Keep a settlement as it stands, to be signed"))
	web.Post(a, "/settlements/{id}/photos", ActAsk, func(ctx context.Context, who authz.Actor, in *struct {
		AtSettlement
		web.Upload
	}) (Settlement, error) {
		_, f, _, err := in.File()
		if err != nil {
			return Settlement{}, err
		}
		defer func() { _ = f.Close() }()
		return s.Sign(ctx, who, in.ID, f)
	}, web.Created(), web.MaxBody(maxFile+1<<20), web.Unversioned("it is signed once"), web.Summary("Sign a settlement: the picture of the signature"))
	web.GetFile(a, "/settlements/{id}/signature", cashier.ActView, func(ctx context.Context, who authz.Actor, in *AtSettlement) (web.Download, error) {
		v, r, err := s.OpenSignature(ctx, who, in.ID)
		return web.Stored("", v.Type, r), err
	}, web.Summary("The signature of a settlement, for who sees names"))
}

func (s *Service) deskRoutes(a *web.API) {
	web.Get(a, "/rooms/{id}/refundable", cashier.ActView, func(ctx context.Context, who authz.Actor, in *AtRoom) (web.List[Source], error) {
		all, err := s.Sources(ctx, who, in.ID)
		return web.All(all), err
	}, web.Summary("Payments of a room of which something can go back"))
	web.Get(a, "/refunds", cashier.ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Filter
	}) (web.List[View], error) {
		before, err := web.After[ID](in.Cursor)
		if err != nil {
			return web.List[View]{}, err
		}
		all, err := s.List(ctx, who, in.Filter, before, in.Limit)
		return web.Paged(all, in.Limit, func(v View) ID { return v.ID }), err
	}, web.Summary("Refunds of a community, the latest first"))
	audit.Export(s.Exports, a, "/refunds/export.xlsx", cashier.ActView, func(ctx context.Context, who authz.Actor, in *Filter) (audit.Table, error) {
		return s.exported(ctx, who, *in), nil
	}, web.Summary("Refunds of a community as a workbook"))
	web.Get(a, "/refunds/{id}", cashier.ActView, func(ctx context.Context, who authz.Actor, in *AtRefund) (View, error) {
		return s.One(ctx, who, in.ID)
	}, web.Summary("A refund with everything about it"))
	web.Post(a, "/refunds", ActAsk, func(ctx context.Context, who authz.Actor, in *struct{ Body Wish }) (View, error) {
		return s.Ask(ctx, who, in.Body)
	}, web.Created(), web.Summary("Ask for a refund of what is paid ahead, of a deposit, or of what was voided"))
	web.Post(a, "/payments/{id}/hand-over", ActAsk, func(ctx context.Context, who authz.Actor, in *struct {
		ID   cashier.PaymentID `path:"id"`
		Body Handing
	}) (HandingAsked, error) {
		return s.HandOver(ctx, who, in.ID, in.Body)
	}, web.Created(), web.Unversioned("it asks somebody else; what is left is looked at when they decide"), web.Summary("Ask somebody else to let what was paid ahead be another's, as when a room is sold"))
}

func (s *Service) stepRoutes(a *web.API) {
	web.Post(a, "/refunds/{id}/check", ActCheck, func(ctx context.Context, who authz.Actor, in *struct {
		AtRefund
		web.Match
		Body struct {
			Pass  bool   `json:"pass" doc:"false: it is refused"`
			Words string `json:"words" maxLength:"2000" doc:"what the facts are"`
		}
	}) (View, error) {
		return s.Check(ctx, who, in.ID, in.Match, in.Body.Pass, in.Body.Words)
	}, web.Summary("Check a refund, and send it on to who decides"))
	web.Post(a, "/refunds/{id}/pay", ActPay, func(ctx context.Context, who authz.Actor, in *struct {
		AtRefund
		web.Match
		Body Payout
	}) (View, error) {
		return s.PayOut(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Pay a refund out, the way the money had come"))
	web.Post(a, "/refunds/{id}/stop", ActAsk, func(ctx context.Context, who authz.Actor, in *struct {
		AtRefund
		web.Match
		Body reason
	}) (View, error) {
		return s.Stop(ctx, who, in.ID, in.Match, in.Body.Reason)
	}, web.Summary("Withdraw a refund, or refuse it before it is paid out"))
}

func (s *Service) fileRoutes(a *web.API) {
	web.Post(a, "/refunds/{id}/photos", ActAsk, func(ctx context.Context, who authz.Actor, in *struct {
		AtRefund
		web.Upload
	}) (File, error) {
		_, f, _, err := in.File()
		if err != nil {
			return File{}, err
		}
		defer func() { _ = f.Close() }()
		return s.AddFile(ctx, who, in.ID, f)
	}, web.Created(), web.MaxBody(maxFile+1<<20), web.Summary("Attach evidence to a refund: a picture or a PDF"), web.Unversioned("it adds a file and changes none"))
	web.GetFile(a, "/refund-files/{id}", cashier.ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ID FileID `path:"id"`
	}) (web.Download, error) {
		f, r, err := s.OpenFile(ctx, who, in.ID)
		name := ""
		if f.Type == "application/pdf" {
			name = "evidence-" + f.ID.String() + ".pdf"
		}
		return web.Stored(name, f.Type, r), err
	}, web.Summary("Evidence of a refund"))
}

func (s *Service) ownRoutes(a *web.API) {
	web.Get(a, "/resident/refunds", ActOwn, func(ctx context.Context, who authz.Actor, in *struct {
		Room housing.RoomID `query:"room" required:"true"`
	}) (Own, error) {
		return s.OfHome(ctx, who, in.Room)
	}, web.Summary("Refunds of my room, and what can go back"))
	web.Post(a, "/resident/refunds", ActOwn, func(ctx context.Context, who authz.Actor, in *struct{ Body Wish }) (View, error) {
		v, err := s.AskOwn(ctx, who, in.Body)
		return v.forHome(), err
	}, web.Created(), web.Summary("Ask for money of mine back"))
	web.Post(a, "/resident/refunds/{id}/withdraw", ActOwn, func(ctx context.Context, who authz.Actor, in *AtRefund) (View, error) {
		return s.StopOwn(ctx, who, in.ID)
	}, web.Unversioned("the state of the refund says what is still possible"), web.Summary("Take my wish for a refund back"))
	web.Post(a, "/resident/refunds/{id}/photos", ActOwn, func(ctx context.Context, who authz.Actor, in *struct {
		AtRefund
		web.Upload
	}) (File, error) {
		_, f, _, err := in.File()
		if err != nil {
			return File{}, err
		}
		defer func() { _ = f.Close() }()
		return s.AddOwnFile(ctx, who, in.ID, f)
	}, web.Created(), web.MaxBody(maxFile+1<<20), web.Summary("Add evidence to my refund"), web.Unversioned("it adds a file and changes none"))
}
