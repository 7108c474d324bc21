package org

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

type regionBody struct {
	Parent authz.RegionID `json:"parentId,omitempty" doc:"empty: directly below the company"`
	Name   string         `json:"name" maxLength:"50"`
}

// RegionByID names a region in the path.
type RegionByID struct {
	ID authz.RegionID `path:"id"`
}

// DepartmentByID names a department in the path.
type DepartmentByID struct {
	ID DepartmentID `path:"id"`
}

func (s *Service) regionRoutes(a *web.API) {
	web.Get(a, "/organisation", ActView, func(ctx context.Context, who authz.Actor, _ *struct{}) (Tree, error) {
		return s.Tree(ctx, who)
	}, web.Summary("Company, regions and communities"))
	web.Post(a, "/regions", ActEdit, func(ctx context.Context, who authz.Actor, in *struct{ Body regionBody }) (Region, error) {
		return s.AddRegion(ctx, who, in.Body.Parent, in.Body.Name)
	}, web.Created(), web.Summary("Add a region"))
	web.Put(a, "/regions/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		RegionByID
		web.Match
		Body regionBody
	}) (Region, error) {
		return s.EditRegion(ctx, who, in.ID, in.Expect, in.Body.Parent, in.Body.Name)
	}, web.Summary("Rename or move a region"))
	web.Delete(a, "/regions/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		RegionByID
		web.Match
	}) (web.None, error) {
		return web.None{}, s.RemoveRegion(ctx, who, in.ID, in.Expect)
	}, web.Summary("Remove an empty region"))
	web.Put(a, "/communities/{id}/region", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Match
		Body struct {
			Region authz.RegionID `json:"regionId" doc:"empty: directly below the company"`
		}
	}) (Community, error) {
		return s.Place(ctx, who, in.ID, in.Expect, in.Body.Region)
	}, web.Summary("Move a community into a region"))
	s.departmentRoutes(a)
}

func (s *Service) departmentRoutes(a *web.API) {
	web.Post(a, "/departments", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community,omitempty" doc:"empty: a department of the company"`
			Kind      string            `json:"kind" enum:"customer_service,engineering,security,cleaning,finance,quality,technical,store,marketing,other"`
			Name      string            `json:"name" maxLength:"50"`
		}
	}) (Department, error) {
		return s.AddDepartment(ctx, who, in.Body.Community, in.Body.Kind, in.Body.Name)
	}, web.Created(), web.Summary("Add a department"))
	web.Put(a, "/departments/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		DepartmentByID
		web.Match
		Body struct {
			Name string `json:"name" maxLength:"50"`
		}
	}) (Department, error) {
		return s.RenameDepartment(ctx, who, in.ID, in.Expect, in.Body.Name)
	}, web.Summary("Rename a department"))
	web.Delete(a, "/departments/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		DepartmentByID
		web.Match
	}) (web.None, error) {
		return web.None{}, s.RemoveDepartment(ctx, who, in.ID, in.Expect)
	}, web.Summary("Remove a department in which nobody is"))
}
