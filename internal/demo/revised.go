package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/slip"
	"guanjia/internal/ticket"
)

// classes puts what the company made of the tree of classes on the agenda: a
// class of its own, and, a week later, words that customers use.
func (m *maker) classes() {
	today := clock.DayOf(m.now, m.zone)
	m.on(today.Add(-12).At(10*60+5, m.zone), func(ctx context.Context) error {
		return m.revised(ctx, ticket.Revision{Reason: "充电桩报修多，单独成类", Classes: []ticket.ClassDraft{
			{Parent: "facilities", Zh: "充电桩", En: "EV chargers", Words: []string{"充电桩", "充电枪"}, Usual: ticket.B, Skill: "power"},
		}})
	})
	m.on(today.Add(-5).At(16*60+40, m.zone), func(ctx context.Context) error {
		c, _ := ticket.TreeOf(m.DB).ByID("facilities.doors")
		return m.revised(ctx, ticket.Revision{Reason: "补上客户常说的词", Classes: []ticket.ClassDraft{
			{ID: c.ID, Zh: c.Zh, En: c.En, Words: append(slices.Clone(c.Words), "合页", "地弹簧"), Least: c.Lowest(), Usual: c.Usual(), Dept: c.Dept, Skill: c.Skill},
		}})
	})
}

func (m *maker) revised(ctx context.Context, in ticket.Revision) error {
	if _, err := m.Tickets.ReviseTree(ctx, m.staff[administrator].actor, latest, in); err != nil {
		return fmt.Errorf("%s: %w", in.Reason, err)
	}
	return m.Tickets.LoadTree(ctx)
}

// looks are visits to running work: two were made this hour, one is planned.
func (m *maker) looks() {
	m.on(m.now.Add(-12*time.Minute), func(ctx context.Context) error {
		var open []ticket.ID
		if err := m.DB.Read(ctx, system, actFill, func(tx *db.Tx) (err error) {
			open, err = db.All[ticket.ID](ctx, tx, `SELECT id FROM ticket WHERE community_id = $1 AND status IN ('working', 'held') AND {scope} ORDER BY id LIMIT 3`, m.community)
			return err
		}); err != nil {
			return err
		}
		for i, id := range open {
			due := m.now.Add(-8 * time.Minute)
			if i == 2 {
				due = m.now.Add(95 * time.Minute)
			}
			l, err := m.LookIns.Plan(ctx, m.staff[leader].actor, id, due, m.staff[leader].id)
			if err != nil {
				return err
			}
			if i == 2 {
				return nil
			}
			words := []string{"已换好阀芯，试水十分钟不漏，住户在场", "等配件，水已停，给住户留了备用水"}[i]
			m.on(m.now.Add(-time.Duration(7-i)*time.Minute), func(ctx context.Context) error {
				if _, err := m.LookIns.Record(ctx, m.staff[leader].actor, l.ID, latest, words, 0); err != nil || i > 0 {
					return err
				}
				return m.slip(ctx, id)
			})
		}
		return nil
	})
}

// slip is the on-site form of running work, filled in at the desk and corrected once (TIC-14).
func (m *maker) slip(ctx context.Context, id ticket.ID) error {
	desk := m.staff[zhou].actor
	written := func(fault string) slip.Filling {
		return slip.Filling{Lines: []slip.Line{{Field: "fault", Value: fault}, {Field: "in_service", Value: "yes"}, {Field: "kit", Value: "活动扳手、生料带、4 分角阀"}, {Field: "fee", Value: "35.00"}, {Field: "tidy", Value: "yes"}}}
	}
	v, err := m.Slips.Fill(ctx, desk, id, "onsite_form", written("厨房角阀滴水"))
	if err != nil {
		return err
	}
	_, err = m.Slips.Correct(ctx, desk, v.ID, latest, written("厨房冷水角阀滴水，热水正常"), "住户补充说明")
	return err
}
