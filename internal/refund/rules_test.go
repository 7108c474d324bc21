package refund

import (
	"testing"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

func TestARefundTakesAtMostSevenWorkingDays(t *testing.T) {
	for asked, want := range map[string]string{
		"2026-03-10": "2026-03-19", // Tuesday: a weekend lies between
		"2026-03-14": "2026-03-24", // Saturday
		"2026-09-28": "2026-10-13", // the holidays of October lie between
	} {
		from, err := clock.ParseDay(asked)
		if err != nil {
			t.Fatal(err)
		}
		if got := dueOn(from, workdays, clock.China()); got.String() != want {
			t.Errorf("asked on %s it is due on %s, want %s", asked, got, want)
		}
	}
	// A year nobody has announced: Monday to Friday count.
	from, err := clock.ParseDay("2031-03-10")
	if err != nil {
		t.Fatal(err)
	}
	if got := dueOn(from, workdays, clock.Calendar{}); got.String() != "2031-03-19" {
		t.Error(got)
	}
}

func TestARefundIsOverdueTheDayAfterItsLast(t *testing.T) {
	due, err := clock.ParseDay("2026-03-19")
	if err != nil {
		t.Fatal(err)
	}
	r := Refund{State: Approved, Due: due}
	if r.late(due) || !r.late(due.Add(1)) {
		t.Error("the last day counts")
	}
	if r.State = Paid; r.late(due.Add(9)) {
		t.Error("what is paid is not late")
	}
}

func TestANumberOfAGatewayLeadsBackToItsRefund(t *testing.T) {
	r := Refund{Number: "RF202603100012", Tries: 3}
	if got := r.outNumber(); got != "RF202603100012R3" || plain(got) != r.Number {
		t.Error(got, plain(got))
	}
}

// PAY-05a: what is not served goes back by whole days, never more than was paid.
func TestUnservedDaysAreCountedWhole(t *testing.T) {
	day := func(s string) clock.Day {
		d, err := clock.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		paid              money.Fen
		first, last, from string
		fen               money.Fen
		days, of          int64
	}{
		{365_00, "2026-01-01", "2026-12-31", "2026-07-01", 184_00, 184, 365}, // paid for the year, moved out on the last of June
		{300_00, "2026-03-01", "2026-03-31", "2026-03-16", 154_83, 16, 31},   // 300.00 × 16/31 = 154.838…
		{300_00, "2026-03-01", "2026-03-31", "2026-02-01", 300_00, 31, 31},
		{300_00, "2026-03-01", "2026-03-31", "2026-04-01", 0, 0, 0},
		{9_000_000_000_000_000, "2026-01-01", "2026-12-31", "2026-12-31", 24_657_534_246_575, 1, 365}, // no overflow
	} {
		if fen, days, of := unserved(c.paid, day(c.first), day(c.last), day(c.from)); fen != c.fen || days != c.days || of != c.of {
			t.Errorf("%+v: %s for %d of %d days", c, fen, days, of)
		}
	}
}
