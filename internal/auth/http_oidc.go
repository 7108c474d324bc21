package auth

import (
	"context"
	"log/slog"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

const journeyCookie = "guanjia_journey"

// JourneyInput reads what the browser kept while it was with the provider.
type JourneyInput struct {
	Journey     string `cookie:"guanjia_journey" hidden:"true"`
	HostJourney string `cookie:"__Host-guanjia_journey" hidden:"true"`
}

func (j JourneyInput) kept() string {
	if j.HostJourney != "" {
		return j.HostJourney
	}
	return j.Journey
}

// ReturnInput is what the provider sends a browser back with. What we do not
// use is named because providers add it.
type ReturnInput struct {
	JourneyInput
	DeviceInput
	Code         string `query:"code" maxLength:"4000" pattern:"^[\\x20-\\x7e]*$"`
	State        string `query:"state" maxLength:"500" pattern:"^[\\x20-\\x7e]*$"`
	Error        string `query:"error" maxLength:"500" pattern:"^[\\x20-\\x7e]*$"`
	Description  string `query:"error_description" maxLength:"500"`
	URI          string `query:"error_uri" maxLength:"500"`
	Issuer       string `query:"iss" maxLength:"500"`
	SessionState string `query:"session_state" maxLength:"500"`
	Scope        string `query:"scope" maxLength:"500"`
}

// Methods are the ways to sign in besides a password.
type Methods struct {
	SSO string `json:"sso,omitempty" doc:"name of the provider of single sign-on"`
}

// Link is how the caller's account stands with the provider.
type Link struct {
	Provider string        `json:"provider"`
	Linked   bool          `json:"linked"`
	Since    clock.Instant `json:"since,omitzero"`
}

type goOn struct {
	To string `json:"to" doc:"where the browser goes next"`
}

// ssoRoutes is single sign-on. A browser is led through start and callback,
// so these end on a page and never on a problem in JSON.
func (s *Service) ssoRoutes(a *web.API, more More) {
	web.Get(a, "/session/methods", "", func(context.Context, authz.Actor, *struct{}) (Methods, error) {
		if s.SSO == nil {
			return Methods{}, nil
		}
		return Methods{s.SSO.Name}, nil
	}, web.Summary("Ways to sign in"))
	web.Get(a, "/session/oidc/start", "", func(ctx context.Context, _ authz.Actor, _ *struct{}) (web.GoTo, error) {
		to, kept, err := s.depart(ctx, 0)
		if err != nil {
			return onPage(ctx, "/console", err)
		}
		keep(ctx, journeyCookie, kept, journeyLasts)
		return web.GoTo(to), nil
	}, web.Summary("Go to the provider of single sign-on"))
	web.Get(a, "/session/oidc/callback", "", func(ctx context.Context, who authz.Actor, in *ReturnInput) (web.GoTo, error) {
		keep(ctx, journeyCookie, "", -time.Second)
		who.Request = web.RequestOf(ctx)
		got, err := s.arrive(ctx, who, Return{Code: in.Code, State: in.State, Error: in.Error, Kept: in.kept(), Device: in.Known()})
		switch {
		case err != nil && who.ID != 0:
			return onPage(ctx, "/console/account/security", err)
		case err != nil:
			return onPage(ctx, "/console", err)
		case got.Linked:
			return "/console/account/security", nil
		case got.Kept != "":
			keep(ctx, journeyCookie, got.Kept, journeyLasts)
			return "/console?sso=" + web.GoTo(ErrCodeNeeded.Code), nil
		}
		SetCookies(ctx, got.In)
		return "/console", nil
	}, web.Summary("Come back from the provider of single sign-on"))
	web.Post(a, "/session/oidc/code", "", func(ctx context.Context, _ authz.Actor, in *struct {
		JourneyInput
		DeviceInput
		Body struct {
			Code string `json:"code" minLength:"1" maxLength:"40"`
		}
	}) (View, error) {
		got, err := s.Finish(ctx, web.RequestOf(ctx), in.kept(), in.Body.Code, in.Known())
		if err != nil {
			return View{}, err
		}
		keep(ctx, journeyCookie, "", -time.Second)
		return s.Welcome(ctx, got, more)
	}, web.Summary("Finish single sign-on with the code of the second factor"))
	s.linkRoutes(a)
}

// linkRoutes is what people do with their own link to the provider.
func (s *Service) linkRoutes(a *web.API) {
	web.Get(a, "/account/identity", ActSelf, func(ctx context.Context, who authz.Actor, _ *struct{}) (Link, error) {
		since, err := s.Linked(ctx, who)
		if err != nil {
			return Link{}, err
		}
		return Link{s.SSO.Name, since > 0, since}, nil
	}, web.Summary("My link with single sign-on"))
	web.Post(a, "/account/identity", ActSelf, func(ctx context.Context, who authz.Actor, in *ConfirmInput) (goOn, error) {
		to, kept, err := s.BeginLink(ctx, who, in.Body.Password)
		if err == nil {
			keep(ctx, journeyCookie, kept, journeyLasts)
		}
		return goOn{to}, err
	}, web.Summary("Link my account with single sign-on"))
	web.Post(a, "/account/identity/remove", ActSelf, func(ctx context.Context, who authz.Actor, in *ConfirmInput) (web.None, error) {
		return web.None{}, s.Unlink(ctx, who, in.Body.Password)
	}, web.Summary("End my link with single sign-on"))
}

// onPage leads the browser to the page that says what went wrong and what to do.
func onPage(ctx context.Context, page string, err error) (web.GoTo, error) {
	e := errs.Of(err)
	if e.Kind == errs.Internal || e.Code == ErrSSOOff.Code {
		return "", err
	}
	slog.WarnContext(ctx, "single sign-on", "code", e.Code, "err", err, "request", web.RequestOf(ctx).ID)
	return web.GoTo(page + "?sso=" + e.Code), nil
}
