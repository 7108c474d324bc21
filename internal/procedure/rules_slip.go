package procedure

import (
	"slices"

	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// SlipID identifies a form that was kept on a subject, in its latest revision.
type SlipID = id.Of[Slip]

// Slip is a form that is kept on a subject and stands.
type Slip struct {
	ID     SlipID
	Form   string
	Number string // of a form that has numbers of its own
	// Since is when each of its lines was filled in, and by whom; "" is the form itself.
	Since map[string]Mark
}

// Form is one that a step may ask for; the domain that keeps forms plugs them in.
type Form struct {
	ID    string     `json:"id"`
	Zh    string     `json:"zh"`
	En    string     `json:"en"`
	Lines []FormLine `json:"lines"`
}

// FormLine is a line of a form that a step may ask for.
type FormLine struct {
	ID string `json:"id"`
	Zh string `json:"zh"`
	En string `json:"en"`
}

// kept finds the slip that ticks s: the one that had first what the step asks for.
func (s Step) kept(slips []Slip) (by Slip, since Mark, found bool) {
	for _, k := range slips {
		m, has := k.Since[s.Line]
		if k.Form == s.Form && has && (!found || m.At < since.At || m.At == since.At && k.ID < by.ID) {
			by, since, found = k, m, true
		}
	}
	return by, since, found
}

// checkForm names what is wrong with the form that a step asks for.
func (s Step) checkForm(f *errs.Fields, at func(string) string, forms []Form) {
	if s.Form == "" {
		if s.Line != "" {
			f.Add(at("line"), "procedure.line", nil)
		}
		return
	}
	if s.On != "" {
		f.Add(at("form"), "procedure.form_on", nil)
		return
	}
	i := slices.IndexFunc(forms, func(k Form) bool { return k.ID == s.Form })
	if i < 0 {
		f.Add(at("form"), "procedure.form", nil)
	} else if s.Line != "" && !slices.ContainsFunc(forms[i].Lines, func(l FormLine) bool { return l.ID == s.Line }) {
		f.Add(at("line"), "procedure.line", nil)
	}
}

// formName is the form that a step asks for, and its line, in words.
func (s Step) formName(forms []Form) string {
	for _, k := range forms {
		if k.ID != s.Form {
			continue
		}
		for _, l := range k.Lines {
			if l.ID == s.Line {
				return k.Zh + "（" + l.Zh + "）"
			}
		}
		return k.Zh
	}
	return s.Form
}
