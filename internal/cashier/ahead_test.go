package cashier_test

import (
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/money"
)

// BIL-02: how far ahead may be paid is the community's; what is more is refused, with how much may still be taken.
func TestNobodyPaysAheadForLongerThanTheCommunityLets(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-03-10")
		e.open()
		ahead := func(fen money.Fen, item billing.ItemID) error {
			_, err := e.svc.Pay(t.Context(), e.anna, cashier.Paying{Room: 1000, Way: "ahead", Amount: fen, Means: ledger.Cash, Payer: "业主", Item: item})
			return err
		}
		if err := ahead(9_000_00, 0); err != nil {
			t.Errorf("a home that is charged nothing by time has no month: %v", err)
		}
		fee := e.fee() // 200.00 a month, so twelve months are 2,400.00
		field(t, ahead(1, 0), "amount", "cashier.too_far_ahead")
		if err := ahead(2_400_00, fee); err != nil {
			t.Errorf("twelve months of the item: %v", err)
		}
		field(t, ahead(1, fee), "amount", "cashier.too_far_ahead")
		if _, err := e.bills.SetDiscountRules(t.Context(), e.boss, 1, func(int64) error { return nil }, "0", 12, 0); err != nil {
			t.Fatal(err)
		}
		if err := ahead(1_000_00, fee); err != nil {
			t.Errorf("without a bound: %v", err)
		}
		e.whole()
	})
}

// What is due is no prepayment: two months of 200.00 and twelve ahead are taken together, a fen more is not.
func TestOnlyWhatIsOverCountsAsAhead(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-02-10")
		e.fee()
		e.billed("2026-01")
		e.billed("2026-02")
		e.open()
		principal, late, _ := e.due(1000, "2026-02-10")
		pay := func(fen money.Fen) error {
			_, err := e.svc.Pay(t.Context(), e.anna, cashier.Paying{Room: 1000, Way: "amount", Amount: fen, Expected: principal + late, Means: ledger.Cash, Payer: "业主", Rest: true})
			return err
		}
		field(t, pay(principal+late+2_400_01), "amount", "cashier.too_far_ahead")
		if err := pay(principal + late + 2_400_00); err != nil {
			t.Error(err)
		}
		e.whole()
	})
}
