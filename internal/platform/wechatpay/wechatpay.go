// Package wechatpay speaks API v3 of WeChat Pay: orders (Native, H5, JSAPI),
// queries, closing, refunds, and the callbacks that tell of a payment.
//
//	request  ─ signed with the merchant's key (WECHATPAY2-SHA256-RSA2048) ─→ gateway
//	answer   ← signed with the platform's key, not older than five minutes
//	callback ← the same, and its content sealed with the APIv3 key (AEAD_AES_256_GCM)
//
// What is not signed by the platform is not believed. No key, signature or body
// stands in an error.
package wechatpay

import (
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guanjia/internal/platform/money"
)

// Production is the address of the gateway.
const Production = "https://api.mch.weixin.qq.com"

// Merchant is who is paid, with the keys both sides sign with.
type Merchant struct {
	AppID    string // of the official account or mini program the merchant is bound to
	ID       string // mchid
	Serial   string // of the merchant's certificate
	Key      *rsa.PrivateKey
	V3Key    string // APIv3 key: 32 bytes
	Platform string // id of the platform's public key (PUB_KEY_ID_…), or serial of its certificate
	Public   *rsa.PublicKey
}

// What is wrong with keys that somebody set.
var (
	ErrKey    = errors.New("wechatpay: no private key of RSA in PEM")
	ErrPublic = errors.New("wechatpay: no public key or certificate of RSA in PEM")
	ErrV3Key  = errors.New("wechatpay: the APIv3 key has 32 characters")
)

// What makes an answer or a callback unbelievable.
var (
	ErrSignature = errors.New("wechatpay: not signed by the platform")
	ErrOld       = errors.New("wechatpay: signed more than five minutes from now")
	ErrSealed    = errors.New("wechatpay: not sealed with the APIv3 key")
	ErrForm      = errors.New("wechatpay: not the form that was agreed")
)

// Refusal is a request that was not done: what the gateway said, or that it said nothing.
type Refusal struct {
	Status int    // 0: no answer
	Code   string // of WeChat Pay, such as NO_AUTH
	Words  string
}

func (r *Refusal) Error() string {
	if r.Status == 0 {
		return "wechatpay: no answer: " + r.Words
	}
	return fmt.Sprintf("wechatpay: %d %s %s", r.Status, r.Code, r.Words)
}

// Unknown reports whether the gateway says that there is no such order or refund.
func (r *Refusal) Unknown() bool {
	return r.Status == http.StatusNotFound && (r.Code == "ORDER_NOT_EXIST" || r.Code == "ORDERNOTEXIST" || r.Code == "RESOURCE_NOT_EXISTS")
}

// Final reports whether asking the same again would be refused again: nothing
// was done, and the gateway knows it.
func (r *Refusal) Final() bool {
	return r.Status >= http.StatusBadRequest && r.Status < http.StatusInternalServerError && r.Status != http.StatusTooManyRequests
}

// Client calls the gateway for one merchant.
type Client struct {
	Merchant
	Gateway string       // without the / at the end
	HTTP    *http.Client // with a time limit
	Now     func() time.Time
}

// New makes a client that gives up after ten seconds and follows no redirection.
func New(m Merchant, gateway string, now func() time.Time) *Client {
	return &Client{Merchant: m, Gateway: gateway, Now: now, HTTP: &http.Client{
		Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

const patience = 10 * time.Second

const longestAnswer = 256 << 10

// Order is what somebody is to pay for.
type Order struct {
	Number  string // out_trade_no: 6–32 of letters, digits, _-|*
	Words   string // at most 127 characters; shown to who pays
	Amount  money.Fen
	Expires time.Time
	Notify  string // where the callback goes: https
}

type amount struct {
	Total    int64  `json:"total"`
	Currency string `json:"currency,omitempty"`
}

type orderBody struct {
	AppID   string `json:"appid"`
	MchID   string `json:"mchid"`
	Words   string `json:"description"`
	Number  string `json:"out_trade_no"`
	Expires string `json:"time_expire"`
	Notify  string `json:"notify_url"`
	Amount  amount `json:"amount"`
	Payer   *payer `json:"payer,omitempty"`
	Scene   *scene `json:"scene_info,omitempty"`
}

type payer struct {
	OpenID string `json:"openid"`
}

type scene struct {
	IP string `json:"payer_client_ip"`
	H5 h5Info `json:"h5_info"`
}

type h5Info struct {
	Type string `json:"type"`
}

func (c *Client) body(o Order) orderBody {
	words := []rune(o.Words)
	return orderBody{
		AppID: c.AppID, MchID: c.ID, Words: string(words[:min(len(words), 60)]), Number: o.Number, Expires: o.Expires.Format(time.RFC3339), Notify: o.Notify,
		Amount: amount{int64(o.Amount), "CNY"},
	}
}

// Native makes an order that is paid by scanning; it returns the text of the code.
func (c *Client) Native(ctx context.Context, o Order) (string, error) {
	var out struct {
		CodeURL string `json:"code_url"`
	}
	err := c.call(ctx, http.MethodPost, "/v3/pay/transactions/native", c.body(o), &out)
	if err == nil && !strings.HasPrefix(out.CodeURL, "weixin://") {
		err = ErrForm
	}
	return out.CodeURL, err
}

// H5 makes an order that is paid from a phone's browser; it returns the address
// to go to. ip is the payer's.
func (c *Client) H5(ctx context.Context, o Order, ip string) (string, error) {
	b := c.body(o)
	b.Scene = &scene{ip, h5Info{"Wap"}}
	var out struct {
		URL string `json:"h5_url"`
	}
	err := c.call(ctx, http.MethodPost, "/v3/pay/transactions/h5", b, &out)
	if err == nil && out.URL == "" {
		err = ErrForm
	}
	return out.URL, err
}

// JSAPI makes an order that is paid inside WeChat by who has this openid; it
// returns what the page gives to WeixinJSBridge.
func (c *Client) JSAPI(ctx context.Context, o Order, openID string) (Bridge, error) {
	b := c.body(o)
	b.Payer = &payer{openID}
	var out struct {
		Prepay string `json:"prepay_id"`
	}
	if err := c.call(ctx, http.MethodPost, "/v3/pay/transactions/jsapi", b, &out); err != nil {
		return Bridge{}, err
	}
	if out.Prepay == "" {
		return Bridge{}, ErrForm
	}
	return c.bridge(out.Prepay)
}

// Trade is what the gateway knows of an order.
type Trade struct {
	AppID       string    `json:"appid"`
	Merchant    string    `json:"mchid"`
	Number      string    `json:"out_trade_no"`
	Transaction string    `json:"transaction_id"` // "" until it is paid
	State       string    `json:"trade_state"`    // SUCCESS, REFUND, NOTPAY, CLOSED, REVOKED, USERPAYING, PAYERROR
	PaidAt      time.Time `json:"-"`
	Amount      struct {
		Total    int64  `json:"total"`
		Currency string `json:"currency"`
	} `json:"amount"`
	Success string `json:"success_time"`
}

// Paid reports whether the money came: what was paid back later came before.
func (t Trade) Paid() bool {
	return (t.State == "SUCCESS" || t.State == "REFUND") && t.Transaction != ""
}

// Over reports whether it will not be paid any more.
func (t Trade) Over() bool { return t.State == "CLOSED" || t.State == "REVOKED" }

func (t *Trade) read() error {
	if t.Number == "" || t.State == "" || t.Paid() && (t.Amount.Total <= 0 || t.Amount.Currency != "" && t.Amount.Currency != "CNY") {
		return ErrForm
	}
	if t.Success != "" {
		at, err := time.Parse(time.RFC3339, t.Success)
		if err != nil {
			return ErrForm
		}
		t.PaidAt = at
	}
	return nil
}

// Query asks how an order stands.
func (c *Client) Query(ctx context.Context, number string) (t Trade, err error) {
	err = c.call(ctx, http.MethodGet, "/v3/pay/transactions/out-trade-no/"+url.PathEscape(number)+"?mchid="+url.QueryEscape(c.ID), nil, &t)
	if err == nil {
		err = t.read()
	}
	if err == nil && (t.Number != number || t.Merchant != c.ID) {
		err = ErrForm
	}
	return t, err
}

// Close lets an order be paid no more.
func (c *Client) Close(ctx context.Context, number string) error {
	return c.call(ctx, http.MethodPost, "/v3/pay/transactions/out-trade-no/"+url.PathEscape(number)+"/close", map[string]string{"mchid": c.ID}, nil)
}

// Refund is money that goes back the way it came.
type Refund struct {
	Transaction string
	Number      string // out_refund_no: repeating it does nothing twice
	Reason      string
	Fen, Total  money.Fen // of the whole payment Total
	Notify      string    // where the callback goes: https; empty: nowhere
}

// Refunded is how a refund stands.
type Refunded struct {
	ID     string `json:"refund_id"`
	Number string `json:"out_refund_no"`
	State  string `json:"status"` // SUCCESS, CLOSED, PROCESSING, ABNORMAL
	Amount struct {
		Refund int64 `json:"refund"`
	} `json:"amount"`
}

// Refund pays back.
func (c *Client) Refund(ctx context.Context, r Refund) (out Refunded, err error) {
	reason := []rune(r.Reason)
	body := map[string]any{
		"transaction_id": r.Transaction, "out_refund_no": r.Number, "reason": string(reason[:min(len(reason), 26)]),
		"amount": map[string]any{"refund": int64(r.Fen), "total": int64(r.Total), "currency": "CNY"},
	}
	if r.Notify != "" {
		body["notify_url"] = r.Notify
	}
	err = c.call(ctx, http.MethodPost, "/v3/refund/domestic/refunds", body, &out)
	if err == nil && out.Number != r.Number {
		err = ErrForm
	}
	return out, err
}

// RefundOf asks how a refund stands.
func (c *Client) RefundOf(ctx context.Context, number string) (out Refunded, err error) {
	err = c.call(ctx, http.MethodGet, "/v3/refund/domestic/refunds/"+url.PathEscape(number), nil, &out)
	if err == nil && out.Number != number {
		err = ErrForm
	}
	return out, err
}

func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.Gateway+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	token, err := c.authorization(method, path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", token)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "guanjia")
	req.Header.Set("Wechatpay-Serial", c.Platform)
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.HTTP.Do(req)
	if err != nil {
		return &Refusal{Words: withoutAddress(err)}
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer))
	if err != nil {
		return &Refusal{Words: withoutAddress(err)}
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		if res.Header.Get("Wechatpay-Signature") != "" { // what stands before the gateway refuses unsigned, and nothing follows from that
			if err := c.believe(SignedBy(res.Header), answer); err != nil {
				return err
			}
		}
		r := &Refusal{Status: res.StatusCode}
		var said struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		}
		if json.Unmarshal(answer, &said) == nil {
			r.Code, r.Words = short(said.Code), short(said.Message)
		}
		return r
	}
	if err := c.believe(SignedBy(res.Header), answer); err != nil {
		return err
	}
	if out != nil && json.Unmarshal(answer, out) != nil {
		return ErrForm
	}
	return nil
}

func short(s string) string {
	r := []rune(strings.ToValidUTF8(s, ""))
	return string(r[:min(len(r), 200)])
}

func withoutAddress(err error) string {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	return short(err.Error())
}
