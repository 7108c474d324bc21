package ticket

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/internal/platform/clock"
)

// Office hours as a community may set them.
var office = clock.Plan{Workdays: []clock.Window{{From: 8*60 + 30, To: 12 * 60}, {From: 13*60 + 30, To: 18 * 60}}, Weekends: []clock.Window{{From: 9 * 60, To: 12 * 60}}}

func hours(t interface{ Fatal(...any) }, zone string) clock.Hours {
	z, err := clock.Zone(zone)
	if err != nil {
		t.Fatal(err)
	}
	h, err := clock.NewHours(z, clock.China(), office)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func at(s string) clock.Instant {
	v, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("", 8*3600))
	if err != nil {
		panic(err)
	}
	return clock.Of(v)
}

// drawHours draws real time, China, or a zone with summer time.
func drawHours(t *rapid.T) clock.Hours {
	zone := rapid.SampledFrom([]string{"", "Asia/Shanghai", "Europe/Berlin", "America/New_York"}).Draw(t, "zone")
	if zone == "" {
		return clock.Hours{}
	}
	return hours(t, zone)
}

// drawStart draws from 2025 to 2030: over years whose holidays are published and years whose are not.
func drawStart(t *rapid.T) clock.Instant {
	return at("2025-01-01 00:00").Add(time.Duration(rapid.Int64Range(0, 5*365*24*60).Draw(t, "start")) * time.Minute)
}

func drawPauses(t *rapid.T, start clock.Instant) (out Pauses) {
	at := start
	for range rapid.IntRange(0, 5).Draw(t, "pauses") {
		from := at.Add(time.Duration(rapid.Int64Range(0, 3*24*60).Draw(t, "until the pause")) * time.Minute)
		to := from.Add(time.Duration(rapid.Int64Range(0, 4*24*60).Draw(t, "pause")) * time.Minute)
		out = append(out, Pause{from, to, ForMaterial})
		at = to
	}
	return out
}

func drawTarget(t *rapid.T) time.Duration {
	return time.Duration(rapid.Int64Range(1, 72*60).Draw(t, "target")) * time.Minute
}

func TestAPauseNeverBringsADeadlineForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, start := drawHours(t), drawStart(t)
		target, pauses := drawTarget(t), drawPauses(t, start)
		before := reach(h, start, target, nil)
		for n := range pauses {
			after := reach(h, start, target, pauses[:n+1])
			if after < before {
				t.Fatalf("pause %d moved the deadline from %s to %s", n, before, after)
			}
			before = after
		}
	})
}

// A year nobody has published is left out: there reach falls back to real time.
func TestADeadlineIsTheTargetInWorkingTimeMovedByTheWorkingPartOfEachPause(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := hours(t, "Asia/Shanghai")
		start := at("2025-01-01 00:00").Add(time.Duration(rapid.Int64Range(0, 300*24*60).Draw(t, "start")) * time.Minute)
		target, pauses := drawTarget(t), drawPauses(t, start)
		due := reach(h, start, target, pauses)
		if run := elapsed(h, start, due, pauses); run != target {
			t.Fatalf("at the deadline the clock has run %s of %s", run, target)
		}
		moved := target
		for _, p := range pauses {
			if p.From < due {
				part, err := h.Between(p.From, p.To)
				if err != nil {
					t.Skip("a year without a calendar")
				}
				moved += part
			}
		}
		if want, err := h.Add(start, moved); err == nil && want != due && elapsed(h, start, want, pauses) != target {
			t.Fatalf("%s, want %s", due, want)
		}
	})
}

func TestWhatWasMissedStaysMissedWhateverPausesFollow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, start := drawHours(t), drawStart(t)
		target, pauses := drawTarget(t), drawPauses(t, start)
		due := reach(h, start, target, pauses)
		late := append(slices.Clone(pauses), Pause{due.Add(time.Minute), due.Add(48 * time.Hour), ForCustomer})
		late = slices.DeleteFunc(late, func(p Pause) bool { return p.From > due && p.Why == ForMaterial })
		if got := reach(h, start, target, late); got != due {
			t.Fatalf("a pause after the deadline moved it from %s to %s", due, got)
		}
	})
}

// A target that reaches over the end of the last published year runs in service
// hours until then, whatever follows.
func TestTheLastPublishedYearRunsInServiceHoursToItsEnd(t *testing.T) {
	h := hours(t, "Asia/Shanghai")
	if clock.China().Knows(2027) {
		t.Fatal("2027 is published: take a later year")
	}
	start, target := at("2026-12-22 15:34"), 72*time.Hour
	due := reach(h, start, target, nil)
	if due < at("2026-12-31 18:00") {
		t.Fatalf("72 service hours from the 22nd of December are over on %s", due)
	}
	if got := reach(h, start, target, Pauses{{due.Add(time.Minute), due.Add(48 * time.Hour), ForCustomer}}); got != due {
		t.Errorf("a pause after the deadline moved it from %s to %s", due, got)
	}
	if got := elapsed(h, start, due, nil); got != target {
		t.Errorf("at the deadline it has run %s", got)
	}
}

// The log of a ticket is replayed step by step, and all at once: the same deadlines.
func TestTheDeadlineIsTheSameHoweverTheLogIsReplayed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := drawStart(t)
		tk := Ticket{ID: 5, Community: 1, Kind: Repair, Grade: C, Status: New, OpenedAt: start, Version: 1}
		tk.Policy = Frozen{Grades: map[Grade]FrozenPair{C: {2 * 3600_000, 24 * 3600_000}, B: {1800_000, 12 * 3600_000}}, Hours: &FrozenHours{"Asia/Shanghai", office}, Timed: []Grade{B, C}}
		tk = tk.clocked()
		tk, _ = tk.dispatch(9, "Chen", start)
		tk, _ = tk.accept(start)
		now := start
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.Int64Range(0, 30*60).Draw(t, "minutes")) * time.Minute)
			var next Ticket
			var err error
			switch rapid.SampledFrom([]string{"hold", "resume", "grade", "complex", "transfer"}).Draw(t, "step") {
			case "hold":
				next, err = tk.hold(ForCustomer, nil, now)
			case "resume":
				next, err = tk.resume(now)
			case "grade":
				next, err = tk.regrade(rapid.SampledFrom([]Grade{B, C}).Draw(t, "grade"), C)
			case "complex":
				next, err = tk.complicate()
			case "transfer":
				if next, err = tk.dispatch(8, "Lin", now); err == nil {
					next, err = next.accept(now)
				}
			}
			if err == nil {
				tk = next
			}
		}
		again := Ticket{ID: 5, Kind: Repair, Grade: tk.Grade, Complex: tk.Complex, Status: tk.Status, OpenedAt: start, Policy: tk.Policy, Pauses: tk.Pauses, HeldAt: tk.HeldAt}.clocked()
		if again.ResponseDue != tk.ResponseDue || again.ResolveDue != tk.ResolveDue {
			t.Fatalf("step by step %s %s, at once %s %s", tk.ResponseDue, tk.ResolveDue, again.ResponseDue, again.ResolveDue)
		}
	})
}

func TestServiceHours(t *testing.T) {
	h := hours(t, "Asia/Shanghai")
	for rule, c := range map[string]struct {
		start  string
		target time.Duration
		pauses Pauses
		want   string
	}{
		"two hours opened at 11:00 end after lunch at 14:30":                          {"2026-03-10 11:00", 2 * time.Hour, nil, "2026-03-10 14:30"},
		"what is due at closing time is due then and not next morning":                {"2026-03-10 16:00", 2 * time.Hour, nil, "2026-03-10 18:00"},
		"a matter of the night starts in the morning":                                 {"2026-03-10 22:00", time.Hour, nil, "2026-03-11 09:30"},
		"a pause over lunch and evening adds its working part only":                   {"2026-03-10 10:00", 4 * time.Hour, Pauses{{at("2026-03-10 12:00"), at("2026-03-10 14:00"), ForMaterial}}, "2026-03-10 16:00"},
		"a pause outside service hours adds nothing":                                  {"2026-03-10 16:00", 4 * time.Hour, Pauses{{at("2026-03-10 18:00"), at("2026-03-11 08:30"), ForCustomer}}, "2026-03-11 10:30"},
		"at the end of the year the clock goes on in January":                         {"2025-12-31 17:00", 2 * time.Hour, nil, "2026-01-04 09:30"}, // 1–3 January are holidays, the 4th is worked instead
		"a year nobody has published counts in real time, so a limit is rather early": {"2031-06-01 22:00", 2 * time.Hour, nil, "2031-06-02 00:00"},
	} {
		t.Run(rule, func(t *testing.T) {
			if got := reach(h, at(c.start), c.target, c.pauses); got != at(c.want) {
				t.Errorf("got %s, want %s", got, at(c.want))
			}
		})
	}
}

func TestHeldTicketsComeAfterEveryClockThatRuns(t *testing.T) {
	tk, _ := opened(C).dispatch(9, "Chen", nine15)
	tk, _ = tk.accept(nine15)
	held, err := tk.hold(ForMaterial, nil, nine15.Add(time.Hour))
	if err != nil || held.Clocks(nine15.Add(48 * time.Hour))[1].State != "paused" {
		t.Fatal(held.Clocks(nine15.Add(48*time.Hour)), err)
	}
	if held.SortDue <= int64(nine15.Add(1000*24*time.Hour)) || held.SortDue >= idle {
		t.Errorf("it sorts at %d", held.SortDue)
	}
	back, err := held.resume(nine15.Add(49 * time.Hour))
	if err != nil || back.Status != Accepted || back.ResolveDue != nine15.Add(72*time.Hour) {
		t.Errorf("%s, due %s: %v", back.Status, back.ResolveDue, err)
	}
}

func TestOnlyRunningWorkCanBeHeld(t *testing.T) {
	if _, err := opened(C).hold(ForMaterial, nil, nine15); err == nil {
		t.Error("a ticket that nobody has was held")
	}
	tk, _ := opened(C).dispatch(9, "Chen", nine15)
	tk, _ = tk.accept(nine15)
	past := nine15.Add(-time.Minute)
	if _, err := tk.hold(ForMaterial, &past, nine15); err == nil {
		t.Error("it was held until yesterday")
	}
}

func TestComplexReplacesTheResolveTargetAndKeepsTheFirstVerdict(t *testing.T) {
	tk, _ := opened(A).dispatch(9, "Chen", nine15)
	tk, err := tk.complicate()
	if err != nil {
		t.Fatal(err)
	}
	tk.Status = Working
	tk, err = tk.resolve(Outcome{Remedy: "new joint"}, map[string]int64{"after": 1}, nil, nine15.Add(5*time.Hour+45*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	c := tk.Clocks(nine15)
	if c[1].Due != nine15.Add(72*time.Hour) || c[1].State != "met" || c[2].Kind != "first" || c[2].Due != nine15.Add(2*time.Hour) || c[2].State != "missed" {
		t.Errorf("both verdicts must show: %+v", c)
	}
	if c[0].TargetMS != 300_000 {
		t.Errorf("the response target became %d ms", c[0].TargetMS)
	}
}

func TestAnExtensionStandsBesideTheVerdict(t *testing.T) {
	tk := opened(A)
	tk.Status = Working
	if err := tk.mayExtend(nine15.Add(time.Hour), nine15); err == nil {
		t.Error("an extension to before the deadline was taken")
	}
	tk, _ = tk.extend(nine15.Add(6 * time.Hour))
	tk, _ = tk.resolve(Outcome{Remedy: "done"}, map[string]int64{"after": 1}, nil, nine15.Add(5*time.Hour))
	if c := tk.Clocks(nine15)[1]; c.State != "missed" || c.Extended != "met" {
		t.Errorf("%s, with the extension %s", c.State, c.Extended)
	}
}

// What was granted is never worse than the deadline itself, which a calmer grade or a pause may have moved beyond it.
func TestAnExtensionIsNeverEarlierThanTheDeadline(t *testing.T) {
	tk := opened(A)
	tk.Status = Working
	tk, _ = tk.extend(nine15.Add(6 * time.Hour))
	tk, err := tk.regrade(C, C)
	if err != nil || tk.ResolveDue <= *tk.ExtendedTo {
		t.Fatal(tk.ResolveDue, err)
	}
	if c := tk.Clocks(nine15.Add(7 * time.Hour))[1]; c.State != "running" || c.Extended != "running" {
		t.Errorf("%s, with the extension %s", c.State, c.Extended)
	}
	tk, _ = tk.resolve(Outcome{Remedy: "done"}, map[string]int64{"after": 1}, nil, tk.ResolveDue)
	if c := tk.Clocks(tk.ResolveDue)[1]; c.State != "met" || c.Extended != "met" {
		t.Errorf("%s, with the extension %s", c.State, c.Extended)
	}
}

func TestOnlyAMissedClockIsExcused(t *testing.T) {
	tk := opened(A)
	if _, err := tk.excuse("response", "storm", nine15.Add(5*time.Minute)); err == nil {
		t.Error("a clock in time was excused")
	}
	tk, err := tk.excuse("response", "storm", nine15.Add(6*time.Minute))
	if c := tk.Clocks(nine15.Add(6 * time.Minute))[0]; err != nil || c.State != "breached" || c.Excused != "storm" {
		t.Errorf("%+v %v", c, err)
	}
}

func TestReopening(t *testing.T) {
	done := opened(C)
	done.Assignee, done.Status = 9, Working
	resolved := nine15.Add(time.Hour)
	done, _ = done.resolve(Outcome{Remedy: "done"}, map[string]int64{"after": 1}, nil, resolved)
	for rule, c := range map[string]struct {
		after       time.Duration
		free, count bool
	}{
		"within seven days nobody need be asked, and it counts against the first-time fix": {7 * 24 * time.Hour, true, true},
		"a moment later a supervisor must agree, and it does not":                          {7*24*time.Hour + time.Millisecond, false, false},
	} {
		t.Run(rule, func(t *testing.T) {
			now := resolved.Add(c.after)
			if done.freelyReopened(now) != c.free {
				t.Errorf("freely: %v", !c.free)
			}
			again, err := done.reopen(true, now)
			if err != nil || again.Status != Dispatched || again.Reopened != 1 || (again.Again == 1) != c.count {
				t.Errorf("%s, %d, %d: %v", again.Status, again.Reopened, again.Again, err)
			}
			if again.ResolveDue != now.Add(24*time.Hour) {
				t.Errorf("due %s", again.ResolveDue)
			}
		})
	}
	done.Status = Archived
	if _, err := done.reopen(true, resolved); err == nil {
		t.Error("an archived ticket was changed")
	}
}

func TestTheLadderTellsEachRungOnceAndInOrder(t *testing.T) {
	tk := opened(A)
	tk.Assignee, tk.Owner = 9, 2
	var got []string
	now := nine15
	for {
		told, next, ok := tk.climb(ShippedLadder, now)
		for _, r := range told {
			got = append(got, r.Clock)
			if r.Clock == "response" {
				tk.ResponseStep = r.Percent
			} else {
				tk.ResolveStep = r.Percent
			}
			if want := tk.ladderStep(r.Clock, r.Percent); want > now {
				t.Errorf("%s %d %% told at %s, comes at %s", r.Clock, r.Percent, now, want)
			}
		}
		if !ok {
			break
		}
		if next <= now {
			t.Fatalf("it would be looked at again at %s, now is %s", next, now)
		}
		now = next
	}
	if len(got) != 2*len(ShippedLadder) {
		t.Errorf("told %v", got)
	}
	if now != nine15.Add(4*time.Hour)+1 {
		t.Errorf("the last rung came at %s", now)
	}
	tk.HeldAt = &now
	if _, _, ok := tk.climb(ShippedLadder, now); ok {
		t.Error("a ticket on hold climbs on")
	}
}

func TestTheMostParticularTargetCounts(t *testing.T) {
	set := Settings{Hours: &office, Targets: []TargetRule{
		{Repair, "", B, 60, 600, false}, {Repair, "facilities", B, 50, 500, false}, {Repair, "facilities.water", B, 40, 400, true}, {Repair, "", A, 4, 100, true},
	}}
	for category, want := range map[string]int64{"facilities.water": 40, "facilities.power": 50, "environment.refuse": 60} {
		if got := set.frozen(Repair, category, "Asia/Shanghai").Grades[B].ResponseMS / 60_000; got != want {
			t.Errorf("%s answers within %d min, want %d", category, got, want)
		}
	}
	f := set.frozen(Repair, "facilities.water", "Asia/Shanghai")
	if !f.hoursOf(A).Always() || f.hoursOf(B).Always() || !f.hoursOf(C).Always() {
		t.Error("grade A is always real time, B in the hours that were set, C as shipped (TIC-03)")
	}
	if other := set.frozen(Inquiry, "facilities.water", "Asia/Shanghai"); other.Grades[B].ResponseMS != 30*60_000 {
		t.Error("a rule for repairs reached inquiries")
	}
}

// Another kind is data: nothing of the machinery knows it (issue: adding a kind must not touch it).
func TestAKindOfItsOwnNeedsNothingOfTheMachinery(t *testing.T) {
	const errand Kind = "errand"
	Policies[errand] = Policy{Kind: errand, Prefix: "PT", Moves: table("new: start→working cancel→cancelled tell\n working: resolve→resolved tell\n resolved: archive→archived"),
		Targets: map[Grade]Targets{C: {time.Hour, 8 * time.Hour}}, Complex: 24 * time.Hour}
	defer delete(Policies, errand)
	tk := Ticket{ID: 7, Community: 1, Kind: errand, Grade: C, Status: New, OpenedAt: nine15, Version: 1}.clocked()
	if tk.ResolveDue != nine15.Add(8*time.Hour) {
		t.Errorf("due %s", tk.ResolveDue)
	}
	if _, err := tk.dispatch(9, "Chen", nine15); err == nil {
		t.Error("its table knows no dispatch")
	}
	tk, err := tk.start(nine15)
	if err == nil {
		tk, err = tk.resolve(Outcome{Remedy: "brought"}, map[string]int64{"after": 0}, nil, nine15.Add(time.Hour))
	}
	if err == nil {
		tk, err = tk.archive(nine15.Add(2 * time.Hour))
	}
	if err != nil || tk.Status != Archived || tk.Clocks(nine15)[1].State != "met" {
		t.Errorf("%s: %v", tk.Status, err)
	}
}

// Every table names states and steps that exist, and every state can be left.
func TestTheTransitionTablesHoldTogether(t *testing.T) {
	for kind, p := range Policies {
		for from, steps := range p.Moves {
			for step, ends := range steps {
				if _, known := actionOf[step]; !known {
					t.Errorf("%s: %s has no permission", kind, step)
				}
				for _, to := range ends {
					if _, ok := p.Moves[to]; !ok && to != Archived && to != Cancelled {
						t.Errorf("%s: %s leads from %s to %s, which nothing leaves", kind, step, from, to)
					}
				}
			}
		}
		if len(p.Moves[Archived]) > 0 {
			t.Errorf("%s: an archived ticket can be changed (TIC-04)", kind)
		}
		for step := range p.Moves[Cancelled] {
			if step != StepPart { // which takes back what merging did (TIC-11), and refuses any other
				t.Errorf("%s: a cancelled ticket allows %s (TIC-04)", kind, step)
			}
		}
	}
}
