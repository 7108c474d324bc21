package retention

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
)

// Schedule has one node look for old records every day.
func (s *Service) Schedule(r *jobs.Runner) { jobs.EveryAlone(r, string(actRun), every, s.Run) }

// List shows every kind with the company's days.
func (s *Service) List(ctx context.Context, who authz.Actor) (out []Rule, err error) {
	err = s.db.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = s.rules(ctx, tx)
		return err
	})
	return out, err
}

// Edit changes how long a kind is kept, for the whole company.
func (s *Service) Edit(ctx context.Context, who authz.Actor, kind string, expect func(int64) error, days int64) (r Rule, err error) {
	if !who.Scope(ActEdit).All {
		return r, authz.ErrForbidden
	}
	err = s.db.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if r, err = s.rule(ctx, tx, kind); err != nil {
			return err
		}
		if err := expect(r.Version); err != nil {
			return err
		}
		if days < r.Least || days > Most {
			return errs.ErrFields.At(errs.Field{Name: "days", Code: "retention.days", Params: map[string]any{"least": r.Least, "most": Most}})
		}
		tx.Note(0, "retention:"+kind, map[string]any{"days": r.Days}, map[string]any{"days": days})
		r.Days, r.Version = days, r.Version+1
		tx.Answer(&r)
		n, err := tx.Global(company).Exec(ctx, `
			INSERT INTO retention (kind, days, erased, version) VALUES ($1, $2, 0, $3)
			ON CONFLICT (kind) DO UPDATE SET days = excluded.days, version = excluded.version WHERE retention.version = excluded.version - 1`, kind, days, r.Version)
		if err == nil && n == 0 {
			err = db.ErrStale
		}
		return err
	})
	return r, err
}

// Run erases what is too old, kind by kind; one that fails does not stop the others.
func (s *Service) Run(ctx context.Context) error {
	system := authz.System("retention", actRun, ActView)
	var rules []Rule
	var now clock.Instant
	if err := s.db.Read(ctx, system, ActView, func(tx *db.Tx) (err error) {
		now = tx.Now
		rules, err = s.rules(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	var all error
	for i, r := range rules {
		n, err := s.kinds[i].Erase(ctx, now.Add(-time.Duration(r.Days)*24*time.Hour))
		if err == nil {
			err = s.note(ctx, system, r, n)
		}
		all = errors.Join(all, err)
	}
	return all
}

// note keeps when a kind was last looked at, and in the trail what was erased.
func (s *Service) note(ctx context.Context, system authz.Actor, r Rule, n int64) error {
	return s.db.Write(ctx, system, actRun, func(tx *db.Tx) error {
		if n == 0 {
			tx.Silent("nothing was old enough")
		} else {
			tx.Note(0, "retention:"+r.Kind, nil, map[string]any{"erased": n, "olderThanDays": r.Days})
		}
		_, err := tx.Global(company).Exec(ctx, `
			INSERT INTO retention (kind, days, ran_at, erased, version) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (kind) DO UPDATE SET ran_at = excluded.ran_at, erased = CASE WHEN excluded.erased > 0 THEN excluded.erased ELSE retention.erased END`,
			r.Kind, r.Days, tx.Now, n, r.Version)
		return err
	})
}

func (s *Service) rules(ctx context.Context, tx *db.Tx) ([]Rule, error) {
	kept, err := db.All[Rule](ctx, tx.Global(company), `SELECT kind, days, ran_at, erased, version FROM retention`)
	if err != nil {
		return nil, err
	}
	out := make([]Rule, len(s.kinds))
	for i, k := range s.kinds {
		out[i] = Rule{Kind: k.Name, Days: k.Days, Version: 1}
		for _, r := range kept {
			if r.Kind == k.Name {
				out[i] = r
			}
		}
		out[i].Days = max(out[i].Days, k.Least) // the law may have changed since it was set
		out[i].Default, out[i].Least, out[i].Law = k.Days, k.Least, k.Law
	}
	return out, nil
}

func (s *Service) rule(ctx context.Context, tx *db.Tx, kind string) (Rule, error) {
	all, err := s.rules(ctx, tx)
	for _, r := range all {
		if r.Kind == kind {
			return r, err
		}
	}
	return Rule{}, errors.Join(err, db.ErrNotFound)
}
