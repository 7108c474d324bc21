package followup

import (
	"context"
	"fmt"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "follow_up", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"回访", "Follow-ups"}, Heads: [2][]string{{"单号", "时间", "状态", "评分", "原话"}, {"Ticket", "Time", "State", "Rating", "Words"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([][]any, error) {
		all, err := db.All[View](ctx, tx, views+`WHERE f.community_id = $1 AND f.customer_id = $2 AND {scope:f} ORDER BY f.id`, c.Community, c.ID)
		var rows [][]any
		for _, v := range all {
			at, rating := "", any(nil)
			if v.DoneAt != nil {
				at = v.DoneAt.String()
			}
			if v.Rating != nil {
				rating = sheet.Decimal(fmt.Sprintf("%d.%d", *v.Rating/10, *v.Rating%10))
			}
			rows = append(rows, []any{v.Number, at, v.State, rating, v.Words})
		}
		return rows, err
	},
}
