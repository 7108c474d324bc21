package app

import (
	"context"
	"errors"

	"guanjia/internal/simulate"
)

// Simulate lets some days pass in an empty system of its own, whose clock the
// simulation drives and whose commits do not wait for the disk. They begin on
// the day of conf.Now.
func Simulate(ctx context.Context, conf Config, o simulate.Options) (simulate.Report, error) {
	c := simulate.NewClock(conf.clock()())
	conf.Now, conf.Relaxed = c.Now, true
	a, err := New(ctx, conf)
	if err != nil {
		return simulate.Report{}, err
	}
	r, err := simulate.Run(ctx, simulate.Target{
		DB: a.db, Org: a.org, Staff: a.staff, Roster: a.roster, Tickets: a.tickets, FollowUps: a.followups, Approvals: a.approvals, Quotes: a.quotes, Drain: a.jobs.Drain, Clock: c,
	}, o)
	return r, errors.Join(err, a.Close())
}
