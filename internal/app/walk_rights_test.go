package app

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
)

// These walks go along every route of the API's own description, so a route is
// covered before it is written (QUA-21).

// bodyFor is a body that the route takes, nil when it takes none.
func (h *house) bodyFor(c call) any {
	if c.body == nil {
		return nil
	}
	return h.sample(c, "", c.body)
}

// takesFile tells the routes that want multipart/form-data.
func takesFile(c call) bool {
	return strings.HasSuffix(c.path, "/photos") || strings.HasSuffix(c.path, "/recordings") || strings.HasSuffix(c.path, "/scan") && c.Method == http.MethodPost || strings.HasSuffix(c.path, "/answers") || (c.path == "/imports" || c.path == "/statements" || c.path == "/invoice-answers") && c.Method == http.MethodPost
}

func TestAnEditNeedsTheVersionThatWasSeen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.deadJob()
		before := h.everything(h.here)
		edits, strict := 0, 0
		for _, c := range h.calls() {
			if !c.Versioned {
				continue
			}
			edits++
			at, body := h.address(c, ""), h.bodyFor(c)
			if a := h.may(c).do(c.Method, at, body); a.status != http.StatusPreconditionRequired || a.problem()["code"] != "request.if_match" {
				t.Errorf("%s without If-Match: %d %.200s", a.ask, a.status, a.body)
			}
			for _, tag := range []string{`"99"`, `W/"99"`, `"none"`, `*`} {
				a := h.may(c).do(c.Method, at, body, "If-Match", tag)
				if a.status == http.StatusUnprocessableEntity && a.problem()["code"] == "request.fields" {
					continue // what is wrong with the sample was said first
				}
				strict++
				if a.status != http.StatusConflict || a.problem()["code"] != "stale" {
					t.Errorf("%s with If-Match %s: %d %.200s", a.ask, tag, a.status, a.body)
				}
			}
		}
		if edits < 15 || strict < 3*edits {
			t.Errorf("only %d edits, %d answers about the version", edits, strict)
		}
		h.untouched(before)
	})
}

// questions are sent by POST to keep words out of addresses. They change
// nothing, so there is nothing to do only once.
var questions = []string{"/ticket-triage", "/ticket-twins", "/visit-plans", "/parking-fees"}

func TestARequestSentTwiceIsDoneOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.deadJob()
		done := 0
		for _, c := range h.calls() {
			if c.Method != http.MethodPost || c.Action == "" {
				continue
			}
			at, body, key := h.address(c, ""), h.bodyFor(c), "key of "+c.path
			send := func() answer {
				if takesFile(c) {
					return h.admin.upload(at, "a.png", png, "Idempotency-Key", key, "If-Match", `"1"`)
				}
				return h.may(c).do(c.Method, at, body, "Idempotency-Key", key, "If-Match", `"1"`)
			}
			first := send()
			if first.status >= 400 {
				first.problem()
				continue
			}
			done++
			before := h.everything(h.here)
			again := send()
			if again.status != first.status {
				t.Errorf("%s twice: %d, then %d %.300s", c.Route, first.status, again.status, again.body)
			}
			h.untouched(before)
			if slices.Contains(questions, c.path) {
				continue
			}
			if first.status != http.StatusNoContent && again.header.Get("Idempotent-Replayed") != "true" {
				t.Errorf("%s: the second answer does not say that it is one", c.Route)
			}
			if body != nil {
				changed := object{"unexpected": true}
				if a := h.may(c).do(c.Method, at, changed, "Idempotency-Key", key, "If-Match", `"1"`); a.status < 400 {
					t.Errorf("%s: another request with the same key: %d %.200s", c.Route, a.status, a.body)
				}
			}
		}
		if done < 8 {
			t.Errorf("only %d requests could be sent twice", done)
		}
	})
}

func TestALowerRoleMayNot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.deadJob()
		roles, err := auth.ShippedRoles()
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range []string{"trainer", "technician", "front_desk", "auditor"} {
			i := slices.IndexFunc(roles, func(r auth.ShippedRole) bool { return r.Code == code })
			a := h.admin.do("POST", "/staff", map[string]any{"community": h.here, "agentNo": "L" + code, "name": "Lower", "username": "lower." + code, "roles": []string{code}}).is(201)
			lower := h.signIn("lower."+code, a.at("oneTimePassword"))
			before := h.everything(h.here)
			refused := 0
			for _, c := range h.calls() {
				if c.Action == "" || c.Action == auth.ActSelf || slices.Contains(roles[i].Actions, c.Action) {
					continue
				}
				refused++
				a := lower.do(c.Method, h.address(c, ""), h.bodyFor(c), "If-Match", `"1"`)
				if a.status != http.StatusForbidden || a.problem()["code"] != "auth.forbidden" {
					t.Errorf("%s as %s, who does not hold %s: %d %.200s", a.ask, code, c.Action, a.status, a.body)
				}
			}
			if refused < 15 {
				t.Errorf("%s is refused %d routes only", code, refused)
			}
			h.untouched(before)
		}
	})
}

// What is checked besides a route's own permission must not be easier than it.
func TestEveryRouteNamesAnActionOrIsPublicForAReason(t *testing.T) {
	public := map[string]string{
		"GET /api/v1/setup": "before the first start nobody can sign in", "POST /api/v1/setup": "guarded by the one-time code", "POST /api/v1/session": "signing in",
		"GET /api/v1/session/methods": "the buttons of the sign-in page", "GET /api/v1/session/oidc/start": "signing in", "GET /api/v1/session/oidc/callback": "signing in", "POST /api/v1/session/oidc/code": "signing in",
		"POST /api/v1/resident/session": "signing in", "POST /api/v1/resident/session/code": "signing in; the answer is always the same",
		"GET /api/v1/rate/{token}": "the link is the right", "POST /api/v1/rate/{token}": "the link is the right, once",
		"POST /api/v1/online-pay/wechat/{id}": "WeChat Pay cannot sign in: its signature says who it is", "POST /api/v1/online-pay/alipay/{id}": "Alipay cannot sign in: its signature says who it is",
		"GET /api/v1/charge-publicity":                "charges have to be published; it holds nothing of anybody (BIL-09)",
		"GET /api/v1/shared-income-publicity":         "owners' common money has to be published; it names nobody (BIL-09)",
		"GET /api/v1/receipt-proofs/{code}":           "the code of 130 bits on the paper is the right; it names nobody",
		"GET /api/v1/roster-feeds/{token}/duties.ics": "calendars cannot sign in: the token of 256 bits stands for its person, who can end it",
	}
	a, err := New(t.Context(), Config{DataDir: t.TempDir(), Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	for _, r := range a.Routes() {
		if r.Action == authz.Action("") && public[r.Method+" "+r.Path] == "" {
			t.Errorf("%s is open to everybody", r)
		}
	}
}

func TestNoAnswerGoesWithoutTheSecureHeaders(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		want := map[string]string{
			"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": "camera=",
		}
		check := func(a answer) {
			for header, part := range want {
				if !strings.Contains(a.header.Get(header), part) && (header != "Content-Security-Policy" || !strings.Contains(a.header.Get(header), "sandbox")) {
					t.Errorf("%s: %s is %q", a.ask, header, a.header.Get(header))
				}
			}
			if strings.Contains(a.header.Get("Content-Security-Policy"), "script-src 'unsafe") || a.header.Get("Server") != "" {
				t.Errorf("%s: %v", a.ask, a.header)
			}
		}
		for _, c := range h.calls() {
			if ends(c) {
				continue
			}
			check(h.client().do(c.Method, h.address(c, ""), h.bodyFor(c)))
			check(h.may(c).do(c.Method, h.address(c, ""), h.bodyFor(c)))
		}
		for _, path := range []string{"//", "//console", "//m", "//docs", "//livez", "//readyz", "//metrics", "//assets/none.js", "//nothing/..", "/openapi.json", "/nothing"} {
			for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS", "TRACE"} {
				check(h.client().do(method, path, nil))
			}
		}
		behind := h.client()
		behind.from = proxy + ":1000"
		if a := behind.do("GET", "//livez", nil, "X-Forwarded-Proto", "https"); !strings.Contains(a.header.Get("Strict-Transport-Security"), "max-age=31536000") {
			t.Errorf("over TLS: %v", a.header)
		}
		if a := behind.do("GET", "//livez", nil); a.header.Get("Strict-Transport-Security") != "" {
			t.Errorf("without TLS: %v", a.header)
		}
	})
}

// The bound is told before it is reached, and how long to wait after it was (API-01).
func TestTooManyRequestsAreToldWhenToComeBack(t *testing.T) {
	a, err := New(t.Context(), Config{DataDir: t.TempDir(), Relaxed: true, PerSecond: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	h := &house{App: a, t: t}
	c := h.client()
	first := c.do("GET", "/setup", nil).is(200)
	if got := first.header.Get("RateLimit-Policy"); got != `"address";q=8;w=4` {
		t.Errorf("policy %s", got)
	}
	if got := first.header.Get("RateLimit"); got != `"address";r=7;t=4` {
		t.Errorf("left %s", got)
	}
	for range 20 {
		first = c.do("GET", "/setup", nil)
	}
	first.is(429, "request.too_many")
	if got := first.header.Get("Retry-After"); got != "1" {
		t.Errorf("come back in %s s", got)
	}
	other := h.client()
	other.from = "[2001:db8:1:2::1]:5"
	other.do("GET", "/setup", nil).is(200)
	other.from = "[2001:db8:1:2:ffff::9]:5" // the same customer of a provider
	if got := other.do("GET", "/setup", nil).is(200).header.Get("RateLimit"); got != `"address";r=6;t=4` {
		t.Errorf("left %s", got)
	}
}
