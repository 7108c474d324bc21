package debit

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "debit_mandate", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"银行代扣", "Direct debit"}, Heads: [2][]string{{"协议号", "银行", "户名", "账号", "签订日期", "限额", "状态"}, {"Number", "Bank", "Holder", "Account", "Signed", "Limit", "State"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) (rows [][]any, err error) {
		all, err := db.All[Mandate](ctx, tx, `SELECT `+db.Columns[Mandate]("m")+` FROM debit_mandate m WHERE m.community_id = $1 AND m.customer_id = $2 AND {scope:m} ORDER BY m.id`, c.Community, c.ID)
		for _, m := range all {
			holder, account, err := m.open(tx)
			if err != nil {
				return nil, err
			}
			most := ""
			if m.Most > 0 {
				most = m.Most.String()
			}
			rows = append(rows, []any{m.Number, m.Bank, holder, account, m.Signed, most, m.State})
		}
		return rows, err
	},
}

// ErasureGuard waits for mandates that hold: the bank must be told first. Of
// those that ended the numbers go; what was paid by them stays with the books.
var ErasureGuard = customer.Guard{
	Obstacles: func(ctx context.Context, tx *db.Tx, c customer.Customer) (out []errs.Field, err error) {
		all, err := db.All[string](ctx, tx, `SELECT number FROM debit_mandate WHERE community_id = $1 AND customer_id = $2 AND state = 'active' AND {scope} ORDER BY id LIMIT 50`, c.Community, c.ID)
		for _, n := range all {
			out = append(out, errs.Field{Name: "mandate", Code: "debit.erase", Params: map[string]any{"number": n}})
		}
		return out, err
	},
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		_, err := tx.Exec(ctx, `UPDATE debit_mandate SET holder_sealed = '', number_sealed = '', number_index = '', ended_why = '' WHERE community_id = $1 AND customer_id = $2 AND {scope}`, c.Community, c.ID)
		return err
	},
}
