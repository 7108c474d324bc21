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
	// Of the sides of fees; 0: there is no such model.
	FacetLearned int    `db:"facet_learned"`
	FacetFigures string `db:"facet_figures"`
}

// present is the model there is; nothing if there is none yet.
func present(ctx context.Context, tx *db.Tx) ([]head, error) {
	return db.All[head](ctx, tx.Global(everybodys), `SELECT trained_at, learned, figures, facet_learned, facet_figures FROM triage_model`)
}

// packed is a model as it is kept.
type packed struct {
	TrainedAt clock.Instant `db:"trained_at"`
	Learned   int           `db:"learned"`
	Category  string        `db:"category"`
	Kind      string        `db:"kind"`
	Facet     string        `db:"facet"`
}

// facetModel is what was learned of the sides of fees.
type facetModel struct {
	learned int
	figures Figures
	packed  string
}

func weights(ctx context.Context, tx *db.Tx) ([]packed, error) {
	return db.All[packed](ctx, tx.Global(everybodys), `SELECT trained_at, learned, category, kind, facet FROM triage_model`)
}

func keep(ctx context.Context, tx *db.Tx, learned int, f Figures, category, kind string, sides facetModel) error {
	figures, err := json.Marshal(f)
	if err != nil {
		return err
	}
	facetFigures, err := json.Marshal(sides.figures)
	if err != nil {
		return err
	}
	_, err = tx.Global(everybodys).Exec(ctx, `
		INSERT INTO triage_model (id, trained_at, learned, figures, category, kind, facet, facet_learned, facet_figures) VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET trained_at = excluded.trained_at, learned = excluded.learned, figures = excluded.figures, category = excluded.category, kind = excluded.kind,
			facet = excluded.facet, facet_learned = excluded.facet_learned, facet_figures = excluded.facet_figures`,
		tx.Now, learned, string(figures), category, kind, sides.packed, sides.learned, string(facetFigures))
	return err
}
