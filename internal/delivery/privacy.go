package delivery

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "bill_notice", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"账单通知", "Bill notices"}, Heads: [2][]string{{"房屋", "时间", "状态", "方式", "上门结果", "说明"}, {"Room", "At", "State", "Channels", "At the door", "Words"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) (rows [][]any, err error) {
		type row struct {
			Notice
			Label  string `db:"label"`
			Result string `db:"result"`
			Words  string `db:"words"`
		}
		all, err := db.All[row](ctx, tx, `SELECT `+db.Columns[Notice]("n")+`, o.label, COALESCE(v.result, '') AS result, COALESCE(v.words, '') AS words`+fromNotices+` LEFT JOIN bill_visit v ON v.community_id = n.community_id AND v.notice_id = n.id
			WHERE n.community_id = $1 AND n.customer_id = $2 AND {scope:n} ORDER BY n.id, v.id`, c.Community, c.ID)
		for _, r := range all {
			rows = append(rows, []any{r.Label, r.At.String(), string(r.State), r.Channels, r.Result, r.Words})
		}
		return rows, err
	},
}

// ErasureGuard leaves that a notice went out, and takes the words and pictures
// of the door away, which may show who is erased.
var ErasureGuard = customer.Guard{
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		const theirs = `notice_id IN (SELECT id FROM bill_notice WHERE community_id = $1 AND customer_id = $2)`
		if _, err := tx.Exec(ctx, `UPDATE bill_visit SET words = '' WHERE community_id = $1 AND `+theirs+` AND {scope}`, c.Community, c.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM bill_visit_photo WHERE community_id = $1 AND `+theirs+` AND {scope}`, c.Community, c.ID)
		return err
	},
}
