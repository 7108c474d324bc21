package followup

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
)

var ten = clock.Of(time.Date(2026, 3, 11, 2, 0, 0, 0, time.UTC))

func TestRatings(t *testing.T) {
	for rule, c := range map[string]struct {
		r    Ratings
		want int64
	}{
		"5, 4.5 and 5 make 4.8":                                {Ratings{5, 4.5, 5}, 48},
		"three times 5 make 5.0":                               {Ratings{5, 5, 5}, 50},
		"1, 1 and 1.5 make 1.2":                                {Ratings{1, 1, 1.5}, 12},
		"4, 4.5 and 4.5 make 4.3":                              {Ratings{4, 4.5, 4.5}, 43},
		"half of a tenth is rounded up: 4, 3.5 and 4 make 3.8": {Ratings{4, 3.5, 4}, 38},
	} {
		t.Run(rule+" (FUP-03)", func(t *testing.T) {
			f, err := FollowUp{State: Due}.complete(authz.Actor{ID: 1}, Answers{Ratings: c.r}, ten)
			if err != nil || *f.Rating != c.want {
				t.Errorf("got %v %v, want %d", f.Rating, err, c.want)
			}
		})
	}
}

func TestTheRatingIsTheMeanRoundedToTenths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		half := rapid.Int64Range(2, 10)
		a, b, c := half.Draw(t, "a"), half.Draw(t, "b"), half.Draw(t, "c")
		got, exact := Mean(a, b, c)*6, (a+b+c)*10 // both in sixtieths
		if d := got - exact; d < -3 || d > 3 {
			t.Fatalf("mean of %d %d %d halves is %d tenths", a, b, c, got/6)
		}
	})
}

func TestWrongRatingsAreNamedAtTheirFields(t *testing.T) {
	_, err := FollowUp{State: Due}.complete(authz.Actor{ID: 1}, Answers{Ratings: Ratings{4.2, 0.5, 5.5}}, ten)
	if e := errs.Of(err); len(e.Fields) != 3 {
		t.Errorf("got %v", err)
	}
}

func TestAfterThreeAttemptsTheCustomerCountsAsNotReached(t *testing.T) {
	f := FollowUp{State: Due}
	for range 3 {
		var err error
		if f, err = f.attempt(3, ten, ten); err != nil {
			t.Fatal(err)
		}
	}
	if f.State != NotReached {
		t.Errorf("after three attempts it is %s (FUP-02)", f.State)
	}
	if _, err := f.attempt(3, ten, ten); !errors.Is(err, ErrEnded) {
		t.Errorf("a fourth attempt: %v", err)
	}
}

// FUP-01, with the shipped rules.
func TestWhenACustomerIsAsked(t *testing.T) {
	hours := func(n int) clock.Instant { return ten.Add(time.Duration(n) * time.Hour) }
	for name, c := range map[string]struct {
		of   Case
		want Plan
	}{
		"a repair within a day":                            {Case{Kind: ticket.Repair, Visited: true}, Plan{RuleRepair, hours(24), hours(24)}},
		"a service without a visit within a day":           {Case{Kind: ticket.Chore}, Plan{RuleService, hours(24), hours(24)}},
		"a service on the spot within a week":              {Case{Kind: ticket.Chore, Visited: true}, Plan{RuleVisit, hours(168), hours(168)}},
		"a complaint first within a day, done in three":    {Case{Kind: ticket.Complaint}, Plan{RuleComplaint, hours(24), hours(72)}},
		"a VIP's service on the spot within three days":    {Case{Kind: ticket.Chore, Visited: true, VIP: true}, Plan{RuleVIP, hours(72), hours(72)}},
		"a VIP's repair as early as anybody's":             {Case{Kind: ticket.Repair, VIP: true}, Plan{RuleRepair, hours(24), hours(24)}},
		"a VIP's praise, which nobody else is asked about": {Case{Kind: ticket.Praise, VIP: true}, Plan{RuleVIP, hours(72), hours(72)}},
		"nobody about a praise":                            {Case{Kind: ticket.Praise}, Plan{}},
		"nobody about a suggestion":                        {Case{Kind: ticket.Suggestion}, Plan{}},
	} {
		t.Run(name, func(t *testing.T) {
			c.of.Resolved = ten
			if got, ok := Shipped.For(c.of); got != c.want || ok != (c.want != Plan{}) {
				t.Errorf("got %+v %v", got, ok)
			}
		})
	}
}

func TestOneInTenInquiriesIsAskedAbout(t *testing.T) {
	drawn := 0
	for i := range 10_000 {
		c := Case{Ticket: ticket.ID(1<<50 + i*4096), Kind: ticket.Inquiry, Resolved: ten}
		p, ok := Shipped.For(c)
		if again, twice := Shipped.For(c); again != p || twice != ok {
			t.Fatal("the same inquiry was drawn once and not the other time")
		}
		if ok {
			drawn++
		}
	}
	if drawn < 900 || drawn > 1100 {
		t.Errorf("%d of 10,000", drawn)
	}
	none := Shipped
	none.InquiryPercent = 0
	if _, ok := none.For(Case{Kind: ticket.Inquiry, Resolved: ten}); ok {
		t.Error("none was to be drawn")
	}
}

func TestWhoWasNotReachedIsTriedInAnotherPartOfTheDay(t *testing.T) {
	zone, err := clock.Zone("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour, minute int) clock.Instant {
		return clock.Of(time.Date(2026, 3, day, hour, minute, 0, 0, zone))
	}
	minutes := func(n int64) *int64 { return &n }
	for name, c := range map[string]struct {
		now      clock.Instant
		from, to *int64
		want     clock.Instant
	}{
		"in the morning: the afternoon":                      {at(11, 9, 20), nil, nil, at(11, 14, 0)},
		"in the afternoon: the evening":                      {at(11, 15, 0), nil, nil, at(11, 18, 30)},
		"in the evening: the next morning":                   {at(11, 19, 0), nil, nil, at(12, 9, 0)},
		"not within the next hour":                           {at(11, 13, 30), nil, nil, at(11, 18, 30)},
		"who likes evenings is called in the evening":        {at(11, 9, 20), minutes(18 * 60), minutes(20 * 60), at(11, 18, 30)},
		"who likes noon is called at noon":                   {at(11, 9, 20), minutes(12 * 60), minutes(13 * 60), at(11, 12, 0)},
		"hours the wrong way round count as none were given": {at(11, 9, 20), minutes(20 * 60), minutes(8 * 60), at(11, 14, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := nextTry(c.now, zone, c.from, c.to); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestRulesThatMakeNoSenseAreRefusedAtTheirFields(t *testing.T) {
	s := Shipped
	s.ComplaintHours, s.ComplaintDays, s.CareTags = 100, 2, []string{"独居老人", `%"`}
	_, err := s.checked()
	if e := errs.Of(err); len(e.Fields) != 2 || e.Fields[0].Name != "careTags" || e.Fields[1].Name != "complaintDays" {
		t.Errorf("got %v", err)
	}
	if got, err := Shipped.checked(); err != nil || len(got.CareTags) != 3 {
		t.Errorf("what is shipped: %v", err)
	}
}
