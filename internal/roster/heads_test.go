package roster

import "testing"

// STA-01c: 24 hours by two people are 336 hours a week, which is nine people at forty hours.
func TestHeadsAreTheHoursOfAWeekAtFortyEach(t *testing.T) {
	shifts := []Shift{{ID: 1, Post: PostSecurity, Minutes: 480, Active: true}, {ID: 2, Post: PostService, Minutes: 600, Active: true}}
	var needs []Need
	for range 21 {
		needs = append(needs, Need{Shift: 1, Need: 2})
	}
	needs = append(needs, Need{Shift: 2, Need: 1})
	got := heads(shifts, []Person{{Post: PostSecurity}, {Post: PostSecurity}, {Post: PostOther}}, needs)
	want := []Heads{{PostOther, 1, 0, 0}, {PostSecurity, 2, 336, 9}, {PostService, 0, 10, 1}}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
}
