package desk

import (
	"cmp"
	"slices"
	"time"

	"guanjia/internal/platform/clock"
)

// Habit is something a household asks for often: how, and at what time of day.
type Habit struct {
	Category string `json:"category"`
	Count    int    `json:"count"`
	Channel  string `json:"channel" doc:"the most frequent"`
	From     int    `json:"fromHour" doc:"of the three hours of the day in which most of them came"`
	To       int    `json:"toHour"`
}

// asking is one past request.
type asking struct {
	Category string        `db:"category"`
	Channel  string        `db:"channel"`
	At       clock.Instant `db:"opened_at"`
}

const (
	mostHabits = 3
	leastOften = 2 // asked once is no habit
	habitHours = 3
)

// habits are the categories asked for most, with channel and time of day (CUS-02).
func habits(all []asking, zone *time.Location) []Habit {
	of := map[string][]asking{}
	for _, a := range all {
		of[a.Category] = append(of[a.Category], a)
	}
	out := []Habit{}
	for category, list := range of {
		if len(list) < leastOften {
			continue
		}
		channels := map[string]int{}
		var hours [24]int
		for _, a := range list {
			channels[a.Channel]++
			hours[a.At.Time().In(zone).Hour()]++
		}
		h := Habit{Category: category, Count: len(list)}
		for c, n := range channels {
			if d := n - channels[h.Channel]; d > 0 || d == 0 && c < h.Channel {
				h.Channel = c
			}
		}
		most := -1
		for from := 0; from+habitHours <= 24; from++ {
			n := 0
			for _, k := range hours[from : from+habitHours] {
				n += k
			}
			if n > most {
				most, h.From, h.To = n, from, from+habitHours
			}
		}
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b Habit) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Category, b.Category)) })
	return out[:min(len(out), mostHabits)]
}

// Trend says how satisfaction moves.
type Trend string

// The trends; below four ratings there is none.
const (
	Up     Trend = "up"
	Down   Trend = "down"
	Steady Trend = "steady"
)

const (
	trendOver = 4   // ratings on each side
	trendStep = 0.3 // a smaller difference is steady
)

// trend compares the mean of the latest ratings with that of those before.
func trend(latestFirst []Rating) Trend {
	if len(latestFirst) < trendOver {
		return ""
	}
	half := min(trendOver, len(latestFirst)/2)
	mean := func(list []Rating) (sum float64) {
		for _, r := range list {
			sum += r.Rating
		}
		return sum / float64(len(list))
	}
	switch d := mean(latestFirst[:half]) - mean(latestFirst[half:min(len(latestFirst), half+trendOver)]); {
	case d >= trendStep:
		return Up
	case d <= -trendStep:
		return Down
	}
	return Steady
}
