package upkeep_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
	"guanjia/internal/upkeep"
)

const place authz.CommunityID = 1

func seen(int64) error { return nil }

// staffed is a community with somebody at its desk.
func staffed(t *testing.T, d *db.DB) {
	t.Helper()
	dbtest.Communities(t, d, place, 2)
	dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES (7, 'front_desk', '前台', 'front desk', 1)`)
	dbtest.Exec(t, d, `INSERT INTO account (id, kind, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES (217, 'staff', 'zhou', '', '周敏', '0217', '', $1, $1, 1)`, false)
	dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES (217, 1, '0217', '周敏', '', '', '[]', 'active', $1, '', 1)`, true)
	dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES (217, 217, 7, 1)`)
	dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES (217, 7, 1)`)
}

// TIC-13: a plan opens its ticket on the day, in the morning and once, and knows it.
func TestAPlanOpensItsTicketOnceOnTheDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		staffed(t, d)
		ctx, s := t.Context(), &upkeep.Service{DB: d}
		lead := dbtest.Actor(11, []authz.CommunityID{place}, upkeep.ActEdit, ticket.ActView, ticket.ActExport)
		far := dbtest.Actor(900, []authz.CommunityID{2}, upkeep.ActEdit, ticket.ActView)
		zone := time.FixedZone("", 8*3600)
		today := clock.DayOf(c.Instant(), zone)
		c.Advance(today.Add(1).At(6*60, zone).Sub(c.Instant())) // six in the morning
		today = today.Add(1)
		draft := upkeep.Draft{Title: "消防设施月检", Words: "逐处检查并登记", Kind: ticket.Chore, Category: "facilities.fire", Grade: ticket.B, Place: "全部楼栋", N: 1, Unit: upkeep.Months, Start: today, Active: true}
		p, err := s.Add(ctx, lead, place, draft)
		if err != nil || p.Next != today {
			t.Fatalf("next on %s: %v", p.Next, err)
		}
		count := func() int { return dbtest.One[int](t, d, `SELECT COUNT(*) FROM ticket`) }
		open := func() {
			if err := s.OpenDue(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if open(); count() != 0 {
			t.Error("it is opened before seven")
		}
		c.Advance(time.Hour)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() { _ = s.OpenDue(ctx) })
		}
		both.Wait()
		if open(); count() != 1 {
			t.Fatalf("%d tickets on the day", count())
		}
		days, err := s.Calendar(ctx, lead, place, today, today.Add(70))
		if err != nil || len(days) != 3 || days[0].Number == "" || days[0].Status != ticket.New || days[1].Number != "" || days[1].Day == today {
			t.Errorf("the calendar: %+v, %v", days, err)
		}
		tickets := &ticket.Service{DB: d, Patrols: source{}}
		v, err := tickets.Get(ctx, lead, days[0].Ticket)
		if err != nil || v.Channel != ticket.ByPlan || v.Source == nil || v.Source.Title != p.Title || v.Description != draft.Words {
			t.Errorf("the ticket knows its plan as %+v: %v", v.Source, err)
		}
		c.Advance(100 * 24 * time.Hour) // the program was off: three days passed
		if open(); count() != 2 {
			t.Errorf("%d tickets: what was missed is done once", count())
		}
		all, err := s.Plans(ctx, lead, place)
		if err != nil || len(all) != 1 || !all[0].Next.After(clock.DayOf(c.Instant(), zone)) {
			t.Errorf("%+v, %v", all, err)
		}
		if _, err := s.Plans(ctx, far, place); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's people see it: %v", err)
		}
		if _, err := s.Edit(ctx, far, p.ID, seen, draft); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's people change it: %v", err)
		}
	})
}

// source is what package app plugs into the page of a ticket.
type source struct{}

func (source) SourceOf(ctx context.Context, tx *db.Tx, t ticket.Ticket) (*ticket.Linked, error) {
	return upkeep.SourceOf(ctx, tx, t)
}

// TIC-13: a day is left out with a reason, which the calendar shows; a paused
// plan opens nothing, and goes on with the next day that comes.
func TestADayIsSkippedAndAPlanIsPaused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		staffed(t, d)
		ctx, s := t.Context(), &upkeep.Service{DB: d}
		lead := dbtest.Actor(11, []authz.CommunityID{place}, upkeep.ActEdit, ticket.ActView)
		today := clock.DayOf(c.Instant(), time.FixedZone("", 8*3600))
		draft := upkeep.Draft{Title: "电梯半月保养", Kind: ticket.Chore, Category: "facilities.lift", Grade: ticket.B, Place: "1栋", N: 15, Unit: upkeep.Days, Start: today.Add(2), Active: true}
		p, err := s.Add(ctx, lead, place, draft)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Skip(ctx, lead, p.ID, seen, "  "); len(errs.Of(err).Fields) != 1 {
			t.Errorf("skipped without a reason: %v", err)
		}
		if p, err = s.Skip(ctx, lead, p.ID, seen, "维保单位停工"); err != nil || p.Next != today.Add(17) {
			t.Fatalf("next on %s: %v", p.Next, err)
		}
		if p, err = s.Edit(ctx, lead, p.ID, seen, draft); err != nil || p.Next != today.Add(17) {
			t.Errorf("to save it again brings the skipped day back: %s, %v", p.Next, err)
		}
		days, err := s.Calendar(ctx, lead, place, today, today.Add(20))
		if err != nil || len(days) != 2 || days[0].Skipped != "维保单位停工" || days[1].Day != today.Add(17) {
			t.Errorf("%+v, %v", days, err)
		}
		draft.Active = false
		if p, err = s.Edit(ctx, lead, p.ID, seen, draft); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Skip(ctx, lead, p.ID, seen, "再跳"); !errors.Is(err, upkeep.ErrPaused) {
			t.Errorf("a day of a paused plan is skipped: %v", err)
		}
		c.Advance(40 * 24 * time.Hour)
		if err := s.OpenDue(ctx); err != nil {
			t.Fatal(err)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM ticket`); n != 0 {
			t.Errorf("a paused plan opened %d tickets", n)
		}
		draft.Active = true
		if p, err = s.Edit(ctx, lead, p.ID, seen, draft); err != nil || p.Next.Before(today.Add(40)) {
			t.Errorf("it goes on with %s: %v", p.Next, err)
		}
		if _, err := s.Edit(ctx, lead, p.ID, func(int64) error { return db.ErrStale }, draft); !errors.Is(err, db.ErrStale) {
			t.Errorf("a stale form: %v", err)
		}
		if _, err := s.Calendar(ctx, lead, place, today, today.Add(900)); len(errs.Of(err).Fields) != 1 {
			t.Errorf("years at once: %v", err)
		}
		draft.Facility = 4711
		if _, err := s.Add(ctx, lead, place, draft); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != "facilityId" {
			t.Errorf("a facility that is not there: %v", err)
		}
	})
}

// TIC-01a, TIC-02: a plan goes on with a class that was hidden since, at the
// grade that the class asks for by now; a new plan cannot choose it.
func TestAPlanGoesOnWithAClassThatWasHidden(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		staffed(t, d)
		ctx, s := t.Context(), &upkeep.Service{DB: d}
		lead := dbtest.Actor(11, []authz.CommunityID{place}, upkeep.ActEdit, ticket.ActView)
		head := authz.Actor{ID: 1, Name: "方总", Grants: []authz.Grant{{Actions: map[authz.Action]bool{ticket.ActCategories: true}, Everywhere: true}}}
		today := clock.DayOf(c.Instant(), time.FixedZone("", 8*3600))
		draft := upkeep.Draft{Title: "换季清淤", Kind: ticket.Chore, Category: "facilities.water", Grade: ticket.C, Place: "全区", N: 1, Unit: upkeep.Months, Start: today.Add(1), Active: true}
		p, err := s.Add(ctx, lead, place, draft)
		if err != nil {
			t.Fatal(err)
		}
		water, _ := ticket.TreeOf(d).ByID("facilities.water")
		if _, err := (&ticket.Service{DB: d}).ReviseTree(ctx, head, seen, ticket.Revision{Classes: []ticket.ClassDraft{{ID: water.ID, Zh: water.Zh, En: water.En, Words: water.Words, Least: ticket.B, Hidden: true}}, Reason: "拆成两类"}); err != nil {
			t.Fatal(err)
		}
		var wrong *errs.Error
		if _, err := s.Add(ctx, lead, place, draft); !errors.As(err, &wrong) || wrong.Fields[0].Code != "ticket.category_hidden" {
			t.Errorf("a new plan of a hidden class: %v", err)
		}
		draft.Grade = ticket.B
		if p, err = s.Edit(ctx, lead, p.ID, seen, draft); err != nil {
			t.Errorf("its own plan cannot be edited any more: %v", err)
		}
		dbtest.Exec(t, d, `UPDATE upkeep_plan SET grade = 'C'`) // as it was before
		c.Advance(48 * time.Hour)
		if err := s.OpenDue(ctx); err != nil {
			t.Fatal(err)
		}
		if got := dbtest.One[string](t, d, `SELECT category || ' ' || grade FROM ticket`); got != "facilities.water B" {
			t.Errorf("opened: %s", got)
		}
	})
}
