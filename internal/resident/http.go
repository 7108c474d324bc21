package resident

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/auth"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/web"
)

// WithCode is a mobile and the code that was shown or sent.
type WithCode struct {
	auth.DeviceInput
	Body struct {
		Mobile string `json:"mobile" minLength:"1" maxLength:"30"`
		Code   string `json:"code" minLength:"1" maxLength:"10"`
	}
}

// WithMobile is the mobile that a code is sent to.
type WithMobile struct {
	auth.DeviceInput
	Body struct {
		Mobile string `json:"mobile" minLength:"1" maxLength:"30"`
	}
}

// ByRoom names a room in the path.
type ByRoom struct {
	ID housing.RoomID `path:"id"`
}

// ByBinding names a binding in the path.
type ByBinding struct {
	ID BindingID `path:"id"`
}

// ByInvitation names an invitation in the path.
type ByInvitation struct {
	ID InvitationID `path:"id"`
}

// Routes is the API of residents, and what staff do for them.
func (s *Service) Routes(a *web.API, find func(ctx context.Context, token string, from authz.Request) (authz.Actor, string, error)) {
	s.sessionRoutes(a, find)
	s.homeRoutes(a)
	s.deskRoutes(a)
}

func (s *Service) sessionRoutes(a *web.API, find func(ctx context.Context, token string, from authz.Request) (authz.Actor, string, error)) {
	me := func(ctx context.Context, token string) (Me, error) {
		who, csrf, err := find(ctx, token, web.RequestOf(ctx))
		if err != nil {
			return Me{}, err
		}
		m, err := s.Me(ctx, who)
		m.CSRF = csrf
		return m, err
	}
	web.Post(a, "/resident/session/code", "", func(ctx context.Context, _ authz.Actor, in *WithMobile) (web.None, error) {
		return web.None{}, s.AskCode(ctx, web.RequestOf(ctx), in.Body.Mobile, in.Known())
	}, web.Summary("Ask for a code; the answer is always the same"))
	web.Post(a, "/resident/session", "", func(ctx context.Context, _ authz.Actor, in *WithCode) (Me, error) {
		got, err := s.SignIn(ctx, web.RequestOf(ctx), in.Body.Mobile, in.Body.Code, in.Known())
		if err != nil {
			return Me{}, err
		}
		auth.SetCookies(ctx, got)
		return me(ctx, got.Session)
	}, web.Summary("Sign in as a resident"))
	web.Delete(a, "/resident/session", ActSelf, func(ctx context.Context, who authz.Actor, in *auth.CookieInput) (web.None, error) {
		auth.Expire(ctx)
		return web.None{}, s.SignOut(ctx, who, in.Token())
	}, web.Summary("Sign out as a resident"))
	web.Get(a, "/resident/me", ActSelf, func(ctx context.Context, _ authz.Actor, in *auth.CookieInput) (Me, error) {
		return me(ctx, in.Token())
	}, web.Summary("Who is signed in as a resident"))
	web.Put(a, "/resident/me", ActSelf, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		Body struct {
			Name string `json:"name" minLength:"1" maxLength:"50" doc:"how to be called"`
		}
	}) (Me, error) {
		return s.Rename(ctx, who, in.Expect, in.Body.Name)
	}, web.Summary("Say how to be called"))
}

func (s *Service) homeRoutes(a *web.API) {
	web.Get(a, "/resident/communities", ActSelf, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[Place], error) {
		all, err := s.Places(ctx, who)
		return web.All(all), err
	}, web.Summary("Communities a room can be claimed in"))
	web.Get(a, "/resident/rooms", ActSelf, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[Home], error) {
		all, err := s.Homes(ctx, who)
		return web.All(all), err
	}, web.Summary("My rooms"))
	audit.Export(s.Exports, a, "/resident/data.xlsx", ActHome, func(ctx context.Context, who authz.Actor, in *struct {
		Room housing.RoomID `query:"room" required:"true"`
	}) (audit.Table, error) {
		return s.OwnData(ctx, who, in.Room, web.Lang(ctx) == i18n.English)
	}, web.Summary("All that is kept of me"))
	web.Get(a, "/resident/claims", ActSelf, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[Claim], error) {
		all, err := s.Claims(ctx, who)
		return web.All(all), err
	}, web.Summary("Rooms I have asked for"))
	web.Post(a, "/resident/claims", ActSelf, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Label     string            `json:"label" minLength:"1" maxLength:"60" doc:"the room in any usual writing"`
			Name      string            `json:"name" minLength:"1" maxLength:"50" doc:"as in the contract"`
			Kind      string            `json:"relation" enum:"owner,family,tenant"`
		}
	}) (Claim, error) {
		return s.Claim(ctx, who, Claimant{in.Body.Community, in.Body.Label, in.Body.Name, customer.RelationKind(in.Body.Kind)})
	}, web.Created(), web.Summary("Say which room is mine; bound at once where the archive agrees"))
	web.Get(a, "/resident/members", ActHome, func(ctx context.Context, who authz.Actor, in *struct {
		Room housing.RoomID `query:"room" required:"true"`
	}) (web.List[Member], error) {
		all, err := s.Members(ctx, who, in.Room)
		return web.All(all), err
	}, web.Summary("Who else is bound to my room"))
	web.Delete(a, "/resident/members/{id}", ActHome, func(ctx context.Context, who authz.Actor, in *ByBinding) (web.None, error) {
		return web.None{}, s.Leave(ctx, who, in.ID)
	}, web.Summary("Leave a room, or revoke whom I invited"), web.Unversioned("a binding stands or has ended"))
	web.Get(a, "/resident/invitations", ActSelf, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[Invitation], error) {
		all, err := s.Invitations(ctx, who)
		return web.All(all), err
	}, web.Summary("Open invitations, sent by me or to me"))
	web.Post(a, "/resident/invitations", ActHome, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Room   housing.RoomID `json:"roomId"`
			Mobile string         `json:"mobile" minLength:"1" maxLength:"30"`
			Kind   string         `json:"relation" enum:"family,tenant"`
			From   clock.Day      `json:"from,omitzero"`
			To     clock.Day      `json:"to,omitzero"`
		}
	}) (Invitation, error) {
		b := in.Body
		return s.Invite(ctx, who, Guest{b.Room, b.Mobile, customer.RelationKind(b.Kind), b.From, b.To})
	}, web.Created(), web.Summary("Invite family or a tenant to my room"))
	web.Post(a, "/resident/invitations/{id}/accept", ActSelf, func(ctx context.Context, who authz.Actor, in *ByInvitation) (web.None, error) {
		return web.None{}, s.Accept(ctx, who, in.ID)
	}, web.Summary("Accept an invitation"), web.Unversioned("an invitation is open or not"))
	web.Delete(a, "/resident/invitations/{id}", ActSelf, func(ctx context.Context, who authz.Actor, in *ByInvitation) (web.None, error) {
		return web.None{}, s.Refuse(ctx, who, in.ID)
	}, web.Summary("Revoke an invitation, or refuse it"), web.Unversioned("an invitation is open or not"))
}

func (s *Service) deskRoutes(a *web.API) {
	web.Get(a, "/rooms/{id}/residents", ActView, func(ctx context.Context, who authz.Actor, in *ByRoom) (Accounts, error) {
		return s.Of(ctx, who, in.ID)
	}, web.Summary("Accounts bound to a room, claims and invitations"))
	web.Post(a, "/rooms/{id}/residents", ActBind, func(ctx context.Context, who authz.Actor, in *struct {
		ByRoom
		Body struct {
			Customer customer.ID `json:"customerId"`
		}
	}) (Accounts, error) {
		return s.Bind(ctx, who, in.ID, in.Body.Customer)
	}, web.Created(), web.Summary("Bind a customer's account to a room by hand"), web.Unversioned("a binding is added, the room does not change"))
	web.Delete(a, "/residents/{id}", ActBind, func(ctx context.Context, who authz.Actor, in *ByBinding) (web.None, error) {
		return web.None{}, s.End(ctx, who, in.ID)
	}, web.Summary("End a binding by hand"), web.Unversioned("a binding stands or has ended"))
	web.Post(a, "/customers/{id}/sign-in-code", ActCode, func(ctx context.Context, who authz.Actor, in *struct {
		ID customer.ID `path:"id"`
	}) (Shown, error) {
		return s.ShowCode(ctx, who, in.ID)
	}, web.Created(), web.Summary("Show a code to a resident who stands at the desk"), web.Unversioned("each code replaces the one before"))
}
