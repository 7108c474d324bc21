package delivery

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

// What is named in the path.
type (
	// AtNotice names a notice.
	AtNotice struct {
		ID NoticeID `path:"id"`
	}
	// AtRound names a round.
	AtRound struct {
		ID RoundID `path:"id"`
	}
)

// Marked says how many notices lie on paper now.
type Marked struct {
	N int64 `json:"printed"`
}

// Routes is the API of notices.
func (s *Service) Routes(a *web.API) {
	s.noticeRoutes(a)
	s.roundRoutes(a)
}

func (s *Service) noticeRoutes(a *web.API) {
	web.Get(a, "/bill-notice-rules", ActView, func(ctx context.Context, who authz.Actor, in *billing.OfCommunity) (Rules, error) {
		return s.Settings(ctx, who, in.Community)
	}, web.Summary("When bills go out, and by which ways"))
	web.Put(a, "/bill-notice-rules", ActNotice, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		billing.OfCommunity
		Body RulesDraft
	}) (Rules, error) {
		return s.SetRules(ctx, who, in.Community, in.Expect, in.Body)
	}, web.Summary("Change when bills go out"))
	web.Post(a, "/bill-runs/{id}/notices", ActNotice, func(ctx context.Context, who authz.Actor, in *billing.AtRun) (Batch, error) {
		return s.Send(ctx, who, in.ID)
	}, web.Created(), web.Summary("Let the notices of a booked run go out now"), web.Unversioned("it begins once and changes nothing of the run"))
	web.Get(a, "/bill-notices", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Filter
	}) (web.List[NoticeView], error) {
		after, err := web.After[Position](in.Cursor)
		if err != nil {
			return web.List[NoticeView]{}, err
		}
		all, err := s.Notices(ctx, who, in.Filter, after, in.Limit)
		return web.Paged(all, in.Limit, func(n NoticeView) Position { return Position{n.Sort, n.ID} }), err
	}, web.Summary("Notices of a run or a correction in walking order"))
	audit.Export(s.Exports, a, "/bill-notices/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *Filter) (audit.Table, error) {
		return s.exported(ctx, who, *in)
	}, web.Summary("Notices of a run or a correction as a workbook"))
	web.Get(a, "/bill-notices/counts", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Batch BatchID `query:"batch" required:"true"`
	}) (Counted, error) {
		return s.Counts(ctx, who, in.Batch)
	}, web.Summary("Who was told by which way, and what is left for paper"))
	web.Get(a, "/bill-sheets", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Wanted
	}) (web.List[Sheet], error) {
		after, err := web.After[Position](in.Cursor)
		if err != nil {
			return web.List[Sheet]{}, err
		}
		all, next, err := s.Sheets(ctx, who, in.Wanted, after, in.Limit)
		return web.Going(all, next), err
	}, web.Summary("Notices as they are printed: of a room, a payer or a company, of the month or the year"), web.Slow())
	audit.Export(s.Exports, a, "/bill-sheets/bills.pdf", ActView, func(ctx context.Context, who authz.Actor, in *Wanted) (audit.Table, error) {
		return s.PDF(ctx, who, *in)
	}, web.Summary("Notices as one PDF for the printer"))
	web.Post(a, "/bill-notices/printed", ActNotice, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Batch   BatchID    `json:"batchId"`
			Notices []NoticeID `json:"notices" minItems:"1" maxItems:"1000"`
		}
	}) (Marked, error) {
		return s.MarkPrinted(ctx, who, in.Body.Batch, in.Body.Notices)
	}, web.Summary("Note that notices lie on paper"))
}

func (s *Service) roundRoutes(a *web.API) {
	web.Get(a, "/bill-rounds", ActDeliver, func(ctx context.Context, who authz.Actor, in *struct {
		billing.OfCommunity
		Mine bool `query:"mine"`
	}) (web.List[RoundView], error) {
		all, err := s.Rounds(ctx, who, in.Community, in.Mine)
		return web.All(all), err
	}, web.Summary("Rounds with printed notices; who does not plan them sees their own"))
	web.Post(a, "/bill-rounds", ActNotice, func(ctx context.Context, who authz.Actor, in *struct{ Body RoundDraft }) (RoundView, error) {
		return s.Plan(ctx, who, in.Body)
	}, web.Created(), web.Summary("Have the printed notices of a building carried by somebody"))
	web.Get(a, "/bill-rounds/{id}", ActDeliver, func(ctx context.Context, who authz.Actor, in *AtRound) (RoundFull, error) {
		return s.Round(ctx, who, in.ID)
	}, web.Summary("A round with its doors in walking order"))
	web.Put(a, "/bill-rounds/{id}", ActNotice, func(ctx context.Context, who authz.Actor, in *struct {
		AtRound
		web.Match
		Body struct {
			Staff authz.AccountID `json:"staffId"`
			On    clock.Day       `json:"on"`
		}
	}) (RoundView, error) {
		return s.Reassign(ctx, who, in.ID, in.Expect, in.Body.Staff, in.Body.On)
	}, web.Summary("Give what is left of a round to somebody else"))
	web.Post(a, "/bill-notices/{id}/visit", ActDeliver, func(ctx context.Context, who authz.Actor, in *struct {
		AtNotice
		Body struct {
			Result Result    `json:"result" enum:"delivered,boxed,refused,not_met"`
			Words  string    `json:"words,omitempty" maxLength:"800"`
			Next   clock.Day `json:"next,omitzero" doc:"of the next attempt; left out: tomorrow"`
		}
	}) (RoundFull, error) {
		return s.Visit(ctx, who, in.ID, in.Body.Result, in.Body.Words, in.Body.Next)
	}, web.Summary("Tell what happened at a door"), web.Unversioned("a result is told once; the second one is refused by the state of the notice"))
	web.Post(a, "/bill-notices/{id}/photos", ActDeliver, func(ctx context.Context, who authz.Actor, in *struct {
		AtNotice
		web.Upload
	}) (Photo, error) {
		_, f, _, err := in.File()
		if err != nil {
			return Photo{}, err
		}
		defer func() { _ = f.Close() }()
		return s.AddPhoto(ctx, who, in.ID, f)
	}, web.Created(), web.MaxBody(maxPhoto+1<<20), web.Summary("A picture taken at a door"), web.Unversioned("it adds a picture and changes none"))
	web.GetFile(a, "/bill-photos/{id}", ActDeliver, func(ctx context.Context, who authz.Actor, in *struct {
		ID PhotoID `path:"id"`
	}) (web.Download, error) {
		p, r, err := s.OpenPhoto(ctx, who, in.ID)
		return web.Stored("", p.Type, r), err
	}, web.Summary("A picture taken at a door"))
}
