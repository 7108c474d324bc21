package procedure

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

func (s *Service) subject(place string) (Subject, error) {
	i := slices.IndexFunc(s.Subjects, func(x Subject) bool { return x.Place == place })
	if i < 0 {
		return Subject{}, db.ErrNotFound
	}
	return s.Subjects[i], nil
}

// facts reads what rules need, for who may see the subject itself.
func (s *Service) facts(ctx context.Context, tx *db.Tx, place string, id SubjectID) (Facts, error) {
	x, err := s.subject(place)
	if err != nil {
		return Facts{}, err
	}
	f, err := x.Facts(ctx, tx, id)
	if err == nil && tx.Who.Job == "" && !tx.Who.Scope(x.View).Sees(f.Community) {
		err = db.ErrNotFound
	}
	return f, err
}

// Begin attaches what applies to a new subject, and ticks what has happened
// already. It belongs into the handler of the event that tells of the subject;
// told twice, it does nothing the second time.
func (s *Service) Begin(ctx context.Context, tx *db.Tx, place string, id SubjectID) error {
	f, err := s.facts(ctx, tx, place, id)
	if err != nil {
		return err
	}
	ps, err := all(ctx, tx)
	if err != nil {
		return err
	}
	there, err := runsOf(ctx, tx, place, id)
	if err != nil {
		return err
	}
	begun := 0
	for _, p := range attached(ps, f) {
		if slices.ContainsFunc(there, func(r Run) bool { return r.Procedure == p.ID }) {
			continue
		}
		r := newRun(tx, p, place, id, f, "")
		if err := db.Add(ctx, tx, "procedure_run", r); err != nil {
			return err
		}
		there = append(there, r)
		begun++
	}
	if begun == 0 {
		tx.Silent("nothing applies")
		return nil
	}
	tx.Note(f.Community, place+":"+id.String(), nil, map[string]any{"procedures": begun})
	ticks := map[RunID]map[int64]Tick{}
	if begun < len(there) { // runs that have just begun have none
		if ticks, err = ticksOf(ctx, tx, place, id); err != nil {
			return err
		}
	}
	return s.sync(ctx, tx, id, there, ticks, f, func(ctx context.Context, tx *db.Tx, k Tick) error { return db.Add(ctx, tx, "procedure_tick", k) })
}

func newRun(tx *db.Tx, p Procedure, place string, id SubjectID, f Facts, by string) Run {
	return Run{ID: db.NewID[Run](tx), Community: f.Community, Place: place, Subject: id, Procedure: p.ID, Edition: p.Current, Code: p.Code, At: tx.Now, ByName: by}
}

// Attach lets a procedure run on a subject by somebody's choice, who has read it
// where they work with it (PRO-01b).
func (s *Service) Attach(ctx context.Context, who authz.Actor, place string, id SubjectID, of ID) (out Runs, err error) {
	err = s.DB.Write(ctx, who, ActTick, func(tx *db.Tx) error {
		f, err := s.facts(ctx, tx, place, id)
		if err != nil {
			return err
		}
		p, err := get(ctx, tx, of)
		if err != nil {
			return errs.ErrFields.At(errs.Field{Name: "procedure", Code: db.ErrNotFound.Code})
		}
		switch {
		case f.Ended:
			return ErrEnded
		case p.Current == 0:
			return ErrUnfinished
		}
		v, err := version(ctx, tx, p.Current)
		if err != nil {
			return err
		}
		me, err := personOf(ctx, tx, f.Community)
		if err != nil {
			return err
		}
		if read, err := mayWork(ctx, tx, me, v); err != nil {
			return err
		} else if !read {
			return ErrUnread
		}
		r := newRun(tx, p, place, id, f, tx.Who.Name)
		err = db.Insert(ctx, tx, "procedure_run", r)
		if db.Unique(err, "procedure_run_once", "procedure_run.subject_id") {
			return ErrAttached
		}
		if err != nil {
			return err
		}
		tx.Note(f.Community, place+":"+id.String(), nil, map[string]any{"procedure": p.Code, "version": p.Number})
		if err := s.Sync(ctx, tx, place, id); err != nil {
			return err
		}
		tx.Emit(Ticked{f.Community, id})
		out, err = s.checklist(ctx, tx, place, id)
		tx.Answer(&out)
		return err
	})
	return out, err
}

// Sync ticks what the system sees for itself.
func (s *Service) Sync(ctx context.Context, tx *db.Tx, place string, id SubjectID) error {
	runs, err := runsOf(ctx, tx, place, id)
	if err != nil || len(runs) == 0 {
		tx.Silent("no procedure runs here")
		return err
	}
	x, err := s.subject(place)
	if err != nil {
		return err
	}
	f, err := x.Facts(ctx, tx, id)
	if err != nil {
		return err
	}
	ticks, err := ticksOf(ctx, tx, place, id)
	if err != nil {
		return err
	}
	return s.sync(ctx, tx, id, runs, ticks, f, insertTick)
}

// sync is Sync with what was read already. All runs are of one place.
func (s *Service) sync(ctx context.Context, tx *db.Tx, id SubjectID, runs []Run, ticks map[RunID]map[int64]Tick, f Facts, put func(context.Context, *db.Tx, Tick) error) error {
	x, err := s.subject(runs[0].Place)
	if err != nil {
		return err
	}
	docs, err := s.docsOf(ctx, tx, runs)
	if err != nil {
		return err
	}
	n, err := syncSlips(ctx, tx, x, id, runs, docs, ticks, f)
	if err != nil {
		return err
	}
	for _, r := range runs {
		for _, step := range docs[r.Edition].Steps {
			m, seen := f.Marks[step.On]
			if _, ticked := ticks[r.ID][step.N]; step.On == "" || !seen || ticked || !step.applies(f) {
				continue
			}
			k := Tick{ID: db.NewID[Tick](tx), Community: r.Community, Run: r.ID, Step: step.N, State: Done, At: m.At, ByName: m.Name, DueAt: dueOf(docs[r.Edition], step.N, r, ticks[r.ID], f)}
			if err := put(ctx, tx, k); err != nil {
				return err
			}
			if ticks[r.ID] == nil {
				ticks[r.ID] = map[int64]Tick{}
			}
			ticks[r.ID][step.N] = k
			n++
		}
	}
	if n == 0 {
		tx.Silent("nothing new was seen")
		return nil
	}
	tx.Silent("what was seen stands in the trail of the subject")
	tx.Emit(Ticked{f.Community, id})
	return nil
}

// Missing lists the required steps that nobody has ticked (TIC-07a), by their
// titles; whole: every step that comes before the end is required.
func (s *Service) Missing(ctx context.Context, tx *db.Tx, place string, id SubjectID, whole bool) (out []string, err error) {
	runs, err := runsOf(ctx, tx, place, id)
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	docs, err := s.docsOf(ctx, tx, runs)
	if err != nil {
		return nil, err
	}
	required := func(x Step) bool { return x.Required || whole && !x.afterEnd() }
	if !slices.ContainsFunc(runs, func(r Run) bool { return slices.ContainsFunc(docs[r.Edition].Steps, required) }) {
		return nil, nil
	}
	f, err := s.facts(ctx, tx, place, id)
	if err != nil {
		return nil, err
	}
	ticks, err := ticksOf(ctx, tx, place, id)
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		for _, x := range docs[r.Edition].Steps {
			if _, done := ticks[r.ID][x.N]; required(x) && x.applies(f) && !done {
				out = append(out, x.Title)
			}
		}
	}
	return out, nil
}

// settling is what a change of a step needs to know.
type settling struct {
	run   Run
	doc   Doc
	facts Facts
	ticks map[int64]Tick
	me    person
}

// settle is one change of a run's steps by a person; works: they work with the
// version, so they must have confirmed it.
func (s *Service) settle(ctx context.Context, who authz.Actor, id RunID, works bool, fn func(*db.Tx, settling) error) (out Runs, err error) {
	err = s.DB.Write(ctx, who, ActTick, func(tx *db.Tx) error {
		r, err := run(ctx, tx, id)
		if err != nil {
			return err
		}
		f, err := s.facts(ctx, tx, r.Place, r.Subject)
		if err != nil {
			return err
		}
		if f.Ended {
			return ErrEnded
		}
		v, err := version(ctx, tx, r.Edition)
		if err != nil {
			return err
		}
		ticks, err := ticksOf(ctx, tx, r.Place, r.Subject)
		if err != nil {
			return err
		}
		me, err := personOf(ctx, tx, r.Community)
		if err != nil {
			return err
		}
		read, err := mayWork(ctx, tx, me, v)
		if err != nil {
			return err
		}
		if works && !read {
			return ErrUnread
		}
		if err := fn(tx, settling{r, v.Doc, f, ticks[r.ID], me}); err != nil {
			return err
		}
		tx.Emit(Ticked{f.Community, r.Subject})
		out, err = s.checklist(ctx, tx, r.Place, r.Subject)
		tx.Answer(&out)
		return err
	})
	return out, err
}

// personOf is what the caller is at a place.
func personOf(ctx context.Context, tx *db.Tx, place authz.CommunityID) (person, error) {
	roles, err := auth.RolesAt(ctx, tx, tx.Who.ID, place)
	return person{tx.Who.ID, roles, tx.Who.Scope(ActLead).Sees(place)}, err
}

// mayWork reports whether somebody has confirmed the version they work with, or need not (PRO-01b).
func mayWork(ctx context.Context, tx *db.Tx, p person, v Version) (bool, error) {
	if !slices.ContainsFunc(v.Doc.concerned(), func(r string) bool { return slices.Contains(p.Roles, r) }) {
		return true, nil
	}
	return hasRead(ctx, tx, p.ID, v)
}

func (g settling) step(n int64) (Step, error) {
	i := slices.IndexFunc(g.doc.Steps, func(s Step) bool { return s.N == n && s.applies(g.facts) })
	if i < 0 {
		return Step{}, errs.ErrFields.At(errs.Field{Name: "steps", Code: db.ErrNotFound.Code})
	}
	return g.doc.Steps[i], nil
}

func (g settling) tick(tx *db.Tx, n int64, state, words string) Tick {
	return Tick{ID: db.NewID[Tick](tx), Community: g.run.Community, Run: g.run.ID, Step: n, State: state, At: tx.Now, By: tx.Who.ID, ByName: tx.Who.Name, Words: words, DueAt: dueOf(g.doc, n, g.run, g.ticks, g.facts)}
}

// Given is what somebody says when they tick steps.
type Given struct {
	Steps []int64
	Words string
	Kit   []string
	Photo PhotoID
}

// Tick says that steps are done, with what each asks for.
func (s *Service) Tick(ctx context.Context, who authz.Actor, id RunID, in Given) (Runs, error) {
	in.Words = strings.TrimSpace(in.Words)
	return s.settle(ctx, who, id, true, func(tx *db.Tx, g settling) error {
		for _, n := range in.Steps {
			x, err := g.step(n)
			if err != nil {
				return err
			}
			if err := x.mayTick(g.me, g.facts, g.before(n)); err != nil {
				return err
			}
			if err := x.filled(in.Words, in.Kit, in.Photo, g.facts); err != nil {
				return err
			}
			k := g.tick(tx, n, Done, in.Words)
			k.Photo = in.Photo
			if x.Kit {
				k.Kit = in.Kit
			}
			if err := insertTick(ctx, tx, k); err != nil {
				return err
			}
			g.note(tx, n, Done)
		}
		return nil
	})
}

// Skip leaves a step out, with a reason, by whom the step names.
func (s *Service) Skip(ctx context.Context, who authz.Actor, id RunID, n int64, reason string) (Runs, error) {
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > 500 {
		return Runs{}, errs.ErrFields.At(errs.Field{Name: "reason", Code: "missing"})
	}
	return s.settle(ctx, who, id, true, func(tx *db.Tx, g settling) error {
		x, err := g.step(n)
		if err != nil {
			return err
		}
		if err := x.maySkip(g.me, g.facts); err != nil {
			return err
		}
		g.note(tx, n, Skipped)
		return insertTick(ctx, tx, g.tick(tx, n, Skipped, reason))
	})
}

// Undo opens a step again: by who ticked it within ten minutes, by a leader
// with a reason later. What was ticked stays in the trail.
func (s *Service) Undo(ctx context.Context, who authz.Actor, id RunID, n int64, reason string) (Runs, error) {
	reason = strings.TrimSpace(reason)
	return s.settle(ctx, who, id, false, func(tx *db.Tx, g settling) error {
		k, ticked := g.ticks[n]
		if !ticked {
			return ErrNotTicked
		}
		if err := k.mayUndo(g.me, reason, tx.Now); err != nil {
			return err
		}
		tx.Note(g.run.Community, g.run.Place+":"+g.run.Subject.String(), map[string]any{"procedure": g.run.Code, "step": n, "state": k.State, "by": k.By, "at": k.At}, map[string]any{"state": Open, "reason": reason})
		if _, err := tx.Exec(ctx, `DELETE FROM procedure_tick WHERE id = $1 AND {scope}`, k.ID); err != nil {
			return err
		}
		return s.Sync(ctx, tx, g.run.Place, g.run.Subject) // what was ticked by hand may stand on a form by now
	})
}

func (g settling) note(tx *db.Tx, n int64, state string) {
	tx.Note(g.run.Community, g.run.Place+":"+g.run.Subject.String(), nil, map[string]any{"procedure": g.run.Code, "step": n, "state": state})
}

// before is the tick of the step before n, among those that apply.
func (g settling) before(n int64) (last *Tick) {
	for _, s := range g.doc.Steps {
		if s.N >= n {
			break
		}
		if !s.applies(g.facts) {
			continue
		}
		last = nil
		if k, ok := g.ticks[s.N]; ok {
			last = &k
		}
	}
	return last
}
