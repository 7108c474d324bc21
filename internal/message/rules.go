package message

import (
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/ticket"
)

// Shipped are the quiet hours of a community that has set none.
var Shipped = Quiet{From: 22 * 60, To: 8 * 60}

// until returns when a message of now may go out: now, or the end of the quiet
// hours it falls into.
func (q Quiet) until(now clock.Instant, zone *time.Location) clock.Instant {
	local := now.In(zone)
	minute, today := int64(local.Hour()*60+local.Minute()), clock.DayOf(now, zone)
	switch {
	case q.From == q.To:
	case q.From < q.To && minute >= q.From && minute < q.To, q.From > q.To && minute < q.To:
		return today.At(int(q.To), zone)
	case q.From > q.To && minute >= q.From:
		return today.Add(1).At(int(q.To), zone)
	}
	return now
}

// tells says what a line of the timeline is to its customer (TIC-09), "" for
// nothing worth a message. What was said by telephone or at the door was heard.
func tells(e ticket.Entry) string {
	switch e.Verb {
	case "dispatched", "claimed", "handed_over":
		return Dispatched
	case "departed":
		return OnWay
	case "held":
		return Held
	case "resolved":
		return Resolved
	case "quoted":
		if e.Data["total"] != "0.00" { // what costs nothing waits for no answer
			return Quote
		}
	case "sign_asked":
		return Sign
	case "quote_paid":
		return Receipt
	case "cancelled":
		return Cancelled
	case "told":
		if e.Data["arrivalAt"] != nil {
			return Arrival
		}
		if e.Channel != "phone" && e.Channel != "visit" {
			return Said
		}
	}
	return ""
}

const (
	keepsTrying = 48 * time.Hour // then it is too old to be of use
	lease       = 5 * time.Minute
	mostWait    = 5 * time.Minute // QUA-13: what waited goes out within ten minutes of the server's return
)

// wait is how long after so many failed tries it is tried again.
func wait(tries int64) time.Duration {
	return min(time.Duration(1<<min(max(tries-1, 0), 10))*30*time.Second, mostWait)
}

// failed is m after a try that did not work: what cannot work is not tried again.
func (m Message) failed(now clock.Instant, forGood bool, after time.Duration, why string) Message {
	m.Reason = why
	switch {
	case forGood:
		m.State = Failed
	case now.Sub(m.At) >= keepsTrying:
		m.State, m.Reason = Failed, whyOld
	default:
		m.DueAt = now.Add(max(after, wait(m.Tries)))
	}
	return m
}

// lasts is how long a push service keeps a message for a browser that is off.
func (m Message) lasts() time.Duration {
	if m.Urgent {
		return 4 * time.Hour
	}
	return 24 * time.Hour
}

// gathers is when what happened at a moment is told to somebody at work: with
// everything else of the same minute, but what is urgent within seconds.
func gathers(now clock.Instant, urgent bool) clock.Instant {
	step := clock.Instant(time.Minute.Milliseconds())
	if urgent {
		step = clock.Instant((5 * time.Second).Milliseconds())
	}
	return (now/step + 1) * step
}
