package arrears

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

func on(s string) clock.Day { d, _ := clock.ParseDay(s); return d }

func perDayRate(s string) money.Rate { r, _ := money.ParseRate(s); return r }

func TestWhoComesToTheLadderLateIsToldOfTheRungTheyStandOnOnly(t *testing.T) {
	rungs := Shipped.rungs("")
	today := on("2026-11-20")
	for late, want := range map[int]string{-4: "", -3: "due-3", -1: "due-3", 0: "due", 6: "due", 7: "due+7", 14: "due+7", 15: "due+15", 59: "due+30", 60: "due+60", 90: "due+90", 3000: "due+90"} {
		due, got := today.Add(-late), ""
		for _, g := range rungs {
			first, last := g.dueBetween(today)
			if !due.After(last) && (first.IsZero() || !due.Before(first)) {
				got += g.Code
			}
		}
		if got != want {
			t.Errorf("%d days late: %q, not %q", late, got, want)
		}
	}
}

func TestTheShippedLadderCanBeFollowed(t *testing.T) {
	d, err := Shipped.checked()
	if err != nil || len(d.Steps) != 9 {
		t.Fatal(err)
	}
	for _, s := range d.Steps {
		for _, text := range []string{s.Zh, s.En} {
			if strings.ContainsAny(Fill(text, Told{}.values()), "{}") {
				t.Errorf("%s: a placeholder stays: %s", s.Code, text)
			}
		}
	}
}

func TestALadderWithTwoStepsOfOneDayOrAnUnknownPlaceholderIsRefused(t *testing.T) {
	for _, steps := range []Steps{
		{{"a", 1, ByCall, true, "x", "x", ""}, {"b", 1, ByVisit, true, "x", "x", ""}},
		{{"a", 1, ByCall, true, "x", "x", ""}, {"a", 2, ByVisit, true, "x", "x", ""}},
		{{"a", 1, ByCall, true, "{name}", "x", ""}},
		{{"a", 1, ByCall, true, "", "x", ""}},
	} {
		if _, err := (RulesDraft{Steps: steps}).checked(); err == nil {
			t.Errorf("%+v", steps)
		}
	}
}

func TestADailyRateIsShownByYearAndCompetesWithTheLoss(t *testing.T) {
	for rate, want := range map[string]struct {
		year string
		cut  bool
	}{"0.0005": {"18.25", true}, "0.003": {"109.50", true}, "0.0001": {"3.65", false}, "0": {"0.00", false}} {
		r := perDayRate(rate)
		if Yearly(r) != want.year || LikelyCut(r, perDayRate("0.03")) != want.cut {
			t.Errorf("%s a day: %s a year, cut %v", rate, Yearly(r), LikelyCut(r, perDayRate("0.03")))
		}
	}
}

func TestAClaimLapsesAfterThreeYears(t *testing.T) {
	for from, want := range map[string]string{"2026-03-15": "2029-03-15", "2028-02-29": "2031-02-28"} {
		if got := LimitOn(on(from)); got != on(want) {
			t.Errorf("from %s: %s, not %s", from, got, want)
		}
	}
	if got := limitFrom(on("2029-03-15")); got != on("2026-03-15") {
		t.Error(got)
	}
}

func TestPromisesAreKeptInTheirOrder(t *testing.T) {
	all := []Promise{{Fen: 100, Made: on("2026-01-01"), On: on("2026-02-01")}, {Fen: 50, Made: on("2026-01-01"), On: on("2026-03-01")}}
	for paid, want := range map[money.Fen]string{99: "[false false]", 100: "[true false]", 149: "[true false]", 150: "[true true]"} {
		if got := fmt.Sprint(kept(all, func(clock.Day) money.Fen { return paid })); got != want {
			t.Errorf("%s paid: %s, not %s", paid, got, want)
		}
	}
}

// There is no action that cuts a household off, and none that bars its way
// (Civil Code art. 944): neither in the permissions nor in the routes.
func TestNothingCutsAHouseholdOff(t *testing.T) {
	forbidden := regexp.MustCompile(`(?i)(cut|shut|stop|disconnect|bar|block|lock|disable|suspend)[-_.]?(off)?[-_.]?(water|power|gas|heat|electric|gate|door|lift|elevator|car|barrier|access)|(water|power|gas|heat|electric|gate|door|lift|elevator|barrier|access)[-_.](cut|off|shut|stop|disconnect|block|lock|disable|suspend)|停水|停电|断水|断电|停气|停暖|禁止通行|锁车`)
	for _, file := range []string{"../auth/permissions.yaml", "../app/routes.golden", "arrears.go", "rules.go"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(raw), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			if found := forbidden.FindString(line); found != "" {
				t.Errorf("%s: %q in %s", file, found, line)
			}
		}
	}
	if !forbidden.MatchString("POST /api/v1/rooms/{id}/cut-water") || !forbidden.MatchString("gate.block") {
		t.Error("the test would not find one")
	}
}
