package cashier

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "payment", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"缴费", "Payments"}, Heads: [2][]string{{"收据号", "日期", "方式", "金额", "交款人", "作废"}, {"Receipt", "Day", "Means", "Amount", "Payer", "Void"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) (rows [][]any, err error) {
		type row struct {
			Payment
			Number string `db:"number"`
		}
		all, err := db.All[row](ctx, tx, `SELECT `+db.Columns[Payment]("p")+`, COALESCE(r.number, '') AS number FROM payment p LEFT JOIN receipt r ON r.community_id = p.community_id AND r.payment_id = p.id
			WHERE p.community_id = $1 AND p.customer_id = $2 AND {scope:p} ORDER BY p.id`, c.Community, c.ID)
		for _, p := range all {
			void := ""
			if p.ReversedAt != nil {
				void = p.ReversedAt.String()
			}
			rows = append(rows, []any{p.Number, p.Day, string(p.Means), p.Fen.String(), p.Payer, void})
		}
		return rows, err
	},
}

// ErasureGuard leaves payments as they are, because books are kept by law, and
// takes the payer's name out of them.
var ErasureGuard = customer.Guard{
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		const theirs = `payment_id IN (SELECT id FROM payment WHERE community_id = $1 AND customer_id = $2)`
		for _, q := range []string{
			`UPDATE payment SET payer = $3 WHERE community_id = $1 AND customer_id = $2 AND {scope}`,
			`UPDATE deposit SET payer = $3 WHERE community_id = $1 AND ` + theirs + ` AND {scope}`,
			`UPDATE deposit_move SET receiver = CASE WHEN receiver = '' THEN '' ELSE $3 END WHERE community_id = $1 AND deposit_id IN (SELECT id FROM deposit WHERE community_id = $1 AND ` + theirs + `) AND {scope}`,
		} {
			if _, err := tx.Exec(ctx, q, c.Community, c.ID, customer.ErasedName); err != nil {
				return err
			}
		}
		return nil
	},
}
