package message

import (
	"context"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/webpush"
	"guanjia/internal/ticket"
)

type position struct {
	Before ID `json:"b"`
}

// InCommunity names a community.
type InCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

// Routes is the API of outgoing messages.
func (s *Service) Routes(a *web.API) {
	s.ownRoutes(a, "/account/messages", auth.ActSelf)
	s.ownRoutes(a, "/resident/messages", auth.ActResident)
	s.serverRoutes(a)
	web.Get(a, "/messages", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Community authz.CommunityID `query:"community"`
		State     State             `query:"state" enum:"waiting,sent,failed,dropped"`
		Channel   string            `query:"channel" enum:"push,mail"`
	}) (web.List[View], error) {
		at, err := web.After[position](in.Cursor)
		if err != nil {
			return web.List[View]{}, err
		}
		all, err := s.List(ctx, who, Filter{in.Community, in.State, in.Channel, at.Before, in.Limit + 1})
		return web.Paged(all, in.Limit, func(v View) position { return position{v.ID} }), err
	}, web.Summary("Outgoing messages, the latest first"))
	web.Post(a, "/messages/{id}/retry", ActRetry, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ID ID `path:"id"`
	}) (Message, error) {
		return s.Retry(ctx, who, in.ID, in.Expect)
	}, web.Summary("Send again what failed"))
	web.Get(a, "/tickets/{id}/messages", ticket.ActView, func(ctx context.Context, who authz.Actor, in *ticket.ByID) (Deliveries, error) {
		return s.OfTicket(ctx, who, in.ID)
	}, web.Summary("How a ticket's customer was reached"))
	web.Get(a, "/message-settings", ActSettings, func(ctx context.Context, who authz.Actor, in *InCommunity) (Quiet, error) {
		return s.QuietHours(ctx, who, in.Community)
	}, web.Summary("When residents are left in peace"))
	web.Put(a, "/message-settings", ActSettings, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		InCommunity
		Body struct {
			From int64 `json:"from" minimum:"0" maximum:"1439"`
			To   int64 `json:"to" minimum:"0" maximum:"1439"`
		}
	}) (Quiet, error) {
		return s.SetQuietHours(ctx, who, in.Community, in.Expect, in.Body.From, in.Body.To)
	}, web.Summary("Change when residents are left in peace"))
}

func (s *Service) serverRoutes(a *web.API) {
	web.Get(a, "/mail-server", ActServer, func(ctx context.Context, who authz.Actor, _ *struct{}) (Server, error) {
		return s.MailServer(ctx, who)
	}, web.Summary("The mail server"))
	web.Put(a, "/mail-server", ActServer, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		Body Terms
	}) (Server, error) {
		return s.SetMailServer(ctx, who, in.Expect, in.Body)
	}, web.Summary("Set the mail server up"))
	web.Post(a, "/mail-server/test", ActServer, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			To string `json:"to" maxLength:"254"`
		}
	}) (Tested, error) {
		return s.TestMail(ctx, who, web.Lang(ctx), in.Body.To)
	}, web.Summary("Send a test letter"), web.Slow(), web.Unversioned("it changes nothing"))
}

// ownRoutes are how one is reached oneself, alike for people at work and residents.
func (s *Service) ownRoutes(a *web.API, path string, act authz.Action) {
	free := web.Unversioned("one's own switches; the last one counts")
	web.Get(a, path, act, func(ctx context.Context, who authz.Actor, _ *struct{}) (Own, error) {
		return s.Own(ctx, who, act)
	}, web.Summary("How I am reached"))
	web.Put(a, path, act, func(ctx context.Context, who authz.Actor, in *struct{ Body Choice }) (Own, error) {
		return s.Choose(ctx, who, act, web.Lang(ctx), in.Body)
	}, free, web.Summary("Switch the channels"))
	web.Post(a, path+"/address", act, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Address string `json:"address" maxLength:"254"`
			Face    string `json:"face" enum:"console,m,r"`
		}
	}) (Own, error) {
		return s.SetAddress(ctx, who, act, web.Lang(ctx), in.Body.Face, in.Body.Address)
	}, free, web.Slow(), web.Summary("Give an address: a code is sent there"))
	web.Post(a, path+"/confirm", act, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Code string `json:"code" maxLength:"20"`
		}
	}) (Own, error) {
		return s.Confirm(ctx, who, act, in.Body.Code)
	}, free, web.Summary("Confirm the address with the code"))
	web.Delete(a, path+"/address", act, func(ctx context.Context, who authz.Actor, _ *struct{}) (Own, error) {
		return s.DropAddress(ctx, who, act)
	}, free, web.Summary("Forget my address"))
	web.Put(a, path+"/devices", act, func(ctx context.Context, who authz.Actor, in *struct {
		auth.CookieInput
		Body struct {
			webpush.Subscription
			Face string `json:"face" enum:"console,m,r"`
		}
	}) (Own, error) {
		return s.Subscribe(ctx, who, act, in.Token(), in.Body.Face, web.Lang(ctx), in.Body.Subscription)
	}, free, web.Summary("Reach this browser"))
	web.Delete(a, path+"/devices/{id}", act, func(ctx context.Context, who authz.Actor, in *struct {
		ID DeviceID `path:"id"`
	}) (web.None, error) {
		return web.None{}, s.Unsubscribe(ctx, who, act, in.ID)
	}, free, web.Summary("Reach a browser of mine no more"))
}
