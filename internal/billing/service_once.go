package billing

import (
	"context"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// OnceItems are the items that the desk bills one by one, in another domain's transaction.
func OnceItems(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Item, error) {
	return db.All[Item](ctx, tx, `SELECT `+db.Columns[Item]("i")+` FROM charge_item i WHERE i.community_id = $1 AND i.state = 'active' AND i.basis IN ('single', 'parking_time') AND {scope:i} ORDER BY i.code`, community)
}

// TariffOf is the version of an item's tariff that holds for a room on a day; of
// no room that of the community. ok is false where there is none.
func TariffOf(ctx context.Context, tx *db.Tx, i Item, room housing.Room, day clock.Day) (t Tariff, ok bool, err error) {
	all, err := db.All[Tariff](ctx, tx, `SELECT `+db.Columns[Tariff]("t")+` FROM tariff t WHERE t.community_id = $1 AND t.item_id = $2 AND t.state = 'approved' AND {scope:t} ORDER BY t.from_on, t.id`, i.Community, i.ID)
	if err != nil {
		return t, false, err
	}
	t, ok = tariffOn(versions(all, roomIn{ID: room.ID, Building: room.Building, Type: string(room.Type)}), day)
	return t, ok, nil
}

// SingleOf is the live line of a single; 0: there is none.
func SingleOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, source string) (LineID, error) {
	return lineOf(ctx, tx, community, source)
}

// StaysOf are the stays that stand on live lines whose source begins with a text.
func StaysOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, begins string) ([]StayExplain, error) {
	type row struct {
		Explain Explain `db:"explain"`
	}
	all, err := db.All[row](ctx, tx, `SELECT l.explain FROM bill_line l WHERE l.community_id = $1 AND l.source >= $2 AND l.source < $3 AND l.source <> '' AND l.reversed_at IS NULL AND {scope:l}`, community, begins+":", begins+";")
	out := make([]StayExplain, 0, len(all))
	for _, r := range all {
		if r.Explain.Stay != nil {
			out = append(out, *r.Explain.Stay)
		}
	}
	return out, err
}

// SourceOf is what a line was billed for once; "" of a run's lines.
func SourceOf(ctx context.Context, tx *db.Tx, id LineID) (string, error) {
	return db.One[string](ctx, tx, `SELECT l.source FROM bill_line l WHERE l.id = $1 AND {scope:l}`, id)
}

// OnceLines are the lines of a month whose source begins with one of two words,
// reversed ones too, the latest first.
func OnceLines(ctx context.Context, tx *db.Tx, community authz.CommunityID, p clock.Period, words [2]string, before LineID, limit int) ([]LineView, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	all, err := db.All[LineView](ctx, tx, views("bill_line", "l.reversed_at")+` WHERE l.community_id = $1 AND l.period = $2 AND r.kind = 'single' AND l.id < $3 AND (l.source >= $4 AND l.source < $5 OR l.source >= $6 AND l.source < $7) AND {scope:l} ORDER BY l.id DESC LIMIT $8`,
		community, p, before, words[0]+":", words[0]+";", words[1]+":", words[1]+";", limit)
	return masked(tx, all), err
}
