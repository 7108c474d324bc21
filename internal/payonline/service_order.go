package payonline

import (
	"context"
	"errors"
	"slices"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Wish is what a resident wants to pay.
type Wish struct {
	Room    housing.RoomID
	Lines   []billing.LineID // none: everything that is due
	Channel string
	Way     string
	IP      string // of who pays
}

// Pay makes an order: what it is for is computed here and now, whatever the
// caller was shown. The same wish again is answered with the order that waits.
func (s *Service) Pay(ctx context.Context, who authz.Actor, w Wish) (Order, error) {
	return s.pay(ctx, who, ActPay, w, func(tx *db.Tx) (due, error) {
		see, err := sightOf(ctx, tx, w.Room)
		if err != nil {
			return due{}, err
		}
		all, joint, today, err := dueOf(ctx, tx, see)
		if err != nil {
			return due{}, err
		}
		if len(w.Lines) > 0 { // a tenant's bill is paid by the owner only where they name it
			all = append(all, joint...)
		}
		lines, total, err := chosen(all, w.Lines)
		if err != nil {
			return due{}, err
		}
		return due{see.Community, see.Room, see.payer(all), lines, total, today}, nil
	})
}

// Show makes an order that is paid by scanning a code which somebody at work
// shows (PAY-02b): for lines of a room that the caller found in the same
// transaction. Whether they may is for the caller's action.
func (s *Service) Show(ctx context.Context, who authz.Actor, act authz.Action, name string, find func(*db.Tx) (authz.CommunityID, housing.RoomID, []billing.LineID, error)) (Order, error) {
	o, err := s.pay(ctx, who, act, Wish{Channel: name, Way: Native}, func(tx *db.Tx) (d due, err error) {
		var meant []billing.LineID
		if d.community, d.room, meant, err = find(tx); err != nil {
			return d, err
		}
		if d.day, err = org.Today(ctx, tx, d.community); err != nil {
			return d, err
		}
		all, err := cashier.Due(ctx, tx, d.community, []housing.RoomID{d.room}, d.day)
		if err != nil {
			return d, err
		}
		if d.lines, d.total, err = chosen(all, meant); err != nil {
			return d, err
		}
		for _, o := range all {
			if o.ID == d.lines[0].Line {
				d.payer = o.Customer
			}
		}
		return d, nil
	})
	return o.drawn(err)
}

// due is what an order is for.
type due struct {
	community authz.CommunityID
	room      housing.RoomID
	payer     db.ID
	lines     Lines
	total     money.Fen
	day       clock.Day
}

func (s *Service) pay(ctx context.Context, who authz.Actor, act authz.Action, w Wish, find func(*db.Tx) (due, error)) (o Order, err error) {
	if !goes(w.Channel, w.Way) {
		return o, ErrOff
	}
	var g gateway
	var e envelope
	err = s.DB.Write(db.WithoutRepeat(ctx), who, act, func(tx *db.Tx) error {
		o, g, e, err = s.begin(ctx, tx, w, find)
		return err
	})
	if err != nil || o.State == Paying {
		return o, err
	}
	target, err := g.open(ctx, o, e) // no transaction is open while another server is waited for
	failed := err
	err = s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		if o, err = order(ctx, tx, o.ID); err != nil {
			return err
		}
		if o.State != Created { // a callback, or a second press, was faster
			tx.Silent("it went on meanwhile")
			tx.Answer(&o)
			return nil
		}
		o.State, o.Target = Paying, target
		if failed != nil {
			o.State, o.Target, o.Trouble = Failed, "", failed.Error()
		}
		if w.Way == Native { // whoever repeats the request needs the picture too
			if o.Channels, err = openChannels(ctx, tx, o.Community); err != nil {
				return err
			}
			if o, err = o.drawn(nil); err != nil {
				return err
			}
		}
		tx.Note(o.Community, "online_order:"+o.ID.String(), nil, map[string]any{"state": o.State})
		tx.Emit(Changed{Community: o.Community, Order: o.ID})
		tx.Answer(&o)
		return db.Save(ctx, tx, "online_order", &o)
	})
	if err == nil && failed != nil {
		err = errors.Join(ErrGateway, failed)
	}
	return o, err
}

// begin writes an order down, or finds the same one that waits.
func (s *Service) begin(ctx context.Context, tx *db.Tx, w Wish, find func(*db.Tx) (due, error)) (o Order, g gateway, e envelope, err error) {
	d, err := find(tx)
	if err != nil {
		return o, g, e, err
	}
	c, err := channel(ctx, tx, d.community, w.Channel)
	if err == nil && !c.On {
		err = ErrOff
	}
	if err != nil {
		return o, g, e, err
	}
	if g, err = s.gatewayOf(tx, c); err != nil {
		return o, g, e, err
	}
	before, err := waiting(ctx, tx, tx.Who.ID, d.community, d.room)
	if err != nil {
		return o, g, e, err
	}
	if i := slices.IndexFunc(before, func(b Order) bool {
		return b.State == Paying && b.ChannelID == c.ID && b.AppID == c.AppID && b.Way == w.Way && b.Fen == d.total && b.Lines.same(d.lines)
	}); i >= 0 {
		tx.Silent("the same order waits already")
		return before[i], g, e, nil
	}
	if len(before) >= mostWaiting {
		return o, g, e, ErrMany
	}
	o = Order{
		ID: db.NewID[Order](tx), Community: d.community, Room: d.room, Customer: d.payer, Account: tx.Who.ID, ChannelID: c.ID, Channel: c.Channel, Way: w.Way, AppID: c.AppID, Merchant: c.Merchant,
		Fen: d.total, Day: d.day, Lines: d.lines, State: Created, At: tx.Now, Expires: tx.Now.Add(lasts), Version: 1,
	}
	o.Number, o.AskAt = number(o.ID), o.next(tx.Now)
	if e, err = s.enveloped(ctx, tx, c, o, w.IP); err != nil {
		return o, g, e, err
	}
	tx.Note(o.Community, "online_order:"+o.ID.String(), nil, map[string]any{"room": o.Room, "amount": o.Fen, "channel": o.Channel, "number": o.Number})
	if err := db.Insert(ctx, tx, "online_order", o); err != nil {
		return o, g, e, err
	}
	return o, g, e, wake(ctx, tx, o.AskAt)
}

// payer is whose payment it is: of the archive that the caller is, where that
// owes here, else of the first bill of the household that is due.
func (s sight) payer(open []cashier.Open) db.ID {
	if own := db.ID(s.Customer); s.sees(own) {
		return own
	}
	for _, o := range open {
		if s.sees(o.Customer) {
			return o.Customer
		}
	}
	return s.whose[0] // bills of a tenant are open to nobody but the owners
}

// enveloped says what goes with an order: words for who pays, and both ways back.
func (s *Service) enveloped(ctx context.Context, tx *db.Tx, c Channel, o Order, ip string) (e envelope, err error) {
	place, err := placeOf(ctx, tx, o.Community)
	if err != nil {
		return e, err
	}
	label, err := labelOf(ctx, tx, o.Community, o.Room)
	return envelope{
		words: place.Name + " " + label + " 物业费用", notify: c.Site + "/api/v1/online-pay/" + c.Channel + "/" + c.ID.String(), back: c.Site + "/r/pay/" + o.ID.String(), ip: ip,
	}, err
}

// Order is an order of the caller.
func (s *Service) Order(ctx context.Context, who authz.Actor, id OrderID) (o Order, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		o, err = own(ctx, tx, id)
		return err
	})
	return o, err
}

func own(ctx context.Context, tx *db.Tx, id OrderID) (Order, error) {
	o, err := order(ctx, tx, id)
	if err == nil && o.Account != tx.Who.ID {
		err = db.ErrNotFound
	}
	return o, err
}

// Check asks the gateway at once how an order of the caller stands, for who has
// come back from paying; not more than once in a few seconds.
func (s *Service) Check(ctx context.Context, who authz.Actor, id OrderID) (o Order, err error) {
	ask := false
	if err := s.DB.Write(db.WithoutRepeat(ctx), who, ActPay, func(tx *db.Tx) error {
		tx.Silent("asking changes nothing")
		if o, err = own(ctx, tx, id); err != nil {
			return err
		}
		if ask = o.State == Paying && o.AskAt.Sub(tx.Now) < lease-tooSoon; !ask {
			return nil
		}
		o.AskAt = tx.Now.Add(lease)
		if err := db.Save(ctx, tx, "online_order", &o); err != nil {
			return err
		}
		return wake(ctx, tx, o.AskAt)
	}); err != nil {
		return o, err
	}
	if ask {
		if err := s.ask(ctx, o); err != nil {
			return o, err
		}
	}
	return s.answered(ctx, who, id)
}

// answered reads an order again, for the answer that a repeated request gets too.
func (s *Service) answered(ctx context.Context, who authz.Actor, id OrderID) (o Order, err error) {
	return o, s.DB.Write(ctx, who, ActPay, func(tx *db.Tx) error {
		tx.Silent("what became of it stands in the trail already")
		o, err = own(ctx, tx, id)
		tx.Answer(&o)
		return err
	})
}

// Cancel gives an order up: it is closed at the gateway first, so that it cannot
// be paid afterwards; one that was paid meanwhile is booked instead.
func (s *Service) Cancel(ctx context.Context, who authz.Actor, id OrderID) (o Order, err error) {
	var g gateway
	var c Channel
	if err := s.DB.Read(ctx, who, ActPay, func(tx *db.Tx) error {
		if o, err = own(ctx, tx, id); err != nil {
			return err
		}
		if !o.waits() {
			return ErrNotNow
		}
		return nil
	}); err != nil {
		return o, err
	}
	if c, g, err = s.calledBack(ctx, o.ChannelID, o.Channel); err != nil {
		return o, err
	}
	closing := g.close(ctx, o.Number)
	if closing != nil {
		t, err := g.query(ctx, o.Number)
		if err != nil {
			return o, errors.Join(ErrGateway, closing, err)
		}
		if err := s.told(ctx, c, t); err != nil {
			return o, err
		}
		return s.answered(ctx, who, id)
	}
	if err := s.DB.Write(ctx, system, actTold, func(tx *db.Tx) error {
		if o, err = order(ctx, tx, id); err != nil {
			return err
		}
		return s.over(ctx, tx, o, Closed, "")
	}); err != nil {
		return o, err
	}
	return s.answered(ctx, who, id)
}
