package app

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"guanjia/internal/ticket"
)

// TIC-01a: what one node revises, the others say within seconds, and after a
// start; names are those of the newest version in pickers and spreadsheets.
func TestEveryNodeGoesByTheNewestTree(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start()
		other := h.second()
		ctx, stop := context.WithCancel(t.Context())
		running := make(chan error, 1)
		go func() { running <- other.Run(ctx) }()
		defer func() {
			stop()
			if err := <-running; err != nil {
				t.Error(err)
			}
		}()
		id := h.opened("leak")
		h.admin.do("PUT", "/category-tree", object{"classes": []any{
			object{"id": "facilities.water", "zh": "上下水", "en": "plumbing", "words": []string{"漏水"}, "hidden": true},
			object{"parent": "facilities", "zh": "充电桩", "en": "chargers", "words": []string{"充电"}},
		}, "reason": "与公司台账一致"}, "If-Match", `"0"`).is(200, `"version":1`, `"id":"facilities.own1"`, `"own":true`)
		h.admin.do("PUT", "/category-tree", object{"classes": []any{object{"id": "facilities.water", "zh": "水", "en": "water", "words": []string{}}}, "reason": "晚了一步"}, "If-Match", `"0"`).is(409, `"stale"`)
		deadline := time.Now().Add(30 * time.Second)
		for ticket.TreeOf(other.db).Version != 1 {
			if runtime.Gosched(); time.Now().After(deadline) {
				t.Fatal("the other node still goes by the shipped tree")
			}
		}
		there := h.admin.on(other)
		there.do("GET", "/categories", nil).is(200, `"zh":"上下水"`, `"hidden":true`)
		there.do("POST", "/tickets", object{"community": h.here, "place": "gate", "category": "facilities.water", "grade": "B", "title": "again", "channel": "phone"}).is(422, `"category"`, "已停用")
		there.do("POST", "/ticket-triage", object{"community": h.here, "title": "车棚没法充电"}).is(200, `"category":"facilities.own1"`)
		there.do("GET", "/tickets/"+id, nil).is(200, `"category":"facilities.water"`)
		sheet := there.do("GET", "/tickets/export.xlsx?community="+h.here, nil).is(200)
		if !strings.Contains(unpacked(t, sheet.body), "上下水") {
			t.Error("the spreadsheet has the shipped name")
		}
		again := h.second()
		if name, _ := ticket.TreeOf(again.db).ByID("facilities.water"); name.Zh != "上下水" || !name.Hidden {
			t.Errorf("after a start it is %+v", name)
		}
	})
}
