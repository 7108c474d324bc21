package quote

import (
	"context"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/ticket"
)

// In is a quote in another domain's transaction.
func In(ctx context.Context, tx *db.Tx, id ID) (Quote, error) { return get(ctx, tx, id) }

// AcceptedOf are the quotes of a ticket that its customer agreed to and that
// cost something.
func AcceptedOf(ctx context.Context, tx *db.Tx, t ticket.Ticket) ([]Quote, error) {
	return db.All[Quote](ctx, tx, `SELECT `+db.Columns[Quote]("")+` FROM quote WHERE community_id = $1 AND ticket_id = $2 AND state = 'accepted' AND total > 0 AND {scope} ORDER BY id`, t.Community, t.ID)
}

// Owed notes which line of a bill a quote became; 0: it is owed no more.
func Owed(ctx context.Context, tx *db.Tx, q Quote, line db.ID) error {
	q.Line = line
	tx.Note(q.Community, subject+q.ID.String(), nil, map[string]any{"billed": line != 0})
	return db.Save(ctx, tx, "quote", &q)
}

// Paid notes when a quote was paid; nil: its payment was voided.
func Paid(ctx context.Context, tx *db.Tx, q Quote, at *clock.Instant) error {
	q.PaidAt = at
	tx.Note(q.Community, subject+q.ID.String(), nil, map[string]any{"paid": at != nil})
	return db.Save(ctx, tx, "quote", &q)
}
