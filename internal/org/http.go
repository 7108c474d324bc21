package org

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// CommunityBody is what can be said of a community.
type CommunityBody struct {
	Name         string     `json:"name" maxLength:"100"`
	Address      string     `json:"address,omitempty" maxLength:"100"`
	ServicePhone string     `json:"servicePhone,omitempty" maxLength:"100"`
	Zone         string     `json:"zone,omitempty" maxLength:"60"`
	FeeMode      string     `json:"feeMode,omitempty" enum:"lump_sum,commission"`
	ManagedArea  *int64     `json:"managedArea,omitempty"`
	Households   *int64     `json:"households,omitempty"`
	Budget       *money.Fen `json:"budget,omitempty" doc:"of a year; only where fees are a commission"`
}

func (b CommunityBody) community() Community {
	return Community{Name: b.Name, Address: b.Address, ServicePhone: b.ServicePhone, Zone: b.Zone, FeeMode: b.FeeMode, ManagedArea: b.ManagedArea, Households: b.Households, Budget: b.Budget}
}

// ByID names a community in the path.
type ByID struct {
	ID authz.CommunityID `path:"id"`
}

// Routes is the API of communities and departments.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/communities", ActView, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[Community], error) {
		all, err := s.Communities(ctx, who)
		return web.All(all), err
	}, web.Summary("Communities"))
	web.Post(a, "/communities", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			CommunityBody
			Region authz.RegionID `json:"regionId,omitempty"`
		}
	}) (Community, error) {
		c := in.Body.community()
		c.Region = in.Body.Region
		return s.Create(ctx, who, c)
	}, web.Created(), web.Summary("Add a community"))
	web.Get(a, "/communities/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ByID) (Community, error) {
		return s.Get(ctx, who, in.ID)
	}, web.Summary("A community"))
	web.Put(a, "/communities/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Match
		Body CommunityBody
	}) (Community, error) {
		return s.Edit(ctx, who, in.ID, in.Expect, in.Body.community())
	}, web.Summary("Change a community"))
	s.regionRoutes(a)
	web.Get(a, "/departments", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[Department], error) {
		all, err := s.Departments(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("Departments of a community"))
}
