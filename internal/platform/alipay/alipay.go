// Package alipay speaks the open platform of Alipay: payments from a page
// (page.pay), from a phone (wap.pay) and by a code (precreate), queries, closing, refunds, and the
// notifications that tell of a payment.
//
//	request  ─ sorted parameters, signed with the merchant's key (RSA2) ─→ gateway
//	answer   ← the node of the answer as it was written, signed with Alipay's key
//	notify   ← a form: sorted parameters without sign and sign_type, signed the same way
//
// What is not signed by Alipay is not believed. No key, signature or body stands
// in an error.
package alipay

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"guanjia/internal/platform/money"
)

// Production is the address of the gateway.
const Production = "https://openapi.alipay.com/gateway.do"

// Merchant is who is paid, with the keys both sides sign with.
type Merchant struct {
	AppID  string
	Seller string // the partner id of the merchant (2088…)
	Key    *rsa.PrivateKey
	Public *rsa.PublicKey // Alipay's
}

// What is wrong with keys that somebody set.
var (
	ErrKey    = errors.New("alipay: no private key of RSA")
	ErrPublic = errors.New("alipay: no public key of RSA")
)

// What makes an answer or a notification unbelievable.
var (
	ErrSignature = errors.New("alipay: not signed by Alipay")
	ErrForm      = errors.New("alipay: not the form that was agreed")
)

// Refusal is a request that was not done: what the gateway said, or that it said nothing.
type Refusal struct {
	Status int    // of HTTP; 0: no answer
	Code   string // "40004"
	Sub    string // "ACQ.TRADE_NOT_EXIST"
	Words  string
}

func (r *Refusal) Error() string {
	if r.Status == 0 {
		return "alipay: no answer: " + r.Words
	}
	return fmt.Sprintf("alipay: %d %s %s %s", r.Status, r.Code, r.Sub, r.Words)
}

// Unknown reports whether the gateway says that there is no such trade: nobody
// has opened the page of the order yet.
func (r *Refusal) Unknown() bool { return r.Sub == "ACQ.TRADE_NOT_EXIST" }

// unsure are refusals after which nobody knows what was done.
var unsure = []string{"ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "aop.unknow-error", "isp.unknow-error"}

// Final reports whether asking the same again would be refused again: nothing
// was done, and the gateway knows it.
func (r *Refusal) Final() bool {
	return r.Status == http.StatusOK && r.Code != "20000" && !slices.Contains(unsure, r.Sub)
}

// Client calls the gateway for one merchant.
type Client struct {
	Merchant
	Gateway string
	HTTP    *http.Client // with a time limit
	Now     func() time.Time
}

const longestAnswer = 256 << 10

// New makes a client that gives up after ten seconds and follows no redirection.
func New(m Merchant, gateway string, now func() time.Time) *Client {
	return &Client{Merchant: m, Gateway: gateway, Now: now, HTTP: &http.Client{
		Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

const patience = 10 * time.Second

// beijing is the zone that Alipay writes its times in.
var beijing = time.FixedZone("+0800", 8*60*60)

const moment = "2006-01-02 15:04:05"

// Order is what somebody is to pay for.
type Order struct {
	Number  string // out_trade_no: at most 64 of letters, digits and _
	Words   string // shown to who pays
	Amount  money.Fen
	Expires time.Time
	Notify  string // where the notification goes: https
	Return  string // where the browser goes afterwards
}

// Page returns the address at which an order is paid from a computer.
func (c *Client) Page(o Order) (string, error) {
	return c.address("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY", o)
}

// Wap returns the address at which an order is paid from a phone.
func (c *Client) Wap(o Order) (string, error) {
	return c.address("alipay.trade.wap.pay", "QUICK_WAP_WAY", o)
}

// Code opens an order that is paid by scanning a code (precreate) and returns
// the text of the code.
func (c *Client) Code(ctx context.Context, o Order) (string, error) {
	content := o.content("FACE_TO_FACE_PAYMENT")
	form, err := c.form("alipay.trade.precreate", content)
	if err != nil {
		return "", err
	}
	form.Set("notify_url", o.Notify)
	var out struct {
		Number string `json:"out_trade_no"`
		Code   string `json:"qr_code"`
	}
	if err := c.send(ctx, "alipay.trade.precreate", form, &out); err != nil {
		return "", err
	}
	if out.Number != o.Number || out.Code == "" {
		return "", ErrForm
	}
	return out.Code, nil
}

func (o Order) content(product string) map[string]string {
	words := []rune(o.Words)
	return map[string]string{
		"out_trade_no": o.Number, "total_amount": o.Amount.String(), "subject": string(words[:min(len(words), 120)]), "product_code": product,
		"time_expire": o.Expires.In(beijing).Format(moment),
	}
}

func (c *Client) address(method, product string, o Order) (string, error) {
	content := o.content(product)
	if product == "QUICK_WAP_WAY" {
		content["quit_url"] = o.Return
	}
	form, err := c.form(method, content)
	if err != nil {
		return "", err
	}
	form.Set("notify_url", o.Notify)
	form.Set("return_url", o.Return)
	if err := c.sign(form); err != nil {
		return "", err
	}
	return c.Gateway + "?" + form.Encode(), nil
}

// Trade is what Alipay knows of an order.
type Trade struct {
	AppID       string // of notifications only
	Seller      string // of notifications only
	Number      string
	Transaction string
	State       string // WAIT_BUYER_PAY, TRADE_CLOSED, TRADE_SUCCESS, TRADE_FINISHED
	Amount      money.Fen
	PaidAt      time.Time // zero: not said
}

// Paid reports whether the money came.
func (t Trade) Paid() bool { return t.State == "TRADE_SUCCESS" || t.State == "TRADE_FINISHED" }

// Over reports whether it will not be paid any more.
func (t Trade) Over() bool { return t.State == "TRADE_CLOSED" }

func (t *Trade) read(total, at string) (err error) {
	if t.Number == "" || t.State == "" || t.Paid() && t.Transaction == "" {
		return ErrForm
	}
	if t.Amount, err = money.Parse(total); err != nil || t.Amount <= 0 {
		return ErrForm
	}
	if at != "" {
		if t.PaidAt, err = time.ParseInLocation(moment, at, beijing); err != nil {
			return ErrForm
		}
	}
	return nil
}

// Query asks how an order stands.
func (c *Client) Query(ctx context.Context, number string) (t Trade, err error) {
	var out struct {
		Transaction string `json:"trade_no"`
		Number      string `json:"out_trade_no"`
		State       string `json:"trade_status"`
		Amount      string `json:"total_amount"`
		At          string `json:"send_pay_date"`
	}
	if err := c.call(ctx, "alipay.trade.query", map[string]string{"out_trade_no": number}, &out); err != nil {
		return t, err
	}
	t = Trade{Number: out.Number, Transaction: out.Transaction, State: out.State}
	if t.Number != number {
		return t, ErrForm
	}
	return t, t.read(out.Amount, out.At)
}

// Close lets an order be paid no more.
func (c *Client) Close(ctx context.Context, number string) error {
	return c.call(ctx, "alipay.trade.close", map[string]string{"out_trade_no": number}, nil)
}

// Refund is money that goes back the way it came.
type Refund struct {
	Transaction string
	Order       string // out_trade_no; asked for with RefundOf
	Number      string // out_request_no: repeating it does nothing twice
	Reason      string
	Fen         money.Fen
}

// Refund pays back; done is false where the gateway took it and the money has
// not moved yet: RefundOf tells.
func (c *Client) Refund(ctx context.Context, r Refund) (done bool, err error) {
	var out struct {
		Moved string `json:"fund_change"`
	}
	reason := []rune(r.Reason)
	err = c.call(ctx, "alipay.trade.refund", map[string]string{
		"trade_no": r.Transaction, "out_request_no": r.Number, "refund_amount": r.Fen.String(), "refund_reason": string(reason[:min(len(reason), 80)]),
	}, &out)
	return out.Moved == "Y", err
}

// RefundOf asks whether a refund was paid.
func (c *Client) RefundOf(ctx context.Context, order, number string) (done bool, err error) {
	var out struct {
		State string `json:"refund_status"`
	}
	err = c.call(ctx, "alipay.trade.fastpay.refund.query", map[string]string{"out_trade_no": order, "out_request_no": number}, &out)
	return out.State == "REFUND_SUCCESS", err
}

func (c *Client) form(method string, content any) (url.Values, error) {
	biz, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	return url.Values{
		"app_id": {c.AppID}, "method": {method}, "format": {"JSON"}, "charset": {"utf-8"}, "sign_type": {"RSA2"}, "version": {"1.0"},
		"timestamp": {c.Now().In(beijing).Format(moment)}, "biz_content": {string(biz)},
	}, nil
}

func (c *Client) call(ctx context.Context, method string, content, out any) error {
	form, err := c.form(method, content)
	if err != nil {
		return err
	}
	return c.send(ctx, method, form, out)
}

func (c *Client) send(ctx context.Context, method string, form url.Values, out any) error {
	if err := c.sign(form); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Gateway+"?charset=utf-8", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
	req.Header.Set("User-Agent", "guanjia")
	res, err := c.HTTP.Do(req)
	if err != nil {
		return &Refusal{Words: withoutAddress(err)}
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer))
	if err != nil {
		return &Refusal{Words: withoutAddress(err)}
	}
	if res.StatusCode != http.StatusOK {
		return &Refusal{Status: res.StatusCode}
	}
	return c.answer(method, body, out)
}

// answer reads the node of a method. A refusal may come without a signature,
// and changes nothing; what was done has one.
func (c *Client) answer(method string, body []byte, out any) error {
	var nodes map[string]json.RawMessage
	if json.Unmarshal(body, &nodes) != nil {
		return ErrForm
	}
	node, ok := nodes[strings.ReplaceAll(method, ".", "_")+"_response"]
	if !ok {
		node = nodes["error_response"]
	}
	var said struct {
		Code  string `json:"code"`
		Words string `json:"msg"`
		Sub   string `json:"sub_code"`
		More  string `json:"sub_msg"`
	}
	if node == nil || json.Unmarshal(node, &said) != nil {
		return ErrForm
	}
	var sig string
	_ = json.Unmarshal(nodes["sign"], &sig) // none is no signature
	if (sig != "" || said.Code == "10000") && !c.signed(string(node), sig) {
		return ErrSignature
	}
	if said.Code != "10000" {
		return &Refusal{Status: http.StatusOK, Code: short(said.Code), Sub: short(said.Sub), Words: short(strings.TrimSpace(said.Words + " " + said.More))}
	}
	if out != nil && json.Unmarshal(node, out) != nil {
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
