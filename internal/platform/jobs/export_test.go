package jobs

import (
	"context"
	"fmt"

	"guanjia/internal/platform/db"
)

// Statements shows the tests what is really sent to the database.
func (r *Runner) Statements() (probe, claim string) {
	r.freeze()
	return fmt.Sprintf(r.short.probeSQL, 8), fmt.Sprintf(r.short.claimSQL, 8)
}

// PlaceStatement gives events their place.
func PlaceStatement(d *db.DB) string { return placeSQL(d.Engine, dispatchMost) }

// LongStatements are those of the lane of long jobs.
func (r *Runner) LongStatements() (probe, claim string) {
	r.freeze()
	long := r.apart[0]
	return fmt.Sprintf(long.probeSQL, 1), fmt.Sprintf(long.claimSQL, 1)
}

// ClaimOne takes one due job and returns what does it, later.
func (r *Runner) ClaimOne(ctx context.Context) (func() error, error) {
	r.freeze()
	if err := r.ensure(ctx); err != nil {
		return nil, err
	}
	got, err := r.claim(ctx, &r.short, 1, false)
	if err != nil || len(got) == 0 {
		return nil, err
	}
	return func() error { return r.do(ctx, got[0]) }, nil
}

// Parts says how due jobs of some kinds are given to workers.
func (r *Runner) Parts(kinds []string, workers int) (out [][]string) {
	r.freeze()
	got := make([]claimed, len(kinds))
	for i, k := range kinds {
		got[i].Kind = k
	}
	for _, part := range r.parts(got, workers) {
		var names []string
		for _, j := range part {
			names = append(names, j.Kind)
		}
		out = append(out, names)
	}
	return out
}

// Rest is the pause after a stream.
var Rest = rest
