package cashier_test

import (
	"testing"

	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
)

// PAY-02b: money was released from suspense to the wrong household, and that
// payment is voided. It is still in the bank, so it waits in suspense again, may
// be released to somebody else, and is in the books all the while.
func TestWhatWasReleasedToTheWrongHouseholdWaitsAgain(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		e.fee()
		e.billed("2026-01")
		e.on("2026-03-02")
		x := e.unknown(500_00, "ZH-1")
		waits := func() cashier.Suspense {
			t.Helper()
			all := must(e.svc.InSuspense(ctx, e.anna, 1, "", 0, 10))(t)
			if len(all) != 1 || all[0].ID != x.ID || all[0].State != "open" || all[0].Room != 0 || all[0].Payment != 0 || all[0].EndedAt != nil || all[0].Decider != "" {
				t.Fatalf("it does not wait: %+v", all)
			}
			if e.balance(0, ledger.Bank) != 500_00 || e.balance(0, ledger.Suspense) != -500_00 || e.balance(1000, ledger.Prepaid) != 0 {
				t.Errorf("%s in the bank, %s in suspense", e.balance(0, ledger.Bank), e.balance(0, ledger.Suspense))
			}
			return all[0]
		}
		for _, on := range []string{"2026-03-02", "2026-03-05"} { // the same wrong room twice
			e.on(on)
			v := waits()
			must(e.svc.AskRelease(ctx, e.anna, v.ID, match(v.Version), cashier.Finding{Room: 1000, Reason: "电话核实"}))(t)
			e.decide("cashier.suspense", "suspense:"+v.ID.String(), true)
			paid := must(e.svc.OfRoom(ctx, e.anna, 1000))(t)
			if paid[0].ReversedAt != nil {
				t.Fatalf("the second release is a payment of its own: %+v", paid)
			}
			must(e.svc.AskVoid(ctx, e.anna, paid[0].ID, match(paid[0].Version), "认错了房间"))(t)
			e.decide("cashier.void", "payment:"+paid[0].ID.String(), true)
		}
		v := waits()
		must(e.svc.AskRelease(ctx, e.anna, v.ID, match(v.Version), cashier.Finding{Room: 1001, Reason: "业主来电"}))(t)
		e.decide("cashier.suspense", "suspense:"+v.ID.String(), true)
		if e.balance(0, ledger.Suspense) != 0 || e.balance(0, ledger.Bank) != 500_00 || e.balance(1000, ledger.Receivable) != 200_00 || e.balance(1001, ledger.Receivable) != 0 {
			t.Errorf("%s in suspense, %s in the bank", e.balance(0, ledger.Suspense), e.balance(0, ledger.Bank))
		}
		sheet := must(e.svc.Sheet(ctx, e.anna, 1, day("2026-03-05")))(t)
		for _, m := range sheet.Means {
			if net := m.In - m.Voided - m.Returned + m.MovedIn - m.MovedOut; net != 0 {
				t.Errorf("%s: nothing came or went on the day, the sheet says %s", m.Means, net)
			}
		}
		e.whole()
	})
}

// The same for money that goes back to who had sent it, once nobody claims it any more.
func TestWhatWasReleasedByMistakeMayBeSentBack(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		e.on("2026-03-02")
		x := e.unknown(80_00, "ZH-2")
		must(e.svc.AskRelease(ctx, e.anna, x.ID, match(x.Version), cashier.Finding{Room: 1002, Reason: "电话核实"}))(t)
		e.decide("cashier.suspense", "suspense:"+x.ID.String(), true)
		paid := must(e.svc.OfRoom(ctx, e.anna, 1002))(t)[0]
		must(e.svc.AskVoid(ctx, e.anna, paid.ID, match(paid.Version), "认错了"))(t)
		e.decide("cashier.void", "payment:"+paid.ID.String(), true)
		v := must(e.svc.InSuspense(ctx, e.anna, 1, "", 0, 10))(t)[0]
		must(e.svc.AskRelease(ctx, e.anna, v.ID, match(v.Version), cashier.Finding{Reference: "TH-1", Reason: "付错单位"}))(t)
		e.decide("cashier.suspense", "suspense:"+v.ID.String(), true)
		if e.balance(0, ledger.Suspense) != 0 || e.balance(0, ledger.Bank) != 0 || e.balance(1002, ledger.Prepaid) != 0 {
			t.Errorf("%s in suspense, %s in the bank", e.balance(0, ledger.Suspense), e.balance(0, ledger.Bank))
		}
		e.whole()
	})
}
