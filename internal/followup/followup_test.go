package followup

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
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
			f, err := FollowUp{State: Due}.complete(authz.Actor{ID: 1}, true, c.r, "", ten)
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
	_, err := FollowUp{State: Due}.complete(authz.Actor{ID: 1}, true, Ratings{4.2, 0.5, 5.5}, "", ten)
	if e := errs.Of(err); len(e.Fields) != 3 {
		t.Errorf("got %v", err)
	}
}

func TestAfterThreeAttemptsTheCustomerCountsAsNotReached(t *testing.T) {
	f := FollowUp{State: Due}
	for range 3 {
		var err error
		if f, err = f.attempt(ten); err != nil {
			t.Fatal(err)
		}
	}
	if f.State != NotReached {
		t.Errorf("after three attempts it is %s (FUP-02)", f.State)
	}
	if _, err := f.attempt(ten); !errors.Is(err, ErrEnded) {
		t.Errorf("a fourth attempt: %v", err)
	}
}
