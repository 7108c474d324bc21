// Package alipaytest is a gateway of Alipay on this machine, with keys of its
// own: it checks every signature, keeps trades, lets somebody pay on a page, and
// notifies as Alipay does. Its checking is code of its own.
package alipaytest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sort"
	"strings"
	"sync"
	"testing"
)

// Trade is an order at the gateway.
type Trade struct {
	Number, ID, State, Amount, Notify, Return, Words string
	Refunds                                          map[string]string // amounts by out_request_no
}

// Gateway answers for Alipay.
type Gateway struct {
	App, Seller string
	URL         string
	client      *rsa.PrivateKey // the merchant's
	own         *rsa.PrivateKey

	mu     sync.Mutex
	trades map[string]*Trade
	silent bool // answers nothing useful
	lost   bool // does what is asked, and its answers do not arrive
	refuse string
	forged bool // signs with another key
	n      int
}

// New starts a gateway that knows one merchant.
func New(t testing.TB) *Gateway {
	t.Helper()
	g := &Gateway{App: "2021000000000001", Seller: "2088000000000001", trades: map[string]*Trade{}, client: key(t), own: key(t)}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	g.URL = server.URL + "/gateway.do"
	return g
}

func key(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// MerchantKey is the merchant's private key, PEM.
func (g *Gateway) MerchantKey() string {
	raw, _ := x509.MarshalPKCS8PrivateKey(g.client) // a key of RSA has this form
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
}

// PublicKey is Alipay's public key, base64 as its pages show it.
func (g *Gateway) PublicKey() string {
	raw, _ := x509.MarshalPKIXPublicKey(&g.own.PublicKey) // a key of RSA has this form
	return base64.StdEncoding.EncodeToString(raw)
}

// Silent makes every call end without a useful answer.
func (g *Gateway) Silent(on bool) { g.mu.Lock(); g.silent = on; g.mu.Unlock() }

// Lost makes every call be done, and its answer not arrive.
func (g *Gateway) Lost(on bool) { g.mu.Lock(); g.lost = on; g.mu.Unlock() }

// Refuse makes every refund be refused with a sub code; "" does them again.
func (g *Gateway) Refuse(code string) { g.mu.Lock(); g.refuse = code; g.mu.Unlock() }

// Forged makes every answer be signed by somebody else.
func (g *Gateway) Forged(on bool) { g.mu.Lock(); g.forged = on; g.mu.Unlock() }

// Trade returns what is known of an order.
func (g *Gateway) Trade(number string) Trade {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t := g.trades[number]; t != nil {
		return *t
	}
	return Trade{}
}

// Open does what a payer's browser does with the address of an order.
func (g *Gateway) Open(t testing.TB, address string) Trade {
	t.Helper()
	res, err := http.Get(address) //nolint:gosec,noctx // the address is our own client's, at this gateway
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if body, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusOK {
		t.Fatalf("the page of the order: %d %s", res.StatusCode, body)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	var biz map[string]string
	if err := json.Unmarshal([]byte(u.Query().Get("biz_content")), &biz); err != nil {
		t.Fatal(err)
	}
	return g.Trade(biz["out_trade_no"])
}

// Pay marks an order paid without telling anybody.
func (g *Gateway) Pay(number string) Trade {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.trades[number]
	t.State = "TRADE_SUCCESS"
	return *t
}

// Form is what a notification says of a trade, before it is signed.
func (g *Gateway) Form(t Trade) url.Values {
	return url.Values{
		"notify_type": {"trade_status_sync"}, "notify_id": {"n" + t.ID}, "app_id": {g.App}, "seller_id": {g.Seller}, "out_trade_no": {t.Number}, "trade_no": {t.ID},
		"trade_status": {t.State}, "total_amount": {t.Amount}, "charset": {"utf-8"}, "version": {"1.0"}, "subject": {t.Words},
	}
}

// Sign makes a notification of a form.
func (g *Gateway) Sign(form url.Values) []byte {
	form.Set("sign", g.sign(textOf(form), g.own))
	form.Set("sign_type", "RSA2")
	return []byte(form.Encode())
}

// Notify sends a notification of a trade to where its order says.
func (g *Gateway) Notify(ctx context.Context, t Trade) (status int, body string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.Notify, bytes.NewReader(g.Sign(g.Form(t))))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

func (g *Gateway) sign(text string, k *rsa.PrivateKey) string {
	sum := sha256.Sum256([]byte(text))
	sig, _ := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:]) // the hash has the right size
	return base64.StdEncoding.EncodeToString(sig)
}

// textOf is what is signed: written anew here, so that the client is not checked by itself.
func textOf(form url.Values) string {
	var all []string
	for k, v := range form {
		if k != "sign" && v[0] != "" {
			all = append(all, k+"="+v[0])
		}
	}
	sort.Strings(all)
	return strings.Join(all, "&")
}

// ServeHTTP implements http.Handler.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "form", http.StatusBadRequest)
		return
	}
	switch r.URL.Path {
	case "/pay":
		g.paid(w, r)
		return
	case "/stray":
		g.stray(w, r)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.silent {
		http.Error(w, "busy", http.StatusBadGateway)
		return
	}
	form := url.Values{}
	for k, v := range r.Form {
		form[k] = v[:1]
	}
	if r.Method == http.MethodPost {
		form = r.PostForm
	}
	sum := sha256.Sum256([]byte(textOf(form)))
	sig, _ := base64.StdEncoding.DecodeString(form.Get("sign"))
	if form.Get("app_id") != g.App || rsa.VerifyPKCS1v15(&g.client.PublicKey, crypto.SHA256, sum[:], sig) != nil {
		http.Error(w, `{"error_response":{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.invalid-signature"}}`, http.StatusOK)
		return
	}
	var biz map[string]string
	if err := json.Unmarshal([]byte(form.Get("biz_content")), &biz); err != nil {
		http.Error(w, "biz_content", http.StatusBadRequest)
		return
	}
	method := form.Get("method")
	if strings.HasSuffix(method, ".pay") {
		g.page(w, form, biz)
		return
	}
	if method == "alipay.trade.precreate" && biz["product_code"] == "FACE_TO_FACE_PAYMENT" {
		g.trade(form, biz)
	}
	g.api(w, method, biz)
}

// page is where the payer sees the order; opening it makes the trade.
func (g *Gateway) page(w http.ResponseWriter, form url.Values, biz map[string]string) {
	t := g.trade(form, biz)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprintf(w, `<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>收银台</title></head><body><main><h1>收银台</h1>
		<p>%s</p><p>¥%s</p><form method="post" action="/pay"><input type="hidden" name="number" value="%s"><button>确认付款</button></form></main></body></html>`,
		html.EscapeString(t.Words), html.EscapeString(t.Amount), html.EscapeString(t.Number))
}

func (g *Gateway) trade(form url.Values, biz map[string]string) *Trade {
	t := g.trades[biz["out_trade_no"]]
	if t == nil {
		g.n++
		t = &Trade{
			Number: biz["out_trade_no"], ID: fmt.Sprintf("2026%024d", g.n), State: "WAIT_BUYER_PAY", Amount: biz["total_amount"], Words: biz["subject"],
			Notify: form.Get("notify_url"), Return: form.Get("return_url"), Refunds: map[string]string{},
		}
		g.trades[t.Number] = t
	}
	return t
}

// paid is the payer's press on the button: pay, notify, go back.
func (g *Gateway) paid(w http.ResponseWriter, r *http.Request) {
	t := g.Pay(r.Form.Get("number"))
	if status, body, err := g.Notify(r.Context(), t); err != nil || status != http.StatusOK || body != "success" {
		http.Error(w, fmt.Sprintf("the notification: %d %s %v", status, body, err), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, t.Return, http.StatusSeeOther)
}

// stray tells of a payment that nobody ordered, where the query says.
func (g *Gateway) stray(w http.ResponseWriter, r *http.Request) {
	t := Trade{Number: "GJSTRAY", ID: "20260310220000000000000000000001", State: "TRADE_SUCCESS", Amount: "12.34", Words: "stray", Notify: r.Form.Get("to")}
	status, body, err := g.Notify(r.Context(), t)
	_, _ = fmt.Fprintf(w, "%d %s %v", status, body, err)
}

func (g *Gateway) api(w http.ResponseWriter, method string, biz map[string]string) {
	t := g.trades[biz["out_trade_no"]]
	for _, x := range g.trades {
		if id := biz["trade_no"]; id != "" && x.ID == id {
			t = x
		}
	}
	out := map[string]string{"code": "10000", "msg": "Success"}
	switch {
	case t == nil:
		out = map[string]string{"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_NOT_EXIST", "sub_msg": "交易不存在"}
	case method == "alipay.trade.precreate":
		out["out_trade_no"], out["qr_code"] = t.Number, "https://qr.alipay.example/"+t.Number
	case method == "alipay.trade.query":
		out["trade_no"], out["out_trade_no"], out["trade_status"], out["total_amount"] = t.ID, t.Number, t.State, t.Amount
	case method == "alipay.trade.close" && t.State == "WAIT_BUYER_PAY":
		t.State = "TRADE_CLOSED"
	case method == "alipay.trade.refund" && g.refuse != "":
		out = map[string]string{"code": "40004", "msg": "Business Failed", "sub_code": g.refuse, "sub_msg": "卖家余额不足"}
	case method == "alipay.trade.refund" && t.State == "TRADE_SUCCESS":
		out["fund_change"] = "Y"
		if _, twice := t.Refunds[biz["out_request_no"]]; twice {
			out["fund_change"] = "N"
		}
		t.Refunds[biz["out_request_no"]] = biz["refund_amount"]
	case method == "alipay.trade.fastpay.refund.query":
		if _, there := t.Refunds[biz["out_request_no"]]; there {
			out["refund_status"] = "REFUND_SUCCESS"
		}
	default:
		out = map[string]string{"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_STATUS_ERROR"}
	}
	if g.lost {
		http.Error(w, "lost", http.StatusBadGateway)
		return
	}
	node, _ := json.Marshal(out) // a map of texts
	k := g.own
	if g.forged {
		k = g.client
	}
	_, _ = fmt.Fprintf(w, `{"%s_response":%s,"sign":%q}`, strings.ReplaceAll(method, ".", "_"), node, g.sign(string(node), k)) //nolint:gosec // JSON for our own client
}
