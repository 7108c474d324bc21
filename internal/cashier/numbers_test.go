package cashier_test

import (
	"testing"

	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/dbtest"
)

// PAY-07: money from before numbers were kept in their one form is found like any other once the work has been there.
func TestNumbersFromBeforeAreFilledIn(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.open()
		for n, number := range []string{"LS 2026-001", "ｌｓ２０２６００２", "——"} {
			paid := taking(1000, 1000, "test:"+number)
			paid.Means, paid.Reference = ledger.Bank, number
			e.taken(paid)
			if n == 0 {
				e.unknown(2000, "zh 7")
			}
		}
		dbtest.Exec(t, e.d, `UPDATE payment SET reference_key = ''`)
		dbtest.Exec(t, e.d, `UPDATE suspense SET reference_key = ''`)
		same := func(number string) int {
			t.Helper()
			return len(must(e.svc.SameNumbers(t.Context(), e.anna, cashier.NumberAsked{OfCommunity: cashier.OfCommunity{Community: 1}, Means: ledger.Bank, Reference: number}))(t))
		}
		if same("LS2026001") != 0 {
			t.Fatal("it is found without its form: the test shows nothing")
		}
		if n := must(e.svc.FillNumbers(t.Context()))(t); n != 4 {
			t.Errorf("%d numbers of 4 were filled in", n)
		}
		for _, number := range []string{"ls2026001", "LS-2026-002", "——", "ZH7"} {
			if same(number) != 1 {
				t.Errorf("%s is not found", number)
			}
		}
		if n := must(e.svc.FillNumbers(t.Context()))(t); n != 0 {
			t.Errorf("the second time %d are filled in again", n)
		}
	})
}
