package fee

import (
	"encoding/json"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/money"
)

// The second calculator on the inputs of the worked cases: it reads them by
// itself and knows nothing of the program but how a rounding is called.

// asked is an input of a case: every number a decimal string, every day ISO.
type asked map[string]any

const micro = 1_000_000 // numbers are counted in millionths

func (a asked) has(k string) bool { return a[k] != nil }

func (a asked) text(k string) string { s, _ := a[k].(string); return s }

func (a asked) list(k string) (out []asked) {
	all, _ := a[k].([]any)
	for _, one := range all {
		m, _ := one.(map[string]any)
		out = append(out, m)
	}
	return out
}

func (a asked) sub(k string) asked { m, _ := a[k].(map[string]any); return m }

func (a asked) words(k string) (out []string) {
	all, _ := a[k].([]any)
	for _, one := range all {
		s, _ := one.(string)
		out = append(out, s)
	}
	return out
}

// num is a number in millionths; other where there is none.
func (a asked) num(k string, other int64) *big.Int {
	s := a.text(k)
	if s == "" {
		return big.NewInt(other)
	}
	whole, part, _ := strings.Cut(s, ".")
	n, _ := new(big.Int).SetString(whole+(part + "000000")[:6], 10)
	return n
}

func (a asked) whole(k string) int64 {
	n, _ := strconv.ParseInt(a.text(k), 10, 64)
	return n
}

// day counts days; other where there is none.
func (a asked) day(k string, other int) int {
	at, err := time.Parse(time.DateOnly, a.text(k))
	if err != nil {
		return other
	}
	return int(at.Unix() / 86400)
}

func dateOf(day int) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }

// monthOf is the first day of a day's month and that of the next.
func monthOf(day int) (first, next int) {
	at := dateOf(day)
	return day - at.Day() + 1, int(time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func (a asked) rounding() money.Rounding {
	r := a.sub("rounding")
	return money.Rounding{Unit: money.Unit(r.text("unit")), Mode: money.Mode(r.text("mode"))}
}

func product(all ...*big.Int) *big.Int {
	out := big.NewInt(1)
	for _, n := range all {
		out.Mul(out, n)
	}
	return out
}

type answer = map[string]any

func no(why string) answer { return answer{"refused": why} }

var kindsOfCases = map[string]func(asked) answer{
	"area_fee": secondArea, "meter_fee": secondMeter, "tier_fee": secondTiers, "apportion": secondShares, "discount": secondDiscount, "tax": secondTax, "late_fee": secondLate,
	"allocate": secondAllocate, "prepay_refund": secondPrepaid, "collection_rate": secondRates,
	"refuse": nil, // says its own kind
}

func secondOf(kind string, in asked) answer {
	if kind == "refuse" {
		return secondOf(in.text("kind"), in.sub("input"))
	}
	return kindsOfCases[kind](in)
}

// Issue 6: the second calculator agrees on every worked case.
func TestTheSecondCalculatorAgreesOnTheWorkedCases(t *testing.T) {
	for _, row := range workedCases(t) {
		var in asked
		var want any
		if err := json.Unmarshal([]byte(row[3]), &in); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(row[4]), &want); err != nil {
			t.Fatal(err)
		}
		if have := asJSON(t, secondOf(row[2], in)); !reflect.DeepEqual(want, have) {
			t.Errorf("%s: %s\nwant %v\nsecond %v", row[0], row[5], want, have)
		}
	}
}

func asJSON(t testing.TB, v any) (out any) {
	t.Helper()
	raw, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// rowOn is the row of a table by date that holds on a day; nil: none does.
func rowOn(rows []asked, day int) (best asked) {
	for _, r := range rows {
		if from := r.day("from", 0); from <= day && (best == nil || from >= best.day("from", 0)) {
			best = r
		}
	}
	return best
}

// charged is the window of days that is charged (FAR-04), and the days within
// which values are read; half: the month of which half is charged, by its first day.
func (a asked) charged() (from, to, firstValue, lastValue, half int) {
	from, to = a.day("period_from", 0), a.day("period_to", 0)
	begins, ends := a.day("charge_from", from), a.day("charge_to", to)
	half = -1
	if begins > from {
		first, next := monthOf(begins)
		late := begins-first >= 15
		switch rule := a.text("first_month"); {
		case rule == "whole", rule == "half" && !late:
			from = first
		case rule == "half":
			from, half = begins, first
		case rule == "next" && begins > first:
			from = next
		default:
			from = begins
		}
	}
	if ends < to {
		to = ends
		if first, next := monthOf(ends); a.text("last_month") == "whole" && ends > first {
			to = next
		}
		if first, next := monthOf(ends); half == first && to < next {
			half = -1
		}
	}
	return from, to, max(from, begins), min(to, max(ends, from+1)) - 1, half
}

func secondArea(a asked) answer {
	how, lines, total := a.rounding(), []int64{}, int64(0)
	for _, booked := range a.sub("reversal_of").words("booked_lines_fen") {
		n, _ := strconv.ParseInt(booked, 10, 64)
		lines, total = append(lines, -n), total-n
	}
	if a.has("reversal_of") {
		return answer{"lines": lines, "total": total}
	}
	from, to, firstValue, lastValue, half := a.charged()
	type piece struct {
		line, month int
		rate        string // price × area
	}
	days, order, before, line := map[piece]int64{}, []piece{}, "", -1
	for d := from; d < to; d++ { // day by day
		at := min(max(d, firstValue), lastValue)
		price, area, debtor := rowOn(a.list("prices"), at), rowOn(a.list("areas"), at), rowOn(a.list("debtors"), at)
		if price == nil {
			return no("no_tariff")
		}
		p, q := price.num("price", 0), area.num("area", 0)
		if a.has("price_cap") && p.Cmp(a.num("price_cap", 0)) > 0 {
			return no("price_over_cap")
		}
		if now := p.String() + "|" + q.String() + "|" + debtor.text("debtor"); now != before {
			line, before = line+1, now
		}
		first, _ := monthOf(d)
		k := piece{line, first, product(p, q).String()}
		if days[k] == 0 {
			order = append(order, k)
		}
		days[k]++
	}
	for _, k := range order {
		first, next := monthOf(k.month)
		of := int64(next - first)
		if k.month == half { // half of the month, shared by its days that are charged
			of = 2 * int64(next-from)
		}
		rate, _ := new(big.Int).SetString(k.rate, 10)
		fen := divide(product(rate, big.NewInt(days[k]), big.NewInt(100)), product(big.NewInt(micro), big.NewInt(micro), big.NewInt(of)), how)
		for len(lines) <= k.line {
			lines = append(lines, 0)
		}
		lines[k.line], total = lines[k.line]+fen, total+fen
	}
	return answer{"lines": lines, "total": total}
}

// ticked is how far a register went, in millionths; false: backwards.
func ticked(from, to *big.Int, digits int64, plausible *big.Int) (*big.Int, bool) {
	went := new(big.Int).Sub(to, from)
	if went.Sign() >= 0 {
		return went, true
	}
	if digits == 0 || plausible == nil {
		return nil, false
	}
	turn := product(new(big.Int).Exp(big.NewInt(10), big.NewInt(digits), nil), big.NewInt(micro))
	went.Mod(went, turn)
	return went, new(big.Int).Sub(from, to).Cmp(turn) <= 0 && went.Cmp(plausible) <= 0
}

// used is the usage of a meter as a fraction of 10^20; nil: refused.
func (a asked) used() *big.Int {
	var plausible *big.Int
	if a.has("plausible_max") {
		plausible = a.num("plausible_max", 0)
	}
	to, r := a.num("this", 0), a.sub("replacement")
	if r != nil {
		to = r.num("old_final", 0)
	}
	went, ok := ticked(a.num("last", 0), to, a.whole("digits"), plausible)
	if !ok {
		return nil
	}
	sum := product(went, a.num("multiplier", micro))
	if r != nil {
		if went, ok = ticked(r.num("new_initial", 0), a.num("this", 0), r.whole("new_digits"), plausible); !ok {
			return nil
		}
		sum.Add(sum, product(went, r.num("new_multiplier", micro)))
	}
	return product(sum, new(big.Int).Add(big.NewInt(100*micro), a.num("loss_percent", 0)))
}

var usedOf = product(big.NewInt(micro), big.NewInt(micro), big.NewInt(100*micro))

// plain writes a fraction without the zeros at its end.
func plain(num, den *big.Int) string {
	s := new(big.Rat).SetFrac(num, den).FloatString(30)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func secondMeter(a asked) answer {
	u := a.used()
	if u == nil {
		return no("reading_backwards")
	}
	return answer{"usage": plain(u, usedOf), "amount": divide(product(u, a.num("price", 0), big.NewInt(100)), product(usedOf, big.NewInt(micro)), a.rounding())}
}

func secondTiers(a asked) answer {
	u := product(a.num("usage", 0), big.NewInt(micro), big.NewInt(100*micro))
	if !a.has("usage") {
		from := a
		if a.has("meter") {
			from = a.sub("meter")
		}
		if u = from.used(); u == nil {
			return no("reading_backwards")
		}
	}
	scale := product(big.NewInt(micro), big.NewInt(100*micro)) // from millionths to the usage's fraction
	from := product(a.num("used_before", 0), scale)
	to := new(big.Int).Add(from, u)
	raise := product(big.NewInt(max(0, a.whole("household")-a.whole("base"))), a.num("extra_per_person", 0), scale)
	volumes, sum, floor := []string{}, new(big.Int), new(big.Int)
	for _, tier := range a.list("tiers") { // what of the usage lies between two bounds
		low, high := bigger(from, floor), to
		if tier.has("up_to") {
			floor = new(big.Int).Add(product(tier.num("up_to", 0), scale), raise)
			high = smaller(to, floor)
		}
		volume := bigger(new(big.Int).Sub(high, low), new(big.Int))
		volumes = append(volumes, plain(volume, usedOf))
		sum.Add(sum, product(volume, tier.num("price", 0)))
	}
	return answer{"tier_volumes": volumes, "amount": divide(product(sum, big.NewInt(100)), product(usedOf, big.NewInt(micro)), a.rounding())}
}

func bigger(a, b *big.Int) *big.Int {
	if a.Cmp(b) < 0 {
		return b
	}
	return a
}

func smaller(a, b *big.Int) *big.Int {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

func secondShares(a asked) answer {
	rooms, weights := a.list("rooms"), []int64{}
	slices.SortFunc(rooms, func(x, y asked) int { return int(x.whole("order") - y.whole("order")) })
	for _, r := range rooms {
		w := r.num("weight", micro).Int64()
		if w < 0 {
			return no("negative_weight")
		}
		if excluded, _ := r["excluded"].(bool); excluded {
			w = 0
		}
		weights = append(weights, w)
	}
	fen := oneByOne(a.whole("cost_fen"), weights)
	if fen == nil {
		return no("zero_weight")
	}
	out := []answer{}
	for i, r := range rooms {
		out = append(out, answer{"room": r.text("room"), "fen": fen[i]})
	}
	return answer{"shares": out}
}
