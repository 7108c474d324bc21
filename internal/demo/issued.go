package demo

import (
	"context"
	"fmt"
	"time"

	"guanjia/internal/slip"
	"guanjia/internal/ticket"
)

// issued is the installation of a device that is underway as the month ends: the
// forms that go with it have ticked their steps, and one waits for a line of the
// slip that is there already (PRO-01, PRO-03).
func (m *maker) issued() {
	home := m.homes[min(len(m.homes)-1, 40)]
	opened := m.now.Add(-100 * time.Minute)
	m.on(opened, func(ctx context.Context) error {
		desk := m.staff[su].actor
		t, err := m.Tickets.Open(ctx, desk, ticket.Intake{
			Community: m.community, Kind: ticket.Chore, Room: home.room.ID, Customer: home.caller.Customer,
			Category: "customer_service.device", Grade: ticket.C, Title: "安装可视对讲分机，开通门禁卡", Channel: "visit",
		})
		if err != nil {
			return err
		}
		r := &run{maker: m, course: course{matter: matter{category: t.Category, title: t.Title}, opener: su, opened: opened}, id: t.ID}
		if err := r.settled(ctx); err != nil {
			return err
		}
		if _, err := m.Slips.Fill(ctx, desk, t.ID, "opening_form", filled("device_name", "可视对讲分机", "device_number", "KD-7-0418", "fee_settled", "yes", "has_device", "无", "backup", "needless")); err != nil {
			return fmt.Errorf("%s: %w", t.Title, err)
		}
		m.on(opened.Add(12*time.Minute), r.borrowed)
		return nil
	})
}

// borrowed lets the technician take the installation on and sign for what it needs.
func (r *run) borrowed(ctx context.Context) error {
	if err := r.settled(ctx); err != nil {
		return err
	}
	who, desk := r.staff[chen], r.staff[supervisor].actor
	if _, err := r.Tickets.DispatchPast(ctx, desk, r.id, latest, who.id, "设备发行由陈师傅办理"); err != nil {
		return err
	}
	if _, err := r.Tickets.Accept(ctx, who.actor, r.id, latest); err != nil {
		return err
	}
	if _, err := r.Tickets.Tell(ctx, who.actor, r.id, latest, "phone", "设备已备好，明天上午上门安装", nil); err != nil {
		return err
	}
	lent := r.opened.Add(11 * time.Minute).In(time.UTC).Format(time.RFC3339)
	_, err := r.Slips.Fill(ctx, who.actor, r.id, "borrow_slip", filled("borrower", who.name, "things", "可视对讲分机、读卡器", "quantity", "2", "lent", lent))
	return err
}

// filled are the lines of a form, by name and value in turn.
func filled(pairs ...string) (in slip.Filling) {
	for i := 0; i+1 < len(pairs); i += 2 {
		in.Lines = append(in.Lines, slip.Line{Field: pairs[i], Value: pairs[i+1]})
	}
	return in
}
