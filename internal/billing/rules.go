package billing

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"guanjia/internal/fee"
	"guanjia/internal/fee/formula"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// variables of an item's formula: all of them known for every room.
var variables = []string{"area", "floor", "people", "price", "days"}

// mostPrice bounds prices, as mostCost does amounts.
var mostPrice = big.NewRat(100_000_000, 1)

// pricing reads a price.
func pricing(wrong *errs.Fields, field, s string, must bool) *big.Rat {
	n := amount(wrong, field, s, must)
	if n != nil && n.Cmp(mostPrice) > 0 {
		wrong.Add(field, "wrong_form", nil)
		return nil
	}
	return n
}

// amount reads a number that is not below 0.
func amount(wrong *errs.Fields, field, s string, must bool) *big.Rat {
	if s = strings.TrimSpace(s); s == "" {
		if must {
			wrong.Add(field, "required", nil)
		}
		return nil
	}
	n, err := fee.Decimal(s)
	if err != nil || n.Sign() < 0 {
		wrong.Add(field, "wrong_form", nil)
		return nil
	}
	return n
}

// checked is the item's rules in their one form, or every field that is wrong.
func (i ItemRules) checked() (ItemRules, error) {
	var wrong errs.Fields
	wrong.Words("code", &i.Code, 30, true)
	wrong.Words("name", &i.Name, 60, true)
	wrong.Words("nameEn", &i.NameEN, 60, false)
	wrong.Words("formula", &i.Formula, formula.MostLength, i.Basis == ByFormula || i.ShareBy == "formula")
	if i.Basis == ByMeter || i.ShareBy == "consumption" {
		wrong.Words("meterKind", &i.MeterKind, 10, true)
	} else {
		i.MeterKind = ""
	}
	if i.Basis == ByShare {
		wrong.Words("shareBy", &i.ShareBy, 20, true)
	} else {
		i.ShareBy = ""
	}
	if i.Basis != ByFormula && i.ShareBy != "formula" {
		i.Formula = ""
	}
	if i.Formula != "" {
		if _, err := formula.Parse(i.Formula, variables); err != nil {
			badFormula(&wrong, err)
		}
	}
	if (i.Basis == ByMeter || i.Basis == ByShare) && i.Period != "month" {
		wrong.Add("period", "billing.period_month", nil)
	}
	if i.Basis == ByParking { // a stay is a sum of whole fen; a rounding upwards would break its cap
		i.RoundUnit, i.RoundMode = money.UnitFen, money.HalfUp
	}
	if i.BilledTo == "" {
		i.BilledTo = ToOwner
	}
	pricing(&wrong, "cap", i.Cap, false)
	wrong.Words("capDocument", &i.CapPaper, 200, i.Cap != "")
	if i.PriceKind == "market" && i.Cap != "" {
		wrong.Add("cap", "billing.cap_of_market", nil)
	}
	for field, r := range map[string]int{"taxRate": i.TaxRate.Sign(), "latePerDay": i.LatePerDay.Sign(), "lateCap": i.LateCap.Sign()} {
		if r < 0 {
			wrong.Add(field, "wrong_form", nil)
		}
	}
	if i.TaxRate.Rat().Cmp(big.NewRat(1, 1)) >= 0 {
		wrong.Add("taxRate", "wrong_form", nil)
	}
	if i.LateCap.Rat().Cmp(big.NewRat(100, 1)) > 0 { // no more than the principal (ARR-01)
		wrong.Add("lateCap", "too_big", map[string]any{"max": "100"})
	}
	if i.LatePerDay.Rat().Cmp(big.NewRat(3, 100)) > 0 {
		wrong.Add("latePerDay", "billing.late_too_high", nil)
	}
	return i, wrong.Err()
}

func badFormula(wrong *errs.Fields, err error) {
	var f *formula.Error
	if errors.As(err, &f) {
		code := "billing.formula_" + string(f.Code) // each has its text
		wrong.Add("formula", code, map[string]any{"at": f.At, "what": f.What})
	} else {
		wrong.Add("formula", "wrong_form", nil)
	}
}

// checked is the version in its one form, or every field that is wrong. A price
// above the guided cap is refused with the document that says so (BIL-02).
func (d TariffDraft) checked(i Item) (TariffDraft, error) {
	var wrong errs.Fields
	if d.From.IsZero() {
		wrong.Add("from", "required", nil)
	}
	wrong.Words("document", &d.Document, 200, true)
	wrong.Words("explanation", &d.Explanation, 2000, true)
	if d.Room != 0 {
		d.Building, d.RoomType = 0, ""
	}
	if i.Basis == ByParking {
		d.Building, d.RoomType, d.Room = 0, "", 0 // a gate knows no rooms
		d.Price = d.Parking.checked(&wrong)
	} else {
		d.Parking = ParkingRule{}
	}
	highest := pricing(&wrong, "price", d.Price, i.Basis != ByParking && i.Basis != ByShare && i.Basis != ByFormula && len(d.Tiers) == 0 && len(d.Registers) == 0)
	d.checkedTiers(&wrong, i)
	for _, p := range d.checkedRegisters(&wrong, i) {
		if highest == nil || p.Cmp(highest) > 0 {
			highest = p
		}
	}
	if i.Basis == ByParking {
		highest = d.Parking.highest()
	}
	var floor *big.Rat
	for n, t := range d.Tiers {
		field := fmt.Sprintf("tiers[%d].", n)
		last := n == len(d.Tiers)-1
		if p := pricing(&wrong, field+"price", t.Price, true); p != nil && (highest == nil || p.Cmp(highest) > 0) {
			highest = p
		}
		bound := amount(&wrong, field+"upTo", t.UpTo, !last)
		if last && bound != nil || bound != nil && floor != nil && bound.Cmp(floor) <= 0 {
			wrong.Add(field+"upTo", "billing.tiers_order", nil)
		}
		floor = bound
	}
	if i.PriceKind == "guided" && i.Cap != "" && highest != nil {
		if limit, err := fee.Decimal(i.Cap); err == nil && highest.Cmp(limit) > 0 {
			wrong.Add("price", ErrOverCap.Code, map[string]any{"cap": i.Cap, "document": i.CapPaper})
		}
	}
	return d, wrong.Err()
}

// checkedTiers looks at for whom and how long the bounds of tiers stand.
func (d *TariffDraft) checkedTiers(wrong *errs.Fields, i Item) {
	if len(d.Tiers) > 0 && i.Basis != ByMeter {
		wrong.Add("tiers", "billing.tiers_of_meters", nil)
	}
	if d.TierExtra = strings.TrimSpace(d.TierExtra); len(d.Tiers) == 0 {
		d.TierPeriod, d.TierPeople, d.TierExtra = "month", 0, ""
		return
	}
	if d.TierPeriod == "" {
		d.TierPeriod = "month"
	}
	amount(wrong, "tierExtra", d.TierExtra, d.TierPeople > 0)
	if d.TierExtra != "" && d.TierPeople == 0 {
		wrong.Add("tierPeople", "required", nil)
	}
}

// checkedRegisters are the prices by time of use: of meters, each register once, and nothing else beside them.
func (d *TariffDraft) checkedRegisters(wrong *errs.Fields, i Item) (prices []*big.Rat) {
	if len(d.Registers) > 0 && (i.Basis != ByMeter || len(d.Tiers) > 0 || strings.TrimSpace(d.Price) != "") {
		wrong.Add("registers", "billing.registers_alone", nil)
	}
	for n, r := range d.Registers {
		field := fmt.Sprintf("registers[%d].", n)
		if p := pricing(wrong, field+"price", r.Price, true); p != nil {
			prices = append(prices, p)
		}
		if slices.IndexFunc(d.Registers, func(o RegisterPrice) bool { return o.Register == r.Register }) < n {
			wrong.Add(field+"register", "billing.registers_twice", nil)
		}
	}
	return prices
}

// reach says how closely a version fits a room: -1 not at all, the room itself most.
func (d TariffDraft) reach(r roomIn) int {
	switch {
	case d.Room != 0 && d.Room != r.ID, d.Building != 0 && d.Building != r.Building, d.RoomType != "" && d.RoomType != r.Type:
		return -1
	case d.Room != 0:
		return 4
	}
	n := 0
	if d.Building != 0 {
		n += 2
	}
	if d.RoomType != "" {
		n++
	}
	return n
}

// versions is the table by date of the versions in force for a room: on each
// day the one that fits closest, and of these the latest.
func versions(all []Tariff, r roomIn) (out []fee.Dated[Tariff]) {
	fits := slices.DeleteFunc(slices.Clone(all), func(t Tariff) bool { return t.State != TariffApproved || t.reach(r) < 0 })
	for _, at := range fits {
		best := at
		for _, t := range fits {
			if t.From.After(at.From) {
				continue
			}
			if c := t.reach(r) - best.reach(r); c > 0 || c == 0 && t.From.After(best.From) {
				best = t
			}
		}
		out = append(out, fee.Dated[Tariff]{From: at.From, Value: best})
	}
	return out
}

// tariffOn is the version in force on a day.
func tariffOn(all []fee.Dated[Tariff], day clock.Day) (t Tariff, ok bool) {
	var from clock.Day
	for _, d := range all {
		if !d.From.After(day) && (!ok || d.From.After(from)) {
			t, from, ok = d.Value, d.From, true
		}
	}
	return t, ok
}

// due reports whether a run of a month bills an item, and for how long: a
// quarter is billed in its first month.
func (i ItemRules) due(p clock.Period) (from, to clock.Day, ok bool) {
	n := i.months()
	_, month, _ := p.First().Date()
	return p.First(), p.Add(n).First(), n > 0 && (int(month)-1)%n == 0
}
