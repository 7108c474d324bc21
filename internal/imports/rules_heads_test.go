package imports

import (
	"slices"
	"testing"
	"time"

	"guanjia/internal/platform/clock"
)

var (
	homes = Template{Name: "homes", Columns: []Column{
		{Head: "楼栋", Must: true, Also: []string{"楼栋号", "栋"}}, {Head: "房号", Must: true, Also: []string{"房屋编号"}}, {Head: "建筑面积", Must: true, Also: []string{"面积"}}, {Head: "业主姓名", Also: []string{"业主"}}, {Head: "手机号", Also: []string{"联系电话"}},
	}}
	rooms = Template{Name: "rooms", Columns: homes.Columns[:3], Beside: []string{"业主", "责任区"}}
	all   = []Template{homes, rooms}
)

func TestTheOwnerOfATableIsToldByItsHeadings(t *testing.T) {
	for name, c := range map[string]struct {
		heads []string
		want  string
		sure  bool
	}{
		"our own table":                        {[]string{"楼栋", "房号", "建筑面积", "业主姓名", "手机号"}, "homes", true},
		"another system's":                     {[]string{"楼栋号", "房屋编号", "建筑面积(㎡)", "业主", "联系电话"}, "homes", true},
		"wide, blank and marked":               {[]string{"楼　栋 *", "房 号", "建筑面积（m2）", "手机号"}, "homes", true},
		"an export of rooms":                   {[]string{"楼栋", "房号", "建筑面积", "业主", "责任区"}, "rooms", true},
		"the red copy of an answer":            {[]string{"楼栋", "房号", "建筑面积", "手机号", "错误"}, "homes", true},
		"a table that may be one or the other": {[]string{"楼栋", "房号", "建筑面积"}, "", false},
		"a heading nobody knows":               {[]string{"楼栋", "房号", "建筑面积", "手机号", "星座"}, "homes", false},
		"a required column missing":            {[]string{"楼栋", "房号", "手机号"}, "homes", false},
		"nothing of ours":                      {[]string{"甲", "乙"}, "", false},
	} {
		got, mapping, sure := recognise(all, c.heads)
		if sure != c.sure || c.want != "" && got.Name != c.want || len(mapping) != len(c.heads) {
			t.Errorf("%s: %s %v %q", name, got.Name, sure, mapping)
		}
	}
}

func TestTwoHeadingsForOneColumnAreAskedFor(t *testing.T) {
	_, mapping, sure := recognise([]Template{homes}, []string{"楼栋号", "楼栋", "房号", "面积"})
	if sure || !slices.Equal(mapping, []string{"", "楼栋", "房号", "建筑面积"}) {
		t.Errorf("%v %q", sure, mapping)
	}
}

func TestAMappingIsRememberedWhateverTheOrderOfTheColumns(t *testing.T) {
	heads, mapping := []string{"几号楼", "户室", "多大", "星座"}, []string{"楼栋", "房号", "建筑面积", ""}
	turned := []string{"星座", "多大（㎡）", "户室*", "几号楼"}
	if headsKey(heads) != headsKey(turned) || headsKey(heads) == headsKey(heads[:3]) {
		t.Error("a set of headings has not one name")
	}
	if got := keep(heads, mapping).of(turned); !slices.Equal(got, []string{"", "建筑面积", "房号", "楼栋"}) {
		t.Errorf("%q", got)
	}
}

func TestAChunkGrowsAndShrinksTowardsATenthOfASecond(t *testing.T) {
	start := clock.Instant(1_000_000)
	for took, want := range map[time.Duration]int{10 * time.Millisecond: 400, 100 * time.Millisecond: 200, 200 * time.Millisecond: 100, time.Minute: 100, 0: 400} {
		if got := nextChunk(200, start.Add(took), start); got != want {
			t.Errorf("after 200 in %s come %d, want %d", took, got, want)
		}
	}
	if got := nextChunk(10, start.Add(time.Minute), start); got != leastChunk {
		t.Error(got)
	}
	if got := nextChunk(mostChunk, start, start); got != mostChunk {
		t.Error(got)
	}
}
