package money

import "strings"

var (
	upperDigits = [...]string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}
	upperPlaces = [...]string{"", "拾", "佰", "仟"}
)

// Upper writes the amount in the capital numerals that cannot be altered by
// hand, as receipts and cheques need them: 壹佰零伍元贰角整, 伍分, 零元整. A negative
// amount, a reversal, begins with 负.
func (f Fen) Upper() string {
	sign, yuan, fen := f.parts()
	var b strings.Builder
	if sign != "" {
		b.WriteString("负")
	}
	if yuan > 0 {
		b.WriteString(upper(yuan) + "元")
	}
	jiao, fen := fen/10, fen%10
	switch {
	case jiao > 0:
		b.WriteString(upperDigits[jiao] + "角")
	case fen > 0 && yuan > 0:
		b.WriteString("零")
	}
	switch {
	case fen > 0:
		b.WriteString(upperDigits[fen] + "分")
	case yuan == 0 && jiao == 0:
		b.WriteString("零元整")
	default:
		b.WriteString("整")
	}
	return b.String()
}

// upper reads n > 0 aloud by 亿 and 万, with one 零 for every gap.
func upper(n uint64) string {
	for _, step := range []struct {
		size uint64
		name string
	}{{100_000_000, "亿"}, {10_000, "万"}} {
		if n < step.size {
			continue
		}
		text := upper(n/step.size) + step.name
		rest := n % step.size
		if rest == 0 {
			return text
		}
		if rest < step.size/10 {
			text += "零"
		}
		return text + upper(rest)
	}
	var text string
	gap := false
	for place := 3; place >= 0; place-- {
		digit := n / [...]uint64{1, 10, 100, 1000}[place] % 10
		if digit == 0 {
			gap = text != ""
			continue
		}
		if gap {
			text += "零"
		}
		text, gap = text+upperDigits[digit]+upperPlaces[place], false
	}
	return text
}
