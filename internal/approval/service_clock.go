package approval

import (
	"context"
	"errors"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
)

const clockJob = "approval.clock"

// ticking is the payload of a request's timer.
type ticking struct {
	Approval  ID                `json:"approval"`
	Community authz.CommunityID `json:"community"`
}

// Where says to which community the timer belongs.
func (t ticking) Where() authz.CommunityID { return t.Community }

// next is when the request's clock must be looked at: half of the time for the
// reminder, then its end, then the day it lapses.
func (r Rule) next(q Request) clock.Instant {
	at := q.DueAt
	switch {
	case !q.Reminded:
		at = at.Add(-r.limit() / 2)
	case q.LapsesAt != nil && q.Level >= r.last():
		at = *q.LapsesAt
	}
	if q.LapsesAt != nil && at.After(*q.LapsesAt) {
		at = *q.LapsesAt
	}
	return at
}

// tick reminds, escalates or lets lapse, and sets the next timer.
func (s *Service) tick(ctx context.Context, tx *db.Tx, t ticking) error {
	q, err := db.One[Request](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Request]("")+` FROM approval WHERE id = $1`, t.Approval)
	if err != nil || q.State != Pending {
		tx.Silent("the request has ended meanwhile")
		if errors.Is(err, db.ErrNotFound) {
			err = nil
		}
		return err
	}
	k, r, err := s.ruled(ctx, tx, q)
	if err != nil {
		return err
	}
	if q.LapsesAt != nil && !tx.Now.Before(*q.LapsesAt) {
		q.State = Lapsed
		return s.end(ctx, tx, q)
	}
	before := q
	switch {
	case tx.Now.Before(q.DueAt):
		q.Reminded = true
	case q.Level < r.last():
		who, err := postsAt(ctx, tx, k.Decide, q.Community)
		if err != nil {
			return err
		}
		if up, err := r.place(q, k, q.Level+1, who); err == nil {
			up.DueAt, up.Reminded = tx.Now.Add(r.limit()), false
			q = up
			break
		}
		q.Level, q.Reminded = r.last(), true
	default:
		q.Reminded = true
	}
	tx.Note(q.Community, subject(q.ID), map[string]any{"level": before.Level, "reminded": before.Reminded}, map[string]any{"level": q.Level, "reminded": q.Reminded, "kind": q.Kind})
	tx.Emit(Moved{event{q.ID, q.Community, q.Kind}})
	if err := save(ctx, tx, &q); err != nil {
		return err
	}
	if at := r.next(q); at.After(tx.Now) {
		return jobs.At(ctx, tx, clockJob, q.ID.String(), at, t)
	}
	return nil
}
