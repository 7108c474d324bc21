package payonline

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/wechatpay"
)

var system = authz.System("online", actTold, actFollow)

// kindStrange is the request by which finance is told of a strange payment.
const kindStrange = "online.strange"

// Approve registers what finance is told of: a strange payment lies in the
// inbox, with its reminders, until somebody says what was done about it.
func (s *Service) Approve(a *approval.Service) {
	s.Approvals = a
	a.Register(approval.Kind{Name: kindStrange, Decide: ActSettle, TimeLimit: 24 * time.Hour, Ended: s.strangeEnded, Describe: s.describe})
}

// FromWeChat takes a callback of WeChat Pay. It is acknowledged when it is
// booked, kept as strange, or known already; everything else is told again.
func (s *Service) FromWeChat(ctx context.Context, id ChannelID, by wechatpay.Signed, body []byte) error {
	c, g, err := s.calledBack(ctx, id, WeChat)
	if err != nil {
		return err
	}
	w, ok := g.(wechatGate)
	if !ok {
		return db.ErrNotFound
	}
	t, err := w.Told(by, body)
	if err != nil {
		return refused(err)
	}
	if t.Number == "" && s.Refunded != nil {
		number, err := w.ToldRefund(by, body)
		if err != nil {
			return refused(err)
		}
		if number != "" {
			return s.Refunded(ctx, c.Community, number)
		}
	}
	return s.told(ctx, c, ofWeChat(t))
}

// FromAlipay takes a notification of Alipay.
func (s *Service) FromAlipay(ctx context.Context, id ChannelID, body []byte) error {
	c, g, err := s.calledBack(ctx, id, Alipay)
	if err != nil {
		return err
	}
	w, ok := g.(alipayGate)
	if !ok {
		return db.ErrNotFound
	}
	t, err := w.Told(body)
	if err != nil {
		return refused(err)
	}
	return s.told(ctx, c, ofAlipay(t))
}

// refused hides from who forges a callback what was wrong with it.
func refused(err error) error {
	return errors.Join(ErrBelieved, err)
}

// calledBack finds whom a callback is for; channels that are switched off still hear of their orders.
func (s *Service) calledBack(ctx context.Context, id ChannelID, name string) (c Channel, g gateway, err error) {
	err = s.DB.Read(ctx, system, actTold, func(tx *db.Tx) error {
		if c, err = channelByID(ctx, tx, id); err != nil {
			return err
		}
		if c.Channel != name || c.Key == "" || c.Public == "" {
			return db.ErrNotFound
		}
		g, err = s.gatewayOf(tx, c)
		return err
	})
	return c, g, err
}

// told does what a believed message asks for.
func (s *Service) told(ctx context.Context, c Channel, t trade) error {
	if t.Number == "" || !t.Paid && !t.Over {
		return nil
	}
	return s.DB.Write(ctx, system, actTold, func(tx *db.Tx) error { return s.settle(ctx, tx, c, t) })
}

// settle books a payment, once for each transaction, or keeps it as strange.
func (s *Service) settle(ctx context.Context, tx *db.Tx, c Channel, t trade) error {
	o, err := orderByNumber(ctx, tx, c, t.Number)
	switch {
	case errors.Is(err, db.ErrNotFound) && t.Paid:
		return s.keep(ctx, tx, c, t, Order{}, UnknownOrder)
	case errors.Is(err, db.ErrNotFound):
		tx.Silent("an order that nobody knows was closed")
		return nil
	case err != nil:
		return err
	case !t.Paid:
		return s.over(ctx, tx, o, Closed, "")
	}
	if why := o.strange(t); why != "" {
		return s.keep(ctx, tx, c, t, o, why)
	}
	if o.State == Paid {
		tx.Silent("it was told again")
		return nil
	}
	return s.book(ctx, tx, c, o, t)
}

// book has the cashier take the money. The lines of the order that are still
// open are paid; what is over is prepaid.
func (s *Service) book(ctx context.Context, tx *db.Tx, c Channel, o Order, t trade) error {
	zone, err := org.Zone(ctx, tx, o.Community)
	if err != nil {
		return err
	}
	at := t.At
	if at == 0 || at > tx.Now {
		at = tx.Now
	}
	payer, err := nameOf(ctx, tx, o)
	if err != nil {
		return err
	}
	p, err := cashier.Take(ctx, tx, cashier.Taking{
		Community: o.Community, Room: o.Room, Rooms: []housing.RoomID{o.Room}, Customer: o.Customer, Payer: payer, Lines: o.Lines.ids(), Only: true, Fen: o.Fen,
		Means: meansOf[c.Channel], Source: c.Channel + ":" + t.Transaction, Reference: t.Transaction, Day: o.paidOn(at, zone), Words: o.Number,
	})
	if errors.Is(err, cashier.ErrSource) {
		return s.keep(ctx, tx, c, t, o, PaidTwice)
	}
	if err != nil {
		return err
	}
	if err := cashier.Known(ctx, tx, o.Community, c.Channel+":"+t.Transaction, p.ID); err != nil {
		return err
	}
	o.Late = !o.waits()
	o.State, o.Transaction, o.Payment, o.PaidAt, o.Target, o.Trouble = Paid, t.Transaction, p.ID, &at, "", ""
	if o.Rest, err = rest(ctx, tx, o.Community, p.ID); err != nil {
		return err
	}
	tx.Note(o.Community, "online_order:"+o.ID.String(), nil, map[string]any{"state": o.State, "transaction": o.Transaction, "rest": o.Rest, "late": o.Late})
	tx.Emit(Changed{Community: o.Community, Order: o.ID})
	return db.Save(ctx, tx, "online_order", &o)
}

// over ends an order that was not paid.
func (s *Service) over(ctx context.Context, tx *db.Tx, o Order, to State, trouble string) error {
	if !o.waits() {
		tx.Silent("it was over already")
		return nil
	}
	o.State, o.Target, o.Trouble = to, "", trouble
	tx.Note(o.Community, "online_order:"+o.ID.String(), nil, map[string]any{"state": o.State})
	tx.Emit(Changed{Community: o.Community, Order: o.ID})
	return db.Save(ctx, tx, "online_order", &o)
}

// keep writes down a payment that fits nothing, once, and tells finance.
func (s *Service) keep(ctx context.Context, tx *db.Tx, c Channel, t trade, o Order, why string) error {
	known, err := db.All[StrangeID](ctx, tx, `SELECT id FROM online_strange WHERE channel_id = $1 AND transaction_id = $2 AND number = $3 AND why = $4 AND {scope}`, c.ID, t.Transaction, t.Number, why)
	if err != nil {
		return err
	}
	if len(known) > 0 {
		tx.Silent("it was told again")
		return nil
	}
	x := Strange{
		ID: db.NewID[Strange](tx), Community: c.Community, ChannelID: c.ID, Channel: c.Channel, Why: why, Number: t.Number, Transaction: t.Transaction, AppID: t.AppID, Merchant: t.Merchant,
		Fen: t.Fen, At: tx.Now, State: "open", Version: 1,
	}
	if o.ID != 0 {
		x.Expected = &o.Fen
	}
	if o.waits() { // asking again would tell the same
		if err := s.over(ctx, tx, o, Failed, why); err != nil {
			return err
		}
	}
	tx.Note(c.Community, x.subject(), nil, map[string]any{"why": why, "number": x.Number, "transaction": x.Transaction, "amount": x.Fen})
	tx.Emit(Changed{Community: c.Community, Strange: x.ID})
	if err := db.Insert(ctx, tx, "online_strange", x); err != nil {
		return err
	}
	if err := x.suspended(ctx, tx); err != nil {
		return err
	}
	_, err = s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindStrange, Community: c.Community, Subject: x.subject(), About: t.Number, Data: x.ID, Reason: said("why", why), Amount: &x.Fen})
	if errors.Is(err, approval.ErrNobody) { // it stands in the list all the same
		err = nil
	}
	return err
}

// suspended lets strange money stand in the books: it lies with the merchant,
// and nobody knows yet whose it is (PAY-02b). What went to another merchant does not.
func (s Strange) suspended(ctx context.Context, tx *db.Tx) error {
	if s.Why == WrongMerchant || s.Fen <= 0 {
		return nil
	}
	return cashier.Suspend(ctx, tx, cashier.Suspense{Community: s.Community, Means: meansOf[s.Channel], Fen: s.Fen, Reference: s.Transaction, Words: said("why", s.Why) + " " + s.Number, Source: s.Channel + ":" + s.Transaction})
}

func (s *Service) strangeEnded(ctx context.Context, tx *db.Tx, r approval.Request) error {
	var id StrangeID
	if err := r.Data.Unmarshal(&id); err != nil || r.State == approval.Withdrawn {
		return err
	}
	x, err := stranger(ctx, tx, id)
	if err != nil || x.State != "open" {
		return err
	}
	return settled(ctx, tx, &x, r.Decision)
}

func settled(ctx context.Context, tx *db.Tx, x *Strange, words string) error {
	x.State, x.SettledAt, x.SettledBy, x.Words = "settled", &tx.Now, tx.Who.Name, words
	tx.Note(x.Community, x.subject(), map[string]any{"state": "open"}, map[string]any{"state": x.State})
	tx.Emit(Changed{Community: x.Community, Strange: x.ID})
	return db.Save(ctx, tx, "online_strange", x)
}

// Settle says what was done about a strange payment.
func (s *Service) Settle(ctx context.Context, who authz.Actor, id StrangeID, expect func(int64) error, words string) (x Strange, err error) {
	var wrong errs.Fields
	wrong.Words("words", &words, 500, true)
	if err := wrong.Err(); err != nil {
		return x, err
	}
	err = s.DB.Write(ctx, who, ActSettle, func(tx *db.Tx) error {
		if x, err = stranger(ctx, tx, id); err != nil {
			return err
		}
		if err := expect(x.Version); err != nil {
			return err
		}
		if x.State != "open" {
			return ErrSettled
		}
		if err := settled(ctx, tx, &x, words); err != nil {
			return err
		}
		tx.Answer(&x)
		if err := s.Approvals.Withdraw(ctx, tx, kindStrange, x.subject(), words); err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
		return nil
	})
	return x, err
}

func (s *Service) describe(ctx context.Context, tx *db.Tx, r approval.Request) ([]approval.Line, error) {
	var id StrangeID
	if err := r.Data.Unmarshal(&id); err != nil {
		return nil, err
	}
	x, err := stranger(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	out := []approval.Line{{Label: "online.channel", To: said("channel", x.Channel)}, {Label: "online.why", To: said("why", x.Why)}, {Label: "online.number", To: x.Number}, {Label: "online.transaction", To: x.Transaction}, {Label: "online.amount", To: x.Fen.String()}}
	if x.Expected != nil {
		out = append(out, approval.Line{Label: "online.expected", To: x.Expected.String()})
	}
	return out, nil
}

// said is a code in the words of who decides; requests are kept as text.
func said(of, code string) string { return i18n.Text(i18n.Chinese, "online."+of+"."+code, nil) }
