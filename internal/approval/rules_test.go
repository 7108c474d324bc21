package approval

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

const decide1 authz.Action = "refund.decide"

func upTo(f money.Fen) *money.Fen { return &f }

var steps = Rule{Hours: 24, Levels: Levels{{Roles: []string{"a"}, UpTo: upTo(100)}, {Roles: []string{"b"}, UpTo: upTo(1000)}, {Roles: []string{"c"}}}}

func TestTheLowestLevelThatCoversTheAmountIsFirst(t *testing.T) {
	for amount, want := range map[money.Fen]int64{0: 0, 100: 0, 101: 1, 1000: 1, 1001: 2, 1 << 50: 2} {
		if got := steps.first(&amount); got != want {
			t.Errorf("%d starts at level %d, want %d", amount, got, want)
		}
	}
	if steps.first(nil) != 0 || (Rule{}).first(upTo(5)) != 0 || (Rule{}).last() != 0 {
		t.Error("without an amount, or without levels, the first level decides")
	}
}

// Whoever holds what: who asked and whom it is about never decide where four
// eyes are asked for, and nobody decides below the amount's level.
func TestFourEyesHoldWhateverPeopleHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		person := rapid.Map(rapid.Int64Range(1, 5), func(n int64) authz.AccountID { return authz.AccountID(n) })
		all := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) post {
			return post{Account: person.Draw(t, "who"), Role: rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "role"), Action: decide1, Everywhere: true}
		}), 0, 12).Draw(t, "posts")
		amount := money.Fen(rapid.Int64Range(0, 2000).Draw(t, "amount"))
		q := Request{Amount: &amount, RequestedBy: person.Draw(t, "asker"), Concerned: person.Draw(t, "concerned")}
		q.KeptBy = q.RequestedBy
		k := Kind{Decide: decide1, FourEyes: true}
		placed, err := steps.place(q, k, steps.first(&amount), all)
		for who := authz.AccountID(1); who <= 5; who++ {
			_, no := steps.decider(placed, k, who, all, steps.last())
			if no == nil && (who == q.RequestedBy || who == q.Concerned) {
				t.Fatalf("%d decides their own", who)
			}
			if no == nil && err != nil {
				t.Fatalf("%d could decide, but nobody was found", who)
			}
		}
		if err == nil && (placed.Level < steps.first(&amount) || len(steps.approvers(placed, decide1, placed.Level, all)) == 0) {
			t.Fatalf("it lies on level %d, where nobody can decide it", placed.Level)
		}
		if err != nil && !errors.Is(err, ErrNobody) {
			t.Fatal(err)
		}
	})
}

func TestTheClockRemindsEscalatesAndLapses(t *testing.T) {
	start := clock.Instant(0)
	lapse := start.Add(30 * 24 * time.Hour)
	q := Request{DueAt: start.Add(24 * time.Hour), LapsesAt: &lapse}
	if got := steps.next(q); got != start.Add(12*time.Hour) {
		t.Error("first the reminder at half of the time, not", got)
	}
	q.Reminded = true
	if got := steps.next(q); got != q.DueAt {
		t.Error("then the end of the time, not", got)
	}
	q.Level = steps.last()
	if got := steps.next(q); got != lapse {
		t.Error("at the highest level the day it lapses, not", got)
	}
	soon := start.Add(time.Hour)
	q.Reminded, q.LapsesAt = false, &soon
	if got := steps.next(q); got != soon {
		t.Error("what lapses before the reminder is not reminded of:", got)
	}
}
