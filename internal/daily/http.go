package daily

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

type (
	// OfMonth names a community and a month.
	OfMonth struct {
		Community authz.CommunityID `query:"community" required:"true"`
		Period    clock.Period      `query:"period" doc:"left out: this month"`
	}
	// EditedLog names the log of a day and the version that was seen.
	EditedLog struct {
		web.Match
		ID ID `path:"id"`
	}
	// EditedEntry names an entry and the version that was seen.
	EditedEntry struct {
		web.Match
		ID EntryID `path:"id"`
	}
	// Written is an entry for a day.
	Written struct {
		Draft
		Community authz.CommunityID `json:"community"`
		Day       clock.Day         `json:"day,omitzero" doc:"left out: today"`
	}
)

// Routes is the API of the daily management log.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/daily-logs", ActView, func(ctx context.Context, who authz.Actor, in *OfMonth) (web.List[Row], error) {
		all, err := s.Month(ctx, who, ActView, in.Community, in.Period)
		return web.All(all), err
	}, web.Summary("The days of a month that have a log, the last first"))
	audit.Export(s.Exports, a, "/daily-logs/export.xlsx", ActExport, s.export, web.Summary("The log of a month as a spreadsheet"))
	web.Get(a, "/daily-log", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
		Day       clock.Day         `query:"day" doc:"left out: the first that the caller is to sign, else today"`
	}) (Day, error) {
		return s.Day(ctx, who, in.Community, in.Day)
	}, web.Summary("A day: what the tables know of it, what was written, signed and is to be done"))
	web.Get(a, "/daily-counts", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (Counts, error) {
		return s.Count(ctx, who, in.Community)
	}, web.Summary("What of the log waits for me"))
	web.Put(a, "/daily-logs/{id}", ActWrite, func(ctx context.Context, who authz.Actor, in *struct {
		EditedLog
		Body struct {
			Weather string `json:"weather" maxLength:"400"`
		}
	}) (Log, error) {
		return s.SetWeather(ctx, who, in.ID, in.Expect, in.Body.Weather)
	}, web.Summary("Say what the weather of a day was"))
	web.Post(a, "/daily-logs/{id}/sign", ActSign, func(ctx context.Context, who authz.Actor, in *struct {
		EditedLog
		Body struct {
			Parts  []Part `json:"parts" minItems:"1" maxItems:"3" enum:"complaints,patrols,log"`
			Remark string `json:"remark,omitempty" maxLength:"2000"`
		}
	}) (Day, error) {
		return s.Sign(ctx, who, in.ID, in.Expect, in.Body.Parts, in.Body.Remark)
	}, web.Summary("Sign parts of a day as read; they stay as they are then"))
	s.entryRoutes(a)
}

// entryRoutes are those of entries and tasks.
func (s *Service) entryRoutes(a *web.API) {
	web.Post(a, "/daily-entries", ActWrite, func(ctx context.Context, who authz.Actor, in *struct{ Body Written }) (Entry, error) {
		return s.Add(ctx, who, in.Body.Community, in.Body.Day, in.Body.Draft)
	}, web.Created(), web.Summary("Write into the log of a day; an important event is reported to the property manager"))
	web.Put(a, "/daily-entries/{id}", ActWrite, func(ctx context.Context, who authz.Actor, in *struct {
		EditedEntry
		Body Draft
	}) (Entry, error) {
		return s.Edit(ctx, who, in.ID, in.Expect, in.Body)
	}, web.Summary("Correct an entry until its day is signed"))
	web.Post(a, "/daily-entries/{id}/read", ActRead, func(ctx context.Context, who authz.Actor, in *struct{ EditedEntry }) (Entry, error) {
		return s.Read(ctx, who, in.ID, in.Expect)
	}, web.Summary("Confirm that an important event was read"))
	web.Post(a, "/daily-tasks", ActSign, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			TaskDraft
			Log ID `json:"logId"`
		}
	}) (Task, error) {
		return s.Give(ctx, who, in.Body.Log, in.Body.TaskDraft)
	}, web.Created(), web.Summary("Give somebody a follow-up task of a day"))
	web.Get(a, "/daily-tasks", ActTask, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[Mine], error) {
		all, err := s.Mine(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("My own follow-up tasks: to do, and done in the last week"))
	web.Post(a, "/daily-tasks/{id}/done", ActTask, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ID   TaskID `path:"id"`
		Body struct {
			Done   bool   `json:"done"`
			Result string `json:"result,omitempty" maxLength:"2000"`
		}
	}) (Task, error) {
		return s.Finish(ctx, who, in.ID, in.Expect, in.Body.Done, in.Body.Result)
	}, web.Summary("Say that a follow-up task is done, or that it is not after all"))
}
