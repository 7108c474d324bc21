package ledger

import (
	"cmp"
	"context"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

var txnColumns = db.Columns[Txn]("")

func byID(ctx context.Context, tx *db.Tx, id TxnID) (Txn, error) {
	return db.One[Txn](ctx, tx, `SELECT `+txnColumns+` FROM ledger_txn WHERE id = $1 AND {scope}`, id)
}

func bySource(ctx context.Context, tx *db.Tx, community authz.CommunityID, source string) (Txn, error) {
	return db.One[Txn](ctx, tx, `SELECT `+txnColumns+` FROM ledger_txn WHERE community_id = $1 AND source = $2 AND {scope}`, community, source)
}

// entriesOf reads along the primary key: entries stand right after their transaction.
func entriesOf(ctx context.Context, tx *db.Tx, t Txn) ([]entry, error) {
	return db.All[entry](ctx, tx, `SELECT `+db.Columns[entry]("")+` FROM ledger_entry WHERE id > $1 AND id <= $2 AND txn_id = $3 AND {scope} ORDER BY id`,
		t.ID, int64(t.ID)+t.Entries*id.Stride, t.ID)
}

// same refuses another content under a source that was posted.
func same(ctx context.Context, tx *db.Tx, t Txn, kind string, lines []Line, total money.Fen) error {
	if t.Kind != kind || t.Total != total || t.Entries != int64(len(lines)) {
		return ErrOtherContent
	}
	before, err := entriesOf(ctx, tx, t)
	if err != nil {
		return err
	}
	for i, l := range lines {
		if i >= len(before) || before[i].Debit != l.Debit.ID() || before[i].Credit != l.Credit.ID() || before[i].Fen != l.Fen {
			return ErrOtherContent
		}
	}
	return nil
}

// accountsOf are the accounts of some lines, each once, in the order of their
// ids: everybody takes their locks in one order.
func accountsOf(lines []Line) []account {
	seen := map[AccountID]account{}
	for _, l := range lines {
		for _, a := range []Account{l.Debit, l.Credit} {
			seen[a.ID()] = account{a.ID(), a.Community, a.Kind, a.Room, a.Debtor, a.Item, a.key()}
		}
	}
	out := make([]account, 0, len(seen))
	for _, a := range seen {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b account) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

const openAtOnce = 100

// open makes the accounts that are not there yet.
func open(ctx context.Context, tx *db.Tx, all []account) error {
	for part := range slices.Chunk(all, openAtOnce) {
		var known []any
		marks := db.Among(&known, accountIDs(part))
		there, err := db.All[AccountID](ctx, tx, `SELECT id FROM ledger_account WHERE id IN `+marks+` AND {scope}`, known...)
		if err != nil {
			return err
		}
		part = slices.DeleteFunc(slices.Clone(part), func(a account) bool { return slices.Contains(there, a.ID) })
		if len(part) == 0 {
			continue
		}
		var args []any
		for _, a := range part {
			if err := tx.In(ctx, a.Community); err != nil {
				return err
			}
			args = append(args, a.ID, a.Community, a.Kind, a.Room, a.Debtor, a.Item, a.Key)
		}
		// Somebody else may open the same account now; it is the same row.
		if _, err := tx.Global("the communities were looked at one by one").Exec(ctx,
			`INSERT INTO ledger_account (id, community_id, kind, room_id, debtor, item_id, key) VALUES `+db.Marks(len(part), 7)+` ON CONFLICT DO NOTHING`, args...); err != nil {
			return err
		}
	}
	return nil
}

func accountIDs(all []account) []AccountID {
	out := make([]AccountID, len(all))
	for i, a := range all {
		out[i] = a.ID
	}
	return out
}

// balances derives what stands on accounts from their entries.
func balances(ctx context.Context, tx *db.Tx, community authz.CommunityID, which string, args ...any) ([]Balance, error) {
	rows, err := db.All[struct {
		account
		Fen money.Fen `db:"fen"`
	}](ctx, tx, `
		SELECT `+db.Columns[account]("a")+`,
			CAST(COALESCE((SELECT SUM(e.amount) FROM ledger_entry e WHERE e.community_id = a.community_id AND e.debit_id = a.id), 0)
			   - COALESCE((SELECT SUM(e.amount) FROM ledger_entry e WHERE e.community_id = a.community_id AND e.credit_id = a.id), 0) AS BIGINT) AS fen
		FROM ledger_account a WHERE a.community_id = $1 AND `+which+` AND {scope:a} ORDER BY a.kind, a.id`, append([]any{community}, args...)...)
	out := []Balance{}
	for _, r := range rows {
		if r.Fen != 0 {
			out = append(out, Balance{Account{r.Community, r.Kind, r.Room, r.Debtor, r.Item}, r.ID, r.Fen})
		}
	}
	return out, err
}

func byKind(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]KindBalance, error) {
	return db.All[KindBalance](ctx, tx, `
		SELECT a.kind, CAST(SUM(x.debit) AS BIGINT) AS debit, CAST(SUM(x.credit) AS BIGINT) AS credit FROM (
			SELECT debit_id AS account_id, SUM(amount) AS debit, 0 AS credit FROM ledger_entry WHERE community_id = $1 AND {scope} GROUP BY debit_id
			UNION ALL
			SELECT credit_id, 0, SUM(amount) FROM ledger_entry WHERE community_id = $1 AND {scope} GROUP BY credit_id
		) x JOIN ledger_account a ON a.id = x.account_id GROUP BY a.kind ORDER BY a.kind`, community)
}
