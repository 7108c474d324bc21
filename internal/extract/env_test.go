package extract_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/extract"
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

// env is a community with four rooms: 1000 and 1001 of Li, 1002 of a company
// that rents 1003 besides, 1003 of Wang.
type env struct {
	t     *testing.T
	d     *db.DB
	clock *dbtest.Clock
	svc   *extract.Service
	cash  *cashier.Service
	bills *billing.Service
	inbox *approval.Service
	run   *jobs.Runner
	anna  authz.Actor // the desk
	boss  authz.Actor
	li    authz.Actor // a resident, of 1000 and 1001
	wang  authz.Actor // of 1003
	far   authz.Actor // staff and resident elsewhere
	home  extract.Home
	item  billing.ItemID
	month int
}

var all = []authz.Action{
	billing.ActView, billing.ActEdit, billing.ActApprove, billing.ActBills, billing.ActRun, billing.ActBook, approval.ActDecide, approval.ActInbox, customer.ActView, customer.ActNames,
	cashier.ActView, cashier.ActTake, cashier.ActApprove, cashier.ActBooks, cashier.ActDay, extract.ActView, extract.ActExport, extract.ActPrefer, extract.ActSettings,
}

const (
	rooms   = 4
	li      = customer.ID(2000)
	company = customer.ID(2002)
	wang    = customer.ID(2003)
)

func each(t *testing.T, fn func(t *testing.T, e *env)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		e := &env{t: t, d: d, clock: c, bills: &billing.Service{DB: d}, inbox: &approval.Service{DB: d}, cash: &cashier.Service{DB: d}, svc: &extract.Service{DB: d, Exports: audit.New(d)}}
		e.svc.Home = e.homeOf
		e.bills.Replace = cashier.Replace
		e.bills.Approve(e.inbox)
		e.cash.Approve(e.inbox)
		e.run = jobs.New(d, jobs.Options{})
		e.cash.Schedule(e.run)
		e.people()
		fn(t, e)
	})
}

func (e *env) people() {
	t, d, here := e.t, e.d, []authz.CommunityID{1}
	dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES (1, 'finance', '财务', 'finance', 1)`)
	for _, a := range all {
		dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (1, $1)`, string(a))
	}
	for id, kind := range map[authz.AccountID]string{11: "staff", 12: "staff", 71: "resident", 72: "resident"} {
		dbtest.Exec(t, d, `INSERT INTO account (id, kind, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, $3, '', $4, $5, '', FALSE, FALSE, 1)`, id, kind, "a"+id.String(), id.String(), id.String())
	}
	for _, id := range []int{11, 12} {
		dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $1, 1, 1)`, id)
		dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES ($1, 1, 1)`, id)
	}
	e.anna, e.boss = dbtest.Actor(11, here, all...), dbtest.Actor(12, here, all...)
	e.li, e.wang = dbtest.Actor(71, here, extract.OwnActions...), dbtest.Actor(72, here, extract.OwnActions...)
	e.far = dbtest.Actor(900, []authz.CommunityID{2}, append(all, extract.OwnActions...)...)
	dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (100, 1, '1', '1栋', '1', 1)`)
	for i := range rooms {
		dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, floor, building_area, state, handed_over_on, notes, version)
			VALUES ($1, 1, 100, $2, $3, $2, $2, 'home', $4, 10000, 'occupied', '2020-01-01', '', 1)`, 1000+i, fmt.Sprintf("1-10%d", i), fmt.Sprintf("1栋10%d", i), i+1)
	}
	for id, one := range map[customer.ID][2]string{li: {"李静", "person"}, company: {"云杉科技有限公司", "organisation"}, wang: {"王芳", "person"}} {
		dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES ($1, 1, $2, $3, $4, '', '', '[]', '', 1)`, id, "A"+id.String(), one[1], one[0])
	}
	e.relation(3000, li, 1000, "owner", "")
	e.relation(3001, li, 1001, "owner", "")
	e.relation(3002, company, 1002, "owner", "")
	e.relation(3003, wang, 1003, "owner", "")
	e.relation(3004, company, 1003, "tenant", "2026-02-10")
	dbtest.Exec(t, d, `INSERT INTO resident_binding (id, community_id, account_id, room_id, customer_id, kind, origin, at, by_name, ended_why, version) VALUES (4000, 1, 71, 1000, 2000, 'owner', 'archive', 0, '', '', 1)`)
}

func (e *env) relation(id int, who customer.ID, room int, kind, from string) {
	e.t.Helper()
	var since any
	if from != "" {
		since = from
	}
	dbtest.Exec(e.t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES ($1, 1, $2, $3, $4, '', $5, 1)`, id, who, room, kind, since)
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

func seen(int64) error { return nil }

func match(v int64) web.Match { return web.Match{IfMatch: fmt.Sprintf("%q", fmt.Sprint(v))} }

// fee makes the property fee: 200.00 a month for a room, due on the 15th, late
// fees of 0.5 ‰ a day.
func (e *env) fee() {
	e.t.Helper()
	i := must(e.bills.Create(e.t.Context(), e.anna, 1, billing.ItemRules{
		Code: "property", Name: "物业费", NameEN: "Property fee", Basis: billing.ByBuildingArea, Starts: "always", Period: "month", DueDay: 15, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up",
		TaxRate: rate("0.06"), LatePerDay: rate("0.0005"), LateFrom: "due", LateCap: rate("100"), PriceKind: "market",
	}))(e.t)
	v := must(e.bills.AskTariff(e.t.Context(), e.anna, i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.00", Document: "合同", Explanation: "按建筑面积"}))(e.t)
	e.decide("billing.tariff", "tariff:"+v.ID.String())
	e.item = i.ID
	must(e.cash.Open(e.t.Context(), e.anna, 1, 10000))(e.t)
}

func (e *env) decide(kind, subject string) {
	e.t.Helper()
	var q approval.Request
	if err := e.d.Read(e.t.Context(), e.boss, approval.ActInbox, func(tx *db.Tx) (err error) {
		q, err = approval.Open(e.t.Context(), tx, kind, subject)
		return err
	}); err != nil {
		e.t.Fatal(kind, subject, err)
	}
	must(e.inbox.Decide(e.t.Context(), e.boss, q.ID, seen, approval.Decision{Approve: true, Reason: "核对无误"}))(e.t)
}

func (e *env) worked(id billing.RunID) billing.Run {
	e.t.Helper()
	if err := e.bills.Work(e.t.Context(), id); err != nil {
		e.t.Fatal(err)
	}
	return must(e.bills.Run(e.t.Context(), e.anna, id))(e.t)
}

// billed books a month: 200.00 for each room.
func (e *env) billed(month string) billing.Run {
	e.t.Helper()
	p, _ := clock.ParsePeriod(month)
	r := must(e.bills.Calculate(e.t.Context(), e.anna, 1, p, nil))(e.t)
	r = e.worked(r.ID)
	must(e.bills.Submit(e.t.Context(), e.anna, r.ID, match(r.Version), month, true))(e.t)
	e.decide("billing.book", "bill_run:"+r.ID.String())
	r = e.worked(r.ID)
	e.drain()
	return r
}

func (e *env) drain() {
	e.t.Helper()
	if err := e.run.Drain(e.t.Context()); err != nil {
		e.t.Fatal(err)
	}
}

func (e *env) on(day string) {
	e.t.Helper()
	at, err := time.Parse("2006-01-02", day)
	if err != nil {
		e.t.Fatal(err)
	}
	e.clock.Set(at.Add(4 * time.Hour)) // noon in Shanghai
}

// paid takes money for a room; what is over is paid ahead.
func (e *env) paid(room housing.RoomID, fen money.Fen, means ledger.Kind) cashier.PaymentView {
	e.t.Helper()
	return must(e.pay(room, fen, means))(e.t)
}

func (e *env) pay(room housing.RoomID, fen money.Fen, means ledger.Kind) (cashier.PaymentView, error) {
	e.t.Helper()
	c := must(e.cash.Counter(e.t.Context(), e.anna, room, nil))(e.t)
	in := cashier.Paying{Room: room, Way: "amount", Expected: c.Total, Amount: fen, Rest: true, Means: means, Payer: "业主"}
	if means == ledger.Prepaid {
		ahead := money.Fen(0)
		for _, one := range c.Ahead {
			ahead += one.Fen
		}
		in.Amount, in.Rest = min(ahead, c.Total), false
	}
	if means != ledger.Cash && means != ledger.Prepaid {
		in.Reference = "42"
	}
	return e.cash.Pay(e.t.Context(), e.anna, in)
}

func (e *env) void(id cashier.PaymentID) bool {
	e.t.Helper()
	p := must(e.cash.One(e.t.Context(), e.anna, id))(e.t)
	if _, err := e.cash.AskVoid(e.t.Context(), e.anna, id, match(p.Version), "收错"); err != nil {
		return false
	}
	e.decide("cashier.void", "payment:"+id.String())
	return true
}

// correct bills another amount in the place of a room's last bill.
func (e *env) correct(room housing.RoomID, fen money.Fen) bool {
	e.t.Helper()
	id := dbtest.One[billing.LineID](e.t, e.d, `SELECT COALESCE(MAX(id), 0) FROM bill_line WHERE room_id = $1 AND reversed_at IS NULL`, room)
	if id == 0 {
		return false
	}
	err := e.d.Write(e.t.Context(), e.anna, cashier.ActTake, func(tx *db.Tx) error {
		_, err := cashier.Correct(e.t.Context(), tx, id, fen, "面积有误")
		return err
	})
	if err == nil {
		e.drain()
	}
	return err == nil
}

func (e *env) waive(room housing.RoomID) bool {
	e.t.Helper()
	did := false
	if err := e.d.Write(e.t.Context(), e.anna, cashier.ActTake, func(tx *db.Tx) error {
		did = false
		today := clock.DayOf(tx.Now, time.FixedZone("", 8*3600))
		due, err := cashier.Due(e.t.Context(), tx, 1, []housing.RoomID{room}, today)
		for _, o := range due {
			if o.Late > 1 && !did {
				did = true
				err = cashier.Waive(e.t.Context(), tx, 1, o.ID, o.Late/2, "困难", "waiver:"+o.ID.String()+today.String())
			}
		}
		if !did {
			tx.Silent("nothing is late")
		}
		return err
	}); err != nil {
		e.t.Fatal(err)
	}
	return did
}

// refund pays back what is left of a payment.
func (e *env) refund(id cashier.PaymentID, source string) bool {
	e.t.Helper()
	return e.d.Write(e.t.Context(), e.anna, cashier.ActTake, func(tx *db.Tx) error {
		of, err := cashier.RefundableOf(e.t.Context(), tx, id)
		if err != nil {
			return err
		}
		if of.Fen == 0 || of.Origin == cashier.OfVoided {
			return cashier.ErrNothing
		}
		shift, err := cashier.AtWork(e.t.Context(), tx, 1, ledger.Cash, (of.Fen+1)/2)
		if err != nil {
			return err
		}
		return cashier.PayBack(e.t.Context(), tx, cashier.Back{Of: of, Fen: (of.Fen + 1) / 2, Means: ledger.Cash, Source: source, Number: "T" + source, Party: "业主", Words: "多缴", Shift: shift})
	}) == nil
}

// books are what the ledger says of some accounts on the last entry of a day.
func (e *env) books(k ledger.Kind, where string, until clock.Day, args ...any) money.Fen {
	e.t.Helper()
	args = append([]any{string(k), until}, args...)
	side := func(s string) string {
		return `COALESCE((SELECT SUM(x.amount) FROM ledger_entry x JOIN ledger_account a ON a.id = x.` + s + `_id JOIN ledger_txn t ON t.id = x.txn_id WHERE a.kind = $1 AND t.on_day <= $2 AND ` + where + `), 0)`
	}
	return dbtest.One[money.Fen](e.t, e.d, `SELECT CAST(`+side("debit")+` - `+side("credit")+` AS BIGINT)`, args...)
}

// homeOf answers as the resident's bindings would.
func (e *env) homeOf(_ context.Context, tx *db.Tx, room housing.RoomID) (extract.Home, error) {
	switch {
	case tx.Who.ID == 71 && (room == 1000 || room == 1001):
		return extract.Home{Community: 1, Customer: li, Whose: []customer.ID{li}, Owner: true, Since: e.home.Since}, nil
	case tx.Who.ID == 72 && room == 1003:
		return extract.Home{Community: 1, Customer: wang, Whose: []customer.ID{wang}, Owner: true, Since: e.home.Since}, nil
	case tx.Who.ID == 72 && room == 1000: // somebody of Li's family
		return extract.Home{Community: 1, Whose: []customer.ID{li}}, nil
	}
	return extract.Home{}, db.ErrNotFound
}

func (e *env) of(a extract.Asked) extract.Statement {
	e.t.Helper()
	return must(e.svc.Statement(e.t.Context(), e.anna, extract.ActView, a))(e.t)
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
