package money

import (
	"errors"
	"math/bits"
	"slices"
)

var (
	// ErrNoWeight says that nobody is there to share with: all weights are 0.
	ErrNoWeight = errors.New("nothing to share over: the weights add up to zero")
	// ErrNegativeWeight says that a weight is below 0.
	ErrNegativeWeight = errors.New("a weight is negative")
)

// Split shares f over the weights (FAR-07): everyone gets the whole fen of the
// exact share, and the fen left over go one each to the largest fractions,
// among equals to the earlier. The parts add up to f exactly; a weight of 0
// gets nothing; a negative f is split like its opposite.
func (f Fen) Split(weights []int64) ([]Fen, error) {
	var total uint64
	for _, w := range weights {
		if w < 0 {
			return nil, ErrNegativeWeight
		}
		sum, carry := bits.Add64(total, uint64(w), 0)
		if carry != 0 {
			return nil, ErrOverflow
		}
		total = sum
	}
	if total == 0 {
		return nil, ErrNoWeight
	}
	amount := magnitude(f)
	parts, rests, order := make([]uint64, len(weights)), make([]uint64, len(weights)), make([]int, len(weights))
	left := amount
	for i, w := range weights {
		hi, lo := bits.Mul64(amount, uint64(w))
		parts[i], rests[i] = bits.Div64(hi, lo, total) // w ≤ total, so the quotient fits
		left -= parts[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case rests[a] > rests[b]:
			return -1
		case rests[a] < rests[b]:
			return 1
		}
		return 0
	})
	for _, i := range order[:left] { // fewer than there are fractions above 0
		parts[i]++
	}
	out := make([]Fen, len(parts))
	for i, p := range parts {
		if out[i] = Fen(p); f < 0 {
			out[i] = -out[i]
		}
	}
	return out, nil
}
