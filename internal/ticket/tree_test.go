package ticket_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
	"guanjia/internal/ticket"
)

// head is somebody who revises the tree for every community.
func head() authz.Actor {
	return authz.Actor{ID: 1, Name: "方总", Grants: []authz.Grant{{Actions: map[authz.Action]bool{ticket.ActCategories: true, ticket.ActView: true, ticket.ActOpen: true, customer.ActNames: true}, Everywhere: true}}}
}

// class is the draft of a class as it is in force.
func class(t *testing.T, d *db.DB, id string) ticket.ClassDraft {
	t.Helper()
	for _, c := range ticket.TreeOf(d).Categories() {
		if c.ID == id {
			return ticket.ClassDraft{ID: c.ID, Zh: c.Zh, En: c.En, Words: c.Words, Least: c.Lowest(), Usual: c.Usual(), Dept: c.Dept, Skill: c.Skill, Hidden: c.Hidden}
		}
	}
	t.Fatalf("there is no %s", id)
	return ticket.ClassDraft{}
}

func saying(reason string, classes ...ticket.ClassDraft) ticket.Revision {
	return ticket.Revision{Classes: classes, Reason: reason}
}

func at(version int64) func(int64) error {
	return web.Match{IfMatch: `"` + string(rune('0'+version)) + `"`}.Expect
}

func refused(err error, field, code string) bool {
	return slices.ContainsFunc(errs.Of(err).Fields, func(f errs.Field) bool { return f.Name == field && f.Code == code })
}

// TIC-01a: a hidden class cannot be chosen, and an old ticket of it is still shown by its name.
func TestAHiddenClassCannotBeChosenAndOldTicketsKeepIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		old, err := h.tickets.Open(ctx, h.agent, h.leak())
		if err != nil {
			t.Fatal(err)
		}
		water := class(t, d, "facilities.water")
		water.Zh, water.Hidden = "给排水（旧）", true
		v, err := h.tickets.ReviseTree(ctx, head(), at(0), saying("改用新的三类", water, ticket.ClassDraft{Parent: "facilities", Zh: "管道漏水", En: "leaking pipes", Words: []string{"漏水"}}))
		if err != nil || v.Version != 1 || v.Latest.ByName != "方总" || v.Latest.Reason != "改用新的三类" || v.Latest.At != c.Instant() {
			t.Fatalf("%+v %v", v.Latest, err)
		}
		if _, err := h.tickets.Open(ctx, h.agent, h.leak()); !refused(err, "category", "ticket.category_hidden") {
			t.Errorf("a hidden class was chosen: %v", err)
		}
		if err := d.Write(ctx, h.agent, ticket.ActOpen, func(tx *db.Tx) error {
			_, err := ticket.Report(ctx, tx, h.leak())
			return err
		}); !refused(err, "category", "ticket.category_hidden") {
			t.Errorf("a resident chose a hidden class: %v", err)
		}
		if best, ok := ticket.TreeOf(d).ByWords("厨房漏水"); !ok || best.ID != "facilities.own1" {
			t.Errorf("the words propose %q", best.ID)
		}
		fresh := h.leak()
		fresh.Category, fresh.Grade = "facilities.own1", ticket.C
		if made, err := h.tickets.Open(ctx, h.agent, fresh); err != nil || made.Category != "facilities.own1" {
			t.Errorf("the company's own class: %v", err)
		}
		got, err := h.tickets.Get(ctx, h.agent, old.ID)
		if err != nil || got.Category != "facilities.water" {
			t.Errorf("the old ticket has %q: %v", got.Category, err)
		}
		if name, known := ticket.TreeOf(d).ByID(got.Category); !known || name.Zh != "给排水（旧）" {
			t.Errorf("the old ticket is shown as %q", name.Zh)
		}
		rows, err := h.tickets.List(ctx, h.agent, ticket.Filter{Community: place, Category: "facilities.water", View: "all", Limit: 10})
		if err != nil || len(rows) != 1 {
			t.Errorf("%d old tickets are found by their class: %v", len(rows), err)
		}
		dept, err := h.tickets.List(ctx, h.agent, ticket.Filter{Community: place, Dept: "engineering", View: "all", Limit: 10})
		if err != nil || len(dept) != 2 {
			t.Errorf("%d tickets of the department, the own class among them: %v", len(dept), err)
		}
		note := dbtest.One[string](t, d, `SELECT after FROM audit WHERE action = 'ticket.categories'`)
		if note == "" {
			t.Error("the trail says nothing of it")
		}
	})
}

// TIC-02: a safety class never opens below B, whoever revises it.
func TestASafetyClassNeverOpensBelowB(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		gate := class(t, d, "safety.access")
		gate.Least = ticket.C
		if _, err := h.tickets.ReviseTree(ctx, head(), at(0), saying("放宽", gate)); !refused(err, "classes[0].least", "ticket.tree_least") {
			t.Errorf("lowered: %v", err)
		}
		gate.Least = ticket.A
		if _, err := h.tickets.ReviseTree(ctx, head(), at(0), saying("门禁都按紧急", gate, ticket.ClassDraft{Parent: "safety", Zh: "围栏破损", En: "broken fence", Words: []string{"围栏"}})); err != nil {
			t.Fatal(err)
		}
		for category, lowest := range map[string]ticket.Grade{"safety.access": ticket.A, "safety.own1": ticket.B, "safety.camera": ticket.B, "safety.firelane": ticket.A} {
			in := h.leak()
			in.Category, in.Title, in.Grade = category, "请来看看", ticket.C
			if _, err := h.tickets.Open(ctx, h.agent, in); !refused(err, "grade", "ticket.grade_forced") {
				t.Errorf("%s opened at C: %v", category, err)
			}
			in.Grade = lowest
			if _, err := h.tickets.Open(ctx, h.agent, in); err != nil {
				t.Errorf("%s at %s: %v", category, lowest, err)
			}
		}
	})
}

// QUA-14: of two who edit at once the second gets a conflict, and nothing of the first's is lost.
func TestOfTwoWhoReviseTheTreeAtOnceTheSecondIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		got := make([]error, 4)
		var all sync.WaitGroup
		for i, id := range []string{"facilities.water", "facilities.power", "facilities.gas", "facilities.heat"} {
			draft := class(t, d, id)
			draft.Zh += "类"
			all.Go(func() { _, got[i] = h.tickets.ReviseTree(ctx, head(), at(0), saying("改名", draft)) })
		}
		all.Wait()
		won := 0
		for _, err := range got {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, db.ErrStale):
				t.Error(err)
			}
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM category_version`); won != 1 || n != 1 {
			t.Errorf("%d won, %d versions", won, n)
		}
	})
}

func TestVersionsOfTheTreeAreSeenComparedAndRestored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		water := class(t, d, "facilities.water")
		revise := func(version int64, in ticket.Revision) {
			t.Helper()
			if _, err := h.tickets.ReviseTree(ctx, head(), at(version), in); err != nil {
				t.Fatal(err)
			}
		}
		water.Zh = "水"
		revise(0, saying("短一点", water))
		water.Zh = "给水排水"
		revise(1, saying("还是全称", water, ticket.ClassDraft{Parent: "fees", Zh: "装修押金", En: "renovation deposits"}))
		if _, err := h.tickets.ReviseTree(ctx, head(), at(2), saying("没改什么", water)); !errors.Is(err, ticket.ErrTreeSame) {
			t.Errorf("a version that says nothing new: %v", err)
		}
		if _, err := h.tickets.RestoreTree(ctx, head(), at(2), 1, " "); !refused(err, "reason", "missing") {
			t.Errorf("nobody says why: %v", err)
		}
		if _, err := h.tickets.RestoreTree(ctx, head(), at(2), 7, "没有这一版"); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a version nobody made: %v", err)
		}
		v, err := h.tickets.RestoreTree(ctx, head(), at(2), 1, "第一版更好用")
		if err != nil || v.Version != 3 || v.Latest.Restored == nil || *v.Latest.Restored != 1 {
			t.Fatalf("%+v %v", v.Latest, err)
		}
		if c, _ := ticket.TreeOf(d).ByID("facilities.water"); c.Zh != "水" {
			t.Errorf("it is called %q", c.Zh)
		}
		if c, known := ticket.TreeOf(d).ByID("fees.own1"); !known || !c.Hidden {
			t.Errorf("the class made since is %+v", c)
		}
		versions, err := h.tickets.TreeVersions(ctx, head(), 0, 10)
		if err != nil || len(versions) != 3 || versions[0].Reason != "第一版更好用" || versions[2].Reason != "短一点" {
			t.Errorf("%+v %v", versions, err)
		}
		if older, err := h.tickets.TreeVersions(ctx, head(), 2, 10); err != nil || len(older) != 1 {
			t.Errorf("%+v %v", older, err)
		}
		diff, err := h.tickets.CompareTrees(ctx, head(), 1, 2)
		if err != nil || len(diff.Items) != 2 || diff.Items[0].Items[0] != (ticket.FieldPair{Field: "zh", From: "水", To: "给水排水"}) || !diff.Items[1].Added {
			t.Errorf("%+v %v", diff, err)
		}
		if v, err = h.tickets.RestoreTree(ctx, head(), at(3), 0, "回到出厂"); err != nil || v.Version != 4 {
			t.Fatal(err)
		}
		if c, _ := ticket.TreeOf(d).ByID("facilities.water"); c.Zh != "给排水" {
			t.Errorf("as shipped it is called %q", c.Zh)
		}
	})
}

func TestTheTreeIsRevisedByWhoMaySoEverywhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		water := class(t, d, "facilities.water")
		water.Zh = "水"
		if _, err := h.tickets.ReviseTree(ctx, h.agent, at(0), saying("改名", water)); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("an agent revised it: %v", err)
		}
		manager := dbtest.Actor(43, []authz.CommunityID{place}, ticket.ActCategories)
		if _, err := h.tickets.ReviseTree(ctx, manager, at(0), saying("改名", water)); !errors.Is(err, ticket.ErrTreeWhole) {
			t.Errorf("the manager of one of two communities revised it: %v", err)
		}
		if v, err := h.tickets.Tree(ctx, manager); err != nil || v.MayEdit || len(v.Items) < 60 {
			t.Errorf("may edit: %v, %v", v.MayEdit, err)
		}
		dbtest.Exec(t, d, `DELETE FROM community WHERE id = 2`)
		if _, err := h.tickets.ReviseTree(ctx, manager, at(0), saying("改名", water)); err != nil {
			t.Errorf("there is one community only: %v", err)
		}
	})
}

// A class's skill decides who is asked (TIC-05).
func TestTheSkillOfAClassDecidesWhoIsAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		open := func() ticket.Ticket {
			t.Helper()
			in := h.leak()
			in.Category, in.Grade, in.Title = "facilities.doors", ticket.C, "单元门关不上"
			tk, err := h.tickets.Open(ctx, h.agent, in)
			if err != nil {
				t.Fatal(err)
			}
			h.drain(t)
			got, err := h.tickets.Get(ctx, h.agent, tk.ID)
			if err != nil {
				t.Fatal(err)
			}
			return got.Ticket
		}
		if tk := open(); tk.Assignee != 0 {
			t.Errorf("nobody here can do doors, and %s was asked", tk.AssigneeName)
		}
		doors := class(t, d, "facilities.doors")
		doors.Skill = "water"
		if _, err := h.tickets.ReviseTree(ctx, head(), at(0), saying("水工兼修门窗", doors)); err != nil {
			t.Fatal(err)
		}
		if tk := open(); tk.AssigneeName != "陈师傅" {
			t.Errorf("%q was asked", tk.AssigneeName)
		}
	})
}

// TIC-01a, TIC-12: the department and the usual grade that the company gives a class are what the desk is proposed, and go back with the version.
func TestTheDepartmentOfAClassLeadsItsWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		if _, err := h.tickets.Open(ctx, h.agent, h.leak()); err != nil {
			t.Fatal(err)
		}
		of := func(dept string) int {
			t.Helper()
			rows, err := h.tickets.List(ctx, h.agent, ticket.Filter{Community: place, Dept: dept, View: "all", Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			return len(rows)
		}
		water := class(t, d, "facilities.water")
		water.Dept, water.Usual = "security", ticket.B
		v, err := h.tickets.ReviseTree(ctx, head(), at(0), saying("夜间由秩序部先处置", water))
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range v.Items {
			if x.ID == water.ID && (x.Dept != "security" || x.Usual != ticket.B || x.Shipped.Dept != "engineering" || x.Shipped.Usual != ticket.C) {
				t.Errorf("%+v", x)
			}
		}
		if of("security") != 1 || of("engineering") != 0 {
			t.Errorf("security has %d, engineering %d", of("security"), of("engineering"))
		}
		if got, _ := ticket.TreeOf(d).ByID(water.ID); got.Usual() != ticket.B || got.Lowest() != ticket.C {
			t.Errorf("it usually is %s, at least %s", got.Usual(), got.Lowest())
		}
		if _, err := h.tickets.RestoreTree(ctx, head(), at(1), 0, "回到出厂"); err != nil {
			t.Fatal(err)
		}
		if got, _ := ticket.TreeOf(d).ByID(water.ID); got.Usual() != ticket.C || of("engineering") != 1 {
			t.Errorf("after going back: %+v", got)
		}
	})
}
