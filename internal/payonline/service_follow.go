package payonline

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
)

const (
	jobFollow = "online.follow"
	atOnce    = 10 // of a lease: a gateway may be silent for ten seconds with each
	lease     = 3 * time.Minute
)

// Schedule registers who asks for orders that wait.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.Outside(r, jobFollow, func(ctx context.Context, _ struct{}) error { return s.Follow(ctx) })
}

// wake lets orders be asked for when one falls due; all of one moment share a timer.
func wake(ctx context.Context, tx *db.Tx, due clock.Instant) error {
	return jobs.At(ctx, tx, jobFollow, due.String(), due, struct{}{})
}

// Follow asks the gateways for every order that waits and is due.
func (s *Service) Follow(ctx context.Context) error {
	for ctx.Err() == nil {
		var batch []Order
		if err := s.DB.Bulk(ctx, system, actFollow, func(tx *db.Tx) (err error) {
			tx.Silent("asking changes nothing that people see")
			until := tx.Now.Add(lease)
			if batch, err = claim(ctx, tx, until, atOnce); err != nil || len(batch) == 0 {
				return err
			}
			return wake(ctx, tx, until) // should this node die in the middle
		}); err != nil || len(batch) == 0 {
			return err
		}
		for _, o := range batch {
			if err := s.ask(ctx, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// ask looks at the gateway how an order stands and does what follows. An order
// whose time is over is closed there first, so that it cannot be paid after.
func (s *Service) ask(ctx context.Context, o Order) error {
	c, g, err := s.calledBack(ctx, o.ChannelID, o.Channel)
	if err != nil {
		return err
	}
	t, err := g.query(ctx, o.Number)
	unknown := errors.Is(err, errUnknown)
	over := false
	if (err == nil && !t.Paid && !t.Over || unknown) && s.DB.Now() >= o.Expires {
		closing := g.close(ctx, o.Number)
		over = closing == nil
	}
	return s.DB.Write(ctx, system, actFollow, func(tx *db.Tx) error {
		now, e := order(ctx, tx, o.ID)
		if e != nil {
			return e
		}
		switch {
		case err == nil && (t.Paid || t.Over):
			return s.settle(ctx, tx, c, t)
		case !now.waits():
			tx.Silent("it was over already")
			return nil
		case over, now.givenUp(tx.Now):
			return s.over(ctx, tx, now, Closed, "")
		}
		tx.Silent("it still waits")
		now.AskAt = now.next(tx.Now)
		if e := db.Save(ctx, tx, "online_order", &now); e != nil {
			return e
		}
		return wake(ctx, tx, now.AskAt)
	})
}
