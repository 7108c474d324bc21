package jobs

import (
	"context"
	"encoding/json"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// placed is a payload that belongs to a community.
type placed interface{ Where() authz.CommunityID }

// Enqueue adds a job that is due at once, if and only if tx commits.
func Enqueue(ctx context.Context, tx *db.Tx, kind string, payload any) error {
	return put(ctx, tx, kind, nil, tx.Now, payload, `
		INSERT INTO job (id, kind, key, community_id, due_at, payload) VALUES ($1, $2, $3, $4, $5, $6)`)
}

// At sets the timer that kind and key name: a timer that is there moves, one
// that is failing or dead starts afresh, and one that is firing right now is
// stopped, unless it has committed.
func At(ctx context.Context, tx *db.Tx, kind, key string, due clock.Instant, payload any) error {
	return put(ctx, tx, kind, key, due, payload, `
		INSERT INTO job (id, kind, key, community_id, due_at, payload) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (kind, key) WHERE key IS NOT NULL DO UPDATE SET
		community_id = excluded.community_id, due_at = excluded.due_at, payload = excluded.payload,
		attempts = 0, claim = 0, last_error = '', dead_at = NULL`)
}

// Cancel takes the timer away; it is no error when there is none.
func Cancel(ctx context.Context, tx *db.Tx, kind, key string) error {
	_, err := tx.Global(ours).Exec(ctx, `DELETE FROM job WHERE kind = $1 AND key = $2`, kind, key)
	return err
}

func put(ctx context.Context, tx *db.Tx, kind string, key any, due clock.Instant, payload any, q string) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	var place authz.CommunityID
	if p, ok := payload.(placed); ok {
		place = p.Where()
	}
	if !due.After(tx.Now) {
		tx.Wake()
	}
	return tx.Global(ours).Later(ctx, q, db.NewID[db.Entry](tx), kind, key, place, due, string(body))
}

// Job is a job that needs a person.
type Job struct {
	ID        db.ID         `db:"id" json:"id"`
	Kind      string        `db:"kind" json:"kind"`
	Attempts  int           `db:"attempts" json:"attempts"`
	LastError string        `db:"last_error" json:"lastError"`
	DueAt     clock.Instant `db:"due_at" json:"dueAt"`
	DeadAt    clock.Instant `db:"dead_at" json:"deadAt"`
}

const mostDead = 500

// Dead lists the jobs that were given up, the latest first, at most 500.
func Dead(ctx context.Context, tx *db.Tx) ([]Job, error) {
	return db.All[Job](ctx, tx, `
		SELECT id, kind, attempts, last_error, due_at, dead_at FROM job WHERE dead_at IS NOT NULL AND {scope}
		ORDER BY dead_at DESC, id DESC LIMIT $1`, mostDead)
}

// Retry brings a dead job back to life, with all its attempts.
func Retry(ctx context.Context, tx *db.Tx, job db.ID) error {
	n, err := tx.Exec(ctx, `
		UPDATE job SET dead_at = NULL, attempts = 0, claim = 0, due_at = $2 WHERE id = $1 AND dead_at IS NOT NULL AND {scope}`, job, tx.Now)
	if err == nil && n == 0 {
		return db.ErrNotFound
	}
	tx.Wake()
	return err
}

// Counts is how much lies in the queue.
type Counts struct {
	Events int64 `db:"events" json:"events"` // committed, not yet dispatched
	Due    int64 `db:"due" json:"due"`
	Dead   int64 `db:"dead" json:"dead"`
}

// Count reads what a probe of the service's health wants to know; timers that
// are not due yet are not counted.
func Count(ctx context.Context, tx *db.Tx) (Counts, error) {
	return db.One[Counts](ctx, tx.Global(ours), `SELECT
		(SELECT COUNT(*) FROM outbox WHERE seq IS NULL) AS events,
		(SELECT COUNT(*) FROM job WHERE dead_at IS NULL AND due_at <= $1) AS due,
		(SELECT COUNT(*) FROM job WHERE dead_at IS NOT NULL) AS dead`, tx.Now)
}
