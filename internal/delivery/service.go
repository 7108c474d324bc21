package delivery

import (
	"context"
	"errors"

	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
)

// Service are the use cases of notices.
type Service struct {
	DB      *db.DB
	Blobs   *blob.Store
	Exports *audit.Service
}

const (
	jobSend              = "delivery.send"
	actWork authz.Action = "delivery.day"
)

var worker = authz.System("notices", actWork)

// Schedule registers the day's look at what goes out, and the sending.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.EveryAlone(r, string(actWork), everySoOften, s.Day)
	jobs.Long(r, jobSend, func(ctx context.Context, p sending) error { return s.send(ctx, p) })
	jobs.On(r, "delivery.corrected", s.Corrected)
}

type sending struct {
	Batch     BatchID           `json:"batch"`
	Community authz.CommunityID `json:"community"`
}

// Where belongs to the community in the list of jobs.
func (p sending) Where() authz.CommunityID { return p.Community }

func rules(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Rules, error) {
	r, err := db.One[Rules](ctx, tx, `SELECT `+db.Columns[Rules]("")+` FROM bill_notice_rules WHERE community_id = $1 AND {scope}`, community)
	if errors.Is(err, db.ErrNotFound) {
		return Rules{ID: community, Community: community, RulesDraft: Shipped}, nil
	}
	return r, err
}

// Settings are the rules of a community.
func (s *Service) Settings(ctx context.Context, who authz.Actor, community authz.CommunityID) (r Rules, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		r, err = rules(ctx, tx, community)
		return err
	})
	return r, err
}

// SetRules changes when bills go out, and how. What was booked before it was
// switched on goes out when somebody says so.
func (s *Service) SetRules(ctx context.Context, who authz.Actor, community authz.CommunityID, expect func(int64) error, d RulesDraft) (r Rules, err error) {
	err = s.DB.Write(ctx, who, ActNotice, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if r, err = rules(ctx, tx, community); err != nil {
			return err
		}
		if err := expect(r.Version); err != nil {
			return err
		}
		before := r.RulesDraft
		if d.Automatic && !before.Automatic {
			r.Since = tx.Now
		}
		r.RulesDraft = d
		tx.Note(community, "bill_notice_rules:"+community.String(), before, d)
		if r.Version == 0 {
			r.Version = 1
			return db.Insert(ctx, tx, "bill_notice_rules", r)
		}
		return db.Save(ctx, tx, "bill_notice_rules", &r)
	})
	return r, err
}

// Send lets the notices of a booked run go out now; once they do, it changes nothing.
func (s *Service) Send(ctx context.Context, who authz.Actor, run billing.RunID) (b Batch, err error) {
	err = s.DB.Write(ctx, who, ActNotice, func(tx *db.Tx) error {
		r, err := billing.RunIn(ctx, tx, run)
		if err != nil {
			return err
		}
		if r.State != billing.BookedRun || r.Kind != "period" { // what is owed once is told of where it is agreed
			return ErrNotBooked
		}
		tx.Answer(&b)
		b, err = begin(ctx, tx, Batch{ID: BatchID(run), Community: r.Community, Kind: OfRun})
		return err
	})
	return b, err
}

// begin starts a batch, once.
func begin(ctx context.Context, tx *db.Tx, b Batch) (Batch, error) {
	there, err := batch(ctx, tx, b.ID)
	if err == nil || !errors.Is(err, db.ErrNotFound) {
		return there, err
	}
	b.State, b.At, b.ByName = "sending", tx.Now, tx.Who.Name
	tx.Note(b.Community, "bill_notice_batch:"+b.ID.String(), nil, map[string]any{"kind": b.Kind, "state": b.State})
	tx.Emit(Changed{Community: b.Community})
	if err := db.Insert(ctx, tx, "bill_notice_batch", b); err != nil {
		return b, err
	}
	return b, jobs.At(ctx, tx, jobSend, b.ID.String(), tx.Now, sending{b.ID, b.Community})
}

// Corrected lets the notices of a correction go out; it handles billing.Fixed.
func (s *Service) Corrected(ctx context.Context, tx *db.Tx, e billing.Fixed) error {
	tx.Silent("the correction has its own entries")
	_, err := begin(ctx, tx, Batch{ID: BatchID(e.Fix), Community: e.Community, Kind: OfFix})
	return err
}
