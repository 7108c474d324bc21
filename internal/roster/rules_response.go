package roster

import (
	"fmt"
	"regexp"
	"slices"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// Gap is a stretch of time in which nobody stands on a post that is to be
// filled round the clock (STA-01a).
type Gap struct {
	From clock.Instant `json:"from"`
	To   clock.Instant `json:"to"`
}

// Gaps are the stretches between two instants in which no duty of a post is
// planned whose person is there.
func Gaps(duties []Line, post Post, from, to clock.Instant) []Gap {
	out, until := []Gap{}, from
	var on []Line
	for _, d := range duties {
		if d.Post == post && d.State == StatePlanned && !slices.ContainsFunc(d.Problems, func(p Problem) bool { return p.Kind == Away }) {
			on = append(on, d)
		}
	}
	slices.SortFunc(on, func(a, b Line) int { return int(a.From - b.From) })
	for _, d := range on {
		if start := min(d.From, to); start > until {
			out = append(out, Gap{until, start})
		}
		until = max(until, d.To)
	}
	if until < to {
		out = append(out, Gap{until, to})
	}
	return out
}

// Call is a line of a contact tree: a place in the team, who stands there, and
// by its level whom the line above calls.
type Call struct {
	Title       string   `json:"title" maxLength:"100" doc:"the place: team leader, valves, pumps …"`
	Level       int      `json:"level" minimum:"0" maximum:"4" doc:"0 is called first; a line is called by the nearest one above with a smaller level"`
	Staff       staff.ID `json:"staffId,omitempty"`
	Name        string   `json:"name,omitempty" maxLength:"100" doc:"of somebody from outside, where no member of staff is named"`
	Phone       string   `json:"phone" maxLength:"40" doc:"the number for duty, not a private one"`
	Deputy      staff.ID `json:"deputyId,omitempty"`
	DeputyName  string   `json:"deputyName,omitempty" maxLength:"100"`
	DeputyPhone string   `json:"deputyPhone,omitempty" maxLength:"40"`
}

const mostCalls = 60

var dialled = regexp.MustCompile(`^\+?[0-9][0-9 \-#]{1,19}$`)

// checkedTree is the tree in its one form, or every field that is wrong.
func checkedTree(tree []Call, known func(staff.ID) bool) ([]Call, error) {
	var wrong errs.Fields
	if len(tree) > mostCalls {
		wrong.Add("lines", "roster.tree_long", map[string]any{"max": mostCalls})
		return tree, wrong.Err()
	}
	tree = slices.Clone(tree)
	for i := range tree {
		c := &tree[i]
		at := func(name string) string { return fmt.Sprintf("lines[%d].%s", i, name) }
		wrong.Words(at("title"), &c.Title, 30, true)
		wrong.Words(at("name"), &c.Name, 30, c.Staff == 0)
		wrong.Words(at("phone"), &c.Phone, 20, true)
		wrong.Words(at("deputyName"), &c.DeputyName, 30, false)
		wrong.Words(at("deputyPhone"), &c.DeputyPhone, 20, c.Deputy != 0 || c.DeputyName != "")
		for name, number := range map[string]string{"phone": c.Phone, "deputyPhone": c.DeputyPhone} {
			if number != "" && !dialled.MatchString(number) {
				wrong.Add(at(name), "wrong_form", nil)
			}
		}
		if i == 0 && c.Level != 0 || i > 0 && c.Level > tree[i-1].Level+1 {
			wrong.Add(at("level"), "roster.tree_level", nil)
		}
		if c.Staff != 0 && !known(c.Staff) {
			wrong.Add(at("staffId"), "roster.person_unknown", nil)
		}
		if c.Deputy != 0 && !known(c.Deputy) {
			wrong.Add(at("deputyId"), "roster.person_unknown", nil)
		}
		if c.Deputy != 0 && c.Deputy == c.Staff {
			wrong.Add(at("deputyId"), "roster.tree_self", nil)
		}
		if c.Staff != 0 {
			c.Name = ""
		}
		if c.Deputy != 0 {
			c.DeputyName = ""
		}
	}
	return tree, wrong.Err()
}
