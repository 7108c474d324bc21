package payonline_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/internal/billing"
	"guanjia/internal/ledger"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/wechatpay"
	"guanjia/internal/platform/wechatpay/wechattest"
)

// On 10 March: 400.00 of principal; January is 53 days late through 9 March (5.30), February 22 days (2.20).
const (
	principal money.Fen = 40000
	late      money.Fen = 530 + 220
)

// FAC-02, PAY-03: what is due is computed by the server, paid at the gateway, told and booked; the bill is paid.
func TestAResidentPaysTheirBillsAndSeesThemPaid(t *testing.T) {
	for channel, way := range map[string]string{payonline.WeChat: payonline.Native, payonline.Alipay: payonline.Wap} {
		t.Run(channel, func(t *testing.T) {
			each(t, func(t *testing.T, e *env) {
				b := e.bills(e.li, 1000)
				if b.Total != principal+late || b.Late != late || len(b.Due) != 2 || len(b.Channels) != 2 || b.Label != "1栋100" {
					t.Fatalf("due: %+v", b)
				}
				o := e.pay(e.li, 1000, channel, way)
				if o.Fen != principal+late || o.State != payonline.Paying || o.Target == "" {
					t.Fatalf("%+v", o)
				}
				e.atGateway(o)
				if got := e.order(o.ID); got.State != payonline.Paid || got.Payment == 0 || got.Rest != 0 || got.Late || got.Target != "" {
					t.Fatalf("told: %+v", got)
				}
				if b := e.bills(e.li, 1000); b.Total != 0 || len(b.Due) != 0 || b.Prepaid != 0 {
					t.Errorf("still due: %+v", b)
				}
				if b := e.bills(e.zhang, 1001); b.Total != principal+late {
					t.Errorf("the neighbour's bill: %+v", b)
				}
				e.booked(ledger.Kind(channel), 1, principal+late)
				st, err := e.svc.Statement(t.Context(), e.li, 1000, 2026)
				if err != nil || st.Billed != principal || st.Paid != principal+late || st.Open != 0 || st.Received != principal+late || len(st.Payments) != 1 || st.Payments[0].Number == "" {
					t.Errorf("the year: %+v, %v", st, err)
				}
				r, err := e.svc.Receipt(t.Context(), e.li, 1000, e.order(o.ID).Payment)
				if err != nil || r.Payer != "李静" || len(r.Parts) != 4 || r.Upper != "肆佰零柒元伍角整" || r.Code == "" {
					t.Errorf("the receipt: %+v, %v", r, err)
				}
			})
		})
	}
}

// atGateway pays an order at its gateway, which tells of it.
func (e *env) atGateway(o payonline.Order) {
	e.t.Helper()
	if o.Channel == payonline.WeChat {
		if status, err := e.wechat.Notify(e.t.Context(), e.wechat.Pay(o.Number)); err != nil || status != http.StatusOK {
			e.t.Fatal(status, err)
		}
		return
	}
	e.ali.Open(e.t, o.Target)
	if status, body, err := e.ali.Notify(e.t.Context(), e.ali.Pay(o.Number)); err != nil || status != http.StatusOK || body != "success" {
		e.t.Fatal(status, body, err)
	}
}

func TestChosenLinesArePaidAndTheOthersStayOpen(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		b := e.bills(e.li, 1000)
		o := e.pay(e.li, 1000, payonline.WeChat, payonline.H5, b.Due[1].ID)
		if o.Fen != 20000+220 || !strings.Contains(o.Target, "redirect_url=") {
			t.Fatalf("%+v", o)
		}
		e.atGateway(o)
		if b := e.bills(e.li, 1000); len(b.Due) != 1 || b.Total != 20000+530 {
			t.Errorf("%+v", b)
		}
		for name, lines := range map[string][]billing.LineID{"paid already": {b.Due[1].ID}, "a neighbour's": {e.bills(e.zhang, 1001).Due[0].ID}, "one of them paid": {b.Due[0].ID, b.Due[1].ID}} {
			if _, err := e.svc.Pay(t.Context(), e.li, payonline.Wish{Room: 1000, Lines: lines, Channel: payonline.WeChat, Way: payonline.Native}); !errors.Is(err, payonline.ErrNothing) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// PAY-03: the same callback 32 times at once, and again the next day, books once.
func TestACallbackDoubledOrReplayedBooksOnce(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		o := e.pay(e.li, 1000, payonline.WeChat, payonline.Native)
		h, body := e.wechat.Callback(e.wechat.Content(e.wechat.Pay(o.Number)))
		var all sync.WaitGroup
		failures := make(chan error, 32)
		for range 32 {
			all.Go(func() {
				if err := e.svc.FromWeChat(t.Context(), e.channels[payonline.WeChat], wechatpay.SignedBy(h), body); err != nil {
					failures <- err
				}
			})
		}
		all.Wait()
		close(failures)
		for err := range failures {
			t.Error("a doubled callback was not acknowledged:", err)
		}
		e.booked(ledger.WeChat, 1, principal+late)
		e.clock.Advance(24 * time.Hour)
		if err := e.svc.FromWeChat(t.Context(), e.channels[payonline.WeChat], wechatpay.SignedBy(h), body); !errors.Is(err, payonline.ErrBelieved) {
			t.Errorf("a replay of yesterday's: %v", err)
		}
		e.atGateway(o) // signed anew, the same transaction
		e.booked(ledger.WeChat, 1, principal+late)
		if n := e.count(`SELECT COUNT(*) FROM online_strange`); n != 0 {
			t.Errorf("%d are strange", n)
		}
	})
}

// PAY-03: what another signed is not believed; what is signed and does not fit is kept once, told to finance, and booked nowhere.
func TestAPaymentThatDoesNotFitIsKeptAndBookedNowhere(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		o := e.pay(e.li, 1000, payonline.WeChat, payonline.Native)
		paid := e.wechat.Pay(o.Number)
		tell := func(change func(map[string]any)) error {
			content := e.wechat.Content(paid)
			change(content)
			h, body := e.wechat.Callback(content)
			return e.svc.FromWeChat(t.Context(), e.channels[payonline.WeChat], wechatpay.SignedBy(h), body)
		}
		other := wechattest.New(t, e.clock.Now)
		h, body := other.Callback(other.Content(paid))
		if err := e.svc.FromWeChat(t.Context(), e.channels[payonline.WeChat], wechatpay.SignedBy(h), body); !errors.Is(err, payonline.ErrBelieved) {
			t.Errorf("signed by somebody else: %v", err)
		}
		if err := e.svc.FromWeChat(t.Context(), e.channels[payonline.Alipay], wechatpay.SignedBy(h), body); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("at the other channel's address: %v", err)
		}
		if n := e.count(`SELECT COUNT(*) FROM online_strange`); n != 0 {
			t.Errorf("what nobody signed is kept %d times", n)
		}
		for why, change := range map[string]func(map[string]any){
			payonline.WrongAmount:   func(c map[string]any) { c["amount"] = map[string]any{"total": 1, "currency": "CNY"} },
			payonline.WrongMerchant: func(c map[string]any) { c["mchid"] = "1900009999" },
			payonline.UnknownOrder:  func(c map[string]any) { c["out_trade_no"] = "GJNOBODY" },
		} {
			for range 2 {
				if err := tell(change); err != nil {
					t.Errorf("%s is not acknowledged: %v", why, err)
				}
			}
			if n := e.count(`SELECT COUNT(*) FROM online_strange WHERE why = $1 AND state = 'open'`, why); n != 1 {
				t.Errorf("%s is kept %d times", why, n)
			}
		}
		e.booked(ledger.WeChat, 0, 0)
		if n := e.count(`SELECT COUNT(*) FROM suspense WHERE state = 'open' AND means = 'wechat'`); n != 1 { // one transaction, however it was told
			t.Errorf("%d wait in suspense", n)
		}
		if n := e.count(`SELECT COUNT(*) FROM approval WHERE kind = 'online.strange' AND state = 'pending'`); n != 3 {
			t.Errorf("finance is told of %d", n)
		}
		all, err := e.svc.Strangers(t.Context(), e.finance, 1, "open", payonline.Position{}, 10)
		if err != nil || len(all) != 3 {
			t.Fatal(all, err)
		}
		e.decide("online.strange", "online_strange:"+all[0].ID.String())
		if x, err := e.svc.One(t.Context(), e.finance, all[0].ID); err != nil || x.State != "settled" || x.Words != "核对无误" {
			t.Errorf("seen to in the inbox: %+v, %v", x, err)
		}
		if _, err := e.svc.Settle(t.Context(), e.finance, all[0].ID, seen, "再来一次"); !errors.Is(err, payonline.ErrSettled) {
			t.Errorf("seen to twice: %v", err)
		}
		if x, err := e.svc.Settle(t.Context(), e.finance, all[1].ID, seen, "已原路退回"); err != nil || x.State != "settled" {
			t.Errorf("seen to on its page: %+v, %v", x, err)
		}
		if n := e.count(`SELECT COUNT(*) FROM approval WHERE kind = 'online.strange' AND state = 'pending'`); n != 1 {
			t.Errorf("%d still lie in the inbox", n)
		}
		if _, err := e.svc.Settle(t.Context(), e.far, all[2].ID, seen, "不是我的"); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("from another community: %v", err)
		}
		if _, err := e.svc.Strangers(t.Context(), e.far, 1, "", payonline.Position{}, 10); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("the list from another community: %v", err)
		}
		// The right callback that comes after all is booked.
		if err := tell(func(map[string]any) {}); err != nil {
			t.Error(err)
		}
		e.booked(ledger.WeChat, 1, principal+late)
		if n := e.count(`SELECT CAST(COALESCE(SUM(CASE WHEN a.id = x.debit_id THEN x.amount ELSE -x.amount END), 0) AS BIGINT) FROM ledger_entry x JOIN ledger_account a ON a.id IN (x.debit_id, x.credit_id) WHERE a.kind = 'suspense'`); n != 0 {
			t.Errorf("%d fen stay in suspense", n)
		}
	})
}

func TestANotificationOfAlipayMustNameOurAppSellerAndAmount(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		o := e.pay(e.li, 1000, payonline.Alipay, payonline.Page)
		e.ali.Open(t, o.Target)
		paid := e.ali.Pay(o.Number)
		for why, field := range map[string][2]string{payonline.WrongAmount: {"total_amount", "0.01"}, payonline.WrongMerchant: {"seller_id", "2088999999999999"}, payonline.UnknownOrder: {"out_trade_no", "GJNOBODY"}} {
			form := e.ali.Form(paid)
			form.Set(field[0], field[1])
			if err := e.svc.FromAlipay(t.Context(), e.channels[payonline.Alipay], e.ali.Sign(form)); err != nil {
				t.Errorf("%s: %v", why, err)
			}
			if n := e.count(`SELECT COUNT(*) FROM online_strange WHERE why = $1`, why); n != 1 {
				t.Errorf("%s is kept %d times", why, n)
			}
		}
		unsigned := e.ali.Form(paid)
		if err := e.svc.FromAlipay(t.Context(), e.channels[payonline.Alipay], []byte(unsigned.Encode())); !errors.Is(err, payonline.ErrBelieved) {
			t.Errorf("not signed: %v", err)
		}
		e.booked(ledger.Alipay, 0, 0)
	})
}

// PAY-03: no callback comes; the gateway is asked, and its answer is booked, once, also when the callback comes after.
func TestALostAnswerIsAskedFor(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		o := e.pay(e.li, 1000, payonline.WeChat, payonline.Native)
		e.wechat.Pay(o.Number)
		e.wechat.Silent(true)
		e.clock.Advance(15 * time.Second)
		e.must(e.run.Drain(t.Context()))
		if got := e.order(o.ID); got.State != payonline.Paying {
			t.Fatalf("while the gateway is silent: %+v", got)
		}
		e.wechat.Silent(false)
		e.clock.Advance(time.Minute)
		e.must(e.run.Drain(t.Context()))
		if got := e.order(o.ID); got.State != payonline.Paid {
			t.Fatalf("asked: %+v", got)
		}
		e.atGateway(o)
		e.booked(ledger.WeChat, 1, principal+late)
	})
}

// PAY-03: the node that was told dies before its commit; the gateway tells again.
func TestANodeThatDiesBetweenCallbackAndAnswerBooksOnce(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		o := e.pay(e.li, 1000, payonline.WeChat, payonline.Native)
		dbtest.Exec(t, e.d, `UPDATE customer SET name = $1 WHERE id = 2000`, strings.Repeat("长", 100))
		dbtest.Exec(t, e.d, `CREATE UNIQUE INDEX break_it ON payment_part (community_id)`) // the second part of a payment fails in the middle of the transaction
		h, body := e.wechat.Callback(e.wechat.Content(e.wechat.Pay(o.Number)))
		if err := e.svc.FromWeChat(t.Context(), e.channels[payonline.WeChat], wechatpay.SignedBy(h), body); err == nil {
			t.Fatal("acknowledged what was not booked")
		}
		e.booked(ledger.WeChat, 0, 0)
		if got := e.order(o.ID); got.State != payonline.Paying {
			t.Errorf("%+v", got)
		}
		dbtest.Exec(t, e.d, `DROP INDEX break_it`)
		if err := e.svc.FromWeChat(t.Context(), e.channels[payonline.WeChat], wechatpay.SignedBy(h), body); err != nil {
			t.Fatal(err)
		}
		e.booked(ledger.WeChat, 1, principal+late)
	})
}

// Money that comes after an order is over is not refused: open lines are paid, the order says that it was late.
func TestMoneyThatComesLateIsBookedAndShown(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		o := e.pay(e.li, 1000, payonline.WeChat, payonline.Native)
		e.clock.Advance(31 * time.Minute)
		e.must(e.run.Drain(t.Context()))
		if got := e.order(o.ID); got.State != payonline.Closed || e.wechat.Order(o.Number).State != "CLOSED" {
			t.Fatalf("its time is over: %+v", got)
		}
		e.clock.Advance(24 * time.Hour)
		e.atGateway(o)
		got := e.order(o.ID)
		if got.State != payonline.Paid || !got.Late || got.Rest != 0 {
			t.Errorf("late: %+v", got)
		}
		// A day more of late fees, 0.10 for each month, was not asked for and stays open.
		if b := e.bills(e.li, 1000); b.Total != 20 {
			t.Errorf("open: %s", b.Total)
		}
		e.booked(ledger.WeChat, 1, principal+late)
	})
}

// Who paid what was asked within the time of the order owes nothing because midnight came in between.
func TestMidnightBetweenOrderAndPaymentCostsNothing(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.clock.Set(time.Date(2026, 3, 10, 15, 50, 0, 0, time.UTC)) // 23:50 in Shanghai
		o := e.pay(e.li, 1000, payonline.WeChat, payonline.Native)
		e.clock.Advance(20 * time.Minute)
		e.atGateway(o)
		if b := e.bills(e.li, 1000); b.Total != 0 {
			t.Errorf("open after midnight: %s", b.Total)
		}
	})
}

// Two devices pay the same bill: both are booked, and the second is prepaid.
func TestASecondPaymentOfTheSameBillIsPrepaid(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		dbtest.Exec(t, e.d, `INSERT INTO resident_binding (id, community_id, account_id, room_id, kind, origin, at, by_name, ended_why, invited_by, version) VALUES (4009, 1, 73, 1000, 'family', 'invitation', 0, '', '', 71, 1)`)
		wife := dbtest.Actor(73, []authz.CommunityID{1}, payonline.Actions...)
		first, second := e.pay(e.li, 1000, payonline.WeChat, payonline.Native), e.pay(wife, 1000, payonline.Alipay, payonline.Wap)
		if again := e.pay(e.li, 1000, payonline.WeChat, payonline.Native); again.ID != first.ID {
			t.Error("pressing twice made two orders")
		}
		e.atGateway(first)
		e.atGateway(second)
		o, err := e.svc.Order(t.Context(), wife, second.ID)
		if err != nil || o.State != payonline.Paid || o.Rest != principal+late {
			t.Errorf("the second: %+v, %v", o, err)
		}
		if b := e.bills(e.li, 1000); b.Total != 0 || b.Prepaid != principal+late {
			t.Errorf("%+v", b)
		}
		if _, err := e.svc.Order(t.Context(), e.li, second.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("an order of somebody else: %v", err)
		}
		e.booked(ledger.WeChat, 1, principal+late)
		e.booked(ledger.Alipay, 1, principal+late)
	})
}

func TestAnOrderIsGivenUpAtTheGatewayToo(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		o := e.pay(e.li, 1000, payonline.WeChat, payonline.Native)
		if got, err := e.svc.Cancel(t.Context(), e.li, o.ID); err != nil || got.State != payonline.Closed || e.wechat.Order(o.Number).State != "CLOSED" {
			t.Errorf("given up: %+v, %v", got, err)
		}
		if _, err := e.svc.Cancel(t.Context(), e.li, o.ID); !errors.Is(err, payonline.ErrNotNow) {
			t.Errorf("given up twice: %v", err)
		}
		o = e.pay(e.li, 1000, payonline.WeChat, payonline.Native)
		e.wechat.Pay(o.Number)
		if got, err := e.svc.Cancel(t.Context(), e.li, o.ID); err != nil || got.State != payonline.Paid {
			t.Errorf("given up after it was paid: %+v, %v", got, err)
		}
		o = e.pay(e.zhang, 1001, payonline.Alipay, payonline.Page) // nobody has opened its page yet
		if got, err := e.svc.Check(t.Context(), e.zhang, o.ID); err != nil || got.State != payonline.Paying {
			t.Errorf("asked at once: %+v, %v", got, err)
		}
		e.ali.Open(t, o.Target)
		e.ali.Pay(o.Number)
		e.clock.Advance(5 * time.Second)
		if got, err := e.svc.Check(t.Context(), e.zhang, o.ID); err != nil || got.State != payonline.Paid {
			t.Errorf("asked after coming back: %+v, %v", got, err)
		}
	})
}

func TestAGatewayThatRefusesIsToldAndNothingIsBooked(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.wechat.Silent(true)
		if _, err := e.svc.Pay(t.Context(), e.li, payonline.Wish{Room: 1000, Channel: payonline.WeChat, Way: payonline.Native}); !errors.Is(err, payonline.ErrGateway) {
			t.Errorf("%v", err)
		}
		all, err := e.svc.Orders(t.Context(), e.finance, 1, "failed", payonline.Position{}, 10)
		if err != nil || len(all) != 1 || !strings.Contains(all[0].Said, "502") {
			t.Errorf("%+v, %v", all, err)
		}
		off := payonline.Terms{AppID: e.ali.App, Merchant: e.ali.Seller, Public: e.ali.PublicKey(), Site: "https://gj.example"}
		if _, err := e.svc.SetChannel(t.Context(), e.finance, 1, payonline.Alipay, seen, off); err != nil {
			t.Fatal(err)
		}
		if _, err := e.svc.Pay(t.Context(), e.li, payonline.Wish{Room: 1000, Channel: payonline.Alipay, Way: payonline.Wap}); !errors.Is(err, payonline.ErrOff) {
			t.Errorf("switched off: %v", err)
		}
		if _, err := e.svc.Pay(t.Context(), e.li, payonline.Wish{Room: 1000, Channel: payonline.WeChat, Way: payonline.Wap}); !errors.Is(err, payonline.ErrOff) {
			t.Errorf("a way of the other channel: %v", err)
		}
	})
}
