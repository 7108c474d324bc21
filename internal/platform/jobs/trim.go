package jobs

import (
	"context"
	"time"

	"guanjia/internal/platform/db"
)

const (
	keepEvents  = 30 * 24 * time.Hour
	keepAnswers = 48 * time.Hour
	trimMost    = 1000
)

// Ids follow time, so the oldest events are the first by id; looking at the
// first thousand only needs no index on the time. One that has no seq yet stays.
// Answers have none either: a scan each hour costs less than an index at each write.
const (
	oldestEvents = `SELECT id FROM outbox ORDER BY id LIMIT $2`
	trimAnswers  = `DELETE FROM idempotency WHERE (account_id, key) IN (
		SELECT account_id, key FROM idempotency WHERE at < $1 LIMIT $2)`
)

// trim throws away old events and old answers, a thousand in a transaction, so
// that nobody waits for it long.
func (r *Runner) trim(ctx context.Context) error {
	for _, t := range []struct {
		q    string
		keep time.Duration
	}{{`DELETE FROM outbox WHERE at < $1 AND seq IS NOT NULL AND id ` + r.d.Engine.Chosen(oldestEvents), keepEvents}, {trimAnswers, keepAnswers}} {
		for n := int64(trimMost); n == trimMost && ctx.Err() == nil; { // what is left waits for the next interval
			if err := r.d.Bulk(ctx, self, actTrim, func(tx *db.Tx) (err error) {
				tx.Silent("what is old is thrown away by rule")
				n, err = tx.Global("old rows of every community").Exec(ctx, t.q, tx.Now.Add(-t.keep), trimMost)
				return err
			}); err != nil {
				return err
			}
		}
	}
	return nil
}
