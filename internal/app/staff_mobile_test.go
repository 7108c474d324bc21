package app

import (
	"strings"
	"testing"

	"guanjia/internal/platform/dbtest"
)

func TestMobilesOfStaffAreSealedAndMasked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		const full, masked = "13911110532", "139****0532"
		_, oneTime := h.hire(h.admin, "desk", h.here, "front_desk")
		desk := h.signIn("desk", oneTime)
		list := "/staff?community=" + h.here
		h.admin.do("GET", list, nil).is(200, full)
		desk.do("GET", list, nil).is(200, masked).not(full)
		desk.do("GET", "/staff/"+h.ids["staff"], nil).is(200, masked).not(full)
		for q, found := range map[string]bool{full: true, "0532": true, "1111": false, "13911110533": false} {
			a := desk.do("GET", list+"&q="+q, nil).is(200)
			if found != strings.Contains(a.body, h.ids["staff"]) {
				t.Errorf("looking for %s: %s", q, a.body)
			}
		}
		desk.do("POST", "/staff/"+h.ids["staff"]+"/reveal", nil).is(200, full)
		if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM audit WHERE action = 'staff.reveal' AND subject = $1 AND after LIKE '%mobile%' AND after NOT LIKE '%0532%'`, "staff:"+h.ids["staff"]); n != 1 {
			t.Errorf("%d entries say who looked", n)
		}

		// What a program before the vault wrote is sealed, and signs in as before.
		dbtest.Exec(t, h.db, `UPDATE account SET mobile = $1, mobile_sealed = '', mobile_index = '' WHERE username = 'tech'`, full)
		dbtest.Exec(t, h.db, `UPDATE staff SET mobile = $1, mobile_sealed = '', mobile_index = '', mobile_last4 = '' WHERE name = 'Zqxtech'`, full)
		if err := h.sealClear(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := dbtest.One[int](t, h.db, `SELECT (SELECT COUNT(*) FROM account WHERE mobile <> '') + (SELECT COUNT(*) FROM staff WHERE mobile <> '')`); n != 0 {
			t.Errorf("%d numbers in clear", n)
		}
		desk.do("GET", list+"&q=0532", nil).is(200, masked)
		h.client().do("POST", "/session", credentials(full, "not-the-one")).is(401)
		if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM sign_in_failure f JOIN account a ON a.id = f.account_id WHERE a.username = 'tech'`); n != 1 {
			t.Error("the mobile is no name to sign in with")
		}
	})
}

func TestAdministratorsEndSessionsAndResetFactors(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		id, oneTime := h.hire(h.admin, "lin", h.here, "front_desk")
		lin := h.signIn("lin", oneTime)
		_, managerOnce := h.hire(h.admin, "manager", h.here, "property_manager")
		manager := h.signIn("manager", managerOnce)
		root := h.admin.do("GET", "/session", nil).is(200).at("account.id")
		for _, path := range []string{"/sessions", "/second-factor"} {
			manager.do("DELETE", "/staff/"+root+path, nil).is(403, "auth.beyond")
			h.stranger.do("DELETE", "/staff/"+id+path, nil).is(404)
		}
		manager.do("DELETE", "/staff/"+id+"/sessions", nil).is(204)
		lin.do("GET", "/session", nil).is(401)
		dbtest.Exec(t, h.db, `INSERT INTO second_factor (id, secret, confirmed_at, last_step) SELECT id, '', 1, 0 FROM account WHERE username = 'lin'`)
		h.client().do("POST", "/session", credentials("lin", "chosen-"+oneTime)).is(401, "auth.code_needed")
		manager.do("GET", "/staff/"+id, nil).is(200, `"secondFactor":true`)
		manager.do("DELETE", "/staff/"+id+"/second-factor", nil).is(204)
		h.client().do("POST", "/session", credentials("lin", "chosen-"+oneTime)).is(200)
	})
}
