package demo

import (
	"context"

	"guanjia/internal/arrears"
	"guanjia/internal/platform/clock"
)

// owe lets some of those who have not paid say why: one disputes a bill, one
// promises, one is left alone for a while.
func (m *maker) owe(ctx context.Context) error {
	if err := m.Arrears.Ladder(ctx); err != nil {
		return err
	}
	who, today := m.staff[cashier].actor, clock.DayOf(m.now, m.zone)
	all, err := m.Arrears.Worklist(ctx, who, arrears.Filter{Community: m.community, View: "all"}, arrears.Position{}, 12)
	if err != nil {
		return err
	}
	for i, d := range all {
		switch i {
		case 2:
			h, err := m.Arrears.Household(ctx, who, d.Room)
			if err != nil || len(h.Lines) == 0 {
				return err
			}
			if h, err = m.Arrears.Open(ctx, who, h.Lines[0].ID, "业主称上月电梯停运八天，要求说明收费依据"); err != nil {
				return err
			}
			_, err = m.Arrears.Step(ctx, who, h.Disputes[0].ID, func(int64) error { return nil }, "basis", "已把账单说明和电梯维修记录发给业主")
			if err != nil {
				return err
			}
		case 5:
			if _, err := m.Arrears.Promise(ctx, who, d.Room, arrears.Instalment{Fen: d.Fen, On: today.Add(6)}, 0, "发工资后来服务中心交"); err != nil {
				return err
			}
		case 8:
			if _, err := m.Arrears.SetHardship(ctx, who, d.Room, today.Add(90), "业主住院，家属已提交材料"); err != nil {
				return err
			}
		}
	}
	return nil
}
