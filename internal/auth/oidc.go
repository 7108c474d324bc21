package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Provider signs people in for us by OpenID Connect (ACC-06): authorisation
// code with PKCE, state and nonce. It is asked who it is at the first use, so
// that a provider that is down stops nobody from starting the program or from
// signing in with a password.
type Provider struct {
	Issuer   string
	ClientID string
	Secret   string
	Name     string // on the button
	Callback string // our address that it sends people back to
	TrustMFA bool   // its word that a second factor was used is enough
	Match    bool   // link an account with the same user name at its first use

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier
	conf     *oauth2.Config
}

// claims is what is read of an ID token.
type claims struct {
	Subject  string   `json:"sub"`
	Nonce    string   `json:"nonce"`
	Username string   `json:"preferred_username"`
	AMR      []string `json:"amr"`
	Party    string   `json:"azp"`
}

// strong reports that the provider saw a second factor (RFC 8176).
func (c claims) strong() bool { return slices.Contains(c.AMR, "mfa") }

// journey is what we remember while somebody is with the provider.
type journey struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	Link     string `json:"l,omitempty"` // the account to be linked, for who is signed in
	Account  string `json:"a,omitempty"` // the provider is done, our code is missing
	Subject  string `json:"u,omitempty"`
	At       int64  `json:"t"`
}

const journeyLasts = 10 * time.Minute

// Algorithms of signatures that only the provider can make: neither "none" nor
// one whose key is the public one.
var signedBy = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

var client = &http.Client{Timeout: 10 * time.Second}

// known finds out who the provider is, once.
func (p *Provider) known(ctx context.Context, now func() time.Time) (*oauth2.Config, *oidc.IDTokenVerifier, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conf != nil {
		return p.conf, p.verifier, nil
	}
	// Its keys are fetched later, with this context: it must not end with the request.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), client), p.Issuer)
	if err != nil {
		return nil, nil, errors.Join(ErrSSODown, err)
	}
	p.verifier = found.Verifier(&oidc.Config{ClientID: p.ClientID, SupportedSigningAlgs: signedBy, Now: now})
	p.conf = &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.Secret, Endpoint: found.Endpoint(), RedirectURL: p.Callback, Scopes: []string{oidc.ScopeOpenID, "profile"}}
	return p.conf, p.verifier, nil
}

// exchange takes the code to the provider and returns what it vouches for.
func (p *Provider) exchange(ctx context.Context, now func() time.Time, code string, j journey) (c claims, err error) {
	conf, verifier, err := p.known(ctx, now)
	if err != nil {
		return c, err
	}
	token, err := conf.Exchange(oidc.ClientContext(ctx, client), code, oauth2.VerifierOption(j.Verifier))
	if err != nil {
		if _, refused := errors.AsType[*oauth2.RetrieveError](err); refused {
			return c, errors.Join(ErrSSOFailed, err)
		}
		if _, down := errors.AsType[*url.Error](err); down {
			return c, errors.Join(ErrSSODown, err)
		}
		return c, errors.Join(ErrSSOFailed, err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := verifier.Verify(oidc.ClientContext(ctx, client), raw)
	if err == nil {
		err = id.Claims(&c)
	}
	if err != nil {
		return c, errors.Join(ErrSSOFailed, err)
	}
	same := subtle.ConstantTimeCompare([]byte(c.Nonce), []byte(j.Nonce)) == 1
	if !same || c.Subject == "" || (len(id.Audience) > 1 || c.Party != "") && c.Party != p.ClientID {
		return c, ErrSSOFailed
	}
	return c, nil
}
