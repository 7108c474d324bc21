package roster

import (
	"context"
	"strconv"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/web"
)

// Service holds the use cases of the roster. Each one is one transaction.
type Service struct {
	DB      *db.DB
	Exports *audit.Service
	// Matters says what is open for a post, for its handover; package app plugs
	// it in, because tickets live on a higher floor.
	Matters func(ctx context.Context, tx *db.Tx, community authz.CommunityID, post Post) ([]Matter, int64, error)
	// Load says what came in between two instants, for the forecast.
	Load func(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Instant) ([]Work, error)
}

// Week is the roster of seven days with everything it is planned with.
type Week struct {
	From     clock.Day   `json:"from" doc:"a Monday"`
	Today    clock.Day   `json:"today"`
	Days     []clock.Day `json:"days"`
	Shifts   []Shift     `json:"shifts"`
	People   []Person    `json:"people"`
	Duties   []Line      `json:"duties"`
	Leaves   []Leave     `json:"leaves"`
	Staffing []Staffing  `json:"staffing"`
	Patterns []Pattern   `json:"patterns"`
	Swaps    int64       `json:"swaps" doc:"that wait for a planner"`
}

// Week returns the week that holds a day; no day: this week.
func (s *Service) Week(ctx context.Context, who authz.Actor, community authz.CommunityID, day clock.Day) (w Week, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, community)
		if err != nil {
			return err
		}
		if day.IsZero() {
			day = today
		}
		w.From, w.Today = Monday(day), today
		w.Days = week(w.From)
		b, err := openWeek(ctx, tx, community, w.From)
		if err != nil {
			return err
		}
		w.Shifts, w.People, w.Duties, w.Leaves = b.shifts, b.people, []Line{}, []Leave{}
		for _, d := range b.duties {
			if n := d.Day.Sub(w.From); n >= 0 && n < 7 {
				d.Problems = b.problems(d.Duty)
				w.Duties = append(w.Duties, d)
			}
		}
		for _, l := range b.leaves {
			if !l.FromDay.After(w.From.Add(6)) && !l.ToDay.Before(w.From) {
				w.Leaves = append(w.Leaves, l)
			}
		}
		w.Staffing = Staff(w.Shifts, w.Days, w.Duties)
		if w.Patterns, err = patterns(ctx, tx, community); err != nil {
			return err
		}
		w.Swaps, err = db.One[int64](ctx, tx, `SELECT COUNT(*) FROM roster_swap w WHERE w.community_id = $1 AND w.state = 'accepted' AND `+waits("$2")+` AND {scope:w}`, community, tx.Now)
		return err
	})
	return w, err
}

// Presence is who is there at this moment.
type Presence struct {
	ByPlan bool   `json:"byPlan" doc:"the community plans a roster for today: it says who is on duty"`
	Items  []Line `json:"items"`
}

// Now lists who is on duty at this moment by the roster.
func (s *Service) Now(ctx context.Context, who authz.Actor, community authz.CommunityID) (out Presence, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if out.ByPlan, err = Planned(ctx, tx, community, tx.Now); err != nil {
			return err
		}
		out.Items, err = OnDuty(ctx, tx, community, tx.Now)
		return err
	})
	return out, err
}

// Wish is a slot with what the planner says to a warning.
type Wish struct {
	Slot
	Reason string `json:"reason,omitempty" maxLength:"200" doc:"plan it in spite of a warning, because …"`
}

// warnings are the texts of what a planner may overlook.
var warnings = map[string]string{TooClose: "roster.warn_rest", Unable: "roster.warn_skill"}

// allowed refuses what nobody can do, and a warning without a reason.
func (l Line) allowed(w Wish) error {
	if len(l.Problems) == 0 {
		return nil
	}
	p := l.Problems[0]
	field := errs.Field{Name: "staffId", Params: map[string]any{"name": l.StaffName, "shift": p.Shift, "day": p.Day.String()}}
	switch {
	case p.Kind == Overlap:
		field.Code = ErrOverlap.Code
		return ErrOverlap.With("name", l.StaffName).With("shift", p.Shift).With("day", p.Day.String()).At(field)
	case p.Kind == Away:
		field.Code = ErrOnLeave.Code
		return ErrOnLeave.With("name", l.StaffName).At(field)
	case w.Reason != "":
		return nil
	}
	warned := ErrWarned
	for _, p := range l.Problems {
		warned = warned.At(errs.Field{Name: "reason", Code: warnings[p.Kind], Params: map[string]any{
			"name": l.StaffName, "shift": p.Shift, "day": p.Day.String(), "hours": strconv.FormatFloat(float64(p.Minutes)/60, 'f', -1, 64),
		}})
	}
	return warned
}

// Plan puts somebody on a shift of a day. A warning needs the planner's reason;
// two shifts at once, and a shift during leave, are refused (STA-01).
func (s *Service) Plan(ctx context.Context, who authz.Actor, community authz.CommunityID, w Wish) (l Line, err error) {
	err = s.DB.Write(ctx, who, ActPlan, func(tx *db.Tx) error {
		b, err := openWeek(ctx, tx, community, w.Day)
		if err != nil {
			return err
		}
		l, err = b.plan(ctx, tx, w)
		tx.Answer(&l)
		tx.Emit(Changed{event{community}})
		return err
	})
	return l, err
}

// plan inserts one duty and enters it in the book.
func (b *book) plan(ctx context.Context, tx *db.Tx, w Wish) (l Line, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &w.Reason, 200, false)
	if err := wrong.Err(); err != nil {
		return l, err
	}
	if l, err = b.drawn(Duty{ID: db.NewID[Duty](tx), Version: 1}, w.Slot); err != nil {
		return l, err
	}
	if err := l.allowed(w); err != nil {
		return l, err
	}
	if len(l.Problems) > 0 {
		l.Reason = w.Reason
	}
	if err := db.Insert(ctx, tx, "roster_duty", l.Duty); err != nil {
		return l, err
	}
	b.duties = append(b.duties, l)
	tx.Note(b.community, dutySubject(l.ID), nil, noted(l.Duty))
	return l, begins(ctx, tx, l.Duty)
}

// Move gives a duty to another person, day or shift.
func (s *Service) Move(ctx context.Context, who authz.Actor, id DutyID, match web.Match, w Wish) (l Line, err error) {
	err = s.DB.Write(ctx, who, ActPlan, func(tx *db.Tx) error {
		old, err := current(ctx, tx, id, match)
		if err != nil {
			return err
		}
		var wrong errs.Fields
		wrong.Words("reason", &w.Reason, 200, false)
		if err := wrong.Err(); err != nil {
			return err
		}
		b, err := openWeek(ctx, tx, old.Community, w.Day)
		if err != nil {
			return err
		}
		if l, err = b.drawn(old.Duty, w.Slot); err != nil {
			return err
		}
		if err := l.allowed(w); err != nil {
			return err
		}
		l.Reason = ""
		if len(l.Problems) > 0 {
			l.Reason = w.Reason
		}
		if err := withdrawn(ctx, tx, id); err != nil {
			return err
		}
		tx.Note(l.Community, dutySubject(id), noted(old.Duty), noted(l.Duty))
		tx.Emit(Changed{event{l.Community}})
		if err := db.Save(ctx, tx, "roster_duty", &l.Duty); err != nil {
			return err
		}
		return begins(ctx, tx, l.Duty)
	})
	return l, err
}

// Cancel takes a duty off the roster.
func (s *Service) Cancel(ctx context.Context, who authz.Actor, id DutyID, match web.Match) error {
	return s.DB.Write(ctx, who, ActPlan, func(tx *db.Tx) error {
		l, err := current(ctx, tx, id, match)
		if err != nil {
			return err
		}
		before := noted(l.Duty)
		l.State = StateCancelled
		if err := withdrawn(ctx, tx, id); err != nil {
			return err
		}
		tx.Note(l.Community, dutySubject(id), before, noted(l.Duty))
		tx.Emit(Changed{event{l.Community}})
		return db.Save(ctx, tx, "roster_duty", &l.Duty)
	})
}

// current reads a duty that can still be changed.
func current(ctx context.Context, tx *db.Tx, id DutyID, match web.Match) (Line, error) {
	l, err := line(ctx, tx, id)
	if err != nil {
		return l, err
	}
	if err := match.Expect(l.Version); err != nil {
		return l, err
	}
	if l.State != StatePlanned || l.To <= tx.Now {
		return l, ErrPast
	}
	return l, nil
}

// withdrawn ends the swaps that were asked for of a duty that is not what it was.
func withdrawn(ctx context.Context, tx *db.Tx, id DutyID) error {
	_, err := tx.Exec(ctx, `UPDATE roster_swap SET state = 'withdrawn', version = version + 1 WHERE (duty_id = $1 OR back_id = $1) AND state IN ('asked', 'accepted') AND {scope}`, id)
	return err
}

func noted(d Duty) map[string]any {
	return map[string]any{"staff": d.Staff, "shift": d.Shift, "day": d.Day, "state": d.State, "reason": d.Reason}
}

func dutySubject(id DutyID) string { return "duty:" + id.String() }

const beginJob = "roster.begin"

// beginning is the payload of the timer at which duties begin.
type beginning struct {
	event
	At clock.Instant `json:"at"`
}

// begins sets a timer, one for all duties that begin together.
func begins(ctx context.Context, tx *db.Tx, d Duty) error {
	at := max(d.From, tx.Now)
	return jobs.At(ctx, tx, beginJob, d.Community.String()+":"+strconv.FormatInt(int64(at), 10), at, beginning{event{d.Community}, at})
}

// Schedule lets beginnings be told.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.Handle(r, beginJob, func(_ context.Context, tx *db.Tx, b beginning) error {
		tx.Silent("that a duty begins changes nothing by itself")
		tx.Emit(Began{b.event})
		return nil
	})
}

// soon is how far ahead one's own duties are shown.
const soon = 5 * 7 * 24 * time.Hour
