package app

import (
	"strconv"
	"strings"
	"testing"
)

func TestWhatIsServedBesidesTheAPI(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.client()
		c.do("GET", "//livez", nil).is(200, "ok")
		c.do("GET", "//readyz", nil).is(200, "ready")
		h.start()
		c.do("GET", "//metrics", nil).is(404)
		insider := h.client()
		insider.from = "127.0.0.1:1000"
		insider.do("GET", "//metrics", nil).is(200, "guanjia_request_seconds_bucket", `status="201"`, "guanjia_db_commits_total", "go_goroutines").not("Everyones Admin", h.here)

		for _, page := range []string{"//", "//console/tickets", "//m", "//docs"} {
			a := c.do("GET", page, nil)
			for header, part := range map[string]string{
				"Content-Security-Policy": "script-src 'self'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
				"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=(self)",
			} {
				if !strings.Contains(a.header.Get(header), part) {
					t.Errorf("%s: %s is %q", page, header, a.header.Get(header))
				}
			}
			if csp := a.header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe-eval") || strings.Contains(csp, "http") || !strings.Contains(csp, "frame-ancestors 'none'") {
				t.Errorf("%s: %s", page, csp)
			}
		}
		for _, gone := range []string{"//assets/nothing-1a2b.js", "//assets/nothing.css", "//favicon-x.ico", "//console.html", "//.git/config", "//go.mod", "//..%2fgo.mod"} {
			a := c.do("GET", gone, nil).is(404)
			if strings.Contains(a.header.Get("Content-Type"), "html") || strings.Contains(a.body, "<") || strings.Contains(a.body, "module guanjia") {
				t.Errorf("%s: %s %.100s", gone, a.header.Get("Content-Type"), a.body)
			}
		}
		c.do("POST", "//console", object{}).is(405)

		docs := c.do("GET", "//docs", nil).is(200, "/api/v1/tickets/{id}/dispatch", "ticket.dispatch", "openapi.json")
		docs.not("https://", "<script")
		c.do("GET", "/openapi.json", nil).is(200, `"openapi": "3.1`, "x-permission")
	})
}

func TestEveryAnswerOfTheAPICarriesItsHeaders(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start()
		seen := map[string]bool{}
		for _, a := range []answer{
			h.admin.do("GET", "/session", nil), h.client().do("GET", "/session", nil), h.admin.do("GET", "/nothing/here", nil), h.admin.do("PATCH", "/session", nil),
			h.admin.do("GET", "/rooms?community="+h.here, nil), h.admin.do("GET", "/imports/template.xlsx", nil),
		} {
			id := a.header.Get("X-Request-Id")
			if len(id) < 16 || seen[id] || a.header.Get("X-Server-Time") != strconv.FormatInt(h.clock.Now().UnixMilli(), 10) || a.header.Get("X-Content-Type-Options") != "nosniff" ||
				!strings.Contains(a.header.Get("Cache-Control"), "no-store") && !strings.Contains(a.header.Get("Cache-Control"), "private") {
				t.Errorf("%s: %v", a.ask, a.header)
			}
			seen[id] = true
			if a.status >= 400 {
				a.problem()
			}
		}
		h.admin.do("GET", "/nothing/here", nil).is(404, "request.route", "没有这个地址")
		h.admin.do("GET", "/nothing/here", nil, "Accept-Language", "en-GB,en;q=0.9").is(404, "There is no such address")
		h.admin.do("POST", "/customers", object{"community": h.here, "kind": "person", "name": "x"}, "Idempotency-Key", strings.Repeat("k", 101)).is(422, "request.idempotency_key")
		h.admin.do("POST", "/customers", object{"community": h.here, "kind": "person", "name": "x"}, "Idempotency-Key", "\xff").is(422, "request.idempotency_key")
	})
}

// Behind TLS the cookie can be set by nobody else (__Host-) and travels nowhere else.
func TestBehindTLSTheCookieIsBound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start()
		a := h.client().do("POST", "/session", credentials("admin", "tulips-and-rain"), "X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.9").is(200)
		if k := a.header.Get("Set-Cookie"); strings.Contains(k, "Secure") || !strings.HasPrefix(k, "guanjia_session=") {
			t.Errorf("a stranger's X-Forwarded-Proto was believed: %s", k)
		}
		c := h.client()
		c.from = proxy + ":1000"
		a = c.do("POST", "/session", credentials("admin", "tulips-and-rain"), "X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.9").is(200)
		k := a.header.Get("Set-Cookie")
		if !strings.HasPrefix(k, "__Host-guanjia_session=") || !strings.Contains(k, "Secure") || !strings.Contains(k, "Path=/;") || strings.Contains(k, "Domain") {
			t.Errorf("%s", k)
		}
		pair, _, _ := strings.Cut(k, ";")
		c.do("GET", "/devices", nil, "Cookie", pair).is(200, "203.0.113.9", `"current":true`)
		c.csrf = a.at("csrf")
		gone := c.do("DELETE", "/session", nil, "Cookie", pair, "X-Forwarded-Proto", "https").is(204)
		if k := gone.header.Get("Set-Cookie"); !strings.HasPrefix(k, "__Host-guanjia_session=;") {
			t.Errorf("%s", k)
		}
		c.do("GET", "/session", nil, "Cookie", pair).is(401)
	})
}
