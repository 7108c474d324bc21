package triage

import (
	"context"
	"encoding/json"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

const everybodys = "one model of the whole company; it holds weights of pieces of text, and no ticket"

// head is the present model without its weights.
type head struct {
	TrainedAt clock.Instant `db:"trained_at"`
	Learned   int           `db:"learned"`
	Figures   string        `db:"figures"`
}

// present is the model there is; nothing if there is none yet.
func present(ctx context.Context, tx *db.Tx) ([]head, error) {
	return db.All[head](ctx, tx.Global(everybodys), `SELECT trained_at, learned, figures FROM triage_model`)
}

// packed is a model as it is kept.
type packed struct {
	TrainedAt clock.Instant `db:"trained_at"`
	Learned   int           `db:"learned"`
	Category  string        `db:"category"`
	Kind      string        `db:"kind"`
}

func weights(ctx context.Context, tx *db.Tx) ([]packed, error) {
	return db.All[packed](ctx, tx.Global(everybodys), `SELECT trained_at, learned, category, kind FROM triage_model`)
}

func keep(ctx context.Context, tx *db.Tx, learned int, f Figures, category, kind string) error {
	figures, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = tx.Global(everybodys).Exec(ctx, `
		INSERT INTO triage_model (id, trained_at, learned, figures, category, kind) VALUES (1, $1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET trained_at = excluded.trained_at, learned = excluded.learned, figures = excluded.figures, category = excluded.category, kind = excluded.kind`,
		tx.Now, learned, string(figures), category, kind)
	return err
}
