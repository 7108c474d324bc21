package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/procedure"
	"guanjia/internal/ticket"
)

// unread is who has not confirmed anything yet: he came last.
const unread = wei

// readAll lets everybody confirm what they work with, except the newcomer.
func (m *maker) readAll(ctx context.Context) error {
	for _, c := range crew {
		if c.no == unread {
			continue
		}
		if err := m.reads(ctx, c.no); err != nil {
			return err
		}
	}
	return nil
}

func (m *maker) reads(ctx context.Context, no string) error {
	who := m.staff[no].actor
	if !who.Can(procedure.ActView) {
		return nil
	}
	all, err := m.Procedures.ToRead(ctx, who)
	for _, v := range all {
		if v.Doc.Quiz != nil {
			if err := m.sits(ctx, who, v); err != nil {
				return err
			}
		}
		if _, err := m.Procedures.Confirm(ctx, who, v.ID); err != nil {
			return fmt.Errorf("%s reads %s: %w", no, v.Doc.Zh, err)
		}
	}
	return err
}

// said is what people fill in at the steps of a repair.
var said = map[int64]string{6: "已查明原因，报价已征得同意", 8: "按标准更换，用料见工单", 9: "当面试用正常，现场已清理", 10: "客户已签字"}

// ticks ticks steps of a repair, and conduct with the last of them, as people
// do: mostly. What a newer version requires is never forgotten.
func (r *run) ticks(ctx context.Context, worker *colleague, steps ...int64) error {
	if worker.no == unread {
		return nil
	}
	runs, err := r.Procedures.Checklist(ctx, worker.actor, "ticket", procedure.SubjectID(r.id))
	if err != nil {
		return err
	}
	for _, p := range runs.Items {
		if p.Unread {
			continue
		}
		for _, s := range p.Steps {
			mine := p.Code == "repair" && slices.Contains(steps, s.N) || p.Code == "conduct" && slices.Contains(steps, 10)
			if !mine || !s.MayTick || s.State != procedure.Open || !s.Required && r.forgets(s.N) {
				continue
			}
			given := procedure.Given{Steps: []int64{s.N}, Words: said[s.N], Kit: s.KitList}
			if _, err := r.Procedures.Tick(ctx, worker.actor, p.ID, given); err != nil {
				return fmt.Errorf("step %d of %s: %w", s.N, p.Code, err)
			}
		}
	}
	return nil
}

// forgets is true of one step in nine, without a throw of the dice that the rest of the month is made with.
func (r *run) forgets(step int64) bool {
	return (int64(r.opened)/60_000+7*step)%9 == 0
}

// revise puts a new version of the repair on the agenda: the quality officer
// writes it, the manager publishes it, and half of the people have read it.
func (m *maker) revise() {
	m.on(m.now.Add(-52*hour), func(ctx context.Context) error {
		who := m.staff[quality].actor
		all, err := m.Procedures.List(ctx, who, "", string(ticket.Repair))
		if err != nil {
			return err
		}
		v, err := m.Procedures.Copy(ctx, who, all[0].ID)
		if err != nil {
			return err
		}
		doc := v.Doc
		doc.Steps = slices.Clone(doc.Steps)
		doc.Steps[8].Do, doc.Steps[8].Evidence = "当面测试，清理现场，垃圾带走", "测试结果"
		doc.Steps[3].Limit, doc.Steps[3].From = "15m", ""
		doc.Quiz = revised()
		if v, err = m.Procedures.Save(ctx, who, v.ID, latest, doc, ""); err != nil {
			return err
		}
		if _, err := m.Procedures.Publish(ctx, who, v.ID, latest, "测试清场要写明测试结果；备料限 15 分钟"); err != nil {
			return err
		}
		m.on(m.now.Add(-50*hour), func(ctx context.Context) error { return m.published(ctx, all[0].ID) })
		return nil
	})
}

func (m *maker) published(ctx context.Context, id procedure.ID) error {
	var q approval.Request
	if err := m.DB.Read(ctx, system, actFill, func(tx *db.Tx) (err error) {
		q, err = approval.Open(ctx, tx, procedure.PublishKind, "procedure:"+id.String())
		return err
	}); err != nil {
		return err
	}
	if _, err := m.Approvals.Decide(ctx, m.staff[manager].actor, q.ID, seen, approval.Decision{Approve: true, Reason: "同意，本周起执行。"}); err != nil {
		return err
	}
	for i, no := range []string{chen, zhou, supervisor, "0533", "0534", leader} {
		m.on(m.now.Add(-49*hour+time.Duration(i)*17*time.Minute), func(ctx context.Context) error { return m.reads(ctx, no) })
	}
	return m.drain(ctx)
}

// revised is the quiz of the new version of the repair.
func revised() *procedure.Quiz {
	right := func(text string) procedure.Option { return procedure.Option{Text: text, Right: true} }
	wrong := func(text string) procedure.Option { return procedure.Option{Text: text} }
	return &procedure.Quiz{Pass: 100, Questions: []procedure.Question{
		{Text: "新版规定备料多久内完成？", Options: []procedure.Option{wrong("5 分钟"), right("15 分钟"), wrong("30 分钟")}, Why: "第 4 步：接单后 15 分钟内备好料再出发"},
		{Text: "测试清场这一步要做到哪些？", Options: []procedure.Option{right("当着客户的面测试"), right("写明测试结果"), right("把垃圾带走"), wrong("请客户自己清理")}, Why: "第 9 步：当面测试，清理现场，垃圾带走，并写明测试结果"},
	}}
}

// sits takes the quiz of a version; two of three have everything right at once.
func (m *maker) sits(ctx context.Context, who authz.Actor, v procedure.Version) error {
	if int64(who.ID)%3 == 0 {
		if _, err := m.Procedures.Take(ctx, who, v.ID, [][]int64{{1}, {0, 2}}); err != nil {
			return err
		}
	}
	_, err := m.Procedures.Take(ctx, who, v.ID, [][]int64{{1}, {0, 1, 2}})
	return err
}
