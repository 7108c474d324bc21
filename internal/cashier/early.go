package cashier

import (
	"guanjia/internal/billing"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// Early is what is taken off an open line if all of it is paid at once by a day
// (BIL-02, FAR-08). A line of which something was paid has none; what was taken
// off is a payment of its own, of no money (means early), which goes back when
// the payment that earned it is voided.
type Early struct {
	Off   money.Fen        `json:"off"`
	Until clock.Day        `json:"until"`
	With  []billing.LineID `json:"with,omitempty" doc:"other lines that are paid with it: the rest of its year"`

	rule billing.EarlyID
	year bool
}

// Pays is what those pay on the line who pay the lines that were asked for together.
func (o Open) Pays() money.Fen { return o.Open - o.off.Off + o.Late }

// Earns is what is taken off for them.
func (o Open) Earns() money.Fen { return o.off.Off }

// Together says for open lines what those pay who pay them all at once.
func Together(lines []Open) []Open { return earning(lines) }

// earning says for each line what is taken off when just these lines are paid
// whole together: the best of what it is offered.
func earning(lines []Open) []Open {
	is := map[billing.LineID]bool{}
	for _, o := range lines {
		is[o.ID] = true
	}
	out := make([]Open, len(lines))
	for i, o := range lines {
		o.off = Early{}
		for _, e := range o.Early {
			all := true
			for _, id := range e.With {
				all = all && is[id]
			}
			if all && e.Off > o.off.Off {
				o.off = e
			}
		}
		out[i] = o
	}
	return out
}

// unearned are lines without the offers for a whole year of the item and room of one.
func unearned(lines []Open, of Open) []Open {
	out := make([]Open, len(lines))
	for i, o := range lines {
		if o.Item == of.Item && o.Room == of.Room {
			var left []Early
			for _, e := range o.Early {
				if !e.year {
					left = append(left, e)
				}
			}
			o.Early = left
		}
		out[i] = o
	}
	return earning(out)
}

// failed is a line whose year the parts of a payment do not settle whole; ok is false where there is none.
func failed(lines []Open, got map[billing.LineID]money.Fen) (Open, bool) {
	by := map[billing.LineID]Open{}
	for _, o := range lines {
		by[o.ID] = o
	}
	for _, o := range lines {
		if !o.off.year {
			continue
		}
		for _, id := range append([]billing.LineID{o.ID}, o.off.With...) {
			if got[id] < by[id].Pays() {
				return o, true
			}
		}
	}
	return Open{}, false
}
