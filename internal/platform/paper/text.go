package paper

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// missing stands for a character that the font does not have, as printers of books do it.
const missing = '〓'

// missingSaid explains it at the foot of the page, in both languages: nobody is
// to take the sign for a part of their name.
const missingSaid = "〓：本文件所用字体没有的字，以系统登记为准 / a character that the font of this document does not have"

// plain is text as it can be printed: one line, each character one that the font has.
func (d *Doc) plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r), r == utf8.RuneError:
			return -1
		}
		if n, err := face().glyphs.GlyphIndex(&d.buf, r); err != nil || n == 0 {
			d.lost[d.pdf.PageNo()] = true
			return missing
		}
		return r
	}, text)
}

// never begins a line in Chinese typesetting (GB/T 15834).
const neverFirst = "，。、；：？！）」』】》〉”’…—·,.;:?!)]}%％℃"

// neverLast must not end a line.
const neverLast = "（「『【《〈“‘([{¥￥"

func wideRune(r rune) bool { return r >= 0x2E80 }

// wrap breaks text into lines of at most width millimetres in the present font:
// at spaces, and between any two Chinese characters but where a sign forbids it.
// A word that is too long alone is broken where it must be.
func (d *Doc) wrap(text string, width float64) (out []string) {
	for _, paragraph := range strings.Split(text, "\n") {
		out = append(out, d.wrapLine([]rune(d.plain(paragraph)), width)...)
	}
	return out
}

func (d *Doc) wrapLine(rs []rune, width float64) (out []string) {
	from, at, w := 0, 0, 0.0 // at: where the line may end; w: width of rs[from:i]
	for i := 0; i < len(rs); i++ {
		if i > from && mayBreak(rs[i-1], rs[i]) {
			at = i
		}
		one := d.pdf.GetStringWidth(string(rs[i]))
		if w+one > width && i > from && rs[i] != ' ' {
			if at <= from {
				at = i
			}
			out = append(out, strings.TrimSpace(string(rs[from:at])))
			from, w = at, d.pdf.GetStringWidth(string(rs[at:i]))
			for from < i && rs[from] == ' ' {
				from++
			}
		}
		w += one
	}
	return append(out, strings.TrimSpace(string(rs[from:])))
}

func mayBreak(before, after rune) bool {
	switch {
	case strings.ContainsRune(neverFirst, after), strings.ContainsRune(neverLast, before):
		return false
	case before == ' ':
		return true
	case after == ' ':
		return false
	}
	return wideRune(before) || wideRune(after)
}
