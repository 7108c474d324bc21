package extract

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

// account is an account of the ledger that a statement tells of.
type account struct {
	ID        ledger.AccountID  `db:"account_id"`
	Community authz.CommunityID `db:"community_id"`
	Account   ledger.Kind       `db:"kind"`
	Room      housing.RoomID    `db:"room_id"`
	Debtor    string            `db:"debtor"`
	Label     string            `db:"label"`
}

// told are the kinds of accounts that stand between a household and the company.
const told = `('receivable', 'prepaid', 'deposit')`

const fromAccounts = `SELECT a.id AS account_id, a.community_id, a.kind, a.room_id, a.debtor, o.label FROM ledger_account a JOIN room o ON o.community_id = a.community_id AND o.id = a.room_id WHERE a.community_id = $1 AND a.kind IN ` + told

const atOnce = 400

// ofRooms are the accounts of some rooms.
func ofRooms(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID) (out []account, err error) {
	for some := range slices.Chunk(rooms, atOnce) {
		args := []any{community}
		all, err := db.All[account](ctx, tx, fromAccounts+` AND a.room_id IN `+db.Among(&args, some)+` AND {scope:a} ORDER BY a.id`, args...)
		if err != nil {
			return nil, err
		}
		out = append(out, all...)
	}
	return out, nil
}

// owedBy are what some debtors owe, in whatever room.
func owedBy(ctx context.Context, tx *db.Tx, community authz.CommunityID, debtors []string) ([]account, error) {
	args := []any{community}
	return db.All[account](ctx, tx, fromAccounts+` AND a.debtor IN `+db.Among(&args, debtors)+` AND {scope:a} ORDER BY a.id`, args...)
}

// holding is a room that somebody owns or rents, since when.
type holding struct {
	Room  housing.RoomID        `db:"room_id"`
	Label string                `db:"label"`
	Kind  customer.RelationKind `db:"kind"`
	Since clock.Day             `db:"from_on"`
}

// owned are the rooms whose bills go to a customer on a day: the first of
// several owners stands for all of them, as bills have it.
func owned(ctx context.Context, tx *db.Tx, community authz.CommunityID, who customer.ID, on clock.Day) ([]holding, error) {
	return db.All[holding](ctx, tx, `SELECT r.room_id, o.label, r.kind, r.from_on FROM relation r JOIN room o ON o.community_id = r.community_id AND o.id = r.room_id
		WHERE r.community_id = $1 AND r.customer_id = $2 AND r.kind = 'owner' AND COALESCE(r.from_on, '') <= $3 AND (r.to_on IS NULL OR r.to_on > $3)
		AND NOT EXISTS (SELECT 1 FROM relation q WHERE q.community_id = r.community_id AND q.room_id = r.room_id AND q.kind = 'owner' AND q.id < r.id AND COALESCE(q.from_on, '') <= $3 AND (q.to_on IS NULL OR q.to_on > $3))
		AND {scope:r} ORDER BY o.sort_key, r.room_id`, community, who, on)
}

// shared are the rooms that a customer owns on a day together with others to
// whom the bills go; each room once.
func shared(ctx context.Context, tx *db.Tx, community authz.CommunityID, who customer.ID, on clock.Day) ([]holding, error) {
	return db.All[holding](ctx, tx, `SELECT r.room_id, o.label, r.kind, NULLIF(MIN(COALESCE(r.from_on, '')), '') AS from_on FROM relation r JOIN room o ON o.community_id = r.community_id AND o.id = r.room_id
		WHERE r.community_id = $1 AND r.customer_id = $2 AND r.kind = 'owner' AND COALESCE(r.from_on, '') <= $3 AND (r.to_on IS NULL OR r.to_on > $3)
		AND (SELECT q.customer_id FROM relation q WHERE q.community_id = r.community_id AND q.room_id = r.room_id AND q.kind = 'owner' AND COALESCE(q.from_on, '') <= $3 AND (q.to_on IS NULL OR q.to_on > $3) ORDER BY q.id LIMIT 1) <> r.customer_id
		AND {scope:r} GROUP BY r.room_id, o.label, r.kind, o.sort_key ORDER BY o.sort_key, r.room_id`, community, who, on)
}

// homes are the rooms that a customer owns on a day, alone, as the first of
// several or together with others.
func homes(ctx context.Context, tx *db.Tx, community authz.CommunityID, who customer.ID, on clock.Day) ([]holding, error) {
	first, err := owned(ctx, tx, community, who, on)
	if err != nil {
		return nil, err
	}
	more, err := shared(ctx, tx, community, who, on)
	return append(first, more...), err
}

// owners are those of some rooms on a day.
func owners(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []holding, on clock.Day) (out []customer.ID, err error) {
	for some := range slices.Chunk(rooms, atOnce) {
		args := []any{community, on}
		ids := make([]housing.RoomID, len(some))
		for i, h := range some {
			ids[i] = h.Room
		}
		all, err := db.All[customer.ID](ctx, tx, `SELECT DISTINCT r.customer_id FROM relation r WHERE r.community_id = $1 AND r.kind = 'owner' AND COALESCE(r.from_on, '') <= $2 AND (r.to_on IS NULL OR r.to_on > $2) AND r.room_id IN `+db.Among(&args, ids)+` AND {scope:r} ORDER BY r.customer_id`, args...)
		if err != nil {
			return nil, err
		}
		out = append(out, all...)
	}
	return out, nil
}

// rented are the rooms that a customer rents on a day.
func rented(ctx context.Context, tx *db.Tx, community authz.CommunityID, who customer.ID, on clock.Day) ([]holding, error) {
	return db.All[holding](ctx, tx, `SELECT r.room_id, o.label, r.kind, MAX(r.from_on) AS from_on FROM relation r JOIN room o ON o.community_id = r.community_id AND o.id = r.room_id
		WHERE r.community_id = $1 AND r.customer_id = $2 AND r.kind = 'tenant' AND COALESCE(r.from_on, '') <= $3 AND (r.to_on IS NULL OR r.to_on > $3) AND {scope:r}
		GROUP BY r.room_id, o.label, r.kind, o.sort_key ORDER BY o.sort_key, r.room_id`, community, who, on)
}

// payerOf is the customer whom a room is billed to on a day; 0: nobody, or the developer.
func payerOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID, on clock.Day) (customer.ID, error) {
	all, err := db.All[customer.ID](ctx, tx, `SELECT r.customer_id FROM relation r WHERE r.community_id = $1 AND r.room_id = $2 AND r.kind = 'owner' AND COALESCE(r.from_on, '') <= $3 AND (r.to_on IS NULL OR r.to_on > $3) AND {scope:r} ORDER BY r.id LIMIT 1`, community, room, on)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return all[0], nil
}

// archive is an archive of whom a statement is for.
type archive struct {
	ID        customer.ID       `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Place     string            `db:"place"`
}

// linked are the archives of the same person in the communities that the actor
// sees, the one that was asked for first (CUS-01).
func linked(ctx context.Context, tx *db.Tx, c customer.Customer) ([]archive, error) {
	out := []archive{{ID: c.ID, Community: c.Community}}
	if c.Person == 0 {
		return out, nil
	}
	more, err := db.All[archive](ctx, tx, `SELECT c.id, c.community_id, p.name AS place FROM customer c JOIN community p ON p.id = c.community_id WHERE c.person_id = $1 AND c.id <> $2 AND c.erased_at IS NULL AND c.merged_into IS NULL AND {scope:c} ORDER BY c.id LIMIT 50`, c.Person, c.ID)
	return append(out, more...), err
}

// namesOf are an archive and those that were merged into it: bills from before
// a merge name the other one for ever.
func namesOf(ctx context.Context, tx *db.Tx, a archive) ([]string, error) {
	known, next := []customer.ID{a.ID}, []customer.ID{a.ID}
	for len(next) > 0 {
		args := []any{a.Community}
		found, err := db.All[customer.ID](ctx, tx, `SELECT c.id FROM customer c WHERE c.community_id = $1 AND c.merged_into IN `+db.Among(&args, next)+` AND {scope:c} ORDER BY c.id`, args...)
		if err != nil {
			return nil, err
		}
		next = slices.DeleteFunc(found, func(id customer.ID) bool { return slices.Contains(known, id) })
		known = append(known, next...)
	}
	out := make([]string, 0, 2*len(known))
	for _, id := range known {
		of := billing.DebtorsOf(id.String())
		out = append(out, of[:]...)
	}
	return out, nil
}

// signed are entries of some accounts, those that are credited below 0: $1 the
// community, and twice the accounts.
func signed(marks string) string {
	return `(SELECT x.community_id, x.debit_id AS account_id, x.txn_id, x.amount AS fen FROM ledger_entry x WHERE x.community_id = $1 AND x.debit_id IN ` + marks + `
		UNION ALL SELECT x.community_id, x.credit_id, x.txn_id, -x.amount FROM ledger_entry x WHERE x.community_id = $1 AND x.credit_id IN ` + marks + `)`
}

// stood is what stood on some accounts of a community at the beginning of a day.
func stood(ctx context.Context, tx *db.Tx, community authz.CommunityID, ids []ledger.AccountID, day clock.Day) (map[ledger.AccountID]money.Fen, error) {
	type row struct {
		ID  ledger.AccountID `db:"account_id"`
		Fen money.Fen        `db:"fen"`
	}
	out := map[ledger.AccountID]money.Fen{}
	for some := range slices.Chunk(ids, atOnce) {
		args := []any{community, day}
		marks := db.Among(&args, some)
		if err := db.Each(ctx, tx, `SELECT e.account_id, CAST(SUM(e.fen) AS BIGINT) AS fen FROM `+signed(marks)+` e JOIN ledger_txn t ON t.community_id = e.community_id AND t.id = e.txn_id WHERE t.on_day < $2 AND {scope:t} GROUP BY e.account_id`, args, func(r row) error {
			out[r.ID] = r.Fen
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// mostTouches keeps a statement that is too long from filling the memory.
const mostTouches = 4 * mostEntries

// touches are the entries of some accounts of a community between two days, both in it.
func touches(ctx context.Context, tx *db.Tx, community authz.CommunityID, of map[ledger.AccountID]account, ids []ledger.AccountID, from, to clock.Day, most int) (out []touch, err error) {
	type row struct {
		ID      ledger.AccountID `db:"id"`
		Day     clock.Day        `db:"on_day"`
		Txn     ledger.TxnID     `db:"txn_id"`
		Kind    string           `db:"kind"`
		Source  string           `db:"source"`
		Of      string           `db:"reversed"`
		Reverse ledger.TxnID     `db:"reverses_id"`
		Words   string           `db:"words"`
		Fen     money.Fen        `db:"fen"`
	}
	for some := range slices.Chunk(ids, atOnce) {
		args := []any{community, from, to, most + 1}
		marks := db.Among(&args, some)
		if err := db.Each(ctx, tx, `SELECT e.account_id AS id, t.on_day, t.id AS txn_id, t.kind, t.source, COALESCE(o.source, '') AS reversed, t.reverses_id, t.words, e.fen FROM `+signed(marks)+` e
			JOIN ledger_txn t ON t.community_id = e.community_id AND t.id = e.txn_id LEFT JOIN ledger_txn o ON o.community_id = t.community_id AND o.id = t.reverses_id
			WHERE t.on_day >= $2 AND t.on_day <= $3 AND {scope:t} ORDER BY t.on_day, t.id LIMIT $4`, args, func(r row) error {
			out = append(out, touch{account: of[r.ID], Day: r.Day, Txn: r.Txn, Kind: r.Kind, Source: r.Source, Of: r.Of, Reverse: r.Reverse, Words: r.Words, Debited: r.Fen})
			return nil
		}); err != nil {
			return nil, err
		}
		if len(out) > most {
			return nil, ErrLong
		}
	}
	return out, nil
}
