package cashier

import (
	"strconv"

	"guanjia/internal/billing"
	"guanjia/internal/fee"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// history is what happened to a line since it was booked.
type history struct {
	parts  []Part
	pauses []pause
	waived money.Fen
}

// pause is a row of late_pause.
type pause struct {
	Line  billing.LineID `db:"line_id"`
	First clock.Day      `db:"first_on"`
	Last  clock.Day      `db:"last_on"` // zero: until further notice
}

// open is what is open on a line for somebody who pays on a day: the late fee
// is that through the day before (FAR-10).
func open(l billing.LineView, h history, rule fee.LateRule, day clock.Day) (Open, error) {
	o := Open{LineView: l, Waived: h.waived}
	over := fee.Overdue{Principal: l.Fen, Due: l.Due}
	for _, p := range h.parts {
		if p.Part == LateFee {
			o.LatePaid += p.Fen
			continue
		}
		o.Paid += p.Fen
		over.Payments = append(over.Payments, fee.Paid{Day: p.Day, Fen: p.Fen})
	}
	o.Open = l.Fen - o.Paid
	if rule.PerDay == nil || l.Fen <= 0 {
		return o, nil
	}
	for _, p := range h.pauses {
		if p.Last.IsZero() {
			p.Last = day
		}
		o.Paused = o.Paused || !day.Before(p.First) && !day.After(p.Last)
		over.Paused = append(over.Paused, fee.Days{First: p.First, Last: p.Last})
	}
	late, err := rule.LateFee(over, day.Add(-1))
	o.Late = max(late-o.LatePaid-o.Waived, 0)
	return o, err
}

// debts are open lines as fee.Allocate takes them.
func debts(lines []Open) []fee.Debt {
	out := make([]fee.Debt, len(lines))
	for i, o := range lines {
		out[i] = fee.Debt{Line: o.ID.String(), Item: o.Item.String(), Due: o.Due, Open: map[fee.DebtPart]money.Fen{fee.LateFees: o.Late, fee.Principal: max(o.Open-o.off.Off, 0)}}
	}
	return out
}

// shared is a payment shared over open lines: its parts, what is left, and the
// lines that it settles early.
func shared(t Taking, lines []Open) (parts []Part, left money.Fen, earned []Open) {
	if t.Only {
		lines = only(lines, t.Lines)
	}
	lines = earning(lines)
	for {
		var got map[billing.LineID]money.Fen
		parts, left, got = spread(t, lines)
		of, is := failed(lines, got)
		if !is {
			for _, o := range lines {
				if o.off.Off > 0 && got[o.ID] == o.Pays() {
					earned = append(earned, o)
				}
			}
			return parts, left, earned
		}
		lines = unearned(lines, of)
	}
}

// spread shares a payment in the order of FAR-11; got is what reached each line.
func spread(t Taking, lines []Open) (parts []Part, left money.Fen, got map[billing.LineID]money.Fen) {
	chosen := make([]string, len(t.Lines))
	by := map[string]Open{}
	for i, l := range t.Lines {
		chosen[i] = l.String()
	}
	for _, o := range lines {
		by[o.ID.String()] = o
	}
	got = map[billing.LineID]money.Fen{}
	uses, left := fee.Allocate(t.Fen, debts(lines), chosen, t.order)
	for _, u := range uses {
		o, kind := by[u.Line], Principal
		if u.Part == fee.LateFees {
			kind = LateFee
		}
		got[o.ID] += u.Fen
		parts = append(parts, Part{Line: o.ID, Part: kind, Item: o.Item, Room: o.Room, Fen: u.Fen})
	}
	return parts, left, got
}

// only are the open lines among those that are named.
func only(lines []Open, named []billing.LineID) (out []Open) {
	is := map[billing.LineID]bool{}
	for _, l := range named {
		is[l] = true
	}
	for _, o := range lines {
		if is[o.ID] {
			out = append(out, o)
		}
	}
	return out
}

// sum is what is to be paid by who pays some lines together.
func sum(lines []Open) (total money.Fen, err error) {
	for _, o := range earning(lines) {
		if total, err = money.Sum(total, o.Pays()); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// account is the ledger account that a part of a payment is credited to.
func (p Part) account(debtor string) ledger.Account {
	switch p.Part {
	case Principal:
		return ledger.Account{Kind: ledger.Receivable, Room: db.ID(p.Room), Debtor: debtor, Item: db.ID(p.Item)}
	case LateFee:
		return ledger.Account{Kind: ledger.LateIncome, Item: db.ID(p.Item)}
	case deposit:
		return ledger.Account{Kind: ledger.Deposit, Room: db.ID(p.Room)}
	}
	return prepaid(p)
}

// prepaid is the account of what a room paid ahead.
func prepaid(p Part) ledger.Account {
	return ledger.Account{Kind: ledger.Prepaid, Room: db.ID(p.Room), Item: db.ID(p.Item)}
}

// entries are a payment's lines in the ledger: the means is debited for each part.
func entries(means ledger.Account, parts []Part, debtors map[billing.LineID]string) (out []ledger.Line) {
	for _, p := range parts {
		out = append(out, ledger.Line{Debit: means, Credit: p.account(debtors[p.Line]), Fen: p.Fen})
	}
	return out
}

// mark is the placeholder of the n-th argument.
func mark(n int) string { return "$" + strconv.Itoa(n) }

// masked is a room's label without its last two signs: who holds the receipt
// knows the room, nobody else learns it.
func masked(label string) string {
	all := []rune(label)
	for i := max(len(all)-2, 0); i < len(all); i++ {
		all[i] = '*'
	}
	return string(all)
}

// whole reads digits and nothing else.
func whole(digits string) (n int64, ok bool) {
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil
}
