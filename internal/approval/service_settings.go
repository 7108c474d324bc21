package approval

import (
	"context"
	"slices"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Rules lists how each kind of request is decided.
func (s *Service) Rules(ctx context.Context, who authz.Actor) (out []Rule, err error) {
	err = s.DB.Read(ctx, who, ActRules, func(tx *db.Tx) error {
		for _, k := range s.kinds {
			r, err := rule(ctx, tx, k)
			if err != nil {
				return err
			}
			out = append(out, r)
		}
		return nil
	})
	return out, err
}

// SetRule changes who decides a kind, up to which amount and within how many
// hours. Rules are the company's: only who holds the permission there can.
func (s *Service) SetRule(ctx context.Context, who authz.Actor, kind string, expect func(int64) error, levels []Level, hours int64) (r Rule, err error) {
	if !who.Scope(ActRules).All {
		return r, authz.ErrForbidden
	}
	err = s.DB.Write(ctx, who, ActRules, func(tx *db.Tx) error {
		k, err := s.kind(kind)
		if err != nil {
			return db.ErrNotFound
		}
		old, err := rule(ctx, tx, k)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		r = old
		r.Levels, r.Hours = levels, hours
		g := tx.Global("rules belong to the company")
		known, err := db.All[string](ctx, g, `SELECT code FROM role`)
		if err != nil {
			return err
		}
		if err := r.check(known); err != nil {
			return err
		}
		tx.Note(0, "approval_rule:"+kind, old, r)
		if old.Version > 0 {
			return db.Save(ctx, g, "approval_rule", &r)
		}
		r.ID, r.Version = db.NewID[Rule](tx), 1
		return db.Insert(ctx, g, "approval_rule", r)
	})
	return r, err
}

// Deputies lists the caller's absences, those that are over left out.
func (s *Service) Deputies(ctx context.Context, who authz.Actor) (out []DeputyView, err error) {
	err = s.DB.Read(ctx, who, ActInbox, func(tx *db.Tx) error {
		out, err = deputies(ctx, tx, who.ID, tx.Now)
		return err
	})
	return out, err
}

// Candidates lists who could stand in for the caller.
func (s *Service) Candidates(ctx context.Context, who authz.Actor) (out []Candidate, err error) {
	err = s.DB.Read(ctx, who, ActInbox, func(tx *db.Tx) error {
		out, err = candidates(ctx, tx)
		return err
	})
	return out, err
}

// Appoint lets a colleague stand in for the caller from the beginning of a day to the end of another.
func (s *Service) Appoint(ctx context.Context, who authz.Actor, deputy authz.AccountID, from, to clock.Day) (v DeputyView, err error) {
	err = s.DB.Write(ctx, who, ActInbox, func(tx *db.Tx) error {
		zone, err := org.OwnZone(ctx, tx)
		if err != nil {
			return err
		}
		d := Deputy{ID: db.NewID[Deputy](tx), Account: who.ID, Deputy: deputy, From: from, To: to, FromAt: from.Start(zone), ToAt: to.Add(1).Start(zone), Version: 1}
		var f errs.Fields
		if to.Before(from) || !d.ToAt.After(tx.Now) || to.Sub(clock.DayOf(tx.Now, zone)) > 2*366 {
			f.Add("to", "approval.days", nil)
		}
		if err := f.Err(); err != nil {
			return err
		}
		could, err := candidates(ctx, tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(could, func(c Candidate) bool { return c.ID == deputy })
		if i < 0 {
			return ErrDeputy.At(errs.Field{Name: "deputyId", Code: "approval.deputy"})
		}
		others, err := deputies(ctx, tx, who.ID, tx.Now)
		if err != nil {
			return err
		}
		for _, o := range others {
			if o.FromAt.Before(d.ToAt) && d.FromAt.Before(o.ToAt) {
				return ErrTaken
			}
		}
		if err := db.Insert(ctx, tx.Global("one's own absences"), "deputy", d); err != nil {
			return err
		}
		tx.Note(0, "account:"+who.ID.String(), nil, map[string]any{"deputy": deputy, "from": from, "to": to})
		v = DeputyView{d, could[i].Name, could[i].AgentNo}
		tx.Answer(v)
		return nil
	})
	return v, err
}

// Return ends an absence of the caller before its time.
func (s *Service) Return(ctx context.Context, who authz.Actor, id DeputyID) error {
	return s.DB.Write(ctx, who, ActInbox, func(tx *db.Tx) error {
		n, err := tx.Global("one's own absences").Exec(ctx, `DELETE FROM deputy WHERE id = $1 AND account_id = $2`, id, who.ID)
		if err == nil && n == 0 {
			err = db.ErrNotFound
		}
		tx.Note(0, "account:"+who.ID.String(), map[string]any{"deputy": id}, map[string]any{"deputy": nil})
		return err
	})
}
