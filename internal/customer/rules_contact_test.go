package customer

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestOneNumberInEveryUsualWriting(t *testing.T) {
	for want, writings := range map[Phone][]string{
		{Mobile, "13812345678"}:     {"13812345678", "138 1234 5678", "138-1234-5678", "+86 13812345678", "+86-138-1234-5678", "0086 13812345678", "8613812345678", "１３８１２３４５６７８", " 13812345678\u00a0", "+86(138)12345678"},
		{Mobile, "19912345678"}:     {"199.1234.5678"},
		{Landline, "021-68881234"}:  {"021-68881234", "02168881234", "(021) 6888 1234", "（021）68881234", "+86 21 68881234", "0086-21-68881234"},
		{Landline, "010-68881234"}:  {"010-68881234", "+86 10 6888 1234"},
		{Landline, "0571-8888123"}:  {"0571-8888123", "05718888123"},
		{Landline, "0755-26881234"}: {"075526881234", "＋86 755 26881234"},
	} {
		for _, s := range writings {
			if got, err := ParseMobile(s); err != nil || got != want {
				t.Errorf("%q: %+v (%v), want %+v", s, got, err, want)
			}
		}
	}
}

func TestWhatIsNoNumberIsRefusedWithAReason(t *testing.T) {
	for s, want := range map[string]error{
		"": ErrPhoneEmpty, " - ": ErrPhoneEmpty, "+": ErrPhoneEmpty,
		"1381234567a": ErrPhoneLetters, "电话13812345678": ErrPhoneLetters, "138****5678": ErrPhoneLetters, "1.38E+10": ErrPhoneLetters, "13812345678/13912345678": ErrPhoneLetters, "<b>": ErrPhoneLetters,
		"1381234567": ErrPhoneLength, "138123456789": ErrPhoneLength, "68881234": ErrPhoneLength, "021-123456": ErrPhoneLength, "021-123456789": ErrPhoneLength, "110": ErrPhoneLength, "+86": ErrPhoneLength, strings.Repeat("1", 200): ErrPhoneLength,
		"12812345678": ErrPhoneForm, "10012345678": ErrPhoneForm, "23812345678": ErrPhoneForm, "+852 98765432": ErrPhoneForm, "000-12345678": ErrPhoneForm, "0111-2345678": ErrPhoneForm, "021-12345678": ErrPhoneForm,
	} {
		if got, err := ParseMobile(s); !errors.Is(err, want) {
			t.Errorf("%q: %+v (%v), want %v", s, got, err, want)
		}
	}
}

func TestNumbersAreMasked(t *testing.T) {
	for s, want := range map[string]string{
		"13812345678": "138****5678", "+86 138 1234 5678": "138****5678", "021-68888812": "0**-****8812", "0571-8888812": "0***-***8812", "nonsense": "****", "": "****",
	} {
		if got := Mask(s); got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.StringMatching(`1[3-9][0-9]{9}|0(10|2[0-9]|[3-9][0-9]{2})-[2-9][0-9]{6,7}`).Draw(t, "number")
		p, err := ParseMobile(n)
		if err != nil || p.Number != n {
			t.Fatal(n, p, err)
		}
		if m := Mask(n); len(m) != len(n) || strings.Count(m, "*") < 4 || !strings.HasSuffix(m, p.LastFour()) {
			t.Fatal(n, m)
		}
	})
}

func TestNamesAreMasked(t *testing.T) {
	for name, want := range map[string]string{
		"李娜": "李*", "李小明": "李**", "欧阳娜娜": "欧阳**", "欧阳": "欧*", "尉迟恭": "尉迟*", "李": "*", "": "", "John Smith": "J***", " 王 强 ": "王**", "𠮷野": "𠮷*",
	} {
		if got := MaskName(name, false); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
	if got := MaskName("晨光物业有限公司", true); got != "晨光物业有限公司" {
		t.Error("organisations are public:", got)
	}
}

func TestNamesSoundAsTheirBearersSayThem(t *testing.T) {
	for name, want := range map[string][2]string{
		"李娜": {"lina", "ln"}, "单雄信": {"shanxiongxin", "sxx"}, "曾志伟": {"zengzhiwei", "zzw"}, "解晓东": {"xiexiaodong", "xxd"}, "仇英": {"qiuying", "qy"},
		"区小波": {"ouxiaobo", "oxb"}, "朴树": {"piaoshu", "ps"}, "查良": {"zhaliang", "zl"}, "尉迟恭": {"yuchigong", "ycg"}, "欧阳娜": {"ouyangna", "oyn"},
		"长孙无忌": {"zhangsunwuji", "zswj"}, "万俟明": {"moqiming", "mqm"}, "吕布": {"lvbu", "lb"}, "王单": {"wangdan", "wd"}, "乐嘉": {"yuejia", "yj"}, "翟明": {"zhaiming", "zm"},
		"John 王": {"johnwang", "jw"}, "Ａ李": {"ali", "al"}, "𠮷野": {"ye", "y"}, "李😀": {"li", "l"}, "😀": {"", ""}, "": {"", ""}, "3号": {"3hao", "3h"}, "<b>李</b>": {"blib", "blb"},
	} {
		if full, initials := Pinyin(name); full != want[0] || initials != want[1] {
			t.Errorf("%s: %s %s, want %v", name, full, initials, want)
		}
	}
}

func TestNamesAreTakenAsPlainText(t *testing.T) {
	for s, want := range map[string]string{
		" 李娜 ": "李娜", "<script>alert(1)</script>": "<script>alert(1)</script>", "Robert'); DROP TABLE customer;--": "Robert'); DROP TABLE customer;--",
		"👨‍👩‍👧": "👨‍👩‍👧", "𠮷": "𠮷", strings.Repeat("李", 50): strings.Repeat("李", 50), "\u3000王强": "王强",
	} {
		if got, err := ParseName(s); err != nil || got != want {
			t.Errorf("%q: %q %v", s, got, err)
		}
	}
	for s, want := range map[string]error{
		"": ErrNameEmpty, " \u3000\t": ErrNameEmpty, "\u200b": ErrNameEmpty, strings.Repeat("李", 51): ErrNameLong, "李\x00娜": ErrNameCharacters, "李\n娜": ErrNameCharacters, "李\u202e娜": ErrNameCharacters, "\xff": ErrNameCharacters,
	} {
		if got, err := ParseName(s); !errors.Is(err, want) {
			t.Errorf("%q: %q (%v), want %v", s, got, err, want)
		}
	}
}

func FuzzContact(f *testing.F) {
	for _, s := range []string{"13812345678", "+86 21 68881234", "单雄信", "𠮷😀", "0", "尉迟"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := ParseMobile(s); err == nil {
			if again, err := ParseMobile(p.Number); err != nil || again != p {
				t.Errorf("%q: %+v reads again as %+v (%v)", s, p, again, err)
			}
		}
		if utf8.ValidString(s) && !utf8.ValidString(MaskName(s, false)+Mask(s)) {
			t.Errorf("%q", s)
		}
		full, initials := Pinyin(s)
		if strings.Trim(full+initials, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			t.Errorf("%q: %q %q", s, full, initials)
		}
		_, _ = ParseName(s)
	})
}
