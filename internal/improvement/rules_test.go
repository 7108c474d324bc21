package improvement

import (
	"slices"
	"testing"

	"guanjia/internal/platform/clock"
)

func period(s string) (p clock.Period) {
	if err := p.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return p
}

// PRO-02d, as a head of maintenance would read the summary.
func TestFaultsAreCountedByClassDeviceAndCause(t *testing.T) {
	got := summarise([]fault{
		{ID: "1", Number: "BX1", Category: "facilities.lift", Facility: "7", Name: "1号梯", Cause: "门机故障", Minutes: 30},
		{ID: "2", Number: "BX2", Category: "facilities.water", Cause: "阀门老化", Minutes: 10},
		{ID: "3", Number: "BX3", Category: "facilities.lift", Facility: "7", Name: "1号梯", Cause: " 门机故障。", Minutes: 20, Again: true},
		{ID: "4", Number: "BX4", Category: "facilities.lift", Facility: "8", Name: "2号梯", Cause: "门机故障", Minutes: 90},
	})
	if len(got) != 3 {
		t.Fatalf("%d lines: %+v", len(got), got)
	}
	first := got[0]
	if first.N != 2 || first.Minutes != 50 || first.Again != 1 || first.Facility != "1号梯" || first.Cause != "门机故障" || !slices.Equal(first.Tickets, []Of{{"1", "BX1"}, {"3", "BX3"}}) {
		t.Errorf("the same cause at the same lift is one line, a full stop or not: %+v", first)
	}
	if got[1].Facility != "2号梯" {
		t.Errorf("of as frequent ones the one that took longest comes first: %+v", got[1])
	}
}

func TestMonthsThatTheProgramWasOffAreCaughtUp(t *testing.T) {
	for rule, c := range map[string]struct{ last, upTo, first, end string }{
		"the first summary is of the month that ended": {"", "2026-03", "2026-03", "2026-03"},
		"the next one follows":                         {"2026-03", "2026-04", "2026-04", "2026-04"},
		"what was missed comes too":                    {"2026-03", "2026-06", "2026-04", "2026-06"},
		"at most a year of it":                         {"2023-03", "2026-06", "2025-07", "2026-06"},
		"what is written is not written again":         {"2026-03", "2026-03", "", ""},
	} {
		t.Run(rule, func(t *testing.T) {
			var last clock.Period
			if c.last != "" {
				last = period(c.last)
			}
			got := missing(last, period(c.upTo))
			if c.first == "" {
				if len(got) != 0 {
					t.Errorf("%v", got)
				}
				return
			}
			if len(got) == 0 || got[0] != period(c.first) || got[len(got)-1] != period(c.end) {
				t.Errorf("%v", got)
			}
		})
	}
}
