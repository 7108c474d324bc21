package app

import (
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/dbtest"
)

// offices is a house with a manager who asks, a second administrator of the
// company who decides, and a technician with two open tickets.
type offices struct {
	*house
	manager, second *client
	tech, colleague string
}

func move(t *testing.T, h *house) offices {
	t.Helper()
	h.live()
	o := offices{house: h, tech: h.ids["staff"]}
	_, p := h.hire(h.admin, "manager", h.here, "property_manager")
	o.manager = h.signIn("manager", p)
	id, p := h.hire(h.admin, "second", h.here, "administrator")
	o.second = h.signIn("second", p)
	dbtest.Exec(t, h.db, `UPDATE role_holder SET community_id = NULL WHERE account_id = $1`, h.community(id))
	o.colleague, _ = h.hire(h.admin, "wei", h.here, "technician")
	before := h.admin.do("GET", "/approvals/"+h.ids["approvals"], nil).is(200)
	h.admin.do("POST", "/approvals/"+h.ids["approvals"]+"/withdraw", object{}, "If-Match", tag(before)).is(200)
	seen := h.admin.do("GET", "/tickets/"+h.ids["tickets"], nil).is(200)
	h.admin.do("POST", "/tickets/"+h.ids["tickets"]+"/dispatch", object{"to": o.tech}, "If-Match", tag(seen)).is(200)
	return o
}

func (o offices) change(day string, more object) object {
	out := object{"position": "维修领班", "roles": []object{{"role": "maintenance_leader", "community": o.here}}, "day": day, "reason": "promoted", "handOverTo": o.colleague}
	for k, v := range more {
		out[k] = v
	}
	return out
}

func (o offices) person() answer { return o.admin.do("GET", "/staff/"+o.tech, nil).is(200) }

// again signs the administrator in once more: time has passed.
func (o offices) again() offices {
	c := o.client()
	c.signedIn(c.do("POST", "/session", credentials("admin", "tulips-and-rain")).is(200))
	o.admin = c
	return o
}

func (o offices) decide(who *client, id, how string) answer {
	seen := o.admin.do("GET", "/approvals/"+id, nil).is(200)
	return who.do("POST", "/approvals/"+id+"/"+how, object{"reason": "seen"}, "If-Match", tag(seen))
}

func TestAChangeOfPositionIsApprovedAndTakesEffectOnItsDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		o := move(t, h)
		at := "/staff/" + o.tech + "/position-changes"
		o.manager.do("POST", at, o.change("2026-03-05", object{"handOverTo": ""})).is(409, "staff.open_work", "1")
		o.manager.do("POST", at, o.change("2026-03-05", object{"handOverTo": o.tech})).is(422, "staff.colleague")
		o.manager.do("POST", at, o.change("2026-03-01", nil)).is(422, "staff.day")
		o.manager.do("POST", at, o.change("2026-03-05", object{"reason": " "})).is(422, `"field":"reason"`)
		o.manager.do("POST", at, o.change("2026-03-05", object{"roles": []object{{"role": "nobody"}}})).is(422, "auth.role_unknown")
		o.manager.do("POST", at, o.change("2026-03-05", object{"roles": []object{{"role": "technician", "community": h.there}}})).is(422, "org.region_unknown")
		asked := o.manager.do("POST", at, o.change("2026-03-05", nil)).is(201, `"state":"asked"`)
		o.manager.do("POST", at, o.change("2026-03-06", nil)).is(409, "staff.changing")
		id := asked.at("approvalId")
		h.admin.do("GET", "/approvals/"+id, nil).is(200, "维修技工", "维修领班", "2026-03-05", "Zqxtech", "wei").not("13911110532")
		h.admin.do("GET", "/approvals?view=todo", nil).is(200, id)
		h.admin.do("GET", "/approvals/counts", nil).is(200, `"toDecide":2`) // the other is a payment that fits no order
		o.manager.do("GET", "/approvals?view=mine", nil).is(200, id)
		o.manager.do("GET", "/approvals?view=todo", nil).not(id)
		o.decide(o.manager, id, "approve").is(403, "approval.own")
		h.stranger.do("GET", "/approvals/"+id, nil).is(404)
		o.decide(o.second, id, "approve").is(200, `"state":"approved"`)
		o.person().not("维修领班")
		o.manager.do("GET", "/staff/"+o.tech+"/history", nil).is(200, `"state":"planned"`, `"history":[]`)
		h.clock.Set(time.Date(2026, 3, 4, 23, 59, 0, 0, time.FixedZone("", 8*3600)))
		h.wake()
		o.again().person().not("维修领班")
		h.clock.Set(time.Date(2026, 3, 5, 0, 0, 0, 0, time.FixedZone("", 8*3600)))
		h.wake()
		o.person().is(200, `"position":"维修领班"`, `"roles":["maintenance_leader"]`)
		again := o.again().admin
		again.do("GET", "/tickets/"+h.ids["tickets"], nil).is(200, `"handed_over"`, o.colleague)
		again.do("GET", "/staff/"+o.tech+"/history", nil).is(200, `"what":"position"`, `"handedToName":"wei"`, `"handedOver":1`, `"askedBy":"manager"`, `"decidedBy":"second"`, `"reason":"promoted"`)
	})
}

func TestAChangeIsRejectedWithdrawnOrGivenUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		o := move(t, h)
		at := "/staff/" + o.tech + "/position-changes"
		ask := func(more object) string {
			return o.manager.do("POST", at, o.change("2026-03-05", more)).is(201).at("approvalId")
		}
		id := ask(nil)
		seen := h.admin.do("GET", "/approvals/"+id, nil).is(200)
		h.admin.do("POST", "/approvals/"+id+"/reject", object{"reason": " "}, "If-Match", tag(seen)).is(422, `"field":"reason"`)
		o.decide(h.admin, id, "reject").is(200, `"state":"rejected"`)
		id = ask(nil)
		seen = h.admin.do("GET", "/approvals/"+id, nil).is(200)
		o.second.do("POST", "/approvals/"+id+"/withdraw", object{}, "If-Match", tag(seen)).is(403, "approval.not_asker")
		o.manager.do("POST", "/approvals/"+id+"/withdraw", object{"reason": "not yet"}, "If-Match", tag(seen)).is(200, `"state":"withdrawn"`)
		id = ask(nil)
		o.decide(h.admin, id, "approve").is(200)
		record := o.manager.do("GET", "/staff/"+o.tech+"/history", nil).is(200)
		o.manager.do("POST", "/position-changes/"+record.at("changes.0.id")+"/cancel", object{"reason": "he stays"}, "If-Match", `"2"`).is(200, `"state":"cancelled"`)
		h.clock.Set(time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC))
		h.wake()
		again := o.again().admin
		again.do("GET", "/staff/"+o.tech, nil).is(200).not("维修领班")
		// At the whole company only who holds the permission there decides.
		body := o.change("2026-03-06", object{"roles": []object{{"role": "auditor"}}})
		id = again.do("POST", at, body).is(201).at("approvalId")
		again.do("GET", "/approvals/"+id, nil).is(200, `"approvers":["second"]`)
	})
}

func TestRolesAreTakenAwayAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		o := move(t, h)
		seen := o.person()
		role := []object{{"role": "technician", "community": h.here}}
		h.admin.do("POST", "/staff/"+o.tech+"/revoke", object{"roles": role, "reason": ""}, "If-Match", tag(seen)).is(422, `"field":"reason"`)
		h.admin.do("POST", "/staff/"+o.tech+"/revoke", object{"roles": []object{{"role": "trainer", "community": h.here}}, "reason": "x"}, "If-Match", tag(seen)).is(422, "staff.role_not_held")
		h.admin.do("POST", "/staff/"+o.tech+"/revoke", object{"roles": role, "reason": "lost the licence"}, "If-Match", tag(seen)).is(200, `"roles":[]`)
		h.admin.do("GET", "/staff/"+o.tech+"/history", nil).is(200, `"what":"revoked"`, "lost the licence")
		me := h.admin.do("GET", "/session", nil).at("account.id")
		seen = h.admin.do("GET", "/staff/"+me, nil).is(200)
		// Two may edit roles, then one, who stays.
		h.admin.do("POST", "/staff/"+me+"/revoke", object{"roles": []object{{"role": "administrator"}}, "reason": "x"}, "If-Match", tag(seen)).is(200)
		two := o.second.do("GET", "/session", nil).at("account.id")
		seen = o.second.do("GET", "/staff/"+two, nil).is(200)
		o.second.do("POST", "/staff/"+two+"/revoke", object{"roles": []object{{"role": "administrator"}}, "reason": "x"}, "If-Match", tag(seen)).is(409, "auth.last_editor")
	})
}

func TestWhoLeavesHandsOver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		o := move(t, h)
		id := o.manager.do("POST", "/staff/"+o.tech+"/position-changes", o.change("2026-03-05", nil)).is(201).at("approvalId")
		seen := o.person()
		h.admin.do("POST", "/staff/"+o.tech+"/disable", object{"reason": "left"}, "If-Match", tag(seen)).is(409, "staff.open_work")
		h.admin.do("POST", "/staff/"+o.tech+"/disable", object{"reason": "left", "handOverTo": o.colleague}, "If-Match", tag(seen)).is(200, `"state":"disabled"`, `"openTickets":0`)
		h.admin.do("GET", "/approvals/"+id, nil).is(200, `"state":"withdrawn"`)
		h.admin.do("GET", "/staff/"+o.tech+"/history", nil).is(200, `"what":"disabled"`, `"handedOver":1`, `"state":"cancelled"`)
		if a := h.admin.do("GET", "/tickets/"+h.ids["tickets"], nil).is(200); !strings.Contains(a.body, o.colleague) {
			t.Error(a.body)
		}
	})
}
