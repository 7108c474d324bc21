package sheet

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"guanjia/internal/platform/clock"
)

// Kind is what the spreadsheet program takes a cell for.
type Kind uint8

// The kinds of cells.
const (
	Blank   Kind = iota // nothing, or only blanks
	Text                // words, also numbers typed as words
	Number              // Text is the decimal, with the zeros in front that its format shows
	Bool                // Text is TRUE or FALSE
	Date                // a number shown as a date: Text is 2026-01-05, with the time of day if it has one
	Formula             // Raw is the formula, Text its last result
	Failure             // Text is #N/A and the like
)

// Cell is one cell of an uploaded table.
type Cell struct {
	Kind Kind
	Text string // as shown, without blanks around
	Raw  string // as stored: a date is a serial number, a formula begins with =
	date clock.Day
}

// ErrDate says that a cell holds no date, or none that can be read in one way only.
var ErrDate = errors.New("not a date such as 2026-01-05")

// Day reads a date: a real one, or 2026-1-5, 2026/1/5, 2026.1.5, 2026年1月5日 or
// 20260105 as typed. A blank cell is no day. A year of two digits, a
// formula and anything else give ErrDate.
func (c Cell) Day() (clock.Day, error) {
	switch c.Kind {
	case Blank:
		return clock.Day{}, nil
	case Date:
		return c.date, nil
	case Text, Number:
		return ParseDay(c.Text)
	}
	return clock.Day{}, fmt.Errorf("%w: %.40q", ErrDate, c.Text)
}

// ParseDay reads a date as people type it; see Cell.Day.
func ParseDay(s string) (clock.Day, error) {
	text := strings.TrimSpace(width.Fold.String(s))
	for _, midnight := range []string{" 00:00:00", " 0:00:00", " 00:00", " 0:00"} {
		if rest, ok := strings.CutSuffix(text, midnight); ok {
			text = rest
			break
		}
	}
	if len(text) == len("20260105") && strings.Trim(text, "0123456789") == "" {
		text = text[:4] + "-" + text[4:6] + "-" + text[6:]
	}
	if rest, ok := strings.CutSuffix(text, "日"); ok {
		text = strings.Replace(strings.Replace(rest, "年", "-", 1), "月", "-", 1)
	}
	for _, sep := range []string{"-", "/", "."} {
		parts := strings.Split(text, sep)
		if len(parts) != 3 {
			continue
		}
		y, okY := digits(parts[0], 4, 4)
		m, okM := digits(parts[1], 1, 2)
		d, okD := digits(parts[2], 1, 2)
		if day, err := clock.NewDay(y, time.Month(m), d); okY && okM && okD && err == nil {
			return day, nil
		}
	}
	return clock.Day{}, fmt.Errorf("%w: %.40q", ErrDate, s)
}

func digits(s string, least, most int) (int, bool) {
	if len(s) < least || len(s) > most || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// format is what matters of a number format.
type format struct {
	date bool
	pad  int // least digits, from a format of zeros only
}

// typed makes a cell from what is stored.
func (b *book) typed(kind string, style int, value, formula string, isFormula bool) (Cell, error) {
	c := Cell{Kind: Text, Raw: value, Text: value}
	switch kind {
	case "s":
		i, err := strconv.Atoi(value)
		if value == "" {
			return Cell{}, nil
		}
		if err != nil || i < 0 || i >= len(b.strings) {
			return Cell{}, ErrCorrupt.With("part", "sharedStrings")
		}
		c.Raw, c.Text = b.strings[i], b.strings[i]
	case "b":
		c.Kind, c.Text = Bool, "FALSE"
		if strings.TrimSpace(value) == "1" {
			c.Text = "TRUE"
		}
	case "e":
		c.Kind = Failure
	case "str", "inlineStr":
		c.Raw = unescape(value)
		c.Text = c.Raw
	case "d":
		if day, _, _ := strings.Cut(value, "T"); day != "" {
			if d, err := ParseDay(day); err == nil {
				c.Kind, c.date, c.Text = Date, d, d.String()
			}
		}
	case "", "n":
		c = b.number(strings.TrimSpace(value), style)
	default:
		return Cell{}, ErrCorrupt.With("part", "worksheet")
	}
	c.Text = trim(c.Text)
	if isFormula {
		return Cell{Kind: Formula, Text: c.Text, Raw: "=" + formula}, nil
	}
	if c.Text == "" {
		return Cell{}, nil
	}
	return c, nil
}

// number types a numeric cell: a date where its format shows one.
func (b *book) number(raw string, style int) Cell {
	n, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return Cell{Kind: Text, Text: raw, Raw: raw}
	}
	c := Cell{Kind: Number, Raw: raw, Text: strconv.FormatFloat(n, 'f', -1, 64)}
	if style < 0 || style >= len(b.formats) {
		return c
	}
	f := b.formats[style]
	if f.date {
		if day, ok := b.fromSerial(n); ok {
			c.Kind, c.date, c.Text = Date, day, day.String()
			if seconds := int(math.Round((n - math.Floor(n)) * 86400)); seconds > 0 && seconds < 86400 {
				c.Text += fmt.Sprintf(" %02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
			}
		}
		return c
	}
	if pad := f.pad - len(c.Text); pad > 0 && n >= 0 && n == math.Floor(n) {
		c.Text = strings.Repeat("0", pad) + c.Text
	}
	return c
}

// fromSerial turns the day number of the spreadsheet into a day. The 1900
// system counts a 29 February 1900 that never was.
func (b *book) fromSerial(n float64) (clock.Day, bool) {
	serial := int(math.Floor(n))
	if serial < 1 || n > 2958466 {
		return clock.Day{}, false
	}
	year, day := 1899, 30
	switch {
	case b.from1904:
		year, day = 1904, 1
	case serial == 60:
		return clock.Day{}, false
	case serial < 60:
		day = 31
	}
	month := time.December
	if b.from1904 {
		month = time.January
	}
	base, err := clock.NewDay(year, month, day)
	return base.Add(serial), err == nil && base.Add(serial).Year() <= 9999
}

// builtinDates are the numbers of formats that show a date without saying how.
func builtinDate(id int) bool {
	return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58
}

// parseFormat finds out whether a format code shows a date. Quoted and escaped
// words, colours and conditions do not count; m alone with h or s is minutes.
func parseFormat(code string) format {
	if len(code) > 1 && strings.Trim(code, "0") == "" {
		return format{pad: len(code)}
	}
	var day, month, hour bool
	quoted, bracket, skip := false, false, false
	for _, r := range strings.ToLower(code) {
		switch {
		case skip:
			skip = false
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '\\' || r == '_' || r == '*':
			skip = true
		case r == '[':
			bracket = true
		case r == ']':
			bracket = false
		case bracket: // [h] counts hours beyond a day
			hour = hour || r == 'h' || r == 'm' || r == 's'
		case r == 'y' || r == 'd' || r == '年' || r == '日':
			day = true
		case r == 'm' || r == '月':
			month = true
		case r == 'h' || r == 's':
			hour = true
		case r == ';' && (day || month):
			return format{date: day || !hour}
		}
	}
	if strings.EqualFold(code, "general") {
		return format{}
	}
	return format{date: day || month && !hour}
}

// trim takes off blanks of every kind, also those that cannot be seen.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r >= 0x200B && r <= 0x200F || r == 0x2060 || r == 0xFEFF
	})
}

// unescape undoes the _x000D_ that spreadsheets write for control characters.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || len(s) < i+7 {
			b.WriteString(s)
			return b.String()
		}
		n, err := strconv.ParseUint(s[i+2:i+6], 16, 16)
		if err != nil || s[i+6] != '_' || n >= 0xD800 && n < 0xE000 {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i])
		b.WriteRune(rune(n))
		s = s[i+7:]
	}
}

// cleanHeading makes headings comparable: no blanks, no marks of required columns.
func cleanHeading(s string) string {
	s = strings.Join(strings.Fields(trim(s)), " ")
	return trim(strings.Trim(s, "*＊"))
}
