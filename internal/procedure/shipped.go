package procedure

import (
	"bytes"
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed procedures.yaml
var proceduresFile []byte

//go:embed more.yaml
var moreFile []byte

type stepNode struct {
	Step     int64  `yaml:"step"`
	Zh       string `yaml:"zh"`
	En       string `yaml:"en"`
	Who      string `yaml:"who"`
	Do       string `yaml:"do"`
	Evidence string `yaml:"evidence"`
	Limit    string `yaml:"limit"`
	From     string `yaml:"from"`
	GradeA   string `yaml:"grade_a"`
	Within   string `yaml:"complete_within"`
	Calendar string `yaml:"calendar"`
	Note     string `yaml:"note"`
	Skip     string `yaml:"skip"`
	FourEyes bool   `yaml:"four_eyes"`
}

type node struct {
	ID         string     `yaml:"id"`
	Zh         string     `yaml:"zh"`
	En         string     `yaml:"en"`
	Applies    Applies    `yaml:"applies_to"`
	Criteria   string     `yaml:"criteria"`
	Reporting  string     `yaml:"reporting"`
	Principles []string   `yaml:"principles"`
	Never      []string   `yaml:"never"`
	StopsOn    []string   `yaml:"stops_on"`
	Extends    string     `yaml:"extends"`
	Steps      []stepNode `yaml:"steps"`
}

// procedureFile is the whole of procedures.yaml: a word it does not know is a mistake.
type procedureFile struct {
	Version    int    `yaml:"version"`
	Language   string `yaml:"language"`
	Procedures []node `yaml:"procedures"`
}

type kitList struct {
	Category string   `yaml:"category"`
	Items    []string `yaml:"items"`
}

type moreList struct {
	Version    int                         `yaml:"version"`
	Roles      map[string][]string         `yaml:"roles"`
	On         map[string]map[int64]string `yaml:"on"`
	Kit        map[string]int64            `yaml:"kit"`
	Forms      map[string]map[int64]string `yaml:"forms"`
	En         map[string]map[int64]string `yaml:"en"`
	Procedures []node                      `yaml:"procedures"`
	Kits       []kitList                   `yaml:"kits"`
}

func strict(raw []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	return d.Decode(into)
}

var more = sync.OnceValue(func() (m moreList) {
	if err := strict(moreFile, &m); err != nil {
		panic(err) // part of the program and under test
	}
	return m
})

// ShippedDoc is a procedure as it is shipped.
type ShippedDoc struct {
	Code string
	Doc  Doc
}

// Shipped are the procedures that a company begins with.
var Shipped = sync.OnceValue(func() (out []ShippedDoc) {
	var f procedureFile
	if err := strict(proceduresFile, &f); err != nil {
		panic(err) // part of the program and under test
	}
	for _, n := range slices.Concat(f.Procedures, more().Procedures) {
		out = append(out, ShippedDoc{n.ID, n.doc()})
	}
	return out
})

func (n node) doc() Doc {
	d := Doc{
		Zh: n.Zh, En: n.En, Criteria: n.Criteria, Reporting: n.Reporting, Applies: n.Applies,
		Principles: append([]string{}, n.Principles...), Never: append([]string{}, n.Never...), StopsOn: append([]string{}, n.StopsOn...),
	}
	d.Applies.Extends = n.Extends
	for _, s := range n.Steps {
		form, line, _ := strings.Cut(more().Forms[n.ID][s.Step], ".")
		d.Steps = append(d.Steps, Step{
			N: s.Step, Title: s.Zh, TitleEn: cmp.Or(s.En, more().En[n.ID][s.Step]), Who: s.Who, Do: s.Do, Evidence: s.Evidence, Limit: s.Limit, From: s.From, GradeA: s.GradeA, Within: s.Within,
			Workdays: s.Calendar == "workdays", Note: s.Note, Skip: s.Skip, FourEyes: s.FourEyes, On: more().On[n.ID][s.Step], Kit: more().Kit[n.ID] == s.Step, Form: form, Line: line,
		})
	}
	return d
}

// inEnglish gives steps of d their English names where they are called as they
// were shipped and nobody has named them; it tells whether there were any.
func (d *Doc) inEnglish(shipped Doc) (found bool) {
	for i, s := range d.Steps {
		at := slices.IndexFunc(shipped.Steps, func(x Step) bool { return x.Title == s.Title })
		if s.TitleEn == "" && at >= 0 && shipped.Steps[at].TitleEn != "" {
			d.Steps[i].TitleEn, found = shipped.Steps[at].TitleEn, true
		}
	}
	return found
}

// Who lists the words that say whose step it is, with the product's roles that each means.
func Who() map[string][]string { return more().Roles }

// KitFor is what is taken along for a category: the most particular list (TIC-07c).
func KitFor(category string) []string {
	for at := category; ; {
		for _, k := range more().Kits {
			if k.Category == at {
				return append([]string{}, k.Items...)
			}
		}
		if at == "" {
			return []string{}
		}
		dot := strings.LastIndexByte(at, '.')
		at = at[:max(dot, 0)]
	}
}
