package fee

import (
	"math/big"
	"slices"
	"sort"

	"guanjia/internal/platform/money"
)

// The second calculator on what is done with bills: reductions, tax, lateness,
// payments, what is paid ahead, rates.

func secondDiscount(a asked) answer {
	how := a.rounding()
	months, num, den := max(1, a.whole("months")), product(a.num("price", 0), a.num("area", 0), big.NewInt(100)), product(big.NewInt(micro), big.NewInt(micro))
	if a.has("days") {
		num, den = product(num, big.NewInt(a.whole("days"))), product(den, big.NewInt(a.whole("days_in_month")))
	}
	left := months * divide(num, den, how)
	before, lines := left, []answer{}
	for _, step := range [][]string{{"vacancy"}, {"staff", "hardship"}, {"early_payment"}, {"fixed"}} {
		for _, d := range a.list("discounts") {
			if !slices.Contains(step, d.text("type")) {
				continue
			}
			now := int64(0)
			switch {
			case d.text("type") != "fixed":
				num, den = product(num, new(big.Int).Sub(big.NewInt(100*micro), d.num("off_percent", 0))), product(den, big.NewInt(100*micro))
				now = months * divide(num, den, how)
			default:
				if months > 1 { // from here on it is one amount, the sum of the rounded months
					num, den, months = big.NewInt(left), big.NewInt(1), 1
				}
				num = bigger(new(big.Int), new(big.Int).Sub(num, product(big.NewInt(d.whole("off_fen")), den)))
				now = divide(num, den, how)
			}
			lines, left = append(lines, answer{"type": d.text("type"), "fen": left - now}), now
		}
	}
	return answer{"before": before, "discount_lines": lines, "amount": left}
}

func secondTax(a asked) answer {
	amount, rate := a.whole("amount_fen"), a.num("tax_rate", 0)
	tax := divide(product(big.NewInt(amount), rate), new(big.Int).Add(big.NewInt(micro), rate), money.Rounding{Unit: money.UnitFen, Mode: money.HalfUp})
	return answer{"tax": tax, "net": amount - tax}
}

func secondLate(a asked) answer {
	due, asOf, grace, principal := a.day("due_day", 0), a.day("as_of", 0), int(a.whole("grace_days")), a.whole("principal_fen")
	open := func(day int) int64 { // at its end
		left := principal
		for _, p := range a.list("principal_payments") {
			if p.day("day", 0) <= day {
				left -= p.whole("fen")
			}
		}
		return left
	}
	days := int64(0) // fen × days
	first := due + 1
	if a.text("from") == "grace_end" {
		first += grace
	}
	for d := first; d <= asOf && asOf > due+grace && open(due+grace) > 0; d++ {
		paused := slices.ContainsFunc(a.list("paused"), func(p asked) bool { return p.day("first_day", 0) <= d && d <= p.day("last_day", 0) })
		if !paused {
			days += open(d)
		}
	}
	num := smaller(product(big.NewInt(days), a.num("rate_per_day", 0), big.NewInt(100)), product(big.NewInt(principal), a.num("cap_percent", 0)))
	total := divide(num, big.NewInt(100*micro), money.Rounding{Unit: money.UnitFen, Mode: money.HalfUp})
	return answer{"total": total, "due_now": total - a.whole("booked_earlier_fen")}
}

// secondAllocate puts every part of every debt into one row and pays along it.
func secondAllocate(a asked) answer {
	type part struct {
		key        [3]int
		due        int
		line, kind string
		fen        int64
	}
	kinds, contract := []string{"costs", "late_fee", "principal"}, a.sub("contract_order")
	rank := func(of []string, what string) int {
		if i := slices.Index(of, what); i >= 0 {
			return i
		}
		return len(of)
	}
	var row []part
	owed := int64(0)
	for _, d := range a.list("debts") {
		for k, kind := range kinds {
			p := part{due: d.day("due_day", 0), line: d.text("line"), kind: kind, fen: d.whole(kind + "_fen")}
			if !slices.Contains(a.words("chosen"), p.line) {
				p.key[0] = 1
			}
			p.key[2] = k
			switch contract.text("by") {
			case "item":
				p.key[1] = rank(contract.words("order"), d.text("item"))
			case "kind":
				p.key[2] = rank(contract.words("order"), kind)*10 + k
			}
			row, owed = append(row, p), owed+p.fen
		}
	}
	sort.Slice(row, func(i, j int) bool {
		x, y := row[i], row[j]
		if x.key != y.key {
			return slices.Compare(x.key[:], y.key[:]) < 0
		}
		if x.due != y.due {
			return x.due < y.due
		}
		return x.line < y.line
	})
	out, left := []answer{}, a.whole("payment_fen")
	for _, p := range row {
		fen := int64(0)
		for ; fen < p.fen && left > 0; fen++ { // one fen after the other
			left--
		}
		if owed -= fen; fen > 0 {
			out = append(out, answer{"line": p.line, "part": p.kind, "fen": fen})
		}
	}
	return answer{"allocations": out, "prepayment": left, "still_owed": owed}
}

func secondPrepaid(a asked) answer {
	if a.text("do") == "refund" {
		return secondUnserved(a)
	}
	from, rest := a.list("prepayments"), map[string]int64{}
	for _, p := range from {
		rest[p.text("id")] = p.whole("fen")
	}
	uses, opens, left := []answer{}, []answer{}, []answer{}
	for _, l := range a.list("lines") {
		need := l.whole("fen")
		for need > 0 { // from the best that has something
			best := asked(nil)
			better := func(p asked) bool {
				if best == nil || p.has("item") != best.has("item") {
					return best == nil || p.has("item")
				}
				return p.text("paid_on")+p.text("id") < best.text("paid_on")+best.text("id")
			}
			for _, p := range from {
				if rest[p.text("id")] > 0 && (!p.has("item") || p.text("item") == l.text("item")) && better(p) {
					best = p
				}
			}
			if best == nil {
				break
			}
			fen := min(need, rest[best.text("id")])
			need, rest[best.text("id")] = need-fen, rest[best.text("id")]-fen
			uses = append(uses, answer{"line": l.text("id"), "prepayment": best.text("id"), "fen": fen})
		}
		opens = append(opens, answer{"line": l.text("id"), "fen": need})
	}
	for _, p := range from {
		left = append(left, answer{"prepayment": p.text("id"), "fen": rest[p.text("id")]})
	}
	return answer{"uses": uses, "open": opens, "left": left}
}

func secondUnserved(a asked) answer {
	ends, notBegun, begun := a.day("service_ends", 0), int64(0), int64(0)
	for _, p := range a.list("prepaid") {
		num := product(p.num("price", 0), a.num("area", 0), new(big.Int).Sub(big.NewInt(100*micro), p.num("off_percent", 0)))
		for first, next := monthOf(p.day("from", 0)); first < p.day("to", 0); first, next = monthOf(next) {
			unserved := int64(0)
			for d := first; d < next; d++ {
				if d >= ends {
					unserved++
				}
			}
			fen := divide(product(num, big.NewInt(unserved)), product(big.NewInt(micro), big.NewInt(micro), big.NewInt(micro), big.NewInt(int64(next-first))), a.rounding())
			if unserved == int64(next-first) {
				notBegun += fen
			} else {
				begun += fen
			}
		}
	}
	return answer{"months_not_begun": notBegun, "month_in_progress": begun, "refund": notBegun + begun}
}

func secondRates(a asked) answer {
	from, to := a.day("period_from", 0), a.day("period_to", 0)
	began := map[string]int{}
	var accrual, cash, arrears [2]int64
	for _, l := range a.list("lines") {
		began[l.text("line")] = l.day("period_from", 0)
		switch day := began[l.text("line")]; {
		case day < from:
			arrears[1] += l.whole("fen")
		case day < to:
			accrual[1] += l.whole("fen")
		}
	}
	for _, r := range a.list("reversals") {
		switch day := began[r.text("line")]; {
		case day >= from && day < to:
			accrual[1] -= r.whole("fen")
		case day < from && r.day("day", 0) < from:
			arrears[1] -= r.whole("fen")
		}
	}
	for _, r := range a.list("receipts") {
		fen, on, day := r.whole("fen"), r.day("day", 0), began[r.text("line")]
		within := on >= from && on < to
		switch {
		case day >= from && day < to:
			accrual[0] += fen
			if within {
				cash[0] += fen
			}
		case day < from && on < from:
			arrears[1] -= fen
		case day < from && within:
			arrears[0] += fen
		}
	}
	cash[1] = accrual[1]
	show := func(r [2]int64) answer {
		percent := "–"
		if r[1] != 0 {
			sign, n := int64(1), r[1]
			if n < 0 {
				sign, n = -1, -n
			}
			p := divide(big.NewInt(sign*r[0]*10_000), big.NewInt(n), money.Rounding{Unit: money.UnitFen, Mode: money.HalfUp})
			percent = money.Fen(p).String()
		}
		return answer{"numerator": r[0], "denominator": r[1], "percent": percent}
	}
	return answer{"accrual": show(accrual), "cash": show(cash), "arrears": show(arrears)}
}
