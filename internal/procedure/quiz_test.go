package procedure_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/procedure"
)

// quizzed publishes a new version of "repair" whose quiz has a question with one right answer and one with two.
func (s shop) quizzed(t *testing.T, d *db.DB) procedure.Version {
	t.Helper()
	ctx := t.Context()
	v, err := s.Copy(ctx, s.writer, s.find(t, "repair").ID)
	if err != nil {
		t.Fatal(err)
	}
	doc := v.Doc
	doc.Quiz = &procedure.Quiz{Pass: 100, Questions: []procedure.Question{
		{Text: "到场前先做什么？", Options: []procedure.Option{{Text: "电话确认", Right: true}, {Text: "直接上门"}}, Why: "先电话确认时间和故障"},
		{Text: "哪些要留下证据？", Options: []procedure.Option{{Text: "维修前照片", Right: true}, {Text: "维修后照片", Right: true}, {Text: "客户合影"}}, Why: "前后各一张照片"},
	}}
	if v, err = s.Save(ctx, s.writer, v.ID, latest, doc, ""); err != nil {
		t.Fatal(err)
	}
	if !v.Doc.Quiz.Questions[1].Several || v.Doc.Quiz.Questions[0].Several {
		t.Error("only the second question has several right answers")
	}
	if v, err = s.Publish(ctx, s.writer, v.ID, latest, "加了测验"); err != nil {
		t.Fatal(err)
	}
	q := dbtest.One[int64](t, d, `SELECT id FROM approval WHERE kind = 'procedure.publish'`)
	if _, err := s.approvals.Decide(ctx, s.sun, approval.ID(q), latest, approval.Decision{Approve: true}); err != nil {
		t.Fatal(err)
	}
	return v
}

// PRO-01b: a version with a quiz is confirmed by who passed it, and until then worked with by nobody else.
func TestAQuizIsPassedBeforeANewVersionIsConfirmed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := open(t, d, c)
		ctx := t.Context()
		v := s.quizzed(t, d)
		s.begin(t)
		run := s.list(t, s.chen)["repair"]
		todo, err := s.ToRead(ctx, s.chen)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(todo, func(x procedure.Version) bool { return x.ID == v.ID })
		f, err := s.Get(ctx, s.chen, v.Procedure)
		if err != nil || i < 0 {
			t.Fatal(i, err)
		}
		for where, shown := range map[string]procedure.Version{"the list": todo[i], "the page": f.Versions[0]} {
			for _, q := range shown.Doc.Quiz.Questions {
				if q.Why != "" || slices.ContainsFunc(q.Options, func(o procedure.Option) bool { return o.Right }) {
					t.Errorf("%s tells the answers to who takes the quiz: %+v", where, q)
				}
			}
		}
		if _, err := s.Confirm(ctx, s.chen, v.ID); !errors.Is(err, procedure.ErrQuiz) {
			t.Errorf("confirmed without the quiz: %v", err)
		}
		r, err := s.Take(ctx, s.chen, v.ID, [][]int64{{0}, {0}})
		if err != nil || r.Passed || r.Right != 1 || !r.Marks[0].Right || r.Marks[1].Right || r.Marks[1].Why != "前后各一张照片" || len(r.Marks[1].Answer) != 0 {
			t.Errorf("half of what is right is wrong and explained: %+v, %v", r, err)
		}
		if _, err := s.Confirm(ctx, s.chen, v.ID); !errors.Is(err, procedure.ErrQuiz) {
			t.Errorf("confirmed after a failed attempt: %v", err)
		}
		if _, err := s.Tick(ctx, s.chen, run.ID, procedure.Given{Steps: []int64{6}, Words: "角阀老化"}); !errors.Is(err, procedure.ErrUnread) {
			t.Errorf("worked with it before: %v", err)
		}
		if r, err = s.Take(ctx, s.chen, v.ID, [][]int64{{0}, {1, 0}}); err != nil || !r.Passed || r.Right != 2 || !slices.Equal(r.Marks[1].Answer, []int64{0, 1}) {
			t.Errorf("all right: %+v, %v", r, err)
		}
		s.confirm(t, s.chen, v.ID)
		if _, err := s.Tick(ctx, s.chen, run.ID, procedure.Given{Steps: []int64{6}, Words: "角阀老化"}); err != nil {
			t.Errorf("after it was confirmed: %v", err)
		}
		if _, err := s.Confirm(ctx, s.zhou, v.ID); !errors.Is(err, procedure.ErrQuiz) {
			t.Errorf("a colleague's attempt counted: %v", err)
		}
		kept, err := s.Attempts(ctx, s.sun, place, v.ID)
		if err != nil || len(kept) != 2 || kept[0].Name != "technician" || !kept[0].Passed || kept[1].Passed {
			t.Errorf("the attempts kept: %+v, %v", kept, err)
		}
	})
}

func TestAQuizNamesWhatIsWrongWithAnAnswerOrAQuestion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := open(t, d, c)
		ctx := t.Context()
		v := s.quizzed(t, d)
		for field, answers := range map[string][][]int64{"answers[1]": {{0}}, "answers[0]": {{0, 1}, {0, 1}}, "answers": {{0}, {0}, {1}}} {
			if _, err := s.Take(ctx, s.chen, v.ID, answers); !named(err, field) {
				t.Errorf("%v: %v", answers, err)
			}
		}
		if _, err := s.Take(ctx, s.chen, v.ID, [][]int64{{0}, {7}}); !named(err, "answers[1]") {
			t.Errorf("an option that is none: %v", err)
		}
		old, err := s.Get(ctx, s.writer, s.find(t, "conduct").ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Take(ctx, s.chen, old.Current, nil); !errors.Is(err, procedure.ErrNoQuiz) {
			t.Errorf("a version without quiz: %v", err)
		}
		draft, err := s.Copy(ctx, s.writer, old.ID)
		if err != nil {
			t.Fatal(err)
		}
		doc := draft.Doc
		doc.Quiz = &procedure.Quiz{Pass: 0, Questions: []procedure.Question{{Text: " ", Options: []procedure.Option{{Text: "甲"}, {Text: "乙"}}}, {Text: "问", Options: []procedure.Option{{Text: "甲", Right: true}}, Why: "因"}}}
		_, err = s.Save(ctx, s.writer, draft.ID, latest, doc, "")
		for _, field := range []string{"quiz.pass", "quiz.questions[0].text", "quiz.questions[0].why", "quiz.questions[0].options", "quiz.questions[1].options"} {
			if !named(err, field) {
				t.Errorf("%s is not named: %v", field, err)
			}
		}
	})
}

func named(err error, field string) bool {
	var e *errs.Error
	return errors.As(err, &e) && slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Name == field })
}

// PRO-01b: who has not confirmed is listed, reminded by the program in the morning and by a leader once a day.
func TestWhoHasNotConfirmedIsReminded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := open(t, d, c)
		ctx := t.Context()
		v := s.quizzed(t, d)
		told := func() int {
			return dbtest.One[int](t, d, `SELECT COUNT(*) FROM procedure_reminder WHERE version_id = $1`, int64(v.ID))
		}
		morning := func() {
			now := c.Instant().Time().In(time.FixedZone("", 8*3600))
			at := time.Date(now.Year(), now.Month(), now.Day()+1, 9, 15, 0, 0, now.Location())
			c.Set(at)
			for range 2 { // it comes by twice in the hour
				if err := s.RemindAll(ctx); err != nil {
					t.Fatal(err)
				}
			}
		}
		morning()
		if told() != 4 {
			t.Errorf("in the morning %d of 4 were reminded", told())
		}
		if dbtest.One[int](t, d, `SELECT COUNT(*) FROM procedure_reminder`) != 4 {
			t.Error("of what came with the program nobody is reminded by itself")
		}
		if _, err := s.Remind(ctx, s.sun, place, v.ID); !errors.Is(err, procedure.ErrReminded) {
			t.Errorf("the same day again: %v", err)
		}
		if _, err := s.Take(ctx, s.chen, v.ID, [][]int64{{0}, {0, 1}}); err != nil {
			t.Fatal(err)
		}
		s.confirm(t, s.chen, v.ID)
		morning()
		if told() != 4 {
			t.Error("they are reminded again after three days, not every day")
		}
		if asked, err := s.Remind(ctx, s.sun, place, v.ID); err != nil || asked.People != 3 {
			t.Errorf("the next day a leader reminds those who are left: %+v, %v", asked, err)
		}
		other := dbtest.Actor(9, []authz.CommunityID{2}, procedure.ActLead)
		if _, err := s.Remind(ctx, other, place, v.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a leader of another community: %v", err)
		}
		all, err := s.Readers(ctx, s.sun, place)
		i := slices.IndexFunc(all, func(b procedure.Behind) bool { return b.Edition == v.ID })
		if err != nil || i < 0 || !all[i].Quiz || len(all[i].Missing) != 3 || all[i].Missing[0].RemindedAt == nil {
			t.Errorf("%+v, %v", all, err)
		}
	})
}
