package app

import (
	"regexp"
	"slices"
	"testing"

	"guanjia/internal/approval"
	"guanjia/internal/arrears"
	"guanjia/internal/attendance"
	"guanjia/internal/auth"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/debit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/procedure"
	"guanjia/internal/publicity"
	"guanjia/internal/refund"
	"guanjia/internal/slip"
	"guanjia/internal/staff"
	"guanjia/internal/staffing"
	"guanjia/internal/ticket"
)

// acc03 are the roles that a first start ships.
var acc03 = []string{"front_desk", "phone_agent", "service_supervisor", "service_manager", "property_manager", "administrator", "general_manager", "quality_officer", "onsite_specialist",
	"maintenance_leader", "technician", "cleaning_leader", "security_leader", "cashier", "finance", "storekeeper", "trainer", "marketing", "auditor"}

// declared are the actions that no route names, because a use case asks for them besides its own.
var declared = []authz.Action{ticket.ActDecide, ticket.ActOverbook, staff.ActDuty, approval.ActView, customer.ActNames, customer.ActNumbers, customer.ActEraseDecide, procedure.ActPublish, billing.ActApprove, billing.ActBook, billing.ActOpening, arrears.ActDecide, cashier.ActApprove, attendance.ActDecide, staffing.ActDecide, refund.ActApprove, debit.ActRelease, publicity.ActPublish, slip.ActAny}

func TestRolesAndRoutesKnowEachOther(t *testing.T) {
	a, err := New(t.Context(), Config{DataDir: t.TempDir(), Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	roles, err := auth.ShippedRoles()
	if err != nil {
		t.Fatal(err)
	}
	known, held := map[authz.Action]bool{}, map[authz.Action]bool{}
	for _, act := range declared {
		known[act] = true
	}
	for _, r := range a.Routes() {
		known[r.Action] = true
	}
	codes, form := []string{}, regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)
	for _, r := range roles {
		codes = append(codes, r.Code)
		if r.Zh == "" || r.En == "" || len(r.Actions) == 0 {
			t.Errorf("%+v is not complete", r)
		}
		for i, act := range r.Actions {
			held[act] = true
			if !known[act] || !form.MatchString(string(act)) {
				t.Errorf("%s holds %q, which nothing asks for", r.Code, act)
			}
			if slices.Contains(r.Actions[:i], act) {
				t.Errorf("%s holds %s twice", r.Code, act)
			}
		}
	}
	if !slices.Equal(codes, acc03) {
		t.Errorf("shipped roles: %v", codes)
	}
	for _, r := range a.Routes() {
		if r.Action != "" && !ofItself(r.Action) && !held[r.Action] {
			t.Errorf("%s: no shipped role holds %s", r, r.Action)
		}
	}
	admin := roles[slices.Index(codes, "administrator")]
	for act := range held {
		if !slices.Contains(admin.Actions, act) {
			t.Errorf("the administrator could not give a role with %s", act)
		}
	}
}

// Ordinary staff change no settings (ACC-05).
func TestOnlyManagersChangeSettings(t *testing.T) {
	roles, err := auth.ShippedRoles()
	if err != nil {
		t.Fatal(err)
	}
	all, err := auth.Permissions("en")
	if err != nil {
		t.Fatal(err)
	}
	settings := map[authz.Action]bool{}
	for _, p := range all {
		settings[p.Action] = p.Settings
	}
	for _, act := range []authz.Action{"org.edit", "staff.edit", "auth.roles_edit", "auth.roles_assign", "auth.password_reset", "housing.edit", "jobs.retry", "approval.rules"} {
		if !settings[act] {
			t.Errorf("%s is not marked as a setting", act)
		}
	}
	for _, r := range roles {
		for _, act := range r.Actions {
			if reads := regexp.MustCompile(`_?view$`).MatchString(string(act)); settings[act] && !reads && r.Code != "administrator" && r.Code != "property_manager" {
				t.Errorf("%s holds %s", r.Code, act)
			}
			if r.Code == "auditor" && !regexp.MustCompile(`_?view$|export$|^approval.inbox$`).MatchString(string(act)) {
				t.Errorf("the read-only auditor holds %s", act)
			}
		}
	}
}

// The editor of roles shows every permission by its name (ACC-03).
func TestEveryPermissionHasItsName(t *testing.T) {
	a, err := New(t.Context(), Config{DataDir: t.TempDir(), Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	all, err := auth.Permissions("zh")
	if err != nil {
		t.Fatal(err)
	}
	asked := append([]authz.Action{}, declared...)
	for _, r := range a.Routes() {
		asked = append(asked, r.Action)
	}
	named := map[authz.Action]bool{}
	for _, p := range all {
		if p.Zh == "" || p.En == "" || p.DomainZh == "" || p.DomainEn == "" || named[p.Action] {
			t.Errorf("%s is not complete, or named twice", p.Action)
		}
		named[p.Action] = true
		if !slices.Contains(asked, p.Action) {
			t.Errorf("nothing asks for %s", p.Action)
		}
	}
	for _, act := range asked {
		if act != "" && !ofItself(act) && !named[act] {
			t.Errorf("%s has no name in permissions.yaml", act)
		}
	}
}

// ofItself: held by being signed in, by no role.
func ofItself(act authz.Action) bool {
	return act == auth.ActSelf || residents(act)
}
