package cashier

import (
	"context"
	"slices"

	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

const atOnce = 500

func today(ctx context.Context, tx *db.Tx, community authz.CommunityID) (clock.Day, error) {
	return org.Today(ctx, tx, community)
}

func payment(ctx context.Context, tx *db.Tx, id PaymentID) (Payment, error) {
	return db.One[Payment](ctx, tx, `SELECT `+db.Columns[Payment]("")+` FROM payment WHERE id = $1 AND {scope}`, id)
}

func bySource(ctx context.Context, tx *db.Tx, community authz.CommunityID, source string) (Payment, error) {
	return db.One[Payment](ctx, tx, `SELECT `+db.Columns[Payment]("")+` FROM payment WHERE community_id = $1 AND source = $2 AND {scope}`, community, source)
}

func partsOf(ctx context.Context, tx *db.Tx, p Payment) ([]Part, error) {
	return db.All[Part](ctx, tx, `SELECT `+db.Columns[Part]("")+` FROM payment_part WHERE community_id = $1 AND payment_id = $2 AND {scope} ORDER BY id`, p.Community, p.ID)
}

// hold has whoever else takes money of these rooms wait until this transaction ends.
func hold(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID) error {
	if err := tx.In(ctx, community); err != nil {
		return err
	}
	rooms = slices.Clone(rooms)
	slices.Sort(rooms) // everybody takes them in one order
	for _, r := range slices.Compact(rooms) {
		if _, err := tx.Global("the community was looked at; the row is a lock and says nothing").Exec(ctx,
			`INSERT INTO payment_room (id, community_id, n) VALUES ($1, $2, 1) ON CONFLICT (id) DO UPDATE SET n = payment_room.n + 1`, r, community); err != nil {
			return err
		}
	}
	return nil
}

// histories reads what happened to some lines.
func histories(ctx context.Context, tx *db.Tx, community authz.CommunityID, lines []billing.LineID) (map[billing.LineID]history, error) {
	out := map[billing.LineID]history{}
	for some := range slices.Chunk(lines, atOnce) {
		args := []any{community}
		marks := db.Among(&args, some)
		parts, err := db.All[Part](ctx, tx, `SELECT `+db.Columns[Part]("")+` FROM payment_part WHERE community_id = $1 AND line_id IN `+marks+` AND reversed_at IS NULL AND {scope} ORDER BY id`, args...)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			h := out[p.Line]
			h.parts = append(h.parts, p)
			out[p.Line] = h
		}
		pauses, err := db.All[pause](ctx, tx, `SELECT line_id, first_on, last_on FROM late_pause WHERE community_id = $1 AND line_id IN `+marks+` AND {scope} ORDER BY id`, args...)
		if err != nil {
			return nil, err
		}
		for _, p := range pauses {
			h := out[p.Line]
			h.pauses = append(h.pauses, p)
			out[p.Line] = h
		}
		waived, err := db.All[waivedOf](ctx, tx, `SELECT line_id, CAST(SUM(amount) AS BIGINT) AS fen FROM late_waiver WHERE community_id = $1 AND line_id IN `+marks+` AND {scope} GROUP BY line_id`, args...)
		if err != nil {
			return nil, err
		}
		for _, w := range waived {
			h := out[w.Line]
			h.waived = w.Fen
			out[w.Line] = h
		}
	}
	return out, nil
}

type waivedOf struct {
	Line billing.LineID `db:"line_id"`
	Fen  money.Fen      `db:"fen"`
}
