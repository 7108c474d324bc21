package collection

import (
	"context"

	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// moves are everything that happened between a room ($2) and the company before
// a day ($3): bills and their reversals on the days of their transactions, late
// fees and money on the days of the payments. What was paid from money paid
// ahead changes nothing.
const moves = `SELECT g.on_day, 'bill' AS kind, i.name AS item_name, i.name_en AS item_name_en, l.period, '' AS number, '' AS means, l.amount, l.id AS sort ` + ofLines + ` JOIN ledger_txn g ON g.community_id = l.community_id AND g.id = l.txn_id ` + ofRoom + `
	UNION ALL SELECT g.on_day, 'reversal', i.name, i.name_en, l.period, '', '', -l.amount, g.id ` + ofLines + ` JOIN ledger_txn g ON g.community_id = l.community_id AND g.id = l.reversal_id ` + ofRoom + ` AND l.reversed_at IS NOT NULL
	UNION ALL SELECT y.on_day, 'late_fee', i.name, i.name_en, l.period, '', '', x.amount, y.id ` + ofParts + ` JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id JOIN charge_item i ON i.community_id = l.community_id AND i.id = l.item_id WHERE x.community_id = $1 AND x.room_id = $2 AND x.part = 'late_fee' AND y.on_day < $3
	UNION ALL SELECT y.reversed_on, 'late_fee', i.name, i.name_en, l.period, '', '', -x.amount, x.id ` + ofParts + ` JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id JOIN charge_item i ON i.community_id = l.community_id AND i.id = l.item_id WHERE x.community_id = $1 AND x.room_id = $2 AND x.part = 'late_fee' AND y.reversed_on < $3
	UNION ALL SELECT y.on_day, CASE WHEN SUBSTR(y.source, 1, 7) = 'refund:' THEN 'refund' ELSE 'payment' END, '', '', CAST(NULL AS TEXT), COALESCE(e.number, ''), y.means, -CAST(SUM(x.amount) AS BIGINT), y.id ` + ofParts + ` LEFT JOIN receipt e ON e.community_id = y.community_id AND e.payment_id = y.id WHERE x.community_id = $1 AND x.room_id = $2 AND y.on_day < $3 GROUP BY y.on_day, e.number, y.means, y.source, y.id HAVING SUM(x.amount) <> 0
	UNION ALL SELECT y.reversed_on, 'voided', '', '', CAST(NULL AS TEXT), COALESCE(e.number, ''), y.means, CAST(SUM(x.amount) AS BIGINT), y.id ` + ofParts + ` LEFT JOIN receipt e ON e.community_id = y.community_id AND e.payment_id = y.id WHERE x.community_id = $1 AND x.room_id = $2 AND y.reversed_on < $3 GROUP BY y.reversed_on, e.number, y.means, y.id HAVING SUM(x.amount) <> 0`

const (
	ofLines = `FROM bill_line l JOIN bill_run r ON r.community_id = l.community_id AND r.id = l.run_id AND r.state IN ` + billing.ShownStates + ` JOIN charge_item i ON i.community_id = l.community_id AND i.id = l.item_id`
	ofRoom  = `WHERE l.community_id = $1 AND l.room_id = $2 AND g.on_day < $3`
	ofParts = `FROM payment_part x JOIN payment y ON y.community_id = x.community_id AND y.id = x.payment_id`
)

// openingOf is what a room owed at the beginning of a day.
func openingOf(ctx context.Context, tx *db.Tx, room housing.Room, from clock.Day) (money.Fen, error) {
	return db.One[money.Fen](ctx, tx, `SELECT CAST(COALESCE(SUM(m.amount), 0) AS BIGINT) FROM (`+moves+`) m JOIN room o ON o.id = $2 WHERE {scope:o}`, room.Community, room.ID, from)
}

const mostEntries = 5000

func entriesOf(ctx context.Context, tx *db.Tx, room housing.Room, from, end clock.Day) ([]Entry, error) {
	return db.All[Entry](ctx, tx, `SELECT m.on_day, m.kind, m.item_name, m.item_name_en, m.period, m.number, m.means, m.amount, m.sort FROM (`+moves+`) m JOIN room o ON o.id = $2
		WHERE m.on_day >= $4 AND {scope:o} ORDER BY m.on_day, m.sort, m.kind LIMIT $5`, room.Community, room.ID, end, from, mostEntries)
}
