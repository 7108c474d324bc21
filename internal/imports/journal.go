package imports

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

// Journal is what one transaction of an import did.
type Journal struct {
	made    map[string]*batch
	changed []change
}

// batch is the records of one kind, and the rows they came from.
type batch struct {
	Kind string  `json:"kind"`
	IDs  []int64 `json:"ids"` // the first, then distances
	Rows []int   `json:"rows"`

	last int64
}

type change struct {
	row     int
	kind    string
	id      db.ID
	version int64
	before  any
}

// Made remembers a record that a row made.
func (j *Journal) Made(kind string, id db.ID, row int) {
	if j.made == nil {
		j.made = map[string]*batch{}
	}
	b := j.made[kind]
	if b == nil {
		b = &batch{Kind: kind}
		j.made[kind] = b
	}
	b.IDs, b.Rows, b.last = append(b.IDs, int64(id)-b.last), append(b.Rows, row), int64(id)
}

// Changed remembers a record that a row changed: its version now, and what
// Record.Restore needs to put back what stood there.
func (j *Journal) Changed(kind string, id db.ID, version int64, row int, before any) {
	j.changed = append(j.changed, change{row, kind, id, version, before})
}

type chunk struct {
	ID        id.Of[chunk]      `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Import    ID                `db:"import_id"`
	Made      string            `db:"made"`
}

// Change is a record that an import changed, as it is kept.
type Change struct {
	ID        id.Of[Change]     `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Import    ID                `db:"import_id"`
	Row       int               `db:"row_no"`
	Kind      string            `db:"kind"`
	Record    db.ID             `db:"record_id"`
	Now       int64             `db:"record_version"` // of the record after the change
	Sealed    string            `db:"before_sealed"`  // "": erased, or its time is over
}

func (j *Journal) write(ctx context.Context, tx *db.Tx, i Import) error {
	if len(j.made) > 0 {
		all := make([]*batch, 0, len(j.made))
		for _, b := range j.made {
			all = append(all, b)
		}
		slices.SortFunc(all, func(a, b *batch) int { return len(a.Kind) - len(b.Kind) })
		raw, err := json.Marshal(all)
		if err != nil {
			return err
		}
		if err := db.Insert(ctx, tx, "import_chunk", chunk{ID: db.NewID[chunk](tx), Community: i.Community, Import: i.ID, Made: string(raw)}); err != nil {
			return err
		}
	}
	if len(j.changed) == 0 {
		return nil
	}
	next := db.Block[Change](tx, len(j.changed))
	rows := make([]Change, len(j.changed))
	for n, c := range j.changed {
		raw, err := json.Marshal(c.before)
		if err != nil {
			return err
		}
		rows[n] = Change{ID: next, Community: i.Community, Import: i.ID, Row: c.row, Kind: c.kind, Record: c.id, Now: c.version, Sealed: tx.Vault().Seal(beforePlace(db.ID(next)), string(raw))}
		next += id.Stride
	}
	return db.InsertAll(ctx, tx, "import_change", rows)
}

// records are the ids of a batch as they were.
func (b batch) records() []int64 {
	out, at := make([]int64, len(b.IDs)), int64(0)
	for i, d := range b.IDs {
		at += d
		out[i] = at
	}
	return out
}

// ledger is everything an import made: the row of each record, by kind.
type ledger map[string]map[int64]int

func readLedger(ctx context.Context, tx *db.Tx, i Import) (ledger, error) {
	out := ledger{}
	err := db.Each(ctx, tx, `SELECT `+db.Columns[chunk]("")+` FROM import_chunk WHERE import_id = $1 AND {scope} ORDER BY id`, []any{i.ID}, func(c chunk) error {
		var all []batch
		if err := json.Unmarshal([]byte(c.Made), &all); err != nil {
			return fmt.Errorf("import %s: %w", i.ID, err)
		}
		for _, b := range all {
			if out[b.Kind] == nil {
				out[b.Kind] = map[int64]int{}
			}
			for n, id := range b.records() {
				out[b.Kind][id] = b.Rows[n]
			}
		}
		return nil
	})
	return out, err
}

// held says what forbids to undo an import: records of others that hang on what
// it made, and records that were changed since.
func held(ctx context.Context, tx *db.Tx, t Template, i Import, made ledger) (out []RowError, err error) {
	for _, r := range t.Records {
		mine := made[r.Kind]
		if len(mine) > 0 && !r.Loose {
			found, err := r.heldBy(ctx, tx, i, made)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
		if r.Restore == nil {
			continue
		}
		type since struct {
			Row int `db:"row_no"`
		}
		rows, err := db.All[since](ctx, tx, `SELECT j.row_no FROM import_change j LEFT JOIN `+r.Kind+` r ON r.id = j.record_id AND r.community_id = j.community_id
			WHERE j.import_id = $1 AND j.kind = $2 AND (r.id IS NULL OR r.version <> j.record_version OR j.before_sealed = '') AND {scope:j}`, i.ID, r.Kind)
		if err != nil {
			return nil, err
		}
		for _, s := range rows {
			out = append(out, RowError{Row: s.Row, Code: "import.changed_since"})
		}
	}
	return out, nil
}

func (r Record) heldBy(ctx context.Context, tx *db.Tx, i Import, made ledger) (out []RowError, err error) {
	mine := made[r.Kind]
	var low, high int64
	for id := range mine {
		if low == 0 || id < low {
			low = id
		}
		high = max(high, id)
	}
	type pair struct {
		ID int64 `db:"id"`
		On int64 `db:"target"`
	}
	for _, h := range r.Held {
		own := "0" // not every table has ids, but all that imports fill
		if len(made[h.Table]) > 0 {
			own = "h.id"
		}
		if err := db.Each(ctx, tx, `SELECT `+own+` AS id, h.`+h.Column+` AS target FROM `+h.Table+` h WHERE h.community_id = $1 AND h.`+h.Column+` BETWEEN $2 AND $3 AND {scope:h}`,
			[]any{i.Community, low, high}, func(p pair) error {
				row, hangs := mine[p.On]
				if _, ours := made[h.Table][p.ID]; hangs && !ours {
					out = append(out, RowError{Row: row, Code: "import.held." + h.Table})
				}
				return nil
			}); err != nil {
			return nil, err
		}
	}
	if r.Since != nil {
		since, err := r.Since(ctx, tx, i.Community, db.ID(low), db.ID(high), func(id db.ID) bool { _, ours := mine[int64(id)]; return ours })
		if err != nil {
			return nil, err
		}
		for _, id := range since {
			if row, ours := mine[int64(id)]; ours {
				out = append(out, RowError{Row: row, Code: "import.changed_since"})
			}
		}
	}
	if !r.Versioned {
		return out, nil
	}
	err = db.Each(ctx, tx, `SELECT id FROM `+r.Kind+` WHERE community_id = $1 AND id BETWEEN $2 AND $3 AND version <> 1 AND {scope}`, []any{i.Community, low, high}, func(id int64) error {
		if row, ours := mine[id]; ours {
			out = append(out, RowError{Row: row, Code: "import.changed_since"})
		}
		return nil
	})
	return out, err
}

// takeBack undoes one chunk, but for rows that are held.
func takeBack(ctx context.Context, tx *db.Tx, t Template, i Import, c chunk, stays map[int]bool) error {
	var all []batch
	if err := json.Unmarshal([]byte(c.Made), &all); err != nil {
		return err
	}
	for _, r := range slices.Backward(t.Records) {
		for _, b := range all {
			if b.Kind != r.Kind {
				continue
			}
			ids := b.records()
			var mine []int64
			for n, id := range ids {
				if !stays[b.Rows[n]] {
					mine = append(mine, id)
				}
			}
			if err := r.remove(ctx, tx, i, mine); err != nil {
				return err
			}
		}
	}
	_, err := tx.Exec(ctx, `DELETE FROM import_chunk WHERE id = $1 AND {scope}`, c.ID)
	return err
}

const removeAtOnce = 100

func (r Record) remove(ctx context.Context, tx *db.Tx, i Import, ids []int64) error {
	if r.Remove != nil {
		for _, one := range ids {
			if err := r.Remove(ctx, tx, i.Community, db.ID(one)); err != nil {
				return fmt.Errorf("undoing %s: %w", r.Kind, err)
			}
		}
		return nil
	}
	q := ``
	if r.Loose {
		for _, h := range r.Held {
			q += ` AND NOT EXISTS (SELECT 1 FROM ` + h.Table + ` h WHERE h.community_id = x.community_id AND h.` + h.Column + ` = x.id)`
		}
	}
	for part := range slices.Chunk(ids, removeAtOnce) {
		marks, args := db.Marks(1, len(part)), make([]any, 0, len(part)+1)
		for _, one := range part {
			args = append(args, one)
		}
		if _, err := tx.Exec(ctx, `DELETE FROM `+r.Kind+` AS x WHERE x.id IN `+marks+` AND x.community_id = $`+fmt.Sprint(len(part)+1)+q+` AND {scope:x}`, append(args, i.Community)...); err != nil {
			return fmt.Errorf("undoing %s: %w", r.Kind, err)
		}
	}
	return nil
}

// putBack restores one changed record.
func putBack(ctx context.Context, tx *db.Tx, t Template, c Change, stays map[int]bool) error {
	at := slices.IndexFunc(t.Records, func(r Record) bool { return r.Kind == c.Kind })
	if at >= 0 && !stays[c.Row] && c.Sealed != "" {
		before, err := tx.Vault().Open(beforePlace(db.ID(c.ID)), c.Sealed)
		if err != nil {
			return err
		}
		if err := t.Records[at].Restore(ctx, tx, c.Record, c.Now, []byte(before)); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `DELETE FROM import_change WHERE id = $1 AND {scope}`, c.ID)
	return err
}

// ForgetOf is Forget for all records of a kind that are a customer's.
func ForgetOf[C ~int64](ctx context.Context, tx *db.Tx, community authz.CommunityID, kind string, customer C) error {
	_, err := tx.Exec(ctx, `UPDATE import_change SET before_sealed = '' WHERE community_id = $1 AND kind = $2 AND before_sealed <> '' AND record_id IN (SELECT id FROM `+kind+` WHERE community_id = $1 AND customer_id = $3)`, community, kind, int64(customer))
	return err
}

// Forget blanks what imports keep of a record, so that erasing somebody leaves
// nothing of them here. What it changed cannot be undone any more.
func Forget(ctx context.Context, tx *db.Tx, community authz.CommunityID, kind string, record db.ID) error {
	_, err := tx.Exec(ctx, `UPDATE import_change SET before_sealed = '' WHERE community_id = $1 AND kind = $2 AND record_id = $3 AND before_sealed <> ''`, community, kind, record)
	return err
}
