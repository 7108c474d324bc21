package arrears

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// theirs selects the rows of a table that are about a person: they fall in the
// time in which the person owned the room. $1 is the community, $2 the person.
func theirs(on string) string {
	return `EXISTS (SELECT 1 FROM relation o WHERE o.community_id = x.community_id AND o.room_id = x.room_id AND o.customer_id = $2 AND o.kind = 'owner'
		AND (o.from_on IS NULL OR o.from_on <= ` + on + `) AND (o.to_on IS NULL OR o.to_on >= ` + on + `))`
}

// askedOf selects the steps that were about a person: as a tenant of theirs by the
// lines, as an owner by the days.
var askedOf = `(x.debtor = '' AND ` + theirs("x.on_day") + ` OR x.debtor <> '' AND EXISTS (SELECT 1 FROM dun_line y JOIN bill_line l ON l.community_id = y.community_id AND l.id = y.line_id
	WHERE y.community_id = x.community_id AND y.dun_id = x.id AND l.customer_id = $2))`

// disputed selects the disputes of bills that a person owes.
const disputed = `x.line_id IN (SELECT id FROM bill_line WHERE community_id = $1 AND customer_id = $2)`

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"欠费往来", "Arrears"}, Heads: [2][]string{{"事项", "日期", "金额", "状态", "内容"}, {"Matter", "Day", "Amount", "State", "Words"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) (rows [][]any, err error) {
		type row struct {
			What  string `db:"what"`
			On    string `db:"on_day"`
			Fen   int64  `db:"amount"`
			State string `db:"state"`
			Words string `db:"words"`
		}
		all, err := db.All[row](ctx, tx, `SELECT 'reminder' AS what, x.on_day, x.amount, x.state, x.words FROM dun x WHERE x.community_id = $1 AND `+askedOf+` AND {scope:x}
			UNION ALL SELECT 'promise', x.made_on, x.amount, x.state, x.words FROM pay_promise x WHERE x.community_id = $1 AND `+theirs("x.made_on")+` AND {scope:x}
			UNION ALL SELECT 'hardship', x.until_on, 0, '', x.words FROM hardship x WHERE x.community_id = $1 AND `+theirs("x.until_on")+` AND {scope:x}
			UNION ALL SELECT 'dispute', '', x.amount, x.state, x.reason FROM bill_dispute x WHERE x.community_id = $1 AND `+disputed+` AND {scope:x}
			UNION ALL SELECT 'dispute', '', x.amount, s.verb, s.words FROM bill_dispute x JOIN bill_dispute_step s ON s.community_id = x.community_id AND s.dispute_id = x.id WHERE x.community_id = $1 AND `+disputed+` AND {scope:x}
			ORDER BY 1, 2, 4, 5`, c.Community, c.ID)
		for _, r := range all {
			rows = append(rows, []any{r.What, r.On, money.Fen(r.Fen).String(), r.State, r.Words})
		}
		return rows, err
	},
}

// ErasureGuard leaves amounts and days, which belong to the books, and takes the
// words out that were written down about who is erased.
var ErasureGuard = customer.Guard{
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		for _, q := range []string{
			`UPDATE dun AS x SET words = '' WHERE x.community_id = $1 AND ` + askedOf + ` AND {scope:x}`,
			`UPDATE pay_promise AS x SET words = '' WHERE x.community_id = $1 AND ` + theirs("x.made_on") + ` AND {scope:x}`,
			`UPDATE hardship AS x SET words = '' WHERE x.community_id = $1 AND ` + theirs("x.until_on") + ` AND {scope:x}`,
			`UPDATE bill_dispute_step SET words = '' WHERE community_id = $1 AND dispute_id IN (SELECT x.id FROM bill_dispute x WHERE x.community_id = $1 AND ` + disputed + `) AND {scope}`,
			`UPDATE bill_dispute AS x SET reason = '' WHERE x.community_id = $1 AND ` + disputed + ` AND {scope:x}`,
		} {
			if _, err := tx.Exec(ctx, q, c.Community, c.ID); err != nil {
				return err
			}
		}
		return nil
	},
}
