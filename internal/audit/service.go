package audit

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
)

// Service seals, checks and shows the trail.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

const (
	sealEvery = 2 * time.Second
	sealMost  = 1000
)

// Schedule has one node seal at a time, every two seconds.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.EveryAlone(r, string(actSeal), sealEvery, func(ctx context.Context) error {
		_, err := s.Seal(ctx)
		return err
	})
}

// Seal takes every committed entry into the chain, a thousand in a
// transaction, and says how many. The order is that of sealing: an entry that
// committed late follows those that were sealed before.
func (s *Service) Seal(ctx context.Context) (total int64, err error) {
	for n := sealMost; n == sealMost && ctx.Err() == nil; total += int64(n) {
		waiting := false
		if err := s.db.Read(ctx, system, actSeal, func(tx *db.Tx) (err error) {
			waiting, err = anyUnsealed(ctx, tx)
			return err
		}); err != nil || !waiting {
			return total, err
		}
		if err := s.db.Bulk(ctx, system, actSeal, func(tx *db.Tx) (err error) {
			tx.Silent("an entry about sealing would have to be sealed")
			n, err = seal(ctx, tx)
			return err
		}); err != nil {
			return total, err
		}
	}
	return total, nil
}

// Verify walks the whole chain on one snapshot.
func (s *Service) Verify(ctx context.Context) (r Report, err error) {
	err = s.db.Read(ctx, system, actVerify, func(tx *db.Tx) error {
		r = Report{}
		h, err := headOf(ctx, tx)
		gone := errors.Is(err, db.ErrNotFound)
		if err != nil && !gone {
			return err
		}
		w := walk{head: h}
		if err := eachSealed(ctx, tx, func(e sealed) error {
			r.Sealed++
			return w.step(e)
		}); err != nil {
			return err
		}
		if r.Head = h.Hash; gone {
			r.Broken = &Break{Why: HeadGone}
		} else if r.Broken, err = w.end(); err != nil {
			return err
		}
		if r.Unsealed, r.OldestUnsealed, err = unsealed(ctx, tx); err != nil {
			return err
		}
		r.Entries = r.Sealed + r.Unsealed
		return nil
	})
	return r, err
}

// List shows the trail where the actor may see it, the latest first. Matters
// of the company are shown to those who may see everything.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter) (out []Entry, err error) {
	err = s.db.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = list(ctx, tx, f)
		return err
	})
	return out, err
}
