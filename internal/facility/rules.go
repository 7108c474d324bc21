package facility

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"guanjia/internal/housing"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

const (
	full = 10_000 // of a plan's width and height

	reachFloors, reachUnit, reachBuilding, reachSite = "floors", "unit", "building", "site"
)

// drawn returns f with what d says, or every field of d that is wrong.
func (f Full) drawn(d Draft) (Full, error) {
	var wrong errs.Fields
	for _, t := range []struct {
		field string
		s     *string
		most  int
		must  bool
	}{
		{"code", &d.Code, 30, true}, {"name", &d.Name, 60, true}, {"place", &d.Place, 100, d.Building == 0}, {"serves", &d.Serves, 200, false}, {"maker", &d.Maker, 60, false},
		{"model", &d.Model, 60, false}, {"contractor", &d.Contractor, 60, false}, {"contractorPhone", &d.ContractorPhone, 30, false}, {"notes", &d.Notes, 1000, false},
	} {
		wrong.Words(t.field, t.s, t.most, t.must)
	}
	if !d.WarrantyUntil.IsZero() && !d.InstalledOn.IsZero() && d.WarrantyUntil.Before(d.InstalledOn) {
		wrong.Add("warrantyUntil", "facility.before_installed", nil)
	}
	seen := map[string]bool{}
	for i := range d.Checks {
		field := fmt.Sprintf("checks[%d].name", i)
		wrong.Words(field, &d.Checks[i].Name, 60, true)
		if seen[d.Checks[i].Name] {
			wrong.Add(field, "facility.check_twice", nil)
		}
		seen[d.Checks[i].Name] = true
		if d.Checks[i].NextOn.IsZero() && !d.Checks[i].LastOn.IsZero() {
			d.Checks[i].NextOn = addMonths(d.Checks[i].LastOn, d.Checks[i].Months)
		}
	}
	for i := range d.Parts {
		wrong.Words(fmt.Sprintf("parts[%d].name", i), &d.Parts[i].Name, 60, true)
		wrong.Words(fmt.Sprintf("parts[%d].spec", i), &d.Parts[i].Spec, 100, false)
	}
	f.Code, f.Name, f.Kind, f.Building, f.Place, f.Serves = strings.ToUpper(d.Code), d.Name, d.Kind, d.Building, d.Place, d.Serves
	f.Maker, f.Model, f.InstalledOn, f.WarrantyUntil = d.Maker, d.Model, d.InstalledOn, d.WarrantyUntil
	f.Contractor, f.ContractorPhone, f.State, f.Notes = d.Contractor, d.ContractorPhone, d.State, d.Notes
	f.Checks, f.Parts = d.Checks, d.Parts
	f.NextOn = f.next()
	return f, wrong.Err()
}

// next is when the first check falls due; a scrapped facility has none.
func (f Full) next() (day clock.Day) {
	if f.State == Scrapped {
		return day
	}
	for _, c := range f.Checks {
		if !c.NextOn.IsZero() && (day.IsZero() || c.NextOn.Before(day)) {
			day = c.NextOn
		}
	}
	return day
}

// addMonths is the same day n months later, the last of a shorter month.
func addMonths(d clock.Day, n int64) clock.Day {
	y, m, day := d.Date()
	for ; ; day-- {
		total := int(m) - 1 + int(n)
		if out, err := clock.NewDay(y+total/12, time.Month(total%12+1), day); err == nil {
			return out
		}
	}
}

// checkItems says what is wrong with the marks of a plan.
func checkItems(items []Item) error {
	var wrong errs.Fields
	for i := range items {
		it := &items[i]
		at := func(field string) string { return fmt.Sprintf("items[%d].%s", i, field) }
		wrong.Words(at("name"), &it.Name, 60, it.Kind != Line)
		wrong.Words(at("place"), &it.Place, 200, false)
		if n := len(it.Points); n == 0 || it.Kind != Line && n != 1 || it.Kind == Line && n < 2 {
			wrong.Add(at("points"), "facility.points", nil)
		}
		if slices.ContainsFunc(it.Points, func(p Spot) bool { return p[0] < 0 || p[1] < 0 || p[0] > full || p[1] > full }) {
			wrong.Add(at("points"), "facility.outside", nil)
		}
		if it.Kind != Valve && it.Kind != Switch && len(it.Cuts) > 0 {
			wrong.Add(at("cuts"), "facility.cuts_nothing", nil)
		}
		for n, c := range it.Cuts {
			if c.From != nil && c.To != nil && *c.From > *c.To {
				wrong.Add(fmt.Sprintf("items[%d].cuts[%d].toFloor", i, n), "facility.floors", nil)
			}
		}
	}
	return wrong.Err()
}

// reach says how much of a building is cut off, if the place is; "" if it is not.
func (c Cut) reach(building housing.BuildingID, unit housing.UnitID, floor *int64) string {
	switch floors := c.From != nil || c.To != nil; {
	case c.Building != building, c.Unit != 0 && unit != 0 && c.Unit != unit:
		return ""
	case floors && floor != nil && (c.From != nil && *floor < *c.From || c.To != nil && *floor > *c.To):
		return ""
	case floors:
		return reachFloors
	case c.Unit != 0:
		return reachUnit
	}
	return reachBuilding
}

// reaches are ordered by how much is cut off: who closes a valve wants to leave
// the others their water.
var reaches = []string{reachFloors, reachUnit, reachBuilding, reachSite}

// shutOffs are the valves and switches that cut a place off, the least reaching first.
func shutOffs(items []ShutOff, building housing.BuildingID, unit housing.UnitID, floor *int64) []ShutOff {
	out := []ShutOff{}
	for _, it := range items {
		if len(it.Cuts) == 0 {
			it.Reach = reachSite
		}
		for _, c := range it.Cuts {
			if r := c.reach(building, unit, floor); r != "" && (it.Reach == "" || slices.Index(reaches, r) < slices.Index(reaches, it.Reach)) {
				it.Reach = r
			}
		}
		if it.Reach != "" {
			out = append(out, it)
		}
	}
	slices.SortStableFunc(out, func(a, b ShutOff) int {
		return cmp.Or(slices.Index(reaches, a.Reach)-slices.Index(reaches, b.Reach), cmp.Compare(a.Medium, b.Medium), cmp.Compare(a.Name, b.Name))
	})
	return out
}
