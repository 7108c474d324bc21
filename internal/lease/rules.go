package lease

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"unicode/utf8"

	"guanjia/internal/customer"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// Words are codes in one column.
type Words []string

// Value stores them with commas.
func (w Words) Value() (driver.Value, error) { return strings.Join(w, ","), nil }

// Scan reads them.
func (w *Words) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("lease: words are stored as TEXT, not %T", src)
	}
	*w = Words{}
	if text != "" {
		*w = strings.Split(text, ",")
	}
	return nil
}

// Draft is what people write about a tenancy.
type Draft struct {
	From            clock.Day    `json:"from"`
	To              clock.Day    `json:"to,omitzero"`
	Rent            *money.Fen   `json:"rent,omitempty"`
	Deposit         *money.Fen   `json:"deposit,omitempty"`
	RegistrationNo  string       `json:"registrationNo,omitempty" maxLength:"60"`
	RegisteredOn    clock.Day    `json:"registeredOn,omitzero"`
	Emergency       string       `json:"emergencyName,omitempty" maxLength:"200"`
	EmergencyAs     string       `json:"emergencyRelation,omitempty" maxLength:"60"`
	EmergencyNumber string       `json:"emergencyNumber,omitempty" maxLength:"100"`
	KeepEmergency   bool         `json:"keepEmergencyNumber,omitempty" doc:"the number that is there stays"`
	TenantBilled    bool         `json:"tenantBilled,omitempty"`
	Notes           string       `json:"notes,omitempty" maxLength:"1000"`
	Parties         []PartyDraft `json:"parties" maxItems:"40"`
}

// PartyDraft is somebody of a tenancy to come, or one that is kept: their
// place in the list as shown.
type PartyDraft struct {
	Index        *int                  `json:"index,omitempty" minimum:"0" doc:"keeps who is shown at this place, with what is said anew"`
	Role         Role                  `json:"role" enum:"landlord,tenant,occupant,agent"`
	Customer     customer.ID           `json:"customerId,omitempty"`
	Name         string                `json:"name,omitempty" maxLength:"200"`
	Number       string                `json:"number,omitempty" maxLength:"100"`
	IdentityKind customer.IdentityKind `json:"identityKind,omitempty" enum:"id_card,passport,home_return,taiwan,residence,credit_code,"`
	Identity     string                `json:"identity,omitempty" maxLength:"60"`
}

func clean(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r >= '\u202a' && r <= '\u202e' })
}

// drawn returns l with what d says, or every field of d that is wrong.
func (l Lease) drawn(d Draft, now []Party, see customer.Sight) (Lease, []Party, error) {
	var wrong errs.Fields
	if d.From.IsZero() {
		wrong.Add("from", "required", nil)
	}
	if !d.To.IsZero() && d.To.Before(d.From) {
		wrong.Add("to", ErrTerm.Code, nil)
	}
	for field, text := range map[string]string{"registrationNo": d.RegistrationNo, "notes": d.Notes, "emergencyRelation": d.EmergencyAs} {
		if !clean(text) {
			wrong.Add(field, "wrong_form", nil)
		}
	}
	for field, m := range map[string]*money.Fen{"rent": d.Rent, "deposit": d.Deposit} {
		if m != nil && (*m < 0 || *m > 100_000_000_00) {
			wrong.Add(field, "wrong_form", nil)
		}
	}
	l.From, l.To, l.Rent, l.Deposit, l.RegisteredOn = d.From, d.To, d.Rent, d.Deposit, d.RegisteredOn
	l.TenantBilled = d.TenantBilled
	l.RegistrationNo, l.Notes = strings.TrimSpace(d.RegistrationNo), strings.TrimSpace(d.Notes)
	l = l.called(d, see, &wrong)
	out := []Party{}
	for i, p := range d.Parties {
		if one, ok := party(fmt.Sprintf("parties[%d].", i), p, now, see, &wrong); ok {
			out = append(out, one)
		}
	}
	return l, out, wrong.Err()
}

// called takes whom to call; the name sent back masked is the one that is there.
func (l Lease) called(d Draft, see customer.Sight, wrong *errs.Fields) Lease {
	if d.Emergency != see.Name(l.Emergency, false) {
		l.Emergency = strings.TrimSpace(d.Emergency)
	}
	l.EmergencyAs = strings.TrimSpace(d.EmergencyAs)
	if l.Emergency != "" {
		if _, err := customer.ParseName(l.Emergency); err != nil {
			wrong.Add("emergencyName", errs.Of(err).Code, nil)
		}
	}
	if d.KeepEmergency && d.EmergencyNumber == "" {
		return l
	}
	l.emergency = ""
	if strings.TrimSpace(d.EmergencyNumber) != "" {
		phone, err := customer.ParseMobile(d.EmergencyNumber)
		if err != nil {
			wrong.Add("emergencyNumber", errs.Of(err).Code, nil)
		}
		l.emergency = phone.Number
	}
	return l
}

// party reads one of the people. Who is kept keeps what is not said anew.
func party(field string, d PartyDraft, now []Party, see customer.Sight, wrong *errs.Fields) (p Party, ok bool) {
	if d.Index != nil {
		if *d.Index >= len(now) {
			wrong.Add(field+"index", "not_found", nil)
			return p, false
		}
		p = now[*d.Index]
	}
	before := len(*wrong)
	p.Role = d.Role
	if d.Index == nil || d.Customer != 0 {
		p.Customer = d.Customer
	}
	if d.Name != "" && d.Name != see.Name(p.Name, false) || d.Index == nil {
		p.Name = strings.TrimSpace(d.Name)
	}
	if p.Customer == 0 {
		if _, err := customer.ParseName(p.Name); err != nil {
			wrong.Add(field+"name", errs.Of(err).Code, nil)
		}
	} else {
		p.Name = ""
	}
	if strings.TrimSpace(d.Number) != "" {
		phone, err := customer.ParseMobile(d.Number)
		if err != nil {
			wrong.Add(field+"number", errs.Of(err).Code, nil)
		}
		p.number = phone.Number
	}
	if strings.TrimSpace(d.Identity) != "" {
		number, err := customer.ParseIdentity(d.IdentityKind, d.Identity)
		if err != nil {
			wrong.Add(field+"identity", errs.Of(err).Code, nil)
		}
		p.IdentityKind, p.identity = d.IdentityKind, number
	}
	return p, len(*wrong) == before
}

// lacks says what a tenancy lacks to be complete: a landlord, a tenant, for
// every tenant and occupant who is no customer with an archive an identity
// document, a number of at least one tenant, the end of the term, the rent,
// the registration with the authority, somebody to call (CUS-08).
func (l Lease) lacks(parties []Party) Words {
	var landlord, tenant, number bool
	identity := true
	for _, p := range parties {
		switch p.Role {
		case Landlord:
			landlord = true
		case Tenant:
			tenant = true
			number = number || p.number != "" || p.Customer != 0
		}
		if (p.Role == Tenant || p.Role == Occupant) && p.Customer == 0 && p.identity == "" {
			identity = false
		}
	}
	out := Words{}
	for _, x := range []struct {
		word string
		has  bool
	}{
		{"landlord", landlord}, {"tenant", tenant}, {"number", number || !tenant}, {"identity", identity}, {"to", !l.To.IsZero()}, {"rent", l.Rent != nil},
		{"registration", l.RegistrationNo != ""}, {"emergency", l.Emergency != "" && l.emergency != ""},
	} {
		if !x.has {
			out = append(out, x.word)
		}
	}
	return out
}

// overdue reports whether nobody looked at a running tenancy for more than so many days.
func (l Lease) overdue(today clock.Day, days int64) bool {
	return l.EndedOn.IsZero() && (l.VerifiedOn.IsZero() || today.Sub(l.VerifiedOn) > int(days))
}

// permille is the share of a in b, rounded half up.
func permille(a, b int64) int64 {
	if b == 0 {
		return 0
	}
	return (a*1000 + b/2) / b
}
