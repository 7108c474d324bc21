package ticket

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

type slotsInput struct {
	Community authz.CommunityID `query:"community" required:"true"`
	Category  string            `query:"category" maxLength:"60" doc:"of the matter; says which skill comes"`
	Ticket    ID                `query:"ticket" doc:"its own appointment is not counted, and its category counts"`
	From      clock.Day         `query:"from" doc:"first day; none: today"`
	Days      int               `query:"days" minimum:"1" maximum:"31" default:"7"`
}

// visitRoutes are those of appointments (TIC-01, TIC-07c).
func (s *Service) visitRoutes(a *web.API) {
	web.Get(a, "/visit-slots", ActView, func(ctx context.Context, who authz.Actor, in *slotsInput) (web.List[SlotView], error) {
		all, err := s.Slots(ctx, who, in.Community, in.Category, in.Ticket, in.From, in.Days)
		return web.All(all), err
	}, web.Summary("The windows of some days, and what is free in them"))
	web.Get(a, "/visit-figures", ActView, func(ctx context.Context, who authz.Actor, in *arrivalsInput) (ArrivalFigures, error) {
		return s.Arrivals(ctx, who, in.Community, in.From, in.To)
	}, web.Summary("Arrivals kept, missed and moved, by person and category"))
	audit.Export(s.Exports, a, "/visit-figures/export.xlsx", ActExport, s.exportArrivals, web.Summary("Arrivals kept, missed and moved as a spreadsheet"))
	post(s, a, "appoint", ActAppoint, "Give it an appointment, or move it, and say who comes", func(ctx context.Context, who authz.Actor, in *struct {
		Edit
		Body struct {
			Wanted
			Coming
		}
	}) (Ticket, error) {
		return s.Appoint(ctx, who, in.ID, in.Expect, in.Body.Wanted, in.Body.Coming)
	})
	post(s, a, "call-off", ActAppoint, "Cancel its appointment", func(ctx context.Context, who authz.Actor, in *reasonInput) (Ticket, error) {
		return s.CallOff(ctx, who, in.ID, in.Expect, in.Body.Reason)
	})
	web.Get(a, "/visit-calendar", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
		From      clock.Day         `query:"from" doc:"first day; none: today"`
		Days      int               `query:"days" minimum:"1" maximum:"14" default:"7"`
	}) (Calendar, error) {
		return s.Calendar(ctx, who, in.Community, in.From, in.Days)
	}, web.Summary("The appointments of some days by window and person, and what has none"))
	web.Post(a, "/visit-plans", ActDispatch, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Day       clock.Day         `json:"day"`
			Slot      string            `json:"slot,omitempty" maxLength:"20" doc:"one window; none: the whole day, and what has no appointment"`
		}
	}) (DayPlan, error) {
		return s.Plan(ctx, who, in.Body.Community, in.Body.Day, in.Body.Slot)
	}, web.Summary("Plan a day as one, beside what dispatch would do and what stands now"))
	web.Post(a, "/visit-plans/accept", ActDispatch, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Lines     []PlannedFor      `json:"lines" minItems:"1" maxItems:"400"`
		}
	}) (web.List[Ticket], error) {
		all, err := s.AcceptPlan(ctx, who, in.Body.Community, in.Body.Lines)
		return web.All(all), err
	}, web.Summary("Give tickets to whom they were planned for, all or none"), web.Unversioned("each ticket carries the version that was seen"))
}
