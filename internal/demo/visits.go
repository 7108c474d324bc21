package demo

import (
	"context"
	"fmt"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
)

// booked are what residents asked for by appointment, for tomorrow: enough for
// the calendar and for a plan of the day.
var booked = []struct{ slot, category, title string }{
	{"上午", "facilities.water", "净水器换滤芯"}, {"上午", "facilities.water", "加装洗碗机进水阀"}, {"上午", "facilities.power", "更换客厅吸顶灯"}, {"上午", "facilities.power", "加装卫生间插座"},
	{"上午", "facilities.doors", "阳台门调校"}, {"上午", "facilities.water", "疏通洗衣机地漏"}, {"下午", "facilities.water", "更换淋浴花洒"}, {"下午", "facilities.power", "检查空气开关"},
	{"下午", "facilities.doors", "更换防盗门猫眼"}, {"下午", "facilities.water", "热水器进水管检查"}, {"下午", "facilities.power", "书房加装网络面板"}, {"下午", "facilities.water", "厨房龙头更换"},
}

// visits opens them; a window that is full by then is left.
func (m *maker) visits(ctx context.Context) error {
	tomorrow := clock.DayOf(m.now, m.zone).Add(1)
	for _, v := range booked {
		c := course{grade: ticket.C, matter: matter{category: v.category, title: v.title}, opened: m.now}
		m.put(&c)
		_, err := m.Tickets.Open(ctx, m.staff[c.opener].actor, ticket.Intake{
			Community: m.community, Kind: ticket.Chore, Room: c.home.room.ID, Customer: c.caller, Category: v.category, Grade: ticket.C, Title: v.title, Channel: "phone", Visit: &ticket.Wanted{Day: tomorrow, Slot: v.slot},
		})
		if err != nil && errs.Of(err).Kind != errs.Invalid {
			return fmt.Errorf("%s: %w", v.title, err)
		}
	}
	return m.drain(ctx)
}
