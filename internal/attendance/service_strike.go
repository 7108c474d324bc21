package attendance

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// Strike lets a mark that is not true count no more. Whose it is never strikes
// it; it stays where it was, with who struck it out and why.
func (s *Service) Strike(ctx context.Context, who authz.Actor, id MarkID, expect func(int64) error, reason string) (m Mark, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &reason, 200, true)
	if err := wrong.Err(); err != nil {
		return m, err
	}
	err = s.DB.Write(ctx, who, ActDecide, func(tx *db.Tx) error {
		if m, err = db.One[Mark](ctx, tx, `SELECT `+db.Columns[Mark]("")+` FROM attendance_mark WHERE id = $1 AND {scope}`, id); err != nil {
			return err
		}
		switch err := expect(m.Version); {
		case m.Struck != nil:
			return ErrStruck
		case m.Staff == who.ID:
			return ErrOwn
		case err != nil:
			return err
		}
		at := tx.Now
		m.Struck, m.StruckBy, m.StruckWhy = &at, who.Name, reason
		tx.Note(m.Community, "attendance:"+m.Staff.String(), map[string]any{"kind": m.Kind, "at": m.At, "source": m.Source}, map[string]any{"struck": reason})
		tx.Emit(Changed{m.Community, m.Staff})
		tx.Answer(&m)
		return db.Save(ctx, tx, "attendance_mark", &m)
	})
	return m, err
}

// MarksOf are the marks of somebody's month, those that were struck out among them.
func (s *Service) MarksOf(ctx context.Context, who authz.Actor, community authz.CommunityID, of clock.Period, person staff.ID) (out []Mark, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		all, err := marksDuring(ctx, tx, community, of)
		for _, m := range all {
			if m.Staff == person {
				out = append(out, m)
			}
		}
		return err
	})
	return out, err
}

// struckOf are the marks of somebody's month that were struck out: they see it themselves.
func struckOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, of clock.Period, person staff.ID) ([]Mark, error) {
	all, err := marksDuring(ctx, tx, community, of)
	out := []Mark{}
	for _, m := range all {
		if m.Staff == person && m.Struck != nil {
			out = append(out, m)
		}
	}
	return out, err
}

// standing are the marks that count.
func standing(all []Mark) (out []Mark) {
	for _, m := range all {
		if m.Struck == nil {
			out = append(out, m)
		}
	}
	return out
}

// restore lets a mark count again that somebody asked for anew and another approved.
func restore(ctx context.Context, tx *db.Tx, m Mark, f Fix) error {
	tx.Note(m.Community, "attendance:"+m.Staff.String(), map[string]any{"struck": m.StruckWhy, "by": m.StruckBy}, map[string]any{"kind": m.Kind, "at": m.At, "source": ByFix})
	m.Struck, m.StruckBy, m.StruckWhy = nil, "", ""
	m.Source, m.Reason, m.ByName = ByFix, f.Reason, tx.Who.Name
	return db.Save(ctx, tx, "attendance_mark", &m)
}
