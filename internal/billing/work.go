package billing

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

const actWork authz.Action = workKind

var worker = authz.System("bills", actWork)

// errStopped says that the run is not this worker's any more.
var errStopped = errors.New("billing: the run was moved on, or is worked on elsewhere")

// Work does what the state of a run asks for, until it is in another one.
func (s *Service) Work(ctx context.Context, id RunID) (err error) {
	for err == nil {
		var r Run
		if err = s.DB.Read(ctx, worker, actWork, func(tx *db.Tx) (err error) {
			r, err = run(ctx, tx, id)
			return err
		}); err != nil {
			break
		}
		switch r.State {
		case Calculating:
			err = s.calculate(ctx, r)
		case Booking:
			err = s.steps(ctx, r, bookStep, BookedRun)
		case Cancelling:
			err = s.steps(ctx, r, cancelStep, Cancelled)
		default:
			return nil
		}
	}
	if errors.Is(err, errStopped) || errors.Is(err, db.ErrStale) {
		return nil // whoever moved it on has set the job anew
	}
	return err
}

// quiet is a transaction whose trail is that of the run.
func (s *Service) quiet(ctx context.Context, fn func(tx *db.Tx) error) error {
	return s.DB.Bulk(ctx, worker, actWork, func(tx *db.Tx) error {
		tx.Silent("the run's own entries say what was asked for and what came of it")
		return fn(tx)
	})
}

// reach notes how far the work has come; errStopped when the run was moved on, or is worked on elsewhere.
func (r Run) reach(ctx context.Context, tx *db.Tx, from, to, total int64) error {
	n, err := tx.Exec(ctx, `UPDATE bill_run SET done = $1, total = $2 WHERE id = $3 AND state = $4 AND done = $5 AND {scope}`, to, total, r.ID, string(r.State), from)
	if err == nil && n == 0 {
		err = errStopped
	}
	return err
}

// keep writes drafts, with the ids that their lines and transactions will have.
func keep(ctx context.Context, tx *db.Tx, r Run, rows []Row, from int) error {
	line, txn := db.Block[Line](tx, len(rows)), db.Block[ledger.Txn](tx, 2*len(rows))
	out := make([]draft, len(rows))
	for i, row := range rows {
		row.ID, row.Txn = line+LineID(i*id.Stride), txn+ledger.TxnID(2*i*id.Stride)
		row.Community, row.Run, row.N = r.Community, r.ID, int64(from+i+1)
		debit := ledger.Account{Community: r.Community, Kind: ledger.Receivable, Room: db.ID(row.Room), Debtor: row.Debtor, Item: db.ID(row.Item)}
		credit := ledger.Account{Community: r.Community, Kind: ledger.Income, Item: db.ID(row.Item)}
		out[i] = draft{row, debit.ID(), credit.ID()}
	}
	return db.InsertAll(ctx, tx, "bill_draft", out)
}

// ended writes a run that came to the end of a piece of work.
func (s *Service) ended(ctx context.Context, r Run) error {
	booked := r.State == BookedRun && r.BookedAt == nil
	if booked {
		// Lines that somebody else booked meanwhile were left out. Millions are
		// counted before the change, which would keep the desk waiting: no more come.
		if err := s.DB.Read(ctx, worker, actWork, func(tx *db.Tx) error {
			lines, sum, err := bookedOf(ctx, tx, r)
			r.Amount, r.Summary.Skipped = sum, int(r.Total-lines)
			return err
		}); err != nil {
			return err
		}
	}
	return s.DB.Bulk(ctx, worker, actWork, func(tx *db.Tx) error {
		next := r
		if booked {
			next.BookedAt = &tx.Now
		}
		tx.Note(r.Community, r.subject(), nil, map[string]any{"state": r.State, "lines": r.Total, "amount": r.Amount})
		tx.Emit(Moved{r.ID, r.Community, r.State})
		return db.Save(ctx, tx, "bill_run", &next)
	})
}

// A step should take stepTime, so that the desk stays usable.
const (
	stepTime  = 150 * time.Millisecond
	firstStep = 500
	mostStep  = 5000
	manyLines = 5000
)

// steps books or reverses the lines of a run, one short transaction after the
// other; each of them writes how far the run has come.
func (s *Service) steps(ctx context.Context, r Run, step func(ctx context.Context, tx *db.Tx, r Run, day clock.Day, from, to int64) error, then State) error {
	if r.Total > manyLines { // the drafts are new, and a plan made for few of them is slow for many
		if err := s.DB.Analyze(ctx, "bill_draft", "bill_line", "ledger_account", "ledger_txn", "ledger_entry"); err != nil {
			return err
		}
	}
	for size := int64(firstStep); r.Done < r.Total; {
		to, start := min(r.Done+size, r.Total), s.DB.Now()
		if err := s.quiet(ctx, func(tx *db.Tx) error {
			if err := r.reach(ctx, tx, r.Done, to, r.Total); err != nil {
				return err
			}
			day, err := today(ctx, tx, r.Community)
			if err != nil {
				return err
			}
			tx.Emit(Moved{r.ID, r.Community, r.State})
			return step(ctx, tx, r, day, r.Done, to)
		}); err != nil {
			return err
		}
		took := max(s.DB.Now().Sub(start), 5*time.Millisecond)
		size = min(max(size*int64(stepTime)/int64(took), size/2, 50), size*2, mostStep)
		r.Done = to
	}
	r.State = then
	return s.ended(ctx, r)
}

const rowColumns = `id, community_id, run_id, n, room_id, item_id, meter_id, space_id, debtor, customer_id, period, from_on, to_on, due_on, price, quantity, amount, tax, tariff_id, explain, txn_id`

// bookStep makes lines of some drafts and posts those that are new: what is
// live already, whoever booked it, stays alone.
func bookStep(ctx context.Context, tx *db.Tx, r Run, day clock.Day, from, to int64) error {
	made, err := tx.Exec(ctx, `INSERT INTO bill_line (`+rowColumns+`) SELECT `+rowColumns+` FROM bill_draft WHERE run_id = $1 AND n > $2 AND n <= $3 AND {scope} ON CONFLICT DO NOTHING`, r.ID, from, to)
	if err != nil {
		return err
	}
	those := ``
	if made < to-from { // hardly ever, and looking costs a third of the booking
		those = ` JOIN bill_line l ON l.community_id = d.community_id AND l.id = d.id`
	}
	_, err = ledger.PostSet(ctx, tx, ledger.Set{
		From: `SELECT d.txn_id, d.community_id, 'bill:' || CAST(d.id AS TEXT) AS source, d.period AS words, d.room_id, d.debtor, d.item_id, d.debit_id, d.credit_id, d.amount
			FROM bill_draft d` + those + ` WHERE d.run_id = $1 AND d.n > $2 AND d.n <= $3`,
		Args: []any{r.ID, from, to}, Kind: "bill", Day: day, By: r.By, Name: r.ByName,
	})
	if err == nil {
		_, err = tx.Exec(ctx, `DELETE FROM bill_draft WHERE run_id = $1 AND n > $2 AND n <= $3 AND {scope}`, r.ID, from, to)
	}
	return err
}

// cancelStep reverses some lines of a run that are live.
func cancelStep(ctx context.Context, tx *db.Tx, r Run, day clock.Day, from, to int64) error {
	first := db.Block[ledger.Txn](tx, 2*int(to-from))
	if _, err := tx.Exec(ctx, `UPDATE bill_line SET reversed_at = $1, reversal_id = $2 + (n - $3 - 1) * $4 WHERE run_id = $5 AND n > $3 AND n <= $6 AND reversed_at IS NULL AND {scope}`,
		int64(tx.Now), int64(first), from, int64(2*id.Stride), r.ID, to); err != nil {
		return err
	}
	_, err := ledger.ReverseSet(ctx, tx, ledger.Set{
		From: `SELECT l.txn_id, l.reversal_id AS new_id FROM bill_line l WHERE l.run_id = $1 AND l.n > $2 AND l.n <= $3 AND l.reversal_id >= $4`,
		Args: []any{r.ID, from, to, int64(first)}, Day: day, By: r.By, Name: r.ByName,
	}, r.Reason)
	return err
}
