package demo

import (
	"context"
	"fmt"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/auth"
	"guanjia/internal/platform/clock"
	"guanjia/internal/staff"
)

// The others of whom the office decides something.
const (
	manager = "0101"
	luo     = "0535"
	gao     = "0536"
	wei     = "0537"
	cashier = "0801"
)

// moves are changes of position that the manager asks for, and what becomes of them.
var moves = []struct {
	who, position, role, to, reason string
	askedBefore                     time.Duration // before the month ends
	from                            int           // days after it
	how                             string
	words                           string
}{
	{who: zheng, position: "电话客服", role: "phone_agent", to: su, reason: "电话高峰缺人", askedBefore: days*24*hour + 6*hour, from: -25, how: "lapse"},
	{who: tang, position: "前台", role: "front_desk", to: zhou, reason: "前台轮岗", askedBefore: 20 * 24 * hour, from: -10, how: "reject", words: "月底再轮，先稳住电话组。"},
	{who: gao, position: "综合维修工", role: "technician", to: wei, reason: "燃气改由外包维护", askedBefore: 15 * 24 * hour, from: 2, how: "withdraw", words: "外包合同还没签。"},
	{who: cashier, position: "收费组长", role: "cashier", reason: "收费组需要带班的人", askedBefore: 9 * 24 * hour, from: -7, how: "approve", words: "同意，试用三个月。"},
	{who: zhou, position: "客服主管", role: "service_supervisor", to: tang, reason: "许晴调任分公司，周敏接任", askedBefore: 3 * 24 * hour, from: 9, how: "approve", words: "同意。"},
	{who: luo, position: "维修领班", role: "maintenance_leader", to: chen, reason: "组建二组，罗成带班", askedBefore: 20 * hour, from: 5, how: "wait"},
}

// decisions puts the paper work of the month on the agenda: a region, changes of
// position in every state, and somebody who stands in.
func (m *maker) decisions() {
	m.on(m.now.Add(-days*24*hour-8*hour), m.region)
	for _, v := range moves {
		m.on(m.now.Add(-v.askedBefore), func(ctx context.Context) error {
			today := clock.DayOf(m.now, m.zone)
			now, err := m.Staff.Get(ctx, m.staff[manager].actor, m.staff[v.who].id)
			if err != nil {
				return err
			}
			var to staff.ID
			if v.to != "" {
				to = m.staff[v.to].id
			}
			c, err := m.Staff.Ask(ctx, m.staff[manager].actor, m.staff[v.who].id, staff.Change{
				Position: v.position, Department: now.Department, Roles: []auth.Held{{Role: v.role, Place: auth.Place{Community: m.community}}}, Day: today.Add(v.from), HandOverTo: to, Reason: v.reason,
			})
			if err != nil {
				return fmt.Errorf("the change of %s: %w", v.who, err)
			}
			if v.how != "wait" && v.how != "lapse" {
				m.on(clock.Of(m.Clock.Now()).Add(5*hour), func(ctx context.Context) error { return m.decide(ctx, approval.ID(c.Approval), v.how, v.words) })
			}
			return nil
		})
	}
	m.on(m.now.Add(-26*hour), func(ctx context.Context) error {
		today := clock.DayOf(m.now, m.zone)
		_, err := m.Approvals.Appoint(ctx, m.staff[supervisor].actor, m.staff[zhou].id, today.Add(3), today.Add(6))
		return err
	})
}

func (m *maker) region(ctx context.Context) error {
	admin := m.staff[administrator].actor
	r, err := m.Org.AddRegion(ctx, admin, 0, "城西片区")
	if err != nil {
		return err
	}
	_, err = m.Org.Place(ctx, admin, m.community, seen, r.ID)
	return err
}

// seen accepts whatever version a record has: nobody else works in the demo.
func seen(int64) error { return nil }

func (m *maker) decide(ctx context.Context, id approval.ID, how, words string) (err error) {
	if how == "withdraw" {
		_, err = m.Approvals.TakeBack(ctx, m.staff[manager].actor, id, seen, words)
		return err
	}
	_, err = m.Approvals.Decide(ctx, m.staff[administrator].actor, id, seen, approval.Decision{Approve: how == "approve", Reason: words})
	if err != nil {
		return err
	}
	return m.drain(ctx)
}
