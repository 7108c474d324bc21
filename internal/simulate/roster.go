package simulate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
	"guanjia/internal/roster"
)

// The three shifts of a day; a group has two early, two late, two at night and
// two days off, each group two days after the one before.
var shifts = []roster.ShiftDraft{
	{Name: "早班", Post: roster.PostMaintenance, Start: 7 * 60, Minutes: 8 * 60, Least: 4},
	{Name: "中班", Post: roster.PostMaintenance, Start: 15 * 60, Minutes: 8 * 60, Least: 4},
	{Name: "夜班", Post: roster.PostMaintenance, Start: 23 * 60, Minutes: 8 * 60, Least: 4},
}

const cycle = 2 * groups

// turn is the number of the shift that a group has on the n-th day; none: -1.
func turn(group, n int) int {
	if at := (n + 2*(group-1)) % cycle / 2; at < len(shifts) {
		return at
	}
	return -1
}

// firstWeeks plans this week and the next.
func (w *world) firstWeeks(ctx context.Context) error {
	boss := w.who(mechanics).actor
	first := clock.DayOf(w.now(), w.zone)
	var ids []roster.ShiftID
	for _, d := range shifts {
		s, err := w.Roster.AddShift(ctx, boss, w.community, d)
		if err != nil {
			return err
		}
		ids = append(ids, s.ID)
	}
	p := roster.PatternDraft{Name: "四班三运转", Days: cycle, StartsOn: first}
	for _, c := range w.crew {
		for shift := range shifts {
			t := roster.Turn{Staff: c.id, Shift: ids[shift]}
			for n := range cycle {
				if c.group > 0 && turn(c.group, n) == shift {
					t.On = append(t.On, n)
				}
			}
			if len(t.On) > 0 {
				p.Turns = append(p.Turns, t)
			}
		}
	}
	kept, err := w.Roster.AddPattern(ctx, boss, w.community, p)
	if err != nil {
		return err
	}
	w.pattern = kept.ID
	for _, from := range []clock.Day{first, first.Add(7)} {
		if err := w.fill(ctx, from); err != nil {
			return err
		}
	}
	return nil
}

// fill plans the week of a day by the pattern.
func (w *world) fill(ctx context.Context, day clock.Day) error {
	boss := w.who(mechanics).actor
	all, err := w.Roster.Propose(ctx, boss, w.community, day, w.pattern)
	if err != nil {
		return err
	}
	slots := []roster.Slot{}
	for _, l := range all {
		slots = append(slots, roster.Slot{Staff: l.Staff, Shift: l.Shift, Day: l.Day})
	}
	if len(slots) == 0 {
		return nil
	}
	_, err = w.Roster.Fill(ctx, boss, w.community, slots, "")
	return err
}

// office puts what planners do on the agenda: every morning something changes.
func (w *world) office(end clock.Instant) {
	w.every(w.begin.Add(30*time.Minute), end, 24*time.Hour, func(ctx context.Context) error {
		// What was given before the roster changed was given by the roster before.
		if err := w.drain(ctx); err != nil {
			return err
		}
		if err := w.checker.hour(ctx); err != nil {
			return err
		}
		return w.unusual(ctx)
	})
}

// unusual is a morning's trouble: somebody is ill, somebody's duty is taken off,
// somebody stands in. On Sundays the week after next is planned.
func (w *world) unusual(ctx context.Context) error {
	boss, today := w.who(mechanics).actor, clock.DayOf(w.now(), w.zone)
	ill := pick(w, w.crew)
	for ill.group == 0 {
		ill = pick(w, w.crew)
	}
	long := w.dice.IntN(3)
	if _, err := w.Roster.AddLeave(ctx, boss, roster.Leave{Community: w.community, Staff: ill.id, Kind: "sick", FromDay: today, ToDay: today.Add(long)}); err != nil {
		return err
	}
	for n := range long + 1 {
		w.away[absence{ill.id, today.Add(n)}] = true
	}
	week, err := w.Roster.Week(ctx, boss, w.community, today.Add(1))
	if err != nil {
		return err
	}
	off := pick(w, week.Duties)
	if off.From > w.now().Add(24*time.Hour) {
		if err := w.Roster.Cancel(ctx, boss, off.ID, web.Match{IfMatch: strconv.Quote(strconv.FormatInt(off.Version, 10))}); err != nil {
			return fmt.Errorf("taking a duty off: %w", err)
		}
		w.away[absence{off.Staff, off.Day}] = true
	}
	stands := pick(w, w.crew)
	_, err = w.Roster.Plan(ctx, boss, w.community, roster.Wish{Slot: roster.Slot{Staff: stands.id, Shift: pick(w, week.Shifts).ID, Day: today.Add(1)}, Reason: "顶班"})
	if errors.Is(err, roster.ErrOverlap) || errors.Is(err, roster.ErrOnLeave) {
		err = nil // they cannot
	}
	if err == nil && today.Weekday() == time.Sunday {
		err = w.fill(ctx, today.Add(8))
	}
	return err
}

// there reports whether somebody works at an instant, as they see it themselves:
// who takes turns by the pattern, the others whenever they are needed.
func (w *world) there(c *colleague, at clock.Instant) bool {
	if c.group == 0 {
		return true
	}
	today := clock.DayOf(at, w.zone)
	for _, d := range []clock.Day{today, today.Add(-1)} { // a night began the day before
		n := turn(c.group, d.Sub(clock.DayOf(w.begin, w.zone))+cycle)
		if n < 0 || w.away[absence{c.id, d}] || w.away[absence{c.id, today}] {
			continue
		}
		from := d.At(int(shifts[n].Start), w.zone)
		if at >= from && at < from.Add(time.Duration(shifts[n].Minutes)*time.Minute) {
			return true
		}
	}
	return false
}

// able finds somebody who is there and has a skill.
func (w *world) able(skill string, not *colleague) *colleague {
	var all []*colleague
	for _, c := range w.crew {
		if c != not && slices.Contains(c.skills, skill) && w.there(c, w.now()) {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return pick(w, all)
}
