package ticket

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
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
	web.Get(a, "/visit-figures", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
		From      clock.Day         `query:"from" required:"true"`
		To        clock.Day         `query:"to" required:"true" doc:"the last day"`
	}) (ArrivalFigures, error) {
		return s.Arrivals(ctx, who, in.Community, in.From, in.To)
	}, web.Summary("Arrivals kept, missed and moved, by person and category"))
	post(s, a, "appoint", ActAppoint, "Give it an appointment, or move it, and say who comes", func(ctx context.Context, who authz.Actor, in *struct {
		Edit
		Body struct {
			Wanted
			To staff.ID `json:"to,omitzero" doc:"who is to come; none: as it is"`
		}
	}) (Ticket, error) {
		return s.Appoint(ctx, who, in.ID, in.Expect, in.Body.Wanted, in.Body.To)
	})
	post(s, a, "call-off", ActAppoint, "Cancel its appointment", func(ctx context.Context, who authz.Actor, in *reasonInput) (Ticket, error) {
		return s.CallOff(ctx, who, in.ID, in.Expect, in.Body.Reason)
	})
}
