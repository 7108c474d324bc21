// Package wechattest is a gateway of WeChat Pay on this machine, with keys of
// its own: it checks every signature, keeps orders, and tells of payments as
// the platform does. Its checking is code of its own.
package wechattest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Order is an order at the gateway.
type Order struct {
	Number, ID, State, Notify, Words, Kind string
	Total                                  int64
	Refunds                                map[string]int64
}

// Gateway answers for WeChat Pay.
type Gateway struct {
	App, Merchant, Serial, V3Key, Platform string
	URL                                    string
	client                                 *rsa.PrivateKey // the merchant's
	own                                    *rsa.PrivateKey
	now                                    func() time.Time

	mu     sync.Mutex
	orders map[string]*Order
	silent bool
	lost   bool
	forged bool
	refuse string
	n      int
}

// New starts a gateway that knows one merchant and reads the time from now.
func New(t testing.TB, now func() time.Time) *Gateway {
	t.Helper()
	g := &Gateway{
		App: "wx0000000000000001", Merchant: "1900000001", Serial: "5157F09EFDC096DE15EBE81A47057A7200000001", V3Key: "0123456789abcdef0123456789abcdef",
		Platform: "PUB_KEY_ID_0000000000000001", orders: map[string]*Order{}, client: key(t), own: key(t), now: now,
	}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	g.URL = server.URL
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

// PublicKey is the platform's public key, PEM.
func (g *Gateway) PublicKey() string {
	raw, _ := x509.MarshalPKIXPublicKey(&g.own.PublicKey) // a key of RSA has this form
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: raw}))
}

// Silent makes every call end without a useful answer.
func (g *Gateway) Silent(on bool) { g.mu.Lock(); g.silent = on; g.mu.Unlock() }

// Lost makes every call be done, and its answer not arrive.
func (g *Gateway) Lost(on bool) { g.mu.Lock(); g.lost = on; g.mu.Unlock() }

// Refuse makes every refund be refused with a code; "" does them again.
func (g *Gateway) Refuse(code string) { g.mu.Lock(); g.refuse = code; g.mu.Unlock() }

// ToldRefund seals and signs what is told of a refund that was paid.
func (g *Gateway) ToldRefund(number string) (http.Header, []byte) {
	return g.sealed("REFUND.SUCCESS", map[string]any{"mchid": g.Merchant, "out_refund_no": number, "refund_status": "SUCCESS"})
}

// Forged makes every answer be signed by somebody else.
func (g *Gateway) Forged(on bool) { g.mu.Lock(); g.forged = on; g.mu.Unlock() }

// Order returns what is known of an order.
func (g *Gateway) Order(number string) Order {
	g.mu.Lock()
	defer g.mu.Unlock()
	if o := g.orders[number]; o != nil {
		return *o
	}
	return Order{}
}

// Pay marks an order paid without telling anybody.
func (g *Gateway) Pay(number string) Order {
	g.mu.Lock()
	defer g.mu.Unlock()
	o := g.orders[number]
	o.State = "SUCCESS"
	return *o
}

// Content is what a callback says of an order, before it is sealed.
func (g *Gateway) Content(o Order) map[string]any {
	return map[string]any{
		"appid": g.App, "mchid": g.Merchant, "out_trade_no": o.Number, "transaction_id": o.ID, "trade_state": o.State, "trade_type": o.Kind,
		"success_time": g.now().Format(time.RFC3339), "amount": map[string]any{"total": o.Total, "payer_total": o.Total, "currency": "CNY"},
	}
}

// Callback seals and signs what is told of a payment.
func (g *Gateway) Callback(content map[string]any) (http.Header, []byte) {
	return g.sealed("TRANSACTION.SUCCESS", content)
}

func (g *Gateway) sealed(kind string, content map[string]any) (http.Header, []byte) {
	plain, _ := json.Marshal(content)              // texts and numbers
	block, _ := aes.NewCipher([]byte(g.V3Key))     // of 32 bytes
	aead, _ := cipher.NewGCM(block)                // of AES
	nonce, data := rand.Text()[:12], "transaction" // as the platform's: letters
	sealed := aead.Seal(nil, []byte(nonce), plain, []byte(data))
	body, _ := json.Marshal(map[string]any{ // texts
		"id": "EV-" + rand.Text(), "create_time": g.now().Format(time.RFC3339), "resource_type": "encrypt-resource", "event_type": kind, "summary": "支付成功",
		"resource": map[string]string{"original_type": "transaction", "algorithm": "AEAD_AES_256_GCM", "ciphertext": base64.StdEncoding.EncodeToString(sealed), "associated_data": data, "nonce": nonce},
	})
	return g.Sign(body), body
}

// Sign makes the headers of a body as the platform's.
func (g *Gateway) Sign(body []byte) http.Header {
	k := g.own
	if g.forged {
		k = g.client
	}
	at, nonce := strconv.FormatInt(g.now().Unix(), 10), rand.Text()
	sum := sha256.Sum256([]byte(at + "\n" + nonce + "\n" + string(body) + "\n"))
	sig, _ := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:]) // the hash has the right size
	h := http.Header{"Content-Type": {"application/json"}}
	h.Set("Wechatpay-Timestamp", at)
	h.Set("Wechatpay-Nonce", nonce)
	h.Set("Wechatpay-Serial", g.Platform)
	h.Set("Wechatpay-Signature", base64.StdEncoding.EncodeToString(sig))
	return h
}

// Notify tells of an order where it says.
func (g *Gateway) Notify(ctx context.Context, o Order) (status int, err error) {
	h, body := g.Callback(g.Content(o))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.Notify, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header = h
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

var form = regexp.MustCompile(`^WECHATPAY2-SHA256-RSA2048 mchid="(\d+)",nonce_str="([^"]+)",signature="([^"]+)",timestamp="(\d+)",serial_no="([^"]+)"$`)

// allowed checks who asks, by the headers of a request.
func (g *Gateway) allowed(r *http.Request, body []byte) bool {
	m := form.FindStringSubmatch(r.Header.Get("Authorization"))
	if m == nil || m[1] != g.Merchant || m[5] != g.Serial {
		return false
	}
	sig, err := base64.StdEncoding.DecodeString(m[3])
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%s\n", r.Method, r.URL.RequestURI(), m[4], m[2], body))
	return err == nil && rsa.VerifyPKCS1v15(&g.client.PublicKey, crypto.SHA256, sum[:], sig) == nil
}

// ServeHTTP implements http.Handler.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return
	}
	if r.URL.Path == "/pay" { // the payer's phone; no callback follows
		g.Pay(r.URL.Query().Get("number"))
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.silent {
		http.Error(w, "busy", http.StatusBadGateway)
		return
	}
	status, out := http.StatusUnauthorized, map[string]any{"code": "SIGN_ERROR", "message": "错误的签名"}
	if g.allowed(r, body) {
		status, out = g.do(r.Method, strings.TrimPrefix(r.URL.Path, "/v3"), body)
	}
	if g.lost {
		http.Error(w, "lost", http.StatusBadGateway)
		return
	}
	var answer []byte
	if out != nil {
		answer, _ = json.Marshal(out) // texts and numbers
	}
	for k, v := range g.Sign(answer) {
		w.Header()[k] = v
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer)
}

func no(status int, code string) (int, map[string]any) {
	return status, map[string]any{"code": code, "message": code}
}

func (g *Gateway) do(method, path string, body []byte) (int, map[string]any) {
	const orders = "/pay/transactions/out-trade-no/"
	number := strings.TrimPrefix(path, orders)
	switch {
	case method == http.MethodPost && strings.HasSuffix(path, "/close"):
		o := g.orders[strings.TrimSuffix(number, "/close")]
		if o == nil {
			return no(http.StatusNotFound, "ORDER_NOT_EXIST")
		}
		if o.State == "SUCCESS" {
			return no(http.StatusBadRequest, "ORDERPAID")
		}
		o.State = "CLOSED"
		return http.StatusNoContent, nil
	case method == http.MethodGet && strings.HasPrefix(path, orders):
		o := g.orders[number]
		if o == nil {
			return no(http.StatusNotFound, "ORDER_NOT_EXIST")
		}
		return http.StatusOK, g.state(*o)
	case method == http.MethodPost && strings.HasPrefix(path, "/pay/transactions/"):
		return g.order(strings.TrimPrefix(path, "/pay/transactions/"), body)
	case strings.HasPrefix(path, "/refund/domestic/refunds"):
		return g.refund(method, strings.TrimPrefix(path, "/refund/domestic/refunds/"), body)
	}
	return no(http.StatusNotFound, "NOT_FOUND")
}

func (g *Gateway) state(o Order) map[string]any {
	out := g.Content(o)
	if o.State != "SUCCESS" {
		delete(out, "transaction_id")
		delete(out, "success_time")
	}
	return out
}

func (g *Gateway) order(kind string, body []byte) (int, map[string]any) {
	var in struct {
		App     string `json:"appid"`
		Mch     string `json:"mchid"`
		Number  string `json:"out_trade_no"`
		Words   string `json:"description"`
		Notify  string `json:"notify_url"`
		Expires string `json:"time_expire"`
		Amount  struct{ Total int64 }
		Payer   struct{ OpenID string }
	}
	if err := json.Unmarshal(body, &in); err != nil || in.App != g.App || in.Mch != g.Merchant || in.Amount.Total <= 0 || in.Words == "" || kind == "jsapi" && in.Payer.OpenID == "" {
		return no(http.StatusBadRequest, "PARAM_ERROR")
	}
	if _, err := time.Parse(time.RFC3339, in.Expires); err != nil {
		return no(http.StatusBadRequest, "PARAM_ERROR")
	}
	if g.orders[in.Number] == nil {
		g.n++
		g.orders[in.Number] = &Order{
			Number: in.Number, ID: fmt.Sprintf("42000%023d", g.n), State: "NOTPAY", Notify: in.Notify, Words: in.Words, Kind: strings.ToUpper(kind), Total: in.Amount.Total, Refunds: map[string]int64{},
		}
	}
	return http.StatusOK, map[string]any{
		"code_url": "weixin://wxpay/bizpayurl?pr=" + in.Number, "prepay_id": "wx" + in.Number, "h5_url": g.URL + "/h5?number=" + in.Number,
	}
}

func (g *Gateway) refund(method, number string, body []byte) (int, map[string]any) {
	if method == http.MethodGet {
		for _, o := range g.orders {
			if fen, ok := o.Refunds[number]; ok {
				return http.StatusOK, map[string]any{"refund_id": "50" + number, "out_refund_no": number, "status": "SUCCESS", "amount": map[string]any{"refund": fen}}
			}
		}
		return no(http.StatusNotFound, "RESOURCE_NOT_EXISTS")
	}
	var in struct {
		Transaction string `json:"transaction_id"`
		Number      string `json:"out_refund_no"`
		Amount      struct{ Refund, Total int64 }
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return no(http.StatusBadRequest, "PARAM_ERROR")
	}
	for _, o := range g.orders {
		if o.ID != in.Transaction || o.State != "SUCCESS" || o.Total != in.Amount.Total {
			continue
		}
		if g.refuse != "" {
			return no(http.StatusForbidden, g.refuse)
		}
		back := int64(0)
		for number, fen := range o.Refunds {
			if number != in.Number {
				back += fen
			}
		}
		if back+in.Amount.Refund > o.Total {
			return no(http.StatusBadRequest, "INVALID_REQUEST")
		}
		o.Refunds[in.Number] = in.Amount.Refund
		return http.StatusOK, map[string]any{"refund_id": "50" + in.Number, "out_refund_no": in.Number, "status": "PROCESSING", "amount": map[string]any{"refund": in.Amount.Refund}}
	}
	return no(http.StatusBadRequest, "INVALID_REQUEST")
}
