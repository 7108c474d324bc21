package billing

import (
	"context"
	"strconv"

	"guanjia/internal/fee"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// ErrReversedLine says that a line is not owed any more.
var ErrReversedLine = errs.New(errs.Conflict, "billing.line_reversed", "this bill was reversed already")

// Correct reverses a live line and bills another amount in its place, inside
// the caller's transaction (BIL-10); 0 bills nothing. The new line says what it
// corrects and why. Whoever calls takes care of what was paid on it, and of who
// approved.
func Correct(ctx context.Context, tx *db.Tx, id LineID, fen money.Fen, reason string) (LineID, error) {
	l, err := db.One[Line](ctx, tx, `SELECT `+db.Columns[Line]("l")+` FROM bill_line l WHERE l.id = $1 AND {scope:l}`, id)
	if err != nil {
		return 0, err
	}
	if l.ReversedAt != nil {
		return 0, ErrReversedLine
	}
	next := l
	next.Fen, next.Explain.Corrects, next.Explain.CorrectsWhy = fen, l.Fen, reason
	i, err := item(ctx, tx, l.Item)
	if err != nil {
		return 0, err
	}
	if next.Tax, _, err = fee.Tax(fen, i.TaxRate.Rat()); err != nil {
		return 0, err
	}
	return l.replaced(ctx, tx, next, reason)
}

// again bills another line for what a line was for.
func (l Line) again(ctx context.Context, tx *db.Tx, day clock.Day, next Line, reason string) (LineID, error) {
	n, err := db.All[int64](ctx, tx, `UPDATE bill_run SET total = total + 1, version = version + 1 WHERE id = $1 AND state = 'booked' AND {scope} RETURNING total`, l.Run)
	if err != nil {
		return 0, err
	}
	if len(n) == 0 {
		return 0, ErrNotNow
	}
	next.ID, next.N, next.Reversal, next.ReversedAt = db.NewID[Line](tx), n[0], 0, nil
	next.Explain.Corrects, next.Explain.CorrectsWhy = l.Fen, reason
	debit := ledger.Account{Community: l.Community, Kind: ledger.Receivable, Room: db.ID(l.Room), Debtor: l.Debtor, Item: db.ID(l.Item)}
	credit := ledger.Account{Community: l.Community, Kind: ledger.Income, Item: db.ID(l.Item)}
	txn, err := ledger.Post(ctx, tx, ledger.Draft{
		Community: l.Community, Kind: "bill", Source: "bill:" + strconv.FormatInt(int64(next.ID), 10), Day: day, Words: l.Period.String(), Lines: []ledger.Line{{Debit: debit, Credit: credit, Fen: next.Fen}},
	})
	if err != nil {
		return 0, err
	}
	next.Txn = txn.ID
	return next.ID, db.Insert(ctx, tx, "bill_line", next)
}
