package fee

import (
	"math/big"
	"slices"

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
