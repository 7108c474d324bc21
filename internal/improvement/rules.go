package improvement

import (
	"cmp"
	"slices"
	"strings"

	"guanjia/internal/platform/clock"
)

// fault is one repair that was resolved.
type fault struct {
	ID       string
	Number   string
	Category string
	Facility string // its id
	Name     string // of the facility
	Cause    string
	Minutes  int64
	Again    bool
}

// plain lets causes that differ in spaces, case or the full stop be one.
func plain(cause string) string {
	return strings.TrimRight(strings.Join(strings.Fields(cause), " "), "。.；;，, ")
}

// summarise puts faults together by class, device and cause: the most frequent
// first, of as many those that took longest.
func summarise(all []fault) Lines {
	type key struct{ category, facility, cause string }
	at, out := map[key]int{}, Lines{}
	for _, f := range all {
		cause := plain(f.Cause)
		k := key{f.Category, f.Facility, strings.ToLower(cause)}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, Line{Category: f.Category, FacilityID: f.Facility, Facility: f.Name, Cause: cause, Tickets: []Of{}})
		}
		l := &out[i]
		l.N++
		l.Minutes += f.Minutes
		if f.Again {
			l.Again++
		}
		l.Tickets = append(l.Tickets, Of{f.ID, f.Number})
	}
	slices.SortStableFunc(out, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(b.Minutes, a.Minutes), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Cause, b.Cause))
	})
	return out
}

// most is how many months are caught up at once when the program was off.
const most = 12

// missing are the months that end by upTo and have no summary, the first first:
// all since the last one, and without any just the last.
func missing(last, upTo clock.Period) (out []clock.Period) {
	from := upTo
	if !last.IsZero() {
		from = last.Add(max(1, upTo.Sub(last)-most+1))
	}
	for p := from; p.Sub(upTo) <= 0; p = p.Add(1) {
		out = append(out, p)
	}
	return out
}
