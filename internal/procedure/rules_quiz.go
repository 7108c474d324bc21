package procedure

import (
	"slices"
	"strconv"

	"guanjia/internal/platform/errs"
)

// Quiz is what somebody is asked about a version before they confirm it (PRO-01b).
type Quiz struct {
	Pass      int64      `json:"pass" minimum:"1" maximum:"100" doc:"per cent of the questions that must be right"`
	Questions []Question `json:"questions" maxItems:"20"`
}

// Question has one right answer or several.
type Question struct {
	Text    string   `json:"text" maxLength:"300"`
	Options []Option `json:"options" maxItems:"8"`
	Several bool     `json:"several,omitempty" doc:"several answers are right, all of which are to be chosen"`
	Why     string   `json:"why,omitempty" maxLength:"500" doc:"told to who answered wrong"`
}

// Option is an answer to choose.
type Option struct {
	Text  string `json:"text" maxLength:"200"`
	Right bool   `json:"right,omitempty" doc:"only for who writes or decides"`
}

// Marked is what came of a question.
type Marked struct {
	Right  bool    `json:"right"`
	Why    string  `json:"why,omitempty" doc:"of a wrong answer"`
	Answer []int64 `json:"answer" doc:"the right options, from 0; only when the quiz is passed"`
}

// right are the places of the right options.
func (q Question) right() []int64 {
	out := []int64{}
	for i, o := range q.Options {
		if o.Right {
			out = append(out, int64(i))
		}
	}
	return out
}

// tidy trims a quiz and names what is wrong with it; one without questions is none.
func (q *Quiz) tidy(text func(field string, s *string, most int, needed bool), f *errs.Fields) *Quiz {
	if q == nil || len(q.Questions) == 0 {
		return nil
	}
	if q.Pass < 1 || q.Pass > 100 {
		f.Add("quiz.pass", "procedure.quiz_pass", nil)
	}
	for i := range q.Questions {
		x := &q.Questions[i]
		at := "quiz.questions[" + strconv.Itoa(i) + "]."
		text(at+"text", &x.Text, 300, true)
		text(at+"why", &x.Why, 500, true)
		for n := range x.Options {
			text(at+"options["+strconv.Itoa(n)+"].text", &x.Options[n].Text, 200, true)
		}
		right := len(x.right())
		switch x.Several = right > 1; {
		case len(x.Options) < 2:
			f.Add(at+"options", "procedure.quiz_options", nil)
		case right == 0:
			f.Add(at+"options", "procedure.quiz_right", nil)
		}
	}
	return q
}

// asked is a version as those see it who take its quiz: without the answers.
func (v Version) asked() Version {
	if v.Doc.Quiz == nil {
		return v
	}
	q := *v.Doc.Quiz
	q.Questions = slices.Clone(q.Questions)
	for i := range q.Questions {
		x := &q.Questions[i]
		x.Why, x.Options = "", slices.Clone(x.Options)
		for n := range x.Options {
			x.Options[n].Right = false
		}
	}
	v.Doc.Quiz = &q
	return v
}

// mark holds answers against a quiz. A question with several right answers is
// right when all of them are chosen and no other.
func (q Quiz) mark(answers [][]int64) (all []Marked, right int64, err error) {
	var f errs.Fields
	if len(answers) > len(q.Questions) {
		f.Add("answers", "procedure.quiz_answers", nil)
	}
	for i, x := range q.Questions {
		var given []int64
		if i < len(answers) {
			given = slices.Clone(answers[i])
			slices.Sort(given)
			given = slices.Compact(given)
		}
		field := "answers[" + strconv.Itoa(i) + "]"
		switch {
		case len(given) == 0:
			f.Add(field, "missing", nil)
		case !x.Several && len(given) > 1, given[0] < 0, given[len(given)-1] >= int64(len(x.Options)):
			f.Add(field, "procedure.quiz_answers", nil)
		}
		m := Marked{Right: slices.Equal(given, x.right()), Answer: []int64{}}
		if m.Right {
			right++
		} else {
			m.Why = x.Why
		}
		all = append(all, m)
	}
	return all, right, f.Err()
}

// passes reports whether so many right answers are enough.
func (q Quiz) passes(right int64) bool { return right*100 >= q.Pass*int64(len(q.Questions)) }

// lines are a quiz as who decides reads it.
func (q *Quiz) lines() (out []string) {
	if q == nil {
		return nil
	}
	for _, x := range q.Questions {
		line := x.Text
		for _, o := range x.Options {
			mark := " ○ "
			if o.Right {
				mark = " ● "
			}
			line += mark + o.Text
		}
		out = append(out, line+" · "+x.Why)
	}
	return append(out, strconv.FormatInt(q.Pass, 10)+"%")
}
