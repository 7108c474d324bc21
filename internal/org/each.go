package org

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Local is a community with the name of the zone that its days are decided in.
type Local struct {
	ID   authz.CommunityID `db:"id"`
	Zone string            `db:"zone"`
}

func (l Local) local() Local { return l }

// Each does something in every community that read finds, at this instant of
// its own clock; read has a transaction of act, do has none. One that fails
// keeps none of the others from theirs.
func Each[P interface{ local() Local }](ctx context.Context, d *db.DB, who authz.Actor, act authz.Action, read func(*db.Tx) ([]P, error), do func(ctx context.Context, p P, now clock.Instant, zone *time.Location) error) error {
	var all []P
	var now clock.Instant
	if err := d.Read(ctx, who, act, func(tx *db.Tx) (err error) {
		now = tx.Now
		all, err = read(tx)
		return err
	}); err != nil {
		return err
	}
	var failed []error
	for _, p := range all {
		zone, err := clock.Zone(p.local().Zone)
		if err == nil {
			err = do(ctx, p, now, zone)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// Every lists all communities.
func Every(ctx context.Context, tx *db.Tx) ([]Local, error) {
	return db.All[Local](ctx, tx.Global("every community has its own clock"), `SELECT c.id, c.zone FROM community c ORDER BY c.id`)
}
