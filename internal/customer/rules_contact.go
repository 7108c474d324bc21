package customer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"guanjia/internal/platform/errs"
)

// PhoneKind tells mobiles, which get messages, from landlines, which do not.
type PhoneKind string

// The kinds of telephone numbers.
const (
	Mobile   PhoneKind = "mobile"
	Landline PhoneKind = "landline"
)

// Phone is a number of the mainland in its one normal form: "13812345678" or
// "021-68881234".
type Phone struct {
	Kind   PhoneKind
	Number string
}

// What can be wrong with a telephone number or a name.
var (
	ErrPhoneEmpty   = errs.New(errs.Invalid, "customer.phone_empty", "no telephone number is given")
	ErrPhoneLetters = errs.New(errs.Invalid, "customer.phone_letters", "a telephone number has digits only")
	ErrPhoneLength  = errs.New(errs.Invalid, "customer.phone_length", "a mobile has 11 digits, a landline its area code and 7 or 8 digits")
	ErrPhoneForm    = errs.New(errs.Invalid, "customer.phone_form", "not a mobile or a landline with area code of the mainland")

	ErrNameEmpty      = errs.New(errs.Invalid, "customer.name_empty", "no name is given")
	ErrNameLong       = errs.New(errs.Invalid, "customer.name_long", "a name has at most 50 characters")
	ErrNameCharacters = errs.New(errs.Invalid, "customer.name_characters", "a name has no control characters")
)

const maxName = 50

// ParseMobile reads a mobile, or a landline with its area code (CUS-01): wide
// digits, +86, 0086, blanks, dashes, dots and brackets do not matter. The
// errors are ErrPhoneEmpty, ErrPhoneLetters, ErrPhoneLength and ErrPhoneForm.
func ParseMobile(s string) (Phone, error) {
	if len(s) > 100 {
		return Phone{}, ErrPhoneLength
	}
	text := strings.TrimFunc(width.Fold.String(s), unicode.IsSpace)
	abroad, plus := strings.CutPrefix(text, "+")
	var digits strings.Builder
	for _, r := range abroad {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case unicode.IsSpace(r) || strings.ContainsRune("-.()—–‐−", r):
		default:
			return Phone{}, ErrPhoneLetters
		}
	}
	n := digits.String()
	switch {
	case n == "":
		return Phone{}, ErrPhoneEmpty
	case plus && !strings.HasPrefix(n, "86"):
		return Phone{}, ErrPhoneForm
	case plus:
		n = withTrunk(n[2:])
	case strings.HasPrefix(n, "0086"):
		n = withTrunk(n[4:])
	case len(n) == 13 && strings.HasPrefix(n, "861"):
		n = n[2:]
	}
	return national(n)
}

// withTrunk puts the 0 of an area code back, which +86 leaves out.
func withTrunk(n string) string {
	if n == "" || n[0] == '0' || len(n) == 11 && n[0] == '1' {
		return n
	}
	return "0" + n
}

func national(n string) (Phone, error) {
	switch {
	case n == "":
		return Phone{}, ErrPhoneLength
	case n[0] == '1' && len(n) != 11:
		return Phone{}, ErrPhoneLength
	case n[0] == '1' && n[1] >= '3':
		return Phone{Mobile, n}, nil
	case n[0] != '0' && len(n) <= 8:
		return Phone{}, ErrPhoneLength
	case n[0] != '0' || len(n) < 3 || n[1] == '0':
		return Phone{}, ErrPhoneForm
	}
	code := 4
	if n[1] == '1' || n[1] == '2' { // 010 and 02x
		code = 3
	}
	if n[1] == '1' && n[2] != '0' {
		return Phone{}, ErrPhoneForm
	}
	if local := len(n) - code; local < 7 || local > 8 {
		return Phone{}, ErrPhoneLength
	}
	if n[code] < '2' {
		return Phone{}, ErrPhoneForm
	}
	return Phone{Landline, n[:code] + "-" + n[code:]}, nil
}

// LastFour returns the digits a number may be searched by (CUS-03).
func (p Phone) LastFour() string { return p.Number[max(len(p.Number)-4, 0):] }

// Mask hides the middle of a number (CUS-04): 138****5678, 0**-****8812. What is
// no number is hidden altogether.
func Mask(number string) string {
	p, err := ParseMobile(number)
	if err != nil {
		return "****"
	}
	if p.Kind == Mobile {
		return p.Number[:3] + "****" + p.LastFour()
	}
	code, local, _ := strings.Cut(p.Number, "-")
	return "0" + strings.Repeat("*", len(code)-1) + "-" + strings.Repeat("*", len(local)-4) + p.LastFour()
}

// MaskName leaves the surname of a person (CUS-04): 李*, 欧阳**. A name of one
// character is hidden, in other scripts the first letter stays. Names of
// organisations are public.
func MaskName(name string, organisation bool) string {
	if organisation {
		return name
	}
	runes := []rune(strings.TrimSpace(name))
	keep, stars := 1, len(runes)-1
	switch {
	case len(runes) == 0:
		return ""
	case len(runes) == 1:
		return "*"
	case !unicode.Is(unicode.Han, runes[0]):
		stars = 3
	case len(runes) > 2 && slices.Contains(compoundSurnames, string(runes[:2])):
		keep, stars = 2, len(runes)-2
	}
	return string(runes[:keep]) + strings.Repeat("*", stars)
}

// ParseName trims a name and checks it: 1 to 50 characters, none of which
// controls the text around it. HTML, SQL and emoji are plain text. The
// errors are ErrNameEmpty, ErrNameLong and ErrNameCharacters.
func ParseName(s string) (string, error) {
	name := strings.TrimSpace(s)
	switch {
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unseen):
		return "", ErrNameCharacters
	case strings.Trim(name, "\u200b\u200d\ufeff \u3000") == "":
		return "", ErrNameEmpty
	case utf8.RuneCountInString(name) > maxName:
		return "", ErrNameLong
	}
	return name, nil
}

// unseen reports control characters and those that turn the direction of
// writing; the joiner inside an emoji is neither.
func unseen(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
