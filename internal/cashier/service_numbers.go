package cashier

import (
	"context"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

const (
	actNumbers authz.Action = "cashier.numbers"

	numbersAtOnce = 500
)

var numberer = authz.System("cashier", actNumbers)

// FillNumbers keeps the numbers of money that a program from before their one
// form wrote, so that they are found however somebody types them (PAY-07,
// ARR-06). It says how many.
func (s *Service) FillNumbers(ctx context.Context) (n int64, err error) {
	for _, table := range []string{"payment", "suspense"} {
		for after, done := int64(0), false; !done && ctx.Err() == nil; {
			if err := s.DB.Write(ctx, numberer, actNumbers, func(tx *db.Tx) error {
				tx.Silent("the form of a number says nothing that the number does not")
				type unkeyed struct {
					ID        int64  `db:"id"`
					Reference string `db:"reference"`
				}
				all, err := db.All[unkeyed](ctx, tx, `SELECT p.id, p.reference FROM `+table+` p WHERE p.reference_key = '' AND p.reference <> '' AND p.id > $1 AND {scope:p} ORDER BY p.id LIMIT $2`, after, numbersAtOnce)
				if err != nil {
					return err
				}
				for _, p := range all {
					if _, err := tx.Exec(ctx, `UPDATE `+table+` SET reference_key = $1 WHERE id = $2 AND {scope}`, ledger.Number(p.Reference), p.ID); err != nil {
						return err
					}
				}
				if done = len(all) < numbersAtOnce; len(all) > 0 {
					after = all[len(all)-1].ID
				}
				n += int64(len(all))
				return nil
			}); err != nil {
				return n, err
			}
		}
	}
	return n, ctx.Err()
}
