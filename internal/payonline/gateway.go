package payonline

import (
	"context"
	"errors"
	"net/url"
	"time"

	"guanjia/internal/platform/alipay"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/wechatpay"
)

// gateway is a channel as orders need it.
type gateway interface {
	// open makes an order at the gateway and says how it is paid.
	open(ctx context.Context, o Order, e envelope) (target string, err error)
	query(ctx context.Context, number string) (trade, error)
	close(ctx context.Context, number string) error
	refund(ctx context.Context, o Order, number, reason string, fen money.Fen, notify string) (state, trouble string)
	refundOf(ctx context.Context, o Order, number string) (state, trouble string)
}

// envelope is what goes with an order besides itself.
type envelope struct{ words, notify, back, ip string }

// errUnknown: the gateway knows no such order.
var errUnknown = errors.New("payonline: the gateway knows no such order")

type (
	wechatGate struct{ *wechatpay.Client }
	alipayGate struct{ *alipay.Client }
)

// gatewayOf is the gateway of a channel, with the keys of its merchant.
func (s *Service) gatewayOf(tx *db.Tx, c Channel) (gateway, error) {
	key, err := tx.Vault().Open(c.keyPlace(), c.Key)
	if err != nil {
		return nil, err
	}
	now := func() time.Time { return s.DB.Now().Time() }
	if c.Channel == Alipay {
		m := alipay.Merchant{AppID: c.AppID, Seller: c.Merchant}
		if m.Key, err = alipay.ParseKey(key); err == nil {
			m.Public, err = alipay.ParsePublic(c.Public)
		}
		return alipayGate{alipay.New(m, orElse(s.Gateways.Alipay, alipay.Production), now)}, err
	}
	v3, err := tx.Vault().Open(c.v3Place(), c.V3Key)
	if err != nil {
		return nil, err
	}
	m := wechatpay.Merchant{AppID: c.AppID, ID: c.Merchant, Serial: c.Serial, V3Key: v3, Platform: c.Platform}
	if m.Key, err = wechatpay.ParseKey(key); err == nil {
		m.Public, err = wechatpay.ParsePublic(c.Public)
	}
	return wechatGate{wechatpay.New(m, orElse(s.Gateways.WeChat, wechatpay.Production), now)}, err
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (g wechatGate) open(ctx context.Context, o Order, e envelope) (string, error) {
	w := wechatpay.Order{Number: o.Number, Words: e.words, Amount: o.Fen, Expires: o.Expires.Time(), Notify: e.notify}
	if o.Way == Native {
		return g.Native(ctx, w)
	}
	to, err := g.H5(ctx, w, e.ip)
	return to + "&redirect_url=" + url.QueryEscape(e.back), err
}

func (g wechatGate) query(ctx context.Context, number string) (trade, error) {
	t, err := g.Query(ctx, number)
	if r := (*wechatpay.Refusal)(nil); errors.As(err, &r) && r.Unknown() {
		err = errUnknown
	}
	return ofWeChat(t), err
}

func (g wechatGate) close(ctx context.Context, number string) error {
	err := g.Close(ctx, number)
	if r := (*wechatpay.Refusal)(nil); errors.As(err, &r) && r.Unknown() {
		err = nil
	}
	return err
}

func ofWeChat(t wechatpay.Trade) trade {
	return trade{AppID: t.AppID, Merchant: t.Merchant, Number: t.Number, Transaction: t.Transaction, Paid: t.Paid(), Over: t.Over(), Fen: money.Fen(t.Amount.Total), At: instant(t.PaidAt)}
}

func (g alipayGate) open(ctx context.Context, o Order, e envelope) (string, error) {
	a := alipay.Order{Number: o.Number, Words: e.words, Amount: o.Fen, Expires: o.Expires.Time(), Notify: e.notify, Return: e.back}
	if o.Way == Native {
		return g.Code(ctx, a)
	}
	if o.Way == Wap {
		return g.Wap(a)
	}
	return g.Page(a)
}

func (g alipayGate) query(ctx context.Context, number string) (trade, error) {
	t, err := g.Query(ctx, number)
	if r := (*alipay.Refusal)(nil); errors.As(err, &r) && r.Unknown() {
		err = errUnknown
	}
	return ofAlipay(t), err
}

func (g alipayGate) close(ctx context.Context, number string) error {
	err := g.Close(ctx, number)
	if r := (*alipay.Refusal)(nil); errors.As(err, &r) && r.Unknown() {
		err = nil
	}
	return err
}

func ofAlipay(t alipay.Trade) trade {
	return trade{AppID: t.AppID, Merchant: t.Seller, Number: t.Number, Transaction: t.Transaction, Paid: t.Paid(), Over: t.Over(), Fen: t.Amount, At: instant(t.PaidAt)}
}

func instant(t time.Time) clock.Instant {
	if t.IsZero() {
		return 0
	}
	return clock.Of(t)
}
