package refund

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "refund", Column: "customer_id"}, {Table: "settlement", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"退款", "Refunds"}, Heads: [2][]string{{"编号", "金额", "原因", "收款人", "状态", "申请时间", "退款日期"}, {"Number", "Amount", "Reason", "Receiver", "State", "Asked", "Paid"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) (rows [][]any, err error) {
		all, err := db.All[Refund](ctx, tx, `SELECT `+db.Columns[Refund]("x")+` FROM refund x WHERE x.community_id = $1 AND x.customer_id = $2 AND {scope:x} ORDER BY x.id`, c.Community, c.ID)
		for _, r := range all {
			on := ""
			if !r.PaidOn.IsZero() {
				on = r.PaidOn.String()
			}
			rows = append(rows, []any{r.Number, r.Fen.String(), r.Reason, r.Receiver, string(r.State), r.At.String(), on})
		}
		return rows, err
	},
}

// ErasureGuard waits for money that somebody is still to get back. What was paid
// out stays with the books; names, words and evidence go.
var ErasureGuard = customer.Guard{
	Obstacles: func(ctx context.Context, tx *db.Tx, c customer.Customer) (out []errs.Field, err error) {
		all, err := db.All[string](ctx, tx, `SELECT number FROM refund WHERE community_id = $1 AND customer_id = $2 AND state IN ('asked', 'checked', 'approved', 'paying') AND {scope} ORDER BY id LIMIT 50`, c.Community, c.ID)
		for _, n := range all {
			out = append(out, errs.Field{Name: "refund", Code: "refund.erase", Params: map[string]any{"number": n}})
		}
		return out, err
	},
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		const theirs = `SELECT id FROM refund WHERE community_id = $1 AND customer_id = $2`
		if _, err := tx.Exec(ctx, `DELETE FROM refund_file WHERE community_id = $1 AND refund_id IN (`+theirs+`) AND {scope}`, c.Community, c.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE till_move SET party = CASE WHEN party = '' THEN '' ELSE $3 END, words = '' WHERE community_id = $1 AND source IN (SELECT source FROM refund WHERE community_id = $1 AND customer_id = $2 AND source <> '') AND {scope}`, c.Community, c.ID, customer.ErasedName); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE settlement SET names = $3, signed_name = CASE WHEN signed_name = '' THEN '' ELSE $3 END, blob = '', type = '' WHERE community_id = $1 AND customer_id = $2 AND {scope}`, c.Community, c.ID, customer.ErasedName); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE refund SET receiver = $3, reason = '', facts = '' WHERE community_id = $1 AND customer_id = $2 AND {scope}`, c.Community, c.ID, customer.ErasedName)
		return err
	},
}
