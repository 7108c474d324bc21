package billing_test

import (
	"errors"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

func month(s string) clock.Period { p, _ := clock.ParsePeriod(s); return p }

func said(err error, name, code string) bool {
	var f *errs.Error
	if errors.As(err, &f) {
		for _, one := range f.Fields {
			if one.Name == name && one.Code == code {
				return true
			}
		}
	}
	return false
}

func (e *env) vacancy(percent string, months int64) {
	e.t.Helper()
	if _, err := e.svc.SetDiscountRules(e.t.Context(), e.clerk, 1, func(int64) error { return nil }, percent, months, 12); err != nil {
		e.t.Fatal(err)
	}
}

func (e *env) rowOf(r billing.Run, room string) (out billing.LineView) {
	e.t.Helper()
	for _, l := range e.rowsOf(r, room) {
		out = l
	}
	return out
}

func (e *env) rowsOf(r billing.Run, room string) (out []billing.LineView) {
	e.t.Helper()
	all, err := e.svc.RunLines(e.t.Context(), e.clerk, r.ID, 0, 0, 100)
	if err != nil {
		e.t.Fatal(err)
	}
	for _, l := range all {
		if l.Short == room {
			out = append(out, l)
		}
	}
	return out
}

// BIL-02: an empty home is reduced after application, inspection and approval, for its term only.
func TestAnEmptyHomeIsReducedAfterItWasLookedAtAndApproved(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(propertyFee())
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.00"})
		draft := billing.DiscountDraft{Room: 1000, Item: i.ID, Kind: fee.Vacancy, First: month("2026-03"), Last: month("2026-05"), Reason: "未装修，未入住"}
		if _, err := e.svc.AskDiscount(t.Context(), e.clerk, draft); !said(err, "kind", billing.ErrNoVacancy.Code) {
			t.Error("nothing is granted before the community says how much:", err)
		}
		e.vacancy("30", 6)
		long := draft
		long.Last = month("2026-09")
		if _, err := e.svc.AskDiscount(t.Context(), e.clerk, long); !said(err, "last", billing.ErrLongTerm.Code) {
			t.Error(err)
		}
		d, err := e.svc.AskDiscount(t.Context(), e.clerk, draft)
		if err != nil || d.State != "asked" || d.Percent != "30" {
			t.Fatalf("%+v %v", d, err)
		}
		if _, err := e.svc.AskDiscount(t.Context(), e.clerk, draft); !said(err, "first", billing.ErrDiscountTwo.Code) {
			t.Error(err)
		}
		full := e.rowOf(e.calculated("2026-03"), "1-100") // 85.37 × 2.00
		if full.Fen != 170_74 {
			t.Error("what is not approved reduces nothing:", full.Fen)
		}
		if d, err = e.svc.Inspect(t.Context(), e.clerk, d.ID, func(int64) error { return nil }, "水电表无读数，室内毛坯"); err != nil || d.State != "pending" {
			t.Fatalf("%+v %v", d, err)
		}
		e.decide("billing.discount", "bill_discount:"+d.ID.String(), true) // asserts that who asked may not decide
		r := e.calculated("2026-03")
		row := e.rowOf(r, "1-100")
		if row.Fen != 119_52 || len(row.Explain.Taken) != 1 || row.Explain.Taken[0] != (fee.Reduced{Kind: fee.Vacancy, Fen: 51_22}) || row.Tax != 6_77 { // 170.74 × 0.7 = 119.518
			t.Errorf("%s %+v tax %s", row.Fen, row.Explain.Taken, row.Tax)
		}
		if other := e.rowOf(r, "1-101"); other.Fen != 170_76 || len(other.Explain.Taken) != 0 {
			t.Errorf("another room: %+v", other.Fen)
		}
		if after := e.rowOf(e.calculated("2026-06"), "1-100"); after.Fen != 170_74 {
			t.Error("after the term:", after.Fen)
		}
		d, err = e.svc.EndDiscount(t.Context(), e.clerk, d.ID, func(int64) error { return nil }, month("2026-03"))
		if err != nil || d.Last != month("2026-03") {
			t.Error(d, err)
		}
		if after := e.rowOf(e.calculated("2026-04"), "1-100"); after.Fen != 170_74 {
			t.Error("ended before its term:", after.Fen)
		}
	})
}

// Reductions are taken in their order, each in the months of its term, and what is
// passed on is not reduced.
func TestReductionsOfAQuarterHoldInTheirMonths(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		rules := propertyFee()
		rules.Period = "quarter"
		i := e.item(rules)
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.00"})
		grant := func(d billing.DiscountDraft) {
			t.Helper()
			d.Room, d.Item, d.Reason = 1000, i.ID, "有证明"
			v, err := e.svc.AskDiscount(t.Context(), e.clerk, d)
			if err != nil || v.State != "pending" {
				t.Fatalf("%+v %v", v, err)
			}
			e.decide("billing.discount", "bill_discount:"+v.ID.String(), true)
		}
		grant(billing.DiscountDraft{Kind: fee.Hardship, Percent: "50", First: month("2026-02"), Last: month("2026-06")})
		grant(billing.DiscountDraft{Kind: fee.Fixed, Off: 10_00, First: month("2026-03"), Last: month("2026-03")})
		row := e.rowOf(e.calculated("2026-01"), "1-100")
		// January 170.74, February 85.37, March 85.37 − 10.00
		if want := money.Fen(170_74 + 85_37 + 75_37); row.Fen != want || len(row.Explain.Taken) != 2 || row.Explain.Taken[0].Fen != 170_74 || row.Explain.Taken[1].Fen != 10_00 {
			t.Errorf("%s, want %s: %+v", row.Fen, want, row.Explain.Taken)
		}
		water := e.item(billing.ItemRules{Code: "water", Name: "水费", Basis: billing.ByMeter, MeterKind: "water", Starts: "always", Period: "month", DueDay: 15, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up", LateFrom: "due", PriceKind: "market"})
		if _, err := e.svc.AskDiscount(t.Context(), e.clerk, billing.DiscountDraft{Room: 1000, Item: water.ID, Kind: fee.Staff, Percent: "10", First: month("2026-01"), Last: month("2026-02"), Reason: "员工"}); !said(err, "itemId", billing.ErrDiscountItem.Code) {
			t.Error(err)
		}
		for _, p := range []string{"", "0", "101", "x"} {
			if _, err := e.svc.AskDiscount(t.Context(), e.clerk, billing.DiscountDraft{Room: 1001, Item: i.ID, Kind: fee.Staff, Percent: p, First: month("2026-01"), Last: month("2026-02"), Reason: "员工"}); err == nil {
				t.Error("percent", p)
			}
		}
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM bill_discount`); n != 2 {
			t.Error(n, "stored")
		}
	})
}

// FAR-03, FAR-08: a fixed reduction of so much a month is taken once in a month that is split by a new price, each part by its days.
func TestAFixedReductionIsTakenOnceInAMonthThatIsSplit(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(propertyFee())
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.00"})
		e.tariff(i.ID, billing.TariffDraft{From: day("2026-04-16"), Price: "2.20"})
		d := billing.DiscountDraft{Room: 1000, Item: i.ID, Kind: fee.Fixed, Off: 10_00, First: month("2026-03"), Last: month("2026-05"), Reason: "有证明"}
		v, err := e.svc.AskDiscount(t.Context(), e.clerk, d)
		if err != nil {
			t.Fatal(err)
		}
		e.decide("billing.discount", "bill_discount:"+v.ID.String(), true)
		off := func(period string) (sum money.Fen, lines int) {
			for _, row := range e.rowsOf(e.calculated(period), "1-100") {
				for _, k := range row.Explain.Taken {
					sum += k.Fen
				}
				lines++
			}
			return sum, lines
		}
		for period, n := range map[string]int{"2026-03": 1, "2026-04": 2, "2026-05": 1} {
			if sum, lines := off(period); sum != 10_00 || lines != n {
				t.Errorf("%s: %s taken off %d lines", period, sum, lines)
			}
		}
	})
}

// BIL-04, BIL-10: a wrong reading is put right in the register, then in the bills; the month after starts from the right one.
func TestAWrongReadingIsPutRightInTheRegisterAndInTheBills(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(billing.ItemRules{Code: "water", Name: "水费", Basis: billing.ByMeter, MeterKind: "water", Starts: "always", Period: "month", DueDay: 31, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up", LateFrom: "due", PriceKind: "market"})
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "3.00"})
		m, err := e.svc.CreateMeter(t.Context(), e.clerk, 1, billing.MeterDraft{Kind: "water", Number: "S1", Room: 1000}, &billing.Entered{On: day("2026-01-31"), Value: "100"})
		if err != nil {
			t.Fatal(err)
		}
		read := func(on, value string) {
			t.Helper()
			if _, err := e.svc.Enter(t.Context(), e.clerk, 1, []billing.Entered{{Meter: m.ID, On: day(on), Value: value, Confirmed: true}}); err != nil {
				t.Fatal(err)
			}
		}
		read("2026-02-28", "170") // should have been 117
		e.booked(e.calculated("2026-02"))
		if sum, _ := e.owed(); sum != 210_00 {
			t.Fatal(sum)
		}
		read("2026-03-31", "180")
		all, err := e.svc.Readings(t.Context(), e.clerk, m.ID)
		if err != nil || len(all) != 3 {
			t.Fatal(all, err)
		}
		if _, err := e.svc.CorrectReading(t.Context(), e.clerk, all[1].ID, "169", "117", "抄错"); err == nil {
			t.Error("somebody else corrected it meanwhile")
		}
		if _, err := e.svc.CorrectReading(t.Context(), e.clerk, all[1].ID, "170", "99", "抄错"); !said(err, "value", billing.ErrBackwards.Code) {
			t.Error(err)
		}
		if all, err = e.svc.CorrectReading(t.Context(), e.clerk, all[1].ID, "170", "117", "抄错"); err != nil || all[1].Value != "117" || all[1].Usage != "17" || all[0].Usage != "63" {
			t.Fatalf("%+v %v", all, err)
		}
		f, err := e.svc.BeginFix(t.Context(), e.clerk, billing.FixDraft{Item: i.ID, First: month("2026-02"), Last: month("2026-03"), Cause: "reading", Reason: "2 月读数抄错", Evidence: "复核照片"})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.svc.WorkFix(t.Context(), f.ID); err != nil {
			t.Fatal(err)
		}
		if f, err = e.svc.Fix(t.Context(), e.clerk, f.ID); err != nil || f.Total != 1 || f.Old != 210_00 || f.New != 51_00 {
			t.Fatalf("%+v %v", f, err)
		}
		if _, err := e.svc.MoveFix(t.Context(), e.clerk, f.ID, match(f.Version), "submit"); err != nil {
			t.Fatal(err)
		}
		e.decide("billing.fix", "bill_fix:"+f.ID.String(), true)
		if err := e.svc.WorkFix(t.Context(), f.ID); err != nil {
			t.Fatal(err)
		}
		e.booked(e.calculated("2026-03"))
		if sum, n := e.owed(); sum != 51_00+189_00 || n != 2 {
			t.Error(sum, n)
		}
		e.whole()
	})
}

// BIL-04: who has a meter taken down after its last reading still owes what it counted until then, once.
func TestAMeterThatWasTakenDownIsBilledToItsLastReading(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(billing.ItemRules{Code: "water", Name: "水费", Basis: billing.ByMeter, MeterKind: "water", Starts: "always", Period: "month", DueDay: 31, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up", LateFrom: "due", PriceKind: "market"})
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "3.00"})
		m, err := e.svc.CreateMeter(t.Context(), e.clerk, 1, billing.MeterDraft{Kind: "water", Number: "S1", Room: 1000}, &billing.Entered{On: day("2026-01-31"), Value: "100"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.svc.Enter(t.Context(), e.clerk, 1, []billing.Entered{{Meter: m.ID, On: day("2026-02-28"), Value: "117", Confirmed: true}}); err != nil {
			t.Fatal(err)
		}
		if _, err := e.svc.UpdateMeter(t.Context(), e.clerk, m.ID, match(m.Version), m.MeterDraft, "removed"); err != nil {
			t.Fatal(err)
		}
		r := e.calculated("2026-02")
		if row := e.rowOf(r, "1-100"); row.Fen != 51_00 {
			t.Errorf("the last 17 m³ cost %s: %+v", row.Fen, r.Summary.Warnings)
		}
		e.booked(r)
		if r := e.calculated("2026-03"); e.rowOf(r, "1-100").Fen != 0 || len(r.Summary.Warnings) != 0 {
			t.Errorf("in the month after: %+v %+v", e.rowOf(r, "1-100"), r.Summary.Warnings)
		}
	})
}

// The number of a room is larger than what an engine takes for a small one.
func TestReductionsOfARoomAreFoundByItsNumber(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		if all, err := e.svc.Discounts(t.Context(), e.clerk, 1, housing.RoomID(1<<62), 0, 10); err != nil || len(all) != 0 {
			t.Errorf("%v %v", all, err)
		}
	})
}
