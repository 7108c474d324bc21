package demo

import (
	"bytes"
	"context"
	"fmt"

	"guanjia/internal/customer"
	"guanjia/internal/handover"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// taker is a flat of the new building and who bought it.
type taker struct {
	room  housing.Room
	owner customer.ID
}

// newHouse builds 7栋, whose flats were sold and are being handed over, and
// keeps what the people of the other buildings signed.
func (m *maker) newHouse(ctx context.Context, admin authz.Actor) error {
	bulk := housing.Bulk{
		Community: m.community, Building: "7", Units: []string{"1", "2"}, FloorFrom: 1, FloorTo: 9, Skip: []int64{4}, PerFloor: 2, Type: housing.Home, BuildingArea: "118.60", State: housing.Sold,
	}
	if _, err := m.Housing.Create(ctx, admin, bulk); err != nil {
		return err
	}
	rooms, err := m.Housing.Rooms(ctx, admin, housing.Filter{Community: m.community, Q: "7-", Limit: 100})
	if err != nil {
		return err
	}
	takers := make([]taker, len(rooms))
	for i, r := range rooms {
		c, err := m.Customers.Create(ctx, admin, customer.New{
			Draft:     customer.Draft{Kind: customer.Person, Name: m.adult(), Mobiles: []customer.MobileDraft{{Number: fmt.Sprintf("1990000%04d", 6000+i), Primary: true}}},
			Community: m.community, Room: r.ID, Relation: customer.Owner,
		})
		if err != nil {
			return err
		}
		takers[i] = taker{r.Room, c.ID}
	}
	return m.appoint(ctx, takers)
}

// appoint invites the buyers, and puts each hand-over on the agenda: some lie
// behind, some are today, some are still to come.
func (m *maker) appoint(ctx context.Context, takers []taker) error {
	agent, today := m.staff[supervisor].actor, clock.DayOf(m.now, m.zone)
	for i, t := range takers {
		if i >= 28 {
			continue // nobody asked them yet
		}
		made, err := m.Handovers.Invite(ctx, agent, handover.Invitation{Community: m.community, Rooms: []housing.RoomID{t.room.ID}})
		if err != nil {
			return err
		}
		if i >= 24 {
			continue // invited, and not heard of
		}
		day := today.Add(-8 + i/2)
		if i >= 12 && i < 18 {
			day = today
		}
		h, err := m.Handovers.Get(ctx, agent, made.Handover)
		if err != nil {
			return err
		}
		slot := fmt.Sprintf("%02d:%02d", 9+i%6, 30*(i%2))
		if h, err = m.Handovers.Appoint(ctx, agent, h.ID, matching(h.Version), handover.Appointment{Day: day, Slot: slot, Customer: t.owner}); err != nil {
			return err
		}
		if i < 14 {
			m.on(day.At((9+i%6)*60+30*(i%2), m.zone), func(ctx context.Context) error { return m.receive(ctx, h, t, i) })
		}
	}
	return nil
}

// found is what is wrong where something is.
var found = map[string]string{
	"door": "门锁反锁不灵", "windows": "主卧窗框有划痕", "walls": "客厅墙面空鼓一处", "floor": "次卧地面起砂", "waterproof": "卫生间门槛处渗水", "outer": "飘窗下有水渍", "water": "厨房水压偏低",
	"drain": "卫生间地漏返水", "power": "客厅一处插座没有电", "gas": "报警器不亮", "heat": "空调孔位置偏低", "fire": "烟感罩缺失", "balcony": "栏杆有松动", "meters": "水表盖破损",
}

// receive is one hand-over at its hour.
func (m *maker) receive(ctx context.Context, h handover.Full, t taker, i int) error {
	agent := m.staff[supervisor].actor
	r := handover.Record{
		Keys:      []handover.Key{{Kind: "入户门钥匙", N: 5}, {Kind: "信箱钥匙", N: 2}, {Kind: "门禁卡", N: 3}},
		Readings:  []handover.Reading{{Kind: "water", Number: fmt.Sprintf("W%05d", 70100+i), Value: handover.Thousandths(1200 + 37*i)}, {Kind: "electricity", Number: fmt.Sprintf("E%05d", 70100+i), Value: handover.Thousandths(15_400 + 911*i)}},
		Documents: []string{"住宅质量保证书", "住宅使用说明书", "装修管理协议"},
	}
	for n, it := range h.Items {
		one := handover.ItemRecord{ID: it.ID, Result: "ok"}
		if (n+i)%9 == 3 {
			one.Result, one.Note = "defect", found[it.Code]
		}
		r.Items = append(r.Items, one)
	}
	done, err := m.Handovers.Record(ctx, agent, h.ID, matching(h.Version), r)
	if err != nil {
		return err
	}
	if i%7 == 5 {
		_, err = m.Handovers.Refuse(ctx, agent, h.ID, matching(done.Version), "要求先处理卫生间渗水再收房")
		return err
	}
	if i == 3 {
		for _, it := range done.Items {
			if it.Result == "defect" {
				shot, err := m.pictures.of("before", i)
				if err != nil {
					return err
				}
				if _, err := m.Handovers.AddPhoto(ctx, agent, it.ID, bytes.NewReader(shot)); err != nil {
					return err
				}
			}
		}
	}
	if _, err := m.Handovers.Finish(ctx, agent, h.ID, matching(done.Version), handover.Finish{State: housing.Vacant}); err != nil {
		return err
	}
	if i%5 == 4 {
		return nil // the papers come later
	}
	for _, kind := range []handover.PaperKind{handover.Contract, handover.Covenant} {
		if _, err := m.Handovers.Sign(ctx, agent, t.room.ID, handover.PaperBody{Kind: kind, Edition: "2026-1", Customer: t.owner, SignedOn: clock.DayOf(clock.Of(m.Clock.Now()), m.zone)}); err != nil {
			return err
		}
	}
	return nil
}

// signed keeps what the owners of the older buildings signed when they moved
// in; one in nine is missing.
func (m *maker) signed(ctx context.Context) error {
	type row struct {
		Room  housing.RoomID `db:"room_id"`
		Owner customer.ID    `db:"customer_id"`
		Day   clock.Day      `db:"handed_over_on"`
	}
	var all []row
	if err := m.DB.Read(ctx, system, actFill, func(tx *db.Tx) (err error) {
		all, err = db.All[row](ctx, tx, `SELECT r.id AS room_id, MIN(t.customer_id) AS customer_id, r.handed_over_on FROM room r JOIN relation t ON t.community_id = r.community_id AND t.room_id = r.id AND t.kind = 'owner'
			WHERE r.community_id = $1 AND r.handed_over_on IS NOT NULL AND r.type = 'home' AND {scope:r} GROUP BY r.id, r.handed_over_on ORDER BY r.id`, m.community)
		return err
	}); err != nil {
		return err
	}
	agent := m.staff[supervisor].actor
	for i, r := range all {
		for n, kind := range []handover.PaperKind{handover.Contract, handover.Covenant} {
			if (i+n)%9 == 4 {
				continue
			}
			if _, err := m.Handovers.Sign(ctx, agent, r.Room, handover.PaperBody{Kind: kind, Edition: "2019-1", Customer: r.Owner, SignedOn: r.Day}); err != nil {
				return err
			}
		}
	}
	return nil
}
