package billing

import (
	"errors"
	"math/big"
	"slices"

	"guanjia/internal/fee"
	"guanjia/internal/platform/money"
)

// byMeters charges what each meter of the room used since it was billed last.
func (c *reckoning) byMeters() {
	for _, m := range c.room.meters {
		if m.Kind != c.item.MeterKind || m.taken {
			continue
		}
		last := slices.IndexFunc(m.all, func(r Reading) bool { return r.On == m.billed })
		if m.billed.IsZero() {
			last = 0
		}
		gone := m.State == "removed"
		if gone && (last < 0 || last >= len(m.all)-1) {
			continue // all that it counted is billed
		}
		if len(m.all) == 0 || last < 0 || last == len(m.all)-1 || m.all[len(m.all)-1].On.Before(c.from) && !gone {
			c.fail("no_reading", map[string]any{"meter": m.Number})
			continue
		}
		for _, s := range c.stretches(m, m.all[last:]) {
			if used, ok := c.byMeter(m, s); ok {
				m.used = append(slices.Clone(m.used), used)
			}
		}
	}
}

// stretch is what one debtor used of a meter: the readings after the first.
type stretch struct {
	debtor string
	all    []Reading
}

// stretches divides readings by who owes what was used up to each. Whoever
// moves out owes up to the reading of that day. Where nobody read the meter on
// it, what lies between two readings cannot be told apart: it is whose it was in
// the end, and the clerk is told.
func (c *reckoning) stretches(m meterIn, all []Reading) (out []stretch) {
	for n, r := range all[1:] {
		before := all[n]
		first, last := c.room.debtor(before.On, c.item.BilledTo), c.room.debtor(r.On.Add(-1).Later(before.On), c.item.BilledTo)
		if first != last && first != "" && first != developer {
			c.warnings = append(c.warnings, Warning{Code: "unread_change", Room: c.room.ID, Label: c.room.Label, Item: c.item.Name, Params: map[string]any{"meter": m.Number, "from": before.On.String(), "to": r.On.String()}})
		}
		if len(out) == 0 || out[len(out)-1].debtor != last {
			out = append(out, stretch{last, []Reading{before}})
		}
		at := &out[len(out)-1]
		at.all = append(at.all, r)
	}
	return out
}

// byMeter charges one stretch.
func (c *reckoning) byMeter(m meterIn, s stretch) (used usedIn, ok bool) {
	at := map[string]any{"meter": m.Number}
	from, this := s.all[0], s.all[len(s.all)-1]
	usage, remark, estimated := new(big.Rat), "", false
	for _, r := range s.all[1:] {
		usage.Add(usage, exact(r.Usage))
		if r.Remark != "" {
			remark = r.Remark
		}
		estimated = estimated || r.Estimated
		if r.Gateway != 0 && r.Remark == "unusual" { // nobody looked at it when it came
			c.warnings = append(c.warnings, Warning{Code: "unusual_reading", Room: c.room.ID, Label: c.room.Label, Item: c.item.Name, Params: map[string]any{"meter": m.Number, "usage": r.Usage}})
		}
	}
	t, found := tariffOn(c.versions, this.On)
	if !found {
		c.fail("no_tariff", nil)
		return used, false
	}
	e := Explain{Basis: ByMeter, Rounding: c.item.rounding(), Meter: &MeterExplain{Number: m.Number, Last: from.Value, LastOn: from.On, This: this.Value, ThisOn: this.On, Multiplier: this.Multiplier, Usage: fee.Text(usage), Remark: remark, Estimated: estimated}}
	e.Meter.Register = m.Register
	price, sum, err := t.priced(m, from.On, c.room.people, usage, &e)
	if errors.Is(err, errRegister) {
		c.fail("no_register_price", map[string]any{"meter": m.Number, "register": m.Register})
		return used, false
	}
	if err != nil {
		c.failed(err)
		return used, false
	}
	e.Exact = fee.Text(sum)
	fen, err := money.Round(new(big.Rat).Mul(sum, big.NewRat(100, 1)), c.item.rounding())
	if err != nil {
		c.failed(err)
		return used, false
	}
	if estimated {
		c.warnings = append(c.warnings, Warning{Code: "estimated", Room: c.room.ID, Label: c.room.Label, Item: c.item.Name, Params: at})
	}
	row := Row{Meter: m.ID, From: from.On, To: this.On, Debtor: s.debtor, Price: price, Quantity: fee.Text(usage), Fen: fen, Explain: e}
	c.add(row, this.On)
	return usedIn{m.ID, this.On, row.Quantity}, true
}
