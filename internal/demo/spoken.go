package demo

import (
	"context"
	"time"

	"guanjia/internal/ticket"
)

// spoken are the matters that nobody has to go for: asked, proposed, praised.
// Those with an answer were settled at the desk, hours before now.
func (m *maker) spoken() {
	for _, s := range []struct {
		kind            ticket.Kind
		category, facet string
		title           string
		ago             time.Duration
		answer          string
	}{
		{ticket.Inquiry, "fees.property", "collection", "装修押金什么时候退", 190 * hour, "验收合格满三个月后，凭收据到前台办理，三个工作日内到账"},
		{ticket.Inquiry, "customer_service.information", "", "明天几点恢复供水", 30 * hour, "二次供水水箱清洗，明早 6 点前恢复"},
		{ticket.Inquiry, "customer_service.information", "", "快递柜满了能不能放前台", 5 * hour, "前台可代收小件，保管三天"},
		{ticket.Inquiry, "fees.parking", "calculation", "访客停车怎么收费", hour / 2, ""},
		{ticket.Suggestion, "environment.greening", "", "建议在儿童区加遮阳棚", 70 * hour, ""},
		{ticket.Suggestion, "customer_service.information", "", "地下车库出口加一面凸面镜", 120 * hour, "已列入下月整改，完成后告知"},
		{ticket.Praise, "customer_service.attitude", "", "表扬夜班保安帮老人搬菜上楼", 50 * hour, "已转达并记入当月表扬"},
	} {
		home := pick(m, m.homes)
		m.on(m.now.Add(-s.ago), func(ctx context.Context) error {
			desk := m.staff[pick(m, []string{zhou, tang, su})].actor
			t, err := m.Tickets.Open(ctx, desk, ticket.Intake{
				Community: m.community, Kind: s.kind, Room: home.room.ID, Customer: home.caller.Customer,
				Category: s.category, Facet: s.facet, Grade: ticket.C, Title: s.title, Channel: "phone",
			})
			if err != nil {
				return err
			}
			if s.answer != "" {
				m.on(m.now.Add(-s.ago+25*time.Minute), func(ctx context.Context) error {
					_, err := m.Tickets.Resolve(ctx, desk, t.ID, latest, ticket.Outcome{Remedy: s.answer})
					return err
				})
			}
			return m.drain(ctx)
		})
	}
}
