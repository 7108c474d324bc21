package customer

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// Merge makes one archive of two: everything that names gone then names kept,
// whose own word goes first. The number of gone leads to kept.
func (s *Service) Merge(ctx context.Context, who authz.Actor, kept ID, match web.Match, gone ID, goneVersion int64) (m Merging, err error) {
	err = s.DB.Write(ctx, who, ActMerge, func(tx *db.Tx) error {
		stays, err := whole(ctx, tx, kept)
		if err != nil {
			return err
		}
		if err := match.Expect(stays.Version); err != nil {
			return err
		}
		goes, err := whole(ctx, tx, gone)
		if err != nil {
			return err
		}
		switch {
		case goes.Version != goneVersion:
			return db.ErrStale
		case kept == gone || stays.Community != goes.Community:
			return ErrMergeSelf.At(errs.Field{Name: "from", Code: ErrMergeSelf.Code})
		case stays.alive() != nil:
			return stays.alive()
		case goes.alive() != nil:
			return goes.alive()
		}
		m = Merging{ID: db.NewID[Merging](tx), Community: stays.Community, Kept: kept, Gone: gone, State: "done", At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		var j journal
		if err := s.join(ctx, tx, stays, goes, &j); err != nil {
			return err
		}
		if m.Journal, err = j.seal(tx, m.ID); err != nil {
			return err
		}
		counts := map[string]int{}
		for name, ids := range j.Moved {
			counts[name] = len(ids)
		}
		tx.Answer(&m)
		tx.Emit(MergeChanged{kept, gone, m.Community, false})
		tx.Note(m.Community, "customer:"+kept.String(), nil, map[string]any{"merged": gone, "merge": m.ID, "moved": counts})
		tx.Note(m.Community, "customer:"+gone.String(), nil, map[string]any{"mergedInto": kept, "merge": m.ID})
		return db.Insert(ctx, tx, "customer_merge", m)
	})
	return m, err
}

// join moves everything and writes both archives.
func (s *Service) join(ctx context.Context, tx *db.Tx, stays, goes Customer, j *journal) error {
	var err error
	if j.Kept, err = rawCustomer(ctx, tx, stays.ID); err != nil {
		return err
	}
	if err := j.joinRelations(ctx, tx, stays, goes); err != nil {
		return err
	}
	j.Moved, j.Removed = map[string][]db.ID{}, map[string][]row{}
	for _, m := range s.merges() {
		if err := j.move(ctx, tx, m, stays, goes); err != nil {
			return err
		}
	}
	if err := j.demote(ctx, tx, stays); err != nil {
		return err
	}
	if err := j.addName(ctx, tx, stays, goes); err != nil {
		return err
	}
	stays = stays.merged(goes)
	stays.sealEmergency(tx.Vault())
	if err := db.Save(ctx, tx, "customer", &stays); err != nil {
		return err
	}
	goes.MergedInto = stays.ID
	if err := db.Save(ctx, tx, "customer", &goes); err != nil {
		return err
	}
	j.KeptAt, j.GoneAt = stays.Version, goes.Version
	return nil
}

// UndoMerge makes two archives of one again, exactly as they were. Where what
// was moved is no longer where it was moved to, it is refused with a list.
func (s *Service) UndoMerge(ctx context.Context, who authz.Actor, id MergingID, match web.Match) (m Merging, err error) {
	err = s.DB.Write(ctx, who, ActMerge, func(tx *db.Tx) error {
		if m, err = db.One[Merging](ctx, tx, `SELECT `+db.Columns[Merging]("")+` FROM customer_merge WHERE id = $1 AND {scope}`, id); err != nil {
			return err
		}
		if err := match.Expect(m.Version); err != nil {
			return err
		}
		if m.State != "done" || m.Journal == "" {
			return ErrMergeDone
		}
		j, err := openJournal(tx, m)
		if err != nil {
			return err
		}
		if err := s.apart(ctx, tx, m, j); err != nil {
			return err
		}
		m.State, m.Journal = "undone", ""
		tx.Emit(MergeChanged{m.Kept, m.Gone, m.Community, true})
		tx.Note(m.Community, "customer:"+m.Kept.String(), map[string]any{"merged": m.Gone, "merge": m.ID}, map[string]any{"merge": m.ID, "state": "undone"})
		tx.Note(m.Community, "customer:"+m.Gone.String(), map[string]any{"mergedInto": m.Kept}, map[string]any{"merge": m.ID, "state": "undone"})
		return db.Save(ctx, tx, "customer_merge", &m)
	})
	return m, err
}

// apart takes back what join did.
func (s *Service) apart(ctx context.Context, tx *db.Tx, m Merging, j journal) error {
	missing, err := j.missing(ctx, tx, m, s.merges())
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return ErrMergeMoved.At(missing...)
	}
	if j.Name != 0 {
		if _, err := tx.Exec(ctx, `DELETE FROM customer_alias WHERE id = $1 AND {scope}`, j.Name); err != nil {
			return err
		}
	}
	for _, r := range j.Relations {
		if _, err := tx.Exec(ctx, `UPDATE relation SET from_on = $1, share = $2, version = version + 1 WHERE id = $3 AND {scope}`, r.From, r.Share, r.ID); err != nil {
			return err
		}
	}
	for _, of := range s.merges() {
		if err := eachID(j.Moved[of.key()], func(marks string, args []any) error {
			_, err := tx.Exec(ctx, `UPDATE `+of.Table+` SET `+of.Column+` = $1 WHERE id IN (`+marks+`) AND {scope}`, append([]any{m.Gone}, args...)...)
			return err
		}); err != nil {
			return err
		}
		for _, r := range j.Removed[of.Table] {
			if err := insertRow(ctx, tx, of.Table, r); err != nil {
				return err
			}
		}
	}
	if err := eachID(j.Primary, func(marks string, args []any) error {
		_, err := tx.Exec(ctx, `UPDATE customer_mobile SET is_primary = TRUE WHERE $1 = $1 AND id IN (`+marks+`) AND {scope}`, append([]any{m.Gone}, args...)...)
		return err
	}); err != nil {
		return err
	}
	if err := restoreCustomer(ctx, tx, j.Kept); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE customer SET merged_into = NULL, version = version + 1 WHERE id = $1 AND {scope}`, m.Gone)
	return err
}
