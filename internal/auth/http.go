package auth

import (
	"context"
	"net/http"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

// Routes is the API of sign-in, sessions and roles. more adds what other
// domains know of a signed-in account (communities, duty) to its view.
func (s *Service) Routes(a *web.API, more func(ctx context.Context, who authz.Actor, v *View) error) {
	view := func(ctx context.Context, who authz.Actor) (View, error) { return s.view(ctx, who, more) }
	web.Post(a, "/session", "", func(ctx context.Context, _ authz.Actor, in *SignInInput) (View, error) {
		token, err := s.SignIn(ctx, web.RequestOf(ctx), in.Body.Username, in.Body.Password)
		if err != nil {
			return View{}, err
		}
		return s.ViewOf(ctx, token, more)
	}, web.Summary("Sign in"))
	web.Get(a, "/session", ActSelf, func(ctx context.Context, who authz.Actor, in *CookieInput) (View, error) {
		v, err := view(ctx, who)
		if err != nil {
			return v, err
		}
		_, v.CSRF, err = s.Find(ctx, in.token(), who.Request)
		return v, err
	}, web.Summary("Who is signed in"))
	web.Delete(a, "/session", ActSelf, func(ctx context.Context, who authz.Actor, in *CookieInput) (web.None, error) {
		expire(ctx)
		return web.None{}, s.SignOut(ctx, who, in.token())
	}, web.Summary("Sign out"))
	web.Get(a, "/devices", ActSelf, s.getDevices, web.Summary("My devices"))
	web.Delete(a, "/devices/{id}", ActSelf, func(ctx context.Context, who authz.Actor, in *struct {
		ID SessionID `path:"id"`
	}) (web.None, error) {
		return web.None{}, s.Revoke(ctx, who, in.ID)
	}, web.Summary("Sign a device out"), web.Unversioned("a session has no versions"))
	web.Put(a, "/account/password", ActSelf, func(ctx context.Context, who authz.Actor, in *PasswordInput) (web.None, error) {
		return web.None{}, s.ChangePassword(ctx, who, in.token(), in.Body.Current, in.Body.Next)
	}, web.Summary("Choose a new password"))
	s.roleRoutes(a)
}

// SignInInput is a name and a password.
type SignInInput struct {
	Body struct {
		Username string `json:"username" minLength:"1" maxLength:"100" doc:"user name or mobile"`
		Password string `json:"password" minLength:"1" maxLength:"200"`
	}
}

// CookieInput reads the session of the request.
type CookieInput struct {
	Cookie     string `cookie:"guanjia_session" hidden:"true"`
	HostCookie string `cookie:"__Host-guanjia_session" hidden:"true"`
}

func (c CookieInput) token() string {
	if c.HostCookie != "" {
		return c.HostCookie
	}
	return c.Cookie
}

// PasswordInput is the old and the new password.
type PasswordInput struct {
	CookieInput
	Body struct {
		Current string `json:"current" minLength:"1" maxLength:"200"`
		Next    string `json:"next" minLength:"1" maxLength:"400"`
	}
}

// View is the signed-in account as the faces need it.
type View struct {
	Account            Account         `json:"account"`
	CSRF               string          `json:"csrf" doc:"send it as X-CSRF-Token with every change"`
	Permissions        []authz.Action  `json:"permissions"`
	Communities        []CommunityName `json:"communities"`
	MustChangePassword bool            `json:"mustChangePassword"`
	OnDuty             *bool           `json:"onDuty,omitempty"`
}

// CommunityName is a community in a choice.
type CommunityName struct {
	ID   authz.CommunityID `db:"id" json:"id"`
	Name string            `db:"name" json:"name"`
}

func (s *Service) view(ctx context.Context, who authz.Actor, more func(context.Context, authz.Actor, *View) error) (v View, err error) {
	if v.Account, err = s.Own(ctx, who); err != nil {
		return v, err
	}
	v.MustChangePassword, v.Permissions, v.Communities = v.Account.MustChange, who.Actions(), []CommunityName{}
	return v, more(ctx, who, &v)
}

// ViewOf is the view right after a first start or sign-in.
func (s *Service) ViewOf(ctx context.Context, token string, more func(context.Context, authz.Actor, *View) error) (View, error) {
	who, csrf, err := s.Find(ctx, token, web.RequestOf(ctx))
	if err != nil {
		return View{}, err
	}
	SetCookie(ctx, token)
	v, err := s.view(ctx, who, more)
	v.CSRF = csrf
	return v, err
}

type device struct {
	ID        SessionID     `json:"id"`
	UserAgent string        `json:"userAgent"`
	IP        string        `json:"ip"`
	CreatedAt clock.Instant `json:"createdAt"`
	SeenAt    clock.Instant `json:"seenAt"`
	Current   bool          `json:"current"`
}

func (s *Service) getDevices(ctx context.Context, who authz.Actor, in *CookieInput) (web.List[device], error) {
	all, err := s.Devices(ctx, who)
	out := make([]device, len(all))
	for i, d := range all {
		out[i] = device{d.ID, d.UserAgent, d.IP, d.CreatedAt, d.SeenAt, d.TokenHash == hashOf(in.token())}
	}
	return web.All(out), err
}

// SetCookie gives the browser the session; over TLS with the __Host- prefix.
func SetCookie(ctx context.Context, token string) {
	web.SetCookie(ctx, http.Cookie{Name: web.SessionCookie, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(AbsoluteTimeout / time.Second)})
}

func expire(ctx context.Context) {
	web.SetCookie(ctx, http.Cookie{Name: web.SessionCookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: -1})
}
