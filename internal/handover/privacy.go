package handover

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "handover", Column: "customer_id"}, {Table: "room_paper", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"交房与签署", "Hand-over and papers"}, Heads: [2][]string{{"房屋", "事项", "版本", "日期"}, {"Room", "What", "Edition", "Day"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([][]any, error) {
		type signedPaper struct {
			Paper
			Label string `db:"label"`
		}
		papers, err := db.All[signedPaper](ctx, tx, `SELECT `+db.Columns[Paper]("p")+`, r.label FROM room_paper p JOIN room r ON r.community_id = p.community_id AND r.id = p.room_id
			WHERE p.community_id = $1 AND p.customer_id = $2 AND {scope:p} ORDER BY p.id`, c.Community, c.ID)
		if err != nil {
			return nil, err
		}
		var rows [][]any
		for _, p := range papers {
			rows = append(rows, []any{p.Label, string(p.Kind), p.Edition, p.SignedOn})
		}
		type taken struct {
			Handover
			Label string `db:"label"`
		}
		taking, err := db.All[taken](ctx, tx, `SELECT `+columns+`, r.label FROM handover h JOIN room r ON r.community_id = h.community_id AND r.id = h.room_id
			WHERE h.community_id = $1 AND h.customer_id = $2 AND {scope:h} ORDER BY h.id`, c.Community, c.ID)
		for _, h := range taking {
			rows = append(rows, []any{h.Label, string(h.State), "", h.AppointedOn})
		}
		return rows, err
	},
}

// ErasureGuard takes who received or signed out of the records of somebody
// erased, and the scans of what they signed, which hold name and signature.
var ErasureGuard = customer.Guard{
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		if _, err := tx.Exec(ctx, `UPDATE handover SET customer_id = NULL, notes = '', version = version + 1 WHERE community_id = $1 AND customer_id = $2`, c.Community, c.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE room_paper SET customer_id = NULL, blob = '', type = '', size = 0, version = version + 1 WHERE community_id = $1 AND customer_id = $2`, c.Community, c.ID)
		return err
	},
}
