package payonline

import (
	"context"
	"errors"

	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// channel is how a community is paid by one of the ways; without anything set, an empty one.
func channel(ctx context.Context, tx *db.Tx, community authz.CommunityID, name string) (Channel, error) {
	c, err := db.One[Channel](ctx, tx, `SELECT `+db.Columns[Channel]("")+` FROM pay_channel WHERE community_id = $1 AND channel = $2 AND {scope}`, community, name)
	if errors.Is(err, db.ErrNotFound) {
		return Channel{Community: community, Channel: name}, nil
	}
	return c, err
}

func channelByID(ctx context.Context, tx *db.Tx, id ChannelID) (Channel, error) {
	return db.One[Channel](ctx, tx, `SELECT `+db.Columns[Channel]("")+` FROM pay_channel WHERE id = $1 AND {scope}`, id)
}

// open lists the ways of a community that are switched on.
func openChannels(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]string, error) {
	return db.All[string](ctx, tx, `SELECT channel FROM pay_channel WHERE community_id = $1 AND is_on = $2 AND {scope} ORDER BY channel DESC`, community, true)
}

// OpenChannels lists the ways in which a community is paid online, in another
// domain's transaction.
func OpenChannels(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]string, error) {
	return openChannels(ctx, tx, community)
}

func order(ctx context.Context, tx *db.Tx, id OrderID) (Order, error) {
	return db.One[Order](ctx, tx, `SELECT `+db.Columns[Order]("")+` FROM online_order WHERE id = $1 AND {scope}`, id)
}

// OrderIn is an order, for who stands above.
func OrderIn(ctx context.Context, tx *db.Tx, id OrderID) (Order, error) { return order(ctx, tx, id) }

func orderByNumber(ctx context.Context, tx *db.Tx, c Channel, number string) (Order, error) {
	return db.One[Order](ctx, tx, `SELECT `+db.Columns[Order]("")+` FROM online_order WHERE community_id = $1 AND number = $2 AND channel_id = $3 AND {scope}`, c.Community, number, c.ID)
}

// waiting are the orders of an account for a room that may still be paid.
func waiting(ctx context.Context, tx *db.Tx, account authz.AccountID, community authz.CommunityID, room housing.RoomID) ([]Order, error) {
	return db.All[Order](ctx, tx, `SELECT `+db.Columns[Order]("")+` FROM online_order WHERE account_id = $1 AND community_id = $2 AND room_id = $3 AND state IN ('created', 'paying') AND expires_at > $4 AND {scope} ORDER BY id DESC`, account, community, room, tx.Now)
}

// claim takes up to n orders that are to be asked for; nobody else takes them before the lease is over.
func claim(ctx context.Context, tx *db.Tx, until clock.Instant, n int) ([]Order, error) {
	return db.All[Order](ctx, tx, `UPDATE online_order SET ask_at = $2, asked = asked + 1, version = version + 1 WHERE id IN (SELECT id FROM online_order WHERE state IN ('created', 'paying') AND ask_at <= $1 ORDER BY ask_at, id LIMIT $3)
		AND state IN ('created', 'paying') AND ask_at <= $1 AND {scope} RETURNING `+db.Columns[Order](""), tx.Now, until, n)
}

// Position is where a page of orders ends: the newest come first.
type Position struct {
	ID db.ID `json:"i"`
}

// OrderView is an order as finance sees it.
type OrderView struct {
	Order
	Label   string `db:"label" json:"label"`
	Receipt string `db:"receipt" json:"receipt,omitempty"`
	Said    string `db:"said" json:"trouble,omitempty" doc:"why the gateway refused"`
}

func orders(ctx context.Context, tx *db.Tx, community authz.CommunityID, state string, before db.ID, limit int) ([]OrderView, error) {
	return db.All[OrderView](ctx, tx, `SELECT `+db.Columns[Order]("x")+`, o.label, x.trouble AS said, COALESCE((SELECT r.number FROM receipt r WHERE r.community_id = x.community_id AND r.payment_id = x.payment_id), '') AS receipt
		FROM online_order x JOIN room o ON o.community_id = x.community_id AND o.id = x.room_id
		WHERE x.community_id = $1 AND ($2 = '' OR x.state = $2) AND (x.id < $3 OR $3 = 0) AND {scope:x} ORDER BY x.id DESC LIMIT $4`, community, state, int64(before), limit)
}

func strangers(ctx context.Context, tx *db.Tx, community authz.CommunityID, state string, before db.ID, limit int) ([]Strange, error) {
	return db.All[Strange](ctx, tx, `SELECT `+db.Columns[Strange]("")+` FROM online_strange WHERE community_id = $1 AND ($2 = '' OR state = $2) AND (id < $3 OR $3 = 0) AND {scope} ORDER BY id DESC LIMIT $4`, community, state, int64(before), limit)
}

func stranger(ctx context.Context, tx *db.Tx, id StrangeID) (Strange, error) {
	return db.One[Strange](ctx, tx, `SELECT `+db.Columns[Strange]("")+` FROM online_strange WHERE id = $1 AND {scope}`, id)
}

// owner is who owns a room, and since when.
type owner struct {
	Customer db.ID     `db:"customer_id"`
	From     clock.Day `db:"from_on"`
}

// owners are who owns a room on a day.
func owners(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID, on clock.Day) ([]owner, error) {
	return db.All[owner](ctx, tx, `SELECT r.customer_id, r.from_on FROM relation r WHERE r.community_id = $1 AND r.room_id = $2 AND r.kind = 'owner' AND COALESCE(r.from_on, '') <= $3 AND (r.to_on IS NULL OR r.to_on > $3) AND {scope:r} ORDER BY r.id`, community, room, on)
}

// nameOf is who pays, as a receipt names them.
func nameOf(ctx context.Context, tx *db.Tx, o Order) (string, error) {
	names, err := db.All[string](ctx, tx, `SELECT name FROM customer WHERE community_id = $1 AND id = $2 AND {scope}`, o.Community, o.Customer)
	if err == nil && len(names) == 0 {
		names, err = db.All[string](ctx, tx.Global("who paid, for the receipt"), `SELECT name FROM account WHERE id = $1`, o.Account)
	}
	if err != nil || len(names) == 0 {
		return "", err
	}
	return names[0], nil
}

// rest is what of a payment was prepaid.
func rest(ctx context.Context, tx *db.Tx, community authz.CommunityID, p cashier.PaymentID) (money.Fen, error) {
	return db.One[money.Fen](ctx, tx, `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payment_part WHERE community_id = $1 AND payment_id = $2 AND part = 'prepaid' AND {scope}`, community, p)
}

// Place is where one pays, and asks.
type Place struct {
	Name  string `db:"name" json:"name"`
	Phone string `db:"service_phone" json:"servicePhone"`
	At    string `db:"address" json:"address"`
}

func placeOf(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Place, error) {
	return db.One[Place](ctx, tx.Global("names of communities are on their gates"), `SELECT name, service_phone, address FROM community WHERE id = $1`, community)
}

func labelOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) (string, error) {
	return db.One[string](ctx, tx, `SELECT label FROM room WHERE community_id = $1 AND id = $2 AND {scope}`, community, room)
}

var meansOf = map[string]ledger.Kind{WeChat: ledger.WeChat, Alipay: ledger.Alipay}
