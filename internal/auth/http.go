package auth

import (
	"context"
	"net/http"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

// More adds to a signed-in account what other domains know of it (communities, duty).
type More func(ctx context.Context, who authz.Actor, v *View) error

// Routes is the API of sign-in, sessions and roles.
func (s *Service) Routes(a *web.API, more More) {
	web.Post(a, "/session", "", func(ctx context.Context, _ authz.Actor, in *SignInInput) (View, error) {
		got, err := s.SignIn(ctx, web.RequestOf(ctx), Credentials{Name: in.Body.Username, Password: in.Body.Password, Code: in.Body.Code, Device: in.Known()})
		if err != nil {
			return View{}, err
		}
		return s.Welcome(ctx, got, more)
	}, web.Summary("Sign in"))
	web.Get(a, "/session", ActSelf, func(ctx context.Context, who authz.Actor, in *CookieInput) (View, error) {
		v, err := s.view(ctx, who, more)
		if err != nil {
			return v, err
		}
		_, v.CSRF, err = s.Find(ctx, in.Token(), who.Request)
		return v, err
	}, web.Summary("Who is signed in"))
	web.Delete(a, "/session", ActSelf, func(ctx context.Context, who authz.Actor, in *CookieInput) (web.None, error) {
		Expire(ctx)
		return web.None{}, s.SignOut(ctx, who, in.Token())
	}, web.Summary("Sign out"))
	s.roleRoutes(a)
	s.ownRoutes(a)
	s.securityRoutes(a)
	s.ssoRoutes(a, more)
}

// SignInInput is a name and a password, and the code where one is asked for.
type SignInInput struct {
	DeviceInput
	Body struct {
		Username string `json:"username" minLength:"1" maxLength:"100" doc:"user name or mobile"`
		Password string `json:"password" minLength:"1" maxLength:"200"`
		Code     string `json:"code,omitempty" maxLength:"40" doc:"of the second factor, or a recovery code; asked for by auth.code_needed"`
	}
}

// CookieInput reads the session of the request.
type CookieInput struct {
	Cookie     string `cookie:"guanjia_session" hidden:"true"`
	HostCookie string `cookie:"__Host-guanjia_session" hidden:"true"`
}

// Token is the session's cookie.
func (c CookieInput) Token() string {
	if c.HostCookie != "" {
		return c.HostCookie
	}
	return c.Cookie
}

// DeviceInput reads the cookie of a device that signed in before.
type DeviceInput struct {
	Device     string `cookie:"guanjia_device" hidden:"true"`
	HostDevice string `cookie:"__Host-guanjia_device" hidden:"true"`
}

// Known is the device's cookie.
func (d DeviceInput) Known() string {
	if d.HostDevice != "" {
		return d.HostDevice
	}
	return d.Device
}

// View is the signed-in account as the faces need it.
type View struct {
	Account            Account         `json:"account"`
	CSRF               string          `json:"csrf" doc:"send it as X-CSRF-Token with every change"`
	Permissions        []authz.Action  `json:"permissions"`
	Communities        []CommunityName `json:"communities"`
	MustChangePassword bool            `json:"mustChangePassword"`
	MustEnrol          bool            `json:"mustEnrol" doc:"a role asks for a second factor; nothing else is allowed before it is set up"`
	OnDuty             *bool           `json:"onDuty,omitempty"`
	Live               int64           `json:"live" doc:"the latest event before this answer; a live stream asked for with it as Last-Event-ID tells of all that happens after what is read from now on"`
}

// CommunityName is a community in a choice.
type CommunityName struct {
	ID   authz.CommunityID `db:"id" json:"id"`
	Name string            `db:"name" json:"name"`
	Zone string            `db:"zone" json:"zone" doc:"IANA time zone: its day is today"`
}

func (s *Service) view(ctx context.Context, who authz.Actor, more More) (v View, err error) {
	if v.Account, v.MustEnrol, err = s.Own(ctx, who); err != nil {
		return v, err
	}
	v.MustChangePassword, v.Permissions, v.Communities = v.Account.MustChange, who.Actions(), []CommunityName{}
	return v, more(ctx, who, &v)
}

// Welcome sets the cookies after a sign-in and says who is there.
func (s *Service) Welcome(ctx context.Context, in SignedIn, more More) (View, error) {
	v, err := s.ViewOf(ctx, in.Session, more)
	if err == nil {
		keep(ctx, deviceCookie, in.Device, DeviceLasts)
	}
	return v, err
}

// ViewOf is the view right after a first start or sign-in.
func (s *Service) ViewOf(ctx context.Context, token string, more More) (View, error) {
	who, csrf, err := s.Find(ctx, token, web.RequestOf(ctx))
	if err != nil {
		return View{}, err
	}
	SetCookie(ctx, token)
	v, err := s.view(ctx, who, more)
	v.CSRF = csrf
	return v, err
}

const deviceCookie = "guanjia_device"

// SetCookie gives the browser the session; over TLS with the __Host- prefix.
// How long it lives is decided by the server, the cookie may outlast it.
func SetCookie(ctx context.Context, token string) {
	keep(ctx, web.SessionCookie, token, 30*24*time.Hour)
}

// SetCookies gives the browser a new session, and the device its mark.
func SetCookies(ctx context.Context, in SignedIn) {
	SetCookie(ctx, in.Session)
	keep(ctx, deviceCookie, in.Device, DeviceLasts)
}

// Expire takes the session's cookie away.
func Expire(ctx context.Context) { keep(ctx, web.SessionCookie, "", -time.Second) }

func keep(ctx context.Context, name, value string, lasts time.Duration) {
	web.SetCookie(ctx, http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(lasts / time.Second)})
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
		out[i] = device{d.ID, d.UserAgent, d.IP, d.CreatedAt, d.SeenAt, d.TokenHash == hashOf(in.Token())}
	}
	return web.All(out), err
}
