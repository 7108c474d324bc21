package arrears_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"guanjia/internal/arrears"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// let has room 101 owned by 2301 (account 71) since 2020 and rented by 2302 (account 72), who pays November's bill.
func (e *env) let() {
	e.t.Helper()
	for id, name := range map[int]string{2301: "李静", 2302: "王芳"} {
		dbtest.Exec(e.t, e.d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES ($1, 1, $2, 'person', $3, '', '', '[]', '', 1)`, id, "T"+name, name)
	}
	for id, kind := range map[int]string{71: "owner", 72: "tenant"} {
		who := 2230 + id
		dbtest.Exec(e.t, e.d, `INSERT INTO account (id, kind, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, 'resident', $2, '', $2, $2, '', FALSE, FALSE, 1)`, id, authz.AccountID(id).String())
		dbtest.Exec(e.t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES ($1, 1, $1, 101, $2, '', '2020-01-01', 1)`, who, kind)
		dbtest.Exec(e.t, e.d, `INSERT INTO resident_binding (id, community_id, account_id, room_id, customer_id, kind, origin, at, by_name, ended_why, version) VALUES ($1, 1, $1, 101, $2, $3, 'archive', 0, '', '', 1)`, id, who, kind)
	}
	dbtest.Exec(e.t, e.d, `UPDATE bill_line SET debtor = $1, customer_id = 2302 WHERE id = $2`, "tenant:"+db.ID(2302).String(), e.lines["101/2026-11"])
}

// told are who is told at a step in room 101, and its words.
func (e *env) told(step string) (who []authz.AccountID, t arrears.Told) {
	e.t.Helper()
	id := dbtest.One[arrears.DunID](e.t, e.d, `SELECT d.id FROM dun d WHERE d.room_id = 101 AND d.step = $1`, step)
	if err := e.d.Read(e.t.Context(), e.clerk, arrears.ActView, func(tx *db.Tx) (err error) {
		if who, err = arrears.AudienceOf(e.t.Context(), tx, id); err != nil {
			return err
		}
		t, err = arrears.Tell(e.t.Context(), tx, id)
		return err
	}); err != nil {
		e.t.Fatal(err)
	}
	return who, t
}

// ARR-02, 物业管理条例 article 41: a tenant is reminded of their own bill; the owner hears of it only when the tenant's term is over, with the law and without the tenant's name.
func TestATenantIsAskedFirstAndTheOwnerAfterTheirTerm(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.let()
		e.at("2026-11-22 09:00") // November's bill is 7 days late, September's, which is not the tenant's, 68
		e.ladder()
		who, told := e.told("due+7")
		if !slices.Equal(who, []authz.AccountID{72}) || len(told.Lines) != 1 || told.Open != 10000 {
			t.Errorf("after a week %v are told of %s", who, told.Open)
		}
		if who, told = e.told("due+60"); !slices.Equal(who, []authz.AccountID{71}) || told.Open != 10000 {
			t.Errorf("of September's bill %v are told, of %s", who, told.Open)
		}
		if n := e.steps()["owner+15"]; n != 0 {
			t.Error("the owner is asked before the tenant's term is over")
		}
		e.at("2026-11-30 09:00")
		e.ladder()
		e.ladder()
		if got := e.steps(); got["owner+15"] != 1 || got["due+15"] != 3 {
			t.Fatal("after 15 days the tenant is called, and the owner told once:", got)
		}
		who, told = e.told("owner+15")
		if !slices.Equal(who, []authz.AccountID{71}) || told.Open != 10000 || !strings.Contains(told.Zh, "第四十一条") || !strings.Contains(told.En, "article 41") || told.Lines[0].Who != "" || told.Lines[0].Customer != 0 {
			t.Errorf("%v are told: %+v", who, told)
		}
		var tags []bool
		for _, d := range e.household(101).Duns {
			tags = append(tags, d.Tenant == slices.Contains([]string{"due+7", "due+15", "owner+15"}, d.Step) && d.ToOwner == (d.Step == "owner+15"))
		}
		if slices.Contains(tags, false) {
			t.Errorf("the desk sees whose bills a step was about: %+v", e.household(101).Duns)
		}
	})
}

func TestAnOwnerIsNotAskedForWhatIsPaidOrWasBeforeTheirTime(t *testing.T) {
	for name, change := range map[string]func(e *env){
		"the tenant paid": func(e *env) { e.pay(101, 21000) },
		"the room was sold": func(e *env) {
			dbtest.Exec(e.t, e.d, `UPDATE relation SET from_on = '2026-11-10' WHERE customer_id = 2301`)
		},
		"the tenant had something done": func(e *env) {
			dbtest.Exec(e.t, e.d, `UPDATE bill_run SET kind = 'single' WHERE id = 911`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, e *env) {
				e.let()
				change(e)
				e.at("2026-11-30 09:00")
				e.ladder()
				if got := e.steps(); got["owner+15"] != 0 {
					t.Error(got)
				}
			})
		})
	}
}

func TestAStepToTheOwnerComesAfterTheTenantsTerm(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		set := arrears.Shipped
		set.Steps = slices.Clone(set.Steps)
		at := slices.IndexFunc(set.Steps, func(s arrears.Step) bool { return s.To == arrears.ToOwner })
		set.Steps[at].Days = 0
		_, err := e.svc.SetRules(t.Context(), e.boss, here, any0, set)
		e.field(err, "steps[2].days") // in the order of their days it is the third
		set.Steps[at].Days = 15
		if r, err := e.svc.SetRules(t.Context(), e.boss, here, any0, set); err != nil || r.Version != 1 {
			t.Errorf("beside another step of the same day: %v", err)
		}
	})
}

// ARR-05: the owner's old bill and the tenant's new one are two things to do; one that is done or paid leaves the other.
func TestAHouseholdShowsEachThingThatIsToBeDoneAboutIt(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.let()
		dbtest.Exec(t, e.d, `UPDATE bill_line SET customer_id = 2301 WHERE id = $1`, e.lines["101/2026-09"])
		e.at("2026-11-30 09:00")
		e.ladder()
		list := func(channel string) (out []arrears.Task) {
			t.Helper()
			all, err := e.svc.Worklist(t.Context(), e.clerk, arrears.Filter{Community: here, Channel: channel}, arrears.Position{}, 20)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range all {
				if d.Room == 101 {
					out = d.Tasks
				}
			}
			return out
		}
		said := func() (out string) {
			for _, k := range list("") {
				out += fmt.Sprintln(k.Channel, k.Step, k.Days, k.On, k.Tenant, k.ToOwner, k.Who, k.Months, k.Lines, k.Fen)
			}
			return out
		}
		const owner, tenant = "print due+60 60 2026-11-30 false false [李静] [2026-09] 1 100.00\n", "call due+15 15 2026-11-30 true false [王芳] [2026-11] 1 100.00\n"
		if got := said(); got != owner+tenant && got != tenant+owner {
			t.Fatalf("to be done:\n%s", got)
		}
		if len(list("call")) != 2 || len(list("print")) != 2 || len(list("visit")) != 0 {
			t.Error("who looks for calls and who looks for notices both find the household:", list("call"), list("print"), list("visit"))
		}
		e.pay(101, 4000)
		if got := said(); !strings.Contains(got, tenant) || !strings.Contains(got, "[2026-09] 1 6") {
			t.Errorf("a part of the oldest was paid:\n%s", got)
		}
		for _, k := range list("call") {
			if k.Channel == arrears.ByCall {
				if _, err := e.svc.Done(t.Context(), e.clerk, k.ID, any0, arrears.Outcome{Result: arrears.Reached}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if left := list(""); len(left) != 1 || left[0].Channel != arrears.ByPrint {
			t.Errorf("after the call the notice is left: %+v", left)
		}
		if _, err := e.svc.Open(t.Context(), e.clerk, e.lines["101/2026-09"], "面积不对"); err != nil {
			t.Fatal(err)
		}
		if left := list(""); len(left) != 0 {
			t.Errorf("nothing is done about what is in dispute: %+v", left)
		}
	})
}

// ARR-03: who promises is left alone until the day, and nobody else of the room: the tenant's word does not stop what is done about the owner's bill.
func TestAPromiseStopsTheStepsAboutTheDebtsOfWhoPromised(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.let()
		e.at("2026-11-22 09:00")
		on := arrears.Instalment{Fen: 10000, On: day("2026-12-20")}
		if _, err := e.svc.Promise(t.Context(), e.clerk, 101, arrears.Instalment{Fen: 19000, On: day("2026-11-23")}, e.lines["101/2026-11"], ""); err == nil {
			t.Error("the tenant promised more than the tenant owes")
		}
		h, err := e.svc.Promise(t.Context(), e.clerk, 101, on, e.lines["101/2026-11"], "下月发薪后交")
		if err != nil || len(h.Promises) != 1 || !h.Promises[0].Tenant || h.Promises[0].Who != "王芳" {
			t.Fatalf("%+v %v", h.Promises, err)
		}
		e.ladder()
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM dun_line x WHERE x.line_id = $1`, e.lines["101/2026-11"]); n != 0 {
			t.Error("the tenant promised and is asked all the same")
		}
		if who, told := e.told("due+60"); !slices.Equal(who, []authz.AccountID{71}) || told.Open != 10000 {
			t.Errorf("of the owner's own bill %v are told, of %s", who, told.Open)
		}
		// The owner promises for themselves, beside the tenant.
		if _, err := e.svc.Promise(t.Context(), e.clerk, 101, on, e.lines["101/2026-11"], ""); err == nil {
			t.Error("the tenant promised twice at once")
		}
		if h, err = e.svc.Promise(t.Context(), e.clerk, 101, arrears.Instalment{Fen: 5000, On: day("2026-11-25")}, e.lines["101/2026-09"], ""); err != nil || len(h.Promises) != 2 {
			t.Fatalf("%+v %v", h.Promises, err)
		}
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM dun WHERE room_id = 101 AND state = 'open'`); n != 0 {
			t.Error("both promised, and something is to be done")
		}
		// What the owner pays keeps the owner's word and not the tenant's.
		e.pay(101, 10000)
		state := map[bool]string{}
		for _, p := range e.household(101).Promises {
			state[p.Tenant] = p.State
		}
		if state[false] != "kept" || state[true] != "open" {
			t.Error("the owner paid September's bill:", state)
		}
	})
}

// ARR-05: the workbook says of each step whose bills it is about, and is of one walk along the list.
func TestTheWorkbookSaysWhoOwes(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.let()
		dbtest.Exec(t, e.d, `UPDATE bill_line SET debtor = 'developer', customer_id = NULL WHERE room_id = 103`)
		e.at("2026-11-30 09:00")
		e.ladder()
		ctx, n := db.Counting(t.Context())
		table := e.svc.Exported(ctx, e.clerk, arrears.Filter{Community: here, View: "all"})
		about := map[string][]string{}
		for i, s := range table.Sheets {
			for row, err := range s.Rows {
				if err != nil {
					t.Fatal(err)
				}
				if i == 1 {
					about[fmt.Sprint(row[0])] = append(about[fmt.Sprint(row[0])], fmt.Sprint(row[5]))
				}
			}
		}
		whole := n.Load()
		ctx, n = db.Counting(t.Context())
		for pages := int64(1); pages <= 2; pages++ { // a page and the empty one behind it
			if _, err := e.svc.Worklist(ctx, e.clerk, arrears.Filter{Community: here, View: "all"}, arrears.Position{}, 500); err != nil {
				t.Fatal(err)
			}
		}
		if whole > n.Load() {
			t.Errorf("the workbook takes %d statements, a walk along the list %d", whole, n.Load())
		}
		for label, want := range map[string]string{"101": "租户", "103": "开发建设单位"} {
			found := false
			for room, all := range about {
				found = found || strings.HasSuffix(room, label) && slices.Contains(all, want)
				if strings.HasSuffix(room, "103") && slices.Contains(all, "业主") {
					t.Error("the developer owes, and the workbook says the owner")
				}
			}
			if !found {
				t.Errorf("%s of %s: %v", want, label, about)
			}
		}
	})
}
