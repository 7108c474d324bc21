package collection_test

import (
	"testing"

	"guanjia/internal/arrears"
	"guanjia/internal/billing"
	"guanjia/internal/collection"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
)

// ARR-06: three years run from the due day, or from the last served notice, promise or part payment.
func TestTheAgeingKnowsWhatInterruptedTheLimitation(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.at(day("2026-01-05"))
		first, second := e.bill(e.rooms[0], e.items[0], period("2026-01"), 10_000), e.bill(e.rooms[1], e.items[0], period("2026-03"), 10_000)
		e.at(day("2026-09-20"))
		limit := func() clock.Day {
			t.Helper()
			g, err := e.svc.Ageing(t.Context(), e.who, collection.Asked{Community: here, From: period("2026-01"), To: period("2026-09"), By: "room"})
			if err != nil {
				t.Fatal(err)
			}
			return g.Total.Limit
		}
		due := func(l billing.LineID) clock.Day {
			return day(dbtest.One[string](t, e.d, `SELECT due_on FROM bill_line WHERE id = $1`, l))
		}
		if got := limit(); got != arrears.LimitOn(due(first)) {
			t.Errorf("three years from the due day of the oldest line: %s", got)
		}
		dbtest.Exec(t, e.d, `INSERT INTO limit_break (id, community_id, line_id, on_day, why, source) VALUES (1, $1, $2, '2026-08-20', 'served', 'dun:1')`, here, first)
		if got := limit(); got != arrears.LimitOn(due(second)) {
			t.Errorf("the notice served on 20 August begins them anew, so the other line is the first: %s", got)
		}
		dbtest.Exec(t, e.d, `INSERT INTO limit_break (id, community_id, line_id, on_day, why, source) VALUES (2, $1, $2, '2026-09-01', 'promise', 'promise:1')`, here, second)
		if got := limit(); got != day("2029-08-20") {
			t.Errorf("with a promise for the other: %s", got)
		}
	})
}

// The last day there is has no next one: a report that would need it is refused at its field, not broken off.
func TestNothingIsReportedBeyondTheLastMonth(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.life(1)
		last, err := clock.ParsePeriod("9999-12")
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.svc.Report(t.Context(), e.who, collection.Asked{Community: 1, From: last, To: last})
		if f := errs.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != "to" {
			t.Errorf("a report: %v", err)
		}
	})
}
