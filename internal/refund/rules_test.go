package refund

import (
	"math/big"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/fee"
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

// FAR-12, R12: what is not served are the months not begun and of the month in progress its days, at the price that was paid; a line ends before its last day.
func TestUnservedAreMonthsNotBegunAndDaysOfTheMonthInProgress(t *testing.T) {
	day := func(s string) clock.Day {
		d, err := clock.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	// line is price × quantity for the months from first until before last.
	line := func(price, quantity, first, last string, fen money.Fen, parts ...billing.Part) billing.LineView {
		l := billing.LineView{Row: billing.Row{From: day(first), To: day(last), Price: price, Quantity: quantity, Fen: fen, Explain: billing.Explain{Basis: billing.ByBuildingArea, Parts: parts}}}
		for p := l.From.Period(); len(parts) == 0 && p.First().Before(l.To); p = p.Add(1) {
			n := p.Days()
			l.Explain.Parts = append(l.Explain.Parts, billing.Part{Month: p, Days: n, Of: n, Fen: fen / money.Fen(l.To.Period().Sub(l.From.Period()))})
		}
		return l
	}
	year := line("1", "100", "2026-01-01", "2027-01-01", 1200_00)
	march := line("3", "100", "2026-03-01", "2026-04-01", 300_00)
	march20, err := clock.ParsePeriod("2026-03")
	if err != nil {
		t.Fatal(err)
	}
	late := line("3", "100", "2026-03-20", "2026-04-01", 116_13, billing.Part{Month: march20, Days: 12, Of: 31, Fen: 116_13})
	half := line("3", "100", "2026-03-16", "2026-04-01", 150_00, billing.Part{Month: march20, Days: 16, Of: 31, Half: true, Fen: 150_00})
	less := march
	less.Fen = 210_00 // 30 % were taken off
	jiao := line("1.50", "85.37", "2026-03-01", "2026-04-01", 128_10)
	jiao.Explain.Rounding = money.Rounding{Unit: money.UnitJiao, Mode: money.HalfUp}
	water := march
	water.Explain = billing.Explain{Basis: billing.ByMeter}
	share := march
	share.Explain = billing.Explain{Basis: billing.ByShare, Shares: []billing.ShareExplain{{}}}
	for name, c := range map[string]struct {
		line  billing.LineView
		early money.Fen
		from  string
		fen   money.Fen
	}{
		"half a year: six months, not 184 of 365 days":             {year, 0, "2026-07-01", 600_00},
		"a year from 16 July: five months and 16 of 31 days":       {year, 0, "2026-07-16", 551_61},
		"a year of which 60.00 were taken off for paying it early": {year, 60_00, "2026-07-01", 570_00},
		"16 of 31 days, rounded up at the half":                    {march, 0, "2026-03-16", 154_84},
		"the last day":                                             {march, 0, "2026-03-31", 9_68},
		"the day after the last":                                   {march, 0, "2026-04-01", 0},
		"all of it":                                                {march, 0, "2026-02-01", 300_00},
		"30 % off":                                                 {less, 0, "2026-03-16", 108_39},
		"a part of a month, its last six days":                     {late, 0, "2026-03-26", 58_06},
		"half a month by rule, its last eight days":                {half, 0, "2026-03-24", 75_00},
		"rounded to the jiao as the line is":                       {jiao, 0, "2026-03-16", 66_10},
		"a share of a cost, by days":                               {share, 0, "2026-03-16", 154_84},
		"what was used is for no days":                             {water, 0, "2026-03-16", 0},
	} {
		if fen, err := unserved(c.line, c.early, day(c.from)); err != nil || fen != c.fen {
			t.Errorf("%s: %s, not %s, %v", name, fen, c.fen, err)
		}
	}
	whole := line("2.50", "85.37", "2026-01-01", "2027-01-01", 12*213_43)
	for d := whole.From.Add(1); d.Before(whole.To); d = d.Add(1) {
		begun, progress, err := fee.Unserved([]fee.Prepaid{{From: whole.From, To: whole.To, Price: big.NewRat(250, 100)}}, big.NewRat(8537, 100), d, money.Rounding{})
		if err != nil {
			t.Fatal(err)
		}
		if fen, err := unserved(whole, 0, d); err != nil || fen != begun+progress {
			t.Errorf("from %s on: %s, by the rule %s, %v", d, fen, begun+progress, err)
		}
	}
}
