package app

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"guanjia/internal/platform/dbtest"
)

// QUA-05: five hundred clocks come to the same rung of the ladder at the same
// instant. Two nodes tell of them at once, and nobody hears of one twice.
func TestClocksThatRunOutTogetherAreToldOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const n = 500
		h.start()
		for i := range n {
			h.admin.do("POST", "/tickets", object{"community": h.here, "place": "gate", "category": "facilities.water", "grade": "B", "title": fmt.Sprint("due ", i), "channel": "phone"}).is(201)
		}
		h.wake()
		told := func(want int64) {
			t.Helper()
			for what, q := range map[string]string{
				"lines of the ladder":                `SELECT COUNT(*) FROM ticket_entry WHERE verb = 'escalated'`,
				"tickets that were told of":          `SELECT COUNT(DISTINCT ticket_id) FROM ticket_entry WHERE verb = 'escalated'`,
				"notices of the ladder":              `SELECT COUNT(*) FROM notice WHERE kind = 'escalated'`,
				"tickets whose owner has a notice":   `SELECT COUNT(DISTINCT ticket_id) FROM notice WHERE kind = 'escalated'`,
				"events of it":                       `SELECT COUNT(*) FROM outbox WHERE name = 'ticket.escalated' AND body NOT LIKE '%dispatch%'`,
				"tickets whose step has been noted":  `SELECT COUNT(*) FROM ticket WHERE response_step = 50`,
				"timers that look for the next rung": `SELECT COUNT(*) FROM job WHERE kind = 'ticket.watch' AND claim = 0 AND due_at = ` + fmt.Sprint(int64(h.clock.Instant().Add(9*time.Minute))), // at 80 %
			} {
				if got := dbtest.One[int64](t, h.db, q); got != want {
					t.Errorf("%d %s, want %d", got, what, want)
				}
			}
		}
		h.clock.Advance(15*time.Minute - time.Millisecond)
		h.wake()
		if early := dbtest.One[int64](t, h.db, `SELECT COUNT(*) FROM ticket_entry WHERE verb = 'escalated'`); early != 0 {
			t.Fatalf("%d were told of too early", early)
		}
		h.clock.Advance(time.Millisecond) // half of the thirty minutes
		nodes := []*house{h, h.second()}
		var all sync.WaitGroup
		for _, node := range nodes {
			all.Go(func() {
				if err := node.Wake(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		h.wake() // what one node left to the other
		told(n)
		h.clock.Advance(time.Minute)
		h.wake()
		if again := dbtest.One[int64](t, h.db, `SELECT COUNT(*) FROM ticket_entry WHERE verb = 'escalated'`); again != n {
			t.Errorf("%d lines a minute later, want %d", again, n)
		}
	})
}
