package fee

import (
	"errors"
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

func TestSharesAddUpToTheCost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cost := money.Fen(rapid.Int64().Draw(t, "cost"))
		rooms := []Share{{Weight: big.NewRat(1, 3)}}
		for i := range rapid.IntRange(0, 20).Draw(t, "rooms") {
			rooms = append(rooms, Share{
				Weight:   big.NewRat(rapid.Int64Range(0, 1e12).Draw(t, fmt.Sprint("w", i)), rapid.Int64Range(1, 1e6).Draw(t, fmt.Sprint("d", i))),
				Excluded: rapid.Bool().Draw(t, fmt.Sprint("x", i)),
			})
		}
		got, err := Apportion(cost, rooms)
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := money.Sum(got...); err != nil || sum != cost {
			t.Fatal(sum, cost, err)
		}
		for i, r := range rooms {
			if (r.Excluded || r.Weight.Sign() == 0) && got[i] != 0 {
				t.Fatal("a room without weight pays", got[i])
			}
		}
	})
}

// BIL-05: what a room bears is what its debtors bear, however often they change.
func TestAShareByDaysAddsUpToTheShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := money.Fen(rapid.Int64().Draw(t, "share"))
		from := (clock.Day{}).Add(740_000)
		to := from.Add(rapid.IntRange(1, 92).Draw(t, "days"))
		debtors := []Dated[string]{{from.Add(-rapid.IntRange(0, 9).Draw(t, "before")), "a"}}
		for i := range rapid.IntRange(0, 6).Draw(t, "changes") {
			debtors = append(debtors, Dated[string]{from.Add(rapid.IntRange(-2, 95).Draw(t, fmt.Sprint("on", i))), rapid.SampledFrom([]string{"a", "b", "c", ""}).Draw(t, fmt.Sprint("who", i))})
		}
		who := Stretches(from, to, debtors)
		got, err := ByDays(share, who)
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := money.Sum(got...); err != nil || sum != share {
			t.Fatal(sum, share, err)
		}
		for i, s := range who {
			if !s.From.Before(s.To) || i == 0 && s.From != from || i > 0 && (who[i-1].To != s.From || who[i-1].Debtor == s.Debtor) {
				t.Fatalf("%+v", who)
			}
		}
		if who[len(who)-1].To != to {
			t.Fatal("days are left over")
		}
	})
}

func TestAPaymentIsAllocatedToTheFen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var debts []Debt
		var chosen []string
		owed := money.Fen(0)
		for i := range rapid.IntRange(0, 12).Draw(t, "debts") {
			d := Debt{Line: fmt.Sprintf("L%02d", i), Item: rapid.SampledFrom([]string{"fee", "water", "parking"}).Draw(t, fmt.Sprint("item", i)), Open: map[DebtPart]money.Fen{}}
			d.Due = (clock.Day{}).Add(700_000 + rapid.IntRange(0, 40).Draw(t, fmt.Sprint("due", i)))
			for _, p := range debtParts {
				d.Open[p] = money.Fen(rapid.Int64Range(0, 30_000).Draw(t, fmt.Sprint(p, i)))
				owed += d.Open[p]
			}
			if rapid.IntRange(0, 3).Draw(t, fmt.Sprint("chosen", i)) == 0 {
				chosen = append(chosen, d.Line)
			}
			debts = append(debts, d)
		}
		order := rapid.SampledFrom([]PayOrder{{}, {Items: []string{"water"}}, {Parts: []DebtPart{Principal, Costs}}}).Draw(t, "order")
		payment := money.Fen(rapid.Int64Range(1, 600_000).Draw(t, "payment"))
		got, left := Allocate(payment, debts, chosen, order)
		sum, reached := left, map[string]money.Fen{}
		for _, a := range got {
			sum += a.Fen
			reached[a.Line+string(a.Part)] += a.Fen
		}
		if sum != payment || left != max(0, payment-owed) {
			t.Fatalf("%d of %d are accounted for, %d left", sum, payment, left)
		}
		for _, d := range debts {
			for _, p := range debtParts {
				if reached[d.Line+string(p)] > d.Open[p] {
					t.Fatal("more was paid than was owed")
				}
			}
		}
	})
}

func TestALateFeeNeverFallsAsDaysPass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		due := (clock.Day{}).Add(740_000)
		o := Overdue{Principal: money.Fen(rapid.Int64Range(1, 1e7).Draw(t, "principal")), Due: due}
		left := o.Principal
		for i := range rapid.IntRange(0, 4).Draw(t, "payments") {
			p := money.Fen(rapid.Int64Range(0, int64(left)).Draw(t, fmt.Sprint("fen", i)))
			left -= p
			o.Payments = append(o.Payments, Paid{due.Add(rapid.IntRange(-10, 60).Draw(t, fmt.Sprint("day", i))), p})
		}
		rule := LateRule{big.NewRat(rapid.Int64Range(1, 30).Draw(t, "rate"), 10_000), rapid.IntRange(0, 15).Draw(t, "grace"), rapid.SampledFrom([]LateFrom{FromDue, FromGraceEnd}).Draw(t, "from"), rat(rapid.Int64Range(0, 100).Draw(t, "cap"))}
		before := money.Fen(0)
		for k := -5; k < 120; k++ {
			now, err := rule.LateFee(o, due.Add(k))
			if err != nil || now < before {
				t.Fatalf("day %d: %d after %d (%v)", k, now, before, err)
			}
			if k <= rule.Grace && now != 0 {
				t.Fatal("a fee within the grace")
			}
			before = now
		}
	})
}

func TestPrepaymentIsNeitherLostNorInvented(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := []string{"fee", "water"}
		var lines []Booked
		var from []Prepayment
		owed, had := money.Fen(0), money.Fen(0)
		for i := range rapid.IntRange(0, 6).Draw(t, "lines") {
			l := Booked{fmt.Sprint("L", i), rapid.SampledFrom(items).Draw(t, fmt.Sprint("li", i)), money.Fen(rapid.Int64Range(0, 9000).Draw(t, fmt.Sprint("lf", i)))}
			lines, owed = append(lines, l), owed+l.Fen
		}
		for i := range rapid.IntRange(0, 6).Draw(t, "prepayments") {
			p := Prepayment{fmt.Sprint("P", i), rapid.SampledFrom(append(items, "")).Draw(t, fmt.Sprint("pi", i)), (clock.Day{}).Add(1 + i%3), money.Fen(rapid.Int64Range(0, 9000).Draw(t, fmt.Sprint("pf", i)))}
			from, had = append(from, p), had+p.Fen
		}
		uses, open, rest := Deduct(lines, from)
		used := money.Fen(0)
		for _, u := range uses {
			used += u.Fen
		}
		for _, f := range open {
			owed -= f
		}
		for _, f := range rest {
			had -= f
		}
		if used != owed || used != had {
			t.Fatal(used, owed, had)
		}
	})
}

func TestTaxAndNetAreTheAmount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := money.Fen(rapid.Int64Range(-1e12, 1e12).Draw(t, "amount"))
		rate := big.NewRat(rapid.Int64Range(0, 17).Draw(t, "rate"), 100)
		tax, net, err := Tax(amount, rate)
		if err != nil || tax+net != amount {
			t.Fatal(tax, net, err)
		}
		if back, _, err := Tax(-amount, rate); err != nil || back != -tax {
			t.Fatal("a reversal's tax is not its opposite", back, tax, err)
		}
	})
}

func TestWhatIsNoNumberIsRefused(t *testing.T) {
	for _, s := range []string{"", "-", ".5", "5.", "1/2", "1e3", "0x1", "+1", " 1", "1,0", "1_0", "１"} {
		if r, err := Decimal(s); !errors.Is(err, ErrDecimal) {
			t.Errorf("%q was taken as %v", s, r)
		}
	}
	for s, want := range map[string]string{"3.20": "3.2", "-0.50": "-0.5", "7": "7", "100": "100", "0.000": "0"} {
		if r, err := Decimal(s); err != nil || Text(r) != want {
			t.Errorf("%q: %v %v", s, r, err)
		}
	}
	if got := Text(big.NewRat(1, 3)); got != "0.333333333333" {
		t.Error(got)
	}
}

func TestTiersWithoutOrderAreRefused(t *testing.T) {
	for name, tiers := range map[string][]Tier{
		"none": {}, "no open end": {{rat(10), rat(1)}}, "falling": {{rat(10), rat(1)}, {rat(5), rat(1)}, {nil, rat(1)}}, "open in the middle": {{nil, rat(1)}, {nil, rat(1)}},
	} {
		if _, _, err := (Tiered{Tiers: tiers, Usage: rat(1)}).Amount(); !errors.Is(err, ErrTiers) {
			t.Error(name, err)
		}
	}
}

func TestARolloverIsSaid(t *testing.T) {
	m := Meter{Last: rat(9990), This: rat(10), Digits: 4, Plausible: rat(60)}
	if !m.RolledOver() {
		t.Error("it did")
	}
	m.Last = rat(5)
	if m.RolledOver() {
		t.Error("it did not")
	}
}
