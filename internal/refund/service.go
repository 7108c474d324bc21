package refund

import (
	"context"
	"errors"
	"slices"

	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// Wish is a refund that is asked for.
type Wish struct {
	Payment  cashier.PaymentID `json:"paymentId"`
	Amount   money.Fen         `json:"amount"`
	Reason   string            `json:"reason" maxLength:"800"`
	Receiver string            `json:"receiver,omitempty" maxLength:"200" doc:"left out: who had paid"`
}

// Sources are the payments of a room of which something can go back.
func (s *Service) Sources(ctx context.Context, who authz.Actor, room housing.RoomID) (out []Source, err error) {
	err = s.DB.Read(ctx, who, cashier.ActView, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, room)
		if err != nil {
			return err
		}
		if out, err = sources(ctx, tx, r); err != nil || len(out) == 0 {
			return err
		}
		heirs, err := cashier.Heirs(ctx, tx, r.Community, r.ID)
		see := customer.SightOf(tx.Who, r.Community)
		for i := range heirs {
			heirs[i].Name = see.Name(heirs[i].Name, false)
		}
		for i, o := range out {
			if o.Origin == cashier.OfAhead {
				out[i].Heirs = slices.DeleteFunc(slices.Clone(heirs), func(h cashier.Heir) bool { return db.ID(h.Customer) == o.whose })
			}
		}
		return err
	})
	return out, err
}

func sources(ctx context.Context, tx *db.Tx, r housing.Room) ([]Source, error) {
	all, err := cashier.AheadPayments(ctx, tx, r)
	out := []Source{}
	for _, p := range all {
		back, err := cashier.RefundableOf(ctx, tx, p.ID)
		if err != nil {
			return nil, err
		}
		if back.Fen <= 0 {
			continue
		}
		on, err := spoken(ctx, tx, back, 0)
		if err != nil {
			return nil, err
		}
		out = append(out, Source{Refundable: back, Payment: p.ID, Day: p.Day, Payer: p.Payer, Receipt: p.Number, Asked: on, Free: free(back.Fen, on), Heirs: []cashier.Heir{}, whose: p.Customer})
	}
	return out, err
}

// Ask asks for a refund at the desk.
func (s *Service) Ask(ctx context.Context, who authz.Actor, in Wish) (View, error) {
	return s.ask(ctx, who, ActAsk, in, func(*db.Tx) error { return nil })
}

// AskOwn asks for a refund of a payment that the caller, a resident, or their household made.
func (s *Service) AskOwn(ctx context.Context, who authz.Actor, in Wish) (View, error) {
	in.Receiver = ""
	return s.ask(ctx, who, ActOwn, in, func(tx *db.Tx) error {
		room, err := db.One[housing.RoomID](ctx, tx, `SELECT room_id FROM payment WHERE id = $1 AND {scope}`, in.Payment)
		if err != nil {
			return err
		}
		if paid, err := s.Paid(ctx, tx, room, in.Payment); err != nil || len(paid) > 0 {
			return err
		}
		return db.ErrNotFound
	})
}

func (s *Service) ask(ctx context.Context, who authz.Actor, act authz.Action, in Wish, may func(*db.Tx) error) (v View, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &in.Reason, 200, true)
	wrong.Words("receiver", &in.Receiver, 50, false)
	if in.Amount <= 0 {
		wrong.Add("amount", "wrong_form", nil)
	}
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		if err := may(tx); err != nil {
			return err
		}
		r, err := made(ctx, tx, in)
		if err != nil {
			return err
		}
		if act == ActOwn {
			r.Account = who.ID
		}
		tx.Note(r.Community, r.subject(), nil, map[string]any{"state": r.State, "amount": r.Fen, "payment": r.Payment, "origin": r.Origin})
		tx.Emit(Moved{r.Community, r.Room, r.ID, r.State})
		if err := db.Insert(ctx, tx, "refund", r); err != nil {
			return err
		}
		tx.Answer(&v)
		v, err = view(ctx, tx, r)
		return err
	})
	return v, err
}

// made is a refund of what can go back now, less what is on its way.
func made(ctx context.Context, tx *db.Tx, in Wish) (r Refund, err error) {
	of, err := held(ctx, tx, in.Payment)
	if errors.Is(err, db.ErrNotFound) {
		return r, errs.ErrFields.At(errs.Field{Name: "paymentId", Code: db.ErrNotFound.Code})
	}
	if err != nil {
		return r, err
	}
	on, err := spoken(ctx, tx, of, 0)
	if err != nil {
		return r, err
	}
	most := free(of.Fen, on)
	if most == 0 {
		return r, ErrNothing
	}
	if in.Amount > most {
		return r, errs.ErrFields.At(errs.Field{Name: "amount", Code: ErrMore.Code, Params: map[string]any{"most": most.String()}})
	}
	today, err := org.Today(ctx, tx, of.Community)
	if err != nil {
		return r, err
	}
	n, err := tx.Number(ctx, of.Community, "RF"+today.String())
	if err != nil {
		return r, err
	}
	p := of.Payment
	r = Refund{
		ID: db.NewID[Refund](tx), Community: of.Community, Room: p.Room, Customer: p.Customer, Payment: p.ID, From: of.From, Origin: of.Origin, Fen: in.Amount, Means: of.Means, Number: number(today, n), Receiver: in.Receiver, Reason: in.Reason,
		State: Asked, At: tx.Now, By: tx.Who.ID, ByName: tx.Who.Name, Due: dueOn(today, workdays, clock.China()), Version: 1,
	}
	if r.Receiver == "" {
		r.Receiver = p.Payer
	}
	if r.Means == ledger.Prepaid {
		r.Means = ""
	}
	return r, nil
}

// held is what can go back of a payment, while nobody else moves money of its room.
func held(ctx context.Context, tx *db.Tx, id cashier.PaymentID) (cashier.Refundable, error) {
	r, err := cashier.RefundableOf(ctx, tx, id)
	if err != nil {
		return r, err
	}
	if err := cashier.HoldRoom(ctx, tx, r.Community, r.Payment.Room); err != nil {
		return r, err
	}
	return cashier.RefundableOf(ctx, tx, id)
}

// List are the refunds of a community, the latest first.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter, before ID, limit int) (out []View, err error) {
	err = s.DB.Read(ctx, who, cashier.ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, f.Community)
		if err != nil {
			return err
		}
		all, err := refunds(ctx, tx, f, today, before, limit+1)
		if err != nil {
			return err
		}
		out, err = views(ctx, tx, all)
		return err
	})
	return out, err
}

// One is a refund with everything about it.
func (s *Service) One(ctx context.Context, who authz.Actor, id ID) (v View, err error) {
	err = s.DB.Read(ctx, who, cashier.ActView, func(tx *db.Tx) error {
		r, err := refund(ctx, tx, id)
		if err != nil {
			return err
		}
		v, err = view(ctx, tx, r)
		return err
	})
	return v, err
}

// Own are the refunds of a room that the caller, a resident, sees, and what more
// can go back.
type Own struct {
	Refunds []View   `json:"refunds"`
	Sources []Source `json:"sources"`
}

// OfHome are the refunds of a room of the caller.
func (s *Service) OfHome(ctx context.Context, who authz.Actor, room housing.RoomID) (out Own, err error) {
	out = Own{Refunds: []View{}, Sources: []Source{}}
	err = s.DB.Read(ctx, who, ActOwn, func(tx *db.Tx) error {
		if err := s.Home(ctx, tx, room); err != nil {
			return err
		}
		r, err := housing.RoomIn(ctx, tx, room)
		if err != nil {
			return err
		}
		all, err := refunds(ctx, tx, Filter{Community: r.Community, Room: r.ID, State: "all"}, clock.Day{}, 0, 50)
		if err != nil {
			return err
		}
		can, err := sources(ctx, tx, r)
		if err != nil {
			return err
		}
		var of, left []cashier.PaymentID
		for _, one := range all {
			of = append(of, one.Payment)
		}
		for _, one := range can {
			left = append(left, one.Payment)
		}
		seen, err := s.Sees(ctx, tx, room, of...)
		if err != nil {
			return err
		}
		paid, err := s.Paid(ctx, tx, room, left...)
		if err != nil {
			return err
		}
		mine := slices.DeleteFunc(all, func(one Refund) bool { return one.Account != who.ID && !slices.Contains(seen, one.Payment) })
		if out.Refunds, err = views(ctx, tx, mine); err != nil {
			return err
		}
		for _, one := range can {
			if slices.Contains(paid, one.Payment) {
				out.Sources = append(out.Sources, one)
			}
		}
		for i := range out.Refunds {
			out.Refunds[i] = out.Refunds[i].forHome()
		}
		return err
	})
	return out, err
}

// forHome leaves out what is the office's own.
func (v View) forHome() View {
	v.Facts, v.Trouble, v.CheckedBy, v.DecidedBy, v.PaidBy, v.Reference = "", "", "", "", "", ""
	if v.Account == 0 {
		v.ByName = ""
	}
	return v
}

// Stop ends a refund before it is paid out: who asked withdraws it, anybody else
// who may check refuses it with a reason.
func (s *Service) Stop(ctx context.Context, who authz.Actor, id ID, match web.Match, why string) (v View, err error) {
	return s.stop(ctx, who, ActAsk, id, match.Expect, why)
}

// StopOwn takes back a refund that the caller, a resident, asked for.
func (s *Service) StopOwn(ctx context.Context, who authz.Actor, id ID) (v View, err error) {
	if v, err = s.stop(ctx, who, ActOwn, id, func(int64) error { return nil }, "本人撤回"); err == nil {
		v = v.forHome()
	}
	return v, err
}

func (s *Service) stop(ctx context.Context, who authz.Actor, act authz.Action, id ID, expect func(int64) error, why string) (v View, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &why, 200, true)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		r, err := refund(ctx, tx, id)
		if err != nil {
			return err
		}
		if act == ActOwn && r.Account != who.ID {
			return db.ErrNotFound
		}
		if err := expect(r.Version); err != nil {
			return err
		}
		if !r.State.stoppable() {
			return ErrNotNow
		}
		to := Withdrawn
		if r.By != who.ID {
			if to = Refused; !who.Scope(ActCheck).Sees(r.Community) {
				return authz.ErrForbidden
			}
		}
		before := r.State
		r.State, r.EndedWhy = to, why
		if err := r.save(ctx, tx, before); err != nil {
			return err
		}
		if before == Checked {
			if err := s.Approvals.Withdraw(ctx, tx, kind, r.subject(), why); err != nil {
				return err
			}
		}
		tx.Answer(&v)
		v, err = view(ctx, tx, r)
		return err
	})
	return v, err
}

func (r *Refund) save(ctx context.Context, tx *db.Tx, before State) error {
	tx.Note(r.Community, r.subject(), map[string]any{"state": before}, map[string]any{"state": r.State, "amount": r.Fen, "slip": r.Slip, "trouble": r.Trouble != ""})
	tx.Emit(Moved{r.Community, r.Room, r.ID, r.State})
	return db.Save(ctx, tx, "refund", r)
}
