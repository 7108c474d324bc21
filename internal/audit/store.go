package audit

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

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
	found, err := db.All[int](ctx, tx.Global(whole), `SELECT 1 FROM audit WHERE seq IS NULL LIMIT 1`)
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
	entries, err := db.All[sealed](ctx, g, `SELECT 0 AS seq, '' AS hash, `+columns+` FROM audit WHERE seq IS NULL ORDER BY id LIMIT $1`, sealMost)
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
	for rest := entries; len(rest) > 0; {
		size := 1
		if len(rest) >= sealTogether {
			size = sealTogether
		}
		if err := mark(ctx, g, rest[:size]); err != nil {
			return 0, err
		}
		rest = rest[size:]
	}
	_, err = g.Exec(ctx, `UPDATE chain SET seq = $1, hash = $2 WHERE name = 'audit'`, h.Seq, h.Hash)
	return len(entries), err
}

const sealTogether = 50

// mark writes seq and hash of some entries with one statement.
func mark(ctx context.Context, g *db.Tx, entries []sealed) error {
	var args []any
	for _, e := range entries {
		// As text, because in a list of VALUES PostgreSQL takes every parameter for text.
		args = append(args, strconv.FormatInt(int64(e.ID), 10), strconv.FormatInt(e.Seq, 10), e.Hash)
	}
	_, err := g.Exec(ctx, `WITH v(id, seq, hash) AS (VALUES `+db.Marks(len(entries), 3)+`)
		UPDATE audit SET seq = CAST(v.seq AS BIGINT), hash = v.hash FROM v WHERE audit.id = CAST(v.id AS BIGINT) AND audit.seq IS NULL`, args...)
	return err
}

func eachSealed(ctx context.Context, tx *db.Tx, fn func(sealed) error) error {
	return db.Each(ctx, tx.Global(whole), `SELECT seq, COALESCE(hash, '') AS hash, `+columns+` FROM audit WHERE seq IS NOT NULL ORDER BY seq`, nil, fn)
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
	if f.Community != 0 {
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
	}
	return out, err
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
