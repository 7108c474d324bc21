package procedure

import "strings"

// differences are the lines that are not the same in two versions: as it was, as it is.
func differences(a, b Doc, forms []Form) (out [][2]string) {
	add := func(was, is string) {
		if was != is {
			out = append(out, [2]string{was, is})
		}
	}
	add(a.Criteria, b.Criteria)
	add(a.Reporting, b.Reporting)
	for i := range max(len(a.Steps), len(b.Steps)) {
		var was, is string
		if i < len(a.Steps) {
			was = a.Steps[i].line(forms)
		}
		if i < len(b.Steps) {
			is = b.Steps[i].line(forms)
		}
		add(was, is)
	}
	was, is := a.Quiz.lines(), b.Quiz.lines()
	for i := range max(len(was), len(is)) {
		add(lineAt(was, i), lineAt(is, i))
	}
	return out
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// line is a step in one line.
func (s Step) line(forms []Form) string {
	parts := []string{s.Title, s.Do, s.Evidence, s.Limit, s.From, s.GradeA, s.Within, s.Note, s.Skip, s.Grades, s.On, s.formName(forms)}
	if s.Required {
		parts = append(parts, "必做")
	}
	if s.FourEyes {
		parts = append(parts, "双人")
	}
	kept := []string{}
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " · ")
}
