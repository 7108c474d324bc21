package money

import (
	"errors"
	"fmt"
	"math/big"
)

// Unit is the coin an amount is rounded to.
type Unit string

// Mode says which way a remainder goes.
type Mode string

// The units and modes of FAR-01.
const (
	UnitFen  Unit = "fen"
	UnitJiao Unit = "jiao"
	UnitYuan Unit = "yuan"

	HalfUp   Mode = "half_up"   // away from zero at the half
	HalfEven Mode = "half_even" // to the even neighbour at the half
	Floor    Mode = "floor"     // toward −∞
	Ceil     Mode = "ceil"      // toward +∞
)

// Rounding is how an exact amount becomes fen. The zero Rounding is half_up to
// the fen, the default of FAR-01.
type Rounding struct {
	Unit Unit `json:"unit,omitempty" enum:"fen,jiao,yuan"`
	Mode Mode `json:"mode,omitempty" enum:"half_up,half_even,floor,ceil"`
}

// ErrRounding is returned for a unit or mode that does not exist.
var ErrRounding = errors.New("unknown rounding")

var fenPer = map[Unit]int64{"": 1, UnitFen: 1, UnitJiao: 10, UnitYuan: 100}

// Round turns an exact number of fen into an amount (FAR-01). ErrOverflow if
// it does not fit.
func Round(fen *big.Rat, how Rounding) (Fen, error) {
	unit, ok := fenPer[how.Unit]
	if !ok {
		return 0, fmt.Errorf("%w: unit %.20q", ErrRounding, how.Unit)
	}
	den := new(big.Int).Mul(fen.Denom(), big.NewInt(unit))
	rest := new(big.Int)
	units, rest := new(big.Int).DivMod(fen.Num(), den, rest) // 0 ≤ rest < den: units is the floor
	up, err := roundsUp(how.Mode, fen.Sign() < 0, units.Bit(0) == 1, rest, den)
	if err != nil {
		return 0, err
	}
	if up {
		units.Add(units, big.NewInt(1))
	}
	if units.Mul(units, big.NewInt(unit)); !units.IsInt64() {
		return 0, ErrOverflow
	}
	return Fen(units.Int64()), nil
}

// roundsUp decides between the floor and the number above it.
func roundsUp(mode Mode, negative, odd bool, rest, den *big.Int) (bool, error) {
	half := new(big.Int).Lsh(rest, 1).Cmp(den)
	switch mode {
	case "", HalfUp:
		return half > 0 || half == 0 && !negative, nil
	case HalfEven:
		return half > 0 || half == 0 && odd, nil
	case Floor:
		return false, nil
	case Ceil:
		return rest.Sign() > 0, nil
	}
	return false, fmt.Errorf("%w: mode %.20q", ErrRounding, mode)
}
