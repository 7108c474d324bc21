package app

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// An identity number with a right check digit and a region that there is not.
const nobodysNumber = "000000199001010018"

const nobodysAccount = "6200000000000077707"

// grant opens a sign-in with a role that holds everything but some actions.
func (h *house) without(acts ...string) *client {
	h.t.Helper()
	made := h.admin.do("POST", "/staff", object{"community": h.here, "agentNo": "M001", "name": "Masked One", "username": "masked", "roles": []string{"administrator"}}).is(201)
	c := h.signIn("masked", made.at("oneTimePassword"))
	dbtest.Exec(h.t, h.db, `INSERT INTO role (id, code, zh, en, version) VALUES (77, 'masked', 'm', 'm', 1)`)
	dbtest.Exec(h.t, h.db, `INSERT INTO role_action (role_id, action) SELECT 77, a.action FROM role_action a JOIN role r ON r.id = a.role_id WHERE r.code = 'administrator' AND a.action NOT IN ('`+strings.Join(acts, "', '")+`')`)
	dbtest.Exec(h.t, h.db, `UPDATE role_holder SET role_id = 77 WHERE account_id = $1`, staffID(h.t, made.at("staff.id")))
	dbtest.Exec(h.t, h.db, `UPDATE scope_reach SET role_id = 77 WHERE account_id = $1`, staffID(h.t, made.at("staff.id")))
	dbtest.Exec(h.t, h.db, `UPDATE account SET reach = reach + 1 WHERE id = $1`, staffID(h.t, made.at("staff.id")))
	return c
}

func staffID(t *testing.T, text string) (id authz.AccountID) {
	t.Helper()
	if err := id.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return id
}

// papers gives the house's owner documents, an account and a consent.
func (h *house) papers() {
	h.t.Helper()
	at := "/customers/" + h.ids["customers"]
	seen := h.admin.do("GET", at, nil).is(200)
	h.admin.do("PUT", at, object{"kind": "person", "name": "Zqxowner", "mobiles": []any{object{"number": "13911117707"}, object{"number": "13922227707"}},
		"identities": []any{object{"kind": "id_card", "number": nobodysNumber}}, "accounts": []any{object{"holder": "Zqxholder", "bank": "Bank", "number": nobodysAccount}}},
		"If-Match", seen.header.Get("ETag")).is(200).not("13911117707", "13922227707", nobodysNumber, nobodysAccount)
	text := h.admin.do("POST", "/consent-texts", object{"community": h.here, "kind": "privacy", "zh": "同意", "en": "I agree"}).is(201, `"edition":1`).at("id")
	h.admin.do("POST", at+"/consents", object{"textId": text, "given": true, "channel": "paper"}).is(201, `"current":true`)
}

// unpacked is a body with every part of a spreadsheet.
func unpacked(t *testing.T, body string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		return body
	}
	var b strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&b, r); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

var secretsOfResidents = []string{"Zqxsigner", "Zqxother", "zqxother", "Zqxgone", "Zqxemergency", "Zqxformer", "Zqxtenant", "13911117709", "13911117701", "13911117702", "ZQX777001", "1960-03-02", "Zqxowner", "zqxowner", "Zqxcaller", "Zqxholder", "13911117707", "13922227707", "13911119999", nobodysNumber, nobodysAccount}

// CUS-04: names and numbers are masked unless the role may see them, on every
// screen, search and export there is or will be.
func TestWhoMayNotSeeNamesSeesNoneAnywhere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.papers()
		masked, answered := h.without("customer.names", "customer.numbers"), 0
		look := func(at string, headers ...string) {
			a := masked.do("GET", at, nil, headers...)
			if a.status == 200 {
				answered++
			}
			if a.status >= 500 {
				t.Errorf("%s: %d %.200s", a.ask, a.status, a.body)
			}
			body := unpacked(t, a.body)
			for _, s := range secretsOfResidents {
				if strings.Contains(body, s) {
					t.Errorf("%s tells %q: %.600s", a.ask, s, body)
				}
			}
		}
		for _, c := range h.calls() {
			if unsafe(c.Method) {
				continue
			}
			look(h.address(c, ""))
			look(h.address(c, ""), "Accept-Language", "en", "Last-Event-ID", "0")
		}
		for _, q := range []string{"Zqx", "zqxowner", "13911117707", "7707", nobodysNumber, "7-7-7707"} {
			look("/search?q=" + q + "&community=" + h.here)
			look("/tickets?view=all&q=" + q)
		}
		for _, a := range []string{"customer.edit", "ticket.open"} {
			look("/audit?action=" + a)
		}
		if answered < 40 {
			t.Errorf("only %d addresses answered", answered)
		}
		// Those who may, see them: the test above looks at something.
		h.admin.do("GET", "/customers/"+h.ids["customers"], nil).is(200, "Zqxowner", "139****7707", "**************0018")
		h.admin.do("GET", "/audit?action=customer.edit", nil).is(200, `"value":"Zqxowner"`, `"hidden":true`)
		h.admin.do("GET", "/search?q=13911117707&community="+h.here, nil).is(200, "Zqxowner")
		h.admin.do("GET", "/search?q="+nobodysNumber+"&community="+h.here, nil).is(200, "Zqxowner")
	})
}

// scan reads every column of every table, as a thief of the database would.
func (h *house) scan(words ...string) []string {
	h.t.Helper()
	patterns := make([]string, len(words))
	for i, w := range words {
		patterns[i] = "%" + w + "%"
	}
	return h.like(patterns...)
}

// like looks for patterns in every column of every table.
func (h *house) like(patterns ...string) (found []string) {
	h.t.Helper()
	tables := h.texts(`SELECT table_name || '' AS name FROM information_schema.tables WHERE table_schema = 'public'`, `SELECT name FROM sqlite_master WHERE type = 'table'`)
	for _, table := range tables {
		columns := h.texts(`SELECT column_name || '' AS name FROM information_schema.columns WHERE table_name = '`+table+`'`, `SELECT name FROM pragma_table_info('`+table+`')`)
		for _, column := range columns {
			for _, p := range patterns {
				if n := dbtest.One[int](h.t, h.db, `SELECT COUNT(*) FROM `+table+` WHERE CAST(`+column+` AS TEXT) LIKE $1`, p); n > 0 {
					found = append(found, fmt.Sprintf("%s.%s holds %s", table, column, p))
				}
			}
		}
	}
	if len(tables) < 30 {
		h.t.Fatalf("only %d tables", len(tables))
	}
	return found
}

func (h *house) texts(postgres, sqlite string) (out []string) {
	h.t.Helper()
	q := sqlite
	if h.db.Engine == db.Postgres {
		q = postgres
	}
	if err := h.db.Read(h.t.Context(), operator, "operator.doctor", func(tx *db.Tx) (err error) {
		out, err = db.All[string](h.t.Context(), tx.Global("the schema is nobody's"), q)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return out
}

// disk looks for words in every file of the data folder but the keys.
func (h *house) disk(words ...string) (found []string) {
	h.t.Helper()
	if err := filepath.WalkDir(h.conf.DataDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := unpacked(h.t, string(raw))
		for _, w := range words {
			if strings.Contains(text, w) {
				found = append(found, path+" holds "+w)
			}
		}
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
	return found
}

// CUS-04: a stolen copy of the database and of the data folder shows no mobile,
// identity number or account; nor does the log.
func TestNothingPersonalStandsInClear(t *testing.T) {
	var log bytes.Buffer
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(slog.New(slog.DiscardHandler))
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.papers()
		marks := []string{"13911117709", "13911117701", "13911117702", "ZQX777001", "13911117707", "13922227707", "13911119999", nobodysNumber, nobodysAccount}
		at := "/customers/" + h.ids["customers"]
		for i, field := range []string{"mobile", "identity", "account"} {
			h.admin.do("POST", at+"/reveal", object{"field": field, "index": 0}, "Idempotency-Key", "reveal-"+field).is(200, []string{"13911117707", nobodysNumber, nobodysAccount}[i])
		}
		h.admin.do("POST", "/tickets/"+h.ids["tickets"]+"/reveal", object{"field": "mobile"}).is(200, "13911119999")
		body := object{"community": h.here, "kind": "person", "name": "Zqxrepeated", "mobiles": []any{object{"number": "13911119999"}}}
		first := h.admin.do("POST", "/customers", body, "Idempotency-Key", "again").is(201)
		if again := h.admin.do("POST", "/customers", body, "Idempotency-Key", "again").is(201); again.body != first.body {
			t.Errorf("repeated: %s, first %s", again.body, first.body)
		}
		// A table with a bad row: its errors quote what stands there.
		bad := h.admin.upload("/imports?community="+h.here, "b.xlsx", sheetOf(t, []any{"8", "8", "0808", "x", "Zqxbad", "139111177079"})).is(201).at("id")
		h.wake()
		h.admin.do("GET", "/imports/"+bad, nil).is(200, "rejected", "139111177079")
		if found := h.scan(append(marks, "139111177079")...); len(found) > 0 {
			t.Error(strings.Join(found, "\n"))
		}
		if found := h.disk(append(marks, "139111177079")...); len(found) > 0 {
			t.Error(strings.Join(found, "\n"))
		}
		for _, m := range marks {
			if strings.Contains(log.String(), m) {
				t.Errorf("the log holds %s", m)
			}
		}
	})
}

// What a program from before the vault left in clear is sealed at the next start.
func TestWhatStoodInClearIsSealedByTheNewProgram(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		id := db.ID(h.community("0pmwk8zzzzz77"))
		dbtest.Exec(t, h.db, `INSERT INTO customer_mobile (id, community_id, customer_id, mobile, last4, is_primary) VALUES ($1, $2, $3, '13912345678', '5678', $4)`, id, h.community(h.here), h.community(h.ids["customers"]), false)
		dbtest.Exec(t, h.db, `UPDATE ticket SET contact_mobile = '13912345678', contact_sealed = ''`)
		ref, err := h.blobs.Put(t.Context(), bytes.NewReader(sheetOf(t)), 1<<20) // an uploaded table, as it was kept then
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Exec(t, h.db, `UPDATE import SET blob = $1, blob_key = '', errors = '[{"row":2,"column":"x","code":"required","value":"13912345678"}]', errors_sealed = ''`, ref.Hash)
		h.admin.do("GET", "/imports/"+h.ids["imports"]+"/errors.xlsx", nil).is(200)
		h.admin.do("GET", "/customers/"+h.ids["customers"], nil).is(200, "139****5678") // readable before, too
		for range 2 {
			if err := h.sealClear(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if found := append(h.scan("13912345678"), h.disk("13911117707", "13912345678")...); len(found) > 0 {
			t.Error(found)
		}
		h.admin.do("GET", "/imports/"+h.ids["imports"], nil).is(200, "13912345678")
		if body := unpacked(t, h.admin.do("GET", "/imports/"+h.ids["imports"]+"/errors.xlsx", nil).is(200).body); !strings.Contains(body, "13911117707") {
			t.Error("the sealed table no longer opens")
		}
		h.admin.do("GET", "/search?q=13912345678&community="+h.here, nil).is(200, "Zqxowner")
		h.admin.do("GET", "/tickets/"+h.ids["tickets"], nil).is(200, "139****5678")
		h.admin.do("GET", "/tickets?view=all&q=5678", nil).is(200, h.ids["tickets"])
	})
}

// Keys are exchanged while the system runs, and a rotation that breaks off goes on.
func TestKeysAreExchangedWhileTheSystemRuns(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.papers()
		if err := h.retireKeys(t.Context(), io.Discard); err != nil {
			t.Fatal(err) // only the newest there are: nothing to do
		}
		if err := h.addKeys(t.Context(), io.Discard); err != nil {
			t.Fatal(err)
		}
		found := func(when string) {
			t.Helper()
			for _, q := range []string{"13911117707", "7707", nobodysNumber} {
				if a := h.admin.do("GET", "/search?q="+q+"&community="+h.here, nil).is(200); !strings.Contains(a.body, "Zqxowner") {
					t.Errorf("%s: %s does not find the owner: %s", when, q, a.body)
				}
			}
			h.admin.do("POST", "/customers/"+h.ids["customers"]+"/reveal", object{"field": "account", "index": 0}).is(200, nobodysAccount)
		}
		found("before rotating")
		err := h.retireKeys(t.Context(), io.Discard)
		if err == nil || !strings.Contains(err.Error(), "k1") && !strings.Contains(err.Error(), "i1") {
			t.Errorf("keys in use were retired: %v", err)
		}
		broken, cut := context.WithCancel(t.Context())
		half := &cutter{cut: cut}
		if err := h.RotateKeys(broken, half); err == nil {
			t.Error("the rotation did not break off")
		}
		found("half way")
		var out strings.Builder
		if err := h.RotateKeys(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		found("after rotating")
		dbtest.Exec(t, h.db, `DELETE FROM idempotency`)
		// Nothing is left under the old keys: a column that sealed() does not know would be lost now.
		for _, left := range h.like("k1.%", "i1.%") {
			if !strings.HasPrefix(left, "sign_in_") { // failed sign-ins are counted for hours, and then forgotten
				t.Errorf("not rotated: %s", left)
			}
		}
		if err := h.retireKeys(t.Context(), &out); err != nil {
			t.Fatal(err, out.String())
		}
		if have := slices.Sorted(maps.Keys(h.db.Vault().Fingerprints())); !slices.Equal(have, []string{"i2", "k2", "s1", "s2"}) {
			t.Errorf("%v", have)
		}
		found("with the new keys only")
		h.admin.do("GET", "/audit?action=customer.edit", nil).is(200, "Zqxowner")
		if err := useKeys(t.Context(), h.db, h.conf.keys()); err != nil {
			t.Errorf("the next start: %v", err)
		}
		out.Reset()
		if err := h.listKeys(t.Context(), &out); err != nil || !strings.Contains(out.String(), "retired") {
			t.Errorf("%v %s", err, out.String())
		}
	})
}

// cutter breaks off what writes to it.
type cutter struct{ cut func() }

func (c *cutter) Write(p []byte) (int, error) { c.cut(); return len(p), nil }

// CUS-04: every export names who took it out, and is logged with its rows.
func TestEveryExportIsMarkedAndLogged(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.papers()
		seen := 0
		for _, c := range h.calls() {
			if !strings.HasSuffix(c.path, ".xlsx") || c.path == "/imports/template.xlsx" {
				continue // the template holds nobody's data
			}
			seen++
			before := h.admin.do("GET", "/exports", nil).is(200).body
			body := unpacked(t, h.may(c).do("GET", h.address(c, ""), nil).is(200).body)
			export := h.admin.do("GET", "/exports", nil).is(200).at("items.0.id")
			if strings.Contains(before, export) {
				t.Errorf("%s is not logged", c.Route)
			}
			for _, mark := range []string{"<oddHeader>", "<oddFooter>", " · 2026-03-02 12:00 · " + export} {
				if !strings.Contains(body, mark) {
					t.Errorf("%s carries no %s", c.Route, mark)
				}
			}
			h.admin.do("GET", "/audit?action="+string(c.Action), nil).is(200, export, `"rows":`)
		}
		if seen < 4 {
			t.Errorf("only %d exports", seen)
		}
		h.admin.do("GET", "/audit/export.xlsx?from=2026-03-02T00:00:00.000Z&to=2026-03-02T00:00:01.000Z", nil).is(200)
		if n := dbtest.One[int64](t, h.db, `SELECT row_count FROM export_log ORDER BY id DESC LIMIT 1`); n != 0 {
			t.Errorf("%d entries of a second in which nothing happened", n)
		}
	})
}

// A person takes along all that is kept of them, and who looked at it.
func TestAPersonsOwnExportHoldsEverything(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.papers()
		at := "/customers/" + h.ids["customers"]
		h.admin.do("POST", at+"/reveal", object{"field": "identity", "index": 0}).is(200)
		h.admin.do("POST", "/look-ins/"+h.ids["look-ins"]+"/done", object{"finding": "Zqxdry"}, "If-Match", `"1"`).is(200)
		body := unpacked(t, h.admin.do("GET", at+"/export.xlsx", nil, "Accept-Language", "en").is(200).body)
		for _, word := range []string{"Zqxowner", "13911117707", "13922227707", nobodysNumber, nobodysAccount, "Zqxholder", "7栋7单元7707", "Zqxleak", "Zqxcaller", "13911119999",
			"Zqxsigner", "Quotes", "customer.reveal", "Archive", "Rooms", "Consents", "Who looked", "Tickets", "Follow-ups", "Appointments", "Looks into running work", "Forms of tickets", "Zqxreader", "Zqxdry", "Arrears", "Zqxpromise", "Zqxreason"} {
			if !strings.Contains(body, word) {
				t.Errorf("the export holds no %s", word)
			}
		}
		h.stranger.do("GET", at+"/export.xlsx", nil).is(404)
	})
}

// ACC-13: an uploaded table goes after its days; what came of it stays.
func TestUploadedTablesGoWithTime(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		of := h.community(h.ids["imports"])
		hash := dbtest.One[string](t, h.db, `SELECT blob FROM import WHERE id = $1`, of)
		h.clock.Advance(29 * 24 * time.Hour)
		if err := h.retention.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		f, err := h.blobs.Open(hash)
		if err != nil {
			t.Fatalf("gone too early: %v", err)
		}
		_ = f.Close()
		h.clock.Advance(2 * 24 * time.Hour)
		for range 2 {
			if err := h.retention.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.blobs.Open(hash); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the file is still there: %v", err)
		}
		if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM import WHERE id = $1 AND blob = '' AND blob_key = '' AND errors_sealed = '' AND new_customers = 1`, of); n != 1 {
			t.Error("the import's outcome is gone, or its key is not")
		}
	})
}

// CUS-04, ACC-10: who is erased is erased everywhere, decided by another, and
// stays so when a backup from before comes back. The trail's chain stays whole.
func TestAnErasedPersonIsGoneForGood(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.papers()
		made := h.admin.do("POST", "/customers", object{"community": h.here, "kind": "person", "name": "Zqxleaver", "roomId": h.ids["rooms"], "relation": "family",
			"mobiles": []any{object{"number": "13933330001"}}, "identities": []any{object{"kind": "id_card", "number": nobodysNumber}}}).is(201)
		leaver := "/customers/" + made.at("id")
		ticket := h.admin.do("POST", "/tickets", object{"community": h.here, "roomId": h.ids["rooms"], "customerId": made.at("id"), "category": "facilities.water", "grade": "C", "title": "Drip", "channel": "phone"}).
			is(201, "Zqxleaver").at("id")
		// They have signed in as a resident, too.
		var account authz.AccountID
		if err := h.db.Write(t.Context(), operator, "operator.user", func(tx *db.Tx) error {
			account = db.NewID[authz.Account](tx)
			_, err := auth.Create(t.Context(), tx, auth.Account{ID: account, Kind: auth.Resident, Mobile: "13933330001", Name: "Zqxleaver"}, "")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		dbtest.Exec(t, h.db, `INSERT INTO resident_binding (id, community_id, account_id, room_id, customer_id, kind, origin, at, by_name, ended_why, version) VALUES (5, $1, $2, $3, $4, 'family', 'archive', 0, '', '', 1)`,
			h.community(h.here), account, h.community(h.ids["rooms"]), h.community(made.at("id")))
		why := object{"reason": "moved away and asks for it"}
		owner := h.admin.do("GET", "/customers/"+h.ids["customers"], nil).header.Get("ETag")
		h.admin.do("POST", "/customers/"+h.ids["customers"]+"/erasure", why, "If-Match", owner).is(409, "customer.erase_owner", "7栋7单元7707")
		h.admin.do("POST", leaver+"/erasure", why, "If-Match", `"1"`).is(409, "customer.erase_ticket")
		tag := h.admin.do("GET", "/tickets/"+ticket, nil).header.Get("ETag")
		h.admin.do("POST", "/tickets/"+ticket+"/cancel", object{"reason": "not needed"}, "If-Match", tag).is(200)

		dbtest.Exec(h.t, h.db, `INSERT INTO quote (id, community_id, ticket_id, state, pays, words, total, at, by_id, by_name, decided_how, signed_name, why, version)
			SELECT 6, community_id, id, 'accepted', 'spot', '', 100, 0, 1, '', 'signature', 'Zqxleaver', '', 1 FROM ticket WHERE id = $1`, h.community(ticket))

		chief := h.admin.do("POST", "/staff", object{"community": h.here, "agentNo": "C001", "name": "Chief", "username": "chief", "roles": []string{"property_manager"}}).is(201)
		request := h.admin.do("POST", leaver+"/erasure", why, "If-Match", `"1"`).is(201, "Z***")
		h.admin.do("GET", leaver, nil).is(200, `"erasing":true`)
		backup := h.everybody(made.at("id"))
		h.admin.do("POST", "/approvals/"+request.at("id")+"/approve", object{"reason": "fine"}, "If-Match", `"1"`).is(403, "approval.own") // four eyes
		decide := h.signIn("chief", chief.at("oneTimePassword"))
		decide.do("POST", "/approvals/"+request.at("id")+"/approve", object{"reason": "fine"}, "If-Match", `"1"`).is(200)
		h.wake()

		gone := func(when string) {
			t.Helper()
			h.admin.do("GET", leaver, nil).is(200, customer.ErasedName, `"erasedAt"`, `"mobiles":[]`, `"identities":[]`)
			h.admin.do("GET", "/tickets/"+ticket, nil).is(200, customer.ErasedName).not("13933330001", "Zqxleaver")
			if found := h.scan("Zqxleaver", "zqxleaver"); len(found) > 0 {
				t.Errorf("%s: %v", when, found)
			}
			h.admin.do("GET", "/search?q=13933330001&community="+h.here, nil).is(200, `"items":[]`)
		}
		gone("after the decision")
		if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM account a JOIN resident_binding b ON b.account_id = a.id WHERE a.id = $1 AND a.disabled AND a.mobile_sealed = '' AND a.mobile_index = '' AND b.ended_at IS NOT NULL`, account); n != 1 {
			t.Error("their account as a resident lives on")
		}
		h.admin.do("GET", "/audit?subject=customer:"+made.at("id"), nil).is(200, `"erased":true`).not("Zqxleaver")
		h.admin.do("PUT", leaver, object{"kind": "person", "name": "Zqxleaver"}, "If-Match", h.admin.do("GET", leaver, nil).header.Get("ETag")).is(409, "customer.erased")
		if _, err := h.audit.Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r, err := h.audit.Verify(t.Context()); err != nil || r.Broken != nil {
			t.Errorf("%+v %v", r.Broken, err)
		}
		backup()
		h.admin.do("GET", leaver, nil).is(200, "Zqxleaver")
		if err := h.eraseAgain(t.Context()); err != nil {
			t.Fatal(err)
		}
		gone("after a restore")
	})
}

// everybody remembers a customer and gives back what restores them.
func (h *house) everybody(id string) (restore func()) {
	of := h.community(id)
	name := dbtest.One[string](h.t, h.db, `SELECT name FROM customer WHERE id = $1`, of)
	return func() {
		dbtest.Exec(h.t, h.db, `UPDATE customer SET name = $1, pinyin = 'zqxleaver', erased_at = NULL WHERE id = $2`, name, of)
		dbtest.Exec(h.t, h.db, `UPDATE ticket SET contact_name = $1 WHERE customer_id = $2`, name, of)
	}
}

// An account cannot read the archive one click at a time.
func TestAnAccountUncoversOnlySoMuchWithinAnHour(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		tag := h.admin.do("GET", "/privacy/settings", nil).is(200, `"revealsPerHour":60`).header.Get("ETag")
		h.admin.do("PUT", "/privacy/settings", object{"revealsPerHour": 3}, "If-Match", tag).is(200)
		h.admin.do("PUT", "/privacy/settings", object{"revealsPerHour": 9}, "If-Match", tag).is(409)
		h.stranger.do("PUT", "/privacy/settings", object{"revealsPerHour": 900}, "If-Match", `"2"`).is(403)
		at, ask := "/customers/"+h.ids["customers"]+"/reveal", object{"field": "mobile", "index": 0}
		for range 2 {
			h.admin.do("POST", at, ask).is(200)
		}
		h.admin.do("POST", "/tickets/"+h.ids["tickets"]+"/reveal", object{"field": "name"}).is(200, "Zqxcaller")
		for range 3 {
			h.admin.do("POST", at, ask).is(429, "privacy.reveals").not("13911117707")
		}
		h.admin.do("GET", "/audit?action=customer.reveal", nil).is(200, `"refused":"privacy.reveals"`)
		if n := dbtest.One[int](t, h.db, `SELECT COUNT(*) FROM audit WHERE action LIKE '%.reveal'`); n != 4 {
			t.Errorf("%d entries, want three looks and one refusal", n)
		}
		h.clock.Advance(time.Hour)
		h.admin.do("POST", at, ask).is(200)
	})
}

// A technician sees for whom to ask at the door, on their own work.
func TestATechnicianSeesTheContactOfTheirOwnWork(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		one := h.admin.do("POST", "/staff", object{"community": h.here, "agentNo": "T900", "name": "Other Hands", "username": "hands", "roles": []string{"technician"}}).is(201)
		hands := h.signIn("hands", one.at("oneTimePassword"))
		at := "/tickets/" + h.ids["tickets"]
		hands.do("GET", at, nil).is(200, "Z***", `"mayReveal":false`).not("Zqxcaller")
		hands.do("POST", at+"/reveal", object{"field": "mobile"}).is(403, "ticket.not_yours")
		tag := h.admin.do("GET", at, nil).header.Get("ETag")
		h.admin.do("POST", at+"/dispatch", object{"to": one.at("staff.id")}, "If-Match", tag).is(200)
		hands.do("GET", at, nil).is(200, "Zqxcaller", "139****9999", `"mayReveal":true`)
		hands.do("POST", at+"/reveal", object{"field": "mobile"}).is(200, "13911119999")
	})
}
