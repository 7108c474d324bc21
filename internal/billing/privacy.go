package billing

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "bill_draft", Column: "customer_id"}, {Table: "bill_line", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"账单", "Bills"}, Heads: [2][]string{{"房屋", "项目", "账期", "从", "到", "应交日", "金额", "冲销"}, {"Room", "Charge", "Period", "From", "To", "Due", "Amount", "Reversed"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) (rows [][]any, err error) {
		all, err := db.All[LineView](ctx, tx, views("bill_line", "l.reversed_at")+` WHERE l.community_id = $1 AND l.customer_id = $2 AND r.state IN `+ShownStates+` AND {scope:l} ORDER BY l.period, l.id`, c.Community, c.ID)
		for _, l := range all {
			reversed := ""
			if l.ReversedAt != nil {
				reversed = l.ReversedAt.String()
			}
			rows = append(rows, []any{l.Label, l.ItemName, l.Period.String(), l.From, l.To, l.Due, l.Fen.String(), reversed})
		}
		if err != nil {
			return rows, err
		}
		offs, err := db.All[DiscountView](ctx, tx, `SELECT `+db.Columns[Discount]("d")+`, o.label, i.name AS item_name FROM bill_discount d JOIN room o ON o.community_id = d.community_id AND o.id = d.room_id JOIN charge_item i ON i.community_id = d.community_id AND i.id = d.item_id
			WHERE d.community_id = $1 AND `+ofOwner+` AND {scope:d} ORDER BY d.id`, c.Community, c.ID)
		for _, d := range offs {
			rows = append(rows, []any{d.Label, d.ItemName + " " + string(d.Kind), "", d.First.String(), d.Last.String(), "", d.Percent, d.Reason + " " + d.Inspection})
		}
		return rows, err
	},
}

// ofOwner chooses the reductions d of rooms that a person ($2) owns or owned.
const ofOwner = `d.room_id IN (SELECT x.room_id FROM relation x WHERE x.community_id = $1 AND x.customer_id = $2 AND x.kind = 'owner')`

// ErasureGuard leaves bills as they are: books are kept by law, and what they
// say of an erased person is the number of an archive without a name. Drafts of
// runs that were not booked forget them.
var ErasureGuard = customer.Guard{
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		if _, err := tx.Exec(ctx, `UPDATE bill_discount AS d SET reason = '', inspection = '' WHERE d.community_id = $1 AND `+ofOwner+` AND {scope:d}`, c.Community, c.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE bill_draft SET customer_id = NULL WHERE community_id = $1 AND customer_id = $2 AND run_id IN (SELECT id FROM bill_run WHERE state = 'dropped' AND {scope}) AND {scope}`, c.Community, c.ID)
		return err
	},
}
