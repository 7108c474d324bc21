package customer

import (
	"context"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// pair is two archives that may be one.
type pair struct {
	A       ID     `db:"a" json:"a"`
	B       ID     `db:"b" json:"b"`
	Reasons string `db:"reasons" json:"-"`
}

// Duplicates lists pairs of archives of a community that may be one person:
// the same identity number, the same mobile, or the same name and room.
// What somebody said is not the same is left out.
func (s *Service) Duplicates(ctx context.Context, who authz.Actor, community authz.CommunityID, after pair, limit int) (out []Duplicate, pairs []pair, err error) {
	err = s.DB.Read(ctx, who, ActMerge, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if pairs, err = duplicates(ctx, tx, community, after, limit+1); err != nil || len(pairs) == 0 {
			return err
		}
		l := &lister{}
		var marks []string
		for _, p := range pairs {
			marks = append(marks, l.mark(p.A), l.mark(p.B))
		}
		rows, err := rowsOf(ctx, tx, `SELECT c.* FROM customer c WHERE c.id IN (`+strings.Join(marks, ", ")+`) AND {scope:c}`, l.args)
		if err != nil {
			return err
		}
		by := map[ID]Row{}
		for _, r := range rows {
			by[r.ID] = r
		}
		for _, p := range pairs {
			out = append(out, Duplicate{A: by[p.A], B: by[p.B], Reasons: strings.Split(p.Reasons, ",")})
		}
		return nil
	})
	return out, pairs, err
}

// Dismiss remembers that two archives are not the same person, or forgets it.
func (s *Service) Dismiss(ctx context.Context, who authz.Actor, a, b ID, different bool) error {
	a, b = min(a, b), max(a, b)
	return s.DB.Write(ctx, who, ActMerge, func(tx *db.Tx) error {
		one, err := get(ctx, tx, a)
		if err != nil {
			return err
		}
		other, err := get(ctx, tx, b)
		if err != nil {
			return err
		}
		if one.Community != other.Community || a == b {
			return ErrMergeSelf
		}
		tx.Note(one.Community, "customer:"+a.String(), nil, map[string]any{"other": b, "different": different})
		if !different {
			_, err := tx.Exec(ctx, `DELETE FROM customer_not_same WHERE community_id = $1 AND a_id = $2 AND b_id = $3 AND {scope}`, one.Community, a, b)
			return err
		}
		_, err = tx.Global("both archives are in scope").Exec(ctx, `INSERT INTO customer_not_same (community_id, a_id, b_id, at, by_name) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			one.Community, a, b, tx.Now, who.Name)
		return err
	})
}

// MergingsOf lists what was merged in a community, the latest first.
func (s *Service) MergingsOf(ctx context.Context, who authz.Actor, community authz.CommunityID, before MergingID, limit int) (out []MergingView, err error) {
	err = s.DB.Read(ctx, who, ActMerge, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		type found struct {
			Merging
			KeptName string `db:"kept_name"`
			KeptNo   string `db:"kept_no"`
			KeptKind Kind   `db:"kept_kind"`
			GoneName string `db:"gone_name"`
			GoneNo   string `db:"gone_no"`
		}
		all, err := db.All[found](ctx, tx, `SELECT `+db.Columns[Merging]("m")+`, k.name AS kept_name, k.archive_no AS kept_no, k.kind AS kept_kind, g.name AS gone_name, g.archive_no AS gone_no
			FROM customer_merge m JOIN customer k ON k.community_id = m.community_id AND k.id = m.kept_id JOIN customer g ON g.community_id = m.community_id AND g.id = m.gone_id
			WHERE m.community_id = $1 AND (m.id < $2 OR $2 = 0) AND {scope:m} ORDER BY m.id DESC LIMIT $3`, community, int64(before), limit+1)
		see := SightOf(who, community)
		for _, f := range all {
			legal := f.KeptKind == Organisation
			out = append(out, MergingView{f.Merging, see.Name(f.KeptName, legal), f.KeptNo, see.Name(f.GoneName, legal), f.GoneNo})
		}
		return err
	})
	return out, err
}
