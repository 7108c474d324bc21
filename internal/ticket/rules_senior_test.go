package ticket

import (
	"testing"

	"guanjia/internal/staff"
)

// TIC-05a, each rule as a property manager would say it.
func TestDelicateMattersGoToSeniorsFirst(t *testing.T) {
	on := func(id staff.ID, level staff.Level, load int64, skills ...string) Candidate {
		return Candidate{OnDuty: staff.OnDuty{ID: id, Level: level, Skills: skills}, Load: load}
	}
	for rule, c := range map[string]struct {
		delicate bool
		all      []Candidate
		want     staff.ID
		said     string
	}{
		"a complaint goes to the senior on duty even if the junior has less to do":           {true, []Candidate{on(1, staff.Junior, 0, "water"), on(2, staff.Senior, 9, "water")}, 2, "yes"},
		"a supervisor counts as a senior":                                                    {true, []Candidate{on(1, "", 0, "water"), on(2, staff.Supervisor, 9, "water")}, 2, "yes"},
		"of two seniors the less loaded":                                                     {true, []Candidate{on(1, staff.Senior, 3, "water"), on(2, staff.Senior, 1, "water")}, 2, "yes"},
		"without a senior on duty it goes to whoever dispatch chooses, and it says so":       {true, []Candidate{on(1, staff.Junior, 3, "water"), on(2, "", 1, "water")}, 2, "none"},
		"a senior without the skill is none":                                                 {true, []Candidate{on(1, staff.Junior, 3, "water"), on(2, staff.Senior, 1, "gas")}, 1, "none"},
		"what is not delicate goes to the less loaded, whatever the level, and says nothing": {false, []Candidate{on(1, staff.Junior, 0, "water"), on(2, staff.Senior, 9, "water")}, 1, ""},
	} {
		t.Run(rule, func(t *testing.T) {
			got, why, ok := Choose(c.all, Need{"water", 3, C, c.delicate})
			if !ok || got.ID != c.want || why.Senior != c.said {
				t.Errorf("got %d, %+v", int64(got.ID), why)
			}
		})
	}
}
