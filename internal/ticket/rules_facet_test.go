package ticket

import "testing"

// TIC-01a, TIC-12: which side of a fee somebody speaks of is heard in their words, and nothing is said where they do not say it.
func TestTheSideOfAFeeIsHeardInTheWords(t *testing.T) {
	for text, want := range map[string]string{
		"物业费是怎么算的，我家面积才80平":  "calculation",
		"这个月水费怎么这么多，是不是抄错表了": "calculation",
		"停车费算错了，多算了一个月":      "calculation",
		"公摊电费 分摊比例 不对":       "calculation",
		"物业费扫码付不了":           "collection",
		"已经交了还显示欠费":          "collection",
		"缴费以后发票什么时候给":        "collection",
		"押金没退":               "collection",
		"维修基金用在哪了，要求公示":      "use",
		"电梯广告费的收益都花到哪去了":     "use",
		"物业费收支情况没有公开":        "use",
		"想问一下停车费":            "",
		"厨房漏水":               "",
		"":                   "",
	} {
		if got := ShippedTree().FacetByWords(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestTheWordsOfTheSidesComeWithTheTree(t *testing.T) {
	c, ok := ShippedTree().ByID("fees.parking")
	if !ok || len(c.Facets) != 3 {
		t.Fatal(c)
	}
	for _, f := range c.Facets {
		if len(f.Words) == 0 {
			t.Errorf("%s has no words", f.ID)
		}
	}
	if ShippedTree().HasFacet("colour") || !ShippedTree().HasFacet("use") {
		t.Error("sides that there are not")
	}
}
