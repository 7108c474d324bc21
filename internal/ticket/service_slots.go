package ticket

import (
	"context"
	"slices"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/roster"
	"guanjia/internal/staff"
)

// Wanted names a window and what else is said with it.
type Wanted struct {
	Day  clock.Day `json:"day"`
	Slot string    `json:"slot" maxLength:"20" doc:"name of the window"`
	Over string    `json:"overbook,omitempty" maxLength:"400" doc:"why it is given although the window is full; for who leads"`
}

// SlotView is a window with what it takes of a skill.
type SlotView struct {
	VisitWindow
	Capacity int64 `json:"capacity"`
	Free     int64 `json:"free"`
	After    bool  `json:"afterDeadline,omitempty" doc:"it begins after the matter should be resolved"`
}

// crewIn reads who can be counted on between two instants.
func crewIn(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Instant) (c crew, err error) {
	if c.zone, err = org.Zone(ctx, tx, community); err != nil {
		return c, err
	}
	// Whole days: whether a day is planned is said by any duty that touches it.
	first, last := clock.DayOf(from, c.zone), clock.DayOf(to, c.zone)
	if c.lines, err = roster.During(ctx, tx, community, first.Start(c.zone), last.Add(1).Start(c.zone)); err != nil {
		return c, err
	}
	c.able, err = staff.ActiveIn(ctx, tx, community)
	return c, err
}

// taken is what is booked of a skill in a stretch of time.
type taken struct {
	From  clock.Instant `db:"from_at"`
	To    clock.Instant `db:"to_at"`
	Skill string        `db:"skill"`
	N     int           `db:"n"`
}

func bookedIn(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Instant, but ID) ([]taken, error) {
	return db.All[taken](ctx, tx, `SELECT from_at, to_at, skill, COUNT(*) AS n FROM appointment WHERE community_id = $1 AND from_at >= $2 AND from_at < $3 AND kind = 'window' AND state IN ('booked', 'kept', 'missed')
		AND ticket_id <> $4 AND {scope} GROUP BY from_at, to_at, skill ORDER BY from_at, skill`, community, from, to, int64(but))
}

// within sums what is booked in a window.
func within(all []taken, w VisitWindow) map[string]int {
	out := map[string]int{}
	for _, b := range all {
		if b.From < w.To && b.To > w.From {
			out[b.Skill] += b.N
		}
	}
	return out
}

// slots lists the windows of some days with what they take of a skill; what is
// booked for the ticket but is not counted.
func slots(ctx context.Context, tx *db.Tx, community authz.CommunityID, rules VisitRules, skill string, from clock.Day, days int, but ID) (out []SlotView, err error) {
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	start, end := from.Start(zone), from.Add(days).Start(zone)
	people, err := crewIn(ctx, tx, community, start, end-1)
	if err != nil {
		return nil, err
	}
	booked, err := bookedIn(ctx, tx, community, start, end, but)
	for d := range days {
		for _, w := range rules.On(from.Add(d), zone) {
			all, free := rules.capacity(w, people.in(w), within(booked, w), skill)
			out = append(out, SlotView{VisitWindow: w, Capacity: int64(all), Free: int64(free)})
		}
	}
	return out, err
}

// Slots lists the windows of some days from a day on for matters of a category:
// what they take, and what is free.
func (s *Service) Slots(ctx context.Context, who authz.Actor, community authz.CommunityID, category string, of ID, from clock.Day, days int) (out []SlotView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		var due clock.Instant
		if of != 0 {
			t, err := get(ctx, tx, of)
			if err != nil {
				return err
			}
			category, due = t.Category, t.deadline()
		}
		out, err = slotsFor(ctx, tx, community, category, of, from, days)
		out = slices.DeleteFunc(out, func(w SlotView) bool { return w.To <= tx.Now })
		for i := range out {
			out[i].After = due != 0 && out[i].From > due
		}
		return err
	})
	return out, err
}

func slotsFor(ctx context.Context, tx *db.Tx, community authz.CommunityID, category string, of ID, from clock.Day, days int) ([]SlotView, error) {
	set, err := settingsIn(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	if from.IsZero() {
		if from, err = org.Today(ctx, tx, community); err != nil {
			return nil, err
		}
	}
	return slots(ctx, tx, community, set.visits(), TreeOf(tx).SkillFor(category), from, days, of)
}

// OwnSlots lists the windows that a resident can book for a matter of a category:
// only what is free, and early enough.
func OwnSlots(ctx context.Context, tx *db.Tx, community authz.CommunityID, category string, of ID) (out []SlotView, err error) {
	set, err := settingsIn(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	rules := set.visits()
	out, err = slotsFor(ctx, tx, community, category, of, clock.Day{}, int(rules.Ahead)+1)
	out = slices.DeleteFunc(out, func(w SlotView) bool {
		return w.Free <= 0 || !rules.mayChange(FromCustomer, w.VisitWindow, tx.Now)
	})
	for i := range out {
		out[i].Capacity, out[i].Free = 0, 1 // how busy a community is stays inside
	}
	return out, err
}

// dutyFor is who could come for t: now, or in its window.
func dutyFor(ctx context.Context, tx *db.Tx, t Ticket, set Settings) ([]Candidate, error) {
	zone, err := org.Zone(ctx, tx, t.Community)
	if err != nil {
		return nil, err
	}
	w, ok := t.visit(zone)
	if !ok || w.To <= tx.Now {
		return available(ctx, tx, t.Community)
	}
	people, err := crewIn(ctx, tx, t.Community, w.From, w.To)
	if err != nil {
		return nil, err
	}
	type busy struct {
		Who staff.ID `db:"assignee_id"`
		N   int64    `db:"n"`
	}
	have, err := db.All[busy](ctx, tx, `SELECT assignee_id, COUNT(*) AS n FROM ticket WHERE community_id = $1 AND visit_from >= $2 AND visit_from < $3 AND assignee_id IS NOT NULL AND id <> $4 AND visit_state = 'booked' AND {scope}
		GROUP BY assignee_id`, t.Community, w.From, w.To, t.ID)
	return slices.DeleteFunc(people.in(w), func(c Candidate) bool {
		return slices.ContainsFunc(have, func(b busy) bool { return b.Who == c.ID && b.N >= set.visits().PerPerson })
	}), err
}

// early reports whether nobody need be chosen yet: the appointment is still some time away.
func (t Ticket) early(set Settings, now clock.Instant) bool {
	return t.VisitState == Booked && t.VisitFrom != nil && now < set.visits().chosenAt(*t.VisitFrom)
}
