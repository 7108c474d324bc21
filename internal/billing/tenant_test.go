package billing_test

import (
	"slices"
	"strings"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
)

// moved has customer 2005 rent room 1000 from 11 February, after customer 2004 who left on that day.
func (e *env) moved() {
	e.t.Helper()
	dbtest.Exec(e.t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, to_on, version) VALUES (3104, 1, 2004, 1000, 'tenant', '', '2025-10-01', '2026-02-11', 1)`)
	dbtest.Exec(e.t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES (3105, 1, 2005, 1000, 'tenant', '', '2026-02-11', 1)`)
}

// whose says of the lines of room 1000 who owes, from when, how much.
func (e *env) whose(r billing.Run) (out []string) {
	e.t.Helper()
	for _, l := range e.linesOf(r) {
		if l.Room == 1000 {
			kind, _, _ := strings.Cut(l.Debtor, ":")
			out = append(out, kind+" "+l.Who+" "+l.From.String()+" "+l.Fen.String())
		}
	}
	return out
}

// BIL-01: an item that is billed to tenants is split by days where they change, and stays the owner's where nobody rents.
func TestATenantIsBilledByDays(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		rules := propertyFee()
		rules.BilledTo = billing.ToTenant
		i := e.item(rules)
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.00"})
		e.moved()
		run := e.booked(e.calculated("2026-02"))
		// 85.37 ㎡ × 2.00 = 170.74; 10 and 18 days of 28.
		if got, want := e.whose(run), []string{"tenant 业主4 2026-02-01 60.98", "tenant 业主5 2026-02-11 109.76"}; !slices.Equal(got, want) {
			t.Fatalf("%q, want %q", got, want)
		}
		other := slices.ContainsFunc(e.linesOf(run), func(l billing.LineView) bool { return l.Room == 1001 && strings.HasPrefix(l.Debtor, "owner:") })
		if !other {
			t.Error("a room that is not let is not its owner's")
		}
		if again := e.calculated("2026-02"); again.Total != 0 {
			t.Errorf("the second run bills %d lines again", again.Total)
		}
		e.whole()
	})
}

// BIL-01: an item may leave it to the tenancy whether the tenant is billed; a tenancy that says nothing leaves it to the owner.
func TestTheTenancySaysWhetherTheTenantIsBilled(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		rules := propertyFee()
		rules.BilledTo = billing.ToLease
		i := e.item(rules)
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.00"})
		e.moved()
		if got := e.whose(e.calculated("2026-02")); !slices.Equal(got, []string{"owner 业主0 2026-02-01 170.74"}) {
			t.Fatalf("without an agreement: %q", got)
		}
		dbtest.Exec(t, e.d, `INSERT INTO lease (id, community_id, room_id, from_on, registration_no, emergency_name, emergency_relation, emergency_sealed, notes, missing, verified_by_name, ended_why, tenant_billed, version) VALUES (7000, 1, 1000, '2026-02-11', '', '', '', '', '', '[]', '', '', TRUE, 1)`)
		dbtest.Exec(t, e.d, `INSERT INTO lease_party (id, community_id, lease_id, role, customer_id, name, number_sealed, identity_kind, identity_sealed) VALUES (7001, 1, 7000, 'tenant', 2005, '', '', '', '')`)
		dbtest.Exec(t, e.d, `UPDATE bill_run SET state = 'dropped'`)
		if got, want := e.whose(e.calculated("2026-02")), []string{"owner 业主0 2026-02-01 60.98", "tenant 业主5 2026-02-11 109.76"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

// BIL-01, BIL-04: who moves out owes what the meter showed on that day; where nobody read it then, the clerk is told.
func TestWhoMovesOutOwesUpToTheReadingOfThatDay(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		rules := propertyFee()
		rules.Code, rules.Name, rules.Basis, rules.MeterKind, rules.PriceKind, rules.Cap, rules.CapPaper, rules.BilledTo = "water", "水费", billing.ByMeter, "water", "market", "", "", billing.ToTenant
		water := e.item(rules)
		e.tariff(water.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "3.00"})
		m := e.meter(billing.MeterDraft{Kind: "water", Number: "W-1", Room: 1000}, "2026-01-31", "100")
		e.moved()
		e.reads(m, "2026-02-28", "121")
		run := e.calculated("2026-02")
		if got := e.whose(run); !slices.Equal(got, []string{"tenant 业主5 2026-01-31 63.00"}) || !slices.ContainsFunc(run.Summary.Warnings, func(w billing.Warning) bool {
			return w.Code == "unread_change" && w.Params["meter"] == "W-1" && !w.Error
		}) {
			t.Errorf("without a reading on the day: %q %+v", got, run.Summary.Warnings)
		}
		dbtest.Exec(t, e.d, `UPDATE bill_run SET state = 'dropped'`)
		dbtest.Exec(t, e.d, `DELETE FROM meter_reading WHERE on_day = '2026-02-28'`)
		e.reads(m, "2026-02-11", "108")
		e.reads(m, "2026-02-28", "121")
		run = e.booked(e.calculated("2026-02"))
		if got, want := e.whose(run), []string{"tenant 业主4 2026-01-31 24.00", "tenant 业主5 2026-02-11 39.00"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		if slices.ContainsFunc(run.Summary.Warnings, func(w billing.Warning) bool { return w.Code == "unread_change" }) {
			t.Errorf("%+v", run.Summary.Warnings)
		}
		e.reads(m, "2026-03-31", "131")
		if got := e.whose(e.calculated("2026-03")); !slices.Equal(got, []string{"tenant 业主5 2026-02-28 30.00"}) {
			t.Errorf("the month after: %q", got)
		}
	})
}

// BIL-05, FAR-03: who owes for a part of the month bears the room's share of a public cost for their days; together it is the share, to the fen.
func TestAShareOfAPublicCostIsSplitByDays(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		share := propertyFee()
		share.Code, share.Name, share.Basis, share.ShareBy, share.PriceKind, share.Cap, share.CapPaper, share.BilledTo = "light", "公摊电费", billing.ByShare, "household", "market", "", "", billing.ToTenant
		i := e.item(share)
		for name, yuan := range map[string]string{"楼道照明": "1000.03", "水泵": "0.11"} {
			if _, err := e.svc.AddCost(t.Context(), e.clerk, 1, billing.CostDraft{Item: i.ID, Period: month("2026-02"), Name: name, Amount: yuan}); err != nil {
				t.Fatal(err)
			}
		}
		e.moved()
		dbtest.Exec(t, e.d, `UPDATE relation SET to_on = '2026-02-20' WHERE id = 3002`) // nobody owes for room 1002 afterwards
		run := e.calculated("2026-02")
		// The room bears 100.01 and 0.02 (the odd fen go to the first rooms): 10 and 18 days of 28 are 35.718 and 64.292, 0.007 and 0.013.
		if got, want := e.whose(run), []string{"tenant 业主4 2026-02-01 35.73", "tenant 业主5 2026-02-11 64.30"}; !slices.Equal(got, want) {
			t.Fatalf("%q, want %q", got, want)
		}
		for _, l := range e.linesOf(run) {
			for _, s := range l.Explain.Shares {
				switch {
				case l.Room == 1000 && (s.Days != l.To.Sub(l.From) || s.Of != 28 || s.Whole != map[string]money.Fen{"楼道照明": 10001, "水泵": 2}[s.Name]):
					t.Errorf("the line of %s does not say its days: %+v", l.From, s)
				case l.Room == 1001 && s.Days != 0:
					t.Errorf("a line of the whole month speaks of days: %+v", s)
				}
			}
		}
		// 9 days of 28 of its 100.01 are owed by nobody: an error, and the only money that is missing.
		if w := run.Summary.Warnings; run.Summary.Errors != 1 || w[0].Code != "no_debtor" || w[0].Params["from"] != "2026-02-20" {
			t.Errorf("%+v", w)
		}
		if run.Amount != 100003+11-3215 {
			t.Errorf("%s of 1000.14 without the 32.15 of nobody", run.Amount)
		}
		dbtest.Exec(t, e.d, `UPDATE relation SET to_on = NULL WHERE id = 3002`)
		dbtest.Exec(t, e.d, `UPDATE bill_run SET state = 'dropped'`)
		if run = e.booked(e.calculated("2026-02")); run.Amount != 100003+11 {
			t.Errorf("the shares are %s, the costs 1000.14", run.Amount)
		}
		if again := e.calculated("2026-02"); again.Total != 0 || again.Summary.Errors != 0 {
			t.Errorf("the second run bills %d lines again: %+v", again.Total, again.Summary.Warnings)
		}
		e.whole()
	})
}
