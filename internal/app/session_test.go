package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
)

func credentials(name, password string) object { return object{"username": name, "password": password} }

// hire adds a member and returns their id and one-time password.
func (h *house) hire(who *client, name, community string, roles ...string) (id, oneTime string) {
	h.t.Helper()
	a := who.do("POST", "/staff", object{"community": community, "agentNo": "N" + name, "name": name, "username": name, "roles": roles}).is(201)
	return a.at("staff.id"), a.at("oneTimePassword")
}

func tag(a answer) string { return a.header.Get("ETag") }

func TestSignIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start()
		id, oneTime := h.hire(h.admin, "lin", h.here, "front_desk")
		c := h.client()
		wrong, unknown := c.do("POST", "/session", credentials("admin", "not-the-one")).is(401, "auth.failed"), c.do("POST", "/session", credentials("nobody", "not-the-one")).is(401, "auth.failed")
		for _, a := range []*answer{&wrong, &unknown} {
			var p object
			if err := json.Unmarshal([]byte(a.body), &p); err != nil {
				t.Fatal(err)
			}
			delete(p, "instance")
			raw, _ := json.Marshal(p)
			a.body = string(raw)
		}
		if wrong.body != unknown.body {
			t.Errorf("a wrong password and an unknown name differ:\n%s\n%s", wrong.body, unknown.body)
		}
		right := c.do("POST", "/session", credentials(" ADMIN ", "tulips-and-rain")).is(200, `"username":"admin"`)
		cookie := (&http.Response{Header: right.header}).Cookies()[0]
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Secure {
			t.Errorf("%+v", cookie)
		}
		if dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM session WHERE token_hash = $1`, cookie.Value) != 0 {
			t.Error("the cookie itself is kept")
		}

		// The one-time password opens nothing but the choice of another.
		first := h.client()
		first.signedIn(first.do("POST", "/session", credentials("lin", oneTime)).is(200, `"mustChangePassword":true`, `"communities":[]`))
		first.do("GET", "/staff?community="+h.here, nil).is(403, "auth.forbidden")
		first.do("GET", "/tickets", nil).is(403)
		first.do("GET", "/rooms?community="+h.here, nil).is(403)
		change := func(current, next string) answer {
			return first.do("PUT", "/account/password", object{"current": current, "next": next})
		}
		change("not-it", "winter-sweet-9").is(422, `"field":"current"`, "password.wrong")
		change(oneTime, "short").is(422, `"field":"next"`, "password.short")
		change(oneTime, "my-lin-is-here").is(422, `"field":"next"`, "password.common")
		change(oneTime, oneTime).is(422, `"field":"next"`, "password.same")
		second := h.client()
		second.signedIn(second.do("POST", "/session", credentials("lin", oneTime)).is(200))
		first.do("PUT", "/account/password", object{"current": oneTime, "next": "winter-sweet-9"}, "Idempotency-Key", "chosen").is(204) // the key is used by the change, not by the check before it
		second.do("GET", "/session", nil).is(401)
		first.do("GET", "/session", nil).is(200, `"mustChangePassword":false`)
		first.do("GET", "/staff?community="+h.here, nil).is(200)
		c.do("POST", "/session", credentials("lin", oneTime)).is(401)

		// Disabled: no sign-in, and what is open ends at once.
		seen := h.admin.do("GET", "/staff/"+id, nil).is(200)
		h.admin.do("POST", "/staff/"+id+"/disable", object{"reason": "left"}).is(428, "request.if_match")
		h.admin.do("POST", "/staff/"+id+"/disable", object{"reason": "left"}, "If-Match", tag(seen)).is(200, `"state":"disabled"`)
		first.do("GET", "/session", nil).is(401)
		c.do("POST", "/session", credentials("lin", "winter-sweet-9")).is(401, "auth.failed")
		seen = h.admin.do("GET", "/staff/"+id, nil).is(200)
		edited := h.admin.do("PUT", "/staff/"+id, object{"agentNo": "Nlin", "name": "Lin"}, "If-Match", tag(seen)).is(200, `"state":"disabled"`)
		c.do("POST", "/session", credentials("lin", "winter-sweet-9")).is(401, "auth.failed") // an edit enables nobody
		h.admin.do("POST", "/staff/"+id+"/enable", nil, "If-Match", tag(edited)).is(200, `"state":"active"`)
		c.do("POST", "/session", credentials("lin", "winter-sweet-9")).is(200)
	})
}

func TestFailuresAreThrottledPerNameAndAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start()
		c := h.client()
		for range 5 {
			c.do("POST", "/session", credentials("admin", "guess")).is(401)
		}
		a := c.do("POST", "/session", credentials("Admin", "tulips-and-rain")).is(429, "auth.throttled")
		if a.header.Get("Retry-After") == "" {
			t.Error("it does not say how long to wait")
		}
		c.do("POST", "/session", credentials("other", "guess")).is(401)
		elsewhere := h.client()
		elsewhere.from = "192.0.2.2:1000"
		elsewhere.do("POST", "/session", credentials("admin", "tulips-and-rain")).is(200)
		h.clock.Advance(15*time.Minute + time.Second)
		c.do("POST", "/session", credentials("admin", "tulips-and-rain")).is(200)
	})
}

// As shipped (ACC-06).
const (
	idleTimeout     = 12 * time.Hour
	absoluteTimeout = 7 * 24 * time.Hour
)

func TestSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start()
		second := h.client()
		second.signedIn(second.do("POST", "/session", credentials("admin", "tulips-and-rain"), "User-Agent", "Phone").is(200))
		devices := h.admin.do("GET", "/devices", nil).is(200, "Phone", "192.0.2.1")
		var list struct {
			Items []struct {
				ID      string
				Current bool
			}
		}
		if err := json.Unmarshal([]byte(devices.body), &list); err != nil || len(list.Items) != 2 {
			t.Fatal(devices.body)
		}
		// Nobody revokes another's device.
		_, oneTime := h.hire(h.admin, "lin", h.here, "front_desk")
		lin := h.signIn("lin", oneTime)
		for _, d := range list.Items {
			lin.do("DELETE", "/devices/"+d.ID, nil).is(404)
			if !d.Current {
				h.admin.do("DELETE", "/devices/"+d.ID, nil).is(204)
			}
		}
		second.do("GET", "/session", nil).is(401)
		h.admin.do("GET", "/session", nil).is(200)
		gone := lin.do("DELETE", "/session", nil).is(204)
		if k := (&http.Response{Header: gone.header}).Cookies(); len(k) != 1 || k[0].MaxAge >= 0 || k[0].Name != web.SessionCookie {
			t.Errorf("the cookie stays: %v", k)
		}
		lin.do("GET", "/session", nil).is(401)

		h.clock.Advance(idleTimeout - time.Minute)
		h.admin.do("GET", "/session", nil).is(200)
		h.clock.Advance(idleTimeout - time.Minute)
		h.admin.do("GET", "/session", nil).is(200) // used, so the idle time began anew
		h.clock.Advance(idleTimeout + time.Minute)
		h.admin.do("GET", "/session", nil).is(401)

		again := h.client()
		again.signedIn(again.do("POST", "/session", credentials("admin", "tulips-and-rain")).is(200))
		for n := range 15 {
			h.clock.Advance(idleTimeout - time.Minute)
			want := 200
			if time.Duration(n+1)*(idleTimeout-time.Minute) > absoluteTimeout {
				want = 401
			}
			again.do("GET", "/session", nil).is(want)
		}
	})
}

// A password is compared as it was typed: the longest one with something behind it is another one.
func TestAPasswordIsNotCutOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start()
		longest := strings.Repeat("雨", 66) + "ab" // 200 bytes
		h.admin.do("PUT", "/account/password", object{"current": "tulips-and-rain", "next": longest}).is(204)
		h.client().do("POST", "/session", credentials("admin", longest+"c")).is(401, "auth.failed")
		h.client().do("POST", "/session", credentials("admin", longest)).is(200)
	})
}

func TestNobodyGivesMoreThanTheyHold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start()
		root := h.admin.do("GET", "/session", nil).is(200).at("account.id")
		id, oneTime := h.hire(h.admin, "manager", h.here, "property_manager")
		manager := h.signIn("manager", oneTime)
		add := func(community string, roles ...string) answer {
			return manager.do("POST", "/staff", object{"community": community, "agentNo": "N" + fmt.Sprint(len(roles)), "name": "New", "username": "new" + fmt.Sprint(len(roles)), "roles": roles})
		}
		add(h.here, "administrator").is(403, "auth.role_beyond")
		add(h.here, "front_desk", "auditor").is(403, "auth.role_beyond") // they see no failed jobs themselves
		add(h.here, "front_desk", "technician", "phone_agent").is(201)   // who dispatches gives the steps of the work
		add(h.here, "nonsense").is(422, "auth.role_unknown")
		add(h.here, "front_desk").is(201)

		// Nor do they become somebody who holds more.
		manager.do("POST", "/staff/"+root+"/password", nil).is(403, "auth.beyond").not("oneTimePassword")
		seen := manager.do("GET", "/staff/"+root, nil).is(200)
		manager.do("POST", "/staff/"+root+"/disable", object{"reason": "mine"}, "If-Match", tag(seen)).is(403, "auth.beyond")
		manager.do("PUT", "/staff/"+root, object{"agentNo": "0001", "name": "Everyones Admin", "mobile": "13900001234"}, "If-Match", tag(seen)).is(403, "auth.beyond")
		own := manager.do("GET", "/staff/"+id, nil).is(200)
		manager.do("PUT", "/staff/"+id, object{"agentNo": "Nmanager", "name": "manager", "roles": []string{"administrator"}}, "If-Match", tag(own)).is(422, "unknown_field")
		manager.do("POST", "/staff/"+root+"/revoke", object{"roles": []object{{"role": "administrator"}}, "reason": "mine"}, "If-Match", tag(seen)).is(403, "auth.role_beyond")
		manager.do("POST", "/staff/"+id+"/disable", object{"reason": "me"}, "If-Match", tag(own)).is(409, "staff.self")
		h.admin.do("GET", "/session", nil).is(200, "jobs.retry")

		// A role of another community is out of reach as well.
		there := h.admin.do("POST", "/communities", object{"name": "Elsewhere"}).is(201).at("id")
		manager.do("POST", "/staff", object{"community": there, "agentNo": "N9", "name": "New"}).is(404)
		manager.do("POST", "/communities", object{"name": "Mine"}).is(403)
		manager.do("GET", "/staff?community="+there, nil).is(200, `"items":[]`)
		far, _ := h.hire(h.admin, "far", there, "front_desk")
		for _, a := range []answer{
			manager.do("GET", "/staff/"+far, nil), manager.do("POST", "/staff/"+far+"/password", nil), manager.do("PUT", "/staff/"+far+"/duty", object{"onDuty": true}),
			manager.do("PUT", "/staff/"+far, object{"agentNo": "x", "name": "x"}, "If-Match", `"1"`), manager.do("POST", "/staff/"+far+"/disable", object{"reason": "x"}, "If-Match", `"1"`),
		} {
			a.is(404).not("Nfar")
		}
	})
}

func TestEditsOfStaffAndCommunities(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start()
		id, _ := h.hire(h.admin, "wang", h.here, "technician")
		body := object{"agentNo": "Nwang", "name": "Wang", "skills": []string{"water"}}
		seen := h.admin.do("GET", "/staff/"+id, nil).is(200)
		h.admin.do("PUT", "/staff/"+id, body).is(428, "request.if_match")
		h.admin.do("PUT", "/staff/"+id, body, "If-Match", tag(seen)).is(200, `"skills":["water"]`)
		h.admin.do("PUT", "/staff/"+id, body, "If-Match", tag(seen)).is(409, `"code":"stale"`)
		h.admin.do("PUT", "/staff/"+id, body, "If-Match", "nonsense").is(409)

		place := h.admin.do("GET", "/communities/"+h.here, nil).is(200)
		edit := object{"name": "Garden", "zone": "Asia/Shanghai"}
		h.admin.do("PUT", "/communities/"+h.here, edit).is(428)
		h.admin.do("PUT", "/communities/"+h.here, edit, "If-Match", tag(place)).is(200, "Garden")
		h.admin.do("PUT", "/communities/"+h.here, edit, "If-Match", tag(place)).is(409, "stale")
		h.admin.do("POST", "/communities", object{"name": "Garden"}).is(409, "org.name_taken", `"field":"name"`)
		h.admin.do("POST", "/communities", object{"name": "X", "zone": "Mars/Base"}).is(422, `"field":"zone"`)

		base := func(change object) object {
			b := object{"community": h.here, "agentNo": "N77", "name": "Somebody"}
			for k, v := range change {
				b[k] = v
			}
			return b
		}
		for what, c := range map[string]struct {
			change object
			status int
			words  []string
		}{
			"agent number taken":             {object{"agentNo": "Nwang"}, 409, []string{"staff.agent_no_taken", `"field":"agentNo"`}},
			"user name taken":                {object{"username": "WANG"}, 409, []string{"auth.username_taken", `"field":"username"`}},
			"user name with a space":         {object{"username": "a b"}, 422, []string{"auth.username_form"}},
			"mobile with letters":            {object{"mobile": "1380013800a"}, 422, []string{"staff.mobile_form", `"field":"mobile"`}},
			"a skill nobody asks for":        {object{"skills": []string{"singing"}}, 422, []string{"staff.skill_unknown", `"field":"skills"`}},
			"no name":                        {object{"name": "  "}, 422, []string{`"field":"name"`, "missing"}},
			"a building that is not there":   {object{"areas": []string{"06q3g8k2m4n5p"}}, 422, []string{"staff.area_unknown"}},
			"a department that is not there": {object{"departmentId": "06q3g8k2m4n5p"}, 422, []string{"staff.department_unknown", `"field":"departmentId"`}},
			"a community that is not there":  {object{"community": "06q3g8k2m4n5p"}, 404, nil},
			"no community":                   {object{"community": ""}, 404, nil},
		} {
			t.Log(what)
			h.admin.do("POST", "/staff", base(c.change)).is(c.status, c.words...)
		}
		h.admin.do("GET", "/staff?community="+h.here+"&q=WAN", nil).is(200, "Nwang")
		h.admin.do("GET", "/staff?community="+h.here+"&q=%25", nil).is(200, `"items":[]`)
		page := h.admin.do("GET", "/staff?community="+h.here+"&limit=1", nil).is(200)
		h.admin.do("GET", "/staff?community="+h.here+"&limit=1&cursor="+page.at("next"), nil).is(200).not(page.at("items.0.id"))
	})
}

// The same Idempotency-Key gets the same answer and does nothing twice.
func TestRepeatedRequests(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		for i, c := range []struct {
			path string
			body object
			id   string
		}{
			{"/staff", object{"community": h.here, "agentNo": "R1", "name": "Repeated", "username": "repeated"}, "staff.id"},
			{"/communities", object{"name": "Repeated"}, "id"},
			{"/customers", object{"community": h.here, "kind": "person", "name": "Repeated"}, "id"},
			{"/tickets", object{"community": h.here, "place": "门口", "category": "facilities.water", "grade": "C", "title": "Repeated", "channel": "phone"}, "id"},
			{"/tickets/" + h.ids["tickets"] + "/note", object{"text": "Repeated"}, "id"},
		} {
			version := tag(h.admin.do("GET", "/tickets/"+h.ids["tickets"], nil))
			send := func(key string, body any) answer {
				return h.admin.do("POST", c.path, body, "Idempotency-Key", key, "If-Match", version)
			}
			key := fmt.Sprintf("2b1f%d", i)
			first := send(key, c.body)
			again := send(key, c.body).is(first.status)
			if first.status > 201 || first.at(c.id) != again.at(c.id) || again.at(c.id) == "" {
				t.Errorf("%s: %d %s, then %s", c.path, first.status, first.body, again.body)
			}
			again.not("null", "oneTimePassword")
			changed := object{"name": "Another"}
			for k, v := range c.body {
				if k != "name" {
					changed[k] = v
				}
			}
			if c.body["name"] != nil {
				send(key, changed).is(409, "idempotency.other_body")
			}
		}
	})
}
