package cashier

import "strings"

// clashes says that two books have a number in common as it is written: A1 to
// A20, and A1 with its 0 to 9.
func (b Book) clashes(o Book) bool {
	if len(o.Prefix) < len(b.Prefix) {
		b, o = o, b
	}
	more, ok := strings.CutPrefix(o.Prefix, b.Prefix)
	if !ok || more == "" {
		return ok && b.First <= o.Last && o.First <= b.Last
	}
	head, ok := whole(more)
	if !ok {
		return false
	}
	for digits, ten := o.Width, tenTo(o.Width); digits <= mostWidth; digits, ten = digits+1, ten*10 {
		low, high := o.First, min(o.Last, ten-1) // of so many digits
		if digits > o.Width {
			low = max(low, ten/10) // shorter ones are filled up with 0
		}
		all := int64(len(more)) + digits
		fits := all == b.Width || all > b.Width && more[0] != '0'
		if fits && low <= high && head <= b.Last/ten && head*ten+low <= b.Last && head*ten+high >= b.First {
			return true
		}
	}
	return false
}

const mostWidth = 12

func tenTo(n int64) int64 {
	ten := int64(1)
	for range n {
		ten *= 10
	}
	return ten
}
