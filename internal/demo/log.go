package demo

import (
	"context"
	"fmt"
	"time"

	"guanjia/internal/daily"
	"guanjia/internal/facility"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/ticket"
	"guanjia/internal/upkeep"
)

// entries are what people at work wrote into the log: so many days ago, at so many minutes of the day.
var entries = []struct {
	ago       int
	minute    int64
	who       string
	words     string
	important *daily.Form
}{
	{5, 8*60 + 20, supervisor, "早会：本周回访重点是上月重复报修的住户。", nil},
	{4, 9 * 60, leader, "配合供水公司冲洗二次供水水箱，10:30 恢复。", nil},
	{3, 8*60 + 15, supervisor, "早会：通报停车引导调整，前台备好说明单。", nil},
	{3, 21*60 + 40, guard, "地下车库 B1 消防管接头漏水，水漫到充电区", &daily.Form{
		Place: "地下车库 B1 充电区", Affected: "充电桩 6 个，业主车辆 3 辆已移开", Measures: "关闭分区阀门，切断充电区电源，拉警戒线", Next: "明早换接头，通电前测绝缘", Told: "管理处主任、维修领班；三位车主已电话告知",
	}},
	{2, 10*60 + 30, leader, "B1 接头已换，测绝缘合格，11:00 恢复充电。", nil},
	{2, 15 * 60, supervisor, "业主送来锦旗，感谢维修夜间抢修。", nil},
	{1, 8*60 + 15, supervisor, "早会：检查投诉记录，噪声投诉当晚回访。", nil},
	{1, 14 * 60, cleaner, "外包消杀进场，公示已贴各单元。", nil},
	{1, 19*60 + 25, guard, "3 栋电梯停梯 20 分钟，无人被困", &daily.Form{
		Place: "3 栋 2 单元客梯", Affected: "该单元住户，19:25 至 19:45", Measures: "维保到场复位，门机皮带松", Next: "明日更换皮带", Told: "管理处主任、电梯维保；单元群已告知",
	}},
	{0, 8*60 + 10, supervisor, "早会：今天跟进 3 栋电梯门机，安排温馨提示。", nil},
}

var weather = []string{"晴，3–12℃", "多云，4–13℃", "小雨，6–10℃", "阴，5–11℃", "晴，2–12℃", "晴转多云，4–14℃"}

// log puts the management log on the agenda: what was written, how each day was
// signed the next morning, and what followed. Yesterday waits to be signed.
func (m *maker) log() {
	today := clock.DayOf(m.now, m.zone)
	for _, e := range entries {
		day := today.Add(-e.ago)
		m.on(day.At(int(e.minute)+12, m.zone), func(ctx context.Context) error {
			d := daily.Draft{Minute: e.minute, Words: e.words}
			if e.important != nil {
				d.Important, d.Form = true, *e.important
			}
			x, err := m.Daily.Add(ctx, m.staff[e.who].actor, m.community, day, d)
			if err != nil {
				return fmt.Errorf("%s: %w", e.words, err)
			}
			if e.important != nil && e.ago > 1 {
				m.on(clock.Of(m.Clock.Now()).Add(9*time.Minute), func(ctx context.Context) error {
					_, err := m.Daily.Read(ctx, m.staff[manager].actor, x.ID, latest)
					return err
				})
			}
			return nil
		})
	}
	for ago := days; ago > 0; ago-- {
		m.on(today.Add(-ago).At(8*60+25, m.zone), func(ctx context.Context) error { return m.signDays(ctx, ago) })
	}
	m.on(today.Add(-1).At(15*60+20, m.zone), m.rounds)
	m.on(today.Add(-1).At(17*60+10, m.zone), m.complain)
	m.on(today.At(6*60+30, m.zone), m.recurring)
	if at := today.At(6*60+30, m.zone); at > m.now { // before dawn nothing of today is planned yet
		m.on(m.now.Add(-time.Hour), m.recurring)
	}
}

// signDays is the morning of a day: the weather is noted, and the days before are read and signed.
func (m *maker) signDays(ctx context.Context, ago int) error {
	desk := m.staff[supervisor].actor
	if err := m.drain(ctx); err != nil {
		return err
	}
	for {
		v, err := m.Daily.Day(ctx, desk, m.community, clock.Day{})
		if err != nil {
			return err
		}
		if v.ID != 0 && v.Weather == "" {
			if _, err := m.Daily.SetWeather(ctx, desk, v.ID, latest, weather[ago%len(weather)]); err != nil {
				return err
			}
		}
		if !v.Over {
			return nil
		}
		for _, task := range map[int][]daily.TaskDraft{
			2: {{Part: daily.Journal, Words: "换接头后三天内复查 B1 其余接头", To: m.staff[leader].id, Due: v.Day.Add(5)}, {Part: daily.Journal, Words: "向三位车主回电说明处理结果", To: m.staff[zhou].id, Due: v.Day.Add(1)}, {Part: daily.Journal, Words: "复查 3 栋水表井渗漏，拍照回报", To: m.staff[chen].id, Due: v.Day.Add(4)}},
			4: {{Part: daily.Complaints, Words: "把水箱冲洗公示发到各单元群", To: m.staff[su].id, Due: v.Day.Add(1)}},
		}[ago] {
			k, err := m.Daily.Give(ctx, desk, v.ID, task)
			if err != nil {
				return err
			}
			if task.To != m.staff[leader].id && task.To != m.staff[chen].id {
				m.on(clock.Of(m.Clock.Now()).Add(3*hour), func(ctx context.Context) error {
					_, err := m.Daily.Finish(ctx, desk, k.ID, latest, true, "已办，住户知悉")
					return err
				})
			}
		}
		remark := map[int]string{2: "处置及时，照明细复查。", 4: "公示要提前一天贴。"}[ago]
		if _, err := m.Daily.Sign(ctx, desk, v.ID, latest, daily.Parts, remark); err != nil {
			return fmt.Errorf("signing %s: %w", v.Day, err)
		}
	}
}

// rounds are inspections of yesterday.
func (m *maker) rounds(ctx context.Context) error {
	lead := m.staff[leader].actor
	all, err := m.Facilities.List(ctx, lead, facility.Filter{Community: m.community}, "", 3)
	if err != nil {
		return err
	}
	today := clock.DayOf(clock.Of(m.Clock.Now()), m.zone)
	for i, words := range []string{"运行平稳，机房温度正常", "压力正常，阀门无渗漏", "指示灯一处不亮，已报修"}[:min(3, len(all))] {
		result := "ok"
		if i == 2 {
			result = "problem"
		}
		if _, err := m.Facilities.Record(ctx, lead, all[i].ID, facility.Entry{Kind: "inspection", Result: result, Words: words, On: today}); err != nil {
			return err
		}
	}
	return nil
}

// complain is a complaint of yesterday evening that somebody looks after.
func (m *maker) complain(ctx context.Context) error {
	home := pick(m, m.homes)
	t, err := m.Tickets.Open(ctx, m.staff[zhou].actor, ticket.Intake{
		Community: m.community, Kind: ticket.Complaint, Room: home.room.ID, Customer: home.caller.Customer,
		Category: "owners.noise", Grade: ticket.C, Title: "楼上晚上十点后还在装修", Channel: "phone", Description: "连续两晚电钻声到十点半，希望今晚有人上门劝止",
	})
	if err != nil {
		return err
	}
	if _, err := m.Tickets.DispatchPast(ctx, m.staff[supervisor].actor, t.ID, latest, m.staff[guard].id, "噪声归秩序岗上门"); err != nil {
		return err
	}
	if err := m.drain(ctx); err != nil {
		return err
	}
	_, err = m.Tickets.Accept(ctx, m.staff[guard].actor, t.ID, latest)
	return err
}

// recurring is the community's recurring work; the fire check is due today.
func (m *maker) recurring(ctx context.Context) error {
	today := clock.DayOf(m.now, m.zone)
	spring, err := clock.NewDay(today.Year(), time.April, 15)
	if err != nil {
		return err
	}
	if spring.Before(today) {
		if spring, err = clock.NewDay(today.Year()+1, time.April, 15); err != nil {
			return err
		}
	}
	for _, p := range []upkeep.Draft{
		{Title: "消防设施月检", Words: "逐栋检查消火栓、灭火器和应急灯，登记压力和有效期", Category: "facilities.fire", Grade: ticket.B, Place: "全部楼栋", N: 1, Unit: upkeep.Months, Start: today},
		{Title: "电梯半月保养", Words: "监督维保单位按清单保养并签字", Category: "facilities.lift", Grade: ticket.B, Place: "1–6 栋", N: 15, Unit: upkeep.Days, Start: today.Add(4)},
		{Title: "二次供水水箱清洗", Words: "提前三天公示停水时间，清洗后送检", Category: "facilities.water", Grade: ticket.C, Place: "地下水泵房", N: 6, Unit: upkeep.Months, Start: today.Add(23)},
		{Title: "汛前疏通雨水井", Words: "清掏雨水井和排水沟，检查潜水泵", Category: "facilities.water", Grade: ticket.C, Place: "小区道路", N: 1, Unit: upkeep.Years, Start: spring},
	} {
		p.Kind, p.Active = ticket.Chore, true
		if _, err := m.Upkeep.Add(ctx, m.staff[leader].actor, m.community, p); err != nil {
			return fmt.Errorf("%s: %w", p.Title, err)
		}
	}
	m.on(today.At(7*60+25, m.zone), m.due)
	return nil
}

// due lets whoever got today's recurring work take it.
func (m *maker) due(ctx context.Context) error {
	if err := m.drain(ctx); err != nil {
		return err
	}
	var open []ticket.ID
	if err := m.DB.Read(ctx, system, actFill, func(tx *db.Tx) (err error) {
		open, err = db.All[ticket.ID](ctx, tx, `SELECT id FROM ticket WHERE community_id = $1 AND channel = 'plan' AND status = 'dispatched' AND {scope}`, m.community)
		return err
	}); err != nil {
		return err
	}
	for _, id := range open {
		r := &run{maker: m, id: id}
		if err := r.settled(ctx); err != nil || r.assignee == nil {
			return err
		}
		if _, err := m.Tickets.Accept(ctx, r.assignee.actor, id, latest); err != nil {
			return err
		}
	}
	return nil
}
