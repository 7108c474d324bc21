package customer

import (
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
)

// Sight is how much of people somebody sees without asking (CUS-04).
type Sight struct{ Names, Numbers bool }

// SightOf is what who sees of the people of a community.
func SightOf(who authz.Actor, community authz.CommunityID) Sight {
	return Sight{Names: who.Scope(ActNames).Sees(community), Numbers: who.Scope(ActNumbers).Sees(community)}
}

// Name shows a name as far as it may be seen. The erased have none.
func (s Sight) Name(name string, organisation bool) string {
	if s.Names || name == "" || name == ErasedName {
		return name
	}
	return MaskName(name, organisation)
}

// Day shows a birthday as far as it may be seen: the year is hidden with the name.
func (s Sight) Day(d clock.Day) string {
	if s.Names || d.IsZero() {
		return d.String()
	}
	return "****" + d.String()[4:]
}

// Number shows a telephone number as far as it may be seen.
func (s Sight) Number(number string) string {
	if s.Numbers || number == "" {
		return number
	}
	return Mask(number)
}

// maskTail leaves the last four characters of an identity or account number;
// these are never shown in full without asking.
func maskTail(number string) string {
	if len(number) <= 8 {
		return strings.Repeat("*", len(number))
	}
	return strings.Repeat("*", len(number)-4) + number[len(number)-4:]
}
