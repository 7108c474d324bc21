package cashier

import (
	"cmp"
	"slices"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// dated is money that was paid on a day.
type dated struct {
	Day clock.Day
	Fen money.Fen
}

// netOf is what was paid on a line of one kind, by day, the earliest first: what
// was taken back is taken off the latest.
func netOf(parts []Part, kind PartKind) (out []dated) {
	back := money.Fen(0)
	for _, p := range parts {
		switch {
		case p.Part != kind:
		case p.Fen < 0:
			back -= p.Fen
		default:
			out = append(out, dated{p.Day, p.Fen})
		}
	}
	slices.SortStableFunc(out, func(a, b dated) int { return cmp.Compare(a.Day.Sub(clock.Day{}), b.Day.Sub(clock.Day{})) })
	for i := len(out) - 1; i >= 0 && back > 0; i-- {
		off := min(back, out[i].Fen)
		out[i].Fen, back = out[i].Fen-off, back-off
	}
	return slices.DeleteFunc(out, func(d dated) bool { return d.Fen == 0 })
}

// carried is what of money paid on a reversed line pays the one that stands in
// its place, with its days, and what is left of it (BIL-10).
func carried(paid []dated, upTo money.Fen) (moved []dated, rest money.Fen) {
	for _, d := range paid {
		take := min(d.Fen, max(upTo, 0))
		if take > 0 {
			moved = append(moved, dated{d.Day, take})
		}
		upTo, rest = upTo-take, rest+d.Fen-take
	}
	return moved, rest
}

func totalOf(all []dated) (sum money.Fen) {
	for _, d := range all {
		sum += d.Fen
	}
	return sum
}
