package wechatpay_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/wechatpay"
	"guanjia/internal/platform/wechatpay/wechattest"
)

var noon = time.Date(2026, 11, 14, 12, 0, 0, 0, time.FixedZone("", 8*3600))

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func client(t *testing.T, g *wechattest.Gateway) *wechatpay.Client {
	t.Helper()
	key, err := wechatpay.ParseKey(g.MerchantKey())
	if err != nil {
		t.Fatal(err)
	}
	public, err := wechatpay.ParsePublic(g.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	return wechatpay.New(wechatpay.Merchant{AppID: g.App, ID: g.Merchant, Serial: g.Serial, Key: key, V3Key: g.V3Key, Platform: g.Platform, Public: public}, g.URL, at(noon))
}

func order(number string) wechatpay.Order {
	return wechatpay.Order{Number: number, Words: "物业费 3-2-1402", Amount: 123456, Expires: noon.Add(time.Hour), Notify: "https://gj.example/notify"}
}

func TestAnOrderIsMadePaidQueriedAndRefunded(t *testing.T) {
	g := wechattest.New(t, at(noon))
	c, ctx := client(t, g), t.Context()
	r := (*wechatpay.Refusal)(nil)
	if _, err := c.Query(ctx, "WX0001"); !errors.As(err, &r) || !r.Unknown() {
		t.Errorf("an order nobody made: %v", err)
	}
	code, err := c.Native(ctx, order("WX0001"))
	if err != nil || !strings.HasPrefix(code, "weixin://") {
		t.Fatal(code, err)
	}
	if _, err := c.H5(ctx, order("WX0002"), "203.0.113.7"); err != nil {
		t.Error(err)
	}
	if b, err := c.JSAPI(ctx, order("WX0003"), "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"); err != nil || b.Package != "prepay_id=wxWX0003" || b.Sign == "" {
		t.Errorf("inside WeChat: %+v, %v", b, err)
	}
	if q, err := c.Query(ctx, "WX0001"); err != nil || q.Paid() || q.Over() {
		t.Errorf("not paid yet: %+v, %v", q, err)
	}
	paid := g.Pay("WX0001")
	q, err := c.Query(ctx, "WX0001")
	if err != nil || !q.Paid() || q.Amount.Total != 123456 || q.Transaction != paid.ID || !q.PaidAt.Equal(noon) {
		t.Errorf("paid: %+v, %v", q, err)
	}
	if err := c.Close(ctx, "WX0001"); !errors.As(err, &r) || r.Code != "ORDERPAID" {
		t.Errorf("closing what is paid: %v", err)
	}
	if err := c.Close(ctx, "WX0002"); err != nil {
		t.Error(err)
	}
	if q, err := c.Query(ctx, "WX0002"); err != nil || !q.Over() {
		t.Errorf("closed: %+v, %v", q, err)
	}
	back, err := c.Refund(ctx, wechatpay.Refund{Transaction: q.Transaction, Number: "RF1", Reason: "多收", Fen: 100, Total: 123456})
	if err != nil || back.State != "PROCESSING" {
		t.Errorf("a refund: %+v, %v", back, err)
	}
	if back, err = c.RefundOf(ctx, "RF1"); err != nil || back.State != "SUCCESS" || back.Amount.Refund != 100 {
		t.Errorf("the refund later: %+v, %v", back, err)
	}
}

func TestWhatThePlatformDidNotSignIsNotBelieved(t *testing.T) {
	g := wechattest.New(t, at(noon))
	c := client(t, g)
	if _, err := c.Native(t.Context(), order("WX0001")); err != nil {
		t.Fatal(err)
	}
	paid := g.Pay("WX0001")
	h, body := g.Callback(g.Content(paid))
	if told, err := c.Told(wechatpay.SignedBy(h), body); err != nil || told.Number != "WX0001" || !told.Paid() || told.Amount.Total != 123456 || told.Merchant != g.Merchant || told.AppID != g.App {
		t.Errorf("a callback: %+v, %v", told, err)
	}
	for name, wrong := range map[string]func(http.Header, []byte) []byte{
		"another body": func(_ http.Header, b []byte) []byte {
			return bytes.Replace(b, []byte("支付成功"), []byte("支付失败"), 1)
		},
		"another time":   func(h http.Header, b []byte) []byte { h.Set("Wechatpay-Timestamp", "1794600000"); return b },
		"another serial": func(h http.Header, b []byte) []byte { h.Set("Wechatpay-Serial", "PUB_KEY_ID_2"); return b },
		"no signature":   func(h http.Header, b []byte) []byte { h.Del("Wechatpay-Signature"); return b },
		"no time":        func(h http.Header, b []byte) []byte { h.Del("Wechatpay-Timestamp"); return b },
	} {
		bad := h.Clone()
		changed := wrong(bad, bytes.Clone(body))
		if _, err := c.Told(wechatpay.SignedBy(bad), changed); !errors.Is(err, wechatpay.ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, away := range []time.Duration{-301 * time.Second, 301 * time.Second} {
		c.Now = at(noon.Add(away))
		if _, err := c.Told(wechatpay.SignedBy(h), body); !errors.Is(err, wechatpay.ErrOld) {
			t.Errorf("%v away: %v", away, err)
		}
	}
	c.Now = at(noon)
	c.V3Key = strings.Repeat("x", 32)
	if _, err := c.Told(wechatpay.SignedBy(h), body); !errors.Is(err, wechatpay.ErrSealed) {
		t.Errorf("sealed with another key: %v", err)
	}
	g.Forged(true)
	if _, err := c.Query(t.Context(), "WX0001"); !errors.Is(err, wechatpay.ErrSignature) {
		t.Errorf("an answer signed by somebody else: %v", err)
	}
}

func TestACallbackAboutSomethingElseSaysNothingOfAPayment(t *testing.T) {
	g := wechattest.New(t, at(noon))
	c := client(t, g)
	body, err := json.Marshal(map[string]string{"event_type": "REFUND.SUCCESS"})
	if err != nil {
		t.Fatal(err)
	}
	if told, err := c.Told(wechatpay.SignedBy(g.Sign(body)), body); err != nil || told.Number != "" {
		t.Errorf("%+v, %v", told, err)
	}
	if _, err := c.Told(wechatpay.SignedBy(g.Sign([]byte("x"))), []byte("x")); !errors.Is(err, wechatpay.ErrForm) {
		t.Error(err)
	}
}

func TestARequestOfAnotherMerchantIsRefusedAndNamesNoSecret(t *testing.T) {
	g, other := wechattest.New(t, at(noon)), wechattest.New(t, at(noon))
	c := client(t, other)
	c.Gateway, c.Public = g.URL, client(t, g).Public
	r := (*wechatpay.Refusal)(nil)
	if _, err := c.Native(t.Context(), order("WX0001")); !errors.As(err, &r) || r.Code != "SIGN_ERROR" || strings.Contains(err.Error(), "WECHATPAY2") {
		t.Errorf("signed with another key: %v", err)
	}
	g.Silent(true)
	if _, err := c.Query(t.Context(), "WX0001"); !errors.As(err, &r) || r.Status != http.StatusBadGateway {
		t.Errorf("a gateway that is busy: %v", err)
	}
	c.Gateway = "http://127.0.0.1:1"
	if _, err := c.Query(t.Context(), "WX0001"); !errors.As(err, &r) || r.Status != 0 || strings.Contains(err.Error(), "/v3/") {
		t.Errorf("a gateway that is away: %v", err)
	}
}

func TestKeysThatAreNoneAreRefused(t *testing.T) {
	for _, wrong := range []string{"", "abc", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"} {
		if _, err := wechatpay.ParseKey(wrong); !errors.Is(err, wechatpay.ErrKey) {
			t.Errorf("%.20q: %v", wrong, err)
		}
		if _, err := wechatpay.ParsePublic(wrong); !errors.Is(err, wechatpay.ErrPublic) {
			t.Errorf("%.20q: %v", wrong, err)
		}
	}
	if err := wechatpay.CheckV3Key("short"); !errors.Is(err, wechatpay.ErrV3Key) {
		t.Error(err)
	}
}
