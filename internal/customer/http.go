package customer

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// Routes is the API of customers.
func (s *Service) Routes(a *web.API) {
	web.Post(a, "/customers", ActEdit, s.postCustomer, web.Created(), web.Summary("Open an archive"))
	web.Get(a, "/customers/{id}", ActView, s.getCustomer, web.Summary("An archive, as far as the caller may see it"))
	web.Put(a, "/customers/{id}", ActEdit, s.putCustomer, web.Summary("Change an archive"))
	web.Post(a, "/customers/{id}/reveal", ActReveal, s.postReveal, web.Summary("Show one field in full; leaves a trail"), web.Unversioned("it changes nothing but the trail"))
	s.privacyRoutes(a)
	s.relationRoutes(a)
}

func (s *Service) postCustomer(ctx context.Context, who authz.Actor, in *struct{ Body New }) (Customer, error) {
	return s.Create(ctx, who, in.Body)
}

func (s *Service) getCustomer(ctx context.Context, who authz.Actor, in *struct {
	ID ID `path:"id"`
}) (Customer, error) {
	return s.Customer(ctx, who, in.ID)
}

type editInput struct {
	web.Match
	ID   ID `path:"id"`
	Body Draft
}

func (s *Service) putCustomer(ctx context.Context, who authz.Actor, in *editInput) (Customer, error) {
	return s.Update(ctx, who, in.ID, in.Match, in.Body)
}

type revealInput struct {
	ID   ID `path:"id"`
	Body struct {
		Field Field `json:"field" enum:"name,mobile,identity,account,holder,birthday,emergency,other_name"`
		Index int   `json:"index" minimum:"0"`
	}
}

type revealed struct {
	Value string `json:"value"`
}

func (s *Service) postReveal(ctx context.Context, who authz.Actor, in *revealInput) (revealed, error) {
	value, err := s.Reveal(ctx, who, in.ID, in.Body.Field, in.Body.Index)
	return revealed{value}, err
}
