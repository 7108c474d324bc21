package ticket

import (
	"math"
	"time"
)

const (
	week = 7 * 24 * time.Hour
	// hotWeeks is what a week is measured by.
	hotWeeks = 8
	// youngWeeks is how many full weeks a community must have seen before any of its weeks is out of the ordinary.
	youngWeeks = 3
	// hotHouseholds is how many homes must be concerned: one that calls often is no matter of many.
	hotHouseholds = 3
)

// usual is the mean and the standard deviation of the weeks before.
func usual(before []int64) (mean, sigma float64) {
	for _, n := range before {
		mean += float64(n)
	}
	mean /= float64(len(before))
	for _, n := range before {
		sigma += (float64(n) - mean) * (float64(n) - mean)
	}
	return mean, math.Sqrt(sigma / float64(len(before)))
}

// hot reports whether the last seven days are out of the ordinary: more than
// mean + 3 σ of the eight weeks before, and at least three households (TIC-11).
// A community younger than that is measured by its full weeks, from three on.
func hot(before []int64, now, households int64) bool {
	if len(before) < youngWeeks || households < hotHouseholds {
		return false
	}
	mean, sigma := usual(before)
	return float64(now) > mean+3*sigma
}
