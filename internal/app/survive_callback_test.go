package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/alipay/alipaytest"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/wechatpay/wechattest"
)

// gateways tell a node of payments, and tell again what was not acknowledged.
type gateways struct {
	wechat *wechattest.Gateway
	ali    *alipaytest.Gateway
	ids    map[string]string // of the channels
	client http.Client
}

// A gateway may tell again although it was acknowledged: one time in four this one does.
const again = 4

// wechatOrder says whose an order is: its title ends with its number.
func wechatOrder(title string) bool { return strings.ContainsAny(title[len(title)-1:], "13579") }

func (g *gateways) tell(ctx context.Context, at, title string) (status int, number string, err error) {
	for range 1 + rand.IntN(again)/(again-1) {
		if status, err = g.once(ctx, at, title); err != nil || status != http.StatusCreated {
			return status, "", err
		}
	}
	return status, title, nil
}

func (g *gateways) once(ctx context.Context, at, title string) (status int, err error) {
	number := "GJ" + title[len("load "):]
	to := at + web.Prefix + "/online-pay/alipay/" + g.ids["alipay"]
	form := alipaytest.Trade{Number: number, ID: "T" + number, State: "TRADE_SUCCESS", Amount: "1.23"}
	body, header := g.ali.Sign(g.ali.Form(form)), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	if wechatOrder(title) {
		to = at + web.Prefix + "/online-pay/wechat/" + g.ids["wechat"]
		header, body = g.wechat.Callback(g.wechat.Content(wechattest.Order{Number: number, ID: "T" + number, State: "SUCCESS", Kind: "NATIVE", Total: 123}))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header = header
	a, err := g.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = a.Body.Close() }()
	if _, err := io.Copy(io.Discard, a.Body); err != nil { // an answer of which a part is missing acknowledges nothing
		return 0, err
	}
	if a.StatusCode == http.StatusOK || a.StatusCode == http.StatusNoContent {
		return http.StatusCreated, nil
	}
	return a.StatusCode, nil
}

// open sets both channels up and writes down orders of 1.23 that wait; nobody asks for them while the test runs.
func (g *gateways) open(t *testing.T, h *house, orders int) {
	t.Helper()
	put := func(body object) string {
		return h.admin.do("PUT", "/pay-channels/"+h.here, body, "If-Match", `"0"`).is(200, `"keySet":true`).at("id")
	}
	g.ids = map[string]string{
		"wechat": put(object{"channel": "wechat", "on": true, "appId": g.wechat.App, "merchant": g.wechat.Merchant, "serial": g.wechat.Serial, "platformId": g.wechat.Platform,
			"publicKey": g.wechat.PublicKey(), "privateKey": g.wechat.MerchantKey(), "v3Key": g.wechat.V3Key, "site": "https://zqx.example"}),
		"alipay": put(object{"channel": "alipay", "on": true, "appId": g.ali.App, "merchant": g.ali.Seller, "publicKey": g.ali.PublicKey(), "privateKey": g.ali.MerchantKey(), "site": "https://zqx.example"}),
	}
	const insert = `INSERT INTO online_order (id, community_id, room_id, account_id, channel_id, channel, way, number, app_id, merchant, amount, on_day, lines, state, target, transaction_id, rest, is_late, trouble, at, expires_at, ask_at, asked, version)
		SELECT 1000 + x.n, c.community_id, (SELECT MIN(o.id) FROM room o WHERE o.community_id = c.community_id), 1, c.id, c.channel, 'native', $1 || SUBSTR(CAST(100000 + x.n AS TEXT), 2), c.app_id, c.merchant, 123, '2026-01-01', '[]', 'paying', '', '', 0, FALSE, '', 0, $2, $2, 0, 1
		FROM (WITH RECURSIVE m(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM m WHERE n < $3) SELECT n FROM m) x JOIN pay_channel c ON c.channel = CASE WHEN x.n % 2 = 1 THEN 'wechat' ELSE 'alipay' END`
	dbtest.Exec(t, h.db, insert, "GJ", time.Now().Add(24*time.Hour).UnixMilli(), orders)
}

// QUA-10, PAY-03: killed while WeChat and Alipay tell of payments, each one that
// was acknowledged is in the books exactly once, however often it was told.
func TestKilledWhileGatewaysCall(t *testing.T) {
	run := func(t *testing.T, c Config, nodes int) {
		t.Parallel()
		c.DataDir = t.TempDir()
		c.Keys = filepath.Join(c.DataDir, "keys.json")
		made := c
		made.SetupCode = setupCode
		a, err := New(t.Context(), made)
		if err != nil {
			t.Fatal(err)
		}
		h := &house{App: a, t: t, ids: map[string]string{}}
		h.start()
		h.housed()
		g := &gateways{wechat: wechattest.New(t, time.Now), ali: alipaytest.New(t), client: http.Client{Timeout: 10 * time.Second}}
		g.open(t, h, 9_999)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		l := newLoad(t, h.admin, h.here, nodes)
		l.tell = g.tell
		l.killed(c, *kills)
		l.toldInTheBooks(c)
	}
	onNodes(t, run)
}

// toldInTheBooks opens the database once more and counts what gateways told.
func (l *load) toldInTheBooks(c Config) {
	t := l.t
	t.Helper()
	c.Now = func() time.Time { return time.Now().Add(time.Hour) } // the leases of those who were killed are over
	a, err := New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	if len(l.odd) > 0 {
		t.Errorf("unexpected: %v", l.odd)
	}
	wechat, n := int64(0), int64(len(l.acked))
	for title := range l.acked {
		if wechatOrder(title) {
			wechat++
		}
		if got := dbtest.One[int64](t, a.db, `SELECT COUNT(*) FROM online_order o JOIN payment p ON p.id = o.payment_id AND p.amount = 123 AND p.source = o.channel || ':' || o.transaction_id WHERE o.number = $1 AND o.state = 'paid'`, "GJ"+title[len("load "):]); got != 1 {
			t.Errorf("%s was acknowledged and has %d payments", title, got)
		}
	}
	if wechat == 0 || wechat == n {
		t.Fatalf("%d of %d came by WeChat", wechat, n)
	}
	for what, q := range map[string]string{
		"payments": `SELECT COUNT(*) FROM payment`, "sources": `SELECT COUNT(DISTINCT source) FROM payment`, "orders that are paid": `SELECT COUNT(*) FROM online_order WHERE state = 'paid'`,
		"receipts": `SELECT COUNT(*) FROM receipt`, "numbers without a gap": `SELECT MAX(n) - MIN(n) + 1 FROM receipt`, "parts of 1.23": `SELECT COUNT(*) FROM payment_part WHERE amount = 123`,
		"transactions in the ledger": `SELECT COUNT(*) FROM ledger_txn`, "entries, each of 1.23": `SELECT CAST(SUM(amount) AS BIGINT) / 123 FROM ledger_entry`,
	} {
		if got := dbtest.One[int64](t, a.db, q); got != n {
			t.Errorf("%d %s, %d were acknowledged", got, what, n)
		}
	}
	if got := dbtest.One[int64](t, a.db, `SELECT COUNT(*) FROM online_strange`); got != 0 {
		t.Errorf("%d are strange", got)
	}
	for kind, want := range map[string]int64{"wechat": wechat, "alipay": n - wechat} {
		if got := dbtest.One[int64](t, a.db, `SELECT COUNT(*) FROM ledger_entry x JOIN ledger_account d ON d.id = x.debit_id WHERE d.kind = $1`, kind); got != want {
			t.Errorf("%s: %d in the books, %d were acknowledged", kind, got, want)
		}
	}
	if _, err := a.ledger.Seal(t.Context()); err != nil {
		t.Error(err)
	}
	r, err := a.ledger.Verify(t.Context())
	if err != nil || len(r.Broken) > 0 || r.Unsealed != 0 || r.Txns != n {
		t.Error(fmt.Sprintf("the ledger: %+v", r), err)
	}
}
