package app

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"guanjia/internal/platform/dbtest"
)

// opened opens a repair at the gate and returns its id.
func (h *house) opened(title string) string {
	h.t.Helper()
	return h.admin.do("POST", "/tickets", object{"community": h.here, "place": "gate", "category": "facilities.water", "grade": "B", "title": title, "channel": "phone"}).is(201).at("id")
}

// on is c at another node.
func (c *client) on(h *house) *client {
	other := *c
	other.h = h
	return &other
}

// QUA-14, TIC-05: everybody on duty claims the same ticket at the same moment,
// at two nodes. One of them has it, and the others are told so.
func TestOneOfManyHasTheClaim(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start()
		h.admin.do("PUT", "/communities/"+h.here+"/ticket-settings", object{"targets": []any{}, "complexHours": 0, "ladder": []any{}, "dispatch": []any{object{"category": "facilities.water", "mode": "claim"}}, "version": 0}, "If-Match", `"0"`).is(200)
		nodes := []*house{h, h.second()}
		var people []*client
		for i := range 4 {
			name := fmt.Sprint("hand", i)
			made := h.admin.do("POST", "/staff", object{"community": h.here, "agentNo": fmt.Sprint("Z53", i), "name": name, "username": name, "skills": []string{"water"}, "roles": []string{"technician"}}).is(201)
			one := h.signIn(name, made.at("oneTimePassword"))
			one.do("PUT", "/staff/"+made.at("staff.id")+"/duty", object{"onDuty": true}).is(200)
			people = append(people, one)
		}
		for round := range 6 {
			id := h.opened(fmt.Sprint("claim ", round))
			h.wake()
			got := make([]answer, 2*len(people))
			var all sync.WaitGroup
			for i := range got {
				all.Go(func() { got[i] = people[i/2].on(nodes[i%2]).do("POST", "/tickets/"+id+"/claim", nil) })
			}
			all.Wait()
			won := 0
			for _, a := range got {
				switch a.status {
				case http.StatusOK:
					won++
				case http.StatusConflict:
					a.is(409, `"ticket.claimed"`)
				default:
					t.Errorf("%d %s", a.status, a.body)
				}
			}
			if won != 1 {
				t.Errorf("%d have the ticket", won)
			}
			for what, q := range map[string]string{
				"claims in the timeline": `SELECT COUNT(*) FROM ticket_entry WHERE verb = 'claimed'`,
				"claims in the trail":    `SELECT COUNT(*) FROM audit WHERE action = 'ticket.claim'`,
			} {
				if n := dbtest.One[int](t, h.db, q); n != round+1 {
					t.Errorf("%d %s, want %d", n, what, round+1)
				}
			}
		}
	})
}

// QUA-14: a double tap sends one request twice at the same instant, perhaps to
// two nodes. It is done once, and both taps get its answer.
func TestTwoTapsAtOnceAreAnsweredAlike(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start()
		nodes := []*house{h, h.second()}
		id := h.opened("two taps")
		h.wake()
		const rounds = 12
		for round := range rounds {
			seen := h.admin.do("GET", "/tickets/"+id, nil).header.Get("ETag")
			var got [2]answer
			var both sync.WaitGroup
			for i := range got {
				both.Go(func() {
					got[i] = h.admin.on(nodes[i*(round%2)]).do("POST", "/tickets/"+id+"/tell", object{"channel": "phone", "text": fmt.Sprint("told ", round)}, "If-Match", seen, "Idempotency-Key", fmt.Sprint("tap ", round))
				})
			}
			both.Wait()
			if got[0].status != http.StatusOK || got[1].status != http.StatusOK || got[0].body != got[1].body {
				t.Errorf("round %d: %d %.200s and %d %.200s", round, got[0].status, got[0].body, got[1].status, got[1].body)
			}
		}
		if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM ticket_entry WHERE verb = 'told'`); n != rounds {
			t.Errorf("told %d times, not %d", n, rounds)
		}
	})
}

// retried sends a step with the version that is seen, again and again until it
// is done or the ticket does not allow it any more, and says whether it was done.
func (c *client) retried(t *testing.T, id, step string, body any) bool {
	for {
		seen := c.do("GET", "/tickets/"+id, nil)
		switch a := c.do("POST", "/tickets/"+id+"/"+step, body, "If-Match", seen.header.Get("ETag")); {
		case a.status == http.StatusOK:
			return true
		case a.status == http.StatusConflict && slices.Contains([]string{"stale", "ticket.transition", "ticket.merge_ended", "busy"}, a.at("code")):
			if a.at("code") != "stale" {
				return false
			}
		default:
			t.Errorf("%s: %d %s", step, a.status, a.body)
			return false
		}
	}
}

// QUA-14: several people note, hold, let go on and grade the same ticket at two
// nodes at once: whatever was answered with success stands in the timeline and
// in the trail, once, and each has a version of its own.
func TestNoStepOfATicketIsLost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const rounds = 8
		h.start()
		tech := h.admin.do("POST", "/staff", object{"community": h.here, "agentNo": "Z532", "name": "Zqxtech", "roles": []string{"technician"}}).is(201).at("staff.id")
		id := h.opened("everybody at once")
		h.wake()
		if !h.admin.retried(t, id, "dispatch", object{"to": tech}) || !h.admin.retried(t, id, "accept", nil) {
			t.Fatal("it cannot be begun")
		}
		nodes := []*house{h, h.second()}
		var mu sync.Mutex
		done := map[string]int{"dispatched": 1, "accepted": 1}
		var all sync.WaitGroup
		people := []func(c *client, round int){}
		step := func(c *client, verb, path string, body any) {
			if c.retried(t, id, path, body) {
				mu.Lock()
				done[verb]++
				mu.Unlock()
			}
		}
		for who := range 2 {
			people = append(people, func(c *client, n int) { step(c, "noted", "note", object{"text": fmt.Sprintf("words %d-%d", who, n)}) },
				func(c *client, n int) {
					step(c, "told", "tell", object{"channel": "phone", "text": fmt.Sprintf("told %d-%d", who, n)})
				},
				func(c *client, n int) {
					step(c, "regraded", "grade", object{"grade": []string{"A", "B"}[n%2], "reason": "looked at"})
				},
				func(c *client, n int) {
					if n%2 == 0 {
						step(c, "held", "hold", object{"why": "material", "text": "a part"})
					} else {
						step(c, "resumed", "resume", nil)
					}
				})
		}
		for i, one := range people {
			c := h.admin.on(nodes[i%2])
			all.Go(func() {
				for n := range rounds {
					one(c, n)
				}
			})
		}
		all.Wait()
		steps := 0
		for verb, want := range done {
			steps += want
			if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM ticket_entry WHERE verb = $1`, verb); n != want {
				t.Errorf("%d times %s in the timeline, %d were answered with success", n, verb, want)
			}
		}
		if n := dbtest.One[int](t, h.db, `SELECT COUNT(DISTINCT words) FROM ticket_entry WHERE verb IN ('noted', 'told')`); n != 4*rounds {
			t.Errorf("%d different words, want %d", n, 4*rounds)
		}
		if v := dbtest.One[int](t, h.db, `SELECT version FROM ticket`); v != 1+steps {
			t.Errorf("version %d after %d steps", v, steps)
		}
		if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM audit WHERE subject = $1 AND action <> 'ticket.open' AND action LIKE 'ticket.%'`, "ticket:"+id); n != steps {
			t.Errorf("%d entries in the trail after %d steps", n, steps)
		}
		if done["held"] == 0 || done["regraded"] == 0 || done["noted"] != 2*rounds {
			t.Errorf("what was fought for: %v", done)
		}
		t.Log(done)
	})
}

// QUA-14, TIC-11: two tickets are merged into each other at two nodes at once,
// while one is dispatched and the other cancelled: they never end in each other,
// and what was answered with success stands in both timelines.
func TestTicketsAreNotMergedIntoEachOther(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start()
		tech := h.admin.do("POST", "/staff", object{"community": h.here, "agentNo": "Z532", "name": "Zqxtech", "roles": []string{"technician"}}).is(201).at("staff.id")
		nodes := []*house{h, h.second()}
		merged := 0
		for round := range 8 {
			one, other := h.opened(fmt.Sprint("one ", round)), h.opened(fmt.Sprint("other ", round))
			h.wake()
			var ok [4]bool
			var all sync.WaitGroup
			for i, step := range []struct {
				id, path string
				body     any
			}{{one, "merge", object{"into": other}}, {other, "merge", object{"into": one}}, {one, "dispatch", object{"to": tech}}, {other, "cancel", object{"reason": "not needed"}}} {
				if i == 3 && round%2 == 0 {
					continue // else the merges seldom win
				}
				all.Go(func() { ok[i] = h.admin.on(nodes[i%2]).retried(t, step.id, step.path, step.body) })
			}
			all.Wait()
			if ok[0] && ok[1] {
				t.Error("each of the two ended in the other")
			}
			if ok[1] && ok[3] {
				t.Error("it was merged and cancelled")
			}
			for i := range 2 {
				if ok[i] {
					merged++
				}
			}
			verbs := func(verb string) int {
				return dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM ticket_entry WHERE verb = $1`, verb)
			}
			if verbs("merged") != merged || verbs("absorbed") != merged {
				t.Errorf("%d and %d lines of merging, %d were answered with success", verbs("merged"), verbs("absorbed"), merged)
			}
			if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM ticket t JOIN ticket o ON o.id = t.merged_into WHERE o.merged_into IS NOT NULL`); n != 0 {
				t.Errorf("%d tickets were merged into what has ended", n)
			}
		}
		if merged == 0 {
			t.Error("nothing was ever merged")
		}
	})
}
