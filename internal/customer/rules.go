package customer

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"guanjia/internal/platform/errs"
)

// Draft is what people write about a customer.
type Draft struct {
	Kind    Kind          `json:"kind" enum:"person,organisation"`
	Name    string        `json:"name" maxLength:"200"`
	Mobiles []MobileDraft `json:"mobiles,omitempty" maxItems:"10" doc:"left out: as they are"`
	Tags    []string      `json:"tags,omitempty" maxItems:"20"`
	Notes   string        `json:"notes,omitempty" maxLength:"2000"`
}

// MobileDraft is a new number, or one that is kept: its place in the list as shown.
type MobileDraft struct {
	Number  string `json:"number,omitempty" maxLength:"100"`
	Index   *int   `json:"index,omitempty" minimum:"0" doc:"keeps the number shown at this place"`
	Primary bool   `json:"primary,omitempty"`
}

const maxTag = 20

// drawn returns c with what d says and the numbers c then has, or every field
// of d that is wrong. now are the numbers c has.
func (c Customer) drawn(d Draft, now []mobile) (Customer, []mobile, error) {
	var wrong errs.Fields
	name, err := ParseName(d.Name)
	if err != nil {
		wrong.Add("name", errs.Of(err).Code, nil)
	}
	c.Kind, c.Name, c.Notes, c.Tags = d.Kind, name, strings.TrimSpace(d.Notes), Tags{}
	c.Pinyin, c.Initials = Pinyin(name)
	if strings.ContainsRune(c.Notes, 0) {
		wrong.Add("notes", "wrong_form", nil)
	}
	for i, tag := range d.Tags {
		tag = strings.TrimSpace(tag)
		switch {
		case strings.ContainsFunc(tag, unseen):
			wrong.Add(fmt.Sprintf("tags[%d]", i), "wrong_form", nil)
		case utf8.RuneCountInString(tag) > maxTag:
			wrong.Add(fmt.Sprintf("tags[%d]", i), "too_long", map[string]any{"max": maxTag})
		case tag != "":
			c.Tags = append(c.Tags, tag)
		}
	}
	list := now
	if d.Mobiles != nil {
		list = numbers(d.Mobiles, now, &wrong)
	}
	return c, list, wrong.Err()
}

// numbers makes the list of a customer's numbers; one of them is primary.
func numbers(drafts []MobileDraft, now []mobile, wrong *errs.Fields) (out []mobile) {
	primary, seen := 0, map[string]bool{}
	for i, d := range drafts {
		field := fmt.Sprintf("mobiles[%d].number", i)
		var m mobile
		if d.Index != nil && d.Number == "" {
			if *d.Index >= len(now) {
				wrong.Add(fmt.Sprintf("mobiles[%d].index", i), ErrNoMobile.Code, nil)
				continue
			}
			m = now[*d.Index]
		} else {
			phone, err := ParseMobile(d.Number)
			if err != nil {
				wrong.Add(field, errs.Of(err).Code, nil)
				continue
			}
			m = mobile{Number: phone.Number, Last4: phone.LastFour()}
		}
		if seen[m.Number] {
			wrong.Add(field, "customer.mobile_twice", nil)
			continue
		}
		seen[m.Number] = true
		if d.Primary {
			primary = len(out)
		}
		out = append(out, m)
	}
	for i := range out {
		out[i].Primary = i == primary
	}
	return out
}

// masked shows numbers the way everybody may see them.
func masked(list []mobile) []MaskedMobile {
	out := make([]MaskedMobile, len(list))
	for i, m := range list {
		out[i] = MaskedMobile{Masked: Mask(m.Number), Primary: m.Primary}
	}
	return out
}
