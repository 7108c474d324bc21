package housing

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"guanjia/internal/platform/errs"
)

// Label names a room within its community (HOU-01): building, unit (stairwell;
// may be empty) and room. A label from ParseLabel is normalised, so that two
// writings of one room are ==.
type Label struct{ Building, Unit, Room string }

// What can be wrong with a label.
var (
	ErrLabelEmpty      = errs.New(errs.Invalid, "housing.label_empty", "no room is named")
	ErrLabelLong       = errs.New(errs.Invalid, "housing.label_long", "a room label has at most 40 characters")
	ErrLabelCharacters = errs.New(errs.Invalid, "housing.label_characters", "a character that no room label has")
	ErrLabelForm       = errs.New(errs.Invalid, "housing.label_form", "not a room label such as 3栋2单元1502 or 3-2-1502")
)

const maxLabel = 40

const (
	hanNumber = `[零〇一二两三四五六七八九十百]{1,6}`
	separator = `[-/ _.#·]`
	han       = `[\p{Han}]`
)

var (
	// One pattern for every usual writing: building, then its mark or a
	// separator; perhaps unit and its mark or a separator; room, perhaps 室.
	labelForm = regexp.MustCompile(`^([0-9]{1,4}[A-Z]?|[A-Z]{1,2}[0-9]{0,3}|` + hanNumber + `|` + han + `{1,8})` +
		` *(?:(#?(?:号楼|栋|幢|座|楼|层|号)|#)` + separator + `*|` + separator + `+)` +
		`(?:([0-9]{1,3}|[A-Z]|` + hanNumber + `|[甲乙丙丁东西南北中]) *(?:(?:单元|门|梯)` + separator + `*|` + separator + `+))?` +
		`(` + han + `{0,4}[A-Z]{0,2}[0-9]{1,5}[A-Z]?) *(?:室|号|房|户)?$`)
	// Shops and spaces that stand for themselves: 商铺12.
	namedForm = regexp.MustCompile(`^(` + han + `{1,8})([A-Z]{0,2}[0-9]{1,5}[A-Z]?) *(?:室|号|房|户)?$`)
	basement  = regexp.MustCompile(`^B[0-9]{1,2}$`)
	numeral   = regexp.MustCompile(`^` + hanNumber + `$`)
	// plainForms makes one writing of characters that mean the same.
	plainForms = strings.NewReplacer("單元", "单元", "棟", "栋", "樓", "楼", "號", "号", "層", "层",
		"—", "-", "–", "-", "‐", "-", "−", "-", "~", "-", "\u00a0", " ", "\u3000", " ", "\\", "/")
)

// ParseLabel reads a label in any usual form: 3栋2单元1502, 3-2-1502, 3#2-1502,
// 三栋二单元1502, 3号楼2单元1502室, 3幢2门1502号, A座1201, 3栋1502, B1-117, 商铺12. Wide
// characters, lower case, blanks and zeros in front of building and unit do not matter.
// The errors are ErrLabelEmpty, ErrLabelLong, ErrLabelCharacters and ErrLabelForm.
func ParseLabel(s string) (Label, error) {
	if len(s) > maxLabel*utf8.UTFMax || utf8.RuneCountInString(s) > maxLabel {
		return Label{}, ErrLabelLong
	}
	text := strings.TrimSpace(strings.ToUpper(plainForms.Replace(width.Fold.String(s))))
	if text == "" {
		return Label{}, ErrLabelEmpty
	}
	for _, r := range text {
		if !unicode.Is(unicode.Han, r) && !strings.ContainsRune("-/ _.#·", r) && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)) {
			return Label{}, ErrLabelCharacters.With("character", fmt.Sprintf("%q", r))
		}
	}
	var l Label
	mark := ""
	if m := labelForm.FindStringSubmatch(text); m != nil {
		l, mark = Label{m[1], m[3], m[4]}, m[2]
	} else if m := namedForm.FindStringSubmatch(text); m != nil {
		l = Label{Building: m[1], Room: m[2]}
	} else {
		return Label{}, ErrLabelForm
	}
	okBuilding, okUnit := plainNumber(&l.Building), plainNumber(&l.Unit)
	onFloor := strings.Contains(mark, "层") && !basement.MatchString(l.Building)
	if !okBuilding || !okUnit || onFloor || marked(l.Building) || marked(l.Room) {
		return Label{}, ErrLabelForm
	}
	return l, nil
}

// marked reports a word that holds a mark of a building or unit: what was
// meant as 3栋 without a room must not become the room 栋3.
func marked(s string) bool { return strings.ContainsAny(s, "栋幢座号单元门梯层室") }

// plainNumber turns 十二 and 03 into 12 and 3. Zero is no building and no unit.
func plainNumber(s *string) bool {
	if numeral.MatchString(*s) {
		n, ok := fromHan(*s)
		*s = strconv.Itoa(n)
		return ok
	}
	digits := strings.TrimRight(*s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if digits != "" && strings.Trim(digits, "0123456789") == "" {
		*s = strings.TrimLeft(*s, "0")
		return len(*s) > 0 && (*s)[0] <= '9'
	}
	return true
}

// fromHan reads 三, 十二, 二十, 一百零二 and digit by digit 二〇三.
func fromHan(s string) (int, bool) {
	const figures = "零一二三四五六七八九"
	total, digit, placed, digits := 0, -1, false, 0
	smallest := 1000
	for _, r := range s {
		size := map[rune]int{'十': 10, '百': 100}[r]
		switch {
		case size > 0 && size < smallest && (digit > 0 || digit < 0 && size == 10 && total == 0):
			total, digit, placed, smallest = total+max(digit, 1)*size, -1, true, size
		case size > 0:
			return 0, false
		default:
			if r == '〇' {
				r = '零'
			}
			if r == '两' {
				r = '二'
			}
			n := strings.Index(figures, string(r)) / len("零")
			if placed && digit > 0 {
				return 0, false
			}
			digits++
			if !placed && digits > 1 {
				n += digit * 10
			}
			digit = n
		}
	}
	total += max(digit, 0)
	return total, total > 0 && total < 10_000
}

// Key is the one short writing, unique in the community: "3-2-1502", "A-1201".
func (l Label) Key() string {
	if l.Unit == "" {
		return l.Building + "-" + l.Room
	}
	return l.Building + "-" + l.Unit + "-" + l.Room
}

// Short is the label as shown in lists: "3-2-1502".
func (l Label) Short() string { return l.Key() }

// String is the label in full: "3栋2单元1502", "A栋1201", "B1-117", "商铺12".
func (l Label) String() string {
	named := l.Building != "" && l.Building[0] >= utf8.RuneSelf
	switch {
	case l == Label{}:
		return ""
	case l.Unit != "" && !named:
		return l.Building + "栋" + l.Unit + "单元" + l.Room
	case l.Unit != "", basement.MatchString(l.Building):
		return l.Key()
	case named && l.Room != "" && l.Room[0] < utf8.RuneSelf:
		return l.Building + l.Room
	case named:
		return l.Key()
	}
	return l.Building + "栋" + l.Room
}

// SortKey orders labels as a register does when compared byte by byte:
// 3-2-302 before 3-2-1502 before 10-1-101.
func (l Label) SortKey() string {
	var b strings.Builder
	for i, part := range []string{l.Building, l.Unit, l.Room} {
		if i > 0 {
			b.WriteByte(' ')
		}
		for part != "" {
			rest := strings.TrimLeft(part, "0123456789")
			if run := part[:len(part)-len(rest)]; run != "" {
				b.WriteString(strings.Repeat("0", max(6-len(run), 0)) + run)
				part = rest
				continue
			}
			_, size := utf8.DecodeRuneInString(part)
			b.WriteString(part[:size])
			part = part[size:]
		}
	}
	return b.String()
}
