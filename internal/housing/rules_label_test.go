package housing

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestOneRoomInEveryUsualWriting(t *testing.T) {
	for want, writings := range map[Label][]string{
		{"3", "2", "1502"}: {"3栋2单元1502", "3-2-1502", "3#2-1502", "3＃2－1502", "三栋二单元1502", "3号楼2单元1502室", "3幢2门1502号", "3 2 1502", "3/2/1502",
			"03栋02单元1502", "003-02-1502", " 3栋 2单元 1502 ", "３栋２单元１５０２", "3#楼2单元1502", "3#-2-1502", "3—2—1502", "3棟2單元1502號", "3栋2-1502房", "3-2单元1502", "3.2.1502", "三号楼二单元1502户", "3座2梯1502", "3 栋 2 单元 1502 室"},
		{"12", "1", "301"}:   {"十二栋一单元301", "12-1-301", "一二栋一单元301"},
		{"20", "10", "101"}:  {"二十栋十单元101", "20-10-101"},
		{"102", "", "101"}:   {"一百零二栋101", "一〇二栋101", "102-101"},
		{"A", "", "1201"}:    {"A座1201", "A-1201", "a座1201", "ａ－１２０１", "A栋1201室", "A 1201"},
		{"3", "", "1502"}:    {"3栋1502", "3-1502", "三栋1502", "3号楼1502", "3#1502", "3号1502室"},
		{"B1", "", "117"}:    {"B1-117", "b1-117", "B1层117号", "B1 117"},
		{"商铺", "", "12"}:     {"商铺12", "商铺-12", "商铺 12号"},
		{"3A", "2", "1502"}:  {"3A栋2单元1502", "3a-2-1502"},
		{"3", "A", "1502B"}:  {"3栋A单元1502b", "3-A-1502B"},
		{"3", "甲", "502"}:    {"3栋甲单元502", "3-甲-502"},
		{"3", "", "商铺5"}:     {"3栋商铺5", "3-商铺5"},
		{"5", "1", "0101"}:   {"5-1-0101", "5栋1单元0101"},
		{"会所", "1", "A12"}:   {"会所-1-a12"},
		{"AB12", "3", "101"}: {"ab12-3-101"},
	} {
		for _, s := range writings {
			if got, err := ParseLabel(s); err != nil || got != want {
				t.Errorf("%q: %+v (%v), want %+v", s, got, err, want)
			}
		}
	}
}

func TestLabelsAreShownInOneForm(t *testing.T) {
	for s, want := range map[string][2]string{
		"三栋二单元1502": {"3栋2单元1502", "3-2-1502"}, "a座1201": {"A栋1201", "A-1201"}, "b1-117": {"B1-117", "B1-117"}, "商铺 12": {"商铺12", "商铺-12"},
	} {
		l, err := ParseLabel(s)
		if err != nil || l.String() != want[0] || l.Short() != want[1] || l.Key() != want[1] {
			t.Errorf("%s: %s %s %v", s, l, l.Short(), err)
		}
	}
}

func TestWhatIsNoRoomIsRefusedWithAReason(t *testing.T) {
	for s, want := range map[string]error{
		"": ErrLabelEmpty, " \u3000": ErrLabelEmpty, strings.Repeat("3", 41): ErrLabelLong, "3-2-1502" + strings.Repeat(" ", 40): ErrLabelLong,
		"<b>3-2-1502</b>": ErrLabelCharacters, "3-2-1502'": ErrLabelCharacters, "3-2\x00-1502": ErrLabelCharacters, "3-2-1502\n4": ErrLabelCharacters,
		"3-2-1502🏠": ErrLabelCharacters, "3-2-150\u202e2": ErrLabelCharacters, "3-2-1502;": ErrLabelCharacters, "\xff3-2-1502": ErrLabelCharacters,
		"1502": ErrLabelForm, "3栋": ErrLabelForm, "3栋2单元": ErrLabelForm, "2单元1502": ErrLabelForm, "0栋1502": ErrLabelForm, "3-0-1502": ErrLabelForm,
		"3-2-1-1502": ErrLabelForm, "3层502": ErrLabelForm, "3-2-": ErrLabelForm, "栋3": ErrLabelForm, "十十栋1": ErrLabelForm, "3-2-1502345": ErrLabelForm,
		"漏水了": ErrLabelForm, "3-二二单元十": ErrLabelForm, "一十百栋301": ErrLabelForm,
	} {
		if got, err := ParseLabel(s); !errors.Is(err, want) {
			t.Errorf("%q: %+v (%v), want %v", s, got, err, want)
		}
	}
}

func TestRoomsSortAsInARegister(t *testing.T) {
	var keys []string
	for _, s := range []string{"1-1-101", "3-302", "3-1-9", "3-2-302", "3-2-1502", "3-2-1502A", "3-10-101", "3A-1-101", "10-1-101", "A-1201", "B1-117", "B2-9", "B10-1", "商铺2", "商铺12"} {
		l, err := ParseLabel(s)
		if err != nil {
			t.Fatal(s, err)
		}
		keys = append(keys, l.SortKey())
	}
	if !slices.IsSorted(keys) {
		t.Errorf("%q", keys)
	}
}

func anyLabel() *rapid.Generator[Label] {
	return rapid.Custom(func(t *rapid.T) Label {
		return Label{
			Building: rapid.StringMatching(`[1-9][0-9]{0,3}[A-Z]?|[A-Z]{1,2}([1-9][0-9]{0,2})?|商铺|会所|地下车库`).Draw(t, "building"),
			Unit:     rapid.StringMatching(`|[1-9][0-9]{0,2}|[A-Z]|[甲乙丙丁东西南北中]`).Draw(t, "unit"),
			Room:     rapid.StringMatching(`(商铺|地下)?[A-Z]{0,2}[0-9]{1,5}[A-Z]?`).Draw(t, "room"),
		}
	})
}

func TestWhatIsShownCanBeTypedAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyLabel().Draw(t, "label")
		for _, s := range []string{l.String(), l.Short(), l.Key(), strings.ToLower(l.String()), "  " + l.Short()} {
			if got, err := ParseLabel(s); err != nil || got != l {
				t.Fatalf("%q: %#v (%v), want %#v", s, got, err, l)
			}
		}
	})
}

func FuzzParseLabel(f *testing.F) {
	for _, s := range []string{"3栋2单元1502", "3＃2－1502", "十二栋一单元301", "商铺12", "B1-117", "<b>", "一百零二栋101"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := ParseLabel(s)
		if err != nil {
			return
		}
		for _, shown := range []string{l.String(), l.Key()} {
			if again, err := ParseLabel(shown); err != nil || again != l {
				t.Errorf("%q: %#v is shown as %q, which reads %#v (%v)", s, l, shown, again, err)
			}
		}
		if !utf8.ValidString(l.SortKey()) {
			t.Errorf("%q", l.SortKey())
		}
	})
}

func TestAreas(t *testing.T) {
	for s, want := range map[string]Area{"108.62": 10862, "90": 9000, " 90.5 ": 9050, "0.01": 1, "108.6200": 10862, "1000000": maxArea} {
		if got, err := ParseArea(s); err != nil || got != want {
			t.Errorf("%q: %s %v", s, got, err)
		}
	}
	for s, want := range map[string]error{
		"": ErrAreaEmpty, " ": ErrAreaEmpty, "12,5": ErrAreaComma, "1，200": ErrAreaComma, "-3": ErrAreaPositive, "0": ErrAreaPositive, "0.00": ErrAreaPositive,
		"89.123": ErrAreaDecimals, "1000000.01": ErrAreaLarge, "99999999999999999999": ErrAreaLarge, "108.62㎡": ErrAreaForm, "1e3": ErrAreaForm, ".5": ErrAreaForm, "5.": ErrAreaForm, "八十": ErrAreaForm, "--3": ErrAreaForm, "-": ErrAreaForm,
	} {
		if got, err := ParseArea(s); !errors.Is(err, want) {
			t.Errorf("%q: %s (%v), want %v", s, got, err, want)
		}
	}
	if raw, err := json.Marshal(Area(10862)); err != nil || string(raw) != `"108.62"` {
		t.Error(string(raw), err)
	}
	rapid.Check(t, func(t *rapid.T) {
		a := Area(rapid.Int64Range(1, int64(maxArea)).Draw(t, "area"))
		if back, err := ParseArea(a.String()); err != nil || back != a {
			t.Fatal(a, back, err)
		}
	})
}
