package cashier_test

import (
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
)

func period(s string) clock.Period { p, _ := clock.ParsePeriod(s); return p }

// early has a rule approved: 5 % off what is paid ten days before it is due.
func (e *env) early(d billing.EarlyDraft) billing.EarlyRule {
	e.t.Helper()
	d.Item, d.Reason = e.item, "业主大会决议"
	if d.First.IsZero() {
		d.First, d.Last = period("2026-01"), period("2026-12")
	}
	r := must(e.bills.AskEarly(e.t.Context(), e.anna, d))(e.t)
	e.decide("billing.early", "early_rule:"+r.ID.String(), true) // asserts that who asked may not decide
	return r
}

// shownEarly checks what the page of charges says of early payment on a day (BIL-09).
func (e *env) shownEarly(on string, want ...billing.PublicEarly) {
	e.t.Helper()
	e.on(on)
	p := must(e.bills.Publicity(e.t.Context(), 1))(e.t)
	if !slices.Equal(p.Items[0].Early, want) {
		e.t.Errorf("on %s: %+v, want %+v", on, p.Items[0].Early, want)
	}
}

func (e *env) off() money.Fen {
	return dbtest.One[money.Fen](e.t, e.d, `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payment WHERE means = 'early' AND reversed_at IS NULL`)
}

// BIL-02, FAR-08: 200.00 due on the 15th, 5 % off until the 5th: 190.00 settles it, on the 6th nothing less than 200.00.
func TestWhoPaysTheWholeLineEarlyPaysLess(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.early(billing.EarlyDraft{Way: billing.EarlyLine, Days: 10, Percent: "5"})
		e.open()
		e.on("2026-03-05")
		e.billed("2026-03")
		c := must(e.svc.Counter(t.Context(), e.anna, 1000, nil))(t)
		if c.Total != 190_00 || len(c.Lines[0].Early) != 1 || c.Lines[0].Early[0].Off != 10_00 || c.Lines[0].Early[0].Until != day("2026-03-05") || c.Lines[0].Open != 200_00 {
			t.Fatalf("%s %+v", c.Total, c.Lines[0].Early)
		}
		in := paying(1000, "until", 200_00)
		in.Until = day("2026-03-31")
		if _, err := e.svc.Pay(t.Context(), e.anna, in); !errors.Is(err, cashier.ErrChanged) {
			t.Error("what was seen is what is taken:", err)
		}
		in.Expected = 190_00
		p := must(e.svc.Pay(t.Context(), e.anna, in))(t)
		if p.Fen != 190_00 || p.Off != 10_00 || e.off() != 10_00 {
			t.Error(p.Fen, p.Off, e.off())
		}
		if open, _, _ := e.due(1000, "2026-03-06"); open != 0 {
			t.Error("it is settled:", open)
		}
		if got := e.balance(1000, ledger.Early); got != 10_00 {
			t.Error("the books say what was taken off:", got)
		}
		e.whole()
		// A part earns nothing, whenever it is paid.
		part := paying(1001, "amount", 190_00)
		part.Amount = 189_99
		must(e.svc.Pay(t.Context(), e.anna, part))(t)
		if open, _, lines := e.due(1001, "2026-03-05"); open != 10_01 || len(lines[0].Early) != 0 {
			t.Error("a part earns nothing:", open, lines[0].Early)
		}
		// What is over is prepaid, and the line is settled with less.
		over := e.taken(taking(1002, 200_00, "bank:1"))
		if open, _, _ := e.due(1002, "2026-03-05"); open != 0 || e.balance(1002, ledger.Prepaid) != -10_00 {
			t.Error(open, e.balance(1002, ledger.Prepaid), over.Fen)
		}
		e.on("2026-03-06")
		if c := must(e.svc.Counter(t.Context(), e.anna, 1003, nil))(t); c.Total != 200_00 || len(c.Lines[0].Early) != 0 {
			t.Error("a day late earns nothing:", c.Total)
		}
		e.whole()
	})
}

// A payment that is voided takes along what it had earned; the line is open as it was.
func TestWhatWasTakenOffGoesBackWithThePayment(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.early(billing.EarlyDraft{Way: billing.EarlyLine, Days: 10, Percent: "5"})
		e.open()
		e.on("2026-03-02")
		e.billed("2026-03")
		in := paying(1000, "until", 190_00)
		in.Until = day("2026-03-31")
		p := must(e.svc.Pay(t.Context(), e.anna, in))(t)
		must(e.svc.AskVoid(t.Context(), e.anna, p.ID, match(p.Version), "支票退票"))(t)
		e.decide("cashier.void", "payment:"+p.ID.String(), true)
		if open, _, lines := e.due(1000, "2026-03-20"); open != 200_00 || len(lines[0].Early) != 0 {
			t.Error("bounced after the day: all of it is owed:", open)
		}
		if e.off() != 0 || e.balance(1000, ledger.Early) != 0 || e.balance(1000, ledger.Receivable) != 200_00 {
			t.Error(e.off(), e.balance(1000, ledger.Early))
		}
		// What was taken off cannot be voided by itself.
		again := must(e.svc.Pay(t.Context(), e.anna, in))(t)
		for _, one := range must(e.svc.OfRoom(t.Context(), e.anna, 1000))(t) {
			if one.EarlyOf == again.ID {
				if _, err := e.svc.AskVoid(t.Context(), e.anna, one.ID, match(one.Version), "x"); !errors.Is(err, cashier.ErrNotNow) {
					t.Error(err)
				}
			}
		}
		e.whole()
	})
}

// A year that is billed whole and paid at once by 31 March has 8 % off each line
// that is open; the same months paid by halves have none.
func TestAWholeYearPaidAtOnceHasLess(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.early(billing.EarlyDraft{Way: billing.EarlyYear, Until: "03-31", Percent: "8"})
		e.open()
		e.on("2026-01-10")
		for m := range 11 {
			e.billed(fmt.Sprintf("2026-%02d", m+1))
		}
		if c := must(e.svc.Counter(t.Context(), e.anna, 1000, nil))(t); c.Total != 2200_00 {
			t.Error("eleven months are no year:", c.Total)
		}
		e.billed("2026-12")
		c := must(e.svc.Counter(t.Context(), e.anna, 1000, nil))(t)
		if c.Total != 2208_00 || len(c.Lines[0].Early) != 1 || len(c.Lines[0].Early[0].With) != 11 {
			t.Fatal(c.Total, c.Lines[0].Early)
		}
		some := paying(1000, "lines", 1000_00)
		for _, l := range c.Lines[:5] {
			some.Lines = append(some.Lines, l.ID)
		}
		p := must(e.svc.Pay(t.Context(), e.anna, some))(t)
		if p.Off != 0 || e.off() != 0 {
			t.Error("five months earn nothing:", p.Off)
		}
		if c := must(e.svc.Counter(t.Context(), e.anna, 1000, nil))(t); c.Total != 7*184_00 {
			t.Error("the rest of the year, paid at once, does:", c.Total)
		}
		all := paying(1001, "until", 2208_00)
		all.Until = day("2026-12-31")
		if p := must(e.svc.Pay(t.Context(), e.anna, all))(t); p.Fen != 2208_00 || p.Off != 192_00 {
			t.Error(p.Fen, p.Off)
		}
		// Too little for the year: months are paid in full, oldest first.
		e.taken(taking(1002, 2207_99, "bank:2"))
		if open, _, _ := e.due(1002, "2026-01-10"); open != 192_01 {
			t.Error("one fen short:", open)
		}
		e.whole()
	})
}

// A line that is corrected after it was paid early keeps its percentage, of the new amount; the difference in money is prepaid.
func TestACorrectedLineIsReducedByItsOwnAmount(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.early(billing.EarlyDraft{Way: billing.EarlyLine, Days: 10, Percent: "5"})
		e.open()
		e.on("2026-03-02")
		e.billed("2026-03")
		in := paying(1000, "until", 190_00)
		in.Until = day("2026-03-31")
		must(e.svc.Pay(t.Context(), e.anna, in))(t)
		if !e.correctedMonth("2026-03", "1.50") {
			t.Fatal("nothing was corrected")
		}
		if open, _, _ := e.due(1000, "2026-03-20"); open != 0 || e.off() != 7_50 || e.balance(1000, ledger.Prepaid) != -47_50 {
			t.Error(open, e.off(), e.balance(1000, ledger.Prepaid)) // 150.00 − 5 % = 142.50 of 190.00
		}
		e.whole()
	})
}

// A rule that was ended holds for today, for nothing that is paid later; one that nobody approved for nothing.
func TestARuleHoldsWhenItIsApprovedAndUntilItIsEnded(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.on("2026-03-02")
		e.billed("2026-03")
		d := billing.EarlyDraft{Item: e.item, Way: billing.EarlyLine, Days: 1, Percent: "5", First: period("2026-01"), Last: period("2026-12"), Reason: "试行"}
		r := must(e.bills.AskEarly(t.Context(), e.anna, d))(t)
		if _, _, lines := e.due(1000, "2026-03-02"); len(lines[0].Early) != 0 {
			t.Error("nobody approved it")
		}
		e.shownEarly("2026-03-02")
		_, err := e.bills.AskEarly(t.Context(), e.anna, d)
		field(t, err, "first", billing.ErrDiscountTwo.Code)
		e.decide("billing.early", "early_rule:"+r.ID.String(), true)
		r = must(e.bills.EarlyList(t.Context(), e.anna, 1, 0, 10))(t)[0].EarlyRule
		if _, _, lines := e.due(1000, "2026-03-10"); len(lines[0].Early) != 1 {
			t.Error("it is approved")
		}
		e.shownEarly("2026-03-02", billing.PublicEarly{Way: billing.EarlyLine, Days: 1, Percent: "5", First: d.First, Last: d.Last})
		if _, err := e.bills.EndEarly(t.Context(), e.anna, r.ID, func(int64) error { return nil }); err != nil {
			t.Fatal(err)
		}
		e.shownEarly("2026-03-02", billing.PublicEarly{Way: billing.EarlyLine, Days: 1, Percent: "5", First: d.First, Last: d.Last})
		e.shownEarly("2026-03-03")
		e.on("2026-03-02")
		for on, n := range map[string]int{"2026-03-02": 1, "2026-03-03": 0} {
			if _, _, lines := e.due(1000, on); len(lines[0].Early) != n {
				t.Error(on, lines[0].Early)
			}
		}
		for name, bad := range map[string]billing.EarlyDraft{"percent": {Percent: "100"}, "until": {Way: billing.EarlyYear, Percent: "5", Until: "02-30"}, "last": {Percent: "5", First: period("2026-05"), Last: period("2026-04")}} {
			bad.Item, bad.Reason = e.item, "x"
			if bad.First.IsZero() {
				bad.First, bad.Last = d.First, d.Last
			}
			_, err := e.bills.AskEarly(t.Context(), e.anna, bad)
			field(t, err, name, map[string]string{"percent": "wrong_form", "until": billing.ErrEarlyDay.Code, "last": billing.ErrLongTerm.Code}[name])
		}
	})
}

// Who has prepaid enough when the bill is booked pays early, and less.
func TestWhatIsPaidFromAheadOnTheDayOfBookingIsEarly(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.early(billing.EarlyDraft{Way: billing.EarlyLine, Days: 10, Percent: "5"})
		e.on("2026-03-02")
		e.taken(taking(1000, 195_00, "bank:1"))
		e.taken(taking(1001, 189_00, "bank:2"))
		e.moved(e.billed("2026-03"))
		if open, _, _ := e.due(1000, "2026-03-02"); open != 0 || e.balance(1000, ledger.Prepaid) != -5_00 || e.off() != 10_00 {
			t.Error(open, e.balance(1000, ledger.Prepaid), e.off())
		}
		if open, _, _ := e.due(1001, "2026-03-02"); open != 11_00 {
			t.Error("too little ahead is a part:", open)
		}
		e.whole()
	})
}

// Random prices, areas and percentages: the offer is what a second calculator of whole numbers says.
func TestASecondCalculatorAgreesOnEarlyPayment(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	for range 5000 {
		price, area, percent := int64(1+r.IntN(999)), int64(1+r.IntN(30000)), int64(1+r.IntN(9999)) // hundredths
		exactly := big.NewInt(0).Mul(big.NewInt(price), big.NewInt(area))                           // fen × 100
		booked := half(exactly, 100)
		l := billing.LineView{}
		l.Price, l.Quantity, l.Fen = hundredths(price), hundredths(area), money.Fen(booked)
		l.Explain.Rounding = money.Rounding{Unit: money.UnitFen, Mode: money.HalfUp}
		l.Explain.Parts = []billing.Part{{Month: period("2026-03"), Days: 31, Of: 31, Fen: money.Fen(booked)}}
		off, err := billing.EarlyRule{EarlyDraft: billing.EarlyDraft{Percent: hundredths(percent)}}.Off(l)
		want := booked - half(exactly.Mul(exactly, big.NewInt(10000-percent)), 100*10000)
		if err != nil || int64(off) != want {
			t.Fatalf("%s × %s less %s %%: %d, want %d (%v)", l.Price, l.Quantity, hundredths(percent), off, want, err)
		}
	}
}

func half(n *big.Int, by int64) int64 {
	q, m := new(big.Int).DivMod(n, big.NewInt(by), new(big.Int))
	if m.Int64()*2 >= by {
		q.Add(q, big.NewInt(1))
	}
	return q.Int64()
}

func hundredths(n int64) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }
