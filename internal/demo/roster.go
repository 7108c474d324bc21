package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
	"guanjia/internal/roster"
)

// Two groups take turns, a day and a night each: the first is on the duty that
// runs as the month ends.
var (
	onNow  = []string{chen, "0533", "0534"}
	onNext = []string{"0535", "0536", "0537"}
)

// rotas plans the week before, this week and the next, on the Sunday before
// them: maintenance around the clock in two groups, leaders by day, the service centre early and late.
func (m *maker) rotas() {
	monday := roster.Monday(clock.DayOf(m.now, m.zone))
	m.on(monday.Add(-8).At(7*60, m.zone), func(ctx context.Context) error { return m.rota(ctx, monday) })
	m.on(monday.Add(-2).At(9*60+30, m.zone), m.strike)
	m.on(m.changes().At(8*60+2, m.zone), m.relieve)
}

// changes is the day on which the maintenance duty that runs now began.
func (m *maker) changes() clock.Day { return clock.DayOf(m.now.Add(-8*time.Hour), m.zone) }

func (m *maker) rota(ctx context.Context, monday clock.Day) error {
	boss, desk := m.staff[leader].actor, m.staff[supervisor].actor
	shifts := map[string]roster.ShiftID{}
	for _, s := range []roster.ShiftDraft{
		{Name: "维修值班", Post: roster.PostMaintenance, Start: 8 * 60, Minutes: 24 * 60, Least: 3}, {Name: "领班", Post: roster.PostMaintenance, Start: 8 * 60, Minutes: 12 * 60, Least: 1, Skills: []string{"lift"}},
		{Name: "保洁日班", Post: roster.PostCleaning, Start: 7 * 60, Minutes: 12 * 60, Least: 1, Skills: []string{"cleaning"}}, {Name: "秩序日班", Post: roster.PostSecurity, Start: 8 * 60, Minutes: 12 * 60, Least: 1, Skills: []string{"security"}},
		{Name: "值班经理", Post: roster.PostResponse, Start: 8 * 60, Minutes: 24 * 60, Least: 1}, {Name: "客服早班", Post: roster.PostService, Start: 8 * 60, Minutes: 8 * 60, Least: 2}, {Name: "客服晚班", Post: roster.PostService, Start: 14 * 60, Minutes: 8 * 60, Least: 1},
	} {
		made, err := m.Roster.AddShift(ctx, boss, m.community, s)
		if err != nil {
			return err
		}
		shifts[s.Name] = made.ID
	}
	turn := func(shift string, on []int, who ...string) (out roster.Turns) {
		for _, no := range who {
			out = append(out, roster.Turn{Staff: m.staff[no].id, Shift: shifts[shift], On: on})
		}
		return out
	}
	every, both := []int{0, 1, 2, 3, 4, 5, 6}, func(a, b roster.Turns) roster.Turns { return append(a, b...) }
	for _, p := range []roster.PatternDraft{
		{Name: "维修做一休一", Days: 2, StartsOn: m.changes(), Turns: both(turn("维修值班", []int{0}, onNow...), turn("维修值班", []int{1}, onNext...))},
		{Name: "值班经理", Days: 2, StartsOn: m.changes(), Turns: both(turn("值班经理", []int{0}, manager), turn("值班经理", []int{1}, deskHead))},
		{Name: "领班", Days: 7, StartsOn: monday, Turns: both(both(turn("领班", every, leader), turn("保洁日班", every, cleaner)), turn("秩序日班", every, guard))},
		{Name: "客服两班", Days: 7, StartsOn: monday, Turns: both(both(turn("客服早班", []int{0, 1, 2, 3, 4}, zhou), turn("客服早班", []int{2, 3, 4, 5, 6}, su)), both(turn("客服晚班", []int{0, 1, 2, 3, 4}, tang), turn("客服晚班", []int{2, 3, 4, 5, 6}, zheng)))},
	} {
		kept, err := m.Roster.AddPattern(ctx, boss, m.community, p)
		if err != nil {
			return err
		}
		for _, from := range []clock.Day{monday.Add(-7), monday, monday.Add(7)} {
			if err := m.filled(ctx, boss, from, kept.ID); err != nil {
				return fmt.Errorf("%s: %w", p.Name, err)
			}
		}
		for _, slot := range kept.On(monday.Add(-8)) { // who is there until Monday morning
			if slot.Shift == shifts["维修值班"] {
				if _, err := m.Roster.Plan(ctx, boss, m.community, roster.Wish{Slot: slot}); err != nil {
					return err
				}
			}
		}
	}
	for _, from := range []clock.Day{monday.Add(-14), monday.Add(-7), monday} {
		if err := m.marks(ctx, from); err != nil {
			return err
		}
	}
	return m.unusual(ctx, desk, monday, shifts)
}

func (m *maker) filled(ctx context.Context, boss authz.Actor, from clock.Day, by roster.PatternID) error {
	all, err := m.Roster.Propose(ctx, boss, m.community, from, by)
	if err != nil {
		return err
	}
	slots := []roster.Slot{}
	for _, l := range all {
		slots = append(slots, roster.Slot{Staff: l.Staff, Shift: l.Shift, Day: l.Day})
	}
	f, err := m.Roster.Fill(ctx, boss, m.community, slots, "")
	if err == nil && len(f.Left) > 0 {
		err = fmt.Errorf("%d were left out", len(f.Left))
	}
	return err
}

// unusual is what makes a roster a real one: somebody stands in with too little
// rest, somebody is away, somebody asks to swap.
func (m *maker) unusual(ctx context.Context, desk authz.Actor, monday clock.Day, shifts map[string]roster.ShiftID) error {
	saturday := monday.Add(12)
	if _, err := m.Roster.Plan(ctx, desk, m.community, roster.Wish{Slot: roster.Slot{Staff: m.staff[tang].id, Shift: shifts["客服早班"], Day: saturday}, Reason: "周六开放日，临时加一人"}); err != nil {
		return err
	}
	away := monday.Add(9)
	if _, err := m.Roster.AddLeave(ctx, desk, roster.Leave{Community: m.community, Staff: m.staff["0537"].id, Kind: "annual", FromDay: away, ToDay: away.Add(2)}); err != nil {
		return err
	}
	luo := m.staff["0535"].actor
	mine, err := m.Roster.Mine(ctx, luo, m.community)
	if err != nil {
		return err
	}
	for _, d := range mine.Duties {
		if d.Day.After(monday.Add(7)) {
			_, err := m.Roster.Ask(ctx, luo, roster.Swap{Duty: d.ID, To: m.staff[chen].id, Reason: "孩子家长会"})
			return err
		}
	}
	return errors.New("nothing is planned to swap")
}

// relieve hands the maintenance duty over in the morning.
func (m *maker) relieve(ctx context.Context) error {
	from, to := m.staff["0535"], m.staff[chen]
	h, err := m.Roster.Give(ctx, from.actor, m.community, roster.HandoverDraft{
		Post: roster.PostMaintenance, Shift: "维修值班", In: to.id, Items: []string{"5栋生活水泵有异响，已报厂家，今天上午来看"}, Keys: "泵房、配电房钥匙各 1 把，对讲机 3 台", Cash: money.Fen(0), Events: "夜间巡查无异常",
	})
	if err != nil {
		return err
	}
	m.Clock.Set(clock.Of(m.Clock.Now()).Add(4 * time.Minute))
	_, err = m.Roster.Take(ctx, to.actor, h.ID, seen, "")
	return err
}
