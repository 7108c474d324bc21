package billing_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"guanjia/internal/approval"
	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// env is a community with ten rooms, somebody who bills and somebody who decides.
type env struct {
	t     *testing.T
	d     *db.DB
	svc   *billing.Service
	inbox *approval.Service
	clerk authz.Actor
	boss  authz.Actor
}

var all = []authz.Action{billing.ActView, billing.ActEdit, billing.ActDiscount, billing.ActApprove, billing.ActMeters, billing.ActMeterEdit, billing.ActRead, billing.ActBills, billing.ActRun, billing.ActBook, approval.ActDecide, approval.ActInbox, ledger.ActView, "customer.view", "customer.names"}

func each(t *testing.T, fn func(t *testing.T, e *env)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		e := &env{t: t, d: d, svc: &billing.Service{DB: d}, inbox: &approval.Service{DB: d}}
		e.svc.Approve(e.inbox)
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES (1, 'finance', '财务', 'finance', 1)`)
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
		for i := range 10 {
			dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, floor, building_area, state, handed_over_on, notes, version)
				VALUES ($1, 1, 100, $2, $3, $2, $2, 'home', $4, $5, 'occupied', '2020-01-01', '', 1)`, 1000+i, fmt.Sprintf("1-10%d", i), fmt.Sprintf("1栋10%d", i), i+1, 8537+i)
			dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES ($1, 1, $2, 'person', $3, '', '', '[]', '', 1)`, 2000+i, fmt.Sprint("A", i), fmt.Sprint("业主", i))
			dbtest.Exec(t, d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, version) VALUES ($1, 1, $2, $3, 'owner', '', 1)`, 3000+i, 2000+i, 1000+i)
		}
		fn(t, e)
	})
}

func day(s string) clock.Day { d, _ := clock.ParseDay(s); return d }

func rate(s string) money.Rate { r, _ := money.ParseRate(s); return r }

func propertyFee() billing.ItemRules {
	return billing.ItemRules{
		Code: "property", Name: "物业费", Basis: billing.ByBuildingArea, Starts: "always", Period: "month", DueDay: 15, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up",
		TaxRate: rate("0.06"), LateFrom: "due", PriceKind: "guided", Cap: "2.50", CapPaper: "价格〔2024〕7号",
	}
}

func (e *env) item(r billing.ItemRules) billing.Item {
	e.t.Helper()
	i, err := e.svc.Create(e.t.Context(), e.clerk, 1, r)
	if err != nil {
		e.t.Fatal(err)
	}
	return i
}

func (e *env) tariff(of billing.ItemID, d billing.TariffDraft) billing.Tariff {
	e.t.Helper()
	if d.Document == "" {
		d.Document, d.Explanation = "备案2024-1", "按建筑面积收取"
	}
	t, err := e.svc.AskTariff(e.t.Context(), e.clerk, of, d)
	if err != nil {
		e.t.Fatal(err)
	}
	e.decide("billing.tariff", "tariff:"+t.ID.String(), true)
	return t
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

func match(v int64) web.Match { return web.Match{IfMatch: fmt.Sprintf("%q", fmt.Sprint(v))} }

// calculated is a dry run of a month.
func (e *env) calculated(month string) billing.Run {
	e.t.Helper()
	p, _ := clock.ParsePeriod(month)
	r, err := e.svc.Calculate(e.t.Context(), e.clerk, 1, p, nil)
	if err != nil {
		e.t.Fatal(err)
	}
	return e.worked(r.ID)
}

func (e *env) worked(id billing.RunID) billing.Run {
	e.t.Helper()
	if err := e.svc.Work(e.t.Context(), id); err != nil {
		e.t.Fatal(err)
	}
	r, err := e.svc.Run(e.t.Context(), e.clerk, id)
	if err != nil {
		e.t.Fatal(err)
	}
	return r
}

func (e *env) booked(r billing.Run) billing.Run {
	e.t.Helper()
	r, err := e.svc.Submit(e.t.Context(), e.clerk, r.ID, match(r.Version), "11月", true)
	if err != nil {
		e.t.Fatal(err)
	}
	e.decide("billing.book", "bill_run:"+r.ID.String(), true)
	return e.worked(r.ID)
}

func (e *env) owed() (sum money.Fen, n int64) {
	e.t.Helper()
	sum = dbtest.One[money.Fen](e.t, e.d, `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM bill_line WHERE reversed_at IS NULL`)
	return sum, dbtest.One[int64](e.t, e.d, `SELECT COUNT(*) FROM bill_line WHERE reversed_at IS NULL`)
}

func (e *env) whole() ledger.Report {
	e.t.Helper()
	l := &ledger.Service{DB: e.d}
	if _, err := l.Seal(e.t.Context()); err != nil {
		e.t.Fatal(err)
	}
	r, err := l.Verify(e.t.Context())
	if err != nil || len(r.Broken) != 0 {
		e.t.Fatalf("%+v %v", r, err)
	}
	return r
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

// BIL-06: calculated, approved by somebody else, booked; again adds nothing; cancelled by reversal.
func TestAMonthIsBilledOnceHoweverOftenItIsRun(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(propertyFee())
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.50"})
		dry := e.calculated("2026-11")
		if dry.State != billing.Calculated || dry.Total != 10 || dry.Summary.Rooms != 10 || dry.Summary.Errors != 0 {
			t.Fatalf("%+v", dry)
		}
		if _, n := e.owed(); n != 0 {
			t.Error("a dry run is owed")
		}
		if bills, err := e.svc.Bills(t.Context(), e.clerk, 1000); err != nil || len(bills) != 0 {
			t.Error("a dry run is shown", err)
		}
		r := e.booked(dry)
		if r.State != billing.BookedRun || r.Done != 10 || r.Decider == "" || r.Decider == r.ByName {
			t.Fatalf("%+v", r)
		}
		bills, err := e.svc.Bills(t.Context(), e.clerk, 1000)
		if err != nil || len(bills) != 1 {
			t.Fatal(bills, err)
		}
		// 2.50 × 85.37 = 213.425 → 213.43, of which 6/106 are tax.
		if b := bills[0]; b.Fen != 21343 || b.Tax != 1208 || b.Who != "业主0" || b.Due != day("2026-11-15") || b.Price != "2.5" || b.Quantity != "85.37" || b.Document == "" || b.Approver != r.Decider || len(b.Explain.Parts) != 1 {
			t.Errorf("%+v", b)
		}
		sum, _ := e.owed()
		if v := e.whole(); v.Txns != 10 || v.Turnover != sum || sum != r.Amount {
			t.Errorf("%+v, owed %s", v, sum)
		}
		// A room is added later: the second run bills it and nothing else.
		dbtest.Exec(t, e.d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, building_area, state, notes, version) VALUES (1999, 1, 100, '1-199', '1栋199', '1-199', '1-199', 'home', 10000, 'unsold', '', 1)`)
		again := e.calculated("2026-11")
		if again.Total != 1 || again.Summary.Known != 10 || again.Amount != 25000 {
			t.Fatalf("%+v", again)
		}
		e.booked(again)
		if late, err := e.svc.Bills(t.Context(), e.clerk, 1999); err != nil || len(late) != 1 || late[0].Who != "" {
			t.Error("unsold rooms are the developer's", late, err)
		}
		r, err = e.svc.AskCancel(t.Context(), e.clerk, r.ID, match(r.Version), "面积有误")
		if err != nil {
			t.Fatal(err)
		}
		e.decide("billing.cancel", "bill_run:"+r.ID.String(), true)
		if r = e.worked(r.ID); r.State != billing.Cancelled {
			t.Fatal(r.State)
		}
		if sum, n := e.owed(); n != 1 || sum != 25000 {
			t.Error(sum, n)
		}
		if v := e.whole(); v.Txns != 21 || v.Turnover != 25000 {
			t.Errorf("%+v", v)
		}
		// Reversed lines do not count: the month can be billed anew.
		if third := e.calculated("2026-11"); third.Total != 10 {
			t.Errorf("%+v", third)
		}
	})
}

// Two runs of one month calculated side by side book every line once, and the books agree.
func TestTwoRunsOfOneMonthBookNothingTwice(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(propertyFee())
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.50"})
		a, b := e.calculated("2026-11"), e.calculated("2026-11")
		e.booked(a)
		b = e.booked(b)
		if b.Summary.Skipped != 10 || b.Amount != 0 {
			t.Errorf("%+v", b)
		}
		sum, n := e.owed()
		if n != 10 || sum != a.Amount {
			t.Error(n, sum, a.Amount)
		}
		if v := e.whole(); v.Txns != 10 || v.Turnover != sum {
			t.Errorf("%+v", v)
		}
	})
}

// A worker that dies in the middle is followed by another, which goes on.
func TestARunThatBrokeOffGoesOn(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(propertyFee())
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.50"})
		r := e.calculated("2026-11")
		r, err := e.svc.Submit(t.Context(), e.clerk, r.ID, match(r.Version), "11月", false)
		if err != nil {
			t.Fatal(err)
		}
		e.decide("billing.book", "bill_run:"+r.ID.String(), true)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := e.svc.Work(ctx, r.ID); err == nil {
			t.Fatal("a worker without a context worked")
		}
		if bills, _ := e.svc.Bills(t.Context(), e.clerk, 1000); len(bills) != 0 {
			t.Error("half a run is shown")
		}
		if r = e.worked(r.ID); r.State != billing.BookedRun {
			t.Fatal(r.State)
		}
		if _, n := e.owed(); n != 10 {
			t.Error(n)
		}
		e.whole()
	})
}

// BIL-02, BIL-02a: cap, overlap, document and explanation, four eyes, versions by reach.
func TestTariffsHaveABasisAndSomebodyElseApproves(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(propertyFee())
		ask := func(d billing.TariffDraft) error {
			_, err := e.svc.AskTariff(t.Context(), e.clerk, i.ID, d)
			return err
		}
		good := billing.TariffDraft{From: day("2024-01-01"), Price: "2.50", Document: "备案2024-1", Explanation: "按建筑面积"}
		over, bare := good, good
		over.Price, bare.Document, bare.Explanation = "2.51", "", " "
		field(t, ask(over), "price", "billing.price_over_cap")
		field(t, ask(bare), "document", "required")
		field(t, ask(bare), "explanation", "required")
		if err := ask(good); err != nil {
			t.Fatal(err)
		}
		field(t, ask(good), "from", "billing.tariff_overlap")
		if r := e.calculated("2026-11"); r.Total != 0 || r.Summary.Errors != 10 || r.Summary.Warnings[0].Code != "no_tariff" {
			t.Errorf("a version that nobody approved is in force: %+v", r.Summary)
		}
		full, err := e.svc.Item(t.Context(), e.clerk, i.ID)
		if err != nil {
			t.Fatal(err)
		}
		e.decide("billing.tariff", "tariff:"+full.Tariffs[0].ID.String(), true)
		e.tariff(i.ID, billing.TariffDraft{From: day("2026-11-16"), Price: "2.00"})
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-06-01"), Room: 1001, Price: "1.00"})
		r := e.calculated("2026-11")
		lines, err := e.svc.RunLines(t.Context(), e.clerk, r.ID, 0, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		// 1-100: 15 days at 2.50, 15 at 2.00; 1-101 has a price of its own all month.
		got := map[housing.RoomID][]money.Fen{}
		for _, l := range lines {
			got[l.Room] = append(got[l.Room], l.Fen)
		}
		if fmt.Sprint(got[1000]) != "[106.71 85.37]" || fmt.Sprint(got[1001]) != "[85.38]" {
			t.Error(got[1000], got[1001])
		}
	})
}

// BIL-04: backwards is refused, unusual is confirmed, a replacement and a rollover are understood.
func TestReadingsAreCheckedAndBilled(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		water := propertyFee()
		water.Code, water.Name, water.Basis, water.MeterKind, water.PriceKind, water.Cap, water.CapPaper = "water", "水费", billing.ByMeter, "water", "market", "", ""
		i := e.item(water)
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Tiers: billing.Tiers{{UpTo: "20", Price: "3.45"}, {Price: "4.83"}}})
		m, err := e.svc.CreateMeter(t.Context(), e.clerk, 1, billing.MeterDraft{Kind: "water", Number: "W-1", Room: 1000, Digits: 4, Plausible: "60"}, &billing.Entered{On: day("2026-08-31"), Value: "9960"})
		if err != nil {
			t.Fatal(err)
		}
		enter := func(on, value string, more ...func(*billing.Entered)) error {
			r := billing.Entered{Meter: m.ID, On: day(on), Value: value}
			for _, f := range more {
				f(&r)
			}
			_, err := e.svc.Enter(t.Context(), e.clerk, 1, []billing.Entered{r})
			return err
		}
		if err := enter("2026-09-30", "9970"); err != nil {
			t.Fatal(err)
		}
		field(t, enter("2026-09-30", "9971"), "readings[0].on", "billing.reading_order")
		field(t, enter("2026-10-31", "9900"), "readings[0].value", "billing.reading_backwards")
		if err := enter("2026-10-31", "0002", func(r *billing.Entered) { r.Confirmed = true }); err != nil { // 32 used, rolled over
			t.Fatal(err)
		}
		field(t, enter("2026-11-30", "102"), "readings[0].value", "billing.reading_unusual")
		if err := enter("2026-11-30", "7", func(r *billing.Entered) { r.OldFinal, r.NewInitial = "12", "2" }); err != nil { // 10 + 5
			t.Fatal(err)
		}
		oct := e.calculated("2026-10")
		// Since the first reading 42 m³: 20 × 3.45 + 22 × 4.83 = 175.26.
		if oct.Total != 1 || oct.Amount != 17526 {
			t.Fatalf("%+v", oct)
		}
		e.booked(oct)
		nov := e.calculated("2026-11")
		lines, err := e.svc.RunLines(t.Context(), e.clerk, nov.ID, 0, 0, 10)
		if err != nil || len(lines) != 1 || lines[0].Quantity != "15" || lines[0].Explain.Meter.Remark != "replaced" || lines[0].Fen != 5175 {
			t.Errorf("%+v %v", lines, err)
		}
		if r := e.calculated("2026-12"); r.Total != 0 || r.Summary.Errors != 1 || r.Summary.Warnings[0].Code != "no_reading" {
			t.Errorf("a month without a reading: %+v", r.Summary)
		}
	})
}

// BIL-05: the shares add up to the cost to the fen, and everyone sees the calculation.
func TestAPublicCostIsSharedToTheFen(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		share := propertyFee()
		share.Code, share.Name, share.Basis, share.ShareBy, share.PriceKind, share.Cap, share.CapPaper, share.TaxRate = "light", "公摊电费", billing.ByShare, "area", "market", "", "", rate("0")
		i := e.item(share)
		nov, _ := clock.ParsePeriod("2026-11")
		c, err := e.svc.AddCost(t.Context(), e.clerk, 1, billing.CostDraft{Item: i.ID, Period: nov, Name: "1栋楼道照明", Amount: "1234.57", Excluded: billing.Texts{"1-100"}})
		if err != nil {
			t.Fatal(err)
		}
		r := e.calculated("2026-11")
		if r.Amount != 123457 || r.Total != 9 {
			t.Fatalf("%+v", r)
		}
		r = e.booked(r)
		bills, err := e.svc.Bills(t.Context(), e.clerk, 1001)
		if err != nil || len(bills) != 1 || bills[0].Explain.Shares[0].Rooms != 9 || bills[0].Explain.Shares[0].Cost != 123457 {
			t.Errorf("%+v %v", bills, err)
		}
		if err := e.svc.RemoveCost(t.Context(), e.clerk, c.ID, func(int64) error { return nil }); !errors.Is(err, billing.ErrBooked) {
			t.Error("a cost that was billed was taken away", err)
		}
	})
}

// BIL-03: a formula is tried when it is saved; at a run a room it cannot be computed for is listed.
func TestAFormulaNeverTurnsIntoZero(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		lift := propertyFee()
		lift.Code, lift.Name, lift.Basis, lift.PriceKind, lift.Cap, lift.CapPaper = "lift", "电梯费", billing.ByFormula, "market", "", ""
		for formula, code := range map[string]string{"price * storeys": "billing.formula_unknown_name", "price * (": "billing.formula_syntax", "price / (floor - 3)": "billing.formula_divide_by_zero_at"} {
			lift.Formula = formula
			_, err := e.svc.Create(t.Context(), e.clerk, 1, lift)
			field(t, err, "formula", code)
		}
		lift.Formula = "if(floor <= 2, 0, price + (floor - 3) * 0.5)"
		i := e.item(lift)
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "8"})
		dbtest.Exec(t, e.d, `UPDATE room SET floor = NULL WHERE id = 1009`)
		r := e.calculated("2026-11")
		if r.Total != 7 || r.Summary.Errors != 1 || r.Summary.Warnings[0].Code != "formula" || r.Summary.Warnings[0].Label != "1-109" {
			t.Errorf("%+v", r.Summary)
		}
		if _, err := e.svc.Submit(t.Context(), e.clerk, r.ID, match(r.Version), "x", false); !errors.Is(err, billing.ErrHasErrors) {
			t.Error(err)
		}
		lines, err := e.svc.RunLines(t.Context(), e.clerk, r.ID, 0, 0, 100)
		if err != nil || lines[0].Fen != 800 || lines[0].Explain.Numbers != "if(3 <= 2, 0, 8 + (3 - 3) * 0.5)" {
			t.Errorf("%+v %v", lines, err)
		}
	})
}

// A change of owner in the middle of the month makes a line for each.
func TestEachOwnerOwesForTheirDays(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(propertyFee())
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.50"})
		dbtest.Exec(t, e.d, `UPDATE relation SET to_on = '2026-11-11' WHERE id = 3000`)
		dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES (3999, 1, 2001, 1000, 'owner', '', '2026-11-11', 1)`)
		dbtest.Exec(t, e.d, `UPDATE relation SET to_on = '2026-11-20' WHERE id = 3002`)
		r := e.calculated("2026-11")
		lines, err := e.svc.RunLines(t.Context(), e.clerk, r.ID, 0, 0, 100)
		if err != nil || lines[0].Who != "业主0" || lines[0].Fen != 7114 || lines[1].Who != "业主1" || lines[1].Fen != 14228 {
			t.Errorf("%+v %v", lines[:2], err)
		}
		if r.Summary.Errors != 1 || r.Summary.Warnings[0].Code != "no_debtor" {
			t.Errorf("nobody owes from the 20th: %+v", r.Summary)
		}
	})
}

func TestAnotherCommunitySeesNothing(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(propertyFee())
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.50"})
		r := e.booked(e.calculated("2026-11"))
		stranger := dbtest.Actor(13, []authz.CommunityID{2}, all...)
		if _, err := e.svc.Item(t.Context(), stranger, i.ID); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}
		if _, err := e.svc.Run(t.Context(), stranger, r.ID); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}
		if _, err := e.svc.Bills(t.Context(), stranger, 1000); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}
		if _, err := e.svc.AskCancel(t.Context(), stranger, r.ID, match(r.Version), "x"); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestThePageOfChargesShowsWhatIsApprovedToWhoeverAsks(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(propertyFee())
		e.tariff(i.ID, billing.TariffDraft{From: day("2025-01-01"), Price: "2.00"})
		e.tariff(i.ID, billing.TariffDraft{From: day("2025-06-01"), Price: "2.10"})
		e.tariff(i.ID, billing.TariffDraft{From: day("2025-01-01"), Price: "1.00", Room: 1000})
		if _, err := e.svc.AskTariff(t.Context(), e.clerk, i.ID, billing.TariffDraft{From: day("2025-07-01"), Price: "2.20", Document: "未批", Explanation: "未批"}); err != nil {
			t.Fatal(err)
		}
		p, err := e.svc.Publicity(t.Context(), 1)
		if err != nil || len(p.Items) != 1 || p.Items[0].Cap != "2.50" || p.Items[0].CapPaper == "" {
			t.Fatalf("%+v %v", p, err)
		}
		if all := p.Items[0].Tariffs; len(all) != 1 || all[0].Price != "2.10" || all[0].Document != "备案2024-1" || all[0].Explanation == "" || !all[0].InForce {
			t.Errorf("%+v", all)
		}
		if p, err := e.svc.Publicity(t.Context(), 2); err != nil || len(p.Items) != 0 {
			t.Errorf("of another community: %+v %v", p, err)
		}
	})
}
