package auth

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

type roleBody struct {
	Zh       string         `json:"zh" maxLength:"50"`
	En       string         `json:"en" maxLength:"50"`
	SecondFA bool           `json:"needsSecondFactor,omitempty"`
	Actions  []authz.Action `json:"permissions" maxItems:"500"`
}

func (b roleBody) data() RoleData { return RoleData(b) }

// RoleByID names a role in the path.
type RoleByID struct {
	ID RoleID `path:"id"`
}

func (s *Service) roleRoutes(a *web.API) {
	web.Get(a, "/roles", ActRoles, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[Role], error) {
		all, err := s.Roles(ctx, who, web.Lang(ctx))
		return web.All(all), err
	}, web.Summary("Roles and what they allow"))
	web.Get(a, "/permissions", ActRoles, func(ctx context.Context, _ authz.Actor, _ *struct{}) (web.List[Permission], error) {
		all, err := Permissions(web.Lang(ctx))
		return web.All(all), err
	}, web.Summary("Everything a role can allow"))
	web.Post(a, "/roles", ActRolesEdit, func(ctx context.Context, who authz.Actor, in *struct{ Body roleBody }) (Role, error) {
		return s.CreateRole(ctx, who, web.Lang(ctx), in.Body.data())
	}, web.Created(), web.Summary("Add a role"))
	web.Put(a, "/roles/{id}", ActRolesEdit, func(ctx context.Context, who authz.Actor, in *struct {
		RoleByID
		web.Match
		Body roleBody
	}) (Role, error) {
		return s.EditRole(ctx, who, web.Lang(ctx), in.ID, in.Expect, in.Body.data())
	}, web.Summary("Change what a role allows"))
	web.Delete(a, "/roles/{id}", ActRolesEdit, func(ctx context.Context, who authz.Actor, in *struct {
		RoleByID
		web.Match
	}) (web.None, error) {
		return web.None{}, s.DeleteRole(ctx, who, in.ID, in.Expect)
	}, web.Summary("Remove a role that nobody holds"))
}
