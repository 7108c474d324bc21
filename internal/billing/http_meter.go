package billing

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

func (s *Service) gatewayRoutes(a *web.API) {
	web.Get(a, "/meter-gateways", ActGateways, func(ctx context.Context, who authz.Actor, in *OfCommunity) (web.List[Gateway], error) {
		all, err := s.Gateways(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("Gateways of smart meters, and what of their readings was refused"))
	web.Post(a, "/meter-gateways", ActGateways, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Name      string            `json:"name" maxLength:"60"`
		}
	}) (NewGateway, error) {
		return s.MakeGateway(ctx, who, in.Body.Community, in.Body.Name)
	}, web.Created(), web.Summary("Make a gateway of smart meters; its token is shown once"))
	web.Post(a, "/meter-gateways/{id}/end", ActGateways, func(ctx context.Context, who authz.Actor, in *struct {
		ID GatewayID `path:"id"`
		web.Match
	}) (Gateway, error) {
		return s.EndGateway(ctx, who, in.ID, in.Match)
	}, web.Summary("Make a gateway's token worthless"))
	web.Post(a, "/gateway-readings", ActRead, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Readings []Sent `json:"readings" minItems:"1" maxItems:"500"`
		}
	}) (Receipt, error) {
		return s.FromGateway(ctx, who, in.Body.Readings)
	}, web.Devices(), web.Summary("Readings of smart meters, sent by a gateway with its token; each is taken or refused by itself, and counts once by meter and instant"))
}

func (s *Service) photoRoutes(a *web.API) {
	web.Post(a, "/meter-readings/{id}/photos", ActRead, func(ctx context.Context, who authz.Actor, in *struct {
		ID ReadingID `path:"id"`
		web.Upload
	}) (Photo, error) {
		_, f, _, err := in.File()
		if err != nil {
			return Photo{}, err
		}
		defer func() { _ = f.Close() }() // it was only read
		return s.AddPhoto(ctx, who, in.ID, f)
	}, web.Created(), web.MaxBody(maxFile+1<<20), web.Summary("Attach a picture of the register to a reading"), web.Unversioned("it adds a file and changes none"))
	web.GetFile(a, "/meter-photos/{id}", ActMeters, func(ctx context.Context, who authz.Actor, in *struct {
		ID PhotoID `path:"id"`
	}) (web.Download, error) {
		p, r, err := s.OpenPhoto(ctx, who, in.ID)
		return web.Stored("", p.Type, r), err
	}, web.Summary("A picture of a register"))
}
