package fee

import (
	"cmp"
	"slices"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// DebtPart is what a debt on a line consists of.
type DebtPart string

// The parts, in the order in which they are paid unless a contract says otherwise (Civil Code art. 561).
const (
	Costs     DebtPart = "costs"
	LateFees  DebtPart = "late_fee"
	Principal DebtPart = "principal"
)

var debtParts = []DebtPart{Costs, LateFees, Principal}

// Debt is what is open on one line.
type Debt struct {
	Line string // sorts as the line's id
	Item string
	Due  clock.Day
	Open map[DebtPart]money.Fen
}

// PayOrder is a contract's order: either the parts or the items come first to
// last; what it does not name follows in the usual order. Zero: the usual order.
type PayOrder struct {
	Parts []DebtPart
	Items []string // each dealt with whole before the next (R11)
}

// Allocation is what of a payment reached a part of a line.
type Allocation struct {
	Line string
	Part DebtPart
	Fen  money.Fen
}

// Allocate shares a payment over debts (FAR-11): first over the lines the payer
// chose, then over the rest, each in the contract's order; what is left is
// prepayment.
func Allocate(payment money.Fen, debts []Debt, chosen []string, order PayOrder) (out []Allocation, left money.Fen) {
	sorted := slices.Clone(debts)
	slices.SortStableFunc(sorted, func(a, b Debt) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Line, b.Line))
	})
	named := func(d Debt) bool { return slices.Contains(chosen, d.Line) }
	left = payment
	for _, first := range []bool{true, false} {
		group := slices.DeleteFunc(slices.Clone(sorted), func(d Debt) bool { return named(d) != first })
		for _, set := range order.sets(group) {
			for _, part := range order.parts() {
				for _, d := range set {
					if fen := min(left, d.Open[part]); fen > 0 {
						out, left = append(out, Allocation{d.Line, part, fen}), left-fen
					}
				}
			}
		}
	}
	return out, left
}

// sets are the groups of lines that are dealt with one after the other.
func (o PayOrder) sets(debts []Debt) (out [][]Debt) {
	for _, item := range o.Items {
		out = append(out, slices.DeleteFunc(slices.Clone(debts), func(d Debt) bool { return d.Item != item }))
	}
	return append(out, slices.DeleteFunc(slices.Clone(debts), func(d Debt) bool { return slices.Contains(o.Items, d.Item) }))
}

func (o PayOrder) parts() []DebtPart {
	out := slices.Clone(o.Parts)
	for _, p := range debtParts {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// Prepayment is money paid before there was a line for it.
type Prepayment struct {
	ID   string
	Item string // "": for anything
	Day  clock.Day
	Fen  money.Fen
}

// Booked is a line as it is booked.
type Booked struct {
	Line, Item string
	Fen        money.Fen
}

// Use is what of a prepayment went to a line.
type Use struct {
	Line, Prepayment string
	Fen              money.Fen
}

// Deduct pays lines from prepayments as they are booked (FAR-12): those for the
// item before general ones, oldest first, those of one day by id. open and rest
// are what is left of each line and prepayment, in the order given.
func Deduct(lines []Booked, from []Prepayment) (uses []Use, open, rest []money.Fen) {
	order := make([]int, len(from))
	for i, p := range from {
		order[i], rest = i, append(rest, p.Fen)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(from[a].Day.Compare(from[b].Day), cmp.Compare(from[a].ID, from[b].ID))
	})
	for _, l := range lines {
		need := l.Fen
		for _, item := range []string{l.Item, ""} {
			for _, i := range order {
				if fen := min(need, rest[i]); fen > 0 && from[i].Item == item {
					uses, need, rest[i] = append(uses, Use{l.Line, from[i].ID, fen}), need-fen, rest[i]-fen
				}
			}
		}
		open = append(open, need)
	}
	return uses, open, rest
}
