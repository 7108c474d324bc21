package lease

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
)

// Reveal shows one number of a tenancy in full; it leaves a trail (CUS-04).
// party -1 is whom to call.
func (s *Service) Reveal(ctx context.Context, who authz.Actor, id ID, party int, field string) (value string, err error) {
	refused := false
	err = s.DB.Write(ctx, who, ActReveal, func(tx *db.Tx) error {
		v, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case party == -1:
			value = v.emergency
		case party >= 0 && party < len(v.Parties) && field == "identity":
			value = v.Parties[party].identity
		case party >= 0 && party < len(v.Parties):
			value = v.Parties[party].number
		}
		if value == "" {
			return ErrNot
		}
		if refused, err = audit.CountReveal(ctx, tx, v.Community, "lease:"+id.String()); err != nil || refused {
			return err
		}
		tx.Note(v.Community, "lease:"+id.String(), nil, map[string]any{"field": field, "party": party})
		return nil
	})
	if err == nil && refused {
		err = audit.ErrReveals
	}
	if err != nil {
		return "", err
	}
	return value, nil
}

// Statistics counts rooms let and people in them by building.
func (s *Service) Statistics(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []Count, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = counts(ctx, tx, community)
		return err
	})
	return out, err
}

// Setting returns how often a community looks at its tenancies.
func (s *Service) Setting(ctx context.Context, who authz.Actor, community authz.CommunityID) (set Setting, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		set, err = setting(ctx, tx, community)
		return err
	})
	return set, err
}

// SetInterval changes how often.
func (s *Service) SetInterval(ctx context.Context, who authz.Actor, community authz.CommunityID, match web.Match, days int64) (set Setting, err error) {
	err = s.DB.Write(ctx, who, ActSettings, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if set, err = setting(ctx, tx, community); err != nil {
			return err
		}
		if err := match.Expect(set.Version); err != nil {
			return err
		}
		before := set.Days
		set.Days = days
		set.Version++
		tx.Note(community, "lease_setting:"+community.String(), map[string]any{"days": before}, map[string]any{"days": days})
		_, err := tx.Global("the community is in scope").Exec(ctx, `INSERT INTO lease_setting (community_id, verify_days, version) VALUES ($1, $2, $3)
			ON CONFLICT (community_id) DO UPDATE SET verify_days = excluded.verify_days, version = excluded.version`, community, days, set.Version)
		return err
	})
	return set, err
}

// Due lists running tenancies whose term ends, or that are to be looked at,
// within some days. What was due before from is not in it, except looking at.
func Due(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) (expiring, unverified []View, err error) {
	set, err := setting(ctx, tx, community)
	if err != nil {
		return nil, nil, err
	}
	if expiring, err = db.All[View](ctx, tx, views+`WHERE l.community_id = $1 AND l.ended_on IS NULL AND l.to_on >= $2 AND l.to_on <= $3 AND {scope:l} ORDER BY l.to_on, l.id LIMIT 500`, community, from, to); err != nil {
		return nil, nil, err
	}
	unverified, err = db.All[View](ctx, tx, views+`WHERE l.community_id = $1 AND l.ended_on IS NULL AND COALESCE(l.verified_on, l.from_on) < $2 AND COALESCE(l.verified_on, l.from_on) >= $3 AND {scope:l} ORDER BY l.id LIMIT 500`,
		community, to.Add(-int(set.Days)), from.Add(-int(set.Days)-1))
	for i := range unverified {
		u := &unverified[i]
		if u.VerifiedOn.IsZero() {
			u.VerifiedOn = u.From
		}
		u.VerifiedOn = u.VerifiedOn.Add(int(set.Days) + 1) // the day from which it is work
	}
	return expiring, unverified, err
}

// OfRoom lists the tenancies of a room, running ones first, as far as the actor may see them.
func OfRoom(ctx context.Context, tx *db.Tx, room housing.Room) ([]View, error) {
	today, err := customer.Today(ctx, tx, room.Community)
	if err != nil {
		return nil, err
	}
	set, err := setting(ctx, tx, room.Community)
	if err != nil {
		return nil, err
	}
	out, err := db.All[View](ctx, tx, views+`WHERE l.community_id = $1 AND l.room_id = $2 AND {scope:l} ORDER BY l.ended_on IS NOT NULL, l.id DESC LIMIT 20`, room.Community, room.ID)
	if err == nil {
		err = complete(ctx, tx, out)
	}
	for i := range out {
		out[i] = out[i].shown(tx.Who, today, set.Days)
	}
	return out, err
}
