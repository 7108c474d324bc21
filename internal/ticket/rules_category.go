package ticket

import (
	"bytes"
	_ "embed"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed categories.yaml
var categoriesFile []byte

// Category is one class of the two-level tree that all kinds share (TIC-01a).
type Category struct {
	ID           string   `yaml:"id" json:"id"`
	Zh           string   `yaml:"zh" json:"zh"`
	En           string   `yaml:"en" json:"en"`
	Parent       string   `yaml:"-" json:"parent,omitempty"`
	MinGrade     Grade    `yaml:"min_grade" json:"minGrade,omitempty" enum:"A,B,C"`
	Force        Grade    `yaml:"force" json:"force,omitempty" enum:"A,B,C"`
	DefaultGrade Grade    `yaml:"default_grade" json:"defaultGrade,omitempty" enum:"A,B,C"`
	Dept         string   `yaml:"dept" json:"dept,omitempty"`
	Words        []string `yaml:"words" json:"words"`
}

type categoryNode struct {
	Category  `yaml:",inline"`
	Complaint string         `yaml:"complaint"`
	Synonyms  []string       `yaml:"synonyms"`
	Facets    []any          `yaml:"facets"`
	Plan      string         `yaml:"plan"`
	Note      string         `yaml:"note"`
	Children  []categoryNode `yaml:"children"`
}

// categoryFile is the whole list: a word it does not know is a mistake.
type categoryFile struct {
	Version    int            `yaml:"version"`
	Language   string         `yaml:"language"`
	Grades     []any          `yaml:"grades"`
	Categories []categoryNode `yaml:"categories"`
	Forced     []Forced       `yaml:"forced_a"`
	Kinds      []any          `yaml:"complaint_kinds"`
	Severity   []any          `yaml:"complaint_severity"`
}

func readCategories(raw []byte) (f categoryFile, err error) {
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	err = d.Decode(&f)
	return f, err
}

var shipped = sync.OnceValue(func() categoryFile {
	f, err := readCategories(categoriesFile)
	if err != nil {
		panic(err) // part of the program and under test
	}
	return f
})

// Categories is the shipped tree, flat: a parent before its children.
var Categories = sync.OnceValue(func() (out []Category) {
	for _, p := range shipped().Categories {
		p.Words = append([]string{}, p.Words...)
		out = append(out, p.Category)
		for _, c := range p.Children {
			c.Parent, c.Words = p.ID, append([]string{}, c.Words...)
			if c.Dept == "" {
				c.Dept = p.Dept
			}
			if c.DefaultGrade == "" {
				c.DefaultGrade = p.DefaultGrade
			}
			if c.MinGrade == "" {
				c.MinGrade = p.MinGrade
			}
			out = append(out, c.Category)
		}
	}
	return out
})

// Forced is a matter that must be of grade A whatever its category (TIC-02).
type Forced struct {
	ID    string   `yaml:"id" json:"id"`
	Zh    string   `yaml:"zh" json:"zh"`
	En    string   `yaml:"en" json:"en"`
	Plan  string   `yaml:"plan" json:"-"` // the emergency plan that is offered
	Words []string `yaml:"words" json:"words"`
}

// ForcedA lists the matters that force grade A, with the words that give them away.
func ForcedA() []Forced { return shipped().Forced }

// CategoryByID finds a category of the second level.
func CategoryByID(id string) (Category, bool) {
	for _, c := range Categories() {
		if c.ID == id && c.Parent != "" {
			return c, true
		}
	}
	return Category{}, false
}

// categoriesOf are the categories whose work a department does; never none, so
// that a department nobody knows has no tickets instead of all.
func categoriesOf(dept string) []string {
	out := []string{""}
	for _, c := range Categories() {
		if c.Parent != "" && c.Dept == dept {
			out = append(out, c.ID)
		}
	}
	return out
}

// Lowest is the least urgent grade that a category allows: a forced one, or its
// minimum (TIC-01a, TIC-02). Grades compare as text: "A" < "B" < "C".
func (c Category) Lowest() Grade {
	switch {
	case c.Force != "":
		return c.Force
	case c.MinGrade != "":
		return c.MinGrade
	}
	return C
}

// Usual is the grade a matter of this category opens with if nobody says otherwise.
func (c Category) Usual() Grade {
	if c.DefaultGrade != "" {
		return min(c.Lowest(), c.DefaultGrade)
	}
	return c.Lowest()
}

// CategoryByWords is the category with the longest of its words in the text;
// the forced ones first, because they are the dangerous ones. It proposes only.
func CategoryByWords(text string) (best Category, ok bool) {
	plain, most := clauses(text), 0
	for _, c := range Categories() {
		if c.Parent == "" {
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
