package app

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guanjia/internal/migrations"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
)

type object = map[string]any

// as reads a value of the description; the zero T when it is something else.
func as[T any](v any) T {
	t, _ := v.(T)
	return t
}

// call is one route with what its description says of its input.
type call struct {
	web.Route
	path   string // without the prefix
	params []object
	body   object // schema of a JSON body
	api    object
}

// calls reads every route and its input from the API's own description.
func (h *house) calls() (out []call) {
	h.t.Helper()
	raw, err := h.OpenAPI()
	if err != nil {
		h.t.Fatal(err)
	}
	var api object
	if err := json.Unmarshal(raw, &api); err != nil {
		h.t.Fatal(err)
	}
	for _, r := range h.Routes() {
		c := call{Route: r, path: strings.TrimPrefix(r.Path, web.Prefix), api: api}
		op := as[object](as[object](as[object](api["paths"])[c.path])[strings.ToLower(r.Method)])
		list, _ := op["parameters"].([]any)
		for _, p := range list {
			c.params = append(c.params, as[object](p))
		}
		if b, ok := op["requestBody"].(object); ok {
			if j, ok := as[object](b["content"])["application/json"].(object); ok {
				c.body = c.resolve(as[object](j["schema"]))
			}
		}
		out = append(out, c)
	}
	if len(out) < 60 {
		h.t.Fatalf("only %d routes", len(out))
	}
	return out
}

func (c call) resolve(s object) object {
	if ref, ok := s["$ref"].(string); ok {
		return as[object](as[object](as[object](c.api["components"])["schemas"])[ref[strings.LastIndex(ref, "/")+1:]])
	}
	return s
}

// kind is the type of a schema, without null.
func kind(s object) string {
	switch v := s["type"].(type) {
	case string:
		return v
	case []any:
		for _, k := range v {
			if k != "null" {
				return as[string](k)
			}
		}
	}
	return ""
}

func isID(s object) bool { p, _ := s["pattern"].(string); return strings.Contains(p, "{12}") }

// idFor names the record of the house that a field or parameter means.
func (h *house) idFor(field string) string {
	of := map[string]string{"community": "communities", "batch": "batch", "batchId": "batch", "roomId": "rooms", "room": "rooms", "building": "buildings", "areas": "buildings", "customerId": "customers",
		"to": "staff", "assignee": "staff", "subject": "tickets", "procedure": "procedures", "actor": "staff", "departmentId": "departments", "handOverTo": "staff", "deputyId": "staff", "itemId": "price-items", "signature": "files", "region": "regions", "regionId": "regions", "parentId": "regions"}
	return h.ids[of[field]]
}

// sample makes a value that a schema takes, meaning the records of the house.
func (h *house) sample(c call, field string, s object) any {
	s = c.resolve(s)
	if isID(s) {
		return h.idFor(field)
	}
	if list, ok := s["enum"].([]any); ok && len(list) > 0 {
		return list[0]
	}
	switch kind(s) {
	case "object":
		out := object{}
		props, _ := s["properties"].(object)
		for name, p := range props {
			out[name] = h.sample(c, name, as[object](p))
		}
		return out
	case "array":
		switch field {
		case "identities":
			return []any{object{"kind": "passport", "number": "E00000001"}}
		case "accounts":
			return []any{object{"holder": "Zqxholder", "bank": "Bank", "number": "6200000000000000"}}
		}
		item := c.resolve(as[object](s["items"]))
		if kind(item) == "object" || isID(item) {
			return []any{h.sample(c, field, item)}
		}
		return []any{}
	case "integer", "number":
		if field == "contactTo" {
			return 2
		}
		return 1
	case "boolean":
		return true
	}
	switch field {
	case "category":
		return "facilities.water"
	case "mobile", "contactMobile", "number":
		return "13955550001"
	case "zone":
		return "Asia/Shanghai"
	case "birthday":
		return "1970-01-01"
	case "share":
		return "1/2"
	}
	if f, _ := s["format"].(string); f == "date-time" {
		return "2026-03-02T04:00:00.000Z"
	} else if f == "date" {
		return "2026-03-02"
	}
	if pattern, _ := s["pattern"].(string); strings.HasPrefix(pattern, `^\d{4}-(0`) { // a month
		return "2026-03"
	}
	return "sample"
}

// address puts an id into the path and the required parameters into the query.
func (h *house) address(c call, id string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(c.path, "/"), "/")
	if id == "" {
		id = h.ids[first]
	}
	at, query := c.path, []string{}
	if i := strings.IndexByte(at, '{'); i >= 0 {
		at = at[:i] + id + at[strings.IndexByte(at, '}')+1:]
	}
	for _, p := range c.params {
		name, _ := p["name"].(string)
		s := c.resolve(as[object](p["schema"]))
		switch {
		case p["in"] != "query":
		case name == "community":
			query = append(query, "community="+h.here)
		case p["required"] == true:
			if v, ok := h.sample(c, name, s).(string); ok {
				query = append(query, name+"="+v)
			}
		}
	}
	if len(query) > 0 {
		at += "?" + strings.Join(query, "&")
	}
	return at
}

func unsafe(method string) bool { return method != http.MethodGet }

// ends are the routes that would end the walker's own session.
func ends(c call) bool {
	return strings.HasSuffix(c.path, "/session") && c.Method == http.MethodDelete || c.path == "/account/password"
}

// problem checks the form of a refusal.
func (a answer) problem() object {
	a.t.Helper()
	var p object
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.header.Get("Content-Type") != "application/problem+json" {
		a.t.Errorf("%s: %d is no problem: %s %.300s", a.ask, a.status, a.header.Get("Content-Type"), a.body)
		return object{}
	}
	if p["code"] == "" || p["status"] != float64(a.status) || p["title"] == "" || p["detail"] == "" || p["instance"] != a.header.Get("X-Request-Id") {
		a.t.Errorf("%s: an incomplete problem: %s", a.ask, a.body)
	}
	return p
}

func TestWithoutASessionNothingIsShown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		nobody, forged := h.client(), h.client()
		forged.cookie, forged.csrf = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x"
		for _, c := range h.calls() {
			var body any
			if c.body != nil {
				body = h.sample(c, "", c.body)
			}
			for _, who := range []*client{nobody, forged} {
				a := who.do(c.Method, h.address(c, ""), body, "If-Match", `"1"`)
				if c.Action == "" {
					if a.status >= 500 {
						t.Errorf("%s: %d %s", a.ask, a.status, a.body)
					}
					continue
				}
				if a.status != http.StatusUnauthorized {
					t.Errorf("%s without a session: %d %.200s", a.ask, a.status, a.body)
				}
				a.problem()
			}
		}
	})
}

func TestNothingChangesWithoutTheToken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		before := h.everything(h.here)
		for _, token := range []string{"", "wrong"} {
			c := &client{h: h, cookie: h.admin.cookie, csrf: token, from: h.admin.from}
			for _, r := range h.calls() {
				if !unsafe(r.Method) {
					continue
				}
				var body any
				if r.body != nil {
					body = h.sample(r, "", r.body)
				}
				a := c.do(r.Method, h.address(r, ""), body, "If-Match", `"1"`)
				if p := a.problem(); a.status != http.StatusForbidden || p["code"] != "request.csrf" {
					t.Errorf("%s with token %q: %d %.200s", a.ask, token, a.status, a.body)
				}
			}
		}
		other := h.admin.do("POST", "/communities", object{"name": "From elsewhere"}, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
		other.is(403, "request.csrf")
		h.untouched(before)
	})
}

var idForm = regexp.MustCompile(`\b[0-7][0-9a-hjkmnp-tv-z]{12}\b`)

// secrets is everything that only the first community may see.
func (h *house) secrets() []string {
	set := map[string]bool{"Zqx": true, "13911": true, "7707": true, h.here: true}
	for _, c := range h.calls() {
		if unsafe(c.Method) || slices.Contains([]string{"/audit", "/roles", "/communities", "/organisation", "/tags", "/deputies/candidates", "/session", "/devices", "/live", "/setup", "/resident/communities"}, c.path) || strings.HasPrefix(c.path, "/procedure") || strings.HasPrefix(c.path, "/category-") || strings.HasSuffix(c.path, ".xlsx") || strings.HasPrefix(c.path, "/files") {
			continue
		}
		for _, id := range idForm.FindAllString(h.may(c).do(c.Method, h.address(c, ""), nil).body, -1) {
			set[id] = true
		}
	}
	for _, id := range h.ids {
		set[id] = true
	}
	for _, first := range company {
		delete(set, h.ids[first])
	}
	delete(set, h.admin.do("GET", "/session", nil).is(200).at("account.id")) // acts in both
	delete(set, h.ids["roles"])                                              // the company's, like the rules of approvals: all who edit somewhere may know
	delete(set, h.ids["approval-rules"])
	return slices.Sorted(maps.Keys(set))
}

func (h *house) community(text string) (id authz.CommunityID) {
	h.t.Helper()
	if err := id.UnmarshalText([]byte(text)); err != nil {
		h.t.Fatal(err)
	}
	return id
}

// deadJob leaves a job of the community that somebody must look at.
func (h *house) deadJob() {
	h.t.Helper()
	dbtest.Exec(h.t, h.db, `INSERT INTO job (id, kind, community_id, due_at, payload, last_error, dead_at) VALUES ($1, 'test', $2, 0, '{}', 'Zqxerror', 1)`,
		h.community("0pmwk8zzzzz01"), h.community(h.here))
	h.ids["jobs"] = h.admin.do("GET", "/jobs", nil).is(200, "Zqxerror").at("items.0.id")
}

// everything counts the rows of a community in every table that has them.
func (h *house) everything(community string) map[string]int64 {
	h.t.Helper()
	out := map[string]int64{}
	files, err := migrations.Files.ReadDir(".")
	if err != nil {
		h.t.Fatal(err)
	}
	table := regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n?\);`)
	id := h.community(community)
	for _, f := range files {
		raw, err := migrations.Files.ReadFile(f.Name())
		if err != nil {
			h.t.Fatal(err)
		}
		for _, m := range table.FindAllStringSubmatch(string(raw), -1) {
			what := "COUNT(*)"
			if strings.Contains(m[2], " version ") {
				what = "COUNT(*) * 1000 + COALESCE(SUM(version), 0)"
			}
			gone := strings.Contains(string(raw), "ALTER TABLE "+m[1]+" RENAME TO") // a table made anew has its old name
			if strings.Contains(m[2], "community_id") && !gone {
				out[m[1]] = dbtest.One[int64](h.t, h.db, `SELECT CAST(`+what+` AS BIGINT) FROM `+m[1]+` WHERE community_id = $1`, id)
			}
		}
	}
	if len(out) < 12 {
		h.t.Fatalf("only %d tables", len(out))
	}
	return out
}

func (h *house) untouched(before map[string]int64) {
	h.t.Helper()
	after := h.everything(h.here)
	for table, n := range before {
		if after[table] != n {
			h.t.Errorf("%s of the community: %d before, %d now", table, n, after[table])
		}
	}
}

func TestAnotherCommunityIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.deadJob()
		secrets, before := h.secrets(), h.everything(h.here)
		if len(secrets) < 20 {
			t.Fatalf("only %d things to keep secret: %v", len(secrets), secrets)
		}
		for _, c := range h.calls() {
			if c.Action == "" || ends(c) || h.may(c) == h.resident || c.path == "/devices" || c.path == "/notices/read" || strings.HasPrefix(c.path, "/account/messages") { // residents' are closed to staff; devices and notices are one's own
				continue
			}
			var body any
			if c.body != nil {
				body = h.sample(c, "", c.body)
			}
			at := h.address(c, "")
			if takesFile(c) {
				h.hidden(h.stranger.upload(at, "a.png", png), secrets, true)
				continue
			}
			for _, headers := range [][]string{{"If-Match", `"1"`}, {"If-Match", `"2"`, "Last-Event-ID", "0"}, {"If-Match", `"3"`, "Accept-Language", "en"}} {
				a := h.stranger.do(c.Method, at, body, headers...)
				shared := strings.HasPrefix(c.path, "/roles/") || strings.HasPrefix(c.path, "/approval-rules/") || strings.HasPrefix(c.path, "/procedures/") || strings.HasPrefix(c.path, "/procedure-versions/")
				h.hidden(a, secrets, strings.Contains(c.path, "{") && !shared)
				if unsafe(c.Method) && a.status < 400 {
					t.Errorf("%s of another community was done: %s", a.ask, a.body)
				}
			}
			if strings.Contains(at, "community=") { // a parameter given twice
				h.hidden(h.stranger.do(c.Method, at+"&community="+h.there, body, "If-Match", `"1"`), secrets, false)
				h.hidden(h.stranger.do(c.Method, strings.Replace(at, "community=", "community="+h.there+"&community=", 1), body, "If-Match", `"1"`), secrets, false)
			}
			if !unsafe(c.Method) { // without naming a community
				address, _, _ := strings.Cut(at, "?")
				h.hidden(h.stranger.do(c.Method, address, nil), secrets, false)
			}
		}
		h.untouched(before)
	})
}

// company are the records of the company as a whole, by the first part of their
// address: everybody may know that they exist, and few may change them.
var company = []string{"retention", "tags", "procedures", "procedure-versions"}

// hidden: not a byte of the first community, and a record of it is not found.
func (h *house) hidden(a answer, secrets []string, one bool) {
	h.t.Helper()
	if a.status >= 500 || (one && a.status < 400) {
		h.t.Errorf("%s as a stranger: %d %.300s", a.ask, a.status, a.body)
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(a.ask[strings.Index(a.ask, " ")+1:], web.Prefix+"/"), "/")
	if one && a.status != http.StatusNotFound && a.status != http.StatusUnprocessableEntity && (a.status != http.StatusForbidden || !slices.Contains(company, first)) {
		h.t.Errorf("%s as a stranger: %d, not 404: %.200s", a.ask, a.status, a.body)
	}
	for _, s := range secrets {
		if strings.Contains(a.body, s) {
			h.t.Errorf("%s told a stranger %q: %.300s", a.ask, s, a.body)
			return
		}
	}
}

const marker = "Echo9Marker9"

// refused: wrong input is named, and not sent back.
func (h *house) refused(a answer, what string) {
	h.t.Helper()
	if a.status < 400 || a.status >= 500 {
		h.t.Errorf("%s, %s: %d %.300s", a.ask, what, a.status, a.body)
		return
	}
	p := a.problem()
	if strings.Contains(a.body, marker) || strings.Contains(a.body, "987654321987") || strings.Contains(a.body, "长长长") {
		h.t.Errorf("%s, %s: the input came back: %.300s", a.ask, what, a.body)
	}
	if p["detail"] == p["code"] {
		h.t.Errorf("%s, %s: no text for %s", a.ask, what, p["code"])
	}
	list, _ := p["errors"].([]any)
	for _, e := range list {
		if f, _ := e.(object); f["code"] == f["message"] {
			h.t.Errorf("%s, %s: no text for %s", a.ask, what, f["code"])
		}
	}
}

// survived: odd input may be fine or not, but breaks nothing.
func (h *house) survived(a answer, what string) {
	h.t.Helper()
	if a.status >= 500 || (a.status >= 400 && strings.Contains(a.body, marker)) {
		h.t.Errorf("%s, %s: %d %.300s", a.ask, what, a.status, a.body)
	} else if a.status >= 400 {
		a.problem()
	}
}

func TestWrongInputIsRefusedInWords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		for _, c := range h.calls() {
			h.wrongAddresses(c)
			if c.body != nil {
				h.wrongBodies(c)
			}
		}
		h.admin.do("GET", "/session", nil).is(200)
	})
}

func (h *house) wrongAddresses(c call) {
	var body any
	if c.body != nil {
		body = h.sample(c, "", c.body)
	}
	send := func(at string) answer { return h.may(c).do(c.Method, at, body, "If-Match", `"99"`) }
	if strings.Contains(c.path, "{") && !ends(c) {
		for _, id := range []string{"!!", marker, "0000000000001", "7zzzzzzzzzzzz", "zzzzzzzzzzzzz", strings.Repeat("9", 5000), "a\x00b", "\xff\xfe", "' OR 1=1 --"} {
			h.refused(send(h.address(c, id)), "id "+id[:min(len(id), 20)])
		}
	}
	at := h.address(c, "")
	sep := map[bool]string{true: "&", false: "?"}[strings.Contains(at, "?")]
	if !ends(c) || c.Method == http.MethodDelete {
		h.refused(send(at+sep+"unknown="+marker), "unknown parameter")
	}
	for _, p := range c.params {
		name, _ := p["name"].(string)
		s := c.resolve(as[object](p["schema"]))
		if p["in"] != "query" {
			continue
		}
		base, query, _ := strings.Cut(at, "?")
		var kept []string
		for kv := range strings.SplitSeq(query, "&") {
			if kv != "" && !strings.HasPrefix(kv, name+"=") {
				kept = append(kept, kv)
			}
		}
		with := func(v string) answer {
			return send(base + "?" + strings.Join(append(slices.Clone(kept), name+"="+v), "&"))
		}
		if isID(s) || s["enum"] != nil || kind(s) != "string" || name == "cursor" {
			h.refused(with(marker), "wrong "+name)
		}
		if kind(s) == "string" {
			h.refused(with(strings.Repeat("%E9%95%BF", 600)), "too long "+name)
		}
		for _, odd := range []string{"%00", "%ff", "a%00b", "%F0%A0%AE%B7", "%25_", "%27", "-1", "0", "99999999999999999999", "IlxcdTAwMDAi", "Ilx1MDAwMCI", "bnVsbA", "e30", "W10", "eyJ4IjoxfQ", "MTIz"} {
			h.survived(with(odd), name+"="+odd)
		}
	}
}

func (h *house) wrongBodies(c call) {
	at := h.address(c, "")
	send := func(body any) answer { return h.may(c).do(c.Method, at, body, "If-Match", `"99"`) }
	for _, raw := range []string{"", "{", "null", "[]", `"` + marker + `"`, "987654321987", "true", "\x00\x01", strings.Repeat("[", 20000), `{"a":` + strings.Repeat(`{"a":`, 5000)} {
		h.refused(send(raw), "body "+raw[:min(len(raw), 20)])
	}
	big := `{"` + marker + `":"` + strings.Repeat("x", 10<<20) + `"}`
	for what, body := range map[string]io.Reader{"10 MB": strings.NewReader(big), "10 MB in chunks": io.MultiReader(strings.NewReader(big))} {
		a := send(body)
		h.refused(a, what)
		if a.status != http.StatusRequestEntityTooLarge {
			h.t.Errorf("%s, %s: %d %.200s", a.ask, what, a.status, a.body)
		}
	}
	sample, ok := h.sample(c, "", c.body).(object)
	if !ok {
		h.t.Fatalf("%s: no object", c.path)
	}
	extra := maps.Clone(sample)
	extra["unexpected"] = marker
	h.refused(send(extra), "unknown field")
	h.wrongFields(c, c.body, sample, send)
}

// wrongFields breaks one field after another.
func (h *house) wrongFields(c call, schema, sample object, send func(any) answer) {
	required, _ := schema["required"].([]any)
	props, _ := schema["properties"].(object)
	for name, raw := range props {
		s := c.resolve(as[object](raw))
		with := func(v any) object {
			out := maps.Clone(sample)
			out[name] = v
			return out
		}
		if slices.Contains(required, any(name)) {
			missing := maps.Clone(sample)
			delete(missing, name)
			h.refused(send(missing), "without "+name)
		}
		wrong := []any{marker, object{"unexpected": marker}, []any{object{}}}
		odd := []any{nil}
		switch kind(s) {
		case "string":
			wrong = []any{987654321987, true, object{"unexpected": marker}, []any{marker}, strings.Repeat("长", 30000)}
			if isID(s) || s["enum"] != nil {
				wrong = append(wrong, marker)
			}
			if isID(s) {
				odd = append(odd, "06q3g8k2m4n5p", "7zzzzzzzzzzzz", "0000000000000")
			}
			odd = append(odd, "", " ", "a\x00b", "\u202e<script>alert(1)</script>", "'; DROP TABLE ticket; --", "𠮷👨‍👩‍👧", marker, "%_\\", "\r\n\t")
		case "integer", "number":
			odd = append(odd, -1, 0, int64(1)<<62, 1e300, 0.1)
		case "object":
			nested, ok := sample[name].(object)
			if ok {
				h.wrongFields(c, s, nested, func(v any) answer { return send(with(v)) })
			}
		}
		for _, v := range wrong {
			h.refused(send(with(v)), "wrong "+name)
		}
		for _, v := range odd {
			h.survived(send(with(v)), "odd "+name)
		}
	}
}
