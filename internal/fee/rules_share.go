package fee

import (
	"math/big"
	"slices"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// Share is a room's part of a public cost. Rooms stand in the order of the
// register: building, unit, floor, room.
type Share struct {
	Weight   *big.Rat
	Excluded bool
}

// Apportion shares a cost over weights (FAR-07): everyone gets the whole fen of
// the exact share, and the fen left over go one each to the largest fractions,
// among equals to the earlier room. The parts add up to the cost to the fen.
func Apportion(cost money.Fen, rooms []Share) ([]money.Fen, error) {
	total := new(big.Rat)
	for _, r := range rooms {
		if r.Weight.Sign() < 0 {
			return nil, ErrNegative
		}
		if !r.Excluded {
			total = add(total, r.Weight)
		}
	}
	if total.Sign() == 0 {
		return nil, ErrNoWeight
	}
	size, sign := new(big.Rat).SetInt(new(big.Int).Abs(big.NewInt(int64(cost)))), money.Fen(1)
	if cost < 0 {
		sign = -1
	}
	each := new(big.Rat).Quo(size, total)
	out, rests, order := make([]money.Fen, len(rooms)), make([]*big.Rat, len(rooms)), make([]int, len(rooms))
	left := new(big.Int).Abs(big.NewInt(int64(cost)))
	for i, r := range rooms {
		exact := new(big.Rat)
		if !r.Excluded {
			exact = mul(each, r.Weight)
		}
		whole := new(big.Int).Quo(exact.Num(), exact.Denom())
		left.Sub(left, whole)
		rests[i], order[i] = sub(exact, new(big.Rat).SetInt(whole)), i
		out[i] = sign * money.Fen(whole.Int64())
	}
	slices.SortStableFunc(order, func(a, b int) int { return rests[b].Cmp(rests[a]) })
	for _, i := range order[:left.Int64()] { // fewer than there are fractions above 0
		out[i] += sign
	}
	return out, nil
}

// Stretch is a run of days with the same debtor.
type Stretch struct {
	From, To clock.Day // To is not in it
	Debtor   string    // "": nobody
}

// Stretches are the runs of days, from a day until and without another, on which
// the same debtor owes.
func Stretches(from, to clock.Day, debtors []Dated[string]) (out []Stretch) {
	for day := from; day.Before(to); {
		next := to
		for _, d := range debtors {
			if day.Before(d.From) && d.From.Before(next) {
				next = d.From
			}
		}
		who, _ := on(debtors, day)
		if n := len(out); n > 0 && out[n-1].Debtor == who {
			out[n-1].To = next
		} else {
			out = append(out, Stretch{day, next, who})
		}
		day = next
	}
	return out
}

// ByDays shares what a room bears of a public cost over who owed when (BIL-05,
// FAR-03): by their days, as FAR-07 shares the cost, so that the parts add up to
// the share to the fen.
func ByDays(share money.Fen, of []Stretch) ([]money.Fen, error) {
	days := make([]Share, len(of))
	for i, s := range of {
		days[i].Weight = rat(int64(s.To.Sub(s.From)))
	}
	return Apportion(share, days)
}
