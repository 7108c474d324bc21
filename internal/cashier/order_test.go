package cashier_test

import (
	"errors"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
)

// ordered sets the community's order of allocation.
func (e *env) ordered(d cashier.OrderDraft) cashier.Order {
	e.t.Helper()
	now := must(e.svc.Order(e.t.Context(), e.boss, 1))(e.t)
	return must(e.svc.SetOrder(e.t.Context(), e.boss, 1, match(now.Version).Expect, d))(e.t)
}

// second is a charge of 50.00 a month for each room, due on the 20th, without late fees.
func (e *env) second() billing.ItemID {
	e.t.Helper()
	i := must(e.bills.Create(e.t.Context(), e.anna, 1, billing.ItemRules{
		Code: "garbage", Name: "垃圾清运费", Basis: billing.ByRoom, Starts: "always", Period: "month", DueDay: 20, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up",
		TaxRate: rate("0.06"), LateFrom: "due", PriceKind: "market",
	}))(e.t)
	v := must(e.bills.AskTariff(e.t.Context(), e.anna, i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "50", Document: "合同", Explanation: "每户每月"}))(e.t)
	e.decide("billing.tariff", "tariff:"+v.ID.String(), true)
	return i.ID
}

// PAY-01, Civil Code art. 560, 561: where the contract has an order of its own, a payment follows it; else late fees come before the principal, earliest due first.
func TestAPaymentFollowsTheContractsOrder(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		fee, garbage := e.fee(), e.second()
		e.billed("2026-01")
		e.on("2026-02-20")
		e.open()
		// 200.00 due on 15 January with 35 days of late fee (3.50), and 50.00 due on the 20th.
		reached := func() map[billing.ItemID][2]money.Fen {
			t.Helper()
			out := map[billing.ItemID][2]money.Fen{}
			for _, o := range must(e.svc.Counter(t.Context(), e.anna, 1000, nil))(t).Lines {
				out[o.Item] = [2]money.Fen{o.Open, o.Late}
			}
			return out
		}
		for _, c := range []struct {
			name  string
			order cashier.OrderDraft
			left  map[billing.ItemID][2]money.Fen // principal and late fee after 60.00
		}{
			{"as the law has it", cashier.OrderDraft{Late: "first"}, map[billing.ItemID][2]money.Fen{fee: {14350, 0}, garbage: {5000, 0}}},
			{"late fees last", cashier.OrderDraft{Late: "last", Document: "物业服务合同第12条"}, map[billing.ItemID][2]money.Fen{fee: {14000, 350}, garbage: {5000, 0}}},
			{"the garbage first", cashier.OrderDraft{Late: "first", Items: cashier.Items{garbage}, Document: "物业服务合同第12条"}, map[billing.ItemID][2]money.Fen{fee: {19350, 0}}},
		} {
			o := e.ordered(c.order)
			if shown := must(e.svc.Counter(t.Context(), e.anna, 1000, nil))(t).Order; shown.Late != o.Late || len(shown.Items) != len(o.Items) || shown.Document != o.Document {
				t.Errorf("%s: the desk shows %+v", c.name, shown)
			}
			in := paying(1000, "amount", 6000)
			in.Amount, in.Expected = 6000, must(e.svc.Counter(t.Context(), e.anna, 1000, nil))(t).Total
			p := must(e.svc.Pay(t.Context(), e.anna, in))(t)
			got := reached()
			for item, want := range c.left {
				if got[item] != want {
					t.Errorf("%s: %v is left, want %v", c.name, got[item], want)
				}
			}
			if len(got) != len(c.left) {
				t.Errorf("%s: %v is left", c.name, got)
			}
			v := must(e.svc.One(t.Context(), e.anna, p.ID))(t)
			must(e.svc.AskVoid(t.Context(), e.anna, p.ID, match(v.Version), "收错"))(t)
			e.decide("cashier.void", "payment:"+p.ID.String(), true)
		}
		// What the payer names comes before any contract.
		var line billing.LineID
		for _, o := range must(e.svc.Counter(t.Context(), e.anna, 1000, nil))(t).Lines {
			if o.Item == fee {
				line = o.ID
			}
		}
		if _, err := e.take(cashier.Taking{Community: 1, Room: 1000, Payer: "业主", Fen: 6000, Means: "cash", Source: "desk:named", Lines: []billing.LineID{line}}); err != nil {
			t.Fatal(err)
		}
		if got := reached(); got[fee] != [2]money.Fen{14350, 0} || got[garbage] != [2]money.Fen{5000, 0} {
			t.Errorf("what the payer names: %v", got)
		}
		e.whole()
	})
}

// PAY-01: an order of its own needs the contract that says so, is changed by who approves charges, and is told in the trail.
func TestAnOrderOfItsOwnNeedsItsContract(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		fee := e.fee()
		set := func(d cashier.OrderDraft, version int64) error {
			_, err := e.svc.SetOrder(t.Context(), e.boss, 1, match(version).Expect, d)
			return err
		}
		field(t, set(cashier.OrderDraft{Late: "last"}, 0), "document", "required")
		field(t, set(cashier.OrderDraft{Late: "first", Items: cashier.Items{fee, fee}, Document: "合同"}, 0), "items[1]", "cashier.order_twice")
		field(t, set(cashier.OrderDraft{Late: "first", Items: cashier.Items{42}, Document: "合同"}, 0), "items[0]", "not_found")
		if err := set(cashier.OrderDraft{Late: "last", Document: "合同"}, 0); err != nil {
			t.Fatal(err)
		}
		if err := set(cashier.OrderDraft{Late: "first"}, 0); !errors.Is(err, db.ErrStale) {
			t.Errorf("a version that nobody saw: %v", err)
		}
		if _, err := e.svc.SetOrder(t.Context(), e.boss, 2, match(0).Expect, cashier.OrderDraft{Late: "first"}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's: %v", err)
		}
		if err := set(cashier.OrderDraft{Late: "first", Document: "合同"}, 1); err != nil {
			t.Fatal(err)
		}
		if o := must(e.svc.Order(t.Context(), e.anna, 1))(t); o.Document != "" || o.Version != 2 {
			t.Errorf("the law's order rests on no contract: %+v", o)
		}
		if n := dbtest.One[int](t, e.d, `SELECT COUNT(*) FROM audit WHERE subject = 'pay_order:'`+` || $1`, "0000000000001"); n != 2 {
			t.Errorf("%d entries in the trail", n)
		}
	})
}
