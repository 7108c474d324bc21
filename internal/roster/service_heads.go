package roster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Heads says how many people a post has, and how many an ordinary week takes (STA-01c).
type Heads struct {
	Post   Post  `json:"post" enum:"service,maintenance,security,cleaning,response,other"`
	Filled int64 `json:"filled" doc:"people at work whose department is the post's"`
	Hours  int64 `json:"hours" doc:"of duty in a week that shifts and load ask for"`
	Needed int64 `json:"needed" doc:"people, at forty hours a week"`
}

// Counter counts heads in another domain's transaction.
type Counter func(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Heads, error)

// Heads forecasts the seven days from today and counts the people that their
// hours take. The response team is made of people of other posts, so its hours
// are beside theirs, not among them.
func (s *Service) Heads(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Heads, error) {
	b, err := open(ctx, tx, community, tx.Now, tx.Now)
	if err != nil {
		return nil, err
	}
	today := clock.DayOf(tx.Now, b.zone)
	past, err := s.Load(ctx, tx, community, today.Add(-7*History).Start(b.zone), today.Start(b.zone))
	if err != nil {
		return nil, err
	}
	return heads(b.shifts, b.people, Forecast(b.shifts, week(today), past, today, b.zone, clock.China())), nil
}

// heads counts people and hours by post.
func heads(shifts []Shift, people []Person, needs []Need) []Heads {
	out := []Heads{}
	at := func(p Post) *Heads {
		i := slices.IndexFunc(out, func(h Heads) bool { return h.Post == p })
		if i < 0 {
			out, i = append(out, Heads{Post: p}), len(out)
		}
		return &out[i]
	}
	minutes := map[Post]int64{}
	for _, n := range needs {
		for _, s := range shifts {
			if s.ID == n.Shift {
				minutes[s.Post] += n.Need * s.Minutes
			}
		}
	}
	for _, p := range people {
		at(p.Post).Filled++
	}
	for p, m := range minutes {
		h := at(p)
		h.Hours, h.Needed = (m+59)/60, int64(math.Ceil(float64(m)/usualHours.Minutes()))
	}
	slices.SortFunc(out, func(a, b Heads) int { return cmp.Compare(a.Post, b.Post) })
	return out
}
