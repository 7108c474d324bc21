package fee

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// A second calculator, written from 08a alone and in another way: integers over
// a common denominator, day by day, one fen after the other. 10,000 random
// cases must agree.

const randomCases = 10_000

type second struct{ r *rand.Rand }

func (s second) n(lo, hi int) int { return lo + s.r.IntN(hi-lo+1) }

func (s second) cents(lo, hi int) (*big.Rat, int64) {
	n := s.n(lo, hi)
	return big.NewRat(int64(n), 100), int64(n)
}

// divide rounds num/den fen (den > 0) to a multiple of unit.
func divide(num, den *big.Int, how money.Rounding) int64 {
	unit := map[money.Unit]int64{money.UnitFen: 1, money.UnitJiao: 10, money.UnitYuan: 100}[how.Unit]
	d := new(big.Int).Mul(den, big.NewInt(unit))
	q, m := new(big.Int).DivMod(num, d, new(big.Int))
	twice := new(big.Int).Lsh(m, 1).Cmp(d)
	switch how.Mode {
	case money.HalfUp:
		if twice > 0 || twice == 0 && num.Sign() >= 0 {
			q.Add(q, big.NewInt(1))
		}
	case money.HalfEven:
		if twice > 0 || twice == 0 && q.Bit(0) == 1 {
			q.Add(q, big.NewInt(1))
		}
	case money.Ceil:
		if m.Sign() > 0 {
			q.Add(q, big.NewInt(1))
		}
	}
	return q.Int64() * unit
}

func (s second) rounding() money.Rounding {
	return money.Rounding{
		Unit: []money.Unit{money.UnitFen, money.UnitFen, money.UnitJiao, money.UnitYuan}[s.n(0, 3)],
		Mode: []money.Mode{money.HalfUp, money.HalfEven, money.Floor, money.Ceil}[s.n(0, 3)],
	}
}

func day(t testing.TB, y int, m time.Month, d int) clock.Day {
	t.Helper()
	out, err := clock.NewDay(y, m, d)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheSecondCalculatorAgreesOnTime(t *testing.T) {
	s := second{rand.New(rand.NewPCG(8, 1))}
	for i := range randomCases {
		from := day(t, 2024+s.n(0, 4), time.Month(s.n(1, 12)), 1)
		to := from.Period().Add(s.n(1, 14)).First()
		span := Span{From: from, To: to, Rounding: s.rounding(), Debtors: []Dated[string]{{day(t, 2000, 1, 1), "a"}}}
		span.Prices = []Dated[*big.Rat]{{From: day(t, 2000, 1, 1)}}
		span.Amounts = []Dated[*big.Rat]{{From: day(t, 2000, 1, 1)}}
		prices, areas := make([]int64, 3), make([]int64, 2)
		for k := range 3 {
			if k > 0 && s.n(0, 1) == 0 {
				continue
			}
			if k > 0 { // one price begins on a day
				after := max2(from, span.Prices[len(span.Prices)-1].From.Add(1))
				span.Prices = append(span.Prices, Dated[*big.Rat]{From: after.Add(s.n(0, to.Sub(from)))})
			}
			span.Prices[len(span.Prices)-1].Value, prices[len(span.Prices)-1] = s.cents(1, 990)
		}
		if s.n(0, 2) == 0 {
			span.Amounts = append(span.Amounts, Dated[*big.Rat]{From: from.Add(s.n(0, to.Sub(from)))})
		}
		for k := range span.Amounts {
			span.Amounts[k].Value, areas[k] = s.cents(100, 30_000)
		}
		if s.n(0, 2) == 0 {
			span.Debtors = append(span.Debtors, Dated[string]{from.Add(s.n(0, to.Sub(from))), "b"})
		}
		if s.n(0, 1) == 0 {
			span.Begins = from.Add(s.n(0, to.Sub(from)-1))
		}
		if s.n(0, 2) == 0 {
			span.Ends = to.Add(-s.n(0, to.Sub(from)))
		}
		lines, err := span.Lines()
		if err != nil {
			t.Fatal(i, err)
		}
		want := byDays(span, prices, areas)
		got := map[clock.Day]int64{}
		for k, l := range lines {
			got[l.From] = int64(l.Fen)
			if k > 0 && lines[k-1].To != l.From || !l.From.Before(l.To) {
				t.Fatalf("case %d: lines do not follow each other: %v", i, lines)
			}
		}
		for d, fen := range want {
			if got[d] != fen {
				t.Fatalf("case %d, line of %s: %d, the second calculator has %d\n%+v", i, d, got[d], fen, span)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("case %d: %d lines, the second calculator has %d", i, len(got), len(want))
		}
	}
}

// byDays walks day by day and counts how many days of each month cost what.
func byDays(s Span, prices, areas []int64) map[clock.Day]int64 {
	type cell struct {
		line  clock.Day
		month clock.Period
		rate  int64
	}
	days := map[cell]int64{}
	var line clock.Day
	last := [3]int64{-1, -1, -1}
	row := func(n int, from func(int) clock.Day, d clock.Day) (best int64) {
		for k := range n {
			if !from(k).After(d) && (from(int(best)).After(d) || !from(k).Before(from(int(best)))) {
				best = int64(k)
			}
		}
		return best
	}
	for d := s.From; d.Before(s.To); d = d.Add(1) {
		if d.Before(s.Begins) || !s.Ends.IsZero() && !d.Before(s.Ends) {
			continue
		}
		p := row(len(s.Prices), func(k int) clock.Day { return s.Prices[k].From }, d)
		a := row(len(s.Amounts), func(k int) clock.Day { return s.Amounts[k].From }, d)
		b := row(len(s.Debtors), func(k int) clock.Day { return s.Debtors[k].From }, d)
		now := [3]int64{prices[p], areas[a], int64(len(s.Debtors[b].Value)) + int64(s.Debtors[b].Value[0])}
		if now != last {
			line, last = d, now
		}
		days[cell{line, d.Period(), now[0] * now[1]}]++
	}
	out := map[clock.Day]int64{}
	for c, n := range days {
		num := new(big.Int).Mul(big.NewInt(c.rate), big.NewInt(n)) // 1/100 yuan × 1/100 ㎡ = 1/100 fen
		out[c.line] += divide(num, big.NewInt(100*int64(c.month.Days())), s.Rounding)
	}
	return out
}

func TestTheSecondCalculatorAgreesOnSharing(t *testing.T) {
	s := second{rand.New(rand.NewPCG(8, 2))}
	for i := range randomCases {
		cost := int64(s.n(0, 1_000_000))
		n := s.n(1, 30)
		weights, rooms := make([]int64, n), make([]Share, n)
		for k := range n {
			rooms[k].Weight, weights[k] = s.cents(0, []int{3, 30_000}[s.n(0, 1)])
			if rooms[k].Excluded = s.n(0, 9) == 0; rooms[k].Excluded {
				weights[k] = 0
			}
		}
		got, err := Apportion(money.Fen(cost), rooms)
		want := oneByOne(cost, weights)
		if (err != nil) != (want == nil) {
			t.Fatalf("case %d: %v, the second calculator has %v", i, err, want)
		}
		if err == nil && !slices.Equal(ints(got), want) {
			t.Fatalf("case %d: %v, the second calculator has %v for %d over %v", i, got, want, cost, weights)
		}
	}
}

// oneByOne hands out the fen left over one after the other, each to the room
// whose remainder is largest now.
func oneByOne(cost int64, weights []int64) []int64 {
	total := int64(0)
	for _, w := range weights {
		total += w
	}
	if total == 0 {
		return nil
	}
	out, rest, left := make([]int64, len(weights)), make([]int64, len(weights)), cost
	for i, w := range weights {
		out[i], rest[i] = cost*w/total, cost*w%total
		left -= out[i]
	}
	for ; left > 0; left-- {
		best := 0
		for i, r := range rest {
			if r > rest[best] {
				best = i
			}
		}
		out[best]++
		rest[best] = -1
	}
	return out
}

func TestTheSecondCalculatorAgreesOnSharesByDays(t *testing.T) {
	s := second{rand.New(rand.NewPCG(8, 9))}
	for i := range randomCases {
		share := int64(s.n(0, 50_000))
		from := day(t, 2024+s.n(0, 4), time.Month(s.n(1, 12)), 1)
		to := from.Period().Add(1).First()
		debtors := []Dated[string]{{from, "a"}}
		for range s.n(0, 3) {
			debtors = append(debtors, Dated[string]{debtors[len(debtors)-1].From.Add(s.n(1, 12)), string(rune('a' + s.n(0, 2)))})
		}
		who := Stretches(from, to, debtors)
		got, err := ByDays(money.Fen(share), who)
		if err != nil {
			t.Fatal(i, err)
		}
		var names []string
		var days []int64
		for d := from; d.Before(to); d = d.Add(1) { // one day after the other
			name := ""
			for _, row := range debtors {
				if !d.Before(row.From) {
					name = row.Value
				}
			}
			if n := len(names); n == 0 || names[n-1] != name {
				names, days = append(names, name), append(days, 0)
			}
			days[len(days)-1]++
		}
		if want := oneByOne(share, days); !slices.Equal(ints(got), want) {
			t.Fatalf("case %d: %v, the second calculator has %v for %d over %v", i, got, want, share, days)
		}
		for k, w := range who {
			if w.Debtor != names[k] {
				t.Fatalf("case %d: %+v, the second calculator has %v", i, who, names)
			}
		}
	}
}

func TestTheSecondCalculatorAgreesOnLateFees(t *testing.T) {
	s := second{rand.New(rand.NewPCG(8, 3))}
	for i := range randomCases {
		principal := int64(s.n(1, 1_000_000))
		due := day(t, 2026, 1, 1).Add(s.n(0, 700))
		perDay, percent := int64(s.n(1, 50)), int64(s.n(1, 120)) // of 1/10,000; %
		rule := LateRule{big.NewRat(perDay, 10_000), s.n(0, 20), []LateFrom{FromDue, FromGraceEnd, ""}[s.n(0, 2)], big.NewRat(percent, 1)}
		o := Overdue{Principal: money.Fen(principal), Due: due}
		left := principal
		for range s.n(0, 4) {
			part := min(left, int64(s.n(1, int(principal))))
			left -= part
			o.Payments = append(o.Payments, Paid{due.Add(s.n(-20, 200)), money.Fen(part)})
		}
		for range s.n(0, 2) {
			first := due.Add(s.n(-10, 100))
			o.Paused = append(o.Paused, Days{first, first.Add(s.n(0, 30))})
		}
		asOf := due.Add(s.n(-5, 400))
		got, err := rule.LateFee(o, asOf)
		if err != nil {
			t.Fatal(err)
		}
		if want := lateByDays(o, rule, perDay, percent, asOf); int64(got) != want {
			t.Fatalf("case %d: %d, the second calculator has %d\n%+v\n%+v as of %s", i, got, want, rule, o, asOf)
		}
	}
}

func lateByDays(o Overdue, r LateRule, perDay, percent int64, asOf clock.Day) int64 {
	paidBy := func(d clock.Day) (sum int64) {
		for _, p := range o.Payments {
			if p.Day.Sub(d) <= 0 {
				sum += int64(p.Fen)
			}
		}
		return sum
	}
	if asOf.Sub(o.Due) <= r.Grace || paidBy(o.Due.Add(r.Grace)) >= int64(o.Principal) {
		return 0
	}
	sum := int64(0)
	for k := 1; k <= asOf.Sub(o.Due); k++ {
		d := o.Due.Add(k)
		counts := r.From != FromGraceEnd || k > r.Grace
		for _, p := range o.Paused {
			counts = counts && (d.Sub(p.First) < 0 || d.Sub(p.Last) > 0)
		}
		if counts {
			sum += int64(o.Principal) - paidBy(d)
		}
	}
	// In 1/10,000 of a fen: the cap is percent/100 of the principal.
	fee := min(sum*perDay, int64(o.Principal)*percent*100)
	return divide(big.NewInt(fee), big.NewInt(10_000), money.Rounding{Unit: money.UnitFen, Mode: money.HalfUp})
}

func TestTheSecondCalculatorAgreesOnTiersAndDiscounts(t *testing.T) {
	s := second{rand.New(rand.NewPCG(8, 4))}
	for i := range randomCases {
		how := s.rounding()
		bounds := []int64{int64(s.n(1, 300)), 0}
		bounds[1] = bounds[0] + int64(s.n(1, 300))
		extra, people, base := int64(s.n(0, 40)), s.n(1, 8), s.n(1, 5)
		before, usage := int64(s.n(0, 500)), int64(s.n(0, 500))
		tiered := Tiered{Before: rat(before), Usage: rat(usage), People: people, Base: base, ExtraShift: rat(extra)}
		prices := make([]int64, 3)
		for k := range 3 {
			tier := Tier{}
			tier.Price, prices[k] = s.cents(1, 900)
			if k < 2 {
				tier.UpTo = rat(bounds[k])
			}
			tiered.Tiers = append(tiered.Tiers, tier)
		}
		_, exact, err := tiered.Amount()
		if err != nil {
			t.Fatal(err)
		}
		shift := extra * int64(max(0, people-base))
		sum := int64(0)
		for unit := before + 1; unit <= before+usage; unit++ { // unit by unit of volume
			switch {
			case unit <= bounds[0]+shift:
				sum += prices[0]
			case unit <= bounds[1]+shift:
				sum += prices[1]
			default:
				sum += prices[2]
			}
		}
		got, err := yuan(exact, how)
		if want := divide(big.NewInt(sum), big.NewInt(1), how); err != nil || int64(got) != want {
			t.Fatalf("tiers, case %d: %d, the second calculator has %d", i, got, want)
		}
		off := []int64{int64(s.n(0, 100)), int64(s.n(0, 100))}
		_, taken, after, err := Discounted([]*big.Rat{exact}, []Discount{
			{Kind: Fixed, Off: rat(int64(s.n(0, 5000)))}, {Kind: EarlyPayment, OffPercent: rat(off[1])}, {Kind: Vacancy, OffPercent: rat(off[0])},
		}, how)
		if err != nil {
			t.Fatal(err)
		}
		first := divide(big.NewInt(sum*(100-off[0])), big.NewInt(100), how)
		then := divide(big.NewInt(sum*(100-off[0])*(100-off[1])), big.NewInt(10_000), how)
		if int64(taken[0].Fen) != int64(got)-first || int64(taken[1].Fen) != first-then || after < 0 || after+taken[0].Fen+taken[1].Fen+taken[2].Fen != got {
			t.Fatalf("discounts, case %d: %v leave %d of %d", i, taken, after, got)
		}
	}
}
