package payonline

import (
	"context"
	"errors"
	"strings"

	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/platform/alipay"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/wechatpay"
	"guanjia/internal/resident"
)

// How a refund stands at a gateway.
const (
	RefundDone    = "done"
	RefundWaits   = "waits" // it was taken, or nobody knows: ask again
	RefundRefused = "refused"
	refundUnknown = "unknown" // it has not heard of it
)

// Refund has the gateway pay back an amount of a payment, under a number that
// it does once, however often it is asked. trouble says in the gateway's words
// why it was refused.
func (s *Service) Refund(ctx context.Context, community authz.CommunityID, of cashier.PaymentID, number, reason string, fen money.Fen) (state, trouble string, err error) {
	var o Order
	var c Channel
	var g gateway
	err = s.DB.Read(ctx, system, actTold, func(tx *db.Tx) error {
		if o, err = db.One[Order](ctx, tx, `SELECT `+db.Columns[Order]("")+` FROM online_order WHERE community_id = $1 AND payment_id = $2 AND {scope}`, community, of); err != nil {
			return err
		}
		if c, err = channelByID(ctx, tx, o.ChannelID); err != nil {
			return err
		}
		g, err = s.gatewayOf(tx, c)
		return err
	})
	switch {
	case errors.Is(err, db.ErrNotFound):
		return RefundRefused, "NO_ORDER", nil
	case err != nil:
		return "", "", err
	case c.Merchant != o.Merchant:
		return RefundRefused, "MERCHANT_CHANGED", nil // the money lies with another merchant
	}
	// An answer may have been lost: it is asked first whether the money went.
	if state, trouble = g.refundOf(ctx, o, number); state != refundUnknown {
		return state, trouble, nil
	}
	state, trouble = g.refund(ctx, o, number, reason, fen, c.Site+"/api/v1/online-pay/"+c.Channel+"/"+c.ID.String())
	return state, trouble, nil
}

func (g wechatGate) refund(ctx context.Context, o Order, number, reason string, fen money.Fen, notify string) (state, trouble string) {
	out, err := g.Refund(ctx, wechatpay.Refund{Transaction: o.Transaction, Number: number, Reason: reason, Fen: fen, Total: o.Fen, Notify: notify})
	return wechatState(out, err)
}

func (g wechatGate) refundOf(ctx context.Context, _ Order, number string) (state, trouble string) {
	out, err := g.RefundOf(ctx, number)
	if r := (*wechatpay.Refusal)(nil); errors.As(err, &r) && r.Unknown() {
		return refundUnknown, ""
	}
	if state, trouble = wechatState(out, err); err != nil {
		state = RefundWaits // it refused the question, not the refund
	}
	return state, trouble
}

func wechatState(out wechatpay.Refunded, err error) (state, trouble string) {
	r := (*wechatpay.Refusal)(nil)
	switch {
	case errors.As(err, &r) && r.Final():
		return RefundRefused, strings.TrimSpace(r.Code + " " + r.Words)
	case err != nil, out.State == "PROCESSING":
		return RefundWaits, ""
	case out.State == "SUCCESS":
		return RefundDone, ""
	}
	return RefundRefused, out.State
}

func (g alipayGate) refund(ctx context.Context, o Order, number, reason string, fen money.Fen, _ string) (state, trouble string) {
	done, err := g.Refund(ctx, alipay.Refund{Transaction: o.Transaction, Order: o.Number, Number: number, Reason: reason, Fen: fen})
	return alipayState(done, err)
}

// refundOf: Alipay says of a refund that it has not heard of the same as of one
// that has not moved yet; giving it again under its number does nothing twice.
func (g alipayGate) refundOf(ctx context.Context, o Order, number string) (state, trouble string) {
	done, err := g.RefundOf(ctx, o.Number, number)
	r := (*alipay.Refusal)(nil)
	switch {
	case done:
		return RefundDone, ""
	case err == nil, errors.As(err, &r) && r.Final():
		return refundUnknown, ""
	}
	return RefundWaits, ""
}

func alipayState(done bool, err error) (state, trouble string) {
	r := (*alipay.Refusal)(nil)
	switch {
	case done:
		return RefundDone, ""
	case errors.As(err, &r) && r.Final():
		return RefundRefused, strings.TrimSpace(r.Sub + " " + r.Words)
	}
	return RefundWaits, ""
}

// Lives looks whether a room is the caller's, a resident's; db.ErrNotFound: it is not.
func Lives(ctx context.Context, tx *db.Tx, room housing.RoomID) error {
	_, err := sightOf(ctx, tx, room)
	return err
}

// OwnPaid are those of some payments for a room that the caller, a resident, or
// their household made: what is left of them is theirs to ask for.
func OwnPaid(ctx context.Context, tx *db.Tx, room housing.RoomID, of ...cashier.PaymentID) ([]cashier.PaymentID, error) {
	return among(ctx, tx, room, of, sight.paid)
}

// Sees are those of some payments for a room that the caller, a resident, sees:
// also what others paid of their bills.
func Sees(ctx context.Context, tx *db.Tx, room housing.RoomID, of ...cashier.PaymentID) ([]cashier.PaymentID, error) {
	return among(ctx, tx, room, of, sight.seen)
}

func among(ctx context.Context, tx *db.Tx, room housing.RoomID, of []cashier.PaymentID, which func(sight, *[]any) string) ([]cashier.PaymentID, error) {
	see, err := sightOf(ctx, tx, room)
	if err != nil || len(of) == 0 {
		return nil, err
	}
	args := []any{see.Community, see.Room}
	return db.All[cashier.PaymentID](ctx, tx, `SELECT p.id FROM payment p WHERE p.community_id = $1 AND p.id IN `+db.Among(&args, of)+` AND `+which(see, &args)+` AND {scope:p}`, args...)
}

// Books is WhoseBills with the day since which the owners of today own the
// room; zero: as long as anybody knows, or a tenant asks.
func Books(ctx context.Context, tx *db.Tx, room housing.RoomID) (resident.Binding, []db.ID, clock.Day, error) {
	see, err := sightOf(ctx, tx, room)
	return see.Binding, see.whose, see.since, err
}

// WhoseBills is the caller's binding to a room, a resident's, and whose bills it
// shows; db.ErrNotFound: they have none.
func WhoseBills(ctx context.Context, tx *db.Tx, room housing.RoomID) (resident.Binding, []db.ID, error) {
	see, err := sightOf(ctx, tx, room)
	return see.Binding, see.whose, err
}
