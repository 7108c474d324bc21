package customer

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

const mostNotes = 2000

// merged is what the archive that stays says once it knows of the other: its
// own word goes first, and what only the other knows is added.
func (c Customer) merged(gone Customer) Customer {
	c.Tags = slices.Clone(c.Tags)
	for _, tag := range gone.Tags {
		if !slices.Contains(c.Tags, tag) {
			c.Tags = append(c.Tags, tag)
		}
	}
	if gone.Notes != "" && !strings.Contains(c.Notes, gone.Notes) {
		both := strings.TrimSpace(c.Notes + "\n" + gone.Notes)
		if utf8.RuneCountInString(both) <= mostNotes {
			c.Notes = both
		}
	}
	if c.BirthdayOn.IsZero() {
		c.BirthdayOn, c.BirthdayMD = gone.BirthdayOn, gone.BirthdayMD
	}
	c.Gender, c.Language, c.Channel = cmp.Or(c.Gender, gone.Gender), cmp.Or(c.Language, gone.Language), cmp.Or(c.Channel, gone.Channel)
	c.CardNo, c.Person = cmp.Or(c.CardNo, gone.CardNo), cmp.Or(c.Person, gone.Person)
	if c.ContactFrom == nil {
		c.ContactFrom, c.ContactTo = gone.ContactFrom, gone.ContactTo
	}
	c.NoCalls = c.NoCalls || gone.NoCalls // who asked not to be called is not called
	if c.Emergency == nil {
		c.Emergency = gone.Emergency
	}
	return c
}

// joinedWith is what a relation learns of its twin: the earlier beginning, and a share it did not know.
func (r Relation) joinedWith(twin Relation) Relation {
	if r.From.IsZero() || !twin.From.IsZero() && twin.From.Before(r.From) {
		r.From = twin.From
	}
	r.Share = cmp.Or(r.Share, twin.Share)
	return r
}
