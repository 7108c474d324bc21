package message

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"guanjia/internal/notice"
)

func TestEveryTextIsThereInBothLanguagesWithTheSameFacts(t *testing.T) {
	zh, en := words()["zh"], words()["en"]
	if !slices.Equal(slices.Sorted(maps.Keys(zh)), slices.Sorted(maps.Keys(en))) || len(zh) < 50 {
		t.Fatal("the keys differ")
	}
	for key := range zh {
		holes := func(l lines) (out []string) {
			for _, s := range l {
				out = append(out, hole.FindAllString(s, -1)...)
			}
			slices.Sort(out)
			return out
		}
		if !slices.Equal(holes(zh[key]), holes(en[key])) {
			t.Errorf("%s: %v and %v", key, holes(zh[key]), holes(en[key]))
		}
	}
	for _, kind := range []string{Registered, Dispatched, Arrival, Rescheduled, OnWay, Held, Resolved, Quote, Receipt, Said, Cancelled} {
		for _, part := range []string{".title", ".line", ".mail"} {
			if _, ok := zh[kind+part]; !ok {
				t.Errorf("no %s%s", kind, part)
			}
		}
	}
	for _, kind := range []string{notice.Given, notice.Tasked, notice.Waiting, notice.HoldOver, "said_staff", notice.Report, notice.Hot, "over", "soon"} {
		if _, ok := zh[kind+".title"]; !ok {
			t.Errorf("no %s.title", kind)
		}
	}
}

// What a locked screen shows: number, category, step; no name, no telephone, no words of anybody.
func TestALockedScreenShowsNothingPrivate(t *testing.T) {
	for key, l := range words()["zh"] {
		if strings.HasSuffix(key, ".title") || strings.HasSuffix(key, ".line") {
			for _, h := range hole.FindAllString(strings.Join(l, " "), -1) {
				if !slices.Contains([]string{"{number}", "{numbers}", "{kind}", "{category}", "{grade}", "{arrival}", "{why}", "{clock}", "{percent}", "{n}", "{code}"}, h) {
					t.Errorf("%s shows %s", key, h)
				}
			}
		}
	}
}

func TestALetterEscapesWhatItQuotes(t *testing.T) {
	s := story{lang: "zh", line: `<b>"x"</b>`, more: []string{"a\n<script>"}, path: `/r/tickets/1`, foot: []string{"阳光花园"}}
	if page := s.page("https://example.com"); strings.Contains(page, "<script>") || strings.Contains(page, "<b>") || !strings.Contains(page, `href="https://example.com/r/tickets/1"`) {
		t.Error(page)
	}
	if text := s.text(""); strings.Contains(text, "/r/") || !strings.Contains(text, `<b>"x"</b>`) {
		t.Error(text)
	}
	if got := said("zh", "held.mail", nil); len(got) != 1 {
		t.Errorf("a line without its fact stays: %v", got)
	}
	if shown("zh", at(3, 9, 5), at(2, 12, 0), shanghai) != "3月3日 09:05" || shown("en", at(3, 9, 5), at(2, 12, 0), shanghai) != "3 Mar 09:05" || shown("zh", at(2, 9, 5), at(2, 12, 0), shanghai) != "09:05" {
		t.Error("a time")
	}
}
