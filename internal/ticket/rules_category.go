package ticket

import (
	"bytes"
	_ "embed"
	"slices"
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
	Words        []string `yaml:"words" json:"words" doc:"what gives it away in what people say; of the first level, its other titles"`
	Skill        string   `yaml:"-" json:"skill,omitempty" doc:"that the company asks for; none: what follows from code and department"`
	Facets       []Facet  `yaml:"facets" json:"facets,omitempty" doc:"sides of it that a ticket may be about (TIC-01a)"`
	Hidden       bool     `yaml:"-" json:"hidden,omitempty" doc:"not for new matters; what has it keeps it"`
}

// Facet is a side of a class of fees: how it is calculated, collected or used.
type Facet struct {
	ID string `yaml:"id" json:"id"`
	Zh string `yaml:"zh" json:"zh"`
	En string `yaml:"en" json:"en"`
	// Words are the program's own: categories.yaml has none for the sides of a class.
	Words []string `yaml:"-" json:"words,omitempty" doc:"what gives it away in what people say"`
}

// Facet finds one of the sides of a class.
func (c Category) Facet(id string) (Facet, bool) {
	i := slices.IndexFunc(c.Facets, func(f Facet) bool { return f.ID == id })
	if i < 0 {
		return Facet{}, false
	}
	return c.Facets[i], true
}

type categoryNode struct {
	Category  `yaml:",inline"`
	Complaint string         `yaml:"complaint"`
	Synonyms  []string       `yaml:"synonyms"`
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
	for i := range f.Categories {
		sides := f.Categories[i].Facets
		for j := range sides {
			sides[j].Words = facetWords[sides[j].ID]
		}
	}
	return f
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

// Called names a class in the parameters of an error, in both languages: a name
// is the company's and not a word of the program's.
func (c Category) Called() map[string]any {
	name := c.Zh
	if c.En != c.Zh {
		name += " / " + c.En
	}
	return map[string]any{"name": name}
}
