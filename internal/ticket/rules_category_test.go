package ticket

import (
	"slices"
	"strings"
	"testing"

	"guanjia/internal/org"
	"guanjia/internal/staff"
)

func TestAnUnknownWordInTheCategoriesIsAMistake(t *testing.T) {
	for _, raw := range []string{
		"categories: [{id: a, zh: 甲, minimum: B}]",
		"categories: [{id: a, children: [{id: a.b, word: [漏水]}]}]",
		"categorys: []",
		"forced_a: [{id: x, when: y}]",
	} {
		if _, err := readCategories([]byte(raw)); err == nil {
			t.Errorf("%s was taken", raw)
		}
	}
}

func TestTheShippedCategoriesHoldTogether(t *testing.T) {
	file := shipped()
	ids, grades := map[string]bool{}, []Grade{"", A, B, C}
	departments := org.DepartmentKinds()
	check := func(n categoryNode, parent string) {
		if ids[n.ID] {
			t.Errorf("%s stands twice", n.ID)
		}
		ids[n.ID] = true
		if n.Zh == "" || n.En == "" || (parent != "" && !strings.HasPrefix(n.ID, parent+".")) {
			t.Errorf("%+v: without a name, or not named after %s", n, parent)
		}
		if n.Dept != "" && !slices.Contains(departments, n.Dept) {
			t.Errorf("%s proposes the department %q, which no community has", n.ID, n.Dept)
		}
		for _, g := range []Grade{n.MinGrade, n.Force, n.DefaultGrade} {
			if !slices.Contains(grades, g) {
				t.Errorf("%s: grade %q", n.ID, g)
			}
		}
	}
	for _, p := range file.Categories {
		check(p, "")
		if p.Dept == "" || p.DefaultGrade == "" || len(p.Children) == 0 {
			t.Errorf("%s has no department, default grade or children", p.ID)
		}
		for _, c := range p.Children {
			check(c, p.ID)
			if len(c.Children) > 0 {
				t.Errorf("%s: there are two levels only", c.ID)
			}
		}
	}
	for _, f := range file.Forced {
		if f.ID == "" || f.Zh == "" || f.En == "" || len(f.Words) == 0 {
			t.Errorf("%+v is not complete", f)
		}
	}
	if len(ShippedTree().Categories()) < 60 || len(file.Forced) != 8 {
		t.Errorf("%d categories, %d forced", len(ShippedTree().Categories()), len(file.Forced))
	}
	for _, c := range ShippedTree().Categories() {
		if skill := ShippedTree().SkillFor(c.ID); !slices.Contains(staff.Skills, skill) {
			t.Errorf("%s asks for the skill %q, which nobody can have", c.ID, skill)
		}
	}
}
