package customer

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/search"
)

const (
	actIndex authz.Action = "customer.index"

	indexBatch = 500
)

var indexer = authz.System("search", actIndex)

// IndexNames makes what names are found by where a program from before the
// index wrote them (CUS-03). It says how many.
func (s *Service) IndexNames(ctx context.Context) (n int64, err error) {
	for done := false; !done && ctx.Err() == nil; {
		if err := s.DB.Write(ctx, indexer, actIndex, func(tx *db.Tx) error {
			tx.Silent("an index says nothing that the names do not")
			type named struct {
				ID        ID                `db:"id"`
				Community authz.CommunityID `db:"community_id"`
				Name      string            `db:"name"`
				Erased    bool              `db:"erased"`
			}
			all, err := db.All[named](ctx, tx, `SELECT c.id, c.community_id, c.name, c.erased_at IS NOT NULL AS erased FROM customer c WHERE c.grams = '' AND {scope:c} ORDER BY c.id LIMIT $1`, indexBatch)
			if err != nil {
				return err
			}
			for _, c := range all {
				grams := search.Grams(c.Community, c.Name)
				if c.Erased {
					grams = search.Erased
				}
				if _, err := tx.Exec(ctx, `UPDATE customer SET grams = $1 WHERE id = $2 AND {scope}`, grams, c.ID); err != nil {
					return err
				}
			}
			n += int64(len(all))
			done = len(all) < indexBatch
			return nil
		}); err != nil {
			return n, err
		}
	}
	return n, ctx.Err()
}
