package customer_test

import (
	"testing"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/webtest"
)

// CUS-04: consent texts are versioned and the consent recorded.
func TestAConsentNamesTheEditionItWasGivenTo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		acts := append([]authz.Action{customer.ActTexts, customer.ActConsent}, all...)
		s := webtest.New(t, d, map[string]authz.Actor{"here": dbtest.Actor(7, []authz.CommunityID{1}, acts...), "there": dbtest.Actor(9, []authz.CommunityID{2}, acts...)}, service(t, d).Routes)
		at := "/customers/" + webtest.JSON[customer.Customer](s.Do("here", "POST", "/customers", draft(nil)).Is(201)).ID.String() + "/consents"
		publish := func(as string, place authz.CommunityID) customer.ConsentText {
			return webtest.JSON[customer.ConsentText](s.Do(as, "POST", "/consent-texts", map[string]any{"community": c(place), "kind": "privacy", "zh": "同意", "en": "I agree"}).Is(201))
		}
		first, foreign := publish("here", 1), publish("there", 2)
		said := func(text customer.ConsentTextID, given bool) map[string]any {
			return map[string]any{"textId": text.String(), "given": given, "channel": "phone"}
		}
		s.Do("here", "POST", at, said(foreign.ID, true)).Is(422, "customer.no_text")
		s.Do("there", "POST", at, said(foreign.ID, true)).Is(404)
		s.Do("there", "GET", at, nil).Is(404)
		s.Do("here", "POST", at, said(first.ID, true)).Is(201, `"edition":1`)
		second := publish("here", 1)
		if second.Edition != 2 {
			t.Errorf("edition %d follows the first", second.Edition)
		}
		s.Do("here", "POST", at, said(second.ID, false)).Is(201, `"edition":2`, `"given":false`)
		list := webtest.JSON[web.List[customer.ConsentView]](s.Do("here", "GET", at, nil).Is(200)).Items
		if len(list) != 2 || !list[0].Current || list[0].Given || list[1].Current || !list[1].Given || list[1].Edition != 1 {
			t.Errorf("%+v", list)
		}
		s.Do("here", "POST", "/consent-texts", map[string]any{"community": c(1), "kind": "privacy", "zh": " ", "en": "x"}).Is(422, `"field":"zh"`)
		s.Do("there", "GET", "/consent-texts?community="+c(1), nil).Is(404)
	})
}

func TestWhoSeesAMaskedNameDoesNotOverwriteIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		s := webtest.New(t, d, map[string]authz.Actor{"here": person(1), "masked": dbtest.Actor(8, []authz.CommunityID{1}, customer.ActView, customer.ActEdit, customer.ActReveal)}, service(t, d).Routes)
		at := "/customers/" + webtest.JSON[customer.Customer](s.Do("here", "POST", "/customers", draft(nil)).Is(201)).ID.String()
		seen := webtest.JSON[customer.Customer](s.Do("masked", "GET", at, nil).Is(200, "李*").Not("李娜"))
		s.Do("masked", "PUT", at, map[string]any{"kind": "person", "name": seen.Name, "notes": "calls in the morning"}, "If-Match", `"1"`).Is(200, "李*").Not("李娜")
		s.Do("here", "GET", at, nil).Is(200, "李娜", "calls in the morning")
		s.Do("masked", "POST", at+"/reveal", map[string]any{"field": "name", "index": 0}).Is(200, `"value":"李娜"`)
	})
}
