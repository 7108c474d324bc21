package message

import (
	"testing"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/ticket"
)

var shanghai = time.FixedZone("CST", 8*3600)

func at(day, hour, minute int) clock.Instant {
	return clock.Of(time.Date(2026, 3, day, hour, minute, 0, 0, shanghai))
}

func TestResidentsAreLeftInPeaceFromTenAtNightToEightInTheMorning(t *testing.T) {
	for _, c := range []struct {
		q         Quiet
		now, want clock.Instant
	}{
		{Shipped, at(2, 21, 59), at(2, 21, 59)}, {Shipped, at(2, 22, 0), at(3, 8, 0)}, {Shipped, at(2, 23, 59), at(3, 8, 0)}, {Shipped, at(3, 0, 0), at(3, 8, 0)}, {Shipped, at(3, 7, 59), at(3, 8, 0)}, {Shipped, at(3, 8, 0), at(3, 8, 0)},
		{Quiet{From: 12 * 60, To: 14 * 60}, at(2, 13, 0), at(2, 14, 0)}, {Quiet{From: 12 * 60, To: 14 * 60}, at(2, 14, 0), at(2, 14, 0)}, {Quiet{From: 12 * 60, To: 14 * 60}, at(2, 11, 59), at(2, 11, 59)},
		{Quiet{From: 600, To: 600}, at(2, 10, 0), at(2, 10, 0)},
	} {
		if got := c.q.until(c.now, shanghai); got != c.want {
			t.Errorf("%+v at %s: %s, want %s", c.q, c.now, got, c.want)
		}
	}
}

// TIC-09: registered, dispatched, rescheduled, on the way, held, resolved; and nothing that was said by telephone.
func TestTheCustomerIsToldWhatConcernsThem(t *testing.T) {
	for verb, want := range map[string]string{"dispatched": Dispatched, "claimed": Dispatched, "handed_over": Dispatched, "departed": OnWay, "held": Held, "resolved": Resolved, "quoted": Quote, "cancelled": Cancelled,
		"accepted": "", "arrived": "", "started": "", "resumed": "", "interim": "", "verified": "", "followed_up": "", "reopened": "", "merged": ""} {
		if got := tells(ticket.Entry{Verb: verb}); got != want {
			t.Errorf("%s: %q, want %q", verb, got, want)
		}
	}
	if tells(ticket.Entry{Verb: "quoted", Data: ticket.Data{"total": "0.00"}}) != "" || tells(ticket.Entry{Verb: "quoted", Data: ticket.Data{"total": "91.00"}}) != Quote {
		t.Error("a quote that costs nothing waits for nobody")
	}
	for channel, want := range map[string]string{"phone": "", "visit": "", "app": Said, "": Said} {
		if got := tells(ticket.Entry{Verb: "told", Channel: channel}); got != want {
			t.Errorf("told by %q: %q, want %q", channel, got, want)
		}
		if got := tells(ticket.Entry{Verb: "told", Channel: channel, Data: ticket.Data{"arrivalAt": "x"}}); got != Arrival {
			t.Errorf("a time told by %q: %q", channel, got)
		}
	}
}

func TestWhatIsRefusedForGoodIsNotTriedAgainAndNothingForEver(t *testing.T) {
	m := Message{State: Waiting, At: at(2, 12, 0), Tries: 1}
	if got := m.failed(at(2, 12, 0), true, 0, "550 no"); got.State != Failed || got.Reason != "550 no" {
		t.Errorf("%+v", got)
	}
	for tries, seconds := range map[int64]int{1: 30, 2: 60, 3: 120, 4: 240, 5: 300, 500: 300} {
		m.Tries = tries
		if got := m.failed(at(2, 12, 0), false, 0, "451 later"); got.State != Waiting || got.DueAt != at(2, 12, 0).Add(time.Duration(seconds)*time.Second) {
			t.Errorf("after %d: %+v", tries, got)
		}
	}
	if got := m.failed(at(2, 12, 0), false, time.Hour, "429"); got.DueAt != at(2, 13, 0) {
		t.Errorf("the service asked for an hour: %s", got.DueAt)
	}
	if got := m.failed(at(4, 12, 0), false, 0, "451 later"); got.State != Failed || got.Reason != whyOld {
		t.Errorf("%+v", got)
	}
}

func TestWhatHappensInOneMinuteIsOneMessage(t *testing.T) {
	if gathers(at(2, 12, 0), false) != at(2, 12, 1) || gathers(at(2, 12, 1)-1, false) != at(2, 12, 1) || gathers(at(2, 12, 0), true) != at(2, 12, 0).Add(5*time.Second) {
		t.Error("the end of the minute, or of five seconds")
	}
}
