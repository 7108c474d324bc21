package procedure

import (
	"context"
	"slices"

	"guanjia/internal/platform/db"
)

// syncSlips ticks the steps that ask for a form by the forms that are kept, as
// of when what the step asks for was written (PRO-02, PRO-03). A correction
// leaves the step done and is named by it; a form that was voided, or that lost
// the line, opens the step. What somebody ticked or left out by hand stays.
func syncSlips(ctx context.Context, tx *db.Tx, x Subject, id SubjectID, runs []Run, docs map[VersionID]Doc, ticks map[RunID]map[int64]Tick, f Facts) (n int, err error) {
	asks := func(s Step) bool { return s.Form != "" && s.applies(f) }
	if x.Slips == nil || !slices.ContainsFunc(runs, func(r Run) bool { return slices.ContainsFunc(docs[r.Edition].Steps, asks) }) {
		return 0, nil
	}
	slips, err := x.Slips(ctx, tx, id)
	if err != nil {
		return 0, err
	}
	for _, r := range runs {
		if ticks[r.ID] == nil {
			ticks[r.ID] = map[int64]Tick{}
		}
		for _, s := range docs[r.Edition].Steps {
			have, ticked := ticks[r.ID][s.N]
			if !asks(s) || ticked && have.Slip == 0 {
				continue
			}
			by, since, found := s.kept(slips)
			if found == ticked && have.Slip == by.ID {
				continue
			}
			due := dueOf(docs[r.Edition], s.N, r, ticks[r.ID], f)
			now := Tick{ID: db.NewID[Tick](tx), Community: r.Community, Run: r.ID, Step: s.N, State: Done, At: since.At, By: since.By, ByName: since.Name, Slip: by.ID, SlipNo: by.Number, DueAt: due}
			if err := replaceTick(ctx, tx, have, now); err != nil {
				return n, err
			}
			if n++; found {
				ticks[r.ID][s.N] = now
				continue
			}
			delete(ticks[r.ID], s.N)
			tx.Note(r.Community, r.Place+":"+r.Subject.String(), map[string]any{"procedure": r.Code, "step": s.N, "state": Done, "slip": have.Slip}, map[string]any{"state": Open})
		}
	}
	return n, nil
}

// replaceTick puts one tick in the place of another; either may be none.
func replaceTick(ctx context.Context, tx *db.Tx, was, is Tick) error {
	if was.ID != 0 {
		if _, err := tx.Exec(ctx, `DELETE FROM procedure_tick WHERE id = $1 AND {scope}`, was.ID); err != nil {
			return err
		}
		is.DueAt = was.DueAt
	}
	if is.Slip == 0 {
		return nil
	}
	return insertTick(ctx, tx, is)
}
