package belonging

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "belonging", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"宠物与物品", "Pets and things"}, Heads: [2][]string{{"房屋", "种类", "名称", "型号", "号码", "到期", "备注"}, {"Room", "Kind", "Name", "Model", "Number", "Expires", "Notes"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([][]any, error) {
		found, err := all(ctx, tx, `WHERE b.community_id = $1 AND b.customer_id = $2 AND {scope:b} ORDER BY b.id`, c.Community, c.ID)
		var rows [][]any
		for _, v := range found {
			rows = append(rows, []any{v.Label, string(v.Kind), v.Name, v.Model, v.Number, v.ExpiresOn, v.Notes})
		}
		return rows, err
	},
}

// ErasureGuard takes what was theirs alone out of the register.
var ErasureGuard = customer.Guard{
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		_, err := tx.Exec(ctx, `DELETE FROM belonging WHERE community_id = $1 AND customer_id = $2`, c.Community, c.ID)
		return err
	},
}
