package invoice_test

import (
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/invoice"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/dbtest"
)

// PAY-02a: what was taken off for paying early was never paid, so no invoice
// says it was: the room's invoices are as much as the receipt.
func TestWhatWasTakenOffForPayingEarlyIsNotInvoiced(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		first, _ := clock.ParsePeriod("2026-01")
		last, _ := clock.ParsePeriod("2026-12")
		r := must(e.bills.AskEarly(ctx, e.anna, billing.EarlyDraft{Item: e.item, Way: billing.EarlyLine, Percent: "5", First: first, Last: last, Reason: "业主大会决议"}))(t)
		e.decide("billing.early", "early_rule:"+r.ID.String(), true)
		e.on("2026-01-02")
		e.billed("2026-01")
		paid := e.pays(1000, 190_00)
		d := must(e.svc.ForRoom(ctx, e.anna, 1000))(t)
		if len(d.Sources) != 1 || d.Sources[0].ID != paid.ID || d.Sources[0].Left != 190_00 {
			t.Fatalf("what can be invoiced of 190.00 paid and 10.00 taken off: %+v", d.Sources)
		}
		off := dbtest.One[cashier.PaymentID](t, e.d, `SELECT id FROM payment WHERE means = 'early' AND room_id = 1000`)
		_, err := e.svc.Ask(ctx, e.anna, invoice.Wish{Room: 1000, Payments: []cashier.PaymentID{off}, Title: e.company().ID})
		e.is(err, invoice.ErrNothing)
		v := e.apply(e.company().ID, paid.ID, off)
		if v.Fen != 190_00 {
			t.Errorf("an invoice of %s for 190.00", v.Fen)
		}
	})
}
