package reminder

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "callback", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"约定回电", "Agreed calls"}, Heads: [2][]string{{"日期", "事由", "记录人"}, {"Day", "About", "Recorded by"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([][]any, error) {
		all, err := db.All[Callback](ctx, tx, `SELECT `+db.Columns[Callback]("")+` FROM callback WHERE community_id = $1 AND customer_id = $2 AND {scope} ORDER BY id`, c.Community, c.ID)
		var rows [][]any
		for _, b := range all {
			rows = append(rows, []any{b.Day, b.Words, b.ByName})
		}
		return rows, err
	},
}

// ErasureGuard deletes the calls agreed with somebody, and what was noted beside reminders of them.
var ErasureGuard = customer.Guard{
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		calls, err := db.All[CallbackID](ctx, tx, `SELECT id FROM callback WHERE community_id = $1 AND customer_id = $2`, c.Community, c.ID)
		if err != nil {
			return err
		}
		subjects := []string{"customer:" + c.ID.String()}
		for _, id := range calls {
			subjects = append(subjects, "callback:"+id.String())
		}
		for _, subject := range subjects {
			if _, err := tx.Exec(ctx, `UPDATE reminder_mark SET note = '', version = version + 1 WHERE community_id = $1 AND subject = $2`, c.Community, subject); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `DELETE FROM callback WHERE community_id = $1 AND customer_id = $2`, c.Community, c.ID)
		return err
	},
}
