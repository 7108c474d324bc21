package audit

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
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
	jobs.EveryAlone(r, string(actClose), 24*time.Hour, func(ctx context.Context) error {
		_, err := s.Close(ctx)
		return errors.Join(err, s.forgetCounts(ctx))
	})
}

// forgetCounts throws away how often who uncovered something before yesterday.
func (s *Service) forgetCounts(ctx context.Context) error {
	return s.db.Bulk(ctx, system, actTrim, func(tx *db.Tx) error {
		tx.Silent("a count of an hour long gone bounds nothing")
		_, err := tx.Global("every account's count").Exec(ctx, `DELETE FROM reveal_count WHERE hour < $1`, int64(tx.Now.Add(-48*time.Hour))/time.Hour.Milliseconds())
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

// Verify walks the whole chain on one snapshot, from the checkpoint up to which
// it was trimmed.
func (s *Service) Verify(ctx context.Context) (r Report, err error) {
	err = s.db.Read(ctx, system, actVerify, func(tx *db.Tx) error {
		r = Report{}
		h, err := headOf(ctx, tx)
		gone := errors.Is(err, db.ErrNotFound)
		if err != nil && !gone {
			return err
		}
		marks, err := checkpoints(ctx, tx)
		if err != nil {
			return err
		}
		r.Checkpoints = int64(len(marks))
		w, broken := begin(h, marks, tx.Vault())
		r.Start = w.seq
		if err := eachSealed(ctx, tx, w.seq, func(e sealed) error {
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
		if r.Broken == nil {
			r.Broken = broken
		}
		if r.Unsealed, r.OldestUnsealed, err = unsealed(ctx, tx); err != nil {
			return err
		}
		r.Entries = r.Sealed + r.Unsealed
		return nil
	})
	return r, err
}

// Close ends a segment of the trail with a signed checkpoint, once a month: a
// copy kept elsewhere proves everything before it.
func (s *Service) Close(ctx context.Context) (closed bool, err error) {
	err = s.db.Bulk(ctx, system, actClose, func(tx *db.Tx) error {
		closed = false
		tx.Silent("there is no month to close")
		h, err := headOf(ctx, tx)
		if err != nil || h.Seq == 0 {
			return err
		}
		last, err := lastCheckpoint(ctx, tx)
		if err != nil || last != nil && (month(last.At) == month(tx.Now) || last.Seq == h.Seq) {
			return err
		}
		c := checkpoint{Seq: h.Seq, Hash: h.Hash, At: tx.Now}
		c.Signature = tx.Vault().Sign(c.text())
		closed = true
		tx.Note(0, "audit", nil, map[string]any{"checkpoint": c.Seq, "hash": c.Hash})
		return db.Insert(ctx, tx.Global(whole), "audit_checkpoint", c)
	})
	return closed, err
}

const trimMost = 2000

// Trim removes the segments of the trail whose every entry is older than before
// (ACC-10), and says how many entries that were. The last of their checkpoints is
// what Verify begins with from then on.
func (s *Service) Trim(ctx context.Context, before clock.Instant) (total int64, err error) {
	var upTo *checkpoint
	if err := s.db.Write(ctx, system, actTrim, func(tx *db.Tx) error {
		tx.Silent("no segment is old enough")
		if upTo, err = trimmable(ctx, tx, before); err != nil || upTo == nil || upTo.TrimmedAt != nil {
			return err
		}
		tx.Note(0, "audit", nil, map[string]any{"trimmedUpTo": upTo.Seq, "checkpoint": upTo.Hash})
		return markTrimmed(ctx, tx, *upTo)
	}); err != nil || upTo == nil {
		return 0, err
	}
	// The mark stands first: what of the segment is left after a crash is passed over, and removed the next time.
	for n := int64(trimMost); n == trimMost && ctx.Err() == nil; total += n {
		if err := s.db.Bulk(ctx, system, actTrim, func(tx *db.Tx) (err error) {
			tx.Silent("the entry about it stands already")
			n, err = remove(ctx, tx, upTo.Seq)
			return err
		}); err != nil {
			return total, err
		}
	}
	return total, nil
}

// TrimExports removes old lines of the log of exports.
func (s *Service) TrimExports(ctx context.Context, before clock.Instant) (n int64, err error) {
	err = s.db.Bulk(ctx, system, actTrim, func(tx *db.Tx) error {
		tx.Silent("what is old is thrown away by rule")
		n, err = tx.Global("the log of every community").Exec(ctx, `DELETE FROM export_log WHERE at < $1`, before)
		return err
	})
	return n, err
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

// Each hands every entry of a filter to fn, for exports; nothing is cut off.
func (s *Service) Each(ctx context.Context, who authz.Actor, f Filter, fn func(Entry) error) error {
	for f.Limit = 500; ; {
		var page []Entry
		if err := s.db.Read(ctx, who, ActExport, func(tx *db.Tx) (err error) {
			page, err = list(ctx, tx, f)
			return err
		}); err != nil {
			return err
		}
		for _, e := range page {
			if err := fn(e); err != nil {
				return err
			}
		}
		if len(page) < f.Limit {
			return nil
		}
		f.Before = page[len(page)-1].ID
	}
}
