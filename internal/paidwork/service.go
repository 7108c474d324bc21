package paidwork

import (
	"context"
	"slices"
	"strings"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/quote"
	"guanjia/internal/ticket"
)

type place struct {
	Room     housing.RoomID
	Customer db.ID
}

// Code shows the code by which an agreed quote is paid at the door. The same
// again is the same code while it waits; channel "" takes the first there is.
func (s *Service) Code(ctx context.Context, who authz.Actor, id quote.ID, channel string) (o payonline.Order, err error) {
	var channels []string
	if err := s.DB.Read(ctx, who, quote.ActOffer, func(tx *db.Tx) error {
		q, t, err := agreed(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if q.PaidAt != nil {
			return ErrPaid
		}
		if t.Room == 0 {
			return ErrNoRoom
		}
		channels, err = payonline.OpenChannels(ctx, tx, q.Community)
		return err
	}); err != nil {
		return o, err
	}
	if len(channels) == 0 {
		return o, ErrNoChannel
	}
	if channel == "" {
		channel = channels[0]
	}
	if !slices.Contains(channels, channel) {
		return o, payonline.ErrOff
	}
	o, err = s.Online.Show(ctx, who, quote.ActOffer, channel, func(tx *db.Tx) (authz.CommunityID, housing.RoomID, []billing.LineID, error) {
		q, t, err := agreed(ctx, tx, who, id)
		if err != nil {
			return 0, 0, nil, err
		}
		q.Pays = "spot" // it is paid now, whatever was said before
		line, err := charge(ctx, tx, t, q)
		return q.Community, t.Room, []billing.LineID{line}, err
	})
	o.Channels = channels
	return o, err
}

// agreed is a quote that was accepted and costs something, with its ticket, for who works on it.
func agreed(ctx context.Context, tx *db.Tx, who authz.Actor, id quote.ID) (quote.Quote, ticket.Ticket, error) {
	q, err := quote.In(ctx, tx, id)
	if err != nil {
		return q, ticket.Ticket{}, err
	}
	t, err := ticket.In(ctx, tx, q.Ticket)
	if err == nil {
		err = t.Theirs(who)
	}
	if err == nil && (q.State != quote.Accepted || q.Total <= 0 || t.Status == ticket.Cancelled) {
		err = ErrNotAgreed
	}
	return q, t, err
}

// charge bills a quote, once.
func charge(ctx context.Context, tx *db.Tx, t ticket.Ticket, q quote.Quote) (billing.LineID, error) {
	line, err := billing.Charge(ctx, tx, single(q, place{t.Room, db.ID(t.Customer)}, t.Number+" "+t.Title))
	if err != nil || q.Line == db.ID(line) {
		return line, err
	}
	if q, err = quote.In(ctx, tx, q.ID); err != nil { // how it pays stays as agreed
		return line, err
	}
	return line, quote.Owed(ctx, tx, q, db.ID(line))
}

// Answered bills what is paid on the spot as soon as it is agreed to.
func (s *Service) Answered(ctx context.Context, tx *db.Tx, e quote.Answered) error {
	if e.State != quote.Accepted || e.Pays != "spot" || e.Total <= 0 {
		tx.Silent("nothing is owed yet")
		return nil
	}
	return s.bill(ctx, tx, e.Ticket, func(q quote.Quote) bool { return q.ID == e.Quote })
}

// Solved bills what was agreed to and is not billed yet: the work is done.
func (s *Service) Solved(ctx context.Context, tx *db.Tx, e ticket.Solved) error {
	return s.bill(ctx, tx, e.Ticket, func(quote.Quote) bool { return true })
}

func (s *Service) bill(ctx context.Context, tx *db.Tx, id ticket.ID, which func(quote.Quote) bool) error {
	t, err := ticket.In(ctx, tx, id)
	if err != nil {
		return err
	}
	all, err := quote.AcceptedOf(ctx, tx, t)
	if err != nil || t.Room == 0 || t.Status == ticket.Cancelled {
		tx.Silent("there is no bill for it")
		return err
	}
	n := 0
	for _, q := range all {
		if q.Line != 0 || !which(q) {
			continue
		}
		if _, err := charge(ctx, tx, t, q); err != nil {
			return err
		}
		n++
	}
	if n == 0 {
		tx.Silent("it is billed already")
	}
	return nil
}

// Ends reports whether a ticket will not be worked on any more.
func Ends(e ticket.Changed) bool { return e.Status == ticket.Cancelled }

// Ended takes back what of a cancelled ticket is billed and not paid.
func (s *Service) Ended(ctx context.Context, tx *db.Tx, e ticket.Changed) error {
	if !Ends(e) {
		tx.Silent("the ticket goes on")
		return nil
	}
	t, err := ticket.In(ctx, tx, e.Ticket)
	if err != nil {
		return err
	}
	all, err := quote.AcceptedOf(ctx, tx, t)
	if err != nil {
		return err
	}
	n := 0
	for _, q := range all {
		if q.Line == 0 {
			continue
		}
		back, err := cashier.TakeBack(ctx, tx, q.Community, t.Room, billing.LineID(q.Line), t.Number)
		if err != nil {
			return err
		}
		if !back {
			continue
		}
		if err := quote.Owed(ctx, tx, q, 0); err != nil {
			return err
		}
		n++
	}
	if n == 0 {
		tx.Silent("nothing of it is owed")
	}
	return nil
}

// Paid tells a ticket's timeline that its quote was paid.
func (s *Service) Paid(ctx context.Context, tx *db.Tx, e cashier.Paid) error {
	return s.look(ctx, tx, e.Community, e.Payment)
}

// Voided tells it that the payment does not hold any more.
func (s *Service) Voided(ctx context.Context, tx *db.Tx, e cashier.Voided) error {
	return s.look(ctx, tx, e.Community, e.Payment)
}

// look compares the quotes that a payment concerns with the books.
func (s *Service) look(ctx context.Context, tx *db.Tx, community authz.CommunityID, payment cashier.PaymentID) error {
	lines, receipt, err := cashier.LinesOf(ctx, tx, community, payment)
	if err != nil {
		return err
	}
	n := 0
	if len(lines) > 0 {
		all, err := billing.Sourced(ctx, tx, community, lines)
		if err != nil {
			return err
		}
		for _, l := range all {
			moved, err := noted(ctx, tx, l, receipt)
			if err != nil {
				return err
			}
			if moved {
				n++
			}
		}
	}
	if n == 0 {
		tx.Silent("no quote is concerned")
	}
	return nil
}

// noted keeps on a quote whether its line is paid, and says whether that changed.
func noted(ctx context.Context, tx *db.Tx, l billing.Line, receipt string) (bool, error) {
	text, ok := strings.CutPrefix(l.Source, sourcePrefix)
	if !ok {
		return false, nil
	}
	var id quote.ID
	if err := id.UnmarshalText([]byte(text)); err != nil {
		return false, err
	}
	q, err := quote.In(ctx, tx, id)
	if err != nil {
		return false, err
	}
	paid, _, err := cashier.PaidOf(ctx, tx, l.Community, l.ID)
	if err != nil {
		return false, err
	}
	done := paid >= l.Fen && l.ReversedAt == nil
	if done == (q.PaidAt != nil) {
		return false, nil
	}
	t, err := ticket.In(ctx, tx, q.Ticket)
	if err != nil {
		return false, err
	}
	at, verb := &tx.Now, "quote_paid"
	if !done {
		at, verb = nil, "quote_unpaid"
	}
	if err := quote.Paid(ctx, tx, q, at); err != nil {
		return false, err
	}
	return true, ticket.Told(ctx, tx, t, verb, "", ticket.Data{"total": q.Total, "receipt": receipt})
}
