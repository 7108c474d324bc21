package handover

import (
	"testing"

	"guanjia/internal/housing"
	"guanjia/internal/platform/clock"
)

func TestTheShippedChecklistIsWhole(t *testing.T) {
	list, err := Shipped()
	if err != nil || len(list) < 10 {
		t.Fatal(len(list), err)
	}
	if err := checked(list); err != nil {
		t.Error(err)
	}
	for _, c := range list {
		if c.Zh == "" || c.En == "" || c.Months < 24 {
			t.Errorf("%+v is not complete", c)
		}
	}
	if shop, home := linesFor(list, housing.Shop), linesFor(list, housing.Home); len(shop) >= len(home) {
		t.Errorf("a shop has %d lines, a home %d", len(shop), len(home))
	}
}

func TestTheDeveloperAnswersForADefectUntilTheSameDayOfItsLastMonth(t *testing.T) {
	day := func(s string) clock.Day {
		d, err := clock.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		from   string
		months int64
		want   string
	}{{"2026-03-02", 24, "2028-03-02"}, {"2026-01-31", 1, "2026-02-28"}, {"2024-02-29", 12, "2025-02-28"}, {"2026-11-30", 60, "2031-11-30"}, {"2026-12-15", 1, "2027-01-15"}} {
		if got := warrantyEnd(day(c.from), c.months); got != day(c.want) {
			t.Errorf("%s and %d months: %s, want %s", c.from, c.months, got, c.want)
		}
	}
	if !warrantyEnd(clock.Day{}, 24).IsZero() || !warrantyEnd(day("2026-03-02"), 0).IsZero() {
		t.Error("no day, or no warranty, ends nowhere")
	}
}

func TestReadingsAreExactToAThousandth(t *testing.T) {
	for text, want := range map[string]string{"12": "12", "12.3": "12.3", "12.345": "12.345", "0.001": "0.001", "0": "0", " 7.10 ": "7.1"} {
		var r Thousandths
		if err := r.UnmarshalText([]byte(text)); err != nil || r.String() != want {
			t.Errorf("%q: %s %v", text, r, err)
		}
	}
	for _, text := range []string{"", "1,5", "-1", "1.2345", ".5", "5.", "1e3", "9999999999", "十"} {
		var r Thousandths
		if err := r.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is read as %s", text, r)
		}
	}
}

func TestARoomMayNotSkipTheInspection(t *testing.T) {
	h := Handover{State: Appointed}
	if _, err := h.finished([]Item{{Result: "ok"}, {}}, Finish{}, clock.Day{}); err == nil {
		t.Error("handed over without a look")
	}
	if _, _, err := (Handover{State: Invited}).recorded(nil, Record{}, clock.Day{}); err == nil {
		t.Error("recorded without an appointment")
	}
}
