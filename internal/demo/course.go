package demo

import (
	"slices"
	"strings"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/platform/clock"
	"guanjia/internal/ticket"
)

const hour = time.Hour

// step is what happens to a ticket so long after it was opened.
type step struct {
	after time.Duration
	verb  string
}

// course is the whole story of one ticket, made before it happens.
type course struct {
	matter  matter
	grade   ticket.Grade
	home    home // zero: at a public place
	place   string
	caller  customer.ID
	channel string
	opener  string // agent number
	opened  clock.Instant
	steps   []step
	sort    int // of the words: rises with what went wrong
}

// Numbers of the courses that end in some special way.
const (
	cancelled  = 12
	unreached  = 5
	justSolved = 14
	recent     = 26 // of the others: opened in the last days
)

// courses makes the three hundred: those of now.go, and the others drawn.
func (m *maker) courses() []course {
	running := m.running()
	left := map[ticket.Grade]int{}
	for g, n := range grades {
		left[g] = n
	}
	for _, c := range running {
		left[c.grade]--
	}
	var drawn []ticket.Grade
	for _, g := range []ticket.Grade{ticket.A, ticket.B, ticket.C} {
		drawn = append(drawn, slices.Repeat([]ticket.Grade{g}, left[g])...)
	}
	m.dice.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	all := running
	for i, g := range drawn {
		c := m.course(g)
		switch {
		case i < cancelled:
			c.opened = m.opening(g, 72*hour, days*24*hour)
			c.steps = m.cancel()
		case i < cancelled+unreached:
			c.opened = m.opening(g, 6*24*hour, 20*24*hour)
			c.steps = m.notReached(m.work(&c), c.opened)
		case i < cancelled+unreached+justSolved:
			m.solvedJustNow(&c)
		case i < cancelled+unreached+justSolved+recent:
			c.opened = m.opening(g, 44*hour, 110*hour)
			c.steps = m.followUp(m.work(&c), c.opened)
		default:
			c.opened = m.opening(g, 80*hour, days*24*hour)
			c.steps = m.followUp(m.work(&c), c.opened)
		}
		all = append(all, c)
	}
	m.atLina(all[len(all)-2:])
	return all
}

// atLina puts two of the past at the household of the first story.
func (m *maker) atLina(of []course) {
	for i, title := range []string{"厨房水槽下方渗水", "浴霸不转"} {
		at := slices.IndexFunc(matters, func(x matter) bool { return x.title == title })
		c := &of[i]
		c.matter, c.grade, c.home, c.place, c.caller, c.channel, c.opener = matters[at], ticket.C, m.lina, "", m.lina.caller.Customer, "phone", zhou
	}
}

// course draws what breaks, where, and who takes it down.
func (m *maker) course(g ticket.Grade) course {
	c := course{grade: g}
	for !strings.Contains(c.matter.grades, string(g)) {
		c.matter = pick(m, matters)
	}
	m.put(&c)
	return c
}

// put finds place, channel and opener of a course.
func (m *maker) put(c *course) {
	n := m.dice.IntN(100)
	if c.matter.places != nil {
		c.place = pick(m, c.matter.places)
	} else {
		c.home = pick(m, m.homes)
	}
	c.caller = pick(m, m.homes).caller.Customer
	if c.place == "" {
		c.caller = c.home.caller.Customer
	}
	switch {
	case c.place != "" && n < 55:
		c.channel, c.caller, c.opener = "patrol", 0, pick(m, []string{leader, cleaner, guard})
	case n < 70:
		c.channel, c.opener = "phone", pick(m, []string{zhou, zhou, tang})
	case n < 88:
		c.channel, c.opener = "app", pick(m, []string{zhou, tang})
	default:
		c.channel, c.opener = "visit", pick(m, []string{su, zheng})
	}
}

// busy are the hours at which people call, the busy ones several times.
var busy = []int{7, 8, 8, 8, 9, 9, 9, 10, 10, 11, 12, 13, 14, 14, 15, 15, 16, 17, 18, 19, 19, 20, 20, 21}

// opening draws an instant so long ago; emergencies keep no hours.
func (m *maker) opening(g ticket.Grade, from, to time.Duration) clock.Instant {
	for {
		at := m.now.Add(-from - time.Duration(m.dice.Int64N(int64(to-from))))
		h := pick(m, busy)
		if g == ticket.A && m.chance(30) {
			h = m.dice.IntN(24)
		}
		at = clock.DayOf(at, m.zone).At(h*60+m.dice.IntN(60), m.zone).Add(time.Duration(m.dice.IntN(60)) * time.Second)
		if ago := m.now.Sub(at); ago >= from && ago <= to {
			return at
		}
	}
}

// daylight moves what nobody does at night to the next morning.
func (m *maker) daylight(c *course, after time.Duration) time.Duration {
	at := c.opened.Add(after)
	h := at.In(m.zone).Hour()
	evening := map[ticket.Grade]int{ticket.B: 23, ticket.C: 20}[c.grade]
	if c.grade == ticket.A || h >= 7 && h < evening {
		return after
	}
	day := clock.DayOf(at, m.zone)
	if h >= evening {
		day = day.Add(1)
	}
	return day.At(8*60+15+m.dice.IntN(90), m.zone).Sub(c.opened)
}

// work is the way of a ticket until it is resolved: nine of ten customers hear
// in time, and about as many are helped in time.
func (m *maker) work(c *course) (s []step) {
	target := ticket.Policies[c.matter.kind()].Targets[c.grade]
	whole := target.Response.Minutes()
	told := m.minutes(0.25*whole, 0.9*whole)
	if m.chance(9) {
		told = m.minutes(1.1*whole, 2*whole)
		c.sort++
	}
	accepted := min(m.minutes(0.5, 8), told*2/3)
	if m.chance(4) {
		s = append(s, step{accepted, "refuse"})
		accepted, told = accepted+m.minutes(2, 5), told+5*time.Minute
	}
	within := map[ticket.Grade][4]float64{ticket.A: {8, 35, 15, 60}, ticket.B: {20, 200, 25, 150}, ticket.C: {30, 420, 12, 120}}[c.grade]
	arrived := m.daylight(c, told+m.minutes(within[0], within[1]))
	resolved := arrived + 10*time.Minute + m.minutes(within[2], within[3])
	if m.chance(9) {
		resolved = m.daylight(c, target.Resolve+m.minutes(10, 0.5*target.Resolve.Minutes()))
		c.sort += 2
	}
	resolved = max(resolved, arrived+20*time.Minute)
	if m.chance(10) && c.grade == ticket.C && resolved < 10*hour {
		s = append(s, step{told + time.Minute, "regrade"})
	}
	s = append(s, step{accepted, "accept"}, step{told, "tell"}, step{arrived, "arrive"})
	if m.chance(45) {
		s = append(s, step{arrived + time.Minute, "before"})
	}
	s = append(s, step{arrived + 4*time.Minute, "start"})
	if c.matter.note != "" && m.chance(60) || m.chance(8) {
		s = append(s, step{arrived + 9*time.Minute, "note"})
	}
	s = append(s, step{resolved - time.Minute, "after"}, step{resolved, "resolve"})
	slices.SortStableFunc(s, func(a, b step) int { return int(a.after - b.after) })
	return s
}

func (m *maker) cancel() []step {
	s := []step{{m.minutes(1, 5), "accept"}, {m.minutes(6, 20), "tell"}}
	return append(s[:m.dice.IntN(3)], step{m.minutes(25, 90), "cancel"})
}

// followUp appends the call: the next time that is good for calling, sometimes
// after one or two that nobody answered.
func (m *maker) followUp(s []step, opened clock.Instant) []step {
	at := s[len(s)-1].after + m.minutes(120, 22*60)
	for range m.dice.IntN(8) / 6 {
		at = m.office(opened, at)
		s = append(s, step{at, "attempt"})
		at += m.minutes(60, 200)
	}
	return append(s, step{m.office(opened, at), "followup"})
}

func (m *maker) notReached(s []step, opened clock.Instant) []step {
	at := s[len(s)-1].after + m.minutes(120, 20*60)
	for range 3 {
		at = m.office(opened, at)
		s = append(s, step{at, "attempt"})
		at += m.minutes(150, 20*60)
	}
	return s
}

// office moves a call into the hours of the office.
func (m *maker) office(opened clock.Instant, after time.Duration) time.Duration {
	at := opened.Add(after)
	h := at.In(m.zone).Hour()
	if h >= 9 && h < 18 {
		return after
	}
	day := clock.DayOf(at, m.zone)
	if h >= 18 {
		day = day.Add(1)
	}
	return day.At(9*60+5+m.dice.IntN(150), m.zone).Sub(opened)
}

// solvedJustNow waits for its follow-up, which two of them should have had by now.
func (m *maker) solvedJustNow(c *course) {
	c.opened = m.opening(c.grade, 4*24*hour, 5*24*hour) // a guess, for the length of the work
	c.steps = m.work(c)
	ago := m.minutes(10, 20*60)
	if m.chance(15) {
		ago = m.minutes(24.5*60, 28*60)
	}
	last := c.steps[len(c.steps)-1].after
	if limit := ticket.Policies[c.matter.kind()].Targets[c.grade].Resolve; last > limit {
		last = limit / 2
		for i := range c.steps {
			c.steps[i].after = min(c.steps[i].after, last)
		}
	}
	c.opened = m.now.Add(-ago - last)
}
