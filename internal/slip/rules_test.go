package slip

import (
	"slices"
	"strings"
	"testing"

	"guanjia/internal/customer"
	"guanjia/internal/platform/errs"
)

// refused are the codes of what is wrong, by the place of the line.
func refused(t *testing.T, form string, in ...Line) map[string]string {
	t.Helper()
	f, known := current(form)
	if !known {
		t.Fatalf("no form %s", form)
	}
	out := map[string]string{}
	_, err := f.checked(in)
	if err == nil {
		return out
	}
	for _, w := range errs.Of(err).Fields {
		out[w.Name] = w.Code
	}
	return out
}

func TestTheShippedFormsHoldTogether(t *testing.T) {
	types := []string{"text", "number", "money", "day", "time", "choice", "ref", "sign"}
	series, seen := map[string]string{}, map[string]bool{}
	for _, f := range Forms() {
		if seen[f.ID] && f.Version == 1 || f.Version < 1 || f.Zh == "" || f.En == "" {
			t.Errorf("%s %d", f.ID, f.Version)
		}
		seen[f.ID] = true
		if other := series[f.Series]; f.Series != "" && other != "" && other != f.ID {
			t.Errorf("%s and %s count in one series", f.ID, other)
		}
		series[f.Series] = f.ID
		ids := map[string]bool{}
		for _, l := range f.Fields {
			if ids[l.ID] || !slices.Contains(types, l.Type) || l.Zh == "" || l.En == "" || (l.Type == "choice") != (len(l.Choices) > 0) || l.Type == "ref" && l.From == "" || l.Must && (l.Type == "ref" || l.Type == "sign") {
				t.Errorf("%s: %+v", f.ID, l)
			}
			ids[l.ID] = true
		}
	}
	for _, form := range []string{"onsite_form", "service_receipt", "old_parts", "opening_form", "borrow_slip", "sales_slip"} {
		if !seen[form] {
			t.Errorf("TIC-14 asks for %s", form)
		}
	}
}

// TIC-14, TIC-15: each wrong line is refused at the line, all of them at once.
func TestWhatMayNotStandOnALineIsRefusedThere(t *testing.T) {
	got := refused(t, "borrow_slip", Line{"borrower", "  "}, Line{"things", "手推车"}, Line{"quantity", "两台"}, Line{"lent", "昨天"}, Line{"back_by", "2026-03-09"}, Line{"price", "5"}, Line{"things", "梯子"}, Line{"keeper", "老周"})
	want := map[string]string{"lines[0].value": "required", "lines[2].value": "slip.number", "lines[3].value": "slip.time", "lines[4].value": "slip.time", "lines[5].field": "slip.field", "lines[6].field": "slip.field", "lines[7].field": "slip.field"}
	if len(got) != len(want) {
		t.Errorf("%v", got)
	}
	for at, code := range want {
		if got[at] != code {
			t.Errorf("%s: %q, want %q", at, got[at], code)
		}
	}
	for typed, code := range map[string]string{"-5": "slip.money", "5.001": "slip.money", "5元": "slip.money", "99999999999999999999": "slip.money", "35.1": ""} {
		if got := refused(t, "onsite_form", Line{"fault", "滴水"}, Line{"fee", typed}); got["lines[1].value"] != code {
			t.Errorf("money %s: %v", typed, got)
		}
	}
	for at, l := range map[string]Line{"slip.day": {"contract_until", "2026-02-30"}, "slip.choice": {"tidy", "maybe"}, "too_long": {"route", strings.Repeat("路", 501)}} {
		if got := refused(t, "onsite_form", Line{"fault", "滴水"}, l); got["lines[1].value"] != at {
			t.Errorf("%+v: %v", l, got)
		}
	}
	if got := refused(t, "onsite_form"); got["lines.fault"] != "required" {
		t.Errorf("nothing was filled in: %v", got)
	}
}

func TestEachLineIsKeptInItsOneWrittenForm(t *testing.T) {
	f, _ := current("onsite_form")
	got, err := f.checked([]Line{{"fee", "35.1"}, {"fault", " 滴水 "}, {"route", "3栋\n2单元"}, {"kit", "扳手\n生料带"}, {"contract_until", "2026-12-31"}, {"visit", "2026-03-02T18:00:00+08:00"}, {"tidy", "yes"}, {"cause", ""}})
	want := []Line{{"contract_until", "2026-12-31"}, {"fault", "滴水"}, {"visit", "2026-03-02T10:00:00.000Z"}, {"route", "3栋 2单元"}, {"kit", "扳手\n生料带"}, {"fee", "35.10"}, {"tidy", "yes"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v %v", got, err)
	}
}

// PRO-03, CUS-04: an opening form names the paper that was shown; its number is the archive's, sealed.
func TestTheNumberOfAnIdentityPaperIsNotWrittenOnAForm(t *testing.T) {
	for typed, code := range map[string]string{"身份证 尾号 003X": "", "护照末四位 1234": "", "110101199003071234": "slip.paper", "身份证 1101 0119 9003 0712 3X": "slip.paper"} {
		if got := refused(t, "opening_form", Line{"device_name", "门禁卡"}, Line{"paper", typed}); got["lines[1].value"] != code {
			t.Errorf("%s: %v", typed, got)
		}
	}
}

// CUS-04: who corrects a slip without seeing names leaves them as they were.
func TestWhoSeesNoNamesLeavesThemAsTheyWere(t *testing.T) {
	f, _ := current("opening_form")
	kept := []Line{{"device_name", "门禁卡"}, {"third", "赵来福"}}
	none := customer.Sight{}
	seen := f.shown(kept, none)
	if seen[1].Value == "赵来福" || seen[0].Value != "门禁卡" {
		t.Errorf("%v", seen)
	}
	seen[0].Value = "门禁卡两张"
	if got := f.unmasked(seen, kept, none); got[0].Value != "门禁卡两张" || got[1].Value != "赵来福" {
		t.Errorf("%v", got)
	}
	if got := f.unmasked([]Line{{"third", "钱多多"}}, kept, none); got[0].Value != "钱多多" {
		t.Errorf("%v", got)
	}
}
