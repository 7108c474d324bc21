package fee

import (
	"math/big"
)

// Meter is what two readings of a register say (FAR-05). With a replacement,
// Multiplier and Digits are the old meter's.
type Meter struct {
	Last, This  *big.Rat
	Multiplier  *big.Rat // nil: 1
	Digits      int      // before the point; 0: the register does not roll over
	Plausible   *big.Rat // the most that a rollover may mean, before the multiplier (R4); nil: none is believed
	Replaced    *Replacement
	LossPercent *big.Rat // nil: 0
}

// Replacement is the exchange of a meter between two readings.
type Replacement struct {
	OldFinal, NewInitial *big.Rat
	NewMultiplier        *big.Rat // nil: 1
	NewDigits            int
}

// Usage is the quantity between two readings, not rounded; ErrBackwards if a
// reading is below the one before and no rollover explains it.
func (m Meter) Usage() (*big.Rat, error) {
	upTo := m.This
	if m.Replaced != nil {
		upTo = m.Replaced.OldFinal
	}
	usage, err := m.run(m.Last, upTo, m.Digits, m.Multiplier)
	if err != nil {
		return nil, err
	}
	if r := m.Replaced; r != nil {
		more, err := m.run(r.NewInitial, m.This, r.NewDigits, r.NewMultiplier)
		if err != nil {
			return nil, err
		}
		usage = add(usage, more)
	}
	if m.LossPercent != nil {
		usage = mul(usage, add(rat(1), new(big.Rat).Quo(m.LossPercent, hundred)))
	}
	return usage, nil
}

// RolledOver reports whether the readings are believed only because the register began anew.
func (m Meter) RolledOver() bool {
	_, err := m.Usage()
	m.Digits = 0
	if m.Replaced != nil {
		r := *m.Replaced
		r.NewDigits = 0
		m.Replaced = &r
	}
	_, plain := m.Usage()
	return err == nil && plain != nil
}

func (m Meter) run(from, to *big.Rat, digits int, times *big.Rat) (*big.Rat, error) {
	diff := sub(to, from)
	if diff.Sign() < 0 {
		if digits <= 0 || m.Plausible == nil {
			return nil, ErrBackwards
		}
		turn := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
		if diff = add(diff, new(big.Rat).SetInt(turn)); diff.Sign() < 0 || less(m.Plausible, diff) {
			return nil, ErrBackwards
		}
	}
	if times != nil {
		diff = mul(diff, times)
	}
	return diff, nil
}

// Tier is a step of a price by volume. UpTo is cumulative within the tier
// period and includes itself; nil has no bound and is the last.
type Tier struct {
	UpTo  *big.Rat
	Price *big.Rat // yuan
}

// Tiered is a usage priced by steps (FAR-06).
type Tiered struct {
	Tiers      []Tier
	Before     *big.Rat // used in the tier period before this usage; nil: 0
	Usage      *big.Rat
	People     int
	Base       int      // people for whom the bounds stand
	ExtraShift *big.Rat // by which each further person raises every bound (R5); nil: 0
}

// Amount gives the volume in each tier and the exact amount in yuan.
func (t Tiered) Amount() (volumes []*big.Rat, exact *big.Rat, err error) {
	shift := new(big.Rat)
	if t.ExtraShift != nil && t.People > t.Base {
		shift = mul(t.ExtraShift, rat(int64(t.People-t.Base)))
	}
	at, exact := new(big.Rat), new(big.Rat)
	if t.Before != nil {
		at = t.Before
	}
	end := add(at, t.Usage)
	var floor *big.Rat
	for i, tier := range t.Tiers {
		last := i == len(t.Tiers)-1
		if (tier.UpTo == nil) != last || !last && floor != nil && !less(floor, tier.UpTo) {
			return nil, nil, ErrTiers
		}
		volume, to := new(big.Rat), end
		if !last {
			floor = tier.UpTo
			to = lower(end, add(tier.UpTo, shift))
		}
		if less(at, to) {
			volume, at = sub(to, at), to
		}
		volumes, exact = append(volumes, volume), add(exact, mul(volume, tier.Price))
	}
	if len(t.Tiers) == 0 {
		return nil, nil, ErrTiers
	}
	return volumes, exact, nil
}
