package ticket

import (
	"slices"
	"strings"

	"guanjia/internal/staff"
)

// Candidate is somebody on duty who could take a ticket.
type Candidate struct {
	staff.OnDuty
	Load int64 // open tickets in hand
}

// Why says in the timeline why somebody was chosen (TIC-05).
type Why struct {
	Skill string
	Area  bool
	Load  int64
}

// Choose picks who gets a ticket: on duty and with the skill; of those one who
// serves the building before one who does not, then the least loaded, then who
// has been there longest. ok is false when nobody is free.
func Choose(all []Candidate, skill string, building staff.BuildingID) (best Candidate, why Why, ok bool) {
	rank := func(c Candidate) (bool, int64) { return building != 0 && slices.Contains(c.Areas, building), c.Load }
	for _, c := range all {
		if !slices.Contains(c.Skills, skill) {
			continue
		}
		near, load := rank(c)
		bestNear, bestLoad := rank(best)
		if !ok || (near && !bestNear) || (near == bestNear && (load < bestLoad || load == bestLoad && c.ID < best.ID)) {
			best, ok = c, true
			why = Why{Skill: skill, Area: near, Load: load}
		}
	}
	return best, why, ok
}

// SkillFor is what a category asks of who takes it: its own second level where
// that is a skill, otherwise what its department does.
func SkillFor(category string) string {
	if _, second, _ := strings.Cut(category, "."); slices.Contains(staff.Skills, second) {
		return second
	}
	switch c, _ := CategoryByID(category); c.Dept {
	case "cleaning":
		return "cleaning"
	case "security":
		return "security"
	case "engineering":
		return "home"
	}
	return "service"
}
