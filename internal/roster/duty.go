package roster

import (
	"context"
	"time"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// OnDuty lists who is on duty in a community at an instant by the roster (STA-01):
// planned, at work, and not on leave. Somebody on two shifts is there once.
func OnDuty(ctx context.Context, tx *db.Tx, community authz.CommunityID, at clock.Instant) ([]Line, error) {
	all, err := db.All[Line](ctx, tx, `SELECT `+db.Columns[Duty]("d")+lines+`WHERE d.community_id = $1 AND d.state = 'planned' AND d.from_at > $3 AND d.from_at <= $2 AND d.to_at > $2 AND m.state = 'active'
		AND NOT EXISTS (SELECT 1 FROM roster_leave l WHERE l.community_id = d.community_id AND l.staff_id = d.staff_id AND l.from_at <= $2 AND l.to_at > $2) AND {scope:d}
		ORDER BY d.from_at, d.staff_id`, community, at, at.Add(-24*time.Hour-1))
	out, seen := []Line{}, map[authz.AccountID]bool{}
	for _, d := range all {
		if !seen[d.Staff] {
			seen[d.Staff] = true
			d.Problems = []Problem{}
			out = append(out, d)
		}
	}
	return out, err
}

// Planned reports whether a community plans a roster for the day of an instant:
// some duty touches it. Where none does, who is on duty says so themselves
// (staff.AvailableIn).
func Planned(ctx context.Context, tx *db.Tx, community authz.CommunityID, at clock.Instant) (bool, error) {
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return false, err
	}
	day := clock.DayOf(at, zone)
	start, end := day.Start(zone), day.Add(1).Start(zone)
	n, err := db.OneKept[int64](ctx, tx, "roster_duty", `SELECT COUNT(*) FROM roster_duty d WHERE d.community_id = $1 AND d.state = 'planned' AND d.from_at > $2 AND d.from_at < $3 AND d.to_at > $4 AND {scope:d}`,
		community, start.Add(-24*time.Hour-1), end, start)
	return n > 0, err
}

// During lists the duties planned in a community that touch a stretch of time,
// whoever is at work; who is on leave then has the problem Away.
func During(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Instant) ([]Line, error) {
	all, err := between(ctx, tx, community, from, to)
	if err != nil {
		return nil, err
	}
	away, err := leaves(ctx, tx, community, from, to)
	for i := range all {
		all[i].Problems = []Problem{}
		for _, l := range away {
			if l.Staff == all[i].Staff && l.From < all[i].To && all[i].From < l.To {
				all[i].Problems = append(all[i].Problems, Problem{Kind: Away, Leave: l.Kind})
			}
		}
	}
	return all, err
}

// NextOn is when somebody's next shift begins, if they are on none at an instant;
// 0: they are on one, on none within two days, or the community plans no roster.
func NextOn(ctx context.Context, tx *db.Tx, community authz.CommunityID, who authz.AccountID, at clock.Instant) (clock.Instant, error) {
	all, err := db.All[Line](ctx, tx, `SELECT `+db.Columns[Duty]("d")+lines+`WHERE d.community_id = $1 AND d.staff_id = $2 AND d.state = 'planned' AND d.from_at > $3 AND d.from_at < $4 AND d.to_at > $5 AND {scope:d}
		ORDER BY d.from_at LIMIT 1`, community, who, at.Add(-24*time.Hour-1), at.Add(48*time.Hour), at)
	if len(all) == 0 || all[0].From <= at {
		return 0, err
	}
	return all[0].From, nil
}

// People lists who is at work in a community, by agent number, in another
// domain's transaction.
func People(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Person, error) {
	return people(ctx, tx, community)
}
