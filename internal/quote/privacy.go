package quote

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// shown is a quote as far as the actor may see who signed it.
func (v View) shown(who authz.Actor) View {
	v.SignedName = customer.SightOf(who, v.Community).Name(v.SignedName, false)
	return v
}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"报价", "Quotes"}, Heads: [2][]string{{"单号", "时间", "金额", "状态", "签字人"}, {"Number", "Quoted", "Amount", "Status", "Signed by"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([][]any, error) {
		type row struct {
			Quote
			Number string `db:"number"`
		}
		all, err := db.All[row](ctx, tx, `SELECT `+db.Columns[Quote]("q")+`, t.number FROM quote q JOIN ticket t ON t.community_id = q.community_id AND t.id = q.ticket_id
			WHERE q.community_id = $1 AND t.customer_id = $2 AND {scope:q} ORDER BY q.id`, c.Community, c.ID)
		var rows [][]any
		for _, q := range all {
			rows = append(rows, []any{q.Number, q.At.String(), q.Total.String(), string(q.State), q.SignedName})
		}
		return rows, err
	},
}

// ErasureGuard takes name and signature of who is erased out of the quotes of
// their tickets; an open ticket is an obstacle already.
var ErasureGuard = customer.Guard{
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		const theirs = ` WHERE community_id = $1 AND ticket_id IN (SELECT id FROM ticket WHERE community_id = $1 AND customer_id = $2)`
		if _, err := tx.Exec(ctx, `UPDATE quote SET signed_name = $3, photo_id = NULL`+theirs+` AND signed_name <> ''`, c.Community, c.ID, customer.ErasedName); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM ticket_photo`+theirs+` AND kind IN ('signature', 'stamp')`, c.Community, c.ID)
		return err
	},
}
