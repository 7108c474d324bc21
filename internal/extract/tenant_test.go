package extract_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

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

// BIL-01, BIL-08, 物业管理条例 article 41: what the tenant did not pay stands apart on the owner's statement, in no sum and without who the tenant is.
func TestWhatATenantDidNotPayStandsApartOnTheOwnersStatement(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		dbtest.Exec(t, e.d, `UPDATE charge_item SET billed_to = 'tenant'`)
		e.billed("2026-03")
		asked := extract.Asked{Form: extract.ByPayer, Customer: wang, From: day("2026-03-01"), To: day("2026-03-31")}
		sheet := func(what string, s extract.Statement, want int) {
			t.Helper()
			if len(s.Joint) != want || want > 0 && (s.Joint[0].Open != 20000 || s.Joint[0].Room != "1栋103" || s.Payable != 0 || s.Closing != extract.Sums{}) {
				t.Errorf("%s: %+v, payable %s", what, s.Joint, s.Payable)
			}
			raw, err := json.Marshal(s.Joint)
			if err != nil || strings.Contains(string(raw), "云杉") || strings.Contains(string(raw), company.String()) {
				t.Errorf("%s names the tenant: %s %v", what, raw, err)
			}
			if _, err := s.PDF("", time.Unix(0, 0)); err != nil {
				t.Error(what, err)
			}
		}
		sheet("from the desk", e.of(asked), 1)
		own, err := e.svc.Own(t.Context(), e.wang, extract.Asked{Form: extract.ByRoom, Room: 1003, From: asked.From, To: asked.To})
		if err != nil {
			t.Fatal(err)
		}
		sheet("on the phone", own, 1)
		tenant := asked
		tenant.Customer = company
		if s := e.of(tenant); len(s.Joint) != 0 {
			t.Errorf("the tenant is not told of its own bills twice: %+v", s.Joint)
		}
		dbtest.Exec(t, e.d, `UPDATE relation SET from_on = '2026-03-02' WHERE id = 3003`)
		sheet("bought on the 2nd", e.of(asked), 0)
	})
}
