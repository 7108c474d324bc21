package audit

import (
	"context"
	"errors"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// FilterInput is the query of list and export.
type FilterInput struct {
	Community authz.CommunityID `query:"community"`
	Company   bool              `query:"company" doc:"only what belongs to no community, as roles and the tree of classes; for who may see the trail everywhere"`
	Actor     authz.AccountID   `query:"actor"`
	Name      string            `query:"name" maxLength:"50" doc:"part of the actor's name"`
	Action    string            `query:"action" maxLength:"60"`
	Subject   string            `query:"subject" maxLength:"80" doc:"what it was done to: customer:06q3g8k2m4n5p"`
	From      string            `query:"from" maxLength:"40" doc:"the first instant: 2026-11-21T00:00:00.000Z"`
	To        string            `query:"to" maxLength:"40" doc:"the first instant that is too late"`
}

func (in FilterInput) filter() (f Filter, err error) {
	f = Filter{Community: in.Community, Company: in.Company, Actor: in.Actor, Name: in.Name, Action: authz.Action(in.Action), Subject: in.Subject}
	var wrong errs.Fields
	for name, to := range map[string]struct {
		text string
		into *clock.Instant
	}{"from": {in.From, &f.From}, "to": {in.To, &f.To}} {
		if to.text == "" {
			continue
		}
		if *to.into, err = clock.ParseInstant(to.text); err != nil {
			wrong.Add(name, "wrong_form", nil)
		}
	}
	return f, wrong.Err()
}

type listInput struct {
	FilterInput
	web.Page
}

// Reach is what of the trail somebody may see.
type Reach struct {
	Company bool `json:"company" doc:"also what belongs to no community"`
}

// Routes is the API of the trail.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/audit", ActView, func(ctx context.Context, who authz.Actor, in *listInput) (web.List[Entry], error) {
		f, err := in.filter()
		if err != nil {
			return web.List[Entry]{}, err
		}
		if f.Before, err = web.After[db.ID](in.Cursor); err != nil {
			return web.List[Entry]{}, err
		}
		f.Limit = in.Limit + 1
		found, err := s.List(ctx, who, f)
		return web.Paged(found, in.Limit, func(e Entry) db.ID { return e.ID }), err
	}, web.Summary("The audit trail, latest first"))
	web.Get(a, "/audit/reach", ActView, func(_ context.Context, who authz.Actor, _ *struct{}) (Reach, error) {
		return Reach{who.Scope(ActView).All}, nil
	}, web.Summary("What of the trail the caller may see"))
	Export(s, a, "/audit/export.xlsx", ActExport, s.table, web.Summary("The audit trail as a spreadsheet"))
	web.Get(a, "/exports", ActExports, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community"`
		web.Page
	}) (web.List[Exported], error) {
		before, err := web.After[db.ID](in.Cursor)
		if err != nil {
			return web.List[Exported]{}, err
		}
		found, err := s.Exports(ctx, who, in.Community, before, in.Limit)
		return web.Paged(found, in.Limit, func(e Exported) db.ID { return e.ID }), err
	}, web.Summary("What was exported, latest first"))
	web.Get(a, "/privacy/settings", ActSettings, func(ctx context.Context, who authz.Actor, _ *struct{}) (Settings, error) {
		return s.Settings(ctx, who)
	}, web.Summary("How much personal data an account may uncover"))
	web.Put(a, "/privacy/settings", ActSettings, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		Body struct {
			RevealsPerHour int64 `json:"revealsPerHour" minimum:"1" maximum:"1000"`
		}
	}) (Settings, error) {
		return s.SetSettings(ctx, who, in.Expect, Settings{RevealsPerHour: in.Body.RevealsPerHour})
	}, web.Summary("Change the settings of privacy"))
}

var errStop = errors.New("audit: the export ended early")

func (s *Service) table(ctx context.Context, who authz.Actor, in *FilterInput) (Table, error) {
	f, err := in.filter()
	if err != nil {
		return Table{}, err
	}
	heads := []string{"时间", "操作人", "操作", "对象", "改动前", "改动后", "IP", "请求", "已封存"}
	if web.Lang(ctx) == i18n.English {
		heads = []string{"Time", "Who", "Action", "Subject", "Before", "After", "IP", "Request", "Sealed"}
	}
	out := sheet.Sheet{Name: "audit", Rows: func(yield func([]any, error) bool) {
		err := s.Each(ctx, who, f, func(e Entry) error {
			if !yield([]any{e.At.String(), e.ActorName, string(e.Action), e.Subject, string(e.Before), string(e.After), e.IP, e.Request, e.Sealed}, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(nil, err)
		}
	}}
	for _, h := range heads {
		out.Columns = append(out.Columns, sheet.Column{Title: h, Width: 20})
	}
	return Table{Name: "audit.xlsx", What: "audit", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{out}}, nil
}
