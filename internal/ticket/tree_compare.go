package ticket

import (
	"slices"
	"strings"
)

// ClassChange is what differs in one class between two versions.
type ClassChange struct {
	ID    string      `json:"id"`
	Zh    string      `json:"zh" doc:"as the later of the two calls it"`
	En    string      `json:"en"`
	Added bool        `json:"added,omitempty" doc:"it is not in the first of the two"`
	Gone  bool        `json:"gone,omitempty" doc:"it is not in the second of the two"`
	Items []FieldPair `json:"items"`
}

// FieldPair is one difference. Words are only those that came and went.
type FieldPair struct {
	Field string `json:"field" enum:"zh,en,words,least,usual,dept,skill,hidden,order"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// compare lists the classes that differ from t to u, in u's order.
func (t *Tree) compare(u *Tree) []ClassChange {
	out := []ClassChange{}
	for _, c := range u.flat {
		old, there := t.any(c.ID)
		ch := ClassChange{ID: c.ID, Zh: c.Zh, En: c.En, Added: !there, Items: []FieldPair{}}
		if there {
			ch.Items = t.differences(old, u, c)
		}
		if !there || len(ch.Items) > 0 {
			out = append(out, ch)
		}
	}
	for _, c := range t.flat {
		if !u.known(c.ID) {
			out = append(out, ClassChange{ID: c.ID, Zh: c.Zh, En: c.En, Gone: true, Items: []FieldPair{}})
		}
	}
	return out
}

func (t *Tree) differences(a Category, u *Tree, b Category) []FieldPair {
	out := []FieldPair{}
	add := func(field, from, to string) {
		if from != to {
			out = append(out, FieldPair{field, from, to})
		}
	}
	add("zh", a.Zh, b.Zh)
	add("en", a.En, b.En)
	add("words", beside(a.Words, b.Words), beside(b.Words, a.Words))
	add("least", string(a.Lowest()), string(b.Lowest()))
	add("usual", string(a.Usual()), string(b.Usual()))
	add("dept", a.Dept, b.Dept)
	add("skill", t.SkillFor(a.ID), u.SkillFor(b.ID))
	add("hidden", yes(a.Hidden), yes(b.Hidden))
	if was, is := t.around(a.ID, u), u.around(b.ID, t); !slices.Equal(was, is) {
		add("order", strings.Join(was, " "), strings.Join(is, " "))
	}
	return out
}

// around are the classes below one that both trees have, in t's order.
func (t *Tree) around(id string, other *Tree) (out []string) {
	for _, c := range t.flat {
		if c.Parent == id && other.known(c.ID) {
			out = append(out, c.ID)
		}
	}
	return out
}

func beside(words, others []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(others, w) }), " ")
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}
