package ticket

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// ClassDraft is a class as it is to be.
type ClassDraft struct {
	ID     string   `json:"id,omitempty" maxLength:"60" doc:"none: a new class"`
	Parent string   `json:"parent,omitempty" maxLength:"60" doc:"of a new class: one of the first level"`
	Zh     string   `json:"zh" maxLength:"200"`
	En     string   `json:"en" maxLength:"200"`
	Words  []string `json:"words" maxItems:"100" doc:"what gives it away in what people say; of the first level, its other titles"`
	Least  Grade    `json:"least,omitempty" enum:"A,B,C" doc:"the least urgent grade a matter of it may have, A: always A; never below what ships. None: as shipped"`
	Usual  Grade    `json:"usual,omitempty" enum:"A,B,C" doc:"that a matter of it opens with if nobody says otherwise; never below what ships, and never below least. None: as shipped, or as its parent's"`
	Dept   string   `json:"dept,omitempty" maxLength:"40" doc:"the department that answers for it. None: as shipped, or its parent's"`
	Skill  string   `json:"skill,omitempty" maxLength:"40" doc:"that it asks of who does the work. None: what follows from code and department"`
	Hidden bool     `json:"hidden,omitempty" doc:"not for new matters"`
}

// ClassOrder puts the classes below one in order.
type ClassOrder struct {
	Parent string   `json:"parent,omitempty" maxLength:"60" doc:"none: the first level"`
	IDs    []string `json:"ids" maxItems:"300"`
}

// Revision is what becomes of the tree in one step.
type Revision struct {
	Classes []ClassDraft `json:"classes,omitempty" maxItems:"100"`
	Orders  []ClassOrder `json:"orders,omitempty" maxItems:"20"`
	Reason  string       `json:"reason" maxLength:"800"`
}

// Limits of the tree.
const (
	mostOwn     = 300 // own classes, hidden ones included
	mostName    = 40  // characters
	mostWord    = 20
	mostTreeWhy = 200
)

// fieldOf names the fields of a revision's class.
func fieldOf(i int) func(string) string {
	return func(field string) string { return "classes[" + strconv.Itoa(i) + "]." + field }
}

// revise lays a revision over the tree, or says field by field what is wrong.
func (t *Tree) revise(in Revision) (overlay, error) {
	var f errs.Fields
	o := t.doc.clone()
	text(&f, "reason", &in.Reason, mostTreeWhy, true)
	drafts := slices.Clone(in.Classes)
	for i := range drafts {
		at, d := fieldOf(i), &drafts[i]
		d.words(&f, at)
		if d.ID == "" {
			d.ID = o.begin(&f, at, t, *d)
		}
		base, there := o.base(d.ID)
		if !there {
			if d.ID != "" {
				f.Add(at("id"), "ticket.category_unknown", nil)
			}
			continue
		}
		d.graded(&f, at, base)
		if d.Dept != "" && !slices.Contains(responsible(), d.Dept) {
			f.Add(at("dept"), "ticket.tree_dept", nil)
		}
		if d.Skill != "" && !slices.Contains(staff.Skills, d.Skill) {
			f.Add(at("skill"), "ticket.tree_skill", nil)
		}
		o.set(*d, base, t)
	}
	for i, order := range in.Orders {
		if p, there := t.any(order.Parent); order.Parent != "" && (!there || p.Parent != "") {
			f.Add("orders["+strconv.Itoa(i)+"].parent", "ticket.category_unknown", nil)
			continue
		}
		o.Orders[order.Parent] = slices.DeleteFunc(slices.Clone(order.IDs), func(id string) bool {
			c, there := t.any(id)
			return !there || c.Parent != order.Parent
		})
	}
	if err := f.Err(); err != nil {
		return o, err
	}
	made := o.tree(t.Version + 1)
	made.tidy()
	for i, d := range drafts {
		made.clash(&f, fieldOf(i), d.ID)
	}
	if made.choosable() == 0 {
		f.Add(fieldOf(max(len(drafts)-1, 0))("hidden"), "ticket.tree_empty", nil)
	}
	return made.doc, f.Err()
}

// words puts what was typed in order: the words of the second level are looked
// for in text without spaces, marks and capitals, so that is how they are kept.
func (d *ClassDraft) words(f *errs.Fields, at func(string) string) {
	text(f, at("zh"), &d.Zh, mostName, true)
	text(f, at("en"), &d.En, mostName, true)
	var out []string
	for _, w := range d.Words {
		if w = strings.TrimSpace(w); d.Parent != "" || strings.Contains(d.ID, ".") {
			w = strings.ReplaceAll(clauses(w), "|", "")
		}
		switch {
		case w == "":
			continue
		case len([]rune(w)) > mostWord:
			f.Add(at("words"), "too_long", map[string]any{"max": mostWord})
		case !slices.Contains(out, w):
			out = append(out, w)
		}
	}
	d.Words = out
}

// begin makes the code of a new class; "": it cannot be made.
func (o *overlay) begin(f *errs.Fields, at func(string) string, t *Tree, d ClassDraft) string {
	p, there := t.any(d.Parent)
	switch {
	case !there || p.Parent != "":
		f.Add(at("parent"), "ticket.category_unknown", nil)
		return ""
	case p.Hidden:
		f.Add(at("parent"), "ticket.category_hidden", p.Called())
		return ""
	case o.Made >= mostOwn:
		f.Add(at("zh"), "ticket.tree_full", map[string]any{"max": mostOwn})
		return ""
	}
	o.Made++
	id := d.Parent + ownCode + strconv.FormatInt(o.Made, 10)
	o.Classes[id] = revised{Parent: d.Parent, Zh: d.Zh, En: d.En}
	return id
}

// base is a class as it is without what the company says of it, its parent's
// grade included.
func (o overlay) base(id string) (Category, bool) {
	if r := o.Classes[id]; r.Parent != "" {
		p, there := ShippedTree().any(r.Parent)
		c := Category{ID: id}.below(p)
		return c, there
	}
	return ShippedTree().any(id)
}

// graded refuses a grade below what ships (TIC-02).
func (d ClassDraft) graded(f *errs.Fields, at func(string) string, base Category) {
	if d.Least > base.Lowest() {
		f.Add(at("least"), "ticket.tree_least", map[string]any{"grade": string(base.Lowest())})
	}
	if d.Usual > base.Usual() {
		f.Add(at("usual"), "ticket.tree_usual", map[string]any{"grade": string(base.Usual())})
	}
}

// set notes what differs from base, and nothing else. A grade that is as it was
// may be its parent's, so it is not made its own.
func (o overlay) set(d ClassDraft, base Category, t *Tree) {
	r := revised{Parent: o.Classes[d.ID].Parent, Hidden: d.Hidden, Skill: d.Skill}
	if d.Zh != base.Zh {
		r.Zh = d.Zh
	}
	if d.En != base.En {
		r.En = d.En
	}
	switch now, there := t.any(d.ID); {
	case there && d.Least == now.Lowest():
		r.Least = o.Classes[d.ID].Least
	case d.Least != base.Lowest():
		r.Least = d.Least
	}
	for _, w := range d.Words {
		if !slices.Contains(base.Words, w) {
			r.Words = append(r.Words, w)
		}
	}
	for _, w := range base.Words {
		if !slices.Contains(d.Words, w) {
			r.Without = append(r.Without, w)
		}
	}
	o.put(d.ID, r)
	if r.Usual, r.Dept = o.besides(d, t); r.Usual != "" || r.Dept != "" {
		o.put(d.ID, r)
	}
}

func (o overlay) put(id string, r revised) {
	if r.empty() {
		delete(o.Classes, id)
		return
	}
	o.Classes[id] = r
}

// besides are the usual grade and the department of a draft, so far as they are not
// what the class has without them: from what ships, its least grade or its parent.
// What is as it was stays as it was noted.
func (o overlay) besides(d ClassDraft, t *Tree) (usual Grade, dept string) {
	now, there := t.any(d.ID)
	plain, _ := o.tree(0).any(d.ID)
	noted := t.doc.Classes[d.ID]
	switch {
	case there && d.Usual == now.Usual():
		usual = noted.Usual
	case d.Usual != "" && d.Usual != plain.Usual():
		usual = d.Usual
	}
	switch {
	case there && d.Dept == now.Dept:
		dept = noted.Dept
	case d.Dept != "" && d.Dept != plain.Dept:
		dept = d.Dept
	}
	return usual, dept
}

// tidy drops orders that say what is so anyway.
func (t *Tree) tidy() {
	for parent := range t.doc.Orders {
		plain := t.doc.clone()
		delete(plain.Orders, parent)
		if slices.Equal(codes(plain.tree(0).flat), codes(t.flat)) {
			delete(t.doc.Orders, parent)
		}
	}
}

func codes(all []Category) []string {
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = c.ID
	}
	return out
}

// clash refuses a name that a class beside it has, and a new word that another
// class has: the second would never be proposed.
func (t *Tree) clash(f *errs.Fields, at func(string) string, id string) {
	i, there := t.at[id]
	if !there || t.flat[i].Hidden {
		return
	}
	c := t.flat[i]
	fresh := t.doc.Classes[c.ID].Words
	for j, o := range t.flat {
		if i == j || o.Hidden {
			continue
		}
		params := o.Called()
		if o.Parent == c.Parent {
			if fold(o.Zh) == fold(c.Zh) {
				f.Add(at("zh"), "ticket.tree_name", params)
			}
			if fold(o.En) == fold(c.En) {
				f.Add(at("en"), "ticket.tree_name", params)
			}
		}
		if (o.Parent == "") != (c.Parent == "") {
			continue
		}
		for _, w := range fresh {
			if slices.Contains(o.Words, w) {
				f.Add(at("words"), "ticket.tree_word", map[string]any{"word": w, "name": params["name"]})
			}
		}
	}
}

func fold(s string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " "))
}

// choosable counts the classes that a new matter can have.
func (t *Tree) choosable() (n int) {
	for _, c := range t.flat {
		if c.Parent != "" && !c.Hidden {
			n++
		}
	}
	return n
}
