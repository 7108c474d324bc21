package roster

import (
	"context"
	"errors"
	"slices"
	"time"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// Mine is one's own roster.
type Mine struct {
	Today  clock.Day  `json:"today"`
	Duties []Line     `json:"duties" doc:"from this week's Monday on"`
	Now    *Line      `json:"now,omitempty" doc:"the duty that runs"`
	ByPlan bool       `json:"byPlan" doc:"the community plans a roster for today: it says who is on duty"`
	Swaps  []SwapView `json:"swaps" doc:"that wait, and those of the last weeks"`
	Feed   bool       `json:"feed" doc:"there is a link for a calendar"`
}

// Mine returns the caller's own duties and swaps.
func (s *Service) Mine(ctx context.Context, who authz.Actor, community authz.CommunityID) (m Mine, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		zone, err := org.Zone(ctx, tx, community)
		if err != nil {
			return err
		}
		m.Today, m.Duties = clock.DayOf(tx.Now, zone), []Line{}
		all, err := db.All[Line](ctx, tx, `SELECT `+db.Columns[Duty]("d")+lines+`WHERE d.community_id = $1 AND d.staff_id = $2 AND d.state = 'planned' AND d.day >= $3 AND d.from_at < $4 AND {scope:d} ORDER BY d.from_at, d.id`,
			community, who.ID, Monday(m.Today), tx.Now.Add(soon))
		if err != nil {
			return err
		}
		b, err := open(ctx, tx, community, Monday(m.Today).Start(zone), tx.Now.Add(soon))
		if err != nil {
			return err
		}
		for _, d := range all {
			d.Problems = b.problems(d.Duty)
			m.Duties = append(m.Duties, d)
			if d.From <= tx.Now && d.To > tx.Now {
				m.Now = &d
			}
		}
		if m.ByPlan, err = Planned(ctx, tx, community, tx.Now); err != nil {
			return err
		}
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM roster_feed WHERE id = $1 AND community_id = $2 AND {scope}`, who.ID, community)
		if err != nil {
			return err
		}
		m.Feed = n > 0
		swaps, err := db.All[Swap](ctx, tx, `SELECT `+db.Columns[Swap]("")+` FROM roster_swap WHERE community_id = $1 AND (by_id = $2 OR to_id = $2) AND asked_at > $3 AND {scope} ORDER BY id DESC LIMIT 50`,
			community, who.ID, tx.Now.Add(-30*24*time.Hour))
		if err != nil {
			return err
		}
		m.Swaps, err = viewed(ctx, tx, swaps)
		return err
	})
	return m, err
}

// Swaps lists the swaps of a community, the newest first.
func (s *Service) Swaps(ctx context.Context, who authz.Actor, community authz.CommunityID, waiting bool, after SwapID, limit int) (out []SwapView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		all, err := db.All[Swap](ctx, tx, `SELECT `+db.Columns[Swap]("w")+` FROM roster_swap w WHERE w.community_id = $1 AND (w.id < $2 OR $2 = 0) AND (w.state IN ('asked', 'accepted') AND `+waits("$5")+` OR NOT $3) AND {scope:w} ORDER BY w.id DESC LIMIT $4`,
			community, int64(after), waiting, limit+1, tx.Now)
		if err != nil {
			return err
		}
		out, err = viewed(ctx, tx, all)
		return err
	})
	return out, err
}

// viewed adds to swaps what they are about.
func viewed(ctx context.Context, tx *db.Tx, all []Swap) ([]SwapView, error) {
	out := []SwapView{}
	for _, w := range all {
		v, err := view(ctx, tx, w)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func view(ctx context.Context, tx *db.Tx, w Swap) (v SwapView, err error) {
	v = SwapView{Swap: w, Problems: []Problem{}}
	if v.Given, err = line(ctx, tx, w.Duty); err != nil {
		return v, err
	}
	v.Given.Problems = []Problem{}
	if w.Back != 0 {
		back, err := line(ctx, tx, w.Back)
		if err != nil {
			return v, err
		}
		back.Problems = []Problem{}
		v.Taken = &back
	}
	for id, name := range map[staff.ID]*string{w.By: &v.ByName, w.To: &v.ToName} {
		if *name, err = db.One[string](ctx, tx, `SELECT name FROM staff WHERE id = $1 AND {scope}`, id); err != nil {
			return v, err
		}
	}
	switch {
	case w.State != Asked && w.State != Accepted:
	case v.begun(tx.Now):
		v.State = Withdrawn // nobody can say yes any more
	default:
		_, _, v.Problems, err = exchanged(ctx, tx, v)
	}
	return v, err
}

// begun reports whether one of the duties runs already.
func (v SwapView) begun(now clock.Instant) bool {
	return v.Given.From <= now || v.Taken != nil && v.Taken.From <= now
}

// waits is the condition that neither duty of a swap w runs at the instant that a parameter has.
func waits(now string) string {
	return `NOT EXISTS (SELECT 1 FROM roster_duty d WHERE d.community_id = w.community_id AND d.id IN (w.duty_id, w.back_id) AND d.from_at <= ` + now + `)`
}

// exchanged is what both duties would be after a swap, and what is wrong then.
func exchanged(ctx context.Context, tx *db.Tx, v SwapView) (given, taken Line, wrong []Problem, err error) {
	from, to := v.Given.From, v.Given.To
	if v.Taken != nil {
		from, to = min(from, v.Taken.From), max(to, v.Taken.To)
	}
	b, err := open(ctx, tx, v.Community, from, to)
	if err != nil {
		return given, taken, nil, err
	}
	b.duties = slices.DeleteFunc(b.duties, func(d Line) bool { return d.ID == v.Duty || d.ID == v.Back })
	given = v.Given
	given.Staff, given.StaffName = v.To, v.ToName
	given.Problems = b.problems(given.Duty)
	wrong = append([]Problem{}, given.Problems...)
	if v.Taken == nil {
		return given, taken, wrong, nil
	}
	taken = *v.Taken
	taken.Staff, taken.StaffName = v.By, v.ByName
	taken.Problems = b.problems(taken.Duty)
	return given, taken, append(wrong, taken.Problems...), nil
}

// Partner is a colleague who could take a duty.
type Partner struct {
	Person
	Problems []Problem `json:"problems" doc:"with the duty beside their own"`
	Duties   []Line    `json:"duties" doc:"of theirs that could be taken for it"`
}

// Partners lists who could be asked to take a duty of the caller's: people of
// the same post who could do it.
func (s *Service) Partners(ctx context.Context, who authz.Actor, id DutyID) (out []Partner, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		d, err := line(ctx, tx, id)
		if err != nil {
			return err
		}
		if d.Staff != who.ID {
			return ErrNotYours
		}
		b, err := open(ctx, tx, d.Community, max(tx.Now, d.From.Add(-14*24*time.Hour)), d.To.Add(14*24*time.Hour))
		if err != nil {
			return err
		}
		me, _ := b.person(d.Staff)
		for _, p := range b.people {
			if p.ID == who.ID || p.Post != me.Post {
				continue
			}
			moved := d.Duty
			moved.Staff = p.ID
			one := Partner{Person: p, Problems: b.problems(moved), Duties: []Line{}}
			for _, o := range b.duties {
				if o.Staff == p.ID && o.From > tx.Now && (o.Shift != d.Shift || o.Day != d.Day) {
					o.Problems = []Problem{}
					one.Duties = append(one.Duties, o)
				}
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

// Ask asks a colleague to take a duty, alone or in exchange for one of theirs.
func (s *Service) Ask(ctx context.Context, who authz.Actor, w Swap) (v SwapView, err error) {
	err = s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		d, err := line(ctx, tx, w.Duty)
		if err != nil {
			return err
		}
		if d.Staff != who.ID {
			return ErrNotYours
		}
		if d.State != StatePlanned || d.From <= tx.Now {
			return ErrPast
		}
		asked := Swap{ID: db.NewID[Swap](tx), Community: d.Community, Duty: d.ID, Back: w.Back, By: who.ID, To: w.To, State: Asked, Reason: w.Reason, AskedAt: tx.Now, Version: 1}
		var wrong errs.Fields
		wrong.Words("reason", &asked.Reason, 200, true)
		if _, err := staff.In(ctx, tx, d.Community, w.To); err != nil || w.To == who.ID {
			wrong.Add("toId", "roster.person_unknown", nil)
		}
		if w.Back != 0 {
			back, err := line(ctx, tx, w.Back)
			if err != nil && !errors.Is(err, db.ErrNotFound) {
				return err
			}
			if err != nil || back.Staff != w.To || back.State != StatePlanned || back.From <= tx.Now || back.Shift == d.Shift && back.Day == d.Day {
				wrong.Add("backId", "roster.back_wrong", nil)
			}
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		if err := db.Insert(ctx, tx, "roster_swap", asked); err != nil {
			return err
		}
		tx.Note(d.Community, swapSubject(asked.ID), nil, swapNoted(asked))
		tx.Emit(Changed{event{d.Community}})
		tx.Emit(SwapMoved{event{d.Community}, asked.ID, asked.To})
		tx.Answer(&v)
		v, err = view(ctx, tx, asked)
		return err
	})
	if db.Unique(err, "roster_swap_open", "roster_swap.community_id, roster_swap.duty_id") {
		err = ErrSwapOpen
	}
	return v, err
}

// answer is one step on one swap.
func (s *Service) answer(ctx context.Context, who authz.Actor, act authz.Action, id SwapID, expect func(int64) error, step func(*db.Tx, *Swap) error) (v SwapView, err error) {
	err = s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		w, err := swap(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(w.Version); err != nil {
			return err
		}
		if w.State != Asked && w.State != Accepted {
			return ErrSwapNow
		}
		before := swapNoted(w)
		if err := step(tx, &w); err != nil {
			return err
		}
		tx.Note(w.Community, swapSubject(id), before, swapNoted(w))
		tx.Emit(Changed{event{w.Community}})
		for _, other := range []staff.ID{w.By, w.To} {
			if other != who.ID {
				tx.Emit(SwapMoved{event{w.Community}, w.ID, other})
			}
		}
		if err := db.Save(ctx, tx, "roster_swap", &w); err != nil {
			return err
		}
		tx.Answer(&v)
		v, err = view(ctx, tx, w)
		return err
	})
	return v, err
}

// Accept is the colleague's yes. Without a warning the duties change hands at
// once; with one a planner must say yes too. What cannot be is refused.
func (s *Service) Accept(ctx context.Context, who authz.Actor, id SwapID, expect func(int64) error) (SwapView, error) {
	return s.answer(ctx, who, ActSelf, id, expect, func(tx *db.Tx, w *Swap) error {
		if w.To != who.ID {
			return ErrNotYours
		}
		if w.State != Asked {
			return ErrSwapNow
		}
		w.State, w.AnsweredAt = Accepted, &tx.Now
		warned, err := exchange(ctx, tx, *w, "")
		if err == nil && !warned {
			w.State = Done
		}
		return err
	})
}

// Confirm is a planner's yes to a swap with a warning, with a reason.
func (s *Service) Confirm(ctx context.Context, who authz.Actor, id SwapID, expect func(int64) error, reason string) (SwapView, error) {
	var wrong errs.Fields
	wrong.Words("reason", &reason, 200, true)
	if err := wrong.Err(); err != nil {
		return SwapView{}, err
	}
	return s.answer(ctx, who, ActPlan, id, expect, func(tx *db.Tx, w *Swap) error {
		if w.State != Accepted {
			return ErrSwapNow
		}
		w.State, w.DecidedBy, w.Answer = Done, who.ID, reason
		_, err := exchange(ctx, tx, *w, reason)
		return err
	})
}

// Refuse is the colleague's no, or a planner's.
func (s *Service) Refuse(ctx context.Context, who authz.Actor, id SwapID, expect func(int64) error, reason string) (SwapView, error) {
	var wrong errs.Fields
	wrong.Words("reason", &reason, 200, false)
	if err := wrong.Err(); err != nil {
		return SwapView{}, err
	}
	return s.answer(ctx, who, ActSelf, id, expect, func(tx *db.Tx, w *Swap) error {
		if w.To != who.ID && !who.Scope(ActPlan).Sees(w.Community) {
			return ErrNotYours
		}
		w.State, w.AnsweredAt, w.DecidedBy, w.Answer = Refused, &tx.Now, who.ID, reason
		return nil
	})
}

// Withdraw takes one's own asking back.
func (s *Service) Withdraw(ctx context.Context, who authz.Actor, id SwapID, expect func(int64) error) (SwapView, error) {
	return s.answer(ctx, who, ActSelf, id, expect, func(_ *db.Tx, w *Swap) error {
		if w.By != who.ID {
			return ErrNotYours
		}
		w.State = Withdrawn
		return nil
	})
}

// exchange lets the duties of a swap change hands. warned says that it did not,
// because a planner must give a reason first.
func exchange(ctx context.Context, tx *db.Tx, w Swap, reason string) (warned bool, err error) {
	v, err := view(ctx, tx, w)
	if err != nil {
		return false, err
	}
	if v.begun(tx.Now) {
		return false, ErrPast
	}
	given, taken, wrong, err := exchanged(ctx, tx, v)
	if err != nil {
		return false, err
	}
	for _, l := range []Line{given, taken} {
		if err := l.allowed(Wish{Reason: "asked above"}); err != nil {
			return false, err
		}
	}
	if len(wrong) > 0 && reason == "" {
		return true, nil
	}
	for _, l := range []Line{given, taken} {
		if l.ID == 0 {
			continue
		}
		l.Reason = reason
		tx.Note(l.Community, dutySubject(l.ID), nil, noted(l.Duty))
		if err := db.Save(ctx, tx, "roster_duty", &l.Duty); err != nil {
			return false, err
		}
		// Others that name these duties are about people who have them no more.
		if _, err := tx.Exec(ctx, `UPDATE roster_swap SET state = 'withdrawn', version = version + 1 WHERE (duty_id = $1 OR back_id = $1) AND id <> $2 AND state IN ('asked', 'accepted') AND {scope}`, l.ID, w.ID); err != nil {
			return false, err
		}
	}
	return false, nil
}

func swapNoted(w Swap) map[string]any {
	return map[string]any{"duty": w.Duty, "back": w.Back, "by": w.By, "to": w.To, "state": w.State}
}

func swapSubject(id SwapID) string { return "swap:" + id.String() }

// SwapIn returns a swap inside another domain's transaction.
func SwapIn(ctx context.Context, tx *db.Tx, id SwapID) (Swap, error) { return swap(ctx, tx, id) }
