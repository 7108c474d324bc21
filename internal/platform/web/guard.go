package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/i18n"
)

// SessionCookie names the cookie of a session; over TLS it gets the __Host- prefix.
const SessionCookie = "guanjia_session"

// Session is what the guard needs to know of who is signed in.
type Session struct {
	Who  authz.Actor
	CSRF string
}

// Guard is what every request passes before its route.
type Guard struct {
	// Find returns the session of a cookie's value; an error of kind
	// Unauthenticated means there is none.
	Find func(ctx context.Context, cookie string, from authz.Request) (Session, error)
	// Device returns who comes with a token, on routes that are for devices; nil: there are none.
	Device func(ctx context.Context, token string) (authz.Actor, error)
	Now    func() clock.Instant
	// PerSecond and Burst bound the requests of one address, half of them those
	// of one account; 0 means no bound.
	PerSecond, Burst int
	// Patience is how long a request may take, unless its route is Slow; 0: half a minute.
	Patience time.Duration
	// Proxies are trusted to say for whom they speak (X-Forwarded-For, -Proto).
	Proxies []netip.Prefix
	Site    string                   // where people reach this installation; "": where the request came to
	Latency *prometheus.HistogramVec // by action and status

	api                 *API
	addresses, accounts *rates
}

// request is what is known of the request at hand.
type request struct {
	who     authz.Actor
	request authz.Request
	lang    string
	action  authz.Action
	repeat  *db.Repeat
	cookies []string
	secure  bool
	site    string
	again   func(context.Context) bool // is the session still the same? for streams
}

type callKey struct{}

func callOf(ctx context.Context) *request {
	if c, ok := ctx.Value(callKey{}).(*request); ok {
		return c
	}
	return &request{lang: i18n.Chinese}
}

// Lang is the caller's language.
func Lang(ctx context.Context) string { return callOf(ctx).lang }

// Pick is the Chinese or the English of two, as the request asks.
func Pick[T any](ctx context.Context, zh, en T) T {
	if Lang(ctx) == i18n.English {
		return en
	}
	return zh
}

// cookieLang is the language that was chosen at a screen. A link that downloads
// something sends the browser's language only.
const cookieLang = "gj_lang"

// spoken is the language of a request.
func spoken(r *http.Request) string {
	if c, err := r.Cookie(cookieLang); err == nil && (c.Value == i18n.Chinese || c.Value == i18n.English) {
		return c.Value
	}
	return i18n.Lang(r.Header.Get("Accept-Language"))
}

// RequestOf tells where the request came from.
func RequestOf(ctx context.Context) authz.Request { return callOf(ctx).request }

// Site is where people reach this installation, without a slash at its end:
// what was set, or where the request itself came to.
func Site(ctx context.Context) string { return callOf(ctx).site }

// Handler serves the API behind the guard.
func (a *API) Handler(g Guard) http.Handler {
	g.api = a
	g.addresses, g.accounts = newRates("address", g.PerSecond, g.Burst), newRates("account", (g.PerSecond+1)/2, (g.Burst+1)/2)
	if g.Patience == 0 {
		g.Patience = longest
	}
	routes := map[string]Route{}
	for _, r := range a.routes {
		routes[r.Method+" "+r.Path] = r
	}
	a.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fail(w, r, errRoute) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		c := &request{lang: spoken(r)}
		c.request, c.secure, c.site = g.called(r)
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
		rec := &recorder{ResponseWriter: w}
		h := rec.Header()
		h.Set("X-Request-Id", c.request.ID)
		h.Set("X-Server-Time", strconv.FormatInt(int64(g.Now()), 10))
		h.Set("Cache-Control", "no-store")
		h.Set("Vary", "Accept-Language, Cookie")
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // a sentinel value that is never wrapped
					panic(p)
				}
				slog.ErrorContext(r.Context(), "panic", "request", c.request.ID, "panic", p, "stack", string(debug.Stack()))
				if rec.status == 0 {
					fail(rec, r, fmt.Errorf("panic: %v", p))
				}
			}
			if g.Latency != nil {
				g.Latency.WithLabelValues(string(c.action), strconv.Itoa(rec.status)).Observe(time.Since(start).Seconds())
			}
		}()
		_, pattern := a.mux.Handler(r)
		route := routes[pattern]
		if route.Slow {
			endless(w, r)
		} else {
			ctx, cancel := context.WithTimeout(r.Context(), g.Patience)
			defer cancel()
			r = r.WithContext(ctx)
		}
		if err := g.check(rec, r, c, route); err != nil {
			fail(rec, r, err)
			return
		}
		r, err := g.done(r)
		if err != nil {
			fail(rec, r, err)
			return
		}
		// The server forgets the files of the request it made, and this one is a copy of it.
		defer func() {
			if r.MultipartForm != nil {
				_ = r.MultipartForm.RemoveAll()
			}
		}()
		a.mux.ServeHTTP(rec, r)
	})
}

// How long a request may take, and one of a Slow route may take to arrive.
const (
	longest = 30 * time.Second
	slowest = 10 * time.Minute
)

// usualBody is how many bytes a request may have where its route says nothing.
const usualBody = 1 << 20

// endless takes the deadline for reading off a request that has nothing more to
// read: when it passes, net/http takes the client for gone.
func endless(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength == 0 {
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // not every writer has deadlines
	}
}

func (g *Guard) check(w http.ResponseWriter, r *http.Request, c *request, route Route) error {
	limit := cmp.Or(route.MaxBody, usualBody)
	if err := g.addresses.take(w.Header(), network(c.request.IP)); err != nil {
		return err
	}
	if r.ContentLength > limit {
		return errTooLarge
	}
	if query, err := url.QueryUnescape(r.URL.RawQuery); err != nil || !storable(query) || !storable(r.URL.Path) {
		return errText
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && route.Devices && g.Device != nil {
		return g.device(w, r, c, token)
	}
	csrf, err := g.session(r, c)
	if err != nil {
		return err
	}
	if c.who.ID != 0 {
		if err := g.accounts.take(w.Header(), c.who.ID.String()); err != nil {
			return err
		}
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	if err := crossOrigin.Check(r); err != nil {
		return errCSRF
	}
	if c.who.ID != 0 && subtle.ConstantTimeCompare([]byte(r.Header.Get("X-CSRF-Token")), []byte(csrf)) != 1 {
		return errCSRF
	}
	return g.repeat(r, c)
}

// device lets a device in. No browser sends its token by itself, so there is
// nothing to forge; its requests are counted by themselves.
func (g *Guard) device(w http.ResponseWriter, r *http.Request, c *request, token string) (err error) {
	if c.who, err = g.Device(r.Context(), token); err != nil {
		return err
	}
	c.who.Request = c.request
	return g.accounts.take(w.Header(), c.who.Job)
}

// session finds who is asking and returns the session's CSRF token.
func (g *Guard) session(r *http.Request, c *request) (csrf string, err error) {
	cookie := g.cookie(r)
	if cookie != "" {
		s, err := g.Find(r.Context(), cookie, c.request)
		if err != nil && !errors.Is(err, authz.ErrSignIn) {
			return "", err
		}
		c.who, csrf = s.Who, s.CSRF
	}
	c.who.Request = c.request
	c.again = func(ctx context.Context) bool {
		s, err := g.Find(ctx, cookie, c.request)
		return err == nil && s.Who.ID == c.who.ID && reflect.DeepEqual(s.Who.Grants, c.who.Grants)
	}
	return csrf, nil
}

var crossOrigin = http.NewCrossOriginProtection()

// How long a phone may keep what was done without a network and still be
// believed about when that was.
const believed = 7 * 24 * time.Hour

// done attaches what the header Done-At says (FAC-03). What lies ahead or too
// far back is the mistake of a phone's clock and counts for nothing.
func (g *Guard) done(r *http.Request) (*http.Request, error) {
	said := r.Header.Get("Done-At")
	if said == "" {
		return r, nil
	}
	at, err := time.Parse(time.RFC3339, said)
	if err != nil {
		return r, errDoneAt
	}
	if ago := int64(g.Now()) - at.UnixMilli(); ago < 0 || ago > believed.Milliseconds() {
		return r, nil
	}
	return r.WithContext(clock.WithDone(r.Context(), clock.Instant(at.UnixMilli()))), nil
}

// repeat notes the Idempotency-Key together with what is asked.
func (g *Guard) repeat(r *http.Request, c *request) error {
	key := r.Header.Get("Idempotency-Key")
	if key == "" || c.who.ID == 0 {
		return nil
	}
	if len(key) > 100 || !storable(key) {
		return errKey
	}
	asked := []byte(r.Method + " " + r.URL.RequestURI() + "\n")
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		// A file is not held in memory to be compared, and its boundary differs every time.
		c.repeat = &db.Repeat{Key: key, Body: asked}
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	c.repeat = &db.Repeat{Key: key, Body: append(asked, body...)}
	return nil
}

func (g *Guard) cookie(r *http.Request) string {
	for _, name := range []string{"__Host-" + SessionCookie, SessionCookie} {
		if k, err := r.Cookie(name); err == nil {
			return k.Value
		}
	}
	return ""
}

// origin tells where r came from and whether it came over TLS.
func (g *Guard) origin(r *http.Request) (authz.Request, bool) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	secure := r.TLS != nil
	if ip, err := netip.ParseAddr(host); err == nil && g.trusted(ip) {
		secure = secure || r.Header.Get("X-Forwarded-Proto") == "https"
		hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last, err := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1])); err == nil {
			host = last.String()
		}
	}
	agent := r.UserAgent()
	if len(agent) > 300 {
		agent = agent[:300]
	}
	return authz.Request{ID: rand.Text()[:16], IP: host, UserAgent: strings.ToValidUTF8(agent, "")}, secure
}

// called is origin with the address that r was sent to, or that was set for all.
func (g *Guard) called(r *http.Request) (from authz.Request, secure bool, site string) {
	from, secure = g.origin(r)
	switch {
	case g.Site != "":
		site = strings.TrimRight(g.Site, "/")
	case secure:
		site = "https://" + r.Host
	default:
		site = "http://" + r.Host
	}
	return from, secure, site
}

// From is the address that a request came from, seen through trusted proxies.
func (g *Guard) From(r *http.Request) string {
	from, _ := g.origin(r)
	return from.IP
}

func (g *Guard) trusted(ip netip.Addr) bool {
	for _, p := range g.Proxies {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// recorder remembers the status for the metrics.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach flushing and deadlines.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
