package lease

import (
	"context"
	"fmt"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "lease_party", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"租约", "Tenancies"}, Heads: [2][]string{{"房屋", "身份", "电话", "证件", "从", "到", "结束"}, {"Room", "Role", "Number", "Document", "From", "To", "Ended"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([][]any, error) {
		all, err := db.All[View](ctx, tx, views+`WHERE l.community_id = $1 AND l.id IN (SELECT p.lease_id FROM lease_party p WHERE p.community_id = $1 AND p.customer_id = $2) AND {scope:l} ORDER BY l.id`, c.Community, c.ID)
		if err == nil {
			err = complete(ctx, tx, all)
		}
		var rows [][]any
		for _, v := range all {
			for _, p := range v.Parties {
				if p.Customer == c.ID {
					rows = append(rows, []any{v.Label, string(p.Role), p.number, p.identity, v.From, v.To, v.EndedOn})
				}
			}
		}
		return rows, err
	},
}

// ErasureGuard keeps who is in a running tenancy, and takes those who are
// erased out of the old ones.
var ErasureGuard = customer.Guard{
	Obstacles: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([]errs.Field, error) {
		rooms, err := db.All[string](ctx, tx, `SELECT DISTINCT o.label FROM lease_party p JOIN lease l ON l.community_id = p.community_id AND l.id = p.lease_id AND l.ended_on IS NULL
			JOIN room o ON o.community_id = l.community_id AND o.id = l.room_id WHERE p.community_id = $1 AND p.customer_id = $2 ORDER BY o.label LIMIT 50`, c.Community, c.ID)
		var out []errs.Field
		for i, room := range rooms {
			out = append(out, errs.Field{Name: fmt.Sprintf("leases[%d]", i), Code: "customer.erase_lease", Params: map[string]any{"room": room}})
		}
		return out, err
	},
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		_, err := tx.Exec(ctx, `UPDATE lease_party SET name = '', number_sealed = '', identity_sealed = '', identity_kind = '' WHERE community_id = $1 AND customer_id = $2`, c.Community, c.ID)
		return err
	},
}
