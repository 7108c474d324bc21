package resident

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// A code lives this long and may be tried so often.
const (
	codeLasts = 5 * time.Minute
	mostTries = 5
)

// Somebody may have so many open claims, an owner so many open invitations.
const (
	mostClaims      = 5
	mostInvitations = 20
)

// newCode makes six digits.
func newCode() string {
	n, _ := rand.Int(rand.Reader, big.NewInt(1_000_000)) // never fails
	return fmt.Sprintf("%06d", n)
}

// standing is a binding with what it rests on.
type standing struct {
	Binding
	Zone     string `db:"zone"`
	Related  string `db:"related"` // last day of the relation, "9999-12-31" while it lasts, "" when there is none
	Label    string `db:"label"`
	Place    string `db:"place"`
	Hotline  string `db:"service_phone"`
	Office   string `db:"address"`
	Nickname string `db:"nickname"`
	Phone    string `db:"mobile_sealed"`
}

// over says why a binding has ended by itself, "" while it stands (ACC-09). A
// relation's last day is the day of moving out; a binding's own last day is
// still one to use it.
func (s standing) over(now clock.Instant) string {
	zone, err := clock.Zone(s.Zone)
	if err != nil {
		zone = time.UTC
	}
	today := clock.DayOf(now, zone)
	switch {
	case !s.To.IsZero() && s.To.Before(today):
		return "day"
	case s.Customer != 0 && s.Related <= today.String():
		return "relation"
	}
	return ""
}

// begun reports whether a binding's first day has come.
func (s standing) begun(now clock.Instant) bool {
	zone, err := clock.Zone(s.Zone)
	return err == nil && !clock.DayOf(now, zone).Before(s.From)
}

// mobileOf reads a mobile that can get a code.
func mobileOf(text string) (string, error) {
	p, err := customer.ParseMobile(text)
	if err != nil || p.Kind != customer.Mobile {
		return "", errs.ErrFields.At(errs.Field{Name: "mobile", Code: "staff.mobile_form"})
	}
	return p.Number, nil
}

// period checks the days of an invitation.
func period(from, to clock.Day) error {
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		return errs.ErrFields.At(errs.Field{Name: "to", Code: "resident.days"})
	}
	return nil
}
