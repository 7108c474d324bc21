package ticket

import (
	"context"
	"slices"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/staff"
)

// CalendarWindow is a window with what it takes of each skill that is asked for or there.
type CalendarWindow struct {
	VisitWindow
	Skills []SkillRoom `json:"skills"`
	OnDuty []staff.ID  `json:"onDuty"`
}

// SkillRoom is what a window takes of a skill.
type SkillRoom struct {
	Skill    string `json:"skill"`
	Capacity int64  `json:"capacity"`
	Free     int64  `json:"free"`
	Booked   int64  `json:"booked"`
}

// CalendarPerson is somebody who can be sent.
type CalendarPerson struct {
	ID     staff.ID    `json:"id"`
	Name   string      `json:"name"`
	Skills staff.Words `json:"skills"`
}

// CalendarVisit is a ticket with an appointment, and what is wrong with it.
type CalendarVisit struct {
	RowView
	Skill    string   `json:"skill"`
	Problems []string `json:"problems" doc:"off_duty, skill, crowded, full"`
}

// Calendar is what comes in some days: windows, people, visits, and what has no
// appointment yet (TIC-10).
type Calendar struct {
	From    clock.Day        `json:"from"`
	Days    []clock.Day      `json:"days"`
	Today   clock.Day        `json:"today"`
	Windows []CalendarWindow `json:"windows"`
	People  []CalendarPerson `json:"people"`
	Visits  []CalendarVisit  `json:"visits"`
	Loose   []RowView        `json:"loose" doc:"open and without an appointment, the most urgent first"`
	Most    int64            `json:"perPerson" doc:"visits of one person in one window"`
}

// Calendar reads the appointments of some days.
func (s *Service) Calendar(ctx context.Context, who authz.Actor, community authz.CommunityID, from clock.Day, days int) (out Calendar, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out = Calendar{From: from, Windows: []CalendarWindow{}, People: []CalendarPerson{}, Visits: []CalendarVisit{}, Loose: []RowView{}}
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if out.Today, err = org.Today(ctx, tx, community); err != nil {
			return err
		}
		if from.IsZero() {
			out.From = out.Today
		}
		set, err := settingsIn(ctx, tx, community)
		if err != nil {
			return err
		}
		out.Most = set.visits().PerPerson
		return out.fill(ctx, tx, community, set.visits(), days)
	})
	return out, err
}

func (out *Calendar) fill(ctx context.Context, tx *db.Tx, community authz.CommunityID, rules VisitRules, days int) error {
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return err
	}
	start, end := out.From.Start(zone), out.From.Add(days).Start(zone)
	people, err := crewIn(ctx, tx, community, start, end-1)
	if err != nil {
		return err
	}
	for _, d := range people.able {
		if len(d.Skills) > 0 {
			out.People = append(out.People, CalendarPerson{d.ID, d.Name, d.Skills})
		}
	}
	booked, err := bookedIn(ctx, tx, community, start, end, 0)
	if err != nil {
		return err
	}
	rows, err := db.All[Row](ctx, tx, `SELECT `+db.Columns[Ticket]("t")+`, COALESCE(r.label_key, '') AS short FROM ticket t LEFT JOIN room r ON r.id = t.room_id
		WHERE t.community_id = $1 AND t.visit_from >= $2 AND t.visit_from < $3 AND t.visit_slot <> '' AND t.status <> 'cancelled' AND {scope:t} ORDER BY t.visit_from, t.sort_due, t.id LIMIT 1000`, community, start, end)
	if err != nil {
		return err
	}
	for d := range days {
		day := out.From.Add(d)
		out.Days = append(out.Days, day)
		for _, w := range rules.On(day, zone) {
			out.Windows = append(out.Windows, windowOf(rules, w, people.in(w), within(booked, w)))
		}
	}
	out.visits(rows, tx)
	loose, err := db.All[Row](ctx, tx, `SELECT `+db.Columns[Ticket]("t")+`, COALESCE(r.label_key, '') AS short FROM ticket t LEFT JOIN room r ON r.id = t.room_id
		WHERE t.community_id = $1 AND t.sort_due < $2 AND t.status IN ('new', 'dispatched', 'accepted') AND t.visit_state <> 'booked' AND t.kind IN ('repair', 'service', 'complaint') AND {scope:t} ORDER BY t.sort_due, t.id LIMIT 100`, community, idle)
	for _, r := range loose {
		out.Loose = append(out.Loose, r.View(tx.Who, tx.Now))
	}
	return err
}

func windowOf(rules VisitRules, w VisitWindow, people []Candidate, booked map[string]int) CalendarWindow {
	out := CalendarWindow{VisitWindow: w, Skills: []SkillRoom{}, OnDuty: []staff.ID{}}
	for _, p := range people {
		out.OnDuty = append(out.OnDuty, p.ID)
	}
	for _, skill := range staff.Skills {
		all, free := rules.capacity(w, people, booked, skill)
		if all > 0 || booked[skill] > 0 {
			out.Skills = append(out.Skills, SkillRoom{skill, int64(all), int64(free), int64(booked[skill])})
		}
	}
	return out
}

// visits adds them with what is wrong with each that is still to come.
func (out *Calendar) visits(rows []Row, tx *db.Tx) {
	type place struct {
		who  staff.ID
		from clock.Instant
	}
	load := map[place]int64{}
	for _, r := range rows {
		load[place{r.Assignee, *r.VisitFrom}]++
	}
	for _, r := range rows {
		v := CalendarVisit{RowView: r.View(tx.Who, tx.Now), Skill: TreeOf(tx).SkillFor(r.Category), Problems: []string{}}
		if r.VisitState == Booked {
			v.Problems = out.problems(r.Ticket, v.Skill, load[place{r.Assignee, *r.VisitFrom}])
		}
		out.Visits = append(out.Visits, v)
	}
}

func (out *Calendar) problems(t Ticket, skill string, load int64) []string {
	all := []string{}
	i := slices.IndexFunc(out.Windows, func(w CalendarWindow) bool { return w.From == *t.VisitFrom })
	if t.Assignee == 0 {
		if i >= 0 && slices.ContainsFunc(out.Windows[i].Skills, func(s SkillRoom) bool { return s.Skill == skill && s.Booked > s.Capacity }) {
			all = append(all, "full")
		}
		return all
	}
	if i >= 0 && !slices.Contains(out.Windows[i].OnDuty, t.Assignee) {
		all = append(all, "off_duty")
	}
	if n := slices.IndexFunc(out.People, func(p CalendarPerson) bool { return p.ID == t.Assignee }); n < 0 || !slices.Contains(out.People[n].Skills, skill) {
		all = append(all, "skill")
	}
	if load > out.Most {
		all = append(all, "crowded")
	}
	return all
}
