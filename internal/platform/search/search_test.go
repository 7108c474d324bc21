package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/search"
)

// Whatever a text contains, its grams have every token that is asked for.
func TestWhatATextContainsIsAskedForByTokensItHas(t *testing.T) {
	for _, text := range []string{"李小娜", "云栖苑便民超市（个体工商户）", "王𠮷安", "Anna Li", "ＡＢＣ有限公司", "单于飞", "😀乐", "a", "", "陈·伊丽莎白"} {
		has := strings.Fields(search.Grams(7, text))
		runes := []rune(text)
		for i := range runes {
			for j := i + 1; j <= len(runes); j++ {
				q := string(runes[i:j])
				if strings.IndexFunc(q, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
					continue
				}
				_, args := search.Where(db.Postgres, "customer", "c", q, nil, nil)
				for _, token := range strings.Fields(fmt.Sprint(args...)) {
					if !slices.Contains(has, token) {
						t.Errorf("%s lacks %s of %s", text, token, q)
					}
				}
				if !search.Contains(text, q) {
					t.Errorf("%s contains %s", text, q)
				}
			}
		}
	}
	if search.Contains("李娜小", "小李") || search.Contains("李小娜", "李娜") {
		t.Error("what stands apart is not contained")
	}
}

func TestNothingToLookForIsNoCondition(t *testing.T) {
	for _, q := range []string{"", " ", "%", "'; --", "😀", "（）"} {
		if where, args := search.Where(db.SQLite, "customer", "c", q, nil, nil); where != "" || len(args) != 0 {
			t.Errorf("%q: %s %v", q, where, args)
		}
	}
}
