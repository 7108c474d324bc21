package ticket

import (
	"context"
	"math"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/staff"
)

// HotMatter is what more households than usual report of one building, or of
// the open ground, within seven days (TIC-11).
type HotMatter struct {
	Category   string           `json:"category"`
	Building   staff.BuildingID `json:"buildingId,omitzero"`
	Name       string           `json:"building,omitempty" doc:"the building's name; none: outside of buildings"`
	Tickets    int64            `json:"tickets" doc:"in the last seven days"`
	Households int64            `json:"households"`
	Usual      float64          `json:"usual" doc:"mean of the weeks before"`
	Latest     ID               `json:"latest" doc:"the ticket that came last"`
}

const actHot authz.Action = "ticket.watch_hot"

// Hot lists the hot matters of a community, the largest first.
func (s *Service) Hot(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []HotMatter, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = hotIn(ctx, tx, community)
		return err
	})
	return out, err
}

type weekCount struct {
	Category string           `db:"category"`
	Building staff.BuildingID `db:"building"`
	Week     int64            `db:"week"` // 0: the last seven days
	N        int64            `db:"n"`
}

type hotKey struct {
	category string
	building staff.BuildingID
}

const counted = ` AND (status <> 'cancelled' OR merged_into IS NOT NULL) AND kind <> 'praise' AND {scope}`

func hotIn(ctx context.Context, tx *db.Tx, community authz.CommunityID) (out []HotMatter, err error) {
	weeks, err := weeksSeen(ctx, tx, community)
	if err != nil || weeks < youngWeeks {
		return nil, err
	}
	from := tx.Now.Add(-(hotWeeks + 1) * week)
	rows, err := db.All[weekCount](ctx, tx, `SELECT category, COALESCE(building_id, 0) AS building, ($1 - opened_at) / $2 AS week, COUNT(*) AS n FROM ticket
		WHERE community_id = $3 AND id >= $4 AND opened_at > $5`+counted+` GROUP BY 1, 2, 3`, tx.Now, week.Milliseconds(), community, id.Floor(from.Time()), from)
	if err != nil {
		return nil, err
	}
	before, now := map[hotKey][]int64{}, map[hotKey]int64{}
	for _, r := range rows {
		k := hotKey{r.Category, r.Building}
		if before[k] == nil {
			before[k] = make([]int64, weeks)
		}
		switch {
		case r.Week == 0:
			now[k] = r.N
		case r.Week <= weeks:
			before[k][r.Week-1] = r.N
		}
	}
	var seen map[hotKey]lately
	for k, n := range now {
		if !hot(before[k], n, hotHouseholds) {
			continue
		}
		if seen == nil {
			if seen, err = latelyIn(ctx, tx, community); err != nil {
				return nil, err
			}
		}
		m := HotMatter{Category: k.category, Building: k.building, Tickets: n, Households: seen[k].Households, Latest: seen[k].Latest}
		if !hot(before[k], n, m.Households) {
			continue
		}
		mean, _ := usual(before[k])
		m.Usual = math.Round(mean*10) / 10
		if m, err = m.named(ctx, tx); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b HotMatter) int {
		if a.Tickets != b.Tickets {
			return int(b.Tickets - a.Tickets)
		}
		return int(a.Latest - b.Latest)
	})
	return out, nil
}

// weeksSeen is how many full weeks of tickets lie before the last seven days, at most eight.
func weeksSeen(ctx context.Context, tx *db.Tx, community authz.CommunityID) (int64, error) {
	first, err := db.All[clock.Instant](ctx, tx, `SELECT opened_at FROM ticket WHERE community_id = $1 AND {scope} ORDER BY id LIMIT 1`, community) // not MIN: that reads them all
	if err != nil || len(first) == 0 {
		return 0, err
	}
	return min(hotWeeks, max(0, tx.Now.Sub(first[0]).Milliseconds()/week.Milliseconds()-1)), nil
}

// lately is what the last seven days say of one category in one building.
type lately struct {
	Category   string           `db:"category"`
	Building   staff.BuildingID `db:"building"`
	Households int64            `db:"households"`
	Latest     ID               `db:"latest"`
}

// latelyIn counts whose homes are concerned, for all at once: one walk through a week of tickets.
func latelyIn(ctx context.Context, tx *db.Tx, community authz.CommunityID) (map[hotKey]lately, error) {
	from := tx.Now.Add(-week)
	rows, err := db.All[lately](ctx, tx, `SELECT category, COALESCE(building_id, 0) AS building, COUNT(DISTINCT COALESCE(room_id, -customer_id)) AS households, MAX(id) AS latest FROM ticket
		WHERE community_id = $1 AND id >= $2 AND opened_at > $3`+counted+` GROUP BY 1, 2`, community, id.Floor(from.Time()), from)
	out := map[hotKey]lately{}
	for _, r := range rows {
		out[hotKey{r.Category, r.Building}] = r
	}
	return out, err
}

// named adds the building's name.
func (m HotMatter) named(ctx context.Context, tx *db.Tx) (HotMatter, error) {
	if m.Building == 0 {
		return m, nil
	}
	var err error
	m.Name, err = db.One[string](ctx, tx, `SELECT name FROM building WHERE id = $1 AND {scope}`, int64(m.Building))
	return m, err
}

// WatchHot tells those who lead the service of what has become hot, once a week
// at most, and notes it on the ticket that came last.
func (s *Service) WatchHot(ctx context.Context) error {
	who := authz.System("ticket", actHot)
	var all []authz.CommunityID
	if err := s.DB.Read(ctx, who, actHot, func(tx *db.Tx) (err error) {
		all, err = db.All[authz.CommunityID](ctx, tx.Global("every community is watched"), `SELECT id FROM community ORDER BY id`)
		return err
	}); err != nil {
		return err
	}
	for _, community := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.DB.Bulk(ctx, who, actHot, func(tx *db.Tx) error {
			tx.Silent("what became hot stands in the timeline of its latest ticket")
			found, err := hotIn(ctx, tx, community)
			if err != nil {
				return err
			}
			for _, m := range found {
				if err := tellHot(ctx, tx, community, m); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func tellHot(ctx context.Context, tx *db.Tx, community authz.CommunityID, m HotMatter) error {
	n, err := tx.Global("when something was told; its community stands in the row").Exec(ctx, `INSERT INTO hot_told (community_id, category, building_id, told_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (community_id, category, building_id) DO UPDATE SET told_at = excluded.told_at WHERE hot_told.told_at <= $5`, community, m.Category, int64(m.Building), tx.Now, tx.Now.Add(-week))
	if err != nil || n == 0 {
		return err
	}
	t, err := get(ctx, tx, m.Latest)
	if err != nil {
		return err
	}
	to, names, err := addressees(ctx, tx, t, []string{ToLeader, "service_supervisor", "service_manager"})
	if err != nil {
		return err
	}
	tx.Emit(Escalated{event{t.ID, t.Community}, "hot", m.Tickets, to})
	return write(ctx, tx, t, "hot", false, "", "", Data{"building": m.Name, "category": m.Category, "tickets": m.Tickets, "households": m.Households, "usual": m.Usual, "to": names})
}
