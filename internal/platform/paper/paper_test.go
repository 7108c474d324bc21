package paper

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/internal/platform/paper/papertest"
)

var day = time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)

func letter(d *Doc, rows int) {
	d.Letter("云栖物业服务有限公司")
	d.Title("云栖花园 · 账单通知")
	d.Pairs(Pair{"房屋", "1-1-101"}, Pair{"缴费人", "沈清和"}, Pair{"空", ""})
	var all []Row
	for i := range rows {
		all = append(all, Row{Cells: []string{"2026-11", fmt.Sprintf("物业费（建筑面积 108.62 ㎡，第 %d 行）", i), "271.55", "0.00"}, Gone: i == 1})
	}
	d.Table([]Column{{"账期", 2, false}, {"收费项目", 4, false}, {"应收", 2, true}, {"已缴", 2, true}}, append(all, Row{Cells: []string{"", "合计", "271.55"}, Bold: true}))
	d.Text("请于以下日期前缴清。")
	d.Foot("https://example.test/r/bills/abc", "扫码查看", "", "服务电话：400-000-0000")
}

func TestADocumentSaysWhatWasWrittenIntoIt(t *testing.T) {
	d := New("账单", day, Numbered("zh"))
	letter(d, 3)
	pdf, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	text := papertest.Text(t, pdf)
	for _, want := range []string{"云栖花园 · 账单通知", "1-1-101", "108.62 ㎡，第 2 行", "合计", "服务电话：400-000-0000", "云栖物业服务有限公司"} {
		if !strings.Contains(strings.ReplaceAll(text, "\n", ""), want) {
			t.Errorf("%q is not on the sheet:\n%s", want, text)
		}
	}
	if strings.Contains(text, "空") || strings.Contains(text, "第 1 页") || papertest.Pages(pdf) != 1 {
		t.Errorf("%d pages with a pair without a value, or numbered though there is one:\n%s", papertest.Pages(pdf), text)
	}
	if name := os.Getenv("PAPER_OUT"); name != "" {
		if err := os.WriteFile(name, pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheHeadOfALongTableStandsOnEachPageAndEachLetterIsNumberedForItself(t *testing.T) {
	d := New("账单", day, Numbered("zh"))
	letter(d, 100)
	letter(d, 2)
	letter(d, 60)
	pdf, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	text := papertest.Text(t, pdf)
	pages := papertest.Pages(pdf)
	if heads := strings.Count(text, "收费项目\n"); heads != pages {
		t.Errorf("%d heads on %d pages", heads, pages)
	}
	for _, want := range []string{"第 1 页，共 3 页", "第 3 页，共 3 页", "第 2 页，共 2 页"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestALineBreaksWhereChineseTypesettingAllowsIt(t *testing.T) {
	d := New("", day, Numbered("zh"))
	d.Letter("")
	d.font(10, false)
	em := d.pdf.GetStringWidth("中")
	for _, c := range []struct {
		text  string
		width float64
		want  string
	}{
		{"微信扫码查看每笔账单", 5 * em, "微信扫码查|看每笔账单"},
		{"微信扫码看，再缴费", 5 * em, "微信扫码|看，再缴费"}, // a comma never begins a line
		{"合计应收（元）", 5 * em, "合计应收|（元）"},     // a bracket never ends one
		{"Please pay by the end", 7 * em, "Please pay by|the end"},
		{"电话 400-000-0000", 8 * em, "电话|400-000-0000"},
		{"第一行\n第二行", 10 * em, "第一行|第二行"},
	} {
		if got := strings.Join(d.wrap(c.text, c.width), "|"); got != c.want {
			t.Errorf("%q: %q, not %q", c.text, got, c.want)
		}
	}
}

func TestWhatTheFontDoesNotHaveIsShownAsMissing(t *testing.T) {
	d := New("", day, Numbered("zh"))
	if got := d.plain("王䶮\u200b喆\x00\t😀"); got != "王〓喆 〓" {
		t.Errorf("%q", got)
	}
}

// A letter with a name that the font cannot write says so on the pages where it is, and no other does.
func TestAPageOnWhichACharacterIsMissingSaysSo(t *testing.T) {
	of := func(names ...string) string {
		d := New("账单", day, Numbered("zh"))
		for _, name := range names {
			d.Letter("客服中心")
			d.Text("业主：" + name)
		}
		pdf, err := d.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		return papertest.Text(t, pdf)
	}
	said := strings.ReplaceAll(missingSaid[:len("〓：本文件")], " ", "")
	if text := of("王䶮", "王喆", "𠮷田"); strings.Count(text, said) != 2 {
		t.Errorf("%q", text)
	}
	if text := of("王喆"); strings.Contains(text, said) {
		t.Errorf("%q", text)
	}
}

func TestAnyTextMakesADocumentAndNoneOfItIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune("物业 fee,，（）1.20"))), 1, 300, -1).Draw(t, "text")
		d := New(text, day, Numbered("en"))
		d.Letter(text)
		d.font(10, false)
		bare := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got, want := bare(strings.Join(d.wrap(text, 30), "")), bare(d.plain(text)); got != want {
			t.Fatalf("%q became %q", want, got)
		}
		d.Title(text)
		d.Table([]Column{{text, 1, false}, {"b", 1, true}}, []Row{{Cells: []string{text, text}}})
		if _, err := d.Bytes(); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkADocumentOfAHundredLetters(b *testing.B) {
	for b.Loop() {
		d := New("账单", day, Numbered("zh"))
		for range 100 {
			letter(d, 8)
		}
		if _, err := d.Bytes(); err != nil {
			b.Fatal(err)
		}
	}
}
