package customer

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"guanjia/internal/platform/clock"
)

func day(t testing.TB, s string) clock.Day {
	t.Helper()
	if s == "" {
		return clock.Day{}
	}
	d, err := clock.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAShareIsWrittenInAnyUsualForm(t *testing.T) {
	for text, want := range map[string]string{
		"1/2": "1/2", " 2 / 4 ": "1/2", "50%": "50%", "５０％": "50%", "0.5": "1/2", "1": "1", "100%": "1", "33.33%": "33.33%", "": "",
	} {
		if got, _, err := ParseShare(text); err != nil || got != want {
			t.Errorf("%q is %q %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"0", "0/3", "1/0", "1/00", "3/2", "101%", "-1/2", "half", "1/2/3", "1.5", "%", "/2", "1e3", "0x1/2", "\x00"} {
		if got, _, err := ParseShare(text); err == nil {
			t.Errorf("%q is taken as %q", text, got)
		}
	}
}

func TestOwnersSharesOfADayAreNeverMoreThanTheRoom(t *testing.T) {
	owner := func(share, from, to string) Relation {
		return Relation{Kind: Owner, Share: share, From: day(t, from), To: day(t, to)}
	}
	for rule, c := range map[string]struct {
		owners []Relation
		more   bool
	}{
		"two halves are the whole":                           {[]Relation{owner("1/2", "", ""), owner("50%", "", "")}, false},
		"three thirds are exactly the whole":                 {[]Relation{owner("1/3", "", ""), owner("1/3", "", ""), owner("1/3", "", "")}, false},
		"a half and two thirds are too much":                 {[]Relation{owner("1/2", "", ""), owner("2/3", "", "")}, true},
		"who sold before does not count":                     {[]Relation{owner("1", "2019-01-01", "2026-03-01"), owner("1", "2026-03-01", "")}, false},
		"a day in common does":                               {[]Relation{owner("1", "2019-01-01", "2026-03-02"), owner("1", "2026-03-01", "")}, true},
		"a share that is not known does not count":           {[]Relation{owner("1", "", ""), owner("", "", "")}, false},
		"family has none":                                    {[]Relation{owner("1", "", ""), {Kind: Family, Share: "1"}}, false},
		"too much in the past is too much":                   {[]Relation{owner("1", "2019-01-01", "2020-01-01"), owner("1", "2019-06-01", "2019-07-01")}, true},
		"before the first known day both may have held it":   {[]Relation{owner("1", "", "2020-01-01"), owner("1/2", "", "2019-01-01")}, true},
		"one after the other without a gap is never at once": {[]Relation{owner("1", "", "2020-01-01"), owner("1", "2020-01-01", "2021-01-01"), owner("1", "2021-01-01", "")}, false},
	} {
		if d, more := tooMuch(c.owners); more != c.more {
			t.Errorf("%s (CUS-01): %v %s", rule, more, d)
		}
	}
}

// Whatever days and shares: no day that was not looked at has more than one that was.
func TestTheFirstDaysOfOwnersAreTheOnesToLookAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var owners []Relation
		for range rapid.IntRange(1, 5).Draw(t, "owners") {
			from := rapid.IntRange(1, 30).Draw(t, "from")
			r := Relation{Kind: Owner, Share: rapid.SampledFrom([]string{"1/2", "1/3", "40%", "1"}).Draw(t, "share"), From: clock.Day{}.Add(700000 + from)}
			if rapid.Bool().Draw(t, "ended") {
				r.To = r.From.Add(rapid.IntRange(0, 20).Draw(t, "days"))
			}
			owners = append(owners, r)
		}
		worst := false
		for n := range 60 {
			sum := new(big.Rat)
			for _, r := range owners {
				if _, share, _ := ParseShare(r.Share); r.holds(clock.Day{}.Add(700000 + n)) {
					sum.Add(sum, share)
				}
			}
			worst = worst || sum.Cmp(big.NewRat(1, 1)) > 0
		}
		if _, more := tooMuch(owners); more != worst {
			t.Fatalf("%v: %v, want %v", owners, more, worst)
		}
	})
}
