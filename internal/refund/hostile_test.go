package refund_test

import (
	"strings"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/db"
	"guanjia/internal/refund"
)

func (e *env) voided(id cashier.PaymentID) {
	e.t.Helper()
	p := must(e.cash.One(e.t.Context(), e.anna, id))(e.t)
	must(e.cash.AskVoid(e.t.Context(), e.anna, id, match(p.Version), "付错房号"))(e.t)
	e.yes("cashier.void", "payment:"+id.String())
}

func (e *env) yes(kind, subject string) {
	e.t.Helper()
	var q approval.Request
	e.must(e.d.Read(e.t.Context(), e.finance, approval.ActInbox, func(tx *db.Tx) (err error) {
		q, err = approval.Open(e.t.Context(), tx, kind, subject)
		return err
	}))
	must(e.inbox.Decide(e.t.Context(), e.finance, q.ID, seen, approval.Decision{Approve: true, Reason: "同意"}))(e.t)
}

// PAY-06, never more than was paid: a refund of what is paid ahead is approved, somebody else has the online payment voided,
// the refund is paid out; of what was voided only the rest can go back then.
func TestAPaymentThatIsVoidedBeforeItsRefundIsPaidOutGoesBackOnce(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		p, _ := e.byWeChat(500_00)
		v := e.approved(p.ID, 300_00)
		e.voided(p.ID)
		e.out(v)
		e.work()
		e.clock.Advance(time.Hour)
		e.work()
		if v = e.one(v.ID); v.State != refund.Paid {
			t.Fatalf("%+v", v)
		}
		_, err := e.svc.Ask(t.Context(), e.anna, refund.Wish{Payment: p.ID, Amount: 200_01, Reason: "再退"})
		field(t, err, "amount", "refund.more")
		e.out(e.passed(e.ask(e.anna, p.ID, 200_00), e.manager))
		e.work()
		_, err = e.svc.Ask(t.Context(), e.anna, refund.Wish{Payment: p.ID, Amount: 1, Reason: "再退"})
		e.is(err, refund.ErrNothing)
		e.whole()
	})
}

// Two people: one gives a deposit back at the desk while another has a refund of it approved; what left is not paid twice.
func TestADepositThatWentBackAtTheDeskIsNotRefundedAgain(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		d := must(e.cash.TakeDeposit(t.Context(), e.anna, cashier.Depositing{Room: lobby, Kind: "card", Amount: 100_00, Means: ledger.Cash, Payer: "李静"}))(t)
		v := e.approved(d.Payment, 100_00)
		must(e.cash.Return(t.Context(), e.anna, d.ID, match(d.Version), cashier.Returning{Amount: 60_00, Means: ledger.Cash, Receiver: "李静"}))(t)
		_, err := e.svc.PayOut(t.Context(), e.anna, v.ID, match(v.Version), refund.Payout{})
		e.is(err, refund.ErrMore)
		e.whole()
	})
}

// PAY-06, PAY-07: a refund is not paid out of a till that has less cash; once cash is brought it is.
func TestARefundIsNotPaidOutOfATillThatHasLess(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		p := e.ahead(lobby, 500_00, ledger.Cash)
		v := e.approved(p.ID, 500_00)
		till := func(kind cashier.MoveKind) {
			must(e.cash.Petty(ctx, e.anna, cashier.Till{Community: 1, Kind: kind, Amount: 400_00, Number: "PZ-1", Party: "王师傅", Words: "买灯泡"}))(t)
		}
		till(cashier.Petty)
		if _, err := e.svc.PayOut(ctx, e.anna, v.ID, match(v.Version), refund.Payout{}); err == nil || !strings.Contains(err.Error(), "cashier.till_less") {
			t.Errorf("with 100.00 in the till: %v", err)
		}
		till(cashier.TopUp)
		e.out(v)
		e.whole()
	})
}
