package customer

import (
	"context"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// OwnersOf names the first owner of each of some rooms of a community, as far
// as the actor may see them; nobody for who may not see customers at all.
func OwnersOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID) (map[housing.RoomID]string, error) {
	out := map[housing.RoomID]string{}
	if len(rooms) == 0 || !tx.Who.Scope(ActView).Sees(community) {
		return out, nil
	}
	type row struct {
		Room housing.RoomID `db:"room_id"`
		Name string         `db:"name"`
		Kind Kind           `db:"kind"`
	}
	see := SightOf(tx.Who, community)
	const together = 500
	for from := 0; from < len(rooms); from += together {
		args := []any{community}
		these := db.Among(&args, rooms[from:min(from+together, len(rooms))])
		found, err := db.All[row](ctx, tx, `SELECT r.room_id, c.name, c.kind FROM relation r JOIN customer c ON c.community_id = r.community_id AND c.id = r.customer_id
			WHERE r.community_id = $1 AND r.room_id IN `+these+` AND r.kind = 'owner' AND r.to_on IS NULL AND {scope:r} ORDER BY r.room_id, r.id`, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			if _, ok := out[r.Room]; !ok {
				out[r.Room] = see.Name(r.Name, r.Kind == Organisation)
			}
		}
	}
	return out, nil
}

// NamesOf names customers of a community, as far as the actor may see them;
// nobody for who may not see customers at all.
func NamesOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, ids []ID) (map[ID]string, error) {
	out := map[ID]string{}
	if !tx.Who.Scope(ActView).Sees(community) {
		return out, nil
	}
	type row struct {
		ID   ID     `db:"id"`
		Name string `db:"name"`
		Kind Kind   `db:"kind"`
	}
	see := SightOf(tx.Who, community)
	const together = 500
	for from := 0; from < len(ids); from += together {
		args := []any{community}
		these := db.Among(&args, ids[from:min(from+together, len(ids))])
		found, err := db.All[row](ctx, tx, `SELECT c.id, c.name, c.kind FROM customer c WHERE c.community_id = $1 AND c.id IN `+these+` AND {scope:c}`, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			out[r.ID] = see.Name(r.Name, r.Kind == Organisation)
		}
	}
	return out, nil
}
