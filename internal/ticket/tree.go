package ticket

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"guanjia/internal/platform/db"
	"guanjia/internal/staff"
)

// Tree is the tree of classes in force (TIC-01a): the shipped one with what the
// company has made of it laid over it. It never changes; a revision makes another.
//
//	shipped (categories.yaml) + overlay of the newest version (category_tree) = Tree
type Tree struct {
	Version int64 // of the company's changes; 0: as shipped
	flat    []Category
	at      map[string]int
	doc     overlay
}

// inMind is the tree that this node remembers of a database.
type inMind struct {
	loading sync.Mutex
	tree    atomic.Pointer[Tree]
}

// TreeOf is the tree in force, without a statement: it is asked for at every
// ticket. What another node changes is here a second later (Service.LoadTree).
func TreeOf(of db.Memory) *Tree {
	if t := db.Remembered[inMind](of).tree.Load(); t != nil {
		return t
	}
	return ShippedTree()
}

// ShippedTree is the tree as it comes with the program.
var ShippedTree = sync.OnceValue(func() *Tree { return overlay{}.tree(0) })

// Categories lists all classes, also hidden ones: a parent before its children.
func (t *Tree) Categories() []Category { return t.flat }

// any finds a class of either level.
func (t *Tree) any(id string) (Category, bool) {
	i, there := t.at[id]
	if !there {
		return Category{}, false
	}
	return t.flat[i], true
}

// known reports whether there is such a class, of either level.
func (t *Tree) known(id string) bool { _, there := t.any(id); return there }

// ByID finds a class of the second level, hidden or not.
func (t *Tree) ByID(id string) (Category, bool) {
	c, there := t.any(id)
	if c.Parent == "" {
		return Category{}, false
	}
	return c, there
}

// responsible are the departments that answer for matters of customers.
func responsible() (out []string) {
	for _, c := range ShippedTree().flat {
		if !slices.Contains(out, c.Dept) {
			out = append(out, c.Dept)
		}
	}
	return out
}

// ofDept are the classes whose work a department does; never none, so that a
// department nobody knows has no tickets instead of all.
func (t *Tree) ofDept(dept string) []string {
	out := []string{""}
	for _, c := range t.flat {
		if c.Parent != "" && c.Dept == dept {
			out = append(out, c.ID)
		}
	}
	return out
}

// ByWords is the class with the longest of its words in the text; the forced
// ones first, because they are the dangerous ones. It proposes only, and nothing hidden.
func (t *Tree) ByWords(text string) (best Category, ok bool) {
	plain, most := clauses(text), 0
	for _, c := range t.flat {
		if c.Parent == "" || c.Hidden {
			continue
		}
		for _, w := range c.Words {
			points := len(w)
			if c.Force != "" {
				points += 1000
			}
			if points > most && strings.Contains(plain, w) {
				best, most, ok = c, points, true
			}
		}
	}
	return best, ok
}

// SkillFor is what a class asks of who takes it: what the company says, else its
// own second level where that is a skill, otherwise what its department does.
func (t *Tree) SkillFor(category string) string {
	c, _ := t.ByID(category)
	if c.Skill != "" {
		return c.Skill
	}
	return usualSkill(category, c.Dept)
}

func usualSkill(category, dept string) string {
	if _, second, _ := strings.Cut(category, "."); slices.Contains(staff.Skills, second) {
		return second
	}
	switch dept {
	case "cleaning":
		return "cleaning"
	case "security":
		return "security"
	case "engineering":
		return "home"
	}
	return "service"
}

// leaderOf is the role that leads the work of a class's department.
func (t *Tree) leaderOf(category string) string {
	switch c, _ := t.ByID(category); c.Dept {
	case "engineering":
		return "maintenance_leader"
	case "cleaning":
		return "cleaning_leader"
	case "security":
		return "security_leader"
	}
	return "service_supervisor"
}
