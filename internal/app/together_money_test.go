package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// QUA-14, PAY-03: two cashiers on two nodes take one bill sixteen times each: one
// payment is booked, everybody else is told who took it, and the books balance.
func TestOneBillIsPaidOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		room := h.ids["rooms"]
		nodes := []*house{h, h.second()}
		another := h.admin.do("POST", "/staff", object{"community": h.here, "agentNo": "0002", "name": "Berta", "username": "second", "roles": []string{"cashier"}}).is(201)
		people := []*client{h.admin, h.signIn("second", another.at("oneTimePassword"))}
		people[1].do("POST", "/cashier-shifts", object{"community": h.here, "opening": "0"}).is(201)
		var due struct {
			Total string
			Lines []struct{ ID string }
		}
		if err := json.Unmarshal([]byte(h.admin.do("GET", "/rooms/"+room+"/due", nil).is(200).body), &due); err != nil || len(due.Lines) == 0 {
			t.Fatal(err, due)
		}
		var lines []string
		for _, l := range due.Lines {
			lines = append(lines, l.ID)
		}
		body := object{"roomId": room, "way": "lines", "lines": lines, "expected": due.Total, "means": "cash", "payer": "Zqxpayer"}
		var all sync.WaitGroup
		var mu sync.Mutex
		booked, told := 0, 0
		for i := range 4 {
			c := *people[i%2]
			c.h = nodes[i/2]
			for range 8 {
				all.Go(func() {
					a := c.do("POST", "/payments", body)
					mu.Lock()
					defer mu.Unlock()
					switch {
					case a.status == http.StatusCreated:
						booked++
					case a.status == http.StatusConflict && a.problem()["code"] == "cashier.paid" && (strings.Contains(a.body, "Berta") || strings.Contains(a.body, "2026-03-02")):
						told++
					default:
						t.Errorf("%d %.300s", a.status, a.body)
					}
				})
			}
		}
		all.Wait()
		if booked != 1 || told != 31 {
			t.Errorf("%d booked, %d told", booked, told)
		}
		h.admin.do("GET", "/rooms/"+room+"/due", nil).is(200, `"total":"0.00"`)
		h.admin.do("GET", "/ledger/trial?community="+h.here, nil).is(200, `"cash"`)
	})
}
