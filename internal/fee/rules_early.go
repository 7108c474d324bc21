package fee

import (
	"math/big"

	"guanjia/internal/platform/money"
)

// EarlyOff is what is taken off a booked line of some exact months, in yuan, if
// it is paid whole early: rounded(before) − rounded(after) of percent taken off
// each month (FAR-08, R6), in fen.
func EarlyOff(months []*big.Rat, percent *big.Rat, how money.Rounding) (money.Fen, error) {
	before, _, after, err := Discounted(months, []Discount{{Kind: EarlyPayment, OffPercent: percent}}, how)
	return before - after, err
}
