package demo

import (
	"context"
	"fmt"
	"time"

	till "guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// yesterday's shift is closed to the fen; today's is open with a void that waits for somebody.
func (m *maker) collect(ctx context.Context) error {
	who := m.staff[cashier].actor
	if _, err := m.Cashier.SetOffice(ctx, m.staff[manager].actor, m.community, func(int64) error { return nil }, till.OfficeDraft{Hours: "每天 8:30–17:30", Complaint: "12345 政务热线 / 12315"}); err != nil {
		return err
	}
	today := clock.DayOf(m.now, m.zone)
	defer m.Clock.Set(clock.Of(m.Clock.Now()))
	m.Clock.Set(today.Add(-1).At(9*60, m.zone))
	s, err := m.Cashier.Open(ctx, who, m.community, 20000)
	if err != nil {
		return err
	}
	for i, h := range m.homes[:min(len(m.homes), 20)] {
		m.Clock.Set(today.Add(-1).At(9*60+12*i, m.zone))
		if err := m.pays(ctx, h.room, i); err != nil {
			return fmt.Errorf("%s: %w", h.room.Label, err)
		}
	}
	m.Clock.Set(today.Add(-1).At(17*60, m.zone))
	if s, err = m.Cashier.OwnShift(ctx, who, m.community); err != nil {
		return err
	}
	cash := s.Counts[0].Expected - s.Counts[0].Expected%10
	in := till.Closing{Notes: notes(cash), Banked: cash - 20000, Slip: "缴款单 " + today.Add(-1).String(), Reason: "尾数不足一角"}
	if _, err := m.Cashier.Close(ctx, who, s.ID, web.Match{IfMatch: fmt.Sprintf("%q", fmt.Sprint(s.Version))}, in); err != nil {
		return err
	}
	if _, err := m.Cashier.CloseDay(ctx, m.staff[manager].actor, m.community, today.Add(-1)); err != nil {
		return err
	}
	return m.collectToday(ctx, today)
}

func (m *maker) collectToday(ctx context.Context, today clock.Day) error {
	who := m.staff[cashier].actor
	m.Clock.Set(min(today.At(9*60, m.zone), m.now.Add(-time.Hour)))
	if _, err := m.Cashier.Open(ctx, who, m.community, 20000); err != nil {
		return err
	}
	for i, h := range m.homes[min(len(m.homes)-1, 20):min(len(m.homes), 26)] {
		if err := m.pays(ctx, h.room, i); err != nil {
			return fmt.Errorf("%s: %w", h.room.Label, err)
		}
	}
	for _, do := range []func(context.Context) error{func(ctx context.Context) error { return m.atTheDesk(ctx, today) }, m.tenantPays, m.offsets} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	room := m.homes[min(len(m.homes)-1, 27)].room.ID
	if _, err := m.Cashier.TakeDeposit(ctx, who, till.Depositing{Room: room, Kind: "renovation", Amount: 200000, Means: ledger.POS, Reference: "POS 0007731", Payer: "业主"}); err != nil {
		return err
	}
	wrong, err := m.Cashier.Pay(ctx, who, till.Paying{Room: room, Way: "ahead", Amount: 10000, Means: ledger.Cash, Payer: "业主", Words: "预存水费"})
	if err != nil {
		return err
	}
	_, err = m.Cashier.AskVoid(ctx, who, wrong.ID, web.Match{IfMatch: fmt.Sprintf("%q", fmt.Sprint(wrong.Version))}, "住户要求改存到另一套房")
	return err
}

// pays lets a household pay in one way or another, as its number has it.
func (m *maker) pays(ctx context.Context, room housing.Room, i int) error {
	who := m.staff[cashier].actor
	c, err := m.Cashier.Counter(ctx, who, room.ID, nil)
	if err != nil || c.Total <= 0 {
		return err
	}
	payer := c.Payer
	if payer == "" {
		payer = "业主"
	}
	in := till.Paying{Room: room.ID, Way: "until", Until: c.Day, Means: ledger.Cash, Payer: payer}
	switch i % 5 {
	case 1, 2:
		in.Means, in.Reference = ledger.WeChat, fmt.Sprintf("42000026%08d", 7301+i)
	case 3:
		in.Means, in.Reference = ledger.Alipay, fmt.Sprintf("20260%08d", 5507+i)
	case 4:
		in.Way, in.Amount = "amount", c.Total/2+1
	}
	for _, l := range c.Lines {
		if in.Way == "amount" || !l.Due.After(c.Day) {
			in.Expected += l.Total()
		}
	}
	if in.Expected == 0 {
		in.Way, in.Amount = "ahead", 50000
	}
	if in.Means == ledger.Cash && in.Way == "until" {
		in.Tendered = (in.Expected/10000 + 1) * 10000
	}
	_, err = m.Cashier.Pay(ctx, who, in)
	return err
}

// notes are an amount in the fewest notes and coins.
func notes(cash money.Fen) (out till.Notes) {
	for _, face := range []money.Fen{10000, 5000, 2000, 1000, 500, 100, 50, 10} {
		if n := cash / face; n > 0 {
			out = append(out, till.Note{Face: face, N: int64(n)})
			cash -= n * face
		}
	}
	return out
}
