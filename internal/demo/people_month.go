package demo

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/attendance"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/roster"
	"guanjia/internal/staffing"
)

// The office of the community, in millionths of a degree.
const officeLatitude, officeLongitude = 30_287_400, 120_153_600

// people puts on the agenda what the duties of the people bring with them:
// where they check in, who comes when, the response team, and whom the
// community still needs.
func (m *maker) people() {
	m.on(m.now.Add(-days*24*hour+hour), func(ctx context.Context) error {
		lat, long := int64(officeLatitude), int64(officeLongitude)
		_, err := m.Attendance.SetPlace(ctx, m.staff[manager].actor, m.community, latest, attendance.Terms{Latitude: &lat, Longitude: &long, Radius: 500, Grace: 5})
		return err
	})
	m.on(m.now.Add(-8*24*hour), m.team)
	m.on(m.now.Add(-18*24*hour), m.plans)
	first := clock.DayOf(m.now, m.zone).Period().First()
	m.on(first.At(8*60+30, m.zone), func(ctx context.Context) error { return m.Faults.WriteMonths(ctx) })
	m.on(first.At(11*60, m.zone), m.measures)
}

// marks lets the people of a week come and go as duties ask for, some a little
// late, some with a mark forgotten. It throws dice of its own: the month's are
// for the tickets.
func (m *maker) marks(ctx context.Context, monday clock.Day) error {
	week, err := m.Roster.Week(ctx, m.staff[leader].actor, m.community, monday)
	if err != nil {
		return err
	}
	by := map[string]*colleague{}
	for _, c := range m.staff {
		by[c.id.String()] = c
	}
	dice := rand.New(rand.NewPCG(8, 1700))
	forgotten := false
	for i, d := range week.Duties {
		c := by[d.Staff.String()]
		if c == nil || d.State != roster.StatePlanned {
			continue
		}
		comes := d.From.Add(-time.Duration(3+dice.IntN(14)) * time.Minute)
		if dice.IntN(7) == 0 {
			comes = d.From.Add(time.Duration(7+dice.IntN(20)) * time.Minute)
		}
		goes := d.To.Add(time.Duration(1+dice.IntN(14)) * time.Minute)
		if dice.IntN(17) == 0 {
			goes = d.To.Add(-time.Duration(10+dice.IntN(25)) * time.Minute)
		}
		code := i%4 == 0
		m.on(comes, func(ctx context.Context) error { return m.check(ctx, c, attendance.In, code) })
		if dice.IntN(13) != 0 {
			m.on(goes, func(ctx context.Context) error { return m.check(ctx, c, attendance.Out, code) })
			continue
		}
		if !forgotten { // the first asks for it; the leader has it in the inbox
			forgotten = true
			m.on(goes.Add(20*hour), func(ctx context.Context) error {
				_, err := m.Attendance.Ask(ctx, c.actor, m.community, attendance.Fix{Kind: attendance.Out, At: d.To.Add(4 * time.Minute), Reason: "交接后直接去仓库，忘了打卡"})
				return err
			})
		}
	}
	return nil
}

// check marks that somebody comes or goes, at the office or a few metres off.
func (m *maker) check(ctx context.Context, c *colleague, kind string, near bool) error {
	lat, long := int64(officeLatitude+900), int64(officeLongitude-700)
	if near {
		lat, long = officeLatitude+80, officeLongitude
	}
	_, err := m.Attendance.Check(ctx, c.actor, attendance.Checking{Community: m.community, Kind: kind, Latitude: &lat, Longitude: &long})
	if errors.Is(err, attendance.ErrSoon) {
		return nil
	}
	return err
}

// strike is a mark that somebody else made for a colleague.
func (m *maker) strike(ctx context.Context) error {
	today := clock.DayOf(clock.Of(m.Clock.Now()), m.zone)
	for _, of := range []clock.Period{today.Period(), today.Period().Add(-1)} {
		all, err := m.Attendance.MarksOf(ctx, m.staff[leader].actor, m.community, of, m.staff["0534"].id)
		if err != nil {
			return err
		}
		if n := len(all); n > 0 {
			_, err := m.Attendance.Strike(ctx, m.staff[leader].actor, all[n-1].ID, latest, "由同事代打卡，监控为证；本人已说明")
			return err
		}
	}
	return nil
}

// team writes who is called when something bursts.
func (m *maker) team(ctx context.Context) error {
	who := func(title string, level int, no, deputy string) roster.Call {
		c := roster.Call{Title: title, Level: level, Staff: m.staff[no].id, Phone: "0571-5550-" + no}
		if deputy != "" {
			c.Deputy, c.DeputyPhone = m.staff[deputy].id, "0571-5550-"+deputy
		}
		return c
	}
	_, err := m.Roster.SetTeam(ctx, m.staff[leader].actor, m.community, latest, []roster.Call{
		who("总指挥", 0, manager, deskHead), who("现场组长", 1, leader, "0535"), who("关阀排水", 2, chen, "0535"), who("断电与电梯", 2, "0533", wei),
		who("警戒疏导", 1, guard, ""), who("清扫与受损住户", 1, cleaner, ""), who("通知住户", 1, supervisor, zhou),
		{Title: "抢修队（外协）", Level: 2, Name: "城北管网抢修", Phone: "0571-5550-9100"},
	})
	return err
}

// plans are whom the community still needs: one approved, for which people were
// seen, and one that waits for the manager.
func (m *maker) plans(ctx context.Context) error {
	today := clock.DayOf(clock.Of(m.Clock.Now()), m.zone)
	made, err := m.Staffing.Add(ctx, m.staff[supervisor].actor, m.community, staffing.PlanDraft{
		Title: "冬季用水高峰补员", From: today.Add(14), To: today.Add(14 + 120), Reason: "去年同期水暖报修多三成，夜班只有一名水暖工",
		Lines: staffing.Lines{{Post: roster.PostMaintenance, Position: "水暖工", Filled: 2, Needed: 3, Qualities: "持焊工证，能上夜班，会向客户讲清原因"}, {Post: roster.PostService, Position: "电话客服", Filled: 2, Needed: 3, Qualities: "普通话清楚，能安抚情绪"}},
	})
	if err != nil {
		return err
	}
	if made, err = m.Staffing.Submit(ctx, m.staff[supervisor].actor, made.ID, latest); err != nil {
		return err
	}
	m.on(clock.Of(m.Clock.Now()).Add(20*hour), func(ctx context.Context) error { return m.planApproved(ctx, made) })
	m.on(m.now.Add(-77*hour), func(ctx context.Context) error {
		day := clock.DayOf(clock.Of(m.Clock.Now()), m.zone)
		next, err := m.Staffing.Add(ctx, m.staff[supervisor].actor, m.community, staffing.PlanDraft{
			Title: "秩序岗夜班", From: day.Add(10), To: day.Add(375), Reason: "夜间只有门岗，巡逻由维修值班兼",
			Lines: staffing.Lines{{Post: roster.PostSecurity, Position: "秩序员", Filled: 1, Needed: 3, Qualities: "退伍军人优先，持保安员证"}},
		})
		if err != nil {
			return err
		}
		_, err = m.Staffing.Submit(ctx, m.staff[supervisor].actor, next.ID, latest)
		return err
	})
	return nil
}

func (m *maker) planApproved(ctx context.Context, p staffing.Plan) error {
	var q approval.Request
	if err := m.DB.Read(ctx, system, actFill, func(tx *db.Tx) (err error) {
		q, err = approval.Open(ctx, tx, "staffing.plan", "staffing_plan:"+p.ID.String())
		return err
	}); err != nil {
		return err
	}
	if _, err := m.Approvals.Decide(ctx, m.staff[manager].actor, q.ID, seen, approval.Decision{Approve: true, Reason: "同意，先招水暖工。"}); err != nil {
		return err
	}
	for i, c := range []struct {
		name, words, state string
		mark               int
	}{{"史建明", "持证八年，夜班没问题；讲解耐心", "chosen", 4}, {"安志强", "手艺好，不愿上夜班", "declined", 3}, {"路晓雯", "约本周五复试", "open", 4}} {
		rated := staffing.Ratings{}
		for n, g := range staffing.Profile() {
			for k, t := range g.Items {
				rated[t.ID] = min(5, max(1, c.mark+(n+k+i)%3-1))
			}
		}
		line := int64(0)
		if i == 2 {
			line = 1
		}
		if _, err := m.Staffing.Rate(ctx, m.staff[supervisor].actor, p.ID, 0, latest, staffing.CandidateDraft{Line: line, Name: c.name, Ratings: rated, Words: c.words, State: c.state}); err != nil {
			return err
		}
	}
	return m.drain(ctx)
}

// measures is what the technical department answers to the month's faults.
func (m *maker) measures(ctx context.Context) error {
	all, err := m.Faults.Months(ctx, m.staff[leader].actor, m.community, 0, 1)
	if err != nil || len(all) == 0 || all[0].Faults == 0 {
		return err
	}
	words := "最多的两类已列入下月计划：先换易损件，再查同批次设备；月底前回报完成情况。"
	for _, a := range answers {
		if len(all[0].Lines) > 0 && strings.HasPrefix(all[0].Lines[0].Category, a[0]) {
			words = a[1]
		}
	}
	_, err = m.Faults.Answer(ctx, m.staff[leader].actor, all[0].ID, latest, words)
	return err
}

// answers are measures by what was mended most.
var answers = [][2]string{
	{"facilities.water", "渗漏和堵塞最多：首层排水口加滤网，立管每季度疏通一次；同年代的角阀、软管按楼栋集中更换，先 1、2 栋。"},
	{"facilities.power", "跳闸和灯具最多：楼道灯改用同一型号，备件放到各栋；电箱本月底前全部紧固、测温一次。"},
	{"facilities.doors", "闭门器和锁具最多：单元门闭门器改用带缓冲的型号，每季度上油调速，先换 3 栋和 6 栋。"},
	{"facilities.home", "户内小件最多：常用阀芯、水箱件备足三十套，师傅随车带，争取一次修好。"},
	{"facilities.lift", "电梯异响最多：维保单位本月加一次导靴检查，门机皮带全部更换，结果抄送管理处。"},
	{"safety.", "门禁和监控最多：读头改用防水型，弱电井每月巡查一次。"},
}
