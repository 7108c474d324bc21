package extract_test

import (
	"testing"

	"guanjia/internal/extract"
	"guanjia/internal/platform/dbtest"
)

// BIL-01, BIL-08: what somebody owes as a tenant stands on their own statement, and not on the owner's.
func TestATenantsBillsAreOnTheirOwnStatement(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		dbtest.Exec(t, e.d, `UPDATE charge_item SET billed_to = 'tenant'`)
		e.billed("2026-03") // 200.00 for each room; room 1003 is let to the company, which owns room 1002
		tenant := e.of(extract.Asked{Form: extract.ByPayer, Customer: company, From: day("2026-03-01"), To: day("2026-03-31")})
		if tenant.Closing.Owed != 2*20000 || len(tenant.Entries) != 2 {
			t.Errorf("the tenant: %+v", tenant.Closing)
		}
		if owner := e.of(extract.Asked{Form: extract.ByPayer, Customer: wang, From: day("2026-03-01"), To: day("2026-03-31")}); owner.Closing.Owed != 0 {
			t.Errorf("the owner: %+v", owner.Closing)
		}
	})
}
