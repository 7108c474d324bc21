package payonline_test

import (
	"testing"
	"time"

	"guanjia/internal/billing"
	"guanjia/internal/ledger"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/dbtest"
)

// BIL-02, FAR-08, PAY-01: who pays a bill whole and early on the phone pays less, also when midnight came before the
// gateway told of it; who pays after the order's time has lost what was taken off, and owes it.
func TestAnEarlyPaymentOnThePhoneCostsLess(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.clock.Set(time.Date(2026, 2, 5, 15, 50, 0, 0, time.UTC)) // 23:50 on the last early day of February's bill
		item := dbtest.One[billing.ItemID](t, e.d, `SELECT id FROM charge_item`)
		month, err := clock.ParsePeriod("2026-02")
		e.must(err)
		r, err := e.charges.AskEarly(t.Context(), e.finance, billing.EarlyDraft{Item: item, Way: billing.EarlyLine, Days: 10, Percent: "5", First: month, Last: month, Reason: "业主大会决议"})
		e.must(err)
		e.decide("billing.early", "early_rule:"+r.ID.String())
		b := e.bills(e.li, 1000) // January, 20 days late: 202.00
		if b.Off != 10_00 || b.Total != 202_00+190_00 || len(b.Due[1].Early) != 1 || b.Due[1].Early[0].Until.String() != "2026-02-05" {
			t.Fatalf("%+v", b)
		}
		early := e.pay(e.li, 1000, payonline.WeChat, payonline.Native, b.Due[1].ID)
		if early.Fen != 190_00 || early.Lines[0].Off != 10_00 {
			t.Fatalf("%+v", early)
		}
		slow := e.pay(e.zhang, 1001, payonline.WeChat, payonline.Native, e.bills(e.zhang, 1001).Due[1].ID)
		e.clock.Advance(20 * time.Minute)
		e.atGateway(early)
		if b := e.bills(e.li, 1000); len(b.Due) != 1 || b.Off != 0 {
			t.Errorf("what is left after midnight: %+v", b)
		}
		e.clock.Advance(48 * time.Hour)
		e.must(e.run.Drain(t.Context()))
		e.atGateway(slow)
		if b := e.bills(e.zhang, 1001); len(b.Due) != 2 || b.Due[1].Total() != 10_00 {
			t.Errorf("who paid too late owes what was taken off: %+v", b.Due)
		}
		e.booked(ledger.WeChat, 2, 2*190_00)
		e.booked(ledger.Early, 1, 10_00)
	})
}
