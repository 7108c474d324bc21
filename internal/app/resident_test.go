package app

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/dbtest"
)

func withCode(mobile, code string) map[string]string {
	return map[string]string{"mobile": mobile, "code": code}
}

func TestACodeOfTheFrontDeskOpensOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		show := func() string {
			return h.admin.do("POST", "/customers/"+h.ids["customers"]+"/sign-in-code", nil).is(201, "139****7707").not("13911117707").at("code")
		}
		c := h.client()
		c.from = "198.51.100.1:1"
		enter := func(code string) answer {
			return c.do("POST", "/resident/session", withCode("139 1111 7707", code))
		}
		first := show()
		second := show()
		if first != second {
			enter(first).is(401, "resident.code") // the second replaced it
		}
		enter(second).is(200)
		enter(second).is(401)
		third := show()
		h.clock.Advance(5*time.Minute + time.Millisecond)
		enter(third).is(401)
		if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM resident_code WHERE code_index = $1`, third); n != 0 {
			t.Error("a code is kept as it is")
		}
		// Five tries, then not even the right one; and the place is locked.
		h.clock.Advance(time.Hour)
		right := show()
		wrong := "000000"
		if right == wrong {
			wrong = "000001"
		}
		for range 5 {
			enter(wrong).is(401)
		}
		locked := enter(right).is(429, "auth.throttled")
		if locked.header.Get("Retry-After") != "900" {
			t.Error(locked.header.Get("Retry-After"))
		}
		c.from = "198.51.100.2:1"
		enter(right).is(401)
		// Asking answers the same for everybody.
		c.from = "198.51.100.3:1"
		for _, mobile := range []string{"13911117707", "13900000000"} {
			if a := c.do("POST", "/resident/session/code", map[string]string{"mobile": mobile}).is(204); a.body != "" {
				t.Error(a.body)
			}
		}
	})
}

func TestResidentsAndStaffHaveDifferentDoors(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		staff, residents := 0, 0
		for _, c := range h.calls() {
			if c.Action == "" {
				continue
			}
			who := h.resident
			if h.may(c) == h.resident {
				who = h.admin
				staff++
			} else {
				residents++
			}
			if a := who.do(c.Method, h.address(c, ""), h.bodyFor(c), "If-Match", `"1"`); a.status != http.StatusForbidden {
				t.Errorf("%s by the wrong kind of account: %d %.200s", a.ask, a.status, a.body)
			}
		}
		if staff < 10 || residents < 80 {
			t.Errorf("%d and %d routes", staff, residents)
		}
		h.resident.do("GET", "/resident/me", nil).is(200, "139****7707").not("13911117707")
	})
}

func TestARoomIsBoundWhereTheArchiveAgrees(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.resident.do("DELETE", "/resident/members/"+h.ids["residents"], nil).is(204)
		h.resident.do("GET", "/resident/rooms", nil).is(200).not(h.ids["rooms"])
		claim := func(c *client, name, relation string) answer {
			return c.do("POST", "/resident/claims", map[string]string{"community": h.here, "label": "7栋7单元7707", "name": name, "relation": relation})
		}
		claim(h.resident, "Zqxowner", "owner").is(201, `"state":"bound"`)
		h.resident.do("GET", "/resident/rooms", nil).is(200, h.ids["rooms"], `"mayInvite":true`)
		claim(h.resident, "Zqxowner", "owner").is(409, "resident.twice")
		h.resident.do("POST", "/resident/claims", map[string]string{"community": h.here, "label": "9栋9999", "name": "x", "relation": "owner"}).is(422, "housing.room_unknown")

		// Another name, or another mobile: the front desk looks.
		other := h.newcomer("13955558888")
		claim(other, "Zqxowner", "owner").is(201, `"state":"open"`)
		claim(other, "Zqxowner", "tenant").is(409, "resident.twice")
		other.do("GET", "/resident/rooms", nil).is(200).not(h.ids["rooms"])
		other.do("GET", "/resident/members?room="+h.ids["rooms"], nil).is(404)
		seen := h.admin.do("GET", "/rooms/"+h.ids["rooms"]+"/residents", nil).is(200, "Zqxowner", "139****8888")
		id := seen.at("claims.0.approvalId")
		one := h.admin.do("GET", "/approvals/"+id, nil).is(200, "resident.binding")
		h.admin.do("POST", "/approvals/"+id+"/approve", map[string]string{"reason": "seen"}, "If-Match", one.header.Get("ETag")).is(200)
		other.do("GET", "/resident/rooms", nil).is(200, h.ids["rooms"], `"origin":"claim"`)
		if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM audit WHERE COALESCE(before, '') || COALESCE(after, '') LIKE '%Zqxowner%' AND action = 'resident.self'`); n != 0 {
			t.Error("a name in the trail")
		}
	})
}

// newcomer signs in with a mobile that no customer of the room has.
func (h *house) newcomer(mobile string) *client {
	h.t.Helper()
	customer := h.admin.do("POST", "/customers", map[string]any{"community": h.here, "kind": "person", "name": "Newcomer", "mobiles": []map[string]string{{"number": mobile}}}).is(201).at("id")
	return h.residentOf(customer, mobile)
}

func TestOwnersInviteAndRevokeAndMovingOutEndsItAll(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		guest := h.newcomer("13911117708") // whom live has invited
		guest.do("GET", "/resident/invitations", nil).is(200, h.ids["resident"])
		h.resident.do("POST", "/resident/invitations", map[string]any{"roomId": h.ids["rooms"], "mobile": "13911117708", "relation": "tenant"}).is(409, "resident.invited")
		nobody := h.newcomer("13955557777")
		nobody.do("POST", "/resident/invitations/"+h.ids["resident"]+"/accept", nil).is(404)
		guest.do("POST", "/resident/invitations/"+h.ids["resident"]+"/accept", nil).is(204)
		guest.do("GET", "/resident/rooms", nil).is(200, h.ids["rooms"], `"mayInvite":false`)
		own := "/resident/data.xlsx?room=" + h.ids["rooms"] // CUS-04: one's own, and nobody else's
		if body := unpacked(t, h.resident.do("GET", own, nil).is(200).body); !strings.Contains(body, "Zqxowner") || !strings.Contains(body, "13911117707") {
			t.Errorf("their own data: %.500s", body)
		}
		guest.do("GET", own, nil).is(404)
		nobody.do("GET", own, nil).is(404)
		guest.do("POST", "/resident/invitations", map[string]any{"roomId": h.ids["rooms"], "mobile": "13911117709", "relation": "family"}).is(403, "resident.owner")
		members := h.resident.do("GET", "/resident/members?room="+h.ids["rooms"], nil).is(200, "139****7708")
		h.resident.do("DELETE", "/resident/members/"+members.at("items.0.id"), nil).is(204)
		guest.do("GET", "/resident/rooms", nil).is(200).not(h.ids["rooms"])

		// Until a day, in the community's zone.
		again := h.resident.do("POST", "/resident/invitations", map[string]any{"roomId": h.ids["rooms"], "mobile": "13911117708", "relation": "tenant", "to": "2026-03-03"}).is(201).at("id")
		guest.do("POST", "/resident/invitations/"+again+"/accept", nil).is(204)
		h.clock.Set(time.Date(2026, 3, 3, 15, 59, 0, 0, time.UTC)) // 23:59 in Shanghai
		h.refresh(guest, "13911117708")
		guest.do("GET", "/resident/rooms", nil).is(200, h.ids["rooms"])
		h.clock.Advance(2 * time.Minute)
		guest.do("GET", "/resident/rooms", nil).is(200).not(h.ids["rooms"])

		// Moving out: at once at the next request, and the job writes it down.
		h.refresh(h.resident, "13911117707")
		third := h.resident.do("POST", "/resident/invitations", map[string]any{"roomId": h.ids["rooms"], "mobile": "13955557777", "relation": "family"}).is(201).at("id")
		h.refresh(nobody, "13955557777")
		nobody.do("POST", "/resident/invitations/"+third+"/accept", nil).is(204)
		nobody.do("GET", "/resident/rooms", nil).is(200, h.ids["rooms"])
		dbtest.Exec(t, h.db, `UPDATE relation SET to_on = '2026-03-04'`)
		h.resident.do("GET", "/resident/rooms", nil).is(200).not(h.ids["rooms"])
		nobody.do("GET", "/resident/rooms", nil).is(200).not(h.ids["rooms"])
		h.resident.do("POST", "/resident/invitations", map[string]any{"roomId": h.ids["rooms"], "mobile": "13955557776", "relation": "family"}).is(404)
		if err := h.residents.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		seen := h.admin.do("GET", "/rooms/"+h.ids["rooms"]+"/residents", nil).is(200, `"endedWhy":"relation"`, `"endedWhy":"inviter"`, `"endedWhy":"owner"`)
		if strings.Contains(seen.body, `"endedBy"`) {
			t.Error("something ended is not written down")
		}
	})
}

// refresh signs a resident in again, whose session may have ended by time.
func (h *house) refresh(c *client, mobile string) {
	h.t.Helper()
	h.admin.signedIn(h.admin.do("POST", "/session", credentials("admin", "tulips-and-rain")).is(200))
	all := h.admin.do("GET", "/search?q="+mobile, nil).is(200)
	fresh := h.residentOf(all.at("items.0.id"), mobile)
	c.cookie, c.csrf = fresh.cookie, fresh.csrf
}
