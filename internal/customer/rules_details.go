package customer

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// DetailsDraft is what people write beside names and numbers.
type DetailsDraft struct {
	Details
	Emergency *EmergencyDraft `json:"emergency,omitempty" doc:"left out: nobody"`
}

// EmergencyDraft is whom to call. Keep leaves the number that is there.
type EmergencyDraft struct {
	Name     string `json:"name" maxLength:"200"`
	Relation string `json:"relation,omitempty" maxLength:"60"`
	Number   string `json:"number,omitempty" maxLength:"100"`
	Keep     bool   `json:"keep,omitempty"`
}

// NameDraft is another name, or one that is kept: its place in the list as shown.
type NameDraft struct {
	Kind  string `json:"kind,omitempty" enum:"former,other" default:"former"`
	Name  string `json:"name,omitempty" maxLength:"200"`
	Index *int   `json:"index,omitempty" minimum:"0" doc:"keeps the name shown at this place"`
}

// ErrMerged says that an archive lives on in another.
var ErrMerged = errs.New(errs.Conflict, "customer.merged", "this archive was merged into another")

// alive refuses to change who was erased or merged.
func (c Customer) alive() error {
	switch {
	case c.ErasedAt != nil:
		return ErrErased
	case c.MergedInto != 0:
		return ErrMerged
	}
	return nil
}

const maxCard = 40

// detailed returns c with what d says. Who sees only a part of something and
// sends it back means what is there.
func (c Customer) detailed(d DetailsDraft, see Sight, wrong *errs.Fields) Customer {
	if text := strings.TrimSpace(d.Birthday); text != see.Day(c.BirthdayOn) || text == "" {
		day, err := clock.ParseDay(text)
		if err != nil && text != "" {
			wrong.Add("details.birthday", "wrong_form", nil)
		}
		c.BirthdayOn, c.BirthdayMD = day, ""
		if !day.IsZero() {
			c.BirthdayMD = day.String()[5:]
		}
	}
	birthday := c.Birthday
	c.Details, c.Birthday = d.Details, birthday
	c.CardNo = strings.ToUpper(strings.TrimSpace(d.CardNo))
	if strings.ContainsFunc(c.CardNo, unseen) || !utf8.ValidString(c.CardNo) || utf8.RuneCountInString(c.CardNo) > maxCard {
		wrong.Add("details.cardNo", "wrong_form", nil)
	}
	if (d.ContactFrom == nil) != (d.ContactTo == nil) || d.ContactFrom != nil && *d.ContactFrom >= *d.ContactTo {
		wrong.Add("details.contactTo", "customer.contact_times", nil)
	}
	c.Emergency = c.emergency(d.Emergency, see, wrong)
	return c
}

func (c Customer) emergency(d *EmergencyDraft, see Sight, wrong *errs.Fields) *Emergency {
	if d == nil || strings.TrimSpace(d.Name)+strings.TrimSpace(d.Number) == "" && !d.Keep {
		return nil
	}
	e := &Emergency{Relation: strings.TrimSpace(d.Relation)}
	if strings.ContainsFunc(e.Relation, unseen) || utf8.RuneCountInString(e.Relation) > maxTag {
		wrong.Add("details.emergency.relation", "wrong_form", nil)
	}
	if was := c.Emergency; was != nil && d.Name == see.Name(was.Name, false) {
		d.Name = was.Name
	}
	name, err := ParseName(d.Name)
	if err != nil {
		wrong.Add("details.emergency.name", errs.Of(err).Code, nil)
	}
	e.Name = name
	if d.Keep && c.Emergency != nil && d.Number == "" {
		e.number = c.Emergency.number
		return e
	}
	phone, err := ParseMobile(d.Number)
	if err != nil {
		wrong.Add("details.emergency.number", errs.Of(err).Code, nil)
	}
	e.number = phone.Number
	return e
}

// otherNames makes the list of the names somebody has or had besides.
func otherNames(drafts []NameDraft, now []OtherName, wrong *errs.Fields) []OtherName {
	out, seen := []OtherName{}, map[string]bool{}
	for i, d := range drafts {
		field := fmt.Sprintf("otherNames[%d]", i)
		one := OtherName{Kind: d.Kind}
		if one.Kind == "" {
			one.Kind = "former"
		}
		if d.Index != nil && d.Name == "" {
			if *d.Index >= len(now) {
				wrong.Add(field+".index", "not_found", nil)
				continue
			}
			one = now[*d.Index]
		} else {
			name, err := ParseName(d.Name)
			if err != nil {
				wrong.Add(field+".name", errs.Of(err).Code, nil)
				continue
			}
			one.Name = name
			one.Pinyin, one.Initials = Pinyin(name)
		}
		if seen[one.Name] {
			wrong.Add(field+".name", "customer.name_twice", nil)
			continue
		}
		seen[one.Name] = true
		out = append(out, one)
	}
	return out
}
