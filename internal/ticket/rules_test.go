package ticket

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

var nine15 = clock.Of(time.Date(2026, 3, 10, 1, 15, 0, 0, time.UTC))

func opened(g Grade) Ticket {
	return Ticket{ID: 5, Community: 1, Kind: Repair, Grade: g, Status: New, OpenedAt: nine15, Version: 1}.clocked()
}

func TestClocks(t *testing.T) {
	for rule, c := range map[string]struct {
		grade Grade
		clock int
		after time.Duration
		want  string
	}{
		"a response after exactly 5 minutes is in time for grade A (TIC-03)": {A, 0, 5 * time.Minute, "met"},
		"a response a millisecond later is not":                              {A, 0, 5*time.Minute + time.Millisecond, "missed"},
		"grade A is resolved within 2 hours":                                 {A, 1, 2 * time.Hour, "met"},
		"5 h 45 min miss the target of grade A":                              {A, 1, 5*time.Hour + 45*time.Minute, "missed"},
		"grade B answers within 30 minutes":                                  {B, 0, 30 * time.Minute, "met"},
		"grade B is resolved within 12 hours":                                {B, 1, 12 * time.Hour, "met"},
		"grade C answers within 2 hours":                                     {C, 0, 2 * time.Hour, "met"},
		"grade C is resolved within 24 hours":                                {C, 1, 24*time.Hour + 1*time.Millisecond, "missed"},
	} {
		t.Run(rule, func(t *testing.T) {
			tk, at := opened(c.grade), nine15.Add(c.after)
			if c.clock == 0 {
				tk.ResponseAt = &at
			} else {
				tk.ResolvedAt = &at
			}
			if got := tk.Clocks(at)[c.clock].State; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestAnUnansweredTicketIsBreachedOnlyAfterItsLimit(t *testing.T) {
	tk := opened(A)
	if s := tk.Clocks(nine15.Add(5 * time.Minute))[0].State; s != "running" {
		t.Errorf("at the limit it is %s", s)
	}
	if s := tk.Clocks(nine15.Add(5*time.Minute + 1e6))[0].State; s != "breached" {
		t.Errorf("after the limit it is %s", s)
	}
}

func TestAcceptingAloneIsNoResponse(t *testing.T) {
	tk, _ := opened(A).dispatch(9, "Chen", nine15)
	tk, err := tk.accept(nine15.Add(time.Minute))
	if err != nil || tk.ResponseAt != nil {
		t.Errorf("accepting stopped the response clock (TIC-03a): %v %v", tk.ResponseAt, err)
	}
	tk, err = tk.tell(nil, nine15.Add(2*time.Minute))
	if err != nil || tk.ResponseAt == nil || *tk.Durations().Response != 120_000 {
		t.Errorf("telling the customer did not: %+v %v", tk.Durations(), err)
	}
}

func TestTheFirstResponseCounts(t *testing.T) {
	tk, _ := opened(A).tell(nil, nine15.Add(time.Minute))
	tk, _ = tk.tell(nil, nine15.Add(time.Hour))
	if *tk.Durations().Response != 60_000 {
		t.Errorf("response %v", *tk.Durations().Response)
	}
}

// TIC-15: a time that is a slip of the pen is refused at its field.
func TestNobodyPromisesToComeInAThousandYears(t *testing.T) {
	for ahead, fine := range map[time.Duration]bool{time.Hour: true, farthest * 24 * time.Hour: true, farthest*24*time.Hour + time.Minute: false} {
		at := nine15.Add(ahead)
		_, err := opened(A).tell(&at, nine15)
		if f := errs.Of(err); (err == nil) != fine || !fine && (len(f.Fields) != 1 || f.Fields[0].Name != "arrivalAt") {
			t.Errorf("in %s: %v", ahead, err)
		}
		tk, _ := opened(C).dispatch(9, "Chen", nine15)
		tk, _ = tk.accept(nine15)
		year := nine15.Add(ahead + (longestHold-farthest)*24*time.Hour)
		if _, err := tk.hold(ForMaterial, &year, nine15); (err == nil) != fine {
			t.Errorf("held until in %s: %v", year.Sub(nine15), err)
		}
	}
}

func TestStepsThatAreNotInTheTableAreRefused(t *testing.T) {
	for rule, step := range map[string]func(Ticket) error{
		"a new ticket cannot be accepted by anybody": func(tk Ticket) error { _, err := tk.accept(nine15); return err },
		"nobody arrives before accepting":            func(tk Ticket) error { _, err := tk.arrive(nine15); return err },
		"nothing is resolved before somebody came": func(tk Ticket) error {
			_, err := tk.resolve(Outcome{Remedy: "done"}, map[string]int64{"after": 1}, nil, nine15)
			return err
		},
		"nothing is followed up before it is resolved": func(tk Ticket) error { _, err := tk.followUp(50, nine15); return err },
	} {
		t.Run(rule, func(t *testing.T) {
			if err := step(opened(C)); !errors.Is(err, ErrTransition) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAResolvedTicketCannotBeCancelled(t *testing.T) {
	tk := opened(C)
	tk.Status = Resolved
	if _, err := tk.cancel(nine15); !errors.Is(err, ErrTransition) {
		t.Errorf("got %v", err)
	}
}

func TestARepairIsNotResolvedWithoutAPhotoOfTheResult(t *testing.T) {
	tk := opened(C)
	tk.Status = Working
	if _, err := tk.resolve(Outcome{Remedy: "new joint"}, map[string]int64{"after": 0}, nil, nine15); !errors.Is(err, ErrMissing) {
		t.Errorf("got %v (TIC-07a)", err)
	}
	if got, err := tk.resolve(Outcome{Remedy: "new joint"}, map[string]int64{"after": 1}, nil, nine15); err != nil || got.Status != Resolved {
		t.Errorf("got %v %v", got.Status, err)
	}
}

func TestAForcedGradeCannotBeLowered(t *testing.T) {
	wire, ok := ShippedTree().ByID("safety.wire")
	if !ok || wire.Lowest() != A {
		t.Fatalf("bare wires force %q, want A (TIC-02)", wire.Lowest())
	}
	if _, err := opened(A).regrade(B, wire.Lowest()); err == nil {
		t.Error("a bare wire became grade B")
	}
	if access, _ := ShippedTree().ByID("safety.access"); access.Lowest() != B {
		t.Errorf("a failed access gate opens at %s, want B (TIC-01a)", access.Lowest())
	}
}

func TestRegradingKeepsTheVerdictOfAStoppedClock(t *testing.T) {
	tk, _ := opened(A).tell(nil, nine15.Add(10*time.Minute))
	tk, err := tk.regrade(C, C)
	if err != nil || tk.Clocks(nine15)[0].State != "missed" {
		t.Errorf("the missed response became %s, %v", tk.Clocks(nine15)[0].State, err)
	}
}

func TestChoose(t *testing.T) {
	on := func(id staff.ID, load int64, areas []staff.BuildingID, skills ...string) Candidate {
		return Candidate{OnDuty: staff.OnDuty{ID: id, Skills: skills, Areas: areas}, Load: load}
	}
	here := []staff.BuildingID{3}
	for rule, c := range map[string]struct {
		all  []Candidate
		want staff.ID
	}{
		"nobody is on duty":                              {nil, 0},
		"nobody has the skill":                           {[]Candidate{on(1, 0, nil, "power")}, 0},
		"the only one with the skill gets it":            {[]Candidate{on(1, 0, nil, "power"), on(2, 9, nil, "water")}, 2},
		"of two the less loaded one":                     {[]Candidate{on(1, 3, nil, "water"), on(2, 1, nil, "water")}, 2},
		"who serves the building comes before":           {[]Candidate{on(1, 3, here, "water"), on(2, 1, nil, "water")}, 1},
		"of two who serve it the less loaded":            {[]Candidate{on(1, 3, here, "water"), on(2, 1, here, "water")}, 2},
		"of two alike the one who has been there longer": {[]Candidate{on(2, 1, nil, "water"), on(1, 1, nil, "water")}, 1},
	} {
		t.Run(rule, func(t *testing.T) {
			got, _, ok := Choose(c.all, Need{"water", 3, C, false})
			if got.ID != c.want || ok != (c.want != 0) {
				t.Errorf("got %v %v, want %v", int64(got.ID), ok, int64(c.want))
			}
		})
	}
}

func TestChooseByPlaceAndGrade(t *testing.T) {
	one := func(id staff.ID, load, urgent int64, last staff.BuildingID, areas ...staff.BuildingID) Candidate {
		return Candidate{OnDuty: staff.OnDuty{ID: id, Skills: staff.Words{"water"}, Areas: areas}, Load: load, Urgent: urgent, Last: last}
	}
	for rule, c := range map[string]struct {
		grade Grade
		all   []Candidate
		want  staff.ID
	}{
		"of two as loaded the one who was in the building at last": {C, []Candidate{one(1, 1, 0, 9), one(2, 1, 0, 3)}, 2},
		"load comes before where somebody was":                     {C, []Candidate{one(1, 0, 0, 9), one(2, 1, 0, 3)}, 1},
		"who serves the building comes before who was there":       {B, []Candidate{one(1, 1, 0, 3), one(2, 1, 0, 0, 3)}, 2},
		"an emergency goes to who is near, however loaded":         {A, []Candidate{one(1, 0, 0, 9), one(2, 4, 0, 3)}, 2},
		"an emergency does not go to who has another one":          {A, []Candidate{one(1, 1, 1, 3, 3), one(2, 4, 0, 9)}, 2},
		"to who has another one it goes when there is nobody else": {A, []Candidate{one(1, 1, 1, 3, 3)}, 1},
		"a place that is not known is near to nobody":              {C, []Candidate{one(2, 1, 0, 0), one(1, 1, 0, 0)}, 1},
	} {
		t.Run(rule, func(t *testing.T) {
			if got, why, _ := Choose(c.all, Need{"water", 3, c.grade, false}); got.ID != c.want || why.Of != len(c.all) || why.Near != (got.Last == 3) {
				t.Errorf("got %d, %+v", int64(got.ID), why)
			}
		})
	}
}

// Whoever is on duty: the one chosen is among them, has the skill, and is chosen whenever there is one.
func TestNobodyOffDutyIsChosen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		skills := []string{"water", "power", "gas"}
		on := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) Candidate {
			return Candidate{OnDuty: staff.OnDuty{ID: staff.ID(rapid.Int64Range(1, 50).Draw(t, "id")), Skills: rapid.SliceOfDistinct(rapid.SampledFrom(skills), rapid.ID).Draw(t, "skills")},
				Load: rapid.Int64Range(0, 9).Draw(t, "load"), Urgent: rapid.Int64Range(0, 2).Draw(t, "urgent"), Last: staff.BuildingID(rapid.Int64Range(0, 3).Draw(t, "last"))}
		}), 0, 8, func(c Candidate) staff.ID { return c.ID }).Draw(t, "on duty")
		need := Need{rapid.SampledFrom(skills).Draw(t, "skill"), staff.BuildingID(rapid.Int64Range(0, 3).Draw(t, "building")), rapid.SampledFrom([]Grade{A, B, C}).Draw(t, "grade"), rapid.Bool().Draw(t, "delicate")}
		got, _, ok := Choose(on, need)
		able := slices.DeleteFunc(slices.Clone(on), func(c Candidate) bool { return !slices.Contains(c.Skills, need.Skill) })
		if ok != (len(able) > 0) || ok && !slices.ContainsFunc(able, func(c Candidate) bool { return c.ID == got.ID }) {
			t.Fatalf("%d was chosen (%v) of %+v", int64(got.ID), ok, on)
		}
	})
}

func TestListsSortByWhatFallsDueFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Ticket {
			tk := opened(rapid.SampledFrom([]Grade{A, B, C}).Draw(t, name+" grade"))
			tk.ID = ID(rapid.Int64Range(1, 1<<60).Draw(t, name+" id"))
			if rapid.Bool().Draw(t, name+" told") {
				tk, _ = tk.tell(nil, nine15)
			}
			if rapid.Bool().Draw(t, name+" cancelled") {
				tk, _ = tk.cancel(nine15)
			}
			return tk.sorted()
		}
		a, b := draw("a"), draw("b")
		open := func(x Ticket) bool { return x.EndedAt == nil }
		switch {
		case open(a) != (a.SortDue < idle):
			t.Fatal("lists of what is in hand would be wrong")
		case open(a) && !open(b) && a.SortDue >= b.SortDue:
			t.Fatal("a finished ticket came before an open one")
		case open(a) && open(b) && a.First(nine15).Due < b.First(nine15).Due && a.SortDue >= b.SortDue:
			t.Fatal("a later clock came first")
		case !open(a) && !open(b) && a.ID > b.ID && a.SortDue >= b.SortDue:
			t.Fatal("an older finished ticket came before a newer one")
		}
	})
}

func TestWorkIsDoneByWhoItWasGivenToOrTheirLeader(t *testing.T) {
	tk, _ := opened(C).dispatch(9, "Chen", nine15)
	grant := func(act authz.Action) []authz.Grant {
		return []authz.Grant{{Actions: map[authz.Action]bool{act: true}, Communities: []authz.CommunityID{1}}}
	}
	if err := tk.Theirs(authz.Actor{ID: 9, Grants: grant(ActAccept)}); err != nil {
		t.Errorf("the assignee: %v", err)
	}
	if err := tk.Theirs(authz.Actor{ID: 8, Grants: grant(ActDispatch)}); err != nil {
		t.Errorf("the leader: %v", err)
	}
	if err := tk.Theirs(authz.Actor{ID: 8, Grants: grant(ActAccept)}); !errors.Is(err, ErrNotYours) {
		t.Errorf("a colleague: %v", err)
	}
}

// Every reference of the shipped list is followed; a kind of its own needs no
// change to the machinery.
func TestShippedCategories(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range ShippedTree().Categories() {
		if seen[c.ID] || c.Zh == "" || c.En == "" {
			t.Errorf("category %q stands twice or has no name", c.ID)
		}
		seen[c.ID] = true
		if c.Parent != "" && !seen[c.Parent] {
			t.Errorf("%s hangs on %q, which is not there", c.ID, c.Parent)
		}
		if c.Parent != "" && c.Dept == "" {
			t.Errorf("%s has no department", c.ID)
		}
	}
	if len(ForcedA()) < 8 {
		t.Errorf("only %d matters force grade A", len(ForcedA()))
	}
}

// What is settled at once was an answer too: without one, the clock of an
// inquiry that was resolved on the phone would be missed a day later.
func TestWhoHearsThatItIsSettledHasHadAnAnswer(t *testing.T) {
	opened := at("2026-03-02 09:00")
	now := opened.Add(20 * time.Minute)
	in := Ticket{Kind: Inquiry, Grade: C, Status: New, OpenedAt: opened}.clocked()
	done, err := in.resolve(Outcome{Remedy: "已告知"}, map[string]int64{"after": 0}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	if c := done.Clocks(now.Add(24 * time.Hour))[0]; c.State != "met" || c.StoppedAt == nil || *c.StoppedAt != now {
		t.Fatalf("the response clock is %+v", c)
	}
	told := in
	earlier := opened.Add(time.Minute)
	told.ResponseAt = &earlier
	if done, err = told.resolve(Outcome{Remedy: "已告知"}, map[string]int64{"after": 0}, nil, now); err != nil || *done.ResponseAt != earlier {
		t.Fatalf("what was said before no longer counts: %v %v", done.ResponseAt, err)
	}
}
