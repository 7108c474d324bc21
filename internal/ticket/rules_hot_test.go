package ticket

import "testing"

func TestWhatIsOutOfTheOrdinary(t *testing.T) {
	for _, c := range []struct {
		before          []int64
		now, households int64
		want            bool
	}{
		{[]int64{1, 1, 1, 1, 1, 1, 1, 1}, 2, 3, true},       // σ = 0: one more than always
		{[]int64{1, 1, 1, 1, 1, 1, 1, 1}, 1, 3, false},      // as always
		{[]int64{0, 2, 0, 2, 0, 2, 0, 2}, 4, 3, false},      // mean 1, σ 1: four is not more than 1 + 3
		{[]int64{0, 2, 0, 2, 0, 2, 0, 2}, 5, 3, true},       // five is
		{[]int64{0, 2, 0, 2, 0, 2, 0, 2}, 50, 2, false},     // of two homes
		{[]int64{10, 12, 9, 11, 10, 8, 12, 8}, 15, 9, true}, // mean 10, σ 1.5: above 14.5
		{[]int64{10, 12, 9, 11, 10, 8, 12, 8}, 14, 9, false},
		{[]int64{0, 0}, 9, 9, false}, // two weeks are too young
		{[]int64{0, 0, 0}, 3, 3, true},
	} {
		if got := hot(c.before, c.now, c.households); got != c.want {
			t.Errorf("%v, then %d from %d homes: %v", c.before, c.now, c.households, got)
		}
	}
}
