package app

import (
	"maps"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"guanjia/internal/platform/dbtest"
)

// books counts what bad input must leave alone.
func (h *house) books() map[string]int64 {
	h.t.Helper()
	out := map[string]int64{}
	for _, table := range []string{"ledger_txn", "ledger_entry", "bill_line", "bill_draft", "payment", "payment_part", "receipt", "charge_item", "tariff", "meter_reading", "public_cost", "deposit", "suspense", "statement_line", "pay_promise", "claim_offset"} {
		out[table] = dbtest.One[int64](h.t, h.db, `SELECT COUNT(*) FROM `+table)
	}
	return out
}

// Issue 6: bad input about money is refused with what is wrong with it, and the books stay as they were.
func TestBadInputAboutMoneyIsRefusedAndTheBooksStay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		a, room := h.admin, h.ids["rooms"]
		item := func(more object) object {
			body := object{"community": h.here, "code": "bad", "name": "Zqxbad", "basis": "formula", "starts": "always", "period": "month", "dueDay": 10, "firstMonth": "by_day", "lastMonth": "by_day", "roundUnit": "fen", "roundMode": "half_up",
				"taxRate": "0.06", "latePerDay": "0", "lateGrace": 0, "lateFrom": "due", "lateCap": "100", "priceKind": "market"}
			maps.Copy(body, more)
			return body
		}
		guided := a.do("POST", "/charges", item(object{"code": "guided", "basis": "building_area", "priceKind": "guided", "cap": "2.50", "capDocument": "Zqxdecree"})).is(201).at("id")
		share := a.do("POST", "/charges", item(object{"code": "shared", "basis": "share", "shareBy": "household"})).is(201).at("id")
		once := a.do("POST", "/charges", item(object{"code": "one", "basis": "single"})).is(201).at("id")
		tariff := func(of string, more object) (string, object) {
			body := object{"from": "2025-01-01", "price": "2.50", "document": "Zqxdocument", "explanation": "Zqxwords"}
			maps.Copy(body, more)
			return "/charges/" + of + "/tariffs", body
		}
		reading := func(value string) object {
			return object{"community": h.here, "readings": []any{object{"meterId": h.ids["meters"], "on": "2026-03-02", "value": value}}}
		}
		cost := func(fen string) object {
			return object{"community": h.here, "itemId": share, "period": "2026-04", "name": "Zqxcost", "amount": fen}
		}
		charge := func(more object) object {
			body := object{"community": h.here, "roomId": room, "itemId": once, "why": "Zqxwhy", "words": "Zqxwords"}
			maps.Copy(body, more)
			return body
		}
		ahead := func(fen string) object {
			return object{"roomId": room, "way": "ahead", "amount": fen, "expected": "0", "means": "cash", "payer": "Zqxpayer"}
		}
		const much = "1000000000000000" // 10^15 yuan
		over, overBody := tariff(guided, object{"price": "2.51"})
		twice, twiceBody := tariff(h.ids["charges"], nil)
		dear, dearBody := tariff(once, object{"price": much})
		below, belowBody := tariff(once, object{"price": "-1"})
		before := h.books()
		for name, c := range map[string]struct {
			path string
			body object
			says string
		}{
			"a formula that divides by zero":    {"/charges", item(object{"formula": "price / (area - area)"}), "billing.formula_divide_by_zero"},
			"a formula with an unknown name":    {"/charges", item(object{"formula": "price * storeys"}), "billing.formula_unknown_name"},
			"a price above the cap":             {over, overBody, "billing.price_over_cap"},
			"a second version of the same day":  {twice, twiceBody, "billing.tariff_overlap"},
			"a meter that runs backwards":       {"/meter-readings", reading("11"), "billing.reading_backwards"},
			"a reading below zero":              {"/meter-readings", reading("-5"), "wrong_form"},
			"a price of 10^15 yuan":             {dear, dearBody, "wrong_form"},
			"a price below zero":                {below, belowBody, "wrong_form"},
			"a cost of 10^15 yuan":              {"/public-costs", cost(much), "wrong_form"},
			"a cost below zero":                 {"/public-costs", cost("-12.00"), "wrong_form"},
			"10^15 yuan billed at the desk":     {"/temporary-charges", charge(object{"amount": much, "expected": much}), "amount"},
			"a quantity below zero at the desk": {"/temporary-charges", charge(object{"quantity": "-2", "amount": "5.00", "expected": "5.00"}), "quantity"},
			"10^15 yuan paid ahead":             {"/payments", ahead(much), "wrong_form"},
			"less than nothing paid ahead":      {"/payments", ahead("-1.00"), "wrong_form"},
			"a deposit of 10^15 yuan":           {"/deposits", object{"roomId": room, "kind": "card", "amount": much, "means": "cash", "payer": "Zqxpayer"}, "amount"},
			"10^15 yuan in suspense":            {"/suspense", object{"community": h.here, "means": "bank", "amount": much, "cameOn": "2026-03-01", "reference": "Zqxreference"}, "amount"},
			"a promise of 10^15 yuan":           {"/rooms/" + room + "/promises", object{"amount": much, "on": "2026-04-01", "words": "Zqxpromise"}, "amount"},
			"an offset of 10^15 yuan":           {"/offsets", object{"roomId": room, "claim": "other", "amount": much, "document": "Zqxdocument", "reason": "Zqxreason"}, "amount"},
			"a late fee of more than is owed":   {"/charges", item(object{"formula": "price", "lateCap": "100.01"}), `"field":"lateCap","code":"too_big"`},
			"10^15 yuan off each month":         {"/discounts", object{"roomId": room, "itemId": h.ids["charges"], "kind": "fixed", "amount": much, "first": "2026-04", "last": "2026-04", "reason": "Zqxwhy"}, `"field":"amount","code":"too_big"`},
			"more yuan than any number holds":   {"/payments", ahead(strings.Repeat("9", 30)), `"field":"amount","code":"too_big"`},
		} {
			got := a.do("POST", c.path, c.body)
			if got.status < 400 || got.status >= 500 || !strings.Contains(got.body, c.says) {
				t.Errorf("%s: %d %.300s", name, got.status, got.body)
			}
		}
		if a := a.do("POST", over, overBody); !strings.Contains(a.body, "Zqxdecree") {
			t.Errorf("the document that sets the cap is not named: %.300s", a.body)
		}
		if after := h.books(); !maps.Equal(before, after) {
			t.Errorf("the books were touched: %v, before %v", after, before)
		}
	})
}

// figures calls each with every amount and rate of a body in its place.
func (h *house) figures(c call, schema object, sample any, at string, each func(at string, put func(any))) {
	values, _ := sample.(object)
	props, _ := schema["properties"].(object)
	for name, raw := range props {
		s, where := as[object](raw), strings.TrimPrefix(at+"."+name, ".")
		if ref, _ := s["$ref"].(string); strings.HasSuffix(ref, "/Yuan") || strings.HasSuffix(ref, "/Rate") {
			before := values[name]
			each(where, func(v any) { values[name] = v })
			values[name] = before
			continue
		}
		s = c.resolve(s)
		switch kind(s) {
		case "object":
			h.figures(c, s, values[name], where, each)
		case "array":
			if list, _ := values[name].([]any); len(list) > 0 {
				h.figures(c, c.resolve(as[object](s["items"])), list[0], where+"[0]", each)
			}
		}
	}
}

// Issue 6: who writes a number that is none, or larger than any, is told at the field where they wrote it, in their language.
func TestANumberThatIsNoneIsRefusedAtItsFieldOnEveryRoute(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		fields := 0
		for _, c := range h.calls() {
			if c.body == nil {
				continue
			}
			body := h.sample(c, "", c.body)
			h.figures(c, c.body, body, "", func(at string, put func(any)) {
				fields++
				for text, says := range map[string][2]string{
					strings.Repeat("9", 30):       {"too_big", "不能大于"},
					"-" + strings.Repeat("9", 30): {"too_small", "不能小于"},
					"1e5":                         {"wrong_form", "格式不对"},
					"NaN":                         {"wrong_form", "格式不对"},
					"１２.５":                        {"wrong_form", "格式不对"},
					"0.1234567890123456789":       {"wrong_form", "格式不对"},
					"1,000.00":                    {"wrong_form", "格式不对"},
				} {
					put(text)
					for lang, words := range map[string]string{"zh": says[1], "en": ""} {
						got := h.may(c).do(c.Method, h.address(c, ""), body, "If-Match", `"99"`, "Accept-Language", lang)
						if want := `"field":"` + at + `","code":"` + says[0] + `","message":"` + words; got.status != 422 || !strings.Contains(got.body, want) {
							t.Errorf("%s, %s = %s: %d %.300s", got.ask, at, text, got.status, got.body)
						}
						h.refused(got, text)
					}
				}
			})
		}
		if fields < 50 {
			t.Errorf("only %d amounts and rates in all bodies", fields)
		}
	})
}

// PAY-07, issue 6: a bank's statement in GBK behind a BOM is read as it is; the same statement again adds nothing.
func TestABanksStatementInGBKIsKeptOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		raw, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte("交易日期,收入,支出,对方户名,摘要\n2026-02-27,12.34,,张三丰,二月物业费\n"))
		if err != nil {
			t.Fatal(err)
		}
		file := append([]byte("\xef\xbb\xbf"), raw...)
		path := "/statements?keep=true&account=Zqxgbk&community=" + h.here
		h.admin.upload(path, "gbk.csv", file).is(200, `"added":1`, `"known":0`)
		before := h.books()
		h.admin.upload(path, "gbk.csv", file).is(200, `"added":0`, `"known":1`)
		if after := h.books(); !maps.Equal(before, after) {
			t.Errorf("the same statement twice: %v, before %v", after, before)
		}
		h.admin.do("GET", "/statement-lines?community="+h.here, nil).is(200, "二月物业费")
	})
}
