package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// second is one more node on the same database; SQLite has one node, so there
// it is the same one.
func (h *house) second() *house {
	h.t.Helper()
	if h.db.Engine == db.SQLite {
		return h
	}
	c := h.conf
	c.Keys, c.DataDir = c.keys(), h.t.TempDir()
	a, err := New(h.t.Context(), c)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = a.Close() })
	other := *h
	other.App = a
	return &other
}

// QUA-14: two people, two nodes, one record: each edit that was answered with
// success is in the record, and who was too late is told.
func TestNoEditIsLost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		nodes := []*house{h, h.second()}
		another := h.admin.do("POST", "/staff", map[string]any{"community": h.here, "agentNo": "0002", "name": "Somebody else", "username": "second", "roles": []string{"administrator"}}).is(201)
		people := []*client{h.admin, h.signIn("second", another.at("oneTimePassword"))}
		const each = 12
		var all sync.WaitGroup
		late := make([]int, len(people)*len(nodes))
		for i := range late {
			c := *people[i%len(people)]
			c.h = nodes[i/len(people)]
			all.Go(func() {
				for n := range each {
					late[i] += c.append(t, h.ids["customers"], fmt.Sprintf("w%d-%d", i, n))
				}
			})
		}
		all.Wait()
		var got struct {
			Notes   string
			Version int
		}
		if err := json.Unmarshal([]byte(h.admin.do("GET", "/customers/"+h.ids["customers"], nil).is(200).body), &got); err != nil {
			t.Fatal(err)
		}
		words := strings.Fields(got.Notes)
		if len(words) != each*len(late) || got.Version != 1+len(words) {
			t.Errorf("%d of %d edits are in the record, version %d", len(words), each*len(late), got.Version)
		}
		t.Logf("told they were late: %v", late)
	})
}

// append adds a word to a customer's notes as a person does, reading anew
// whenever somebody was faster, and says how often that was.
func (c *client) append(t *testing.T, id, word string) (late int) {
	for {
		a := c.do("GET", "/customers/"+id, nil)
		var now object
		if err := json.Unmarshal([]byte(a.body), &now); err != nil {
			t.Errorf("%d %s", a.status, a.body)
			return late
		}
		body := object{"kind": now["kind"], "name": now["name"], "tags": now["tags"], "notes": strings.TrimSpace(as[string](now["notes"]) + " " + word)}
		switch got := c.do("PUT", "/customers/"+id, body, "If-Match", a.header.Get("ETag")); got.status {
		case http.StatusOK:
			return late
		case http.StatusConflict:
			late++
		default:
			t.Errorf("%d %s", got.status, got.body)
			return late
		}
	}
}

// Everybody presses the same button of the same record at the same moment, on
// both nodes: one of them has done it.
func TestOneOfManyWins(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		nodes, decided := []*house{h, h.second()}, 0
		for _, c := range h.calls() {
			if !c.Versioned {
				continue
			}
			at, body := h.address(c, ""), h.bodyFor(c)
			tag := `"1"`
			record := "/" + strings.Join(strings.SplitN(strings.TrimPrefix(at, "/"), "/", 3)[:2], "/")
			if seen := h.may(c).do("GET", record, nil); seen.status == 200 {
				tag = seen.header.Get("ETag")
			}
			won := make(chan answer, 12)
			var all sync.WaitGroup
			for i := range cap(won) {
				one := *h.may(c)
				one.h = nodes[i%2]
				all.Go(func() { won <- one.do(c.Method, at, body, "If-Match", tag) })
			}
			all.Wait()
			close(won)
			done := 0
			for a := range won {
				switch {
				case a.status < 300:
					done++
				case !slices.Contains([]int{http.StatusConflict, http.StatusUnprocessableEntity, http.StatusNotFound, http.StatusForbidden}, a.status):
					t.Errorf("%s at once: %d %.200s", c.Route, a.status, a.body)
				}
			}
			decided += min(done, 1)
			if done > 1 {
				t.Errorf("%s was done %d times on one version", c.Route, done)
			}
		}
		if decided < 6 {
			t.Errorf("only %d edits were fought for", decided)
		}
		if n := dbtest.One[int64](t, h.db, `SELECT COUNT(*) FROM audit WHERE action = 'customer.edit' AND subject = $1`, "customer:"+h.ids["customers"]); n != 1 {
			t.Errorf("the trail tells of %d edits of the customer, want the one that won", n)
		}
	})
}
