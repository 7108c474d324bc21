package statement

import (
	"context"
	"slices"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// gone says of line l that what it was matched to was reversed since.
const gone = `(l.state = 'matched' AND (l.to_kind = 'payment' AND EXISTS (SELECT 1 FROM payment p WHERE p.community_id = l.community_id AND p.id = l.to_id AND p.reversed_at IS NOT NULL)
	OR l.to_kind = 'move' AND EXISTS (SELECT 1 FROM till_move m WHERE m.community_id = l.community_id AND m.id = l.to_id AND m.reversed_at IS NOT NULL)
	OR l.to_kind = 'several' AND (SELECT COUNT(*) FROM statement_match x LEFT JOIN payment p ON x.to_kind = 'payment' AND p.community_id = x.community_id AND p.id = x.to_id LEFT JOIN till_move m ON x.to_kind = 'move' AND m.community_id = x.community_id AND m.id = x.to_id
		WHERE x.community_id = l.community_id AND x.line_id = l.id AND p.reversed_at IS NULL AND m.reversed_at IS NULL) < l.parts))`

// stands is the state of line l as it is now.
const stands = `CASE WHEN ` + gone + ` THEN 'open' ELSE l.state END`

type found struct {
	Line
	Now State `db:"now_state"`
}

// line is a line as it stands; whom it was matched to is forgotten when that is reversed.
func (f found) line() Line {
	if f.Now != f.State {
		f.State, f.ToKind, f.To, f.Parts, f.Exact, f.ByName = f.Now, "", 0, 0, false, ""
	}
	return f.Line
}

func lineOf(ctx context.Context, tx *db.Tx, id LineID) (Line, error) {
	f, err := db.One[found](ctx, tx, `SELECT `+db.Columns[Line]("l")+`, `+stands+` AS now_state FROM statement_line l WHERE l.id = $1 AND {scope:l}`, id)
	return f.line(), err
}

func lines(ctx context.Context, tx *db.Tx, where string, args ...any) (out []Line, err error) {
	all, err := db.All[found](ctx, tx, `SELECT `+db.Columns[Line]("l")+`, `+stands+` AS now_state FROM statement_line l WHERE {scope:l} AND `+where, args...)
	for _, f := range all {
		out = append(out, f.line())
	}
	return out, err
}

// spelling is an account's number as an earlier statement of it has it: people
// type it with blanks and without, and its lines are known again all the same.
func spelling(ctx context.Context, tx *db.Tx, community authz.CommunityID, means ledger.Kind, account string) (string, error) {
	all, err := db.All[string](ctx, tx, `SELECT s.account FROM statement s WHERE s.community_id = $1 AND s.means = $2 AND {scope:s} GROUP BY s.account ORDER BY MIN(s.id)`, community, string(means))
	for _, known := range all {
		if ledger.Number(known) == ledger.Number(account) {
			return known, err
		}
	}
	return account, err
}

// marks are those of some lines that are kept already.
func marks(ctx context.Context, tx *db.Tx, community authz.CommunityID, means ledger.Kind, account string, all []Line) (map[string]bool, error) {
	out := map[string]bool{}
	for some := range slices.Chunk(all, 400) {
		args := []any{community, string(means), account}
		var want []string
		for _, l := range some {
			want = append(want, l.Mark)
		}
		known, err := db.All[string](ctx, tx, `SELECT mark FROM statement_line WHERE community_id = $1 AND means = $2 AND account = $3 AND mark IN `+db.Among(&args, want)+` AND {scope}`, args...)
		if err != nil {
			return nil, err
		}
		for _, m := range known {
			out[m] = true
		}
	}
	return out, nil
}

// free says that no line of the means $5 stands for the row x of a kind, by
// itself or with others. A line of which a part was reversed stands for nothing.
func free(kind, x string) string {
	return `NOT EXISTS (SELECT 1 FROM statement_line l WHERE l.community_id = ` + x + `.community_id AND l.means = $5 AND l.to_kind = '` + kind + `' AND l.to_id = ` + x + `.id)
		AND NOT EXISTS (SELECT 1 FROM statement_match h JOIN statement_line l ON l.community_id = h.community_id AND l.id = h.line_id WHERE h.community_id = ` + x + `.community_id AND h.means = $5 AND h.to_kind = '` + kind + `' AND h.to_id = ` + x + `.id AND NOT ` + gone + `)`
}

// books are what is in the books of a means on some days and no line stands for.
// Money in suspense stands for itself, also when it was released to a household;
// what was booked as a payment later, without release, is that payment.
var books = `SELECT b.kind, b.id, b.on_day, b.amount, b.party, b.reference, b.source, COALESCE(o.label, '') AS label FROM (
	SELECT 'payment' AS kind, p.community_id, p.id, p.paid_on AS on_day, p.amount, p.payer AS party, p.reference, p.source, p.room_id FROM payment p
		WHERE p.community_id = $1 AND p.means = $2 AND p.paid_on BETWEEN $3 AND $4 AND p.reversed_at IS NULL AND p.amount > 0 AND SUBSTR(p.source, 1, 9) <> 'suspense:' AND SUBSTR(p.source, 1, 7) <> 'refund:'
		AND NOT EXISTS (SELECT 1 FROM suspense s JOIN statement_line l ON l.community_id = s.community_id AND l.to_kind = 'suspense' AND l.to_id = s.id WHERE s.community_id = p.community_id AND s.payment_id = p.id) AND ` + free("payment", "p") + ` AND {scope:p}
	UNION ALL SELECT 'move', m.community_id, m.id, m.on_day, m.amount, m.party, CASE WHEN m.reference = '' THEN m.number ELSE m.reference END, m.source, NULL FROM till_move m
		WHERE m.community_id = $1 AND m.means = $2 AND m.on_day BETWEEN $3 AND $4 AND m.reversed_at IS NULL AND m.kind <> 'suspense' AND ` + free("move", "m") + ` AND {scope:m}
	UNION ALL SELECT 'suspense', s.community_id, s.id, s.came_on, s.amount, s.payer, s.reference, s.source, s.room_id FROM suspense s
		WHERE s.community_id = $1 AND s.means = $2 AND s.came_on BETWEEN $3 AND $4 AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.community_id = s.community_id AND p.id = s.payment_id AND SUBSTR(p.source, 1, 9) <> 'suspense:') AND ` + free("suspense", "s") + ` AND {scope:s}
	UNION ALL SELECT 'deposit', d.community_id, d.id, d.on_day, -d.amount, d.receiver, d.reference, '', NULL FROM deposit_move d
		WHERE d.community_id = $1 AND d.means = $2 AND d.on_day BETWEEN $3 AND $4 AND d.kind = 'returned' AND d.state = 'done' AND ` + free("deposit", "d") + ` AND {scope:d}
	UNION ALL SELECT 'banked', c.community_id, c.id, c.on_day, c.banked, c.account_name, c.slip, '', NULL FROM cashier_shift c
		WHERE c.community_id = $1 AND $2 = 'bank' AND c.on_day BETWEEN $3 AND $4 AND c.banked > 0 AND ` + free("banked", "c") + ` AND {scope:c}) b
	LEFT JOIN room o ON o.community_id = b.community_id AND o.id = b.room_id`

func booked(ctx context.Context, tx *db.Tx, community authz.CommunityID, means ledger.Kind, from, to clock.Day, most int) ([]Booked, error) {
	return bookedFor(ctx, tx, community, means, means, from, to, most)
}

// bookedFor is what a line of one means may stand for among the bookings of another.
func bookedFor(ctx context.Context, tx *db.Tx, community authz.CommunityID, line, means ledger.Kind, from, to clock.Day, most int) ([]Booked, error) {
	all, err := db.All[Booked](ctx, tx, books+` ORDER BY b.on_day, b.kind, b.id LIMIT $6`, community, string(means), from, to, string(line), most)
	for i := range all {
		all[i].Means = means
	}
	return all, err
}
