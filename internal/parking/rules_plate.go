package parking

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"guanjia/internal/platform/errs"
)

// What can be wrong with a plate.
var (
	ErrPlateForm    = errs.New(errs.Invalid, "parking.plate_form", "not a plate such as 浙A12345 or 浙AD12345")
	ErrPlateLetters = errs.New(errs.Invalid, "parking.plate_letters", "plates have no letters I and O behind the place")
)

const (
	provinces = `[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]`
	serial    = `[A-HJ-NP-Z0-9]`
)

var (
	plateForms = []*regexp.Regexp{
		regexp.MustCompile(`^` + provinces + `[A-HJ-Z]` + serial + `{5}$`),       // ordinary
		regexp.MustCompile(`^` + provinces + `[A-HJ-Z]` + serial + `{4}[学警挂领]$`), // school, police, trailer, consulate
		regexp.MustCompile(`^粤Z` + serial + `{4}[港澳]$`),                          // Hong Kong and Macau
		regexp.MustCompile(`^(?:使[0-9]{6}|[0-9]{6}使|领[0-9]{6})$`),                // embassies, and consulates of old
		regexp.MustCompile(`^WJ(?:` + provinces + `)?[0-9]{4}[0-9A-HJ-NP-Z]$`),   // armed police
		newEnergy,
	}
	// New-energy plates have eight characters: a letter before or behind five or four digits.
	newEnergy = regexp.MustCompile(`^` + provinces + `[A-HJ-Z](?:[A-HJK]` + serial + `[0-9]{4}|[0-9]{5}[A-HJK])$`)
	mistyped  = regexp.MustCompile(`^` + provinces + `[A-Z][A-Z0-9]*[IO][A-Z0-9]*$`)
)

var plateNoise = strings.NewReplacer(" ", "", "·", "", "•", "", ".", "", "-", "", "\u3000", "", "\t", "")

// Plate brings a number plate into its normal form: upper case, without dots
// and blanks. "" stays "": a car may have none yet. Plates of the mainland are
// known: ordinary, new-energy (8 characters), 港 澳 使 领 学 警 挂 and WJ.
func Plate(text string) (string, error) {
	p := plateNoise.Replace(strings.ToUpper(width.Fold.String(strings.TrimSpace(text))))
	switch {
	case p == "" || slices.ContainsFunc(plateForms, func(f *regexp.Regexp) bool { return f.MatchString(p) }):
		return p, nil
	case mistyped.MatchString(p):
		return "", ErrPlateLetters
	}
	return "", ErrPlateForm
}

// tail is a plate read backwards, so that its end can be looked for along an index.
func tail(plate string) string {
	r := []rune(plate)
	slices.Reverse(r)
	return string(r)
}
