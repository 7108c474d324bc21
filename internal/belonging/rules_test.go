package belonging

import (
	"testing"

	"guanjia/internal/platform/clock"
)

func TestAThingIsCaredForAgainSoManyMonthsAfterTheLastTime(t *testing.T) {
	day := func(s string) clock.Day {
		if s == "" {
			return clock.Day{}
		}
		d, err := clock.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for rule, c := range map[string]struct {
		installed, last string
		every           int64
		want            string
	}{
		"six months after it was changed":                  {"2025-01-01", "2026-01-15", 6, "2026-07-15"},
		"never changed: counted from when it was put in":   {"2026-01-15", "", 12, "2027-01-15"},
		"31 August and six months is the last of February": {"", "2026-08-31", 6, "2027-02-28"},
		"in a leap year the 29th":                          {"", "2027-08-31", 6, "2028-02-29"},
		"nothing is known":                                 {"", "", 6, ""},
		"beyond the calendar":                              {"", "9999-12-31", 6, ""},
	} {
		b := Belonging{}
		b.InstalledOn, b.LastOn, b.EveryMonths = day(c.installed), day(c.last), &c.every
		if got := b.next().String(); got != c.want {
			t.Errorf("%s (CUS-06): %s, want %s", rule, got, c.want)
		}
	}
}

func TestACardHasANumberAndADogAName(t *testing.T) {
	for _, p := range []Particulars{{Kind: Card, Name: "x"}, {Kind: Dog, Number: "1"}, {Kind: EBike}} {
		if _, err := (Belonging{}).drawn(p); err == nil {
			t.Errorf("%+v is taken", p)
		}
	}
	for _, p := range []Particulars{{Kind: Card, Number: "a1"}, {Kind: Dog, Model: "柴犬"}, {Kind: EBike, Number: "8721"}} {
		if _, err := (Belonging{}).drawn(p); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
}
