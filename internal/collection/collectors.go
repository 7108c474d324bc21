package collection

import (
	"context"
	"time"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Collector is what came of one person's work with those who owe (ARR-06).
type Collector struct {
	ID       authz.AccountID `db:"id" json:"id"`
	Name     string          `db:"name" json:"name"`
	Calls    int64           `db:"calls" json:"calls" doc:"calls, visits and notices that were done in the period"`
	Reached  int64           `db:"reached" json:"reached" doc:"of them, somebody was spoken to or the notice was served"`
	Promises int64           `db:"promises" json:"promises" doc:"written down in the period"`
	Kept     int64           `db:"kept" json:"kept"`
	Broken   int64           `db:"broken" json:"broken"`
	Paid     money.Fen       `db:"paid" json:"paid" doc:"principal that came in the period, within 30 days after this person was the last to deal with the household"`
}

// credited is how long after a call or visit a payment counts for who made it.
const credited = 30 * 24 * time.Hour

// Collectors adds up each person's calls, promises, and what was paid after them.
func (s *Service) Collectors(ctx context.Context, who authz.Actor, a Asked) (out []Collector, err error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, a.Community); err != nil {
			return err
		}
		out, err = collectors(ctx, tx, a)
		return err
	})
	return out, err
}

func collectors(ctx context.Context, tx *db.Tx, a Asked) ([]Collector, error) {
	zone, err := org.Zone(ctx, tx, a.Community)
	if err != nil {
		return nil, err
	}
	args := []any{a.Community, a.first().Start(zone), a.end().Start(zone), a.first(), a.end(), credited.Milliseconds()}
	return db.All[Collector](ctx, tx, `SELECT z.id, MAX(z.name) AS name, CAST(SUM(z.calls) AS BIGINT) AS calls, CAST(SUM(z.reached) AS BIGINT) AS reached, CAST(SUM(z.promises) AS BIGINT) AS promises,
			CAST(SUM(z.kept) AS BIGINT) AS kept, CAST(SUM(z.broken) AS BIGINT) AS broken, CAST(SUM(z.paid) AS BIGINT) AS paid FROM (
		SELECT d.done_by AS id, d.done_by_name AS name, 1 AS calls, CASE WHEN d.result IN ('reached', 'promised', 'refused', 'served') THEN 1 ELSE 0 END AS reached, 0 AS promises, 0 AS kept, 0 AS broken, 0 AS paid
			FROM dun d WHERE d.community_id = $1 AND d.done_by IS NOT NULL AND d.done_at >= $2 AND d.done_at < $3 AND {scope:d}
		UNION ALL SELECT p.by_id, p.by_name, 0, 0, 1, CASE WHEN p.state = 'kept' THEN 1 ELSE 0 END, CASE WHEN p.state = 'broken' THEN 1 ELSE 0 END, 0
			FROM pay_promise p WHERE p.community_id = $1 AND p.by_id IS NOT NULL AND p.made_on >= $4 AND p.made_on < $5 AND {scope:p}
		UNION ALL SELECT w.id, '', 0, 0, 0, 0, 0, w.amount FROM (
			SELECT x.amount, (SELECT d.done_by FROM dun d WHERE d.community_id = x.community_id AND d.room_id = x.room_id AND d.done_by IS NOT NULL AND d.done_at <= y.at AND d.done_at > y.at - $6 ORDER BY d.done_at DESC, d.id DESC LIMIT 1) AS id
			FROM payment_part x JOIN payment y ON y.community_id = x.community_id AND y.id = x.payment_id
			WHERE x.community_id = $1 AND x.part = 'principal' AND y.means <> 'early' AND x.reversed_at IS NULL AND y.on_day >= $4 AND y.on_day < $5 AND {scope:x}) w WHERE w.id IS NOT NULL
		) z GROUP BY z.id ORDER BY paid DESC, calls DESC, z.id`, args...)
}
