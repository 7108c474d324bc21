package demo

import (
	"context"
	"fmt"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/publicity"
)

// common is what came in and went out of common money last year, by month and day.
var common = []struct {
	side, kind string
	month      time.Month
	day        int
	yuan       money.Fen
	words, doc string
}{
	{"income", "lift_ads", time.January, 12, 18600, "1–6 栋电梯轿厢广告，上半年", "GG-%d-01"},
	{"income", "parking", time.March, 31, 9240, "地面公共车位临停收入，一季度", "TC-%d-Q1"},
	{"expense", "upkeep", time.April, 18, 4800, "儿童乐园地垫更换", "WX-%d-07"},
	{"income", "vending", time.May, 6, 3600, "快递柜、售货机场地费，全年", "CD-%d-02"},
	{"income", "lift_ads", time.July, 10, 18600, "1–6 栋电梯轿厢广告，下半年", "GG-%d-02"},
	{"income", "venue", time.September, 20, 1500, "中秋集市场地出租", "CD-%d-05"},
	{"expense", "committee", time.October, 8, 6000, "业主委员会办公经费", "YWH-%d-01"},
	{"expense", "community", time.October, 12, 2350, "重阳节敬老活动", "HD-%d-03"},
	{"expense", "maintenance_fund", time.December, 20, 20000, "按业主大会决定转入维修资金", "WXJ-%d-01"},
}

// shared writes down last year's common money, has it published, and begins this
// year's; two inspections of charges are under way, one of them overdue.
func (m *maker) shared(ctx context.Context) error {
	m.Clock.Set(m.now.Add(-10 * time.Minute))
	who, today := m.staff[cashier].actor, clock.DayOf(m.now, m.zone)
	last := today.Year() - 1
	var year publicity.YearID
	for _, c := range common {
		day, err := clock.NewDay(last, c.month, c.day)
		if err != nil {
			return err
		}
		e, err := m.Publicity.Enter(ctx, who, m.community, publicity.Written{Side: c.side, Kind: c.kind, Day: day, Fen: c.yuan * 100, Words: c.words, Document: fmt.Sprintf(c.doc, last)})
		if err != nil {
			return err
		}
		year = e.Year
	}
	y, err := m.sharedYear(ctx, year)
	if err != nil {
		return err
	}
	if _, err := m.Publicity.SetOpening(ctx, who, year, matching(y.Version), 1284650, "前期移交清单第 4 页"); err != nil {
		return err
	}
	if y, err = m.sharedYear(ctx, year); err != nil {
		return err
	}
	if _, err := m.Publicity.Close(ctx, who, year, matching(y.Version)); err != nil {
		return err
	}
	if err := m.approve(ctx, manager, "publicity.publish", "shared_year:"+year.String(), "与账簿、合同核对一致，同意公示。"); err != nil {
		return err
	}
	first, err := clock.NewDay(today.Year(), time.January, 1)
	if err != nil {
		return err
	}
	for i, c := range common[:3] {
		day := today.Add(-20 + 5*i)
		if day.Before(first) {
			day = first
		}
		if _, err := m.Publicity.Enter(ctx, who, m.community, publicity.Written{Side: c.side, Kind: c.kind, Day: day, Fen: c.yuan * 105, Words: c.words, Document: fmt.Sprintf(c.doc, today.Year())}); err != nil {
			return err
		}
	}
	return m.inspected(ctx, today)
}

func (m *maker) sharedYear(ctx context.Context, id publicity.YearID) (publicity.Year, error) {
	all, err := m.Publicity.Years(ctx, m.staff[cashier].actor, m.community)
	for _, y := range all {
		if y.ID == id {
			return y, err
		}
	}
	return publicity.Year{}, db.ErrNotFound
}

func (m *maker) inspected(ctx context.Context, today clock.Day) error {
	who := m.staff[manager].actor
	items, err := m.Bills.Items(ctx, who, m.community)
	if err != nil {
		return err
	}
	named := func(code string) publicity.Items {
		for _, i := range items {
			if i.Code == code {
				return publicity.Items{i.ID}
			}
		}
		return publicity.Items{}
	}
	late, err := m.Publicity.AddInspection(ctx, who, m.community, publicity.Draft{
		Kind: "order", Authority: "清溪区市场监督管理局", Number: "清市监责改〔" + fmt.Sprint(today.Add(-40).Year()) + "〕18号", Day: today.Add(-40), Items: named("GT"),
		Finding: "公摊电费公示不及时，要求按月公示用量、单价和分摊方法，并退还多摊的 2 户。", Refund: 18640, Due: today.Add(-3), Assignee: m.staff[cashier].actor.ID,
	})
	if err != nil {
		return err
	}
	if _, err := m.Publicity.AddStep(ctx, who, late.ID, matching(late.Version), "已在公告栏和业主端补公示近三个月分摊明细。"); err != nil {
		return err
	}
	_, err = m.Publicity.AddInspection(ctx, who, m.community, publicity.Draft{
		Kind: "inspection", Authority: "清溪区住房和建设局", Number: "物业收费双随机检查通知", Day: today.Add(-5), Items: named("WY"),
		Finding: "抽查物业服务收费公示、收费依据和发票开具情况，请备齐近一年资料。", Due: today.Add(9), Assignee: who.ID,
	})
	return err
}
