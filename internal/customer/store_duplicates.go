package customer

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// duplicates finds the pairs in one statement. Organisations share telephones
// and rooms with people, so a pair is of one kind.
func duplicates(ctx context.Context, tx *db.Tx, community authz.CommunityID, after pair, limit int) ([]pair, error) {
	return db.All[pair](ctx, tx, `
		SELECT d.a, d.b, string_agg(d.reason, ',') AS reasons FROM (
			SELECT DISTINCT p.customer_id AS a, q.customer_id AS b, 'identity' AS reason FROM customer_identity p
				JOIN customer_identity q ON q.community_id = p.community_id AND q.number_index = p.number_index AND q.customer_id > p.customer_id WHERE p.community_id = $1
			UNION SELECT DISTINCT p.customer_id, q.customer_id, 'mobile' FROM customer_mobile p
				JOIN customer_mobile q ON q.community_id = p.community_id AND q.mobile_index = p.mobile_index AND q.customer_id > p.customer_id WHERE p.community_id = $1 AND p.mobile_index <> ''
			UNION SELECT DISTINCT p.customer_id, q.customer_id, 'room' FROM relation p
				JOIN relation q ON q.community_id = p.community_id AND q.room_id = p.room_id AND q.customer_id > p.customer_id
				JOIN customer x ON x.community_id = p.community_id AND x.id = p.customer_id
				JOIN customer y ON y.community_id = q.community_id AND y.id = q.customer_id AND y.name = x.name WHERE p.community_id = $1
		) d
		JOIN customer a ON a.community_id = $1 AND a.id = d.a AND a.merged_into IS NULL AND a.erased_at IS NULL
		JOIN customer b ON b.community_id = $1 AND b.id = d.b AND b.merged_into IS NULL AND b.erased_at IS NULL AND b.kind = a.kind
		WHERE {scope:a} AND NOT EXISTS (SELECT 1 FROM customer_not_same n WHERE n.community_id = $1 AND n.a_id = d.a AND n.b_id = d.b) AND (d.a, d.b) > ($2, $3)
		GROUP BY d.a, d.b ORDER BY d.a, d.b LIMIT $4`, community, int64(after.A), int64(after.B), limit)
}
