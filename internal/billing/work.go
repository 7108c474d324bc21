package billing

import (
	"context"
	"errors"
	"slices"
	"time"

	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
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

// calculate computes the drafts of a run and what people should look at.
func (s *Service) calculate(ctx context.Context, r Run) error {
	var rows []Row
	if err := s.DB.Read(ctx, worker, actWork, func(tx *db.Tx) (err error) {
		rows, r.Summary, err = reckon(ctx, tx, r)
		return err
	}); err != nil {
		return err
	}
	if err := s.quiet(ctx, func(tx *db.Tx) error {
		if err := r.reach(ctx, tx, r.Done, 0, int64(len(rows))); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM bill_draft WHERE community_id = $1 AND run_id = $2 AND {scope}`, r.Community, r.ID)
		return err
	}); err != nil {
		return err
	}
	r.Amount = 0
	for from := 0; from < len(rows); from += draftsAtOnce {
		part := rows[from:min(from+draftsAtOnce, len(rows))]
		if err := s.quiet(ctx, func(tx *db.Tx) error {
			if err := r.reach(ctx, tx, int64(from), int64(from+len(part)), int64(len(rows))); err != nil {
				return err
			}
			return keep(ctx, tx, r, part, from)
		}); err != nil {
			return err
		}
	}
	for _, row := range rows {
		r.Amount += row.Fen
	}
	r.State, r.Done, r.Total = Calculated, 0, int64(len(rows))
	return s.ended(ctx, r)
}

const draftsAtOnce = 1000

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
	return s.DB.Bulk(ctx, worker, actWork, func(tx *db.Tx) error {
		next := r
		if next.State == BookedRun && next.BookedAt == nil {
			next.BookedAt = &tx.Now
			// Lines that somebody else booked meanwhile were left out.
			lines, sum, err := bookedOf(ctx, tx, r)
			if err != nil {
				return err
			}
			next.Amount, next.Summary.Skipped = sum, int(r.Total-lines)
		}
		tx.Note(r.Community, r.subject(), nil, map[string]any{"state": r.State, "lines": r.Total, "amount": r.Amount})
		tx.Emit(Moved{r.ID, r.Community, r.State})
		return db.Save(ctx, tx, "bill_run", &next)
	})
}

// reckon computes every room of a run.
func reckon(ctx context.Context, tx *db.Tx, r Run) (rows []Row, sum Summary, err error) {
	sum = Summary{Items: []ItemTotal{}, Warnings: []Warning{}}
	b := &book{period: r.Period, shares: map[ItemID]map[housing.RoomID][]ShareExplain{}}
	all, err := items(ctx, tx, r.Community)
	if err != nil {
		return nil, sum, err
	}
	for _, i := range all {
		if i.State == "active" && (len(r.Items) == 0 || slices.Contains(r.Items, i.ID.String())) {
			b.items = append(b.items, i)
		}
	}
	if b.tariffs, err = tariffs(ctx, tx, r.Community); err != nil {
		return nil, sum, err
	}
	list, err := rooms(ctx, tx, r.Community, 0)
	if err == nil {
		err = known(ctx, tx, r, list)
	}
	if err == nil {
		err = b.share(ctx, tx, r, list, &sum)
	}
	if err != nil {
		return nil, sum, err
	}
	there, err := live(ctx, tx, r)
	if err != nil {
		return nil, sum, err
	}
	last, err := before(ctx, tx, r)
	if err != nil {
		return nil, sum, err
	}
	t := newTotals(b.items, last)
	for _, room := range list {
		mine, warnings := b.bill(room)
		for _, w := range warnings {
			sum.warn(w)
		}
		fresh := missing(mine, there, room, b, &sum)
		t.room(room, fresh, &sum)
		rows = append(rows, fresh...)
	}
	sum.Items = t.list(b.items)
	return rows, sum, nil
}

func (s *Summary) warn(w Warning) {
	if w.Error {
		s.Errors++
	}
	if w.Code == "outlier" {
		s.Outliers++
	}
	if len(s.Warnings) < mostWarnings {
		s.Warnings = append(s.Warnings, w)
	}
}

// share apportions the month's public costs.
func (b *book) share(ctx context.Context, tx *db.Tx, r Run, list []roomIn, sum *Summary) error {
	all, err := costs(ctx, tx, r.Community, r.Period)
	if err != nil {
		return err
	}
	for _, c := range all {
		at := slices.IndexFunc(b.items, func(i Item) bool { return i.ID == c.Item })
		if at < 0 {
			continue
		}
		parts, err := shared(c, b.items[at], list)
		if err != nil {
			sum.warn(Warning{Code: "not_shared", Item: b.items[at].Name, Error: true, Params: map[string]any{"name": c.Name, "why": err.Error()}})
			continue
		}
		if b.shares[c.Item] == nil {
			b.shares[c.Item] = map[housing.RoomID][]ShareExplain{}
		}
		for room, part := range parts {
			b.shares[c.Item][room] = append(b.shares[c.Item][room], part)
		}
	}
	return nil
}

// missing are the rows that no live line stands for. A row that would charge
// days again, other than as they were booked, is a matter for a person.
func missing(mine []Row, there map[place][]liveLine, room roomIn, b *book, sum *Summary) (fresh []Row) {
	for _, row := range mine {
		at := place{row.Room, row.Item, row.Meter, row.Space}
		state := "new"
		for _, l := range there[at] {
			switch {
			case l.From == row.From && l.Debtor == row.Debtor:
				state = "known"
			case row.From.Before(l.To) && l.From.Before(row.To) && state == "new":
				state = "overlap"
			}
		}
		switch state {
		case "new":
			fresh = append(fresh, row)
		case "known":
			sum.Known++
		default:
			name := b.items[slices.IndexFunc(b.items, func(i Item) bool { return i.ID == row.Item })].Name
			sum.warn(Warning{Code: "overlap", Room: room.ID, Label: room.Label, Item: name, Error: true, Params: map[string]any{"from": row.From.String(), "to": row.To.String()}})
		}
	}
	return fresh
}

// totals adds up a dry run and compares it with the month before.
type totals struct {
	of   map[ItemID]*ItemTotal
	last map[sumOf]money.Fen
}

func newTotals(all []Item, last map[sumOf]money.Fen) totals {
	t := totals{map[ItemID]*ItemTotal{}, last}
	for _, i := range all {
		t.of[i.ID] = &ItemTotal{Item: i.ID, Name: i.Name}
	}
	for k, fen := range last {
		if one := t.of[k.Item]; one != nil {
			one.Before += fen
		}
	}
	return t
}

// room counts a room's rows; an item that is more than three times what it was, or less than a third, is an outlier.
func (t totals) room(r roomIn, rows []Row, sum *Summary) {
	if len(rows) > 0 {
		sum.Rooms++
	}
	mine := map[ItemID]money.Fen{}
	for _, row := range rows {
		one := t.of[row.Item]
		one.Lines++
		one.Amount += row.Fen
		mine[row.Item] += row.Fen
	}
	for item, fen := range mine {
		if was := t.last[sumOf{r.ID, item}]; was > 0 && (fen > unusual*was || unusual*fen < was) {
			sum.warn(Warning{Code: "outlier", Room: r.ID, Label: r.Label, Item: t.of[item].Name, Params: map[string]any{"was": was.String(), "is": fen.String()}})
		}
	}
}

func (t totals) list(all []Item) (out []ItemTotal) {
	out = []ItemTotal{}
	for _, i := range all {
		if one := t.of[i.ID]; one.Lines > 0 || one.Before > 0 {
			out = append(out, *one)
		}
	}
	return out
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
	if _, err := tx.Exec(ctx, `INSERT INTO bill_line (`+rowColumns+`) SELECT `+rowColumns+` FROM bill_draft WHERE run_id = $1 AND n > $2 AND n <= $3 AND {scope} ON CONFLICT DO NOTHING`, r.ID, from, to); err != nil {
		return err
	}
	_, err := ledger.PostSet(ctx, tx, ledger.Set{
		From: `SELECT d.txn_id, d.community_id, 'bill:' || CAST(d.id AS TEXT) AS source, d.period AS words, d.room_id, d.debtor, d.item_id, d.debit_id, d.credit_id, d.amount
			FROM bill_draft d JOIN bill_line l ON l.community_id = d.community_id AND l.id = d.id WHERE d.run_id = $1 AND d.n > $2 AND d.n <= $3`,
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
