package customer_test

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/webtest"
)

// twins opens two archives of one person: the same mobile, and both own the room.
func (e *estate) twins() (a, b customer.Customer) {
	e.t.Helper()
	mobile := func(more ...string) (out []any) {
		for _, n := range append([]string{"13800001111"}, more...) {
			out = append(out, map[string]any{"number": n})
		}
		return out
	}
	paper := []any{map[string]any{"kind": "passport", "number": "E0000001"}}
	a = e.someone("李娜", map[string]any{"mobiles": mobile(), "tags": []string{"VIP"}, "notes": "甲", "roomId": e.room, "relation": "owner", "from": "2020-01-01", "identities": paper})
	b = e.someone("李 娜", map[string]any{"mobiles": mobile("13900002222"), "tags": []string{"VIP", "独居老人"}, "notes": "乙", "roomId": e.room, "relation": "owner", "from": "2019-01-01", "share": "1/2",
		"identities": paper, "details": map[string]any{"birthday": "1958-05-14", "noCalls": true, "emergency": map[string]any{"name": "李强", "number": "13811112222"}}})
	e.Do("here", "POST", "/customers/"+b.ID.String()+"/relations", map[string]any{"roomId": e.roomOf("3-2-1503"), "relation": "tenant"}).Is(201)
	text := webtest.JSON[customer.ConsentText](e.Do("texts", "POST", "/consent-texts", map[string]any{"community": c(1), "kind": "privacy", "zh": "同意", "en": "ok"}).Is(201))
	e.Do("texts", "POST", "/customers/"+b.ID.String()+"/consents", map[string]any{"textId": text.ID.String(), "given": true, "channel": "paper"}).Is(201)
	return a, b
}

// rows are all rows of the tables of people as they stand, without versions.
func (e *estate) rows() string {
	e.t.Helper()
	var out []string
	for _, table := range []string{"customer", "customer_mobile", "customer_identity", "customer_account", "customer_alias", "relation", "consent"} {
		if err := e.d.Read(e.t.Context(), authz.System("test", "dbtest.seed"), "dbtest.seed", func(tx *db.Tx) error {
			all, err := db.All[map[string]any](e.t.Context(), tx.Global("looking at what a test did"), `SELECT * FROM `+table)
			for _, r := range all {
				delete(r, "version")
				out = append(out, table+" "+fmt.Sprint(r))
			}
			return err
		}); err != nil {
			e.t.Fatal(err)
		}
	}
	sort.Strings(out)
	return strings.Join(out, "\n")
}

func (e *estate) merge(a, b customer.Customer) customer.Merging {
	e.t.Helper()
	return webtest.JSON[customer.Merging](e.Do("here", "POST", "/customers/"+a.ID.String()+"/merge", map[string]any{"from": b.ID.String(), "fromVersion": 1}, "If-Match", `"1"`).Is(200))
}

func withTexts(t *testing.T, d *db.DB) *estate {
	e := newEstate(t, d)
	full := dbtest.Actor(7, []authz.CommunityID{1}, append([]authz.Action{customer.ActTexts, customer.ActConsent}, more...)...)
	e.Site = webtest.New(t, d, map[string]authz.Actor{"here": full, "texts": full, "there": dbtest.Actor(8, []authz.CommunityID{2}, more...), "masked": dbtest.Actor(9, []authz.CommunityID{1}, customer.ActView, customer.ActMerge)}, e.svc.Routes)
	return e
}

func TestDuplicatesAreListedWithTheirReasons(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := withTexts(t, d)
		a, b := e.twins()
		e.someone("王五", map[string]any{"mobiles": []any{map[string]any{"number": "13700000000"}}})
		x, y := e.someone("同名", map[string]any{"roomId": e.room, "relation": "family"}), e.someone("同名", map[string]any{"roomId": e.room, "relation": "family"})
		type page struct {
			Items []customer.Duplicate
			Next  string
		}
		first := webtest.JSON[page](e.Do("here", "GET", "/customer-duplicates?limit=1&community="+c(1), nil).Is(200))
		rest := webtest.JSON[page](e.Do("here", "GET", "/customer-duplicates?limit=1&community="+c(1)+"&cursor="+first.Next, nil).Is(200))
		if len(first.Items) != 1 || len(rest.Items) != 1 || rest.Next != "" {
			t.Fatalf("%+v %+v", first, rest)
		}
		got := first.Items[0]
		sort.Strings(got.Reasons)
		if got.A.ID != a.ID || got.B.ID != b.ID || strings.Join(got.Reasons, ",") != "identity,mobile" {
			t.Errorf("%+v", got)
		}
		if got := rest.Items[0]; got.A.ID != x.ID || got.B.ID != y.ID || strings.Join(got.Reasons, ",") != "room" {
			t.Errorf("%+v", got)
		}
		e.Do("masked", "GET", "/customer-duplicates?community="+c(1), nil).Is(200, "李**").Not("李娜", "13800001111")
		e.Do("there", "GET", "/customer-duplicates?community="+c(1), nil).Is(404)
		// Two people of one name stay two, until somebody thinks otherwise.
		e.Do("here", "POST", "/customer-duplicates", map[string]any{"a": y.ID.String(), "b": x.ID.String(), "different": true}).Is(204)
		e.Do("here", "GET", "/customer-duplicates?community="+c(1), nil).Is(200).Not(x.ID.String())
		e.Do("here", "POST", "/customer-duplicates", map[string]any{"a": x.ID.String(), "b": y.ID.String(), "different": false}).Is(204)
		e.Do("here", "GET", "/customer-duplicates?community="+c(1), nil).Is(200, x.ID.String())
	})
}

func TestAMergeLosesNothingAndIsUndoneExactly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := withTexts(t, d)
		a, b := e.twins()
		before := e.rows()
		m := e.merge(a, b)
		got := webtest.JSON[customer.Customer](e.Do("here", "GET", "/customers/"+a.ID.String(), nil).Is(200, "138****1111", "139****2222", "独居老人", `"birthday":"1958-05-14"`, "李 娜", "李强", "138****2222"))
		if len(got.Mobiles) != 2 || !got.Mobiles[0].Primary || got.Mobiles[1].Primary || len(got.Tags) != 2 || got.Notes != "甲\n乙" || !got.NoCalls || len(got.Identities) != 1 {
			t.Errorf("%+v", got)
		}
		if rooms := e.rooms(a.ID); rooms != "owner 1/2 2019-01-01..; tenant  .." {
			t.Errorf("the relation did not learn of its twin: %s", rooms)
		}
		e.Do("here", "GET", "/customers/"+a.ID.String()+"/consents", nil).Is(200, `"given":true`)
		// The other is hidden, and its number leads on.
		e.Do("here", "GET", "/customers/"+b.ID.String(), nil).Is(200, `"mergedInto":"`+a.ID.String()+`"`, `"mobiles":[]`, `"rooms":[]`)
		e.Do("here", "GET", "/customers?community="+c(1), nil).Is(200, a.ID.String()).Not(b.ID.String())
		e.Do("here", "GET", "/customers?community="+c(1)+"&q="+b.ArchiveNo, nil).Is(200, a.ID.String()).Not(b.ID.String())
		e.Do("here", "GET", "/customer-duplicates?community="+c(1), nil).Is(200, `"items":[]`)
		e.Do("here", "PUT", "/customers/"+b.ID.String(), map[string]any{"kind": "person", "name": "x"}, "If-Match", `"2"`).Is(409, "customer.merged")
		e.Do("here", "GET", "/customer-merges?community="+c(1), nil).Is(200, m.ID.String(), a.ArchiveNo, b.ArchiveNo)
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM customer_merge WHERE journal_sealed LIKE '%李%' OR journal_sealed LIKE '%1958%'`); n != 0 {
			t.Error("what a merge remembers stands in clear (CUS-04)")
		}
		undo := "/customer-merges/" + m.ID.String() + "/undo"
		e.Do("there", "POST", undo, nil, "If-Match", `"1"`).Is(404)
		e.Do("here", "POST", undo, nil, "If-Match", `"1"`).Is(200, `"undone"`)
		if after := e.rows(); after != before {
			t.Errorf("not as it was:\n%s\n\nbefore:\n%s", after, before)
		}
		e.Do("here", "POST", undo, nil, "If-Match", `"2"`).Is(409, "customer.merge_undone")
		e.Do("here", "GET", "/customers/"+b.ID.String(), nil).Is(200, "139****2222")
		// And again: an undone merge can be made anew.
		e.Do("here", "POST", "/customers/"+b.ID.String()+"/merge", map[string]any{"from": a.ID.String(), "fromVersion": 3}, "If-Match", `"3"`).Is(200)
	})
}

func TestAMergeIsNotUndoneAfterWhatWasMergedChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := withTexts(t, d)
		a, b := e.twins()
		m := e.merge(a, b)
		dbtest.Exec(t, d, `UPDATE relation SET customer_id = (SELECT MIN(id) FROM customer WHERE merged_into IS NOT NULL) WHERE kind = 'tenant'`)
		e.Do("here", "PUT", "/customers/"+a.ID.String(), map[string]any{"kind": "person", "name": "李娜"}, "If-Match", `"2"`).Is(200)
		before := e.rows()
		e.Do("here", "POST", "/customer-merges/"+m.ID.String()+"/undo", nil, "If-Match", `"1"`).Is(409, "customer.merge_followed", "customer.merge_edited", a.ArchiveNo, "customer.merge_moved_on", `"relation"`)
		if e.rows() != before {
			t.Error("a refused undo changed something")
		}
	})
}

func TestArchivesOfTwoCommunitiesOrOneAreNotMerged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := newEstate(t, d)
		a := e.someone("李娜", nil)
		b := webtest.JSON[customer.Customer](e.Do("there", "POST", "/customers", map[string]any{"community": c(2), "kind": "person", "name": "李娜"}).Is(201))
		ask := func(as string, from customer.Customer, version int) webtest.Answer {
			return e.Do(as, "POST", "/customers/"+a.ID.String()+"/merge", map[string]any{"from": from.ID.String(), "fromVersion": version}, "If-Match", `"1"`)
		}
		ask("both", b, 1).Is(422, "customer.merge_self")
		ask("here", b, 1).Is(404)
		ask("here", a, 1).Is(422, "customer.merge_self")
		other := e.someone("李娜", nil)
		ask("here", other, 9).Is(409, "stale")
	})
}
