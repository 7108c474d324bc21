package ticket_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"guanjia/internal/approval"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
)

// TIC-05a: a complaint, and any matter of a VIP, goes to the senior on duty.
func TestComplaintsAndVIPsGoToTheSeniorOnDuty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		hire(t, d, 533, "罗师傅", true)
		dbtest.Exec(t, d, `UPDATE staff SET level = 'senior' WHERE id = 533`)
		dbtest.Exec(t, d, `UPDATE staff SET level = 'junior' WHERE id = 532`)
		plain, in := h.leak(), h.leak()
		plain.Grade, in.Grade, in.Kind = ticket.C, ticket.C, ticket.Complaint
		one, err := h.tickets.Open(t.Context(), h.agent, plain)
		if err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		if got := h.seen(t, one.ID); got.Assignee != 532 {
			t.Errorf("an ordinary matter goes to %s", got.AssigneeName)
		}
		for range 2 { // however much the senior has in hand
			tk, err := h.tickets.Open(t.Context(), h.agent, in)
			if err != nil {
				t.Fatal(err)
			}
			h.drain(t)
			v, err := h.tickets.Get(t.Context(), h.agent, tk.ID)
			if err != nil || h.seen(t, tk.ID).Assignee != 533 {
				t.Errorf("the complaint goes to %+v: %v", v.Assignee, err)
			}
			if why, _ := v.Timeline[len(v.Timeline)-1].Data["why"].(map[string]any); why["senior"] != "yes" {
				t.Errorf("the timeline does not say why: %v", why)
			}
		}
		vip := h.leak()
		vip.Grade, vip.Customer = ticket.C, 9001
		dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES (9001, 1, 'A9', 'person', '李娜', '', '', '["VIP"]', '', 1)`)
		tk, err := h.tickets.Open(t.Context(), h.agent, vip)
		if err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		if got := h.seen(t, tk.ID); got.Assignee != 533 {
			t.Errorf("the VIP's matter goes to %s", got.AssigneeName)
		}
	})
}

// TIC-05a: a new agent's mentor sees the open work and is asked before a
// customer is refused anything; a colleague's yes is none.
func TestTheMentorIsAskedBeforeACustomerIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES (43, 1, '0043', '马领班', '', '', '[]', 'active', $1, '', 1)`, false)
		dbtest.Exec(t, d, `UPDATE staff SET mentor_id = 43 WHERE id = 217`)
		for _, role := range []int64{41, 42, 43} {
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES ($1, $2)`, role, string(ticket.ActCancel))
			if role != 41 {
				dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES ($1, $2)`, role, string(approval.ActDecide))
			}
		}
		decider := func(id authz.AccountID) authz.Actor {
			return dbtest.Actor(id, []authz.CommunityID{place}, ticket.ActView, ticket.ActCancel, approval.ActInbox, approval.ActDecide)
		}
		tk := h.graded(t, ticket.C)
		if _, err := h.tickets.Cancel(ctx, h.agent, tk.ID, any1, "不属于物业范围"); !errors.Is(err, ticket.ErrMentor) {
			t.Fatalf("a new colleague refuses a customer alone: %v", err)
		}
		if v, _ := h.tickets.Get(ctx, h.agent, tk.ID); !v.CancelAsks || v.Mentor == nil || v.Mentor.Name != "马领班" || v.Status == ticket.Cancelled {
			t.Errorf("the page does not say who is asked: %+v %s", v.Mentor, v.Status)
		}
		if n, err := h.tickets.List(ctx, decider(43), ticket.Filter{Community: place, View: "mentored", Limit: 9}); err != nil || len(n) != 1 {
			t.Errorf("the mentor sees %d open matters: %v", len(n), err)
		}
		if n, _ := h.tickets.List(ctx, decider(42), ticket.Filter{Community: place, View: "mentored", Limit: 9}); len(n) != 0 {
			t.Errorf("who mentors nobody sees %d", len(n))
		}
		for round, yes := range []bool{false, true} {
			if _, err := h.tickets.AskCancel(ctx, h.agent, tk.ID, any1, "不属于物业范围"); err != nil {
				t.Fatal(err)
			}
			todo, err := h.approvals.ToDecide(ctx, decider(43), approval.Position{}, 9)
			if err != nil || len(todo) != 1 {
				t.Fatalf("round %d: the mentor has %d to decide: %v", round, len(todo), err)
			}
			if todo, _ := h.approvals.ToDecide(ctx, decider(41), approval.Position{}, 9); len(todo) != 0 {
				t.Errorf("the supervisor is asked before the mentor's time is over")
			}
			if _, err := h.approvals.Decide(ctx, h.agent, todo[0].ID, any1, approval.Decision{Approve: true}); err == nil {
				t.Error("who asked decides")
			}
			if _, err := h.approvals.Decide(ctx, decider(43), todo[0].ID, any1, approval.Decision{Approve: yes, Reason: "先去看看"}); err != nil {
				t.Fatal(err)
			}
			if got := h.seen(t, tk.ID); (got.Status == ticket.Cancelled) != yes {
				t.Errorf("after %v it is %s", yes, got.Status)
			}
		}
		if v := h.verbs(t, tk.ID); !strings.HasSuffix(v, "asked decided asked cancelled decided") {
			t.Errorf("the timeline: %s", v)
		}
		if _, err := h.tickets.AskCancel(ctx, decider(43), tk.ID, any1, "再问"); err == nil {
			t.Error("what has ended is asked about")
		}
		other := h.graded(t, ticket.C)
		dbtest.Exec(t, d, `UPDATE staff SET state = 'disabled' WHERE id = 43`)
		if _, err := h.tickets.AskCancel(ctx, h.agent, other.ID, any1, "客户取消"); !errors.Is(err, ticket.ErrCancelFreely) {
			t.Errorf("a mentor who has left is asked: %v", err)
		}
		if _, err := h.tickets.Cancel(ctx, h.agent, other.ID, any1, "客户取消"); err != nil {
			t.Errorf("nobody mentors any more, and it cannot be cancelled: %v", err)
		}
	})
}

// A domain that is not there is not missed: the page shows nothing of it, and a
// ticket lives its life to the end.
func TestWithoutIncidentsStockContactsAndPatrolsEverythingIsAsBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		if h.tickets.Incidents != nil || h.tickets.Stock != nil || h.tickets.Patrols != nil || h.tickets.Contacts != nil {
			t.Fatal("they are there")
		}
		in := h.leak()
		in.Channel, in.Kind = "patrol", ticket.Inquiry
		tk, err := h.tickets.Open(t.Context(), h.agent, in)
		if err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		v, err := h.tickets.Get(t.Context(), h.agent, tk.ID)
		if err != nil || v.Incident != nil || v.Drawn != nil || v.Source != nil || v.Contact != nil {
			t.Errorf("%+v: %v", v.Beyond, err)
		}
		if _, err := h.tickets.Cancel(t.Context(), h.agent, tk.ID, any1, "客户已自行处理"); err != nil {
			t.Errorf("it cannot be ended: %v", err)
		}
	})
}

// TIC-05a: who gives a complaint past the senior on duty says why, and the word
// stays inside; with nobody senior there is nothing to say.
func TestGivingAComplaintPastASeniorNeedsAWord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		in := h.leak()
		in.Grade, in.Kind = ticket.C, ticket.Complaint
		open := func() ticket.Ticket {
			tk, err := h.tickets.Open(ctx, h.agent, in)
			if err != nil {
				t.Fatal(err)
			}
			return tk
		}
		dbtest.Exec(t, d, `UPDATE staff SET level = 'junior' WHERE id = 532`)
		if _, err := h.tickets.Dispatch(ctx, h.agent, open().ID, any1, 532); err != nil {
			t.Errorf("nobody is senior: %v", err)
		}
		hire(t, d, 533, "罗师傅", true)
		dbtest.Exec(t, d, `UPDATE staff SET level = 'senior' WHERE id = 533`)
		tk := open()
		_, err := h.tickets.Dispatch(ctx, h.agent, tk.ID, any1, 532)
		if f := errs.Of(err).Fields; len(f) != 1 || f[0].Name != "word" || f[0].Params["senior"] != "罗师傅" {
			t.Fatalf("without a word: %v", err)
		}
		if _, err := h.tickets.DispatchMany(ctx, h.agent, place, []ticket.Chosen{{ID: tk.ID, Version: h.seen(t, tk.ID).Version}}, 532, ""); len(errs.Of(err).Fields) != 1 {
			t.Errorf("among several: %v", err)
		}
		got, err := h.tickets.DispatchPast(ctx, h.agent, tk.ID, any1, 532, "罗师傅正在处理爆管")
		if err != nil || got.Assignee != 532 {
			t.Fatalf("with a word: %s, %v", got.AssigneeName, err)
		}
		v, err := h.tickets.Get(ctx, h.agent, tk.ID)
		if err != nil {
			t.Fatal(err)
		}
		last := v.Timeline[len(v.Timeline)-1]
		why, _ := v.Timeline[len(v.Timeline)-2].Data["why"].(map[string]any)
		if last.Verb != "noted" || last.Text != "罗师傅正在处理爆管" || last.Public || why["senior"] != "passed" {
			t.Errorf("the timeline: %+v after %v", last, why)
		}
		if _, err := h.tickets.Dispatch(ctx, h.agent, open().ID, any1, 533); err != nil {
			t.Errorf("to the senior: %v", err)
		}
	})
}

// TIC-05a: which tags mark important customers is the company's own list.
func TestTheCompanySaysWhichTagsAreImportant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		hire(t, d, 533, "罗师傅", true)
		dbtest.Exec(t, d, `UPDATE staff SET level = 'senior' WHERE id = 533`)
		dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES (9001, 1, 'A9', 'person', '李娜', '', '', '["独居老人"]', '', 1)`)
		in := h.leak()
		in.Grade, in.Customer = ticket.C, 9001
		for round, important := range []bool{false, true} {
			dbtest.Exec(t, d, `UPDATE tag SET is_important = $1 WHERE name = '独居老人'`, important)
			tk, err := h.tickets.Open(ctx, h.agent, in)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.tickets.Dispatch(ctx, h.agent, tk.ID, any1, 532); (err != nil) != important {
				t.Errorf("round %d: %v", round, err)
			}
		}
	})
}

// TIC-05a: a new colleague asks before a grade is lowered, as shipped, and
// before work waits where the community says so; a yes is for one step, once.
func TestTheMentorIsAskedForTheStepsThatACommunityNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES (43, 1, '0043', '马领班', '', '', '[]', 'active', FALSE, '', 1)`)
		dbtest.Exec(t, d, `UPDATE staff SET mentor_id = 43 WHERE id = 217`)
		for _, a := range []authz.Action{ticket.ActHold, approval.ActDecide} {
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (43, $1)`, string(a))
		}
		here := []authz.CommunityID{place}
		young := dbtest.Actor(217, here, ticket.ActView, ticket.ActGrade, ticket.ActHold, ticket.ActAsk, ticket.ActSettings, approval.ActInbox)
		mentor := dbtest.Actor(43, here, ticket.ActView, ticket.ActHold, approval.ActInbox, approval.ActDecide)
		tk := h.graded(t, ticket.B)
		if _, err := h.tickets.Regrade(ctx, young, tk.ID, any1, ticket.C, "不急"); !errors.Is(err, ticket.ErrMentor) {
			t.Errorf("a lower grade: %v", err)
		}
		if v, _ := h.tickets.Get(ctx, young, tk.ID); !slices.Equal(v.MentorAsks, []ticket.Step{ticket.StepCancel, ticket.StepGrade}) {
			t.Errorf("the page says %v", v.MentorAsks)
		}
		if _, err := h.tickets.Regrade(ctx, young, tk.ID, any1, ticket.A, "水漫到走廊"); err != nil {
			t.Errorf("a higher one: %v", err)
		}
		if _, err := h.tickets.AskMentor(ctx, young, tk.ID, any1, ticket.StepGrade, "已关阀，不急"); err != nil {
			t.Fatal(err)
		}
		todo, err := h.approvals.ToDecide(ctx, mentor, approval.Position{}, 9)
		if err != nil || len(todo) != 1 {
			t.Fatalf("%d to decide, %v", len(todo), err)
		}
		if _, err := h.approvals.Decide(ctx, mentor, todo[0].ID, any1, approval.Decision{Approve: true, Reason: "可以"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.Regrade(ctx, young, tk.ID, any1, ticket.C, "已关阀"); err != nil {
			t.Errorf("with the mentor's yes: %v", err)
		}
		if _, err := h.tickets.Regrade(ctx, young, tk.ID, any1, ticket.B, "又漏了"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.Regrade(ctx, young, tk.ID, any1, ticket.C, "再降"); !errors.Is(err, ticket.ErrMentor) {
			t.Errorf("a yes is used once: %v", err)
		}
		if _, err := h.tickets.SetSettings(ctx, young, place, any1, ticket.Settings{Mentor: &ticket.MentorRules{}}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.Regrade(ctx, young, tk.ID, any1, ticket.C, "不急"); err != nil {
			t.Errorf("where the community does not ask for it: %v", err)
		}
		if _, err := h.tickets.AskMentor(ctx, young, tk.ID, any1, ticket.StepGrade, "不急"); !errors.Is(err, ticket.ErrMentorFreely) {
			t.Errorf("what nobody need ask for: %v", err)
		}
	})
}

// TIC-05a: what is delicate is claimed by the senior on duty; somebody junior is
// told who that is, is not even offered it, and has it where no senior is there.
func TestAComplaintIsNotClaimedPastASenior(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		hire(t, d, 533, "罗师傅", true)
		dbtest.Exec(t, d, `UPDATE staff SET level = 'senior' WHERE id = 533`)
		dbtest.Exec(t, d, `UPDATE staff SET level = 'junior' WHERE id = 532`)
		if _, err := h.tickets.SetSettings(ctx, h.sun, place, any1, ticket.Settings{Dispatch: []ticket.DispatchRule{{Category: "facilities.water", Mode: ticket.ByClaim}}}); err != nil {
			t.Fatal(err)
		}
		claimer := func(id authz.AccountID) authz.Actor {
			return dbtest.Actor(id, []authz.CommunityID{place}, ticket.ActClaim, ticket.ActView)
		}
		chen, luo := claimer(532), claimer(533)
		open := func(kind ticket.Kind) ticket.Ticket {
			in := h.leak()
			in.Grade, in.Kind = ticket.C, kind
			tk, err := h.tickets.Open(ctx, h.agent, in)
			if err != nil {
				t.Fatal(err)
			}
			h.drain(t)
			return tk
		}
		offered := func(a authz.Actor) (n int) {
			all, err := h.tickets.Claimable(ctx, a, place)
			if err != nil || !all.OnDuty {
				t.Fatalf("%+v: %v", all, err)
			}
			return len(all.Items)
		}
		complaint, repair := open(ticket.Complaint), open(ticket.Repair)
		if offered(chen) != 1 || offered(luo) != 2 {
			t.Errorf("the junior is offered %d, the senior %d", offered(chen), offered(luo))
		}
		_, err := h.tickets.Claim(ctx, chen, complaint.ID)
		if e := errs.Of(err); !errors.Is(err, ticket.ErrClaimSenior) || e.Params["senior"] != "罗师傅" {
			t.Errorf("a junior claims a complaint: %v %v", err, e.Params)
		}
		if got := h.seen(t, complaint.ID); got.Status != ticket.New {
			t.Errorf("it moved all the same: %s", got.Status)
		}
		if _, err := h.tickets.Claim(ctx, chen, repair.ID); err != nil {
			t.Errorf("an ordinary matter: %v", err)
		}
		if _, err := h.tickets.Claim(ctx, luo, complaint.ID); err != nil {
			t.Errorf("the senior: %v", err)
		}
		dbtest.Exec(t, d, `UPDATE staff SET on_duty = $1 WHERE id = 533`, false)
		alone := open(ticket.Complaint)
		if offered(chen) != 1 {
			t.Error("nobody senior is there, and it is offered to nobody")
		}
		if _, err := h.tickets.Claim(ctx, chen, alone.ID); err != nil {
			t.Errorf("nobody senior is there: %v", err)
		}
	})
}

// TIC-05a: an appointment on the calendar that goes past the senior needs the same word.
func TestAnAppointmentPastASeniorNeedsAWord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		hire(t, d, 533, "罗师傅", true)
		dbtest.Exec(t, d, `UPDATE staff SET level = 'senior' WHERE id = 533`)
		dbtest.Exec(t, d, `UPDATE staff SET level = 'junior' WHERE id = 532`)
		in := h.leak()
		in.Grade, in.Kind = ticket.C, ticket.Complaint
		tk, err := h.tickets.Open(ctx, h.agent, in)
		if err != nil {
			t.Fatal(err)
		}
		at := ticket.Wanted{Day: day(t, "2026-03-04"), Slot: "上午"}
		_, err = h.tickets.Appoint(ctx, h.desk(), tk.ID, any1, at, ticket.Coming{To: 532})
		if f := errs.Of(err).Fields; len(f) != 1 || f[0].Name != "word" || h.seen(t, tk.ID).VisitFrom != nil {
			t.Fatalf("without a word: %v, booked %v", err, h.seen(t, tk.ID).VisitFrom)
		}
		got, err := h.tickets.Appoint(ctx, h.desk(), tk.ID, any1, at, ticket.Coming{To: 532, Word: "罗师傅那天休息"})
		if err != nil || got.Assignee != 532 || got.VisitFrom == nil {
			t.Fatalf("with a word: %+v, %v", got.Assignee, err)
		}
		v, err := h.tickets.Get(ctx, h.agent, tk.ID)
		if err != nil {
			t.Fatal(err)
		}
		if last := v.Timeline[len(v.Timeline)-1]; last.Text != "罗师傅那天休息" || last.Public {
			t.Errorf("the timeline: %+v", last)
		}
	})
}

// TIC-05a: where the community says so, letting work wait needs the mentor's
// yes; it is good for one hold, by who asked, on that ticket.
func TestTheMentorsYesIsForOneHold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES (43, 1, '0043', '马领班', '', '', '[]', 'active', FALSE, '', 1)`)
		dbtest.Exec(t, d, `UPDATE staff SET mentor_id = 43 WHERE id = 532`)
		for _, a := range []authz.Action{ticket.ActHold, approval.ActDecide} {
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (43, $1)`, string(a))
		}
		here := []authz.CommunityID{place}
		chen := dbtest.Actor(532, here, ticket.ActView, ticket.ActHold, ticket.ActAsk, approval.ActInbox)
		chen.Name = "陈师傅"
		mentor := dbtest.Actor(43, here, ticket.ActView, ticket.ActHold, approval.ActInbox, approval.ActDecide)
		tk, other := h.begun(t, ticket.C), h.begun(t, ticket.C)
		wait := ticket.Holding{Why: ticket.ForMaterial, Words: "等配件"}
		hold := func(id ticket.ID) error {
			_, err := h.tickets.Hold(ctx, chen, id, any1, wait)
			return err
		}
		if err := hold(other.ID); err != nil {
			t.Errorf("as shipped nobody asks before work waits: %v", err)
		}
		if _, err := h.tickets.Resume(ctx, chen, other.ID, any1); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.SetSettings(ctx, h.sun, place, any1, ticket.Settings{Mentor: &ticket.MentorRules{Hold: true}}); err != nil {
			t.Fatal(err)
		}
		ask := func(yes bool) {
			if _, err := h.tickets.AskMentor(ctx, chen, tk.ID, any1, ticket.StepHold, "配件明天到"); err != nil {
				t.Fatal(err)
			}
			todo, err := h.approvals.ToDecide(ctx, mentor, approval.Position{}, 9)
			if err != nil || len(todo) != 1 {
				t.Fatalf("%d to decide, %v", len(todo), err)
			}
			if _, err := h.approvals.Decide(ctx, mentor, todo[0].ID, any1, approval.Decision{Approve: yes, Reason: "先问客户"}); err != nil {
				t.Fatal(err)
			}
		}
		if err := hold(tk.ID); !errors.Is(err, ticket.ErrMentor) {
			t.Fatalf("it waits without the mentor's yes: %v", err)
		}
		ask(false)
		if err := hold(tk.ID); !errors.Is(err, ticket.ErrMentor) {
			t.Errorf("a no lets it wait: %v", err)
		}
		ask(true)
		if err := hold(other.ID); !errors.Is(err, ticket.ErrMentor) {
			t.Errorf("the yes is for another ticket: %v", err)
		}
		if got := h.seen(t, tk.ID); got.Status == ticket.Held {
			t.Error("the mentor's yes holds it by itself")
		}
		if err := hold(tk.ID); err != nil {
			t.Errorf("with the mentor's yes: %v", err)
		}
		if _, err := h.tickets.Resume(ctx, chen, tk.ID, any1); err != nil {
			t.Fatal(err)
		}
		if err := hold(tk.ID); !errors.Is(err, ticket.ErrMentor) {
			t.Errorf("a yes is used twice: %v", err)
		}
	})
}
