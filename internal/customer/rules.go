package customer

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/search"
)

// Draft is what people write about a customer.
type Draft struct {
	Kind       Kind            `json:"kind" enum:"person,organisation"`
	Name       string          `json:"name" maxLength:"200"`
	Mobiles    []MobileDraft   `json:"mobiles,omitempty" maxItems:"10" doc:"left out: as they are"`
	Identities []IdentityDraft `json:"identities,omitempty" maxItems:"5" doc:"left out: as they are"`
	Accounts   []AccountDraft  `json:"accounts,omitempty" maxItems:"5" doc:"left out: as they are"`
	Tags       []string        `json:"tags,omitempty" maxItems:"20"`
	Notes      string          `json:"notes,omitempty" maxLength:"2000"`
	Details    *DetailsDraft   `json:"details,omitempty" doc:"left out: as they are"`
	Names      []NameDraft     `json:"otherNames,omitempty" maxItems:"10" doc:"left out: as they are"`
}

// MobileDraft is a new number, or one that is kept: its place in the list as shown.
type MobileDraft struct {
	Number  string `json:"number,omitempty" maxLength:"100"`
	Index   *int   `json:"index,omitempty" minimum:"0" doc:"keeps the number shown at this place"`
	Primary bool   `json:"primary,omitempty"`
}

const maxTag = 20

// drawn returns c with what d says, or every field of d that is wrong. Who sees
// only a masked name and sends it back means the one that is there.
func (c Customer) drawn(d Draft, see Sight) (Customer, error) {
	var wrong errs.Fields
	if c.Name != "" && d.Name == see.Name(c.Name, c.Kind == Organisation) {
		d.Name = c.Name
	}
	name, err := ParseName(d.Name)
	if err != nil {
		wrong.Add("name", errs.Of(err).Code, nil)
	}
	c.Kind, c.Notes, c.Tags = d.Kind, strings.TrimSpace(d.Notes), Tags{}
	c.call(name)
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
	if d.Mobiles != nil {
		c.mobiles = numbers(d.Mobiles, c.mobiles, &wrong)
	}
	if d.Identities != nil {
		c.Identities = identities(d.Identities, c.Identities, &wrong)
	}
	if d.Accounts != nil {
		c.Accounts = accounts(d.Accounts, c.Accounts, &wrong)
	}
	if d.Details != nil {
		c = c.detailed(*d.Details, see, &wrong)
	}
	if d.Names != nil {
		c.Names = otherNames(d.Names, c.Names, &wrong)
	}
	return c, wrong.Err()
}

// call gives c a name, and all that it is found by.
func (c *Customer) call(name string) {
	c.Name, c.Grams = name, search.Grams(c.Community, name)
	c.Pinyin, c.Initials = Pinyin(name)
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
			m = mobile{Number: phone.Number}
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

// shown is c as far as somebody may see it.
func (c Customer) shown(see Sight) Customer {
	c.Name = see.Name(c.Name, c.Kind == Organisation)
	c.Mobiles = make([]MaskedMobile, len(c.mobiles))
	for i, m := range c.mobiles {
		c.Mobiles[i] = MaskedMobile{Masked: see.Number(m.Number), Primary: m.Primary}
	}
	c.Identities, c.Accounts = slices.Clone(c.Identities), slices.Clone(c.Accounts)
	c.Birthday = see.Day(c.BirthdayOn)
	c.Names = slices.Clone(c.Names)
	for i, n := range c.Names {
		c.Names[i].Name = see.Name(n.Name, c.Kind == Organisation)
	}
	if e := c.Emergency; e != nil {
		c.Emergency = &Emergency{Name: see.Name(e.Name, false), Relation: e.Relation, Masked: see.Number(e.number)}
	}
	for i := range c.Identities {
		c.Identities[i].Masked = maskTail(c.Identities[i].number)
	}
	for i, a := range c.Accounts {
		c.Accounts[i].Masked, c.Accounts[i].Holder = maskTail(a.number), see.Name(a.holder, c.Kind == Organisation)
	}
	return c
}

// trail is what the audit keeps of an archive: what says who they are is under
// the person's own key (ACC-10).
func (c Customer) trail() map[string]any {
	personal := func(needs authz.Action, v any) db.Personal {
		return db.Personal{Person: db.ID(c.ID), Needs: needs, Value: v}
	}
	mobiles, identities, accounts := []string{}, []string{}, []string{}
	for _, m := range c.mobiles {
		mobiles = append(mobiles, m.Number)
	}
	for _, i := range c.Identities {
		identities = append(identities, string(i.Kind)+" "+maskTail(i.number))
	}
	for _, a := range c.Accounts {
		accounts = append(accounts, a.Bank+" "+maskTail(a.number))
	}
	others := []string{}
	for _, n := range c.Names {
		others = append(others, n.Name)
	}
	number := ""
	if c.Emergency != nil {
		number = c.Emergency.number
	}
	return map[string]any{
		"archiveNo": c.ArchiveNo, "kind": c.Kind, "version": c.Version, "gender": c.Gender, "language": c.Language, "channel": c.Channel, "noCalls": c.NoCalls,
		"birthday": personal(ActNames, c.BirthdayOn.String()), "otherNames": personal(ActNames, others), "cardNo": personal(ActNames, c.CardNo),
		"emergency": personal(ActNames, c.Called), "emergencyNumber": personal(ActNumbers, number),
		"name": personal(ActNames, c.Name), "tags": personal(ActNames, c.Tags), "notes": personal(ActNames, c.Notes),
		"mobiles": personal(ActNumbers, mobiles), "identities": personal(ActNumbers, identities), "accounts": personal(ActNumbers, accounts),
	}
}
