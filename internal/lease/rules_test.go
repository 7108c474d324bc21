package lease

import (
	"slices"
	"testing"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

func day(t *testing.T, s string) clock.Day {
	t.Helper()
	d, err := clock.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestATenancyNamesWhatItLacks(t *testing.T) {
	rent := money.Fen(350000)
	whole := Lease{From: day(t, "2026-01-01"), To: day(t, "2026-12-31"), Rent: &rent, RegistrationNo: "R1", Emergency: "Somebody", emergency: "13800000000"}
	people := []Party{{Role: Landlord, Customer: 1}, {Role: Tenant, Name: "A", number: "13800000001", identity: "E0000001"}}
	if got := whole.lacks(people); len(got) != 0 {
		t.Errorf("a whole one lacks %v", got)
	}
	for rule, c := range map[string]struct {
		change func(*Lease, []Party) []Party
		want   []string
	}{
		"nobody lives in it":                  {func(_ *Lease, _ []Party) []Party { return nil }, []string{"landlord", "tenant"}},
		"an open term":                        {func(l *Lease, p []Party) []Party { l.To = clock.Day{}; return p }, []string{"to"}},
		"no registration":                     {func(l *Lease, p []Party) []Party { l.RegistrationNo = ""; return p }, []string{"registration"}},
		"an occupant without papers":          {func(_ *Lease, p []Party) []Party { return append(p, Party{Role: Occupant, Name: "B"}) }, []string{"identity"}},
		"an occupant with an archive is fine": {func(_ *Lease, p []Party) []Party { return append(p, Party{Role: Occupant, Customer: 7}) }, nil},
		"an agent needs no papers":            {func(_ *Lease, p []Party) []Party { return append(p, Party{Role: Agent, Name: "B"}) }, nil},
		"somebody to call without a number":   {func(l *Lease, p []Party) []Party { l.emergency = ""; return p }, []string{"emergency"}},
		"a tenant who cannot be called":       {func(_ *Lease, p []Party) []Party { p[1].number = ""; return p }, []string{"number"}},
	} {
		l := whole
		if got := l.lacks(c.change(&l, slices.Clone(people))); !slices.Equal(got, c.want) {
			t.Errorf("%s (CUS-08): lacks %v, want %v", rule, got, c.want)
		}
	}
}

func TestATenancyIsLookedAtEveryNinetyDays(t *testing.T) {
	l := Lease{VerifiedOn: day(t, "2026-01-01")}
	if l.overdue(day(t, "2026-04-01"), 90) {
		t.Error("on the ninetieth day it is still fine")
	}
	if !l.overdue(day(t, "2026-04-02"), 90) || !(Lease{}).overdue(day(t, "2026-04-02"), 90) {
		t.Error("after it, or never looked at, it is work")
	}
	l.EndedOn = day(t, "2026-02-01")
	if l.overdue(day(t, "2026-12-01"), 90) {
		t.Error("what has ended needs no looking at")
	}
}
