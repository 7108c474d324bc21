package slip_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/procedure"
	"guanjia/internal/slip"
	"guanjia/internal/ticket"
)

// procedures lets the shipped ones run on the ticket of a site.
func (s *site) procedures(d *db.DB, c *dbtest.Clock) *procedure.Service {
	s.Helper()
	p := &procedure.Service{DB: d, Forms: slip.Asked(), Subjects: []procedure.Subject{{
		Place: "ticket", View: ticket.ActView, Slips: slip.Seen,
		Facts: func(context.Context, *db.Tx, procedure.SubjectID) (procedure.Facts, error) {
			return procedure.Facts{Community: 1, Kind: "service", Category: "customer_service.device", Zone: time.UTC, Marks: map[string]procedure.Mark{"opened": {At: c.Instant()}}}, nil
		},
	}}}
	if err := p.Ship(s.Context()); err != nil {
		s.Fatal(err)
	}
	system := authz.System("test", "ticket.opened")
	if err := d.Write(s.Context(), system, "ticket.opened", func(tx *db.Tx) error {
		return p.Begin(s.Context(), tx, "ticket", procedure.SubjectID(s.ticket))
	}); err != nil {
		s.Fatal(err)
	}
	s.slips.Kept = func(ctx context.Context, tx *db.Tx, id ticket.ID) error {
		return p.Sync(ctx, tx, "ticket", procedure.SubjectID(id))
	}
	return p
}

func (s *site) step(p *procedure.Service, n int) procedure.StepView {
	s.Helper()
	runs, err := p.Checklist(s.Context(), dbtest.Actor(220, []authz.CommunityID{1}, ticket.ActView, procedure.ActView), "ticket", procedure.SubjectID(s.ticket))
	if err != nil {
		s.Fatal(err)
	}
	for _, r := range runs.Items {
		if r.Code == "device" {
			return r.Steps[n-1]
		}
	}
	s.Fatal("the installation of a device does not run")
	return procedure.StepView{}
}

func lent(more ...slip.Line) slip.Filling {
	return slip.Filling{Lines: append([]slip.Line{{Field: "borrower", Value: "陈师傅"}, {Field: "things", Value: "读卡器"}, {Field: "quantity", Value: "2"}, {Field: "lent", Value: "2026-03-02T01:00:00Z"}}, more...)}
}

// PRO-01, PRO-03: the shipped steps ask for forms, and for lines of them, that there are.
func TestShippedStepsAskForFormsThatThereAre(t *testing.T) {
	n := 0
	for _, d := range procedure.Shipped() {
		for _, s := range d.Doc.Steps {
			if s.Form == "" {
				continue
			}
			n++
			found := false
			for _, f := range slip.Asked() {
				for _, l := range f.Lines {
					found = found || f.ID == s.Form && (s.Line == "" || s.Line == l.ID)
				}
			}
			if !found {
				t.Errorf("%s, step %d asks for %s.%s", d.Code, s.N, s.Form, s.Line)
			}
		}
	}
	if n == 0 {
		t.Error("no shipped step asks for a form")
	}
}

// PRO-01, PRO-03: the step that asks for a form is done at once when the form is kept, by who filled it in, and names
// it; a correction leaves it done; voiding the form opens it again.
func TestAFormTicksTheStepThatAsksForIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		p := s.procedures(d, c)
		if got := s.step(p, 4); got.State != procedure.Open || got.Form != "borrow_slip" {
			t.Fatalf("before: %+v", got)
		}
		began := c.Instant()
		first, err := s.slips.Fill(ctx, s.keeper, s.ticket, "borrow_slip", lent())
		if err != nil {
			t.Fatal(err)
		}
		got := s.step(p, 4)
		if got.State != procedure.Done || got.Tick.ByName != s.keeper.Name || got.Tick.At != began || got.Tick.Slip != procedure.SlipID(first.ID) || got.Tick.SlipNo != first.Number || first.Number == "" {
			t.Fatalf("kept: %+v %+v", got, got.Tick)
		}
		if other := s.step(p, 1); other.State != procedure.Open {
			t.Errorf("the opening form is not filled in: %+v", other)
		}
		if back := s.step(p, 12); back.State != procedure.Open {
			t.Errorf("nothing was brought back yet: %+v", back)
		}
		c.Advance(3 * time.Hour)
		second, err := s.slips.Correct(ctx, s.desk, first.ID, any1, lent(slip.Line{Field: "back", Value: "2026-03-02T03:00:00Z"}), "已还")
		if err != nil {
			t.Fatal(err)
		}
		if got = s.step(p, 4); got.Tick == nil || got.Tick.At != began || got.Tick.ByName != s.keeper.Name || got.Tick.Slip != procedure.SlipID(second.ID) {
			t.Errorf("corrected, it is done since the first revision: %+v", got.Tick)
		}
		if back := s.step(p, 12); back.State != procedure.Done || back.Tick.At != c.Instant() || back.Tick.ByName != s.desk.Name {
			t.Errorf("brought back: %+v", back.Tick)
		}
		third, err := s.slips.Correct(ctx, s.desk, second.ID, any1, lent(), "还没还")
		if err != nil {
			t.Fatal(err)
		}
		if back := s.step(p, 12); back.State != procedure.Open {
			t.Errorf("what was asked for stands there no more: %+v", back.Tick)
		}
		another, err := s.slips.Fill(ctx, s.desk, s.ticket, "borrow_slip", lent())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.slips.Void(ctx, s.desk, third.ID, any1, "填错工单"); err != nil {
			t.Fatal(err)
		}
		if got = s.step(p, 4); got.State != procedure.Done || got.Tick.Slip != procedure.SlipID(another.ID) || got.Tick.At != c.Instant() {
			t.Errorf("another one stands: %+v", got.Tick)
		}
		if _, err := s.slips.Void(ctx, s.desk, another.ID, any1, "填错工单"); err != nil {
			t.Fatal(err)
		}
		if got = s.step(p, 4); got.State != procedure.Open || got.Tick != nil {
			t.Errorf("voided: %+v", got)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM audit WHERE subject = $1 AND action = 'slip.fill'`, "ticket:"+s.ticket.String()); n != 2 {
			t.Errorf("that steps were opened again stands %d times in the trail", n)
		}
	})
}

// PRO-01: who ticked a step by hand is not overruled by a form; what does not say that it was done ticks nothing.
func TestAFormOverrulesNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		p := s.procedures(d, c)
		run := dbtest.One[int64](t, d, `SELECT id FROM procedure_run WHERE code = 'device'`)
		lead := dbtest.Actor(221, []authz.CommunityID{1}, ticket.ActView, procedure.ActView, procedure.ActTick, procedure.ActLead)
		if _, err := p.Tick(ctx, lead, procedure.RunID(run), procedure.Given{Steps: []int64{4}}); err == nil {
			t.Error("by hand, and not a word why")
		}
		if _, err := p.Tick(ctx, lead, procedure.RunID(run), procedure.Given{Steps: []int64{4}, Words: "纸质借条 17"}); err != nil {
			t.Fatal(err)
		}
		v, err := s.slips.Fill(ctx, s.desk, s.ticket, "borrow_slip", lent())
		if err != nil {
			t.Fatal(err)
		}
		if got := s.step(p, 4); got.Tick.Words != "纸质借条 17" || got.Tick.Slip != 0 {
			t.Errorf("%+v", got.Tick)
		}
		if runs, err := p.Undo(ctx, lead, procedure.RunID(run), 4, "改用系统借条"); err != nil || len(runs.Items) == 0 {
			t.Fatal(err)
		}
		if got := s.step(p, 4); got.Tick == nil || got.Tick.Slip != procedure.SlipID(v.ID) {
			t.Errorf("taken back, the form that stands ticks it: %+v", got.Tick)
		}
		if _, err := p.Undo(ctx, lead, procedure.RunID(run), 4, "x"); !errors.Is(err, procedure.ErrBySlip) {
			t.Errorf("what a form ticked, by hand: %v", err)
		}
	})
}

// TIC-14: a voided form stays to be read with its reason, is corrected no more, and keeps its number.
func TestAVoidedFormStaysToBeRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		v, err := s.slips.Fill(ctx, s.desk, s.ticket, "borrow_slip", lent())
		if err != nil {
			t.Fatal(err)
		}
		void := func(who authz.Actor, why string, expect func(int64) error) error {
			_, err := s.slips.Void(ctx, who, v.ID, expect, why)
			return err
		}
		if void(s.desk, " ", any1) == nil {
			t.Error("without a reason")
		}
		if err := void(s.far, "x", any1); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("from elsewhere: %v", err)
		}
		if err := void(s.reader, "x", any1); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("by who reads only: %v", err)
		}
		if err := void(s.desk, "x", exactly(9)); !errors.Is(err, db.ErrStale) {
			t.Errorf("of another version: %v", err)
		}
		c.Advance(time.Hour)
		if err := void(s.keeper, "填错了", any1); err != nil {
			t.Fatal(err)
		}
		if err := void(s.keeper, "填错了", any1); !errors.Is(err, slip.ErrVoided) {
			t.Errorf("twice: %v", err)
		}
		if _, err := s.slips.Correct(ctx, s.desk, v.ID, any1, lent(), "y"); !errors.Is(err, slip.ErrVoided) {
			t.Errorf("corrected after all: %v", err)
		}
		all, err := s.slips.OfTicket(ctx, s.desk, s.ticket)
		if err != nil || len(all) != 1 || all[0].VoidWhy != "填错了" || all[0].VoidBy != s.keeper.Name || *all[0].VoidedAt != c.Instant() || len(all[0].Lines) == 0 {
			t.Errorf("%+v %v", all, err)
		}
		if rows, err := s.slips.List(ctx, s.desk, slip.Kept{Community: 1}, 0, 9); err != nil || len(rows) != 1 || rows[0].VoidedAt == nil {
			t.Errorf("its number is missed on file: %+v %v", rows, err)
		}
		if next, err := s.slips.Fill(ctx, s.desk, s.ticket, "borrow_slip", lent()); err != nil || next.Number == v.Number {
			t.Errorf("%s %v", next.Number, err)
		}
	})
}

// FAC-02, TIC-07: who works on a ticket writes on its forms, signs them with the picture just sent, and on no other's.
func TestWhoWorksOnATicketWritesOnItsForms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		here := []authz.CommunityID{1}
		chen := dbtest.Actor(230, here, ticket.ActView, ticket.ActPhoto, slip.ActFill)
		helper := dbtest.Actor(231, here, ticket.ActView, slip.ActFill)
		other := s.opened("别人的活")
		dbtest.Exec(t, d, `UPDATE ticket SET assignee_id = 230 WHERE id = $1`, s.ticket)
		dbtest.Exec(t, d, `UPDATE ticket SET assignee_id = 232 WHERE id = $1`, other)
		dbtest.Exec(t, d, `INSERT INTO ticket_task (id, community_id, ticket_id, title, assignee_id, assignee_name, due_at, state, at, by_id, by_name, ended_by_name, words, version) VALUES (5, 1, $1, '送备件', 231, '', 0, 'open', 0, 217, '', '', '', 1)`, s.ticket)
		fill := func(who authz.Actor, of ticket.ID, in slip.Filling) (slip.View, error) {
			return s.slips.Fill(ctx, who, of, "borrow_slip", in)
		}
		if _, err := fill(chen, other, lent()); !errors.Is(err, slip.ErrNotYours) {
			t.Errorf("on somebody else's ticket: %v", err)
		}
		if _, err := fill(helper, s.ticket, lent()); err != nil {
			t.Errorf("who has a part of it: %v", err)
		}
		dbtest.Exec(t, d, `UPDATE ticket_task SET state = 'done' WHERE id = 5`)
		if _, err := fill(helper, s.ticket, lent()); !errors.Is(err, slip.ErrNotYours) {
			t.Errorf("whose part is done: %v", err)
		}
		signed := lent()
		signed.Signed = true
		s.photo(s.ticket, "signature") // the desk's
		if _, err := fill(chen, s.ticket, signed); err == nil {
			t.Error("signed with what somebody else took")
		}
		p, err := s.tickets.AddPhoto(ctx, chen, s.ticket, "slip", dot(t))
		if err != nil {
			t.Fatal(err)
		}
		done := c.Instant().Add(-2 * time.Hour)
		v, err := s.slips.Fill(clock.WithDone(ctx, done), chen, s.ticket, "borrow_slip", signed)
		if err != nil || v.Photo != p.ID || v.DoneAt == nil || *v.DoneAt != done || v.At != c.Instant() {
			t.Fatalf("%+v %v", v, err)
		}
		if _, err := s.slips.Correct(ctx, chen, v.ID, any1, lent(), "数量"); err != nil {
			t.Errorf("one's own is corrected: %v", err)
		}
		if full, err := s.tickets.Get(ctx, chen, s.ticket); err != nil || len(full.Photos) != 2 {
			t.Errorf("%+v %v", full.Photos, err)
		}
		dbtest.Exec(t, d, `UPDATE ticket SET assignee_id = 232 WHERE id = $1`, s.ticket)
		if _, err := s.slips.Void(ctx, chen, v.ID, any1, "x"); !errors.Is(err, slip.ErrNotYours) {
			t.Errorf("after it was given to somebody else: %v", err)
		}
	})
}
