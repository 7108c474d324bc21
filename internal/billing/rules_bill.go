package billing

import (
	"errors"
	"math/big"
	"slices"

	"guanjia/internal/fee"
	"guanjia/internal/fee/formula"
	"guanjia/internal/housing"
	"guanjia/internal/platform/clock"
)

// book is what a run computes with.
type book struct {
	period  clock.Period
	items   []Item
	tariffs map[ItemID][]Tariff
	shares  map[ItemID]map[housing.RoomID][]ShareExplain
}

// bill computes the rows of a room, and what keeps others from being billed.
func (b *book) bill(r roomIn) (rows []Row, warnings []Warning) {
	for _, i := range b.items {
		if len(i.RoomTypes) > 0 && !slices.Contains(i.RoomTypes, r.Type) {
			continue
		}
		from, to, ok := i.due(b.period)
		if !ok {
			continue
		}
		if i.once() {
			continue
		}
		c := &reckoning{book: b, room: r, item: i, from: from, to: to, versions: versions(b.tariffs[i.ID], r), left: untaken{}}
		switch i.Basis {
		case ByMeter:
			c.byMeters()
		case ByShare:
			c.byShares()
		case BySpace:
			for _, s := range r.spaces {
				c.byTime(big.NewRat(1, 1), &s)
			}
		default:
			c.byRoom()
		}
		rows, warnings = append(rows, c.rows...), append(warnings, c.warnings...)
	}
	return rows, warnings
}

// reckoning computes one item for one room.
type reckoning struct {
	*book
	room     roomIn
	item     Item
	from, to clock.Day
	versions []fee.Dated[Tariff]
	left     untaken // of the room's fixed reductions
	rows     []Row
	warnings []Warning
}

func (c *reckoning) fail(code string, params map[string]any) {
	c.warnings = append(c.warnings, Warning{Code: code, Room: c.room.ID, Label: c.room.Label, Item: c.item.Name, Error: true, Params: params})
}

func (c *reckoning) failed(err error) {
	var f *formula.Error
	switch {
	case errors.Is(err, fee.ErrNoTariff):
		c.fail("no_tariff", nil)
	case errors.Is(err, fee.ErrPriceOverCap):
		c.fail("price_over_cap", map[string]any{"cap": c.item.Cap, "document": c.item.CapPaper})
	case errors.As(err, &f):
		c.fail("formula", map[string]any{"code": string(f.Code), "at": f.At, "what": f.What})
	default:
		c.fail("not_computed", map[string]any{"why": err.Error()})
	}
}

// area in square metres.
func area(a housing.Area) *big.Rat { return big.NewRat(int64(a), 100) }

func (c *reckoning) byRoom() {
	q := big.NewRat(1, 1)
	switch c.item.Basis {
	case ByBuildingArea:
		q = area(c.room.BuildingArea)
	case ByInnerArea:
		q = area(c.room.InnerArea)
	}
	if q.Sign() <= 0 {
		c.fail("zero_area", nil)
		return
	}
	c.byTime(q, nil)
}

// values are the variables of a room's formula.
func (r roomIn) values(price *big.Rat, days int) map[string]*big.Rat {
	v := map[string]*big.Rat{"people": big.NewRat(r.people, 1), "days": big.NewRat(int64(days), 1)}
	if r.BuildingArea > 0 {
		v["area"] = area(r.BuildingArea)
	}
	if r.Floor != nil {
		v["floor"] = big.NewRat(*r.Floor, 1)
	}
	if price != nil {
		v["price"] = price
	}
	return v
}

// byTime charges price × quantity by month; a formula takes the place of the price.
func (c *reckoning) byTime(quantity *big.Rat, space *spaceIn) {
	s := fee.Span{From: c.from, To: c.to, Amounts: []fee.Dated[*big.Rat]{{Value: quantity}}, Debtors: c.room.debtors(c.from, c.to, c.item.BilledTo), First: c.item.FirstMonth, Last: c.item.LastMonth, Rounding: c.item.rounding()}
	if c.item.Starts == "handover" {
		if s.Begins = c.room.begins(); s.Begins.IsZero() || !s.Begins.Before(c.to) {
			return
		}
	}
	if space != nil {
		s.Begins = s.Begins.Later(space.From)
		if !space.To.IsZero() {
			s.Ends = space.To.Add(1)
		}
		if !s.Begins.Before(c.to) || !s.Ends.IsZero() && !s.Ends.After(c.from) {
			return
		}
	}
	if c.item.Cap != "" {
		s.Cap = exact(c.item.Cap)
	}
	numbers := map[string]string{}
	for _, v := range c.versions {
		price := exact(v.Value.Price)
		if c.item.Basis == ByFormula {
			var err error
			if price, err = c.formula(price, numbers); err != nil {
				c.failed(err)
				return
			}
			s.Cap = nil // of the price in the formula, looked at when it was approved
		}
		s.Prices = append(s.Prices, fee.Dated[*big.Rat]{From: v.From, Value: price})
	}
	lines, err := s.Lines()
	if err != nil {
		c.failed(err)
		return
	}
	for _, l := range lines {
		e := Explain{Basis: c.item.Basis, Rounding: c.item.rounding()}
		for _, p := range l.Parts {
			e.Parts = append(e.Parts, Part{p.Month, p.Days, p.Of, p.Half, p.Fen})
		}
		if c.item.Basis == ByFormula {
			e.Formula, e.Numbers = c.item.Formula, numbers[fee.Text(l.Price)]
		}
		row := Row{From: l.From, To: l.To, Debtor: l.Debtor, Price: fee.Text(l.Price), Quantity: fee.Text(l.Quantity), Fen: l.Fen, Explain: e}
		if off := c.room.offs[c.item.ID]; len(off) > 0 {
			if row.Fen, row.Explain.Taken, err = reduced(l, off, c.left, c.item.rounding()); err != nil {
				c.failed(err)
				return
			}
		}
		if space != nil {
			row.Space, row.Explain.Space = space.ID, space.Number
		}
		c.add(row, l.From)
	}
}

// formula is what the item's formula gives with a price; its numbers are kept by result.
func (c *reckoning) formula(price *big.Rat, numbers map[string]string) (*big.Rat, error) {
	f, err := formula.Parse(c.item.Formula, variables)
	if err != nil {
		return nil, err
	}
	values := c.room.values(price, c.period.Days())
	n, err := f.Eval(values)
	if err == nil {
		numbers[fee.Text(n)] = f.With(values, fee.Text)
	}
	return n, err
}

// begins is the day from which a room that was handed over is charged.
func (r roomIn) begins() clock.Day {
	if !r.FeeFrom.IsZero() {
		return r.FeeFrom
	}
	return r.HandedOver
}

// add finishes a row. Nothing is owed for 0; nobody owing is an error.
func (c *reckoning) add(row Row, on clock.Day) {
	if row.Fen == 0 {
		return
	}
	if row.Debtor == "" {
		c.fail("no_debtor", map[string]any{"from": row.From.String()})
		return
	}
	if t, ok := tariffOn(c.versions, on); ok {
		row.Tariff = t.ID
	}
	tax, _, err := fee.Tax(row.Fen, c.item.TaxRate.Rat())
	if err != nil {
		c.failed(err)
		return
	}
	row.Room, row.Item, row.Period, row.Customer, row.Tax = c.room.ID, c.item.ID, c.period, customerOf(row.Debtor), tax
	if row.Explain.TaxRate = c.item.TaxRate.String(); tax == 0 {
		row.Explain.TaxRate = ""
	}
	row.Due = c.from.Add(int(c.item.DueDay) - 1)
	c.rows = append(c.rows, row)
}

// errRegister is a register that the tariff has no price for.
var errRegister = errors.New("billing: no price for the register")

// priced is usage × price, by register where the tariff says so, or the sum over
// the tiers (FAR-06) for a household of so many people. since is the day from
// which the usage counts.
func (t Tariff) priced(m meterIn, since clock.Day, people int64, usage *big.Rat, e *Explain) (price string, sum *big.Rat, err error) {
	if len(t.Tiers) == 0 {
		price = t.Price
		if len(t.Registers) > 0 || m.Register != "" && price == "" {
			at := slices.IndexFunc(t.Registers, func(r RegisterPrice) bool { return r.Register == m.Register })
			if at < 0 {
				return "", nil, errRegister
			}
			price = t.Registers[at].Price
		}
		if exact(price) == nil {
			return "", nil, fee.ErrNoTariff
		}
		return price, new(big.Rat).Mul(usage, exact(price)), nil
	}
	if m.Register != "" { // its volume alone is not the household's
		return "", nil, errRegister
	}
	tiered := fee.Tiered{Usage: usage, People: int(people), Base: int(t.TierPeople), ExtraShift: exact(t.TierExtra)}
	if t.TierPeriod == "year" {
		tiered.Before = m.usedBefore(since)
	}
	e.TierRule = t.tierRule(tiered)
	for _, s := range t.Tiers {
		tiered.Tiers = append(tiered.Tiers, fee.Tier{UpTo: exact(s.UpTo), Price: exact(s.Price)})
	}
	var volumes []*big.Rat
	volumes, sum, err = tiered.Amount()
	for i, v := range volumes {
		e.Tiers = append(e.Tiers, TierExplain{fee.Text(v), t.Tiers[i].Price})
	}
	return t.Price, sum, err
}

// tierRule is what has to be said of the bounds; nil: they stand for a month and everybody.
func (t Tariff) tierRule(f fee.Tiered) *TierRule {
	r := TierRule{}
	if f.Before != nil {
		r.Used = fee.Text(f.Before)
	}
	if f.ExtraShift != nil && f.People > f.Base {
		r.People, r.Base, r.Extra = int64(f.People), t.TierPeople, t.TierExtra
	}
	if r == (TierRule{}) {
		return nil
	}
	return &r
}

// usedBefore is what was billed of the meter in the calendar year until a day.
func (m meterIn) usedBefore(day clock.Day) *big.Rat {
	sum := new(big.Rat)
	for _, u := range m.used {
		if !u.To.After(day) {
			sum.Add(sum, exact(u.Quantity))
		}
	}
	return sum
}
