package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"guanjia/internal/billing"
	till "guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
)

// smart are meters that a gateway reads: some rooms have them instead of those
// that somebody goes to. What it brings of the month before is billed.
func (m *maker) smart(ctx context.Context, last clock.Period) error {
	defer m.Clock.Set(clock.Of(m.Clock.Now()))
	from := min(len(m.homes), 48)
	for i, h := range m.homes[from:min(len(m.homes), from+8)] {
		if _, err := m.Bills.CreateMeter(ctx, m.staff[cashier].actor, m.community, billing.MeterDraft{Kind: "water", Number: fmt.Sprintf("ZN%05d", 31001+i), Room: h.room.ID, Place: "水井", Digits: 5, Plausible: "60"},
			&billing.Entered{On: last.First().Add(-1), Value: fmt.Sprintf("%d.0", 40+9*i)}); err != nil {
			return err
		}
	}
	m.Clock.Set(last.First().Add(-1).At(15*60, m.zone))
	made, err := m.Bills.MakeGateway(ctx, m.staff[manager].actor, m.community, "1–3 栋集中抄表网关")
	if err != nil {
		return err
	}
	today := clock.DayOf(m.now, m.zone)
	for _, day := range []clock.Day{last.First().Add(9), last.First().Add(19), last.Last(), today} {
		at := min(day.At(6*60, m.zone), m.now.Add(-1))
		m.Clock.Set(at)
		sent := []billing.Sent{{Number: "ZN39999", At: at, Value: "12.4"}} // a meter that is not in the register
		for i := range min(len(m.homes)-from, 8) {
			used := float64(day.Sub(last.First())+1) * (0.3 + 0.05*float64(i))
			sent = append(sent, billing.Sent{Number: fmt.Sprintf("ZN%05d", 31001+i), At: at, Value: fmt.Sprintf("%.1f", float64(40+9*i)+used)})
		}
		who, err := m.Bills.Device(ctx, made.Secret)
		if err != nil {
			return err
		}
		if _, err := m.Bills.FromGateway(ctx, who, sent); err != nil {
			return err
		}
	}
	return nil
}

// shown has a picture of the register beside some of the readings.
func (m *maker) shown(ctx context.Context, made []billing.ReadingID, of []billing.Entered) error {
	for i, id := range made[:min(len(made), 3)] {
		raw, err := register(of[i].Value)
		if err != nil {
			return err
		}
		if _, err := m.Bills.AddPhoto(ctx, m.staff[cashier].actor, id, bytes.NewReader(raw)); err != nil {
			return err
		}
	}
	return nil
}

// ordered is the order of allocation that the contract has (PAY-01).
func (m *maker) ordered(ctx context.Context, items map[string]billing.ItemID) error {
	_, err := m.Cashier.SetOrder(ctx, m.staff[manager].actor, m.community, seen, till.OrderDraft{Late: "last", Items: till.Items{items["WY"], items["SF"]}, Document: "《云栖苑前期物业服务合同》第十二条"})
	return err
}

// tenantPays lets one who rents pay what is billed to them, at the desk.
func (m *maker) tenantPays(ctx context.Context) error {
	who := m.staff[cashier].actor
	for _, h := range m.homes[min(len(m.homes), 30):] {
		if h.room.State != housing.Let {
			continue
		}
		c, err := m.Cashier.Counter(ctx, who, h.room.ID, nil)
		if err != nil {
			return err
		}
		in := till.Paying{Room: h.room.ID, Way: "lines", Means: ledger.WeChat, Reference: "4200002688800113"}
		for _, l := range c.Lines {
			if l.Tenant {
				in.Lines, in.Payer, in.Expected = append(in.Lines, l.ID), l.Who, in.Expected+l.Total()
			}
		}
		if len(in.Lines) == 0 {
			continue
		}
		_, err = m.Cashier.Pay(ctx, who, in)
		return err
	}
	return errors.New("nobody rents")
}

// offsets are claims of owners that are set against what they owe: one was
// approved, one waits for somebody.
func (m *maker) offsets(ctx context.Context) error {
	who, made := m.staff[cashier].actor, 0
	for _, h := range m.homes[min(len(m.homes), 40):] {
		c, err := m.Cashier.Counter(ctx, who, h.room.ID, nil)
		if err != nil {
			return err
		}
		if c.MaySet < 100_00 {
			continue
		}
		in := till.Offsetting{Room: h.room.ID, Amount: c.MaySet / 100 * 100, Claim: "damages", Document: "漏水赔偿协议", Reason: "公共管道漏水损坏地板，双方已签赔偿协议，业主要求抵物业费"}
		if made++; made == 2 {
			in.Claim, in.Document, in.Reason = "rent", "车位租用协议", "管理处租用业主车位的租金，业主要求抵账"
		}
		v, err := m.Cashier.SetOff(ctx, who, in)
		if err != nil || made == 2 {
			return err
		}
		if err := m.approve(ctx, manager, "cashier.offset", "offset:"+v.ID.String(), "赔偿协议已核对，同意抵账。"); err != nil {
			return err
		}
	}
	return errors.New("too few owe enough")
}
