package cashier_test

import (
	"testing"

	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/money"
)

func (e *env) unknown(fen money.Fen, reference string) cashier.Suspense {
	e.t.Helper()
	return must(e.svc.BookUnknown(e.t.Context(), e.anna, cashier.Unknown{Community: 1, Means: ledger.Bank, Amount: fen, Came: day("2026-02-27"), Payer: "王某", Reference: reference}))(e.t)
}

// PAY-02b: money nobody knows waits in suspense until a second person releases
// it to a household, or has it sent back; the books have it all the while.
func TestUnknownMoneyWaitsForASecondPerson(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		e.fee()
		e.billed("2026-01") // 200.00, due on 15 January
		e.on("2026-03-02")
		x := e.unknown(500_00, "ZH-1")
		if e.balance(0, ledger.Bank) != 500_00 || e.balance(0, ledger.Suspense) != -500_00 {
			t.Errorf("%s in the bank, %s in suspense", e.balance(0, ledger.Bank), e.balance(0, ledger.Suspense))
		}
		_, err := e.svc.BookUnknown(ctx, e.anna, cashier.Unknown{Community: 1, Means: ledger.Bank, Amount: 500_00, Came: day("2026-02-27"), Reference: "ZH-1"})
		field(t, err, "reference", "cashier.suspense_known")
		_, err = e.svc.BookUnknown(ctx, e.anna, cashier.Unknown{Community: 1, Means: ledger.Bank, Amount: 1, Came: day("2026-03-03"), Reference: "ZH-2"})
		field(t, err, "cameOn", "cashier.slip_future")
		_, err = e.svc.AskRelease(ctx, e.anna, x.ID, match(x.Version), cashier.Finding{Reason: "对方退款"})
		field(t, err, "reference", "required")
		_, err = e.svc.AskRelease(ctx, e.anna, x.ID, match(x.Version), cashier.Finding{Room: 77, Reason: "电话核实"})
		field(t, err, "roomId", "not_found")

		x = must(e.svc.AskRelease(ctx, e.anna, x.ID, match(x.Version), cashier.Finding{Room: 1000, Reason: "电话核实"}))(t)
		e.decide("cashier.suspense", "suspense:"+x.ID.String(), false)
		if all := must(e.svc.InSuspense(ctx, e.anna, 1, "", 0, 10))(t); len(all) != 1 || all[0].State != "open" || all[0].Room != 0 {
			t.Fatalf("%+v", all)
		} else {
			x = all[0]
		}
		x = must(e.svc.AskRelease(ctx, e.anna, x.ID, match(x.Version), cashier.Finding{Room: 1000, Reason: "电话核实"}))(t)
		e.decide("cashier.suspense", "suspense:"+x.ID.String(), true)
		// The late fee counts to the day the money came, not to the day somebody knew: 42 days × 0.5 ‰ × 200.00.
		if late := -e.balance(0, ledger.LateIncome); late != 4_20 {
			t.Errorf("late fee %s", late)
		}
		if e.balance(0, ledger.Suspense) != 0 || e.balance(0, ledger.Bank) != 500_00 || e.balance(1000, ledger.Receivable) != 0 || e.balance(1000, ledger.Prepaid) != -(500_00-200_00-4_20) {
			t.Errorf("%s in suspense, %s in the bank, %s owed, %s ahead", e.balance(0, ledger.Suspense), e.balance(0, ledger.Bank), e.balance(1000, ledger.Receivable), e.balance(1000, ledger.Prepaid))
		}
		paid := must(e.svc.OfRoom(ctx, e.anna, 1000))(t)
		if len(paid) != 1 || paid[0].Number == "" || paid[0].PaidOn != day("2026-02-27") {
			t.Errorf("%+v", paid)
		}

		y := e.unknown(80_00, "ZH-9")
		y = must(e.svc.AskRelease(ctx, e.anna, y.ID, match(y.Version), cashier.Finding{Reference: "TH-1", Reason: "付错单位"}))(t)
		e.decide("cashier.suspense", "suspense:"+y.ID.String(), true)
		if e.balance(0, ledger.Suspense) != 0 || e.balance(0, ledger.Bank) != 500_00 {
			t.Errorf("%s in suspense, %s in the bank", e.balance(0, ledger.Suspense), e.balance(0, ledger.Bank))
		}
		if all := must(e.svc.InSuspense(ctx, e.anna, 1, "ended", 0, 10))(t); len(all) != 2 || all[0].State != "returned" || all[1].State != "released" || all[1].Decider == "" {
			t.Errorf("%+v", all)
		}
		sheet := must(e.svc.Sheet(ctx, e.anna, 1, day("2026-03-02")))(t)
		for _, m := range sheet.Means {
			if net := m.In - m.Voided - m.Returned + m.MovedIn - m.MovedOut; net != e.balance(0, m.Means) {
				t.Errorf("%s: %s on the sheet, %s in the books", m.Means, net, e.balance(0, m.Means))
			}
		}
		e.verify()
	})
}
