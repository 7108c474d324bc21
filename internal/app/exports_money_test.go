package app

import (
	"slices"
	"strings"
	"testing"

	"guanjia/internal/platform/sheet"
)

// table is the first worksheet of an export: its headings, and its rows but the one that says who took it out.
func (h *house) table(path string) (heads []string, rows [][]string) {
	h.t.Helper()
	lines, err := sheet.Lines([]byte(h.admin.do("GET", path, nil, "Accept-Language", "en").is(200).body), sheet.Limits{})
	if err != nil || len(lines) == 0 {
		h.t.Fatalf("%s: %d lines, %v", path, len(lines), err)
	}
	for _, l := range lines[1:] {
		if len(l.Cells) > 1 && strings.Join(l.Cells[1:], "") != "" {
			rows = append(rows, l.Cells)
		}
	}
	return lines[0].Cells, rows
}

// Issue "Excel for everything", PAY-05, PAY-06, PAY-07, BIL-04, BIL-06, BIL-08: what a list of money shows can be taken
// out, in words and not in the codes of the program, with the amounts of the screen.
func TestEveryListOfMoneyIsTakenOutWithItsAmounts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		of := "?community=" + h.here
		for path, want := range map[string]map[string]string{
			"/refunds/export.xlsx" + of:                         {"Amount": "1", "State": "to be checked", "Of": "paid ahead", "Reason": "Zqxreason"},
			"/deposits/export.xlsx" + of:                        {"Amount": "50", "Held": "50", "For": "card", "Payer": "Zqxpayer"},
			"/offsets/export.xlsx" + of:                         {"Amount": "0.1", "Claim": "rent", "State": "to be decided", "Document": "Zqxdocument"},
			"/suspense/export.xlsx" + of:                        {"Amount": "7.7", "Means": "transfer", "Reference": "Zqxreference", "State": "waiting"},
			"/statement-lines/export.xlsx" + of:                 {"Amount": "9.9", "Channel": "transfer", "Party": "Zqxparty", "State": "open"},
			"/bill-notices/export.xlsx?batch=" + h.ids["batch"]: {"State": "to be printed"},
			"/meters/export.xlsx" + of:                          {"Kind": "water"},
			"/meter-readings/export.xlsx" + of:                  {"Kind": "water"},
			"/discounts/export.xlsx" + of:                       {"Kind": "hardship"},
			"/bill-fixes/export.xlsx" + of:                      {"Cause": "wrong price", "Was": "464.23", "Should be": "445.66"},
		} {
			heads, rows := h.table(path)
			for name, value := range want {
				at := slices.Index(heads, name)
				if at < 0 || !slices.ContainsFunc(rows, func(r []string) bool { return at < len(r) && r[at] == value }) {
					t.Errorf("%s: no %s %q in %v %v", path, name, value, heads, rows)
				}
			}
			h.stranger.do("GET", path, nil).is(404)
		}
		run := "/bill-runs/" + h.ids["bill-runs"]
		heads, rows := h.table(run + "/export.xlsx")
		sum := h.admin.do("GET", run, nil).is(200)
		if i := slices.Index(heads, "This run"); len(rows) == 0 || rows[0][i] != strings.TrimSuffix(strings.TrimRight(sum.at("summary.items.0.amount"), "0"), ".") {
			t.Errorf("totals %v %v, on screen %s", heads, rows, sum.at("summary.items.0.amount"))
		}
		book := unpacked(t, h.admin.do("GET", run+"/export.xlsx", nil, "Accept-Language", "en").is(200).body)
		for _, name := range []string{`name="Totals"`, `name="Against the month before"`, `name="To look at"`, `name="Lines"`} {
			if !strings.Contains(book, name) {
				t.Errorf("the workbook of a run has no sheet %s", name)
			}
		}
		h.stranger.do("GET", run+"/export.xlsx", nil).is(404)
	})
}
