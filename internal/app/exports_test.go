package app

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"guanjia/internal/platform/web"
)

// Tables that come back by an import, a copy of somebody's own file, and what an invoicing platform reads have one language;
// a statement of account has that of the household that gets it.
var oneLanguage = []string{"/rooms/export.xlsx", "/parking/spaces/export.xlsx", "/vehicles/export.xlsx", "/price-items/export.xlsx", "/invoice-batches/{id}/export.xlsx", "/imports/template.xlsx", "/imports/{id}/errors.xlsx", "extract/export.xlsx"}

var (
	firstRow = regexp.MustCompile(`<sheetData><row[^>]*>.*?</row>`)
	han      = regexp.MustCompile(`\p{Han}+`)
)

// CUS-07, FAC-01: the headings of an export are in the language that was chosen at the screen, which a link's request
// says by a cookie, whatever the browser speaks.
func TestExportsSpeakTheLanguageThatWasChosen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.papers()
		for _, c := range h.calls() {
			if !strings.HasSuffix(c.path, ".xlsx") || slices.ContainsFunc(oneLanguage, func(p string) bool { return strings.HasSuffix(c.Path, p) }) {
				continue
			}
			who := h.may(c)
			body := unpacked(t, who.do("GET", h.address(c, ""), nil, "Accept-Language", "zh-CN", "Cookie", web.SessionCookie+"="+who.cookie+"; gj_lang=en").is(200).body)
			rows := firstRow.FindAllString(body, -1)
			if len(rows) == 0 {
				t.Errorf("%s has no headings", c.Route)
			}
			for _, row := range rows {
				if words := han.FindAllString(row, -1); len(words) > 0 {
					t.Errorf("%s: %v", c.Route, words)
				}
			}
		}
	})
}
