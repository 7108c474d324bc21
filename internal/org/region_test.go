package org

import (
	"testing"

	"pgregory.net/rapid"

	"guanjia/internal/platform/authz"
)

func TestRegionsInEachOther(t *testing.T) {
	up := map[authz.RegionID]authz.RegionID{1: 0, 2: 1, 3: 2, 4: 1, 5: 0}
	for _, c := range []struct {
		a, b authz.RegionID
		want bool
	}{{3, 1, true}, {3, 3, true}, {1, 3, false}, {4, 2, false}, {5, 1, false}} {
		if inside(c.a, c.b, up) != c.want {
			t.Errorf("%d inside %d: %v", c.a, c.b, !c.want)
		}
	}
	if depth(3, up) != 3 || height(1, up) != 3 || height(3, up) != 1 || depth(0, up) != 0 {
		t.Error(depth(3, up), height(1, up), height(3, up))
	}
}

// Whatever the parents say, even in a circle, the questions end.
func TestACircleEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		up := map[authz.RegionID]authz.RegionID{}
		for i := range 6 {
			up[authz.RegionID(i+1)] = authz.RegionID(rapid.IntRange(0, 6).Draw(t, "parent"))
		}
		for a := range up {
			_ = height(a, up)
			if !inside(a, a, up) {
				t.Fatal("a region lies in itself")
			}
		}
	})
}

func TestOnlyRegionsAboveWhatOneSeesAreShown(t *testing.T) {
	all := []Region{{ID: 1}, {ID: 5}, {ID: 2, Parent: 1}, {ID: 4, Parent: 1}, {ID: 3, Parent: 2}}
	got := seen(all, []Leaf{{ID: 10, Region: 3}, {ID: 11}})
	if len(got) != 3 || got[0].ID != 1 || got[1].ID != 2 || got[2].ID != 3 {
		t.Error(got)
	}
}
