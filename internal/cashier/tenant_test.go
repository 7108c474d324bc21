package cashier_test

import (
	"testing"

	"guanjia/internal/platform/dbtest"
)

// PAY-05: what an owner prepaid pays no bill of their tenant by itself; what the tenant prepaid does.
func TestATenantsBillIsNotPaidFromWhatTheOwnerPrepaid(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.open()
		dbtest.Exec(t, e.d, `UPDATE charge_item SET billed_to = 'tenant'`)
		dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES (3900, 1, 2001, 1000, 'tenant', '', '2026-01-01', 1)`)
		owner := taking(1000, 50000, "test:owner")
		owner.Customer = 2000
		e.taken(owner)
		e.moved(e.billed("2026-03"))
		if principal, _, lines := e.due(1000, "2026-03-02"); principal != 20000 || !lines[0].Tenant {
			t.Fatalf("after the owner prepaid the tenant owes %s", principal)
		}
		tenant := taking(1000, 30000, "test:tenant") // pays March, and 100.00 ahead
		tenant.Customer = 2001
		e.taken(tenant)
		e.moved(e.billed("2026-04"))
		if principal, _, _ := e.due(1000, "2026-04-02"); principal != 10000 {
			t.Errorf("the tenant's 100.00 pay a part of April, %s is left", principal)
		}
		e.whole()
	})
}

// PAY-05: an owner's bill is not paid by itself from what a tenant prepaid; it is from what stands with the room: of who owns it together with them, or owned it before.
func TestAnOwnersBillIsPaidFromTheOwnersMoneyOnly(t *testing.T) {
	for name, c := range map[string]struct {
		kind string
		to   any
		left int64
	}{
		"a tenant":                   {"tenant", nil, 20000},
		"who owned the room before":  {"owner", "2026-02-20", 15000},
		"who owns the room together": {"owner", nil, 15000},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, e *env) {
				e.fee()
				e.open()
				dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, to_on, version) VALUES (3900, 1, 2001, 1000, $1, '', '2026-01-01', $2, 1)`, c.kind, c.to)
				of := taking(1000, 5000, "test:of")
				of.Customer = 2001
				e.taken(of)
				e.moved(e.billed("2026-03"))
				if principal, _, _ := e.due(1000, "2026-03-02"); int64(principal) != c.left {
					t.Errorf("%s is open", principal)
				}
				e.whole()
			})
		})
	}
}
