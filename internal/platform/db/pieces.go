package db

import (
	"context"

	"guanjia/internal/platform/authz"
)

// atOnce is how many rows Piecewise touches in one transaction.
const atOnce = 500

// Piecewise erases what is old: it runs q, whose last parameter is how many rows
// it touches at most, until there are no more, each time in a transaction of its
// own, so that nobody waits for all of it. It says how many rows that were.
func (d *DB) Piecewise(ctx context.Context, act authz.Action, q string, args ...any) (total int64, err error) {
	who := authz.System("retention", act)
	args = append(args, atOnce)
	for n := int64(atOnce); n == atOnce && ctx.Err() == nil; total += n {
		if err := d.Bulk(ctx, who, act, func(tx *Tx) (err error) {
			tx.Silent("how many were erased is told once, by the run as a whole")
			n, err = tx.Exec(ctx, q, args...)
			return err
		}); err != nil {
			return total, err
		}
	}
	return total, ctx.Err()
}
