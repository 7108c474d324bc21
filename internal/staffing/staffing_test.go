package staffing_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/roster"
	"guanjia/internal/staffing"
)

func seen(int64) error { return nil }

func day(t *testing.T, s string) clock.Day {
	t.Helper()
	d, err := clock.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The four groups of the profile, as the appraisal rules have them (APP-08a).
func TestTheProfileHasFourGroups(t *testing.T) {
	want := map[string]int{"psychology": 5, "character": 6, "skills": 8, "overall": 4}
	seen := map[string]bool{}
	for _, g := range staffing.Profile() {
		if len(g.Items) != want[g.ID] || g.Zh == "" || g.En == "" {
			t.Errorf("%+v", g)
		}
		for _, i := range g.Items {
			if seen[i.ID] || i.Zh == "" || i.En == "" {
				t.Errorf("%+v", i)
			}
			seen[i.ID] = true
		}
	}
	if len(staffing.Profile()) != len(want) {
		t.Errorf("%d groups", len(staffing.Profile()))
	}
}

// STA-01c: a plan is drawn up, laid before the property manager, sent back or approved; then candidates are interviewed.
func TestAPlanGoesToThePropertyManagerAndItsCandidatesAreRated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		inbox, ctx := &approval.Service{DB: d}, t.Context()
		svc := &staffing.Service{DB: d, Heads: func(context.Context, *db.Tx, authz.CommunityID) ([]roster.Heads, error) {
			return []roster.Heads{{Post: roster.PostService, Filled: 3, Hours: 200, Needed: 5}}, nil
		}}
		svc.Approve(inbox)
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES (1, 'manager', '主任', 'manager', 1)`)
		for _, a := range []authz.Action{staffing.ActDecide, approval.ActDecide, approval.ActInbox} {
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (1, $1)`, string(a))
		}
		dbtest.Exec(t, d, `INSERT INTO account (id, kind, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES (12, 'staff', 'm', '', '主任', 'm', '', FALSE, FALSE, 1)`)
		dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES (12, 12, 1, 1)`)
		dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES (12, 1, 1)`)
		here := []authz.CommunityID{1}
		lead, boss := dbtest.Actor(11, here, staffing.ActEdit), dbtest.Actor(12, here, staffing.ActEdit, staffing.ActDecide, approval.ActDecide, approval.ActInbox)
		far := dbtest.Actor(900, []authz.CommunityID{2}, staffing.ActEdit)
		all, err := svc.Plans(ctx, lead, 1)
		if err != nil || len(all.Items) != 0 || all.Needs[0].Needed != 5 || len(all.Profile) != 4 {
			t.Fatalf("%+v %v", all, err)
		}
		draft := staffing.PlanDraft{Title: "二季度客服补员", From: day(t, "2026-04-01"), To: day(t, "2026-06-30"), Reason: "开盘后来电增加", Lines: staffing.Lines{{Post: roster.PostService, Position: "前台", Filled: 3, Needed: 5, Qualities: "普通话好"}}}
		for field, change := range map[string]func(*staffing.PlanDraft){
			"title": func(d *staffing.PlanDraft) { d.Title = " " }, "to": func(d *staffing.PlanDraft) { d.To = day(t, "2026-03-01") }, "reason": func(d *staffing.PlanDraft) { d.Reason = "" },
			"lines[0].position": func(d *staffing.PlanDraft) { d.Lines = staffing.Lines{{Needed: 1, Qualities: "x"}} },
		} {
			bad := draft
			change(&bad)
			if _, err := svc.Add(ctx, lead, 1, bad); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		p, err := svc.Add(ctx, lead, 1, draft)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := svc.Plan(ctx, far, p.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's plan: %v", err)
		}
		decide := func(yes bool, words string) {
			t.Helper()
			if _, err := svc.Submit(ctx, lead, p.ID, seen); err != nil {
				t.Fatal(err)
			}
			var q approval.Request
			if err := d.Read(ctx, boss, approval.ActInbox, func(tx *db.Tx) (err error) {
				q, err = approval.Open(ctx, tx, "staffing.plan", "staffing_plan:"+p.ID.String())
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if _, err := inbox.Decide(ctx, boss, q.ID, seen, approval.Decision{Approve: yes, Reason: words}); err != nil {
				t.Fatal(err)
			}
		}
		decide(false, "先招一人")
		back, err := svc.Plan(ctx, lead, p.ID)
		if err != nil || back.State != staffing.Returned || back.Decision != "先招一人" || back.Decider == "" {
			t.Fatalf("sent back: %+v %v", back, err)
		}
		sheet := staffing.CandidateDraft{Name: "候选人甲", Ratings: staffing.Ratings{"speech": 4, "listening": 5, "composure": 3}, State: staffing.Open}
		if _, err := svc.Rate(ctx, lead, p.ID, 0, nil, sheet); !errors.Is(err, staffing.ErrNotNow) {
			t.Errorf("interviewed before the yes: %v", err)
		}
		decide(true, "同意")
		if _, err := svc.Edit(ctx, lead, p.ID, seen, draft); !errors.Is(err, staffing.ErrNotNow) {
			t.Errorf("an approved plan was changed: %v", err)
		}
		made, err := svc.Rate(ctx, lead, p.ID, 0, nil, sheet)
		if err != nil || made.Groups[2].Tenths != 45 || made.Groups[2].Rated != 2 || made.Groups[0].Tenths != 30 || made.Groups[1].Tenths != 0 {
			t.Fatalf("%+v %v", made, err)
		}
		for field, change := range map[string]func(*staffing.CandidateDraft){
			"ratings.speech": func(d *staffing.CandidateDraft) { d.Ratings = staffing.Ratings{"speech": 6} }, "ratings.nothing": func(d *staffing.CandidateDraft) { d.Ratings = staffing.Ratings{"nothing": 3} },
			"line": func(d *staffing.CandidateDraft) { d.Line = 4 }, "words": func(d *staffing.CandidateDraft) { d.State = staffing.Declined }, "ratings": func(d *staffing.CandidateDraft) { d.Ratings, d.State = nil, staffing.Chosen },
		} {
			bad := sheet
			change(&bad)
			if _, err := svc.Rate(ctx, lead, 0, made.ID, seen, bad); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		sheet.State = staffing.Chosen
		if got, err := svc.Rate(ctx, lead, 0, made.ID, seen, sheet); err != nil || got.State != staffing.Chosen || got.Version != 2 {
			t.Errorf("%+v %v", got, err)
		}
		if n, err := svc.Trim(ctx, clock.Of(c.Now().Add(time.Hour))); err != nil || n != 1 {
			t.Errorf("%d forgotten, %v", n, err)
		}
	})
}
