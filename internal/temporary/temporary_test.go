package temporary_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/internal/approval"
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
	"guanjia/internal/temporary"
)

// desk is a community with a home (owner 2000, tenant 2001), a clerk, somebody
// who takes back, and one who decides about tariffs. It is noon of 2026-03-02 there.
type desk struct {
	t                  *testing.T
	d                  *db.DB
	clock              *dbtest.Clock
	svc                *temporary.Service
	bills              *billing.Service
	till               *cashier.Service
	inbox              *approval.Service
	clerk, boss, far   authz.Actor
	repair, free, cars billing.ItemID
}

const home = housing.RoomID(1502)

func (s *desk) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func each(t *testing.T, fn func(s *desk)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		s := &desk{t: t, d: d, clock: c, svc: &temporary.Service{DB: d}, bills: &billing.Service{DB: d}, till: &cashier.Service{DB: d}, inbox: &approval.Service{DB: d}}
		s.bills.Approve(s.inbox)
		dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (30, 1, '3', '3栋', '3', 1)`)
		dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, state, version, notes) VALUES (1502, 1, 30, '1502', '3栋1502', '3-1502', '1', 'home', 'occupied', 1, '')`)
		for i, name := range []string{"李静", "王芳", "赵立"} { // the owner, who rents the home, and somebody without a room
			dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES ($1, 1, $2, 'person', $3, '', '', '[]', '', 1)`, 2000+i, name, name)
			if i < 2 {
				dbtest.Exec(t, d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, version) VALUES ($1, 1, $2, 1502, $3, '', 1)`, 3000+i, 2000+i, []string{"owner", "tenant"}[i])
			}
		}
		for id, role := range map[int64]string{11: "cashier", 12: "finance"} {
			dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES ($1, $2, $2, $2, 1)`, id, role)
			dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $2, $2, '', FALSE, FALSE, 1)`, id, role)
			dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $1, $1, 1)`, id)
			for _, a := range []authz.Action{billing.ActApprove, approval.ActDecide} {
				dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES ($1, $2)`, id, string(a))
			}
			dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES ($1, $1, 1)`, id)
		}
		here := []authz.CommunityID{1}
		s.clerk = dbtest.Actor(11, here, temporary.ActBill, billing.ActView, billing.ActBills, billing.ActEdit, cashier.ActTake, cashier.ActView, "customer.names")
		s.boss = dbtest.Actor(12, here, temporary.ActBill, temporary.ActTakeBack, billing.ActView, billing.ActRun, billing.ActBills, billing.ActEdit, billing.ActApprove, approval.ActDecide, approval.ActInbox, ledger.ActView, "customer.names")
		s.far = dbtest.Actor(900, []authz.CommunityID{2}, temporary.ActBill, temporary.ActTakeBack, billing.ActBills)
		s.repair, s.free = s.item("REPAIR", billing.BySingle, "market", ""), s.item("FREE", billing.BySingle, "market", "")
		s.cars = s.item("CARS", billing.ByParking, "guided", "5")
		s.tariff(s.repair, billing.TariffDraft{Price: "80"})
		s.tariff(s.cars, billing.TariffDraft{Parking: billing.ParkingRule{By: "time", Free: 15, Step: 30, Price: 250, NightStep: 60, Night: 100, NightFrom: 21 * 60, NightTo: 7 * 60, Cap: 2000, CapBy: "entry"}})
		fn(s)
	})
}

func (s *desk) item(code string, basis billing.Basis, kind, most string) billing.ItemID {
	s.t.Helper()
	tax, err := money.ParseRate("0.06")
	s.must(err)
	i, err := s.bills.Create(s.t.Context(), s.boss, 1, billing.ItemRules{Code: code, Name: "项目" + code, Basis: basis, Starts: "always", Period: "month", DueDay: 10, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: money.UnitFen, RoundMode: money.HalfUp, TaxRate: tax, LateFrom: "due", PriceKind: kind, Cap: most, CapPaper: strings.Repeat("价格文件", len(most))})
	s.must(err)
	return i.ID
}

// tariff proposes a version as the clerk and has the boss approve it.
func (s *desk) tariff(of billing.ItemID, d billing.TariffDraft) {
	s.t.Helper()
	d.From, d.Document, d.Explanation = s.day("2026-01-01"), "公示〔2026〕1号", "按标准收取"
	v, err := s.bills.AskTariff(s.t.Context(), s.clerk, of, d)
	s.must(err)
	var q approval.Request
	s.must(s.d.Read(s.t.Context(), s.boss, approval.ActInbox, func(tx *db.Tx) (err error) {
		q, err = approval.Open(s.t.Context(), tx, "billing.tariff", "tariff:"+v.ID.String())
		return err
	}))
	_, err = s.inbox.Decide(s.t.Context(), s.boss, q.ID, func(int64) error { return nil }, approval.Decision{Approve: true, Reason: "核对无误"})
	s.must(err)
}

func (s *desk) day(text string) clock.Day {
	s.t.Helper()
	d, err := clock.ParseDay(text)
	s.must(err)
	return d
}

func (s *desk) car(id int64, plate string, room, who int64, from, to string) {
	s.t.Helper()
	dbtest.Exec(s.t, s.d, `INSERT INTO vehicle (id, community_id, plate, plate_tail, kind, brand, colour, room_id, customer_id, notes, permit_from, permit_to, ended_why, version) VALUES ($1, 1, $2, '', 'car', '', '', $3, $4, '', $5, $6, '', 1)`, id, plate, none(room), none(who), text(from), text(to))
}

func none(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func field(err error, name string) string {
	var e *errs.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			if f.Name == name {
				return f.Code
			}
		}
	}
	return ""
}

// books checks that the books hold and that so much is owed.
func (s *desk) books(owed int64) {
	s.t.Helper()
	l := &ledger.Service{DB: s.d}
	if _, err := l.Seal(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	if r, err := l.Verify(s.t.Context()); err != nil || len(r.Broken) != 0 {
		s.t.Fatalf("%+v %v", r, err)
	}
	up := dbtest.One[int64](s.t, s.d, `SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM ledger_entry x JOIN ledger_account a ON a.id = x.debit_id WHERE a.kind = 'receivable'`)
	down := dbtest.One[int64](s.t, s.d, `SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM ledger_entry x JOIN ledger_account a ON a.id = x.credit_id WHERE a.kind = 'receivable'`)
	if up-down != owed {
		s.t.Errorf("%d fen are owed, want %d", up-down, owed)
	}
}

// BIL-01: price × quantity of the tariff in force, owed by the household's debtor today, paid at the desk at once.
func TestAClerkBillsByTheTariffAndTakesTheMoney(t *testing.T) {
	each(t, func(s *desk) {
		t, ctx := s.t, s.t.Context()
		d := temporary.Draft{Community: 1, Room: home, Item: s.repair, Quantity: "2.5", Words: "上门维修两个半小时", Expected: 200_00}
		wrong := d
		wrong.Expected = 80_00
		if _, err := s.svc.Bill(ctx, s.clerk, wrong); !errors.Is(err, temporary.ErrChanged) {
			t.Errorf("another amount than was seen: %v", err)
		}
		c, err := s.svc.Bill(ctx, s.clerk, d)
		s.must(err)
		if c.Fen != 200_00 || c.Price != "80" || c.Quantity != "2.5" || c.Who != "李静" || c.State != "open" || c.Due != c.From || c.Tariff == 0 || c.Document == "" || c.Explain.By == "" || c.Tax != 11_32 {
			t.Errorf("%+v", c)
		}
		own := d
		own.Customer = 2001
		c2, err := s.svc.Bill(ctx, s.clerk, own)
		if err != nil || c2.Who != "王芳" {
			t.Errorf("a tenant owes what they had themselves: %v %v", c2.Who, err)
		}
		s.books(400_00)
		_, err = s.till.Open(ctx, s.clerk, 1, 0)
		s.must(err)
		p, err := s.till.Pay(ctx, s.clerk, cashier.Paying{Room: home, Way: "lines", Lines: []billing.LineID{c.ID}, Expected: 200_00, Means: ledger.Cash, Payer: "李静"})
		if err != nil || p.Fen != 200_00 || p.Number == "" {
			t.Fatalf("%+v %v", p, err)
		}
		if _, err := s.svc.TakeBack(ctx, s.boss, c.ID, "开错"); !errors.Is(err, temporary.ErrPaid) {
			t.Errorf("what is paid is taken back: %v", err)
		}
		all, err := s.svc.List(ctx, s.clerk, 1, s.day("2026-03-02").Period(), 0, 10)
		if err != nil || len(all) != 2 || all[0].State != "open" || all[1].State != "paid" || !all[1].Mine {
			t.Errorf("%+v %v", all, err)
		}
		s.books(200_00)
	})
}

// BIL-01: without a tariff the amount is free, with why, up to the limit of the role.
func TestAFreeAmountHasAReasonAndALimit(t *testing.T) {
	each(t, func(s *desk) {
		t, ctx := s.t, s.t.Context()
		o, err := s.svc.Desk(ctx, s.clerk, 1, home)
		if err != nil || o.Limit != 500_00 || len(o.Items) != 3 {
			t.Fatalf("%+v %v", o, err)
		}
		d := temporary.Draft{Community: 1, Room: home, Item: s.free, Amount: 500_01, Expected: 500_01}
		_, err = s.svc.Bill(ctx, s.clerk, d)
		if field(err, "why") != "required" || field(err, "amount") != "temporary.over_limit" {
			t.Errorf("%v", err)
		}
		d.Why = "装修垃圾两车"
		d.Amount, d.Expected = 500_00, 500_00
		c, err := s.svc.Bill(ctx, s.clerk, d)
		if err != nil || c.Fen != 500_00 || c.Explain.Why != "装修垃圾两车" || c.Explain.For != "项目FREE" {
			t.Errorf("%+v %v", c, err)
		}
		set, err := s.svc.Settings(ctx, s.boss, 1)
		s.must(err)
		if _, err := s.svc.SetSettings(ctx, s.clerk, 1, func(int64) error { return nil }, nil); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("a clerk sets the limits: %v", err)
		}
		set, err = s.svc.SetSettings(ctx, s.boss, 1, func(v int64) error {
			if v != set.Version {
				return db.ErrStale
			}
			return nil
		}, auth.Limits{{Role: "cashier", UpTo: 0}})
		if err != nil || set.Version != 1 {
			t.Fatalf("%+v %v", set, err)
		}
		d.Amount, d.Expected = 1, 1
		if _, err := s.svc.Bill(ctx, s.clerk, d); field(err, "amount") != "temporary.over_limit" {
			t.Errorf("above the new limit: %v", err)
		}
	})
}

// A charge is taken back by somebody else, with a reason, once; both stay visible and the books are even.
func TestAChargeIsTakenBackByFourEyes(t *testing.T) {
	each(t, func(s *desk) {
		t, ctx := s.t, s.t.Context()
		c, err := s.svc.Bill(ctx, s.boss, temporary.Draft{Community: 1, Customer: 2002, Item: s.repair, Expected: 80_00})
		if err != nil || c.Who != "赵立" || c.Label != "散客01" {
			t.Fatalf("somebody without a room: %+v %v", c.LineView, err)
		}
		other := s.boss
		other.ID = 13
		for name, one := range map[string]struct {
			who  authz.Actor
			why  string
			want error
		}{
			"who billed it": {s.boss, "开错", temporary.ErrOwn}, "a clerk": {s.clerk, "开错", authz.ErrForbidden}, "somebody far away": {s.far, "开错", db.ErrNotFound},
		} {
			if _, err := s.svc.TakeBack(ctx, one.who, c.ID, one.why); !errors.Is(err, one.want) {
				t.Errorf("%s: %v, want %v", name, err, one.want)
			}
		}
		if _, err := s.svc.TakeBack(ctx, other, c.ID, " "); field(err, "reason") == "" {
			t.Errorf("without a reason: %v", err)
		}
		s.books(80_00)
		back, err := s.svc.TakeBack(ctx, other, c.ID, "客户取消")
		if err != nil || back.State != "taken_back" {
			t.Fatalf("%+v %v", back, err)
		}
		if _, err := s.svc.TakeBack(ctx, other, c.ID, "客户取消"); !errors.Is(err, billing.ErrReversedLine) {
			t.Errorf("twice: %v", err)
		}
		s.books(0)
	})
}

// BIL-01, BIL-07: a known plate's stay goes to its household, with how it came about; the same stay is billed once.
func TestAStayIsBilledToTheHouseholdOnce(t *testing.T) {
	each(t, func(s *desk) {
		t, ctx := s.t, s.t.Context()
		s.car(1, "浙A12345", 1502, 2000, "", "")
		p := temporary.Parked{Community: 1, Item: s.cars, Plate: "浙a·12345", In: "2026-03-01T20:45", Out: "2026-03-01T22:15"}
		q, err := s.svc.Quote(ctx, s.clerk, p)
		if err != nil || q.Fen != 3_50 || q.Room != home || !q.Known || q.Stay.Plate != "浙A12345" || q.Stay.Minutes != 90 || len(q.Stay.Parts) != 1 || q.Stay.Parts[0].Days[0].Steps != 1 || q.Stay.Parts[0].Days[0].Nights != 1 {
			t.Fatalf("%+v %v", q, err)
		}
		c, err := s.svc.BillStay(ctx, s.clerk, p, q.Fen)
		if err != nil || c.Who != "李静" || c.Fen != 3_50 || c.Explain.Stay == nil || c.Explain.Stay.Rule.Cap != 20_00 || c.Tariff == 0 {
			t.Fatalf("%+v %v", c.LineView, err)
		}
		if again, err := s.svc.Quote(ctx, s.clerk, p); err != nil || again.Line != c.ID {
			t.Errorf("asked again: %v %v", again.Line, err)
		}
		if _, err := s.svc.BillStay(ctx, s.clerk, p, q.Fen); !errors.Is(err, temporary.ErrBilled) {
			t.Errorf("billed again: %v", err)
		}
		s.books(3_50)
	})
}

// BIL-01: a car is in one place at a time. A stay that overlaps one which was billed is refused with the other named;
// what begins when the other ended is a stay of its own, and a stay that was taken back is in nobody's way.
func TestStaysOfOnePlateDoNotOverlap(t *testing.T) {
	each(t, func(s *desk) {
		t, ctx := s.t, s.t.Context()
		at := func(plate, in, out string) temporary.Parked {
			return temporary.Parked{Community: 1, Item: s.cars, Plate: plate, In: "2026-03-01T" + in, Out: "2026-03-01T" + out}
		}
		first := at("苏B88888", "09:00", "11:00")
		q, err := s.svc.Quote(ctx, s.clerk, first)
		s.must(err)
		c, err := s.svc.BillStay(ctx, s.clerk, first, q.Fen)
		s.must(err)
		for name, p := range map[string]temporary.Parked{
			"begins within": at("苏B88888", "10:00", "12:00"), "ends within": at("苏B88888", "08:00", "09:30"),
			"around it": at("苏B88888", "08:00", "12:00"), "inside": at("苏B88888", "09:30", "10:30"),
		} {
			_, err := s.svc.Quote(ctx, s.clerk, p)
			if field(err, "in") != "temporary.overlap" {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := s.svc.BillStay(ctx, s.clerk, p, 1); field(err, "in") != "temporary.overlap" {
				t.Errorf("%s, billed: %v", name, err)
			}
		}
		for name, p := range map[string]temporary.Parked{
			"the next one": at("苏B88888", "11:00", "11:45"), "the one before": at("苏B88888", "08:00", "09:00"), "another car": at("苏B88889", "10:00", "12:00"), "a longer plate": at("苏BD88888", "10:00", "12:00"),
		} {
			if _, err := s.svc.Quote(ctx, s.clerk, p); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = s.svc.TakeBack(ctx, s.boss, c.ID, "进场时间录错")
		s.must(err)
		if _, err := s.svc.Quote(ctx, s.clerk, at("苏B88888", "09:30", "11:00")); err != nil {
			t.Errorf("after it was taken back: %v", err)
		}
	})
}

// A stranger's stay stands under the passer-by, one for the community, and is paid at once.
func TestAPasserByPaysAtTheDesk(t *testing.T) {
	each(t, func(s *desk) {
		t, ctx := s.t, s.t.Context()
		_, err := s.till.Open(ctx, s.clerk, 1, 0)
		s.must(err)
		for i, plate := range []string{"苏B88888", "苏BD12345"} {
			p := temporary.Parked{Community: 1, Item: s.cars, Plate: plate, In: "2026-03-01T09:00", Out: "2026-03-01T10:00"}
			c, err := s.svc.BillStay(ctx, s.clerk, p, 5_00)
			if err != nil || c.Who != "散客" || !strings.HasPrefix(c.Explain.For, plate) {
				t.Fatalf("%+v %v", c.LineView, err)
			}
			paid, err := s.till.Pay(ctx, s.clerk, cashier.Paying{Room: c.Room, Way: "lines", Lines: []billing.LineID{c.ID}, Expected: 5_00, Means: ledger.Cash, Payer: "散客"})
			if err != nil || paid.Fen != 5_00 || paid.Number == "" {
				t.Fatalf("%d: %+v %v", i, paid, err)
			}
		}
		s.books(0)
		if n := dbtest.One[int64](t, s.d, `SELECT COUNT(*) FROM customer WHERE name = '散客'`); n != 1 {
			t.Errorf("%d archives of passers-by", n)
		}
		run, err := s.bills.Calculate(ctx, s.boss, 1, s.day("2026-03-02").Period(), nil)
		s.must(err)
		s.must(s.bills.Work(ctx, run.ID))
		run, err = s.bills.Run(ctx, s.boss, run.ID)
		if err != nil || slices.ContainsFunc(run.Summary.Warnings, func(w billing.Warning) bool { return strings.Contains(w.Label, "散客") }) {
			t.Errorf("a run asks about the passer-by: %+v %v", run.Summary, err)
		}
	})
}

// Days of a permit cost nothing and say so; what lies outside of it is charged.
func TestDaysOfAPermitCostNothing(t *testing.T) {
	each(t, func(s *desk) {
		t, ctx := s.t, s.t.Context()
		s.car(1, "浙A11111", 1502, 2000, "2026-02-01", "2026-03-31")
		s.car(2, "浙A22222", 1502, 2000, "2026-02-01", "2026-02-28")
		p := temporary.Parked{Community: 1, Item: s.cars, Plate: "浙A11111", In: "2026-02-27T09:00"}
		q, err := s.svc.Quote(ctx, s.clerk, p)
		if err != nil || q.Fen != 0 || len(q.Stay.Permits) != 1 || len(q.Stay.Parts) != 0 || q.Out != "2026-03-02T12:00" {
			t.Fatalf("%+v %v", q, err)
		}
		p.Out = q.Out
		if _, err := s.svc.BillStay(ctx, s.clerk, p, 0); !errors.Is(err, temporary.ErrFree) {
			t.Errorf("%v", err)
		}
		p.Plate, p.Out = "浙A22222", "2026-03-01T09:00" // from midnight: seven hours of night, four half hours of day
		q, err = s.svc.Quote(ctx, s.clerk, p)
		if err != nil || q.Fen != 17_00 || len(q.Stay.Parts) != 1 || q.Stay.Parts[0].From != "2026-03-01 00:00" {
			t.Errorf("%+v %v", q, err)
		}
	})
}

func TestAStayThatCannotBeIsRefusedAtItsField(t *testing.T) {
	each(t, func(s *desk) {
		t, ctx := s.t, s.t.Context()
		good := temporary.Parked{Community: 1, Item: s.cars, Plate: "浙A12345", In: "2026-03-02T08:00", Out: "2026-03-02T09:00"}
		for name, c := range map[string]struct {
			change func(*temporary.Parked)
			field  string
			code   string
		}{
			"no plate":        {func(p *temporary.Parked) { p.Plate = " " }, "plate", "required"},
			"no such plate":   {func(p *temporary.Parked) { p.Plate = "12" }, "plate", "parking.plate_form"},
			"no time":         {func(p *temporary.Parked) { p.In = "" }, "in", "wrong_form"},
			"in the future":   {func(p *temporary.Parked) { p.In, p.Out = "2026-03-02T12:01", "" }, "in", "temporary.ahead"},
			"out before in":   {func(p *temporary.Parked) { p.Out = "2026-03-02T07:59" }, "out", "temporary.out_before_in"},
			"years":           {func(p *temporary.Parked) { p.In = "2024-03-02T08:00" }, "in", "temporary.too_long"},
			"another item":    {func(p *temporary.Parked) { p.Item = s.repair }, "itemId", "not_found"},
			"another village": {func(p *temporary.Parked) { p.Community = 2 }, "", "not_found"},
		} {
			p := good
			c.change(&p)
			_, err := s.svc.Quote(ctx, s.clerk, p)
			if c.field == "" && !errors.Is(err, db.ErrNotFound) || c.field != "" && field(err, c.field) != c.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		s.clock.Advance(-time.Hour * 24 * 90) // before the tariff begins
		early := temporary.Parked{Community: 1, Item: s.cars, Plate: "浙A12345", In: "2025-12-01T08:00", Out: "2025-12-01T09:00"}
		if _, err := s.svc.Quote(ctx, s.clerk, early); !errors.Is(err, temporary.ErrNoTariff) {
			t.Errorf("%v", err)
		}
	})
}

// BIL-02: the rule of a stay is a version's; a price above the guided cap is refused, and so is a rule that cannot be.
func TestARuleOfParkingIsHeldAgainstItsCap(t *testing.T) {
	each(t, func(s *desk) {
		t, ctx := s.t, s.t.Context()
		ask := func(p billing.ParkingRule) error {
			_, err := s.bills.AskTariff(ctx, s.boss, s.cars, billing.TariffDraft{From: s.day("2026-04-01"), Document: "文件", Explanation: "说明", Parking: p})
			return err
		}
		if err := ask(billing.ParkingRule{By: "entry", Entry: 5_01}); field(err, "price") != billing.ErrOverCap.Code {
			t.Errorf("above the cap: %v", err)
		}
		if err := ask(billing.ParkingRule{}); field(err, "parking.by") != "required" {
			t.Errorf("no rule: %v", err)
		}
		if err := ask(billing.ParkingRule{By: "time", Step: 0, Price: 1, Cap: 1, NightStep: 60, NightFrom: 60, NightTo: 60}); field(err, "parking.step") == "" || field(err, "parking.capBy") == "" || field(err, "parking.nightTo") == "" {
			t.Errorf("no step: %v", err)
		}
		s.must(ask(billing.ParkingRule{By: "entry", Entry: 5_00, Step: 7}))
		page, err := s.bills.Publicity(ctx, 1)
		s.must(err)
		n := slices.IndexFunc(page.Items, func(c billing.PublicCharge) bool { return c.Basis == billing.ByParking })
		if n < 0 || page.Items[n].Tariffs[0].Parking.Price != 250 || page.Items[n].Tariffs[0].Price != "2.50" {
			t.Errorf("BIL-09: %+v", page.Items)
		}
	})
}
