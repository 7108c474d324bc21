package statement

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
)

// theirs are the lines of a person's payments, also of those out of suspense; one for several is theirs when all of them are.
const theirs = `(l.to_kind = 'payment' AND l.to_id IN (SELECT id FROM payment WHERE community_id = $1 AND customer_id = $2)
	OR l.to_kind = 'suspense' AND l.to_id IN (SELECT s.id FROM suspense s JOIN payment p ON p.community_id = s.community_id AND p.id = s.payment_id WHERE s.community_id = $1 AND p.customer_id = $2)
	OR l.to_kind = 'several' AND l.id IN (SELECT h.line_id FROM statement_match h LEFT JOIN payment p ON h.to_kind = 'payment' AND p.community_id = h.community_id AND p.id = h.to_id WHERE h.community_id = $1 GROUP BY h.line_id HAVING SUM(CASE WHEN p.customer_id = $2 THEN 0 ELSE 1 END) = 0))`

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"银行流水", "Bank statements"}, Heads: [2][]string{{"日期", "方式", "金额", "对方户名", "摘要", "流水号"}, {"Day", "Means", "Amount", "Party", "Words", "Serial number"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) (rows [][]any, err error) {
		all, err := db.All[Line](ctx, tx, `SELECT `+db.Columns[Line]("l")+` FROM statement_line l WHERE l.community_id = $1 AND `+theirs+` AND {scope:l} ORDER BY l.id`, c.Community, c.ID)
		for _, l := range all {
			rows = append(rows, []any{l.Day, string(l.Means), l.Fen.String(), l.Party, l.Words, l.Serial})
		}
		return rows, err
	},
}

// ErasureGuard leaves the line, which the books are held against, and takes the
// person out of it.
var ErasureGuard = customer.Guard{
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		_, err := tx.Exec(ctx, `UPDATE statement_line SET party = CASE WHEN party = '' THEN '' ELSE $3 END, words = '' WHERE community_id = $1 AND id IN (SELECT l.id FROM statement_line l WHERE l.community_id = $1 AND `+theirs+`) AND {scope}`, c.Community, c.ID, customer.ErasedName)
		return err
	},
}
