package quote

import (
	"context"
	"slices"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
)

// Service holds the use cases of quotes. Each one is one transaction.
type Service struct {
	DB      *db.DB
	Exports *audit.Service
}

const subject = "quote:"

func get(ctx context.Context, tx *db.Tx, id ID) (Quote, error) {
	return db.One[Quote](ctx, tx, `SELECT `+db.Columns[Quote]("")+` FROM quote WHERE id = $1 AND {scope}`, id)
}

func whole(ctx context.Context, tx *db.Tx, q Quote) (View, error) {
	if q.Photo != 0 { // pictures are erased some years after the ticket (ACC-13)
		there, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM ticket_photo WHERE id = $1 AND {scope}`, q.Photo)
		if err != nil {
			return View{}, err
		}
		if there == 0 {
			q.Photo = 0
		}
	}
	q.Owed = q.Line != 0 && q.PaidAt == nil
	all, err := db.All[Line](ctx, tx, `SELECT `+db.Columns[Line]("")+` FROM quote_line WHERE community_id = $1 AND quote_id = $2 AND {scope} ORDER BY id`, q.Community, q.ID)
	return View{q, all}, err
}

func of(ctx context.Context, tx *db.Tx, t ticket.Ticket) ([]Quote, error) {
	return db.All[Quote](ctx, tx, `SELECT `+db.Columns[Quote]("")+` FROM quote WHERE community_id = $1 AND ticket_id = $2 AND {scope} ORDER BY id DESC`, t.Community, t.ID)
}

// OfTicketIn lists the quotes of a ticket in another domain's transaction, the latest first.
func OfTicketIn(ctx context.Context, tx *db.Tx, t ticket.Ticket) ([]View, error) {
	all, err := of(ctx, tx, t)
	out := make([]View, len(all))
	for i, q := range all {
		if out[i], err = whole(ctx, tx, q.seen(t)); err != nil {
			return nil, err
		}
	}
	return out, err
}

// OfTicket lists the quotes of a ticket, the latest first.
func (s *Service) OfTicket(ctx context.Context, who authz.Actor, id ticket.ID) (out []View, err error) {
	err = s.DB.Read(ctx, who, ticket.ActView, func(tx *db.Tx) error {
		t, err := ticket.In(ctx, tx, id)
		if err != nil {
			return err
		}
		out, err = OfTicketIn(ctx, tx, t)
		for i := range out {
			out[i] = out[i].shown(who)
		}
		return err
	})
	return out, err
}

// Offer quotes work on a ticket; a quote that still waits is withdrawn by it.
// What costs nothing needs no answer.
func (s *Service) Offer(ctx context.Context, who authz.Actor, id ticket.ID, d Draft) (v View, err error) {
	var wrong errs.Fields
	wrong.Words("text", &d.Words, 1000, false)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActOffer, func(tx *db.Tx) error {
		t, err := ticket.In(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := t.Theirs(who); err != nil {
			return err
		}
		if !slices.Contains(quotable, t.Status) || !ticket.Policies[t.Kind].Visits {
			return ErrNotNow
		}
		if err := s.withdrawWaiting(ctx, tx, t); err != nil {
			return err
		}
		list, err := items(ctx, tx, t.Community)
		if err != nil {
			return err
		}
		under, err := warranties(ctx, tx, t)
		if err != nil {
			return err
		}
		chosen, total, err := lines(d.Lines, list, under, tx.Now)
		if err != nil {
			return err
		}
		q := Quote{ID: db.NewID[Quote](tx), Community: t.Community, Ticket: t.ID, State: Offered, Pays: d.Pays, Words: d.Words, Total: total, At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		if total == 0 {
			q.State, q.DecidedHow, q.DecidedAt = Accepted, "free", &tx.Now
			tx.Emit(q.told())
		}
		if err := db.Insert(ctx, tx, "quote", q); err != nil {
			return err
		}
		for i := range chosen {
			chosen[i].ID, chosen[i].Community, chosen[i].Quote = db.NewID[Line](tx), q.Community, q.ID
		}
		if err := db.InsertAll(ctx, tx, "quote_line", chosen); err != nil {
			return err
		}
		tx.Note(t.Community, subject+q.ID.String(), nil, map[string]any{"ticket": t.Number, "total": q.Total, "pays": q.Pays, "lines": len(chosen)})
		v = View{q, chosen}
		tx.Answer(&v)
		return ticket.Told(ctx, tx, t, "quoted", q.Words, ticket.Data{"total": q.Total, "pays": q.Pays})
	})
	return v, err
}

func (s *Service) withdrawWaiting(ctx context.Context, tx *db.Tx, t ticket.Ticket) error {
	all, err := of(ctx, tx, t)
	for _, q := range all {
		if q.State == Offered {
			old := q
			if q, err = q.answered(Withdrawn, "", tx.Now); err != nil {
				return err
			}
			if err := save(ctx, tx, old, &q); err != nil {
				return err
			}
		}
	}
	return err
}

// step lets who works on the ticket of a quote that waits decide on it.
func (s *Service) step(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, apply func(*db.Tx, ticket.Ticket, Quote) (Quote, error)) (v View, err error) {
	err = s.DB.Write(ctx, who, ActOffer, func(tx *db.Tx) error {
		old, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		t, err := ticket.In(ctx, tx, old.Ticket)
		if err != nil {
			return err
		}
		if err := t.Theirs(who); err != nil {
			return err
		}
		q, err := apply(tx, t, old.seen(t))
		if err != nil {
			return err
		}
		if err := save(ctx, tx, old, &q); err != nil {
			return err
		}
		v, err = whole(ctx, tx, q)
		v = v.shown(who)
		tx.Answer(&v)
		return err
	})
	return v, err
}

// Withdraw takes back what was offered.
func (s *Service) Withdraw(ctx context.Context, who authz.Actor, id ID, expect func(int64) error) (View, error) {
	return s.step(ctx, who, id, expect, func(tx *db.Tx, t ticket.Ticket, q Quote) (Quote, error) {
		q, err := q.answered(Withdrawn, "", tx.Now)
		if err != nil {
			return q, err
		}
		return q, ticket.Told(ctx, tx, t, "quote_withdrawn", "", ticket.Data{"total": q.Total})
	})
}

// Refused notes that the customer said no at the door.
func (s *Service) Refused(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, why string) (View, error) {
	var wrong errs.Fields
	wrong.Words("reason", &why, 500, true)
	if err := wrong.Err(); err != nil {
		return View{}, err
	}
	return s.step(ctx, who, id, expect, func(tx *db.Tx, t ticket.Ticket, q Quote) (Quote, error) {
		q, err := q.answered(Declined, "spoken", tx.Now)
		if err != nil {
			return q, err
		}
		q.Why = why
		return q, ticket.Told(ctx, tx, t, "quote_declined", why, ticket.Data{"total": q.Total})
	})
}

// Sign notes the customer's yes by the signature that stands in a picture of
// the ticket.
func (s *Service) Sign(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, name string, picture ticket.PhotoID) (View, error) {
	var wrong errs.Fields
	wrong.Words("name", &name, 50, true)
	if err := wrong.Err(); err != nil {
		return View{}, err
	}
	return s.step(ctx, who, id, expect, func(tx *db.Tx, t ticket.Ticket, q Quote) (Quote, error) {
		p, err := ticket.PhotoIn(ctx, tx, picture)
		if err != nil || p.Ticket != t.ID || !p.Signs() || p.At < q.At {
			return q, errs.ErrFields.At(errs.Field{Name: "signature", Code: "quote.no_signature"})
		}
		if q, err = q.answered(Accepted, "signature", tx.Now); err != nil {
			return q, err
		}
		q.SignedName, q.Photo = name, p.ID
		return q, ticket.Told(ctx, tx, t, "quote_signed", "", ticket.Data{"total": q.Total})
	})
}

// Answer is the customer's own, on their phone; whose quote it is has been
// checked by the caller, which also records the transaction.
func Answer(ctx context.Context, tx *db.Tx, t ticket.Ticket, id ID, to State, why string) error {
	old, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	if old.Ticket != t.ID {
		return db.ErrNotFound
	}
	q, err := old.seen(t).answered(to, "app", tx.Now)
	if err != nil {
		return err
	}
	if q.Why = why; to == Declined && why == "" {
		return errs.ErrFields.At(errs.Field{Name: "text", Code: "required"})
	}
	if err := save(ctx, tx, old, &q); err != nil {
		return err
	}
	verb := map[State]string{Accepted: "quote_accepted", Declined: "quote_declined"}[to]
	return ticket.Heard(ctx, tx, t, verb, why, ticket.Data{"total": q.Total})
}

// TicketOf names the ticket of a quote.
func TicketOf(ctx context.Context, tx *db.Tx, id ID) (ticket.ID, error) {
	q, err := get(ctx, tx, id)
	return q.Ticket, err
}

func (q Quote) told() Answered {
	return Answered{q.ID, q.Ticket, q.Community, q.State, q.Pays, q.Total}
}

func save(ctx context.Context, tx *db.Tx, old Quote, q *Quote) error {
	if q.State == Accepted || q.State == Declined {
		tx.Emit(q.told())
	}
	tx.Note(q.Community, subject+q.ID.String(), map[string]any{"state": old.State}, map[string]any{"state": q.State, "how": q.DecidedHow})
	return db.Save(ctx, tx, "quote", q)
}

// Waiting is what a ticket lacks before it is resolved: the answer to a quote (TIC-07a).
func Waiting(ctx context.Context, tx *db.Tx, t ticket.Ticket) ([]string, error) {
	n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM quote WHERE community_id = $1 AND ticket_id = $2 AND state = 'offered' AND {scope}`, t.Community, t.ID)
	if err != nil || n == 0 {
		return nil, err
	}
	return []string{"quote"}, nil
}

// BeforeStart refuses the beginning of work whose price nobody has agreed to (TIC-07).
func BeforeStart(ctx context.Context, tx *db.Tx, t ticket.Ticket) error {
	waits, err := Waiting(ctx, tx, t)
	if err == nil && len(waits) > 0 {
		err = ErrWaits
	}
	return err
}

// warranties are the latest works on each item at the same home; where no home
// is meant there are none.
func warranties(ctx context.Context, tx *db.Tx, t ticket.Ticket) ([]warranty, error) {
	if t.Room == 0 {
		return nil, nil
	}
	// The subqueries say where to begin: at the few tickets of the home.
	return db.All[warranty](ctx, tx, `SELECT l.item_id, t.number, l.warranty_days, t.resolved_at FROM quote_line l
		JOIN quote q ON q.community_id = l.community_id AND q.id = l.quote_id JOIN ticket t ON t.community_id = q.community_id AND t.id = q.ticket_id
		WHERE l.community_id = $1 AND l.quote_id IN (SELECT x.id FROM quote x WHERE x.community_id = $1 AND x.state = 'accepted' AND x.ticket_id IN
			(SELECT y.id FROM ticket y WHERE y.community_id = $1 AND y.room_id = $2 AND y.id <> $3 AND y.resolved_at IS NOT NULL))
		AND l.warranty_days > 0 AND l.free <> 'warranty' AND {scope:l} ORDER BY t.id DESC`,
		t.Community, t.Room, int64(t.ID))
}
