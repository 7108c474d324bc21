package ticket

import (
	"cmp"
	"database/sql/driver"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// overlay is what a company has made of the shipped tree, and nothing else: what
// it does not mention is as shipped, also what a later program ships.
type overlay struct {
	Classes map[string]revised  `json:"classes,omitempty"` // by code
	Orders  map[string][]string `json:"orders,omitempty"`  // codes below a class, "": of the first level
	Made    int64               `json:"made,omitempty"`    // own classes ever made: no code is used twice
}

// revised is what the company says of one class; an own one has a parent.
type revised struct {
	Parent  string   `json:"parent,omitempty"`
	Zh      string   `json:"zh,omitempty"`
	En      string   `json:"en,omitempty"`
	Words   []string `json:"words,omitempty"`   // beside the shipped ones
	Without []string `json:"without,omitempty"` // shipped ones taken back
	Least   Grade    `json:"least,omitempty"`
	Usual   Grade    `json:"usual,omitempty"`
	Dept    string   `json:"dept,omitempty"`
	Skill   string   `json:"skill,omitempty"`
	Hidden  bool     `json:"hidden,omitempty"`
}

func (r revised) empty() bool {
	return r.Parent == "" && r.Zh == "" && r.En == "" && len(r.Words)+len(r.Without) == 0 && r.Least == "" && r.Usual == "" && r.Dept == "" && r.Skill == "" && !r.Hidden
}

// Value implements driver.Valuer.
func (o overlay) Value() (driver.Value, error) {
	b, err := json.Marshal(o)
	return string(b), err
}

// Scan implements sql.Scanner.
func (o *overlay) Scan(src any) error { return scanJSON(src, o) }

// clone is a copy that shares nothing that is changed.
func (o overlay) clone() overlay {
	out := overlay{maps.Clone(o.Classes), maps.Clone(o.Orders), o.Made}
	if out.Classes == nil {
		out.Classes = map[string]revised{}
	}
	if out.Orders == nil {
		out.Orders = map[string][]string{}
	}
	return out
}

// ownCode marks the codes of a company's own classes; no shipped one looks so.
const ownCode = ".own"

// own lists the company's classes below one, in the order they were made.
func (o overlay) own(parent string) (out []Category) {
	for id, r := range o.Classes {
		if r.Parent == parent {
			out = append(out, Category{ID: id, Zh: r.Zh, En: r.En})
		}
	}
	made := func(c Category) int {
		_, n, _ := strings.Cut(c.ID, ownCode)
		i, _ := strconv.Atoi(n)
		return i
	}
	slices.SortFunc(out, func(a, b Category) int { return made(a) - made(b) })
	return out
}

// on lays what the company says of a class over what ships, its usual grade being
// the one given. A grade only gets more urgent: what a later program asks for
// holds against an older revision.
func (r revised) on(c Category, usual Grade) Category {
	if r.Zh != "" {
		c.Zh = r.Zh
	}
	if r.En != "" {
		c.En = r.En
	}
	c.Words = slices.DeleteFunc(slices.Clone(c.Words), func(w string) bool { return slices.Contains(r.Without, w) })
	for _, w := range r.Words {
		if !slices.Contains(c.Words, w) {
			c.Words = append(c.Words, w)
		}
	}
	if c.Words == nil {
		c.Words = []string{}
	}
	if r.Dept != "" {
		c.Dept = r.Dept
	}
	if r.Usual != "" {
		c.DefaultGrade = min(r.Usual, cmp.Or(usual, C))
	}
	c.Skill, c.Hidden = r.Skill, c.Hidden || r.Hidden
	return c.raised(r.Least)
}

// raised is c with a least grade, if that is more urgent than what it has; A is
// forced, as everywhere.
func (c Category) raised(least Grade) Category {
	switch {
	case least == "" || least >= c.Lowest():
	case least == A:
		c.Force = A
	default:
		c.MinGrade = least
	}
	return c
}

// below is a class of the second level as its parent makes it.
func (c Category) below(parent Category) Category {
	c.Parent = parent.ID
	if c.Dept == "" {
		c.Dept = parent.Dept
	}
	if c.DefaultGrade == "" {
		c.DefaultGrade = parent.DefaultGrade
	}
	if c.MinGrade == "" {
		c.MinGrade = parent.MinGrade
	}
	if parent.Lowest() != C {
		c = c.raised(parent.Lowest())
	}
	c.Hidden, c.Facets = parent.Hidden, parent.Facets
	return c
}

// tree lays the overlay over the shipped tree.
func (o overlay) tree(version int64) *Tree {
	t := &Tree{Version: version, at: map[string]int{}, doc: o}
	var tops []Category
	shippedBelow, usual := map[string][]Category{}, map[string]Grade{}
	for _, n := range shipped().Categories {
		top := n.Category
		top.Words = n.Synonyms
		usual[top.ID] = top.DefaultGrade
		tops = append(tops, o.Classes[top.ID].on(top, top.DefaultGrade))
		for _, c := range n.Children {
			shippedBelow[top.ID] = append(shippedBelow[top.ID], c.Category)
		}
	}
	for _, top := range o.ordered("", tops) {
		t.add(top)
		var below []Category
		for _, c := range append(slices.Clone(shippedBelow[top.ID]), o.own(top.ID)...) {
			below = append(below, o.Classes[c.ID].on(c.below(top), cmp.Or(c.DefaultGrade, usual[top.ID])))
		}
		for _, c := range o.ordered(top.ID, below) {
			t.add(c)
		}
	}
	return t
}

func (t *Tree) add(c Category) {
	t.at[c.ID] = len(t.flat)
	t.flat = append(t.flat, c)
}

// ordered puts classes as the company wants them; those it has not seen come last.
func (o overlay) ordered(parent string, all []Category) []Category {
	order := o.Orders[parent]
	place := func(c Category) int {
		if i := slices.Index(order, c.ID); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(all, func(a, b Category) int { return place(a) - place(b) })
	return all
}

// restored is an older overlay as the newest: classes made since stay, hidden,
// because tickets may have their codes.
func (o overlay) restored(old overlay) overlay {
	out := old.clone()
	out.Made = o.Made
	for id, r := range o.Classes {
		if _, there := out.Classes[id]; r.Parent != "" && !there {
			r.Hidden = true
			out.Classes[id] = r
		}
	}
	return out
}
