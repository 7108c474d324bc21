package invoice

import (
	"context"

	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Filter narrows the list of invoices.
type Filter struct {
	Community authz.CommunityID `query:"community" required:"true"`
	State     string            `query:"state" enum:"applied,exported,issued,refused,withdrawn,needs_red,all," doc:"needs_red: blue ones whose money was reversed"`
	Kind      Kind              `query:"kind" enum:"blue,red,"`
	Room      housing.RoomID    `query:"room"`
	Batch     BatchID           `query:"batch"`
	From      clock.Day         `query:"from" doc:"applied on or after this day"`
	To        clock.Day         `query:"to"`
	Search    string            `query:"q" maxLength:"40" doc:"number of the application, of the invoice or of a receipt"`
}

// List are the invoices of a community, the latest first.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter, before ID, limit int) (out []View, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		from, to, err := f.span(ctx, tx)
		if err != nil {
			return err
		}
		state := f.State
		if state == "all" {
			state = ""
		}
		out, err = views(ctx, tx, f.Community, `(b.id < $2 OR $2 = 0) AND ($3 = '' OR b.state = $3 OR $3 = 'needs_red' AND `+needsRed+` > 0) AND ($4 = '' OR b.kind = $4) AND (b.room_id = $5 OR $5 = 0) AND (b.batch_id = $6 OR $6 = 0) AND (b.at >= $7) AND (b.at < $8 OR $8 = 0)
			AND ($9 = '' OR b.number = $9 OR b.issued_no = $9 OR b.id IN (SELECT s.invoice_id FROM invoice_part s JOIN payment_part x ON x.community_id = s.community_id AND x.id = s.part_id JOIN receipt r ON r.community_id = x.community_id AND r.payment_id = x.payment_id WHERE r.community_id = $1 AND r.number = $9))`,
			` ORDER BY b.id DESC LIMIT $10`, int64(before), state, string(f.Kind), int64(f.Room), int64(f.Batch), from, to, compact(f.Search), limit+1)
		return err
	})
	return out, err
}

// One is an invoice with everything about it.
func (s *Service) One(ctx context.Context, who authz.Actor, id ID) (v View, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		one, err := invoice(ctx, tx, id)
		if err != nil {
			return err
		}
		v, err = view(ctx, tx, one)
		return err
	})
	return v, err
}

// Own is what the caller, a resident, has of invoices for a room.
type Own struct {
	Invoices []View   `json:"invoices"`
	Sources  []Source `json:"sources"`
	Titles   []Title  `json:"titles"`
}

// OfHome shows the caller, a resident, their invoices, what more can be invoiced, and their titles.
func (s *Service) OfHome(ctx context.Context, who authz.Actor, room housing.RoomID) (out Own, err error) {
	out = Own{Invoices: []View{}, Sources: []Source{}, Titles: []Title{}}
	err = s.DB.Read(ctx, who, ActOwn, func(tx *db.Tx) error {
		home, err := s.Home(ctx, tx, room)
		if err != nil {
			return err
		}
		args := []any{home.Community, room}
		parts, err := frees(ctx, tx, home.seen(&args), args...)
		if err != nil {
			return err
		}
		if out.Sources, err = sources(ctx, tx, home.Community, parts); err != nil {
			return err
		}
		all, err := views(ctx, tx, home.Community, `b.room_id = $2 AND (b.account_id = $3 OR b.customer_id = $4 AND $4 <> 0)`, ` ORDER BY b.id DESC LIMIT 100`, room, who.ID, int64(home.Customer))
		if err != nil {
			return err
		}
		for _, v := range all {
			out.Invoices = append(out.Invoices, v.forHome())
		}
		titles, err := db.All[Title](ctx, tx, `SELECT `+db.Columns[Title]("t")+` FROM invoice_title t WHERE t.community_id = $1 AND t.ended_at IS NULL AND (t.account_id = $2 OR t.account_id IS NULL AND t.customer_id = $3 AND $3 <> 0) AND {scope:t} ORDER BY t.id DESC LIMIT 100`, home.Community, who.ID, int64(home.Customer))
		if err != nil {
			return err
		}
		out.Titles, err = opened(tx, titles)
		return err
	})
	return out, err
}

// forHome leaves out what is the office's own.
func (v View) forHome() View {
	v.NeedsRed, v.BatchLabel, v.Batch = 0, "", 0
	if !v.Own {
		v.ByName = ""
	}
	return v
}

// span is the filter's days as instants; 0: open.
func (f Filter) span(ctx context.Context, tx *db.Tx) (from, to clock.Instant, err error) {
	zone, err := org.Zone(ctx, tx, f.Community)
	if err != nil {
		return 0, 0, err
	}
	if !f.From.IsZero() {
		from = f.From.Start(zone)
	}
	if !f.To.IsZero() {
		to = f.To.Add(1).Start(zone)
	}
	return from, to, nil
}
