package ticket

import (
	"context"
	"maps"
	"slices"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Kept counts what became of promises to come.
type Kept struct {
	Key          string `json:"key" doc:"who was to come, or the category; empty: nobody"`
	Name         string `json:"name,omitempty"`
	Kept         int64  `json:"kept"`
	Missed       int64  `json:"missed"`
	MovedByUs    int64  `json:"movedByUs"`
	MovedByThem  int64  `json:"movedByCustomer"`
	CalledOff    int64  `json:"calledOff"`
	SharePercent *int64 `json:"sharePercent,omitempty" doc:"kept, of those kept and missed, in hundredths; absent: none fell due"`
}

func (k *Kept) add(a Appointment, n int64) {
	switch {
	case a.State == ArrivalKept:
		k.Kept += n
	case a.State == Missed:
		k.Missed += n
	case a.State == CalledOff:
		k.CalledOff += n
	case a.State == Moved && a.EndedKind == FromCustomer:
		k.MovedByThem += n
	case a.State == Moved:
		k.MovedByUs += n
	}
	if due := k.Kept + k.Missed; due > 0 {
		share := k.Kept * 100 / due
		k.SharePercent = &share
	}
}

// ArrivalFigures are the arrivals kept of a period (TIC-07c, APP-04).
type ArrivalFigures struct {
	All        Kept   `json:"all"`
	People     []Kept `json:"people"`
	Categories []Kept `json:"categories"`
}

// Arrivals counts what became of the promises that fell due from a day up to
// another, that day included, for each person and each category.
func (s *Service) Arrivals(ctx context.Context, who authz.Actor, community authz.CommunityID, from, to clock.Day) (out ArrivalFigures, err error) {
	if to.Before(from) || to.Sub(from) > 400 {
		return out, errs.ErrFields.At(errs.Field{Name: "to", Code: "ticket.window_backwards"})
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		zone, err := org.Zone(ctx, tx, community)
		if err != nil {
			return err
		}
		type row struct {
			Appointment
			N int64 `db:"n"`
		}
		all, err := db.All[row](ctx, tx, `SELECT staff_id, staff_name, category, state, ended_kind, COUNT(*) AS n FROM appointment WHERE community_id = $1 AND from_at >= $2 AND from_at < $3 AND state <> 'booked' AND {scope}
			GROUP BY staff_id, staff_name, category, state, ended_kind ORDER BY staff_name, category`, community, from.Start(zone), to.Add(1).Start(zone))
		people, categories := map[string]*Kept{}, map[string]*Kept{}
		for _, r := range all {
			out.All.add(r.Appointment, r.N)
			key := ""
			if r.Staff != 0 {
				key = r.Staff.String()
			}
			keptOf(people, key, r.StaffName).add(r.Appointment, r.N)
			keptOf(categories, r.Category, "").add(r.Appointment, r.N)
		}
		out.People, out.Categories = sortedKept(people), sortedKept(categories)
		return err
	})
	return out, err
}

func keptOf(in map[string]*Kept, key, name string) *Kept {
	if in[key] == nil {
		in[key] = &Kept{Key: key, Name: name}
	}
	return in[key]
}

func sortedKept(in map[string]*Kept) []Kept {
	out := []Kept{}
	for _, key := range slices.Sorted(maps.Keys(in)) {
		out = append(out, *in[key])
	}
	return out
}
