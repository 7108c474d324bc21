package billing

import (
	"math/big"
	"slices"

	"guanjia/internal/fee"
	"guanjia/internal/fee/formula"
	"guanjia/internal/housing"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// byShares charges the room's parts of the public costs, to each debtor for their days.
func (c *reckoning) byShares() {
	mine := c.shares[c.item.ID][c.room.ID]
	if len(mine) == 0 {
		return
	}
	who := fee.Stretches(c.from, c.to, c.room.debtors(c.from, c.to, c.item.BilledTo))
	rows := make([]Row, len(who))
	for n, w := range who {
		rows[n] = Row{From: w.From, To: w.To, Debtor: w.Debtor, Quantity: mine[0].Weight, Explain: Explain{Basis: ByShare, Rounding: money.Rounding{Unit: money.UnitFen}}}
	}
	for _, s := range mine {
		parts, err := fee.ByDays(s.Fen, who)
		if err != nil {
			c.failed(err)
			return
		}
		for n, fen := range parts {
			one := s
			if one.Fen = fen; len(who) > 1 {
				one.Days, one.Of, one.Whole = who[n].To.Sub(who[n].From), c.to.Sub(c.from), s.Fen
			}
			rows[n].Fen += fen
			rows[n].Explain.Shares = append(rows[n].Explain.Shares, one)
		}
	}
	for _, row := range rows {
		c.add(row, row.From)
	}
}

// shared apportions a cost over the rooms that share it, in the order of the register.
func shared(cost Cost, i Item, rooms []roomIn) (map[housing.RoomID]ShareExplain, error) {
	var in []roomIn
	var weights []fee.Share
	total := new(big.Rat)
	for _, r := range rooms {
		if cost.Building != 0 && cost.Building != r.Building || len(i.RoomTypes) > 0 && !slices.Contains(i.RoomTypes, r.Type) || slices.Contains(cost.Excluded, r.Label) {
			continue
		}
		w, err := r.weight(i, cost.Period)
		if err != nil {
			return nil, err
		}
		in, weights = append(in, r), append(weights, fee.Share{Weight: w})
		total.Add(total, w)
	}
	fens, err := fee.Apportion(cost.Amount, weights)
	if err != nil {
		return nil, err
	}
	out := map[housing.RoomID]ShareExplain{}
	for n, r := range in {
		if fens[n] != 0 {
			out[r.ID] = ShareExplain{Name: cost.Name, Cost: cost.Amount, By: i.ShareBy, Weight: fee.Text(weights[n].Weight), Total: fee.Text(total), Rooms: len(in), Fen: fens[n]}
		}
	}
	return out, nil
}

func (r roomIn) weight(i Item, period clock.Period) (*big.Rat, error) {
	switch i.ShareBy {
	case "area":
		return area(r.BuildingArea), nil
	case "consumption": // of the period, billed or not
		sum := new(big.Rat)
		for _, m := range r.meters {
			if m.Kind != i.MeterKind {
				continue
			}
			for _, one := range m.all {
				if period.Contains(one.On) && one.Usage != "" {
					sum.Add(sum, exact(one.Usage))
				}
			}
		}
		return sum, nil
	case "formula":
		f, err := formula.Parse(i.Formula, variables)
		if err != nil {
			return nil, err
		}
		return f.Eval(r.values(nil, period.Days()))
	}
	return big.NewRat(1, 1), nil
}
