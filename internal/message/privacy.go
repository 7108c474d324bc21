package message

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"消息", "Messages"}, Heads: [2][]string{{"单号", "时间", "渠道", "内容", "状态"}, {"Number", "At", "Channel", "About", "State"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([][]any, error) {
		type row struct {
			Message
			Number string `db:"number"`
		}
		all, err := db.All[row](ctx, tx, `SELECT `+db.Columns[Message]("m")+`, t.number FROM message m JOIN ticket t ON t.community_id = m.community_id AND t.id = m.ticket_id
			WHERE m.community_id = $1 AND t.customer_id = $2 AND {scope:m} ORDER BY m.id`, c.Community, c.ID)
		var rows [][]any
		for _, m := range all {
			rows = append(rows, []any{m.Number, m.At.String(), m.Channel, m.Kind, string(m.State)})
		}
		return rows, err
	},
}

// ErasureGuard forgets address and browsers of who is erased, and what mail
// servers said of them, unless their account lives on at another home.
var ErasureGuard = customer.Guard{
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		g := tx.Global("the erasure was asked for within the scope of who asked")
		accounts, err := db.All[authz.AccountID](ctx, g, `SELECT DISTINCT b.account_id FROM resident_binding b WHERE b.community_id = $1 AND b.customer_id = $2
			AND NOT EXISTS (SELECT 1 FROM resident_binding o WHERE o.account_id = b.account_id AND o.ended_at IS NULL AND (o.community_id <> $1 OR o.customer_id IS NULL OR o.customer_id <> $2))`, c.Community, c.ID)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			for _, q := range []string{`DELETE FROM push_subscription WHERE account_id = $1`, `DELETE FROM message_reach WHERE id = $1`, `UPDATE message SET reason = '' WHERE account_id = $1`} {
				if _, err := g.Exec(ctx, q, a); err != nil {
					return err
				}
			}
		}
		return nil
	},
}

const actTrim authz.Action = "message.trim"

// Trim throws away what is older than before (ACC-13).
func (s *Service) Trim(ctx context.Context, before clock.Instant) (n int64, err error) {
	err = s.DB.Bulk(ctx, authz.System("message", actTrim), actTrim, func(tx *db.Tx) (err error) {
		tx.Silent("what was told stands in the timeline")
		n, err = tx.Exec(ctx, `DELETE FROM message WHERE at < $1 AND state <> 'waiting' AND {scope}`, before)
		return err
	})
	return n, err
}
