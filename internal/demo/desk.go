package demo

import (
	"context"

	"guanjia/internal/billing"
	till "guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
	"guanjia/internal/temporary"
)

// atTheDesk bills what happens once: cards, renovation waste, a visitor's car,
// which is paid at once.
func (m *maker) atTheDesk(ctx context.Context, today clock.Day) error {
	who, home := m.staff[cashier].actor, m.homes[min(len(m.homes)-1, 28)].room.ID
	if _, err := m.Temporary.Bill(ctx, who, temporary.Draft{Community: m.community, Room: home, Item: m.once[0], Quantity: "2", Words: "补办门禁卡两张", Expected: 4000}); err != nil {
		return err
	}
	if _, err := m.Temporary.Bill(ctx, m.staff[manager].actor, temporary.Draft{Community: m.community, Room: home, Item: m.once[1], Amount: 36000, Why: "装修垃圾两车，按清运公司报价", Expected: 36000}); err != nil {
		return err
	}
	in := today.Add(-1)
	p := temporary.Parked{Community: m.community, Item: m.once[2], Plate: "浙B66F88", In: in.String() + "T19:40", Out: in.String() + "T23:05"}
	q, err := m.Temporary.Quote(ctx, who, p)
	if err != nil {
		return err
	}
	c, err := m.Temporary.BillStay(ctx, who, p, q.Fen)
	if err != nil {
		return err
	}
	_, err = m.Cashier.Pay(ctx, who, till.Paying{Room: c.Room, Way: "lines", Lines: []billing.LineID{c.ID}, Expected: c.Fen, Means: ledger.Cash, Payer: c.Who})
	return err
}
