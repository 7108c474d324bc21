package refund_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/alipay"
	"guanjia/internal/platform/alipay/alipaytest"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/wechatpay"
	"guanjia/internal/platform/wechatpay/wechattest"
	"guanjia/internal/refund"
)

// env is a community with two rooms, each with an owner who has an account, both
// gateways, a cashier, somebody of finance and two managers.
type env struct {
	t         *testing.T
	d         *db.DB
	clock     *dbtest.Clock
	svc       *refund.Service
	cash      *cashier.Service
	online    *payonline.Service
	inbox     *approval.Service
	run       *jobs.Runner
	wechat    *wechattest.Gateway
	ali       *alipaytest.Gateway
	li, zhang authz.Actor // of room 1000 and 1001
	anna      authz.Actor // cashier: asks, and pays out
	carl      authz.Actor // checks
	finance   authz.Actor
	manager   authz.Actor
	general   authz.Actor
	far       authz.Actor
	channels  map[string]payonline.ChannelID
}

var staff = []authz.Action{
	approval.ActDecide, approval.ActInbox, customer.ActView, customer.ActNames, payonline.ActView, payonline.ActSettle, payonline.ActSettings, cashier.ActView, cashier.ActTake, cashier.ActDay, cashier.ActApprove,
	refund.ActAsk, refund.ActCheck, refund.ActApprove, refund.ActPay, ledger.ActView,
}

const lobby = 1000

func each(t *testing.T, fn func(t *testing.T, e *env)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		blobs, err := blob.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		e := &env{t: t, d: d, clock: c, inbox: &approval.Service{DB: d}, wechat: wechattest.New(t, c.Now), ali: alipaytest.New(t), channels: map[string]payonline.ChannelID{}, cash: &cashier.Service{DB: d}}
		e.online = &payonline.Service{DB: d, Gateways: payonline.Gateways{WeChat: e.wechat.URL, Alipay: e.ali.URL}}
		e.svc = &refund.Service{DB: d, Blobs: blobs, Online: e.online.Refund, Sees: payonline.Sees, Paid: payonline.OwnPaid, Home: payonline.Lives}
		e.online.Refunded = e.svc.Told
		e.svc.Approve(e.inbox)
		e.cash.Approve(e.inbox)
		e.online.Approve(e.inbox)
		e.run = jobs.New(d, jobs.Options{})
		e.svc.Schedule(e.run)
		e.online.Schedule(e.run)
		e.people()
		at, err := time.Parse("2006-01-02", "2026-03-10")
		e.must(err)
		c.Set(at.Add(4 * time.Hour)) // noon in Shanghai, a Tuesday
		e.open()
		must(e.cash.Open(t.Context(), e.anna, 1, 0))(t)
		fn(t, e)
	})
}

func (e *env) people() {
	t, d := e.t, e.d
	for i, code := range []string{"cashier", "finance", "property_manager", "general_manager"} {
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES ($1, $2, $2, $2, 1)`, i+1, code)
		for _, a := range staff {
			if code == "cashier" && (a == refund.ActApprove || a == cashier.ActApprove) {
				continue
			}
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES ($1, $2)`, i+1, string(a))
		}
	}
	for id, kind := range map[authz.AccountID]string{11: "staff", 12: "staff", 13: "staff", 14: "staff", 15: "staff", 71: "resident", 72: "resident"} {
		dbtest.Exec(t, d, `INSERT INTO account (id, kind, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, $3, '', $4, $5, '', FALSE, FALSE, 1)`, id, kind, "a"+id.String(), id.String(), id.String())
	}
	for id, role := range map[int]int{11: 1, 12: 1, 13: 2, 14: 3, 15: 4} {
		dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $1, $2, 1)`, id, role)
		dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES ($1, $2, 1)`, id, role)
	}
	here := []authz.CommunityID{1}
	e.anna, e.carl, e.finance, e.manager, e.general = dbtest.Actor(11, here, staff...), dbtest.Actor(12, here, staff...), dbtest.Actor(13, here, staff...), dbtest.Actor(14, here, staff...), dbtest.Actor(15, here, staff...)
	own := append([]authz.Action{refund.ActOwn}, payonline.Actions...)
	e.li, e.zhang = dbtest.Actor(71, here, own...), dbtest.Actor(72, here, own...)
	e.far = dbtest.Actor(900, []authz.CommunityID{2}, append(staff, own...)...)
	dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (100, 1, '1', '1栋', '1', 1)`)
	for i, name := range []string{"李静", "张伟"} {
		dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, floor, building_area, state, handed_over_on, notes, version)
			VALUES ($1, 1, 100, $2, $3, $2, $2, 'home', $4, 10000, 'occupied', '2020-01-01', '', 1)`, 1000+i, fmt.Sprintf("1-10%d", i), fmt.Sprintf("1栋10%d", i), i+1)
		dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES ($1, 1, $2, 'person', $3, '', '', '[]', '', 1)`, 2000+i, fmt.Sprint("A", i), name)
		dbtest.Exec(t, d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, version) VALUES ($1, 1, $2, $3, 'owner', '', 1)`, 3000+i, 2000+i, 1000+i)
		dbtest.Exec(t, d, `INSERT INTO resident_binding (id, community_id, account_id, room_id, customer_id, kind, origin, at, by_name, ended_why, version) VALUES ($1, 1, $2, $3, $4, 'owner', 'archive', 0, '', '', 1)`, 4000+i, 71+i, 1000+i, 2000+i)
	}
}

func seen(int64) error { return nil }

func match(v int64) web.Match { return web.Match{IfMatch: fmt.Sprintf("%q", fmt.Sprint(v))} }

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (e *env) must(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
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
		e.channels[name] = must(e.online.SetChannel(e.t.Context(), e.finance, 1, name, seen, terms))(e.t).ID
	}
}

// callback is the route that a gateway calls.
func (e *env) callback(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil && bytes.HasPrefix([]byte(r.URL.Path), []byte("/api/v1/online-pay/wechat/")) {
		err = e.online.FromWeChat(r.Context(), e.channels[payonline.WeChat], wechatpay.SignedBy(r.Header), body)
	} else if err == nil {
		err = e.online.FromAlipay(r.Context(), e.channels[payonline.Alipay], body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	_, _ = w.Write([]byte("success"))
}

// ahead takes money ahead at the desk.
func (e *env) ahead(room housing.RoomID, fen money.Fen, means ledger.Kind) cashier.PaymentView {
	e.t.Helper()
	in := cashier.Paying{Room: room, Way: "ahead", Amount: fen, Means: means, Payer: "李静"}
	if means != ledger.Cash {
		in.Reference = "R1"
	}
	return must(e.cash.Pay(e.t.Context(), e.anna, in))(e.t)
}

// byWeChat books money ahead that had come by the gateway, with its order there.
func (e *env) byWeChat(fen money.Fen) (cashier.Payment, payonline.Order) {
	e.t.Helper()
	return e.paidOnline(payonline.WeChat, fen)
}

// paidOnline makes an order at a gateway, has it paid, and books it as the
// callback would: nothing is due, so all of it stands as paid ahead.
func (e *env) paidOnline(channel string, fen money.Fen) (p cashier.Payment, o payonline.Order) {
	e.t.Helper()
	ctx := e.t.Context()
	number := strings.ToUpper(fmt.Sprintf("GJ%x%s", int64(fen), channel[:1]))
	var transaction string
	if channel == payonline.WeChat {
		c := wechatpay.New(wechatpay.Merchant{AppID: e.wechat.App, ID: e.wechat.Merchant, Serial: e.wechat.Serial, V3Key: e.wechat.V3Key, Platform: e.wechat.Platform, Key: must(wechatpay.ParseKey(e.wechat.MerchantKey()))(e.t), Public: must(wechatpay.ParsePublic(e.wechat.PublicKey()))(e.t)}, e.wechat.URL, e.clock.Now)
		must(c.Native(ctx, wechatpay.Order{Number: number, Words: "物业费", Amount: fen, Expires: e.clock.Now().Add(time.Hour), Notify: "https://x"}))(e.t)
		transaction = e.wechat.Pay(number).ID
	} else {
		e.ali.Open(e.t, e.aliAddress(number, fen))
		transaction = e.ali.Pay(number).ID
	}
	means := map[string]ledger.Kind{payonline.WeChat: ledger.WeChat, payonline.Alipay: ledger.Alipay}[channel]
	e.must(e.d.Bulk(ctx, e.anna, cashier.ActTake, func(tx *db.Tx) (err error) {
		if p, err = cashier.Take(ctx, tx, cashier.Taking{Community: 1, Room: lobby, Customer: 2000, Payer: "李静", Fen: fen, Means: means, Source: channel + ":" + transaction, Reference: transaction}); err != nil {
			return err
		}
		o = payonline.Order{ID: db.NewID[payonline.Order](tx), Community: 1, Room: lobby, Customer: 2000, Account: 71, ChannelID: e.channels[channel], Channel: channel, Way: "native", Number: number, AppID: "a", Merchant: e.wechat.Merchant, Fen: fen, Day: p.Day, Lines: payonline.Lines{}, State: payonline.Paid, Transaction: transaction, Payment: p.ID, At: tx.Now, Version: 1}
		if channel == payonline.Alipay {
			o.Merchant = e.ali.Seller
		}
		return db.Insert(ctx, tx, "online_order", o)
	}))
	return p, o
}

func (e *env) ask(who authz.Actor, of cashier.PaymentID, fen money.Fen) refund.View {
	e.t.Helper()
	return must(e.svc.Ask(e.t.Context(), who, refund.Wish{Payment: of, Amount: fen, Reason: "多交"}))(e.t)
}

// approved asks, checks and decides.
func (e *env) approved(of cashier.PaymentID, fen money.Fen) refund.View {
	e.t.Helper()
	return e.passed(e.ask(e.anna, of, fen), e.manager)
}

func (e *env) passed(v refund.View, by authz.Actor) refund.View {
	e.t.Helper()
	v = must(e.svc.Check(e.t.Context(), e.carl, v.ID, match(v.Version), true, "收据核对无误"))(e.t)
	e.must(e.decide(by, v, true))
	return e.one(v.ID)
}

func (e *env) decide(by authz.Actor, v refund.View, yes bool) error {
	e.t.Helper()
	var q approval.Request
	if err := e.d.Read(e.t.Context(), by, approval.ActInbox, func(tx *db.Tx) (err error) {
		q, err = approval.Open(e.t.Context(), tx, "refund.pay", "refund:"+v.ID.String())
		return err
	}); err != nil {
		return err
	}
	_, err := e.inbox.Decide(e.t.Context(), by, q.ID, seen, approval.Decision{Approve: yes, Reason: "同意"})
	return err
}

func (e *env) one(id refund.ID) refund.View {
	e.t.Helper()
	return must(e.svc.One(e.t.Context(), e.anna, id))(e.t)
}

func (e *env) out(v refund.View) refund.View {
	e.t.Helper()
	return must(e.svc.PayOut(e.t.Context(), e.anna, v.ID, match(v.Version), refund.Payout{}))(e.t)
}

// work does every job that is due.
func (e *env) work() {
	e.t.Helper()
	e.must(e.run.Drain(e.t.Context()))
}

func (e *env) is(err error, want *errs.Error) {
	e.t.Helper()
	if !errors.Is(err, want) {
		e.t.Errorf("%v, want %v", err, want)
	}
}

func (e *env) count(q string, args ...any) int64 {
	e.t.Helper()
	return dbtest.One[int64](e.t, e.d, q, args...)
}

func (e *env) balance(k ledger.Kind) money.Fen {
	e.t.Helper()
	return dbtest.One[money.Fen](e.t, e.d, `SELECT CAST(COALESCE((SELECT SUM(x.amount) FROM ledger_entry x JOIN ledger_account a ON a.id = x.debit_id WHERE a.kind = $1), 0)
		- COALESCE((SELECT SUM(x.amount) FROM ledger_entry x JOIN ledger_account a ON a.id = x.credit_id WHERE a.kind = $1), 0) AS BIGINT)`, string(k))
}

// whole checks that the ledger holds, that what is paid ahead in it is the sum of
// parts, that no payment gave back more than it brought, and that the sheets of
// all days add up to what the books have of each means.
func (e *env) whole() {
	e.t.Helper()
	l := &ledger.Service{DB: e.d}
	must(l.Seal(e.t.Context()))(e.t)
	if r, err := l.Verify(e.t.Context()); err != nil || len(r.Broken) != 0 {
		e.t.Fatalf("%+v %v", r, err)
	}
	ahead := e.count(`SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payment_part WHERE part = 'prepaid' AND reversed_at IS NULL`)
	if got := e.balance(ledger.Prepaid); int64(got) != -ahead || ahead < 0 {
		e.t.Errorf("%s paid ahead in the books, %d by the parts", got, ahead)
	}
	if n := e.count(`SELECT COUNT(*) FROM payment p WHERE p.amount < (SELECT COALESCE(SUM(x.amount), 0) FROM refund x WHERE x.payment_id = p.id AND x.state IN ('paying', 'paid')) AND p.means <> 'prepaid'`); n != 0 {
		e.t.Errorf("%d payments gave back more than they brought", n)
	}
	sums := map[ledger.Kind]money.Fen{}
	first, err := clock.ParseDay("2026-03-10")
	e.must(err)
	for i := range 30 {
		sheet := must(e.cash.Sheet(e.t.Context(), e.anna, 1, first.Add(i)))(e.t)
		for _, m := range sheet.Means {
			sums[m.Means] += m.In - m.Voided - m.Returned + m.MovedIn - m.MovedOut
		}
	}
	for _, k := range []ledger.Kind{ledger.Cash, ledger.Bank, ledger.WeChat, ledger.Alipay} {
		if got := e.balance(k); got != sums[k] {
			e.t.Errorf("%s: %s in the books, %s by the sheets of the days", k, got, sums[k])
		}
	}
}

func (e *env) aliAddress(number string, fen money.Fen) string {
	e.t.Helper()
	c := alipay.New(alipay.Merchant{AppID: e.ali.App, Seller: e.ali.Seller, Key: must(alipay.ParseKey(e.ali.MerchantKey()))(e.t), Public: must(alipay.ParsePublic(e.ali.PublicKey()))(e.t)}, e.ali.URL, e.clock.Now)
	return must(c.Page(alipay.Order{Number: number, Words: "物业费", Amount: fen, Expires: e.clock.Now().Add(time.Hour), Notify: "https://x", Return: "https://x"}))(e.t)
}
