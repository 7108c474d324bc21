package app

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/internal/extract"
	"guanjia/internal/invoice"
	"guanjia/internal/matter"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/alipay/alipaytest"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
	"guanjia/internal/refund"
	"guanjia/internal/resident"
)

func TestMain(m *testing.M) {
	if os.Getenv(nodeEnv) != "" {
		os.Exit(nodeMain())
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // thousands of refused requests are no news
	os.Exit(m.Run())
}

const (
	setupCode = "TEST-CODE-0001"
	proxy     = "192.0.2.77"
)

// each runs fn against a whole node on each engine, with a driven clock.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	run := func(t *testing.T, dsn string) {
		c := &dbtest.Clock{}
		c.Set(dbtest.Noon)
		a, err := New(t.Context(), Config{DataDir: t.TempDir(), Database: dsn, Relaxed: true, Now: c.Now, SetupCode: setupCode, NearPush: true, Metrics: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Proxies: []netip.Prefix{netip.MustParsePrefix(proxy + "/32")}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = a.Close() })
		fn(t, &house{App: a, t: t, clock: c})
	}
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); run(t, "") })
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		t.Log("TEST_POSTGRES is not set: PostgreSQL was not tested")
		return
	}
	t.Run("postgres", func(t *testing.T) { t.Parallel(); run(t, dbtest.Postgres(t, server)) })
}

// house is a node with a community in which everything has happened once, and
// somebody of another community who may do everything there.
type house struct {
	*App
	t        *testing.T
	clock    *dbtest.Clock
	admin    *client
	hand     *client // the technician
	stranger *client
	resident *client
	here     string            // the community
	there    string            // the stranger's
	ids      map[string]string // by the first part of the address
}

// client is somebody with a browser.
type client struct {
	h            *house
	cookie, csrf string
	from         string
}

type answer struct {
	t      *testing.T
	ask    string
	status int
	header http.Header
	body   string
}

func (h *house) client() *client { return &client{h: h, from: "192.0.2.1:1000"} }

// do sends one request; a string is sent as it is, anything else as JSON.
func (c *client) do(method, path string, body any, headers ...string) answer {
	c.h.t.Helper()
	var r io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case io.Reader:
		r = b
	case string:
		r = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			c.h.t.Fatal(err)
		}
		r = bytes.NewReader(raw)
	}
	ctx, leave := context.WithCancel(c.h.t.Context())
	defer leave()
	live := strings.HasPrefix(path, "/live")
	if !strings.HasPrefix(path, "//") {
		path = web.Prefix + path
	} else {
		path = path[1:]
	}
	req := httptest.NewRequestWithContext(ctx, method, "http://localhost/", r)
	address, query, _ := strings.Cut(path, "?")
	req.URL.Path, req.URL.RawQuery, req.RequestURI = address, query, path
	req.RemoteAddr = c.from
	if c.cookie != "" {
		req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: c.cookie})
	}
	if c.csrf != "" {
		req.Header.Set("X-CSRF-Token", c.csrf)
	}
	if r != nil {
		req.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	var w http.ResponseWriter = rec
	if live {
		w = &listener{ResponseRecorder: rec, leave: leave}
	}
	c.h.Handler().ServeHTTP(w, req)
	return answer{c.h.t, method + " " + path, rec.Code, rec.Header(), rec.Body.String()}
}

// listener leaves a stream a moment after it has begun, however long that took.
type listener struct {
	*httptest.ResponseRecorder
	leave context.CancelFunc
	begun sync.Once
}

func (l *listener) Write(b []byte) (int, error) {
	l.begun.Do(func() { time.AfterFunc(30*time.Millisecond, l.leave) })
	return l.ResponseRecorder.Write(b)
}

func (c *client) upload(path, name string, content []byte, headers ...string) answer {
	c.h.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		c.h.t.Fatal(err)
	}
	return c.do(http.MethodPost, path, &b, append(headers, "Content-Type", m.FormDataContentType())...)
}

func (a answer) is(status int, words ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: status %d, want %d: %.600s", a.ask, a.status, status, a.body)
	}
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			a.t.Fatalf("%s: no %q in %.600s", a.ask, w, a.body)
		}
	}
	return a
}

// at reads a field of the answer: "staff.id", "items.0.id".
func (a answer) at(path string) string {
	a.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		a.t.Fatalf("%s: %v: %s", a.ask, err, a.body)
	}
	for key := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(x) {
				a.t.Fatalf("%s: no %s in %s", a.ask, path, a.body)
			}
			v = x[i]
		}
	}
	s, ok := v.(string)
	if !ok {
		a.t.Fatalf("%s: %s is %v in %s", a.ask, path, v, a.body)
	}
	return s
}

// signedIn keeps the session that an answer opened.
func (c *client) signedIn(a answer) {
	a.t.Helper()
	for _, k := range (&http.Response{Header: a.header}).Cookies() {
		if k.Name == web.SessionCookie {
			c.cookie = k.Value
		}
	}
	c.csrf = a.at("csrf")
	if c.cookie == "" {
		a.t.Fatalf("%s set no cookie", a.ask)
	}
}

// signIn opens a session with a one-time password and chooses another one.
func (h *house) signIn(name, oneTime string) *client {
	h.t.Helper()
	c := h.client()
	c.signedIn(c.do("POST", "/session", map[string]any{"username": name, "password": oneTime}).is(200))
	c.do("PUT", "/account/password", map[string]any{"current": oneTime, "next": "chosen-" + oneTime}).is(204)
	return c
}

func setupBody() map[string]any {
	return map[string]any{
		"code": setupCode, "company": "Company", "community": map[string]any{"name": "Zqxhere Garden", "zone": "Asia/Shanghai"},
		"admin": map[string]any{"name": "Everyones Admin", "username": "admin", "password": "tulips-and-rain"},
	}
}

func (h *house) start() {
	h.t.Helper()
	h.admin = h.client()
	a := h.admin.do("POST", "/setup", setupBody()).is(201)
	h.admin.signedIn(a)
	h.here = a.at("communities.0.id")
}

func (h *house) wake() {
	h.t.Helper()
	if err := h.Wake(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

var png, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

// sheetOf is a table of one room and its owner.
func sheetOf(t *testing.T, more ...[]any) []byte {
	t.Helper()
	s := sheet.Sheet{Name: "房屋", Rows: func(yield func([]any, error) bool) {
		for _, row := range append([][]any{{"7", "7", "7707", "108.62", "Zqxowner", "13911117707"}}, more...) {
			if !yield(row, nil) {
				return
			}
		}
	}}
	for _, h := range []string{"楼栋*", "单元", "房号*", "建筑面积*", "业主姓名", "手机号"} {
		s.Columns = append(s.Columns, sheet.Column{Title: h})
	}
	var b bytes.Buffer
	if err := sheet.Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// housed imports one room with its owner.
func (h *house) housed() {
	h.t.Helper()
	a := h.admin
	h.ids["imports"] = a.upload("/imports?community="+h.here, "Zqxfile.xlsx", sheetOf(h.t)).is(201, `"state":"checking"`).at("id")
	h.wake()
	a.do("POST", "/imports/"+h.ids["imports"]+"/apply", object{}).is(200, `"state":"applying"`)
	h.wake()
	a.do("GET", "/imports/"+h.ids["imports"], nil).is(200, `"state":"applied"`)
	h.ids["rooms"] = a.do("GET", "/rooms?community="+h.here, nil).is(200).at("items.0.id")
}

// live lets everything happen once: import, staff, a repair from the call to
// the open follow-up, another one that nobody has taken.
func (h *house) live() {
	h.t.Helper()
	h.start()
	a := h.admin
	h.ids = map[string]string{"communities": h.here, "devices": "06q3g8k2m4n5p", "account": "06q3g8k2m4n5p", "jobs": "06q3g8k2m4n5p", "retention": "ticket_photo"}
	h.housed()
	h.ids["buildings"] = a.do("GET", "/buildings?community="+h.here, nil).is(200).at("items.0.id")
	h.ids["households"] = h.ids["rooms"]
	h.ids["customers"] = a.do("GET", "/households/"+h.ids["rooms"], nil).is(200).at("people.0.customerId")
	h.ids["departments"] = a.do("GET", "/departments?community="+h.here, nil).is(200).at("items.0.id")
	tech := a.do("POST", "/staff", map[string]any{"community": h.here, "agentNo": "Z532", "name": "Zqxtech", "mobile": "13911110532", "username": "tech",
		"skills": []string{"water"}, "roles": []string{"technician"}}).is(201)
	h.ids["staff"] = tech.at("staff.id")
	t := h.signIn("tech", tech.at("oneTimePassword"))
	h.hand = t
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		h.t.Fatal(err)
	}
	t.do("PUT", "/account/messages/devices", object{"face": "m", "endpoint": "http://127.0.0.1:9/zqx", "p256dh": base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), "auth": "AAAAAAAAAAAAAAAAAAAAAA"}).is(200, `"push":true`)
	t.do("PUT", "/staff/"+h.ids["staff"]+"/duty", map[string]any{"onDuty": true}).is(200)
	open := func(title string) string {
		return a.do("POST", "/tickets", map[string]any{"community": h.here, "roomId": h.ids["rooms"], "customerId": h.ids["customers"], "contactName": "Zqxcaller", "contactMobile": "13911119999",
			"category": "facilities.water", "grade": "A", "title": title, "channel": "phone"}).is(201).at("id")
	}
	done := open("Zqxleak")
	h.wake()
	h.clock.Advance(5 * time.Second)
	h.wake()
	h.ids["messages"] = a.do("GET", "/messages", nil).is(200, `"kind":"notices"`).at("items.0.id")
	step := func(path string, body any) {
		tag := t.do("GET", "/tickets/"+done, nil).is(200).header.Get("ETag")
		t.do("POST", "/tickets/"+done+"/"+path, body, "If-Match", tag).is(200)
	}
	step("accept", nil)
	step("arrive", nil)
	h.ids["price-items"] = a.do("POST", "/price-items", object{"community": h.here, "code": "ZQX-P", "name": "Zqxvalvepart", "kind": "part", "unit": "pc", "price": "45.50", "warrantyDays": 0, "offered": true}).is(201).at("id")
	offer := func() answer {
		return t.do("POST", "/tickets/"+done+"/quotes", object{"pays": "spot", "text": "Zqxquote", "lines": []any{object{"itemId": h.ids["price-items"], "quantity": "2"}}}).is(201, `"total":"91.00"`)
	}
	offer()
	quoted := offer()
	h.ids["quotes"] = quoted.at("id")
	signature := t.upload("/tickets/"+done+"/photos?kind=signature", "a.png", png).is(201).at("id")
	t.do("POST", "/quotes/"+h.ids["quotes"]+"/sign", object{"name": "Zqxsigner", "signature": signature}, "If-Match", quoted.header.Get("ETag")).is(200, `"state":"accepted"`)
	step("start", nil)
	h.ids["taken"] = t.do("POST", "/tickets/"+done+"/taken", object{"what": "Zqxheater", "state": "旧", "backAt": h.clock.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339), "name": "Zqxsigner", "signature": signature}).is(201).at("id")
	t.do("POST", "/taken/"+h.ids["taken"]+"/return", object{"name": "Zqxsigner"}, "If-Match", `"1"`).is(200, `"returnedAt"`)
	h.ids["upkeep-plans"] = a.do("POST", "/upkeep-plans", object{"community": h.here, "title": "Zqxupkeep", "kind": "service", "category": "facilities.fire", "grade": "B", "place": "Zqxhall", "every": 1, "unit": "month", "start": "2026-03-10", "active": true}).is(201).at("id")
	a.do("PUT", "/category-tree", object{"classes": []any{object{"id": "facilities.heat", "zh": "采暖", "en": "heating", "words": []string{"暖气"}}}, "reason": "wording"}, "If-Match", `"0"`).is(200, `"version":1`)
	h.ids["look-ins"] = a.do("POST", "/look-ins", object{"ticketId": done, "dueAt": "2026-03-03T04:00:00Z", "to": h.ids["staff"]}).is(201).at("id")
	h.ids["slips"] = a.do("POST", "/tickets/"+done+"/slips", object{"form": "opening_form", "lines": []object{{"field": "device_name", "value": "Zqxreader"}, {"field": "third", "value": "Zqxsigner"}}}).is(201, "Zqxsigner").at("id")
	h.ids["files"] = t.upload("/tickets/"+done+"/photos?kind=after", "a.png", png).is(201).at("id")
	step("resolve", map[string]any{"remedy": "Zqxsealed"})
	h.wake()
	h.ids["followups"] = a.do("GET", "/followups?state=all&community="+h.here, nil).is(200).at("items.0.id")
	h.ids["rate"] = a.do("POST", "/followups/"+h.ids["followups"]+"/link", nil).is(200).at("token")
	t.do("PUT", "/staff/"+h.ids["staff"]+"/duty", map[string]any{"onDuty": false}).is(200)
	h.ids["tickets"] = open("Zqxsecond")
	h.wake()

	h.there = a.do("POST", "/communities", map[string]any{"name": "Elsewhere"}).is(201).at("id")
	other := a.do("POST", "/staff", map[string]any{"community": h.there, "agentNo": "0900", "name": "Somebody", "username": "stranger", "roles": []string{"administrator"}}).is(201)
	h.stranger = h.signIn("stranger", other.at("oneTimePassword"))
	h.admin = a
	h.ids["ticket-views"] = a.do("POST", "/ticket-views", object{"community": h.here, "name": "Zqxview", "filter": object{"grade": "A"}, "shared": true}).is(201).at("id")
	h.organise()
	h.settle()
	h.build()
	h.plan()
	h.household()
	h.procedures()
	h.ids["attendance-marks"] = t.do("POST", "/attendance-marks", object{"community": h.here, "kind": "in"}).is(201).at("id")
	h.bill()
	h.online()
	h.recruit()
	h.faulty()
	h.stated()
	h.daily()
}

// daily lets the day be written down, and a task follow from it.
func (h *house) daily() {
	h.t.Helper()
	a := h.admin
	h.ids["daily-entries"] = a.do("POST", "/daily-entries", object{"community": h.here, "minute": 0, "words": "Zqxburst", "important": true, "form": object{"place": "Zqxcellar", "measures": "Zqxclosed", "told": "Zqxchief"}}).is(201).at("id")
	h.ids["daily-logs"] = a.do("GET", "/daily-log?community="+h.here, nil).is(200).at("id")
	h.ids["daily-tasks"] = a.do("POST", "/daily-tasks", object{"logId": h.ids["daily-logs"], "part": "log", "words": "Zqxtask", "to": h.ids["staff"], "due": "2026-03-20"}).is(201).at("id")
}

// stated lets a statement of account be sent to who pays.
func (h *house) stated() {
	h.t.Helper()
	at := "/customers/" + h.ids["customers"] + "/extract-preference"
	h.admin.do("PUT", at, object{"form": "payer", "rhythm": "month", "lang": "zh"}, "If-Match", `"0"`).is(200, `"version":1`)
	h.admin.do("PUT", "/extract-rules?community="+h.here, object{"day": 6}, "If-Match", `"0"`).is(200, `"day":6`)
	h.clock.Advance(40 * 24 * time.Hour)
	err := h.extracts.Day(h.t.Context())
	h.clock.Advance(-40 * 24 * time.Hour)
	if err != nil {
		h.t.Fatal(err)
	}
	h.ids["extracts"] = h.admin.do("GET", "/extracts?community="+h.here, nil).is(200).at("items.0.id")
}

// faulty lets the summary of the month's repairs be written.
func (h *house) faulty() {
	h.t.Helper()
	h.clock.Advance(32 * 24 * time.Hour)
	err := h.faults.WriteMonths(h.t.Context())
	h.clock.Advance(-32 * 24 * time.Hour)
	if err != nil {
		h.t.Fatal(err)
	}
	h.ids["fault-months"] = h.admin.do("GET", "/fault-months?community="+h.here, nil).is(200).at("items.0.id")
}

// recruit lets a staffing plan be approved by the property manager and a candidate be interviewed for it.
func (h *house) recruit() {
	h.t.Helper()
	a := h.admin
	made := a.do("POST", "/staff", object{"community": h.here, "agentNo": "Z102", "name": "Zqxchief", "username": "zqxchief", "roles": []string{"property_manager"}}).is(201)
	chief := h.signIn("zqxchief", made.at("oneTimePassword"))
	draft := object{"community": h.here, "title": "Zqxplan", "from": "2026-04-01", "to": "2026-06-30", "reason": "Zqxreason", "lines": []any{object{"post": "service", "position": "Zqxdesk", "filled": 1, "needed": 2, "qualities": "Zqxquality"}}}
	plan := a.do("POST", "/staffing-plans", draft).is(201).at("id")
	a.do("POST", "/staffing-plans/"+plan+"/submit", nil, "If-Match", `"1"`).is(200)
	all := chief.do("GET", "/approvals?view=todo", nil).is(200)
	for n := 0; ; n++ {
		if all.at(fmt.Sprintf("items.%d.kind", n)) == "staffing.plan" {
			id := all.at(fmt.Sprintf("items.%d.id", n))
			tag := chief.do("GET", "/approvals/"+id, nil).is(200).header.Get("ETag")
			chief.do("POST", "/approvals/"+id+"/approve", object{"reason": "Zqxyes"}, "If-Match", tag).is(200)
			break
		}
	}
	h.ids["staffing-candidates"] = a.do("POST", "/staffing-plans/"+plan+"/candidates", object{"line": 0, "name": "Zqxcandidate", "ratings": object{"speech": 4}, "state": "open"}).is(201).at("id")
	h.ids["staffing-plans"] = plan
}

// online lets a community be paid by Alipay, and be told of a payment for an order that nobody knows.
func (h *house) online() {
	h.t.Helper()
	a, g := h.admin, alipaytest.New(h.t)
	h.ids["pay-channels"] = h.here
	h.ids["online-pay"] = a.do("PUT", "/pay-channels/"+h.here, object{"channel": "alipay", "on": true, "appId": g.App, "merchant": g.Seller, "publicKey": g.PublicKey(), "privateKey": g.MerchantKey(), "site": "https://zqx.example"}, "If-Match", `"0"`).is(200, `"keySet":true`).at("id")
	told := g.Sign(g.Form(alipaytest.Trade{Number: "GJZQXORDER", ID: "ZQXTRANSACTION", State: "TRADE_SUCCESS", Amount: "12.34", Words: "Zqxwords"}))
	h.client().do("POST", "/online-pay/alipay/"+h.ids["online-pay"], string(told), "Content-Type", "application/x-www-form-urlencoded").is(200, "success")
	h.ids["online-strange"] = a.do("GET", "/online-strange?community="+h.here, nil).is(200, "GJZQXORDER").at("items.0.id")
}

// procedures lets a checklist run, a draft wait for its end and a part of a ticket be given to somebody.
func (h *house) procedures() {
	h.t.Helper()
	a := h.admin
	h.ids["procedure-runs"] = a.do("GET", "/procedure-runs?subject="+h.ids["tickets"], nil).is(200).at("items.0.id")
	h.ids["procedures"] = a.do("GET", "/procedures?kind=repair", nil).is(200).at("items.0.id")
	draft := a.do("POST", "/procedures/"+h.ids["procedures"]+"/draft", nil).is(201)
	h.ids["procedure-versions"] = draft.at("id")
	tag := a.do("GET", "/tickets/"+h.ids["tickets"], nil).is(200).header.Get("ETag")
	self := a.do("GET", "/session", nil).is(200).at("account.id")
	h.ids["ticket-tasks"] = a.do("POST", "/tickets/"+h.ids["tickets"]+"/tasks", object{"title": "Zqxpart", "assignee": self, "dueAt": "2026-03-03T04:00:00Z"}, "If-Match", tag).is(200).at("tasks.0.id")
}

// bill lets a month be billed: an item with its tariff, a meter with readings, a
// shared cost, a run; somebody else approves tariff and run.
func (h *house) bill() {
	h.t.Helper()
	a := h.admin
	made := a.do("POST", "/staff", object{"community": h.here, "agentNo": "Z301", "name": "Zqxfinance", "username": "zqxfinance", "roles": []string{"finance"}}).is(201)
	finance := h.signIn("zqxfinance", made.at("oneTimePassword"))
	approve := func(kind string) {
		for n := 0; ; n++ {
			q := a.do("GET", "/approvals?view=mine", nil).is(200)
			id := q.at(fmt.Sprintf("items.%d.id", n))
			if q.at(fmt.Sprintf("items.%d.kind", n)) == kind {
				tag := finance.do("GET", "/approvals/"+id, nil).is(200).header.Get("ETag")
				finance.do("POST", "/approvals/"+id+"/approve", object{"reason": "Zqxchecked"}, "If-Match", tag).is(200)
				return
			}
		}
	}
	item := func(code, basis string, more object) string {
		body := object{"community": h.here, "code": code, "name": "Zqx" + code, "basis": basis, "starts": "always", "period": "month", "dueDay": 10, "firstMonth": "by_day", "lastMonth": "by_day", "roundUnit": "fen", "roundMode": "half_up",
			"taxRate": "0.06", "latePerDay": "0.0005", "lateGrace": 5, "lateFrom": "due", "lateCap": "100", "priceKind": "market"}
		maps.Copy(body, more)
		return a.do("POST", "/charges", body).is(201).at("id")
	}
	h.ids["charges"] = item("area", "building_area", nil)
	a.do("POST", "/charges/"+h.ids["charges"]+"/tariffs", object{"from": "2025-01-01", "price": "2.50", "document": "Zqxdocument", "explanation": "Zqxwords"}).is(201)
	approve("billing.tariff")
	h.ids["meters"] = a.do("POST", "/meters", object{"community": h.here, "kind": "water", "number": "Zqxmeter", "roomId": h.ids["rooms"], "first": object{"meterId": "", "on": "2026-02-01", "value": "10"}}).is(201).at("id")
	a.do("POST", "/meter-readings", object{"community": h.here, "readings": []any{object{"meterId": h.ids["meters"], "on": "2026-03-01", "value": "12.5"}}}).is(201)
	once, stay := item("once", "single", nil), item("stay", "parking_time", nil)
	a.do("POST", "/charges/"+stay+"/tariffs", object{"from": "2025-01-01", "document": "Zqxdocument", "explanation": "Zqxwords", "parking": object{"by": "entry", "entry": "5.00"}}).is(201)
	approve("billing.tariff")
	h.ids["temporary-charges"] = a.do("POST", "/temporary-charges", object{"community": h.here, "roomId": h.ids["rooms"], "itemId": once, "amount": "7.70", "expected": "7.70", "why": "Zqxwhy", "words": "Zqxwords"}).is(201).at("id")
	a.do("POST", "/parking-stays", object{"community": h.here, "itemId": stay, "plate": "浙A77078", "in": "2026-03-01T08:00", "out": "2026-03-01T09:00", "expected": "5.00"}).is(201)
	share := item("share", "share", object{"shareBy": "household"})
	h.ids["public-costs"] = a.do("POST", "/public-costs", object{"community": h.here, "itemId": share, "period": "2026-04", "name": "Zqxcost", "amount": "12.00"}).is(201).at("id")
	run := a.do("POST", "/bill-runs", object{"community": h.here, "period": "2026-03"}).is(201).at("id")
	h.wake()
	tag := a.do("GET", "/bill-runs/"+run, nil).is(200, `"state":"calculated"`).header.Get("ETag")
	a.do("POST", "/bill-runs/"+run+"/submit", object{"reason": "Zqxmonth", "despiteErrors": true}, "If-Match", tag).is(200)
	approve("billing.book")
	h.wake()
	a.do("GET", "/bill-runs/"+run, nil).is(200, `"state":"booked"`)
	h.ids["bill-runs"] = run
	h.ids["bill-lines"] = a.do("GET", "/bill-runs/"+run+"/lines", nil).is(200).at("items.0.id")
	h.deliver(run)
	h.ids["meter-gateways"] = a.do("POST", "/meter-gateways", object{"community": h.here, "name": "Zqxkept"}).is(201).at("id")
	h.ids["meter-readings"] = a.do("GET", "/meters/"+h.ids["meters"]+"/readings", nil).is(200).at("items.0.id")
	h.ids["meter-photos"] = a.upload("/meter-readings/"+h.ids["meter-readings"]+"/photos", "a.png", append(slices.Clone(png), 0)).is(201).at("id")
	h.ids["bill-fixes"] = a.do("POST", "/bill-fixes", object{"itemId": h.ids["charges"], "first": "2026-03", "last": "2026-03", "cause": "tariff", "wrongPrice": "2.50", "rightPrice": "2.40", "reason": "Zqxreason", "evidence": "Zqxevidence"}).is(201).at("id")
	h.ids["early-rules"] = a.do("POST", "/early-rules", object{"itemId": h.ids["charges"], "way": "line", "days": 5, "percent": "2", "first": "2026-05", "last": "2026-06", "reason": "Zqxearly"}).is(201).at("id")
	h.ids["discounts"] = a.do("POST", "/discounts", object{"roomId": h.ids["rooms"], "itemId": h.ids["charges"], "kind": "hardship", "percent": "10", "first": "2026-05", "last": "2026-06", "reason": "Zqxhardship"}).is(201).at("id")
	h.wake()
	a.do("GET", "/bill-fixes/"+h.ids["bill-fixes"], nil).is(200, `"state":"calculated"`)
	h.ids["bill-fix-files"] = a.upload("/bill-fixes/"+h.ids["bill-fixes"]+"/photos", "a.png", append(slices.Clone(png), 0, 0, 0, 0)).is(201).at("id")
	h.collect()
	h.owe()
}

// deliver lets the notices of a run go out: nobody is reached, so that one is
// printed and carried by the technician, with a picture of the first attempt.
func (h *house) deliver(run string) {
	h.t.Helper()
	a := h.admin
	h.ids["batch"] = a.do("POST", "/bill-runs/"+run+"/notices", nil).is(201).at("id")
	h.wake()
	h.ids["bill-notices"] = a.do("GET", "/bill-notices?state=print&batch="+run, nil).is(200).at("items.0.id")
	a.do("POST", "/bill-notices/printed", object{"batchId": run, "notices": []any{h.ids["bill-notices"]}}).is(200, `"printed":1`)
	h.ids["bill-rounds"] = a.do("POST", "/bill-rounds", object{"batchId": run, "buildingId": h.ids["buildings"], "staffId": h.ids["staff"], "on": "2026-03-02"}).is(201).at("id")
	h.hand.upload("/bill-notices/"+h.ids["bill-notices"]+"/photos", "a.png", append(slices.Clone(png), 0, 0, 0)).is(201)
	h.ids["bill-photos"] = h.hand.do("POST", "/bill-notices/"+h.ids["bill-notices"]+"/visit", object{"result": "not_met", "words": "Zqxnobody"}).is(200).at("doors.0.visits.0.photos.0")
}

// owe lets the ladder of dunning ask for a call, a promise be made, and a bill be disputed.
func (h *house) owe() {
	h.t.Helper()
	a, room := h.admin, h.ids["rooms"]
	h.ids["arrears"] = room
	a.do("PUT", "/arrears/rules?community="+h.here, object{"steps": []any{object{"code": "early", "days": -30, "channel": "call", "on": true, "zh": "{room}{amount}", "en": "{room}{amount}"}}, "limits": []any{}, "lossRate": "0.03"}, "If-Match", `"0"`).is(200)
	h.clock.Advance(24 * time.Hour)
	if err := h.arrears.Ladder(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	h.clock.Advance(-24 * time.Hour)
	h.ids["arrears-tasks"] = a.do("GET", "/rooms/"+room+"/arrears", nil).is(200).at("duns.0.id")
	h.ids["promises"] = a.do("POST", "/rooms/"+room+"/promises", object{"amount": "1.00", "on": "2026-04-01", "words": "Zqxpromise"}).is(201).at("promises.0.id")
	h.ids["disputes"] = a.do("POST", "/bill-lines/"+h.ids["bill-lines"]+"/dispute", object{"reason": "Zqxreason"}).is(201).at("disputes.0.id")
}

// collect lets money of the room be taken: a payment with its receipt, a deposit,
// a shift, a book.
func (h *house) collect() {
	h.t.Helper()
	a, room := h.admin, h.ids["rooms"]
	h.ids["cashier-shifts"] = a.do("POST", "/cashier-shifts", object{"community": h.here, "opening": "100.00"}).is(201).at("id")
	paid := a.do("POST", "/payments", object{"roomId": room, "way": "ahead", "amount": "12.34", "expected": "0", "means": "cash", "payer": "Zqxpayer", "words": "Zqxwords"}).is(201)
	h.ids["payments"], h.ids["receipts"] = paid.at("id"), paid.at("receiptId")
	h.ids["deposits"] = a.do("POST", "/deposits", object{"roomId": room, "kind": "card", "amount": "50.00", "means": "cash", "payer": "Zqxpayer"}).is(201).at("id")
	h.ids["offsets"] = a.do("POST", "/offsets", object{"roomId": room, "claim": "rent", "amount": "0.10", "document": "Zqxdocument", "reason": "Zqxreason"}).is(201).at("id")
	h.ids["receipt-books"] = a.do("POST", "/receipt-books", object{"community": h.here, "kind": "printed", "prefix": "ZQX", "width": 4, "first": 1, "last": 50}).is(201).at("id")
	h.ids["refunds"] = a.do("POST", "/refunds", object{"paymentId": paid.at("id"), "amount": "1.00", "reason": "Zqxreason"}).is(201).at("id")
	h.ids["refund-files"] = a.upload("/refunds/"+h.ids["refunds"]+"/photos", "a.png", append(slices.Clone(png), 0, 0, 0)).is(201).at("id")
	h.ids["suspense"] = a.do("POST", "/suspense", object{"community": h.here, "means": "bank", "amount": "7.70", "cameOn": "2026-03-01", "payer": "Zqxsender", "reference": "Zqxreference"}).is(201).at("id")
	h.ids["statements"] = a.upload("/statements?keep=true&account=Zqxaccount&community="+h.here, "a.csv", []byte("交易日期,收入,支出,对方户名,摘要\n2026-03-01,9.90,,Zqxparty,Zqxsummary\n")).is(200).at("id")
	h.ids["statement-lines"] = a.do("GET", "/statement-lines?community="+h.here, nil).is(200).at("items.0.id")
	h.invoice()
	h.ids["settlements"] = a.do("POST", "/rooms/"+room+"/settlements", object{"day": "2026-03-15"}).is(201).at("id")
	a.upload("/settlements/"+h.ids["settlements"]+"/photos", "a.png", append(slices.Clone(png), 0, 0, 0, 0)).is(201)
	h.ids["receipt-proofs"] = a.do("POST", "/receipts/"+h.ids["receipts"]+"/print", nil).is(200).at("code")
}

// invoice lets a part of a bill be paid and invoiced, and the rest be collected
// by direct debit.
func (h *house) invoice() {
	h.t.Helper()
	a, room := h.admin, h.ids["rooms"]
	due := a.do("GET", "/rooms/"+room+"/due", nil).is(200).at("total")
	pay := func() string {
		return a.do("POST", "/payments", object{"roomId": room, "way": "amount", "amount": "5.00", "expected": due, "means": "cash", "payer": "Zqxpayer"}).is(201).at("id")
	}
	h.ids["invoice-settings"] = h.here
	item := a.do("GET", "/invoice-settings/"+h.here, nil).is(200).at("goods.0.itemId")
	a.do("PUT", "/invoice-settings/"+h.here, object{"seller": object{"name": "Zqxseller", "taxNo": "91350100M000100Y43", "drawer": "Zqxdrawer"}, "goods": []any{object{"itemId": item, "code": "3040801010000000000", "treatment": "taxed"}}}, "If-Match", `"0"`).is(200)
	h.ids["invoice-titles"] = a.do("POST", "/invoice-titles", object{"customerId": h.ids["customers"], "kind": "company", "name": "Zqxtitle", "taxNo": "91350100M000100Y43", "phone": "0201112222", "account": "6200000000000099"}).is(201).at("id")
	ask := func(payment string) answer {
		return a.do("POST", "/invoices", object{"roomId": room, "payments": []any{payment}, "titleId": h.ids["invoice-titles"], "words": "Zqxremark"}).is(201)
	}
	ask(pay())
	h.ids["invoice-batches"] = a.do("POST", "/invoice-batches", object{"community": h.here}).is(201).at("id")
	a.do("GET", "/invoice-batches?community="+h.here, nil).is(200, h.ids["invoice-batches"])
	due = a.do("GET", "/rooms/"+room+"/due", nil).is(200).at("total")
	h.ids["invoices"] = ask(pay()).at("id")
	h.ids["debit-mandates"] = a.do("POST", "/debit-mandates", object{"roomId": room, "number": "Zqxmandate", "bank": "Zqxbank", "holder": "Zqxholder", "account": "6200000000000088", "signedOn": "2026-02-01"}).is(201).at("id")
	h.ids["debit-batches"] = a.do("POST", "/debit-batches", object{"community": h.here, "bank": "Zqxbank", "dueTill": "2026-12-31", "collectOn": "2026-03-05"}).is(201).at("id")
	a.do("GET", "/debit-batches?community="+h.here, nil).is(200, h.ids["debit-batches"])
	h.ids["shared-entries"] = a.do("POST", "/shared-entries", object{"community": h.here, "side": "income", "kind": "lift_ads", "day": "2026-02-01", "amount": "12.00", "words": "Zqxadvert", "document": "Zqxdocument"}).is(201).at("id")
	h.ids["shared-years"] = a.do("GET", "/shared-years?community="+h.here, nil).is(200).at("items.0.id")
	h.ids["shared-files"] = a.upload("/shared-entries/"+h.ids["shared-entries"]+"/photos", "a.png", append(slices.Clone(png), 0, 0, 0)).is(201).at("id")
	h.ids["charge-inspections"] = a.do("POST", "/charge-inspections", object{"community": h.here, "kind": "order", "authority": "Zqxauthority", "number": "Zqxnumber", "day": "2026-02-01", "items": []any{h.ids["charges"]}, "finding": "Zqxfinding", "refund": "1.00", "fine": "0", "dueOn": "2026-03-20", "assigneeId": h.ids["staff"]}).is(201).at("id")
	h.ids["charge-inspection-files"] = a.upload("/charge-inspections/"+h.ids["charge-inspections"]+"/photos?purpose=evidence", "a.png", append(slices.Clone(png), 0, 0, 0)).is(201).at("id")
	h.ids["debit-items"] = a.do("GET", "/debit-items?community="+h.here, nil).is(200).at("items.0.id")
}

// household lets everything of people and their homes happen once: a change of
// owner that was undone, a merge, a tenancy, a pet, a call.
func (h *house) household() {
	h.t.Helper()
	a, room := h.admin, h.ids["rooms"]
	h.ids["tags"] = a.do("GET", "/tags", nil).is(200).at("items.0.id")
	made := a.do("POST", "/customers", object{"community": h.here, "kind": "person", "name": "Zqxother", "mobiles": []any{object{"number": "13911117709"}}, "roomId": room, "relation": "tenant",
		"details": object{"birthday": "1960-03-02", "emergency": object{"name": "Zqxemergency", "number": "13911117701"}}, "otherNames": []any{object{"name": "Zqxformer"}}}).is(201)
	other := made.at("id")
	h.ids["relations"] = a.do("GET", "/customers/"+other, nil).is(200).at("rooms.0.id")
	transfer := a.do("POST", "/transfers", object{"roomId": room, "day": "2026-03-02", "owners": []any{object{"customerId": other}}}).is(201)
	h.ids["transfers"] = transfer.at("id")
	a.do("POST", "/transfers/"+h.ids["transfers"]+"/undo", nil, "If-Match", `"1"`).is(200)
	gone := a.do("POST", "/customers", object{"community": h.here, "kind": "person", "name": "Zqxgone", "mobiles": []any{object{"number": "13911117709"}}}).is(201).at("id")
	h.ids["customer-merges"] = a.do("POST", "/customers/"+other+"/merge", object{"from": gone, "fromVersion": 1}, "If-Match", `"1"`).is(200).at("id")
	h.ids["leases"] = a.do("POST", "/leases", object{"roomId": room, "from": "2026-01-01", "emergencyName": "Zqxemergency", "emergencyNumber": "13911117701", "parties": []any{
		object{"role": "tenant", "name": "Zqxtenant", "number": "13911117702", "identityKind": "passport", "identity": "ZQX777001"}, object{"role": "landlord", "customerId": other}}}).is(201).at("id")
	h.ids["belongings"] = a.do("POST", "/belongings", object{"roomId": room, "customerId": other, "kind": "dog", "name": "Zqxdog", "expiresOn": "2026-03-10"}).is(201).at("id")
	a.do("POST", "/callbacks", object{"community": h.here, "customerId": other, "day": "2026-03-02", "words": "Zqxcall"}).is(201)
	a.do("GET", "/reminders?community="+h.here, nil).is(200, "Zqxcall", "Zqxother", "Zqxdog")
}

// build adds what stands in the community besides its one room: a parcel, a
// space with a car, and another room in the middle of its hand-over.
func (h *house) build() {
	h.t.Helper()
	a, other := h.admin, append(slices.Clone(png), 0) // a file of its own: equal ones are kept once
	h.ids["units"] = a.do("GET", "/housing?community="+h.here, nil).is(200).at("items.0.units.0.id")
	h.ids["parcels"] = a.do("POST", "/parcels", map[string]any{"community": h.here, "kind": "keeper", "name": "Zqxparcel", "staffId": h.ids["staff"]}).is(201).at("id")
	a.do("POST", "/parcels/"+h.ids["parcels"]+"/rooms", map[string]any{"rooms": []string{h.ids["rooms"]}}, "If-Match", `"1"`).is(200)
	h.ids["parking"] = a.do("POST", "/parking/spaces", map[string]any{"community": h.here, "number": "Zqx1", "kind": "owned", "place": "standard", "room": "7-7-7707"}).is(201).at("id")
	a.do("PUT", "/parking/spaces/"+h.ids["parking"]+"/holder", map[string]any{"customerId": h.ids["customers"], "state": "sold"}, "If-Match", `"1"`).is(200)
	h.ids["vehicles"] = a.do("POST", "/vehicles", map[string]any{"community": h.here, "plate": "浙A77077", "kind": "car", "brand": "Zqxbrand", "room": "7-7-7707", "customerId": h.ids["customers"],
		"space": "Zqx1", "permitFrom": "2026-03-01", "permitTo": "2026-03-20"}).is(201).at("id")
	a.do("POST", "/rooms", map[string]any{"community": h.here, "label": "7-7-7708", "type": "home", "state": "sold", "buildingArea": "77.07"}).is(201)
	h.ids["handovers"] = a.do("POST", "/handovers", map[string]any{"community": h.here, "buildings": []string{h.ids["buildings"]}}).is(201).at("handoverId")
	made := a.do("POST", "/handovers/"+h.ids["handovers"]+"/appoint", map[string]any{"day": "2026-03-02", "slot": "09:30", "customerId": h.ids["customers"], "notes": "Zqxnotes"}, "If-Match", `"1"`).is(200)
	h.ids["handover-items"] = made.at("items.0.id")
	h.ids["handover-photos"] = a.upload("/handover-items/"+h.ids["handover-items"]+"/photos", "a.png", other).is(201).at("id")
	h.ids["room-papers"] = a.do("POST", "/rooms/"+h.ids["rooms"]+"/papers", map[string]any{"kind": "contract", "edition": "Zqx1", "customerId": h.ids["customers"], "signedOn": "2026-03-01"}).is(201).at("id")
	a.upload("/room-papers/"+h.ids["room-papers"]+"/scan", "a.png", other).is(201)
	h.ids["facilities"] = a.do("POST", "/facilities", map[string]any{"community": h.here, "code": "ZQX-1", "name": "Zqxpump", "kind": "water", "place": "Zqxcellar", "state": "running",
		"checks": []any{map[string]any{"name": "Zqxcheck", "kind": "routine", "months": 3}}}).is(201).at("id")
	drawn := append(slices.Clone(png), 0, 0)
	plan := a.upload("/plans?community="+h.here+"&name=Zqxplan", "a.png", drawn).is(201)
	h.ids["plans"] = plan.at("id")
	h.ids["plan-items"] = a.do("PUT", "/plans/"+h.ids["plans"], map[string]any{"name": "Zqxplan", "items": []any{map[string]any{
		"kind": "valve", "medium": "water", "name": "Zqxvalve", "place": "", "points": []any{[]int{1, 2}}, "cuts": []any{}, "facilityId": h.ids["facilities"]}}}, "If-Match", `"1"`).is(200).at("items.0.id")
	a.upload("/plan-items/"+h.ids["plan-items"]+"/photo", "a.png", drawn).is(201)
}

// plan lets everything of the roster happen once: a shift, a pattern, duties, a
// swap that waits, leave, a handover.
func (h *house) plan() {
	h.t.Helper()
	a := h.admin
	me := a.do("GET", "/session", nil).is(200).at("account.id")
	h.ids["roster-shifts"] = a.do("POST", "/roster-shifts", object{"community": h.here, "name": "Zqxshift", "post": "service", "startMinute": 480, "minutes": 480, "least": 1}).is(201).at("id")
	h.ids["roster-patterns"] = a.do("POST", "/roster-patterns", object{"community": h.here, "name": "Zqxpattern", "days": 2, "startsOn": "2026-03-02", "turns": []any{object{"staffId": me, "shiftId": h.ids["roster-shifts"], "on": []int{0}}}}).is(201).at("id")
	duty := func(day string) string {
		return a.do("POST", "/roster-duties", object{"community": h.here, "shiftId": h.ids["roster-shifts"], "staffId": me, "day": day}).is(201).at("id")
	}
	h.ids["roster-swaps"] = a.do("POST", "/roster-swaps", object{"dutyId": duty("2026-03-09"), "toId": h.ids["staff"], "reason": "Zqxreason"}).is(201).at("id")
	h.ids["roster-duties"] = duty("2026-03-10")
	h.ids["roster-leaves"] = a.do("POST", "/roster-leaves", object{"community": h.here, "staffId": h.ids["staff"], "kind": "annual", "fromDay": "2026-03-12", "toDay": "2026-03-13"}).is(201).at("id")
	h.ids["shift-handovers"] = a.do("POST", "/shift-handovers", object{"community": h.here, "post": "service", "inId": h.ids["staff"], "keys": "Zqxkeys"}).is(201).at("id")
	h.ids["roster-feeds"] = "ZQXNOTOKENOFANYBODY0000"
}

// settle lets the owner sign in as a resident and invite somebody, and a name nobody has be locked.
func (h *house) settle() {
	h.t.Helper()
	a := h.admin
	h.ids["residents"] = a.do("POST", "/rooms/"+h.ids["rooms"]+"/residents", map[string]any{"customerId": h.ids["customers"]}).is(201).at("bindings.0.id")
	h.resident = h.residentOf(h.ids["customers"], "13911117707")
	h.ids["resident"] = h.resident.do("POST", "/resident/invitations", map[string]any{"roomId": h.ids["rooms"], "mobile": "13911117708", "relation": "family"}).is(201).at("id")
	for range 5 {
		h.client().do("POST", "/session", map[string]string{"username": "Zqxnobody", "password": "guess"}).is(401)
	}
	h.ids["security"] = a.do("GET", "/security/locks", nil).is(200).at("items.0.id")
}

// residentOf signs a customer in with a code that the front desk shows.
func (h *house) residentOf(customer, mobile string) *client {
	h.t.Helper()
	code := h.admin.do("POST", "/customers/"+customer+"/sign-in-code", nil).is(201).at("code")
	c := h.client()
	c.signedIn(c.do("POST", "/resident/session", map[string]string{"mobile": mobile, "code": code}).is(200))
	return c
}

// may is who holds the action of a route: residents' are theirs alone.
func (h *house) may(c call) *client {
	if residents(c.Action) {
		return h.resident
	}
	return h.admin
}

// residents: what people who live here do, and nobody else.
func residents(act authz.Action) bool {
	return act == resident.ActSelf || act == resident.ActHome || slices.Contains(matter.Actions, act) || slices.Contains(payonline.Actions, act) || act == refund.ActOwn || act == invoice.ActOwn || slices.Contains(extract.OwnActions, act)
}

// organise adds what belongs to the tree, roles and approvals.
func (h *house) organise() {
	h.t.Helper()
	a := h.admin
	h.ids["regions"] = a.do("POST", "/regions", map[string]any{"name": "Zqxregion"}).is(201).at("id")
	tag := a.do("GET", "/communities/"+h.here, nil).is(200).header.Get("ETag")
	a.do("PUT", "/communities/"+h.here+"/region", map[string]any{"regionId": h.ids["regions"]}, "If-Match", tag).is(200)
	h.ids["roles"] = a.do("POST", "/roles", map[string]any{"zh": "夜班前台", "en": "night desk", "permissions": []string{"org.view"}}).is(201).at("id")
	head := a.do("POST", "/staff", map[string]any{"community": h.here, "agentNo": "Z101", "name": "Zqxhead", "username": "zqxhead", "roles": []string{"property_manager"}}).is(201)
	change := a.do("POST", "/staff/"+h.ids["staff"]+"/position-changes", map[string]any{"position": "Zqxposition", "roles": []any{}, "day": "2026-03-20", "reason": "Zqxreason"}).is(201)
	h.ids["approvals"], h.ids["position-changes"], h.ids["approval-rules"] = change.at("approvalId"), change.at("id"), "staff.position"
	h.ids["deputies"] = a.do("POST", "/deputies", map[string]any{"deputyId": head.at("staff.id"), "from": "2026-03-20", "to": "2026-03-21"}).is(201).at("id")
}
