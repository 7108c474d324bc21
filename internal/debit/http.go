package debit

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// What is named in the path.
type (
	// AtMandate names a mandate.
	AtMandate struct {
		ID MandateID `path:"id"`
	}
	// AtBatch names a batch.
	AtBatch struct {
		ID BatchID `path:"id"`
	}
)

// OfCommunity chooses a community.
type OfCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

type reason struct {
	Reason string `json:"reason" maxLength:"800"`
}

// Routes is the API of direct debit.
func (s *Service) Routes(a *web.API) {
	s.mandateRoutes(a)
	s.batchRoutes(a)
	s.bankRoutes(a)
}

func (s *Service) mandateRoutes(a *web.API) {
	web.Get(a, "/debit-mandates", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		MandateFilter
	}) (web.List[Mandate], error) {
		before, err := web.After[MandateID](in.Cursor)
		if err != nil {
			return web.List[Mandate]{}, err
		}
		all, err := s.Mandates(ctx, who, in.MandateFilter, before, in.Limit)
		return web.Paged(all, in.Limit, func(m Mandate) MandateID { return m.ID }), err
	}, web.Summary("Mandates for direct debit, the latest first"))
	audit.Export(s.Exports, a, "/debit-mandates/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *MandateFilter) (audit.Table, error) {
		return s.exportedMandates(ctx, who, *in), nil
	}, web.Summary("Mandates for direct debit as a workbook"))
	web.Get(a, "/debit-banks", ActView, func(ctx context.Context, who authz.Actor, in *OfCommunity) (web.List[Banks], error) {
		all, err := s.BanksOf(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("Banks of the mandates that hold"))
	web.Post(a, "/debit-mandates", ActMandates, func(ctx context.Context, who authz.Actor, in *struct{ Body MandateDraft }) (Mandate, error) {
		return s.AddMandate(ctx, who, in.Body)
	}, web.Created(), web.Summary("Keep a mandate that was signed"))
	web.Post(a, "/debit-mandates/{id}/end", ActMandates, func(ctx context.Context, who authz.Actor, in *struct {
		AtMandate
		web.Match
		Body reason
	}) (Mandate, error) {
		return s.EndMandate(ctx, who, in.ID, in.Match, in.Body.Reason)
	}, web.Summary("End a mandate"))
}

func (s *Service) batchRoutes(a *web.API) {
	web.Get(a, "/debit-batches", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		OfCommunity
	}) (web.List[Batch], error) {
		before, err := web.After[BatchID](in.Cursor)
		if err != nil {
			return web.List[Batch]{}, err
		}
		all, err := s.Batches(ctx, who, in.Community, before, in.Limit)
		return web.Paged(all, in.Limit, func(b Batch) BatchID { return b.ID }), err
	}, web.Summary("Batches of direct debit, the latest first"))
	web.Get(a, "/debit-batches/{id}", ActView, func(ctx context.Context, who authz.Actor, in *AtBatch) (Batch, error) {
		return s.One(ctx, who, in.ID)
	}, web.Summary("A batch with the sums of its items"))
	web.Get(a, "/debit-items", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		ItemFilter
	}) (web.List[ItemView], error) {
		before, err := web.After[ItemID](in.Cursor)
		if err != nil {
			return web.List[ItemView]{}, err
		}
		all, err := s.Items(ctx, who, in.ItemFilter, before, in.Limit)
		return web.Paged(all, in.Limit, func(i ItemView) ItemID { return i.ID }), err
	}, web.Summary("Items of batches with what they pay, the latest first"))
	audit.Export(s.Exports, a, "/debit-items/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *ItemFilter) (audit.Table, error) {
		return s.exported(ctx, who, *in), nil
	}, web.Summary("Items of batches as a workbook"))
	web.Post(a, "/debit-batches", ActRun, func(ctx context.Context, who authz.Actor, in *struct{ Body BatchDraft }) (Batch, error) {
		return s.MakeBatch(ctx, who, in.Body)
	}, web.Created(), web.Slow(), web.Summary("Gather what is due of the mandates of a bank"))
	web.Post(a, "/debit-items/{id}/drop", ActRun, func(ctx context.Context, who authz.Actor, in *struct {
		ID ItemID `path:"id"`
		web.Match
	}) (Batch, error) {
		return s.Drop(ctx, who, in.ID, in.Match)
	}, web.Summary("Take an item out of a draft"))
	web.Post(a, "/debit-batches/{id}/cancel", ActRun, func(ctx context.Context, who authz.Actor, in *struct {
		AtBatch
		web.Match
		Body reason
	}) (Batch, error) {
		return s.Cancel(ctx, who, in.ID, in.Match, in.Body.Reason)
	}, web.Summary("Give a draft up"))
}

func (s *Service) bankRoutes(a *web.API) {
	web.Post(a, "/debit-batches/{id}/release", ActRun, func(ctx context.Context, who authz.Actor, in *struct {
		AtBatch
		web.Match
	}) (Batch, error) {
		return s.AskRelease(ctx, who, in.ID, in.Match)
	}, web.Summary("Ask somebody else to release a batch to the bank"))
	audit.Export(s.Exports, a, "/debit-batches/{id}/file.csv", ActRun, func(ctx context.Context, who authz.Actor, in *struct {
		AtBatch
		Encoding string `query:"encoding" enum:"gbk,utf8" default:"gbk"`
	}) (audit.Table, error) {
		return s.file(ctx, who, in.ID, in.Encoding)
	}, web.Summary("A released batch as the bank takes it (docs/direct-debit.md)"))
	web.Post(a, "/debit-batches/{id}/answers", ActRun, func(ctx context.Context, who authz.Actor, in *struct {
		AtBatch
		web.Upload
		Keep bool `query:"keep" doc:"left out: only shown, nothing is booked"`
	}) (Answered, error) {
		_, f, _, err := in.File()
		if err != nil {
			return Answered{}, err
		}
		defer func() { _ = f.Close() }() // it was only read
		return s.Import(ctx, who, in.ID, in.Keep, f)
	}, web.MaxBody(MaxBytes+1<<20), web.Slow(), web.Unversioned("each row says of which item it is, and what was answered stays answered"), web.Summary("Have the bank's answer to a batch read, and booked when that is said"))
	web.Post(a, "/debit-batches/{id}/close", ActRun, func(ctx context.Context, who authz.Actor, in *struct {
		AtBatch
		web.Match
		Body reason
	}) (Batch, error) {
		return s.Close(ctx, who, in.ID, in.Match, in.Body.Reason)
	}, web.Summary("End a batch that the bank answers no more: what has no answer is free again"))
}
