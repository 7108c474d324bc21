package upkeep

import (
	"testing"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
)

func on(t testing.TB, s string) clock.Day {
	t.Helper()
	d, err := clock.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAMonthlyDayIsTheLastOfAShorterMonth(t *testing.T) {
	d := Draft{N: 1, Unit: Months, Start: on(t, "2026-01-31")}
	for _, c := range [][2]string{{"2026-01-01", "2026-01-31"}, {"2026-01-31", "2026-01-31"}, {"2026-02-01", "2026-02-28"}, {"2026-03-01", "2026-03-31"}, {"2028-02-01", "2028-02-29"}} {
		if got := d.from(on(t, c[0])); got != on(t, c[1]) {
			t.Errorf("from %s: %s, want %s", c[0], got, c[1])
		}
	}
	frost := Draft{N: 1, Unit: Years, Start: on(t, "2024-02-29")}
	if got := frost.between(on(t, "2025-01-01"), on(t, "2028-12-31"), 9); len(got) != 4 || got[0] != on(t, "2025-02-28") || got[3] != on(t, "2028-02-29") {
		t.Errorf("a leap day each year: %v", got)
	}
}

// Whatever the cycle, its days follow each other without a gap, and none is lost by asking later.
func TestTheDaysOfACycleAreTheSameWhereverOneBegins(t *testing.T) {
	start := on(t, "2026-01-31")
	for _, unit := range []Unit{Days, Weeks, Months, Years} {
		for n := int64(1); n <= 13; n++ {
			d := Draft{N: n, Unit: unit, Start: start}
			k := 0
			for at := start; at.Sub(start) < 4000; at = at.Add(1) {
				if got := d.from(at); got != d.day(k) {
					t.Fatalf("every %d %s from %s: %s, want %s", n, unit, at, got, d.day(k))
				}
				if at == d.day(k) {
					k++
				}
			}
		}
	}
}

// Each example that is shipped can be made a plan of as it is.
func TestTheShippedExamplesArePlans(t *testing.T) {
	today := on(t, "2026-03-02")
	if len(Examples()) < 6 {
		t.Errorf("%d examples", len(Examples()))
	}
	for _, e := range Examples() {
		c, known := ticket.ShippedTree().ByID(e.Category)
		start := today
		if e.On != "" {
			start = on(t, "2026-"+e.On)
		}
		d := Draft{Title: e.Zh, Words: e.Words, Kind: ticket.Chore, Category: e.Category, Grade: c.Usual(), Place: "小区", N: e.N, Unit: e.Unit, Start: start, Active: true}
		if _, err := d.checked(today, ticket.ShippedTree(), ""); err != nil || !known || e.En == "" {
			t.Errorf("%s: %v", e.Zh, err)
		}
	}
}

func TestAWrongPlanIsRefusedAtItsFields(t *testing.T) {
	today := on(t, "2026-03-02")
	good := Draft{Title: "消防月检", Kind: ticket.Chore, Category: "facilities.fire", Grade: ticket.B, Place: "1栋", N: 1, Unit: Months, Start: today, Active: true}
	if _, err := good.checked(today, ticket.ShippedTree(), ""); err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(*Draft){
		"title": func(d *Draft) { d.Title = "  " }, "place": func(d *Draft) { d.Place = "" }, "category": func(d *Draft) { d.Category = "none" }, "grade": func(d *Draft) { d.Grade = ticket.C },
		"every": func(d *Draft) { d.N, d.Unit = 11, Years }, "start": func(d *Draft) { d.Start = today.Add(-3000) },
	} {
		d := good
		change(&d)
		_, err := d.checked(today, ticket.ShippedTree(), "")
		if f := errs.Of(err).Fields; len(f) != 1 || f[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
