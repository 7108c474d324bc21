package payonline_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/alipay/alipaytest"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/wechatpay"
	"guanjia/internal/platform/wechatpay/wechattest"
)

// env is a community with two rooms, each with an owner who has an account; both gateways; somebody of finance.
type env struct {
	t         *testing.T
	d         *db.DB
	clock     *dbtest.Clock
	svc       *payonline.Service
	inbox     *approval.Service
	run       *jobs.Runner
	wechat    *wechattest.Gateway
	ali       *alipaytest.Gateway
	li, zhang authz.Actor // of room 1000 and 1001
	finance   authz.Actor
	far       authz.Actor
	charges   *billing.Service
	channels  map[string]payonline.ChannelID
}

var forFinance = []authz.Action{
	billing.ActView, billing.ActEdit, billing.ActApprove, billing.ActBills, billing.ActRun, billing.ActBook, approval.ActDecide, approval.ActInbox, customer.ActView, customer.ActNames,
	payonline.ActView, payonline.ActSettle, payonline.ActSettings, cashier.ActView, cashier.ActTake, cashier.ActDay,
}

func each(t *testing.T, fn func(t *testing.T, e *env)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		e := &env{t: t, d: d, clock: c, inbox: &approval.Service{DB: d}, wechat: wechattest.New(t, c.Now), ali: alipaytest.New(t), channels: map[string]payonline.ChannelID{}}
		e.svc = &payonline.Service{DB: d, Gateways: payonline.Gateways{WeChat: e.wechat.URL, Alipay: e.ali.URL}}
		e.svc.Approve(e.inbox)
		e.run = jobs.New(d, jobs.Options{})
		e.svc.Schedule(e.run)
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES (1, 'finance', '财务', 'finance', 1)`)
		for _, a := range forFinance {
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (1, $1)`, string(a))
		}
		for id, kind := range map[authz.AccountID]string{11: "staff", 12: "staff", 71: "resident", 72: "resident", 73: "resident"} {
			dbtest.Exec(t, d, `INSERT INTO account (id, kind, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, $3, '', $4, $5, '', FALSE, FALSE, 1)`, id, kind, "a"+id.String(), id.String(), id.String())
		}
		for _, id := range []int{11, 12} {
			dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $1, 1, 1)`, id)
			dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES ($1, 1, 1)`, id)
		}
		here := []authz.CommunityID{1}
		e.finance = dbtest.Actor(11, here, forFinance...)
		e.li, e.zhang = dbtest.Actor(71, here, payonline.Actions...), dbtest.Actor(72, here, payonline.Actions...)
		e.far = dbtest.Actor(900, []authz.CommunityID{2}, append(forFinance, payonline.Actions...)...)
		dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (100, 1, '1', '1栋', '1', 1)`)
		for i, name := range []string{"李静", "张伟"} {
			dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, floor, building_area, state, handed_over_on, notes, version)
				VALUES ($1, 1, 100, $2, $3, $2, $2, 'home', $4, 10000, 'occupied', '2020-01-01', '', 1)`, 1000+i, fmt.Sprintf("1-10%d", i), fmt.Sprintf("1栋10%d", i), i+1)
			dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES ($1, 1, $2, 'person', $3, '', '', '[]', '', 1)`, 2000+i, fmt.Sprint("A", i), name)
			dbtest.Exec(t, d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, version) VALUES ($1, 1, $2, $3, 'owner', '', 1)`, 3000+i, 2000+i, 1000+i)
			dbtest.Exec(t, d, `INSERT INTO resident_binding (id, community_id, account_id, room_id, customer_id, kind, origin, at, by_name, ended_why, version) VALUES ($1, 1, $2, $3, $4, 'owner', 'archive', 0, '', '', 1)`, 4000+i, 71+i, 1000+i, 2000+i)
		}
		e.bill("2026-03-10")
		e.open()
		fn(t, e)
	})
}

func seen(int64) error { return nil }

func (e *env) must(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

// bill has every room owe 200.00 for January and February: property fee of 100 m² at 2.00, due on the 15th, late fees of 0.5 ‰ a day.
func (e *env) bill(today string) {
	e.t.Helper()
	ctx, bills := e.t.Context(), &billing.Service{DB: e.d}
	e.charges = bills
	bills.Approve(e.inbox)
	rate := func(s string) money.Rate { r, err := money.ParseRate(s); e.must(err); return r }
	from, err := clock.ParseDay("2024-01-01")
	e.must(err)
	i, err := bills.Create(ctx, e.finance, 1, billing.ItemRules{
		Code: "property", Name: "物业费", Basis: billing.ByBuildingArea, Starts: "always", Period: "month", DueDay: 15, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up",
		TaxRate: rate("0.06"), LatePerDay: rate("0.0005"), LateFrom: "due", LateCap: rate("100"), PriceKind: "market",
	})
	e.must(err)
	v, err := bills.AskTariff(ctx, e.finance, i.ID, billing.TariffDraft{From: from, Price: "2.00", Document: "合同", Explanation: "按建筑面积"})
	e.must(err)
	e.decide("billing.tariff", "tariff:"+v.ID.String())
	e.billed("2026-01")
	e.billed("2026-02")
	at, err := time.Parse("2006-01-02", today)
	e.must(err)
	e.clock.Set(at.Add(4 * time.Hour)) // noon in Shanghai
}

// billed books a month.
func (e *env) billed(month string) {
	e.t.Helper()
	ctx, bills := e.t.Context(), e.charges
	p, err := clock.ParsePeriod(month)
	e.must(err)
	r, err := bills.Calculate(ctx, e.finance, 1, p, nil)
	e.must(err)
	e.must(bills.Work(ctx, r.ID))
	r, err = bills.Run(ctx, e.finance, r.ID)
	e.must(err)
	_, err = bills.Submit(ctx, e.finance, r.ID, web.Match{IfMatch: fmt.Sprintf("%q", fmt.Sprint(r.Version))}, month, true)
	e.must(err)
	e.decide("billing.book", "bill_run:"+r.ID.String())
	e.must(bills.Work(ctx, r.ID))
}

func (e *env) decide(kind, subject string) {
	e.t.Helper()
	boss := dbtest.Actor(12, []authz.CommunityID{1}, forFinance...)
	var q approval.Request
	e.must(e.d.Read(e.t.Context(), boss, approval.ActInbox, func(tx *db.Tx) (err error) {
		q, err = approval.Open(e.t.Context(), tx, kind, subject)
		return err
	}))
	_, err := e.inbox.Decide(e.t.Context(), boss, q.ID, seen, approval.Decision{Approve: true, Reason: "核对无误"})
	e.must(err)
}

// open sets both channels up; the gateways call a server of this test.
func (e *env) open() {
	e.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(e.callback))
	e.t.Cleanup(server.Close)
	key, v3, aliKey := e.wechat.MerchantKey(), e.wechat.V3Key, e.ali.MerchantKey()
	for name, terms := range map[string]payonline.Terms{
		payonline.WeChat: {On: true, AppID: e.wechat.App, Merchant: e.wechat.Merchant, Serial: e.wechat.Serial, Platform: e.wechat.Platform, Public: e.wechat.PublicKey(), Key: &key, V3Key: &v3, Site: server.URL},
		payonline.Alipay: {On: true, AppID: e.ali.App, Merchant: e.ali.Seller, Public: e.ali.PublicKey(), Key: &aliKey, Site: server.URL},
	} {
		c, err := e.svc.SetChannel(e.t.Context(), e.finance, 1, name, seen, terms)
		e.must(err)
		e.channels[name] = c.ID
	}
}

// callback is the route that a gateway calls.
func (e *env) callback(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil && bytes.HasPrefix([]byte(r.URL.Path), []byte("/api/v1/online-pay/wechat/")) {
		err = e.svc.FromWeChat(r.Context(), e.channels[payonline.WeChat], wechatpay.SignedBy(r.Header), body)
	} else if err == nil {
		err = e.svc.FromAlipay(r.Context(), e.channels[payonline.Alipay], body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	_, _ = w.Write([]byte("success"))
}

func (e *env) pay(who authz.Actor, room housing.RoomID, channel, way string, lines ...billing.LineID) payonline.Order {
	e.t.Helper()
	o, err := e.svc.Pay(e.t.Context(), who, payonline.Wish{Room: room, Lines: lines, Channel: channel, Way: way, IP: "203.0.113.7"})
	e.must(err)
	return o
}

func (e *env) order(id payonline.OrderID) payonline.Order {
	e.t.Helper()
	o, err := e.svc.Order(e.t.Context(), e.li, id)
	e.must(err)
	return o
}

func (e *env) bills(who authz.Actor, room housing.RoomID) payonline.Bills {
	e.t.Helper()
	b, err := e.svc.Bills(e.t.Context(), who, room)
	e.must(err)
	return b
}

func (e *env) count(q string, args ...any) int64 {
	e.t.Helper()
	return dbtest.One[int64](e.t, e.d, q, args...)
}

// booked checks that the books hold, and have exactly so much from a channel in so many payments.
func (e *env) booked(k ledger.Kind, n int64, fen money.Fen) {
	e.t.Helper()
	l := &ledger.Service{DB: e.d}
	if _, err := l.Seal(e.t.Context()); err != nil {
		e.t.Fatal(err)
	}
	if r, err := l.Verify(e.t.Context()); err != nil || len(r.Broken) != 0 {
		e.t.Fatalf("%+v %v", r, err)
	}
	got := e.count(`SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM ledger_entry x JOIN ledger_account a ON a.id = x.debit_id JOIN ledger_txn t ON t.id = x.txn_id AND t.kind = 'payment' WHERE a.kind = $1`, string(k))
	if have := e.count(`SELECT COUNT(*) FROM payment WHERE means = $1`, string(k)); have != n || got != int64(fen) {
		e.t.Errorf("%s: %d payments of %d fen in the books, want %d of %d", k, have, got, n, fen)
	}
}
