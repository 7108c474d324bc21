package demo

import (
	"context"

	"guanjia/internal/extract"
	"guanjia/internal/platform/clock"
)

// wishes are how some households want their statements of account: they chose
// when they moved in, before the month that is sent had ended.
var wishes = []extract.Wish{
	{Form: extract.ByRoom, Rhythm: extract.Monthly, Lang: "zh"},
	{Form: extract.ByPayer, Rhythm: extract.Monthly, Lang: "en"},
	{Form: extract.ByRoom, Rhythm: extract.Yearly, Lang: "zh"},
	{Form: extract.ByPayer, Rhythm: extract.Monthly, Lang: "zh"},
}

// wish has the first households choose, in the month before.
func (m *maker) wish(ctx context.Context) error {
	who := m.staff[cashier].actor
	last := clock.DayOf(m.now, m.zone).Period().Add(-1)
	m.Clock.Set(last.First().Add(9).At(10*60, m.zone))
	for i, w := range wishes {
		p, err := m.Extracts.OfRoom(ctx, who, m.homes[i].room.ID)
		if err != nil {
			return err
		}
		if _, err := m.Extracts.Prefer(ctx, who, p.Customer, func(int64) error { return nil }, w); err != nil {
			return err
		}
	}
	return nil
}

// state sends last month's statements. Before nine in the morning of the set day
// they are left to the program itself.
func (m *maker) state(ctx context.Context) error {
	m.Clock.Set(m.now)
	if _, err := m.Extracts.SetRules(ctx, m.staff[manager].actor, m.community, func(int64) error { return nil }, 1); err != nil {
		return err
	}
	return m.Extracts.Day(ctx)
}
