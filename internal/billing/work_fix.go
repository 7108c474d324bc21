package billing

import (
	"context"
	"errors"
	"strconv"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// WorkFix does what the state of a correction asks for.
func (s *Service) WorkFix(ctx context.Context, id FixID) (err error) {
	for err == nil {
		var f Fix
		if err = s.DB.Read(ctx, worker, actWork, func(tx *db.Tx) (err error) {
			f, err = fix(ctx, tx, id)
			return err
		}); err != nil {
			break
		}
		switch f.State {
		case FixCalculating:
			err = s.calculateFix(ctx, f)
		case FixWorking:
			err = s.bookFix(ctx, f)
		default:
			return nil
		}
	}
	if errors.Is(err, errStopped) || errors.Is(err, db.ErrStale) {
		return nil // whoever moved it on has set the job anew
	}
	return err
}

const fixLinesAtOnce = 1000

// calculateFix computes what changes and keeps it; a piece of work that broke
// off begins anew.
func (s *Service) calculateFix(ctx context.Context, f Fix) error {
	var rows []FixLine
	if err := s.DB.Read(ctx, worker, actWork, func(tx *db.Tx) (err error) {
		f.Old, f.New, f.Paid, f.Same, f.Unclear, rows = 0, 0, 0, 0, 0, nil
		for p := f.First; p.Sub(f.Last) <= 0; p = p.Add(1) {
			some, err := f.compare(ctx, tx, p)
			if err != nil {
				return err
			}
			rows = append(rows, some...)
		}
		return nil
	}); err != nil {
		return err
	}
	if err := s.quiet(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM bill_fix_line WHERE community_id = $1 AND fix_id = $2 AND state = 'open' AND {scope}`, f.Community, f.ID)
		return err
	}); err != nil {
		return err
	}
	for from := 0; from < len(rows); from += fixLinesAtOnce {
		part := rows[from:min(from+fixLinesAtOnce, len(rows))]
		if err := s.quiet(ctx, func(tx *db.Tx) error {
			now, err := fix(ctx, tx, f.ID)
			if err == nil && (now.State != FixCalculating || now.Version != f.Version) {
				err = errStopped
			}
			if err != nil {
				return err
			}
			for i := range part {
				part[i].ID, part[i].N = db.NewID[FixLine](tx), int64(from+i+1)
			}
			return db.InsertAll(ctx, tx, "bill_fix_line", part)
		}); err != nil {
			return err
		}
	}
	for _, r := range rows {
		f.Old, f.New = f.Old+r.Old, f.New+r.New
		if r.Paid != 0 {
			f.Paid++
		}
	}
	f.State, f.Done, f.Total = FixCalculated, 0, int64(len(rows))
	return s.endedFix(ctx, f)
}

func (s *Service) endedFix(ctx context.Context, f Fix) error {
	return s.DB.Bulk(ctx, worker, actWork, func(tx *db.Tx) error {
		next := f
		tx.Emit(FixMoved{f.ID, f.Community})
		if next.State == FixDone {
			next.DoneAt = &tx.Now
			tx.Emit(Fixed{f.ID, f.Community})
		}
		tx.Note(f.Community, f.subject(), nil, map[string]any{"state": f.State, "lines": f.Total, "old": f.Old, "new": f.New})
		return db.Save(ctx, tx, "bill_fix", &next)
	})
}

// compare computes the item anew for a month and sets it against its live lines.
func (f *Fix) compare(ctx context.Context, tx *db.Tx, p clock.Period) ([]FixLine, error) {
	i, err := item(ctx, tx, f.Item)
	if err != nil {
		return nil, err
	}
	booked, err := db.All[Line](ctx, tx, `SELECT `+db.Columns[Line]("l")+` FROM bill_line l JOIN bill_run r ON r.community_id = l.community_id AND r.id = l.run_id AND r.state = 'booked' AND r.kind <> 'opening'
		WHERE l.community_id = $1 AND l.period = $2 AND l.item_id = $3 AND l.reversed_at IS NULL AND {scope:l} ORDER BY l.run_id, l.n`, f.Community, p, f.Item)
	if err != nil || len(booked) == 0 {
		return nil, err
	}
	anew, err := f.anew(ctx, tx, i, p, booked)
	if err != nil {
		return nil, err
	}
	paid, err := paidOf(ctx, tx, f.Community, f.Item, p)
	if err != nil {
		return nil, err
	}
	var out []FixLine
	for _, l := range booked {
		row, is := anew[keyOf(l.Row)]
		switch {
		case !is:
			f.Unclear++
		case row.Fen == l.Fen:
			f.Same++
		default:
			row.Explain.Corrects, row.Explain.CorrectsWhy = l.Fen, f.Reason
			out = append(out, FixLine{Community: f.Community, Fix: f.ID, Line: l.ID, Room: l.Room, Old: l.Fen, New: row.Fen, Paid: paid[l.ID], Price: row.Price, Quantity: row.Quantity, Tax: row.Tax, Tariff: row.Tariff, Explain: row.Explain, State: "open"})
		}
	}
	return out, nil
}

// lineKey is what stays the same of a line that is computed anew.
type lineKey struct {
	place
	From, To clock.Day
	Debtor   string
}

func keyOf(r Row) lineKey {
	return lineKey{place{r.Room, r.Item, r.Meter, r.Space}, r.From, r.To, r.Debtor}
}

// anew computes the lines of an item for a month from what the registers say now.
// A meter is billed for the very days of its line.
func (f Fix) anew(ctx context.Context, tx *db.Tx, i Item, p clock.Period, booked []Line) (map[lineKey]Row, error) {
	r := Run{Community: f.Community, Period: p}
	c := &calculation{run: r, book: book{period: p, items: []Item{i}, shares: map[ItemID]map[housing.RoomID][]ShareExplain{}}}
	all, err := tariffs(ctx, tx, f.Community)
	if err != nil {
		return nil, err
	}
	c.tariffs = map[ItemID][]Tariff{i.ID: f.priced(all[i.ID])}
	if err := c.share(ctx, tx); err != nil {
		return nil, err
	}
	of := map[housing.RoomID][]Line{}
	for _, l := range booked {
		of[l.Room] = append(of[l.Room], l)
	}
	out := map[lineKey]Row{}
	return out, pages(ctx, tx, r, func(list []roomIn) error {
		for _, room := range list {
			if len(of[room.ID]) == 0 {
				continue
			}
			room.meters = between(room.meters, of[room.ID])
			rows, _ := c.bill(room)
			for _, row := range rows {
				out[keyOf(row)] = row
			}
		}
		return nil
	})
}

// between are the meters of a room with the readings between which its lines were billed.
func between(all []meterIn, lines []Line) (out []meterIn) {
	for _, l := range lines {
		for _, m := range all {
			if m.ID != l.Meter || l.Meter == 0 {
				continue
			}
			m.taken, m.billed = false, l.From
			var read []Reading
			for _, r := range m.all {
				if !r.On.Before(l.From) && !r.On.After(l.To) {
					read = append(read, r)
				}
			}
			m.all = read
			out = append(out, m)
		}
	}
	return out
}

// paidOf is what was paid of an item's lines of a month. Payments stand in
// another domain's table, which is read here for show only.
func paidOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, of ItemID, p clock.Period) (map[LineID]money.Fen, error) {
	type row struct {
		Line LineID    `db:"line_id"`
		Fen  money.Fen `db:"fen"`
	}
	out := map[LineID]money.Fen{}
	err := db.Each(ctx, tx, `SELECT x.line_id, CAST(SUM(x.amount) AS BIGINT) AS fen FROM payment_part x JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id
		WHERE l.community_id = $1 AND l.item_id = $2 AND l.period = $3 AND x.reversed_at IS NULL AND {scope:x} GROUP BY x.line_id`, []any{community, of, p}, func(r row) error {
		out[r.Line] = r.Fen
		return nil
	})
	return out, err
}

// fixesAtOnce are how many lines one transaction corrects: the desk goes on beside it.
const fixesAtOnce = 50

// bookFix corrects the lines that are open, some at a time. Where it broke off it
// goes on: a line is done in the transaction that corrects it.
func (s *Service) bookFix(ctx context.Context, f Fix) error {
	for {
		n := 0
		if err := s.quiet(ctx, func(tx *db.Tx) error {
			some, err := db.All[FixLine](ctx, tx, `SELECT `+db.Columns[FixLine]("x")+` FROM bill_fix_line x WHERE x.fix_id = $1 AND x.community_id = $2 AND x.state = 'open' AND {scope:x} ORDER BY x.n LIMIT $3`, f.ID, f.Community, fixesAtOnce)
			if err != nil {
				return err
			}
			for n = range some {
				if err := s.fixLine(ctx, tx, f, some[n]); err != nil {
					return err
				}
			}
			if n = len(some); n == 0 {
				return nil
			}
			tx.Emit(FixMoved{f.ID, f.Community})
			_, err = tx.Exec(ctx, `UPDATE bill_fix SET done = done + $1 WHERE id = $2 AND {scope}`, n, f.ID)
			return err
		}); err != nil {
			return err
		}
		if n == 0 {
			f.State, f.Done = FixDone, f.Total
			return s.endedFix(ctx, f)
		}
	}
}

// fixLine corrects one line, once: whoever comes second finds it done.
func (s *Service) fixLine(ctx context.Context, tx *db.Tx, f Fix, x FixLine) error {
	if n, err := tx.Exec(ctx, `UPDATE bill_fix_line SET state = 'done' WHERE id = $1 AND state = 'open' AND {scope}`, x.ID); err != nil || n == 0 {
		return err
	}
	l, err := db.One[Line](ctx, tx, `SELECT `+db.Columns[Line]("l")+` FROM bill_line l WHERE l.id = $1 AND {scope:l}`, x.Line)
	if err != nil {
		return err
	}
	r, err := run(ctx, tx, l.Run)
	if err != nil {
		return err
	}
	gone := l.ReversedAt != nil || r.State != BookedRun
	if !gone {
		next := l
		next.Price, next.Quantity, next.Fen, next.Tax, next.Tariff, next.Explain = x.Price, x.Quantity, x.New, x.Tax, x.Tariff, x.Explain
		change := func() (LineID, error) {
			x.Next, err = l.replaced(ctx, tx, next, f.Reason)
			return x.Next, err
		}
		if s.Replace != nil {
			err = s.Replace(ctx, tx, l.Community, l.Room, l.ID, change)
		} else {
			_, err = change()
		}
		if err != nil {
			return err
		}
	}
	state := "done"
	if gone {
		state = "gone"
	}
	_, err = tx.Exec(ctx, `UPDATE bill_fix_line SET state = $1, new_id = $2 WHERE id = $3 AND {scope}`, state, x.Next, x.ID)
	return err
}

// graceOfMore is how many days a household has for a bill that became higher by
// a mistake of the company's: lateness is counted from then.
const graceOfMore = 15

// replaced reverses a line and books another one in its place; of amount 0 none.
func (l Line) replaced(ctx context.Context, tx *db.Tx, next Line, reason string) (LineID, error) {
	day, err := today(ctx, tx, l.Community)
	if err != nil {
		return 0, err
	}
	if n, err := tx.Exec(ctx, `UPDATE bill_line SET reversed_at = $1 WHERE id = $2 AND reversed_at IS NULL AND {scope}`, tx.Now, l.ID); err != nil || n == 0 {
		return 0, errors.Join(err, ErrReversedLine)
	}
	r, err := ledger.Reverse(ctx, tx, l.Txn, day, reason)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `UPDATE bill_line SET reversal_id = $1 WHERE id = $2 AND {scope}`, r.ID, l.ID); err != nil {
		return 0, err
	}
	tx.Note(l.Community, "bill_line:"+l.ID.String(), map[string]any{"amount": l.Fen}, map[string]any{"amount": next.Fen, "reason": reason})
	if next.Fen == 0 {
		return 0, nil
	}
	if next.Fen > l.Fen && next.Due.Before(day.Add(graceOfMore)) {
		next.Due = day.Add(graceOfMore)
	}
	return l.again(ctx, tx, day, next, reason)
}

func fixLines(ctx context.Context, tx *db.Tx, of FixID, after int64, limit int) ([]FixLineView, error) {
	all, err := db.All[FixLineView](ctx, tx, `SELECT `+db.Columns[FixLine]("x")+`, o.label, l.period, l.price AS old_price, l.quantity AS old_quantity, COALESCE(c.name, '') AS who, COALESCE(c.kind, '') AS legal
		FROM bill_fix_line x JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id JOIN room o ON o.community_id = x.community_id AND o.id = x.room_id
		LEFT JOIN customer c ON c.community_id = l.community_id AND c.id = l.customer_id WHERE x.fix_id = $1 AND x.n > $2 AND {scope:x} ORDER BY x.n LIMIT `+strconv.Itoa(limit), of, after)
	for i := range all {
		v := &all[i]
		v.Who = customer.SightOf(tx.Who, v.Community).Name(v.Who, v.Legal == string(customer.Organisation))
	}
	return all, err
}
