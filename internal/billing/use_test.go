package billing_test

import (
	"slices"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
)

// metered is an item reckoned by meters of a kind.
func (e *env) metered(kind string) billing.Item {
	e.t.Helper()
	r := propertyFee()
	r.Code, r.Name, r.Basis, r.MeterKind, r.PriceKind, r.Cap, r.CapPaper = kind, kind, billing.ByMeter, kind, "market", "", ""
	return e.item(r)
}

func (e *env) meter(d billing.MeterDraft, on, value string) billing.Meter {
	e.t.Helper()
	m, err := e.svc.CreateMeter(e.t.Context(), e.clerk, 1, d, &billing.Entered{On: day(on), Value: value})
	if err != nil {
		e.t.Fatal(err)
	}
	return m
}

func (e *env) reads(m billing.Meter, on, value string) {
	e.t.Helper()
	if _, err := e.svc.Enter(e.t.Context(), e.clerk, 1, []billing.Entered{{Meter: m.ID, On: day(on), Value: value, Confirmed: true}}); err != nil {
		e.t.Fatal(err)
	}
}

func (e *env) linesOf(r billing.Run) []billing.LineView {
	e.t.Helper()
	all, err := e.svc.RunLines(e.t.Context(), e.clerk, r.ID, 0, 0, 100)
	if err != nil {
		e.t.Fatal(err)
	}
	return all
}

// BIL-01: a meter that counts day and night apart is billed register by register, each rounded by itself.
func TestPeakAndValleyHaveTheirPrices(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		power := e.metered("power")
		e.tariff(power.ID, billing.TariffDraft{From: day("2024-01-01"), Registers: billing.Registers{{Register: "peak", Price: "0.5583"}, {Register: "valley", Price: "0.3583"}}})
		peak := e.meter(billing.MeterDraft{Kind: "power", Number: "D-1", Register: "peak", Room: 1000}, "2026-10-31", "100")
		valley := e.meter(billing.MeterDraft{Kind: "power", Number: "D-1", Register: "valley", Room: 1000}, "2026-10-31", "50")
		_, err := e.svc.CreateMeter(t.Context(), e.clerk, 1, billing.MeterDraft{Kind: "power", Number: "D-1", Register: "peak", Room: 1001}, nil)
		field(t, err, "number", "billing.meter_taken")
		flat := e.meter(billing.MeterDraft{Kind: "power", Number: "D-1", Register: "flat", Room: 1000}, "2026-10-31", "0")
		e.reads(peak, "2026-11-30", "220")
		e.reads(valley, "2026-11-30", "130.5")
		e.reads(flat, "2026-11-30", "10")
		run := e.calculated("2026-11")
		// 120 × 0.5583 = 66.996; 80.5 × 0.3583 = 28.84315.
		if run.Total != 2 || run.Amount != 6700+2884 {
			t.Errorf("%d lines of %s", run.Total, run.Amount)
		}
		if run.Summary.Errors != 1 || run.Summary.Warnings[0].Code != "no_register_price" {
			t.Errorf("a register without a price is an error, not nothing: %+v", run.Summary.Warnings)
		}
		lines := e.linesOf(run)
		at := slices.IndexFunc(lines, func(l billing.LineView) bool { return l.Meter == valley.ID })
		if at < 0 || lines[at].Price != "0.3583" || lines[at].Explain.Meter.Register != "valley" || lines[at].Explain.Exact != "28.84315" {
			t.Errorf("%+v", lines)
		}
	})
}

func TestPricesByTimeOfUseStandAlone(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		power, fee := e.metered("power"), e.item(propertyFee())
		two := billing.Registers{{Register: "peak", Price: "0.56"}, {Register: "peak", Price: "0.36"}}
		ask := func(i billing.Item, d billing.TariffDraft) error {
			d.From, d.Document, d.Explanation = day("2024-01-01"), "文件", "说明"
			_, err := e.svc.AskTariff(t.Context(), e.clerk, i.ID, d)
			return err
		}
		field(t, ask(power, billing.TariffDraft{Registers: two}), "registers[1].register", "billing.registers_twice")
		field(t, ask(power, billing.TariffDraft{Registers: two[:1], Price: "0.50"}), "registers", "billing.registers_alone")
		field(t, ask(fee, billing.TariffDraft{Registers: two[:1]}), "registers", "billing.registers_alone")
		field(t, ask(power, billing.TariffDraft{Registers: billing.Registers{{Register: "peak"}}}), "registers[0].price", "required")
		tiers := billing.Tiers{{UpTo: "10", Price: "1"}, {Price: "2"}}
		field(t, ask(power, billing.TariffDraft{Tiers: tiers, TierPeople: 4}), "tierExtra", "required")
		field(t, ask(power, billing.TariffDraft{Tiers: tiers, TierExtra: "3"}), "tierPeople", "required")
	})
}

// FAR-06, P-050: six people where the bounds stand for four have 60 more in each
// tier of the year; 120 were used before.
func TestTiersCountAYearAndThePeopleOfTheHousehold(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		water := e.metered("water")
		e.tariff(water.ID, billing.TariffDraft{
			From: day("2024-01-01"), Tiers: billing.Tiers{{UpTo: "180", Price: "3.45"}, {UpTo: "260", Price: "4.83"}, {Price: "7.41"}}, TierPeriod: "year", TierPeople: 4, TierExtra: "30",
		})
		for i := range 5 {
			dbtest.Exec(t, e.d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES ($1, 1, $2, 'person', '家人', '', '', '[]', '', 1)`, 2100+i, "F"+string(rune('0'+i)))
			dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, version) VALUES ($1, 1, $2, 1000, 'family', '', 1)`, 3100+i, 2100+i)
		}
		m := e.meter(billing.MeterDraft{Kind: "water", Number: "W-1", Room: 1000}, "2026-01-01", "0")
		other := e.meter(billing.MeterDraft{Kind: "water", Number: "W-2", Room: 1001}, "2026-01-01", "0")
		for _, month := range []struct {
			period, on, six, one string
			fen                  money.Fen
		}{
			{"2026-06", "2026-06-30", "120", "170", 41400 + 58650}, // 120 and 170 × 3.45
			// 120 × 3.45 + 80 × 4.83 = 800.40; one person: 10 × 3.45 + 20 × 4.83 = 131.10 (P-047).
			{"2026-11", "2026-11-30", "320", "200", 80040 + 13110},
			{"2027-01", "2027-01-31", "340", "210", 6900 + 3450}, // the year begins anew
		} {
			e.reads(m, month.on, month.six)
			e.reads(other, month.on, month.one)
			run := e.calculated(month.period)
			if run.Amount != month.fen {
				t.Errorf("%s: %s, by hand %s", month.period, run.Amount, month.fen)
			}
			if month.period == "2026-11" {
				lines := e.linesOf(run)
				at := slices.IndexFunc(lines, func(l billing.LineView) bool { return l.Meter == m.ID })
				if got, want := *lines[at].Explain.TierRule, (billing.TierRule{Used: "120", People: 6, Base: 4, Extra: "30"}); got != want {
					t.Errorf("explained with %+v", got)
				}
			}
			e.booked(run)
		}
	})
}
