package payonline

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "online_order", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"线上缴费", "Online payments"}, Heads: [2][]string{{"订单号", "渠道", "金额", "状态", "时间", "交易号"}, {"Order", "Channel", "Amount", "State", "At", "Transaction"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) (rows [][]any, err error) {
		all, err := db.All[Order](ctx, tx, `SELECT `+db.Columns[Order]("x")+` FROM online_order x WHERE x.community_id = $1 AND x.customer_id = $2 AND {scope:x} ORDER BY x.id`, c.Community, c.ID)
		for _, o := range all {
			rows = append(rows, []any{o.Number, o.Channel, o.Fen.String(), string(o.State), o.At.String(), o.Transaction})
		}
		return rows, err
	},
}

// ErasureGuard waits for orders that may still be paid. The others hold no name,
// and are kept with the books.
var ErasureGuard = customer.Guard{
	Obstacles: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([]errs.Field, error) {
		all, err := db.All[string](ctx, tx, `SELECT number FROM online_order WHERE community_id = $1 AND customer_id = $2 AND state IN ('created', 'paying') AND {scope} ORDER BY id LIMIT 50`, c.Community, c.ID)
		var out []errs.Field
		for _, n := range all {
			out = append(out, errs.Field{Name: "order", Code: "online.erase", Params: map[string]any{"number": n}})
		}
		return out, err
	},
	Erase: func(context.Context, *db.Tx, customer.Customer, []string) error { return nil },
}
