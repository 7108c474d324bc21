package collection

import (
	"context"
	"strconv"

	"guanjia/internal/arrears"
	"guanjia/internal/billing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// paidParts are what was paid of principal on each line: now, in the period ($2
// to before $3), and before it. What was voided counts on both days. What was
// taken off for early payment is no money: nobody has to pay it (FAR-13).
const paidParts = `SELECT x.line_id, CAST(SUM(CASE WHEN x.reversed_at IS NULL AND y.means <> 'early' THEN x.amount ELSE 0 END) AS BIGINT) AS paid,
	CAST(SUM(CASE WHEN x.reversed_at IS NULL AND y.means = 'early' THEN x.amount ELSE 0 END) AS BIGINT) AS off,
	CAST(SUM(CASE WHEN y.means = 'early' THEN 0 ELSE CASE WHEN y.on_day >= $2 AND y.on_day < $3 THEN x.amount ELSE 0 END - CASE WHEN y.reversed_on >= $2 AND y.reversed_on < $3 THEN x.amount ELSE 0 END END) AS BIGINT) AS inside,
	CAST(SUM(CASE WHEN y.means <> 'early' THEN 0 ELSE CASE WHEN y.on_day >= $2 AND y.on_day < $3 THEN x.amount ELSE 0 END - CASE WHEN y.reversed_on >= $2 AND y.reversed_on < $3 THEN x.amount ELSE 0 END END) AS BIGINT) AS taken,
	CAST(SUM(CASE WHEN y.on_day < $2 THEN x.amount ELSE 0 END - CASE WHEN y.reversed_on < $2 THEN x.amount ELSE 0 END) AS BIGINT) AS earlier
	FROM payment_part x JOIN payment y ON y.community_id = x.community_id AND y.id = x.payment_id WHERE x.community_id = $1 AND x.part = 'principal' GROUP BY x.line_id`

// lineFigures are what each line adds to the figures; l, p and g are the line, its payments and its reversal's transaction.
var lineFigures = map[string]string{
	"receivable": `CASE WHEN l.from_on >= $2 AND l.from_on < $3 AND l.reversed_at IS NULL THEN l.amount - COALESCE(p.off, 0) ELSE 0 END`,
	"paid":       `CASE WHEN l.from_on >= $2 AND l.from_on < $3 THEN COALESCE(p.paid, 0) ELSE 0 END`,
	"cash":       `CASE WHEN l.from_on >= $2 AND l.from_on < $3 THEN COALESCE(p.inside, 0) ELSE 0 END`,
	"older":      `CASE WHEN l.from_on < $2 THEN CASE WHEN g.on_day IS NULL OR g.on_day >= $2 THEN l.amount ELSE 0 END - COALESCE(p.earlier, 0) - COALESCE(p.taken, 0) ELSE 0 END`,
	"recovered":  `CASE WHEN l.from_on < $2 THEN COALESCE(p.inside, 0) ELSE 0 END`,
	"open":       `CASE WHEN l.reversed_at IS NULL THEN l.amount ELSE 0 END - COALESCE(p.paid, 0) - COALESCE(p.off, 0)`,
	"reversed":   `CASE WHEN g.on_day >= $2 AND g.on_day < $3 THEN l.amount ELSE 0 END`,
}

const (
	lineJoins = ` FROM bill_line l JOIN bill_run r ON r.community_id = l.community_id AND r.id = l.run_id AND r.state IN ` + billing.ShownStates + ` JOIN room o ON o.community_id = l.community_id AND o.id = l.room_id
	LEFT JOIN ledger_txn g ON g.community_id = l.community_id AND g.id = l.reversal_id LEFT JOIN (` + paidParts + `) p ON p.line_id = l.id`
	lineScope  = ` WHERE l.community_id = $1 AND {scope:l}`
	lineTables = lineJoins + lineScope
)

// lineBreaks are the same lines with the last interruption of their limitation (k).
var lineBreaks = lineJoins + ` LEFT JOIN (SELECT b.line_id, MAX(b.on_day) AS on_day FROM (` + arrears.Breaks + `) b GROUP BY b.line_id) k ON k.line_id = l.id` + lineScope

// keyOf is what rows are added up by, of a line or part t.
func keyOf(by, t string) string {
	switch by {
	case "item":
		return `COALESCE(` + t + `.item_id, 0)`
	case "room":
		return t + `.room_id`
	}
	return `COALESCE(o.building_id, 0)`
}

type sums struct {
	Key int64 `db:"k"`
	Figures
}

const noFigures = `0 AS receivable, 0 AS paid, 0 AS cash, 0 AS older, 0 AS recovered, 0 AS open, 0 AS reversed`

// figures adds up a report.
func figures(ctx context.Context, tx *db.Tx, a Asked) (map[int64]Figures, error) {
	args := []any{a.Community, a.first(), a.end()}
	lines := `SELECT ` + keyOf(a.By, "l") + ` AS k`
	for _, name := range []string{"receivable", "paid", "cash", "older", "recovered", "open", "reversed"} {
		lines += `, CAST(SUM(` + lineFigures[name] + `) AS BIGINT) AS ` + name
	}
	lines += `, 0 AS late_paid, 0 AS waived, 0 AS prepaid` + lineTables + ` GROUP BY ` + keyOf(a.By, "l")
	parts := `SELECT ` + keyOf(a.By, "x") + ` AS k, ` + noFigures + `, CAST(SUM(CASE WHEN x.part <> 'late_fee' THEN 0 ELSE CASE WHEN y.on_day >= $2 AND y.on_day < $3 THEN x.amount ELSE 0 END - CASE WHEN y.reversed_on >= $2 AND y.reversed_on < $3 THEN x.amount ELSE 0 END END) AS BIGINT) AS late_paid,
		0 AS waived, CAST(SUM(CASE WHEN x.part = 'prepaid' AND x.reversed_at IS NULL THEN x.amount ELSE 0 END) AS BIGINT) AS prepaid
		FROM payment_part x JOIN payment y ON y.community_id = x.community_id AND y.id = x.payment_id JOIN room o ON o.community_id = x.community_id AND o.id = x.room_id
		WHERE x.community_id = $1 AND x.part <> 'principal' AND {scope:x} GROUP BY ` + keyOf(a.By, "x")
	waived := `SELECT ` + keyOf(a.By, "l") + ` AS k, ` + noFigures + `, 0 AS late_paid, CAST(SUM(CASE WHEN w.on_day >= $2 AND w.on_day < $3 THEN w.amount ELSE 0 END) AS BIGINT) AS waived, 0 AS prepaid
		FROM late_waiver w JOIN bill_line l ON l.community_id = w.community_id AND l.id = w.line_id JOIN room o ON o.community_id = l.community_id AND o.id = l.room_id WHERE w.community_id = $1 AND {scope:w} GROUP BY ` + keyOf(a.By, "l")
	out := map[int64]Figures{}
	for _, q := range []string{lines, parts, waived} {
		if err := db.Each(ctx, tx, q, args, func(s sums) error {
			out[s.Key] = out[s.Key].plus(s.Figures)
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// named is a key with its name, in the order in which people look for it.
type named struct {
	Key  int64  `db:"k"`
	Name string `db:"name"`
	EN   string `db:"name_en"`
}

func names(ctx context.Context, tx *db.Tx, community authz.CommunityID, by string) ([]named, error) {
	q := `SELECT o.id AS k, o.name, '' AS name_en FROM building o WHERE o.community_id = $1 AND {scope:o} ORDER BY o.sort_key, o.id`
	switch by {
	case "item":
		q = `SELECT o.id AS k, o.name, o.name_en FROM charge_item o WHERE o.community_id = $1 AND {scope:o} ORDER BY o.state, o.code`
	case "room":
		q = `SELECT o.id AS k, o.label AS name, '' AS name_en FROM room o WHERE o.community_id = $1 AND {scope:o} ORDER BY o.sort_key, o.id`
	}
	return db.All[named](ctx, tx, q, community)
}

type ageSums struct {
	Key int64 `db:"k"`
	Ages
}

// ages are between two bounds of due days each, -1 for none.
var ages = []struct {
	name, figure string
	from, until  int
}{{"not_due", "notDue", 0, -1}, {"m3", "months3", 1, 0}, {"m6", "months6", 2, 1}, {"m12", "year1", 3, 2}, {"y2", "year2", 4, 3}, {"y3", "year3", 5, 4}, {"over", "over3", -1, 5}}

// within is the condition of an age; mark appends an argument.
func within(from, until int, today clock.Day, mark func(any) string) string {
	b, cond := bounds(today), `1 = 1`
	if from >= 0 {
		cond += ` AND l.due_on >= ` + mark(b[from])
	}
	if until >= 0 {
		cond += ` AND l.due_on < ` + mark(b[until])
	}
	return cond
}

// marker appends arguments and answers with their placeholders.
func marker(args *[]any) func(any) string {
	return func(v any) string {
		*args = append(*args, v)
		return "$" + strconv.Itoa(len(*args))
	}
}

func aged(ctx context.Context, tx *db.Tx, a Asked, today clock.Day) ([]ageSums, error) {
	args, open := []any{a.Community, today, today}, lineFigures["open"]
	mark := marker(&args)
	q := `SELECT ` + keyOf(a.By, "l") + ` AS k`
	for _, age := range ages {
		q += `, CAST(SUM(CASE WHEN ` + within(age.from, age.until, today, mark) + ` THEN ` + open + ` ELSE 0 END) AS BIGINT) AS ` + age.name
	}
	q += `, CAST(SUM(` + open + `) AS BIGINT) AS total, MIN(CASE WHEN ` + open + ` > 0 THEN l.due_on END) AS oldest,
		MIN(CASE WHEN ` + open + ` > 0 THEN CASE WHEN k.on_day > l.due_on THEN k.on_day ELSE l.due_on END END) AS running` + lineBreaks + ` GROUP BY ` + keyOf(a.By, "l")
	return db.All[ageSums](ctx, tx, q, args...)
}

// pieces are what a figure is made of, one more than limit if there are more.
func pieces(ctx context.Context, tx *db.Tx, d Detail, today clock.Day, after int64, limit int) ([]Piece, error) {
	args := []any{d.Community, d.first(), d.end()}
	value, key, q := lineFigures[d.Figure], keyOf(d.By, "l"), ""
	for _, age := range ages {
		if age.figure == d.Figure {
			args = []any{d.Community, today, today}
			value = `CASE WHEN ` + within(age.from, age.until, today, marker(&args)) + ` THEN ` + lineFigures["open"] + ` ELSE 0 END`
		}
	}
	switch d.Figure {
	case "prepaid":
		args, q, key = args[:1], partPieces(d.Figure), keyOf(d.By, "x")
	case "paid", "cash", "recovered", "latePaid":
		q, key = partPieces(d.Figure), keyOf(d.By, "x")
	case "waived":
		q = `SELECT w.id AS sort, w.on_day, l.room_id, o.label, l.id AS line_id, i.name AS item_name, i.name_en AS item_name_en, l.period, '' AS number, '' AS means, FALSE AS void, w.amount
			FROM late_waiver w JOIN bill_line l ON l.community_id = w.community_id AND l.id = w.line_id JOIN room o ON o.community_id = l.community_id AND o.id = l.room_id
			JOIN charge_item i ON i.community_id = l.community_id AND i.id = l.item_id WHERE w.community_id = $1 AND w.on_day >= $2 AND w.on_day < $3 AND {scope:w}`
	default:
		q = `SELECT l.id AS sort, l.due_on AS on_day, l.room_id, o.label, l.id AS line_id, (SELECT i.name FROM charge_item i WHERE i.id = l.item_id) AS item_name, (SELECT i.name_en FROM charge_item i WHERE i.id = l.item_id) AS item_name_en,
			l.period, '' AS number, '' AS means, l.reversed_at IS NOT NULL AS void, ` + value + ` AS amount` + lineTables + ` AND ` + value + ` <> 0`
	}
	if d.Key != "" {
		n, err := d.key()
		if err != nil {
			return nil, err
		}
		args = append(args, n)
		q += ` AND ` + key + ` = $` + strconv.Itoa(len(args))
	}
	args = append(args, after, limit)
	return db.All[Piece](ctx, tx, `SELECT z.* FROM (`+q+`) z WHERE z.sort > $`+strconv.Itoa(len(args)-1)+` ORDER BY z.sort LIMIT $`+strconv.Itoa(len(args)), args...)
}

// none is the key of what has no building, or is for no item.
const none = "none"

func (d Detail) key() (int64, error) {
	if d.Key == none {
		return 0, nil
	}
	n, err := id.Parse[Piece](d.Key)
	if err != nil {
		err = errs.ErrFields.At(errs.Field{Name: "key", Code: db.ErrNotFound.Code})
	}
	return int64(n), err
}

// partPieces are parts of payments, and what was voided of them.
func partPieces(figure string) string {
	from := ` FROM payment_part x JOIN payment y ON y.community_id = x.community_id AND y.id = x.payment_id JOIN room o ON o.community_id = x.community_id AND o.id = x.room_id LEFT JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id
		LEFT JOIN charge_item i ON i.community_id = x.community_id AND i.id = x.item_id LEFT JOIN receipt e ON e.community_id = y.community_id AND e.payment_id = y.id`
	one := `SELECT x.id AS sort, y.on_day, x.room_id, o.label, COALESCE(x.line_id, 0) AS line_id, COALESCE(i.name, '') AS item_name, COALESCE(i.name_en, '') AS item_name_en, l.period, COALESCE(e.number, '') AS number, y.means, x.reversed_at IS NOT NULL AS void, `
	now := one + `x.amount` + from + ` WHERE x.community_id = $1 AND x.reversed_at IS NULL AND {scope:x}`
	// A part that was voided in the period of its payment adds nothing.
	moved := one + `CASE WHEN y.on_day >= $2 AND y.on_day < $3 THEN x.amount ELSE 0 END - CASE WHEN y.reversed_on >= $2 AND y.reversed_on < $3 THEN x.amount ELSE 0 END AS amount` + from +
		` WHERE x.community_id = $1 AND (y.on_day >= $2 AND y.on_day < $3) <> COALESCE(y.reversed_on >= $2 AND y.reversed_on < $3, FALSE) AND {scope:x}`
	switch figure {
	case "paid":
		return now + ` AND x.part = 'principal' AND y.means <> 'early' AND l.from_on >= $2 AND l.from_on < $3`
	case "cash":
		return moved + ` AND x.part = 'principal' AND y.means <> 'early' AND l.from_on >= $2 AND l.from_on < $3`
	case "recovered":
		return moved + ` AND x.part = 'principal' AND y.means <> 'early' AND l.from_on < $2`
	case "latePaid":
		return moved + ` AND x.part = 'late_fee'`
	}
	return now + ` AND x.part = 'prepaid'`
}

// moneyKinds are the accounts of what came in; a claim set off is as good as money (Civil Code art. 568).
const moneyKinds = `('cash', 'bank', 'cheque', 'pos', 'wechat', 'alipay', 'offset')`

// books are the ledger's balances of a community by kind, debits less credits; received is what payments of the period brought in.
func books(ctx context.Context, tx *db.Tx, a Asked) (byKind map[ledger.Kind]money.Fen, received money.Fen, err error) {
	type row struct {
		Kind ledger.Kind `db:"kind"`
		Fen  money.Fen   `db:"fen"`
	}
	byKind = map[ledger.Kind]money.Fen{}
	const signed = `SELECT e.community_id, e.debit_id AS account_id, e.txn_id, e.amount FROM ledger_entry e WHERE e.community_id = $1 UNION ALL SELECT e.community_id, e.credit_id, e.txn_id, -e.amount FROM ledger_entry e WHERE e.community_id = $1`
	if err = db.Each(ctx, tx, `SELECT a.kind, CAST(SUM(s.amount) AS BIGINT) AS fen FROM (`+signed+`) s JOIN ledger_account a ON a.id = s.account_id WHERE a.community_id = $1 AND {scope:a} GROUP BY a.kind`, []any{a.Community}, func(r row) error {
		byKind[r.Kind] = r.Fen
		return nil
	}); err != nil {
		return nil, 0, err
	}
	received, err = db.One[money.Fen](ctx, tx, `SELECT CAST(COALESCE(SUM(s.amount), 0) AS BIGINT) FROM (`+signed+`) s JOIN ledger_account a ON a.id = s.account_id JOIN ledger_txn t ON t.id = s.txn_id
		WHERE a.community_id = $1 AND a.kind IN `+moneyKinds+` AND t.kind = 'payment' AND t.on_day >= $2 AND t.on_day < $3 AND {scope:a}`, a.Community, a.first(), a.end())
	return byKind, received, err
}

// tables are the same figures from the tables of bills and payments.
func tables(ctx context.Context, tx *db.Tx, a Asked) (out struct {
	Income   money.Fen `db:"income"`
	Late     money.Fen `db:"late"`
	Waived   money.Fen `db:"waived"`
	Received money.Fen `db:"received"`
}, err error,
) {
	args := []any{a.Community}
	sum := func(into *money.Fen, q string, more ...any) {
		if err == nil {
			*into, err = db.One[money.Fen](ctx, tx, q, append(args[:1:1], more...)...)
		}
	}
	sum(&out.Income, `SELECT CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) FROM bill_line l WHERE l.community_id = $1 AND l.reversed_at IS NULL AND {scope:l}`)
	sum(&out.Late, `SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM payment_part x WHERE x.community_id = $1 AND x.part = 'late_fee' AND x.reversed_at IS NULL AND {scope:x}`)
	sum(&out.Waived, `SELECT CAST(COALESCE(SUM(w.amount), 0) AS BIGINT) FROM late_waiver w WHERE w.community_id = $1 AND {scope:w}`)
	sum(&out.Received, `SELECT CAST(COALESCE(SUM(CASE WHEN y.on_day >= $2 AND y.on_day < $3 THEN y.amount ELSE 0 END - CASE WHEN y.reversed_on >= $2 AND y.reversed_on < $3 THEN y.amount ELSE 0 END), 0) AS BIGINT)
		FROM payment y WHERE y.community_id = $1 AND y.means IN `+moneyKinds+` AND {scope:y}`, a.first(), a.end())
	return out, err
}

// uncharged are rooms without a live line of the period, in the order of the register.
func uncharged(ctx context.Context, tx *db.Tx, a Asked, sort string, after int64, limit int) ([]Uncharged, error) {
	return db.All[Uncharged](ctx, tx, `SELECT o.id, o.label, o.type, o.state, o.sort_key FROM room o WHERE o.community_id = $1 AND (o.sort_key, o.id) > ($4, $5)
		AND NOT EXISTS (SELECT 1 FROM bill_line l JOIN bill_run r ON r.community_id = l.community_id AND r.id = l.run_id AND r.state IN `+billing.ShownStates+` WHERE l.community_id = o.community_id AND l.room_id = o.id AND l.reversed_at IS NULL AND l.from_on < $3 AND l.to_on > $2)
		AND {scope:o} ORDER BY o.sort_key, o.id LIMIT $6`, a.Community, a.first(), a.end(), sort, after, limit)
}
