package auth_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/oauth2-proxy/mockoidc"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/dbtest"
)

// provider is one that speaks OpenID Connect on loopback, of another hand than
// the library that asks it; tamper changes its ID tokens on their way to us.
type provider struct {
	*mockoidc.MockOIDC
	t      *testing.T
	tamper func(token string) string
}

// person is who the provider signs in next.
type person struct {
	mockoidc.MockUser
	amr []string
}

type personClaims struct {
	*mockoidc.IDTokenClaims
	Username string   `json:"preferred_username"`
	AMR      []string `json:"amr,omitempty"`
}

func (p *person) Claims(_ []string, c *mockoidc.IDTokenClaims) (jwt.Claims, error) {
	return personClaims{c, p.PreferredUsername, p.amr}, nil
}

func (w *world) provider() *provider {
	w.t.Helper()
	m, err := mockoidc.NewServer(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	p := &provider{MockOIDC: m, t: w.t}
	if err := m.AddMiddleware(p.middle); err != nil {
		w.t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	if err := m.Start(server.Listener, nil); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = m.Shutdown() })
	w.c.Set(m.Now()) // its tokens are of today
	for _, s := range []*auth.Service{w.a, w.b} {
		s.SSO = &auth.Provider{Issuer: m.Issuer(), ClientID: m.ClientID, Secret: m.ClientSecret, Name: "SSO", Callback: "http://127.0.0.1/callback"}
	}
	return p
}

// middle lets tamper see the ID tokens that are handed out.
func (p *provider) middle(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.tamper == nil || !strings.HasSuffix(r.URL.Path, "/token") {
			next.ServeHTTP(w, r)
			return
		}
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		var answer map[string]any
		if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil {
			p.t.Error(err)
		}
		token, _ := answer["id_token"].(string)
		answer["id_token"] = p.tamper(token)
		raw, _ := json.Marshal(answer)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(raw)
	})
}

// visit does what a browser does at the provider, and returns what it comes back with.
func (p *provider) visit(to string, who *person) url.Values {
	p.t.Helper()
	p.QueueUser(who)
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Get(to)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = res.Body.Close()
	back, err := res.Location()
	if err != nil || back.Path != "/callback" {
		p.t.Fatal(res.StatusCode, back, err)
	}
	return back.Query()
}

func (w *world) sso(p *provider, who *person, change func(to string, r *auth.Return) string) (auth.Arrived, error) {
	w.t.Helper()
	to, kept, err := w.a.Depart(w.t.Context())
	if err != nil {
		return auth.Arrived{}, err
	}
	r := auth.Return{Kept: kept}
	if change != nil {
		to = change(to, nil)
	}
	back := p.visit(to, who)
	r.Code, r.State = back.Get("code"), back.Get("state")
	if change != nil {
		change("", &r)
	}
	return w.b.Arrive(w.t.Context(), authz.Actor{Request: authz.Request{IP: home}}, r)
}

func somebody(subject string, amr ...string) *person {
	return &person{mockoidc.MockUser{Subject: subject, PreferredUsername: subject}, amr}
}

// linked links the world's account with a subject.
func (w *world) linked(p *provider, subject string) {
	w.t.Helper()
	to, kept, err := w.a.BeginLink(w.t.Context(), w.who(), right)
	if err != nil {
		w.t.Fatal(err)
	}
	back := p.visit(to, somebody(subject))
	got, err := w.b.Arrive(w.t.Context(), w.who(), auth.Return{Code: back.Get("code"), State: back.Get("state"), Kept: kept})
	if err != nil || !got.Linked {
		w.t.Fatal(got, err)
	}
}

func (w *world) refused(what string, err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func TestSingleSignOnOpensLinkedAccountsOnly(t *testing.T) {
	nodes(t, func(w *world) {
		p := w.provider()
		_, err := w.sso(p, somebody("z-1"), nil)
		w.refused("unlinked", err, auth.ErrSSOUnlinked)
		if n := dbtest.One[int](w.t, w.a.DB, `SELECT COUNT(*) FROM account`); n != 1 {
			w.t.Error("an account was made")
		}
		w.linked(p, "z-1")
		got, err := w.sso(p, somebody("z-1"), nil)
		if err != nil {
			w.t.Fatal(err)
		}
		if who, _, err := w.a.Find(w.t.Context(), got.In.Session, authz.Request{}); err != nil || who.ID != w.id {
			w.t.Errorf("%v %v", who.ID, err)
		}
		_, err = w.sso(p, somebody("z-2"), nil)
		w.refused("another subject", err, auth.ErrSSOUnlinked)

		dbtest.Exec(w.t, w.a.DB, `UPDATE account SET disabled = $1`, true)
		_, err = w.sso(p, somebody("z-1"), nil)
		w.refused("disabled", err, auth.ErrSSOUnlinked)
		dbtest.Exec(w.t, w.a.DB, `UPDATE account SET disabled = $1`, false)

		if err := w.a.Unlink(w.t.Context(), w.who(), right); err != nil {
			w.t.Fatal(err)
		}
		_, err = w.sso(p, somebody("z-1"), nil)
		w.refused("unlinked again", err, auth.ErrSSOUnlinked)
	})
}

func TestWhatTheProviderSendsIsChecked(t *testing.T) {
	nodes(t, func(w *world) {
		p := w.provider()
		w.linked(p, "z-1")
		_, err := w.sso(p, somebody("z-1"), func(to string, r *auth.Return) string {
			if r != nil {
				r.State = "another"
			}
			return to
		})
		w.refused("wrong state", err, auth.ErrSSOFailed)
		_, err = w.sso(p, somebody("z-1"), func(to string, r *auth.Return) string {
			if r != nil {
				r.Kept = ""
			}
			return to
		})
		w.refused("no cookie", err, auth.ErrSSOFailed)
		_, err = w.sso(p, somebody("z-1"), func(to string, _ *auth.Return) string {
			return strings.Replace(to, "nonce=", "nonce=x", 1)
		})
		w.refused("wrong nonce", err, auth.ErrSSOFailed)
		_, err = w.sso(p, somebody("z-1"), func(to string, r *auth.Return) string {
			if r != nil {
				r.Code += "x"
			}
			return to
		})
		w.refused("an invented code", err, auth.ErrSSOFailed)
		_, err = w.sso(p, somebody("z-1"), func(to string, r *auth.Return) string {
			if r == nil {
				return to
			}
			if _, err := w.a.Arrive(w.t.Context(), authz.Actor{}, *r); err != nil {
				w.t.Errorf("the first time: %v", err)
			}
			return to
		})
		w.refused("a code the second time", err, auth.ErrSSOFailed)
		_, err = w.sso(p, somebody("z-1"), func(to string, r *auth.Return) string {
			if r != nil {
				w.c.Advance(11 * 60e9)
			}
			return to
		})
		w.refused("after eleven minutes", err, auth.ErrSSOFailed)
		w.c.Set(p.Now())
		for what, tamper := range map[string]func(string) string{
			"no signature": func(token string) string { return unsigned(token, `{"alg":"none"}`) + "." },
			"signed with the public key": func(token string) string {
				der, err := x509.MarshalPKIXPublicKey(p.Keypair.PublicKey)
				if err != nil {
					w.t.Error(err)
				}
				key := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
				text := unsigned(token, `{"alg":"HS256","typ":"JWT"}`)
				mac := hmac.New(sha256.New, key)
				mac.Write([]byte(text))
				return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
			},
			"a changed subject": func(token string) string {
				parts := strings.Split(token, ".")
				raw, _ := base64.RawURLEncoding.DecodeString(parts[1])
				parts[1] = base64.RawURLEncoding.EncodeToString(bytes.Replace(raw, []byte("z-2"), []byte("z-1"), 1))
				return strings.Join(parts, ".")
			},
			"nothing": func(string) string { return "" },
		} {
			p.tamper = tamper
			_, err = w.sso(p, somebody("z-2"), nil)
			w.refused(what, err, auth.ErrSSOFailed)
		}
	})
}

func unsigned(token, head string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(head)) + "." + strings.Split(token, ".")[1]
}

func TestAProviderThatIsDownIsSaidToBe(t *testing.T) {
	nodes(t, func(w *world) {
		w.provider()
		w.a.SSO.Issuer = "http://127.0.0.1:1/oidc"
		_, _, err := w.a.Depart(w.t.Context())
		w.refused("down", err, auth.ErrSSODown)
		w.try(w.a, home, "zhoumin", right, nil) // the password still opens
		w.a.SSO = nil
		_, _, err = w.a.Depart(w.t.Context())
		w.refused("off", err, auth.ErrSSOOff)
	})
}

func TestTheSecondFactorIsAskedForAfterSingleSignOn(t *testing.T) {
	nodes(t, func(w *world) {
		p := w.provider()
		w.linked(p, "z-1")
		secret, _ := w.enrol()
		got, err := w.sso(p, somebody("z-1", "pwd", "mfa"), nil) // its word alone is not enough
		if err != nil || got.Kept == "" || got.In.Session != "" {
			w.t.Fatal(got, err)
		}
		from := authz.Request{IP: home}
		if _, err := w.a.Finish(w.t.Context(), from, got.Kept, "000000", ""); err == nil {
			w.t.Error("any code will do")
		}
		w.c.Advance(clock.Instant(31_000).Sub(0))
		if in, err := w.a.Finish(w.t.Context(), from, got.Kept, auth.CodeAt(secret, w.c.Instant()), ""); err != nil || in.Session == "" {
			w.t.Errorf("%v", err)
		}
		w.b.SSO.TrustMFA = true
		got, err = w.sso(p, somebody("z-1", "pwd", "mfa"), nil)
		if err != nil || got.In.Session == "" {
			w.t.Errorf("trusted: %+v %v", got, err)
		}
		got, err = w.sso(p, somebody("z-1", "pwd"), nil)
		if err != nil || got.Kept == "" {
			w.t.Errorf("a password alone: %+v %v", got, err)
		}
	})
}

func TestTheSameUserNameLinksWhereTheInstallationSaysSo(t *testing.T) {
	nodes(t, func(w *world) {
		p := w.provider()
		w.b.SSO.Match = true
		got, err := w.sso(p, somebody("zhoumin"), nil)
		if err != nil || got.In.Session == "" {
			w.t.Fatal(err)
		}
		other := somebody("z-9")
		other.PreferredUsername = "zhoumin" // somebody else with the name, later
		_, err = w.sso(p, other, nil)
		w.refused("a second subject of the same name", err, auth.ErrSSOUnlinked)
	})
}
