package app

import (
	"regexp"
	"slices"
	"testing"

	"guanjia/internal/customer"
	"guanjia/internal/migrations"
	"guanjia/internal/platform/dbtest"
)

// elsewhere are columns that name a customer and are not moved by a merge, and why.
var elsewhere = map[string]string{}

// CUS-05: a merge loses nothing, so every column that names a customer is in the registry.
func TestEveryColumnThatNamesACustomerIsMerged(t *testing.T) {
	a, err := New(t.Context(), Config{DataDir: t.TempDir(), Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	files, err := migrations.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n?\);`)
	key := regexp.MustCompile(`FOREIGN KEY \(community_id, (\w+)\) REFERENCES customer |\b(customer_id) BIGINT`)
	added := regexp.MustCompile(`ALTER TABLE (\w+) ADD COLUMN (\w*customer_id) BIGINT`)
	found := map[string]bool{}
	for _, f := range files {
		raw, err := migrations.Files.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range table.FindAllStringSubmatch(string(raw), -1) {
			for _, k := range key.FindAllStringSubmatch(m[2], -1) {
				found[m[1]+"."+k[1]+k[2]] = true
			}
		}
		for _, m := range added.FindAllStringSubmatch(string(raw), -1) {
			found[m[1]+"."+m[2]] = true
		}
	}
	for column := range found {
		known := slices.ContainsFunc(a.customers.Merged(), func(m customer.Merge) bool { return m.Table+"."+m.Column == column })
		if !known && elsewhere[column] == "" {
			t.Errorf("a merge would lose %s", column)
		}
	}
	if len(found) < 11 {
		t.Errorf("only %d columns", len(found))
	}
}

// A merge moves what other domains know, and its undoing brings it back.
func TestAMergeMovesTicketsBindingsTenanciesAndThings(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		a := h.admin
		kept := a.do("POST", "/customers", object{"community": h.here, "kind": "person", "name": "Zqxkept"}).is(201).at("id")
		gone := h.ids["customers"]
		seen := a.do("GET", "/customers/"+gone, nil).is(200)
		of := h.community(gone)
		count := func(id string) (n int) {
			for _, m := range h.customers.Merged() {
				n += dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM `+m.Table+` WHERE `+m.Column+` = $1`, h.community(id))
			}
			return n
		}
		before := count(gone)
		if tickets := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM ticket WHERE customer_id = $1`, of); tickets < 2 || before < 5 {
			t.Fatalf("only %d tickets, %d rows", tickets, before)
		}
		var version int
		for seen.header.Get("ETag") != `"`+string(rune('0'+version))+`"` {
			version++
		}
		merge := a.do("POST", "/customers/"+kept+"/merge", object{"from": gone, "fromVersion": version}, "If-Match", `"1"`).is(200).at("id")
		if now := count(gone); now != 0 || count(kept) != before+2 { // and the name, and the archive itself
			t.Errorf("%d left behind, %d arrived of %d", now, count(kept), before)
		}
		a.do("GET", "/tickets/"+h.ids["tickets"], nil).is(200, kept)
		a.do("GET", "/search?q=13911117707&community="+h.here, nil).is(200, kept).not(gone)
		a.do("POST", "/customer-merges/"+merge+"/undo", nil, "If-Match", `"1"`).is(200)
		if now := count(gone); now != before || count(kept) != 0 {
			t.Errorf("%d of %d came back, %d stayed", now, before, count(kept))
		}
	})
}

// CUS-04: who is erased is erased with all that was merged into them.
func TestAnErasedPersonIsGoneFromTheArchivesMergedIntoThem(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		a := h.admin
		open := func(name, mobile string) string {
			return a.do("POST", "/customers", object{"community": h.here, "kind": "person", "name": name, "mobiles": []any{object{"number": mobile}},
				"details": object{"birthday": "1961-04-05", "emergency": object{"name": "Zqyemergency", "number": mobile}}}).is(201).at("id")
		}
		kept, gone := open("Zqykept", "13933330011"), open("Zqygone", "13933330012")
		a.do("POST", "/belongings", object{"roomId": h.ids["rooms"], "customerId": kept, "kind": "dog", "name": "Zqydog"}).is(201)
		a.do("POST", "/callbacks", object{"community": h.here, "customerId": kept, "day": "2026-03-02", "words": "Zqycall"}).is(201)
		a.do("POST", "/customers/"+kept+"/merge", object{"from": gone, "fromVersion": 1}, "If-Match", `"1"`).is(200)
		a.do("POST", "/customers/"+gone+"/erasure", object{"reason": "x"}, "If-Match", `"2"`).is(409, "customer.merged")
		chief := a.do("POST", "/staff", object{"community": h.here, "agentNo": "C002", "name": "Chief", "username": "chief2", "roles": []string{"property_manager"}}).is(201)
		request := a.do("POST", "/customers/"+kept+"/erasure", object{"reason": "asked for"}, "If-Match", `"2"`).is(201).at("id")
		h.signIn("chief2", chief.at("oneTimePassword")).do("POST", "/approvals/"+request+"/approve", object{"reason": "fine"}, "If-Match", `"1"`).is(200)
		h.wake()
		if found := h.scan("Zqykept", "Zqygone", "zqygone", "Zqyemergency", "Zqydog", "Zqycall", "1961-04-05"); len(found) > 0 {
			t.Error(found)
		}
		if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM customer_merge WHERE kept_id = $1 AND journal_sealed <> ''`, h.community(kept)); n != 0 {
			t.Error("a merge still remembers them")
		}
	})
}
