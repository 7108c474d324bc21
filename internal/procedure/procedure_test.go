package procedure_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/procedure"
)

const place authz.CommunityID = 1

// shop is a company with the shipped procedures, a technician, an agent, a supervisor and somebody who writes.
type shop struct {
	*procedure.Service
	approvals               *approval.Service
	clock                   *dbtest.Clock
	chen, zhou, sun, writer authz.Actor
	facts                   *procedure.Facts
}

const view, subject = "ticket.view", procedure.SubjectID(77)

func open(t *testing.T, d *db.DB, c *dbtest.Clock) shop {
	t.Helper()
	dbtest.Communities(t, d, place, 2)
	for i, r := range []string{"technician", "front_desk", "service_supervisor", "quality_officer"} {
		id := int64(i + 1)
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES ($1, $2, $2, $2, 1)`, id, r)
		dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $2, $2, '', $3, $3, 1)`, id, r, false)
		if i > 1 { // held at the company
			dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id) VALUES ($1, $1, $1)`, id)
			continue
		}
		dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $1, $1, 1)`, id)
		dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES ($1, $1, 1)`, id)
	}
	for _, a := range []authz.Action{procedure.ActPublish, approval.ActDecide, approval.ActInbox} {
		dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (3, $1)`, string(a))
	}
	here := []authz.CommunityID{place}
	s := shop{Service: &procedure.Service{DB: d}, approvals: &approval.Service{DB: d}, clock: c, facts: &procedure.Facts{
		Community: place, Kind: "repair", Category: "facilities.water", Grade: "B", Visit: true, Owner: 2, Assignee: 1, Zone: time.UTC,
		Marks: map[string]procedure.Mark{"opened": {At: c.Instant(), Name: "周"}}, Photos: []procedure.PhotoID{900},
	}}
	s.Subjects = []procedure.Subject{{Place: "ticket", View: view, Facts: func(ctx context.Context, tx *db.Tx, id procedure.SubjectID) (procedure.Facts, error) {
		if id != subject {
			return procedure.Facts{}, db.ErrNotFound
		}
		return *s.facts, tx.In(ctx, place)
	}}}
	s.Approve(s.approvals)
	s.chen = dbtest.Actor(1, here, view, procedure.ActView, procedure.ActTick)
	s.zhou = dbtest.Actor(2, here, view, procedure.ActView, procedure.ActTick)
	s.sun = authz.Actor{ID: 3, Name: "孙主管", Grants: []authz.Grant{{Everywhere: true, Actions: map[authz.Action]bool{view: true, procedure.ActView: true, procedure.ActTick: true, procedure.ActLead: true, procedure.ActPublish: true, approval.ActDecide: true, approval.ActInbox: true}}}}
	s.writer = authz.Actor{ID: 4, Name: "品质", Grants: []authz.Grant{{Everywhere: true, Actions: map[authz.Action]bool{procedure.ActView: true, procedure.ActEdit: true}}}}
	if err := s.Ship(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// begin lets what applies run on the one ticket.
func (s shop) begin(t *testing.T) {
	t.Helper()
	system := authz.System("test", "ticket.opened")
	if err := s.DB.Write(t.Context(), system, "ticket.opened", func(tx *db.Tx) error { return s.Begin(t.Context(), tx, "ticket", subject) }); err != nil {
		t.Fatal(err)
	}
}

func (s shop) list(t *testing.T, who authz.Actor) map[string]procedure.RunView {
	t.Helper()
	all, err := s.Checklist(t.Context(), who, "ticket", subject)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]procedure.RunView{}
	for _, r := range all.Items {
		out[r.Code] = r
	}
	return out
}

func (s shop) find(t *testing.T, code string) procedure.Row {
	t.Helper()
	all, err := s.List(t.Context(), s.writer, "", "")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(r procedure.Row) bool { return r.Code == code })
	if i < 0 {
		t.Fatalf("there is no %s among %d", code, len(all))
	}
	return all[i]
}

func (s shop) confirm(t *testing.T, who authz.Actor, v procedure.VersionID) {
	t.Helper()
	if _, err := s.Confirm(t.Context(), who, v); err != nil {
		t.Fatal(err)
	}
}

func latest(int64) error { return nil }

func TestShippingTwiceChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := open(t, d, c)
		before := dbtest.One[int](t, d, `SELECT COUNT(*) FROM procedure_version`)
		if err := s.Ship(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := dbtest.One[int](t, d, `SELECT COUNT(*) FROM procedure_version`); after != before || before != len(procedure.Shipped()) {
			t.Errorf("%d versions, then %d", before, after)
		}
	})
}

func TestAChecklistIsTickedOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := open(t, d, c)
		s.begin(t)
		s.begin(t) // the event is told twice
		runs := s.list(t, s.chen)
		r := runs["repair"]
		if len(runs) != 2 || r.Steps[0].State != procedure.Done || r.Steps[0].Tick.ByName != "周" || r.Steps[1].State != procedure.Open {
			t.Fatalf("%d runs, the first step is %s", len(runs), r.Steps[0].State)
		}
		ctx := t.Context()
		if _, err := s.Tick(ctx, s.chen, r.ID, procedure.Given{Steps: []int64{6}, Words: "角阀老化"}); !errors.Is(err, procedure.ErrUnread) {
			t.Errorf("before it was read: %v (PRO-01b)", err)
		}
		s.confirm(t, s.chen, r.Edition)
		s.confirm(t, s.chen, r.Edition)
		if _, err := s.Tick(ctx, s.chen, r.ID, procedure.Given{Steps: []int64{6}}); errs.Of(err).Code != errs.ErrFields.Code {
			t.Errorf("without what the step asks for: %v", err)
		}
		if _, err := s.Tick(ctx, s.chen, r.ID, procedure.Given{Steps: []int64{8}, Photo: 901}); errs.Of(err).Code != errs.ErrFields.Code {
			t.Errorf("with another ticket's picture: %v", err)
		}
		if _, err := s.Tick(ctx, s.chen, r.ID, procedure.Given{Steps: []int64{8}, Photo: 900}); err != nil {
			t.Errorf("a picture is evidence: %v", err)
		}
		if _, err := s.Tick(ctx, s.chen, r.ID, procedure.Given{Steps: []int64{8}, Words: "again"}); !errors.Is(err, procedure.ErrTicked) {
			t.Errorf("twice: %v", err)
		}
		if _, err := s.Skip(ctx, s.chen, r.ID, 7, ""); err == nil {
			t.Error("left out without a reason")
		}
		if _, err := s.Skip(ctx, s.chen, r.ID, 7, "当场修好"); err != nil {
			t.Error(err)
		}
		if _, err := s.Skip(ctx, s.chen, r.ID, 9, "忙"); !errors.Is(err, procedure.ErrNoSkip) {
			t.Errorf("what nobody may leave out: %v", err)
		}
		if _, err := s.Tick(ctx, s.chen, runs["conduct"].ID, procedure.Given{Steps: []int64{1, 2, 3}}); !errors.Is(err, procedure.ErrUnread) {
			t.Errorf("conduct is read first: %v", err)
		}
		now := s.list(t, s.zhou)["repair"]
		if now.Steps[7].State != procedure.Done || now.Steps[6].State != procedure.Skipped || now.Steps[6].Tick.Words != "当场修好" || now.Done != 3 || now.Steps[8].MayTick {
			t.Errorf("the desk sees %+v", now.Steps[6:9])
		}
		c.Advance(11 * time.Minute)
		if _, err := s.Undo(ctx, s.chen, r.ID, 8, "slip"); !errors.Is(err, procedure.ErrTooLate) {
			t.Errorf("one's own after eleven minutes: %v", err)
		}
		if _, err := s.Undo(ctx, s.sun, r.ID, 8, "照片不清"); err != nil {
			t.Error(err)
		}
		if _, err := s.Undo(ctx, s.sun, r.ID, 8, "照片不清"); !errors.Is(err, procedure.ErrNotTicked) {
			t.Errorf("what is open: %v", err)
		}
		s.facts.Ended = true
		if _, err := s.Tick(ctx, s.chen, r.ID, procedure.Given{Steps: []int64{9}, Words: "好"}); !errors.Is(err, procedure.ErrEnded) {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestTheSystemTicksWhatItSeesAndSaysWhatIsLate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := open(t, d, c)
		s.begin(t)
		s.facts.Marks["dispatched"] = procedure.Mark{At: c.Instant().Add(time.Minute)}
		s.facts.Marks["told"] = procedure.Mark{At: c.Instant().Add(40 * time.Minute)}
		c.Advance(time.Hour)
		system := authz.System("test", "ticket.changed")
		for range 2 {
			if err := s.DB.Write(t.Context(), system, "ticket.changed", func(tx *db.Tx) error { return s.Sync(t.Context(), tx, "ticket", subject) }); err != nil {
				t.Fatal(err)
			}
		}
		steps := s.list(t, s.chen)["repair"].Steps
		if steps[1].State != procedure.Done || steps[1].Late || steps[1].Tick.At != s.facts.Marks["dispatched"].At {
			t.Errorf("dispatched after a minute: %+v", steps[1])
		}
		if steps[2].State != procedure.Done || !steps[2].Late {
			t.Errorf("grade B is told within half an hour of the dispatch: %+v", steps[2])
		}
	})
}

// A procedure is edited while it runs.
func TestARunKeepsTheVersionItBeganWith(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := open(t, d, c)
		s.begin(t)
		ctx := t.Context()
		repair := s.find(t, "repair")
		s.confirm(t, s.chen, repair.Current)
		v, err := s.Copy(ctx, s.writer, repair.ID)
		if err != nil || v.Number != 2 || v.State != procedure.Draft {
			t.Fatalf("%+v %v", v, err)
		}
		if _, err := s.Copy(ctx, s.writer, repair.ID); !errors.Is(err, procedure.ErrDraft) {
			t.Errorf("a second draft: %v", err)
		}
		if _, err := s.Publish(ctx, s.writer, v.ID, latest, "nothing"); !errors.Is(err, procedure.ErrNothingNew) {
			t.Errorf("the same again: %v", err)
		}
		doc := v.Doc
		doc.Steps = slices.Delete(slices.Clone(doc.Steps), 6, 7)
		doc.Steps[7].Required = true
		if v, err = s.Save(ctx, s.writer, v.ID, latest, doc, ""); err != nil || v.Doc.Steps[7].N != 8 {
			t.Fatal(v.Doc.Steps[7], err)
		}
		if _, err := s.Save(ctx, s.writer, v.ID, func(n int64) error {
			if n != 1 {
				return db.ErrStale
			}
			return nil
		}, doc, ""); !errors.Is(err, db.ErrStale) {
			t.Errorf("a stale draft: %v", err)
		}
		if v, err = s.Publish(ctx, s.writer, v.ID, latest, "测试清场必做"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Save(ctx, s.writer, v.ID, latest, doc, ""); !errors.Is(err, procedure.ErrAsked) {
			t.Errorf("while it waits: %v", err)
		}
		if s.find(t, "repair").Number != 1 {
			t.Error("it was published before anybody decided")
		}
		q := dbtest.One[int64](t, d, `SELECT id FROM approval WHERE kind = 'procedure.publish'`)
		if _, err := s.approvals.Decide(ctx, s.sun, approval.ID(q), latest, approval.Decision{Approve: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Save(ctx, s.writer, v.ID, latest, doc, ""); !errors.Is(err, procedure.ErrPublished) {
			t.Errorf("a published version: %v", err)
		}
		old := s.list(t, s.chen)["repair"]
		if old.Number != 1 || old.Newer != 2 || len(old.Steps) != 12 || old.Unread {
			t.Errorf("the running one is version %d of %d with %d steps, unread %v", old.Number, old.Newer, len(old.Steps), old.Unread)
		}
		if _, err := s.Tick(ctx, s.chen, old.ID, procedure.Given{Steps: []int64{9}, Words: "好"}); err != nil {
			t.Errorf("the old version stays usable: %v", err)
		}
		if missing := s.missing(t, false); len(missing) != 0 {
			t.Errorf("the old version requires %v", missing)
		}
		dbtest.Exec(t, d, `DELETE FROM procedure_tick WHERE run_id = $1`, int64(old.ID))
		dbtest.Exec(t, d, `DELETE FROM procedure_run WHERE id = $1`, int64(old.ID))
		s.begin(t)
		fresh := s.list(t, s.chen)["repair"]
		if fresh.Number != 2 || !fresh.Unread || len(fresh.Steps) != 11 {
			t.Errorf("a new one: version %d, %d steps, unread %v", fresh.Number, len(fresh.Steps), fresh.Unread)
		}
		if missing := s.missing(t, false); !slices.Equal(missing, []string{"测试清场"}) {
			t.Errorf("the new version requires %v (TIC-07a)", missing)
		}
		if whole := s.missing(t, true); len(whole) < 5 || slices.Contains(whole, "回访") || !slices.Contains(whole, "测试清场") {
			t.Errorf("where the whole checklist is evidence it requires %v (TIC-07a)", whole)
		}
		todo, err := s.ToRead(ctx, s.chen)
		if err != nil || !slices.ContainsFunc(todo, func(x procedure.Version) bool { return x.ID == v.ID }) {
			t.Errorf("to read: %d, %v", len(todo), err)
		}
		s.behind(t, "repair", 4, 4)
		s.confirm(t, s.chen, v.ID)
		s.behind(t, "repair", 4, 3)
	})
}

func (s shop) missing(t *testing.T, whole bool) (out []string) {
	t.Helper()
	if err := s.DB.Read(t.Context(), authz.System("test", view), view, func(tx *db.Tx) (err error) {
		out, err = s.Missing(t.Context(), tx, "ticket", subject, whole)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func (s shop) behind(t *testing.T, code string, concerned, missing int) {
	t.Helper()
	all, err := s.Readers(t.Context(), s.sun, place)
	if err != nil {
		t.Fatal(err)
	}
	of := s.find(t, code).ID
	i := slices.IndexFunc(all, func(b procedure.Behind) bool { return b.Procedure == of })
	if i < 0 || all[i].Concerned != concerned || len(all[i].Missing) != missing {
		t.Errorf("%s: %+v, want %d of %d", code, all, missing, concerned)
	}
}

func TestOnlyTheCompanyWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := open(t, d, c)
		ctx := t.Context()
		local := dbtest.Actor(1, []authz.CommunityID{place}, procedure.ActEdit)
		if _, err := s.Copy(ctx, local, s.find(t, "repair").ID); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("who may write in one community only: %v", err)
		}
		doc := s.find(t, "repair")
		f, err := s.Get(ctx, s.writer, doc.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Create(ctx, s.writer, "repair", f.Versions[0].Doc); !errors.Is(err, procedure.ErrCode) {
			t.Errorf("a code twice: %v", err)
		}
		v, err := s.Create(ctx, s.writer, "lift_stop", f.Versions[0].Doc)
		if err != nil {
			t.Fatal(err)
		}
		if seen, err := s.Get(ctx, s.chen, v.Procedure); err != nil || len(seen.Versions) != 0 {
			t.Errorf("a technician sees %d drafts, %v", len(seen.Versions), err)
		}
		if err := s.Drop(ctx, s.writer, v.ID, latest); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(ctx, s.writer, v.Procedure); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("after the only draft was thrown away: %v", err)
		}
	})
}

func TestAnotherCommunitySeesNoRuns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := open(t, d, c)
		s.begin(t)
		run := s.list(t, s.chen)["repair"].ID
		other := dbtest.Actor(9, []authz.CommunityID{2}, view, procedure.ActView, procedure.ActTick, procedure.ActLead)
		blind := dbtest.Actor(1, []authz.CommunityID{place}, procedure.ActView, procedure.ActTick)
		for name, who := range map[string]authz.Actor{"another community": other, "who may not see tickets": blind} {
			if _, err := s.Checklist(t.Context(), who, "ticket", subject); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s reads: %v", name, err)
			}
			if _, err := s.Tick(t.Context(), who, run, procedure.Given{Steps: []int64{9}, Words: "x"}); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s ticks: %v", name, err)
			}
		}
		if _, err := s.Readers(t.Context(), other, place); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("who has not read here: %v", err)
		}
	})
}

// PRO-01b: who works with a procedure has read it before they let it run.
func TestAProcedureIsAttachedByHandWhenItHasBeenRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := open(t, d, c)
		s.begin(t)
		device := s.find(t, "device").ID
		if _, err := s.Attach(t.Context(), s.zhou, "ticket", subject, device); !errors.Is(err, procedure.ErrUnread) {
			t.Errorf("unread: %v", err)
		}
		todo, err := s.ToRead(t.Context(), s.zhou)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range todo {
			if v.Procedure == device {
				if _, err := s.Confirm(t.Context(), s.zhou, v.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		all, err := s.Attach(t.Context(), s.zhou, "ticket", subject, device)
		if err != nil || len(all.Items) != 3 {
			t.Fatalf("%d runs, %v", len(all.Items), err)
		}
		if _, err := s.Attach(t.Context(), s.zhou, "ticket", subject, device); !errors.Is(err, procedure.ErrAttached) {
			t.Errorf("twice: %v", err)
		}
	})
}
