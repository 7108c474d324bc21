package auth

import (
	"context"
	"encoding/base64"

	"rsc.io/qr"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/web"
)

// PasswordInput is the old and the new password.
type PasswordInput struct {
	CookieInput
	Body struct {
		Current string `json:"current" minLength:"1" maxLength:"200"`
		Next    string `json:"next" minLength:"1" maxLength:"400"`
	}
}

// ConfirmInput is the current password, asked for again.
type ConfirmInput struct {
	Body struct {
		Password string `json:"password" minLength:"1" maxLength:"200" doc:"the current one"`
	}
}

// FirstCodeInput is the first code of an authenticator app.
type FirstCodeInput struct {
	CookieInput
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"20"`
	}
}

// Begun is what an authenticator app is set up with; shown once.
type Begun struct {
	Secret string `json:"secret" doc:"for typing"`
	URI    string `json:"uri" doc:"otpauth://…"`
	QR     string `json:"qr" doc:"the same as a picture: data:image/png;base64,…"`
}

// Codes are recovery codes; shown once.
type Codes struct {
	Codes []string `json:"recoveryCodes"`
}

// ownRoutes is what people do with their own account.
func (s *Service) ownRoutes(a *web.API) {
	web.Get(a, "/devices", ActSelf, s.getDevices, web.Summary("My devices"))
	web.Delete(a, "/devices/{id}", ActSelf, func(ctx context.Context, who authz.Actor, in *struct {
		ID SessionID `path:"id"`
	}) (web.None, error) {
		return web.None{}, s.Revoke(ctx, who, in.ID)
	}, web.Summary("Sign a device out"), web.Unversioned("a session has no versions"))
	web.Delete(a, "/devices", ActSelf, func(ctx context.Context, who authz.Actor, in *CookieInput) (web.None, error) {
		return web.None{}, s.RevokeOthers(ctx, who, in.Token())
	}, web.Summary("Sign all my other devices out"))
	web.Put(a, "/account/password", ActSelf, func(ctx context.Context, who authz.Actor, in *PasswordInput) (web.None, error) {
		return web.None{}, s.ChangePassword(ctx, who, in.Token(), in.Body.Current, in.Body.Next)
	}, web.Summary("Choose a new password"))

	web.Get(a, "/account/second-factor", ActSelf, func(ctx context.Context, who authz.Actor, _ *struct{}) (FactorState, error) {
		return s.SecondFactor(ctx, who)
	}, web.Summary("My second factor"))
	web.Post(a, "/account/second-factor", ActSelf, func(ctx context.Context, who authz.Actor, in *ConfirmInput) (Begun, error) {
		secret, own, err := s.BeginFactor(ctx, who, in.Body.Password)
		if err != nil {
			return Begun{}, err
		}
		uri := otpauth(secret, own.Username)
		code, err := qr.Encode(uri, qr.M)
		if err != nil {
			return Begun{}, err
		}
		return Begun{secret, uri, "data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG())}, nil
	}, web.Created(), web.Summary("Begin to set up an authenticator app"))
	web.Put(a, "/account/second-factor", ActSelf, func(ctx context.Context, who authz.Actor, in *FirstCodeInput) (Codes, error) {
		codes, err := s.ConfirmFactor(ctx, who, in.Token(), in.Body.Code)
		return Codes{codes}, err
	}, web.Summary("Turn the second factor on with a first code"))
	web.Post(a, "/account/second-factor/recovery-codes", ActSelf, func(ctx context.Context, who authz.Actor, in *ConfirmInput) (Codes, error) {
		codes, err := s.RenewCodes(ctx, who, in.Body.Password)
		return Codes{codes}, err
	}, web.Summary("Make new recovery codes"))
	web.Post(a, "/account/second-factor/remove", ActSelf, func(ctx context.Context, who authz.Actor, in *ConfirmInput) (web.None, error) {
		return web.None{}, s.RemoveFactor(ctx, who, in.Body.Password)
	}, web.Summary("Turn the second factor off"))
}

type settingsBody struct {
	Failures        int64 `json:"failures"`
	WindowMinutes   int64 `json:"windowMinutes"`
	LockMinutes     int64 `json:"lockMinutes"`
	AddressFailures int64 `json:"addressFailures"`
	IdleMinutes     int64 `json:"idleMinutes"`
	AbsoluteMinutes int64 `json:"absoluteMinutes"`
}

// securityRoutes is what administrators see and decide of sign-in.
func (s *Service) securityRoutes(a *web.API) {
	web.Get(a, "/security/settings", ActUnlock, func(ctx context.Context, who authz.Actor, _ *struct{}) (Settings, error) {
		return s.Settings(ctx, who)
	}, web.Summary("The figures of sign-in"))
	web.Put(a, "/security/settings", ActSettings, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		Body settingsBody
	}) (Settings, error) {
		b := in.Body
		return s.ChangeSettings(ctx, who, in.Expect, Settings{
			Failures: b.Failures, WindowMinutes: b.WindowMinutes, LockMinutes: b.LockMinutes, AddressFailures: b.AddressFailures,
			IdleMinutes: b.IdleMinutes, AbsoluteMinutes: b.AbsoluteMinutes,
		})
	}, web.Summary("Change the figures of sign-in"))
	web.Get(a, "/security/locks", ActUnlock, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[Lock], error) {
		all, err := s.Locks(ctx, who)
		return web.All(all), err
	}, web.Summary("Who has to wait before signing in"))
	web.Delete(a, "/security/locks/{id}", ActUnlock, func(ctx context.Context, who authz.Actor, in *struct {
		ID id.Of[Lock] `path:"id"`
	}) (web.None, error) {
		return web.None{}, s.Unlock(ctx, who, in.ID)
	}, web.Summary("Let them try again at once"), web.Unversioned("a lock is there or not"))
	web.Get(a, "/security/failures", ActUnlock, func(ctx context.Context, who authz.Actor, in *struct{ web.Page }) (web.List[Failure], error) {
		before, err := web.After[id.Of[Failure]](in.Cursor)
		if err != nil {
			return web.List[Failure]{}, err
		}
		all, err := s.Failures(ctx, who, before, in.Limit+1)
		return web.Paged(all, in.Limit, func(f Failure) id.Of[Failure] { return f.ID }), err
	}, web.Summary("Failed sign-ins, the latest first"))
}
