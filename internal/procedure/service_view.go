package procedure

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// RunView is a run as people work on it: the checklist of its subject.
type RunView struct {
	Run
	Zh        string     `json:"zh"`
	En        string     `json:"en"`
	Number    int64      `json:"number" doc:"of the version it began with"`
	Newer     int64      `json:"newer,omitempty" doc:"a newer version is published; this run keeps its own"`
	Reporting string     `json:"reporting"`
	Unread    bool       `json:"unread" doc:"the caller must confirm this version before they tick (PRO-01b)"`
	Quiz      *Quiz      `json:"quiz,omitempty" doc:"to pass before confirming it, where it is unread"`
	Words     string     `json:"words,omitempty" doc:"what this version changed"`
	Done      int        `json:"done" doc:"steps that are done or left out"`
	Steps     []StepView `json:"steps"`
}

// StepView is a step with how it stands.
type StepView struct {
	Step
	State   string         `json:"state" enum:"open,done,skipped"`
	Due     *clock.Instant `json:"due,omitempty"`
	Late    bool           `json:"late" doc:"the limit has gone, or had gone when it was done"`
	Tick    *Tick          `json:"tick,omitempty"`
	KitList []string       `json:"kitList" doc:"what to take along, where the step asks for it"`
	MayTick bool           `json:"mayTick"`
	MaySkip bool           `json:"maySkip"`
	MayUndo bool           `json:"mayUndo"`
	AskWhy  bool           `json:"undoNeedsReason"`
}

// Runs are the checklists of a subject.
type Runs struct {
	Items []RunView `json:"items"`
}

// Checklist is what runs on a subject.
func (s *Service) Checklist(ctx context.Context, who authz.Actor, place string, id SubjectID) (out Runs, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = s.checklist(ctx, tx, place, id)
		return err
	})
	return out, err
}

func (s *Service) checklist(ctx context.Context, tx *db.Tx, place string, id SubjectID) (out Runs, err error) {
	f, err := s.facts(ctx, tx, place, id)
	if err != nil {
		return out, err
	}
	out.Items = []RunView{}
	runs, err := runsOf(ctx, tx, place, id)
	if err != nil || len(runs) == 0 {
		return out, err
	}
	docs, err := editionsOf(ctx, tx, place, id)
	if err != nil {
		return out, err
	}
	ticks, err := ticksOf(ctx, tx, place, id)
	if err != nil {
		return out, err
	}
	me, err := personOf(ctx, tx, f.Community)
	if err != nil {
		return out, err
	}
	for _, r := range runs {
		v := docs[r.Edition]
		p, err := get(ctx, tx, r.Procedure)
		if err != nil {
			return out, err
		}
		view := RunView{Run: r, Zh: v.Doc.Zh, En: v.Doc.En, Number: v.Number, Reporting: v.Doc.Reporting, Words: v.Words, Steps: []StepView{}}
		if p.Number > v.Number {
			view.Newer = p.Number
		}
		may, err := mayWork(ctx, tx, me, v)
		if err != nil {
			return out, err
		}
		if view.Unread = !may; view.Unread {
			view.Quiz = v.asked().Doc.Quiz
		}
		g := settling{r, v.Doc, f, ticks[r.ID], me}
		for _, x := range v.Doc.Steps {
			if !x.applies(f) {
				continue
			}
			sv := g.view(x, tx)
			if sv.State != Open {
				view.Done++
			}
			view.Steps = append(view.Steps, sv)
		}
		out.Items = append(out.Items, view)
	}
	return out, nil
}

func (g settling) view(x Step, tx *db.Tx) StepView {
	v := StepView{Step: x, State: Open, KitList: []string{}}
	if x.Kit {
		v.KitList = KitFor(g.facts.Category)
	}
	works := tx.Who.Scope(ActTick).Sees(g.facts.Community) && !g.facts.Ended
	if k, ok := g.ticks[x.N]; ok {
		v.State, v.Tick, v.Due = k.State, &k, k.DueAt
		v.Late = k.State == Done && k.DueAt != nil && k.At > *k.DueAt
		v.MayUndo = works && k.mayUndo(g.me, "?", tx.Now) == nil
		v.AskWhy = v.MayUndo && k.mayUndo(g.me, "", tx.Now) != nil
		return v
	}
	v.Due = dueOf(g.doc, x.N, g.run, g.ticks, g.facts)
	v.Late = v.Due != nil && tx.Now > *v.Due
	v.MayTick = works && x.mayTick(g.me, g.facts, g.before(x.N)) == nil
	v.MaySkip = works && x.maySkip(g.me, g.facts) == nil
	return v
}
