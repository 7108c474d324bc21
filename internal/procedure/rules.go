package procedure

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// undoFreely is how long somebody may take back their own tick.
const undoFreely = 10 * time.Minute

// within reports whether category is at or below an upper one.
func within(category, upper string) bool {
	return category == upper || strings.HasPrefix(category, upper+".")
}

// holds reports whether every condition that is set is true of f. What belongs
// to a conversation or another work is no ticket's.
func (a Applies) holds(f Facts) bool {
	if a == (Applies{Extends: a.Extends}) {
		return false // attached by hand only
	}
	return (a.Kind == "" || a.Kind == f.Kind) && (a.Category == "" || within(f.Category, a.Category)) &&
		(a.Grade == "" || f.Grade != "" && strings.Contains(a.Grade, f.Grade)) && (a.Channel == "" || f.Task == "contact" && a.Channel == f.Channel) &&
		(a.Task == "" || a.Task == f.Task) && (!a.OnSite || f.OnSite) && (!a.Visit || f.Visit)
}

// complaint keeps its ten steps whatever it is about.
const complaint = "complaint"

// attached are the procedures that apply to f. One for the category stands in
// the place of the one for the kind, except for complaints; one that extends
// another comes on top of it.
func attached(all []Procedure, f Facts) (out []Procedure) {
	particular := false
	for _, p := range all {
		if p.Current == 0 || !p.Applies.holds(f) {
			continue
		}
		if base := p.Applies.Extends; base != "" && !slices.ContainsFunc(all, func(b Procedure) bool { return b.Code == base && b.Current != 0 && b.Applies.holds(f) }) {
			continue
		}
		particular = particular || p.Applies.Category != "" && p.Applies.Extends == ""
		out = append(out, p)
	}
	return slices.DeleteFunc(out, func(p Procedure) bool {
		return particular && f.Kind != complaint && p.Applies.Kind != "" && p.Applies.Category == ""
	})
}

// applies reports whether a step is for this subject at all.
func (s Step) applies(f Facts) bool {
	return s.Grades == "" || strings.Contains(s.Grades, f.Grade)
}

// person is who wants to do something with a run, and what they are in its community.
type person struct {
	ID    authz.AccountID
	Roles []string
	Leads bool
}

func (p person) isAny(word string) bool {
	return slices.ContainsFunc(Who()[word], func(r string) bool { return slices.Contains(p.Roles, r) })
}

// mayTick reports whether p may say that s is done. Who leads may always; else
// the step's own roles, who took the matter, and who works on it.
func (s Step) mayTick(p person, f Facts, before *Tick) error {
	if s.FourEyes && before != nil && before.By == p.ID {
		return ErrFourEyes
	}
	if s.Who == "followup" && f.Assignee == p.ID { // never who did the work (FUP-01)
		return ErrNotYours
	}
	if s.On != "" && !p.Leads { // pressed once, where it happens
		return ErrSeen
	}
	if s.Form != "" && s.Required && !p.Leads { // what must be there is no matter of words
		return ErrBySlip
	}
	mine := p.Leads || p.isAny(s.Who)
	switch s.Who {
	case "agent", "owner", "system":
		mine = mine || f.Owner == p.ID
	case "technician", "dept_head", "cleaning_leader", "security_leader", "maintenance_leader":
		mine = mine || f.Assignee == p.ID
	}
	if !mine {
		return ErrNotYours
	}
	return nil
}

// maySkip reports whether p may leave s out: only whom the step names.
func (s Step) maySkip(p person, f Facts) error {
	works := s.Skip == "technician" && f.Assignee == p.ID || s.Skip == "agent" && f.Owner == p.ID
	if s.Skip == "" || !works && !p.isAny(s.Skip) {
		return ErrNoSkip
	}
	return nil
}

// mayUndo: one's own tick for ten minutes; a leader's reason later. What the
// system saw has happened.
func (t Tick) mayUndo(p person, reason string, now clock.Instant) error {
	switch {
	case t.Slip != 0:
		return ErrBySlip
	case t.By == 0:
		return ErrSeen
	case t.By == p.ID && now.Sub(t.At) <= undoFreely:
		return nil
	case p.Leads && reason != "":
		return nil
	case p.Leads:
		return errs.ErrFields.At(errs.Field{Name: "reason", Code: "missing"})
	}
	return ErrTooLate
}

// filled checks what was given with a tick against what the step asks for.
func (s Step) filled(words string, kit []string, photo PhotoID, f Facts) error {
	var wrong errs.Fields
	if n := utf8.RuneCountInString(words); n > 2000 {
		wrong.Add("words", "too_long", map[string]any{"max": 2000})
	}
	if s.Evidence != "" && s.Form == "" && !s.Kit && words == "" && photo == 0 {
		wrong.Add("words", "missing", nil)
	}
	if s.Form != "" && words == "" { // why it is done without the form
		wrong.Add("words", "procedure.no_form", nil)
	}
	if photo != 0 && !slices.Contains(f.Photos, photo) {
		wrong.Add("photo", "not_found", nil)
	}
	if s.Kit {
		list := KitFor(f.Category)
		left := 0
		for _, item := range list {
			if !slices.Contains(kit, item) {
				left++
			}
		}
		if left > 0 && words == "" { // what is left behind needs a word why
			wrong.Add("words", "procedure.kit_left", map[string]any{"n": left})
		}
		if slices.ContainsFunc(kit, func(k string) bool { return !slices.Contains(list, k) }) {
			wrong.Add("kit", "not_found", nil)
		}
	}
	return wrong.Err()
}

// tidy trims a draft, numbers its steps in their order and names what is wrong with it.
func (d *Doc) tidy(forms []Form) error {
	var f errs.Fields
	text := func(field string, s *string, most int, needed bool) {
		*s = strings.TrimSpace(*s)
		if needed && *s == "" {
			f.Add(field, "missing", nil)
		} else if utf8.RuneCountInString(*s) > most {
			f.Add(field, "too_long", map[string]any{"max": most})
		}
	}
	text("zh", &d.Zh, 50, true)
	text("en", &d.En, 100, true)
	text("criteria", &d.Criteria, 500, true)
	text("reporting", &d.Reporting, 500, true)
	for _, list := range []*[]string{&d.Principles, &d.Never, &d.StopsOn} {
		*list = slices.DeleteFunc(append([]string{}, *list...), func(s string) bool { return strings.TrimSpace(s) == "" })
	}
	if strings.Trim(d.Applies.Grade, "ABC") != "" {
		f.Add("applies.grade", "procedure.grades", nil)
	}
	if len(d.Steps) == 0 {
		f.Add("steps", "procedure.no_steps", nil)
	}
	for i := range d.Steps {
		s := &d.Steps[i]
		s.N = int64(i + 1)
		at := func(field string) string { return "steps[" + strconv.Itoa(i) + "]." + field }
		text(at("title"), &s.Title, 60, true)
		text(at("titleEn"), &s.TitleEn, 100, false)
		text(at("do"), &s.Do, 500, false)
		text(at("evidence"), &s.Evidence, 200, false)
		text(at("note"), &s.Note, 200, false)
		s.check(&f, at)
		s.checkForm(&f, at, forms)
	}
	d.Quiz = d.Quiz.tidy(text, &f)
	return f.Err()
}

// check names what is wrong with the words of a step.
func (s Step) check(f *errs.Fields, at func(string) string) {
	if _, ok := Who()[s.Who]; !ok {
		f.Add(at("who"), "procedure.who", nil)
	}
	if _, ok := Who()[s.Skip]; !ok && s.Skip != "" {
		f.Add(at("skip"), "procedure.who", nil)
	}
	if _, err := parseLimit(s); err != nil {
		f.Add(at("limit"), ErrLimit.Code, nil)
	}
	if s.From != "" && anchors[s.From] == "" {
		f.Add(at("from"), "procedure.from", nil)
	}
	for field, text := range map[string]string{"gradeA": s.GradeA, "within": s.Within} {
		if _, err := parseLength(text); text != "" && err != nil {
			f.Add(at(field), ErrLimit.Code, nil)
		}
	}
	if strings.Trim(s.Grades, "ABC") != "" {
		f.Add(at("grades"), "procedure.grades", nil)
	}
	if s.On != "" && !slices.Contains(marks, s.On) {
		f.Add(at("on"), "not_found", nil)
	}
	if s.Required && s.afterEnd() {
		f.Add(at("required"), "procedure.required_after", nil)
	}
}

// afterEnd reports whether a step is done when the work has ended already.
func (s Step) afterEnd() bool {
	return s.On != "" && slices.Index(marks, s.On) >= slices.Index(marks, "resolved") || s.Who == "followup" || s.From != "" && anchors[s.From] == "resolved"
}

// concerned are the product's roles that work with a procedure.
func (d Doc) concerned() (roles []string) {
	for _, s := range d.Steps {
		roles = append(roles, Who()[s.Who]...)
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}
