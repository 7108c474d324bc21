package cashier

import (
	"context"
	"slices"

	"guanjia/internal/billing"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Ahead is what a room has prepaid for an item, or for anything, by whose it is.
type Ahead struct {
	Item     billing.ItemID `json:"itemId,omitempty"`
	ItemName string         `json:"itemName,omitempty" doc:"empty: for anything"`
	Of       string         `json:"of,omitempty" enum:"earlier,tenant,developer,other," doc:"left out: of the owners of today. What an earlier owner, a tenant or anybody else prepaid pays their bills only"`
	Name     string         `json:"name,omitempty" doc:"of who prepaid it, where it is not of the owners of today"`
	Fen      money.Fen      `json:"amount"`
}

// aheadLeft is a prepayment with the names that people see.
type aheadLeft struct {
	left
	ItemName string `db:"item_name"`
	Name     string `db:"name"`
}

// aheads are the prepayments of a room, oldest first, also those of which nothing is left.
func aheads(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) ([]left, error) {
	all, err := named(ctx, tx, community, room)
	out := make([]left, len(all))
	for i, l := range all {
		out[i] = l.left
	}
	return out, err
}

func named(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) ([]aheadLeft, error) {
	return db.All[aheadLeft](ctx, tx, `SELECT x.id, x.item_id, x.on_day, x.room_id, p.customer_id AS who, p.customer_id IS NULL AND (SUBSTR(p.source, 1, 9) = 'released:' OR SUBSTR(p.source, 1, 10) = 'corrected:') AS developer,
		x.amount + COALESCE((SELECT CAST(SUM(u.amount) AS BIGINT) FROM payment_part u WHERE u.community_id = x.community_id AND u.uses_id = x.id AND u.reversed_at IS NULL), 0) AS fen, COALESCE(i.name, '') AS item_name, COALESCE(c.name, '') AS name
		FROM payment_part x JOIN payment p ON p.community_id = x.community_id AND p.id = x.payment_id LEFT JOIN charge_item i ON i.community_id = x.community_id AND i.id = x.item_id LEFT JOIN customer c ON c.community_id = p.community_id AND c.id = p.customer_id
		WHERE x.community_id = $1 AND x.room_id = $2 AND x.part = 'prepaid' AND x.line_id IS NULL AND x.amount > 0 AND x.reversed_at IS NULL AND {scope:x} ORDER BY x.on_day, x.id`, community, room)
}

// ownedBy are those who own or rent a room, or did.
func ownedBy(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) (household, error) {
	return db.All[living](ctx, tx, `SELECT x.customer_id, x.kind = 'tenant' AS tenant, x.from_on, x.to_on FROM relation x WHERE x.community_id = $1 AND x.room_id = $2 AND x.kind IN ('owner', 'tenant') AND {scope:x} ORDER BY x.id`, community, room)
}

// AheadOf is what a room has prepaid, by item and by whose it is: first what is
// of the owners of today.
func AheadOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) (out []Ahead, err error) {
	day, err := today(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	all, err := named(ctx, tx, community, room)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	home, err := ownedBy(ctx, tx, community, room)
	if err != nil {
		return nil, err
	}
	see := customer.SightOf(tx.Who, community)
	for _, l := range all {
		if l.Fen == 0 {
			continue
		}
		a := Ahead{Item: l.Item, ItemName: l.ItemName, Of: home.of(l.left, day), Fen: l.Fen}
		if a.Of != "" && l.Name != "" {
			a.Name = see.Name(l.Name, false)
		}
		at := slices.IndexFunc(out, func(o Ahead) bool { return o.Item == a.Item && o.Of == a.Of && o.Name == a.Name })
		if at < 0 {
			out = append(out, a)
		} else if out[at].Fen, err = money.Sum(out[at].Fen, a.Fen); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b Ahead) int { return len(a.Of) - len(b.Of) })
	return out, nil
}

// AheadOfThose is what of a room's prepayments is left that belongs to some people.
func AheadOfThose(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID, who []db.ID) (sum money.Fen, err error) {
	all, err := aheads(ctx, tx, community, room)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	home, err := ownedBy(ctx, tx, community, room)
	for _, l := range all {
		if slices.ContainsFunc(home.whose(l), func(w db.ID) bool { return slices.Contains(who, w) }) {
			sum += l.Fen
		}
	}
	return sum, err
}

// AheadMove is what a payment, and its reversal, did to what is paid ahead for a
// room and an item.
type AheadMove struct {
	Room     housing.RoomID `db:"room_id"`
	Item     billing.ItemID `db:"item_id"`
	Txn      ledger.TxnID   `db:"txn_id"`
	Day      clock.Day      `db:"on_day"`
	Reversal ledger.TxnID   `db:"reversal_id"`
	Reversed clock.Day      `db:"reversed_on"`
	Fen      money.Fen      `db:"fen"`
}

type livingIn struct {
	Room housing.RoomID `db:"room_id"`
	living
}

// heldMove is such a move with who had prepaid it, and when.
type heldMove struct {
	AheadMove
	Who       db.ID     `db:"who"`
	Developer bool      `db:"developer"`
	Held      clock.Day `db:"held_on"`
}

// AheadOfEarlier are all moves of what earlier owners prepaid for some rooms, as
// of a day: the ledger knows the room only, and it is not of who owns it then.
func AheadOfEarlier(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID, on clock.Day) (out []AheadMove, err error) {
	for some := range slices.Chunk(rooms, atOnce) {
		args := []any{community}
		marks := db.Among(&args, some)
		lived, err := db.All[livingIn](ctx, tx, `SELECT x.room_id, x.customer_id, x.kind = 'tenant' AS tenant, x.from_on, x.to_on FROM relation x WHERE x.community_id = $1 AND x.room_id IN `+marks+` AND x.kind IN ('owner', 'tenant') AND {scope:x} ORDER BY x.id`, args...)
		if err != nil {
			return nil, err
		}
		homes := map[housing.RoomID]household{}
		for _, l := range lived {
			homes[l.Room] = append(homes[l.Room], l.living)
		}
		if !slices.ContainsFunc(lived, func(l livingIn) bool { return !l.Tenant && !l.To.IsZero() }) {
			continue
		}
		if err := db.Each(ctx, tx, `SELECT x.room_id, x.item_id, p.txn_id, p.on_day, p.reversal_id, p.reversed_on, x.amount AS fen, q.customer_id AS who, q.customer_id IS NULL AND (SUBSTR(q.source, 1, 9) = 'released:' OR SUBSTR(q.source, 1, 10) = 'corrected:') AS developer, o.on_day AS held_on
			FROM payment_part x JOIN payment p ON p.community_id = x.community_id AND p.id = x.payment_id JOIN payment_part o ON o.community_id = x.community_id AND o.id = COALESCE(x.uses_id, x.id) JOIN payment q ON q.community_id = o.community_id AND q.id = o.payment_id
			WHERE x.community_id = $1 AND x.room_id IN `+marks+` AND x.part = 'prepaid' AND x.line_id IS NULL AND {scope:x} ORDER BY x.id`, args, func(r heldMove) error {
			if homes[r.Room].of(left{Who: r.Who, Developer: r.Developer, Day: r.Held}, on) == "earlier" {
				out = append(out, r.AheadMove)
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
