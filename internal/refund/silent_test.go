package refund_test

import (
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/refund"
)

// PAY-06: a gateway that never says what became of a refund is asked for about a
// day; then somebody is told, and asked again is it when they have looked.
func TestAGatewayThatNeverAnswersBecomesAMatterForAPerson(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		p, o := e.paidOnline(payonline.WeChat, 500_00)
		v := e.approved(p.ID, 500_00)
		e.wechat.Silent(true)
		v = e.out(v)
		hours := 0
		for ; hours < 100 && e.one(v.ID).Trouble == ""; hours++ {
			e.clock.Advance(time.Hour)
			e.work()
		}
		if hours < 20 || hours > 30 {
			t.Errorf("asked for %d hours", hours)
		}
		if got := e.one(v.ID); got.State != refund.Paying || got.Trouble != "NO_ANSWER" {
			t.Fatalf("%s %s", got.State, got.Trouble)
		}
		jobs := func() int64 { return dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM job WHERE kind = 'refund.pay'`) }
		if jobs() != 0 {
			t.Error("it is still asked")
		}
		e.whole() // the money stays out: it may have been paid
		e.wechat.Silent(false)
		var q approval.Request
		e.must(e.d.Read(t.Context(), e.manager, approval.ActInbox, func(tx *db.Tx) (err error) {
			q, err = approval.Open(t.Context(), tx, "refund.silent", "refund:"+v.ID.String())
			return err
		}))
		_, err := e.inbox.Decide(t.Context(), e.manager, q.ID, seen, approval.Decision{Approve: true, Reason: "商户平台上还没有退"})
		e.must(err)
		for range 3 {
			e.work()
			e.clock.Advance(time.Hour)
		}
		if got := e.one(v.ID); got.State != refund.Paid || got.Trouble != "" {
			t.Errorf("asked again: %s %s", got.State, got.Trouble)
		}
		if got := e.wechat.Order(o.Number).Refunds; len(got) != 1 {
			t.Errorf("the gateway paid back %v", got)
		}
		e.whole()
	})
}
