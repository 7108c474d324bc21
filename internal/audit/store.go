package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

const whole = "the chain runs through all communities"

type head struct {
	Seq  int64  `db:"seq"`
	Hash string `db:"hash"`
}

func headOf(ctx context.Context, tx *db.Tx) (head, error) {
	return db.One[head](ctx, tx.Global(whole), `SELECT seq, hash FROM chain WHERE name = 'audit'`)
}

const columns = `id, community_id, at, actor_id, actor_name, action, subject, before, after, request, ip`

func anyUnsealed(ctx context.Context, tx *db.Tx) (bool, error) {
	found, err := db.All[int](ctx, tx.Global(whole), `SELECT 1 FROM audit WHERE seq IS NULL ORDER BY id LIMIT 1`) // in order, that is by the index: who guesses that many are unsealed reads all (PostgreSQL)
	return len(found) > 0, err
}

// seal chains up to sealMost entries. Holding the head's row keeps other
// sealers out until the commit.
func seal(ctx context.Context, tx *db.Tx) (int, error) {
	g := tx.Global(whole)
	h, err := db.One[head](ctx, g, `UPDATE chain SET seq = seq WHERE name = 'audit' RETURNING seq, hash`)
	if err != nil {
		return 0, err
	}
	entries, err := db.All[sealed](ctx, g, `SELECT 0 AS seq, '' AS hash, `+columns+` FROM audit WHERE seq IS NULL ORDER BY id LIMIT `+strconv.Itoa(sealMost)) // written out: what is bound there is compiled at every call (SQLite)
	if err != nil {
		return 0, err
	}
	for i := range entries {
		e := &entries[i]
		h.Seq++
		e.Seq = h.Seq
		if h.Hash, err = e.after(h.Hash); err != nil {
			return 0, err
		}
		e.Hash = h.Hash
	}
	rest := entries
	for _, size := range sealTogether {
		for ; len(rest) >= size; rest = rest[size:] {
			if err := mark(ctx, g, rest[:size]); err != nil {
				return 0, err
			}
		}
	}
	_, err = g.Exec(ctx, `UPDATE chain SET seq = $1, hash = $2 WHERE name = 'audit'`, h.Seq, h.Hash)
	return len(entries), err
}

// sealTogether are the few sizes of statements, so that they can be kept.
var sealTogether = []int{50, 8, 1}

// mark writes seq and hash of some entries with one statement.
func mark(ctx context.Context, g *db.Tx, entries []sealed) error {
	var args []any
	for _, e := range entries {
		// As text, because in a list of VALUES PostgreSQL takes every parameter for text.
		args = append(args, strconv.FormatInt(int64(e.ID), 10), strconv.FormatInt(e.Seq, 10), e.Hash)
	}
	_, err := g.Exec(ctx, `WITH v(id, seq, hash) AS (VALUES `+db.Marks(len(entries), 3)+`)
		UPDATE audit SET seq = CAST(v.seq AS BIGINT), hash = v.hash FROM v WHERE audit.id = CAST(v.id AS BIGINT) AND audit.seq + 0 IS NULL`, args...)
	return err
}

// eachSealed reads what follows a checkpoint; 0 is the very beginning, where
// something forged may stand before the first.
func eachSealed(ctx context.Context, tx *db.Tx, after int64, fn func(sealed) error) error {
	if after == 0 {
		after = math.MinInt64
	}
	return db.Each(ctx, tx.Global(whole), `SELECT seq, COALESCE(hash, '') AS hash, `+columns+` FROM audit WHERE seq > $1 ORDER BY seq`, []any{after}, fn)
}

func unsealed(ctx context.Context, tx *db.Tx) (n int64, oldest clock.Instant, err error) {
	row, err := db.One[struct {
		N      int64         `db:"n"`
		Oldest clock.Instant `db:"oldest"`
	}](ctx, tx.Global(whole), `SELECT COUNT(*) AS n, COALESCE(MIN(at), 0) AS oldest FROM audit WHERE seq IS NULL`)
	return row.N, row.Oldest, err
}

func list(ctx context.Context, tx *db.Tx, f Filter) ([]Entry, error) {
	q := `SELECT COALESCE(seq, 0) AS seq, '' AS hash, ` + columns + ` FROM audit WHERE {scope}`
	var args []any
	where := func(cond string, v any) {
		args = append(args, v)
		q += ` AND ` + cond + ` $` + strconv.Itoa(len(args))
	}
	switch {
	case f.Company && !tx.Who.Scope(tx.Act).All:
		return nil, authz.ErrForbidden
	case f.Company:
		q += ` AND community_id IS NULL AND (subject <> '' OR actor_id IS NOT NULL)` // what jobs do for some community, and name nothing, is no matter of the company's
	case f.Community != 0:
		where(`community_id =`, f.Community)
	}
	if f.Actor != 0 {
		where(`actor_id =`, f.Actor)
	}
	if f.Name != "" {
		where(`actor_name LIKE`, "%"+strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(f.Name)+"%")
		q += ` ESCAPE '\'`
	}
	if f.Action != "" {
		where(`action =`, string(f.Action))
	}
	if f.Subject != "" {
		where(`subject =`, f.Subject)
	}
	// Ids follow time, so a range of them finds what a range of instants means; they are a moment apart.
	if f.From != 0 {
		where(`id >=`, idAt(f.From.Add(-apart)))
		where(`at >=`, f.From)
	}
	if f.To != 0 {
		where(`id <`, idAt(f.To.Add(apart)))
		where(`at <`, f.To)
	}
	if f.Before != 0 {
		where(`id <`, f.Before)
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	args = append(args, f.Limit)
	rows, err := db.All[sealed](ctx, tx, q+` ORDER BY id DESC LIMIT $`+strconv.Itoa(len(args)), args...)
	out := make([]Entry, len(rows))
	for i, r := range rows {
		out[i] = r.entry()
		if err == nil {
			out[i].Before, err = opened(ctx, tx, out[i], out[i].Before)
		}
		if err == nil {
			out[i].After, err = opened(ctx, tx, out[i], out[i].After)
		}
	}
	return out, err
}

const apart = time.Hour

// idAt is the smallest id made at an instant.
func idAt(at clock.Instant) int64 { return max(int64(at), 0) << 22 }

// opened shows what of an entry is about a person to who may see it.
func opened(ctx context.Context, tx *db.Tx, e Entry, part json.RawMessage) (json.RawMessage, error) {
	if !bytes.HasPrefix(part, []byte("{")) || !bytes.Contains(part, []byte(`"person":`)) {
		return part, nil // only a map of fields holds something personal
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(part, &fields); err != nil {
		return nil, err
	}
	for name, raw := range fields {
		var s db.Sealed
		if !bytes.HasPrefix(raw, []byte(`{"person":`)) || json.Unmarshal(raw, &s) != nil || s.Needs == "" {
			continue
		}
		shown := About{Person: s.Person}
		if tx.Who.Scope(s.Needs).Sees(e.Community) {
			var err error
			if shown.Value, shown.Erased, err = db.OpenPersonal(ctx, tx, e.Community, e.ID, name, s); err != nil {
				return nil, err
			}
		} else {
			shown.Hidden = true
		}
		raw, err := json.Marshal(shown)
		if err != nil {
			return nil, err
		}
		fields[name] = raw
	}
	return json.Marshal(fields)
}

func (e sealed) entry() Entry {
	out := Entry{ID: e.ID, At: clock.Instant(e.At), ActorName: e.ActorName, Action: authz.Action(e.Action), Subject: e.Subject, Request: e.Request, IP: e.IP, Sealed: e.Seq > 0}
	if e.Community != nil {
		out.Community = authz.CommunityID(*e.Community)
	}
	if e.Actor != nil {
		out.ActorID = authz.AccountID(*e.Actor)
	}
	if e.Before != nil {
		out.Before = json.RawMessage(*e.Before)
	}
	if e.After != nil {
		out.After = json.RawMessage(*e.After)
	}
	return out
}

func checkpoints(ctx context.Context, tx *db.Tx) ([]checkpoint, error) {
	return db.All[checkpoint](ctx, tx.Global(whole), `SELECT `+db.Columns[checkpoint]("")+` FROM audit_checkpoint ORDER BY seq`)
}

func lastCheckpoint(ctx context.Context, tx *db.Tx) (*checkpoint, error) {
	return first(db.All[checkpoint](ctx, tx.Global(whole), `SELECT `+db.Columns[checkpoint]("")+` FROM audit_checkpoint ORDER BY seq DESC LIMIT 1`))
}

// trimmable is the last checkpoint that was made before an instant.
func trimmable(ctx context.Context, tx *db.Tx, before clock.Instant) (*checkpoint, error) {
	return first(db.All[checkpoint](ctx, tx.Global(whole), `SELECT `+db.Columns[checkpoint]("")+` FROM audit_checkpoint WHERE at < $1 ORDER BY seq DESC LIMIT 1`, before))
}

func first(found []checkpoint, err error) (*checkpoint, error) {
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

func markTrimmed(ctx context.Context, tx *db.Tx, c checkpoint) error {
	_, err := tx.Global(whole).Exec(ctx, `UPDATE audit_checkpoint SET trimmed_at = $1, trim_signature = $2 WHERE seq = $3`, tx.Now, tx.Vault().Sign(c.trimText(tx.Now)), c.Seq)
	return err
}

func remove(ctx context.Context, tx *db.Tx, upTo int64) (int64, error) {
	return tx.Global(whole).Exec(ctx, `DELETE FROM audit WHERE seq `+tx.Engine().Chosen(`SELECT seq FROM audit WHERE seq <= $1 ORDER BY seq LIMIT $2`), upTo, trimMost)
}

// mostOf is how many entries about one subject are of use to a person.
const mostOf = 5000

// Of lists the entries about a subject within the scope of tx's action, the
// latest first: who looked at somebody's data, and what was changed.
func Of(ctx context.Context, tx *db.Tx, subject string) ([]Entry, error) {
	return list(ctx, tx, Filter{Subject: subject, Limit: mostOf})
}
