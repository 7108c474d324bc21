package refund_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/wechatpay"
	"guanjia/internal/refund"
)

// PAY-06: asked, checked, approved by somebody else, paid out with a slip.
func TestCashGoesBackAtTheDeskInTheShift(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		p := e.ahead(lobby, 500_00, ledger.Cash)
		v := e.ask(e.anna, p.ID, 200_00)
		if v.Due.String() != "2026-03-19" || v.Means != ledger.Cash || v.Receiver != "李静" || v.State != refund.Asked {
			t.Fatalf("%+v", v)
		}
		_, err := e.svc.Check(ctx, e.anna, v.ID, match(v.Version), true, "核对")
		e.is(err, refund.ErrOwn)
		_, err = e.svc.PayOut(ctx, e.anna, v.ID, match(v.Version), refund.Payout{})
		e.is(err, refund.ErrNotNow)
		v = must(e.svc.Check(ctx, e.carl, v.ID, match(v.Version), true, "收据核对无误，余额500"))(t)
		for _, who := range []authz.Actor{e.anna, e.carl} {
			if err := e.decide(who, v, true); err == nil {
				t.Error("who asked or checked decided")
			}
		}
		e.must(e.decide(e.finance, v, true))
		v = e.one(v.ID)
		if v.State != refund.Approved || v.DecidedBy == "" {
			t.Fatalf("%+v", v)
		}
		v = e.out(v)
		if v.State != refund.Paid || v.Slip != "TK0000001" || v.PaidOn.String() != "2026-03-10" {
			t.Errorf("%+v", v)
		}
		shift := must(e.cash.OwnShift(ctx, e.anna, 1))(t)
		if c := shift.Counts[0]; c.Expected != 300_00 || c.Out != 200_00 || c.In != 500_00 {
			t.Errorf("the till should have 300.00: %+v", c)
		}
		sheet := must(e.cash.Sheet(ctx, e.anna, 1, v.PaidOn))(t)
		if len(sheet.Moves) != 1 || sheet.Moves[0].Number != "TK0000001" || sheet.Moves[0].Fen != -200_00 {
			t.Errorf("%+v", sheet.Moves)
		}
		_, err = e.cash.AskVoid(ctx, e.anna, p.ID, match(p.Version), "收错")
		e.is(err, cashier.ErrUsed)
		e.whole()
	})
}

func TestNeverMoreGoesBackThanWasPaidLessWhatWentBack(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		p := e.ahead(lobby, 500_00, ledger.Cash)
		_, err := e.svc.Ask(ctx, e.anna, refund.Wish{Payment: p.ID, Amount: 500_01, Reason: "多交"})
		field(t, err, "amount", "refund.more")
		first := e.approved(p.ID, 300_00)
		_, err = e.svc.Ask(ctx, e.anna, refund.Wish{Payment: p.ID, Amount: 200_01, Reason: "多交"})
		field(t, err, "amount", "refund.more")
		e.out(first)
		e.out(e.approved(p.ID, 200_00))
		_, err = e.svc.Ask(ctx, e.anna, refund.Wish{Payment: p.ID, Amount: 1, Reason: "多交"})
		e.is(err, refund.ErrNothing)
		// What is paid ahead and used meanwhile is not there any more when it is to be paid out.
		other := e.ahead(lobby, 100_00, ledger.Cash)
		v := e.approved(other.ID, 100_00)
		asked := must(e.cash.AskVoid(ctx, e.anna, other.ID, match(other.Version), "收错"))(t)
		if asked.VoidState != "asked" {
			t.Fatal(asked.VoidState)
		}
		_, err = e.svc.PayOut(ctx, e.anna, v.ID, match(v.Version), refund.Payout{})
		e.is(err, refund.ErrMore)
		e.whole()
	})
}

// Two who ask for all of it at once, and two who pay the same out at once.
func TestOfTwoAtOnceOneWins(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		p := e.ahead(lobby, 500_00, ledger.Cash)
		together := func(fn func() error) (won int) {
			var wait sync.WaitGroup
			var mu sync.Mutex
			for range 6 {
				wait.Go(func() {
					if fn() == nil {
						mu.Lock()
						won++
						mu.Unlock()
					}
				})
			}
			wait.Wait()
			return won
		}
		if won := together(func() error {
			_, err := e.svc.Ask(t.Context(), e.anna, refund.Wish{Payment: p.ID, Amount: 400_00, Reason: "多交"})
			return err
		}); won != 1 {
			t.Errorf("%d asked for the same money", won)
		}
		all := must(e.svc.List(t.Context(), e.anna, refund.Filter{Community: 1}, 0, 10))(t)
		v := e.passed(all[0], e.manager)
		if won := together(func() error {
			_, err := e.svc.PayOut(t.Context(), e.anna, v.ID, match(v.Version), refund.Payout{})
			return err
		}); won != 1 {
			t.Errorf("%d paid the same out", won)
		}
		if got := e.balance(ledger.Cash); got != 100_00 {
			t.Error(got)
		}
		e.whole()
	})
}

func TestPiecesOfARoomCountTogetherForTheLimitOfARole(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		p := e.ahead(lobby, 30_000_00, ledger.Cash)
		small := e.ask(e.anna, p.ID, 1_500_00)
		more := e.ask(e.anna, p.ID, 600_00)
		small = must(e.svc.Check(t.Context(), e.carl, small.ID, match(small.Version), true, "属实"))(t)
		if err := e.decide(e.finance, small, true); !errors.Is(err, approval.ErrNotYours) {
			t.Errorf("finance decided on 2,100.00 in two pieces: %v", err)
		}
		e.must(e.decide(e.manager, small, true))
		more = must(e.svc.Check(t.Context(), e.carl, more.ID, match(more.Version), true, "属实"))(t)
		e.must(e.decide(e.manager, more, false))
		if v := e.one(more.ID); v.State != refund.Refused || v.EndedWhy != "同意" {
			t.Errorf("%+v", v)
		}
		large := e.ask(e.anna, p.ID, 20_000_00)
		large = must(e.svc.Check(t.Context(), e.carl, large.ID, match(large.Version), true, "属实"))(t)
		if err := e.decide(e.manager, large, true); !errors.Is(err, approval.ErrNotYours) {
			t.Errorf("the property manager decided on more than 20,000.00: %v", err)
		}
		e.must(e.decide(e.general, large, true))
	})
}

func TestMoneyGoesBackByTheGatewayOnceAndAfterALostAnswer(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		for _, channel := range []string{payonline.WeChat, payonline.Alipay} {
			p, o := e.paidOnline(channel, 1234_50)
			v := e.approved(p.ID, 234_50)
			lose := map[string]func(bool){payonline.WeChat: e.wechat.Lost, payonline.Alipay: e.ali.Lost}[channel]
			lose(true)
			if v = e.out(v); v.State != refund.Paying {
				t.Fatal(v.State)
			}
			e.whole() // the books have it already
			e.must(e.svc.Work(t.Context(), v.ID))
			if v = e.one(v.ID); v.State != refund.Paying {
				t.Errorf("%s: nobody knows yet: %s", channel, v.State)
			}
			lose(false)
			e.clock.Advance(time.Hour)
			e.work()
			e.work()
			if channel == payonline.WeChat {
				e.clock.Advance(time.Hour)
				e.work()
			}
			if v = e.one(v.ID); v.State != refund.Paid {
				t.Errorf("%s: %s %s", channel, v.State, v.Trouble)
			}
			if channel == payonline.WeChat {
				if got := e.wechat.Order(o.Number).Refunds; len(got) != 1 || got[v.Number+"R1"] != 234_50 {
					t.Errorf("the gateway paid back %v", got)
				}
			} else if got := e.ali.Trade(o.Number).Refunds; len(got) != 1 || got[v.Number+"R1"] != "234.50" {
				t.Errorf("the gateway paid back %v", got)
			}
		}
		e.whole()
	})
}

func TestARefusedRefundIsToBePaidOutAgainWithTheReason(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		for _, channel := range []string{payonline.WeChat, payonline.Alipay} {
			p, _ := e.paidOnline(channel, 500_00)
			before := e.balance(ledger.Prepaid)
			v := e.approved(p.ID, 500_00)
			e.wechat.Refuse("NOT_ENOUGH")
			e.ali.Refuse("ACQ.SELLER_BALANCE_NOT_ENOUGH")
			v = e.out(v)
			e.work()
			if v = e.one(v.ID); v.State != refund.Approved || v.Trouble == "" || v.Slip == "" {
				t.Fatalf("%s: %+v", channel, v)
			}
			if got := e.balance(ledger.Prepaid); got != before {
				t.Errorf("%s: the books have %s, before %s", channel, got, before)
			}
			e.whole()
			e.wechat.Refuse("")
			e.ali.Refuse("")
			e.out(v)
			e.work()
			e.clock.Advance(time.Hour)
			e.work()
			if again := e.one(v.ID); again.State != refund.Paid || again.Slip != v.Slip || again.Trouble != "" {
				t.Errorf("%s: %+v", channel, again)
			}
		}
		e.whole()
	})
}

func TestOnlyThePlatformIsBelievedWhenItTellsOfARefund(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		p, _ := e.byWeChat(500_00)
		v := e.out(e.approved(p.ID, 100_00))
		e.work() // the gateway took it: PROCESSING
		if v = e.one(v.ID); v.State != refund.Paying {
			t.Fatal(v.State)
		}
		tell := func() error {
			h, body := e.wechat.ToldRefund(v.Number + "R1")
			return e.online.FromWeChat(t.Context(), e.channels[payonline.WeChat], wechatpay.SignedBy(h), body)
		}
		e.wechat.Forged(true)
		e.is(tell(), payonline.ErrBelieved)
		e.wechat.Forged(false)
		if v = e.one(v.ID); v.State != refund.Paying {
			t.Fatal("a forged callback was believed")
		}
		e.must(tell())
		e.must(tell())
		if v = e.one(v.ID); v.State != refund.Paid {
			t.Error(v.State)
		}
		h, body := e.wechat.ToldRefund("SOMEBODYELSES")
		e.must(e.online.FromWeChat(t.Context(), e.channels[payonline.WeChat], wechatpay.SignedBy(h), body))
		e.whole()
	})
}

// An online payment that was voided has left the books; the money itself goes back through here.
func TestWhatWasVoidedGoesBackByTheGatewayAndLeavesTheBooksOnce(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		p, o := e.byWeChat(500_00)
		must(e.cash.AskVoid(t.Context(), e.anna, p.ID, match(p.Version), "付错房号"))(t)
		var q approval.Request
		e.must(e.d.Read(t.Context(), e.finance, approval.ActInbox, func(tx *db.Tx) (err error) {
			q, err = approval.Open(t.Context(), tx, "cashier.void", "payment:"+p.ID.String())
			return err
		}))
		must(e.inbox.Decide(t.Context(), e.finance, q.ID, seen, approval.Decision{Approve: true, Reason: "同意"}))(t)
		v := e.ask(e.anna, p.ID, 500_00)
		if v.Origin != cashier.OfVoided {
			t.Fatal(v.Origin)
		}
		e.out(e.passed(v, e.manager))
		e.work()
		e.clock.Advance(time.Hour)
		e.work()
		if v = e.one(v.ID); v.State != refund.Paid || e.wechat.Order(o.Number).Refunds[v.Number+"R1"] != 500_00 {
			t.Errorf("%+v", v)
		}
		if got := e.balance(ledger.WeChat); got != 0 {
			t.Error(got)
		}
		_, err := e.svc.Ask(t.Context(), e.anna, refund.Wish{Payment: p.ID, Amount: 1, Reason: "再退"})
		e.is(err, refund.ErrNothing)
		e.whole()
	})
}

func TestADepositGoesBackThroughTheSameSteps(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		d := must(e.cash.TakeDeposit(t.Context(), e.anna, cashier.Depositing{Room: lobby, Kind: "renovation", Amount: 2000_00, Means: ledger.Bank, Reference: "B1", Payer: "李静"}))(t)
		v := e.approved(d.Payment, 1500_00)
		_, err := e.svc.PayOut(t.Context(), e.anna, v.ID, match(v.Version), refund.Payout{})
		field(t, err, "reference", "required")
		v = must(e.svc.PayOut(t.Context(), e.anna, v.ID, match(v.Version), refund.Payout{Reference: "B2"}))(t)
		if v.State != refund.Paid || v.Origin != cashier.OfDeposit {
			t.Errorf("%+v", v)
		}
		if got := e.balance(ledger.Deposit); got != -500_00 {
			t.Error(got)
		}
		_, err = e.svc.Ask(t.Context(), e.anna, refund.Wish{Payment: d.Payment, Amount: 500_01, Reason: "退"})
		field(t, err, "amount", "refund.more")
		e.whole()
	})
}

func TestAResidentAsksFollowsAndTakesBackTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		p, _ := e.byWeChat(500_00)
		home := must(e.svc.OfHome(ctx, e.li, lobby))(t)
		if len(home.Sources) != 1 || home.Sources[0].Free != 500_00 {
			t.Fatalf("%+v", home)
		}
		if _, err := e.svc.OfHome(ctx, e.zhang, lobby); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("the neighbour looked: %v", err)
		}
		if _, err := e.svc.AskOwn(ctx, e.zhang, refund.Wish{Payment: p.ID, Amount: 100, Reason: "退"}); err == nil {
			t.Error("the neighbour asked for somebody's money")
		}
		v := must(e.svc.AskOwn(ctx, e.li, refund.Wish{Payment: p.ID, Amount: 100_00, Reason: "多交了", Receiver: "别人"}))(t)
		if v.Receiver != "李静" || !v.Own {
			t.Errorf("%+v", v)
		}
		if _, err := e.svc.AddOwnFile(ctx, e.li, v.ID, bytes.NewReader([]byte("text"))); !errors.Is(err, refund.ErrNotFile) {
			t.Errorf("%v", err)
		}
		must(e.svc.AddOwnFile(ctx, e.li, v.ID, bytes.NewReader([]byte("%PDF-1.4\n%x"))))(t)
		if _, err := e.svc.StopOwn(ctx, e.zhang, v.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("the neighbour withdrew: %v", err)
		}
		back := must(e.svc.StopOwn(ctx, e.li, v.ID))(t)
		if back.State != refund.Withdrawn {
			t.Error(back.State)
		}
		v = must(e.svc.AskOwn(ctx, e.li, refund.Wish{Payment: p.ID, Amount: 500_00, Reason: "多交了"}))(t)
		v = must(e.svc.Check(ctx, e.anna, v.ID, match(v.Version), false, "这笔钱下月账单要用，已与业主说明"))(t)
		home = must(e.svc.OfHome(ctx, e.li, lobby))(t)
		if len(home.Refunds) != 2 || home.Refunds[0].State != refund.Refused || home.Refunds[0].EndedWhy == "" || home.Refunds[0].Facts != "" {
			t.Errorf("%+v", home.Refunds)
		}
		if _, err := e.svc.One(ctx, e.far, v.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's: %v", err)
		}
	})
}

// A tenant pays the owner's bill and more than that: the owner sees the payment
// of the bill, but what is over is the tenant's.
func TestOnlyWhoPaidAsksForWhatIsLeft(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		e.bill(300_00)
		var p cashier.Payment
		e.must(e.d.Bulk(ctx, e.anna, cashier.ActTake, func(tx *db.Tx) (err error) {
			p, err = cashier.Take(ctx, tx, cashier.Taking{Community: 1, Room: lobby, Customer: 2001, Payer: "张伟", Fen: 500_00, Means: ledger.Bank, Source: "wechat:9", Reference: "B9", Lines: []billing.LineID{1}})
			return err
		}))
		if _, err := e.svc.AskOwn(ctx, e.li, refund.Wish{Payment: p.ID, Amount: 200_00, Reason: "多交了"}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("the owner asked for what the tenant paid: %v", err)
		}
		if home := must(e.svc.OfHome(ctx, e.li, lobby))(t); len(home.Sources) != 0 {
			t.Errorf("the tenant's money is offered to the owner: %+v", home.Sources)
		}
		v := e.ask(e.anna, p.ID, 200_00)
		if home := must(e.svc.OfHome(ctx, e.li, lobby))(t); len(home.Refunds) != 1 || home.Refunds[0].ID != v.ID {
			t.Errorf("the owner does not see what becomes of a payment of their bill: %+v", home.Refunds)
		}
	})
}

func TestWhatIsOverdueIsOnAListOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		p := e.ahead(lobby, 500_00, ledger.Cash)
		v := e.ask(e.anna, p.ID, 100_00)
		late := func() int {
			return len(must(e.svc.List(t.Context(), e.anna, refund.Filter{Community: 1, State: "late"}, 0, 10))(t))
		}
		e.clock.Advance(9 * 24 * time.Hour)
		if late() != 0 {
			t.Error("the last day counts")
		}
		e.clock.Advance(24 * time.Hour)
		if late() != 1 || !e.one(v.ID).Overdue {
			t.Error("it is overdue and nobody sees it")
		}
		_, err := e.svc.Stop(t.Context(), e.carl, v.ID, match(v.Version), "")
		field(t, err, "reason", "required")
		if v = must(e.svc.Stop(t.Context(), e.carl, v.ID, match(v.Version), "材料不齐"))(t); v.State != refund.Refused {
			t.Error(v.State)
		}
	})
}

// Whatever is taken, asked, refused, paid out and voided, in any order: the
// books, the parts and the sheets of the days agree (PAY-04).
func TestTheBooksAgreeAfterAnyRefunds(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		r := rand.New(rand.NewPCG(6, 7))
		var payments []cashier.PaymentID
		var open []refund.ID
		did := map[string]int{}
		for i := range 70 {
			switch n := r.IntN(10); {
			case n == 0:
				p, _ := e.paidOnline([]string{payonline.WeChat, payonline.Alipay}[r.IntN(2)], money.Fen(1+r.IntN(90_000)*100+i))
				payments = append(payments, p.ID)
			case n <= 2 || len(payments) == 0:
				payments = append(payments, e.ahead(lobby, money.Fen(1+r.IntN(90_000)), []ledger.Kind{ledger.Cash, ledger.Cash, ledger.Bank}[r.IntN(3)]).ID)
			case n <= 5:
				if v, err := e.svc.Ask(t.Context(), e.anna, refund.Wish{Payment: payments[r.IntN(len(payments))], Amount: money.Fen(1 + r.IntN(60_000)), Reason: "退"}); err == nil {
					open = append(open, e.passed(v, e.general).ID)
					did["asked"]++
				}
			case n == 6:
				id := payments[r.IntN(len(payments))]
				if p := must(e.cash.One(t.Context(), e.anna, id))(t); p.VoidState == "" {
					if _, err := e.cash.AskVoid(t.Context(), e.anna, id, match(p.Version), "收错"); err == nil {
						var q approval.Request
						e.must(e.d.Read(t.Context(), e.finance, approval.ActInbox, func(tx *db.Tx) (err error) {
							q, err = approval.Open(t.Context(), tx, "cashier.void", "payment:"+id.String())
							return err
						}))
						must(e.inbox.Decide(t.Context(), e.finance, q.ID, seen, approval.Decision{Approve: true, Reason: "同意"}))(t)
						did["voided"]++
					}
				}
			case len(open) > 0:
				v := e.one(open[r.IntN(len(open))])
				e.wechat.Refuse([]string{"", "NOT_ENOUGH"}[r.IntN(2)])
				e.ali.Refuse([]string{"", "ACQ.SELLER_BALANCE_NOT_ENOUGH"}[r.IntN(2)])
				if v.State == refund.Approved {
					if _, err := e.svc.PayOut(t.Context(), e.anna, v.ID, match(v.Version), refund.Payout{Reference: "T1"}); err == nil {
						did["paid "+string(v.Means)]++
					}
					e.clock.Advance(time.Minute)
					e.work()
				}
			}
		}
		t.Log(did)
		if did["asked"] < 5 || did["voided"] == 0 || did["paid cash"] == 0 {
			t.Error("too little happened", did)
		}
		e.whole()
	})
}

func field(t *testing.T, err error, name, code string) {
	t.Helper()
	var f *errs.Error
	if errors.As(err, &f) {
		for _, one := range f.Fields {
			if one.Name == name && one.Code == code {
				return
			}
		}
	}
	t.Errorf("%s should be %s: %v", name, code, err)
}
