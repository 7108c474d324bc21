package cashier

import (
	"context"
	"errors"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// MoveID identifies a move.
type MoveID = id.Of[Move]

// Move is money that comes in or goes out beside payments and deposits
// (PAY-02b, PAY-06, PAY-07).
//
//	done ─undone→ reversed: the ledger has both transactions
type Move struct {
	ID         MoveID            `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"-"`
	At         clock.Instant     `db:"at" json:"at"`
	Day        clock.Day         `db:"on_day" json:"day"`
	Kind       MoveKind          `db:"kind" json:"kind" enum:"refund,float,petty,top_up,suspense,returned"`
	Means      ledger.Kind       `db:"means" json:"means" enum:"cash,bank,cheque,pos,wechat,alipay"`
	Fen        money.Fen         `db:"amount" json:"amount" doc:"below 0: it went out"`
	Source     string            `db:"source" json:"-"`
	Number     string            `db:"number" json:"number,omitempty" doc:"of the slip or the voucher"`
	Party      string            `db:"party" json:"party,omitempty" doc:"who gave or got it"`
	Reference  string            `db:"reference" json:"reference,omitempty"`
	Words      string            `db:"words" json:"words,omitempty"`
	Shift      ShiftID           `db:"shift_id" json:"-"`
	Txn        ledger.TxnID      `db:"txn_id" json:"-"`
	Reversal   ledger.TxnID      `db:"reversal_id" json:"-"`
	ReversedAt *clock.Instant    `db:"reversed_at" json:"reversedAt,omitempty"`
	ReversedOn clock.Day         `db:"reversed_on" json:"reversedOn,omitzero"`
	By         authz.AccountID   `db:"by_id" json:"-"`
	ByName     string            `db:"by_name" json:"by"`
	Version    int64             `db:"version" json:"-"`
}

// MoveKind is what a move is for.
type MoveKind string

// The kinds of moves.
const (
	Refunded  MoveKind = "refund"   // went back to who had paid it
	Float     MoveKind = "float"    // cash that a shift began with and the books did not have
	Petty     MoveKind = "petty"    // small spending from the till
	TopUp     MoveKind = "top_up"   // cash brought to the till
	Suspended MoveKind = "suspense" // nobody knows yet whose it is
	SentBack  MoveKind = "returned" // out of suspense, to who had sent it
)

func (m Move) subject() string { return "till_move:" + m.ID.String() }

// Moving is a move to be booked; the same Source is booked once.
type Moving struct {
	Community authz.CommunityID
	Kind      MoveKind
	Means     ledger.Kind
	Fen       money.Fen // below 0: it goes out
	Against   []Share   // what the other side of the books is; their sum is the amount without its sign
	Source    string
	Number    string
	Party     string
	Reference string
	Words     string
	Shift     ShiftID
}

// Share is a part of a move on the other side of the books.
type Share struct {
	Account ledger.Account
	Fen     money.Fen
}

// entries are a move's lines in the ledger.
func (m Moving) entries() (out []ledger.Line) {
	till := ledger.Account{Kind: m.Means}
	for _, s := range m.Against {
		if m.Fen < 0 {
			out = append(out, ledger.Line{Debit: s.Account, Credit: till, Fen: s.Fen})
		} else {
			out = append(out, ledger.Line{Debit: till, Credit: s.Account, Fen: s.Fen})
		}
	}
	return out
}

// MoveMoney books a move inside the caller's transaction, once for each source:
// the same again is answered with what was booked, something else with ErrSource.
func MoveMoney(ctx context.Context, tx *db.Tx, in Moving) (Move, error) {
	before, err := moveBySource(ctx, tx, in.Community, in.Source)
	if err == nil {
		if before.Fen != in.Fen || before.Means != in.Means || before.Kind != in.Kind {
			err = ErrSource
		}
		return before, err
	}
	if !errors.Is(err, db.ErrNotFound) {
		return Move{}, err
	}
	day, err := BookDay(ctx, tx, in.Community)
	if err != nil {
		return Move{}, err
	}
	m := Move{
		ID: db.NewID[Move](tx), Community: in.Community, At: tx.Now, Day: day, Kind: in.Kind, Means: in.Means, Fen: in.Fen, Source: in.Source, Number: in.Number, Party: in.Party, Reference: in.Reference, Words: in.Words,
		Shift: in.Shift, By: tx.Who.ID, ByName: tx.Who.Name, Version: 1,
	}
	txn, err := ledger.Post(ctx, tx, ledger.Draft{Community: in.Community, Kind: string(in.Kind), Source: m.subject(), Day: day, Words: in.Number, Lines: in.entries()})
	if err != nil {
		return m, err
	}
	m.Txn = txn.ID
	tx.Note(m.Community, m.subject(), nil, map[string]any{"kind": m.Kind, "amount": m.Fen, "means": m.Means, "number": m.Number})
	return m, db.Insert(ctx, tx, "till_move", m)
}

// undoMove reverses a move on the day of the books; one that was reversed stays as it is.
func undoMove(ctx context.Context, tx *db.Tx, m Move, why string) (Move, error) {
	if m.ReversedAt != nil {
		return m, nil
	}
	day, err := BookDay(ctx, tx, m.Community)
	if err != nil {
		return m, err
	}
	t, err := ledger.Reverse(ctx, tx, m.Txn, day, why)
	if err != nil {
		return m, err
	}
	m.Reversal, m.ReversedAt, m.ReversedOn = t.ID, &tx.Now, day
	tx.Note(m.Community, m.subject(), map[string]any{"state": "done"}, map[string]any{"state": "reversed", "reason": why})
	return m, db.Save(ctx, tx, "till_move", &m)
}

func moveBySource(ctx context.Context, tx *db.Tx, community authz.CommunityID, source string) (Move, error) {
	return db.One[Move](ctx, tx, `SELECT `+db.Columns[Move]("")+` FROM till_move WHERE community_id = $1 AND source = $2 AND {scope}`, community, source)
}

// movesOn are the moves of a day, and what was reversed on it.
func movesOn(ctx context.Context, tx *db.Tx, community authz.CommunityID, day clock.Day) ([]Move, error) {
	return db.All[Move](ctx, tx, `SELECT `+db.Columns[Move]("")+` FROM till_move WHERE community_id = $1 AND (on_day = $2 OR reversed_on = $2) AND {scope} ORDER BY id`, community, day)
}

// AtWork is the shift that the actor has open in a community, out of which so
// much can be paid; it stays open until the transaction ends. ErrNoShift: there is none.
func AtWork(ctx context.Context, tx *db.Tx, community authz.CommunityID, means ledger.Kind, fen money.Fen) (ShiftID, error) {
	s, err := atWork(ctx, tx, community, tx.Who.ID)
	if err != nil {
		return 0, err
	}
	return s.ID, s.enough(ctx, tx, means, fen)
}

// BookDay is the day that what happens now is booked on: today, or the day
// after the last one that was closed. It is not closed before this transaction ends.
func BookDay(ctx context.Context, tx *db.Tx, community authz.CommunityID) (clock.Day, error) {
	if err := holdDay(ctx, tx, community, "SHARE"); err != nil {
		return clock.Day{}, err
	}
	return bookDay(ctx, tx, community)
}

// holdDay has who closes a day wait for those who book on it (SHARE), and the
// other way round (NO KEY UPDATE). Money is taken at READ COMMITTED, which would
// not show that the day was closed after it was looked at. SQLite has one writer.
func holdDay(ctx context.Context, tx *db.Tx, community authz.CommunityID, how string) error {
	if tx.Engine() != db.Postgres {
		return nil
	}
	_, err := tx.Global("the row is a lock and says nothing").Exec(ctx, `SELECT 1 FROM community WHERE id = $1 FOR `+how, community)
	return err
}
