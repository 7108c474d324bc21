package staffing

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"

	"guanjia/internal/platform/errs"
)

//go:embed competency.yaml
var profileFile []byte

// Trait is an item of the profile.
type Trait struct {
	ID string `yaml:"id" json:"id"`
	Zh string `yaml:"zh" json:"zh"`
	En string `yaml:"en" json:"en"`
}

// Group is one of the four groups of the profile (APP-08a).
type Group struct {
	Trait `yaml:",inline"`
	Items []Trait `yaml:"items" json:"items"`
}

// Profile is the competency profile that is shipped.
var Profile = sync.OnceValue(func() []Group {
	var all []Group
	d := yaml.NewDecoder(bytes.NewReader(profileFile))
	d.KnownFields(true)
	if err := d.Decode(&all); err != nil {
		panic("staffing: competency.yaml: " + err.Error()) // it is part of the program
	}
	return all
})

// checked is the plan in its one form, or every field that is wrong.
func (p PlanDraft) checked() (PlanDraft, error) {
	var wrong errs.Fields
	wrong.Words("title", &p.Title, 40, true)
	wrong.Words("reason", &p.Reason, 500, true)
	if p.From.IsZero() {
		wrong.Add("from", "required", nil)
	}
	if p.To.IsZero() {
		wrong.Add("to", "required", nil)
	} else if p.To.Before(p.From) {
		wrong.Add("to", "staffing.ends_before", nil)
	}
	p.Lines = slices.Clone(p.Lines)
	for i := range p.Lines {
		l := &p.Lines[i]
		at := fmt.Sprintf("lines[%d].", i)
		wrong.Words(at+"position", &l.Position, 30, true)
		wrong.Words(at+"qualities", &l.Qualities, 250, true)
		wrong.Words(at+"reason", &l.Reason, 250, false)
	}
	return p, wrong.Err()
}

// checked is the interview sheet in its one form, or every field that is wrong.
func (c CandidateDraft) checked(p Plan) (CandidateDraft, error) {
	var wrong errs.Fields
	wrong.Words("name", &c.Name, 50, true)
	wrong.Words("words", &c.Words, 1000, c.State == Declined)
	if c.Line < 0 || c.Line >= int64(len(p.Lines)) {
		wrong.Add("line", "staffing.line_unknown", nil)
	}
	for item, mark := range c.Ratings {
		known := slices.ContainsFunc(Profile(), func(g Group) bool {
			return slices.ContainsFunc(g.Items, func(t Trait) bool { return t.ID == item })
		})
		if !known || mark < 1 || mark > 5 {
			wrong.Add("ratings."+item, "wrong_form", nil)
		}
	}
	if c.State == Chosen && len(c.Ratings) == 0 {
		wrong.Add("ratings", "staffing.not_rated", nil)
	}
	return c, wrong.Err()
}

// means are the mean marks of each group of the profile, in tenths, half up.
func (r Ratings) means() (out []GroupMean) {
	for _, g := range Profile() {
		m := GroupMean{Group: g.ID, Of: int64(len(g.Items))}
		sum := int64(0)
		for _, t := range g.Items {
			if mark, ok := r[t.ID]; ok {
				sum, m.Rated = sum+int64(mark), m.Rated+1
			}
		}
		if m.Rated > 0 {
			m.Tenths = (sum*20 + m.Rated) / (2 * m.Rated)
		}
		out = append(out, m)
	}
	return out
}
