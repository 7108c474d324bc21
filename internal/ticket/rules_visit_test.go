package ticket

import (
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/internal/platform/clock"
	"guanjia/internal/staff"
)

func on(text string) clock.Instant {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return clock.Of(t)
}

func TestArrivingInTheWindowKeepsItAndUpToTheToleranceBesideItToo(t *testing.T) {
	window := Appointment{Kind: ByWindow, From: on("2026-03-02T09:00:00Z"), To: on("2026-03-02T12:00:00Z")}
	time1 := Appointment{Kind: ByTime, From: on("2026-03-02T10:00:00Z"), To: on("2026-03-02T10:00:00Z")}
	for name, c := range map[string]struct {
		of      Appointment
		arrived string
		is      Arrival
		late    int64
	}{
		"as it begins":                          {window, "2026-03-02T09:00:00Z", ArrivalKept, 0},
		"as it ends":                            {window, "2026-03-02T12:00:00Z", ArrivalKept, 0},
		"fifteen minutes after it":              {window, "2026-03-02T12:15:00Z", ArrivalKept, 0},
		"a second later is sixteen minutes":     {window, "2026-03-02T12:15:01Z", Missed, 16},
		"fifteen minutes before it":             {window, "2026-03-02T08:45:00Z", ArrivalKept, 0},
		"half an hour too early is not kept":    {window, "2026-03-02T08:30:00Z", Missed, -30},
		"earlier than the time that was told":   {time1, "2026-03-02T08:30:00Z", ArrivalKept, 0},
		"forty minutes after what was promised": {time1, "2026-03-02T10:40:00Z", Missed, 40},
	} {
		arrived := on(c.arrived)
		if is, late := c.of.judged(15*time.Minute, &arrived, arrived); is != c.is || late != c.late {
			t.Errorf("%s: %s by %d minutes, want %s by %d", name, is, late, c.is, c.late)
		}
	}
	for now, want := range map[string]Arrival{"2026-03-02T12:15:00Z": Booked, "2026-03-02T12:15:01Z": Missed} {
		if is, _ := window.judged(15*time.Minute, nil, on(now)); is != want {
			t.Errorf("nobody has come by %s: %s, want %s", now, is, want)
		}
	}
}

func crewOf(skills ...staff.Words) (out []Candidate) {
	for i, s := range skills {
		out = append(out, Candidate{OnDuty: staff.OnDuty{ID: staff.ID(i + 1), Skills: s}})
	}
	return out
}

func TestAWindowTakesWhatItsPeopleCanDoInAll(t *testing.T) {
	r := VisitRules{PerPerson: 2}
	both, water := staff.Words{"water", "power"}, staff.Words{"water"}
	for name, c := range map[string]struct {
		people []Candidate
		booked map[string]int
		skill  string
		all    int
		free   int
	}{
		"two plumbers take four":                         {crewOf(water, water), nil, "water", 4, 4},
		"one is booked":                                  {crewOf(water, water), map[string]int{"water": 1}, "water", 4, 3},
		"nobody has the skill":                           {crewOf(water), nil, "gas", 0, 0},
		"who can do both does each visit once":           {crewOf(both), map[string]int{"power": 2}, "water", 2, 0},
		"the plumber makes room for the electrician":     {crewOf(both, water), map[string]int{"water": 2}, "power", 2, 2},
		"more is booked than people are there since":     {crewOf(water), map[string]int{"water": 5}, "water", 2, 0},
		"what others are overbooked with takes no place": {crewOf(water, staff.Words{"power"}), map[string]int{"water": 5}, "power", 2, 2},
	} {
		if all, free := r.capacity(VisitWindow{Slot: "am"}, c.people, c.booked, c.skill); all != c.all || free != c.free {
			t.Errorf("%s: %d of %d, want %d of %d", name, free, all, c.free, c.all)
		}
	}
	r.Capacity = []SlotCapacity{{Skill: "water", N: 5}, {Skill: "water", Slot: "pm", N: 1}}
	for slot, want := range map[string]int{"am": 4, "pm": 0} {
		if _, free := r.capacity(VisitWindow{Slot: slot}, crewOf(water), map[string]int{"water": 1}, "water"); free != want {
			t.Errorf("a number that is set counts instead of the roster: %s has %d free, want %d", slot, free, want)
		}
	}
}

// Booking one place after the other until none is free never gives more than the people can do.
func TestPlacesAreNeverGivenTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		skills := []string{"water", "power", "gas"}
		var crew []Candidate
		for i := range rapid.IntRange(0, 5).Draw(t, "people") {
			var own staff.Words
			for _, s := range skills {
				if rapid.Bool().Draw(t, s+strconv.Itoa(i)) {
					own = append(own, s)
				}
			}
			crew = append(crew, Candidate{OnDuty: staff.OnDuty{ID: staff.ID(i + 1), Skills: own}})
		}
		r := VisitRules{PerPerson: int64(rapid.IntRange(1, 3).Draw(t, "per"))}
		booked, n := map[string]int{}, 0
		for range 40 {
			skill := rapid.SampledFrom(skills).Draw(t, "skill")
			if _, free := r.capacity(VisitWindow{}, crew, booked, skill); free > 0 {
				booked[skill]++
				n++
			}
		}
		if n > len(crew)*int(r.PerPerson) || placed(crew, int(r.PerPerson), booked) != n {
			t.Fatalf("%d were booked for %d people: %v", n, len(crew), booked)
		}
	})
}

func TestResidentsChangeAnAppointmentUntilTwoHoursBeforeTheOfficeUntilItIsOver(t *testing.T) {
	w := VisitWindow{From: on("2026-03-02T09:00:00Z"), To: on("2026-03-02T12:00:00Z")}
	for _, c := range []struct {
		by, now string
		may     bool
	}{
		{FromCustomer, "2026-03-02T07:00:00Z", true}, {FromCustomer, "2026-03-02T07:00:01Z", false},
		{AtDesk, "2026-03-02T11:59:59Z", true}, {OnSite, "2026-03-02T09:30:00Z", true}, {AtDesk, "2026-03-02T12:00:00Z", false},
	} {
		if may := ShippedVisits.mayChange(c.by, w, on(c.now)); may != c.may {
			t.Errorf("%s at %s: %v", c.by, c.now, may)
		}
	}
}

func TestWeekdaysAndHolidaysHaveWindowsOfTheirOwn(t *testing.T) {
	for text, want := range map[string]int{"2026-03-02": 3, "2026-03-01": 2, "2026-10-01": 2, "2026-02-14": 3} { // a Monday, a Sunday, the national day, a Saturday that is worked
		day, err := clock.ParseDay(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := ShippedVisits.On(day, time.UTC); len(got) != want {
			t.Errorf("%s has %d windows, want %d", text, len(got), want)
		}
	}
}
