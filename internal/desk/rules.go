package desk

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
)

// sought is what a text typed into the search box may mean. Empty parts are
// not looked for.
type sought struct {
	text     string // as typed, for names
	mobile   string // a number in full
	last4    string
	identity string // the number of an identity card in full
	archive  string
	card     string // of a VIP
	plate    string // a plate in normal form, or its beginning
	end      string // of a plate, turned around
	roomKey  string // of a label in full
	roomFrom string // the beginning of a key, or of a room's number
	ticket   string // a ticket's number in full
	tail     string // its serial: 0007
	latin    string // the beginning of a name's reading or initials
	name     string // the beginning of a name
}

const (
	leastPlate   = 3
	longestPlate = 10
	leastTail    = 3
	longestText  = 60
)

func parse(q string) (s sought) {
	s.text = strings.TrimSpace(q)
	if s.text == "" || utf8.RuneCountInString(s.text) > longestText || !utf8.ValidString(s.text) || strings.ContainsRune(s.text, 0) {
		return sought{}
	}
	plain := strings.ToUpper(width.Fold.String(s.text))
	if phone, err := customer.ParseMobile(s.text); err == nil {
		s.mobile = phone.Number
	}
	if number, err := customer.ParseIdentity(customer.IDCard, s.text); err == nil {
		s.identity = number
	}
	if label, err := housing.ParseLabel(s.text); err == nil {
		s.roomKey = label.Key()
	}
	digits := strings.Trim(plain, "0123456789") == ""
	if digits && len(plain) == 4 {
		s.last4 = plain
	}
	if digits && len(plain) >= leastTail && len(plain) <= 6 {
		s.tail = plain
	}
	if plate := strings.NewReplacer(" ", "", "·", "", "-", "", ".", "").Replace(plain); utf8.RuneCountInString(plate) >= leastPlate && utf8.RuneCountInString(plate) <= longestPlate &&
		(strings.ContainsAny(plate, "0123456789") || plate[0] >= utf8.RuneSelf && strings.ContainsAny(plate, "ABCDEFGHJKLMNPQRSTUVWXYZ")) && strings.IndexFunc(plate, func(r rune) bool { return r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 0x4e00 }) < 0 {
		s.plate, s.end, s.card = plate, turned(plate), plain
	}
	if day, serial, ok := strings.Cut(plain, "-"); ok && len(serial) >= leastTail && strings.Trim(serial, "0123456789") == "" {
		switch prefix := strings.TrimRight(day, "0123456789"); {
		case len(day)-len(prefix) != 8:
		case prefix == "":
			s.archive = plain
		default:
			s.ticket = plain
		}
	}
	if strings.ContainsAny(plain, "0123456789") && s.mobile == "" && s.archive == "" && s.ticket == "" {
		s.roomFrom = housing.KeyPrefix(s.text)
	}
	if letters := strings.ReplaceAll(strings.ToLower(plain), " ", ""); strings.IndexFunc(letters, func(r rune) bool { return r < 'a' || r > 'z' }) < 0 {
		s.latin = letters
	}
	if strings.IndexFunc(s.text, unicode.IsLetter) >= 0 || strings.IndexFunc(s.text, unicode.IsDigit) < 0 {
		s.name = s.text
	}
	return s
}

// turned writes a text backwards: the end of a plate is looked for as a beginning.
func turned(s string) string {
	runes := []rune(s)
	slices.Reverse(runes)
	return string(runes)
}
