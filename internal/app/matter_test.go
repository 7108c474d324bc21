package app

import (
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/dbtest"
)

// FAC-02, TIC-08, TIC-09: a resident reports, follows, talks, and judges.
func TestAResidentReportsAndFollowsAMatter(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		r, a := h.resident, h.admin
		report := map[string]any{"roomId": h.ids["rooms"], "kind": "repair", "category": "facilities.water", "words": "厨房水管漏水。滴了一晚上"}
		made := r.do("POST", "/resident/tickets", report).is(201, `"title":"厨房水管漏水"`, "滴了一晚上", `"may":["appoint","say","withdraw"]`)
		id := made.at("id")
		r.do("POST", "/resident/tickets", report).is(409, "ticket.reported_already")
		if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM ticket WHERE channel = 'app'`); n != 1 {
			t.Errorf("TIC-15: the same within a day opened %d", n)
		}
		r.upload("/resident/tickets/"+id+"/photos", "a.png", png).is(201)
		h.recordings(id)
		r.do("POST", "/resident/tickets", map[string]any{"roomId": h.ids["rooms"], "kind": "repair", "category": "facilities.doors", "words": "水管爆管了"}).is(201)
		if g := dbtest.One[string](t, h.db, `SELECT grade FROM ticket WHERE title = '水管爆管了'`); g != "A" {
			t.Errorf("TIC-02: the words force grade A, whatever was chosen: %s", g)
		}
		h.wake()

		// The desk sees it like any other, and that the customer reported it; what is noted inside stays inside.
		a.do("GET", "/tickets/"+id, nil).is(200, `"channel":"app"`, `"customer":true`)
		step := func(who *client, path string, body any) answer {
			tag := a.do("GET", "/tickets/"+id, nil).is(200).header.Get("ETag")
			return who.do("POST", "/tickets/"+id+"/"+path, body, "If-Match", tag)
		}
		step(a, "note", map[string]any{"text": "Zqxinside"}).is(200)
		step(a, "dispatch", map[string]any{"to": h.ids["staff"]})
		step(a, "tell", map[string]any{"channel": "phone", "text": "三点前到", "arrivalAt": h.clock.Now().Add(time.Hour).UTC().Format(time.RFC3339)}).is(200)
		mine := r.do("GET", "/resident/tickets/"+id, nil).is(200, "三点前到", `"promisedAt"`, `"mine":true`).not("Zqxinside")
		if photo := mine.at("photos.0.id"); photo == "" {
			t.Error("the picture is not there")
		} else {
			r.do("GET", "/resident/photos/"+photo, nil).is(200)
		}
		r.do("POST", "/resident/tickets/"+id+"/say", map[string]any{"text": "门铃坏了，请打电话"}).is(200, "门铃坏了")
		h.wake()
		a.do("GET", "/tickets/"+id, nil).is(200, "门铃坏了", "customer_said")
		r.do("POST", "/resident/tickets/"+id+"/say", map[string]any{"text": "现在插座冒火花了"}).is(200)
		a.do("GET", "/tickets/"+id, nil).is(200, `"grade":"A"`, `"verb":"danger"`).not(`"name":"resident"`)
		r.do("GET", "/resident/tickets/"+id, nil).is(200).not(`"verb":"danger"`)

		// Nobody else's: not staff's, not another resident's.
		a.do("GET", "/resident/tickets/"+id, nil).is(403)
		other := h.newcomer("13955558888")
		for _, at := range []string{"/resident/tickets/" + id, "/resident/photos/" + mine.at("photos.0.id"), "/resident/tickets?room=" + h.ids["rooms"]} {
			if got := other.do("GET", at, nil); got.status != 403 && got.status != 404 {
				t.Errorf("%s: %d", at, got.status)
			}
		}
		// TIC-07: what the work costs is answered on the phone of who lives there, once, and by nobody else.
		hand := h.hand
		step(hand, "accept", nil).is(200)
		lines := []any{map[string]any{"itemId": h.ids["price-items"], "quantity": "1"}}
		offer := func() string {
			return hand.do("POST", "/tickets/"+id+"/quotes", map[string]any{"pays": "bill", "text": "换角阀", "lines": lines}).is(201).at("id")
		}
		first := offer()
		r.do("GET", "/resident/tickets/"+id, nil).is(200, "换角阀", `"total":"45.50"`, `"state":"offered"`)
		for _, who := range []*client{other, a, hand} {
			if got := who.do("POST", "/resident/quotes/"+first+"/accept", nil); got.status != 403 && got.status != 404 {
				t.Errorf("somebody else agrees: %d", got.status)
			}
		}
		r.do("POST", "/resident/quotes/"+first+"/decline", map[string]any{"text": "太贵了"}).is(200, `"state":"declined"`)
		r.do("POST", "/resident/quotes/"+first+"/accept", nil).is(409, "quote.decided")
		second := offer()
		r.do("POST", "/resident/quotes/"+second+"/accept", nil).is(200, `"state":"accepted"`, `"decidedHow":"app"`)
		h.wake()
		a.do("GET", "/tickets/"+id, nil).is(200, "quote_accepted", "太贵了")

		r.do("POST", "/resident/tickets/"+id+"/withdraw", map[string]any{"text": "自己修好了"}).is(200, `"status":"cancelled"`)
		r.do("POST", "/resident/tickets/"+id+"/say", map[string]any{"text": "还有"}).is(409)
		r.do("GET", "/resident/tickets?open=false&room="+h.ids["rooms"], nil).is(200, id)
	})
}

// TIC-01, TIC-01a, TIC-04: a public place takes the phone's position along, a home never; a fee says which side is meant; what
// ended is taken up by who lives there, and shown at both tickets.
func TestAResidentTakesUpWhatEndedAndSaysWhereItIs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		r, a := h.resident, h.admin
		at := object{"latitude": 22543096, "longitude": 114057865}
		report := func(words string, more object) object {
			out := object{"roomId": h.ids["rooms"], "kind": "repair", "category": "facilities.water", "words": words}
			for k, v := range more {
				out[k] = v
			}
			return out
		}
		r.do("POST", "/resident/tickets", report("家里漏水", object{"position": at})).is(422, `"field":"position"`, "ticket.position_home")
		r.do("POST", "/resident/tickets", report("家里漏水", object{"facet": "use"})).is(422, `"field":"facet"`)
		first := r.do("POST", "/resident/tickets", report("井盖松动", object{"outside": true, "place": "东门", "position": at})).is(201, `"located":true`).not("22543096").at("id")
		a.do("GET", "/tickets/"+first, nil).is(200, `"position":{"latitude":22543096,"longitude":114057865`)
		a.do("GET", "/tickets?community="+h.here, nil).is(200).not("22543096")
		fee := r.do("POST", "/resident/tickets", object{"roomId": h.ids["rooms"], "kind": "inquiry", "category": "fees.parking", "facet": "calculation", "words": "停车费怎么算"}).is(201, `"facet":"calculation"`).at("id")
		a.do("GET", "/tickets?facet=calculation&community="+h.here, nil).is(200, fee).not(first)

		r.do("POST", "/resident/tickets", report("井盖又松了", object{"earlierId": first})).is(422, `"field":"earlierId"`, "ticket.not_ended")
		r.do("POST", "/resident/tickets/"+first+"/withdraw", object{"text": "已经好了"}).is(200, `"again"`)
		r.do("POST", "/resident/tickets", report("别家的事", object{"earlierId": h.ids["tickets"]})).is(422, `"field":"earlierId"`)
		second := r.do("POST", "/resident/tickets", report("井盖又松了", object{"earlierId": first})).is(201).at("id")
		a.do("GET", "/tickets/"+second, nil).is(200, `"earlier":{"id":"`+first)
		a.do("GET", "/tickets/"+first, nil).is(200, `"later":[{"id":"`+second)

		// ACC-13, CUS-06: who is forgotten is forgotten with the positions of their reports.
		own := unpacked(t, a.do("GET", "/customers/"+h.ids["customers"]+"/export.xlsx", nil, "Accept-Language", "en").is(200).body)
		if !strings.Contains(own, "22.543096, 114.057865") {
			t.Error("the person's own export holds no position")
		}
	})
}

func TestAResidentSeesNothingFromBeforeTheRoomWasTheirs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		// Tickets of the room that the desk opened before: one for the owner's archive, one for nobody's.
		dbtest.Exec(t, h.db, `UPDATE ticket SET room_id = (SELECT id FROM room WHERE label_key = '7-7-7707'), opened_at = 1000, customer_id = NULL WHERE title <> 'x'`)
		for _, open := range []string{"true", "false"} {
			h.resident.do("GET", "/resident/tickets?open="+open+"&room="+h.ids["rooms"], nil).is(200, `"items":[]`)
		}
	})
}

func TestAResidentJudgesWhatWasDone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		r := h.resident
		id := r.do("POST", "/resident/tickets", map[string]any{"roomId": h.ids["rooms"], "kind": "inquiry", "category": "facilities.water", "words": "水费怎么算"}).is(201).at("id")
		h.wake()
		tag := h.admin.do("GET", "/tickets/"+id, nil).is(200).header.Get("ETag")
		h.admin.do("POST", "/tickets/"+id+"/resolve", map[string]any{"remedy": "按表计算"}, "If-Match", tag).is(200)
		h.wake()
		r.do("GET", "/resident/tickets/"+id, nil).is(200, "按表计算", `"may":["say","settled","unsettled"]`)
		r.do("POST", "/resident/tickets/"+id+"/settled", nil).is(200, `"may":["say","unsettled"]`)
		r.do("POST", "/resident/tickets/"+id+"/unsettled", map[string]any{"text": "没说阶梯价"}).is(200, `"status":"new"`)
		h.wake()
		h.admin.do("GET", "/tickets/"+id, nil).is(200, "没说阶梯价")
		r.do("POST", "/resident/tickets/"+id+"/rate", map[string]any{"solved": true, "attitude": 5, "speed": 5, "effect": 5}).is(409, "followup.ended") // nobody waits for an answer now
	})
}

// recordings adds a voice to a matter and looks who hears it (TIC-01).
func (h *house) recordings(id string) {
	h.t.Helper()
	sound := []byte("\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm the rest of it")
	h.resident.upload("/resident/tickets/"+id+"/recordings?kind=voice", "a.webm", []byte("<script>")).is(422, "ticket.not_a_recording")
	h.resident.upload("/resident/tickets/"+id+"/recordings?kind=video", "a.webm", png).is(422, "ticket.not_a_recording")
	file := h.resident.upload("/resident/tickets/"+id+"/recordings?kind=voice", "a.webm", sound).is(201, `"kind":"voice"`).at("id")
	h.resident.do("GET", "/resident/tickets/"+id, nil).is(200, `"recordings":[{"id":"`+file).not(`"photos":[{"id":"` + file)
	h.admin.do("GET", "/tickets/"+id, nil).is(200, `"recordings":[{"id":"`+file)
	for at, who := range map[string]*client{"/files/": h.admin, "/resident/photos/": h.resident} {
		whole := who.do("GET", at+file, nil).is(200)
		if whole.header.Get("Content-Type") != "audio/webm" || whole.body != string(sound) {
			h.t.Errorf("%s: %s, %d bytes", at, whole.header.Get("Content-Type"), len(whole.body))
		}
		if part := who.do("GET", at+file, nil, "Range", "bytes=4-7").is(206); part.body != string(sound[4:8]) {
			h.t.Errorf("a player asks for four bytes and gets %q", part.body)
		}
	}
	h.admin.upload("/tickets/"+id+"/recordings?kind=video", "a.webm", sound).is(201, `"kind":"video"`)
}
