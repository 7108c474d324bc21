package arrears_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/arrears"
	"guanjia/internal/auth"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// env is a community of three rooms with bills of two months, somebody who works with them and somebody who decides.
type env struct {
	t     *testing.T
	d     *db.DB
	clock *dbtest.Clock
	svc   *arrears.Service
	inbox *approval.Service
	clerk authz.Actor
	boss  authz.Actor
	item  billing.ItemID
	lines map[string]billing.LineID // "101/2026-09"
}

const here = authz.CommunityID(1)

var all = []authz.Action{arrears.ActView, arrears.ActWork, arrears.ActWaive, arrears.ActDecide, arrears.ActSettings, approval.ActDecide, approval.ActInbox, cashier.ActView, cashier.ActTake, billing.ActBills, billing.ActEdit, ledger.ActView, "customer.view", "customer.names"}

func day(s string) clock.Day { d, _ := clock.ParseDay(s); return d }

func rate(s string) money.Rate { r, _ := money.ParseRate(s); return r }

// each begins at 10:00 on 20 November 2026: September's bill was due on 15 September, November's on 15 November.
func each(t *testing.T, fn func(t *testing.T, e *env)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		e := &env{t: t, d: d, clock: c, svc: &arrears.Service{DB: d}, inbox: &approval.Service{DB: d}, lines: map[string]billing.LineID{}}
		e.svc.Approve(e.inbox)
		e.at("2026-11-20 10:00")
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES (1, 'cashier', '收费员', 'cashier', 1)`)
		for _, a := range all {
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (1, $1)`, string(a))
		}
		for _, id := range []authz.AccountID{11, 12} {
			dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $3, $4, '', FALSE, FALSE, 1)`, id, "a"+id.String(), id.String(), id.String())
			dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $1, 1, 1)`, id)
			dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES ($1, 1, 1)`, id)
		}
		e.clerk, e.boss = dbtest.Actor(11, []authz.CommunityID{1}, all...), dbtest.Actor(12, []authz.CommunityID{1}, all...)
		dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (100, 1, '1', '1栋', '1', 1)`)
		for i := 1; i <= 3; i++ {
			dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, floor, building_area, state, handed_over_on, notes, version)
				VALUES ($1, 1, 100, $2, $3, $2, $2, 'home', 1, 10000, 'occupied', '2020-01-01', '', 1)`, 100+i, fmt.Sprintf("1-10%d", i), fmt.Sprintf("1栋10%d", i))
		}
		e.bill()
		fn(t, e)
	})
}

func (e *env) at(s string) {
	e.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("", 8*3600))
	if err != nil {
		e.t.Fatal(err)
	}
	e.clock.Set(at)
}

// bill books 100 yuan for each room in September and November, at five ten-thousandths late fee a day.
func (e *env) bill() {
	bills := &billing.Service{DB: e.d}
	i, err := bills.Create(e.t.Context(), e.clerk, here, billing.ItemRules{
		Code: "property", Name: "物业费", Basis: billing.ByRoom, Starts: "always", Period: "month", DueDay: 15, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up",
		TaxRate: rate("0.06"), LatePerDay: rate("0.0005"), LateFrom: "due", LateCap: rate("100"), PriceKind: "market",
	})
	if err != nil {
		e.t.Fatal(err)
	}
	e.item = i.ID
	n := int64(0)
	for m, run := range map[string]int64{"2026-09": 901, "2026-11": 911} {
		dbtest.Exec(e.t, e.d, `INSERT INTO bill_run (id, community_id, period, items, state, summary, done, total, amount, at, by_name, decided_by_name, decision, reason, version) VALUES ($1, 1, $2, '[]', 'booked', '{}', 3, 3, 30000, 1, '', '', '', '', 1)`, run, m)
		for room := int64(101); room <= 103; room++ {
			n++
			id := billing.LineID(run*1000 + room)
			e.lines[fmt.Sprint(room, "/", m)] = id
			if err := e.d.Bulk(e.t.Context(), e.clerk, billing.ActEdit, func(tx *db.Tx) error {
				tx.Note(here, "test", nil, nil)
				debit := ledger.Account{Community: here, Kind: ledger.Receivable, Room: db.ID(room), Debtor: "developer", Item: db.ID(i.ID)}
				txn, err := ledger.Post(e.t.Context(), tx, ledger.Draft{Community: here, Kind: "bill", Source: fmt.Sprint("bill:", int64(id)), Day: day(m + "-01"), Lines: []ledger.Line{{Debit: debit, Credit: ledger.Account{Community: here, Kind: ledger.Income, Item: db.ID(i.ID)}, Fen: 10000}}})
				if err != nil {
					return err
				}
				p, _ := clock.ParsePeriod(m)
				return db.Insert(e.t.Context(), tx, "bill_line", billing.Line{Row: billing.Row{
					ID: id, Community: here, Run: billing.RunID(run), N: room - 100, Room: housing.RoomID(room), Item: i.ID, Debtor: "developer", Period: p, From: p.First(), To: p.Add(1).First(), Due: p.First().Add(14), Price: "100", Quantity: "1", Fen: 10000, Tax: 566, Txn: txn.ID,
				}})
			}); err != nil {
				e.t.Fatal(err)
			}
		}
	}
}

func (e *env) household(room housing.RoomID) arrears.Household {
	e.t.Helper()
	h, err := e.svc.Household(e.t.Context(), e.clerk, room)
	if err != nil {
		e.t.Fatal(err)
	}
	return h
}

func (e *env) line(room int, month string) arrears.LineView {
	e.t.Helper()
	for _, l := range e.household(housing.RoomID(room)).Lines {
		if l.ID == e.lines[fmt.Sprint(room, "/", month)] {
			return l
		}
	}
	e.t.Fatal("nothing is open of", room, month)
	return arrears.LineView{}
}

func (e *env) ladder() {
	e.t.Helper()
	if err := e.svc.Ladder(e.t.Context()); err != nil {
		e.t.Fatal(err)
	}
}

func (e *env) pay(room housing.RoomID, fen money.Fen) {
	e.t.Helper()
	if err := e.d.Write(e.t.Context(), e.clerk, cashier.ActTake, func(tx *db.Tx) error {
		p, err := cashier.Take(e.t.Context(), tx, cashier.Taking{Community: here, Room: room, Payer: "张三", Fen: fen, Means: ledger.Cash, Source: "test:" + db.NewID[env](tx).String()})
		if err != nil {
			return err
		}
		return e.svc.Paid(e.t.Context(), tx, cashier.Paid{Community: here, Room: room, Payment: p.ID})
	}); err != nil {
		e.t.Fatal(err)
	}
}

func (e *env) decide(kind, subject string, yes bool) {
	e.t.Helper()
	var q approval.Request
	if err := e.d.Read(e.t.Context(), e.boss, approval.ActInbox, func(tx *db.Tx) (err error) {
		q, err = approval.Open(e.t.Context(), tx, kind, subject)
		return err
	}); err != nil {
		e.t.Fatal(kind, subject, err)
	}
	d := approval.Decision{Approve: yes, Reason: "核对无误"}
	if _, err := e.inbox.Decide(e.t.Context(), e.clerk, q.ID, func(int64) error { return nil }, d); err == nil {
		e.t.Error("who asked decided", kind)
	}
	if _, err := e.inbox.Decide(e.t.Context(), e.boss, q.ID, func(int64) error { return nil }, d); err != nil {
		e.t.Fatal(err)
	}
}

// steps are what each household was told or is to be called about, by step.
func (e *env) steps() map[string]int64 {
	e.t.Helper()
	out := map[string]int64{}
	for _, s := range arrears.Shipped.Steps {
		if n := dbtest.One[int64](e.t, e.d, `SELECT COUNT(*) FROM dun WHERE step = $1`, s.Code); n > 0 {
			out[s.Code] = n
		}
	}
	return out
}

func (e *env) is(err, want error) {
	e.t.Helper()
	if !errors.Is(err, want) {
		e.t.Errorf("it said %v, not %v", err, want)
	}
}

func (e *env) field(err error, name string) {
	e.t.Helper()
	for _, f := range errs.Of(err).Fields {
		if f.Name == name {
			return
		}
	}
	e.t.Errorf("nothing is said at %s: %v", name, err)
}

func any0(int64) error { return nil }

func TestALateFeeIsShownByDayWithItsYearlyRate(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		l := e.line(101, "2026-09")
		// 16 September to 19 November are 65 days at 0.0005 of 100 yuan.
		if l.Late != 325 || l.PerYear != "18.25" || !l.LikelyCut || l.Overdue != 66 {
			t.Errorf("%+v", l)
		}
		if l.Limit != day("2029-09-15") {
			t.Error("the limitation period ends on", l.Limit)
		}
		h := e.household(101)
		if h.Open != 20000 || h.Overdue != 20000 || h.Late != 325+20 || h.Limit != 50_00 {
			t.Errorf("%+v", h)
		}
	})
}

func TestAWaiverWithinTheRolesLimitIsBookedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		h, err := e.svc.Waive(t.Context(), e.clerk, e.lines["101/2026-09"], 300, "系统故障期间无法缴费")
		if err != nil || h.Late != 45 {
			t.Fatal(h.Late, err)
		}
		_, err = e.svc.Waive(t.Context(), e.clerk, e.lines["101/2026-09"], 26, "再减免")
		e.field(err, "amount")
		if got := dbtest.One[int64](t, e.d, `SELECT SUM(x.amount) FROM ledger_entry x JOIN ledger_account a ON a.id = x.debit_id WHERE a.kind = 'waived'`); got != 300 {
			t.Error("the books say that so much was waived:", got)
		}
		_, err = e.svc.Waive(t.Context(), dbtest.Actor(13, []authz.CommunityID{2}, all...), e.lines["101/2026-09"], 1, "别处的人")
		e.is(err, db.ErrNotFound)
	})
}

// PAY-07: a day that is closed takes nothing more, also no waiver.
func TestAWaiverAfterTheDaysCloseIsBookedOnTheNextDay(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		today := e.household(101).AsOf
		dbtest.Exec(t, e.d, `INSERT INTO cashier_day (id, community_id, on_day, closed_at, by_name) VALUES (1, 1, $1, 1, '')`, today)
		h, err := e.svc.Waive(t.Context(), e.clerk, e.lines["101/2026-09"], 300, "系统故障")
		if err != nil || h.Late != 45 {
			t.Fatal("it counts at once:", h.Late, err)
		}
		if day := dbtest.One[string](t, e.d, `SELECT on_day FROM ledger_txn WHERE kind = 'waiver'`); day != today.Add(1).String() {
			t.Errorf("booked on %s, after %s was closed", day, today)
		}
	})
}

func TestAWaiverAboveTheLimitIsDecidedBySomebodyElse(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		if _, err := e.svc.SetRules(t.Context(), e.boss, here, any0, arrears.RulesDraft{Steps: arrears.Shipped.Steps, Limits: auth.Limits{{Role: "cashier", UpTo: 100}}, LossRate: rate("0.03")}); err != nil {
			t.Fatal(err)
		}
		h, err := e.svc.Waive(t.Context(), e.clerk, e.lines["101/2026-09"], 325, "业主长期在外")
		if err != nil || h.Late != 345 || h.Lines[0].Waiving == nil || *h.Lines[0].Waiving != 325 {
			t.Fatalf("%+v %v", h, err)
		}
		e.decide("arrears.waive", "bill_line:"+e.lines["101/2026-09"].String(), true)
		if h := e.household(101); h.Late != 20 || h.Lines[0].Waiving != nil {
			t.Errorf("%+v", h)
		}
	})
}

// ARR-01: a limit is not got round by waiving in small pieces.
func TestAWaiverInPiecesIsDecidedBySomebodyElseOnceItPassesTheLimit(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		if _, err := e.svc.SetRules(t.Context(), e.boss, here, any0, arrears.RulesDraft{Steps: arrears.Shipped.Steps, Limits: auth.Limits{{Role: "cashier", UpTo: 100}}, LossRate: rate("0.03")}); err != nil {
			t.Fatal(err)
		}
		line := e.lines["101/2026-09"]
		if h, err := e.svc.Waive(t.Context(), e.clerk, line, 60, "系统故障"); err != nil || h.Late != 285 {
			t.Fatal(h.Late, err)
		}
		h, err := e.svc.Waive(t.Context(), e.clerk, line, 60, "再减免")
		if err != nil || h.Late != 285 || h.Lines[0].Waiving == nil {
			t.Errorf("120 fen were waived with a limit of 100: %d left, %v", h.Late, err)
		}
	})
}

// ARR-01, two people in the same second: while a payment that covers a late fee is being booked nobody waives that fee, and
// afterwards there is none to waive.
func TestAFeeThatIsBeingPaidIsNotWaivedAsWell(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		line := e.lines["101/2026-09"]
		if _, err := e.svc.Waive(t.Context(), e.clerk, e.lines["102/2026-09"], 100, "系统故障"); err != nil { // the books know both accounts
			t.Fatal(err)
		}
		e.pay(102, 103_25)
		e.is(e.d.Bulk(t.Context(), e.boss, cashier.ActTake, func(tx *db.Tx) error {
			if _, err := cashier.Take(t.Context(), tx, cashier.Taking{Community: here, Room: 101, Payer: "张三", Fen: 103_25, Means: ledger.Cash, Source: "test:1"}); err != nil {
				return err
			}
			if e.d.Engine != db.Postgres { // one writes at a time there
				return nil
			}
			soon, stop := context.WithTimeout(t.Context(), time.Second)
			defer stop()
			if _, err := e.svc.Waive(soon, e.clerk, line, 300, "系统故障"); err == nil {
				t.Error("the fee was waived while it was being paid")
			}
			return nil
		}), nil)
		if _, err := e.svc.Waive(t.Context(), e.clerk, line, 300, "系统故障"); err == nil {
			t.Error("a fee that was paid was waived")
		}
		if err := e.d.Read(t.Context(), e.boss, ledger.ActView, func(tx *db.Tx) error {
			n, err := db.One[int64](t.Context(), tx, `SELECT COUNT(*) FROM late_waiver w WHERE w.line_id = $1 AND {scope:w}`, line)
			if n != 0 {
				t.Error(n, "waivers of a fee that was paid")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheLadderTellsEachLineOnceForAStepAndAHouseholdOnceADay(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.at("2026-11-20 08:59")
		e.ladder()
		if got := e.steps(); len(got) != 0 {
			t.Fatal("before nine", got)
		}
		e.at("2026-11-20 09:00")
		e.ladder()
		e.ladder()
		// September's bill is 66 days late: a printed notice, and none of the steps before it. November's is 5 days late: the message of the due day.
		if got := e.steps(); len(got) != 2 || got["due+60"] != 3 || got["due"] != 3 {
			t.Fatal(got)
		}
		e.at("2026-11-22 09:00")
		e.ladder()
		if got := e.steps(); got["due+7"] != 3 || len(got) != 3 {
			t.Error(got)
		}
	})
}

func TestMessagesOfOneDayAreOneMessage(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		set := arrears.Shipped
		set.Steps = arrears.Steps{{Code: "a", Days: 0, Channel: arrears.ByMessage, On: true, Zh: "{amount}", En: "{amount}"}, {Code: "b", Days: 60, Channel: arrears.ByMessage, On: true, Zh: "{amount}", En: "{amount}"}}
		if _, err := e.svc.SetRules(t.Context(), e.boss, here, any0, set); err != nil {
			t.Fatal(err)
		}
		e.ladder()
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM dun WHERE state = 'sent' AND step = 'b' AND lines = 2 AND amount = 20000`); n != 3 {
			t.Error("messages that name both bills:", n)
		}
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM outbox WHERE name = 'arrears.reminded'`); n != 3 {
			t.Error("households that are told:", n)
		}
	})
}

func TestPaymentDisputePromiseAndHardshipStopTheLadder(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.pay(101, 20345)
		if _, err := e.svc.Open(t.Context(), e.clerk, e.lines["102/2026-09"], "面积不对"); err != nil {
			t.Fatal(err)
		}
		if _, err := e.svc.Promise(t.Context(), e.clerk, 103, arrears.Instalment{Fen: 20000, On: day("2026-11-25")}, 0, ""); err != nil {
			t.Fatal(err)
		}
		e.ladder()
		if got := e.steps(); len(got) != 1 || got["due"] != 1 { // 102's November bill is not disputed
			t.Error(got)
		}
		if _, err := e.svc.SetHardship(t.Context(), e.clerk, 102, day("2027-01-01"), "低保户"); err != nil {
			t.Fatal(err)
		}
		e.at("2026-11-26 09:00")
		e.ladder() // the promise was broken yesterday
		if got := e.steps(); got["due+7"] != 1 || got["due+60"] != 1 {
			t.Error(got)
		}
		if h := e.household(103); h.Promises[0].State != "broken" {
			t.Errorf("%+v", h.Promises)
		}
	})
}

func TestAVoidedPaymentReopensThePromiseItHadKept(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		if _, err := e.svc.Promise(t.Context(), e.clerk, 103, arrears.Instalment{Fen: 20000, On: day("2026-11-25")}, 0, ""); err != nil {
			t.Fatal(err)
		}
		e.pay(103, 20000)
		if h := e.household(103); h.Promises[0].State != "kept" {
			t.Fatalf("%+v", h.Promises)
		}
		id := dbtest.One[int64](t, e.d, `SELECT MAX(id) FROM payment WHERE room_id = 103`)
		dbtest.Exec(t, e.d, `UPDATE payment_part SET reversed_at = 1 WHERE payment_id = $1`, id)
		dbtest.Exec(t, e.d, `UPDATE payment SET reversed_at = 1, void_state = 'voided' WHERE id = $1`, id)
		for range 2 { // it may be told twice
			if err := e.d.Write(t.Context(), e.clerk, cashier.ActTake, func(tx *db.Tx) error {
				return e.svc.Voided(t.Context(), tx, cashier.Voided{Community: here, Room: 103, Payment: cashier.PaymentID(id)})
			}); err != nil {
				t.Fatal(err)
			}
		}
		if h := e.household(103); h.Promises[0].State != "open" || !h.Promises[0].Ended.IsZero() {
			t.Errorf("%+v", h.Promises)
		}
		e.at("2026-11-26 09:00")
		e.ladder()
		if h := e.household(103); h.Promises[0].State != "broken" {
			t.Errorf("%+v", h.Promises)
		}
	})
}

func TestADisputePausesTheLateFeeAndItsDaysStayOut(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		h, err := e.svc.Open(t.Context(), e.clerk, e.lines["101/2026-09"], "电梯坏了一个月")
		if err != nil || len(h.Disputes) != 1 || !h.Lines[0].Paused {
			t.Fatal(h, err)
		}
		_, err = e.svc.Open(t.Context(), e.clerk, e.lines["101/2026-09"], "再来一次")
		e.is(err, arrears.ErrDisputed)
		e.at("2026-11-30 10:00")
		if l := e.line(101, "2026-09"); l.Late != 325 {
			t.Error("while it is disputed:", l.Late)
		}
		d := h.Disputes[0]
		if h, err = e.svc.Step(t.Context(), e.clerk, d.ID, any0, "basis", "账单说明已发送"); err != nil {
			t.Fatal(err)
		}
		if h, err = e.svc.Settle(t.Context(), e.clerk, d.ID, any0, "uphold", 0, "电梯停运已另行补偿"); err != nil || h.Disputes[0].State != "upheld" || len(h.Disputes[0].Steps) != 3 {
			t.Fatalf("%+v %v", h.Disputes, err)
		}
		_, err = e.svc.Settle(t.Context(), e.clerk, d.ID, any0, "uphold", 0, "又一次")
		e.is(err, arrears.ErrSettled)
		e.at("2026-12-03 10:00")
		// 16 September to 19 November, and 1 and 2 December; 20 to 30 November stay out.
		if l := e.line(101, "2026-09"); l.Late != 335 {
			t.Error("after it:", l.Late)
		}
	})
}

func TestACorrectionReversesTheBillAndBooksAnother(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		h, err := e.svc.Open(t.Context(), e.clerk, e.lines["101/2026-09"], "面积多算了")
		if err != nil {
			t.Fatal(err)
		}
		d := h.Disputes[0]
		_, err = e.svc.Settle(t.Context(), e.clerk, d.ID, any0, "correct", 100_000_000_01, "多打了几个零")
		e.field(err, "amount")
		if _, err = e.svc.Settle(t.Context(), e.clerk, d.ID, any0, "correct", 10000, "同额"); err == nil {
			t.Error("a correction to the same amount")
		}
		if _, err = e.svc.Settle(t.Context(), e.clerk, d.ID, any0, "correct", 8000, "复测面积后更正"); err != nil {
			t.Fatal(err)
		}
		e.decide("arrears.settle", "bill_dispute:"+d.ID.String(), true)
		h = e.household(101)
		if h.Open != 18000 || h.Disputes[0].State != "corrected" {
			t.Errorf("%+v", h)
		}
		if got := e.receivable(101); got != 18000 {
			t.Error("the books say", got)
		}
		if l := h.Lines[0]; l.Explain.Corrects != 10000 || l.Fen != 8000 {
			t.Errorf("%+v", l)
		}
	})
}

func TestAWaivedBillIsReversedAndWhatWasPaidOnItIsPrepaid(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		h, err := e.svc.Open(t.Context(), e.clerk, e.lines["101/2026-09"], "房屋漏水未修")
		if err != nil {
			t.Fatal(err)
		}
		d := h.Disputes[0]
		if _, err = e.svc.Settle(t.Context(), e.clerk, d.ID, any0, "waive", 0, "免收一月"); err != nil {
			t.Fatal(err)
		}
		e.decide("arrears.settle", "bill_dispute:"+d.ID.String(), true)
		if h = e.household(101); h.Open != 10000 || h.Disputes[0].State != "waived" || e.receivable(101) != 10000 {
			t.Errorf("%+v", h)
		}
		e.pay(102, 5000)
		paid := dbtest.One[int64](t, e.d, `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payment_part WHERE line_id = $1`, e.lines["102/2026-09"])
		if h, err = e.svc.Open(t.Context(), e.clerk, e.lines["102/2026-09"], "也要免"); err != nil {
			t.Fatal(err)
		}
		d = h.Disputes[0]
		if _, err = e.svc.Settle(t.Context(), e.clerk, d.ID, any0, "waive", 0, "免收"); err != nil {
			t.Fatal(err)
		}
		e.decide("arrears.settle", "bill_dispute:"+d.ID.String(), true)
		if h = e.household(102); h.Open != 10000 || h.Disputes[0].State != "waived" || e.receivable(102) != 10000 {
			t.Errorf("%+v", h)
		}
		if ahead := dbtest.One[int64](t, e.d, `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payment_part WHERE room_id = 102 AND part = 'prepaid' AND reversed_at IS NULL`); ahead != paid || paid == 0 {
			t.Error("prepaid is", ahead)
		}
	})
}

func (e *env) receivable(room int64) int64 {
	e.t.Helper()
	return dbtest.One[int64](e.t, e.d, `SELECT CAST(COALESCE((SELECT SUM(x.amount) FROM ledger_entry x JOIN ledger_account a ON a.id = x.debit_id WHERE a.kind = 'receivable' AND a.room_id = $1), 0)
		- COALESCE((SELECT SUM(x.amount) FROM ledger_entry x JOIN ledger_account a ON a.id = x.credit_id WHERE a.kind = 'receivable' AND a.room_id = $1), 0) AS BIGINT)`, room)
}

// ARR-03: nobody promises more than they owe by the day, with the late fees of that day; sums that overflow are no plan.
func TestNobodyPromisesMoreThanTheyOwe(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		owed := e.household(103).Open + e.household(103).Late
		for _, fen := range []money.Fen{owed * 10, 1_000_000_000_000_000_00} {
			_, err := e.svc.Promise(t.Context(), e.clerk, 103, arrears.Instalment{Fen: fen, On: day("2026-11-25")}, 0, "")
			e.field(err, "amount")
		}
		huge := arrears.Instalment{Fen: 1 << 62, On: day("2026-11-25")}
		later := arrears.Instalment{Fen: 1 << 62, On: day("2026-12-25")}
		_, err := e.svc.Plan(t.Context(), e.clerk, 103, []arrears.Instalment{huge, later}, 0, "x")
		e.field(err, "instalments")
		if _, err := e.svc.Promise(t.Context(), e.clerk, 103, arrears.Instalment{Fen: owed, On: day("2026-11-25")}, 0, ""); err != nil {
			t.Error(err)
		}
	})
}

func TestAPlanPausesTheLateFeeUntilAnInstalmentIsMissed(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		parts := []arrears.Instalment{{Fen: 10000, On: day("2026-11-30")}, {Fen: 9000, On: day("2026-12-31")}}
		_, err := e.svc.Plan(t.Context(), e.clerk, 101, parts, 0, "分两期")
		e.field(err, "instalments")
		parts[1].Fen = 10000
		h, err := e.svc.Plan(t.Context(), e.clerk, 101, parts, 0, "分两期")
		if err != nil || len(h.Promises) != 2 || !h.Lines[0].Paused {
			t.Fatalf("%+v %v", h, err)
		}
		late := h.Late
		e.at("2026-11-28 10:00")
		e.pay(101, 10000+late)
		if h = e.household(101); h.Promises[0].State != "kept" || h.Promises[1].State != "open" {
			t.Fatalf("%+v", h.Promises)
		}
		e.at("2027-01-01 10:00")
		e.ladder()
		if h = e.household(101); h.Promises[1].State != "broken" || h.Late != 0 || h.Lines[0].Paused {
			t.Errorf("%+v", h)
		}
		e.at("2027-01-04 10:00")
		if h = e.household(101); h.Late == 0 {
			t.Error("late fees do not count again")
		}
	})
}

func TestAServedNoticeInterruptsTheLimitation(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.ladder()
		h := e.household(101)
		var task arrears.Dun
		for _, d := range h.Duns {
			if d.Channel == arrears.ByPrint {
				task = d
			}
		}
		_, err := e.svc.Done(t.Context(), e.clerk, task.ID, any0, arrears.Outcome{Result: arrears.Served, On: day("2026-11-21")})
		e.field(err, "on")
		if _, err = e.svc.Done(t.Context(), e.clerk, task.ID, any0, arrears.Outcome{Result: arrears.Served, Words: "本人签收"}); err != nil {
			t.Fatal(err)
		}
		_, err = e.svc.Done(t.Context(), e.clerk, task.ID, any0, arrears.Outcome{Result: arrears.Served})
		e.is(err, arrears.ErrDone)
		if l := e.line(101, "2026-09"); l.Limit != day("2029-11-20") {
			t.Error(l.Limit)
		}
		if l := e.line(101, "2026-11"); l.Limit != day("2029-11-15") {
			t.Error("a notice interrupts what it is about, not", l.Limit)
		}
	})
}

func TestTheWorklistIsOrderedAndEndsWithWhatIsDone(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.ladder()
		e.pay(102, 5000)
		list := func(view string) []arrears.Debtor {
			t.Helper()
			all, err := e.svc.Worklist(t.Context(), e.clerk, arrears.Filter{Community: here, View: view}, arrears.Position{}, 20)
			if err != nil {
				t.Fatal(view, err)
			}
			return all
		}
		if l := list("tasks"); len(l) != 3 || l[0].Fen != 20000 || l[2].Room != 102 || len(l[0].Tasks) != 1 || l[0].Tasks[0].Channel != arrears.ByPrint {
			t.Fatalf("%+v", l)
		}
		e.pay(101, 50000)
		if l := list("all"); len(l) != 2 || l[0].Room != 103 {
			t.Errorf("%+v", l)
		}
		d := list("tasks")[0]
		if _, err := e.svc.Done(t.Context(), e.clerk, d.Tasks[0].ID, any0, arrears.Outcome{Result: arrears.Promised, Promise: &arrears.Instalment{Fen: 20000, On: day("2026-11-22")}}); err != nil {
			t.Fatal(err)
		}
		if l := list("promised"); len(l) != 1 || l[0].Promise != day("2026-11-22") {
			t.Errorf("%+v", l)
		}
		e.at("2026-11-23 10:00")
		e.ladder()
		if l := list("broken"); len(l) != 1 || l[0].Room != 103 {
			t.Errorf("%+v", l)
		}
		if l := list("limit"); len(l) != 0 {
			t.Errorf("%+v", l)
		}
		e.at("2029-04-01 10:00")
		if l := list("limit"); len(l) != 0 { // 102 paid a part in November 2026, 103 promised
			t.Errorf("%+v", l)
		}
		e.at("2029-06-01 10:00")
		if l := list("limit"); len(l) != 2 {
			t.Errorf("%+v", l)
		}
	})
}

func TestTheEffectOfAStepIsWhatWasPaidWithin14Days(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.ladder()
		e.at("2026-12-01 10:00")
		e.pay(101, 30000)
		e.at("2026-12-20 10:00")
		e.pay(102, 30000)
		all, err := e.svc.Effects(t.Context(), e.clerk, here, day("2026-11-01"), day("2026-11-30"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all {
			if f.Step == "due" && (f.Duns != 3 || f.Paying != 1 || f.Paid != 10000 || f.Asked != 30000) {
				t.Errorf("%+v", f)
			}
		}
		if len(all) == 0 {
			t.Error("no step had an effect")
		}
	})
}
