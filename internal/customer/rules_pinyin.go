package customer

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/width"
)

// surnameReadings are characters that sound otherwise as a surname.
var surnameReadings = map[rune]string{
	'单': "shan", '曾': "zeng", '解': "xie", '仇': "qiu", '区': "ou", '朴': "piao", '查': "zha", '任': "ren", '盖': "ge",
	'翟': "zhai", '缪': "miao", '员': "yun", '纪': "ji", '冼': "xian", '黑': "he", '乐': "yue", '谌': "chen", '种': "chong",
	'秘': "bi", '折': "she", '繁': "po", '覃': "qin", '柏': "bai", '逄': "pang", '阚': "kan", '隗': "wei", '华': "hua",
	'宁': "ning", '召': "shao", '洗': "xian", '曲': "qu", '尹': "yin", '车': "che", '石': "shi", '沈': "shen", '贾': "jia",
	'葛': "ge", '燕': "yan", '过': "guo", '哈': "ha", '都': "du", '宿': "su", '令': "ling", '幺': "yao", '牟': "mu",
}

// compoundReadings are the readings of compound surnames that differ from
// those of their characters.
var compoundReadings = map[string][2]string{
	"尉迟": {"yu", "chi"}, "万俟": {"mo", "qi"}, "长孙": {"zhang", "sun"}, "单于": {"chan", "yu"}, "澹台": {"tan", "tai"},
	"鲜于": {"xian", "yu"}, "皇甫": {"huang", "fu"}, "令狐": {"ling", "hu"}, "宿勤": {"su", "qin"}, "钳耳": {"qian", "er"},
}

// compoundSurnames are surnames of two characters.
var compoundSurnames = []string{
	"欧阳", "上官", "司马", "诸葛", "司徒", "东方", "独孤", "南宫", "夏侯", "慕容", "令狐", "皇甫", "宇文", "长孙", "尉迟", "公孙", "轩辕",
	"万俟", "闻人", "赫连", "澹台", "公冶", "宗政", "濮阳", "淳于", "单于", "太叔", "申屠", "仲孙", "钟离", "鲜于", "司空", "闾丘", "亓官",
	"端木", "百里", "呼延", "东郭", "南门", "羊舌", "微生", "左丘", "东门", "西门", "第五", "拓跋", "夹谷", "谷梁", "段干", "宿勤", "钳耳",
}

// Pinyin returns the reading of a name without tones, and its initials, for
// the search box (CUS-03): 李娜 is "lina" and "ln", 吕 is "lv". Latin letters and
// digits stay, a word of them gives one initial; what has no reading is left out.
func Pinyin(name string) (full, initials string) {
	var whole, first strings.Builder
	inWord := false
	runes := []rune(width.Fold.String(strings.TrimSpace(name)))
	for i, r := range runes {
		syllable := reading(runes, i)
		switch {
		case syllable != "":
			whole.WriteString(syllable)
			first.WriteByte(syllable[0])
			inWord = false
		case r <= unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			r = unicode.ToLower(r)
			whole.WriteRune(r)
			if !inWord {
				first.WriteRune(r)
			}
			inWord = true
		default:
			inWord = false
		}
	}
	return whole.String(), first.String()
}

// reading returns the syllable of the character at i, "" if it has none.
func reading(runes []rune, i int) string {
	if !unicode.Is(unicode.Han, runes[i]) {
		return ""
	}
	if len(runes) > 2 && i < 2 {
		if pair, ok := compoundReadings[string(runes[:2])]; ok {
			return pair[i]
		}
	}
	if s, ok := surnameReadings[runes[0]]; ok && i == 0 {
		return s
	}
	syllables := pinyin.SinglePinyin(runes[i], pinyin.Args{Style: pinyin.Normal})
	if len(syllables) == 0 {
		return ""
	}
	return strings.ReplaceAll(syllables[0], "ü", "v")
}
