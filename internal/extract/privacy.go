package extract

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
)

// Merges are the columns of this package that name a customer: each has one
// preference, and one statement of the same days.
var Merges = []customer.Merge{
	{Table: "extract_preference", Column: "customer_id", Twin: `o.id <> t.id`},
	{Table: "extract_made", Column: "customer_id", Twin: `COALESCE(o.room_id, 0) = COALESCE(t.room_id, 0) AND o.from_on = t.from_on AND o.to_on = t.to_on`},
}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"对账单", "Statements"}, Heads: [2][]string{{"时间", "形式", "从", "到", "语言", "状态", "方式"}, {"At", "Form", "From", "To", "Language", "State", "Channels"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) (rows [][]any, err error) {
		p, err := preference(ctx, tx, c)
		if err != nil {
			return nil, err
		}
		if p.Version > 0 {
			rows = append(rows, []any{p.At.String(), string(p.Form), string(p.Rhythm), "", p.Lang, "", ""})
		}
		all, err := db.All[Made](ctx, tx, `SELECT `+db.Columns[Made]("m")+` FROM extract_made m WHERE m.community_id = $1 AND m.customer_id = $2 AND {scope:m} ORDER BY m.id`, c.Community, c.ID)
		for _, m := range all {
			rows = append(rows, []any{m.At.String(), string(m.Form), m.From, m.To, m.Lang, m.State, m.Channels})
		}
		return rows, err
	},
}

// ErasureGuard ends the sending: who is erased has no preference any more. What
// was sent names days and an archive, and no more.
var ErasureGuard = customer.Guard{
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		_, err := tx.Exec(ctx, `DELETE FROM extract_preference WHERE community_id = $1 AND customer_id = $2 AND {scope}`, c.Community, c.ID)
		return err
	},
}
