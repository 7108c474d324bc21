package id

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

type thing struct{}

func TestTextIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := Of[thing](rapid.Int64Min(1).Draw(t, "id"))
		got, err := Parse[thing](v.String())
		if err != nil || got != v || len(v.String()) != 13 {
			t.Fatalf("%d → %q → %d %v", v, v.String(), got, err)
		}
	})
}

func TestTextSortsLikeNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := Of[thing](rapid.Int64Min(1).Draw(t, "a")), Of[thing](rapid.Int64Min(1).Draw(t, "b"))
		if (a < b) != (a.String() < b.String()) {
			t.Fatalf("%d %d sort as %q %q", a, b, a, b)
		}
	})
}

func TestIdsGrowEvenWhenTheClockStandsStillOrGoesBack(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := NewMaker(7, func() time.Time { now = now.Add(-time.Second); return now })
	last := int64(0)
	for range 10_000 {
		v := m.Block(1)
		if v <= last || v%Stride != 7 {
			t.Fatalf("%d after %d", v, last)
		}
		last = v
	}
}

func TestABlockIsNotHandedOutTwice(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := NewMaker(0, func() time.Time { return now })
	first := m.Block(1_000_000)
	if next := m.Block(1); next != first+1_000_000*Stride {
		t.Errorf("next id %d lies inside the block from %d", next, first)
	}
}

func TestWrongTextIsRefused(t *testing.T) {
	for _, s := range []string{"x", "0000000000000000", "uuuuuuuuuuuuu", "zzzzzzzzzzzzz", "0000000000OIL"} {
		if _, err := Parse[thing](s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
}
