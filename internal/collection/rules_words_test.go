package collection

import (
	"os"
	"regexp"
	"testing"

	"guanjia/internal/platform/i18n"
)

// Whoever reads English gets English headings in every exported table.
func TestEveryWordOfTheExportsIsThereInEnglish(t *testing.T) {
	source, err := os.ReadFile("export.go")
	if err != nil {
		t.Fatal(err)
	}
	all := regexp.MustCompile(`"([^"]*\p{Han}[^"]*)"`).FindAllStringSubmatch(string(source), -1)
	for _, w := range all {
		if english[w[1]] == "" {
			t.Errorf("%s has no English", w[1])
		}
	}
	if len(all) < 40 || headsIn("en", "日期", "金额")[1].Title != "Amount" || headsIn("zh", "金额")[0].Title != "金额" || i18n.Named("en", "物业费", "") != "物业费" {
		t.Error(len(all), headsIn("en", "日期", "金额"))
	}
}
