package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/billing"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// charge is an item of the demo with its tariffs.
type charge struct {
	code, name, en string
	set            func(*billing.ItemRules)
	tariffs        []billing.TariffDraft
}

const (
	propertyPaper = "云清价〔2024〕7号《清溪片区物业服务收费标准》"
	marketPaper   = "《云栖苑前期物业服务合同》附件三"
)

// charges are what the community pays for.
var charges = []charge{
	{"WY", "物业费", "property fee", func(r *billing.ItemRules) {
		r.Basis, r.PriceKind, r.Cap, r.CapPaper, r.LateGrace = billing.ByBuildingArea, "guided", "5.80", propertyPaper, 15
		r.LatePerDay = rate("0.0005")
	}, []billing.TariffDraft{
		{Price: "2.80", Document: propertyPaper, Explanation: "按房产证建筑面积，每平方米每月 2.80 元，含保洁、绿化、秩序和公共设施维护。"},
		{Price: "5.50", RoomType: "shop", Document: propertyPaper, Explanation: "商铺按建筑面积，每平方米每月 5.50 元。"},
	}},
	{"LJ", "生活垃圾费", "garbage", func(r *billing.ItemRules) {
		r.Basis, r.RoomTypes, r.BilledTo = billing.ByRoom, billing.Texts{"home", "shop"}, billing.ToTenant
	}, []billing.TariffDraft{
		{Price: "5.00", Document: "云清城管〔2023〕12号", Explanation: "每户每月 5 元，代收代缴。"},
	}},
	{"CW", "车位管理费", "parking space", func(r *billing.ItemRules) { r.Basis = billing.BySpace }, []billing.TariffDraft{
		{Price: "80.00", Document: marketPaper, Explanation: "产权和租用车位每个每月 80 元。"},
	}},
	{"DT", "电梯费", "lift", func(r *billing.ItemRules) {
		r.Basis, r.RoomTypes, r.Formula = billing.ByFormula, billing.Texts{"home"}, "if(floor <= 2, 0, price + (floor - 3) * 0.5)"
	}, []billing.TariffDraft{{Price: "12.00", Document: marketPaper, Explanation: "一、二层不收；三层每月 12 元，每高一层加 0.5 元。"}}},
	{"SF", "水费", "water", func(r *billing.ItemRules) {
		r.Basis, r.MeterKind, r.TaxRate, r.BilledTo = billing.ByMeter, "water", rate("0.03"), billing.ToTenant
	}, []billing.TariffDraft{
		{Tiers: billing.Tiers{{UpTo: "15", Price: "3.45"}, {UpTo: "25", Price: "4.83"}, {Price: "8.95"}}, Document: "云清发改价〔2022〕3号", Explanation: "每月 15 立方米以内 3.45 元，15 至 25 立方米 4.83 元，超出部分 8.95 元，按自来水公司价格代收。"},
	}},
	{"GT", "公摊电费", "shared electricity", func(r *billing.ItemRules) {
		r.Basis, r.ShareBy, r.RoomTypes, r.TaxRate = billing.ByShare, "area", billing.Texts{"home", "shop"}, rate("0")
	}, []billing.TariffDraft{{Document: marketPaper, Explanation: "楼道照明和电梯用电，按建筑面积分摊，金额与供电公司发票一致。"}}},
	{"MJK", "门禁卡工本费", "access card", func(r *billing.ItemRules) { r.Basis = billing.BySingle }, []billing.TariffDraft{
		{Price: "20.00", Document: marketPaper, Explanation: "补办门禁卡每张 20 元。"},
	}},
	{"ZXLJ", "装修垃圾清运", "renovation waste", func(r *billing.ItemRules) { r.Basis = billing.BySingle }, nil},
	{"LSTC", "临时停车费", "parking by time", func(r *billing.ItemRules) { r.Basis = billing.ByParking }, []billing.TariffDraft{
		{Parking: billing.ParkingRule{By: "time", Free: 30, Step: 60, Price: 300, NightStep: 120, Night: 200, NightFrom: 22 * 60, NightTo: 6 * 60, Cap: 2000, CapBy: "entry"}, Document: marketPaper,
			Explanation: "访客车辆半小时内免费，白天每小时 3 元，夜间每两小时 2 元，每 24 小时最多 20 元。"},
	}},
}

func rate(s string) money.Rate {
	r, err := money.ParseRate(s)
	if err != nil {
		panic("demo: " + err.Error()) // written above
	}
	return r
}

// fees bills the month before, and leaves this month's run for somebody to approve.
func (m *maker) fees(ctx context.Context) error {
	items := map[string]billing.ItemID{}
	last := clock.DayOf(m.now, m.zone).Period().Add(-1)
	for _, c := range charges {
		id, err := m.charge(ctx, c, last.First())
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		items[c.code] = id
	}
	if err := m.earlyYear(ctx, items["WY"], last); err != nil {
		return err
	}
	m.once = [3]billing.ItemID{items["MJK"], items["ZXLJ"], items["LSTC"]}
	if err := m.meters(ctx, last); err != nil {
		return err
	}
	if err := m.smart(ctx, last); err != nil {
		return err
	}
	if err := m.ordered(ctx, items); err != nil {
		return err
	}
	for i, p := range []clock.Period{last, last.Add(1)} {
		if _, err := m.Bills.AddCost(ctx, m.staff[cashier].actor, m.community, billing.CostDraft{Item: items["GT"], Period: p, Name: "楼道照明与电梯用电", Amount: []string{"6843.27", "7012.85"}[i], Document: fmt.Sprintf("供电公司发票 %s", p)}); err != nil {
			return err
		}
	}
	m.Clock.Set(last.Last().At(16*60, m.zone)) // its statement has it
	if err := m.billed(ctx, last, true); err != nil {
		return err
	}
	m.Clock.Set(m.now.Add(-20 * time.Minute))
	return m.billed(ctx, last.Add(1), false)
}

// earlyYear takes something off for who pays next year's property fee at once.
func (m *maker) earlyYear(ctx context.Context, item billing.ItemID, last clock.Period) error {
	year, _, _ := last.Add(1).First().Date()
	first, err := clock.NewDay(year+1, 1, 1)
	if err != nil {
		return err
	}
	r, err := m.Bills.AskEarly(ctx, m.staff[manager].actor, billing.EarlyDraft{Item: item, Way: billing.EarlyYear, Until: "03-31", Percent: "3", First: first.Period(), Last: first.Period().Add(11), Reason: "业主大会决议，一次缴清全年物业费"})
	if err != nil {
		return err
	}
	return m.approve(ctx, administrator, "billing.early", "early_rule:"+r.ID.String(), "与决议一致，同意。")
}

func (m *maker) charge(ctx context.Context, c charge, from clock.Day) (billing.ItemID, error) {
	r := billing.ItemRules{
		Code: c.code, Name: c.name, NameEN: c.en, Starts: "always", Period: "month", DueDay: 20, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up",
		TaxRate: rate("0.06"), LatePerDay: rate("0"), LateFrom: "due", LateCap: rate("100"), PriceKind: "market",
	}
	c.set(&r)
	i, err := m.Bills.Create(ctx, m.staff[manager].actor, m.community, r)
	if err != nil {
		return 0, err
	}
	for _, d := range c.tariffs {
		d.From = from.Period().Add(-22).First()
		t, err := m.Bills.AskTariff(ctx, m.staff[manager].actor, i.ID, d)
		if err != nil {
			return 0, err
		}
		if err := m.approve(ctx, administrator, "billing.tariff", "tariff:"+t.ID.String(), "与文件一致，同意。"); err != nil {
			return 0, err
		}
	}
	return i.ID, nil
}

// approve lets somebody decide a request.
func (m *maker) approve(ctx context.Context, who, kind, subject, words string) error {
	var q approval.Request
	if err := m.DB.Read(ctx, m.staff[who].actor, approval.ActInbox, func(tx *db.Tx) (err error) {
		q, err = approval.Open(ctx, tx, kind, subject)
		return err
	}); err != nil {
		return err
	}
	_, err := m.Approvals.Decide(ctx, m.staff[who].actor, q.ID, seen, approval.Decision{Approve: true, Reason: words})
	return err
}

// meters are read at the end of each month; this month some are still to be read.
func (m *maker) meters(ctx context.Context, last clock.Period) error {
	who := m.staff[cashier].actor
	var first, second []billing.Entered
	for i, h := range m.homes[:min(len(m.homes), 48)] {
		begin := 180 + 7*i%90
		made, err := m.Bills.CreateMeter(ctx, who, m.community, billing.MeterDraft{Kind: "water", Number: fmt.Sprintf("S%05d", 20101+i), Room: h.room.ID, Place: "水井", Digits: 5, Plausible: "60"},
			&billing.Entered{On: last.First().Add(-1), Value: fmt.Sprint(begin)})
		if err != nil {
			return err
		}
		used := 6 + (i*5)%23
		first = append(first, billing.Entered{Meter: made.ID, On: last.Last(), Value: fmt.Sprintf("%d.%d", begin+used, i%10), Estimated: i%17 == 5})
		if i%6 != 0 && last.Add(1).First().Before(clock.DayOf(m.now, m.zone)) {
			second = append(second, billing.Entered{Meter: made.ID, On: clock.DayOf(m.now, m.zone), Value: fmt.Sprintf("%d.%d", begin+used+5+(i*3)%11, i%10)})
		}
	}
	for _, all := range [][]billing.Entered{first, second} {
		if len(all) == 0 {
			continue
		}
		made, err := m.Bills.Enter(ctx, who, m.community, all)
		if err != nil {
			return err
		}
		if err := m.shown(ctx, made, all); err != nil {
			return err
		}
	}
	return nil
}

// billed calculates a month and asks for its booking; decided, the manager approves it.
func (m *maker) billed(ctx context.Context, p clock.Period, decided bool) error {
	who := m.staff[cashier].actor
	r, err := m.Bills.Calculate(ctx, who, m.community, p, nil)
	if err == nil {
		err = m.drain(ctx)
	}
	if err == nil {
		r, err = m.Bills.Run(ctx, who, r.ID)
	}
	if err != nil {
		return err
	}
	if r.State != billing.Calculated {
		return errors.New("the run of " + p.String() + " was not calculated")
	}
	if _, err = m.Bills.Submit(ctx, who, r.ID, web.Match{IfMatch: fmt.Sprint(r.Version)}, p.String()+" 月度出账", true); err != nil || !decided {
		return err
	}
	if err := m.approve(ctx, manager, "billing.book", "bill_run:"+r.ID.String(), "已核对合计与上期差异，同意出账。"); err != nil {
		return err
	}
	return m.drain(ctx)
}
