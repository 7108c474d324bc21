package app

import (
	"strings"
	"testing"
)

func TestTheFirstStart(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.client()
		c.do("GET", "/setup", nil).is(200, `"needed":true`)
		c.do("GET", "/session", nil).is(401, "auth.required")

		wrong := setupBody()
		wrong["code"] = "TEST-CODE-0002"
		c.do("POST", "/setup", wrong).is(422, `"field":"code"`, "setup.code")

		bad := object{"code": setupCode, "company": " ", "community": object{"name": "", "zone": "Mars/Base"},
			"admin": object{"name": " ", "username": "a b", "mobile": "12", "password": "abc-Echo"}}
		a := c.do("POST", "/setup", bad).is(422)
		for _, field := range []string{"company", "community.name", "community.zone", "admin.name", "admin.username", "admin.mobile", "admin.password"} {
			a.is(422, `"field":"`+field+`"`)
		}
		a.not("Echo", "Mars")
		for password, code := range map[string]string{"tulips": "password.short", "1q2w3e4r5t": "password.common", "the-admin-of-it": "password.common"} {
			b := setupBody()
			as[object](b["admin"])["password"] = password
			c.do("POST", "/setup", b).is(422, `"field":"admin.password"`, code)
		}
		c.do("GET", "/setup", nil).is(200, `"needed":true`) // nothing half done

		b := setupBody()
		b["code"] = " " + strings.ToLower(setupCode) + " "
		made := c.do("POST", "/setup", b).is(201, `"communities":[{`, `"zone":"Asia/Shanghai"`, `"mustChangePassword":false`, "jobs.retry")
		c.signedIn(made)
		made.not("tulips")
		c.do("GET", "/session", nil).is(200, "Everyones Admin")
		c.do("GET", "/roles", nil).is(200, "technician")
		c.do("GET", "/departments?community="+made.at("communities.0.id"), nil).is(200, "工程部")
		c.do("GET", "/setup", nil).is(200, `"needed":false`)
		h.client().do("POST", "/setup", setupBody()).is(409, "setup.done")
	})
}

func TestGuessingTheCodeClosesThePage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := setupBody()
		b["code"] = "NOPE"
		for range 20 {
			h.client().do("POST", "/setup", b).is(422, "setup.code")
		}
		h.client().do("POST", "/setup", setupBody()).is(409, "setup.done")
	})
}

func (a answer) not(words ...string) answer {
	a.t.Helper()
	for _, w := range words {
		if strings.Contains(a.body, w) {
			a.t.Fatalf("%s: %q in %.600s", a.ask, w, a.body)
		}
	}
	return a
}
