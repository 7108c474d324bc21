package alipay_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/alipay"
	"guanjia/internal/platform/alipay/alipaytest"
)

func client(t *testing.T, g *alipaytest.Gateway) *alipay.Client {
	t.Helper()
	key, err := alipay.ParseKey(g.MerchantKey())
	if err != nil {
		t.Fatal(err)
	}
	public, err := alipay.ParsePublic(g.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	return alipay.New(alipay.Merchant{AppID: g.App, Seller: g.Seller, Key: key, Public: public}, g.URL, func() time.Time { return time.Date(2026, 11, 14, 2, 0, 0, 0, time.UTC) })
}

func order(number string) alipay.Order {
	return alipay.Order{Number: number, Words: "物业费 3-2-1402", Amount: 123456, Expires: time.Date(2026, 11, 14, 2, 30, 0, 0, time.UTC), Notify: "https://gj.example/notify", Return: "https://gj.example/r/"}
}

func TestAnOrderIsOpenedPaidQueriedAndRefunded(t *testing.T) {
	g := alipaytest.New(t)
	c := client(t, g)
	if _, err := c.Query(t.Context(), "A1"); unknown(err) == false {
		t.Errorf("before anybody opened it: %v", err)
	}
	for name, make := range map[string]func(alipay.Order) (string, error){"A1": c.Wap, "A2": c.Page} {
		address, err := make(order(name))
		if err != nil {
			t.Fatal(err)
		}
		if made := g.Open(t, address); made.Amount != "1234.56" || made.Words != "物业费 3-2-1402" {
			t.Errorf("%s: %+v", name, made)
		}
	}
	if q, err := c.Query(t.Context(), "A1"); err != nil || q.Paid() || q.Over() {
		t.Errorf("not paid yet: %+v, %v", q, err)
	}
	paid := g.Pay("A1")
	q, err := c.Query(t.Context(), "A1")
	if err != nil || !q.Paid() || q.Amount != 123456 || q.Transaction != paid.ID {
		t.Errorf("paid: %+v, %v", q, err)
	}
	if err := c.Close(t.Context(), "A1"); err == nil {
		t.Error("what is paid was closed")
	}
	if err := c.Close(t.Context(), "A2"); err != nil {
		t.Error(err)
	}
	if q, err := c.Query(t.Context(), "A2"); err != nil || !q.Over() {
		t.Errorf("closed: %+v, %v", q, err)
	}
	back := alipay.Refund{Transaction: q.Transaction, Order: "A1", Number: "R1", Reason: "多收", Fen: 100}
	if done, err := c.Refund(t.Context(), back); err != nil || !done {
		t.Errorf("refunded: %v, %v", done, err)
	}
	if done, err := c.RefundOf(t.Context(), "A1", "R1"); err != nil || !done || g.Trade("A1").Refunds["R1"] != "1.00" {
		t.Errorf("the refund: %v, %v", done, err)
	}
}

func unknown(err error) bool {
	r := (*alipay.Refusal)(nil)
	return errors.As(err, &r) && r.Unknown()
}

func TestWhatAlipayDidNotSignIsNotBelieved(t *testing.T) {
	g := alipaytest.New(t)
	c := client(t, g)
	address, err := c.Wap(order("B1"))
	if err != nil {
		t.Fatal(err)
	}
	made := g.Open(t, address)
	g.Pay("B1")
	g.Forged(true)
	if _, err := c.Query(t.Context(), "B1"); !errors.Is(err, alipay.ErrSignature) {
		t.Errorf("an answer signed by somebody else: %v", err)
	}
	made.State = "TRADE_SUCCESS"
	right := string(g.Sign(g.Form(made)))
	if told, err := c.Told([]byte(right)); err != nil || told.Number != "B1" || told.Amount != 123456 || told.AppID != g.App || told.Seller != g.Seller || !told.Paid() {
		t.Errorf("a notification: %+v, %v", told, err)
	}
	for name, wrong := range map[string]string{
		"another amount":       strings.Replace(right, "1234.56", "0.01", 1),
		"another order":        strings.Replace(right, "out_trade_no=B1", "out_trade_no=B2", 1),
		"an added parameter":   right + "&extra=1",
		"a doubled parameter":  right + "&out_trade_no=B2",
		"no signature":         g.Form(made).Encode(),
		"another kind of sign": strings.Replace(right, "RSA2", "RSA", 1),
	} {
		if _, err := c.Told([]byte(wrong)); err == nil {
			t.Errorf("%s was believed", name)
		}
	}
	other := alipaytest.New(t)
	if _, err := c.Told(other.Sign(g.Form(made))); !errors.Is(err, alipay.ErrSignature) {
		t.Errorf("signed by another gateway: %v", err)
	}
	odd := g.Form(made)
	odd.Set("total_amount", "12.345")
	if _, err := c.Told(g.Sign(odd)); !errors.Is(err, alipay.ErrForm) {
		t.Errorf("an amount with three decimals: %v", err)
	}
}

func TestARequestOfAnotherMerchantIsRefusedAndNamesNoSecret(t *testing.T) {
	g := alipaytest.New(t)
	c := client(t, alipaytest.New(t))
	c.Gateway = g.URL
	_, err := c.Query(t.Context(), "C1")
	r := (*alipay.Refusal)(nil)
	if !errors.As(err, &r) || r.Sub != "isv.invalid-signature" {
		t.Errorf("signed with another key: %v", err)
	}
	g.Silent(true)
	if _, err = c.Query(t.Context(), "C1"); !errors.As(err, &r) || r.Status != http.StatusBadGateway {
		t.Errorf("a gateway that is busy: %v", err)
	}
	c.Gateway = "http://127.0.0.1:1/gateway.do"
	_, err = c.Query(t.Context(), "C1")
	if !errors.As(err, &r) || r.Status != 0 || strings.Contains(err.Error(), "gateway.do") {
		t.Errorf("a gateway that is away: %v", err)
	}
}

func TestKeysAreReadInTheFormsThatToolsWriteThem(t *testing.T) {
	g := alipaytest.New(t)
	if _, err := alipay.ParsePublic("-----BEGIN PUBLIC KEY-----\n" + g.PublicKey() + "\n-----END PUBLIC KEY-----"); err != nil {
		t.Error(err)
	}
	bare := strings.Join(strings.Split(strings.TrimSpace(g.MerchantKey()), "\n")[1:28], "")
	bare, _, _ = strings.Cut(bare, "-----")
	if _, err := alipay.ParseKey(bare); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{"", "abc", url.QueryEscape(g.PublicKey())} {
		if _, err := alipay.ParsePublic(wrong); !errors.Is(err, alipay.ErrPublic) {
			t.Errorf("%.10q: %v", wrong, err)
		}
		if _, err := alipay.ParseKey(wrong); !errors.Is(err, alipay.ErrKey) {
			t.Errorf("%.10q: %v", wrong, err)
		}
	}
}
