package customer

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// What can be wrong with relations.
var (
	ErrShareForm  = errs.New(errs.Invalid, "customer.share_form", "a share is written 1/2 or 50%, more than nothing and at most the whole")
	ErrShareOwner = errs.New(errs.Invalid, "customer.share_owner", "only owners have shares")
	ErrShareSum   = errs.New(errs.Invalid, "customer.share_sum", "the owners' shares of a day are more than the whole room")
	ErrRelatedTo  = errs.New(errs.Invalid, "customer.related_to", "a relation ends after it begins, and is ended when the day has come")
	ErrRelated    = errs.New(errs.Conflict, "customer.related", "this customer has this relation to the room already")
)

var (
	fractionForm = regexp.MustCompile(`^[0-9]{1,6}/[0-9]{1,6}$`)
	decimalForm  = regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{1,6})?%?$`)
)

// ParseShare reads an owner's share: "1/2", "50%", "0.5", "1". It returns it in
// its one form ("1/2", "33.33%", "1") and as an exact number; "" is not known.
func ParseShare(s string) (string, *big.Rat, error) {
	text := strings.Join(strings.Fields(width.Fold.String(s)), "")
	if text == "" {
		return "", nil, nil
	}
	r := new(big.Rat)
	number, percent := strings.CutSuffix(text, "%")
	switch {
	case fractionForm.MatchString(text) && !strings.HasSuffix(strings.TrimRight(text, "0"), "/"):
		r.SetString(text)
	case decimalForm.MatchString(text):
		r.SetString(number)
		if percent {
			r.Quo(r, big.NewRat(100, 1))
		}
	default:
		return "", nil, ErrShareForm
	}
	if r.Sign() <= 0 || r.Cmp(big.NewRat(1, 1)) > 0 {
		return "", nil, ErrShareForm
	}
	if percent && r.Cmp(big.NewRat(1, 1)) < 0 {
		return text, r, nil
	}
	return r.RatString(), r, nil
}

// holds reports whether r holds on day.
func (r Relation) holds(day clock.Day) bool {
	return (r.From.IsZero() || !day.Before(r.From)) && (r.To.IsZero() || day.Before(r.To))
}

// tooMuch finds the first day on which the owners' known shares are more than
// the whole; ok is false when there is none. Before the first known day is the
// zero day.
func tooMuch(owners []Relation) (day clock.Day, found bool) {
	days := []clock.Day{{}}
	for _, r := range owners {
		days = append(days, r.From)
	}
	slices.SortFunc(days, clock.Day.Compare)
	for _, d := range days {
		sum := new(big.Rat)
		for _, r := range owners {
			if _, share, err := ParseShare(r.Share); err == nil && share != nil && r.Kind == Owner && r.holds(d) {
				sum.Add(sum, share)
			}
		}
		if sum.Cmp(big.NewRat(1, 1)) > 0 {
			return d, true
		}
	}
	return clock.Day{}, false
}

// checked returns r in its right form, or what is wrong with it by itself.
func (r Relation) checked(today clock.Day) (Relation, error) {
	var wrong errs.Fields
	share, _, err := ParseShare(r.Share)
	switch {
	case err != nil:
		wrong.Add("share", ErrShareForm.Code, nil)
	case share != "" && r.Kind != Owner:
		wrong.Add("share", ErrShareOwner.Code, nil)
	}
	r.Share = share
	if !r.To.IsZero() && (r.To.After(today) || !r.From.IsZero() && r.To.Before(r.From)) {
		wrong.Add("to", ErrRelatedTo.Code, nil)
	}
	return r, wrong.Err()
}
