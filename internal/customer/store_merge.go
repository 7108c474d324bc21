package customer

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

func (m Merge) key() string { return m.Table + "." + m.Column }

func (j journal) seal(tx *db.Tx, of MergingID) (string, error) {
	raw, err := json.Marshal(j)
	return tx.Vault().Seal(journalPlace(db.ID(of)), string(raw)), err
}

func openJournal(tx *db.Tx, m Merging) (j journal, err error) {
	text, err := tx.Vault().Open(journalPlace(db.ID(m.ID)), m.Journal)
	if err != nil {
		return j, err
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber() // ids are longer than a float is exact
	return j, d.Decode(&j)
}

const idsAtOnce = 400

// eachID calls fn with some of the ids at a time; their marks begin with $2.
func eachID(ids []db.ID, fn func(marks string, args []any) error) error {
	for part := range slices.Chunk(ids, idsAtOnce) {
		marks, args := make([]string, len(part)), make([]any, len(part))
		for i, x := range part {
			marks[i], args[i] = "$"+strconv.Itoa(i+2), x
		}
		if err := fn(strings.Join(marks, ", "), args); err != nil {
			return err
		}
	}
	return nil
}

// joinRelations lets the relations of the archive that stays learn of their twins.
func (j *journal) joinRelations(ctx context.Context, tx *db.Tx, stays, goes Customer) error {
	of := func(c ID) ([]Relation, error) {
		return db.All[Relation](ctx, tx, `SELECT `+relationColumns+` FROM relation r WHERE r.community_id = $1 AND r.customer_id = $2 AND r.to_on IS NULL AND {scope:r} ORDER BY r.id`, stays.Community, c)
	}
	mine, err := of(stays.ID)
	if err != nil {
		return err
	}
	theirs, err := of(goes.ID)
	if err != nil {
		return err
	}
	for _, r := range mine {
		for _, twin := range theirs {
			learned := r.joinedWith(twin)
			if twin.Room != r.Room || twin.Kind != r.Kind || learned == r {
				continue
			}
			was := joined{ID: r.ID, Share: r.Share, From: r.From}
			if err := db.Save(ctx, tx, "relation", &learned); err != nil {
				return err
			}
			was.Version = learned.Version
			j.Relations = append(j.Relations, was)
			break
		}
	}
	return nil
}

// move gives the rows of one table to the archive that stays.
func (j *journal) move(ctx context.Context, tx *db.Tx, m Merge, stays, goes Customer) error {
	if m.Twin != "" {
		where := ` FROM ` + m.Table + ` t WHERE t.community_id = $1 AND t.` + m.Column + ` = $2 AND {scope:t}
			AND EXISTS (SELECT 1 FROM ` + m.Table + ` o WHERE o.community_id = t.community_id AND o.` + m.Column + ` = $3 AND ` + m.Twin + `)`
		twins, err := db.All[row](ctx, tx, `SELECT t.*`+where, stays.Community, goes.ID, stays.ID)
		if err != nil {
			return err
		}
		if len(twins) > 0 {
			j.Removed[m.Table] = twins
			if _, err := tx.Exec(ctx, `DELETE FROM `+m.Table+` WHERE id IN (SELECT t.id`+where+`)`, stays.Community, goes.ID, stays.ID); err != nil {
				return err
			}
		}
	}
	ids, err := db.All[db.ID](ctx, tx, `UPDATE `+m.Table+` SET `+m.Column+` = $1 WHERE community_id = $2 AND `+m.Column+` = $3 AND {scope} RETURNING id`, stays.ID, stays.Community, goes.ID)
	if len(ids) > 0 {
		j.Moved[m.key()] = ids
	}
	return err
}

// demote leaves one primary number.
func (j *journal) demote(ctx context.Context, tx *db.Tx, stays Customer) error {
	if len(stays.mobiles) == 0 {
		return nil
	}
	return eachID(j.Moved["customer_mobile.customer_id"], func(marks string, args []any) error {
		ids, err := db.All[db.ID](ctx, tx, `UPDATE customer_mobile SET is_primary = FALSE WHERE customer_id = $1 AND is_primary AND id IN (`+marks+`) AND {scope} RETURNING id`,
			append([]any{stays.ID}, args...)...)
		j.Primary = append(j.Primary, ids...)
		return err
	})
}

// addName keeps the other's name as another name.
func (j *journal) addName(ctx context.Context, tx *db.Tx, stays, goes Customer) error {
	known, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM customer_alias WHERE community_id = $1 AND customer_id = $2 AND name = $3 AND {scope}`, stays.Community, stays.ID, goes.Name)
	if err != nil || known > 0 || goes.Name == stays.Name {
		return err
	}
	n := OtherName{ID: db.NewID[OtherName](tx), Community: stays.Community, Customer: stays.ID, Kind: "other", Name: goes.Name, Pinyin: goes.Pinyin, Initials: goes.Initials}
	j.Name = db.ID(n.ID)
	return db.Insert(ctx, tx, "customer_alias", n)
}

// missing lists what is no longer as the merge left it.
func (j journal) missing(ctx context.Context, tx *db.Tx, m Merging, all []Merge) (out []errs.Field, err error) {
	for _, c := range []struct {
		id      ID
		version int64
	}{{m.Kept, j.KeptAt}, {m.Gone, j.GoneAt}} {
		now, err := get(ctx, tx, c.id)
		if err != nil {
			return nil, err
		}
		if now.Version != c.version {
			out = append(out, errs.Field{Name: "customer", Code: "customer.merge_edited", Params: map[string]any{"archive": now.ArchiveNo}})
		}
	}
	for _, of := range all {
		there := 0
		if err := eachID(j.Moved[of.key()], func(marks string, args []any) error {
			n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM `+of.Table+` WHERE `+of.Column+` = $1 AND id IN (`+marks+`) AND {scope}`, append([]any{m.Kept}, args...)...)
			there += n
			return err
		}); err != nil {
			return nil, err
		}
		if lost := len(j.Moved[of.key()]) - there; lost > 0 {
			out = append(out, errs.Field{Name: of.Table, Code: "customer.merge_moved_on", Params: map[string]any{"what": of.Table, "n": lost}})
		}
	}
	for _, r := range j.Relations {
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM relation WHERE id = $1 AND version = $2 AND {scope}`, r.ID, r.Version)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			out = append(out, errs.Field{Name: "relation", Code: "customer.merge_moved_on", Params: map[string]any{"what": "relation", "n": 1}})
		}
	}
	return out, nil
}

func rawCustomer(ctx context.Context, tx *db.Tx, id ID) (row, error) {
	return db.One[row](ctx, tx, `SELECT * FROM customer WHERE id = $1 AND {scope}`, id)
}

// value turns what JSON made of a column back into what the database takes.
func value(v any) (any, error) {
	switch x := v.(type) {
	case json.Number:
		return x.Int64()
	case []byte:
		return string(bytes.Clone(x)), nil
	}
	return v, nil
}

// insertRow puts a row back as it stood.
func insertRow(ctx context.Context, tx *db.Tx, table string, r row) error {
	names := slices.Sorted(maps.Keys(r))
	args := make([]any, len(names))
	for i, name := range names {
		v, err := value(r[name])
		if err != nil {
			return err
		}
		args[i] = v
	}
	_, err := tx.Global("the row was taken from this community by the merge that is undone").Exec(ctx,
		`INSERT INTO `+table+` (`+strings.Join(names, ", ")+`) VALUES `+db.Marks(1, len(names)), args...)
	return err
}

// restoreCustomer writes the archive that stayed as it was before.
func restoreCustomer(ctx context.Context, tx *db.Tx, r row) error {
	var sets []string
	var args []any
	for _, name := range slices.Sorted(maps.Keys(r)) {
		v, err := value(r[name])
		if err != nil {
			return err
		}
		if name == "id" || name == "community_id" || name == "version" {
			continue
		}
		args = append(args, v)
		sets = append(sets, name+" = $"+strconv.Itoa(len(args)))
	}
	of, err := value(r["id"])
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE customer SET `+strings.Join(sets, ", ")+`, version = version + 1 WHERE id = $`+strconv.Itoa(len(args)+1)+` AND {scope}`, append(args, of)...)
	return err
}
