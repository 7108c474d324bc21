package ledger

import (
	"context"
	"errors"
	"strconv"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
)

// Service seals, checks and shows the ledger.
type Service struct{ DB *db.DB }

const sealEvery = 2 * time.Second

// Schedule has one node seal at a time.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.EveryAlone(r, string(actSeal), sealEvery, func(ctx context.Context) error {
		_, err := s.Seal(ctx)
		return err
	})
}

// Post books a draft inside the caller's transaction, once for each source: the
// same again is answered with what was booked, something else with
// ErrOtherContent.
func Post(ctx context.Context, tx *db.Tx, d Draft) (Txn, error) {
	lines, total, err := d.lines()
	if err != nil {
		return Txn{}, err
	}
	before, err := bySource(ctx, tx, d.Community, d.Source)
	if err == nil {
		return before, same(ctx, tx, before, d.Kind, lines, total)
	}
	if !errors.Is(err, db.ErrNotFound) {
		return Txn{}, err
	}
	return post(ctx, tx, d, lines, total, 0)
}

func post(ctx context.Context, tx *db.Tx, d Draft, lines []Line, total money.Fen, reverses TxnID) (Txn, error) {
	t, entries := d.number(tx, db.Block[Txn](tx, len(lines)+1), lines, total)
	t.Reverses = reverses
	if err := open(ctx, tx, accountsOf(lines)); err != nil {
		return t, err
	}
	if err := db.Insert(ctx, tx, "ledger_txn", t); err != nil {
		return t, err
	}
	return t, db.InsertAll(ctx, tx, "ledger_entry", entries)
}

// number gives a draft its ids: the transaction first, its entries right after it.
func (d Draft) number(tx *db.Tx, first TxnID, lines []Line, total money.Fen) (Txn, []entry) {
	t := Txn{
		ID: first, Community: d.Community, At: tx.Now, Day: d.Day, Kind: d.Kind, Source: d.Source, Words: d.Words, By: tx.Who.ID, ByName: tx.Who.Name,
		Entries: int64(len(lines)), Total: total,
	}
	entries := make([]entry, len(lines))
	for i, l := range lines {
		entries[i] = entry{db.ID(first) + db.ID((i+1)*id.Stride), d.Community, first, l.Debit.ID(), l.Credit.ID(), l.Fen}
	}
	return t, entries
}

// PostAll books many drafts at once, for runs. Each source must be new: one that
// is there already fails the whole transaction.
func PostAll(ctx context.Context, tx *db.Tx, drafts []Draft) ([]TxnID, error) {
	var txns []Txn
	var entries []entry
	var all []Line
	out := make([]TxnID, len(drafts))
	for i, d := range drafts {
		lines, total, err := d.lines()
		if err != nil {
			return nil, err
		}
		t, rows := d.number(tx, db.Block[Txn](tx, len(lines)+1), lines, total)
		txns, entries, all, out[i] = append(txns, t), append(entries, rows...), append(all, lines...), t.ID
	}
	if err := open(ctx, tx, accountsOf(all)); err != nil {
		return nil, err
	}
	if err := db.InsertAll(ctx, tx, "ledger_txn", txns); err != nil {
		return nil, err
	}
	return out, db.InsertAll(ctx, tx, "ledger_entry", entries)
}

// Reverse books the entries of a transaction with the sign changed: they are
// repeated, not computed again (FAR-01). A transaction is reversed once.
func Reverse(ctx context.Context, tx *db.Tx, of TxnID, day clock.Day, words string) (Txn, error) {
	t, err := byID(ctx, tx, of)
	if err != nil {
		return Txn{}, err
	}
	if t.Reverses != 0 {
		return Txn{}, ErrReversal
	}
	before, err := entriesOf(ctx, tx, t)
	if err != nil {
		return Txn{}, err
	}
	r := Txn{
		ID: db.Block[Txn](tx, len(before)+1), Community: t.Community, At: tx.Now, Day: day, Kind: t.Kind, Source: "reversal:" + strconv.FormatInt(int64(of), 10), Reverses: of, Words: words,
		By: tx.Who.ID, ByName: tx.Who.Name, Entries: t.Entries, Total: -t.Total,
	}
	for i := range before {
		e := &before[i]
		e.ID, e.Txn, e.Fen = db.ID(r.ID)+db.ID((i+1)*id.Stride), r.ID, -e.Fen
	}
	if _, err := bySource(ctx, tx, r.Community, r.Source); err == nil {
		return r, ErrReversed
	} else if !errors.Is(err, db.ErrNotFound) {
		return r, err
	}
	if err := db.Insert(ctx, tx, "ledger_txn", r); err != nil {
		return r, err
	}
	return r, db.InsertAll(ctx, tx, "ledger_entry", before)
}

// BalancesOf are the balances of a room's accounts, those of 0 left out.
func BalancesOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, room db.ID) ([]Balance, error) {
	return balances(ctx, tx, community, `a.room_id = $2`, room)
}

// Trial are the balances of a community's accounts of some kinds, for the trial
// balance: one line for each kind.
func (s *Service) Trial(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []KindBalance, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = byKind(ctx, tx, community)
		return err
	})
	return out, err
}

// KindBalance is a line of the trial balance.
type KindBalance struct {
	Kind   Kind      `db:"kind" json:"kind"`
	Debit  money.Fen `db:"debit" json:"debit"`
	Credit money.Fen `db:"credit" json:"credit"`
}
