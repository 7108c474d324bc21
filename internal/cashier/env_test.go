package cashier_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// env is a community with four rooms, two cashiers and somebody who decides.
type env struct {
	t     *testing.T
	d     *db.DB
	clock *dbtest.Clock
	svc   *cashier.Service
	bills *billing.Service
	inbox *approval.Service
	anna  authz.Actor
	berta authz.Actor
	boss  authz.Actor
	item  billing.ItemID
	month int
}

var all = []authz.Action{
	billing.ActView, billing.ActEdit, billing.ActApprove, billing.ActBills, billing.ActRun, billing.ActBook, approval.ActDecide, approval.ActInbox, ledger.ActView, "customer.view", "customer.names",
	cashier.ActView, cashier.ActTake, cashier.ActApprove, cashier.ActBooks, cashier.ActDay,
}

const rooms = 4

func each(t *testing.T, fn func(t *testing.T, e *env)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		e := &env{t: t, d: d, clock: c, bills: &billing.Service{DB: d}, inbox: &approval.Service{DB: d}, svc: &cashier.Service{DB: d}}
		e.bills.Replace = cashier.Replace
		e.bills.Approve(e.inbox)
		e.svc.Approve(e.inbox)
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES (1, 'finance', '财务', 'finance', 1)`)
		for _, a := range all {
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (1, $1)`, string(a))
		}
		for _, id := range []authz.AccountID{11, 12, 13} {
			dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $3, $4, '', FALSE, FALSE, 1)`, id, "a"+id.String(), id.String(), id.String())
			dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $1, 1, 1)`, id)
			dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES ($1, 1, 1)`, id)
		}
		e.anna, e.berta, e.boss = dbtest.Actor(11, []authz.CommunityID{1}, all...), dbtest.Actor(13, []authz.CommunityID{1}, all...), dbtest.Actor(12, []authz.CommunityID{1}, all...)
		dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (100, 1, '1', '1栋', '1', 1)`)
		for i := range rooms {
			dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, floor, building_area, state, handed_over_on, notes, version)
				VALUES ($1, 1, 100, $2, $3, $2, $2, 'home', $4, 10000, 'occupied', '2020-01-01', '', 1)`, 1000+i, fmt.Sprintf("1-10%d", i), fmt.Sprintf("1栋10%d", i), i+1)
			dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES ($1, 1, $2, 'person', $3, '', '', '[]', '', 1)`, 2000+i, fmt.Sprint("A", i), fmt.Sprint("业主", i))
			dbtest.Exec(t, d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, version) VALUES ($1, 1, $2, $3, 'owner', '', 1)`, 3000+i, 2000+i, 1000+i)
		}
		fn(t, e)
	})
}

func day(s string) clock.Day { d, _ := clock.ParseDay(s); return d }

func rate(s string) money.Rate { r, _ := money.ParseRate(s); return r }

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// fee makes the property fee: 2.00 a month and m², due on the 15th, late fees of
// 0.5 ‰ a day; every room has 100 m², so a month is 200.00.
func (e *env) fee() billing.ItemID {
	e.t.Helper()
	i := must(e.bills.Create(e.t.Context(), e.anna, 1, billing.ItemRules{
		Code: "property", Name: "物业费", Basis: billing.ByBuildingArea, Starts: "always", Period: "month", DueDay: 15, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up",
		TaxRate: rate("0.06"), LatePerDay: rate("0.0005"), LateFrom: "due", LateCap: rate("100"), PriceKind: "market",
	}))(e.t)
	v := must(e.bills.AskTariff(e.t.Context(), e.anna, i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.00", Document: "合同", Explanation: "按建筑面积"}))(e.t)
	e.decide("billing.tariff", "tariff:"+v.ID.String(), true)
	e.item = i.ID
	return i.ID
}

// billed books a month: 200.00 for each room.
func (e *env) billed(month string) billing.Run {
	e.t.Helper()
	p, _ := clock.ParsePeriod(month)
	r := must(e.bills.Calculate(e.t.Context(), e.anna, 1, p, nil))(e.t)
	r = e.worked(r.ID)
	must(e.bills.Submit(e.t.Context(), e.anna, r.ID, match(r.Version), month, true))(e.t)
	e.decide("billing.book", "bill_run:"+r.ID.String(), true)
	if r = e.worked(r.ID); r.State != billing.BookedRun {
		e.t.Fatal(r.State)
	}
	return r
}

func (e *env) worked(id billing.RunID) billing.Run {
	e.t.Helper()
	if err := e.bills.Work(e.t.Context(), id); err != nil {
		e.t.Fatal(err)
	}
	return must(e.bills.Run(e.t.Context(), e.anna, id))(e.t)
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
	if _, err := e.inbox.Decide(e.t.Context(), e.anna, q.ID, func(int64) error { return nil }, d); err == nil {
		e.t.Error("who asked decided", kind)
	}
	if _, err := e.inbox.Decide(e.t.Context(), e.boss, q.ID, func(int64) error { return nil }, d); err != nil {
		e.t.Fatal(err)
	}
}

// decideErr is what comes of a yes that may fail.
func (e *env) decideErr(kind, subject string) error {
	e.t.Helper()
	var q approval.Request
	if err := e.d.Read(e.t.Context(), e.boss, approval.ActInbox, func(tx *db.Tx) (err error) {
		q, err = approval.Open(e.t.Context(), tx, kind, subject)
		return err
	}); err != nil {
		e.t.Fatal(kind, subject, err)
	}
	_, err := e.inbox.Decide(e.t.Context(), e.boss, q.ID, func(int64) error { return nil }, approval.Decision{Approve: true, Reason: "核对无误"})
	return err
}

func match(v int64) web.Match { return web.Match{IfMatch: fmt.Sprintf("%q", fmt.Sprint(v))} }

func (e *env) on(day string) {
	e.t.Helper()
	at, err := time.Parse("2006-01-02", day)
	if err != nil {
		e.t.Fatal(err)
	}
	e.clock.Set(at.Add(4 * time.Hour))
}

// taking is some cash for a room.
func taking(room housing.RoomID, fen money.Fen, source string) cashier.Taking {
	return cashier.Taking{Community: 1, Room: room, Payer: "业主", Fen: fen, Means: ledger.Cash, Source: source}
}

func (e *env) take(t cashier.Taking) (p cashier.Payment, err error) {
	e.t.Helper()
	err = e.d.Bulk(e.t.Context(), e.anna, cashier.ActTake, func(tx *db.Tx) (err error) {
		p, err = cashier.Take(e.t.Context(), tx, t)
		return err
	})
	return p, err
}

func (e *env) taken(t cashier.Taking) cashier.Payment { e.t.Helper(); return must(e.take(t))(e.t) }

// due is what is open for a room today: principal and late fees, with the lines.
func (e *env) due(room housing.RoomID, on string) (principal, late money.Fen, lines []cashier.Open) {
	e.t.Helper()
	if err := e.d.Read(e.t.Context(), e.anna, cashier.ActView, func(tx *db.Tx) (err error) {
		lines, err = cashier.Due(e.t.Context(), tx, 1, []housing.RoomID{room}, day(on))
		return err
	}); err != nil {
		e.t.Fatal(err)
	}
	for _, o := range lines {
		principal, late = principal+o.Open, late+o.Late
	}
	return principal, late, lines
}

// whole checks that the ledger holds, and that what every room owes in it is
// its lines less what was paid on them.
func (e *env) whole() {
	e.t.Helper()
	e.verify()
	e.agree()
}

func (e *env) runner() *jobs.Runner {
	r := jobs.New(e.d, jobs.Options{})
	e.svc.Schedule(r)
	return r
}

// verify checks that the ledger holds.
func (e *env) verify() {
	e.t.Helper()
	l := &ledger.Service{DB: e.d}
	if _, err := l.Seal(e.t.Context()); err != nil {
		e.t.Fatal(err)
	}
	r, err := l.Verify(e.t.Context())
	if err != nil || len(r.Broken) != 0 {
		e.t.Fatalf("%+v %v", r, err)
	}
}

func (e *env) agree() {
	e.t.Helper()
	for i := range rooms {
		room := int64(1000 + i)
		lines := dbtest.One[int64](e.t, e.d, `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM bill_line WHERE room_id = $1 AND reversed_at IS NULL`, room)
		paid := dbtest.One[int64](e.t, e.d, `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payment_part WHERE room_id = $1 AND part = 'principal' AND reversed_at IS NULL`, room)
		ahead := dbtest.One[int64](e.t, e.d, `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payment_part WHERE room_id = $1 AND part = 'prepaid' AND reversed_at IS NULL`, room)
		if got := e.balance(housing.RoomID(room), ledger.Receivable); int64(got) != lines-paid {
			e.t.Errorf("room %d owes %s in the books, %d by its lines", room, got, lines-paid)
		}
		if got := e.balance(housing.RoomID(room), ledger.Prepaid); int64(got) != -ahead || ahead < 0 {
			e.t.Errorf("room %d has prepaid %s in the books, %d by its parts", room, got, ahead)
		}
	}
	// What came in by each means is what the payments say.
	for _, k := range []ledger.Kind{ledger.Cash, ledger.WeChat, ledger.Offset} {
		in := dbtest.One[int64](e.t, e.d, `SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM (SELECT amount FROM payment WHERE means = $1 AND reversed_at IS NULL UNION ALL SELECT amount FROM till_move WHERE means = $1 AND reversed_at IS NULL
			UNION ALL SELECT -amount FROM deposit_move WHERE means = $1 AND kind = 'returned' AND state = 'done') x`, string(k))
		if got := e.balance(0, k); int64(got) != in {
			e.t.Errorf("%s: %s in the books, %d by payments", k, got, in)
		}
	}
}

// balance is the sum of a room's accounts of a kind; room 0: of the kind.
func (e *env) balance(room housing.RoomID, k ledger.Kind) money.Fen {
	e.t.Helper()
	return dbtest.One[money.Fen](e.t, e.d, `SELECT CAST(COALESCE((SELECT SUM(x.amount) FROM ledger_entry x JOIN ledger_account a ON a.id = x.debit_id WHERE a.kind = $1 AND ($2 = 0 OR a.room_id = $2)), 0)
		- COALESCE((SELECT SUM(x.amount) FROM ledger_entry x JOIN ledger_account a ON a.id = x.credit_id WHERE a.kind = $1 AND ($2 = 0 OR a.room_id = $2)), 0) AS BIGINT)`, string(k), int64(room))
}

func field(t *testing.T, err error, name, code string) {
	t.Helper()
	var f *errs.Error
	if errors.As(err, &f) {
		for _, one := range f.Fields {
			if one.Name == name && one.Code == code {
				return
			}
		}
	}
	t.Errorf("%v does not say %s of %s", err, code, name)
}
