package invoice

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "invoice_title", Column: "customer_id"}, {Table: "invoice", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"发票", "Invoices"}, Heads: [2][]string{{"申请单号", "抬头", "税号", "价税合计", "税额", "状态", "发票号码", "开票日期"}, {"Application", "Made out to", "Tax number", "Amount", "Tax", "State", "Number", "Day"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) (rows [][]any, err error) {
		titles, err := db.All[Title](ctx, tx, `SELECT `+db.Columns[Title]("t")+` FROM invoice_title t WHERE t.community_id = $1 AND t.customer_id = $2 AND t.ended_at IS NULL AND {scope:t} ORDER BY t.id`, c.Community, c.ID)
		if err != nil {
			return nil, err
		}
		for _, t := range titles {
			rows = append(rows, []any{"", t.Name, t.TaxNo, "", "", "", "", ""})
		}
		all, err := db.All[Invoice](ctx, tx, `SELECT `+db.Columns[Invoice]("x")+` FROM invoice x WHERE x.community_id = $1 AND x.customer_id = $2 AND {scope:x} ORDER BY x.id`, c.Community, c.ID)
		for _, v := range all {
			on := ""
			if !v.IssuedOn.IsZero() {
				on = v.IssuedOn.String()
			}
			rows = append(rows, []any{v.Number, v.Buyer, v.BuyerTaxNo, v.Fen.String(), v.Tax.String(), string(v.State), v.IssuedNo, on})
		}
		return rows, err
	},
}

// ErasureGuard waits for invoices that are on their way. Those that were issued
// stay, as tax law has it (税收征收管理法实施细则 art. 29: ten years); who they are
// made out to goes where that is a person, and titles go altogether.
var ErasureGuard = customer.Guard{
	Obstacles: func(ctx context.Context, tx *db.Tx, c customer.Customer) (out []errs.Field, err error) {
		all, err := db.All[string](ctx, tx, `SELECT number FROM invoice WHERE community_id = $1 AND customer_id = $2 AND state IN ('applied', 'exported') AND {scope} ORDER BY id LIMIT 50`, c.Community, c.ID)
		for _, n := range all {
			out = append(out, errs.Field{Name: "invoice", Code: "invoice.erase", Params: map[string]any{"number": n}})
		}
		return out, err
	},
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		if _, err := tx.Exec(ctx, `DELETE FROM invoice_title WHERE community_id = $1 AND customer_id = $2 AND {scope}`, c.Community, c.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE invoice SET buyer = CASE WHEN buyer_kind = 'person' THEN $3 ELSE buyer END, buyer_address = '', buyer_phone_sealed = '', buyer_bank = '', buyer_number_sealed = '', words = '' WHERE community_id = $1 AND customer_id = $2 AND {scope}`, c.Community, c.ID, customer.ErasedName)
		return err
	},
}
