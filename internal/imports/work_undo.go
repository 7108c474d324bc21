package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"guanjia/internal/platform/db"
)

// undo goes through the journal backwards. Rows that are held, which an undo
// that people asked for refuses, stay and are named.
func (s *Service) undo(ctx context.Context, i Import) error {
	t, err := s.template(i.Template)
	if err != nil {
		return err
	}
	var wrong []RowError
	if err := s.DB.Read(ctx, worker, actWork, func(tx *db.Tx) error {
		wrong, err = s.obstacles(ctx, tx, t, i)
		return err
	}); err != nil {
		return err
	}
	stays := map[int]bool{}
	for _, w := range wrong {
		stays[w.Row] = true
	}
	for err == nil {
		err = s.quiet(ctx, func(tx *db.Tx) error { return s.undoOne(ctx, tx, t, &i, stays) })
	}
	if !errors.Is(err, errNothingLeft) {
		return fmt.Errorf("undoing: %w", err)
	}
	i.State, i.Done, i.Total = Undone, 0, 0
	if len(wrong) == 0 && i.Reason != ErrOutdated.Code {
		return s.move(ctx, i, nil, nil)
	}
	return s.move(ctx, i, map[string]any{"left": len(stays)}, append(slices.Clone(i.Errors), wrong...))
}

var errNothingLeft = errors.New("imports: the journal is empty")

const changesAtOnce = 50

// undoOne undoes the last chunk, or some of the changes.
func (s *Service) undoOne(ctx context.Context, tx *db.Tx, t Template, i *Import, stays map[int]bool) error {
	if n, err := tx.Exec(ctx, `UPDATE import SET done = done WHERE id = $1 AND state = $2 AND {scope}`, i.ID, string(Undoing)); err != nil || n == 0 {
		return errors.Join(err, errStopped)
	}
	changes, err := db.All[Change](ctx, tx, `SELECT `+db.Columns[Change]("")+` FROM import_change WHERE import_id = $1 AND {scope} ORDER BY id DESC LIMIT $2`, i.ID, changesAtOnce)
	if err != nil {
		return err
	}
	for _, c := range changes {
		if err := putBack(ctx, tx, t, c, stays); err != nil {
			return err
		}
	}
	if len(changes) > 0 {
		return nil
	}
	last, err := db.All[chunk](ctx, tx, `SELECT `+db.Columns[chunk]("")+` FROM import_chunk WHERE import_id = $1 AND {scope} ORDER BY id DESC LIMIT 1`, i.ID)
	if err != nil {
		return err
	}
	if len(last) == 0 {
		return errNothingLeft
	}
	var all []batch
	if err := json.Unmarshal([]byte(last[0].Made), &all); err != nil {
		return err
	}
	rows := map[int]bool{}
	for _, b := range all {
		for _, row := range b.Rows {
			rows[row] = true
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE import SET done = done + $1 WHERE id = $2 AND {scope}`, len(rows), i.ID); err != nil {
		return err
	}
	return takeBack(ctx, tx, t, *i, last[0], stays)
}
