package refund

import (
	"testing"

	"guanjia/internal/platform/clock"
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
