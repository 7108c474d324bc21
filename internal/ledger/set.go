package ledger

import (
	"context"
	"strconv"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

// Set posts many transactions of one entry each with one statement for each
// table (BIL-06). From is a SELECT that gives, for each: txn_id (of a block of
// two ids), community_id, source, words, room_id, debtor, item_id, debit_id and
// credit_id (a receivable of room, debtor and item, and the income of the item;
// made by Account.ID), amount.
type Set struct {
	From string
	Args []any
	Kind string
	Day  clock.Day
	By   authz.AccountID
	Name string
}

// PostSet books a set. The caller has looked at the scope of what From selects.
func PostSet(ctx context.Context, tx *db.Tx, s Set) (int64, error) {
	g := tx.Global("the caller's selection names its scope")
	for _, a := range []string{
		`SELECT DISTINCT s.debit_id, s.community_id, 'receivable', s.room_id, s.debtor, s.item_id, 'receivable|' || CAST(s.room_id AS TEXT) || '|' || s.debtor || '|' || CAST(s.item_id AS TEXT)`,
		`SELECT DISTINCT s.credit_id, s.community_id, 'income', CAST(NULL AS BIGINT), '', s.item_id, 'income|0||' || CAST(s.item_id AS TEXT)`,
	} {
		if _, err := g.Exec(ctx, `INSERT INTO ledger_account (id, community_id, kind, room_id, debtor, item_id, key) `+a+` FROM (`+s.From+`) s WHERE s.amount <> 0 ON CONFLICT DO NOTHING`, s.Args...); err != nil {
			return 0, err
		}
	}
	at := len(s.Args)
	mark := func(n int) string { return "$" + strconv.Itoa(at+n) }
	args := append(append([]any{}, s.Args...), int64(tx.Now), s.Day, s.Kind, s.By, s.Name)
	n, err := g.Exec(ctx, `INSERT INTO ledger_txn (id, community_id, at, on_day, kind, source, words, by_id, by_name, entries, total)
		SELECT s.txn_id, s.community_id, CAST(`+mark(1)+` AS BIGINT), CAST(`+mark(2)+` AS TEXT), CAST(`+mark(3)+` AS TEXT), s.source, s.words, CAST(`+mark(4)+` AS BIGINT), CAST(`+mark(5)+` AS TEXT), 1, s.amount FROM (`+s.From+`) s WHERE s.amount <> 0`, args...)
	if err != nil {
		return 0, err
	}
	_, err = g.Exec(ctx, `INSERT INTO ledger_entry (id, community_id, txn_id, debit_id, credit_id, amount)
		SELECT s.txn_id + `+strconv.Itoa(id.Stride)+`, s.community_id, s.txn_id, s.debit_id, s.credit_id, s.amount FROM (`+s.From+`) s WHERE s.amount <> 0`, s.Args...)
	return n, err
}

// ReverseSet reverses transactions that PostSet booked: From is a SELECT that
// gives txn_id, of what is to be reversed, and new_id (of a block of two ids).
func ReverseSet(ctx context.Context, tx *db.Tx, s Set, words string) (int64, error) {
	g := tx.Global("the caller's selection names its scope")
	at := len(s.Args)
	mark := func(n int) string { return "$" + strconv.Itoa(at+n) }
	args := append(append([]any{}, s.Args...), int64(tx.Now), s.Day, words, s.By, s.Name)
	n, err := g.Exec(ctx, `INSERT INTO ledger_txn (id, community_id, at, on_day, kind, source, reverses_id, words, by_id, by_name, entries, total)
		SELECT s.new_id, o.community_id, CAST(`+mark(1)+` AS BIGINT), CAST(`+mark(2)+` AS TEXT), o.kind, 'reversal:' || CAST(o.id AS TEXT), o.id, CAST(`+mark(3)+` AS TEXT), CAST(`+mark(4)+` AS BIGINT), CAST(`+mark(5)+` AS TEXT), o.entries, -o.total
		FROM (`+s.From+`) s JOIN ledger_txn o ON o.id = s.txn_id`, args...)
	if err != nil {
		return 0, err
	}
	_, err = g.Exec(ctx, `INSERT INTO ledger_entry (id, community_id, txn_id, debit_id, credit_id, amount)
		SELECT s.new_id + `+strconv.Itoa(id.Stride)+`, e.community_id, s.new_id, e.debit_id, e.credit_id, -e.amount FROM (`+s.From+`) s JOIN ledger_entry e ON e.id = s.txn_id + `+strconv.Itoa(id.Stride), s.Args...)
	return n, err
}
