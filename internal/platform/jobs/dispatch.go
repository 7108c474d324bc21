package jobs

import (
	"context"
	"slices"
	"strconv"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

// dispatchMost is how many events are dispatched at once, at most; part of the
// text, because SQLite prepares anew whatever is bound to LIMIT.
const dispatchMost = 500

// told is an event that has its place in the order.
type told struct {
	Seq   int64             `db:"seq"`
	Place authz.CommunityID `db:"community_id"`
	Name  string            `db:"name"`
	Body  string            `db:"body"`
}

// dispatch gives the events committed so far their seq and makes one job of
// each for every handler. The chain row lets one node at a time do so; the
// seqs become visible in order, whatever the order of ids and commits. Up to
// take of the jobs are claimed by this node as they are made, and returned; at most
// so many events are dispatched. Who has not heard of events looks first whether
// there are any, without writing.
func (r *Runner) dispatch(ctx context.Context, most, take int, heard bool) (n int, taken []claimed, more bool, err error) {
	if !heard {
		if some, err := r.waiting(ctx); err != nil || !some {
			return 0, nil, false, err
		}
	}
	err = r.d.Unhurried().Bulk(ctx, self, actDispatch, func(tx *db.Tx) error {
		taken = nil
		tx.Silent("dispatching tells nothing new")
		g := tx.Global("events of every community are dispatched")
		events, err := place(ctx, g, most)
		if n = len(events); err != nil || n == 0 {
			return err
		}
		rows := r.rowsOf(g, events)
		for _, row := range rows[:min(take, len(rows))] {
			row.Attempts, row.Claim, row.due = 1, int64(db.NewID[db.Entry](tx)), tx.Now.Add(r.o.Lease)
			taken = append(taken, row.claimed)
		}
		tx.Wake() // live screens read what has its place, and other nodes do what is left
		return insert(ctx, g, rows)
	})
	return n, taken, n == most, err
}

// waiting looks, without writing, whether events wait for their place.
func (r *Runner) waiting(ctx context.Context) (some bool, err error) {
	err = r.d.Glance(ctx, self, actDispatch, func(tx *db.Tx) error {
		found, err := db.All[int](ctx, tx.Global(ours), `SELECT 1 FROM outbox WHERE seq IS NULL ORDER BY id LIMIT 1`)
		some = len(found) > 0
		return err
	})
	return some, err
}

// place gives up to so many events their seq and returns them in order. Holding
// the chain's row keeps others out.
func place(ctx context.Context, g *db.Tx, most int) ([]told, error) {
	head, err := db.One[int64](ctx, g, `UPDATE chain SET seq = seq WHERE name = 'outbox' RETURNING seq`)
	if err != nil {
		return nil, err
	}
	events, err := db.All[told](ctx, g, placeSQL(g.Engine(), most), head)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	if _, err := g.Exec(ctx, `UPDATE chain SET seq = $1 WHERE name = 'outbox'`, head+int64(len(events))); err != nil {
		return nil, err
	}
	slices.SortFunc(events, func(a, b told) int { return int(a.Seq - b.Seq) })
	return events, nil
}

// placeSQL numbers the first events that have no place yet, from $1 on.
func placeSQL(e db.Engine, most int) string {
	first := `SELECT id FROM outbox WHERE seq IS NULL ORDER BY id LIMIT ` + strconv.Itoa(most)
	x := `(SELECT w.id AS row_id, ROW_NUMBER() OVER (ORDER BY w.id) AS n FROM (` + first + `) w) AS x`
	if e == db.Postgres {
		// It takes LIMIT for the number of them, and would rather go through the
		// whole outbox than look up so many; in an array it expects a few. As it
		// believes the index of what has no place to be empty, seq is kept from it.
		x = `unnest(ARRAY(` + first + `)) WITH ORDINALITY AS x(row_id, n)`
	}
	return `UPDATE outbox SET seq = $1 + x.n FROM ` + x + ` WHERE id = x.row_id AND seq + 0 IS NULL RETURNING seq, community_id, name, body`
}

// after is the news that has been heard of when events were dispatched: the
// dispatching was news itself.
func after(news int64, dispatched, more bool) int64 {
	switch {
	case more:
		return news - 1
	case dispatched:
		return news + 1
	}
	return news
}

// row is a new job.
type row struct {
	claimed
	place authz.CommunityID
	due   clock.Instant
}

func (r *Runner) rowsOf(g *db.Tx, events []told) (rows []*row) {
	for _, e := range events {
		for _, kind := range r.byEvent[e.Name] {
			if matters := r.handlers[kind].matters; matters != nil && !matters([]byte(e.Body)) {
				continue
			}
			rows = append(rows, &row{claimed{Kind: kind, Payload: e.Body}, e.Place, g.Now})
		}
	}
	if len(rows) > 0 {
		first := db.Block[db.Entry](g, len(rows))
		for i, row := range rows {
			row.ID = first + id.Of[db.Entry](i)*id.Stride
		}
	}
	return rows
}

// insertSizes are the few sizes of multi-row inserts, so that their statements can be kept.
var insertSizes = []int{64, 8, 1}

func insert(ctx context.Context, g *db.Tx, rows []*row) error {
	for _, size := range insertSizes {
		for len(rows) >= size {
			args := make([]any, 0, 7*size)
			for _, x := range rows[:size] {
				args = append(args, x.ID, x.Kind, x.place, x.due, x.Payload, x.Attempts, x.Claim)
			}
			rows = rows[size:]
			if _, err := g.Exec(ctx, `INSERT INTO job (id, kind, community_id, due_at, payload, attempts, claim) VALUES `+db.Marks(size, 7), args...); err != nil {
				return err
			}
		}
	}
	return nil
}
