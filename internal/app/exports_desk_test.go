package app

import (
	"strings"
	"testing"
	"unicode"

	"guanjia/internal/platform/sheet"
)

// What people at the desk take out is headed in the language they read, and
// holds words, not the codes of the program.
func TestExportsOfTheDeskSpeakTheReadersLanguage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		for _, path := range []string{"/tickets", "/procedures/readers", "/staffing-plans", "/handover", "/followups", "/look-ins", "/slips", "/visit-figures", "/roster", "/daily-logs"} {
			at := path + "/export.xlsx?community=" + h.here
			if path == "/slips" {
				at += "&form=opening_form"
			}
			if path == "/slips" || path == "/look-ins" || path == "/visit-figures" {
				at += "&from=2026-03-01&to=2026-03-31"
			}
			heads := func(lang string) string {
				lines, err := sheet.Lines([]byte(h.admin.do("GET", at, nil, "Accept-Language", lang).is(200).body), sheet.Limits{})
				if err != nil || len(lines) == 0 {
					t.Fatalf("%s: %d lines, %v", at, len(lines), err)
				}
				return strings.Join(lines[0].Cells, " ")
			}
			han := func(s string) bool {
				return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
			}
			if en, zh := heads("en"), heads("zh-CN"); han(en) || en == "" || !han(zh) {
				t.Errorf("%s: %q and %q", path, en, zh)
			}
		}
		list := unpacked(t, h.admin.do("GET", "/tickets/export.xlsx?community="+h.here, nil, "Accept-Language", "zh-CN").is(200).body)
		for _, code := range []string{"facilities.water", ">dispatched<", ">new<", "T04:", ".000Z"} {
			if strings.Contains(list, code) {
				t.Errorf("the list of tickets holds %s", code)
			}
		}
		for at, want := range map[string]string{"/followups/export.xlsx?state=all": "Zqxleak", "/look-ins/export.xlsx?from=2026-03-01&to=2026-03-31": "Zqxleak", "/daily-logs/export.xlsx?period=2026-03": "Zqxcellar",
			"/slips/export.xlsx?form=opening_form&from=2026-03-01&to=2026-03-31": "Zqxreader"} {
			body := unpacked(t, h.admin.do("GET", at+"&community="+h.here, nil, "Accept-Language", "zh-CN").is(200).body)
			if !strings.Contains(body, want) || strings.Contains(body, "T04:") || strings.Contains(body, ".000Z") {
				t.Errorf("%s lacks %s, or has times that are not the community's", at, want)
			}
			h.stranger.do("GET", at+"&community="+h.here, nil).is(404)
		}
		h.stranger.do("GET", "/procedures/readers/export.xlsx?community="+h.here, nil).is(404)
		h.stranger.do("GET", "/staffing-plans/export.xlsx?community="+h.here, nil).is(404)
	})
}
