package auth

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"guanjia/internal/platform/errs"
)

//go:embed common.txt
var commonText string

// common holds the common passwords that are long enough to be chosen at all.
var common = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for w := range strings.FieldsSeq(commonText) {
		all[w] = true
	}
	return all
})

// hashing costs 19 MiB and about 30 ms (OWASP's first choice for argon2id).
var hashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// CheckPassword says what is wrong with a new password (ACC-06); "" is fine.
func CheckPassword(password, username string) string {
	lower := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < 10:
		return "password.short"
	case len(password) > 200:
		return "password.long"
	case common()[lower], oneCharacter(lower), username != "" && strings.Contains(lower, strings.ToLower(username)):
		return "password.common"
	}
	return ""
}

// oneCharacter: the same one over and over.
func oneCharacter(s string) bool {
	first, size := utf8.DecodeRuneInString(s)
	return strings.Count(s, string(first))*size == len(s)
}

// A user name: letters of any script, digits, dot, dash, underscore.
var usernameForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{1,39}$`)

// CheckUsername says what is wrong with a user name; "" is fine.
func CheckUsername(name string) string {
	if !usernameForm.MatchString(name) {
		return "auth.username_form"
	}
	return ""
}

// Normalise makes names that people type differently the same.
func Normalise(username string) string { return strings.ToLower(strings.TrimSpace(username)) }

// checkNew collects what is wrong with a new password at its field.
func checkNew(field, password, username string) error {
	var f errs.Fields
	if code := CheckPassword(password, username); code != "" {
		f.Add(field, code, nil)
	}
	return f.Err()
}
