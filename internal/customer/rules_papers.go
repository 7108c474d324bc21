package customer

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// IdentityKind is what sort of document a number stands on.
type IdentityKind string

// The kinds of identity documents.
const (
	IDCard     IdentityKind = "id_card"     // 居民身份证
	Passport   IdentityKind = "passport"    // 护照
	HomeReturn IdentityKind = "home_return" // 港澳居民来往内地通行证
	Taiwan     IdentityKind = "taiwan"      // 台湾居民来往大陆通行证
	Residence  IdentityKind = "residence"   // 居住证, 永久居留身份证
	CreditCode IdentityKind = "credit_code" // 统一社会信用代码, of organisations
)

// IdentityDraft is a new document, or one that is kept: its place in the list as shown.
type IdentityDraft struct {
	Kind   IdentityKind `json:"kind,omitempty" enum:"id_card,passport,home_return,taiwan,residence,credit_code"`
	Number string       `json:"number,omitempty" maxLength:"60"`
	Index  *int         `json:"index,omitempty" minimum:"0" doc:"keeps the document shown at this place"`
}

// AccountDraft is a new bank account, or one that is kept.
type AccountDraft struct {
	Holder string `json:"holder,omitempty" maxLength:"200"`
	Bank   string `json:"bank,omitempty" maxLength:"200"`
	Number string `json:"number,omitempty" maxLength:"60"`
	Index  *int   `json:"index,omitempty" minimum:"0" doc:"keeps the account shown at this place"`
}

// What can be wrong with papers.
var (
	ErrIdentityForm     = errs.New(errs.Invalid, "customer.identity_form", "not the form of such a number")
	ErrIdentityDay      = errs.New(errs.Invalid, "customer.identity_day", "the digits of the birthday are no day")
	ErrIdentityChecksum = errs.New(errs.Invalid, "customer.identity_checksum", "the check digit does not fit: one digit is wrong")
	ErrAccountForm      = errs.New(errs.Invalid, "customer.account_form", "an account number has 8 to 30 digits")
	ErrBank             = errs.New(errs.Invalid, "customer.bank", "the bank is named with at most 60 characters")
)

var (
	idCardForm = regexp.MustCompile(`^[0-9]{17}[0-9X]$`)
	codeForm   = regexp.MustCompile(`^[0-9A-HJ-NPQRTUWXY]{18}$`)
	paperForm  = regexp.MustCompile(`^[0-9A-Z]{5,20}$`)
)

// compact writes a number of papers in its one form: no blanks or dashes, narrow capitals.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, strings.ToUpper(width.Fold.String(s)))
}

// ParseIdentity reads the number of an identity document (CUS-01). A 居民身份证
// has 18 characters with a real birthday and the check digit of GB 11643.
func ParseIdentity(kind IdentityKind, s string) (string, error) {
	n := compact(s)
	switch kind {
	case IDCard:
		return n, checkIDCard(n)
	case CreditCode:
		if !codeForm.MatchString(n) {
			return "", ErrIdentityForm
		}
	case Passport, HomeReturn, Taiwan, Residence:
		if !paperForm.MatchString(n) {
			return "", ErrIdentityForm
		}
	default:
		return "", ErrIdentityForm
	}
	return n, nil
}

func checkIDCard(n string) error {
	if !idCardForm.MatchString(n) {
		return ErrIdentityForm
	}
	if _, err := clock.ParseDay(n[6:10] + "-" + n[10:12] + "-" + n[12:14]); err != nil {
		return ErrIdentityDay
	}
	if checkDigit(n[:17]) != n[17] {
		return ErrIdentityChecksum
	}
	return nil
}

// checkDigit is ISO 7064 MOD 11-2 over 17 digits.
func checkDigit(digits string) byte {
	sum, weight := 0, 1
	for i := len(digits) - 1; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += int(digits[i]-'0') * weight
	}
	return "10X98765432"[sum%11]
}

// ParseAccount reads the number of a bank account.
func ParseAccount(s string) (string, error) {
	n := compact(s)
	if len(n) < 8 || len(n) > 30 || strings.Trim(n, "0123456789") != "" {
		return "", ErrAccountForm
	}
	return n, nil
}

// identities makes the list of a customer's documents.
func identities(drafts []IdentityDraft, now []Identity, wrong *errs.Fields) (out []Identity) {
	seen := map[string]bool{}
	for i, d := range drafts {
		one, ok := kept(fmt.Sprintf("identities[%d]", i), d.Index, d.Number, now, wrong)
		if !ok {
			continue
		}
		if d.Index == nil || d.Number != "" {
			number, err := ParseIdentity(d.Kind, d.Number)
			if err != nil {
				wrong.Add(fmt.Sprintf("identities[%d].number", i), errs.Of(err).Code, nil)
				continue
			}
			one = Identity{Kind: d.Kind, number: number}
		}
		if seen[string(one.Kind)+one.number] {
			wrong.Add(fmt.Sprintf("identities[%d].number", i), "customer.paper_twice", nil)
			continue
		}
		seen[string(one.Kind)+one.number] = true
		out = append(out, one)
	}
	return out
}

// accounts makes the list of a customer's bank accounts.
func accounts(drafts []AccountDraft, now []Account, wrong *errs.Fields) (out []Account) {
	seen := map[string]bool{}
	for i, d := range drafts {
		field := fmt.Sprintf("accounts[%d].", i)
		one, ok := kept(fmt.Sprintf("accounts[%d]", i), d.Index, d.Number, now, wrong)
		if !ok {
			continue
		}
		if d.Index == nil || d.Number != "" {
			number, err := ParseAccount(d.Number)
			if err != nil {
				wrong.Add(field+"number", errs.Of(err).Code, nil)
			}
			holder, err2 := ParseName(d.Holder)
			if err2 != nil {
				wrong.Add(field+"holder", errs.Of(err2).Code, nil)
			}
			bank := strings.TrimSpace(d.Bank)
			if bank == "" || utf8.RuneCountInString(bank) > 60 || strings.ContainsFunc(bank, unseen) || !utf8.ValidString(bank) {
				wrong.Add(field+"bank", ErrBank.Code, nil)
			}
			one = Account{Bank: bank, holder: holder, number: number}
			if err != nil || err2 != nil {
				continue
			}
		}
		if seen[one.number] {
			wrong.Add(field+"number", "customer.paper_twice", nil)
			continue
		}
		seen[one.number] = true
		out = append(out, one)
	}
	return out
}

// kept finds what a draft keeps; ok is false if there is nothing at its place.
func kept[T any](field string, index *int, number string, now []T, wrong *errs.Fields) (one T, ok bool) {
	if index == nil || number != "" {
		return one, true
	}
	if *index >= len(now) {
		wrong.Add(field+".index", ErrNoPaper.Code, nil)
		return one, false
	}
	return now[*index], true
}
