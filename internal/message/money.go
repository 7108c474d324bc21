package message

import (
	"context"

	"guanjia/internal/arrears"
	"guanjia/internal/org"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/refund"
)

// RefundMoved tells who waits for a refund that it is on its way, paid or
// refused. It handles refund.Moved.
func (s *Service) RefundMoved(ctx context.Context, tx *db.Tx, e refund.Moved) error {
	tx.Silent("the refund has its own row")
	if e.State != refund.Approved && e.State != refund.Paid && e.State != refund.Refused {
		return nil
	}
	r, err := refund.In(ctx, tx, e.Refund)
	if err != nil {
		return err
	}
	who := []authz.AccountID{r.Account}
	if r.Account == 0 {
		if who, err = arrears.Audience(ctx, tx, e.Community, e.Room); err != nil {
			return err
		}
	}
	return s.outside(ctx, tx, Message{Community: e.Community, Kind: Refunds, Data: Data{Refund: e.Refund, State: string(e.State)}}, who...)
}

// OnlinePaid tells who paid online that the money is booked. It handles payonline.Changed.
func (s *Service) OnlinePaid(ctx context.Context, tx *db.Tx, e payonline.Changed) error {
	tx.Silent("the order has its own row")
	if e.Order == 0 {
		return nil
	}
	o, err := payonline.OrderIn(ctx, tx, e.Order)
	if err != nil || o.State != payonline.Paid {
		return err
	}
	return s.outside(ctx, tx, Message{Community: e.Community, Kind: Receipts, Data: Data{Order: e.Order}}, o.Account)
}

// outside waits for the end of the quiet hours.
func (s *Service) outside(ctx context.Context, tx *db.Tx, m Message, who ...authz.AccountID) error {
	q, err := quietOf(ctx, tx, m.Community)
	if err != nil {
		return err
	}
	zone, err := org.Zone(ctx, tx, m.Community)
	if err != nil {
		return err
	}
	m.DueAt = q.until(tx.Now, zone)
	m.Quiet = m.DueAt > tx.Now
	return toEach(ctx, tx, m, who...)
}

// toPayer tells of a refund while it stands as it did, or of money that was
// booked; a locked screen shows no amount.
func (m Message) toPayer(ctx context.Context, tx *db.Tx, lang string) (s story, why string, err error) {
	at, err := db.One[place](ctx, tx, `SELECT c.name, c.service_phone, c.zone FROM (SELECT *, id AS community_id FROM community) c WHERE c.id = $1 AND {scope:c}`, m.Community)
	if err != nil {
		return s, "", err
	}
	f := facts{"place": at.Name, "phone": at.Phone}
	s = story{lang: lang, foot: said(lang, "foot.resident", f)}
	if len(s.foot) == 0 {
		s.foot = []string{at.Name}
	}
	if m.Kind == Receipts {
		o, err := payonline.OrderIn(ctx, tx, m.Data.Order)
		if err != nil || o.State != payonline.Paid {
			return s, whyLater, err
		}
		f["number"], f["amount"] = o.Number, o.Fen.Grouped()
		s.title, s.line, s.more, s.path, s.tag = word(lang, "online_paid.title", f), word(lang, "online_paid.line", f), []string{word(lang, "online_paid.more", f)}, "/r/pay/"+o.ID.String(), o.ID.String()
		return s, "", nil
	}
	r, err := refund.In(ctx, tx, m.Data.Refund)
	if err != nil || string(r.State) != m.Data.State {
		return s, whyLater, err
	}
	f["number"], f["amount"], f["reason"] = r.Number, r.Fen.Grouped(), r.EndedWhy
	s.title, s.line, s.more, s.path, s.tag = word(lang, "refund."+m.Data.State, f), word(lang, "refund.line", f), []string{word(lang, "refund.more."+m.Data.State, f)}, "/r/refunds", r.ID.String()
	return s, "", nil
}
