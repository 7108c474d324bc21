package ledger

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Number is a bank's, cheque's or wallet's number in its one form: people write
// "LS 2026-001", "ls2026001" and "ＬＳ２０２６００１" for the same one. What has no
// letter and no digit is kept as it stands.
func Number(s string) string {
	key := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '/' {
			return unicode.ToUpper(r)
		}
		return -1
	}, width.Fold.String(s))
	if key == "" {
		return strings.TrimSpace(s)
	}
	return key
}
