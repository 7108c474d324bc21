package ticket

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/plan"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/staff"
)

const (
	// visitMinutes is how long a visit is planned to take, the way not counted.
	visitMinutes = 45
	// planSeed makes the same morning come out the same way.
	planSeed = 20261129
	mostJobs = 400
)

// ErrPlanStale says that somebody cannot come any more as it was planned.
var ErrPlanStale = errs.New(errs.Conflict, "ticket.plan_stale", "who was planned is not free for it any more")

// PlanLine is what a plan does with one ticket.
type PlanLine struct {
	Ticket RowView        `json:"ticket"`
	To     *Person        `json:"to,omitempty" doc:"who is to come; none: nobody can"`
	Start  *clock.Instant `json:"startsAt,omitempty" doc:"when the visit would begin"`
	Order  int            `json:"order,omitempty" doc:"the how manieth of their visits"`
	Cost   plan.Cost      `json:"cost" doc:"what it adds to the cost of the plan"`
	Greedy *Person        `json:"greedy,omitempty" doc:"whom dispatch would choose, one after the other"`
	Manual *Person        `json:"manual,omitempty" doc:"who has it now"`
}

// PlanCost is what a plan costs: its terms, and their sum.
type PlanCost struct {
	plan.Cost
	Total int64 `json:"total"`
}

// DayPlan is a plan beside what dispatch would do and what stands now (TIC-05).
type DayPlan struct {
	Lines  []PlanLine `json:"lines"`
	Plan   PlanCost   `json:"plan"`
	Greedy PlanCost   `json:"greedy"`
	Manual PlanCost   `json:"manual"`
	People int        `json:"people" doc:"how many are on duty for it"`
}

// sketch is a day as the planner sees it, with what its numbers stand for.
type sketch struct {
	plan.Problem
	rows    []Row
	people  []Candidate
	here    []bool // on duty now: only they get what has no window
	windows []VisitWindow
	base    clock.Instant
	ranks   map[staff.BuildingID]int64
	needs   []Need
}

func (k *sketch) minute(at clock.Instant) int64 { return int64(at.Sub(k.base) / time.Minute) }

func (k *sketch) person(i int) *Person {
	return &Person{ID: k.people[i].ID, Name: k.people[i].Name}
}

// Plan plans the appointments of a day that nobody has accepted, in all its
// windows or in one, and of today also what waits for somebody without one.
// Nothing happens before somebody accepts it.
func (s *Service) Plan(ctx context.Context, who authz.Actor, community authz.CommunityID, day clock.Day, slot string) (out DayPlan, err error) {
	var k *sketch
	err = s.DB.Read(ctx, who, ActDispatch, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		k, err = sketched(ctx, tx, community, day, slot)
		return err
	})
	if err != nil {
		return out, err
	}
	greedy, manual := k.Greedy(k.pick), k.manual()
	best := k.Solve(planSeed, greedy, manual)
	out = DayPlan{Lines: []PlanLine{}, People: len(k.people)}
	for of, into := range map[*plan.Routes]*PlanCost{&best: &out.Plan, &greedy: &out.Greedy, &manual: &out.Manual} {
		into.Cost, _ = k.Cost(*of)
		into.Total = into.Cost.Total()
	}
	starts := k.Starts(best)
	for i, row := range k.rows {
		line := PlanLine{Ticket: row.View(who, k.base), Cost: k.Share(best, i), Greedy: k.holder(greedy, i), To: k.holder(best, i)}
		if row.Assignee != 0 {
			line.Manual = &Person{ID: row.Assignee, Name: row.AssigneeName}
		}
		if starts[i] >= 0 {
			at := k.base.Add(time.Duration(starts[i]) * time.Minute)
			line.Start = &at
			for _, jobs := range best {
				line.Order = max(line.Order, slices.Index(jobs, i)+1)
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

func (k *sketch) holder(r plan.Routes, job int) *Person {
	for person, jobs := range r {
		if slices.Contains(jobs, job) {
			return k.person(person)
		}
	}
	return nil
}

// pick chooses as dispatch does (Choose).
func (k *sketch) pick(job int, fits []plan.Fit) int {
	var all []Candidate
	for _, f := range fits {
		c := k.people[f.Person]
		c.Load, c.Last = f.Load, 0
		if f.Place == k.Jobs[job].Place {
			c.Last = k.needs[job].Building
		}
		all = append(all, c)
	}
	best, _, _ := Choose(all, k.needs[job])
	return slices.IndexFunc(all, func(c Candidate) bool { return c.ID == best.ID })
}

// manual is what stands now; who cannot come as it stands counts as nobody.
func (k *sketch) manual() plan.Routes {
	r := make(plan.Routes, len(k.People))
	for i, row := range k.rows {
		person := slices.IndexFunc(k.people, func(c Candidate) bool { return c.ID == row.Assignee && row.Assignee != 0 })
		if person < 0 {
			continue
		}
		was := r[person]
		r[person] = append(slices.Clone(was), i)
		slices.SortStableFunc(r[person], func(a, b int) int { return int(k.Jobs[a].From - k.Jobs[b].From) })
		if _, ok := k.Cost(r); !ok {
			r[person] = was
		}
	}
	return r
}

func sketched(ctx context.Context, tx *db.Tx, community authz.CommunityID, day clock.Day, slot string) (*sketch, error) {
	set, err := settingsIn(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	k := &sketch{base: tx.Now, ranks: map[staff.BuildingID]int64{}}
	people, err := crewIn(ctx, tx, community, day.Start(time.UTC).Add(-24*time.Hour), day.Add(2).Start(time.UTC))
	if err != nil {
		return nil, err
	}
	for _, w := range set.visits().On(day, people.zone) {
		if (slot == "" || w.Slot == slot) && w.To > tx.Now {
			k.windows = append(k.windows, w)
		}
	}
	if slot != "" && len(k.windows) == 0 {
		return nil, wrongField(errSlotUnknown, nil)
	}
	buildings, err := db.All[staff.BuildingID](ctx, tx, `SELECT id FROM building WHERE community_id = $1 AND {scope} ORDER BY sort_key, id`, community)
	if err != nil {
		return nil, err
	}
	for i, b := range buildings {
		k.ranks[b] = int64(i + 1)
	}
	today := clock.DayOf(tx.Now, people.zone) == day
	if k.rows, err = toPlan(ctx, tx, community, day, people.zone, today && slot == "", k.windows); err != nil {
		return nil, err
	}
	if err := k.addPeople(ctx, tx, community, day, set.visits(), people, today); err != nil {
		return nil, err
	}
	return k, k.addJobs(ctx, tx)
}

// toPlan reads what nobody has accepted: of the windows, and, if loose, what has none.
func toPlan(ctx context.Context, tx *db.Tx, community authz.CommunityID, day clock.Day, zone *time.Location, loose bool, windows []VisitWindow) ([]Row, error) {
	all, err := db.All[Row](ctx, tx, `SELECT `+db.Columns[Ticket]("t")+`, COALESCE(r.label_key, '') AS short FROM ticket t LEFT JOIN room r ON r.id = t.room_id
		WHERE t.community_id = $1 AND t.sort_due < $2 AND t.status IN ('new', 'dispatched') AND (t.visit_from >= $3 AND t.visit_from < $4 AND t.visit_state = 'booked' OR $5 AND t.visit_from IS NULL) AND {scope:t}
		ORDER BY t.sort_due, t.id LIMIT $6`, community, idle, day.Start(zone), day.Add(1).Start(zone), loose, mostJobs)
	return slices.DeleteFunc(all, func(r Row) bool {
		return !Policies[r.Kind].Visits || r.VisitFrom != nil && !slices.ContainsFunc(windows, func(w VisitWindow) bool { return w.From == *r.VisitFrom })
	}), err
}

// addPeople adds who is on duty on the day, with the room they have in each window.
func (k *sketch) addPeople(ctx context.Context, tx *db.Tx, community authz.CommunityID, day clock.Day, rules VisitRules, c crew, today bool) error {
	whole := VisitWindow{Day: day, From: max(day.Start(c.zone), tx.Now), To: day.Add(1).Start(c.zone)}
	leaders, err := auth.HoldersAt(ctx, tx, community, []string{"maintenance_leader", "cleaning_leader", "security_leader", "service_supervisor"})
	if err != nil {
		return err
	}
	now := []Candidate{}
	if today {
		if now, err = available(ctx, tx, community); err != nil {
			return err
		}
	}
	fixed, err := fixedIn(ctx, tx, community, k.windows)
	if err != nil {
		return err
	}
	for _, d := range c.able {
		p := plan.Person{Skills: d.Skills, From: 1 << 30, Room: make([]int64, len(k.windows)), Senior: d.Level.Delicate() || slices.ContainsFunc(leaders, func(h auth.Holder) bool { return h.ID == d.ID })}
		for _, stretch := range c.stretches(d.ID, whole) {
			p.From, p.To = min(p.From, max(0, k.minute(stretch[0]))), max(p.To, k.minute(stretch[1]))
		}
		here := slices.ContainsFunc(now, func(o Candidate) bool { return o.ID == d.ID })
		if p.To == 0 || len(d.Skills) == 0 {
			continue
		}
		for _, a := range d.Areas {
			p.Areas = append(p.Areas, int64(a))
		}
		last, err := lastPlace(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		p.Place = k.ranks[last]
		if p.Load, _, err = inHands(ctx, tx, d.ID); err != nil {
			return err
		}
		for _, r := range k.rows {
			if r.Assignee == d.ID {
				p.Load-- // it is planned anew
			}
		}
		for i, w := range k.windows {
			if !slices.ContainsFunc(c.in(w), func(o Candidate) bool { return o.ID == d.ID }) {
				continue
			}
			p.Room[i] = max(0, rules.PerPerson-fixed[slot{d.ID, w.From}])
		}
		k.People, k.people, k.here = append(k.People, p), append(k.people, Candidate{OnDuty: d}), append(k.here, here)
	}
	return nil
}

// slot is somebody in a window.
type slot struct {
	Who  staff.ID      `db:"assignee_id"`
	From clock.Instant `db:"visit_from"`
}

// fixedIn counts the visits that people have accepted in some windows.
func fixedIn(ctx context.Context, tx *db.Tx, community authz.CommunityID, windows []VisitWindow) (map[slot]int64, error) {
	out := map[slot]int64{}
	if len(windows) == 0 {
		return out, nil
	}
	type row struct {
		slot
		N int64 `db:"n"`
	}
	all, err := db.All[row](ctx, tx, `SELECT assignee_id, visit_from, COUNT(*) AS n FROM ticket WHERE community_id = $1 AND visit_from >= $2 AND visit_from <= $3 AND assignee_id IS NOT NULL
		AND visit_state = 'booked' AND status NOT IN ('new', 'dispatched') AND {scope} GROUP BY assignee_id, visit_from`, community, windows[0].From, windows[len(windows)-1].From)
	for _, r := range all {
		out[r.slot] = r.N
	}
	return out, err
}

// stretches are when somebody is on duty within a time; all of it on a day for
// which no roster is planned.
func (c crew) stretches(who staff.ID, w VisitWindow) (out [][2]clock.Instant) {
	there := c.in(VisitWindow{Day: w.Day, From: w.To - 1, To: w.To})
	planned := false
	for _, l := range c.lines {
		touches := l.From < w.Day.Add(1).Start(c.zone) && l.To > w.Day.Start(c.zone)
		planned = planned || touches
		bars := len(l.Problems) > 0
		if touches && !bars && l.Staff == who && l.To > w.From {
			out = append(out, [2]clock.Instant{max(l.From, w.From), l.To})
		}
	}
	if !planned && slices.ContainsFunc(there, func(o Candidate) bool { return o.ID == who }) {
		out = append(out, [2]clock.Instant{w.From, w.To})
	}
	return out
}

// addJobs adds the visits; who refused one is not asked again so soon.
func (k *sketch) addJobs(ctx context.Context, tx *db.Tx) error {
	for _, r := range k.rows {
		need, err := needOf(ctx, tx, r.Ticket)
		if err != nil {
			return err
		}
		j := plan.Job{Skill: need.Skill, Weight: weightOf(r.Grade), Window: -1, Due: k.minute(r.deadline().Add(-visitMinutes * time.Minute)), Minutes: visitMinutes, Building: int64(r.Building), Place: k.ranks[r.Building], Delicate: need.Delicate}
		if r.VisitFrom != nil {
			j.Window = slices.IndexFunc(k.windows, func(w VisitWindow) bool { return w.From == *r.VisitFrom })
			j.From, j.Due = max(0, k.minute(*r.VisitFrom)), k.minute(*r.VisitTo)
		}
		left, err := leftOut(ctx, tx, r.Ticket)
		if err != nil {
			return err
		}
		for i, p := range k.people {
			if slices.Contains(left, p.ID) || j.Window < 0 && !k.here[i] {
				j.Barred = append(j.Barred, i)
			}
		}
		k.Jobs = append(k.Jobs, j)
		k.needs = append(k.needs, need)
	}
	return nil
}

func weightOf(g Grade) int64 {
	switch g {
	case A:
		return plan.WeightA
	case B:
		return plan.WeightB
	}
	return plan.WeightC
}

// PlannedFor is a line of a plan that somebody accepts.
type PlannedFor struct {
	Chosen
	To staff.ID `json:"to"`
}

// AcceptPlan gives tickets to whom they were planned for, in one step and all or
// none; what stands against a line is told as its field, "lines[3]". They have to
// be accepted in time like what dispatch gives.
func (s *Service) AcceptPlan(ctx context.Context, who authz.Actor, community authz.CommunityID, lines []PlannedFor) (given []Ticket, err error) {
	err = s.DB.Write(ctx, who, ActDispatch, func(tx *db.Tx) error {
		given = []Ticket{}
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		set, err := settingsIn(ctx, tx, community)
		if err != nil {
			return err
		}
		var wrong errs.Fields
		for i, l := range lines {
			t, err := s.planOne(ctx, tx, community, set, l)
			if e := errs.Of(err); err != nil && e.Kind != errs.Internal && e.Kind != errs.Unavailable {
				wrong.Add(fmt.Sprintf("lines[%d]", i), e.Code, e.Params)
				continue
			}
			if err != nil {
				return err
			}
			given = append(given, t)
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		tx.Answer(&given)
		return nil
	})
	return given, err
}

func (s *Service) planOne(ctx context.Context, tx *db.Tx, community authz.CommunityID, set Settings, l PlannedFor) (t Ticket, err error) {
	old, err := get(ctx, tx, l.ID)
	switch {
	case err != nil:
		return t, err
	case old.Community != community:
		return t, db.ErrNotFound
	case old.Version != l.Version:
		return t, db.ErrStale
	case old.Status == Dispatched && old.Assignee == l.To:
		return old, nil // it stays where it is
	}
	all, err := candidates(ctx, tx, old, set, 0)
	if err != nil {
		return t, err
	}
	i := slices.IndexFunc(all, func(c Candidate) bool { return c.ID == l.To })
	if i < 0 {
		return t, ErrPlanStale
	}
	need, err := needOf(ctx, tx, old)
	if err != nil {
		return t, err
	}
	_, why, _ := Choose(all[i:i+1], need)
	why.Plan, why.Of = true, len(all)
	if old.VisitState == Booked {
		why.Slot = old.VisitSlot
	}
	if t, err = give(ctx, tx, old, all[i].ID, all[i].Name, why); err != nil {
		return t, err
	}
	if err := errors.Join(jobs.Cancel(ctx, tx, chooseJob, t.ID.String()), wait(ctx, tx, t, set, t.Assignee, all[i].Since)); err != nil {
		return t, err
	}
	return t, save(ctx, tx, old, &t)
}
